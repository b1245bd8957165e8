#include "models/forecast/calendar_choice.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "models/base/campaign_kind.h"
#include "models/calendar/calendar.h"
#include "models/forecast/design_new.h"

#define REQUIRED_GAIN        0.02
#define REQUIRED_UNITS       0.02 /* of what the windows sold: less is no evidence */
#define DENIED_LOSS          0.02 /* from which on history denies what is believed */
#define SEEN_ONCE_GAIN       0.30 /* an effect seen once may be chance: it has to be large */
#define SEEN_ONCE_UNITS      0.10
#define SEEN_FESTIVAL_GAIN   0.20 /* a festival is a day or a few of its window */
#define SEEN_FESTIVAL_UNITS  0.04
#define SEEN_ONCE_AFTER_DAYS 56 /* of trade behind its window: what is level, what is effect */
#define OCCURRENCE_MIN       2
#define OCCURRENCE_MAX       8
/* Days around the main day of a feast, and around a festival. */
#define FEAST_DAYS     14
#define FESTIVAL_DAYS  7
#define BEGINNING_DAYS 28 /* the start of a trade is no event */

/* Buckets from..until - 1. */
struct window {
    size_t from, until;
    bool is_spring_festival; /* with trade enough after it */
};

/* The shop's total by bucket, and the windows that are looked at. */
struct trial {
    const struct pk_fit_context *context;
    int32_t bucket_days;
    size_t bucket_count;
    double *units, *level; /* bucket_count; level = share of series that could sell */
    size_t window_count;
    struct window windows[OCCURRENCE_MAX];
};

/* Adds the window of days from..to if it lies inside the history. */
static void add_window(struct trial *trial, int64_t from, int64_t to, bool is_spring_festival)
{
    const int64_t first = trial->context->first_date;
    const int64_t days = (int64_t)trial->bucket_count * trial->bucket_days;
    if (trial->window_count == OCCURRENCE_MAX || from < first + BEGINNING_DAYS ||
        to >= first + days)
        return;
    trial->windows[trial->window_count++] =
        (struct window){(size_t)((from - first) / trial->bucket_days),
                        (size_t)((to - first) / trial->bucket_days) + 1, is_spring_festival};
}

/* Spring Festival, Golden Week and other feasts, the latest year first. */
static void find_feasts(struct trial *trial)
{
    static const enum pk_feast feasts[] = {PK_FEAST_SPRING_FESTIVAL, PK_FEAST_NATIONAL_DAY,
                                           PK_FEAST_LABOUR_DAY, PK_FEAST_DRAGON_BOAT,
                                           PK_FEAST_QINGMING};
    const int32_t first_year = pk_date_to_civil(trial->context->first_date).year;
    const int32_t last_year = pk_date_to_civil(trial->context->shop->as_of_date).year;
    trial->window_count = 0;
    for (int32_t year = last_year; year >= first_year; year--) {
        for (size_t f = 0; f < sizeof feasts / sizeof feasts[0]; f++) {
            const int32_t date = pk_calendar_feast_date(feasts[f], year);
            if (date != PK_DATE_NONE)
                add_window(trial, (int64_t)date - FEAST_DAYS, (int64_t)date + FEAST_DAYS,
                           feasts[f] == PK_FEAST_SPRING_FESTIVAL &&
                               date + FEAST_DAYS + SEEN_ONCE_AFTER_DAYS <=
                                   trial->context->shop->as_of_date);
        }
    }
}

/* Shopping festivals, the latest year first. */
static void find_festivals(struct trial *trial)
{
    size_t count;
    const struct pk_campaign_kind *kinds = pk_campaign_kinds(&count);
    const int32_t first_year = pk_date_to_civil(trial->context->first_date).year;
    const int32_t last_year = pk_date_to_civil(trial->context->shop->as_of_date).year;
    trial->window_count = 0;
    for (int32_t year = last_year; year >= first_year; year--) {
        for (size_t i = 0; i < count; i++) {
            int32_t start, end;
            if (pk_calendar_festival_days(&kinds[i], year, &start, &end))
                add_window(trial, (int64_t)start - FESTIVAL_DAYS, (int64_t)end + FESTIVAL_DAYS,
                           false);
        }
    }
}

/* Sum of all series of the bucket length, one odd bucket cut to eight times the mean of those
 * before. */
static void sum_shop(struct trial *trial)
{
    const struct pk_fit_context *context = trial->context;
    const struct pk_shop *shop = context->shop;
    for (size_t s = 0; s < shop->series_count; s++) {
        if (shop->series[s].bucket_days != trial->bucket_days)
            continue;
        for (size_t i = context->sales->starts[s]; i < context->sales->starts[s + 1]; i++) {
            const struct pk_sales_bucket *row = &context->sales->buckets[i];
            const int64_t bucket = ((int64_t)row->date - context->first_date) / trial->bucket_days;
            if (row->date >= context->first_date && bucket < (int64_t)trial->bucket_count)
                trial->units[bucket] += row->demand_units;
        }
    }
    double previous = 0;
    for (size_t t = 0; t < trial->bucket_count; t++) {
        trial->units[t] = previous > 0 ? fmin(trial->units[t], 8 * previous) : trial->units[t];
        if (trial->units[t] > 0)
            previous = previous > 0 ? 0.9 * previous + 0.1 * trial->units[t] : trial->units[t];
    }
}

