#include "models/forecast/shape.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "models/forecast/lift_variance.h"
#include "models/forecast/shape_rows.h"
#include "models/numeric/least_squares.h"

#define ITERATION_COUNT 6
#define CHANGE_MIN      1e-3 /* of a log mean; smaller ones end the iteration */
#define CHANGE_ROUGH    1e-2 /* the same where another fit begins with this one */
#define HUBER_C         3.0
#define LOG_MEAN_MAX    12.0
#define DISPERSION_MIN  2.0
#define DISPERSION_MAX  1000.0

double pk_shape_mean(const double *gamma, double log_scale, const double *x, size_t column_count)
{
    /* Four sums side by side, because a single one waits for every addition. */
    double sum[4] = {log_scale};
    size_t j = 0;
    for (; j + 4 <= column_count; j += 4)
        for (size_t lane = 0; lane < 4; lane++)
            sum[lane] += gamma[j + lane] * x[j + lane];
    for (; j < column_count; j++)
        sum[0] += gamma[j] * x[j];
    const double total = sum[0] + sum[1] + sum[2] + sum[3];
    return exp(fmax(-LOG_MEAN_MAX, fmin(total, LOG_MEAN_MAX)));
}

static void set_eta(struct pk_shape_regression *regression)
{
    pk_regression_rows_times(&regression->rows, regression->beta, regression->eta);
    for (size_t i = 0; i < regression->rows.row_count; i++)
        regression->eta[i] = fmax(-LOG_MEAN_MAX, fmin(regression->eta[i], LOG_MEAN_MAX));
}

static void set_log_targets(struct pk_shape_regression *regression)
{
    for (size_t i = 0; i < regression->rows.row_count; i++) {
        const double units = regression->units[i] + 0.5;
        regression->targets[i] = log(units / (regression->level[i] + 0.5));
        regression->weights[i] = units / (1 + units / (50 * regression->share[i]));
    }
}

/* 1/K by moments, each residual winsorised so that one odd day does not decide; a cell that is a
 * part of its bucket has the variance mu + mu^2 / (K part). */
static double aggregate_dispersion(const struct pk_shape_regression *regression)
{
    double excess = 0, square = 0;
    for (size_t i = 0; i < regression->rows.row_count; i++) {
        const double mean = regression->level[i] * exp(regression->eta[i]);
        const double residual = fmax(-1.5 * mean, fmin(regression->units[i] - mean, 1.5 * mean));
        excess += regression->share[i] * (residual * residual - mean);
        square += mean * mean;
    }
    const double inverse = square > 0 ? excess / square : 0;
    return fmax(DISPERSION_MIN, fmin(inverse > 0 ? 1 / inverse : DISPERSION_MAX, DISPERSION_MAX));
}

void pk_shape_working_row(double units, double level, double eta, double dispersion,
                          double *out_target, double *out_weight)
{
    const double mean = fmax(level * exp(eta), 1e-9);
    const double residual = units - mean;
    const double pearson = fabs(residual) / sqrt(mean + mean * mean / dispersion);
    const double weight = mean / (1 + mean / dispersion);
    *out_target = eta + fmin(residual / mean, 2);
    *out_weight = pearson > HUBER_C ? weight * HUBER_C / pearson : weight;
}

static void set_working_targets(struct pk_shape_regression *regression, double dispersion)
{
    for (size_t i = 0; i < regression->rows.row_count; i++) {
        pk_shape_working_row(regression->units[i], regression->level[i], regression->eta[i],
                             dispersion * regression->share[i], &regression->targets[i],
                             &regression->weights[i]);
    }
}

static enum pk_status solve(struct pk_shape_regression *regression, struct pk_error *error)
{
    pk_normal_equations_set(&regression->equations, &regression->rows, regression->weights,
                            regression->targets);
    return pk_ridge_solve(&regression->equations, regression->precision, regression->prior,
                          regression->beta, error);
}

