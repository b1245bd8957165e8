#include "models/evidence/sales_path.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "models/base/limits.h"
#include "models/base/units.h"
#include "models/history/campaign.h"

/* Sales of the usual price are looked for so far back. */
#define USUAL_AMOUNT_LOOK_BACK_DAYS 120

static bool has_price(const struct pk_promotion *row)
{
    return row->phase != PK_PHASE_PRESALE &&
           (row->net_price_micros >= 0 || row->discount_ratio > 0);
}

static enum pk_status list_rows(struct pk_sales_path *path, const struct pk_shop *shop,
                                struct pk_error *error)
{
    const int32_t last_date = path->first_date + (int32_t)path->day_count - 1;
    path->rows = malloc((shop->promotion_count + 1) * sizeof *path->rows);
    if (path->rows == NULL)
        return pk_error_set(error, PK_OUT_OF_MEMORY, "", "no memory for expected sales");
    for (size_t i = 0; i < shop->promotion_count; i++) {
        const struct pk_promotion *row = &shop->promotions[i];
        if (row->start_date > last_date)
            break;
        if (has_price(row) && row->end_date >= path->first_date - USUAL_AMOUNT_LOOK_BACK_DAYS)
            path->rows[path->row_count++] = row;
    }
    return PK_OK;
}

enum pk_status pk_sales_path_new(const struct pk_view *view, int32_t first_date, int32_t last_date,
                                 struct pk_sales_path *out_path, struct pk_error *error)
{
    const struct pk_shop *shop = &view->data->shop;
    const int32_t first = pk_model_first_date(view->model);
    const int32_t last = shop->as_of_date + PK_HORIZON_DAYS_MAX;
    struct pk_sales_path path = {.data = view->data};
    path.first_date = first_date > first ? first_date : first;
    last_date = last_date < last ? last_date : last;
    path.day_count = last_date < path.first_date ? 0 : (size_t)(last_date - path.first_date) + 1;
    path.scope_count = 1 + shop->category_count + shop->warehouse_count;
    path.scopes = calloc(path.scope_count, sizeof *path.scopes);
    enum pk_status status = PK_OK;
    if (path.scopes == NULL)
        status = pk_error_set(error, PK_OUT_OF_MEMORY, "", "no memory for expected sales");
    for (size_t i = 0; i < path.scope_count && status == PK_OK; i++) {
        double *days = calloc(5 * (path.day_count + 1), sizeof *days);
        if (days == NULL)
            status = pk_error_set(error, PK_OUT_OF_MEMORY, "", "no memory for expected sales");
        path.scopes[i].units = days;
        if (days == NULL)
            break;
        path.scopes[i].amount = days + path.day_count;
        path.scopes[i].noise_variance = days + 2 * path.day_count;
        path.scopes[i].wanted_units = days + 3 * path.day_count;
        path.scopes[i].lost_units = days + 4 * path.day_count;
    }
    if (status == PK_OK)
        status = list_rows(&path, shop, error);
    if (status != PK_OK) {
        pk_sales_path_done(&path);
        return status;
    }
    *out_path = path;
    return PK_OK;
}

void pk_sales_path_done(struct pk_sales_path *path)
{
    for (size_t i = 0; path->scopes != NULL && i < path->scope_count; i++)
        free(path->scopes[i].units);
    free(path->scopes);
    free(path->rows);
    *path = (struct pk_sales_path){0};
}

void pk_sales_path_memory_done(struct pk_sales_path_memory *memory)
{
    pk_forecast_scratch_free(memory->scratch);
    free(memory->mean_units);
    *memory = (struct pk_sales_path_memory){0};
}

size_t pk_sales_path_category(const struct pk_sales_path *path, uint32_t category)
{
    (void)path;
    return 1 + (size_t)category;
}

size_t pk_sales_path_warehouse(const struct pk_sales_path *path, uint32_t warehouse)
{
    return 1 + path->data->shop.category_count + warehouse;
}

/* The priced row that decides for the series on a day: the narrowest scope, among equals the
 * cheaper; NULL without one. */
static const struct pk_promotion *priced_row_on(const struct pk_sales_path *path,
                                                const struct pk_series *series, int32_t date)
{
    const struct pk_shop *shop = &path->data->shop;
    const uint32_t category = shop->items[series->item].category;
    const struct pk_promotion *best = NULL;
    for (size_t i = 0; i < path->row_count; i++) {
        const struct pk_promotion *row = path->rows[i];
        if (row->start_date > date)
            break;
        if (row->end_date < date ||
            !pk_promotion_covers(row, series->item, category, series->warehouse))
            continue;
        if (best == NULL || pk_promotion_narrowness(row) > pk_promotion_narrowness(best) ||
            (pk_promotion_narrowness(row) == pk_promotion_narrowness(best) &&
             row->discount_ratio > best->discount_ratio))
            best = row;
    }
    return best;
}

