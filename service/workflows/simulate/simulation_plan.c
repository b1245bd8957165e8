/* Lays out a replay: checks its days, and gives every series its terms, prices and first stock. */
#include <math.h>
#include <stdlib.h>

#include "models/base/limits.h"
#include "models/decision/order/critical_ratio.h"
#include "models/evidence/series_facts.h"
#include "models/history/campaign.h"
#include "service/workflows/simulate/simulation.h"

/* Critical ratios that ours is told, to draw its stock-fill frontier. */
static const double frontier_ratios[] = {0.50, 0.60, 0.70, 0.80, 0.90, 0.95, 0.98, 0.99, 0.998};
static const double scenario_ratios[PK_SIMULATION_SCENARIO_COUNT] = {0, 0.80, 0.90, 0.95, 0.98};

double pk_simulation_scenario_ratio(size_t scenario)
{
    return scenario_ratios[scenario];
}

const char *pk_simulation_scenario_name(size_t scenario)
{
    static const char *const names[PK_SIMULATION_SCENARIO_COUNT] = {"own", "0.80", "0.90", "0.95",
                                                                    "0.98"};
    return names[scenario];
}

static void set_runs(struct pk_simulation *simulation)
{
    simulation->run_count = 0;
    for (size_t p = 0; p < PK_POLICY_COUNT; p++) {
        const enum pk_policy policy = (enum pk_policy)p;
        if (!simulation->request->policies[p] && policy != PK_POLICY_OURS &&
            policy != PK_POLICY_HINDSIGHT)
            continue;
        const size_t count = pk_policy_uses_ratio(policy) ? PK_SIMULATION_SCENARIO_COUNT : 1;
        for (size_t i = 0; i < count; i++)
            simulation->runs[simulation->run_count++] =
                (struct pk_simulation_run){policy, scenario_ratios[i], false};
        for (size_t i = 0;
             policy == PK_POLICY_OURS && i < sizeof frontier_ratios / sizeof *frontier_ratios; i++)
            simulation->runs[simulation->run_count++] =
                (struct pk_simulation_run){policy, frontier_ratios[i], true};
    }
}

size_t pk_simulation_run_of(const struct pk_simulation *simulation, enum pk_policy policy,
                            size_t scenario)
{
    const double ratio = pk_policy_uses_ratio(policy) ? scenario_ratios[scenario] : 0;
    size_t run = 0;
    while (run < simulation->run_count &&
           (simulation->runs[run].policy != policy || simulation->runs[run].is_aim ||
            simulation->runs[run].critical_ratio != ratio))
        run++;
    return run;
}

/* Terms, prices and the critical ratio of its own. */
static void set_terms(const struct pk_simulation *simulation, struct pk_simulated_series *one)
{
    const struct pk_view *view = simulation->view;
    const struct pk_simulation_request *request = simulation->request;
    const struct pk_shop *shop = &view->data->shop;
    const struct pk_assumptions assumptions = {
        .stock_units = -1, .lead_time_days = PK_SIMULATION_LEAD_TIME_DAYS_DEFAULT};
    struct pk_series_facts facts = {.shop = shop, .series = &shop->series[one->series]};
    facts.item = &shop->items[facts.series->item];
    pk_series_terms_load(view, &assumptions, NULL, &facts);
    struct pk_supply_terms *supply = &facts.terms;
    one->is_assumed = facts.supply == NULL;
    if (one->is_assumed)
        supply->review_period_days = PK_SIMULATION_REVIEW_PERIOD_DAYS_DEFAULT;
    if (request->lead_time_days >= 0)
        supply->lead_time_days = request->lead_time_days;
    if (request->review_period_days > 0)
        supply->review_period_days = request->review_period_days;
    if (supply->review_period_days < 1)
        supply->review_period_days = 1;
    supply->lead_time_sd_days = 0; /* nothing comes late here */
    supply->lead_time_days += supply->shelving_days;
    supply->shelving_days = 0;
    supply->calendar = (struct pk_supply_calendar){0};
    const int32_t days = facts.series->bucket_days;
    one->terms = (struct pk_replay_terms){
        .bucket_days = days,
        .lead_buckets = (supply->lead_time_days + days - 1) / days,
        .review_buckets = (supply->review_period_days + days - 1) / days,
        .pack_size_units = supply->pack_size_units,
        .min_order_units = supply->min_order_units,
        .max_stock_units = supply->max_stock_units,
    };
    supply->review_period_days = one->terms.review_buckets * days;
    one->supply = *supply;
    one->own_ratio = pk_critical_ratio_of(supply, &facts.economics, false).ratio;
    one->cover_days = request->cover_days > 0
                          ? request->cover_days
                          : PK_SIMULATION_COVER_RATIO_DEFAULT *
                                (one->terms.review_buckets + one->terms.lead_buckets) * days;
    const int64_t holding = pk_holding_cost_micros_per_day(supply, &facts.economics);
    one->prices = (struct pk_replay_prices){
        .holding_per_day = holding > 0 ? (double)holding * 1e-6 : -1,
        .review_days = supply->review_period_days,
        .order_cost = supply->order_cost_micros > 0 ? (double)supply->order_cost_micros * 1e-6 : 0,
    };
}

