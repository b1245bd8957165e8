#include "models/decision/order/budget.h"

#include <math.h>
#include <stdlib.h>

#include "models/base/units.h"

/* A stretch of one line that is taken as a whole, or in packs. */
struct stretch {
    size_t line;
    int64_t from_units, to_units;
    double worth_per_cost;
};

static double worth_at(const struct pk_budget_step *steps, size_t index)
{
    return index == 0 ? 0 : steps[index - 1].worth;
}

static int64_t units_at(const struct pk_budget_step *steps, size_t index)
{
    return index == 0 ? 0 : steps[index - 1].units;
}

/* The upper concave envelope of one line's worth over its cost. */
static size_t add_stretches(const struct pk_budget_line *line, size_t line_index,
                            const struct pk_budget_step *steps, struct stretch *out)
{
    const struct pk_budget_step *own = steps + line->first_step;
    const double unit_cost = (double)line->unit_cost_micros / (double)PK_MICROS_PER_UNIT;
    size_t count = 0;
    for (size_t from = 0; from < line->step_count;) {
        size_t best = from + 1;
        double best_slope = -INFINITY;
        for (size_t to = from + 1; to <= line->step_count; to++) {
            const double units = (double)(units_at(own, to) - units_at(own, from));
            const double slope =
                units > 0 ? (worth_at(own, to) - worth_at(own, from)) / (units * unit_cost)
                          : -INFINITY;
            if (slope >= best_slope) {
                best = to;
                best_slope = slope;
            }
        }
        out[count++] =
            (struct stretch){line_index, units_at(own, from), units_at(own, best), best_slope};
        from = best;
    }
    return count;
}

/* Most worth for its cost first; of equals the earlier line, then the earlier stretch. */
static int compare_stretches(const void *left, const void *right)
{
    const struct stretch *a = left, *b = right;
    if (a->worth_per_cost != b->worth_per_cost)
        return a->worth_per_cost > b->worth_per_cost ? -1 : 1;
    if (a->line != b->line)
        return a->line < b->line ? -1 : 1;
    return (a->from_units > b->from_units) - (a->from_units < b->from_units);
}

/* Units of the stretch that money and supplier allow, whole packs, not below the minimum order. */
static int64_t affordable(const struct pk_budget_line *line, const struct stretch *stretch,
                          int64_t money_micros, const int64_t *capacities)
{
    int64_t units = stretch->to_units - stretch->from_units;
    const int64_t by_money = money_micros / line->unit_cost_micros;
    units = by_money < units ? by_money : units;
    if (line->supplier != UINT32_MAX && capacities[line->supplier] < units)
        units = capacities[line->supplier];
    if (units < stretch->to_units - stretch->from_units)
        units -= (stretch->from_units + units) % line->pack_size_units;
    return units > 0 && stretch->from_units + units >= line->min_order_units ? units : 0;
}

static void take(struct pk_budget_line *line, int64_t units, uint32_t *rank, int64_t *capacities,
                 int64_t *spent_micros)
{
    if (units == 0)
        return;
    line->rank = line->rank == 0 ? ++*rank : line->rank;
    line->units += units;
    *spent_micros += units * line->unit_cost_micros;
    if (line->supplier != UINT32_MAX)
        capacities[line->supplier] -= units;
}

/* What was spent up to every rank. */
static void accumulate(struct pk_budget_line *lines, size_t line_count, int64_t *spent_by_rank,
                       uint32_t rank_count)
{
    for (size_t i = 0; i < line_count; i++)
        if (lines[i].rank > 0)
            spent_by_rank[lines[i].rank] = lines[i].units * lines[i].unit_cost_micros;
    for (uint32_t rank = 1; rank <= rank_count; rank++)
        spent_by_rank[rank] += spent_by_rank[rank - 1];
    for (size_t i = 0; i < line_count; i++)
        lines[i].cumulative_micros = spent_by_rank[lines[i].rank];
}

enum pk_status pk_budget_spend(struct pk_budget_line *lines, size_t line_count,
                               const struct pk_budget_step *steps, int64_t budget_micros,
                               int64_t *capacities, struct pk_budget_result *out_result,
                               struct pk_error *error)
{
    struct pk_budget_result result = {0};
    size_t step_count = 0, count = 0;
    uint32_t rank = 0;
    for (size_t i = 0; i < line_count; i++)
        step_count += lines[i].step_count;
    struct stretch *stretches = malloc((step_count + 1) * sizeof *stretches);
    int64_t *spent_by_rank = calloc(line_count + 1, sizeof *spent_by_rank);
    if (stretches == NULL || spent_by_rank == NULL) {
        free(stretches);
        free(spent_by_rank);
        return pk_error_set(error, PK_OUT_OF_MEMORY, "", "no memory for a budget of %zu lines",
                            line_count);
    }
    for (size_t i = 0; i < line_count; i++) {
        lines[i].units = lines[i].cumulative_micros = 0;
        lines[i].rank = 0;
        count += add_stretches(&lines[i], i, steps, stretches + count);
    }
    qsort(stretches, count, sizeof *stretches, compare_stretches);
    for (size_t i = 0; i < count; i++) {
        const struct stretch *stretch = &stretches[i];
        struct pk_budget_line *line = &lines[stretch->line];
        if (line->units != stretch->from_units) /* what comes before it was cut */
            continue;
        const int64_t units =
            affordable(line, stretch, budget_micros - result.spent_micros, capacities);
        if (units < stretch->to_units - stretch->from_units && result.next_worth == 0)
            result.next_worth = fmax(0, stretch->worth_per_cost);
        take(line, units, &rank, capacities, &result.spent_micros);
    }
    for (size_t i = 0; i < line_count; i++)
        result.cut_line_count +=
            lines[i].step_count > 0 &&
            lines[i].units < steps[lines[i].first_step + lines[i].step_count - 1].units;
    accumulate(lines, line_count, spent_by_rank, rank);
    free(stretches);
    free(spent_by_rank);
    *out_result = result;
    return PK_OK;
}
