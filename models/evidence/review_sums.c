#include "models/evidence/review_sums.h"

#include <math.h>
#include <stdlib.h>

#include "models/base/units.h"
#include "models/decision/review/review.h"

static void set_month(struct pk_review_sums *sums)
{
    struct pk_civil civil = pk_date_to_civil(sums->view->data->shop.as_of_date);
    civil.day = 1;
    sums->month_start_date = pk_date_from_civil(civil);
    civil.year += civil.month == 12;
    civil.month = civil.month == 12 ? 1 : civil.month + 1;
    sums->month_end_date = pk_date_from_civil(civil) - 1;
}

enum pk_status pk_review_sums_new(const struct pk_view *view, struct pk_review_sums *out_sums,
                                  struct pk_error *error)
{
    const struct pk_shop *shop = &view->data->shop;
    const size_t count = 1 + shop->category_count;
    struct pk_review_sums sums = {.view = view,
                                  .sums = calloc(count, sizeof *sums.sums),
                                  .bands = calloc(count, sizeof *sums.bands)};
    enum pk_status status = PK_OK;
    if (sums.sums == NULL || sums.bands == NULL)
        status = pk_error_set(error, PK_OUT_OF_MEMORY, "", "no memory for a review");
    for (size_t i = 0; status == PK_OK && i < count; i++)
        sums.sums[i].day.amount = sums.sums[i].month.amount = -1;
    set_month(&sums);
    int32_t from_date = sums.month_start_date, to_date = sums.month_end_date;
    pk_targets_widen(&view->data->ledger, &from_date, &to_date);
    if (from_date > shop->as_of_date - PK_SHARED_DAY_COUNT + 1)
        from_date = shop->as_of_date - PK_SHARED_DAY_COUNT + 1;
    if (status == PK_OK)
        status = pk_sales_path_new(view, from_date, to_date, &sums.path, error);
    if (status == PK_OK)
        *out_sums = sums;
    else
        pk_review_sums_done(&sums);
    return status;
}

void pk_review_sums_done(struct pk_review_sums *sums)
{
    free(sums->sums);
    free(sums->bands);
    pk_sales_path_done(&sums->path);
    *sums = (struct pk_review_sums){0};
}

struct pk_sales_sum pk_sales_sum_between(const struct pk_shop_data *data, size_t series,
                                         int32_t from_date, int32_t to_date)
{
    const struct pk_ledger_range range = pk_series_sales_between(data, series, from_date, to_date);
    struct pk_sales_sum sum = {0, 0, 0, -1};
    for (size_t i = range.first; i < range.last; i++) {
        const struct pk_sales_bucket *bucket = &data->sales.buckets[i];
        sum.demand_units += (double)bucket->demand_units;
        sum.paid_units += (double)(bucket->demand_units + bucket->cancelled_units);
        sum.returned_units += (double)bucket->returned_units;
        if (bucket->paid_amount_micros >= 0)
            sum.paid_amount = fmax(sum.paid_amount, 0) +
                              (double)bucket->paid_amount_micros / (double)PK_MICROS_PER_UNIT;
    }
    return sum;
}

struct pk_sales_sum pk_sales_sum_lately(const struct pk_shop_data *data, size_t series)
{
    const int32_t date = data->shop.as_of_date;
    return pk_sales_sum_between(data, series, date - PK_RETURN_WATCH_DAYS + 1, date);
}

double pk_return_ratio_of_shop(const struct pk_shop_data *data)
{
    double paid_units = 0;
    double returned_units = 0;
    for (size_t i = 0; i < data->shop.series_count; i++) {
        const struct pk_sales_sum sum = pk_sales_sum_lately(data, i);
        paid_units += sum.paid_units;
        returned_units += sum.returned_units;
    }
    return paid_units > 0 ? returned_units / paid_units : 0;
}

/* The series of the other snapshot with the same item and warehouse; SIZE_MAX if there is none. */
static size_t find_same(const struct pk_shop *shop, const struct pk_series *series,
                        const struct pk_shop *other)
{
    return pk_shop_find_series(other, pk_shop_find_item(other, shop->items[series->item].item_id),
                               pk_shop_find_warehouse(other, shop->warehouses[series->warehouse]));
}

