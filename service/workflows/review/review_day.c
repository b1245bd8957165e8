#include "service/workflows/review/review_day.h"

#include <stdlib.h>
#include <string.h>

#include "models/base/array.h"
#include "models/evidence/decide_clearance.h"
#include "models/evidence/review_input.h"
#include "models/evidence/review_sums.h"
#include "service/work/series_run.h"
#include "service/workflows/reorder/plan_reorder.h"
#include "service/workflows/review/raise_decisions.h"

/* Series that one thread reviews in a row. */
#define PART_SERIES 32

/* What a thread works with. */
struct reviewer {
    struct pk_decision_memory *memory, *promotion_memory;
    struct pk_forecast_scratch *scratch; /* of the fit before */
    struct pk_sales_path_memory path;
};

/* One series reviewed, and not added to the sums yet. */
struct reviewed {
    struct pk_reviewed_series series;
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
    struct pk_review_sums sums;
    struct pk_review_line *lines;
    size_t line_count, line_capacity;
    struct pk_clearance_request clearance;
    double usual_return_ratio;
};

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
    const struct pk_reorder_line *planned = &work->planned[series];
    struct reviewer *reviewer = memory;
    struct reviewed *out = row;
    struct pk_reviewed_series *sold = &out->series;
    struct pk_series_facts facts;
    struct pk_clearance clearance;
    struct pk_promotion_check check;
    (void)out_is_kept;
    sold->path.units = out->days;
    sold->path.amount = out->days + work->sums.path.day_count;
    enum pk_status status = pk_day_forecast(work->view, work->before, series, reviewer->scratch,
                                            reviewer->memory->mean_units, &sold->forecast, error);
    if (status == PK_OK)
        status = pk_decide_clearance(work->view, series, &work->clearance, reviewer->memory, &facts,
                                     &clearance, error);
    if (status == PK_OK)
        status =
            pk_review_sums_load(&work->sums, series, &facts.demand, &reviewer->path, sold, error);
    if (status != PK_OK)
        return status;
    struct pk_review_input input = {.reorder = &planned->decision,
                                    .clearance = &clearance,
                                    .economics = facts.economics,
                                    .terms = facts.terms,
                                    .is_order_decided = planned->state[0] != '\0',
                                    .transfer_units = (double)planned->transfer_units,
                                    .sold_units =
                                        work->before == NULL ? -1 : sold->day.demand_units,
                                    .forecast = sold->forecast.window,
                                    .paid_units_30_days = sold->lately.paid_units,
                                    .returned_units_30_days = sold->lately.returned_units,
                                    .usual_return_ratio = work->usual_return_ratio};
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
    pk_review_sums_add(&work->sums, &reviewed->series);
    return reviewed->has_line ? add_line(work, &reviewed->line, error) : PK_OK;
}

static enum pk_status begin(struct review_work *work, const struct pk_view *lives_before,
                            struct pk_error *error)
{
    const struct pk_shop *shop = &work->view->data->shop;
    work->planned = malloc((shop->series_count + 1) * sizeof *work->planned);
    work->clearance.target_cleared_ratio = PK_CLEARED_RATIO_TARGET_DEFAULT;
    work->usual_return_ratio = pk_return_ratio_of_shop(work->view->data);
    if (work->planned == NULL)
        return out_of_memory(error);
    enum pk_status status = pk_review_sums_new(work->view, &work->sums, error);
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
        .row_size = sizeof(struct reviewed) + 2 * work->sums.path.day_count * sizeof(double),
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
    free(work->lines);
    pk_review_sums_done(&work->sums);
    pk_review_frame_done(&work->frame);
}

enum pk_status pk_review_day(const struct pk_view *view, const struct pk_review_history *history,
                             const struct pk_review_request *request, struct pk_review *out_review,
                             struct pk_error *error)
{
    const struct pk_shop *shop = &view->data->shop;
    struct review_work work = {.view = view, .before = history->before, .request = request};
    struct pk_review review = {.date = shop->as_of_date, .has_forecast = history->before != NULL};
    enum pk_status status = begin(&work, history->lives_before, error);
    if (status == PK_OK)
        status = review_all(&work, error);
    if (status == PK_OK) {
        review.month_start_date = work.sums.month_start_date;
        review.month_end_date = work.sums.month_end_date;
        review.lines = work.lines;
        review.line_count = work.line_count;
        status = pk_raise_decisions(shop, request, &review, error);
    }
    if (status == PK_OK) {
        review.sum_count = pk_review_sums_close(&work.sums);
        review.sums = work.sums.sums;
        cut_lines(request, &review);
        *out_review = review;
        work.sums.sums = NULL;
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
