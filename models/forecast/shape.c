#include "models/forecast/shape.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "models/forecast/lift_variance.h"
#include "models/numeric/least_squares.h"

#define ITERATION_COUNT 6
#define CHANGE_MIN      1e-4 /* of a log mean; smaller ones end the iteration */
#define STEP_DAYS       28.0
#define LINE_PRIOR_SD   0.5 /* log units per year */
#define STEP_PRIOR_SD   0.03
#define WARM_UP_DAYS    28  /* columns seen only in these first days are not fitted */
#define PARENT_WIDTH    0.4 /* of a category around its parent, as a part of the prior sd */
#define HUBER_C         3.0
#define LOG_MEAN_MAX    12.0
#define DISPERSION_MIN  2.0
#define DISPERSION_MAX  1000.0

/* Rows of the regression: base cells with level > 0, then narrower cells; columns: the active ones
 * of the design, the seasonal ones last, then intercept, line and the steps of the trend. */
struct regression {
    size_t active_count, width;
    size_t *active;                 /* design columns */
    struct pk_regression_rows rows; /* owned arrays */
    uint32_t *starts, *columns, *step_of, *bucket_of;
    double *values, *dense;
    double *eta;   /* row_count: log mean without level, of the present beta */
    double *share; /* row_count: part of its bucket's level */
    double *units, *level, *weights, *targets, *beta, *prior, *precision;
    double *covariance; /* width x width */
    struct pk_normal_equations equations;
};

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

/* A step of the trend every STEP_DAYS. */
static size_t step_count(const struct pk_shape_problem *problem)
{
    return (size_t)((double)problem->bucket_count * problem->bucket_days / STEP_DAYS);
}

static double middle_day(const struct pk_shape_problem *problem, size_t bucket)
{
    return ((double)bucket + 0.5) * problem->bucket_days;
}

/* Steps taken up to a bucket. */
static size_t steps_until(const struct pk_shape_problem *problem, size_t bucket)
{
    return (size_t)(middle_day(problem, bucket) / STEP_DAYS);
}

/* Years from the middle of the history. */
static double line_at(const struct pk_shape_problem *problem, size_t bucket)
{
    const double total = (double)problem->bucket_count * problem->bucket_days;
    return (middle_day(problem, bucket) - total / 2) / PK_STATE_YEAR_DAYS;
}

/* First bucket after the warm-up, in which an event and the start of the trade cannot be told
 * apart; 0 in short histories. */
static size_t warm_bucket(const struct pk_shape_problem *problem)
{
    const size_t warm_up = (size_t)(WARM_UP_DAYS / problem->bucket_days);
    size_t first = 0;
    while (first < problem->bucket_count && !(problem->level[first] > 0))
        first++;
    return first + 3 * warm_up < problem->bucket_count ? first + warm_up : 0;
}

/* False for rows of the warm-up with a feast or promotion on: the start of a trade is no event. */
static bool row_counts(const struct pk_shape_problem *problem, size_t bucket, double level,
                       size_t warm)
{
    const struct pk_design *design = problem->design;
    const double *x = problem->x + bucket * design->column_count;
    bool event = false;
    for (size_t j = design->christmas_at; bucket < warm && j < design->covariate_at; j++)
        event |= fabs(x[j]) > 0;
    return level > 0 && !event;
}

/* The same for a narrower cell, which may have an event of its own. */
static bool cell_counts(const struct pk_shape_problem *problem, size_t cell, size_t warm)
{
    const struct pk_cell *one = &problem->cells->cells[cell];
    return row_counts(problem, one->bucket, problem->cell_level[cell], warm) &&
           !(one->event && one->bucket < warm);
}

static size_t count_rows(const struct pk_shape_problem *problem)
{
    const size_t warm = warm_bucket(problem);
    size_t count = 0;
    for (size_t t = 0; t < problem->bucket_count; t++)
        count += row_counts(problem, t, problem->level[t], warm);
    for (size_t c = 0; c < problem->cells->cell_count; c++)
        count += cell_counts(problem, c, warm);
    return count;
}

