#include "models/forecast/own.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "models/base/limits.h"
#include "models/forecast/deviation.h"
#include "models/numeric/least_squares.h"

#define LOG_FACTOR_MAX 2.0794415416798357 /* log 8 */
#define STEP_MAX       0.7                /* of one coefficient in one step */
#define HALVING_FROM   0.25               /* smaller steps do not raise the deviance */
#define HALVING_COUNT  3
#define LOCAL_DAYS     28.0
#define LOCAL_UNITS    4.0 /* units at the mean level that every local level is shrunk by */
#define PRIOR_FREEDOM  4.0 /* degrees of freedom that the default variance counts for */
#define WEEKDAY_SD     0.10
#define PROMOTION_SD   0.12
#define DISCOUNT_SD    0.40
#define COVARIATE_SD   0.08
#define SD_MIN         0.01
#define SD_MAX_FACTOR  5.0

_Static_assert(PK_DEVIATION_DAILY_AT + PK_OWN_COUNT == PK_SERIES_DEVIATION_COUNT, "layout");

void pk_own_row(const struct pk_design *design, const double *row, double own[PK_OWN_COUNT])
{
    memset(own, 0, PK_OWN_COUNT * sizeof *own);
    memcpy(own + PK_OWN_WEEKDAY_AT, row + design->weekday_at, 7 * sizeof *own);
    own[PK_OWN_PROMOTION] = row[pk_design_promotion_column(design, 0, PK_PART_PEAK)];
    own[PK_OWN_DISCOUNT] = row[design->discount_at];
    for (size_t i = 0; i < design->own_covariate_count; i++)
        own[PK_OWN_COVARIATE_AT + i] = row[design->own_covariates[i]];
}

double pk_own_feast_effect(const struct pk_design *design, const double *gamma, const double *row)
{
    double sum = 0;
    for (size_t j = design->christmas_at; j < design->promotion_at; j++)
        sum += gamma[j] * row[j];
    return sum;
}

double pk_own_log_factor(const double deviation[PK_SERIES_DEVIATION_COUNT], double date,
                         double feast_effect, const double own[PK_OWN_COUNT])
{
    double sum = pk_deviation_log_factor(date, feast_effect, deviation);
    for (size_t j = 0; j < PK_OWN_COUNT; j++)
        sum += own[j] * deviation[PK_DEVIATION_DAILY_AT + j];
    return fmax(-LOG_FACTOR_MAX, fmin(sum, LOG_FACTOR_MAX));
}

static bool same_row(const struct pk_own_rows *rows, uint32_t a, uint32_t b)
{
    const uint32_t count = rows->starts[a + 1] - rows->starts[a];
    if (rows->starts[b + 1] - rows->starts[b] != count)
        return false;
    const uint32_t at = rows->starts[a], other = rows->starts[b];
    return memcmp(rows->columns + at, rows->columns + other, count) == 0 &&
           memcmp(rows->values + at, rows->values + other, count * sizeof *rows->values) == 0;
}

/* Finds or makes the kind of each row. */
static void set_kinds(struct pk_own_rows *rows, size_t row_count)
{
    for (size_t row = 0; row < row_count; row++) {
        size_t kind = 0;
        while (kind < rows->kind_count && !same_row(rows, rows->kind_rows[kind], (uint32_t)row))
            kind++;
        rows->kind_of[row] = kind < PK_OWN_KIND_COUNT ? (uint8_t)kind : PK_OWN_KIND_NONE;
        if (kind == rows->kind_count && kind < PK_OWN_KIND_COUNT)
            rows->kind_rows[rows->kind_count++] = (uint32_t)row;
    }
}

static size_t put_row(struct pk_own_rows *rows, size_t index, size_t at,
                      const double own[PK_OWN_COUNT])
{
    rows->starts[index] = (uint32_t)at;
    for (size_t j = 0; j < PK_OWN_COUNT; j++) {
        if (!(fabs(own[j]) > 0))
            continue;
        rows->columns[at] = (uint8_t)j;
        rows->values[at++] = (float)own[j];
    }
    return at;
}

