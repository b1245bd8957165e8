/* Tells the figures and the verdicts of a replay that has been played. */
#include <math.h>
#include <stdlib.h>

#include "models/base/text.h"
#include "service/workflows/simulate/simulation.h"

/* Of the resamples: the same replay, the same intervals. */
#define SEED UINT64_C(20240408)

/* One run at one scenario's prices, summed over the series. */
struct run_totals {
    double holding, shortage, order, cost;
    double promotion_cost;
    double demand, served, stock_unit_days, stockout_days;
    double promotion_demand, promotion_served, promotion_stock_unit_days, promotion_days;
    double orders, order_units, change_units;
};

/* Where figures go, and all that they are made of. */
struct telling {
    const struct pk_simulation *simulation;
    const struct pk_simulation_taker *taker;
    struct pk_error *error;
    enum pk_status status;
    double day_count; /* counted days */
    struct run_totals totals[PK_SIMULATION_SCENARIO_COUNT][PK_POLICY_COUNT];
    bool takes_part[PK_POLICY_COUNT];
    /* ours - baseline at the 95 % bounds */
    struct pk_bootstrap_interval intervals[PK_SIMULATION_SCENARIO_COUNT * PK_POLICY_COUNT];
    struct pk_frontier_point frontier[PK_SIMULATION_RUN_COUNT_MAX]; /* sorted in use */
    double frontier_costs[PK_SIMULATION_RUN_COUNT_MAX][PK_SIMULATION_SCENARIO_COUNT]; /* of runs */
    size_t frontier_count;
    /* item_count x (scenarios x policies): ours - baseline of each item */
    double *differences;
    double *bases;   /* the baseline's cost, same shape */
    uint32_t *items; /* of each row */
    size_t item_count;
};

static double ratio_of(const struct pk_simulated_series *one, size_t scenario)
{
    const double fixed = pk_simulation_scenario_ratio(scenario);
    return fixed > 0 ? fixed : one->own_ratio;
}

/* Cost of one series under one run. */
static double cost_of(const struct pk_simulated_series *one, const struct pk_replay *replay,
                      size_t scenario)
{
    const struct pk_replay_cost cost = pk_replay_cost_of(
        &replay->all, replay->order_count, &one->terms, &one->prices, ratio_of(one, scenario));
    return cost.holding + cost.shortage + cost.order;
}

static void add(struct run_totals *totals, const struct pk_simulated_series *one,
                const struct pk_replay *replay, double critical_ratio)
{
    const double days = one->terms.bucket_days;
    const struct pk_replay_sums *all = &replay->all, *promotion = &replay->promotion;
    const struct pk_replay_cost cost =
        pk_replay_cost_of(all, replay->order_count, &one->terms, &one->prices, critical_ratio);
    const struct pk_replay_cost inside =
        pk_replay_cost_of(promotion, 0, &one->terms, &one->prices, critical_ratio);
    totals->holding += cost.holding;
    totals->shortage += cost.shortage;
    totals->order += cost.order;
    totals->cost += cost.holding + cost.shortage + cost.order;
    totals->promotion_cost += inside.holding + inside.shortage;
    totals->demand += (double)all->demand_units;
    totals->served += (double)all->served_units;
    totals->stock_unit_days += (double)all->stock_unit_buckets * days;
    totals->stockout_days += (double)all->stockout_bucket_count * days;
    totals->promotion_demand += (double)promotion->demand_units;
    totals->promotion_served += (double)promotion->served_units;
    totals->promotion_stock_unit_days += (double)promotion->stock_unit_buckets * days;
    totals->promotion_days += (double)promotion->bucket_count * days;
    totals->orders += (double)replay->order_count;
    totals->order_units += (double)replay->order_units;
    totals->change_units += (double)replay->change_units;
}

static void sum_runs(struct telling *telling)
{
    const struct pk_simulation *simulation = telling->simulation;
    for (size_t p = 0; p < PK_POLICY_COUNT; p++) {
        for (size_t scenario = 0; scenario < PK_SIMULATION_SCENARIO_COUNT; scenario++) {
            const size_t run = pk_simulation_run_of(simulation, (enum pk_policy)p, scenario);
            telling->takes_part[p] = run < simulation->run_count;
            for (size_t i = 0; i < simulation->series_count && telling->takes_part[p]; i++) {
                const struct pk_simulated_series *one = &simulation->series[i];
                add(&telling->totals[scenario][p], one, &one->replays[run],
                    ratio_of(one, scenario));
            }
        }
    }
    telling->day_count = (double)(simulation->basis.to_date - simulation->basis.from_date) +
                         (simulation->series[0].terms.bucket_days == 7 ? 7 : 1);
}

