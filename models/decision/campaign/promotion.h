/* Will stock carry a promotion: readiness of one item in one warehouse, and its roll-up. Pure; no
 * allocation.
 *
 * F is the demand over the window (warm-up .. encore), S0 the projected sellable stock at its
 * start, I the inbound weighted by P(eta + shelving <= start). The spread of an ETA is the supply
 * row's spread of the lead time (normal). Then
 *   gap(p) = max(0, F(p) - S0 - I), cover = P(D <= S0 + I), order by = due - shelving - P95(L).
 * I counts the units that are still there at the start. The probability P is taken over the
 * projected stock, sales lost until then included, and over which inbound lines come in time
 * (promotion_cover.h).
 *
 * *Presale.* Goods sold in presale are due by their ship-by date, all others at the start. If the
 * presale's units alone make the gap, the gap is due by the ship-by date.
 *
 * *Running campaign.* The days ahead are judged: S0 is the stock now, I the inbound until the end,
 * each line on its day.
 *
 * *Weekly series* are judged by the whole weeks that the window touches.
 *
 * *State*, the first that applies:
 *   RED    cover < 0.70, or gap50 > 0 with the order date past or within 3 days
 *   AMBER  cover < 0.90
 *   BLUE   P(stock 30 days after the end > 60 days of demand from then on) > 0.5
 *   GREEN  all others. */
#ifndef PK_DECISION_PROMOTION_H
#define PK_DECISION_PROMOTION_H

#include "models/base/reason.h"
#include "models/decision/stock/position.h"
#include "models/decision/stock/projection.h"
#include "models/decision/stock/returns.h"
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
/* Overstock: on this many days after the end, stock is beyond this many days of demand. */
#define PK_OVERSTOCK_AFTER_DAYS  30
#define PK_OVERSTOCK_SUPPLY_DAYS 60
/* Share of lead times that the latest order date allows for. */
#define PK_ORDER_DATE_LEAD_TIME_PROBABILITY 0.95
/* The order cap is this multiple of F50. */
#define PK_ORDER_CAP_RATIO 1.3

struct pk_promotion_input {
    /* To PK_OVERSTOCK_AFTER_DAYS + PK_OVERSTOCK_SUPPLY_DAYS after the window. */
    const struct pk_demand *demand;
    struct pk_stock stock;
    const struct pk_inbound *inbound; /* borrowed */
    size_t inbound_count;
    struct pk_supply_terms terms; /* may be unknown: then no order date and spread 0 */
    struct pk_economics economics;
    struct pk_returns returns;    /* units back before the start are sold again as they come */
    int32_t start_date, end_date; /* window; days before `next` are over and left out */
    /* Sold in presale: part of the demand; due by the ship-by date. 0 and PK_DATE_NONE without. */
    double presale_units;
    int32_t ship_by_date;
    double sold_so_far_units, expected_so_far_units; /* start .. as-of; 0 before the start */
    int64_t price_micros;      /* of a unit in the campaign; 0 or -1 = the usual price */
    bool is_low_evidence;      /* fewer than two own past promotions */
    bool is_traffic_confirmed; /* lifts the order cap */
};

struct pk_promotion_check {
    enum pk_readiness state;
    int64_t q50_units, q90_units;        /* F50, F90 */
    double expected_units;               /* mean demand of the window */
    double stock_at_start_units;         /* S0; NAN if stock is unknown */
    double inbound_before_start_units;   /* I; of a running campaign until its end */
    double gap_q50_units, gap_q90_units; /* gap(0.5), gap(0.9); >= 0 */
    double cover_probability;            /* cover; NAN = stock is unknown */
    /* Day by which missing units have to be sellable: the start of the window, the item's launch if
     * that falls into the window, or the ship-by date. */
    int32_t due_date;
    int32_t order_by_date;            /* may be past; PK_DATE_NONE without supply terms */
    double presale_units;             /* part of the window's demand */
    double presale_cover_probability; /* P(all is there by the ship-by date); NAN without presale */
    double presale_gap_units;         /* presale units missing by then, at F50; >= 0 */
    /* Most to order for this window: min(F90, 1.3 x F50) - S0 - I, at least 0; -1 = no cap. */
    int64_t order_cap_units;
    double aim_probability; /* a* of critical_ratio.h; 0 without supply terms */
    /* To buy for this window alone: the fewest units with cover >= a*, at most the cap, in packs; 0
     * if an order placed now comes after the end. */
    int64_t order_units;
    double sold_so_far_units, expected_so_far_units;
    double sell_through_ratio;    /* sold / (sold + sellable now) of a running campaign, else NAN */
    int64_t peak_day_q90_units;   /* P90 of the busiest bucket's demand */
    int32_t peak_date;            /* its first day; PK_DATE_NONE without demand */
    double overstock_probability; /* of BLUE above; 0..1 */
    struct pk_reasons reasons;
};

/* Buckets first..last (exclusive) of the window that lie ahead on the projection's path. They begin
 * with the first bucket that has demand. A weekly bucket counts if the window touches it. */
struct pk_promotion_span {
    size_t first, last;
};
struct pk_promotion_span pk_promotion_span_of(const struct pk_promotion_input *input,
                                              const struct pk_projection *projection);

void pk_promotion_check(const struct pk_promotion_input *input, struct pk_projection *projection,
                        struct pk_promotion_check *out_check);

/* Sums of checks over a scope (total, category, role, warehouse). Zero-initialised = empty. */
struct pk_promotion_roll_up {
    int64_t line_count;
    int64_t state_counts[PK_READINESS_COUNT];
    /* F50 x unit margin, and the covered part of it. Without a margin F50 is weighted by the price,
     * without a price by 1. */
    double weight, covered_weight;
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
int64_t pk_promotion_cash_needed_micros(const struct pk_promotion_roll_up *roll_up);

#endif
