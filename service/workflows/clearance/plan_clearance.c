#include "service/workflows/clearance/plan_clearance.h"

#include <math.h>
#include <stdlib.h>

#include "models/base/array.h"
#include "models/base/limits.h"
#include "models/base/units.h"
#include "models/evidence/clearance_facts.h"
#include "service/work/series_run.h"

/* Series that one thread decides in a row. */
#define PART_SERIES 32

/* The lines of a category while its floor is looked for. */
struct category_lines {
    struct pk_margin_blend rest;
    size_t count, begin;
    int64_t exception_count;
    double exception_amount;
};

/* A flagged line, before its plan is handed on. */
struct flagged_line {
    uint32_t series;
    bool is_watched;
    double stake; /* what its stock cost */
};

/* One series as decided by a thread; its facts are without paths. */
struct decided_line {
    struct pk_series_facts facts;
    struct pk_clearance plan;
    double rest_revenue, rest_cost; /* of a line that is not flagged; NAN = not known */
};

/* What a flagged line can choose from. */
struct category_option {
    uint32_t category;
    struct pk_margin_options options;
};

/* What a thread works with. */
struct decider {
    struct pk_decision_memory *memory;
};

struct work {
    const struct pk_view *view;
    const struct pk_series_selection *selection;
    struct pk_clearance_request request;
    struct pk_price_responses price_responses;
    int thread_count;
    bool is_first_pass;
    pk_clearance_take *take;
    void *context;
    struct pk_clearance_summary summary;
    struct category_lines *categories; /* per category of the shop */
    struct category_option *options;   /* one per flagged line, in order */
    size_t option_count, option_capacity;
    const struct pk_margin_options **sorted; /* by category */
    struct flagged_line *lines;              /* room for every line of the selection */
    size_t line_count;
    double *multipliers;
    struct pk_margin_floor *floors;
    struct pk_clearance_report report;
};

static enum pk_status out_of_memory(struct pk_error *error)
{
    return pk_error_set(error, PK_OUT_OF_MEMORY, "", "no memory to plan clearance");
}

/* A line that is not cleared: what it is forecast to sell by the date at its prices. */
static void find_rest(const struct work *work, struct pk_decision_memory *memory,
                      struct decided_line *line)
{
    const struct pk_series_facts *facts = &line->facts;
    const struct pk_demand *demand = &facts->demand;
    const int32_t by_date = work->request.by_date;
    const int64_t cost = pk_unit_cost_micros(&facts->terms, &facts->economics);
    line->rest_revenue = line->rest_cost = NAN;
    if (cost < 0 || facts->economics.price_micros < 0)
        return;
    const double price = (double)facts->economics.price_micros / (double)PK_MICROS_PER_UNIT;
    const bool is_promoted =
        pk_promoted_discounts(facts->shop, facts->series, demand, by_date,
                              facts->economics.price_micros, memory->promoted_discount);
    double units = 0, revenue = 0;
    for (size_t b = 0; b < demand->bucket_count; b++) {
        if (demand->first_date + (int32_t)b * demand->bucket_days > by_date)
            break;
        const double part = is_promoted ? 1 - memory->promoted_discount[b] : 1;
        units += demand->mean_units[b];
        revenue += demand->mean_units[b] * part * price;
    }
    line->rest_revenue = revenue;
    line->rest_cost = revenue * facts->economics.selling_cost_ratio +
                      units * (double)cost / (double)PK_MICROS_PER_UNIT;
}

static void add_ages(struct pk_clearance_report *report, const struct pk_series_facts *facts,
                     const struct pk_clearance *plan)
{
    const int64_t cost = pk_unit_cost_micros(&facts->terms, &facts->economics);
    const double unit_cost = cost < 0 ? 0 : (double)cost / (double)PK_MICROS_PER_UNIT;
    if (plan->on_hand_units <= 0)
        return;
    if (plan->age.source == PK_AGE_UNKNOWN) {
        report->age_units[PK_AGE_BAND_COUNT] += plan->on_hand_units;
        report->age_cost[PK_AGE_BAND_COUNT] += unit_cost * (double)plan->on_hand_units;
        return;
    }
    for (size_t band = 0; band < PK_AGE_BAND_COUNT; band++) {
        report->age_units[band] += plan->age.band_units[band];
        report->age_cost[band] += unit_cost * (double)plan->age.band_units[band];
    }
}

static enum pk_status keep_options(struct work *work, uint32_t category,
                                   const struct pk_margin_options *options, struct pk_error *error)
{
    const enum pk_status status =
        pk_array_reserve(&work->options, &work->option_capacity, work->option_count + 1,
                         sizeof *work->options, "clearance plans", error);
    if (status != PK_OK)
        return status;
    work->options[work->option_count++] = (struct category_option){category, *options};
    work->categories[category].count++;
    return PK_OK;
}