/* Open share of the warehouses per bucket, weighted equally. */
static void set_open_share(struct trial *trial)
{
    const struct pk_closures *closures = trial->context->closures;
    const size_t length = (size_t)trial->bucket_days;
    double total = 0, open = 0;
    for (size_t t = 0; t < trial->bucket_count; t++) {
        double closed = 0;
        for (size_t w = 0; w < closures->warehouse_count; w++)
            for (size_t day = 0; day < length; day++)
                closed += closures->closed[w * closures->day_count + t * length + day];
        trial->level[t] = 1 - closed / fmax(1, (double)closures->warehouse_count) / (double)length;
        total += trial->units[t];
        open += trial->level[t];
    }
    for (size_t t = 0; t < trial->bucket_count && open > 0; t++)
        trial->level[t] *= total / open;
}

/* A design with its rows for the trial. */
struct trial_design {
    struct pk_design *design;
    double *x, *level;
};

static void trial_design_done(struct trial_design *made)
{
    pk_design_free(made->design);
    free(made->x);
    free(made->level);
}

static enum pk_status trial_design_make(const struct trial *trial, struct pk_calendar_blocks blocks,
                                        struct trial_design *out, struct pk_error *error)
{
    const struct pk_fit_context *context = trial->context;
    struct trial_design made = {0};
    enum pk_status status = pk_design_new(context->shop, context->closures, context->first_date,
                                          blocks, &made.design, error);
    if (status != PK_OK)
        return status;
    made.x = malloc(trial->bucket_count * made.design->column_count * sizeof *made.x);
    made.level = malloc(trial->bucket_count * sizeof *made.level);
    status = made.x == NULL || made.level == NULL
                 ? pk_error_set(error, PK_OUT_OF_MEMORY, "", "no memory to choose a calendar")
                 : pk_design_fill(made.design, PK_INDEX_NONE, context->first_date,
                                  trial->bucket_days, trial->bucket_count, made.x, error);
    if (status == PK_OK)
        *out = made;
    else
        trial_design_done(&made);
    return status;
}

/* Fits the total without the buckets of `left_out` (NULL = with all of them) and adds its absolute
 * error in a window to *total. */
static enum pk_status add_error(const struct trial *trial, const struct trial_design *made,
                                const struct window *left_out, const struct window *window,
                                double *total, struct pk_error *error)
{
    const struct pk_cells no_cells = {0};
    const size_t columns = made->design->column_count;
    struct pk_shape shape;
    memcpy(made->level, trial->level, trial->bucket_count * sizeof *made->level);
    for (size_t t = left_out == NULL ? 0 : left_out->from; left_out != NULL && t < left_out->until;
         t++)
        made->level[t] = 0;
    const struct pk_shape_problem problem = {
        .design = made->design,
        .bucket_days = trial->bucket_days,
        .bucket_count = trial->bucket_count,
        .x = made->x,
        .cells = &no_cells,
        .units = trial->units,
        .level = made->level,
        .ridge = trial->context->settings->shape_ridge,
    };
    const enum pk_status status = pk_shape_fit(&problem, &shape, error);
    if (status != PK_OK)
        return status;
    for (size_t t = window->from; t < window->until; t++) {
        const double mean =
            trial->level[t] * shape.trend[t] *
            pk_shape_mean(shape.gamma, shape.log_scale, made->x + t * columns, columns);
        if (trial->level[t] > 0)
            *total += fabs(trial->units[t] - mean);
    }
    pk_shape_done(&shape);
    return PK_OK;
}

/* Absolute error over all windows with one design, each left out of its own fit. */
static enum pk_status left_out_error(const struct trial *trial, struct pk_calendar_blocks blocks,
                                     double *out_error, struct pk_error *error)
{
    struct trial_design made;
    double total = 0;
    enum pk_status status = trial_design_make(trial, blocks, &made, error);
    if (status != PK_OK)
        return status;
    for (size_t o = 0; o < trial->window_count && status == PK_OK; o++)
        status = add_error(trial, &made, &trial->windows[o], &trial->windows[o], &total, error);
    if (status == PK_OK)
        *out_error = total;
    trial_design_done(&made);
    return status;
}

/* Absolute error over all windows, or the Spring Festivals alone, with one design, fitted to
 * everything. */
static enum pk_status seen_error(const struct trial *trial, struct pk_calendar_blocks blocks,
                                 bool spring_festival_only, double *out_error,
                                 struct pk_error *error)
{
    struct trial_design made;
    double total = 0;
    enum pk_status status = trial_design_make(trial, blocks, &made, error);
    if (status != PK_OK)
        return status;
    for (size_t o = 0; o < trial->window_count && status == PK_OK; o++)
        if (trial->windows[o].is_spring_festival || !spring_festival_only)
            status = add_error(trial, &made, NULL, &trial->windows[o], &total, error);
    if (status == PK_OK)
        *out_error = total;
    trial_design_done(&made);
    return status;
}