/* The log means of an earlier fit. */
static void take_start(const struct pk_shape *start, struct pk_shape_regression *regression)
{
    memset(regression->beta, 0, regression->width * sizeof *regression->beta);
    for (size_t j = 0; j < regression->active_count; j++)
        regression->beta[j] = start->gamma[regression->active[j]];
    pk_regression_rows_times(&regression->rows, regression->beta, regression->eta);
    for (size_t i = 0; i < regression->rows.row_count; i++) {
        const double sum =
            regression->eta[i] + start->log_scale + log(start->trend[regression->bucket_of[i]]);
        regression->eta[i] = fmax(-LOG_MEAN_MAX, fmin(sum, LOG_MEAN_MAX));
    }
}

/* Sets the log means of the present beta; returns the largest change. */
static double move_eta(struct pk_shape_regression *regression)
{
    double *before = regression->targets, largest = 0;
    memcpy(before, regression->eta, regression->rows.row_count * sizeof *before);
    set_eta(regression);
    for (size_t i = 0; i < regression->rows.row_count; i++)
        largest = fmax(largest, fabs(regression->eta[i] - before[i]));
    return largest;
}

static enum pk_status iterate(struct pk_shape_regression *regression,
                              const struct pk_shape_problem *problem, double *out_dispersion,
                              struct pk_error *error)
{
    const double change_min = problem->with_variance ? CHANGE_MIN : CHANGE_ROUGH;
    double change = INFINITY;
    enum pk_status status = PK_OK;
    if (problem->start != NULL) {
        take_start(problem->start, regression);
    } else {
        set_log_targets(regression);
        status = solve(regression, error);
        set_eta(regression);
    }
    for (int i = 0; i < ITERATION_COUNT && status == PK_OK && change > change_min; i++) {
        *out_dispersion = aggregate_dispersion(regression);
        set_working_targets(regression, *out_dispersion);
        status = solve(regression, error);
        change = move_eta(regression);
    }
    if (status == PK_OK && problem->with_variance)
        status = pk_ridge_covariance(&regression->equations, regression->covariance, error);
    return status;
}

/* Scale that gives the last year's rows with something on sale a mean shape of 1. */
static double normalising_scale(const struct pk_shape_problem *problem, const double *gamma)
{
    const size_t columns = problem->design->column_count;
    const size_t year = (size_t)(364 / problem->bucket_days);
    const size_t from = problem->bucket_count > year ? problem->bucket_count - year : 0;
    double sum = 0, count = 0;
    for (size_t t = from; t < problem->bucket_count; t++) {
        if (!(problem->level[t] > 0))
            continue;
        sum += pk_shape_mean(gamma, 0, problem->x + t * columns, columns);
        count++;
    }
    return count > 0 ? -log(sum / count) : 0;
}

static void take_variances(const struct pk_shape_problem *problem,
                           const struct pk_shape_regression *regression, size_t *place,
                           double *variance)
{
    for (size_t j = 0; j < problem->design->column_count; j++)
        place[j] = regression->active_count;
    for (size_t j = 0; j < regression->active_count; j++)
        place[regression->active[j]] = j;
    const struct pk_lift_problem lifts = {
        .design = problem->design,
        .active_count = regression->active_count,
        .width = regression->width,
        .place = place,
        .rows = &regression->rows,
        .eta = regression->eta,
        .units = regression->units,
        .level = regression->level,
        .share = regression->share,
        .weights = regression->weights,
        .covariance = regression->covariance,
        .scratch = regression->prior, /* it has served */
    };
    pk_lift_variances(&lifts, variance);
}

static void take_result(const struct pk_shape_problem *problem,
                        const struct pk_shape_regression *regression, bool fitted, size_t *place,
                        struct pk_shape *shape)
{
    const size_t columns = problem->design->column_count;
    for (size_t j = 0; j < columns; j++)
        shape->gamma[j] =
            problem->parent == NULL ? problem->design->columns[j].prior_mean : problem->parent[j];
    for (size_t j = 0; j < regression->active_count && fitted; j++)
        shape->gamma[regression->active[j]] = regression->beta[j];
    memset(shape->variance, 0, columns * sizeof *shape->variance);
    if (problem->with_variance)
        take_variances(problem, regression, place, shape->variance);
    shape->log_scale = normalising_scale(problem, shape->gamma);
    const double *trend = regression->beta + regression->active_count;
    double walk = 0;
    for (size_t t = 0, step = 0; t < problem->bucket_count; t++) {
        for (; fitted && step < pk_shape_steps_until(problem, t); step++)
            walk += trend[2 + step];
        const double sum =
            fitted ? trend[0] + trend[1] * pk_shape_line_at(problem, t) + walk - shape->log_scale
                   : 0;
        shape->trend[t] = exp(fmax(-LOG_MEAN_MAX, fmin(sum, LOG_MEAN_MAX)));
    }
}