/* Money where every series has a holding cost; else units held for a review period. */
static void set_prices(struct pk_simulation *simulation)
{
    simulation->basis.is_money = true;
    for (size_t i = 0; i < simulation->series_count; i++)
        simulation->basis.is_money &= simulation->series[i].prices.holding_per_day > 0;
    for (size_t i = 0; i < simulation->series_count && !simulation->basis.is_money; i++) {
        struct pk_replay_prices *prices = &simulation->series[i].prices;
        prices->holding_per_day = 1 / prices->review_days;
        prices->order_cost = 0;
    }
}

static int32_t first_sale_of(const struct pk_shop_data *data, size_t series)
{
    for (size_t i = data->sales.starts[series]; i < data->sales.starts[series + 1]; i++)
        if (data->sales.buckets[i].demand_units > 0)
            return data->sales.buckets[i].date;
    return PK_DATE_NONE;
}

/* Keeps the selected series that ever sold. */
static enum pk_status set_series(struct pk_simulation *simulation,
                                 const struct pk_series_selection *selection,
                                 struct pk_error *error)
{
    const struct pk_shop_data *data = simulation->view->data;
    simulation->series = calloc(selection->count + 1, sizeof *simulation->series);
    if (simulation->series == NULL)
        return pk_error_set(error, PK_OUT_OF_MEMORY, "", "no memory for %zu series",
                            selection->count);
    for (size_t i = 0; i < selection->count; i++) {
        if (first_sale_of(data, selection->series[i]) == PK_DATE_NONE)
            continue;
        struct pk_simulated_series *one = &simulation->series[simulation->series_count++];
        one->series = selection->series[i];
        set_terms(simulation, one);
        simulation->basis.assumed_terms_count += one->is_assumed;
    }
    if (simulation->series_count == 0)
        return pk_error_set(error, PK_FAILED_PRECONDITION, "filter",
                            "nothing of the selection was ever sold; choose other items");
    simulation->basis.series_count = (int64_t)simulation->series_count;
    set_prices(simulation);
    return PK_OK;
}

