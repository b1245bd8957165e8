#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "models/base/limits.h"
#include "models/forecast/model_parts.h"
#include "models/forecast/own.h"
#include "models/forecast/price.h"

/* Guard: a forecast beyond this multiple of the largest bucket seen falls back to it. */
#define GUARD_FACTOR 3.0
/* Spread of own log lifts around the group's: a part of it that shrinks with the event days that
 * the series has seen of the kind, and more for series that have seen none. */
#define OWN_LIFT_PART  0.2
#define OWN_LIFT_DAYS  3.0
#define UNSEEN_LIFT_SD 0.1
#define RECENT_DAYS    56 /* the longer half-life of levels */
/* Errors of lifts that differ by less than this part are one span. */
#define LIFT_SAME 0.25

/* Doubles of rows that a scratch area may hold (64 MB); beyond it groups are computed again. */
#define SCRATCH_DOUBLE_COUNT_MAX 8000000

/* Log lift of the group in a row, its error, and the spread of single events around it; 0 on
 * ordinary days. */
struct row_lift {
    double lift, variance, event_variance;
};

/* Rows of one group over the scratch's range of buckets. */
struct group_rows {
    double *x;             /* bucket_count x column_count; NULL = not made yet */
    double *mean;          /* bucket_count: the group's shape */
    struct row_lift *lift; /* bucket_count: of x'gamma over event columns */
    double *feast;         /* bucket_count: log effect of feasts */
    double *own;           /* bucket_count x PK_OWN_COUNT */
};

/* Rows of groups of one model over one range of buckets, kept between calls. */
struct pk_forecast_scratch {
    const struct pk_model *model;
    uint64_t identity;
    size_t group_count, bucket_count, double_count;
    int32_t first_date, bucket_days;
    bool is_ordinary; /* rows without the columns of promotions */
    struct group_rows *groups;
    double *row;                    /* column_count */
    double *series_mean;            /* bucket_count: of the series at hand */
    struct row_lift *series_lift;   /* bucket_count */
    double *series_factor;          /* bucket_count: its own deviations and prices */
    struct pk_log_price *log_price; /* bucket_count */
    uint8_t *closed;                /* days */
    struct pk_override_list list;
};

struct pk_forecast_scratch *pk_forecast_scratch_new(void)
{
    return calloc(1, sizeof(struct pk_forecast_scratch));
}

static void release_rows(struct pk_forecast_scratch *scratch)
{
    for (size_t g = 0; scratch->groups != NULL && g < scratch->group_count; g++) {
        free(scratch->groups[g].x);
        scratch->groups[g].x = NULL;
    }
    scratch->double_count = 0;
}

static void release(struct pk_forecast_scratch *scratch)
{
    release_rows(scratch);
    free(scratch->groups);
    free(scratch->series_mean);
    free(scratch->closed);
    scratch->groups = NULL;
    scratch->series_mean = NULL;
    scratch->closed = NULL;
    scratch->model = NULL;
}

void pk_forecast_scratch_free(struct pk_forecast_scratch *scratch)
{
    if (scratch == NULL)
        return;
    release(scratch);
    pk_override_list_done(&scratch->list);
    free(scratch);
}

size_t pk_model_bucket_count(const struct pk_shop *shop, size_t series, int32_t horizon_days)
{
    const int32_t days = shop->series[series].bucket_days;
    return (size_t)((horizon_days + days - 1) / days);
}

static struct row_lift lift_of(const struct pk_design *design, const struct pk_group_shape *shape,
                               const double *row)
{
    const size_t peak = pk_design_promotion_column(design, 0, PK_PART_PEAK);
    struct row_lift out = {0, 0, row[peak] * row[peak] * shape->variance[peak]};
    for (size_t j = design->promotion_at; j < design->covariate_at; j++) {
        out.variance += j == peak ? 0 : row[j] * row[j] * shape->variance[j];
        out.lift += row[j] * shape->gamma[j];
    }
    return out;
}