/* The usual amount of a unit, from the latest days without a price promotion. */
static struct pk_series_amounts usual_amounts(const struct pk_sales_path *path, size_t series)
{
    const struct pk_shop *shop = &path->data->shop;
    const struct pk_series *one = &shop->series[series];
    const struct pk_ledger_range range = pk_series_sales_between(
        path->data, series, shop->as_of_date - USUAL_AMOUNT_LOOK_BACK_DAYS + 1, shop->as_of_date);
    double amount = 0, priced = 0, demand = 0, paid = 0;
    int32_t first_date = PK_DATE_NONE;
    for (size_t i = range.last; i > range.first; i--) {
        const struct pk_sales_bucket *bucket = &path->data->sales.buckets[i - 1];
        if (first_date != PK_DATE_NONE && bucket->date < first_date)
            break;
        if (!(bucket->demand_units > 0) || priced_row_on(path, one, bucket->date) != NULL)
            continue;
        if (first_date == PK_DATE_NONE)
            first_date = bucket->date - PK_USUAL_AMOUNT_DAYS + 1;
        demand += (double)bucket->demand_units;
        paid += (double)(bucket->demand_units + bucket->cancelled_units);
        if (bucket->paid_amount_micros < 0)
            continue;
        amount += (double)bucket->paid_amount_micros / (double)PK_MICROS_PER_UNIT;
        priced += (double)bucket->demand_units;
    }
    struct pk_series_amounts amounts = {NAN, demand > 0 ? paid / demand : 1};
    const int64_t price = pk_shop_price_micros(shop, one->item, one->warehouse, shop->as_of_date);
    if (priced > 0)
        amounts.usual_amount = amount / priced;
    else if (price >= 0)
        amounts.usual_amount = (double)price / (double)PK_MICROS_PER_UNIT * amounts.paid_ratio;
    return amounts;
}

double pk_sales_path_amount_on(const struct pk_sales_path *path, size_t series,
                               const struct pk_series_amounts *amounts, int32_t date)
{
    const struct pk_shop *shop = &path->data->shop;
    const struct pk_series *one = &shop->series[series];
    const struct pk_promotion *row = priced_row_on(path, one, date);
    if (row == NULL)
        return amounts->usual_amount;
    const int64_t price =
        pk_promotion_price_micros(row, pk_shop_price_micros(shop, one->item, one->warehouse, date));
    if (price >= 0)
        return (double)price / (double)PK_MICROS_PER_UNIT * amounts->paid_ratio;
    return amounts->usual_amount * (1 - row->discount_ratio);
}

static enum pk_status make_memory(const struct pk_sales_path *path,
                                  struct pk_sales_path_memory *memory, struct pk_error *error)
{
    if (memory->scratch == NULL)
        memory->scratch = pk_forecast_scratch_new();
    if (memory->mean_units == NULL)
        memory->mean_units = malloc((path->day_count + 7) * sizeof *memory->mean_units);
    return memory->scratch != NULL && memory->mean_units != NULL
               ? PK_OK
               : pk_error_set(error, PK_OUT_OF_MEMORY, "", "no memory for expected sales");
}

/* Means by day of the path: fitted up to as-of, the demand ahead after it; a week is spread
 * evenly over its days. */
static enum pk_status fill_days(const struct pk_sales_path *path, const struct pk_view *view,
                                size_t series, const struct pk_demand *demand,
                                struct pk_sales_path_memory *memory, double *out_days,
                                struct pk_error *error)
{
    const struct pk_shop *shop = &path->data->shop;
    const int32_t bucket_days = shop->series[series].bucket_days;
    const int32_t next_date = demand->first_date;
    for (size_t day = 0; day < path->day_count; day++)
        out_days[day] = 0;
    /* The first bucket that is on the path as a whole. */
    int32_t first_date = next_date - (next_date - path->first_date) / bucket_days * bucket_days;
    size_t past_count =
        first_date < next_date ? (size_t)((next_date - first_date) / bucket_days) : 0;
    if (past_count > 0) {
        enum pk_status status = pk_model_fitted(view->model, shop, series, first_date, past_count,
                                                memory->scratch, memory->mean_units, error);
        if (status != PK_OK)
            return status;
    }
    for (size_t day = 0; day < path->day_count; day++) {
        const int32_t date = path->first_date + (int32_t)day;
        if (date < next_date && date >= first_date) {
            const size_t bucket = (size_t)((date - first_date) / bucket_days);
            out_days[day] = bucket < past_count ? memory->mean_units[bucket] / bucket_days : 0;
        } else if (date >= next_date) {
            const size_t bucket = (size_t)((date - next_date) / bucket_days);
            out_days[day] =
                bucket < demand->bucket_count ? demand->mean_units[bucket] / bucket_days : 0;
        }
    }
    return PK_OK;
}