/* Marks the columns that are not zero in some row that counts. */
static void find_active(const struct pk_shape_problem *problem, unsigned char *used)
{
    const size_t width = problem->design->column_count, warm = warm_bucket(problem);
    for (size_t t = warm; t < problem->bucket_count; t++)
        for (size_t j = 0; problem->level[t] > 0 && j < width; j++)
            used[j] |= fabs(problem->x[t * width + j]) > 0;
    for (size_t c = 0; c < problem->cells->cell_count; c++) {
        const struct pk_cell *cell = &problem->cells->cells[c];
        if (!(problem->cell_level[c] > 0) || cell->bucket < warm)
            continue;
        for (size_t j = 0; j < width; j++)
            used[j] |= fabs(problem->x[cell->bucket * width + j]) > 0;
        for (size_t i = 0; i < cell->override_count; i++)
            used[problem->cells->overrides[cell->override_start + i].column] = 1;
    }
}

/* Appends a row; the seasonal columns are dense, the others seldom on. */
static void take_row(struct regression *regression, const struct pk_shape_problem *problem,
                     const double *full, size_t bucket, double units, double level,
                     double bucket_level)
{
    struct pk_regression_rows *rows = &regression->rows;
    const size_t at = rows->row_count++;
    double *dense = regression->dense + at * rows->dense_count;
    uint32_t end = regression->starts[at];
    for (size_t j = 0; j < rows->sparse_count; j++) {
        const double value = full[regression->active[j]];
        regression->columns[end] = (uint32_t)j;
        regression->values[end] = value;
        end += fabs(value) > 0;
    }
    regression->starts[at + 1] = end;
    for (size_t j = rows->sparse_count; j < regression->active_count; j++)
        *dense++ = full[regression->active[j]];
    dense[0] = 1;
    dense[1] = line_at(problem, bucket);
    regression->step_of[at] = (uint32_t)steps_until(problem, bucket);
    regression->bucket_of[at] = (uint32_t)bucket;
    regression->units[at] = units;
    regression->level[at] = level;
    regression->share[at] = level / bucket_level;
}

/* `full` and `bucket_level` are scratch for a row and for the levels of all cells of a bucket. */
static void fill_rows(struct regression *regression, const struct pk_shape_problem *problem,
                      double *full, double *bucket_level)
{
    const size_t columns = problem->design->column_count, warm = warm_bucket(problem);
    memcpy(bucket_level, problem->level, problem->bucket_count * sizeof *bucket_level);
    for (size_t c = 0; c < problem->cells->cell_count; c++)
        bucket_level[problem->cells->cells[c].bucket] += problem->cell_level[c];
    regression->starts[0] = 0;
    for (size_t t = 0; t < problem->bucket_count; t++)
        if (row_counts(problem, t, problem->level[t], warm))
            take_row(regression, problem, problem->x + t * columns, t, problem->units[t],
                     problem->level[t], bucket_level[t]);
    for (size_t c = 0; c < problem->cells->cell_count; c++) {
        if (!cell_counts(problem, c, warm))
            continue;
        pk_cells_row(problem->cells, c, problem->x, columns, full);
        const size_t bucket = problem->cells->cells[c].bucket;
        take_row(regression, problem, full, bucket, problem->cell_units[c], problem->cell_level[c],
                 bucket_level[bucket]);
    }
}

static void set_priors(struct regression *regression, const struct pk_shape_problem *problem)
{
    const double width = problem->parent == NULL ? 1 : PARENT_WIDTH;
    for (size_t j = 0; j < regression->active_count; j++) {
        const struct pk_column *column = &problem->design->columns[regression->active[j]];
        const double sd = column->prior_sd * width;
        regression->precision[j] = problem->ridge / (sd * sd);
        regression->prior[j] =
            problem->parent == NULL ? column->prior_mean : problem->parent[regression->active[j]];
    }
    for (size_t j = regression->active_count; j < regression->width; j++) {
        const size_t trend = j - regression->active_count;
        const double sd = trend == 0 ? 10 : trend == 1 ? LINE_PRIOR_SD : STEP_PRIOR_SD;
        regression->precision[j] = 1 / (sd * sd);
    }
    memcpy(regression->beta, regression->prior, regression->width * sizeof *regression->beta);
}