/* Binds the scratch to a model and a range of buckets; does nothing if it is bound to them. */
static enum pk_status bind(struct pk_forecast_scratch *scratch, const struct pk_model *model,
                           int32_t bucket_days, int32_t first_date, size_t bucket_count,
                           bool is_ordinary, struct pk_error *error)
{
    const size_t columns = model->design->column_count;
    if (scratch->model == model && scratch->identity == model->identity &&
        scratch->first_date == first_date && scratch->bucket_days == bucket_days &&
        scratch->bucket_count == bucket_count && scratch->is_ordinary == is_ordinary)
        return PK_OK;
    release(scratch);
    scratch->group_count = model->group_count;
    scratch->groups = calloc(model->group_count + 1, sizeof *scratch->groups);
    scratch->series_mean =
        malloc(((5 + PK_PRICE_PART_COUNT) * bucket_count + columns + 1) * sizeof *scratch->row);
    scratch->closed = malloc(bucket_count * (size_t)bucket_days + 1);
    if (scratch->groups == NULL || scratch->series_mean == NULL || scratch->closed == NULL)
        return pk_error_set(error, PK_OUT_OF_MEMORY, "", "no memory for %zu forecast rows",
                            bucket_count);
    scratch->series_lift = (struct row_lift *)(void *)(scratch->series_mean + bucket_count);
    scratch->series_factor = scratch->series_mean + 4 * bucket_count;
    scratch->log_price = (struct pk_log_price *)(void *)(scratch->series_factor + bucket_count);
    scratch->row = scratch->series_factor + (1 + PK_PRICE_PART_COUNT) * bucket_count;
    scratch->model = model;
    scratch->identity = model->identity;
    scratch->first_date = first_date;
    scratch->bucket_days = bucket_days;
    scratch->bucket_count = bucket_count;
    scratch->is_ordinary = is_ordinary;
    return PK_OK;
}

static bool is_promotion_column(const struct pk_design *design, size_t column)
{
    return column >= design->promotion_at && column < design->covariate_at;
}

/* Makes the rows of a group if the scratch does not hold them. */
static enum pk_status prepare(struct pk_forecast_scratch *scratch, const struct pk_model *model,
                              size_t group, struct pk_error *error)
{
    const struct pk_design *design = model->design;
    const struct pk_group_shape *shape = &model->shapes[group];
    const size_t columns = design->column_count, count = scratch->bucket_count;
    const size_t doubles = count * (columns + 5 + PK_OWN_COUNT);
    struct group_rows *rows = &scratch->groups[group];
    if (rows->x != NULL)
        return PK_OK;
    if (scratch->double_count + doubles > SCRATCH_DOUBLE_COUNT_MAX)
        release_rows(scratch);
    double *x = malloc((doubles + 1) * sizeof *x);
    if (x == NULL)
        return pk_error_set(error, PK_OUT_OF_MEMORY, "", "no memory for %zu forecast rows", count);
    const enum pk_status status =
        pk_design_fill(design, model->groups[group].category, scratch->first_date,
                       scratch->bucket_days, count, x, error);
    if (status != PK_OK) {
        free(x);
        return status;
    }
    *rows = (struct group_rows){
        .x = x,
        .mean = x + count * columns,
        .lift = (struct row_lift *)(void *)(x + count * (columns + 1)),
        .feast = x + count * (columns + 4),
        .own = x + count * (columns + 5),
    };
    scratch->double_count += doubles;
    for (size_t t = 0; scratch->is_ordinary && t < count; t++)
        memset(x + t * columns + design->promotion_at, 0,
               (design->covariate_at - design->promotion_at) * sizeof *x);
    for (size_t t = 0; t < count; t++) {
        rows->mean[t] = pk_shape_mean(shape->gamma, shape->log_scale, x + t * columns, columns);
        rows->lift[t] = lift_of(design, shape, x + t * columns);
        rows->feast[t] = pk_own_feast_effect(design, shape->gamma, x + t * columns);
        pk_own_row(design, x + t * columns, rows->own + t * PK_OWN_COUNT);
    }
    return PK_OK;
}

static double bucket_middle(const struct pk_forecast_scratch *scratch, size_t bucket)
{
    return scratch->first_date + ((double)bucket + 0.5) * scratch->bucket_days;
}

/* Own factors of the group's rows. Ordinary weeks repeat theirs: the last one of each day of the week
 * is kept instead of taken as an exponential again. */
