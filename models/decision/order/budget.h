/* Which orders to place when the money, or a supplier's capacity, does not suffice for all of them:
 * the pieces with the most worth for their cost come first.
 *
 * Every line offers steps of growing quantity. The worth of a step is the expected cost that it
 * saves,
 *   worth of units a..b = sum_{k=a+1..b} Cu P(Need >= k) - Co P(Need < k).
 * It falls along a line. A minimum order can make a step worth less than the step after it; those
 * two are joined. A greedy choice by worth per cost is then the best one, up to the last step that
 * no longer fits (fractional knapsack, Dantzig 1957). */
#ifndef PK_DECISION_BUDGET_H
#define PK_DECISION_BUDGET_H

#include <stddef.h>
#include <stdint.h>

#include "models/base/error.h"

/* One line that would order. */
struct pk_budget_line {
    int64_t unit_cost_micros; /* > 0 */
    int64_t pack_size_units;  /* >= 1 */
    int64_t min_order_units;  /* 0 or 1 = none */
    uint32_t supplier;        /* index into the capacities; UINT32_MAX = no limit */
    size_t first_step, step_count;
    /* Results. */
    int64_t units;             /* that may be ordered; >= 0 */
    uint32_t rank;             /* 1 = most worth for its cost; 0 = nothing may be ordered */
    int64_t cumulative_micros; /* spent on it and all lines of a better rank */
};

/* The first `units` of a line are worth `worth`, in money. A line's steps ascend by units. */
struct pk_budget_step {
    int64_t units;
    double worth;
};

struct pk_budget_result {
    int64_t spent_micros;
    double next_worth;     /* expected saving per unit of money beyond the budget; 0 = none */
    size_t cut_line_count; /* lines that order less than they would, or nothing */
};

/* Spends at most `budget_micros` (INT64_MAX = no limit) and at most capacities[supplier] units with
 * each supplier. Ordered units are taken off the capacities. O(steps log steps). OUT_OF_MEMORY. */
enum pk_status pk_budget_spend(struct pk_budget_line *lines, size_t line_count,
                               const struct pk_budget_step *steps, int64_t budget_micros,
                               int64_t *capacities, struct pk_budget_result *out_result,
                               struct pk_error *error);

#endif
