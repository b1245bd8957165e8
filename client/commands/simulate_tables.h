/* The report of `simulate` for people: what it was made of, one sentence of verdict per baseline,
 * then the tables behind it. */
#ifndef PK_CLIENT_SIMULATE_TABLES_H
#define PK_CLIENT_SIMULATE_TABLES_H

#include "client/output/output.h"
#include "models/base/limits.h"
#include "peakstock/v1/simulate.pb-c.h"

/* One kept figure. */
struct pk_simulate_figure {
    char scope[16], scope_id[PK_TEXT_BYTES_MAX + 1], metric[48], policy[32], critical_ratio[16];
    double value;
    bool is_defined;
};

/* A zeroed struct is empty. */
struct pk_simulate_report {
    struct pk_simulate_figure *figures;
    size_t count, capacity;
};

/* Keeps a copy. OUT_OF_MEMORY. */
enum pk_status pk_simulate_report_add(struct pk_simulate_report *report,
                                      const Peakstock__V1__SimulationMetric *metric,
                                      struct pk_error *error);
void pk_simulate_report_done(struct pk_simulate_report *report);

/* Writes everything; `last` holds basis and verdicts. */
void pk_simulate_report_print(const struct pk_simulate_report *report,
                              const Peakstock__V1__SimulatePoliciesResponse *last,
                              struct pk_output *output);

#endif