static void sum_frontier(struct telling *telling)
{
    const struct pk_simulation *simulation = telling->simulation;
    for (size_t run = 0; run < simulation->run_count; run++) {
        const struct pk_simulation_run *what = &simulation->runs[run];
        struct run_totals totals = {0};
        if (!what->is_aim)
            continue;
        for (size_t i = 0; i < simulation->series_count; i++) {
            const struct pk_simulated_series *one = &simulation->series[i];
            add(&totals, one, &one->replays[run], what->critical_ratio);
            for (size_t scenario = 0; scenario < PK_SIMULATION_SCENARIO_COUNT; scenario++)
                telling->frontier_costs[run][scenario] +=
                    cost_of(one, &one->replays[run], scenario);
        }
        telling->frontier[telling->frontier_count++] = (struct pk_frontier_point){
            what->critical_ratio, totals.demand > 0 ? totals.served / totals.demand : 0,
            totals.stock_unit_days / telling->day_count};
    }
}

/* Differences by item; series are in ascending order of items. */
static enum pk_status sum_items(struct telling *telling, struct pk_error *error)
{
    const struct pk_simulation *simulation = telling->simulation;
    const size_t column_count = PK_SIMULATION_SCENARIO_COUNT * PK_POLICY_COUNT;
    const struct pk_shop *shop = &simulation->view->data->shop;
    telling->differences =
        calloc(simulation->series_count * column_count, sizeof *telling->differences);
    telling->bases = calloc(simulation->series_count * column_count, sizeof *telling->bases);
    telling->items = calloc(simulation->series_count, sizeof *telling->items);
    if (telling->differences == NULL || telling->bases == NULL || telling->items == NULL)
        return pk_error_set(error, PK_OUT_OF_MEMORY, "", "no memory for differences");
    for (size_t i = 0; i < simulation->series_count; i++) {
        const struct pk_simulated_series *one = &simulation->series[i];
        const uint32_t item = shop->series[one->series].item;
        if (telling->item_count == 0 || telling->items[telling->item_count - 1] != item)
            telling->items[telling->item_count++] = item;
        const size_t row = (telling->item_count - 1) * column_count;
        for (size_t scenario = 0; scenario < PK_SIMULATION_SCENARIO_COUNT; scenario++) {
            const size_t ours = pk_simulation_run_of(simulation, PK_POLICY_OURS, scenario);
            const double our_cost = cost_of(one, &one->replays[ours], scenario);
            for (size_t p = 0; p < PK_POLICY_COUNT; p++) {
                const size_t run = pk_simulation_run_of(simulation, (enum pk_policy)p, scenario);
                const size_t cell = row + scenario * PK_POLICY_COUNT + p;
                if (run == simulation->run_count)
                    continue;
                const double their_cost = cost_of(one, &one->replays[run], scenario);
                telling->differences[cell] += our_cost - their_cost;
                telling->bases[cell] += their_cost;
            }
        }
    }
    return pk_bootstrap_sums(telling->differences, telling->bases, telling->item_count,
                             column_count, PK_BOOTSTRAP_COUNT, SEED, telling->intervals, error);
}

/* --- figures --- */

/* What all figures of one call to tell() share. */
struct subject {
    const char *scope, *scope_id, *critical_ratio;
    enum pk_policy policy;
};

static void tell(struct telling *telling, const struct subject *subject, const char *metric,
                 double numerator, double denominator)
{
    struct pk_simulation_figure figure = {.scope = subject->scope,
                                          .scope_id = subject->scope_id,
                                          .metric = metric,
                                          .policy = subject->policy,
                                          .critical_ratio = subject->critical_ratio,
                                          .is_defined = denominator != 0,
                                          .numerator = numerator,
                                          .denominator = denominator};
    if (telling->status != PK_OK)
        return;
    if (figure.is_defined)
        figure.value = numerator / denominator;
    telling->status = telling->taker->take(telling->taker->context, &figure, telling->error);
}

