#include "models/forecast/backtest.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "models/base/limits.h"
#include "models/calendar/calendar.h"

#define YEAR_DAYS     364
#define DEAD_DAYS     365
#define MEAN_DAYS     28
#define WEIGHT_DAYS   28
#define VELOCITY_DAYS 91
/* Buckets of history and horizon that one series may have. */
#define BUCKET_COUNT_MAX (PK_HISTORY_BUCKET_COUNT_MAX + PK_HORIZON_DAYS_MAX + 8)

enum pk_velocity pk_velocity_of(double units_per_day)
{
    if (units_per_day >= 5)
        return PK_VELOCITY_FAST;
    if (units_per_day >= 1)
        return PK_VELOCITY_MEDIUM;
    return units_per_day >= 1.0 / 7 ? PK_VELOCITY_SLOW : PK_VELOCITY_INTERMITTENT;
}

const char *pk_velocity_name(enum pk_velocity velocity)
{
    static const char *const names[] = {"fast", "medium", "slow", "intermittent"};
    return names[velocity];
}

struct pk_backtest *pk_backtest_new(const struct pk_shop *shop)
{
    struct pk_backtest *backtest = calloc(1, sizeof *backtest);
    if (backtest == NULL)
        return NULL;
    backtest->category_count = shop->category_count;
    backtest->warehouse_count = shop->warehouse_count;
    backtest->category = calloc(shop->category_count + 1, sizeof *backtest->category);
    backtest->warehouse = calloc(shop->warehouse_count + 1, sizeof *backtest->warehouse);
    if (backtest->category == NULL || backtest->warehouse == NULL) {
        pk_backtest_free(backtest);
        return NULL;
    }
    return backtest;
}

void pk_backtest_free(struct pk_backtest *backtest)
{
    if (backtest == NULL)
        return;
    free(backtest->category);
    free(backtest->warehouse);
    free(backtest);
}

static void merge(struct pk_accuracy_sums *to, const struct pk_accuracy_sums *from, size_t count)
{
    for (size_t i = 0; i < count; i++)
        pk_accuracy_merge(&to[i], &from[i]);
}

void pk_backtest_merge(struct pk_backtest *to, const struct pk_backtest *from)
{
    merge(&to->total, &from->total, 1);
    merge(to->event, from->event, 2);
    merge(to->velocity, from->velocity, PK_VELOCITY_COUNT);
    merge(to->role, from->role, PK_ROLE_COUNT);
    merge(to->category, from->category, to->category_count);
    merge(to->warehouse, from->warehouse, to->warehouse_count);
}

/* Days on which a promotion or shopping festival is on, within the origin's window. */
struct event_range {
    int32_t start_date, end_date;
    uint32_t item, category, warehouse;
};

/* All that is at hand while the series of one origin are scored. */
struct scoring {
    const struct pk_shop *shop;
    const struct pk_sales *sales;
    const struct pk_backtest_origin *origin;
    struct event_range *events;
    size_t event_count;
    /* Of the series at hand: buckets from its first sale, the last window_count after the
     * origin. */
    int32_t bucket_days, first_date;
    size_t history_count, window_count;
    double *units;
    uint8_t *left_out, *event;
    double *peers[PK_METHOD_COUNT];
    double weight;
};

static void add_event(struct scoring *scoring, const struct event_range *event, int32_t last_date)
{
    if (event->start_date <= last_date && event->end_date > scoring->origin->as_of_date)
        scoring->events[scoring->event_count++] = *event;
}

