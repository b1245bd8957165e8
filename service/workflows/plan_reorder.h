/* Order decisions for a selection of series. */
#ifndef PK_WORKFLOWS_PLAN_REORDER_H
#define PK_WORKFLOWS_PLAN_REORDER_H

#include <stdbool.h>

#include "models/decision/reorder.h"
#include "service/workflows/series_facts.h"
#include "service/workflows/series_selection.h"

/* Bytes of a suggestion id with its NUL. */
#define PK_SUGGESTION_ID_SIZE 32

struct pk_reorder_request {
    struct pk_assumptions assumptions;
    char **supplier_ids; /* only lines bought from these; not owned */
    size_t supplier_id_count;
    bool all_items; /* also lines with nothing to do */
};

/* One decision with what it was made from; valid during the call of `take` only. */
struct pk_reorder_line {
    const struct pk_series_facts *facts;
    const struct pk_reorder *decision;
    const char *warehouse_id;
    char suggestion_id[PK_SUGGESTION_ID_SIZE]; /* "" if nothing is ordered; the same for the same
                                                  item, warehouse, supplier and as-of day */
    int64_t order_amount_micros;               /* -1 = no unit cost */
};

struct pk_reorder_totals {
    int64_t series_count, line_count, order_line_count, order_units, order_amount_micros;
    int64_t no_stock_count, no_supply_terms_count;
};

typedef enum pk_status pk_reorder_take(void *context, const struct pk_reorder_line *line,
                                       struct pk_error *error);

/* Days of demand that a decision on these terms looks ahead. */
int32_t pk_reorder_horizon_days(int32_t lead_time_days, int32_t review_period_days);
/* The decision from what is known, the promotion ahead included. */
void pk_reorder_of_facts(const struct pk_series_facts *facts, struct pk_projection *projection,
                         struct pk_reorder *out_decision);

/* Decides one series as every workflow does it: facts, horizon and the promotion ahead. */
enum pk_status pk_decide_reorder(const struct pk_snapshot *snapshot, size_t series,
                                 const struct pk_assumptions *assumptions, const char *supplier_id,
                                 struct pk_decision_memory *memory,
                                 struct pk_series_facts *out_facts, struct pk_reorder *out_decision,
                                 struct pk_error *error);

/* A line is "something to do" when units are ordered, or stock is oversold. */
enum pk_status pk_plan_reorders(const struct pk_snapshot *snapshot,
                                const struct pk_series_selection *selection,
                                const struct pk_reorder_request *request, pk_reorder_take *take,
                                void *context, struct pk_reorder_totals *out_totals,
                                struct pk_error *error);

#endif