static void tell_policy(struct telling *telling, size_t scenario, enum pk_policy policy)
{
    const struct run_totals *sums = &telling->totals[scenario][policy];
    const struct run_totals *ours = &telling->totals[scenario][PK_POLICY_OURS];
    char id[64];
    pk_text_format(id, sizeof id, "%s@%s", pk_policy_name(policy),
                   pk_simulation_scenario_name(scenario));
    struct subject subject = {"policy", id, pk_simulation_scenario_name(scenario), policy};
    tell(telling, &subject, "cost", sums->cost, 1);
    tell(telling, &subject, "holding_cost", sums->holding, 1);
    tell(telling, &subject, "shortage_cost", sums->shortage, 1);
    tell(telling, &subject, "order_cost", sums->order, 1);
    tell(telling, &subject, "cost_ratio", ours->cost, sums->cost);
    tell(telling, &subject, "demand_units", sums->demand, 1);
    tell(telling, &subject, "lost_units", sums->demand - sums->served, 1);
    tell(telling, &subject, "fill_ratio", sums->served, sums->demand);
    tell(telling, &subject, "average_stock_units", sums->stock_unit_days, telling->day_count);
    tell(telling, &subject, "turnover_days", sums->stock_unit_days, sums->served);
    tell(telling, &subject, "stockout_days", sums->stockout_days, 1);
    tell(telling, &subject, "order_count", sums->orders, 1);
    tell(telling, &subject, "order_units", sums->order_units, 1);
    tell(telling, &subject, "nervousness_ratio", sums->change_units, sums->demand);
    if (policy != PK_POLICY_OURS && policy != PK_POLICY_HINDSIGHT) {
        const size_t column = scenario * PK_POLICY_COUNT + (size_t)policy;
        double stock = 0;
        const double fill = sums->demand > 0 ? sums->served / sums->demand : 0;
        tell(telling, &subject, "cost_difference", ours->cost - sums->cost, 1);
        tell(telling, &subject, "cost_difference_low", telling->intervals[column].low, 1);
        tell(telling, &subject, "cost_difference_high", telling->intervals[column].high, 1);
        if (pk_frontier_stock_at(telling->frontier, telling->frontier_count, fill, &stock))
            tell(telling, &subject, "turnover_at_matched_fill_ratio",
                 sums->stock_unit_days / telling->day_count, stock);
        else
            tell(telling, &subject, "turnover_at_matched_fill_ratio", 0, 0);
    }
    if (!(sums->promotion_days > 0))
        return;
    subject.scope = "promotion";
    tell(telling, &subject, "cost", sums->promotion_cost, 1);
    tell(telling, &subject, "demand_units", sums->promotion_demand, 1);
    tell(telling, &subject, "lost_units", sums->promotion_demand - sums->promotion_served, 1);
    tell(telling, &subject, "fill_ratio", sums->promotion_served, sums->promotion_demand);
    tell(telling, &subject, "stock_unit_days", sums->promotion_stock_unit_days, 1);
}

static void tell_frontier(struct telling *telling)
{
    const struct pk_simulation *simulation = telling->simulation;
    for (size_t i = 0; i < telling->frontier_count; i++) {
        const struct pk_frontier_point *point = &telling->frontier[i];
        char id[64], ratio[16], metric[32];
        size_t run = 0;
        while (!simulation->runs[run].is_aim ||
               simulation->runs[run].critical_ratio != point->critical_ratio)
            run++;
        pk_text_format(ratio, sizeof ratio, "%.3g", point->critical_ratio);
        pk_text_format(id, sizeof id, "ours@%s", ratio);
        const struct subject subject = {"frontier", id, ratio, PK_POLICY_OURS};
        tell(telling, &subject, "fill_ratio", point->fill_ratio, 1);
        tell(telling, &subject, "average_stock_units", point->stock_units, 1);
        for (size_t s = 0; s < PK_SIMULATION_SCENARIO_COUNT; s++) {
            pk_text_format(metric, sizeof metric, "cost_at_%s", pk_simulation_scenario_name(s));
            tell(telling, &subject, metric, telling->frontier_costs[run][s], 1);
        }
    }
}

/* The baseline that costs least at the series' own ratios; PK_POLICY_COUNT without any. */
static enum pk_policy best_baseline(const struct telling *telling)
{
    enum pk_policy best = PK_POLICY_COUNT;
    for (size_t p = PK_POLICY_OURS + 1; p < PK_POLICY_HINDSIGHT; p++)
        if (telling->takes_part[p] &&
            (best == PK_POLICY_COUNT || telling->totals[0][p].cost < telling->totals[0][best].cost))
            best = (enum pk_policy)p;
    return best;
}

