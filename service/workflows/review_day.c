#include "service/workflows/review_day.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "models/base/units.h"
#include "service/workflows/decide_reorder.h"
#include "service/workflows/plan_clearance.h"

/* Everything one review works with. */
struct review_work {
    const struct pk_snapshot *snapshot;
    const struct pk_snapshot *before;
    struct pk_decision_memory *memory;
    struct pk_review_sum *sums;
    double *variances; /* per sum, of its total */
    struct pk_review_line *lines;
    size_t line_count;
    struct pk_clearance_request clearance;
    double usual_return_ratio;
};

#define RETURN_WINDOW_DAYS 30

/* The series of the other snapshot with the same item and warehouse; SIZE_MAX if there is none. */
static size_t find_same(const struct pk_shop *shop, const struct pk_series *series,
                        const struct pk_shop *other)
{
    return pk_shop_find_series(other, pk_shop_find_item(other, shop->items[series->item].item_id),
                               pk_shop_find_warehouse(other, shop->warehouses[series->warehouse]));
}

/* Demand forecast for the as-of bucket by the fit before it. */
static enum pk_status forecast_of_day(struct review_work *work, const struct pk_series *series,
                                      struct pk_window *out_window, struct pk_error *error)
{
    *out_window = (struct pk_window){0, 0, 0, 0};
    if (work->before == NULL)
        return PK_OK;
    const struct pk_shop *earlier = &work->before->data->shop;
    size_t index = find_same(&work->snapshot->data->shop, series, earlier);
    if (index == SIZE_MAX)
        return PK_OK;
    struct pk_demand demand;
    enum pk_status status = pk_model_forecast(work->before->fit->model, earlier, index,
                                              series->bucket_days, work->memory->demand.scratch,
                                              work->memory->mean_units, &demand, NULL, error);
    if (status != PK_OK)
        return status;
    pk_campaign_updates_apply(&work->before->changes.campaigns, earlier, index, &demand,
                              work->memory->mean_units);
    *out_window =
        pk_demand_window(&demand, demand.first_date, demand.first_date + demand.bucket_days - 1);
    return PK_OK;
}

static void sum_sales(const struct pk_shop_data *data, size_t series, int32_t from_date,
                      int32_t to_date, double *out_paid_units, double *out_returned_units)
{
    struct pk_ledger_range range = pk_series_sales_between(data, series, from_date, to_date);
    *out_paid_units = *out_returned_units = 0;
    for (size_t i = range.first; i < range.last; i++) {
        const struct pk_sales_bucket *bucket = &data->sales.buckets[i];
        *out_paid_units += (double)(bucket->demand_units + bucket->cancelled_units);
        *out_returned_units += (double)bucket->returned_units;
    }
}

/* Sold demand of the as-of bucket; the amount is -1 if no row gives one. */
static double sold_on_day(const struct pk_shop_data *data, size_t series, double *out_amount)
{
    int32_t date = pk_series_as_of_date(&data->shop, &data->shop.series[series]);
    struct pk_ledger_range range = pk_series_sales_between(data, series, date, date);
    *out_amount = -1;
    if (range.first == range.last)
        return 0;
    const struct pk_sales_bucket *bucket = &data->sales.buckets[range.first];
    if (bucket->paid_amount_micros >= 0)
        *out_amount = (double)bucket->paid_amount_micros / (double)PK_MICROS_PER_UNIT;
    return (double)bucket->demand_units;
}

static int32_t month_start(int32_t date)
{
    struct pk_civil civil = pk_date_to_civil(date);
    civil.day = 1;
    return pk_date_from_civil(civil);
}

/* Returned / paid units of the whole shop; 0 without sales. */
static double return_ratio_of_shop(const struct pk_shop_data *data)
{
    double paid_units = 0;
    double returned_units = 0;
    for (size_t i = 0; i < data->shop.series_count; i++) {
        double paid;
        double returned;
        sum_sales(data, i, data->shop.as_of_date - RETURN_WINDOW_DAYS + 1, data->shop.as_of_date,
                  &paid, &returned);
        paid_units += paid;
        returned_units += returned;
    }
    return paid_units > 0 ? returned_units / paid_units : 0;
}

static void add_to_sums(struct review_work *work, size_t series, double amount,
                        const struct pk_review_input *input, double sold_units)
{
    const struct pk_window *forecast = &input->forecast;
    const struct pk_shop_data *data = work->snapshot->data;
    int32_t date = data->shop.as_of_date;
    double month_units;
    double returned_units;
    sum_sales(data, series, month_start(date), date, &month_units, &returned_units);
    size_t category = data->shop.items[data->shop.series[series].item].category;
    size_t places[] = {0, 1 + category};
    for (size_t i = 0; i < 2; i++) {
        struct pk_review_sum *sum = &work->sums[places[i]];
        sum->series_count++;
        sum->sold_units += sold_units;
        sum->forecast_units += forecast->mean_units;
        sum->absolute_error_units += fabs(sold_units - forecast->mean_units);
        sum->month_units += month_units;
        sum->paid_units_30_days += input->paid_units_30_days;
        sum->returned_units_30_days += input->returned_units_30_days;
        if (amount >= 0)
            sum->paid_amount = fmax(sum->paid_amount, 0) + amount;
        work->variances[places[i]] += forecast->variance;
    }
}