static void set_factors(struct pk_forecast_scratch *scratch, const struct group_rows *rows,
                        const double *deviation)
{
    double logs[7] = {0}, factors[7] = {1, 1, 1, 1, 1, 1, 1};
    for (size_t t = 0; t < scratch->bucket_count; t++) {
        const double log_factor = pk_own_log_factor(deviation, bucket_middle(scratch, t),
                                                    rows->feast[t], rows->own + t * PK_OWN_COUNT);
        if (log_factor != logs[t % 7]) {
            logs[t % 7] = log_factor;
            factors[t % 7] = exp(log_factor);
        }
        scratch->series_factor[t] = factors[t % 7];
    }
}

/* Shape, lift variance and own factor of one series: the group's with its narrower events. */
static enum pk_status set_series_rows(struct pk_forecast_scratch *scratch,
                                      const struct pk_model *model, const struct pk_shop *shop,
                                      size_t series, struct pk_error *error)
{
    const struct pk_design *design = model->design;
    const struct pk_group_shape *shape = &model->shapes[model->group_of[series]];
    const struct pk_group *group = &model->groups[model->group_of[series]];
    const struct group_rows *rows = &scratch->groups[model->group_of[series]];
    const size_t columns = design->column_count, count = scratch->bucket_count;
    uint32_t scopes[PK_SERIES_SCOPE_COUNT_MAX];
    const size_t scope_count = pk_design_scopes(design, shop, series, group->category, scopes);
    const double *deviation = model->series[series].deviation;
    double own[PK_OWN_COUNT];
    memcpy(scratch->series_mean, rows->mean, count * sizeof *rows->mean);
    set_factors(scratch, rows, deviation);
    memcpy(scratch->series_lift, rows->lift, count * sizeof *rows->lift);
    const enum pk_status status =
        pk_design_overrides(design, scopes, scope_count, scratch->first_date, group->bucket_days,
                            count, &scratch->list, error);
    for (size_t i = 0; status == PK_OK && i < scratch->list.count;) {
        const size_t t = scratch->list.rows[i].bucket;
        memcpy(scratch->row, rows->x + t * columns, columns * sizeof *scratch->row);
        for (; i < scratch->list.count && scratch->list.rows[i].bucket == t; i++) {
            const struct pk_override *one = &scratch->list.rows[i];
            if (!scratch->is_ordinary || !is_promotion_column(design, one->column))
                scratch->row[one->column] =
                    (double)one->keep * scratch->row[one->column] + (double)one->value;
        }
        scratch->series_mean[t] =
            pk_shape_mean(shape->gamma, shape->log_scale, scratch->row, columns);
        scratch->series_lift[t] = lift_of(design, shape, scratch->row);
        pk_own_row(design, scratch->row, own);
        scratch->series_factor[t] =
            exp(pk_own_log_factor(deviation, bucket_middle(scratch, t),
                                  pk_own_feast_effect(design, shape->gamma, scratch->row), own));
    }
    if (pk_price_fill(design, shop, series, model->series[series].usual_price_micros,
                      scratch->first_date, group->bucket_days, count, scratch->closed,
                      scratch->log_price))
        for (size_t t = 0; t < count; t++)
            scratch->series_factor[t] *=
                pk_price_factor(&model->series[series].elasticity, &scratch->log_price[t]);
    return status;
}

/* Share of the bucket on which the series can sell. */
static double open_share(const struct pk_item *item, const uint8_t *closed, int32_t date,
                         int32_t bucket_days)
{
    int32_t open = 0;
    for (int32_t day = 0; day < bucket_days; day++)
        open += !closed[day] && (item->end_date == PK_DATE_NONE || date + day <= item->end_date);
    return (double)open / bucket_days;
}

static bool before_life(const struct pk_item *item, const struct pk_series_model *own, int32_t date)
{
    if (own->first_sale_date != PK_DATE_NONE)
        return date < own->first_sale_date &&
               (item->launch_date == PK_DATE_NONE || date < item->launch_date);
    return item->launch_date != PK_DATE_NONE && date < item->launch_date;
}

