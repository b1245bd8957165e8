#include "models/forecast/explain.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "models/base/campaign_kind.h"
#include "models/base/limits.h"
#include "models/forecast/model_parts.h"
#include "models/forecast/price.h"

#define DAYS_PER_YEAR   365
#define SAME_MULTIPLIER 1e-12

const char *pk_factor_name(enum pk_factor_kind kind)
{
    static const char *const names[PK_FACTOR_COUNT] = {
        "baseline",  "weekday", "holiday",   "closure",  "season",  "own_season",
        "month",     "feast",   "promotion", "discount", "traffic", "price",
        "covariate", "own",     "open",      "guard",    "campaign"};
    return names[kind];
}

const char *pk_factor_part_name(size_t part)
{
    static_assert(PK_FACTOR_PART_COUNT == (int)PK_PART_COUNT, "a name for every part");
    static const char *const names[PK_PART_COUNT] = {"presale", "warmup", "lead", "peak", "opening",
                                                     "final",   "encore", "lag",  "dip"};
    return names[part];
}

/* All that is at hand while one bucket is explained. */
struct work {
    const struct pk_model *model;
    const struct pk_shop *shop;
    const struct pk_design *design;
    const struct pk_group_shape *shape;
    const struct pk_group *group;
    size_t series, columns;
    size_t history_count, life_start; /* buckets up to as-of; first one of the series' life */
    double *history;                  /* history_count x columns: rows of the series */
    double *row;                      /* columns: of the bucket */
    struct pk_explanation *out;
    double running_units;
};

/* Rows of the series, its narrower events included. */
static enum pk_status fill_rows(const struct work *work, int32_t date, size_t count, double *x,
                                struct pk_error *error)
{
    uint32_t scopes[PK_SERIES_SCOPE_COUNT_MAX];
    struct pk_override_list list = {NULL, 0, 0};
    const int32_t days = work->group->bucket_days;
    const size_t scope_count =
        pk_design_scopes(work->design, work->shop, work->series, work->group->category, scopes);
    enum pk_status status =
        pk_design_fill(work->design, work->group->category, date, days, count, x, error);
    if (status == PK_OK)
        status =
            pk_design_overrides(work->design, scopes, scope_count, date, days, count, &list, error);
    for (size_t i = 0; status == PK_OK && i < list.count; i++) {
        double *cell = x + list.rows[i].bucket * work->columns + list.rows[i].column;
        *cell = (double)list.rows[i].keep * *cell + (double)list.rows[i].value;
    }
    pk_override_list_done(&list);
    return status;
}

static double effect(const struct work *work, const double *row, size_t from, size_t until)
{
    double sum = 0;
    for (size_t j = from; j < until; j++)
        sum += row[j] * work->shape->gamma[j];
    return sum;
}

/* Average effect of a block over the last year of the history. */
static double average_effect(const struct work *work, size_t from, size_t until)
{
    const size_t year = (size_t)(DAYS_PER_YEAR / work->group->bucket_days);
    const size_t count = work->history_count < year ? work->history_count : year;
    double sum = 0;
    for (size_t t = work->history_count - count; t < work->history_count; t++)
        sum += effect(work, work->history + t * work->columns, from, until);
    return count > 0 ? sum / (double)count : 0;
}

static void add_factor(struct work *work, enum pk_factor_kind kind, const char *name,
                       double multiplier, int64_t evidence_count, int64_t shop_evidence_count)
{
    struct pk_explanation *out = work->out;
    out->factors[out->factor_count++] =
        (struct pk_factor){.kind = kind,
                           .name = name,
                           .multiplier = multiplier,
                           .units = work->running_units * (multiplier - 1),
                           .evidence_count = evidence_count,
                           .shop_evidence_count = shop_evidence_count};
    work->running_units *= multiplier;
}

/* Separate stretches of past buckets from `start` on in which one of the columns is on. */
static int64_t count_stretches(const struct work *work, const size_t *columns, size_t column_count,
                               size_t start)
{
    int64_t count = 0;
    bool was_on = false;
    for (size_t t = start; t < work->history_count; t++) {
        bool is_on = false;
        for (size_t i = 0; i < column_count; i++)
            is_on |= fabs(work->history[t * work->columns + columns[i]]) > 0;
        count += is_on && !was_on;
        was_on = is_on;
    }
    return count;
}