static void add_line(struct work *work, const struct decided_line *line)
{
    const struct pk_series_facts *facts = &line->facts;
    int64_t worth = pk_unit_cost_micros(&facts->terms, &facts->economics);
    if (worth < 0)
        worth = facts->economics.price_micros > 0 ? facts->economics.price_micros : 0;
    work->lines[work->line_count++] = (struct flagged_line){
        (uint32_t)(facts->series - facts->shop->series), line->plan.is_watched,
        (double)worth * (double)line->plan.on_hand_units};
}

static enum pk_status begin_decider(const void *context, void *memory, struct pk_error *error)
{
    struct decider *decider = memory;
    (void)context;
    decider->memory = pk_decision_memory_new();
    return decider->memory == NULL ? out_of_memory(error) : PK_OK;
}

static void end_decider(void *memory)
{
    struct decider *decider = memory;
    pk_decision_memory_free(decider->memory);
}

static enum pk_status decide(const void *context, void *memory, size_t series, void *row,
                             bool *out_is_kept, struct pk_error *error)
{
    const struct work *work = context;
    struct decider *decider = memory;
    struct decided_line *line = row;
    (void)out_is_kept;
    const enum pk_status status = pk_decide_clearance(
        work->view, series, &work->request, decider->memory, &line->facts, &line->plan, error);
    if (status != PK_OK)
        return status;
    if (work->is_first_pass && !line->plan.is_flagged)
        find_rest(work, decider->memory, line);
    pk_series_facts_detach(&line->facts);
    return PK_OK;
}

static enum pk_status take_first(void *context, void *row, struct pk_error *error)
{
    struct work *work = context;
    const struct decided_line *line = row;
    const uint32_t category = line->facts.item->category;
    add_ages(&work->report, &line->facts, &line->plan);
    if (line->plan.is_flagged) {
        add_line(work, line);
        if (line->plan.options.count > 0)
            return keep_options(work, category, &line->plan.options, error);
    } else if (!isnan(line->rest_revenue)) {
        pk_margin_blend_add(&work->categories[category].rest, line->rest_revenue, line->rest_cost);
    }
    return PK_OK;
}

static enum pk_status run(struct work *work, const struct pk_series_selection *selection,
                          enum pk_status (*take)(void *context, void *row, struct pk_error *error),
                          struct pk_error *error)
{
    const struct pk_series_work series_work = {
        .parts = {&work->view->data->shop, selection, PART_SERIES},
        .thread_count = work->thread_count,
        .noun = "clearance plans",
        .context = work,
        .memory_size = sizeof(struct decider),
        .begin = begin_decider,
        .end = end_decider,
        .row_size = sizeof(struct decided_line),
        .make = decide,
        .take = take};
    return pk_series_run(&series_work, error);
}

/* First pass: what every line can choose from, and what the rest of its category earns. */
static enum pk_status collect(struct work *work, struct pk_error *error)
{
    work->is_first_pass = true;
    return run(work, work->selection, take_first, error);
}

static enum pk_status find_floors(struct work *work, struct pk_error *error)
{
    const size_t category_count = work->view->data->shop.category_count;
    size_t begin = 0;
    work->sorted = calloc(work->option_count + 1, sizeof *work->sorted);
    if (work->sorted == NULL)
        return out_of_memory(error);
    for (size_t i = 0; i < category_count; i++) {
        work->categories[i].begin = begin;
        begin += work->categories[i].count;
        work->categories[i].count = 0;
    }
    for (size_t i = 0; i < work->option_count; i++) {
        struct category_lines *lines = &work->categories[work->options[i].category];
        work->sorted[lines->begin + lines->count++] = &work->options[i].options;
    }
    for (size_t i = 0; i < category_count; i++) {
        const struct category_lines *lines = &work->categories[i];
        work->floors[i] =
            pk_margin_floor_find(&work->sorted[lines->begin], lines->count, &lines->rest,
                                 pk_clearance_margin_floor(&work->request));
        work->multipliers[i] = work->floors[i].multiplier;
    }
    return PK_OK;
}

/* What is to be cleared first, the most money first. */
static int compare_lines(const void *left, const void *right)
{
    const struct flagged_line *a = left, *b = right;
    if (a->is_watched != b->is_watched)
        return a->is_watched ? 1 : -1;
    if (a->stake != b->stake)
        return a->stake < b->stake ? 1 : -1;
    return (a->series > b->series) - (a->series < b->series);
}