/* Units sold in the windows, or in those of Spring Festival alone. */
static double window_units(const struct trial *trial, bool spring_festival_only)
{
    double units = 0;
    for (size_t o = 0; o < trial->window_count; o++)
        for (size_t t = trial->windows[o].from; t < trial->windows[o].until; t++)
            if (!spring_festival_only || trial->windows[o].is_spring_festival)
                units += trial->units[t];
    return units;
}

static enum pk_status choose_feasts(struct trial *trial, bool *out_feasts, struct pk_error *error)
{
    const struct pk_calendar_blocks on = {.feasts = true}, off = {0};
    double with = 0, without = 0;
    enum pk_status status = PK_OK;
    *out_feasts = false;
    find_feasts(trial);
    if (trial->window_count >= OCCURRENCE_MIN) {
        status = left_out_error(trial, off, &without, error);
        if (status == PK_OK)
            status = left_out_error(trial, on, &with, error);
        *out_feasts = with < (1 - REQUIRED_GAIN) * without &&
                      without - with > REQUIRED_UNITS * window_units(trial, false);
    }
    if (status != PK_OK || *out_feasts || !trial->context->shop->is_chinese_store ||
        !(window_units(trial, true) > 0))
        return status;
    status = seen_error(trial, off, true, &without, error);
    if (status == PK_OK)
        status = seen_error(trial, on, true, &with, error);
    *out_feasts = with < (1 - SEEN_ONCE_GAIN) * without &&
                  without - with > SEEN_ONCE_UNITS * window_units(trial, true);
    return status;
}

/* Whether festivals explain what was seen in their windows, in *out_festivals. */
static enum pk_status explain_festivals(const struct trial *trial, bool feasts, bool *out_festivals,
                                        struct pk_error *error)
{
    const struct pk_calendar_blocks on = {feasts, true}, off = {feasts, false};
    double with = 0, without = 0;
    enum pk_status status = seen_error(trial, off, false, &without, error);
    if (status == PK_OK)
        status = seen_error(trial, on, false, &with, error);
    *out_festivals = with < (1 - SEEN_FESTIVAL_GAIN) * without &&
                     without - with > SEEN_FESTIVAL_UNITS * window_units(trial, false);
    return status;
}

static enum pk_status choose_festivals(struct trial *trial, bool feasts, bool *out_festivals,
                                       struct pk_error *error)
{
    const struct pk_calendar_blocks on = {feasts, true}, off = {feasts, false};
    double with = 0, without = 0;
    find_festivals(trial);
    *out_festivals = trial->context->shop->is_chinese_store;
    if (trial->window_count == 0)
        return PK_OK;
    if (trial->window_count < OCCURRENCE_MIN)
        return *out_festivals ? explain_festivals(trial, feasts, out_festivals, error) : PK_OK;
    enum pk_status status = left_out_error(trial, off, &without, error);
    if (status == PK_OK)
        status = left_out_error(trial, on, &with, error);
    const bool is_believed = *out_festivals && with < (1 + DENIED_LOSS) * without;
    *out_festivals = with < (1 - REQUIRED_GAIN) * without &&
                     without - with > REQUIRED_UNITS * window_units(trial, false);
    return status == PK_OK && is_believed && !*out_festivals
               ? explain_festivals(trial, feasts, out_festivals, error)
               : status;
}

enum pk_status pk_calendar_choose(const struct pk_fit_context *context,
                                  const struct pk_group *groups, size_t group_count,
                                  struct pk_calendar_blocks *out_blocks, struct pk_error *error)
{
    struct trial trial = {.context = context};
    struct pk_calendar_blocks blocks = {0};
    if (context->shop->calendar != PK_CALENDAR_AUTO || group_count == 0) {
        const bool is_chinese = context->shop->calendar == PK_CALENDAR_CN;
        *out_blocks = (struct pk_calendar_blocks){is_chinese, is_chinese};
        return PK_OK;
    }
    trial.bucket_days = groups[0].bucket_days;
    trial.bucket_count = pk_fit_bucket_count(context, trial.bucket_days);
    trial.units = calloc(2 * trial.bucket_count + 1, sizeof *trial.units);
    if (trial.units == NULL)
        return pk_error_set(error, PK_OUT_OF_MEMORY, "", "no memory to choose a calendar");
    trial.level = trial.units + trial.bucket_count;
    sum_shop(&trial);
    set_open_share(&trial);
    enum pk_status status = choose_feasts(&trial, &blocks.feasts, error);
    if (status == PK_OK)
        status = choose_festivals(&trial, blocks.feasts, &blocks.festivals, error);
    if (status == PK_OK)
        *out_blocks = blocks;
    free(trial.units);
    return status;
}
