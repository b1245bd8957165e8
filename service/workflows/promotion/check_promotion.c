#include "service/workflows/promotion/check_promotion.h"

#include <stdlib.h>
#include <string.h>

#include "models/evidence/decide_promotion.h"
#include "service/snapshot/snapshot.h"
#include "service/snapshot/what_if.h"
#include "service/work/series_run.h"

/* Series that one thread judges in a row. */
#define PART_SERIES 32

/* One series of the scope with its verdict. */
struct judged_line {
    size_t series;
    struct pk_series_facts facts;
    struct pk_promotion_input input;
    struct pk_promotion_check check;
    struct pk_line_advice advice;
};

/* Its place in the order of the lines. */
struct urgency {
    uint32_t series;
    uint32_t line; /* of the lines kept */
    enum pk_readiness state;
    int64_t at_risk_micros; /* margin; 0 where it is not known */
    double gap_q50_units, gap_q90_units;
};

/* Red before unknown before amber, blue and green; more margin at risk first, then the larger gap;
 * then as in the shop. */
static int compare_urgency(const void *left, const void *right)
{
    static const int ranks[PK_READINESS_COUNT] = {[PK_READINESS_RED] = 0,
                                                  [PK_READINESS_UNKNOWN] = 1,
                                                  [PK_READINESS_AMBER] = 2,
                                                  [PK_READINESS_BLUE] = 3,
                                                  [PK_READINESS_GREEN] = 4};
    const struct urgency *a = left;
    const struct urgency *b = right;
    if (a->state != b->state)
        return ranks[a->state] - ranks[b->state];
    if (a->at_risk_micros != b->at_risk_micros)
        return a->at_risk_micros > b->at_risk_micros ? -1 : 1;
    if (a->gap_q50_units != b->gap_q50_units)
        return a->gap_q50_units > b->gap_q50_units ? -1 : 1;
    if (a->gap_q90_units != b->gap_q90_units)
        return a->gap_q90_units > b->gap_q90_units ? -1 : 1;
    return a->series < b->series ? -1 : a->series > b->series;
}

/* A line with what it needs until it is summed up. */
struct judged_row {
    struct judged_line line;
    struct pk_promotion_line_money money;
    double mean_units[PK_PROJECTION_BUCKET_COUNT_MAX]; /* of its demand */
};

/* What one thread works with. */
struct judge {
    struct pk_decision_memory *memory;
    struct pk_advice_memory advice;
    struct pk_promotion_books *books;
};

struct check_work {
    const struct pk_view *view;
    struct pk_snapshot *without; /* the shop without the campaign; held */
    const char *promotion_id;
    struct pk_promotion_books *books;
    struct judged_line *lines; /* all of them, as in the shop */
    struct urgency *order;
    size_t line_count;
    struct pk_promotion_sums *sums;
    struct pk_promotion_targets *targets;
};

static enum pk_status out_of_memory(struct pk_error *error)
{
    return pk_error_set(error, PK_OUT_OF_MEMORY, "", "no memory to check a promotion");
}

static enum pk_status begin_judge(const void *context, void *memory, struct pk_error *error)
{
    const struct check_work *work = context;
    struct judge *judge = memory;
    judge->memory = pk_decision_memory_new();
    if (judge->memory == NULL)
        return out_of_memory(error);
    const enum pk_status status = pk_advice_memory_new(&judge->advice, error);
    return status == PK_OK ? pk_promotion_books_new(work->view, pk_snapshot_view(work->without),
                                                    work->promotion_id, &judge->books, error)
                           : status;
}

static void end_judge(void *memory)
{
    struct judge *judge = memory;
    pk_decision_memory_free(judge->memory);
    pk_advice_memory_done(&judge->advice);
    pk_promotion_books_free(judge->books);
}

/* Lets the pointers of a line lead to its own copies; `mean_units` NULL = the path is gone. */
static void settle(struct judged_line *line, const double *mean_units)
{
    pk_series_facts_detach(&line->facts);
    line->facts.demand.mean_units = mean_units;
    line->input.inbound = NULL;
    line->input.inbound_count = 0;
    line->input.returns.past_sold_units = NULL;
    line->input.demand = &line->facts.demand;
}

