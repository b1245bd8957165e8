#include "models/forecast/shape_rows.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define STEP_DAYS     28.0
#define LINE_PRIOR_SD 0.5 /* log units per year */
#define STEP_PRIOR_SD 0.03
#define WARM_UP_DAYS  28 /* columns seen only in these first days are not fitted */

/* A step of the trend every STEP_DAYS. */
static size_t step_count(const struct pk_shape_problem *problem)
{
    return (size_t)((double)problem->bucket_count * problem->bucket_days / STEP_DAYS);
}

static double middle_day(const struct pk_shape_problem *problem, size_t bucket)
{
    return ((double)bucket + 0.5) * problem->bucket_days;
}

size_t pk_shape_steps_until(const struct pk_shape_problem *problem, size_t bucket)
{
    return (size_t)(middle_day(problem, bucket) / STEP_DAYS);
}

double pk_shape_line_at(const struct pk_shape_problem *problem, size_t bucket)
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
static void take_row(struct pk_shape_regression *regression, const struct pk_shape_problem *problem,
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
    dense[1] = pk_shape_line_at(problem, bucket);
    regression->step_of[at] = (uint32_t)pk_shape_steps_until(problem, bucket);
    regression->bucket_of[at] = (uint32_t)bucket;
    regression->units[at] = units;
    regression->level[at] = level;
    regression->share[at] = level / bucket_level;
}

/* `full` and `bucket_level` are scratch for a row and for the levels of all cells of a bucket. */
static void fill_rows(struct pk_shape_regression *regression,
                      const struct pk_shape_problem *problem, double *full, double *bucket_level)
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

static void set_priors(struct pk_shape_regression *regression,
                       const struct pk_shape_problem *problem)
{
    const double width = problem->parent == NULL ? 1 : PK_SHAPE_PARENT_WIDTH;
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

void pk_shape_regression_done(struct pk_shape_regression *regression)
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
                          struct pk_shape_regression *regression)
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

static enum pk_status allocate_rows(struct pk_shape_regression *regression, size_t row_count,
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

enum pk_status pk_shape_regression_init(struct pk_shape_regression *regression,
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
