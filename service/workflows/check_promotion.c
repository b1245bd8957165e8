#include "service/workflows/check_promotion.h"

#include <stdlib.h>
#include <string.h>

#include "models/base/limits.h"

const char *pk_role_name(enum pk_role role)
{
    static const char *const names[PK_ROLE_COUNT] = {"", "traffic", "profit", "image", "regular"};
    return names[role];
}

/* Copies the rows of a promotion that cover a series (all rows if series is NULL); returns their
 * number. */
static size_t covering_rows(const struct pk_shop *shop, const char *promotion_id,
                            const struct pk_series *series, struct pk_promotion *rows)
{
    size_t count = 0;
    for (size_t i = 0; i < shop->promotion_count; i++) {
        const struct pk_promotion *row = &shop->promotions[i];
        if (strcmp(row->promotion_id, promotion_id) != 0)
            continue;
        if (series != NULL &&
            !pk_promotion_covers(row, series->item, shop->items[series->item].category,
                                 series->warehouse))
            continue;
        rows[count++] = *row;
    }
    return count;
}

enum pk_status pk_find_promotion_window(const struct pk_snapshot *snapshot,
                                        const char *promotion_id, int32_t *out_start_date,
                                        int32_t *out_end_date, struct pk_error *error)
{
    const struct pk_shop *shop = &snapshot->data->shop;
    struct pk_promotion *rows = malloc((shop->promotion_count + 1) * sizeof *rows);
    if (rows == NULL)
        return pk_error_set(error, PK_OUT_OF_MEMORY, "", "no memory for promotion rows");
    size_t count = covering_rows(shop, promotion_id, NULL, rows);
    int32_t start_date;
    int32_t end_date;
    bool found = pk_promotion_window(rows, count, &start_date, &end_date);
    free(rows);
    if (!found)
        return pk_error_set(error, PK_NOT_FOUND, "promotion_id",
                            "no approved promotion '%.64s'; see: peakstock promo list",
                            promotion_id);
    char date[PK_DATE_TEXT_SIZE];
    if (end_date <= shop->as_of_date)
        return pk_error_set(error, PK_FAILED_PRECONDITION, "promotion_id",
                            "'%.64s' ended on %s; choose one that is ahead, or an earlier --as-of",
                            promotion_id, pk_date_format(end_date, date));
    if (end_date - shop->as_of_date > PK_HORIZON_DAYS_MAX)
        return pk_error_set(error, PK_FAILED_PRECONDITION, "promotion_id",
                            "'%.64s' ends on %s, more than %d days ahead", promotion_id,
                            pk_date_format(end_date, date), PK_HORIZON_DAYS_MAX);
    *out_start_date = start_date;
    *out_end_date = end_date;
    return PK_OK;
}

/* Sums by scope: entry 0 is the total, then categories, roles, warehouses of the shop. */
struct sums {
    const struct pk_shop *shop;
    struct pk_promotion_roll_up *entries;
    size_t count;
};

static enum pk_status sums_new(const struct pk_shop *shop, struct sums *out_sums,
                               struct pk_error *error)
{
    size_t count = 1 + shop->category_count + PK_ROLE_COUNT + shop->warehouse_count;
    struct pk_promotion_roll_up *entries = calloc(count, sizeof *entries);
    if (entries == NULL)
        return pk_error_set(error, PK_OUT_OF_MEMORY, "", "no memory for roll-ups");
    *out_sums = (struct sums){shop, entries, count};
    return PK_OK;
}

static void sums_add(struct sums *sums, const struct pk_series_facts *facts,
                     const struct pk_promotion_input *input, const struct pk_promotion_check *check)
{
    size_t roles = 1 + sums->shop->category_count;
    size_t places[] = {0, 1 + facts->item->category, roles + facts->item->role,
                       roles + PK_ROLE_COUNT + facts->series->warehouse};
    for (size_t i = 0; i < sizeof places / sizeof places[0]; i++)
        pk_promotion_roll_up_add(&sums->entries[places[i]], input, check);
}

static enum pk_status sums_report(const struct sums *sums, struct pk_promotion_report *report,
                                  struct pk_error *error)
{
    const struct pk_shop *shop = sums->shop;
    struct pk_promotion_scope_sum *scopes = calloc(sums->count, sizeof *scopes);
    if (scopes == NULL)
        return pk_error_set(error, PK_OUT_OF_MEMORY, "", "no memory for roll-ups");
    size_t roles = 1 + shop->category_count;
    size_t warehouses = roles + PK_ROLE_COUNT;
    size_t count = 0;
    for (size_t i = 0; i < sums->count; i++) {
        if (sums->entries[i].line_count == 0)
            continue;
        struct pk_promotion_scope_sum scope = {"total", "", sums->entries[i]};
        if (i >= warehouses)
            scope = (struct pk_promotion_scope_sum){"warehouse", shop->warehouses[i - warehouses],
                                                    sums->entries[i]};
        else if (i >= roles)
            scope = (struct pk_promotion_scope_sum){"role", pk_role_name((enum pk_role)(i - roles)),
                                                    sums->entries[i]};
        else if (i > 0)
            scope = (struct pk_promotion_scope_sum){"category", shop->categories[i - 1],
                                                    sums->entries[i]};
        scopes[count++] = scope;
    }
    report->scopes = scopes;
    report->scope_count = count;
    return PK_OK;
}