enum pk_status pk_own_rows_init(struct pk_own_rows *rows, const struct pk_group_work *work,
                                const double *gamma, struct pk_error *error)
{
    const struct pk_design *design = work->context->design;
    const size_t buckets = work->panel.bucket_count, cells = work->cells.cell_count;
    const size_t columns = work->column_count;
    double own[PK_OWN_COUNT];
    size_t at = 0;
    double *row = malloc((columns + 1) * sizeof *row);
    struct pk_own_rows made = {
        .starts = malloc((buckets + cells + 1) * sizeof *made.starts),
        .columns = malloc(PK_OWN_COUNT * (buckets + cells) + 1),
        .values = malloc((PK_OWN_COUNT * (buckets + cells) + 1) * sizeof *made.values),
        .kind_of = malloc(buckets + cells + 1),
        .feast = malloc((buckets + 1) * sizeof *made.feast),
    };
    if (row == NULL || made.starts == NULL || made.columns == NULL || made.values == NULL ||
        made.kind_of == NULL || made.feast == NULL) {
        free(row);
        pk_own_rows_done(&made);
        return pk_error_set(error, PK_OUT_OF_MEMORY, "", "no memory for own rows");
    }
    for (size_t t = 0; t < buckets; t++) {
        pk_own_row(design, work->x + t * columns, own);
        at = put_row(&made, t, at, own);
        made.feast[t] = (float)pk_own_feast_effect(design, gamma, work->x + t * columns);
    }
    for (size_t c = 0; c < cells; c++) {
        pk_cells_row(&work->cells, c, work->x, columns, row);
        pk_own_row(design, row, own);
        at = put_row(&made, buckets + c, at, own);
    }
    made.starts[buckets + cells] = (uint32_t)at;
    set_kinds(&made, buckets + cells);
    *rows = made;
    free(row);
    return PK_OK;
}

void pk_own_rows_done(struct pk_own_rows *rows)
{
    if (rows == NULL)
        return;
    free(rows->starts);
    free(rows->columns);
    free(rows->values);
    free(rows->kind_of);
    free(rows->feast);
    memset(rows, 0, sizeof *rows);
}

/* First column of the block that shares one variance. */
static size_t block_of(size_t column)
{
    return column < PK_OWN_PROMOTION ? PK_OWN_WEEKDAY_AT : column;
}

static double default_sd(size_t column)
{
    return column < PK_OWN_PROMOTION    ? WEEKDAY_SD
           : column == PK_OWN_PROMOTION ? PROMOTION_SD
           : column == PK_OWN_DISCOUNT  ? DISCOUNT_SD
                                        : COVARIATE_SD;
}

struct pk_own_prior pk_own_prior_default(void)
{
    struct pk_own_prior prior = {{0}, {0}, {0}};
    for (size_t j = 0; j < PK_OWN_COUNT; j++)
        prior.variance[j] = default_sd(j) * default_sd(j);
    return prior;
}

void pk_own_prior_update(struct pk_own_prior *prior)
{
    for (size_t j = 0; j < PK_OWN_COUNT; j++) {
        const size_t block = block_of(j);
        const double given = default_sd(j) * default_sd(j);
        const double variance = (prior->square[block] + PRIOR_FREEDOM * given) /
                                (prior->freedom[block] + PRIOR_FREEDOM);
        prior->variance[j] =
            fmax(SD_MIN * SD_MIN, fmin(variance, SD_MAX_FACTOR * SD_MAX_FACTOR * given));
    }
    memset(prior->square, 0, sizeof prior->square);
    memset(prior->freedom, 0, sizeof prior->freedom);
}