struct stretch {
    int32_t from, to;
};

static int compare_stretches(const void *left, const void *right)
{
    const struct stretch *a = left, *b = right;
    return a->from < b->from ? -1 : a->from > b->from;
}

/* Separate stretches of past days in which one of the event columns was on for anything in the
 * shop; -1 without memory. */
static int64_t count_shop_stretches(const struct work *work, const size_t *columns,
                                    size_t column_count)
{
    const struct pk_design *design = work->design;
    struct stretch *stretches = malloc((design->piece_count + 1) * sizeof *stretches);
    size_t count = 0;
    int64_t separate = 0;
    if (stretches == NULL)
        return -1;
    for (size_t i = 0; i < design->piece_count; i++) {
        const struct pk_event_piece *piece = &design->pieces[i];
        if (piece->from_date > design->as_of_date || piece->to_date < design->first_date)
            continue;
        for (size_t c = 0; c < column_count; c++)
            if (piece->column == columns[c])
                stretches[count++] = (struct stretch){piece->from_date, piece->to_date};
    }
    if (count > 1)
        qsort(stretches, count, sizeof *stretches, compare_stretches);
    int32_t end = INT32_MIN;
    for (size_t i = 0; i < count; i++) {
        separate += end == INT32_MIN || stretches[i].from > end + 1;
        end = stretches[i].to > end ? stretches[i].to : end;
    }
    free(stretches);
    return separate;
}

static void explain_week(struct work *work)
{
    static const char *const names[] = {"monday", "tuesday",  "wednesday", "thursday",
                                        "friday", "saturday", "sunday"};
    const struct pk_design *design = work->design;
    const size_t from = design->weekday_at, until = design->holiday_at;
    const bool is_day = work->group->bucket_days == 1;
    const size_t weekday = (size_t)pk_date_weekday(work->out->date);
    int64_t count = 0;
    for (size_t t = work->life_start; t < work->history_count; t++)
        count += work->history[t * work->columns + from + weekday] >= 1;
    add_factor(work, PK_FACTOR_WEEKDAY, is_day ? names[weekday] : "",
               exp(effect(work, work->row, from, until) - average_effect(work, from, until)),
               is_day ? count : -1, -1);
    for (size_t j = design->holiday_at; j < design->closure_at; j++)
        if (fabs(work->row[j]) > 0)
            add_factor(
                work, PK_FACTOR_HOLIDAY, j == design->holiday_at ? "public_holiday" : "make_up_day",
                exp(effect(work, work->row, j, j + 1)),
                count_stretches(work, &j, 1, work->life_start), count_stretches(work, &j, 1, 0));
    for (size_t j = design->closure_at; j < design->season_at; j++)
        if (fabs(work->row[j]) > 0)
            add_factor(work, PK_FACTOR_CLOSURE, j == design->closure_at ? "before" : "after",
                       exp(effect(work, work->row, j, j + 1)),
                       count_stretches(work, &j, 1, work->life_start),
                       count_stretches(work, &j, 1, 0));
}

