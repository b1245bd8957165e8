#include "models/evidence/promotion_target.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "models/base/units.h"
#include "models/forecast/price.h"

/* A target with the sums over the lines of its scope. */
struct target_work {
    const struct pk_target_row *row;
    bool is_units, is_forecast;
    size_t line_count;
    double sold, orderable;
    struct pk_shared_sum expected, wanted;
};

/* A line that could sell more. */
struct candidate {
    size_t series;
    uint32_t category, warehouse;
    double expected_units, stock_units, unit_price;
    struct pk_campaign_push push;
};

struct pk_promotion_targets {
    struct target_work *works;
    size_t count;
    struct candidate *candidates;
    size_t candidate_count;
    bool is_whole_shop;
};

static bool is_units(const struct pk_target_row *row)
{
    return strcmp(row->metric, "units") == 0;
}

static bool is_of(const struct pk_target_row *row, const char *promotion_id, int32_t start_date,
                  int32_t end_date)
{
    if (!is_units(row) && strcmp(row->metric, "gmv") != 0)
        return false;
    if (row->promotion_id[0] != '\0')
        return strcmp(row->promotion_id, promotion_id) == 0;
    return row->period_start == start_date && row->period_end == end_date;
}

/* The wider scope first: everything, categories, warehouses, both, channels; gmv before units. */
static int rank(const struct target_work *work)
{
    const struct pk_target_row *row = work->row;
    return (row->channel[0] != '\0' ? 8 : 0) + (row->warehouse != PK_INDEX_NONE ? 4 : 0) +
           (row->category != PK_INDEX_NONE ? 2 : 0) + (work->is_units ? 1 : 0);
}

static int compare_works(const void *left, const void *right)
{
    const struct target_work *a = left, *b = right;
    if (rank(a) != rank(b))
        return rank(a) - rank(b);
    return a->row < b->row ? -1 : a->row > b->row;
}

enum pk_status pk_promotion_targets_new(const struct pk_ledger *ledger, const char *promotion_id,
                                        int32_t start_date, int32_t end_date, size_t line_count_max,
                                        bool is_whole_shop,
                                        struct pk_promotion_targets **out_targets,
                                        struct pk_error *error)
{
    struct pk_promotion_targets *targets = calloc(1, sizeof *targets);
    if (targets != NULL) {
        targets->works = calloc(ledger->target_count + 1, sizeof *targets->works);
        targets->candidates = calloc(line_count_max + 1, sizeof *targets->candidates);
    }
    if (targets == NULL || targets->works == NULL || targets->candidates == NULL) {
        pk_promotion_targets_free(targets);
        return pk_error_set(error, PK_OUT_OF_MEMORY, "", "no memory for targets");
    }
    targets->is_whole_shop = is_whole_shop;
    for (size_t i = 0; i < ledger->target_count; i++) {
        const struct pk_target_row *row = &ledger->targets[i];
        if (is_of(row, promotion_id, start_date, end_date) &&
            (is_whole_shop || row->warehouse != PK_INDEX_NONE))
            targets->works[targets->count++] = (struct target_work){
                .row = row, .is_units = is_units(row), .is_forecast = row->channel[0] == '\0'};
    }
    if (targets->count > 1)
        qsort(targets->works, targets->count, sizeof *targets->works, compare_works);
    *out_targets = targets;
    return PK_OK;
}

void pk_promotion_targets_free(struct pk_promotion_targets *targets)
{
    if (targets == NULL)
        return;
    free(targets->works);
    free(targets->candidates);
    free(targets);
}

static bool covers(const struct pk_target_row *row, uint32_t category, uint32_t warehouse)
{
    return (row->category == PK_INDEX_NONE || row->category == category) &&
           (row->warehouse == PK_INDEX_NONE || row->warehouse == warehouse);
}

static void add_scaled(struct pk_shared_sum *sum, const struct pk_shared_sum *units, double total)
{
    const double mean = pk_shared_sum_mean(units);
    if (mean > 0)
        pk_shared_sum_add(sum, units, total / mean);
}

static void add_candidate(struct pk_promotion_targets *targets,
                          const struct pk_promotion_line_money *line)
{
    const struct pk_series_facts *facts = line->facts;
    const int64_t cost_micros = pk_unit_cost_micros(&facts->terms, &facts->economics);
    struct candidate *candidate = &targets->candidates[targets->candidate_count];
    if (isnan(line->stock_units) ||
        !pk_campaign_push_of(&line->money, line->stock_units, line->check->q50_units,
                             facts->model->elasticity.part[PK_PRICE_PASSING],
                             (double)cost_micros / (double)PK_MICROS_PER_UNIT,
                             facts->economics.selling_cost_ratio, &candidate->push))
        return;
    candidate->series = line->series;
    candidate->category = facts->item->category;
    candidate->warehouse = facts->series->warehouse;
    candidate->expected_units = line->money.served_units;
    candidate->stock_units = line->stock_units;
    candidate->unit_price = line->money.price;
    targets->candidate_count++;
}