static double row_log_factor(const struct pk_own_rows *rows, uint32_t row,
                             const double deviation[PK_OWN_COUNT])
{
    double sum = 0;
    for (uint32_t i = rows->starts[row]; i < rows->starts[row + 1]; i++)
        sum += (double)rows->values[i] * deviation[rows->columns[i]];
    return fmax(-LOG_FACTOR_MAX, fmin(sum, LOG_FACTOR_MAX));
}

/* Factors of kinds are looked up, those of other rows are computed. */
struct factors {
    const struct pk_own_rows *rows;
    const double *deviation;
    double kind[PK_OWN_KIND_COUNT];
};

static void set_factors(struct factors *factors, const struct pk_own_rows *rows,
                        const double *deviation)
{
    factors->rows = rows;
    factors->deviation = deviation;
    for (size_t i = 0; i < rows->kind_count; i++)
        factors->kind[i] = exp(row_log_factor(rows, rows->kind_rows[i], deviation));
}

static double factor_of(const struct factors *factors, uint32_t row)
{
    const uint8_t kind = factors->rows->kind_of[row];
    if (kind != PK_OWN_KIND_NONE)
        return factors->kind[kind];
    return exp(row_log_factor(factors->rows, row, factors->deviation));
}

void pk_own_apply(const struct pk_own_rows *rows, const uint32_t *row_of, size_t start,
                  size_t count, const double deviation[PK_OWN_COUNT], float *mean)
{
    struct factors factors;
    set_factors(&factors, rows, deviation);
    for (size_t t = start; t < count; t++)
        mean[t] *= (float)factor_of(&factors, row_of[t]);
}

/* Four sums side by side, because a single one waits for every addition. */
static double sum_of(const double *values, size_t count)
{
    double sum[4] = {0};
    size_t i = 0;
    for (; i + 4 <= count; i += 4)
        for (size_t lane = 0; lane < 4; lane++)
            sum[lane] += values[i + lane];
    for (; i < count; i++)
        sum[0] += values[i];
    return sum[0] + sum[1] + sum[2] + sum[3];
}

/* Turns shape means in mean[] into expected units: a level per 28 days, with half of its
 * neighbours, shrunk to the mean level. */
static void set_local_level(const struct pk_series_view *view, int32_t bucket_days, double *mean)
{
    const size_t length =
        bucket_days < (int32_t)LOCAL_DAYS ? (size_t)(LOCAL_DAYS / (double)bucket_days) : 1;
    const size_t life = view->start < view->count ? view->count - view->start : 0;
    /* One more at each end; a step has at least four buckets. */
    double units[PK_HISTORY_BUCKET_COUNT_MAX / 4 + 3] = {0},
                                                   sums[PK_HISTORY_BUCKET_COUNT_MAX / 4 + 3];
    const size_t steps = (life + length - 1) / length;
    double total_units = 0, total = 0;
    size_t sale = 0;
    sums[0] = sums[steps + 1] = 0;
    for (size_t step = 0; step < steps; step++) {
        const size_t from = view->start + step * length;
        const size_t until = from + length < view->count ? from + length : view->count;
        for (; sale < view->sale_count && view->sales[sale].bucket < until; sale++)
            units[step + 1] += (double)view->units[view->sales[sale].bucket];
        sums[step + 1] = sum_of(mean + from, until - from);
        total_units += units[step + 1];
        total += sums[step + 1];
    }
    const double level = total > 0 ? total_units / total : 0;
    for (size_t step = 0; step < steps; step++) {
        const size_t from = view->start + step * length;
        const double weighed = 0.5 * units[step] + units[step + 1] + 0.5 * units[step + 2];
        const double expected = level * (0.5 * sums[step] + sums[step + 1] + 0.5 * sums[step + 2]);
        const double local = level * (weighed + LOCAL_UNITS) / (expected + LOCAL_UNITS);
        for (size_t t = from; t < from + length && t < view->count; t++)
            mean[t] *= local;
    }
}

