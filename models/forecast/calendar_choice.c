#include "models/forecast/calendar_choice.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "models/calendar/calendar.h"
#include "models/forecast/design_new.h"

#define REQUIRED_GAIN      0.02
#define REQUIRED_UNITS     0.02 /* of what the windows sold: less is no evidence */
#define OCCURRENCE_MIN     2
#define OCCURRENCE_MAX     8
#define WINDOW_BEFORE_DAYS 14
#define WINDOW_AFTER_DAYS  14

/* The shop's daily total and the windows that are left out in turn. */
struct trial {
    const struct pk_fit_context *context;
    size_t day_count;
    double *units, *level; /* day_count; level = share of series that could sell */
    size_t occurrence_count;
    size_t from[OCCURRENCE_MAX], until[OCCURRENCE_MAX]; /* days, until not included */
};

/* Spring Festival, Golden Week and other feasts that lie inside the history with their window. */
static void find_occurrences(struct trial *trial)
{
    static const enum pk_feast feasts[] = {PK_FEAST_SPRING_FESTIVAL, PK_FEAST_NATIONAL_DAY,
                                           PK_FEAST_LABOUR_DAY, PK_FEAST_DRAGON_BOAT,
                                           PK_FEAST_QINGMING};
    const int32_t first = trial->context->first_date;
    const int32_t first_year = pk_date_to_civil(first).year;
    const int32_t last_year = pk_date_to_civil(trial->context->shop->as_of_date).year;
    for (int32_t year = last_year; year >= first_year; year--) {
        for (size_t f = 0; f < sizeof feasts / sizeof feasts[0]; f++) {
            const int32_t date = pk_calendar_feast_date(feasts[f], year);
            if (date == PK_DATE_NONE || trial->occurrence_count == OCCURRENCE_MAX)
                continue;
            const int64_t from = (int64_t)date - first - WINDOW_BEFORE_DAYS;
            const int64_t until = (int64_t)date - first + WINDOW_AFTER_DAYS + 1;
            if (from < 28 || until > (int64_t)trial->day_count)
                continue;
            trial->from[trial->occurrence_count] = (size_t)from;
            trial->until[trial->occurrence_count++] = (size_t)until;
        }
    }
}

/* Sum of all daily series, one odd day cut to four times the median of its last four weeks. */
static void sum_shop(struct trial *trial)
{
    const struct pk_fit_context *context = trial->context;
    const struct pk_shop *shop = context->shop;
    for (size_t s = 0; s < shop->series_count; s++) {
        if (shop->series[s].bucket_days != 1)
            continue;
        for (size_t i = context->sales->starts[s]; i < context->sales->starts[s + 1]; i++) {
            const struct pk_sales_bucket *row = &context->sales->buckets[i];
            if (row->date >= context->first_date && row->date <= shop->as_of_date)
                trial->units[row->date - context->first_date] += row->demand_units;
        }
    }
    double previous = 0;
    for (size_t t = 0; t < trial->day_count; t++) {
        trial->units[t] = previous > 0 ? fmin(trial->units[t], 8 * previous) : trial->units[t];
        if (trial->units[t] > 0)
            previous = previous > 0 ? 0.9 * previous + 0.1 * trial->units[t] : trial->units[t];
    }
}

/* Open share of the warehouses per day, weighted equally. */
static void set_open_share(struct trial *trial)
{
    const struct pk_closures *closures = trial->context->closures;
    double total = 0, open = 0;
    for (size_t t = 0; t < trial->day_count; t++) {
        double share = 0;
        for (size_t w = 0; w < closures->warehouse_count; w++)
            share += closures->closed[w * closures->day_count + t];
        trial->level[t] = 1 - share / fmax(1, (double)closures->warehouse_count);
        total += trial->units[t];
        open += trial->level[t];
    }
    for (size_t t = 0; t < trial->day_count && open > 0; t++)
        trial->level[t] *= total / open;
}