enum pk_status pk_day_forecast(const struct pk_view *view, const struct pk_view *before,
                               size_t series, struct pk_forecast_scratch *scratch,
                               double *mean_units, struct pk_noisy_window *out_forecast,
                               struct pk_error *error)
{
    const struct pk_series *one = &view->data->shop.series[series];
    const size_t earlier =
        before == NULL ? SIZE_MAX : find_same(&view->data->shop, one, &before->data->shop);
    *out_forecast = (struct pk_noisy_window){0};
    if (earlier == SIZE_MAX)
        return PK_OK;
    struct pk_demand demand;
    const enum pk_status status =
        pk_model_forecast(before->model, &before->data->shop, earlier, one->bucket_days, scratch,
                          mean_units, &demand, NULL, error);
    if (status != PK_OK)
        return status;
    pk_campaign_updates_apply(&before->changes->campaigns, &before->data->shop, earlier, &demand,
                              mean_units);
    const struct pk_window window =
        pk_demand_window(&demand, demand.first_date, demand.first_date + demand.bucket_days - 1);
    *out_forecast = (struct pk_noisy_window){
        window, window.mean_units + window.mean_units * window.mean_units / demand.dispersion};
    return PK_OK;
}

/* What the month still has of one series, in units and in money. */
static void load_rest(const struct pk_review_sums *sums, size_t series,
                      const struct pk_demand *demand, struct pk_reviewed_series *reviewed)
{
    const int32_t end_date = sums->month_end_date;
    reviewed->rest =
        (struct pk_noisy_window){pk_demand_window(demand, demand->first_date, end_date), 0};
    reviewed->rest_amount = 0;
    for (size_t i = 0; i < demand->bucket_count; i++) {
        const int32_t date = demand->first_date + (int32_t)i * demand->bucket_days;
        if (date > end_date)
            break;
        const double inside =
            fmin(end_date - date + 1.0, demand->bucket_days) / demand->bucket_days;
        const double units = demand->mean_units[i];
        const double amount =
            pk_sales_path_amount_on(&sums->path, series, &reviewed->path.amounts, date);
        reviewed->rest.noise_variance += inside * (units + units * units / demand->dispersion);
        reviewed->rest_amount += isnan(amount) ? 0 : inside * units * amount;
    }
}

enum pk_status pk_review_sums_load(const struct pk_review_sums *sums, size_t series,
                                   const struct pk_demand *demand,
                                   struct pk_sales_path_memory *memory,
                                   struct pk_reviewed_series *reviewed, struct pk_error *error)
{
    const struct pk_shop_data *data = sums->view->data;
    const struct pk_series *one = &data->shop.series[series];
    const int32_t date = pk_series_as_of_date(&data->shop, one);
    const enum pk_status status =
        pk_sales_path_load(&sums->path, sums->view, series, demand, memory, &reviewed->path, error);
    if (status != PK_OK)
        return status;
    reviewed->category = data->shop.items[one->item].category;
    reviewed->lately = pk_sales_sum_lately(data, series);
    reviewed->day = pk_sales_sum_between(data, series, date, date);
    reviewed->month =
        pk_sales_sum_between(data, series, sums->month_start_date, data->shop.as_of_date);
    reviewed->amount = pk_sales_path_amount_on(&sums->path, series, &reviewed->path.amounts, date);
    load_rest(sums, series, demand, reviewed);
    return PK_OK;
}

static void add_amount(double *sum, double amount)
{
    if (amount >= 0)
        *sum = fmax(*sum, 0) + amount;
}