static void set_means(const struct pk_series_view *view, const struct factors *factors,
                      const uint32_t *row_of, int32_t bucket_days, double *mean)
{
    for (size_t t = view->start; t < view->count; t++)
        mean[t] = (double)(view->exposure[t] * view->mean[t]) * factor_of(factors, row_of[t]);
    set_local_level(view, bucket_days, mean);
}

/* Score and information of the own columns with the intercept profiled out. */
struct sums {
    double score[PK_OWN_COUNT], cross[PK_OWN_COUNT], residual, weight;
    double gram[PK_OWN_COUNT * PK_OWN_COUNT];
};

/* Adds what buckets with the same own row have together. */
static void add_row(const struct pk_own_rows *rows, uint32_t row, double residual, double weight,
                    struct sums *sums)
{
    const uint32_t first = rows->starts[row], last = rows->starts[row + 1];
    sums->residual += residual;
    sums->weight += weight;
    for (uint32_t i = first; i < last; i++) {
        const size_t j = rows->columns[i];
        const double value = (double)rows->values[i];
        sums->score[j] += value * residual;
        sums->cross[j] += value * weight;
        for (uint32_t k = first; k <= i; k++)
            sums->gram[j * PK_OWN_COUNT + rows->columns[k]] +=
                value * (double)rows->values[k] * weight;
    }
}

static void add_sums(const struct pk_series_view *view, const struct pk_own_rows *rows,
                     const uint32_t *row_of, double inverse, const double *mean, struct sums *sums)
{
    double kinds[PK_OWN_KIND_COUNT][2] = {{0}}; /* residual and weight by kind */
    memset(sums, 0, sizeof *sums);
    for (size_t t = view->start; t < view->count; t++) {
        if (!(mean[t] > 0))
            continue;
        const double spread = 1 / (1 + mean[t] * inverse);
        const double residual = ((double)view->units[t] - mean[t]) * spread;
        const double weight = mean[t] * spread;
        const uint8_t kind = rows->kind_of[row_of[t]];
        if (kind == PK_OWN_KIND_NONE) {
            add_row(rows, row_of[t], residual, weight, sums);
            continue;
        }
        kinds[kind][0] += residual;
        kinds[kind][1] += weight;
    }
    for (size_t kind = 0; kind < rows->kind_count; kind++)
        add_row(rows, rows->kind_rows[kind], kinds[kind][0], kinds[kind][1], sums);
    for (size_t j = 0; j < PK_OWN_COUNT && sums->weight > 0; j++) {
        sums->score[j] -= sums->cross[j] * sums->residual / sums->weight;
        for (size_t k = 0; k <= j; k++) {
            double *at = &sums->gram[j * PK_OWN_COUNT + k];
            *at -= sums->cross[j] * sums->cross[k] / sums->weight;
            sums->gram[k * PK_OWN_COUNT + j] = *at;
        }
    }
}

/* Penalised deviance up to a constant. */
static double objective(const struct pk_series_view *view, double inverse,
                        const struct pk_own_prior *prior, const double *mean,
                        const double deviation[PK_OWN_COUNT])
{
    double value = 0;
    for (size_t j = 0; j < PK_OWN_COUNT; j++)
        value += 0.5 * deviation[j] * deviation[j] / prior->variance[j];
    for (size_t t = view->start; t < view->count; t++) {
        if (!(mean[t] > 0))
            continue;
        const double spread = 1 + mean[t] * inverse;
        value -= (double)view->units[t] * log(mean[t] / spread);
        value += inverse > 1e-9 ? log(spread) / inverse : mean[t];
    }
    return value;
}

/* Columns with information, their ridge system solved; the others stay 0. Returns false without
 * any. */
