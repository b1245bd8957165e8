/* The as-of day and its month, in total and by category: the sales, the forecast of the day before,
 * the targets, and the landing of the month.
 *
 * Landing = paid so far + served x expected demand of the remaining days, with the band of
 * decision/review/total_band.h. Served = 1 - PK_LOST_SHARE_KEPT x the share of demand lost in the
 * last PK_SHARED_DAY_COUNT days. */
#ifndef PK_EVIDENCE_REVIEW_SUMS_H
#define PK_EVIDENCE_REVIEW_SUMS_H

#include "models/decision/review/total_band.h"
#include "models/evidence/sales_path.h"

/* Part of the share lost lately that is lost for the rest of the month too: a third is back in
 * stock. Chosen at rolling origins of simulated shops, models/decision/README.md. */
#define PK_LOST_SHARE_KEPT 0.67

/* Units and money of one thing. */
struct pk_review_pair {
    double units, amount;
};

/* One scope. Units of the month are paid units, as targets mean them; those of the day against its
 * forecast are demand (paid less cancelled). Amounts < 0 = not given. */
struct pk_review_sum {
    const char *scope;    /* total, category */
    const char *scope_id; /* "" for the total */
    int64_t series_count;
    double sold_units, forecast_units;
    double absolute_error_units;          /* sum over items of |sold - forecast| */
    double low_units, high_units;         /* 10 and 90 % quantile of the scope's total */
    double forecast_amount;               /* of forecast_units at the prices of the day */
    struct pk_review_pair day;            /* paid on the day */
    struct pk_review_pair month;          /* paid, month to date */
    struct pk_review_pair month_expected; /* what today's fit makes of these days */
    struct pk_review_pair progress;       /* their share of the month's expected sales */
    struct pk_review_pair landing_q10, landing_q50, landing_q90;
    /* Of the day, of the days of the month past, of the whole month; NAN = none. */
    struct pk_review_pair day_target, due_target, month_target;
    double paid_units_30_days, returned_units_30_days;
};

/* Bands of one scope: the day, and the days that the month still has. */
struct pk_review_bands {
    struct pk_total_band day, rest, rest_amount;
};

struct pk_review_sums {
    const struct pk_view *view;
    int32_t month_start_date, month_end_date;
    struct pk_sales_path path;
    struct pk_review_sum *sums; /* the total, then the categories of the shop; owned */
    struct pk_review_bands *bands;
};
/* Sums of no series yet. OUT_OF_MEMORY. */
enum pk_status pk_review_sums_new(const struct pk_view *view, struct pk_review_sums *out_sums,
                                  struct pk_error *error);
void pk_review_sums_done(struct pk_review_sums *sums);

/* What the sales rows of some days sum to; the amount is -1 if none gives one. */
struct pk_sales_sum {
    double demand_units, paid_units, returned_units, paid_amount;
};
struct pk_sales_sum pk_sales_sum_between(const struct pk_shop_data *data, size_t series,
                                         int32_t from_date, int32_t to_date);
/* Of the PK_RETURN_WATCH_DAYS up to as-of. */
struct pk_sales_sum pk_sales_sum_lately(const struct pk_shop_data *data, size_t series);
/* Returned / paid units of the whole shop in these days; 0 without sales. */
double pk_return_ratio_of_shop(const struct pk_shop_data *data);

/* Demand of one bucket or several, and the variance that single days have on their own. */
struct pk_noisy_window {
    struct pk_window window;
    double noise_variance;
};
/* What the fit of an earlier view made of the bucket of a series in which as-of lies; zero where
 * that view (NULL = none) does not know the series. `mean_units` has room for the path of the
 * forecast. */
enum pk_status pk_day_forecast(const struct pk_view *view, const struct pk_view *before,
                               size_t series, struct pk_forecast_scratch *scratch,
                               double *mean_units, struct pk_noisy_window *out_forecast,
                               struct pk_error *error);

/* What one series adds. */
struct pk_reviewed_series {
    uint32_t category;
    struct pk_noisy_window forecast; /* of the as-of bucket */
    struct pk_sales_sum lately, day, month;
    struct pk_noisy_window rest; /* of the month, demand */
    double rest_amount;          /* money expected of it */
    double amount;               /* of a unit on the as-of bucket; NAN = no price is known */
    struct pk_series_path path;
};
/* Fills all of *reviewed but the forecast, which comes with it, as do the arrays of the path.
 * `demand` is the demand ahead of the series as far as the path goes. Several threads may do so at
 * once, each with a memory of its own. */
enum pk_status pk_review_sums_load(const struct pk_review_sums *sums, size_t series,
                                   const struct pk_demand *demand,
                                   struct pk_sales_path_memory *memory,
                                   struct pk_reviewed_series *reviewed, struct pk_error *error);
/* Adds it; in the order of the shop for the same sums every time. */
void pk_review_sums_add(struct pk_review_sums *sums, const struct pk_reviewed_series *reviewed);

/* Completes the sums and returns how many stay, in front of the others: not categories without
 * series, nor the one that holds everything because no item has a category. */
size_t pk_review_sums_close(struct pk_review_sums *sums);

#endif
