#include "models/forecast/advance_state.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

double pk_zero_log_probability(double expected, double inverse_dispersion)
{
    return inverse_dispersion > 1e-6 ? -log1p(expected * inverse_dispersion) / inverse_dispersion
                                     : -expected;
}

/* ln P(no sale) as the buckets show it over what the dispersion says, at most 1: the panel's rule
 * for runs between sales. */
static double own_zeros(const struct pk_series_state *state, const struct pk_series_view *view,
                        const uint8_t *bucket_states)
{
    double open = 0, zeros = 0, expected = 0;
    for (size_t t = view->start; t < view->count; t++) {
        if (bucket_states[t] != PK_BUCKET_OPEN)
            continue;
        open++;
        zeros += !(view->units[t] > 0);
        expected += (double)(state->constant_level * view->mean[t] * view->exposure[t]);
    }
    if (!(expected > 0))
        return 1;
    const double told =
        -pk_zero_log_probability(expected / open, (double)state->inverse_dispersion);
    return fmin(1, -log(fmax(zeros, 0.5) / open) / told);
}

void pk_series_state_set_run(struct pk_series_state *state, const struct pk_series_view *view,
                             const uint8_t *bucket_states, const double rho[2])
{
    double mean[2] = {0}, square[2] = {0}, log_probability = 0;
    size_t from = view->count;
    while (from > view->start &&
           !(view->units[from - 1] > 0 && bucket_states[from - 1] == PK_BUCKET_OPEN))
        from--;
    state->run_bucket_count = 0;
    for (size_t t = from; from > view->start && t < view->count; t++) {
        const bool is_open = bucket_states[t] == PK_BUCKET_OPEN;
        const double one = is_open ? (double)(view->exposure[t] * view->mean[t]) : 0;
        for (size_t h = 0; h < 2; h++) {
            mean[h] = rho[h] * mean[h] + one;
            square[h] = rho[h] * rho[h] * square[h] + one;
        }
        log_probability += pk_zero_log_probability((double)state->constant_level * one,
                                                   (double)state->inverse_dispersion);
        state->run_bucket_count += is_open;
    }
    for (size_t h = 0; h < 2; h++) {
        state->run_mean[h] = (float)mean[h];
        state->run_square[h] = (float)square[h];
    }
    state->run_log_probability = (float)log_probability;
    state->own_zeros = (float)own_zeros(state, view, bucket_states);
}

enum pk_status pk_group_state_allocate(struct pk_group_state *state, size_t column_count,
                                       struct pk_error *error)
{
    uint32_t *columns = calloc(column_count + 1, sizeof *columns);
    if (columns == NULL)
        return pk_error_set(error, PK_OUT_OF_MEMORY, "", "no memory for %zu columns", column_count);
    const enum pk_status status =
        pk_row_factor_init(&state->factor, column_count + PK_STATE_TREND_COUNT, error);
    if (status != PK_OK) {
        free(columns);
        return status;
    }
    state->columns = columns;
    state->column_count = column_count;
    return PK_OK;
}

/* A functional of the trend's part of a row. */
static double product(const double *row, const double *functional, size_t active_count,
                      size_t width)
{
    double sum = 0;
    for (size_t j = active_count; j < width; j++)
        sum += row[j] * functional[j - active_count];
    return sum;
}

enum pk_status pk_group_state_keep(struct pk_group_state *state, const double *covariance,
                                   const double *beta, size_t width, const size_t *active,
                                   size_t active_count, const double *end, const double *slope,
                                   struct pk_error *error)
{
    const size_t n = active_count + PK_STATE_TREND_COUNT;
    const double *const functionals[PK_STATE_TREND_COUNT] = {end, slope};
    double *kept = malloc((n * n + n + PK_STATE_TREND_COUNT * width + 1) * sizeof *kept);
    uint32_t *columns = malloc((active_count + 1) * sizeof *columns);
    enum pk_status status = PK_OK;
    if (kept == NULL || columns == NULL) {
        status = pk_error_set(error, PK_OUT_OF_MEMORY, "", "no memory for %zu columns", n);
        goto cleanup;
    }
    double *kept_beta = kept + n * n;
    double *mapped = kept_beta + n; /* the covariance's rows, mapped */
    for (size_t i = 0; i < active_count; i++) {
        columns[i] = (uint32_t)active[i];
        kept_beta[i] = beta[i];
        memcpy(kept + i * n, covariance + i * width, active_count * sizeof *kept);
    }
    for (size_t f = 0; f < PK_STATE_TREND_COUNT; f++) {
        const size_t at = active_count + f;
        kept_beta[at] = product(beta, functionals[f], active_count, width);
        for (size_t i = 0; i < width; i++)
            mapped[f * width + i] =
                product(covariance + i * width, functionals[f], active_count, width);
        for (size_t i = 0; i < active_count; i++)
            kept[i * n + at] = kept[at * n + i] = mapped[f * width + i];
        for (size_t g = 0; g <= f; g++)
            kept[at * n + active_count + g] = kept[(active_count + g) * n + at] =
                product(mapped + f * width, functionals[g], active_count, width);
    }
    struct pk_row_factor factor;
    status = pk_row_factor_from_covariance(kept, kept_beta, n, &factor, error);
    if (status != PK_OK)
        goto cleanup;
    pk_row_factor_done(&state->factor);
    free(state->columns);
    state->factor = factor;
    state->columns = columns;
    state->column_count = active_count;
    columns = NULL;
cleanup:
    free(kept);
    free(columns);
    return status;
}

void pk_group_state_done(struct pk_group_state *state)
{
    if (state == NULL)
        return;
    free(state->columns);
    pk_row_factor_done(&state->factor);
    memset(state, 0, sizeof *state);
}