static bool enough(const struct pk_shape_problem *problem)
{
    double units = 0;
    const double days = (double)problem->bucket_count * problem->bucket_days;
    for (size_t t = 0; t < problem->bucket_count; t++)
        units += problem->units[t];
    for (size_t c = 0; c < problem->cells->cell_count; c++)
        units += problem->cell_units[c];
    return units >= PK_SHAPE_MIN_UNITS_PER_YEAR * fmin(1, days / PK_STATE_YEAR_DAYS) && units >= 20;
}

/* Hands the last equations to whoever wants to add days to them. Equations that are too close to
 * singular are not kept: the shape then stays as it is until the next fit. */
static enum pk_status keep_equations(const struct pk_shape_problem *problem,
                                     const struct pk_shape_regression *regression,
                                     double dispersion, struct pk_error *error)
{
    const size_t count = regression->width - regression->active_count,
                 last = problem->bucket_count - 1;
    const double width = problem->parent == NULL ? 1 : PK_SHAPE_PARENT_WIDTH;
    double *end = calloc(2 * count, sizeof *end);
    if (end == NULL)
        return pk_error_set(error, PK_OUT_OF_MEMORY, "", "no memory for %zu columns", count);
    double *slope = end + count;
    end[0] = 1;
    end[1] = pk_shape_line_at(problem, last);
    for (size_t step = 0; step < pk_shape_steps_until(problem, last); step++)
        end[2 + step] = 1;
    slope[1] = 1;
    problem->keep->dispersion = dispersion;
    problem->keep->precision_scale = problem->ridge / (width * width);
    const enum pk_status status = pk_group_state_keep(
        problem->keep, regression->covariance, regression->beta, regression->width,
        regression->active, regression->active_count, end, slope, error);
    free(end);
    return status == PK_INTERNAL ? PK_OK : status;
}

enum pk_status pk_shape_fit(const struct pk_shape_problem *problem, struct pk_shape *out_shape,
                            struct pk_error *error)
{
    const size_t columns = problem->design->column_count;
    struct pk_shape_regression regression;
    struct pk_shape shape = {NULL, NULL, 0, DISPERSION_MAX, NULL};
    shape.gamma = malloc((columns + 1) * sizeof *shape.gamma);
    shape.variance = malloc((columns + 1) * sizeof *shape.variance);
    shape.trend = malloc((problem->bucket_count + 1) * sizeof *shape.trend);
    size_t *place = malloc((columns + 1) * sizeof *place);
    enum pk_status status = pk_shape_regression_init(&regression, problem, error);
    if (status == PK_OK &&
        (shape.gamma == NULL || shape.variance == NULL || shape.trend == NULL || place == NULL))
        status = pk_error_set(error, PK_OUT_OF_MEMORY, "", "no memory for a shape");
    const bool fitted = status == PK_OK && enough(problem);
    if (fitted)
        status = iterate(&regression, problem, &shape.dispersion, error);
    if (fitted && status == PK_OK && problem->keep != NULL)
        status = keep_equations(problem, &regression, shape.dispersion, error);
    if (!fitted)
        regression.active_count = 0;
    if (status == PK_OK) {
        take_result(problem, &regression, fitted, place, &shape);
        *out_shape = shape;
    } else {
        pk_shape_done(&shape);
    }
    pk_shape_regression_done(&regression);
    free(place);
    return status;
}

void pk_shape_done(struct pk_shape *shape)
{
    if (shape == NULL)
        return;
    free(shape->gamma);
    free(shape->variance);
    free(shape->trend);
    memset(shape, 0, sizeof *shape);
}