/* One series of the scope with its verdict, for the order of the lines. */
struct urgency {
    uint32_t series;
    enum pk_readiness state;
    double gap_q50_units, gap_q90_units;
};

/* Checks one series; *out_is_covered = false if no row of the promotion that is still ahead covers
 * it. */
static enum pk_status
check_one(const struct pk_snapshot *snapshot, size_t series, const char *promotion_id,
          struct pk_promotion *rows, struct pk_decision_memory *memory,
          struct pk_series_facts *out_facts, struct pk_promotion_input *out_input,
          struct pk_promotion_check *out_check, bool *out_is_covered, struct pk_error *error)
{
    const struct pk_shop *shop = &snapshot->data->shop;
    const struct pk_assumptions none = {.stock_units = -1, .lead_time_days = -1};
    size_t row_count = covering_rows(shop, promotion_id, &shop->series[series], rows);
    struct pk_promotion_input input = {0};
    *out_is_covered = pk_promotion_window(rows, row_count, &input.start_date, &input.end_date) &&
                      input.end_date > shop->as_of_date;
    if (!*out_is_covered)
        return PK_OK;
    int32_t horizon_days =
        input.end_date - shop->as_of_date + PK_OVERSTOCK_AFTER_DAYS + PK_OVERSTOCK_SUPPLY_DAYS + 7;
    enum pk_status status =
        pk_series_facts_load(snapshot, series, horizon_days, &none, NULL, memory, out_facts, error);
    if (status != PK_OK)
        return status;
    input.demand = &out_facts->demand;
    input.stock = out_facts->stock;
    input.inbound = out_facts->inbound;
    input.inbound_count = out_facts->inbound_count;
    input.terms = out_facts->terms;
    input.economics = out_facts->economics;
    input.returns = out_facts->returns;
    input.is_low_evidence = (out_facts->flags & PK_SERIES_LOW_EVIDENCE) != 0;
    for (size_t i = 0; i < row_count; i++)
        input.is_traffic_confirmed |= rows[i].traffic_ratio > 1;
    pk_promotion_check(&input, &memory->projection, out_check);
    *out_input = input;
    return PK_OK;
}

/* Red before unknown before amber, blue and green; the larger gap first; then as in the shop. */
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
    struct pk_promotion *rows;
    struct pk_decision_memory *memory;
    struct urgency *lines;
    size_t line_count;
    struct sums sums;
};

/* First pass: verdicts and sums. */
static enum pk_status judge(struct check_work *work, const struct pk_series_selection *selection,
                            struct pk_error *error)
{
    for (size_t i = 0; i < selection->count; i++) {
        struct pk_series_facts facts;
        struct pk_promotion_input input;
        struct pk_promotion_check check;
        bool is_covered;
        enum pk_status status =
            check_one(work->snapshot, selection->series[i], work->promotion_id, work->rows,
                      work->memory, &facts, &input, &check, &is_covered, error);
        if (status != PK_OK)
            return status;
        if (!is_covered)
            continue;
        sums_add(&work->sums, &facts, &input, &check);
        work->lines[work->line_count++] = (struct urgency){
            selection->series[i], check.state, check.gap_q50_units, check.gap_q90_units};
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
        status = check_one(work->snapshot, work->lines[i].series, work->promotion_id, work->rows,
                           work->memory, &facts, &input, &check, &is_covered, error);
        if (status != PK_OK)
            break;
        struct pk_promotion_line line = {&facts, &check, shop->warehouses[facts.series->warehouse]};
        status = take(context, &line, error);
    }
    return status;
}

enum pk_status pk_check_promotion(const struct pk_snapshot *snapshot, const char *promotion_id,
                                  const struct pk_series_selection *selection,
                                  pk_promotion_take *take, void *context,
                                  struct pk_promotion_report *out_report, struct pk_error *error)
{
    const struct pk_shop *shop = &snapshot->data->shop;
    struct pk_promotion_report report = {0};
    struct check_work work = {.snapshot = snapshot, .promotion_id = promotion_id};
    work.memory = pk_decision_memory_new();
    work.rows = malloc((shop->promotion_count + 1) * sizeof *work.rows);
    work.lines = malloc((selection->count + 1) * sizeof *work.lines);
    enum pk_status status = PK_OK;
    if (work.memory == NULL || work.rows == NULL || work.lines == NULL)
        status = pk_error_set(error, PK_OUT_OF_MEMORY, "", "no memory to check a promotion");
    if (status == PK_OK)
        status = pk_find_promotion_window(snapshot, promotion_id, &report.start_date,
                                          &report.end_date, error);
    if (status == PK_OK)
        status = sums_new(shop, &work.sums, error);
    if (status == PK_OK)
        status = judge(&work, selection, error);
    if (status == PK_OK)
        status = hand_on(&work, take, context, error);
    if (status == PK_OK)
        status = sums_report(&work.sums, &report, error);
    if (status == PK_OK)
        *out_report = report;
    free(work.sums.entries);
    free(work.lines);
    free(work.rows);
    pk_decision_memory_free(work.memory);
    return status;
}

void pk_promotion_report_done(struct pk_promotion_report *report)
{
    free(report->scopes);
    *report = (struct pk_promotion_report){0};
}