static void regression_done(struct regression *regression)
{
    free(regression->active);
    free(regression->starts);
    free(regression->values);
    free(regression->units);
    free(regression->covariance);
    pk_normal_equations_done(&regression->equations);
}

/* The used columns of the design, the seasonal ones last; returns how many are not seasonal. */
static size_t list_active(const struct pk_design *design, const unsigned char *used,
                          struct regression *regression)
{
    for (size_t j = 0; j < design->column_count; j++)
        if (used[j] && !design->columns[j].seasonal)
            regression->active[regression->active_count++] = j;
    const size_t count = regression->active_count;
    for (size_t j = 0; j < design->column_count; j++)
        if (used[j] && design->columns[j].seasonal)
            regression->active[regression->active_count++] = j;
    return count;
}

static enum pk_status allocate_rows(struct regression *regression, size_t row_count,
                                    struct pk_error *error)
{
    struct pk_regression_rows *rows = &regression->rows;
    const size_t width = regression->width, entries = row_count * rows->sparse_count + 1;
    regression->starts = malloc((3 * row_count + 1 + entries) * sizeof *regression->starts);
    regression->values =
        malloc((entries + row_count * rows->dense_count) * sizeof *regression->values);
    regression->units = calloc(6 * row_count + 3 * width + 1, sizeof *regression->units);
    regression->covariance = malloc((width * width + 1) * sizeof *regression->covariance);
    if (regression->starts == NULL || regression->values == NULL || regression->units == NULL ||
        regression->covariance == NULL)
        return pk_error_set(error, PK_OUT_OF_MEMORY, "", "no memory for %zu shape rows", row_count);
    regression->step_of = regression->starts + row_count + 1;
    regression->bucket_of = regression->step_of + row_count;
    regression->columns = regression->bucket_of + row_count;
    regression->dense = regression->values + entries;
    regression->level = regression->units + row_count;
    regression->weights = regression->level + row_count;
    regression->targets = regression->weights + row_count;
    regression->eta = regression->targets + row_count;
    regression->share = regression->eta + row_count;
    regression->beta = regression->share + row_count;
    regression->prior = regression->beta + width;
    regression->precision = regression->prior + width;
    rows->starts = regression->starts;
    rows->columns = regression->columns;
    rows->values = regression->values;
    rows->dense = regression->dense;
    rows->step_of = regression->step_of;
    return pk_normal_equations_init(&regression->equations, width, error);
}

static enum pk_status regression_init(struct regression *regression,
                                      const struct pk_shape_problem *problem,
                                      struct pk_error *error)
{
    const size_t columns = problem->design->column_count;
    memset(regression, 0, sizeof *regression);
    unsigned char *used = calloc(columns + 1, 1);
    double *full = malloc((columns + problem->bucket_count + 1) * sizeof *full);
    enum pk_status status = PK_OK;
    regression->active = malloc((columns + 1) * sizeof *regression->active);
    if (used == NULL || full == NULL || regression->active == NULL) {
        status = pk_error_set(error, PK_OUT_OF_MEMORY, "", "no memory for a shape");
        goto cleanup;
    }
    find_active(problem, used);
    regression->rows.sparse_count = list_active(problem->design, used, regression);
    regression->rows.dense_count = regression->active_count - regression->rows.sparse_count + 2;
    regression->rows.step_count = step_count(problem);
    regression->width = regression->active_count + 2 + regression->rows.step_count;
    status = allocate_rows(regression, count_rows(problem), error);
    if (status == PK_OK) {
        fill_rows(regression, problem, full, full + columns);
        set_priors(regression, problem);
    }
cleanup:
    free(used);
    free(full);
    return status;
}

