/* Builders for decision tests: flat or given demand paths and a known item with terms. */
#ifndef PK_TESTS_SUPPORT_DECISION_CASE_H
#define PK_TESTS_SUPPORT_DECISION_CASE_H

#include <math.h>

#include "models/decision/campaign/promotion.h"
#include "models/decision/order/reorder.h"

#define CASE_NEXT 20780 /* the day after as-of */
#define CASE_DAYS 400

struct decision_case {
    double mean[CASE_DAYS];
    struct pk_demand demand;
    struct pk_inbound inbound[4];
    struct pk_reorder_input input;
    struct pk_projection projection;
    struct pk_reorder result;
};

/* Poisson days of `daily` units, a year and more; stock known and 0, lead time 7, review 7, nothing
 * else given. */
static inline void case_begin(struct decision_case *c, double daily)
{
    for (size_t day = 0; day < CASE_DAYS; day++)
        c->mean[day] = daily;
    c->demand = (struct pk_demand){.first_date = CASE_NEXT,
                                   .bucket_days = 1,
                                   .bucket_count = CASE_DAYS,
                                   .mean_units = c->mean,
                                   .dispersion = INFINITY};
    c->input = (struct pk_reorder_input){.demand = &c->demand,
                                         .inbound = c->inbound,
                                         .terms = pk_supply_terms_default(),
                                         .promotion_start_date = PK_DATE_NONE,
                                         .promotion_end_date = PK_DATE_NONE};
    c->input.stock.is_known = true;
    c->input.terms.is_known = true;
    c->input.terms.lead_time_days = 7;
    c->input.economics = (struct pk_economics){.unit_cost_micros = -1,
                                               .price_micros = -1,
                                               .salvage_micros = -1,
                                               .launch_date = PK_DATE_NONE,
                                               .end_date = PK_DATE_NONE};
}

static inline void case_inbound(struct decision_case *c, int32_t days_from_next, int64_t units)
{
    c->inbound[c->input.inbound_count++] = (struct pk_inbound){
        .eta_date = CASE_NEXT + days_from_next, .units = units, .confirmed_ratio = 1.0};
}

/* A promotion of `day_count` days, 50 units on each, that starts `start` days from next; on the
 * terms of the case. */
static inline struct pk_promotion_input case_promotion(struct decision_case *c, size_t start,
                                                       size_t day_count, int64_t on_hand_units)
{
    for (size_t day = start; day < start + day_count; day++)
        c->mean[day] = 50.0;
    return (struct pk_promotion_input){.demand = &c->demand,
                                       .stock = {.is_known = true, .on_hand_units = on_hand_units},
                                       .inbound = c->inbound,
                                       .terms = c->input.terms,
                                       .economics = c->input.economics,
                                       .start_date = CASE_NEXT + (int32_t)start,
                                       .end_date = CASE_NEXT + (int32_t)(start + day_count) - 1,
                                       .ship_by_date = PK_DATE_NONE};
}

static inline const struct pk_reorder *case_decide(struct decision_case *c)
{
    pk_reorder_decide(&c->input, &c->projection, &c->result);
    return &c->result;
}

/* The units that cover the demand of the first `days` days with `probability`. */
static inline int64_t case_quantile_of_days(const struct decision_case *c, int32_t days,
                                            double probability)
{
    const struct pk_window window = pk_demand_window(&c->demand, CASE_NEXT, CASE_NEXT + days - 1);
    return pk_window_quantile_units(&window, probability);
}

static inline enum pk_reason case_main_reason(const struct pk_reasons *reasons)
{
    return reasons->count > 0 ? (enum pk_reason)reasons->reasons[0] : PK_REASON_NONE;
}

#endif