static enum pk_status collect_events(struct scoring *scoring, const struct pk_model *model,
                                     struct pk_error *error)
{
    const struct pk_shop *shop = scoring->shop;
    const int32_t last_date = scoring->origin->as_of_date + scoring->origin->horizon_days + 14;
    const int32_t first_year = pk_date_to_civil(scoring->origin->as_of_date).year;
    const int32_t year_count = pk_date_to_civil(last_date).year - first_year + 1;
    size_t kind_count = 0;
    const struct pk_campaign_kind *kinds = pk_campaign_kinds(&kind_count);
    if (strcmp(pk_model_calendar_version(model), "none") == 0)
        kind_count = 0;
    const size_t most = shop->promotion_count + kind_count * (size_t)year_count;
    scoring->events = malloc((most + 1) * sizeof *scoring->events);
    if (scoring->events == NULL)
        return pk_error_set(error, PK_OUT_OF_MEMORY, "", "no memory for %zu events", most);
    for (size_t i = 0; i < shop->promotion_count; i++) {
        const struct pk_promotion *from = &shop->promotions[i];
        const struct event_range event = {from->start_date, from->end_date, from->item,
                                          from->category, from->warehouse};
        add_event(scoring, &event, last_date);
    }
    for (size_t i = 0; i < kind_count * (size_t)year_count; i++) {
        const int32_t year = first_year + (int32_t)(i % (size_t)year_count);
        struct event_range event = {0, 0, PK_INDEX_NONE, PK_INDEX_NONE, PK_INDEX_NONE};
        if (pk_calendar_festival_days(&kinds[i / (size_t)year_count], year, &event.start_date,
                                      &event.end_date))
            add_event(scoring, &event, last_date);
    }
    return PK_OK;
}

static bool is_in(uint32_t scope, uint32_t index)
{
    return scope == PK_INDEX_NONE || scope == index;
}

static void set_events(struct scoring *scoring, size_t series)
{
    const struct pk_series *one = &scoring->shop->series[series];
    const uint32_t category = scoring->shop->items[one->item].category;
    const int32_t days = scoring->bucket_days, first = scoring->origin->as_of_date + days;
    memset(scoring->event, 0, scoring->window_count);
    for (size_t i = 0; i < scoring->event_count; i++) {
        const struct event_range *event = &scoring->events[i];
        if (!is_in(event->item, one->item) || !is_in(event->warehouse, one->warehouse) ||
            (event->item == PK_INDEX_NONE && !is_in(event->category, category)))
            continue;
        for (size_t b = 0; b < scoring->window_count; b++) {
            const int32_t date = first + (int32_t)b * days;
            scoring->event[b] |= event->start_date < date + days && event->end_date >= date;
        }
    }
}

/* Lays the series' sales out densely; false if it is not scored from this origin. */
static bool set_history(struct scoring *scoring, size_t series)
{
    const struct pk_sales *sales = scoring->sales;
    const int32_t origin = scoring->origin->as_of_date;
    const int32_t days = scoring->shop->series[series].bucket_days;
    size_t i = sales->starts[series];
    const size_t end = sales->starts[series + 1];
    const int32_t earliest = origin - (PK_HISTORY_BUCKET_COUNT_MAX - 1) * days;
    while (i < end && (!(sales->buckets[i].demand_units > 0) || sales->buckets[i].date < earliest))
        i++;
    if (i == end || sales->buckets[i].date > origin)
        return false;
    scoring->bucket_days = days;
    scoring->first_date = origin - (origin - sales->buckets[i].date) / days * days;
    scoring->history_count = (size_t)((origin - scoring->first_date) / days) + 1;
    scoring->window_count = (size_t)((scoring->origin->horizon_days + days - 1) / days);
    const size_t count = scoring->history_count + scoring->window_count;
    memset(scoring->units, 0, count * sizeof *scoring->units);
    memset(scoring->left_out, 0, count);
    int32_t last_sale = PK_DATE_NONE;
    scoring->weight = 0;
    for (; i < end; i++) {
        const struct pk_sales_bucket *row = &sales->buckets[i];
        const size_t b = (size_t)((row->date - scoring->first_date) / days);
        if (b >= count)
            break;
        scoring->units[b] += (double)row->demand_units;
        scoring->left_out[b] |= row->available_ratio >= 0 && row->available_ratio < 1;
        if (row->date <= origin && row->demand_units > 0)
            last_sale = row->date;
        if (row->date <= origin && row->date > origin - WEIGHT_DAYS && row->paid_amount_micros > 0)
            scoring->weight += (double)row->paid_amount_micros * 1e-6;
    }
    return origin - last_sale < DEAD_DAYS;
}

