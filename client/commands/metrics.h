/* The long form of figures: one a row, with what it was made of. Rows are peakstock.v1.Metric for
 * kpi and review, and messages that begin like it for backtest and simulate. */
#ifndef PK_CLIENT_METRICS_H
#define PK_CLIENT_METRICS_H

#include "client/output/output.h"

#define PK_METRICS_NAMES                                                                           \
    "scope scope_id metric value numerator denominator from_date to_date formula_id"

/* Those whose digits the wire does not tell. */
#define PK_METRICS_SUMS                                                                            \
    {.key = "value", .type = PK_OUTPUT_SUM}, {.key = "numerator", .type = PK_OUTPUT_SUM},          \
    {                                                                                              \
        .key = "denominator", .type = PK_OUTPUT_SUM                                                \
    }

/* The member "rows" of the document, in CSV too; not in tables. */
extern const struct pk_output_section pk_metrics_section;

#endif