/* Judges one series; its line is kept if the campaign covers it. */
static enum pk_status judge_series(const void *context, void *memory, size_t series, void *row,
                                   bool *out_is_kept, struct pk_error *error)
{
    const struct check_work *work = context;
    struct judge *judge = memory;
    struct judged_row *judged = row;
    struct judged_line *line = &judged->line;
    *line = (struct judged_line){.series = series};
    enum pk_status status =
        pk_decide_promotion(work->view, series, work->promotion_id, judge->memory, &line->facts,
                            &line->input, &line->check, out_is_kept, error);
    if (status != PK_OK || !*out_is_kept)
        return status;
    status = pk_promotion_line_money(judge->books, series, &line->facts, &line->input, &line->check,
                                     &judged->money, error);
    if (status == PK_OK)
        status = pk_advise_promotion(work->view, series, &line->input, &line->check, &judge->advice,
                                     &judge->memory->projection, &line->advice, error);
    if (status != PK_OK)
        return status;
    memcpy(judged->mean_units, line->facts.demand.mean_units,
           line->facts.demand.bucket_count * sizeof *judged->mean_units);
    settle(line, judged->mean_units);
    return PK_OK;
}

/* Adds the money of a line to all sums and keeps the line. */
static enum pk_status sum_up(void *context, void *row, struct pk_error *error)
{
    struct check_work *work = context;
    struct judged_row *judged = row;
    struct judged_line *line = &judged->line;
    struct pk_promotion_line_money *money = &judged->money;
    struct pk_reasons *reasons = &line->check.reasons;
    const struct pk_line_advice *advice = &line->advice;
    money->facts = &line->facts;
    money->input = &line->input;
    money->check = &line->check;
    const enum pk_status status = pk_promotion_sums_add(work->sums, money, error);
    if (status != PK_OK)
        return status;
    pk_promotion_targets_add(work->targets, money);
    if (money->money.is_below_cost)
        pk_reasons_add(reasons, PK_REASON_PRICE_BELOW_COST);
    if (advice->reorder_units > line->check.order_units)
        pk_reasons_add(reasons, PK_REASON_REORDER_LIST_MORE);
    else if (advice->reorder_units >= 0 && advice->reorder_units < line->check.order_units)
        pk_reasons_add(reasons, PK_REASON_REORDER_LIST_LESS);
    const int64_t at_risk_micros = advice->advice.margin_at_risk_micros;
    work->order[work->line_count] =
        (struct urgency){.series = (uint32_t)line->series,
                         .line = (uint32_t)work->line_count,
                         .state = line->check.state,
                         .at_risk_micros = at_risk_micros < 0 ? 0 : at_risk_micros,
                         .gap_q50_units = line->check.gap_q50_units,
                         .gap_q90_units = line->check.gap_q90_units};
    settle(line, NULL);
    work->lines[work->line_count++] = *line;
    return PK_OK;
}

/* Verdicts, sums, and the order of the lines. */
static enum pk_status judge_all(struct check_work *work,
                                const struct pk_series_selection *selection, int thread_count,
                                struct pk_error *error)
{
    const struct pk_series_work series_work = {
        .parts = {&work->view->data->shop, selection, PART_SERIES},
        .thread_count = thread_count,
        .noun = "lines of a promotion",
        .context = work,
        .memory_size = sizeof(struct judge),
        .begin = begin_judge,
        .end = end_judge,
        .row_size = sizeof(struct judged_row),
        .make = judge_series,
        .take = sum_up};
    const enum pk_status status = pk_series_run(&series_work, error);
    if (status == PK_OK && work->line_count > 0)
        qsort(work->order, work->line_count, sizeof *work->order, compare_urgency);
    return status;
}

/* The lines in the order of their urgency. */
static enum pk_status hand_on(struct check_work *work, pk_promotion_take *take, void *context,
                              struct pk_error *error)
{
    const struct pk_shop *shop = &work->view->data->shop;
    enum pk_status status = PK_OK;
    for (size_t i = 0; i < work->line_count && status == PK_OK; i++) {
        struct judged_line *judged = &work->lines[work->order[i].line];
        settle(judged, NULL);
        const struct pk_promotion_line line = {&judged->facts, &judged->input, &judged->check,
                                               &judged->advice,
                                               shop->warehouses[judged->facts.series->warehouse]};
        status = take(context, &line, error);
    }
    return status;
}