void pk_promotion_targets_add(struct pk_promotion_targets *targets,
                              const struct pk_promotion_line_money *line)
{
    const struct pk_series_facts *facts = line->facts;
    const struct pk_campaign_money *money = &line->money;
    const int32_t order_by_date = line->check->order_by_date;
    const bool can_be_ordered =
        order_by_date != PK_DATE_NONE && order_by_date >= line->input->demand->first_date;
    for (size_t i = 0; i < targets->count; i++) {
        struct target_work *work = &targets->works[i];
        if (!covers(work->row, facts->item->category, facts->series->warehouse))
            continue;
        const double sold = work->is_units ? line->sold_units : line->sold_gmv;
        const double served = work->is_units ? money->served_units : money->served_gmv;
        const double wanted = work->is_units ? money->wanted_units : money->wanted_gmv;
        work->line_count++;
        work->sold += sold;
        pk_shared_sum_add_certain(&work->expected, sold);
        pk_shared_sum_add_certain(&work->wanted, sold);
        add_scaled(&work->expected, &money->served, served);
        add_scaled(&work->wanted, &money->wanted, wanted);
        if (can_be_ordered && !isnan(line->stock_units))
            work->orderable += wanted - served;
    }
    if (targets->count > 0)
        add_candidate(targets, line);
}

/* The line that adds the larger margin first. */
static int compare_candidates(const void *left, const void *right)
{
    const struct candidate *a = left, *b = right;
    if (a->push.margin < b->push.margin || a->push.margin > b->push.margin)
        return a->push.margin > b->push.margin ? -1 : 1;
    return a->series < b->series ? -1 : a->series > b->series;
}

/* Lines that close what orders leave of the gap, and how much all of them could add. */
static void supply_target(const struct pk_promotion_targets *targets,
                          const struct target_work *work, size_t index,
                          struct pk_promotion_target *target, struct pk_promotion_supply *supply,
                          size_t *count)
{
    const double missing = target->gap - target->orderable;
    target->supply_first = *count;
    for (size_t i = 0; i < targets->candidate_count; i++) {
        const struct candidate *candidate = &targets->candidates[i];
        if (!covers(work->row, candidate->category, candidate->warehouse))
            continue;
        const double added = work->is_units ? candidate->push.units : candidate->push.gmv;
        if (target->pushable < missing && target->supply_count < PK_PROMOTION_SUPPLY_MAX) {
            supply[(*count)++] =
                (struct pk_promotion_supply){.target = index,
                                             .series = candidate->series,
                                             .expected_units = candidate->expected_units,
                                             .stock_units = candidate->stock_units,
                                             .unit_price = candidate->unit_price,
                                             .push = candidate->push,
                                             .added = added,
                                             .cumulative = target->pushable + added};
            target->supply_count++;
        }
        target->pushable += added;
    }
    target->shortfall = fmax(missing - target->pushable, 0);
}

static struct pk_promotion_target judge(const struct target_work *work)
{
    struct pk_promotion_target target = {.row = work->row, .is_forecast = work->is_forecast};
    if (!work->is_forecast)
        return target;
    target.sold = work->sold;
    target.expected = pk_shared_sum_mean(&work->expected);
    target.q10 = pk_shared_sum_quantile(&work->expected, 0.1);
    target.q90 = pk_shared_sum_quantile(&work->expected, 0.9);
    target.wanted = pk_shared_sum_mean(&work->wanted);
    target.gap = fmax(work->row->value - target.expected, 0);
    target.reach_probability = pk_shared_sum_reaches(&work->expected, work->row->value);
    target.reach_if_covered_probability = pk_shared_sum_reaches(&work->wanted, work->row->value);
    target.orderable = fmin(work->orderable, fmax(target.wanted - target.expected, 0));
    return target;
}

enum pk_status pk_promotion_targets_report(struct pk_promotion_targets *targets,
                                           struct pk_promotion_target **out_targets,
                                           size_t *out_target_count,
                                           struct pk_promotion_supply **out_supply,
                                           size_t *out_supply_count, struct pk_error *error)
{
    size_t supply_count = 0;
    struct pk_promotion_target *rows = calloc(targets->count + 1, sizeof *rows);
    struct pk_promotion_supply *supply =
        calloc(targets->count * PK_PROMOTION_SUPPLY_MAX + 1, sizeof *supply);
    if (rows == NULL || supply == NULL) {
        free(rows);
        free(supply);
        return pk_error_set(error, PK_OUT_OF_MEMORY, "", "no memory for targets");
    }
    if (targets->candidate_count > 1)
        qsort(targets->candidates, targets->candidate_count, sizeof *targets->candidates,
              compare_candidates);
    size_t count = 0;
    for (size_t i = 0; i < targets->count; i++) {
        const struct target_work *work = &targets->works[i];
        if (!targets->is_whole_shop && work->line_count == 0)
            continue;
        rows[count] = judge(work);
        if (rows[count].is_forecast && rows[count].gap > 0)
            supply_target(targets, work, count, &rows[count], supply, &supply_count);
        count++;
    }
    *out_targets = rows;
    *out_target_count = count;
    *out_supply = supply;
    *out_supply_count = supply_count;
    return PK_OK;
}
