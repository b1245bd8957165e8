#include "models/forecast/lift_variance.h"

#include <math.h>
#include <string.h>

#include "models/base/campaign_kind.h"
#include "models/forecast/promotion_pieces.h"

#define KIND_SD       0.3  /* of a kind's log lift around other kinds', before its first peak */
#define SIDE_SD       0.15 /* the same of the days beside a peak */
#define EVENT_SD      0.1  /* of one event's log lift around its kind's, before any were seen */
#define EVENT_FREEDOM 3.0  /* event days that it counts for */
#define LEVERAGE_MAX  0.9

/* Covariance of two design columns' coefficients; columns that were not fitted keep their prior,
 * those of promotions what is known of their spread. */
static double covariance(const struct pk_lift_problem *problem, size_t a, size_t b)
{
    const struct pk_design *design = problem->design;
    const size_t first = problem->place[a], second = problem->place[b];
    if (first < problem->active_count && second < problem->active_count)
        return problem->covariance[first * problem->width + second];
    double sd = design->columns[a].prior_sd;
    if (a >= design->promotion_at && a < design->promotion_weekday_at)
        sd = (a - design->promotion_at) % PK_PART_COUNT == PK_PART_PEAK ? KIND_SD : SIDE_SD;
    return a == b ? sd * sd : 0;
}

/* Expands a row of the regression; returns its value at column `peak`. */
static double expand(const struct pk_lift_problem *problem, size_t row, size_t peak)
{
    const struct pk_regression_rows *rows = problem->rows;
    double *x = problem->scratch;
    memset(x, 0, problem->width * sizeof *x);
    for (uint32_t i = rows->starts[row]; i < rows->starts[row + 1]; i++)
        x[rows->columns[i]] = rows->values[i];
    memcpy(x + rows->sparse_count, rows->dense + row * rows->dense_count,
           rows->dense_count * sizeof *x);
    for (uint32_t step = 0; step < rows->step_of[row]; step++)
        x[rows->sparse_count + rows->dense_count + step] = 1;
    return x[peak];
}

/* Part of the expanded row's residual that the fit takes away: h = w x'Cx. */
static double leverage(const struct pk_lift_problem *problem, size_t row)
{
    const double *x = problem->scratch;
    double sum = 0;
    for (size_t j = 0; j < problem->width; j++) {
        const double *at = problem->covariance + j * problem->width;
        for (size_t k = 0; fabs(x[j]) > 0 && k < problem->width; k++)
            sum += x[j] * at[k] * x[k];
    }
    return fmin(problem->weights[row] * sum, LEVERAGE_MAX);
}

static double event_variance(const struct pk_lift_problem *problem, size_t peak)
{
    double events = EVENT_FREEDOM * EVENT_SD * EVENT_SD, event_days = EVENT_FREEDOM;
    double all = 0, days = 0;
    for (size_t i = 0; peak < problem->active_count && i < problem->rows->row_count; i++) {
        const double mean = problem->level[i] * exp(problem->eta[i]);
        const bool event = expand(problem, i, peak) > 0.5;
        if (!(mean > 0))
            continue;
        const double residual = fmin(problem->units[i] / mean - 1, 2);
        const double left = event ? 1 - leverage(problem, i) : 1;
        const double excess = residual * residual / left - 1 / mean;
        all += problem->share[i] * excess;
        days += problem->share[i];
        events += event ? problem->share[i] * excess : 0;
        event_days += event ? problem->share[i] : 0;
    }
    return fmax(1e-6, events / event_days - (days > 0 ? fmax(0, all / days) : 0));
}

/* Columns that are on together on a day of an event, and their values. */
struct event_row {
    size_t columns[5], count;
    double values[5];
};

static void put(struct event_row *row, size_t column, double value)
{
    row->columns[row->count] = column;
    row->values[row->count++] = value;
}

/* The nested levels of a kind's part, with the typical lift and the weekday of a peak. */
static struct event_row event_row_of(const struct pk_lift_problem *problem, size_t kind,
                                     enum pk_event_part part, size_t weekday)
{
    const struct pk_design *design = problem->design;
    struct event_row row = {.count = 0};
    const double lift = pk_promotion_typical_log_lift(design->kinds[kind], part, 1);
    put(&row, pk_design_promotion_column(design, 2 + kind, part), 1);
    put(&row, pk_design_promotion_column(design, 0, part), 1);
    if (pk_campaign_kind_is_mega(design->kinds[kind]))
        put(&row, pk_design_promotion_column(design, 1, part), 1);
    if (problem->place[design->typical_at] < problem->active_count && lift > 0)
        put(&row, design->typical_at, lift);
    if (part == PK_PART_PEAK)
        put(&row, design->promotion_weekday_at + weekday, 1);
    return row;
}

static double event_row_variance(const struct pk_lift_problem *problem, const struct event_row *row)
{
    double sum = 0;
    for (size_t a = 0; a < row->count; a++)
        for (size_t b = 0; b < row->count; b++)
            sum += row->values[a] * row->values[b] *
                   covariance(problem, row->columns[a], row->columns[b]);
    return fmax(sum, 1e-6);
}

void pk_lift_variances(const struct pk_lift_problem *problem, double *variance)
{
    const struct pk_design *design = problem->design;
    const size_t peak = pk_design_promotion_column(design, 0, PK_PART_PEAK);
    for (size_t j = 0; j < design->column_count; j++)
        variance[j] = covariance(problem, j, j);
    for (size_t j = design->promotion_at; j < design->discount_at; j++)
        variance[j] = 0;
    variance[design->typical_at] = 0;
    variance[peak] = event_variance(problem, problem->place[peak]);
    for (size_t i = 0; i < PK_PART_COUNT * design->kind_count; i++) {
        const size_t kind = i / PK_PART_COUNT;
        const enum pk_event_part part = (enum pk_event_part)(i % PK_PART_COUNT);
        double *sum = &variance[pk_design_promotion_column(design, 2 + kind, part)];
        for (size_t weekday = 0; weekday < 7; weekday++) {
            const struct event_row row = event_row_of(problem, kind, part, weekday);
            *sum += event_row_variance(problem, &row) / 7;
        }
        if (part == PK_PART_PEAK && problem->place[peak] == problem->active_count)
            *sum = PK_TYPICAL_LOG_SD * PK_TYPICAL_LOG_SD;
    }
}