static void explain_year(struct work *work)
{
    static const char *const feasts[PK_FEAST_COUNT] = {
        "",           "new_year",     "spring_festival", "qingming",  "labour_day", "dragon_boat",
        "mid_autumn", "national_day", "victory_day",     "christmas", "easter"};
    const struct pk_design *design = work->design;
    const size_t life = work->history_count - work->life_start;
    const int64_t years = (int64_t)(life * (size_t)work->group->bucket_days / DAYS_PER_YEAR);
    const int64_t shop_years =
        (int64_t)(work->history_count * (size_t)work->group->bucket_days / DAYS_PER_YEAR);
    if (design->uses_season) {
        add_factor(work, PK_FACTOR_SEASON, "",
                   exp(effect(work, work->row, design->season_at, design->month_at)), years,
                   shop_years);
        double season[4], own = 0;
        pk_design_season(work->out->date + 0.5 * work->group->bucket_days, season);
        for (size_t j = 0; j < 4; j++)
            own += season[j] * work->out->series.deviation[j];
        add_factor(work, PK_FACTOR_OWN_SEASON, "", exp(own), years, -1);
    }
    add_factor(work, PK_FACTOR_MONTH, "",
               exp(effect(work, work->row, design->month_at, design->christmas_at) -
                   average_effect(work, design->month_at, design->christmas_at)),
               -1, -1);
    for (size_t j = design->christmas_at; j < design->promotion_at; j++) {
        int32_t from, to;
        if (fabs(work->row[j]) > 0)
            add_factor(work, PK_FACTOR_FEAST, feasts[pk_design_feast(design, j, &from, &to)],
                       exp(effect(work, work->row, j, j + 1)),
                       count_stretches(work, &j, 1, work->life_start),
                       count_stretches(work, &j, 1, 0));
    }
}

/* Kinds of a part that are on in the bucket, all of them or the mega kinds. */
static size_t kinds_on(const struct work *work, enum pk_event_part part, bool mega_only)
{
    size_t count = 0;
    for (size_t kind = 0; kind < work->design->kind_count; kind++)
        count += (!mega_only || pk_campaign_kind_is_mega(work->design->kinds[kind])) &&
                 fabs(work->row[pk_design_promotion_column(work->design, 2 + kind, part)]) > 0;
    return count;
}

static bool is_selling(const struct work *work, size_t kind)
{
    const struct pk_design *design = work->design;
    return fabs(work->row[pk_design_promotion_column(design, 2 + kind, PK_PART_PEAK)]) > 0 ||
           fabs(work->row[pk_design_promotion_column(design, 2 + kind, PK_PART_ENCORE)]) > 0;
}

/* Kinds whose peak or encore is on: they share the typical lift. */
static size_t kinds_selling(const struct work *work)
{
    size_t count = 0;
    for (size_t kind = 0; kind < work->design->kind_count; kind++)
        count += is_selling(work, kind);
    return count;
}

static void explain_promotions(struct work *work)
{
    const struct pk_design *design = work->design;
    for (size_t kind = 0; kind < design->kind_count; kind++) {
        const bool is_mega = pk_campaign_kind_is_mega(design->kinds[kind]);
        size_t columns[PK_PART_COUNT], count = 0;
        uint32_t parts = 0;
        double sum = 0;
        for (size_t part = 0; part < PK_PART_COUNT; part++) {
            const enum pk_event_part one = (enum pk_event_part)part;
            const size_t column = pk_design_promotion_column(design, 2 + kind, one);
            const size_t any = pk_design_promotion_column(design, 0, one);
            const size_t mega = pk_design_promotion_column(design, 1, one);
            if (!(fabs(work->row[column]) > 0))
                continue;
            columns[count++] = column;
            parts |= UINT32_C(1) << part;
            sum += effect(work, work->row, column, column + 1) +
                   effect(work, work->row, any, any + 1) / (double)kinds_on(work, one, false);
            if (one == PK_PART_PEAK)
                sum += effect(work, work->row, design->promotion_weekday_at, design->discount_at) /
                       (double)kinds_on(work, one, false);
            if (is_mega)
                sum += effect(work, work->row, mega, mega + 1) / (double)kinds_on(work, one, true);
        }
        if (count == 0)
            continue;
        if (is_selling(work, kind))
            sum += effect(work, work->row, design->typical_at, design->covariate_at) /
                   (double)kinds_selling(work);
        add_factor(work, PK_FACTOR_PROMOTION, design->kinds[kind], exp(sum),
                   count_stretches(work, columns, count, work->life_start),
                   count_shop_stretches(work, columns, count));
        work->out->factors[work->out->factor_count - 1].parts = parts;
    }
}

static void explain_column(struct work *work, enum pk_factor_kind kind, const char *name,
                           size_t column)
{
    if (!(fabs(work->row[column]) > 0))
        return;
    add_factor(work, kind, name, exp(effect(work, work->row, column, column + 1)),
               count_stretches(work, &column, 1, work->life_start),
               count_shop_stretches(work, &column, 1));
    work->out->factors[work->out->factor_count - 1].value = work->row[column];
}