/* Mean absolute (power 1) or squared (power 2) difference of the history `lag` buckets apart. */
static double mean_step(const struct scoring *scoring, size_t lag, int power)
{
    double sum = 0;
    if (scoring->history_count <= lag)
        return 0;
    for (size_t b = lag; b < scoring->history_count; b++) {
        const double step = fabs(scoring->units[b] - scoring->units[b - lag]);
        sum += power == 1 ? step : step * step;
    }
    return sum / (double)(scoring->history_count - lag);
}

/* Mean of the last `days` of the history per bucket. */
static double recent_mean(const struct scoring *scoring, int32_t days)
{
    const size_t wanted = (size_t)(days / scoring->bucket_days);
    const size_t count = wanted < scoring->history_count ? wanted : scoring->history_count;
    double sum = 0;
    for (size_t b = scoring->history_count - count; b < scoring->history_count; b++)
        sum += scoring->units[b];
    return sum / (double)count;
}

/* The same place `season` buckets earlier, as many seasons back as it takes to be in the history;
 * false if that is before the first sale. */
static bool season_ago(const struct scoring *scoring, size_t ahead, size_t season, double *out)
{
    const size_t seasons = ahead / season + 1;
    const size_t place = scoring->history_count + ahead;
    if (seasons * season > place)
        return false;
    *out = scoring->units[place - seasons * season];
    return true;
}

static void set_peers(struct scoring *scoring)
{
    const double recent = recent_mean(scoring, MEAN_DAYS);
    const size_t week = scoring->bucket_days == 1 ? 7 : 1;
    const size_t year = (size_t)(YEAR_DAYS / scoring->bucket_days);
    for (size_t b = 0; b < scoring->window_count; b++) {
        double naive = recent, year_ago;
        season_ago(scoring, b, week, &naive);
        scoring->peers[PK_METHOD_SEASONAL_NAIVE][b] = naive;
        scoring->peers[PK_METHOD_YEAR_NAIVE][b] =
            season_ago(scoring, b, year, &year_ago) ? year_ago : naive;
        scoring->peers[PK_METHOD_MEAN28][b] = recent;
    }
}

static void add_to_classes(const struct scoring *scoring, size_t series,
                           const struct pk_accuracy_sums sums[2], struct pk_backtest *backtest)
{
    const struct pk_series *one = &scoring->shop->series[series];
    const struct pk_item *item = &scoring->shop->items[one->item];
    const double per_day = recent_mean(scoring, VELOCITY_DAYS) / scoring->bucket_days;
    struct pk_accuracy_sums *const classes[] = {
        &backtest->total, &backtest->velocity[pk_velocity_of(per_day)],
        &backtest->category[item->category], &backtest->warehouse[one->warehouse],
        &backtest->role[item->role]};
    for (size_t e = 0; e < 2; e++) {
        pk_accuracy_merge(&backtest->event[e], &sums[e]);
        for (size_t i = 0; i < sizeof classes / sizeof classes[0]; i++)
            pk_accuracy_merge(classes[i], &sums[e]);
    }
}

static enum pk_status score_series(struct scoring *scoring, const struct pk_model *model,
                                   const struct pk_shop *past, size_t series,
                                   struct pk_forecast_scratch *scratch, double *mean_units,
                                   struct pk_backtest *backtest, struct pk_error *error)
{
    struct pk_accuracy_sums sums[2];
    struct pk_demand demand;
    if (!set_history(scoring, series))
        return PK_OK;
    const enum pk_status status =
        pk_model_forecast(model, past, series, scoring->origin->horizon_days, scratch, mean_units,
                          &demand, NULL, error);
    if (status != PK_OK)
        return status;
    set_events(scoring, series);
    set_peers(scoring);
    memset(sums, 0, sizeof sums);
    const struct pk_accuracy_window window = {
        .bucket_count = scoring->window_count,
        .units = scoring->units + scoring->history_count,
        .left_out = scoring->left_out + scoring->history_count,
        .event = scoring->event,
        .demand = &demand,
        .peer_units = {NULL, scoring->peers[1], scoring->peers[2], scoring->peers[3]},
        .mean_square_step = mean_step(scoring, 1, 2),
        .mean_absolute_step = mean_step(scoring, 1, 1),
        .mean_absolute_seasonal_step = mean_step(scoring, scoring->bucket_days == 1 ? 7 : 1, 1),
        .weight = scoring->weight,
        .seed = scoring->origin->seed ^ ((uint64_t)series << 32) ^
                (uint64_t)(uint32_t)scoring->origin->as_of_date * UINT64_C(0x9E3779B97F4A7C15),
    };
    pk_accuracy_add(&window, &sums[0], &sums[1]);
    add_to_classes(scoring, series, sums, backtest);
    return PK_OK;
}

