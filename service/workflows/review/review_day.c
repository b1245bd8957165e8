#include "service/workflows/review/review_day.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "models/base/array.h"
#include "models/base/units.h"
#include "models/decision/review/total_band.h"
#include "models/evidence/sales_path.h"
#include "service/work/series_run.h"
#include "service/workflows/clearance/plan_clearance.h"
#include "service/workflows/reorder/plan_reorder.h"
#include "service/workflows/review/raise_decisions.h"
#include "service/workflows/review/review_input.h"

/* Bands of one scope: the day, and the days that the month still has. */
struct scope_bands {
    struct pk_total_band day, rest, rest_amount;
};

/* Series that one thread reviews in a row. */
#define PART_SERIES 32

/* What a thread works with. */
struct reviewer {
    struct pk_decision_memory *memory, *promotion_memory;
    struct pk_forecast_scratch *scratch; /* of the fit before */
    struct pk_sales_path_memory path;
};

/* What the sales rows of a range sum to; the amount is -1 if none gives one. */
struct sales_sum {
    double demand_units, paid_units, returned_units, paid_amount;
};

/* What the month still has of one series, in units and in money. */
struct rest_of_month {
    struct pk_window window; /* of demand */
    double noise_variance;
    double amount; /* expected */
};

/* One series reviewed, and not added to the sums yet. */
struct reviewed {
    uint32_t category;
    struct pk_window forecast; /* of the as-of bucket, from the fit before it */
    double noise_variance;     /* of that bucket */
    double paid_units_30_days, returned_units_30_days;
    struct sales_sum day, month;
    struct rest_of_month rest;
    double amount; /* of a unit on the as-of bucket */
    struct pk_series_path path;
    bool has_line;
    struct pk_review_line line;
    double days[]; /* of the path: its units, then its amounts */
};

/* Everything one review works with. */
struct review_work {
    const struct pk_view *view;
    const struct pk_view *before;
    const struct pk_review_request *request;
    struct pk_reorder_line *planned; /* of every series */
    size_t planned_count;
    struct pk_price_responses price_responses;
    struct pk_review_frame frame;
    struct pk_sales_path path;
    struct pk_review_sum *sums; /* total, then categories */
    struct scope_bands *bands;
    struct pk_review_line *lines;
    size_t line_count, line_capacity;
    struct pk_clearance_request clearance;
    double usual_return_ratio;
    int32_t month_start_date, month_end_date;
};

#define RETURN_WINDOW_DAYS 30
/* Part of the share lost lately that is lost for the rest of the month too: a third is back in stock. Chosen
 * at rolling origins of simulated shops, models/decision/README.md. */
#define LOST_SHARE_KEPT 0.67

/* The series of the other snapshot with the same item and warehouse; SIZE_MAX if there is none. */
static size_t find_same(const struct pk_shop *shop, const struct pk_series *series,
                        const struct pk_shop *other)
{
    return pk_shop_find_series(other, pk_shop_find_item(other, shop->items[series->item].item_id),
                               pk_shop_find_warehouse(other, shop->warehouses[series->warehouse]));
}

/* Demand forecast for the as-of bucket by the fit before it, and the dispersion of the day. */
static enum pk_status forecast_of_day(const struct review_work *work, struct reviewer *reviewer,
                                      const struct pk_series *series, struct pk_window *out_window,
                                      double *out_noise_variance, struct pk_error *error)
{
    *out_window = (struct pk_window){0, 0, 0, 0};
    *out_noise_variance = 0;
    if (work->before == NULL)
        return PK_OK;
    const struct pk_shop *earlier = &work->before->data->shop;
    size_t index = find_same(&work->view->data->shop, series, earlier);
    if (index == SIZE_MAX)
        return PK_OK;
    struct pk_demand demand;
    enum pk_status status =
        pk_model_forecast(work->before->model, earlier, index, series->bucket_days,
                          reviewer->scratch, reviewer->memory->mean_units, &demand, NULL, error);
    if (status != PK_OK)
        return status;
    pk_campaign_updates_apply(&work->before->changes->campaigns, earlier, index, &demand,
                              reviewer->memory->mean_units);
    *out_window =
        pk_demand_window(&demand, demand.first_date, demand.first_date + demand.bucket_days - 1);
    *out_noise_variance = out_window->mean_units +
                          out_window->mean_units * out_window->mean_units / demand.dispersion;
    return PK_OK;
}

