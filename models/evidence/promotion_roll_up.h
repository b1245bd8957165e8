/* The checks of a promotion and their money, summed over the scopes of the shop: total, categories,
 * roles, suppliers, warehouses. Beside them stand the cash by week, the headline and the lines that
 * lose money. */
#ifndef PK_EVIDENCE_PROMOTION_ROLL_UP_H
#define PK_EVIDENCE_PROMOTION_ROLL_UP_H

#include "models/evidence/promotion_money.h"

struct pk_promotion_scope_sum {
    const char *scope;               /* total, category, role, supplier, warehouse */
    const char *scope_id;            /* "" for the total, and for lines without one */
    struct pk_promotion_roll_up sum; /* worth and risk at the campaign's prices */
    struct pk_campaign_money_sum money;
    double gmv_at_risk;
    int32_t peak_date; /* day of the window ahead with most units; PK_DATE_NONE without any */
    /* Of the whole scope on that day, gifts and components included: they are shipped too. */
    double peak_day_mean_units, peak_day_q90_units;
    int64_t outbound_units_per_day; /* of a warehouse; -1 = not given, or not a warehouse */
    int32_t first_over_date;        /* first day whose P90 is above that; PK_DATE_NONE = none */
    int64_t over_day_count;
    struct pk_reasons reasons; /* WAREHOUSE_OVERLOADED, MARGIN_BELOW_FLOOR (categories) */
};

/* Cash for closing the P50 gaps, due on each line's latest order date. A line whose date is past,
 * or that has none, counts in the week of the next day. */
struct pk_promotion_week {
    int32_t start_date; /* a Monday */
    double cash, gap_units;
    int64_t line_count, late_line_count; /* late: the latest order date is past */
};

/* A line that sells below cost, or earns less than without the campaign. */
struct pk_promotion_loss {
    size_t series;
    struct pk_campaign_money money;
    int64_t regular_price_micros, unit_cost_micros;
    struct pk_reasons reasons;
};
/* The worst that are kept. */
#define PK_PROMOTION_LOSS_MAX 200

struct pk_promotion_headline {
    double readiness_ratio;                   /* NAN without any demand */
    int64_t item_count, half_risk_item_count; /* fewest items that hold half of the GMV at risk */
    double gmv_expected, gmv_wanted, gmv_at_risk, cash_needed;
    int64_t late_line_count, below_cost_count, overloaded_count; /* lines, lines, warehouses */
};

/* Sums on the way. */
struct pk_promotion_sums;

/* Days of the window that count for the busiest day, from its first day ahead. */
#define PK_PROMOTION_PEAK_DAYS_MAX 92

enum pk_status pk_promotion_sums_new(const struct pk_shop_data *data, int32_t start_date,
                                     int32_t end_date, struct pk_promotion_sums **out_sums,
                                     struct pk_error *error);
void pk_promotion_sums_free(struct pk_promotion_sums *sums);

/* OUT_OF_MEMORY. */
enum pk_status pk_promotion_sums_add(struct pk_promotion_sums *sums,
                                     const struct pk_promotion_line_money *line,
                                     struct pk_error *error);

/* The scopes that have a line, total first, in a new array. */
enum pk_status pk_promotion_sums_scopes(const struct pk_promotion_sums *sums,
                                        struct pk_promotion_scope_sum **out_scopes,
                                        size_t *out_count, struct pk_error *error);
/* The weeks that have a line, in order, in a new array. */
enum pk_status pk_promotion_sums_weeks(const struct pk_promotion_sums *sums,
                                       struct pk_promotion_week **out_weeks, size_t *out_count,
                                       struct pk_error *error);
/* The worst lines first, borrowed from the sums. */
const struct pk_promotion_loss *pk_promotion_sums_losses(struct pk_promotion_sums *sums,
                                                         size_t *out_count);
/* `scopes` as made above. */
enum pk_status pk_promotion_sums_headline(const struct pk_promotion_sums *sums,
                                          const struct pk_promotion_scope_sum *scopes,
                                          size_t scope_count,
                                          struct pk_promotion_headline *out_headline,
                                          struct pk_error *error);

#endif