/* Absolute error over all left-out windows with one design; each window is scaled by what was sold
 * in the other half of its neighbourhood through the fitted trend. */
static enum pk_status left_out_error(const struct trial *trial, bool chinese, double *out_error,
                                     struct pk_error *error)
{
    const struct pk_fit_context *context = trial->context;
    struct pk_design *design = NULL;
    const struct pk_cells no_cells = {0};
    double total = 0, *x = NULL, *level = NULL;
    enum pk_status status = pk_design_new(context->shop, context->closures, context->first_date,
                                          chinese, &design, error);
    if (status != PK_OK)
        return status;
    x = malloc(trial->day_count * design->column_count * sizeof *x);
    level = malloc(trial->day_count * sizeof *level);
    if (x == NULL || level == NULL)
        status = pk_error_set(error, PK_OUT_OF_MEMORY, "", "no memory to choose a calendar");
    else
        status = pk_design_fill(design, PK_INDEX_NONE, context->first_date, 1, trial->day_count, x,
                                error);
    for (size_t o = 0; o < trial->occurrence_count && status == PK_OK; o++) {
        struct pk_shape shape;
        memcpy(level, trial->level, trial->day_count * sizeof *level);
        for (size_t t = trial->from[o]; t < trial->until[o]; t++)
            level[t] = 0;
        const struct pk_shape_problem problem = {
            .design = design,
            .bucket_days = 1,
            .bucket_count = trial->day_count,
            .x = x,
            .cells = &no_cells,
            .units = trial->units,
            .level = level,
            .ridge = context->settings->shape_ridge,
        };
        status = pk_shape_fit(&problem, &shape, error);
        for (size_t t = trial->from[o]; t < trial->until[o] && status == PK_OK; t++) {
            const double mean = trial->level[t] * shape.trend[t] *
                                pk_shape_mean(shape.gamma, shape.log_scale,
                                              x + t * design->column_count, design->column_count);
            if (trial->level[t] > 0)
                total += fabs(trial->units[t] - mean);
        }
        if (status == PK_OK)
            pk_shape_done(&shape);
    }
    if (status == PK_OK)
        *out_error = total;
    pk_design_free(design);
    free(x);
    free(level);
    return status;
}

/* Units sold in all windows. */
static double window_units(const struct trial *trial)
{
    double units = 0;
    for (size_t o = 0; o < trial->occurrence_count; o++)
        for (size_t t = trial->from[o]; t < trial->until[o]; t++)
            units += trial->units[t];
    return units;
}

enum pk_status pk_calendar_choose(const struct pk_fit_context *context,
                                  const struct pk_group *groups, size_t group_count,
                                  bool *out_chinese, struct pk_error *error)
{
    struct trial trial = {.context = context};
    double with = 0, without = 0;
    enum pk_status status = PK_OK;
    if (context->shop->calendar != PK_CALENDAR_AUTO || group_count == 0 ||
        groups[0].bucket_days != 1) {
        *out_chinese = context->shop->calendar == PK_CALENDAR_CN;
        return PK_OK;
    }
    trial.day_count = pk_fit_bucket_count(context, 1);
    find_occurrences(&trial);
    if (trial.occurrence_count < OCCURRENCE_MIN) {
        *out_chinese = false;
        return PK_OK;
    }
    trial.units = calloc(2 * trial.day_count, sizeof *trial.units);
    if (trial.units == NULL)
        return pk_error_set(error, PK_OUT_OF_MEMORY, "", "no memory to choose a calendar");
    trial.level = trial.units + trial.day_count;
    sum_shop(&trial);
    set_open_share(&trial);
    status = left_out_error(&trial, false, &without, error);
    if (status == PK_OK)
        status = left_out_error(&trial, true, &with, error);
    if (status == PK_OK)
        *out_chinese = with < (1 - REQUIRED_GAIN) * without &&
                       without - with > REQUIRED_UNITS * window_units(&trial);
    free(trial.units);
    return status;
}