/* The counted days and the first review before them. */
static enum pk_status set_days(struct pk_simulation *simulation, struct pk_error *error)
{
    const struct pk_simulation_request *request = simulation->request;
    const struct pk_shop_data *data = simulation->view->data;
    const struct pk_shop *shop = &data->shop;
    int32_t first_sale = shop->as_of_date, step = 1, warm_days = 0;
    for (size_t i = 0; i < simulation->series_count; i++) {
        const struct pk_replay_terms *terms = &simulation->series[i].terms;
        const int32_t sale = first_sale_of(data, simulation->series[i].series);
        const int32_t days = (terms->lead_buckets + terms->review_buckets) * terms->bucket_days;
        first_sale = sale < first_sale ? sale : first_sale;
        warm_days = days > warm_days ? days : warm_days;
        step = terms->bucket_days > step ? terms->bucket_days : step;
    }
    const int32_t to_date = request->to_date == PK_DATE_NONE ? shop->as_of_date : request->to_date;
    /* the earliest review with enough history; weekly ones lie on the first day of a week */
    const int32_t earliest = pk_date_bucket_start(
        first_sale + PK_SIMULATION_HISTORY_DAYS_MIN - 1 + step - 1, step, shop->week_start);
    const int32_t earliest_from = earliest + step + warm_days;
    int32_t from_date = request->from_date;
    char text[PK_DATE_TEXT_SIZE];
    if (to_date > shop->as_of_date)
        return pk_error_set(error, PK_INVALID_ARGUMENT, "to_date",
                            "lies after %s, the last day that is known",
                            pk_date_format(shop->as_of_date, text));
    if (from_date == PK_DATE_NONE) {
        from_date = to_date - PK_SIMULATION_DAYS_DEFAULT + 1;
        if (from_date < earliest_from)
            from_date = earliest_from;
    }
    if (from_date < earliest_from || from_date > to_date)
        return pk_error_set(error, PK_FAILED_PRECONDITION, "from_date",
                            "the history allows a replay from %s on (%d days of history, then a "
                            "lead time and a review period that do not count)",
                            pk_date_format(earliest_from, text), PK_SIMULATION_HISTORY_DAYS_MIN);
    simulation->basis.from_date = from_date;
    simulation->basis.to_date = to_date;
    simulation->basis.first_review_date =
        pk_date_bucket_start(from_date - warm_days, step, shop->week_start) - step;
    return PK_OK;
}

/* Every day on which some series reviews. */
static enum pk_status set_reviews(struct pk_simulation *simulation, struct pk_error *error)
{
    struct pk_simulation_basis *basis = &simulation->basis;
    const int32_t first = basis->first_review_date;
    const size_t day_count = (size_t)(basis->to_date - first);
    bool *marks = calloc(day_count + 1, sizeof *marks);
    if (marks == NULL)
        return pk_error_set(error, PK_OUT_OF_MEMORY, "", "no memory for reviews");
    for (size_t i = 0; i < simulation->series_count; i++) {
        const struct pk_simulated_series *one = &simulation->series[i];
        const size_t step = (size_t)one->supply.review_period_days;
        for (size_t day = 0; day + (size_t)one->terms.bucket_days <= day_count; day += step) {
            marks[day] = true;
            basis->review_count++;
        }
    }
    for (size_t day = 0; day < day_count; day++)
        simulation->review_count += marks[day];
    enum pk_status status = PK_OK;
    if (simulation->review_count > PK_SIMULATION_FIT_COUNT_MAX)
        status = pk_error_set(error, PK_RESOURCE_EXHAUSTED, "from_date",
                              "%zu review days need as many fits, more than %d; take fewer days or "
                              "a longer review period",
                              simulation->review_count, PK_SIMULATION_FIT_COUNT_MAX);
    else if (basis->review_count > PK_SIMULATION_REVIEW_COUNT_MAX)
        status = pk_error_set(error, PK_RESOURCE_EXHAUSTED, "filter",
                              "%lld reviews of series are more than %d; take fewer items, fewer "
                              "days or a longer review period",
                              (long long)basis->review_count, PK_SIMULATION_REVIEW_COUNT_MAX);
    else
        simulation->review_dates =
            calloc(simulation->review_count + 1, sizeof *simulation->review_dates);
    if (status == PK_OK && simulation->review_dates == NULL)
        status = pk_error_set(error, PK_OUT_OF_MEMORY, "", "no memory for reviews");
    for (size_t day = 0, i = 0; status == PK_OK && day < day_count; day++)
        if (marks[day])
            simulation->review_dates[i++] = first + (int32_t)day;
    free(marks);
    return status;
}