static void explain_price(struct work *work)
{
    const struct pk_series_model *own = &work->out->series;
    const int32_t life_date =
        own->first_sale_date == PK_DATE_NONE ? work->model->as_of_date : own->first_sale_date;
    struct pk_log_price log_price;
    uint8_t promoted[7];
    double sum = 0;
    if (!pk_price_fill(work->design, work->shop, work->series, own->usual_price_micros,
                       work->out->date, work->group->bucket_days, 1, promoted, &log_price))
        return;
    for (size_t part = 0; part < PK_PRICE_PART_COUNT; part++)
        sum += log_price.part[part];
    add_factor(work, PK_FACTOR_PRICE, "", pk_price_factor(&own->elasticity, &log_price),
               pk_price_change_count(work->shop, work->series, life_date), -1);
    work->out->factors[work->out->factor_count - 1].value = exp(sum);
}

/* Share of the bucket in which the series can sell. */
static double open_share(const struct work *work)
{
    const int32_t days = work->group->bucket_days, date = work->out->date;
    const struct pk_item *item = &work->shop->items[work->shop->series[work->series].item];
    uint8_t closed[7];
    int32_t open = 0;
    pk_closures_fill(&work->model->closures, work->shop, work->series, date, (size_t)days, closed);
    for (int32_t day = 0; day < days; day++)
        open += !closed[day] && (item->end_date == PK_DATE_NONE || date + day <= item->end_date);
    return (double)open / days;
}

/* What the factors so far do not tell: not launched yet, cut by the guard, or own deviations. */
static void explain_rest(struct work *work)
{
    const double share = open_share(work), mean = work->out->mean_units;
    if (share < 1)
        add_factor(work, PK_FACTOR_OPEN, "", share, -1, -1);
    else if (!(mean > 0) && work->running_units > 0)
        add_factor(work, PK_FACTOR_OPEN, "", 0, -1, -1);
    if (!(work->running_units > 0) || !(mean > 0))
        return;
    const double rest = mean / work->running_units;
    if (fabs(log(rest)) > SAME_MULTIPLIER)
        add_factor(work,
                   work->out->flags & PK_SERIES_GUARDED && rest < 1 ? PK_FACTOR_GUARD
                                                                    : PK_FACTOR_OWN,
                   "", rest, -1, -1);
}

static void explain(struct work *work)
{
    const struct pk_design *design = work->design;
    work->running_units = work->out->series.level_units;
    add_factor(work, PK_FACTOR_BASELINE, "",
               exp(work->shape->log_scale +
                   average_effect(work, design->weekday_at, design->holiday_at) +
                   average_effect(work, design->month_at, design->christmas_at)),
               -1, -1);
    explain_week(work);
    explain_year(work);
    explain_promotions(work);
    explain_column(work, PK_FACTOR_DISCOUNT, "", design->discount_at);
    explain_column(work, PK_FACTOR_TRAFFIC, "", design->traffic_at);
    explain_price(work);
    for (size_t j = design->covariate_at; j < design->column_count; j++)
        explain_column(work, PK_FACTOR_COVARIATE,
                       work->shop->covariate_names[j - design->covariate_at], j);
    explain_rest(work);
}

