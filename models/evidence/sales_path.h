/* What the shop is expected to sell day by day, past and future, in total and by category and
 * warehouse: the fit's own mean for days past, the demand ahead for days to come, in paid units and
 * in money. The shape that targets of a period are spread by, and what a month will land at.
 *
 * Money of a day = demand x the amount that a unit of demand brought on the last 28 days without a
 * price promotion; on days of one, its price x paid units per unit of demand. */
#ifndef PK_EVIDENCE_SALES_PATH_H
#define PK_EVIDENCE_SALES_PATH_H

#include "models/evidence/series_facts.h"
#include "models/history/campaign.h"

/* Days without a price promotion that the usual amount per unit is taken from. */
#define PK_USUAL_AMOUNT_DAYS 28

/* Sums of one scope by day; arrays of day_count, owned by the path. */
struct pk_scope_path {
    double *units;          /* expected demand */
    double *amount;         /* expected paid amount; items without any price count 0 */
    double *noise_variance; /* of units, days and items independent */
    double *wanted_units;   /* days past: sold, and the fitted mean of what was out of stock */
    double *lost_units;     /* the latter */
};

struct pk_sales_path {
    const struct pk_shop_data *data;
    int32_t first_date;
    size_t day_count;
    struct pk_scope_path *scopes; /* total, then categories, then warehouses of the shop */
    size_t scope_count;
    const struct pk_promotion **rows; /* priced rows that touch the path */
    size_t row_count;
};

/* An empty path over first_date..last_date, cut to the fitted history and to the horizon. */
enum pk_status pk_sales_path_new(const struct pk_view *view, int32_t first_date, int32_t last_date,
                                 struct pk_sales_path *out_path, struct pk_error *error);
void pk_sales_path_done(struct pk_sales_path *path);

/* What one series is worth in money, day by day of the path. */
struct pk_series_amounts {
    double usual_amount; /* paid amount per unit of demand; NAN = no price is known */
    double paid_ratio;   /* paid units per unit of demand */
};
/* One series on the path; `units` and `amount` of day_count days are the caller's. */
struct pk_series_path {
    size_t series;
    double *units, *amount; /* expected on each day; of a unit, NAN = no price is known */
    double dispersion;
    struct pk_series_amounts amounts;
};
/* Work of one thread; zero-initialised, its buffers are made when they are needed. */
struct pk_sales_path_memory {
    struct pk_forecast_scratch *scratch;
    double *mean_units;
};
void pk_sales_path_memory_done(struct pk_sales_path_memory *memory);

/* Fills *series_path, whose two arrays are set, for a series whose demand ahead is loaded as far as the
 * path goes. Several threads may do so at once, each with a memory of its own. */
enum pk_status pk_sales_path_load(const struct pk_sales_path *path, const struct pk_view *view,
                                  size_t series, const struct pk_demand *demand,
                                  struct pk_sales_path_memory *memory,
                                  struct pk_series_path *series_path, struct pk_error *error);
/* Adds it to the sums; in the order of the shop for the same sums every time. */
void pk_sales_path_add(struct pk_sales_path *path, const struct pk_series_path *series_path);

/* Money of a unit of demand of a series on a day; NAN = no price is known. */
double pk_sales_path_amount_on(const struct pk_sales_path *path, size_t series,
                               const struct pk_series_amounts *amounts, int32_t date);

size_t pk_sales_path_category(const struct pk_sales_path *path, uint32_t category);
size_t pk_sales_path_warehouse(const struct pk_sales_path *path, uint32_t warehouse);

/* Sum over from_date..to_date, cut to the path. */
double pk_sales_path_sum(const struct pk_sales_path *path, const double *days, int32_t from_date,
                         int32_t to_date);

/* What the targets of a scope ask for on from_date..to_date: each day has the share of the shortest
 * period that holds it which the expected sales of the day have of those of the period. False where
 * a day has no target, or its period is not wholly on the path. `path_scope` gives the shape. */
bool pk_sales_path_target(const struct pk_sales_path *path, size_t path_scope, const char *metric,
                          const struct pk_target_scope *scope, int32_t from_date, int32_t to_date,
                          double *out_target);

/* Widens *from_date..*to_date by the gmv and units targets whose period touches it; false if there
 * are none. */
bool pk_targets_widen(const struct pk_ledger *ledger, int32_t *from_date, int32_t *to_date);

#endif