static enum pk_status begin_work(struct check_work *work, struct pk_snapshot *snapshot,
                                 const struct pk_campaign *campaign,
                                 const struct pk_series_selection *selection,
                                 struct pk_error *error)
{
    enum pk_status status = pk_what_if_without(snapshot, work->promotion_id, &work->without, error);
    if (status == PK_OK)
        status = pk_promotion_books_new(work->view, pk_snapshot_view(work->without),
                                        work->promotion_id, &work->books, error);
    if (status == PK_OK)
        status = pk_promotion_sums_new(snapshot->view.data, campaign->start_date,
                                       campaign->end_date, &work->sums, error);
    if (status == PK_OK)
        status = pk_promotion_targets_new(
            &snapshot->view.data->ledger, work->promotion_id, campaign->start_date,
            campaign->end_date, selection->count,
            selection->count == snapshot->view.data->shop.series_count, &work->targets, error);
    return status;
}

static enum pk_status copy_losses(struct check_work *work, struct pk_promotion_report *report,
                                  struct pk_error *error)
{
    const struct pk_promotion_loss *losses =
        pk_promotion_sums_losses(work->sums, &report->loss_count);
    report->losses = malloc((report->loss_count + 1) * sizeof *report->losses);
    if (report->losses == NULL)
        return pk_error_set(error, PK_OUT_OF_MEMORY, "", "no memory to check a promotion");
    if (report->loss_count > 0)
        memcpy(report->losses, losses, report->loss_count * sizeof *losses);
    return PK_OK;
}

static enum pk_status report_on(struct check_work *work, struct pk_promotion_report *report,
                                struct pk_error *error)
{
    enum pk_status status =
        pk_promotion_sums_scopes(work->sums, &report->scopes, &report->scope_count, error);
    if (status == PK_OK)
        status = pk_promotion_sums_weeks(work->sums, &report->weeks, &report->week_count, error);
    if (status == PK_OK)
        status = pk_promotion_sums_headline(work->sums, report->scopes, report->scope_count,
                                            &report->headline, error);
    if (status == PK_OK)
        status = pk_promotion_targets_report(work->targets, &report->targets, &report->target_count,
                                             &report->supply, &report->supply_count, error);
    return status == PK_OK ? copy_losses(work, report, error) : status;
}

static void end_work(struct check_work *work)
{
    pk_promotion_targets_free(work->targets);
    pk_promotion_sums_free(work->sums);
    pk_promotion_books_free(work->books);
    pk_snapshot_release(work->without);
    free(work->lines);
    free(work->order);
    free(work);
}

enum pk_status pk_check_promotion(struct pk_snapshot *snapshot, const char *promotion_id,
                                  const struct pk_series_selection *selection, int thread_count,
                                  pk_promotion_begin *begin, pk_promotion_take *take, void *context,
                                  struct pk_promotion_report *out_report, struct pk_error *error)
{
    struct pk_promotion_report report = {0};
    struct pk_campaign campaign;
    struct check_work *work = calloc(1, sizeof *work);
    if (work == NULL)
        return out_of_memory(error);
    work->view = pk_snapshot_view(snapshot);
    work->promotion_id = promotion_id;
    work->lines = malloc((selection->count + 1) * sizeof *work->lines);
    work->order = malloc((selection->count + 1) * sizeof *work->order);
    enum pk_status status = PK_OK;
    if (work->lines == NULL || work->order == NULL)
        status = out_of_memory(error);
    if (status == PK_OK)
        status = pk_find_campaign_ahead(work->view, promotion_id, &campaign, error);
    if (status == PK_OK)
        status = begin_work(work, snapshot, &campaign, selection, error);
    if (status == PK_OK)
        status = judge_all(work, selection, thread_count, error);
    if (status == PK_OK)
        status = report_on(work, &report, error);
    if (status == PK_OK) {
        report.start_date = campaign.start_date;
        report.end_date = campaign.end_date;
        report.name = campaign.name;
        status = begin(context, &report, error);
    }
    if (status == PK_OK)
        status = hand_on(work, take, context, error);
    if (status == PK_OK)
        *out_report = report;
    else
        pk_promotion_report_done(&report);
    end_work(work);
    return status;
}

void pk_promotion_report_done(struct pk_promotion_report *report)
{
    free(report->scopes);
    free(report->weeks);
    free(report->targets);
    free(report->supply);
    free(report->losses);
    *report = (struct pk_promotion_report){0};
}
