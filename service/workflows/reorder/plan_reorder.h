/* Order decisions for a selection of series: transfers from another warehouse's excess before
 * buying, then, where money or a supplier's capacity is short, the orders with the most worth. */
#ifndef PK_WORKFLOWS_PLAN_REORDER_H
#define PK_WORKFLOWS_PLAN_REORDER_H

#include <stdbool.h>

#include "models/history/series_selection.h"
#include "service/workflows/reorder/reorder_line.h"

struct pk_reorder_request {
    struct pk_assumptions assumptions;
    char **supplier_ids; /* only lines bought from these; not owned */
    size_t supplier_id_count;
    bool all_items;        /* also lines with nothing to do */
    int64_t budget_micros; /* -1 = no limit */
    int thread_count;      /* that decide side by side; less than 1 counts as 1 */
    /* Where the order lines are kept as suggestions; NULL = nowhere. Only for the live day with all
     * suppliers, nothing assumed and no budget: any other answer is no order. */
    struct pk_store *store;
};

/* What is ordered from one supplier. */
struct pk_supplier_total {
    const char *supplier_id;
    int64_t line_count, order_units, order_amount_micros;
    int64_t min_order_amount_micros; /* -1 = none */
    int64_t capacity_units_per_week; /* -1 = none */
};

struct pk_reorder_totals {
    int64_t series_count, line_count, order_line_count, order_units, order_amount_micros;
    int64_t transfer_units;
    int64_t no_stock_count, no_supply_terms_count;
    /* With a budget: what is left, what the next unit of money would save, lines that were cut. */
    int64_t budget_left_micros; /* -1 = no budget */
    double budget_next_worth;
    int64_t cut_line_count;
    struct pk_supplier_total *suppliers; /* ascending supplier_id; owned */
    size_t supplier_count;
};
void pk_reorder_totals_done(struct pk_reorder_totals *totals);

typedef enum pk_status pk_reorder_take(void *context, const struct pk_reorder_line *line,
                                       struct pk_error *error);

/* A line is "something to do" when units are ordered or transferred, stock is oversold, or a person
 * has decided about it. Lines come in the order of the selection on the calling thread, whatever
 * the number of threads; without budget and capacities they are handed on part by part while others
 * are decided, with one they are collected first. Free the totals with pk_reorder_totals_done, also
 * after a failure. */
enum pk_status pk_plan_reorders(const struct pk_view *view,
                                const struct pk_series_selection *selection,
                                const struct pk_reorder_request *request, pk_reorder_take *take,
                                void *context, struct pk_reorder_totals *out_totals,
                                struct pk_error *error);

#endif