static enum pk_status take_second(void *context, void *row, struct pk_error *error)
{
    struct work *work = context;
    struct decided_line *decided = row;
    const struct pk_series_facts *facts = &decided->facts;
    struct pk_clearance *plan = &decided->plan;
    struct category_lines *category = &work->categories[facts->item->category];
    if (!plan->is_flagged)
        return PK_OK;
    pk_clearance_note_category(plan, &work->floors[facts->item->category].after,
                               pk_clearance_margin_floor(&work->request));
    pk_clearance_summary_add(&work->summary, plan);
    if (plan->is_margin_exception) {
        category->exception_count++;
        category->exception_amount +=
            (double)plan->margin_exception_micros / (double)PK_MICROS_PER_UNIT;
    }
    const struct pk_clearance_line line = {facts, plan,
                                           facts->shop->warehouses[facts->series->warehouse]};
    return work->take(work->context, &line, error);
}

/* Second pass: the plans under the floor of their category. */
static enum pk_status hand_on(struct work *work, struct pk_error *error)
{
    struct pk_series_selection flagged = {malloc((work->line_count + 1) * sizeof *flagged.series),
                                          work->line_count};
    if (flagged.series == NULL)
        return out_of_memory(error);
    work->is_first_pass = false;
    work->request.margin_multipliers = work->multipliers;
    if (work->line_count > 1)
        qsort(work->lines, work->line_count, sizeof *work->lines, compare_lines);
    for (size_t i = 0; i < work->line_count; i++)
        flagged.series[i] = work->lines[i].series;
    const enum pk_status status = run(work, &flagged, take_second, error);
    pk_series_selection_done(&flagged);
    return status;
}

static enum pk_status report_categories(struct work *work, struct pk_error *error)
{
    const size_t category_count = work->view->data->shop.category_count;
    struct pk_clearance_report *report = &work->report;
    report->categories = calloc(category_count + 1, sizeof *report->categories);
    if (report->categories == NULL)
        return pk_error_set(error, PK_OUT_OF_MEMORY, "", "no memory to report on clearance");
    for (size_t i = 0; i < category_count; i++) {
        const struct category_lines *lines = &work->categories[i];
        if (lines->count > 0)
            report->categories[report->category_count++] =
                (struct pk_clearance_category){.category = (uint32_t)i,
                                               .line_count = (int64_t)lines->count,
                                               .exception_count = lines->exception_count,
                                               .floor = work->floors[i],
                                               .exception_amount = lines->exception_amount};
    }
    return PK_OK;
}

void pk_clearance_report_done(struct pk_clearance_report *report)
{
    if (report == NULL)
        return;
    free(report->categories);
    *report = (struct pk_clearance_report){0};
}

static enum pk_status begin_work(struct work *work, struct pk_error *error)
{
    const size_t category_count = work->view->data->shop.category_count;
    work->categories = calloc(category_count + 1, sizeof *work->categories);
    work->multipliers = calloc(category_count + 1, sizeof *work->multipliers);
    work->floors = calloc(category_count + 1, sizeof *work->floors);
    work->lines = calloc(work->selection->count + 1, sizeof *work->lines);
    if (work->categories == NULL || work->multipliers == NULL || work->lines == NULL ||
        work->floors == NULL)
        return out_of_memory(error);
    if (work->request.price_responses != NULL)
        return PK_OK;
    work->request.price_responses = &work->price_responses;
    return pk_price_responses_load(work->view->data, &work->price_responses, error);
}

static void end_work(struct work *work)
{
    pk_price_responses_done(&work->price_responses);
    free(work->categories);
    free(work->options);
    free(work->sorted);
    free(work->lines);
    free(work->multipliers);
    free(work->floors);
    pk_clearance_report_done(&work->report);
    free(work);
}

enum pk_status pk_plan_clearance(const struct pk_view *view,
                                 const struct pk_series_selection *selection,
                                 const struct pk_clearance_request *request, int thread_count,
                                 pk_clearance_take *take, void *context,
                                 struct pk_clearance_summary *out_summary,
                                 struct pk_clearance_report *out_report, struct pk_error *error)
{
    struct work *work = calloc(1, sizeof *work);
    if (work == NULL)
        return out_of_memory(error);
    work->view = view;
    work->selection = selection;
    work->request = *request;
    work->thread_count = thread_count;
    work->take = take;
    work->context = context;
    enum pk_status status = begin_work(work, error);
    if (status == PK_OK)
        status = collect(work, error);
    if (status == PK_OK)
        status = find_floors(work, error);
    if (status == PK_OK)
        status = hand_on(work, error);
    if (status == PK_OK && out_report != NULL)
        status = report_categories(work, error);
    if (status == PK_OK) {
        *out_summary = work->summary;
        if (out_report != NULL) {
            *out_report = work->report;
            work->report = (struct pk_clearance_report){0};
        }
    }
    end_work(work);
    return status;
}
