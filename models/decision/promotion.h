/* Will stock carry a promotion: readiness of one item in one warehouse, and its roll-up. Pure;
 * no allocation.
 *
 * F = demand over the window (warm-up .. encore), S0 = projected sellable stock at its start, I
 * = inbound weighted by P(eta + shelving <= start), with the supply row's lead-time spread as
 * the spread of an ETA (normal). Then
 *   gap(p) = max(0, F(p) - S0 - I), cover = P(D <= S0 + I), order by = start - shelving -
 *   P95(L).
 * I counts what of it is still there at the start; P is taken over the projected stock, lost
 * sales until then included. Weekly series are judged by the whole weeks that the window
 * touches. State, first that applies: RED cover < 0.70, or gap50 > 0 with the order date past or
 * within 3 days; AMBER cover < 0.90; BLUE P(stock 30 days after the end > 60 days of demand from
 * then on) > 0.5; GREEN otherwise. */
#ifndef PK_DECISION_PROMOTION_H
#define PK_DECISION_PROMOTION_H

#include "models/base/reason.h"
#include "models/decision/position.h"
#include "models/decision/projection.h"
#include "models/decision/returns.h"
#include "models/history/shop.h"

enum pk_readiness {
    PK_READINESS_UNKNOWN, /* no stock row */
    PK_READINESS_RED,
    PK_READINESS_AMBER,
    PK_READINESS_GREEN,
    PK_READINESS_BLUE,
    PK_READINESS_COUNT
};

#define PK_READINESS_RED_BELOW  0.70
#define PK_READINESS_GREEN_FROM 0.90
#define PK_READINESS_NEAR_DAYS  3
/* Days after the end at which overstock is judged, and days of demand that make it one. */
#define PK_OVERSTOCK_AFTER_DAYS  30
#define PK_OVERSTOCK_SUPPLY_DAYS 60
/* Share of lead times that the latest order date allows for. */
#define PK_ORDER_DATE_LEAD_TIME_PROBABILITY 0.95
#define PK_ORDER_CAP_RATIO                  1.3

struct pk_promotion_input {
    const struct pk_demand
        *demand; /* to PK_OVERSTOCK_AFTER_DAYS + PK_OVERSTOCK_SUPPLY_DAYS after the window */
    struct pk_stock stock;
    const struct pk_inbound *inbound; /* borrowed */
    size_t inbound_count;
    struct pk_supply_terms terms; /* may be unknown: then no order date and spread 0 */
    struct pk_economics economics;
    struct pk_returns returns;    /* what comes back before the start is sold again as it comes */
    int32_t start_date, end_date; /* window; days before `next` are over and left out */
    bool is_low_evidence;         /* fewer than two own past promotions */
    bool is_traffic_confirmed;    /* lifts the order cap */
};

struct pk_promotion_check {
    enum pk_readiness state;
    int64_t q50_units, q90_units;      /* F50, F90 */
    double expected_units;             /* mean demand of the window */
    double stock_at_start_units;       /* S0; NAN if stock is unknown */
    double inbound_before_start_units; /* I */
    double gap_q50_units, gap_q90_units;
    double cover_probability; /* NAN if stock is unknown */
    int32_t order_by_date;    /* may be past; PK_DATE_NONE without supply terms */
    /* Most to order for this window: min(F90, 1.3 x F50) - S0 - I, at least 0; -1 = no cap. */
    int64_t order_cap_units;
    int64_t peak_day_q90_units; /* of the busiest bucket */
    int32_t peak_date;
    double overstock_probability;
    struct pk_reasons reasons;
};

void pk_promotion_check(const struct pk_promotion_input *input, struct pk_projection *projection,
                        struct pk_promotion_check *out_check);

/* Sums of checks over a scope (total, category, role, warehouse). Zero-initialised = empty. */
struct pk_promotion_roll_up {
    int64_t line_count;
    int64_t state_counts[PK_READINESS_COUNT];
    /* F50 x unit margin (x price, x 1 if unknown), and the covered part of it. */
    double weight, covered_weight;
    double gmv_at_risk; /* gap50 x price, in the store's currency */
    double cash_needed; /* gap50 x unit cost */
    int64_t q50_units, q90_units, peak_day_q90_units;
    double gap_q50_units, gap_q90_units;
};
void pk_promotion_roll_up_add(struct pk_promotion_roll_up *roll_up,
                              const struct pk_promotion_input *input,
                              const struct pk_promotion_check *check);
/* Share of expected margin that stock covers, 0..1; NAN for an empty scope or without any
 * demand. */
double pk_promotion_readiness_ratio(const struct pk_promotion_roll_up *roll_up);
int64_t pk_promotion_gmv_at_risk_micros(const struct pk_promotion_roll_up *roll_up);
int64_t pk_promotion_cash_needed_micros(const struct pk_promotion_roll_up *roll_up);

#endif