/* Mean, spread and flags of the bucket, as a forecast of at least 28 days has them. */
static enum pk_status set_forecast(struct work *work, struct pk_error *error)
{
    struct pk_explanation *out = work->out;
    const int32_t days = work->group->bucket_days;
    const size_t place = (size_t)((out->date - pk_model_as_of(work->model, days)) / days - 1);
    const int32_t until = (int32_t)(place + 1) * days;
    const int32_t horizon_days =
        until > PK_EXPLAINED_HORIZON_DAYS ? until : PK_EXPLAINED_HORIZON_DAYS;
    struct pk_demand demand;
    struct pk_forecast_scratch *scratch = pk_forecast_scratch_new();
    double *mean_units = malloc((size_t)horizon_days * sizeof *mean_units);
    enum pk_status status =
        scratch == NULL || mean_units == NULL
            ? pk_error_set(error, PK_OUT_OF_MEMORY, "", "no memory for a forecast")
            : pk_model_forecast(work->model, work->shop, work->series, horizon_days, scratch,
                                mean_units, &demand, &out->flags, error);
    if (status == PK_OK) {
        const double mean = mean_units[place];
        const double drift = pk_demand_drift_variance(
            &demand, (double)(out->date - demand.first_date), (double)days);
        out->mean_units = mean;
        out->window = pk_demand_window(&demand, out->date, out->date + days - 1);
        out->noise_variance = mean + mean * mean / demand.dispersion;
        out->level_variance = mean * mean * (demand.level_relative_variance + drift);
        out->lift_variance =
            fmax(0, out->window.variance - out->noise_variance - out->level_variance);
    }
    pk_forecast_scratch_free(scratch);
    free(mean_units);
    return status;
}

static enum pk_status check(const struct pk_model *model, const struct pk_shop *shop, size_t series,
                            int32_t date, struct pk_error *error)
{
    char text[PK_DATE_TEXT_SIZE];
    if (series >= model->series_count || shop->series_count != model->series_count)
        return pk_error_set(error, PK_INVALID_ARGUMENT, "series",
                            "series %zu is not of this model's %zu", series, model->series_count);
    const int32_t bucket_days = shop->series[series].bucket_days;
    const int64_t ahead = (int64_t)date - pk_model_as_of(model, bucket_days);
    if (ahead >= bucket_days && ahead <= PK_HORIZON_DAYS_MAX)
        return PK_OK;
    return pk_error_set(error, PK_INVALID_ARGUMENT, "date",
                        "%s is not ahead of the as-of day by 1 to %d days; choose another date, or "
                        "an earlier as-of day",
                        pk_date_format(date, text), PK_HORIZON_DAYS_MAX);
}

enum pk_status pk_explain_forecast(const struct pk_model *model, const struct pk_shop *shop,
                                   size_t series, int32_t date, struct pk_explanation *out,
                                   struct pk_error *error)
{
    enum pk_status status = check(model, shop, series, date, error);
    if (status != PK_OK)
        return status;
    const size_t group = model->group_of[series];
    const int32_t days = model->groups[group].bucket_days;
    struct pk_explanation made = {.series = model->series[series], .bucket_days = days};
    struct work work = {.model = model,
                        .shop = shop,
                        .design = model->design,
                        .shape = &model->shapes[group],
                        .group = &model->groups[group],
                        .series = series,
                        .columns = model->design->column_count,
                        .out = &made};
    const int32_t first_sale = made.series.first_sale_date;
    const int32_t as_of = pk_model_as_of(model, days);
    made.date = as_of + (date - as_of) / days * days;
    work.history_count = (size_t)((as_of - model->first_date) / days) + 1;
    work.life_start = first_sale == PK_DATE_NONE ? work.history_count
                      : first_sale <= model->first_date
                          ? 0
                          : (size_t)((first_sale - model->first_date) / days);
    work.history = malloc((work.history_count + 1) * work.columns * sizeof *work.history);
    made.factors = malloc((work.columns + PK_FACTOR_COUNT) * sizeof *made.factors);
    if (work.history == NULL || made.factors == NULL) {
        status = pk_error_set(error, PK_OUT_OF_MEMORY, "", "no memory for an explanation");
        goto cleanup;
    }
    work.row = work.history + work.history_count * work.columns;
    const int32_t first = as_of - (int32_t)(work.history_count - 1) * days;
    status = fill_rows(&work, first, work.history_count, work.history, error);
    if (status == PK_OK)
        status = fill_rows(&work, made.date, 1, work.row, error);
    if (status == PK_OK)
        status = set_forecast(&work, error);
    if (status == PK_OK) {
        explain(&work);
        *out = made;
        made.factors = NULL;
    }
cleanup:
    free(work.history);
    free(made.factors);
    return status;
}

void pk_explanation_done(struct pk_explanation *explanation)
{
    if (explanation == NULL)
        return;
    free(explanation->factors);
    memset(explanation, 0, sizeof *explanation);
}
