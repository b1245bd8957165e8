/* The expected sales of a shop day by day, in units and in money: in total, by category and by
 * warehouse. Days up to as-of have the mean that the fit gives to its own history, later days the
 * demand ahead. The sums are the shape that the target of a period is spread by, and the base of
 * the landing of a month.
 *
 * Money of a day = expected demand x money of a unit of demand. Money of a unit is the usual
 * amount: what one unit of demand brought on the last PK_USUAL_AMOUNT_DAYS days before the last
 * sale at the usual price, days with a price promotion left out. On a day with a price promotion
 * it is the price of that promotion x paid units per unit of demand (some paid units are
 * cancelled). */
#ifndef PK_EVIDENCE_SALES_PATH_H
#define PK_EVIDENCE_SALES_PATH_H

#include "models/evidence/series_facts.h"
#include "models/history/campaign.h"

/* Days, the day of the last sale at the usual price being the last, that the usual amount is taken
 * from. */
#define PK_USUAL_AMOUNT_DAYS 28

/* Sums of one scope; each array has day_count entries and is owned by the path. */
struct pk_scope_path {
    double *units;          /* expected demand */
    double *amount;         /* expected paid amount; an item without any price adds 0 */
    double *noise_variance; /* of the demand of a day, if days and items are independent */
    double *wanted_units;   /* of days past: sold + lost */
    double *lost_units;     /* of days past: part of a day out of stock x its fitted mean */
};

struct pk_sales_path {
    const struct pk_shop_data *data;
    int32_t first_date;
    size_t day_count;
    struct pk_scope_path *scopes; /* total, then categories, then warehouses of the shop */
    size_t scope_count;
    const struct pk_promotion **rows; /* price promotions that touch the path or its look-back */
    size_t row_count;
};

/* Makes a path over first_date..last_date whose sums are all 0. It is cut to the days from the
 * first day of the fit to PK_HORIZON_DAYS_MAX after as-of, and may be left without a day. Free
 * with pk_sales_path_done. OUT_OF_MEMORY. */
enum pk_status pk_sales_path_new(const struct pk_view *view, int32_t first_date, int32_t last_date,
                                 struct pk_sales_path *out_path, struct pk_error *error);
/* Accepts a zeroed struct. */
void pk_sales_path_done(struct pk_sales_path *path);

/* Money of one series. */
struct pk_series_amounts {
    double usual_amount; /* paid amount per unit of demand; NAN = no price is known */
    double paid_ratio;   /* paid units per unit of demand */
};
/* One series on the path. The caller owns `units` and `amount`, of day_count entries each. */
struct pk_series_path {
    size_t series;
    double *units;     /* expected demand of each day */
    double *amount;    /* money of a unit on each day; NAN = no price is known, or no demand */
    double dispersion; /* of the demand ahead */
    struct pk_series_amounts amounts;
};
/* Working memory of one thread; zero-initialised = empty. Its buffers are made on first use, for
 * one path. */
struct pk_sales_path_memory {
    struct pk_forecast_scratch *scratch;
    double *mean_units;
};
void pk_sales_path_memory_done(struct pk_sales_path_memory *memory);

/* Fills *series_path, whose two arrays the caller has set. `demand` is the demand ahead of the
 * series and reaches to the end of the path; what it does not reach counts 0. A week is spread
 * evenly over its days, and a week that begins before the path is left out. Several threads may
 * call it at once, each with a memory of its own. OUT_OF_MEMORY, or the failure of the fit. */
enum pk_status pk_sales_path_load(const struct pk_sales_path *path, const struct pk_view *view,
                                  size_t series, const struct pk_demand *demand,
                                  struct pk_sales_path_memory *memory,
                                  struct pk_series_path *series_path, struct pk_error *error);
/* Adds a series to the total, to its category and to its warehouse. Sums of floating-point numbers
 * depend on their order: callers add the series in the order of the shop. */
void pk_sales_path_add(struct pk_sales_path *path, const struct pk_series_path *series_path);

/* Money of a unit of demand of a series on a day; NAN = no price is known. */
double pk_sales_path_amount_on(const struct pk_sales_path *path, size_t series,
                               const struct pk_series_amounts *amounts, int32_t date);

/* Places of a category and of a warehouse of the shop in path->scopes. */
size_t pk_sales_path_category(const struct pk_sales_path *path, uint32_t category);
size_t pk_sales_path_warehouse(const struct pk_sales_path *path, uint32_t warehouse);

/* Sum of one array of a scope over the days from_date..to_date that are on the path. */
double pk_sales_path_sum(const struct pk_sales_path *path, const double *days, int32_t from_date,
                         int32_t to_date);

/* The part of the targets of a scope that belongs to from_date..to_date. Of several targets that
 * hold a day the one with the shortest period decides (pk_target_on). Its value is spread over
 * its period by the expected sales of path->scopes[path_scope]: by amount for the metric "gmv",
 * else by units; evenly if nothing is expected. False, and *out_target is untouched, if a day
 * has no target, if the period of its target is not wholly on the path, or if from_date is after
 * to_date. */
bool pk_sales_path_target(const struct pk_sales_path *path, size_t path_scope, const char *metric,
                          const struct pk_target_scope *scope, int32_t from_date, int32_t to_date,
                          double *out_target);

/* Widens *from_date..*to_date to the whole periods of the targets of "gmv" and "units" that
 * touch it. False, and both are untouched, if there is none. */
bool pk_targets_widen(const struct pk_ledger *ledger, int32_t *from_date, int32_t *to_date);

#endif