static void add_to_scope(const struct pk_reviewed_series *one, struct pk_review_sum *sum,
                         struct pk_review_bands *bands)
{
    const struct pk_window *forecast = &one->forecast.window;
    const struct pk_window *rest = &one->rest.window;
    const double noise_variance = one->rest.noise_variance;
    sum->series_count++;
    sum->sold_units += one->day.demand_units;
    sum->forecast_units += forecast->mean_units;
    sum->absolute_error_units += fabs(one->day.demand_units - forecast->mean_units);
    sum->forecast_amount += isnan(one->amount) ? 0 : forecast->mean_units * one->amount;
    sum->day.units += one->day.paid_units;
    sum->month.units += one->month.paid_units;
    add_amount(&sum->day.amount, one->day.paid_amount);
    add_amount(&sum->month.amount, one->month.paid_amount);
    sum->paid_units_30_days += one->lately.paid_units;
    sum->returned_units_30_days += one->lately.returned_units;
    pk_total_band_add(&bands->day, forecast->mean_units, forecast->variance,
                      one->forecast.noise_variance, 1);
    pk_total_band_add(&bands->rest, rest->mean_units, rest->variance, noise_variance,
                      one->path.amounts.paid_ratio);
    if (rest->mean_units > 0)
        pk_total_band_add(&bands->rest_amount, rest->mean_units, rest->variance, noise_variance,
                          one->rest_amount / rest->mean_units);
}

void pk_review_sums_add(struct pk_review_sums *sums, const struct pk_reviewed_series *reviewed)
{
    const size_t category = 1 + (size_t)reviewed->category;
    pk_sales_path_add(&sums->path, &reviewed->path);
    add_to_scope(reviewed, &sums->sums[0], &sums->bands[0]);
    add_to_scope(reviewed, &sums->sums[category], &sums->bands[category]);
}

/* Days of the past that the shared variance of a scope's day is learnt from. */
static double shared_variance(const struct pk_review_sums *sums, size_t scope)
{
    const struct pk_sales_path *path = &sums->path;
    const struct pk_scope_path *days = &path->scopes[scope];
    const int32_t as_of_date = sums->view->data->shop.as_of_date;
    const int32_t last = as_of_date - path->first_date + 1;
    const int32_t count = last < PK_SHARED_DAY_COUNT ? last : PK_SHARED_DAY_COUNT;
    if (count <= 0 || (size_t)last > path->day_count)
        return 0;
    const size_t at = (size_t)(last - count);
    return pk_shared_day_variance(days->wanted_units + at, days->units + at,
                                  days->noise_variance + at, (size_t)count);
}

/* Share of what was wanted that could be served lately: what is short now stays short for a
 * while. */
static double served_ratio(const struct pk_review_sums *sums, size_t scope)
{
    const struct pk_scope_path *days = &sums->path.scopes[scope];
    const int32_t date = sums->view->data->shop.as_of_date;
    const int32_t first = date - PK_SHARED_DAY_COUNT + 1;
    const double wanted = pk_sales_path_sum(&sums->path, days->wanted_units, first, date);
    const double lost = pk_sales_path_sum(&sums->path, days->lost_units, first, date);
    return wanted > 0 ? 1 - PK_LOST_SHARE_KEPT * lost / wanted : 1;
}

static double quantile(const struct pk_total_band *band, double variance, double probability)
{
    return pk_total_band_quantile(band->mean, variance, probability);
}

/* Actual so far and the quantiles of what the month still brings. */
static void close_landing(const struct pk_review_sums *sums, size_t scope, double shared,
                          struct pk_review_sum *sum)
{
    const struct pk_review_bands *bands = &sums->bands[scope];
    const struct pk_scope_path *days = &sums->path.scopes[scope];
    const int32_t next_date = sums->view->data->shop.as_of_date + 1;
    double squares = 0, units = 0, squared_amounts = 0, amount = 0;
    for (int32_t date = next_date; date <= sums->month_end_date; date++) {
        const size_t day = (size_t)(date - sums->path.first_date);
        units += days->units[day];
        amount += days->amount[day];
        squares += days->units[day] * days->units[day];
        squared_amounts += days->amount[day] * days->amount[day];
    }
    /* The part of the total's square that independent days leave. */
    const double rest = units > 0 ? squares / (units * units) : 0;
    const double rest_amount = amount > 0 ? squared_amounts / (amount * amount) : 0;
    const double variance =
        pk_total_band_variance(&bands->rest, shared, rest * bands->rest.mean * bands->rest.mean);
    const double amount_variance =
        pk_total_band_variance(&bands->rest_amount, shared,
                               rest_amount * bands->rest_amount.mean * bands->rest_amount.mean);
    const double served = served_ratio(sums, scope);
    const double done = fmax(sum->month.amount, 0);
    sum->landing_q10 = (struct pk_review_pair){
        sum->month.units + served * quantile(&bands->rest, variance, 0.1),
        done + served * quantile(&bands->rest_amount, amount_variance, 0.1)};
    sum->landing_q50 = (struct pk_review_pair){
        sum->month.units + served * quantile(&bands->rest, variance, 0.5),
        done + served * quantile(&bands->rest_amount, amount_variance, 0.5)};
    sum->landing_q90 = (struct pk_review_pair){
        sum->month.units + served * quantile(&bands->rest, variance, 0.9),
        done + served * quantile(&bands->rest_amount, amount_variance, 0.9)};
}

