#include "service/workflows/check_promotion.h"

#include <stdlib.h>
#include <string.h>

#include "service/workflows/decide_promotion.h"

const char *pk_role_name(enum pk_role role)
{
    static const char *const names[PK_ROLE_COUNT] = {"", "traffic", "profit", "image", "regular"};
    return names[role];
}

/* One series of the scope with its verdict, for the order of the lines. */
struct urgency {
    uint32_t series;
    enum pk_readiness state;
    int64_t at_risk_micros; /* margin; 0 where it is not known */
    double gap_q50_units, gap_q90_units;
    bool is_below_cost;
    struct pk_line_advice advice;
};

/* Red before unknown before amber, blue and green; more margin at risk first, then the larger gap; then
 * as in the shop. */
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

/* What both passes over the scope work with. */
struct check_work {
    const struct pk_snapshot *snapshot;
    const char *promotion_id;
    struct pk_decision_memory *memory;
    struct pk_advice_memory advice_memory;
    struct urgency *lines;
    size_t line_count;
    struct pk_promotion_books *books;
    struct pk_promotion_sums *sums;
    struct pk_promotion_targets *targets;
};

/* Adds the money of a line to all sums. */
static enum pk_status sum_up(struct check_work *work, size_t series,
                             const struct pk_series_facts *facts,
                             const struct pk_promotion_input *input,
                             const struct pk_promotion_check *check, bool *out_is_below_cost,
                             struct pk_error *error)
{
    struct pk_promotion_line_money line;
    enum pk_status status =
        pk_promotion_line_money(work->books, series, facts, input, check, &line, error);
    if (status == PK_OK)
        status = pk_promotion_sums_add(work->sums, &line, error);
    if (status == PK_OK)
        pk_promotion_targets_add(work->targets, &line);
    if (status == PK_OK)
        *out_is_below_cost = line.money.is_below_cost;
    return status;
}

/* First pass: verdicts and sums. */
static enum pk_status judge(struct check_work *work, const struct pk_series_selection *selection,
                            struct pk_error *error)
{
    for (size_t i = 0; i < selection->count; i++) {
        struct pk_series_facts facts;
        struct pk_promotion_input input;
        struct pk_promotion_check check;
        bool is_covered, is_below_cost;
        enum pk_status status =
            pk_decide_promotion(work->snapshot, selection->series[i], work->promotion_id,
                                work->memory, &facts, &input, &check, &is_covered, error);
        if (status != PK_OK)
            return status;
        if (!is_covered)
            continue;
        status = sum_up(work, selection->series[i], &facts, &input, &check, &is_below_cost, error);
        if (status != PK_OK)
            return status;
        struct urgency *line = &work->lines[work->line_count++];
        *line = (struct urgency){.series = selection->series[i],
                                 .state = check.state,
                                 .gap_q50_units = check.gap_q50_units,
                                 .gap_q90_units = check.gap_q90_units,
                                 .is_below_cost = is_below_cost};
        status = pk_advise_promotion(work->snapshot, selection->series[i], &input, &check,
                                     &work->advice_memory, &work->memory->projection, &line->advice,
                                     error);
        if (status != PK_OK)
            return status;
        line->at_risk_micros = line->advice.advice.margin_at_risk_micros;
        if (line->at_risk_micros < 0)
            line->at_risk_micros = 0;
    }
    if (work->line_count > 0)
        qsort(work->lines, work->line_count, sizeof *work->lines, compare_urgency);
    return PK_OK;
}

/* Second pass: the lines in the order of their urgency. */
static enum pk_status hand_on(struct check_work *work, pk_promotion_take *take, void *context,
                              struct pk_error *error)
{
    const struct pk_shop *shop = &work->snapshot->data->shop;
    enum pk_status status = PK_OK;
    for (size_t i = 0; i < work->line_count && status == PK_OK; i++) {
        struct pk_series_facts facts;
        struct pk_promotion_input input;
        struct pk_promotion_check check;
        bool is_covered;
        status = pk_decide_promotion(work->snapshot, work->lines[i].series, work->promotion_id,
                                     work->memory, &facts, &input, &check, &is_covered, error);
        if (status != PK_OK)
            break;
        const struct pk_line_advice *advice = &work->lines[i].advice;
        if (work->lines[i].is_below_cost)
            pk_reasons_add(&check.reasons, PK_REASON_PRICE_BELOW_COST);
        if (advice->reorder_units > check.order_units)
            pk_reasons_add(&check.reasons, PK_REASON_REORDER_LIST_MORE);
        else if (advice->reorder_units >= 0 && advice->reorder_units < check.order_units)
            pk_reasons_add(&check.reasons, PK_REASON_REORDER_LIST_LESS);
        struct pk_promotion_line line = {&facts, &input, &check, advice,
                                         shop->warehouses[facts.series->warehouse]};
        status = take(context, &line, error);
    }
    return status;
}

static enum pk_status begin_work(struct check_work *work, struct pk_snapshot *snapshot,
                                 const struct pk_campaign *campaign,
                                 const struct pk_series_selection *selection,
                                 struct pk_error *error)
{
    enum pk_status status =
        pk_promotion_books_new(snapshot, work->promotion_id, &work->books, error);
    if (status == PK_OK)
        status = pk_promotion_sums_new(snapshot->data, campaign->start_date, campaign->end_date,
                                       &work->sums, error);
    if (status == PK_OK)
        status = pk_promotion_targets_new(
            &snapshot->data->ledger, work->promotion_id, campaign->start_date, campaign->end_date,
            selection->count, selection->count == snapshot->data->shop.series_count, &work->targets,
            error);
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

enum pk_status pk_check_promotion(struct pk_snapshot *snapshot, const char *promotion_id,
                                  const struct pk_series_selection *selection,
                                  pk_promotion_begin *begin, pk_promotion_take *take, void *context,
                                  struct pk_promotion_report *out_report, struct pk_error *error)
{
    struct pk_promotion_report report = {0};
    struct pk_campaign campaign;
    struct check_work work = {.snapshot = snapshot, .promotion_id = promotion_id};
    work.memory = pk_decision_memory_new();
    work.lines = malloc((selection->count + 1) * sizeof *work.lines);
    enum pk_status status = PK_OK;
    if (work.memory == NULL || work.lines == NULL)
        status = pk_error_set(error, PK_OUT_OF_MEMORY, "", "no memory to check a promotion");
    if (status == PK_OK)
        status = pk_advice_memory_new(&work.advice_memory, error);
    if (status == PK_OK)
        status = pk_find_campaign_ahead(snapshot, promotion_id, &campaign, error);
    if (status == PK_OK)
        status = begin_work(&work, snapshot, &campaign, selection, error);
    if (status == PK_OK)
        status = judge(&work, selection, error);
    if (status == PK_OK)
        status = report_on(&work, &report, error);
    if (status == PK_OK) {
        report.start_date = campaign.start_date;
        report.end_date = campaign.end_date;
        report.name = campaign.name;
        status = begin(context, &report, error);
    }
    if (status == PK_OK)
        status = hand_on(&work, take, context, error);
    if (status == PK_OK)
        *out_report = report;
    else
        pk_promotion_report_done(&report);
    pk_promotion_targets_free(work.targets);
    pk_promotion_sums_free(work.sums);
    pk_promotion_books_free(work.books);
    free(work.lines);
    pk_advice_memory_done(&work.advice_memory);
    pk_decision_memory_free(work.memory);
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
