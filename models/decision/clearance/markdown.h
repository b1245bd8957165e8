/* A markdown ladder: which discount in which week makes the stock worth most. Prices only fall.
 * Pure; no allocation.
 *
 * *Demand* of week t at discount d is D0[t] (1 - d)^beta. On promotion days the lower of both
 * prices holds: of the units that the promotion sells at its own discount p, the factor
 * (min(1 - d, 1 - p) / (1 - p))^beta is sold. beta ~ N(b, s^2), bounded, as 5 Gauss-Hermite nodes.
 *
 * *Policy.* A backward dynamic programme (Bitran & Mondschein 1997; Talluri & van Ryzin 2004, 5.2)
 * over weeks x stock bins x step reached:
 *   V[t](x, k) = max over j >= k of E[(p[j] + l) min(D, x) - h (x - min(D, x) / 2)
 *                                     + V[t+1](x - D, j)],
 *   V[end](x) = salvage x.
 * Weeks are independent negative binomials. l is a bonus per unit that is raised until the target
 * is met.
 *
 * *Ladder.* The ladder follows that policy along its expected stock. No price stays for less than
 * PK_MARKDOWN_DWELL_PERIODS periods.
 *
 * *Value.* The ladders and the seven single discounts are valued as they stand, without later
 * changes, under the errors that weeks share (level, drift, elasticity). With C[t] = sum over the
 * nodes of E[min(D[1..t], stock)],
 *   value = sum p[t] (C[t] - C[t-1]) - h sum (stock - C) + salvage (stock - C[end]).
 * The band of the recovered money takes the total demand of a node along its mean path. */
#ifndef PK_DECISION_MARKDOWN_H
#define PK_DECISION_MARKDOWN_H

#include <stdbool.h>

#include "models/decision/clearance/price_response.h"
#include "models/forecast/demand.h"

/* Steps of the ladder. */
#define PK_DISCOUNT_COUNT 7
/* Discount of a step: 0, 0.1, 0.2, ... 0.6. */
double pk_discount_ratio(size_t step);

/* Most periods. A period is a week up to half a year, else as many weeks as needed. */
#define PK_MARKDOWN_PERIOD_MAX 26
/* Most bins of stock, and nodes of the elasticity. */
#define PK_MARKDOWN_BIN_MAX    48
#define PK_MARKDOWN_NODE_COUNT 5
/* A price stays for at least this many periods. */
#define PK_MARKDOWN_DWELL_PERIODS 2
/* The single discounts and up to four dynamic ladders. */
#define PK_MARKDOWN_PLAN_MAX 11

/* Money per unit in the store's currency. */
struct pk_markdown_terms {
    double price;
    double kept_ratio;       /* part of a price that is left after selling costs, 0..1 */
    double holding_per_day;  /* 0 = not known */
    double salvage;          /* of a unit left over; no net price goes below it */
    double discount_maximum; /* of its role (item_role.h); 0 = the whole ladder */
};

struct pk_markdown_input {
    int64_t stock_units; /* > 0 */
    struct pk_markdown_terms terms;
    struct pk_price_response response;
    double target_units; /* to be cleared, in expectation; 0 = none */
    bool is_held;        /* the price stays: plans[0] alone */
    bool is_single;      /* one discount for the whole time: no dynamic ladders */
    int32_t days;        /* of the clearance, > 0 */
    int32_t period_days;
    size_t period_count; /* <= PK_MARKDOWN_PERIOD_MAX; the last one may be shorter */
    /* Demand at the current price from the first day to the end of every period. Part of it falls
     * on days of promotions: promoted_units of the period at promoted_discount. */
    struct pk_window until[PK_MARKDOWN_PERIOD_MAX];
    double promoted_units[PK_MARKDOWN_PERIOD_MAX];    /* of the period alone; 0 = none */
    double promoted_discount[PK_MARKDOWN_PERIOD_MAX]; /* 0..1, mean over those units */
    double count_excess; /* 1/k of a day's demand, for the weeks of the dynamic programme */
};

/* A discount for every period, valued as it stands. */
struct pk_markdown_plan {
    uint8_t steps[PK_MARKDOWN_PERIOD_MAX]; /* never falling */
    double cleared_units;                  /* expected, by the last day */
    double clear_probability;              /* P(all gone by the last day) */
    double value;                          /* cash, less holding, plus salvage of the units left */
    double recovered;                      /* cash from the units sold, net of selling costs */
};

/* Working memory of one series and its result; one per thread, reused, no need to initialise. About
 * 90 KB. */
struct pk_markdown {
    const struct pk_markdown_input *input;
    double node_weight[PK_MARKDOWN_NODE_COUNT];
    double node_lift[PK_MARKDOWN_NODE_COUNT][PK_DISCOUNT_COUNT];
    size_t step_count; /* steps whose net price is not below salvage; at least 1 */
    size_t bin_count;
    double bin_units;
    double values[2][PK_DISCOUNT_COUNT][PK_MARKDOWN_BIN_MAX + 1];
    uint8_t policy[PK_MARKDOWN_PERIOD_MAX][PK_DISCOUNT_COUNT][PK_MARKDOWN_BIN_MAX + 1];
    float chance[PK_MARKDOWN_PERIOD_MAX][PK_DISCOUNT_COUNT][PK_MARKDOWN_BIN_MAX + 1];
    float sold[PK_MARKDOWN_PERIOD_MAX][PK_DISCOUNT_COUNT][PK_MARKDOWN_BIN_MAX + 1];
    size_t single_count; /* plans[0 .. single_count) hold one discount each, plans[0] none */
    size_t plan_count;
    struct pk_markdown_plan plans[PK_MARKDOWN_PLAN_MAX];
};

/* Cuts the days into periods: sets period_days and period_count. */
void pk_markdown_set_days(struct pk_markdown_input *input, int32_t days);

/* Fills plans. `input`, borrowed, must outlive the use. */
void pk_markdown_solve(struct pk_markdown *markdown, const struct pk_markdown_input *input);

/* Fills out_left_units[period_count]: units expected to be left at the end of every period. */
void pk_markdown_left_units(const struct pk_markdown *markdown, const struct pk_markdown_plan *plan,
                            double *out_left_units);

/* P10 and P90 of the cleared units, and of the cash from them net of selling costs. */
struct pk_markdown_band {
    double cleared_p10_units, cleared_p90_units;
    double recovered_p10, recovered_p90;
};
struct pk_markdown_band pk_markdown_band_of(const struct pk_markdown *markdown,
                                            const struct pk_markdown_plan *plan);

#endif