static struct pk_review_pair target_of(const struct pk_review_sums *sums, size_t scope,
                                       const struct pk_target_scope *target, int32_t from_date,
                                       int32_t to_date)
{
    struct pk_review_pair pair = {NAN, NAN};
    pk_sales_path_target(&sums->path, scope, "units", target, from_date, to_date, &pair.units);
    pk_sales_path_target(&sums->path, scope, "gmv", target, from_date, to_date, &pair.amount);
    return pair;
}

static void close_month(const struct pk_review_sums *sums, size_t scope, struct pk_review_sum *sum)
{
    const struct pk_sales_path *path = &sums->path;
    const struct pk_scope_path *days = &path->scopes[scope];
    const struct pk_target_scope target = {
        "", "", scope == 0 ? PK_INDEX_NONE : (uint32_t)(scope - 1), PK_INDEX_NONE};
    const int32_t start = sums->month_start_date, end = sums->month_end_date;
    const int32_t date = sums->view->data->shop.as_of_date;
    const double units = pk_sales_path_sum(path, days->units, start, end);
    const double amount = pk_sales_path_sum(path, days->amount, start, end);
    sum->month_expected =
        (struct pk_review_pair){pk_sales_path_sum(path, days->units, start, date),
                                pk_sales_path_sum(path, days->amount, start, date)};
    sum->progress = (struct pk_review_pair){units > 0 ? sum->month_expected.units / units : NAN,
                                            amount > 0 ? sum->month_expected.amount / amount : NAN};
    sum->day_target = target_of(sums, scope, &target, date, date);
    sum->due_target = target_of(sums, scope, &target, start, date);
    sum->month_target = target_of(sums, scope, &target, start, end);
}

size_t pk_review_sums_close(struct pk_review_sums *sums)
{
    const struct pk_shop *shop = &sums->view->data->shop;
    size_t kept = 0;
    for (size_t i = 1; i < 1 + shop->category_count; i++) {
        pk_total_band_close_group(&sums->bands[i].day, &sums->bands[0].day);
        pk_total_band_close_group(&sums->bands[i].rest, &sums->bands[0].rest);
        pk_total_band_close_group(&sums->bands[i].rest_amount, &sums->bands[0].rest_amount);
    }
    for (size_t i = 0; i < 1 + shop->category_count; i++) {
        struct pk_review_sum sum = sums->sums[i];
        bool is_everything = i > 0 && shop->categories[i - 1][0] == '\0' &&
                             sum.series_count == (int64_t)shop->series_count;
        if (i > 0 && (sum.series_count == 0 || is_everything))
            continue;
        const struct pk_total_band *day = &sums->bands[i].day;
        const double shared = shared_variance(sums, i);
        const double variance = pk_total_band_variance(day, shared, day->mean * day->mean);
        sum.scope = i == 0 ? "total" : "category";
        sum.scope_id = i == 0 ? "" : shop->categories[i - 1];
        sum.low_units = quantile(day, variance, 0.1);
        sum.high_units = quantile(day, variance, 0.9);
        close_landing(sums, i, shared, &sum);
        close_month(sums, i, &sum);
        sums->sums[kept++] = sum;
    }
    return kept;
}
