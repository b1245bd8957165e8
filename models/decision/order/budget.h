/* Which orders to place when the money, or what a supplier can deliver, does not suffice for all of
 * them: the pieces with the most worth for their cost first.
 *
 * Every line offers steps of growing quantity; the worth of a step is the expected cost it saves,
 *   worth of units a..b = sum_{k=a+1..b} Cu P(Need >= k) - Co P(Need < k),
 * which falls along a line. Steps that a minimum order makes worth less than what follows them are
 * joined with it, so a plain greedy choice by worth per cost is the best one up to the last step that
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
    int64_t units;             /* what may be ordered */
    uint32_t rank;             /* 1 = most worth for its cost; 0 = nothing may be ordered */
    int64_t cumulative_micros; /* spent on it and all lines of a better rank */
};

/* Cumulative within its line: `units` ordered in all are worth `worth` in all, in money. Ascending
 * units. */
struct pk_budget_step {
    int64_t units;
    double worth;
};

struct pk_budget_result {
    int64_t spent_micros;
    double
        next_worth; /* expected saving from the first unit of money beyond the budget; 0 = none */
    size_t cut_line_count; /* lines that order less than they would, or nothing */
};

/* Spends at most `budget_micros` (INT64_MAX = no limit) and at most capacities[supplier] units with
 * each supplier; capacities are lowered by what is ordered. O(steps log steps). OUT_OF_MEMORY. */
enum pk_status pk_budget_spend(struct pk_budget_line *lines, size_t line_count,
                               const struct pk_budget_step *steps, int64_t budget_micros,
                               int64_t *capacities, struct pk_budget_result *out_result,
                               struct pk_error *error);

#endif