static enum pk_status check_origin(const struct pk_shop *shop,
                                   const struct pk_backtest_origin *origin, struct pk_error *error)
{
    if (origin->horizon_days < 1 || origin->horizon_days > PK_HORIZON_DAYS_MAX)
        return pk_error_set(error, PK_INVALID_ARGUMENT, "horizon_days",
                            "horizon of %d days is not in 1..%d", origin->horizon_days,
                            PK_HORIZON_DAYS_MAX);
    for (size_t s = 0; s < shop->series_count; s++) {
        const int32_t days = shop->series[s].bucket_days;
        const int32_t length = (origin->horizon_days + days - 1) / days * days;
        if ((int64_t)origin->as_of_date + length > shop->as_of_date)
            return pk_error_set(error, PK_INVALID_ARGUMENT, "as_of_date",
                                "%d days after the origin are not known yet", length);
    }
    return PK_OK;
}

static enum pk_status allocate(struct scoring *scoring, struct pk_error *error)
{
    scoring->units = malloc(BUCKET_COUNT_MAX * sizeof *scoring->units);
    scoring->left_out = malloc(BUCKET_COUNT_MAX);
    scoring->event = malloc(PK_HORIZON_DAYS_MAX);
    bool is_complete =
        scoring->units != NULL && scoring->left_out != NULL && scoring->event != NULL;
    for (size_t m = PK_METHOD_MODEL + 1; m < PK_METHOD_COUNT; m++) {
        scoring->peers[m] = malloc(PK_HORIZON_DAYS_MAX * sizeof *scoring->peers[m]);
        is_complete = is_complete && scoring->peers[m] != NULL;
    }
    return is_complete ? PK_OK : pk_error_set(error, PK_OUT_OF_MEMORY, "", "no memory for scores");
}

enum pk_status pk_backtest_run(const struct pk_shop *shop, const struct pk_sales *sales,
                               const struct pk_fit_settings *settings,
                               const struct pk_backtest_origin *origin,
                               const struct pk_executor *executor, struct pk_backtest *backtest,
                               struct pk_error *error)
{
    struct scoring scoring = {.shop = shop, .sales = sales, .origin = origin};
    struct pk_shop past = *shop;
    struct pk_model *model = NULL;
    struct pk_backtest *added = pk_backtest_new(shop);
    struct pk_forecast_scratch *scratch = pk_forecast_scratch_new();
    double *mean_units = malloc(PK_HORIZON_DAYS_MAX * sizeof *mean_units);
    enum pk_status status = check_origin(shop, origin, error);
    past.as_of_date = origin->as_of_date;
    if (status == PK_OK && (added == NULL || scratch == NULL || mean_units == NULL))
        status = pk_error_set(error, PK_OUT_OF_MEMORY, "", "no memory for a backtest");
    if (status == PK_OK)
        status = allocate(&scoring, error);
    if (status == PK_OK)
        status = pk_model_fit(&past, sales, settings, executor, &model, error);
    if (status == PK_OK)
        status = collect_events(&scoring, model, error);
    for (size_t s = 0; status == PK_OK && s < shop->series_count; s++)
        status = score_series(&scoring, model, &past, s, scratch, mean_units, added, error);
    if (status == PK_OK)
        pk_backtest_merge(backtest, added);
    pk_model_free(model);
    pk_backtest_free(added);
    pk_forecast_scratch_free(scratch);
    free(mean_units);
    free(scoring.events);
    free(scoring.units);
    free(scoring.left_out);
    free(scoring.event);
    for (size_t m = 0; m < PK_METHOD_COUNT; m++)
        free(scoring.peers[m]);
    return status;
}