/* Means of a range of buckets into mean_units; returns flags of the range. */
static uint32_t fill_means(struct pk_forecast_scratch *scratch, const struct pk_model *model,
                           const struct pk_shop *shop, size_t series, double *mean_units)
{
    const struct pk_series_model *own = &model->series[series];
    const struct pk_item *item = &shop->items[shop->series[series].item];
    const int32_t bucket_days = shop->series[series].bucket_days;
    uint32_t flags = 0;
    pk_closures_fill(&model->closures, shop, series, scratch->first_date,
                     scratch->bucket_count * (size_t)bucket_days, scratch->closed);
    for (size_t t = 0; t < scratch->bucket_count; t++) {
        const int32_t date = scratch->first_date + (int32_t)t * bucket_days;
        const double share =
            open_share(item, scratch->closed + t * (size_t)bucket_days, date, bucket_days);
        const double shape = scratch->series_mean[t];
        double mean = own->level_units * shape * scratch->series_factor[t] * share;
        if (item->end_date != PK_DATE_NONE && date + bucket_days - 1 > item->end_date)
            flags |= PK_SERIES_ENDED;
        if (before_life(item, own, date) || !(mean > 0) || !isfinite(mean))
            mean = 0;
        /* Ordinary buckets are bounded by what was ever sold, event buckets by the group's lift
         * too. */
        const double seen = scratch->series_lift[t].variance > 0
                                ? fmax(own->maximum_units, own->level_units * shape)
                                : own->maximum_units;
        if (seen > 0 && mean > GUARD_FACTOR * seen) {
            mean = GUARD_FACTOR * seen;
            flags |= PK_SERIES_GUARDED;
        }
        mean_units[t] = mean;
    }
    return flags;
}

/* Days of the event column that a scope has between the dates. */
static int64_t scope_days(const struct pk_design *design, const struct pk_event_scope *scope,
                          size_t column, int32_t from_date, int32_t to_date)
{
    size_t count;
    const struct pk_event_piece *pieces = pk_design_pieces(design, scope, column, &count);
    int64_t days = 0;
    for (const struct pk_event_piece *piece = pieces; piece < pieces + count; piece++) {
        const int64_t first = piece->from_date > from_date ? piece->from_date : from_date;
        const int64_t last = piece->to_date < to_date ? piece->to_date : to_date;
        days += first <= last ? last - first + 1 : 0;
    }
    return days;
}

/* Days on which the series (its own scopes, its category's and everything) had the event column on
 * between the dates. The scope of everything sorts last. */
static int64_t event_days(const struct pk_model *model, const struct pk_shop *shop, size_t series,
                          size_t column, int32_t from_date, int32_t to_date)
{
    const struct pk_design *design = model->design;
    uint32_t scopes[PK_SERIES_SCOPE_COUNT_MAX];
    const size_t count = pk_design_scopes(design, shop, series, PK_INDEX_NONE, scopes);
    const struct pk_event_scope *last = design->scopes + design->scope_count;
    int64_t days = 0;
    if (design->scope_count > 0 && last[-1].narrowness == 0)
        days += scope_days(design, last - 1, column, from_date, to_date);
    for (size_t i = 0; i < count; i++)
        days += scope_days(design, &design->scopes[scopes[i]], column, from_date, to_date);
    return days;
}

/* What the series' life tells of the kinds of events ahead. */
struct event_evidence {
    int64_t days;  /* the fewest that one of them was on; INT64_MAX without any ahead */
    double recent; /* the least part of the last RECENT_DAYS that one of them was on */
};

static struct event_evidence evidence_of(const struct pk_forecast_scratch *scratch,
                                         const struct pk_model *model, const struct pk_shop *shop,
                                         size_t series)
{
    const struct pk_design *design = model->design;
    const int32_t first_sale = model->series[series].first_sale_date, today = model->as_of_date;
    struct event_evidence evidence = {INT64_MAX, 1};
    bool any = false;
    for (size_t t = 0; t < scratch->bucket_count && !any; t++)
        any = scratch->series_lift[t].variance > 0;
    for (size_t kind = 0; any && kind < design->kind_count; kind++) {
        const size_t column = pk_design_promotion_column(design, 2 + kind, PK_PART_PEAK);
        const int32_t last = scratch->first_date +
                             (int32_t)scratch->bucket_count * shop->series[series].bucket_days - 1;
        int64_t days = 0, recent = 0;
        if (event_days(model, shop, series, column, scratch->first_date, last) == 0)
            continue;
        if (first_sale != PK_DATE_NONE) {
            const int32_t from = today - RECENT_DAYS + 1;
            days = event_days(model, shop, series, column, first_sale, today);
            recent = event_days(model, shop, series, column, first_sale > from ? first_sale : from,
                                today);
        }
        evidence.days = days < evidence.days ? days : evidence.days;
        evidence.recent = fmin(evidence.recent, (double)recent / RECENT_DAYS);
    }
    return evidence;
}