static void set_eta(struct regression *regression)
{
    pk_regression_rows_times(&regression->rows, regression->beta, regression->eta);
    for (size_t i = 0; i < regression->rows.row_count; i++)
        regression->eta[i] = fmax(-LOG_MEAN_MAX, fmin(regression->eta[i], LOG_MEAN_MAX));
}

static void set_log_targets(struct regression *regression)
{
    for (size_t i = 0; i < regression->rows.row_count; i++) {
        const double units = regression->units[i] + 0.5;
        regression->targets[i] = log(units / (regression->level[i] + 0.5));
        regression->weights[i] = units / (1 + units / (50 * regression->share[i]));
    }
}

/* 1/K by moments, each residual winsorised so that one odd day does not decide; a cell that is a
 * part of its bucket has the variance mu + mu^2 / (K part). */
static double aggregate_dispersion(const struct regression *regression)
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

static void set_working_targets(struct regression *regression, double dispersion)
{
    for (size_t i = 0; i < regression->rows.row_count; i++) {
        pk_shape_working_row(regression->units[i], regression->level[i], regression->eta[i],
                             dispersion * regression->share[i], &regression->targets[i],
                             &regression->weights[i]);
    }
}

static enum pk_status solve(struct regression *regression, struct pk_error *error)
{
    pk_normal_equations_set(&regression->equations, &regression->rows, regression->weights,
                            regression->targets);
    return pk_ridge_solve(&regression->equations, regression->precision, regression->prior,
                          regression->beta, error);
}

/* The log means of an earlier fit. */
static void take_start(const struct pk_shape *start, struct regression *regression)
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
static double move_eta(struct regression *regression)
{
    double *before = regression->targets, largest = 0;
    memcpy(before, regression->eta, regression->rows.row_count * sizeof *before);
    set_eta(regression);
    for (size_t i = 0; i < regression->rows.row_count; i++)
        largest = fmax(largest, fabs(regression->eta[i] - before[i]));
    return largest;
}

static enum pk_status iterate(struct regression *regression, const struct pk_shape_problem *problem,
                              double *out_dispersion, struct pk_error *error)
{
    double change = INFINITY;
    enum pk_status status = PK_OK;
    if (problem->start != NULL) {
        take_start(problem->start, regression);
    } else {
        set_log_targets(regression);
        status = solve(regression, error);
        set_eta(regression);
    }
    for (int i = 0; i < ITERATION_COUNT && status == PK_OK && change > CHANGE_MIN; i++) {
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
                           const struct regression *regression, size_t *place, double *variance)
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

static void take_result(const struct pk_shape_problem *problem, const struct regression *regression,
                        bool fitted, size_t *place, struct pk_shape *shape)
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
        for (; fitted && step < steps_until(problem, t); step++)
            walk += trend[2 + step];
        const double sum =
            fitted ? trend[0] + trend[1] * line_at(problem, t) + walk - shape->log_scale : 0;
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
                                     const struct regression *regression, double dispersion,
                                     struct pk_error *error)
{
    const size_t count = regression->width - regression->active_count,
                 last = problem->bucket_count - 1;
    const double width = problem->parent == NULL ? 1 : PARENT_WIDTH;
    double *end = calloc(2 * count, sizeof *end);
    if (end == NULL)
        return pk_error_set(error, PK_OUT_OF_MEMORY, "", "no memory for %zu columns", count);
    double *slope = end + count;
    end[0] = 1;
    end[1] = line_at(problem, last);
    for (size_t step = 0; step < steps_until(problem, last); step++)
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
    struct regression regression;
    struct pk_shape shape = {NULL, NULL, 0, DISPERSION_MAX, NULL};
    shape.gamma = malloc((columns + 1) * sizeof *shape.gamma);
    shape.variance = malloc((columns + 1) * sizeof *shape.variance);
    shape.trend = malloc((problem->bucket_count + 1) * sizeof *shape.trend);
    size_t *place = malloc((columns + 1) * sizeof *place);
    enum pk_status status = regression_init(&regression, problem, error);
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
    regression_done(&regression);
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