static enum pk_status review_series(struct review_work *work, size_t series, struct pk_error *error)
{
    const struct pk_shop_data *data = work->snapshot->data;
    const struct pk_series *one = &data->shop.series[series];
    const struct pk_assumptions none = {.stock_units = -1, .lead_time_days = -1};
    struct pk_series_facts facts;
    struct pk_reorder reorder;
    struct pk_clearance clearance;
    struct pk_window forecast;
    double amount;
    double sold_units = sold_on_day(data, series, &amount);
    enum pk_status status = forecast_of_day(work, one, &forecast, error);
    if (status == PK_OK)
        status = pk_decide_clearance(work->snapshot, series, &work->clearance, work->memory, &facts,
                                     &clearance, error);
    if (status == PK_OK)
        status = pk_decide_reorder(work->snapshot, series, &none, NULL, work->memory, &facts,
                                   &reorder, error);
    if (status != PK_OK)
        return status;
    struct pk_review_input input = {.reorder = &reorder,
                                    .clearance = &clearance,
                                    .economics = facts.economics,
                                    .terms = facts.terms,
                                    .sold_units = work->before == NULL ? -1 : sold_units,
                                    .forecast = forecast,
                                    .usual_return_ratio = work->usual_return_ratio};
    sum_sales(data, series, data->shop.as_of_date - RETURN_WINDOW_DAYS + 1, data->shop.as_of_date,
              &input.paid_units_30_days, &input.returned_units_30_days);
    add_to_sums(work, series, amount, &input, sold_units);
    struct pk_review_line *line = &work->lines[work->line_count];
    if (pk_review_judge(&input, line)) {
        line->series = (uint32_t)series;
        work->line_count++;
    }
    return PK_OK;
}

/* Closes the sums: names, quantiles of the totals; drops categories without series, and the one
 * that holds everything because no item has a category. */
static size_t close_sums(struct review_work *work)
{
    const struct pk_shop *shop = &work->snapshot->data->shop;
    size_t kept = 0;
    for (size_t i = 0; i < 1 + shop->category_count; i++) {
        struct pk_review_sum sum = work->sums[i];
        bool is_everything = i > 0 && shop->categories[i - 1][0] == '\0' &&
                             sum.series_count == (int64_t)shop->series_count;
        if (i > 0 && (sum.series_count == 0 || is_everything))
            continue;
        struct pk_window window = {sum.forecast_units, work->variances[i], 0, 0};
        sum.scope = i == 0 ? "total" : "category";
        sum.scope_id = i == 0 ? "" : shop->categories[i - 1];
        sum.low_units = (double)pk_window_quantile_units(&window, 0.1);
        sum.high_units = (double)pk_window_quantile_units(&window, 0.9);
        work->sums[kept++] = sum;
    }
    return kept;
}

enum pk_status pk_review_day(const struct pk_snapshot *snapshot, const struct pk_snapshot *before,
                             struct pk_review *out_review, struct pk_error *error)
{
    const struct pk_shop *shop = &snapshot->data->shop;
    size_t sum_count = 1 + shop->category_count;
    struct review_work work = {.snapshot = snapshot, .before = before};
    work.memory = pk_decision_memory_new();
    work.sums = calloc(sum_count, sizeof *work.sums);
    work.variances = calloc(sum_count, sizeof *work.variances);
    work.lines = calloc(shop->series_count + 1, sizeof *work.lines);
    work.clearance.target_cleared_ratio = PK_CLEARED_RATIO_TARGET_DEFAULT;
    work.usual_return_ratio = return_ratio_of_shop(snapshot->data);
    enum pk_status status = PK_OK;
    if (work.memory == NULL || work.sums == NULL || work.variances == NULL || work.lines == NULL)
        status = pk_error_set(error, PK_OUT_OF_MEMORY, "", "no memory for a review");
    if (status == PK_OK)
        status = pk_clearance_by_date(shop, PK_DATE_NONE, &work.clearance.by_date, error);
    for (size_t i = 0; status == PK_OK && i < sum_count; i++)
        work.sums[i].paid_amount = -1;
    for (size_t i = 0; status == PK_OK && i < shop->series_count; i++)
        status = review_series(&work, i, error);
    if (status == PK_OK) {
        pk_review_rank(work.lines, work.line_count);
        sum_count = close_sums(&work);
        *out_review = (struct pk_review){.date = shop->as_of_date,
                                         .has_forecast = before != NULL,
                                         .sums = work.sums,
                                         .sum_count = sum_count,
                                         .lines = work.lines,
                                         .line_count = work.line_count};
        work.sums = NULL;
        work.lines = NULL;
    }
    free(work.sums);
    free(work.lines);
    free(work.variances);
    pk_decision_memory_free(work.memory);
    return status;
}

void pk_review_done(struct pk_review *review)
{
    free(review->sums);
    free(review->lines);
    *review = (struct pk_review){0};
}