/* Appends a bucket's lift error to the spans, to the last one if it goes on much the same or there is
 * no room for another. */
static void put_lift(struct pk_demand *demand, size_t bucket, double shared_sd, double single_sd)
{
    struct pk_lift_span *last =
        demand->lift_count > 0 ? &demand->lifts[demand->lift_count - 1] : NULL;
    const bool goes_on = last != NULL && last->first_bucket + last->bucket_count == bucket &&
                         fabs(shared_sd - (double)last->shared_sd) < LIFT_SAME * shared_sd + 1e-9 &&
                         fabs(single_sd - (double)last->single_sd) < LIFT_SAME * single_sd + 1e-9;
    if (goes_on || demand->lift_count == PK_LIFT_SPAN_MAX) {
        last->bucket_count = (uint32_t)bucket + 1 - last->first_bucket;
        last->shared_sd = fmaxf(last->shared_sd, (float)shared_sd);
        last->single_sd = fmaxf(last->single_sd, (float)single_sd);
        return;
    }
    demand->lifts[demand->lift_count++] =
        (struct pk_lift_span){(uint32_t)bucket, 1, (float)shared_sd, (float)single_sd};
}

/* Errors of the lifts ahead. Peaks share the error of their kind; each has its own spread, and days
 * around them err by themselves. A level that comes from days of the same kind of event by a part s
 * has the error of the lift with the other sign by that part: 1 - s is left. */
static void set_lifts(const struct pk_forecast_scratch *scratch, struct event_evidence seen,
                      struct pk_demand *demand)
{
    const double unseen_variance = seen.days == 0 ? UNSEEN_LIFT_SD * UNSEEN_LIFT_SD : 0;
    const double days = seen.days == INT64_MAX ? 0 : (double)seen.days;
    const double left = seen.days == INT64_MAX ? 1 : 1 - fmin(seen.recent, 1);
    const double part = OWN_LIFT_PART * OWN_LIFT_PART * OWN_LIFT_DAYS / (OWN_LIFT_DAYS + days);
    for (size_t t = 0; t < scratch->bucket_count; t++) {
        const struct row_lift *row = &scratch->series_lift[t];
        const double variance = left * left * (row->variance + part * row->lift * row->lift);
        if (row->event_variance > 0)
            put_lift(demand, t, sqrt(variance + unseen_variance), sqrt(row->event_variance));
        else if (row->variance > 0)
            put_lift(demand, t, 0, sqrt(variance));
    }
}

/* The same from the error of price elasticities. */
static double price_relative_variance(const struct pk_forecast_scratch *scratch,
                                      const struct pk_model *model, const struct pk_shop *shop,
                                      size_t series, const double *mean_units)
{
    const struct pk_series_model *own = &model->series[series];
    const int32_t bucket_days = scratch->bucket_days;
    struct pk_log_price present;
    uint8_t promoted[7];
    if (!(own->usual_price_micros > 0))
        return 0;
    pk_price_fill(model->design, shop, series, own->usual_price_micros,
                  scratch->first_date - bucket_days, bucket_days, 1, promoted, &present);
    return pk_price_relative_variance(&own->elasticity, scratch->log_price, scratch->bucket_count,
                                      mean_units, &present);
}

static enum pk_status check_series(const struct pk_model *model, const struct pk_shop *shop,
                                   size_t series, struct pk_error *error)
{
    if (series >= model->series_count || shop->series_count != model->series_count)
        return pk_error_set(error, PK_INVALID_ARGUMENT, "series",
                            "series %zu is not of this model's %zu", series, model->series_count);
    return PK_OK;
}