/* Sums of one item at the own ratios. */
static void tell_item(struct telling *telling, uint32_t item, enum pk_policy baseline)
{
    const struct pk_simulation *simulation = telling->simulation;
    const struct pk_shop *shop = &simulation->view->data->shop;
    const size_t ours = pk_simulation_run_of(simulation, PK_POLICY_OURS, 0);
    const size_t theirs = pk_simulation_run_of(simulation, baseline, 0);
    struct run_totals our_sums = {0}, their_sums = {0};
    for (size_t i = 0; i < simulation->series_count; i++) {
        const struct pk_simulated_series *one = &simulation->series[i];
        if (shop->series[one->series].item != item)
            continue;
        add(&our_sums, one, &one->replays[ours], one->own_ratio);
        add(&their_sums, one, &one->replays[theirs], one->own_ratio);
    }
    const struct subject subject = {"item", shop->items[item].item_id, "own", baseline};
    tell(telling, &subject, "cost_difference", our_sums.cost - their_sums.cost, 1);
    tell(telling, &subject, "cost", our_sums.cost, 1);
    tell(telling, &subject, "cost_baseline", their_sums.cost, 1);
    tell(telling, &subject, "demand_units", our_sums.demand, 1);
    tell(telling, &subject, "lost_units", our_sums.demand - our_sums.served, 1);
    tell(telling, &subject, "lost_units_baseline", their_sums.demand - their_sums.served, 1);
    tell(telling, &subject, "average_stock_units", our_sums.stock_unit_days, telling->day_count);
    tell(telling, &subject, "average_stock_units_baseline", their_sums.stock_unit_days,
         telling->day_count);
}

/* The items that lose most against the best baseline, worst first; only those that lose. */
static void tell_worst(struct telling *telling)
{
    const enum pk_policy baseline = best_baseline(telling);
    const size_t column_count = PK_SIMULATION_SCENARIO_COUNT * PK_POLICY_COUNT;
    double last = INFINITY;
    size_t last_row = 0;
    for (size_t told = 0; baseline != PK_POLICY_COUNT && told < PK_SIMULATION_WORST_ITEM_COUNT;
         told++) {
        size_t worst = telling->item_count;
        double largest = 0;
        for (size_t i = 0; i < telling->item_count; i++) {
            const double loss = telling->differences[i * column_count + (size_t)baseline];
            const bool is_left = loss < last || (loss == last && i > last_row);
            if (is_left && loss > largest) {
                worst = i;
                largest = loss;
            }
        }
        if (worst == telling->item_count)
            return;
        tell_item(telling, telling->items[worst], baseline);
        last = largest;
        last_row = worst;
    }
}

static void judge(struct telling *telling, size_t scenario, enum pk_policy policy)
{
    const struct run_totals *theirs = &telling->totals[scenario][policy];
    const struct run_totals *ours = &telling->totals[scenario][PK_POLICY_OURS];
    const struct pk_bootstrap_interval *interval =
        &telling->intervals[scenario * PK_POLICY_COUNT + (size_t)policy];
    struct pk_simulation_verdict verdict = {
        .policy = policy,
        .critical_ratio = pk_simulation_scenario_name(scenario),
        .verdict = pk_verdict_of(interval->low, interval->high),
        .is_saving_known = theirs->cost > 0,
    };
    if (verdict.is_saving_known) {
        verdict.saving_ratio = 1 - ours->cost / theirs->cost;
        verdict.saving_ratio_low = -interval->ratio_high;
        verdict.saving_ratio_high = -interval->ratio_low;
    }
    const double fill = theirs->demand > 0 ? theirs->served / theirs->demand : 0;
    const double their_stock = theirs->stock_unit_days / telling->day_count;
    double stock = 0;
    verdict.is_stock_saving_known =
        their_stock > 0 &&
        pk_frontier_stock_at(telling->frontier, telling->frontier_count, fill, &stock);
    if (verdict.is_stock_saving_known)
        verdict.stock_saving_ratio = 1 - stock / their_stock;
    if (telling->status == PK_OK)
        telling->status = telling->taker->judge(telling->taker->context, &verdict, telling->error);
}

enum pk_status pk_simulation_report(const struct pk_simulation *simulation,
                                    const struct pk_simulation_taker *taker, struct pk_error *error)
{
    struct telling *telling = calloc(1, sizeof *telling);
    if (telling == NULL)
        return pk_error_set(error, PK_OUT_OF_MEMORY, "", "no memory for a report");
    telling->simulation = simulation;
    telling->taker = taker;
    telling->error = error;
    sum_runs(telling);
    sum_frontier(telling);
    telling->status = sum_items(telling, error);
    for (size_t scenario = 0; scenario < PK_SIMULATION_SCENARIO_COUNT; scenario++)
        for (size_t p = 0; p < PK_POLICY_COUNT; p++)
            if (telling->takes_part[p])
                tell_policy(telling, scenario, (enum pk_policy)p);
    tell_frontier(telling);
    tell_worst(telling);
    for (size_t scenario = 0; scenario < PK_SIMULATION_SCENARIO_COUNT; scenario++)
        for (size_t p = PK_POLICY_OURS + 1; p < PK_POLICY_HINDSIGHT; p++)
            if (telling->takes_part[p])
                judge(telling, scenario, (enum pk_policy)p);
    const enum pk_status status = telling->status;
    free(telling->differences);
    free(telling->bases);
    free(telling->items);
    free(telling);
    return status;
}