/* The one block behind the arrays of a series. */
static enum pk_status allocate(const struct pk_simulation *simulation,
                               struct pk_simulated_series *one, int64_t **out_due,
                               struct pk_error *error)
{
    const size_t ring = (size_t)one->terms.lead_buckets + 1;
    const size_t buckets = (size_t)(one->history_count + one->bucket_count);
    const size_t replays_size = simulation->run_count * sizeof *one->replays;
    const size_t due_size = simulation->run_count * ring * sizeof(int64_t);
    const size_t demand_size = buckets * sizeof *one->demand_units;
    unsigned char *block =
        calloc(1, replays_size + due_size + demand_size + (size_t)one->bucket_count);
    if (block == NULL)
        return pk_error_set(error, PK_OUT_OF_MEMORY, "", "no memory for a replay");
    one->block = block;
    one->replays = (void *)block;
    *out_due = (void *)(block + replays_size);
    one->demand_units = (int32_t *)(void *)(block + replays_size + due_size) + one->history_count;
    one->is_promotion = block + replays_size + due_size + demand_size;
    return PK_OK;
}

static int64_t bucket_of(const struct pk_simulated_series *one, int32_t date)
{
    const int64_t past = (int64_t)date - one->first_date;
    const int64_t days = one->terms.bucket_days;
    return past >= 0 ? past / days : -((-past + days - 1) / days);
}

static void lay_out_demand(struct pk_simulation *simulation, struct pk_simulated_series *one)
{
    const struct pk_sales *sales = &simulation->view->data->sales;
    one->life_start = bucket_of(one, first_sale_of(simulation->view->data, one->series));
    for (size_t i = sales->starts[one->series]; i < sales->starts[one->series + 1]; i++) {
        const struct pk_sales_bucket *row = &sales->buckets[i];
        const int64_t bucket = bucket_of(one, row->date);
        if (bucket < -one->history_count || bucket >= one->bucket_count)
            continue;
        one->demand_units[bucket] += (int32_t)lrintf(row->demand_units);
        simulation->basis.short_bucket_count +=
            bucket >= one->counted_from && row->available_ratio >= 0 && row->available_ratio < 1;
    }
}

static void mark_promotions(const struct pk_shop *shop, struct pk_simulated_series *one)
{
    const struct pk_series *series = &shop->series[one->series];
    const int32_t end_date =
        one->first_date + (int32_t)one->bucket_count * one->terms.bucket_days - 1;
    for (size_t i = 0; i < shop->promotion_count; i++) {
        const struct pk_promotion *row = &shop->promotions[i];
        if (row->start_date > end_date)
            break;
        if (row->end_date < one->first_date ||
            !pk_promotion_covers(row, series->item, shop->items[series->item].category,
                                 series->warehouse))
            continue;
        const int64_t first = bucket_of(one, row->start_date);
        const int64_t last = bucket_of(one, row->end_date);
        for (int64_t b = first > 0 ? first : 0; b <= last && b < one->bucket_count; b++)
            one->is_promotion[b] = 1;
    }
}

/* Same stock for every policy: the mean of 13 weeks for R + L days; nothing on order. */
static void begin_replays(const struct pk_simulation *simulation, struct pk_simulated_series *one,
                          int64_t *due_units)
{
    const struct pk_policy_view view = {.terms = &one->terms,
                                        .demand_units = one->demand_units,
                                        .history_count = one->history_count,
                                        .life_count = one->life_start < 0 ? -one->life_start : 0};
    const double days =
        (double)(one->terms.review_buckets + one->terms.lead_buckets) * one->terms.bucket_days;
    const int64_t start_units = llround(pk_policy_daily_mean(&view) * days);
    for (size_t run = 0; run < simulation->run_count; run++)
        pk_replay_begin(&one->replays[run], &one->terms, start_units,
                        due_units + run * ((size_t)one->terms.lead_buckets + 1));
}