enum pk_status pk_model_forecast(const struct pk_model *model, const struct pk_shop *shop,
                                 size_t series, int32_t horizon_days,
                                 struct pk_forecast_scratch *scratch, double *mean_units,
                                 struct pk_demand *out_demand, uint32_t *out_flags,
                                 struct pk_error *error)
{
    enum pk_status status = check_series(model, shop, series, error);
    if (status != PK_OK)
        return status;
    if (horizon_days < 1 || horizon_days > PK_DAYS_OF_SUPPLY_MAX + 7)
        return pk_error_set(error, PK_INVALID_ARGUMENT, "horizon_days",
                            "horizon of %d days is not in 1..%d", horizon_days,
                            PK_DAYS_OF_SUPPLY_MAX + 7);
    const struct pk_series_model *own = &model->series[series];
    const int32_t bucket_days = shop->series[series].bucket_days;
    const size_t count = pk_model_bucket_count(shop, series, horizon_days);
    status =
        bind(scratch, model, bucket_days, model->as_of_date + bucket_days, count, false, error);
    if (status == PK_OK)
        status = prepare(scratch, model, model->group_of[series], error);
    if (status == PK_OK)
        status = set_series_rows(scratch, model, shop, series, error);
    if (status != PK_OK)
        return status;
    const struct event_evidence seen = evidence_of(scratch, model, shop, series);
    const uint32_t flags = own->flags | fill_means(scratch, model, shop, series, mean_units) |
                           (seen.days == 0 ? (uint32_t)PK_SERIES_LOW_EVIDENCE : 0);
    *out_demand =
        (struct pk_demand){.first_date = scratch->first_date,
                           .bucket_days = bucket_days,
                           .bucket_count = count,
                           .mean_units = mean_units,
                           .dispersion = own->dispersion,
                           .level_drift_variance_per_day = own->level_drift_variance_per_day,
                           .stop_probability = own->stop_probability,
                           .idle_probability = own->idle_probability,
                           .mean_excess = own->mean_excess,
                           .level_relative_variance =
                               own->level_relative_variance +
                               price_relative_variance(scratch, model, shop, series, mean_units)};
    set_lifts(scratch, seen, out_demand);
    if (out_flags != NULL)
        *out_flags = flags;
    return PK_OK;
}

/* Means of a range of buckets as the model has them, or without promotions. */
static enum pk_status fill_range(const struct pk_model *model, const struct pk_shop *shop,
                                 size_t series, int32_t first_date, size_t bucket_count,
                                 bool is_ordinary, struct pk_forecast_scratch *scratch,
                                 double *mean_units, struct pk_error *error)
{
    const int32_t bucket_days = shop->series[series].bucket_days;
    enum pk_status status =
        bind(scratch, model, bucket_days, first_date, bucket_count, is_ordinary, error);
    if (status == PK_OK)
        status = prepare(scratch, model, model->group_of[series], error);
    if (status == PK_OK)
        status = set_series_rows(scratch, model, shop, series, error);
    if (status == PK_OK)
        fill_means(scratch, model, shop, series, mean_units);
    return status;
}

static enum pk_status check_range(const struct pk_model *model, const struct pk_shop *shop,
                                  size_t series, int32_t first_date, size_t bucket_count,
                                  int32_t days_ahead, struct pk_error *error)
{
    const enum pk_status status = check_series(model, shop, series, error);
    if (status != PK_OK)
        return status;
    const int32_t bucket_days = shop->series[series].bucket_days;
    if (first_date < model->first_date || bucket_count > PK_HISTORY_BUCKET_COUNT_MAX ||
        (int64_t)first_date + (int64_t)bucket_count * bucket_days >
            (int64_t)model->as_of_date + days_ahead + bucket_days)
        return pk_error_set(error, PK_INVALID_ARGUMENT, "first_date",
                            "%zu buckets from day %d are not inside the fitted history",
                            bucket_count, first_date);
    return PK_OK;
}

enum pk_status pk_model_fitted(const struct pk_model *model, const struct pk_shop *shop,
                               size_t series, int32_t first_date, size_t bucket_count,
                               struct pk_forecast_scratch *scratch, double *mean_units,
                               struct pk_error *error)
{
    const enum pk_status status =
        check_range(model, shop, series, first_date, bucket_count, 0, error);
    return status != PK_OK ? status
                           : fill_range(model, shop, series, first_date, bucket_count, false,
                                        scratch, mean_units, error);
}

enum pk_status pk_model_ordinary(const struct pk_model *model, const struct pk_shop *shop,
                                 size_t series, int32_t first_date, size_t bucket_count,
                                 struct pk_forecast_scratch *scratch, double *mean_units,
                                 struct pk_error *error)
{
    const enum pk_status status =
        check_range(model, shop, series, first_date, bucket_count, PK_DAYS_OF_SUPPLY_MAX, error);
    return status != PK_OK ? status
                           : fill_range(model, shop, series, first_date, bucket_count, true,
                                        scratch, mean_units, error);
}