static struct sales_sum sum_sales(const struct pk_shop_data *data, size_t series, int32_t from_date,
                                  int32_t to_date)
{
    struct pk_ledger_range range = pk_series_sales_between(data, series, from_date, to_date);
    struct sales_sum sum = {0, 0, 0, -1};
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

/* Returned / paid units of the whole shop; 0 without sales. */
static double return_ratio_of_shop(const struct pk_shop_data *data)
{
    double paid_units = 0;
    double returned_units = 0;
    for (size_t i = 0; i < data->shop.series_count; i++) {
        const struct sales_sum sum = sum_sales(
            data, i, data->shop.as_of_date - RETURN_WINDOW_DAYS + 1, data->shop.as_of_date);
        paid_units += sum.paid_units;
        returned_units += sum.returned_units;
    }
    return paid_units > 0 ? returned_units / paid_units : 0;
}

static void add_amount(double *sum, double amount)
{
    if (amount >= 0)
        *sum = fmax(*sum, 0) + amount;
}

static struct rest_of_month rest_of_month(const struct review_work *work, size_t series,
                                          const struct pk_demand *demand,
                                          const struct pk_series_amounts *amounts)
{
    struct rest_of_month rest = {
        .window = pk_demand_window(demand, demand->first_date, work->month_end_date)};
    for (size_t i = 0; i < demand->bucket_count; i++) {
        const int32_t date = demand->first_date + (int32_t)i * demand->bucket_days;
        if (date > work->month_end_date)
            break;
        const double inside =
            fmin(work->month_end_date - date + 1.0, demand->bucket_days) / demand->bucket_days;
        const double units = demand->mean_units[i];
        const double amount = pk_sales_path_amount_on(&work->path, series, amounts, date);
        rest.noise_variance += inside * (units + units * units / demand->dispersion);
        rest.amount += isnan(amount) ? 0 : inside * units * amount;
    }
    return rest;
}

static void add_to_sums(struct review_work *work, const struct reviewed *line)
{
    const struct pk_window *forecast = &line->forecast;
    const struct rest_of_month *rest = &line->rest;
    const size_t places[] = {0, 1 + (size_t)line->category};
    for (size_t i = 0; i < 2; i++) {
        struct pk_review_sum *sum = &work->sums[places[i]];
        struct scope_bands *bands = &work->bands[places[i]];
        sum->series_count++;
        sum->sold_units += line->day.demand_units;
        sum->forecast_units += forecast->mean_units;
        sum->absolute_error_units += fabs(line->day.demand_units - forecast->mean_units);
        sum->forecast_amount += isnan(line->amount) ? 0 : forecast->mean_units * line->amount;
        sum->day.units += line->day.paid_units;
        sum->month.units += line->month.paid_units;
        add_amount(&sum->day.amount, line->day.paid_amount);
        add_amount(&sum->month.amount, line->month.paid_amount);
        sum->paid_units_30_days += line->paid_units_30_days;
        sum->returned_units_30_days += line->returned_units_30_days;
        pk_total_band_add(&bands->day, forecast->mean_units, forecast->variance,
                          line->noise_variance, 1);
        pk_total_band_add(&bands->rest, rest->window.mean_units, rest->window.variance,
                          rest->noise_variance, line->path.amounts.paid_ratio);
        if (rest->window.mean_units > 0)
            pk_total_band_add(&bands->rest_amount, rest->window.mean_units, rest->window.variance,
                              rest->noise_variance, rest->amount / rest->window.mean_units);
    }
}

static enum pk_status out_of_memory(struct pk_error *error)
{
    return pk_error_set(error, PK_OUT_OF_MEMORY, "", "no memory for a review");
}

static enum pk_status add_line(struct review_work *work, const struct pk_review_line *line,
                               struct pk_error *error)
{
    const enum pk_status status =
        pk_array_reserve(&work->lines, &work->line_capacity, work->line_count + 1,
                         sizeof *work->lines, "lines of a review", error);
    if (status != PK_OK)
        return status;
    work->lines[work->line_count++] = *line;
    return PK_OK;
}

/* Reviews one series after its order. */
static enum pk_status review_series(const void *context, void *memory, size_t series, void *row,
                                    bool *out_is_kept, struct pk_error *error)
{
    const struct review_work *work = context;
    const struct pk_shop_data *data = work->view->data;
    const struct pk_reorder_line *planned = &work->planned[series];
    struct reviewer *reviewer = memory;
    struct reviewed *out = row;
    (void)out_is_kept;
    const struct pk_series *one = &data->shop.series[series];
    const int32_t as_of_date = data->shop.as_of_date;
    const struct sales_sum lately =
        sum_sales(data, series, as_of_date - RETURN_WINDOW_DAYS + 1, as_of_date);
    const int32_t date = pk_series_as_of_date(&data->shop, one);
    struct pk_review_input input = {
        .reorder = &planned->decision,
        .is_order_decided = planned->state[0] != '\0',
        .transfer_units = (double)planned->transfer_units,
        .sold_units = work->before == NULL ? -1 : sum_sales(data, series, date, date).demand_units,
        .paid_units_30_days = lately.paid_units,
        .returned_units_30_days = lately.returned_units,
        .usual_return_ratio = work->usual_return_ratio};
    struct pk_series_facts facts;
    struct pk_clearance clearance;
    struct pk_promotion_check check;
    out->path.units = out->days;
    out->path.amount = out->days + work->path.day_count;
    enum pk_status status =
        forecast_of_day(work, reviewer, one, &input.forecast, &out->noise_variance, error);
    if (status == PK_OK)
        status = pk_decide_clearance(work->view, series, &work->clearance, reviewer->memory, &facts,
                                     &clearance, error);
    if (status == PK_OK)
        status = pk_sales_path_load(&work->path, work->view, series, &facts.demand, &reviewer->path,
                                    &out->path, error);
    if (status != PK_OK)
        return status;
    input.clearance = &clearance;
    input.economics = facts.economics;
    input.terms = facts.terms;
    out->category = facts.item->category;
    out->forecast = input.forecast;
    out->paid_units_30_days = lately.paid_units;
    out->returned_units_30_days = lately.returned_units;
    out->day = sum_sales(data, series, date, date);
    out->month = sum_sales(data, series, work->month_start_date, as_of_date);
    out->rest = rest_of_month(work, series, &facts.demand, &out->path.amounts);
    out->amount = pk_sales_path_amount_on(&work->path, series, &out->path.amounts, date);
    status = pk_review_input_complete(&work->frame, series, &facts, reviewer->promotion_memory,
                                      &check, &input, error);
    if (status != PK_OK)
        return status;
    out->has_line = pk_review_judge(&input, &out->line);
    out->line.series = (uint32_t)series;
    return PK_OK;
}

static enum pk_status begin_reviewer(const void *context, void *memory, struct pk_error *error)
{
    struct reviewer *reviewer = memory;
    (void)context;
    reviewer->memory = pk_decision_memory_new();
    reviewer->promotion_memory = pk_decision_memory_new();
    reviewer->scratch = pk_forecast_scratch_new();
    return reviewer->memory != NULL && reviewer->promotion_memory != NULL &&
                   reviewer->scratch != NULL
               ? PK_OK
               : out_of_memory(error);
}

static void end_reviewer(void *memory)
{
    struct reviewer *reviewer = memory;
    pk_decision_memory_free(reviewer->memory);
    pk_decision_memory_free(reviewer->promotion_memory);
    pk_forecast_scratch_free(reviewer->scratch);
    pk_sales_path_memory_done(&reviewer->path);
}

static enum pk_status add_reviewed(void *context, void *row, struct pk_error *error)
{
    struct review_work *work = context;
    const struct reviewed *reviewed = row;
    pk_sales_path_add(&work->path, &reviewed->path);
    add_to_sums(work, reviewed);
    return reviewed->has_line ? add_line(work, &reviewed->line, error) : PK_OK;
}

/* Days of the past that the shared variance of a scope's day is learnt from. */
static double shared_variance(const struct review_work *work, size_t scope)
{
    const struct pk_sales_path *path = &work->path;
    const struct pk_scope_path *sums = &path->scopes[scope];
    const int32_t as_of_date = work->view->data->shop.as_of_date;
    const int32_t last = as_of_date - path->first_date + 1;
    const int32_t count = last < PK_SHARED_DAY_COUNT ? last : PK_SHARED_DAY_COUNT;
    if (count <= 0 || (size_t)last > path->day_count)
        return 0;
    const size_t at = (size_t)(last - count);
    return pk_shared_day_variance(sums->wanted_units + at, sums->units + at,
                                  sums->noise_variance + at, (size_t)count);
}

/* Share of what was wanted that could be served lately: what is short now stays short for a while. */
static double served_ratio(const struct review_work *work, size_t scope)
{
    const struct pk_scope_path *sums = &work->path.scopes[scope];
    const int32_t date = work->view->data->shop.as_of_date;
    const int32_t first = date - PK_SHARED_DAY_COUNT + 1;
    const double wanted = pk_sales_path_sum(&work->path, sums->wanted_units, first, date);
    const double lost = pk_sales_path_sum(&work->path, sums->lost_units, first, date);
    return wanted > 0 ? 1 - LOST_SHARE_KEPT * lost / wanted : 1;
}

static double quantile(const struct pk_total_band *band, double variance, double probability)
{
    return pk_total_band_quantile(band->mean, variance, probability);
}

/* Actual so far and the quantiles of what the month still brings. */
static void close_landing(const struct review_work *work, size_t scope, double shared,
                          struct pk_review_sum *sum)
{
    const struct scope_bands *bands = &work->bands[scope];
    const struct pk_scope_path *days = &work->path.scopes[scope];
    const int32_t next_date = work->view->data->shop.as_of_date + 1;
    double squares = 0, units = 0, squared_amounts = 0, amount = 0;
    for (int32_t date = next_date; date <= work->month_end_date; date++) {
        const size_t day = (size_t)(date - work->path.first_date);
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
    const double served = served_ratio(work, scope);
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

static struct pk_review_pair target_of(const struct review_work *work, size_t scope,
                                       const struct pk_target_scope *target, int32_t from_date,
                                       int32_t to_date)
{
    struct pk_review_pair pair = {NAN, NAN};
    pk_sales_path_target(&work->path, scope, "units", target, from_date, to_date, &pair.units);
    pk_sales_path_target(&work->path, scope, "gmv", target, from_date, to_date, &pair.amount);
    return pair;
}

static void close_month(const struct review_work *work, size_t scope, struct pk_review_sum *sum)
{
    const struct pk_sales_path *path = &work->path;
    const struct pk_scope_path *days = &path->scopes[scope];
    const struct pk_target_scope target = {
        "", "", scope == 0 ? PK_INDEX_NONE : (uint32_t)(scope - 1), PK_INDEX_NONE};
    const int32_t start = work->month_start_date, end = work->month_end_date;
    const int32_t date = work->view->data->shop.as_of_date;
    const double units = pk_sales_path_sum(path, days->units, start, end);
    const double amount = pk_sales_path_sum(path, days->amount, start, end);
    sum->month_expected =
        (struct pk_review_pair){pk_sales_path_sum(path, days->units, start, date),
                                pk_sales_path_sum(path, days->amount, start, date)};
    sum->progress = (struct pk_review_pair){units > 0 ? sum->month_expected.units / units : NAN,
                                            amount > 0 ? sum->month_expected.amount / amount : NAN};
    sum->day_target = target_of(work, scope, &target, date, date);
    sum->due_target = target_of(work, scope, &target, start, date);
    sum->month_target = target_of(work, scope, &target, start, end);
}

/* Closes the sums: names, bands, targets; drops categories without series, and the one that holds
 * everything because no item has a category. */
static size_t close_sums(struct review_work *work)
{
    const struct pk_shop *shop = &work->view->data->shop;
    size_t kept = 0;
    for (size_t i = 1; i < 1 + shop->category_count; i++) {
        pk_total_band_close_group(&work->bands[i].day, &work->bands[0].day);
        pk_total_band_close_group(&work->bands[i].rest, &work->bands[0].rest);
        pk_total_band_close_group(&work->bands[i].rest_amount, &work->bands[0].rest_amount);
    }
    for (size_t i = 0; i < 1 + shop->category_count; i++) {
        struct pk_review_sum sum = work->sums[i];
        bool is_everything = i > 0 && shop->categories[i - 1][0] == '\0' &&
                             sum.series_count == (int64_t)shop->series_count;
        if (i > 0 && (sum.series_count == 0 || is_everything))
            continue;
        const struct pk_total_band *day = &work->bands[i].day;
        const double shared = shared_variance(work, i);
        const double variance = pk_total_band_variance(day, shared, day->mean * day->mean);
        sum.scope = i == 0 ? "total" : "category";
        sum.scope_id = i == 0 ? "" : shop->categories[i - 1];
        sum.low_units = quantile(day, variance, 0.1);
        sum.high_units = quantile(day, variance, 0.9);
        close_landing(work, i, shared, &sum);
        close_month(work, i, &sum);
        work->sums[kept++] = sum;
    }
    return kept;
}

static void set_month(struct review_work *work)
{
    struct pk_civil civil = pk_date_to_civil(work->view->data->shop.as_of_date);
    civil.day = 1;
    work->month_start_date = pk_date_from_civil(civil);
    civil.year += civil.month == 12;
    civil.month = civil.month == 12 ? 1 : civil.month + 1;
    work->month_end_date = pk_date_from_civil(civil) - 1;
}

static enum pk_status begin(struct review_work *work, const struct pk_view *lives_before,
                            struct pk_error *error)
{
    const struct pk_shop *shop = &work->view->data->shop;
    const size_t sum_count = 1 + shop->category_count;
    int32_t from_date = work->month_start_date, to_date = work->month_end_date;
    work->planned = malloc((shop->series_count + 1) * sizeof *work->planned);
    work->sums = calloc(sum_count, sizeof *work->sums);
    work->bands = calloc(sum_count, sizeof *work->bands);
    work->clearance.target_cleared_ratio = PK_CLEARED_RATIO_TARGET_DEFAULT;
    work->usual_return_ratio = return_ratio_of_shop(work->view->data);
    if (work->planned == NULL || work->sums == NULL || work->bands == NULL)
        return out_of_memory(error);
    for (size_t i = 0; i < sum_count; i++)
        work->sums[i].day.amount = work->sums[i].month.amount = -1;
    pk_targets_widen(&work->view->data->ledger, &from_date, &to_date);
    if (from_date > shop->as_of_date - PK_SHARED_DAY_COUNT + 1)
        from_date = shop->as_of_date - PK_SHARED_DAY_COUNT + 1;
    enum pk_status status = pk_sales_path_new(work->view, from_date, to_date, &work->path, error);
    if (status == PK_OK)
        status = pk_review_frame_new(work->view, lives_before, PK_REVIEW_PROMOTION_DAYS,
                                     &work->frame, error);
    if (status == PK_OK)
        status = pk_clearance_by_date(shop, PK_DATE_NONE, &work->clearance.by_date, error);
    if (status == PK_OK)
        status = pk_price_responses_load(work->view->data, &work->price_responses, error);
    work->clearance.price_responses = &work->price_responses;
    return status;
}

static enum pk_status keep_planned(void *context, const struct pk_reorder_line *planned,
                                   struct pk_error *error)
{
    struct review_work *work = context;
    (void)error;
    work->planned[work->planned_count++] = *planned;
    return PK_OK;
}

/* Every series, each after the order that `reorder` would print for it. */
static enum pk_status review_all(struct review_work *work, struct pk_error *error)
{
    const struct pk_series_filter everything = {0};
    const struct pk_reorder_request request = {
        .assumptions = {.stock_units = -1, .lead_time_days = -1},
        .all_items = true,
        .budget_micros = -1,
        .thread_count = work->request->thread_count};
    struct pk_series_selection selection = {0};
    struct pk_reorder_totals totals = {0};
    enum pk_status status =
        pk_series_select(&work->view->data->shop, &everything, &selection, error);
    if (status == PK_OK) {
        status =
            pk_plan_reorders(work->view, &selection, &request, keep_planned, work, &totals, error);
        pk_reorder_totals_done(&totals);
    }
    const struct pk_series_work series_work = {
        .parts = {&work->view->data->shop, &selection, PART_SERIES},
        .thread_count = work->request->thread_count,
        .noun = "a review",
        .context = work,
        .memory_size = sizeof(struct reviewer),
        .begin = begin_reviewer,
        .end = end_reviewer,
        .row_size = sizeof(struct reviewed) + 2 * work->path.day_count * sizeof(double),
        .make = review_series,
        .take = add_reviewed};
    if (status == PK_OK)
        status = pk_series_run(&series_work, error);
    pk_series_selection_done(&selection);
    return status;
}

/* Cuts the lines to what is listed: the first of those raised, and the open ones if wanted. */
static void cut_lines(const struct pk_review_request *request, struct pk_review *review)
{
    const size_t most = (size_t)request->line_count_maximum;
    const size_t raised = review->raised_count < most ? review->raised_count : most;
    size_t open = request->wants_open ? review->open_count : 0;
    if (open > PK_REVIEW_LINE_COUNT_MAX)
        open = PK_REVIEW_LINE_COUNT_MAX;
    if (open > 0)
        memmove(review->lines + raised, review->lines + review->raised_count,
                open * sizeof *review->lines);
    review->line_count = raised + open;
}

static void end(struct review_work *work)
{
    pk_price_responses_done(&work->price_responses);
    free(work->planned);
    free(work->sums);
    free(work->bands);
    free(work->lines);
    pk_sales_path_done(&work->path);
    pk_review_frame_done(&work->frame);
}

enum pk_status pk_review_day(const struct pk_view *view, const struct pk_review_history *history,
                             const struct pk_review_request *request, struct pk_review *out_review,
                             struct pk_error *error)
{
    const struct pk_shop *shop = &view->data->shop;
    struct review_work work = {.view = view, .before = history->before, .request = request};
    struct pk_review review = {.date = shop->as_of_date, .has_forecast = history->before != NULL};
    set_month(&work);
    enum pk_status status = begin(&work, history->lives_before, error);
    if (status == PK_OK)
        status = review_all(&work, error);
    if (status == PK_OK) {
        review.month_start_date = work.month_start_date;
        review.month_end_date = work.month_end_date;
        review.lines = work.lines;
        review.line_count = work.line_count;
        status = pk_raise_decisions(shop, request, &review, error);
    }
    if (status == PK_OK) {
        review.sum_count = close_sums(&work);
        review.sums = work.sums;
        cut_lines(request, &review);
        *out_review = review;
        work.sums = NULL;
        work.lines = NULL;
    }
    end(&work);
    return status;
}

void pk_review_done(struct pk_review *review)
{
    free(review->sums);
    free(review->lines);
    *review = (struct pk_review){0};
}