static bool solve(const struct sums *sums, const struct pk_own_prior *prior,
                  const double deviation[PK_OWN_COUNT], double direction[PK_OWN_COUNT],
                  struct pk_own_prior *evidence)
{
    double system[PK_OWN_COUNT * PK_OWN_COUNT], right[PK_OWN_COUNT], variance[PK_OWN_COUNT];
    size_t used[PK_OWN_COUNT], count = 0;
    memset(direction, 0, PK_OWN_COUNT * sizeof *direction);
    for (size_t j = 0; j < PK_OWN_COUNT; j++)
        if (sums->gram[j * PK_OWN_COUNT + j] * prior->variance[j] > 1e-4 || fabs(deviation[j]) > 0)
            used[count++] = j;
    for (size_t a = 0; a < count; a++) {
        const size_t j = used[a];
        right[a] = sums->score[j] - deviation[j] / prior->variance[j];
        for (size_t b = 0; b < count; b++)
            system[a * count + b] = sums->gram[j * PK_OWN_COUNT + used[b]];
        system[a * count + a] += 1 / prior->variance[j];
    }
    if (count == 0 || !pk_cholesky_solve_small(system, right, count))
        return false;
    for (size_t a = 0; a < count; a++)
        direction[used[a]] = fmax(-STEP_MAX, fmin(right[a], STEP_MAX));
    if (evidence == NULL)
        return true;
    pk_cholesky_inverse_diagonal(system, count, variance);
    for (size_t a = 0; a < count; a++) {
        const size_t j = used[a];
        const double value = deviation[j] + direction[j];
        evidence->square[block_of(j)] += value * value;
        evidence->freedom[block_of(j)] += fmax(0, 1 - variance[a] / prior->variance[j]);
    }
    return true;
}

void pk_own_step(const struct pk_series_view *view, const struct pk_own_rows *rows,
                 const uint32_t *row_of, int32_t bucket_days, double inverse_dispersion,
                 const struct pk_own_prior *prior, struct pk_own_prior *evidence, double *scratch,
                 double deviation[PK_OWN_COUNT])
{
    struct sums sums;
    double direction[PK_OWN_COUNT], trial[PK_OWN_COUNT], largest = 0;
    struct factors factors;
    set_factors(&factors, rows, deviation);
    set_means(view, &factors, row_of, bucket_days, scratch);
    add_sums(view, rows, row_of, inverse_dispersion, scratch, &sums);
    if (!(sums.weight > 0) || !solve(&sums, prior, deviation, direction, evidence))
        return;
    for (size_t j = 0; j < PK_OWN_COUNT; j++) {
        if (!isfinite(direction[j]))
            return;
        largest = fmax(largest, fabs(direction[j]));
    }
    double length = 1;
    const double before = largest > HALVING_FROM
                              ? objective(view, inverse_dispersion, prior, scratch, deviation)
                              : INFINITY;
    for (int halving = 0;; halving++, length /= 2) {
        for (size_t j = 0; j < PK_OWN_COUNT; j++)
            trial[j] = deviation[j] + length * direction[j];
        if (!(largest > HALVING_FROM))
            break;
        set_factors(&factors, rows, trial);
        set_means(view, &factors, row_of, bucket_days, scratch);
        if (objective(view, inverse_dispersion, prior, scratch, trial) <= before)
            break;
        if (halving == HALVING_COUNT)
            return;
    }
    memcpy(deviation, trial, sizeof trial);
}

double pk_own_inverse_dispersion(const struct pk_series_view *view, int32_t bucket_days,
                                 double *scratch, double *out_evidence)
{
    double excess = 0, square = 0;
    for (size_t t = view->start; t < view->count; t++)
        scratch[t] = (double)(view->exposure[t] * view->mean[t]);
    set_local_level(view, bucket_days, scratch);
    for (size_t t = view->start; t < view->count; t++) {
        if (!(scratch[t] > 0))
            continue;
        const double residual = (double)view->units[t] - scratch[t];
        excess += residual * residual - scratch[t];
        square += scratch[t] * scratch[t];
    }
    *out_evidence = square;
    return square > 0 ? excess / square : 0;
}