static enum pk_status lay_out(struct pk_simulation *simulation, struct pk_error *error)
{
    struct pk_simulation_basis *basis = &simulation->basis;
    enum pk_status status = PK_OK;
    for (size_t i = 0; i < simulation->series_count && status == PK_OK; i++) {
        struct pk_simulated_series *one = &simulation->series[i];
        const int32_t days = one->terms.bucket_days;
        int64_t *due_units = NULL;
        one->first_date = basis->first_review_date + days;
        one->bucket_count = (basis->to_date - one->first_date) / days + 1;
        one->counted_from = (basis->from_date - one->first_date + days - 1) / days;
        one->history_count = PK_POLICY_HISTORY_DAYS / days;
        status = allocate(simulation, one, &due_units, error);
        if (status != PK_OK)
            break;
        lay_out_demand(simulation, one);
        mark_promotions(&simulation->view->data->shop, one);
        begin_replays(simulation, one, due_units);
        basis->bucket_count += one->bucket_count - one->counted_from;
    }
    return status;
}

static enum pk_status sum_days(struct pk_simulation *simulation, struct pk_error *error)
{
    const struct pk_shop_data *data = simulation->view->data;
    const size_t row_count = data->sales.starts[data->shop.series_count];
    int32_t first = data->shop.as_of_date;
    for (size_t i = 0; i < row_count; i++)
        if (data->sales.buckets[i].demand_units > 0 && data->sales.buckets[i].date < first)
            first = data->sales.buckets[i].date;
    simulation->totals_first_date = first;
    simulation->totals_day_count = (size_t)(data->shop.as_of_date - first) + 1;
    simulation->day_sums = calloc(simulation->totals_day_count + 1, sizeof *simulation->day_sums);
    if (simulation->day_sums == NULL)
        return pk_error_set(error, PK_OUT_OF_MEMORY, "", "no memory for daily totals");
    for (size_t i = 0; i < row_count; i++)
        if (data->sales.buckets[i].date >= first)
            simulation->day_sums[data->sales.buckets[i].date - first + 1] +=
                (double)data->sales.buckets[i].demand_units;
    for (size_t day = 0; day < simulation->totals_day_count; day++)
        simulation->day_sums[day + 1] += simulation->day_sums[day];
    return PK_OK;
}

void pk_simulation_season(const struct pk_simulation *simulation, int32_t as_of_date,
                          double out_season[PK_SEASON_WEEK_COUNT])
{
    double totals[PK_HISTORY_BUCKET_COUNT_MAX / 7];
    const size_t known = (size_t)(as_of_date - simulation->totals_first_date + 1);
    size_t count = known / 7;
    if (count > sizeof totals / sizeof *totals)
        count = sizeof totals / sizeof *totals;
    for (size_t w = 0; w < count; w++) {
        const size_t end = known - (count - 1 - w) * 7;
        totals[w] = simulation->day_sums[end] - simulation->day_sums[end - 7];
    }
    pk_season_fill(totals, count, out_season);
}

enum pk_status pk_simulation_plan(const struct pk_view *view,
                                  const struct pk_series_selection *selection,
                                  const struct pk_simulation_request *request,
                                  struct pk_simulation *out_simulation, struct pk_error *error)
{
    struct pk_simulation simulation = {.view = view, .request = request};
    set_runs(&simulation);
    enum pk_status status = set_series(&simulation, selection, error);
    if (status == PK_OK)
        status = set_days(&simulation, error);
    if (status == PK_OK)
        status = set_reviews(&simulation, error);
    if (status == PK_OK)
        status = sum_days(&simulation, error);
    if (status == PK_OK)
        status = lay_out(&simulation, error);
    if (status != PK_OK) {
        pk_simulation_done(&simulation);
        return status;
    }
    *out_simulation = simulation;
    return PK_OK;
}

void pk_simulation_done(struct pk_simulation *simulation)
{
    for (size_t i = 0; i < simulation->series_count; i++)
        free(simulation->series[i].block);
    free(simulation->series);
    free(simulation->review_dates);
    free(simulation->day_sums);
    *simulation = (struct pk_simulation){0};
}
