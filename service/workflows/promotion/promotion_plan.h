/* A purchase plan of a campaign: its rows, its lines, their sums (made by plan_promotion.h). */
#ifndef PK_WORKFLOWS_PROMOTION_PLAN_H
#define PK_WORKFLOWS_PROMOTION_PLAN_H

#include "models/base/reason.h"
#include "models/history/campaign.h"
#include "models/history/shop.h"

/* One order or transfer, or a series of the scope that is short and gets none. */
struct pk_plan_row {
    size_t series;
    const struct pk_item *item;
    const char *warehouse_id, *supplier_id; /* "" = no supplier: transfers, no supply terms */
    int32_t week_start_date; /* Monday; PK_DATE_NONE = nothing is planned, the reason says why */
    int32_t order_date, last_order_date, arrival_date; /* likewise */
    int64_t order_units;
    int64_t campaign_units; /* part of it for the window; the rest for the days around it */
    int64_t missing_units;  /* of the order: fit into no week of the supplier's capacity */
    int64_t unit_cost_micros, order_amount_micros; /* -1 = not known */
    int64_t transfer_units;                        /* then order_units is 0 */
    const char *transfer_from_warehouse_id;        /* "" = none */
    int64_t pack_size_units;
    double unit_worth; /* margin, else cost, else 0 */
    double critical_ratio;
    struct pk_reasons reasons;
};

/* What the plan does for one series. */
struct pk_plan_line {
    size_t series;
    const struct pk_item *item;
    const char *warehouse_id, *supplier_id;
    double gap_q50_units, gap_q90_units; /* without the plan, as promo check tells */
    double cover_probability;            /* NAN if stock is unknown */
    /* P(D <= expected stock at the start with what the plan brings by then); NAN likewise. */
    double planned_cover_probability;
    int64_t order_units, campaign_units, missing_units, transfer_units;
    int64_t before_start_units; /* of order_units: sellable by the first day of the window */
    int64_t order_amount_micros;
    int32_t order_by_date;
    bool is_capped;            /* the check's gap90 exceeds its order cap */
    bool is_moved;             /* capacity changed its orders */
    struct pk_reasons reasons; /* why it is not covered with 90 % even so; empty = it is */
};

/* A supplier's week, a week of all suppliers (supplier_id NULL), or a supplier's whole plan
 * (week_start_date PK_DATE_NONE). */
struct pk_plan_sum {
    const char *supplier_id;
    int32_t week_start_date;
    int64_t line_count, order_units, campaign_units, missing_units, order_amount_micros;
    int64_t no_cost_count;           /* orders whose amount is not known */
    int32_t first_last_order_date;   /* earliest latest order day */
    int64_t min_order_amount_micros; /* -1 = none, and always for sums over suppliers or weeks */
    int64_t capacity_units;          /* a week; -1 = none, likewise */
};

struct pk_promotion_plan {
    struct pk_campaign campaign;
    struct pk_plan_row *rows; /* transfers, then by supplier, week, item, warehouse, then rows
                                 without a plan; all arrays are owned */
    size_t row_count;
    struct pk_plan_line *lines; /* every series of the scope, as in the shop */
    size_t line_count;
    struct pk_plan_sum *supplier_weeks, *weeks, *suppliers;
    size_t supplier_week_count, week_count, supplier_count;
    int64_t no_stock_count, no_supply_terms_count, too_late_count;
};

#endif