enum pk_status pk_sales_path_load(const struct pk_sales_path *path, const struct pk_view *view,
                                  size_t series, const struct pk_demand *demand,
                                  struct pk_sales_path_memory *memory,
                                  struct pk_series_path *series_path, struct pk_error *error)
{
    enum pk_status status = make_memory(path, memory, error);
    if (status == PK_OK)
        status = fill_days(path, view, series, demand, memory, series_path->units, error);
    if (status != PK_OK)
        return status;
    series_path->series = series;
    series_path->dispersion = demand->dispersion;
    series_path->amounts = usual_amounts(path, series);
    for (size_t day = 0; day < path->day_count; day++)
        series_path->amount[day] =
            series_path->units[day] > 0
                ? pk_sales_path_amount_on(path, series, &series_path->amounts,
                                          path->first_date + (int32_t)day)
                : NAN;
    return PK_OK;
}

/* Adds the units wanted on past days: those sold, and the fitted mean of the part out of stock. */
static void add_wanted(struct pk_sales_path *path, const struct pk_series_path *series_path,
                       const size_t places[3])
{
    const struct pk_shop *shop = &path->data->shop;
    const int32_t bucket_days = shop->series[series_path->series].bucket_days;
    const struct pk_ledger_range range = pk_series_sales_between(
        path->data, series_path->series, path->first_date, shop->as_of_date);
    for (size_t i = range.first; i < range.last; i++) {
        const struct pk_sales_bucket *bucket = &path->data->sales.buckets[i];
        const double out = bucket->available_ratio < 0 ? 0 : 1 - fmin(bucket->available_ratio, 1);
        for (int32_t day = 0; day < bucket_days; day++) {
            const size_t at = (size_t)(bucket->date - path->first_date + day);
            if (at >= path->day_count)
                break;
            const double lost = out * series_path->units[at];
            for (size_t p = 0; p < 3; p++) {
                struct pk_scope_path *scope = &path->scopes[places[p]];
                scope->lost_units[at] += lost;
                scope->wanted_units[at] += (double)bucket->demand_units / bucket_days + lost;
            }
        }
    }
}

void pk_sales_path_add(struct pk_sales_path *path, const struct pk_series_path *series_path)
{
    const struct pk_shop *shop = &path->data->shop;
    const struct pk_series *one = &shop->series[series_path->series];
    const size_t places[3] = {0, pk_sales_path_category(path, shop->items[one->item].category),
                              pk_sales_path_warehouse(path, one->warehouse)};
    for (size_t day = 0; day < path->day_count; day++) {
        const double units = series_path->units[day], amount = series_path->amount[day];
        if (!(units > 0))
            continue;
        for (size_t p = 0; p < 3; p++) {
            struct pk_scope_path *scope = &path->scopes[places[p]];
            scope->units[day] += units;
            scope->amount[day] += isnan(amount) ? 0 : units * amount;
            scope->noise_variance[day] += units + units * units / series_path->dispersion;
        }
    }
    add_wanted(path, series_path, places);
}

double pk_sales_path_sum(const struct pk_sales_path *path, const double *days, int32_t from_date,
                         int32_t to_date)
{
    double sum = 0;
    for (size_t day = 0; day < path->day_count; day++) {
        const int32_t date = path->first_date + (int32_t)day;
        if (date >= from_date && date <= to_date)
            sum += days[day];
    }
    return sum;
}

bool pk_sales_path_target(const struct pk_sales_path *path, size_t path_scope, const char *metric,
                          const struct pk_target_scope *scope, int32_t from_date, int32_t to_date,
                          double *out_target)
{
    const struct pk_scope_path *sums = &path->scopes[path_scope];
    const double *shape = strcmp(metric, "gmv") == 0 ? sums->amount : sums->units;
    const int32_t last_date = path->first_date + (int32_t)path->day_count - 1;
    double target = 0;
    for (int32_t date = from_date; date <= to_date;) {
        const struct pk_target_row *row = pk_target_on(&path->data->ledger, metric, scope, date);
        if (row == NULL || row->period_start < path->first_date || row->period_end > last_date)
            return false;
        /* Days on which one row decides go together. */
        int32_t end = date;
        while (end < to_date && pk_target_on(&path->data->ledger, metric, scope, end + 1) == row)
            end++;
        const double whole = pk_sales_path_sum(path, shape, row->period_start, row->period_end);
        target += row->value *
                  (whole > 0 ? pk_sales_path_sum(path, shape, date, end) / whole
                             : (end - date + 1.0) / (row->period_end - row->period_start + 1.0));
        date = end + 1;
    }
    *out_target = target;
    return from_date <= to_date;
}

bool pk_targets_widen(const struct pk_ledger *ledger, int32_t *from_date, int32_t *to_date)
{
    const int32_t first = *from_date, last = *to_date;
    bool any = false;
    for (size_t i = 0; i < ledger->target_count; i++) {
        const struct pk_target_row *row = &ledger->targets[i];
        if (row->period_start > last || row->period_end < first ||
            (strcmp(row->metric, "gmv") != 0 && strcmp(row->metric, "units") != 0))
            continue;
        any = true;
        if (row->period_start < *from_date)
            *from_date = row->period_start;
        if (row->period_end > *to_date)
            *to_date = row->period_end;
    }
    return any;
}
