#include "models/decision/simulation/comparison.h"

#include <math.h>
#include <stdlib.h>

/* SplitMix64 (Steele, Lea & Flood 2014). */
static uint64_t next_random(uint64_t *state)
{
    uint64_t z = (*state += UINT64_C(0x9E3779B97F4A7C15));
    z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
    return z ^ (z >> 31);
}

static int by_value(const void *a, const void *b)
{
    const double left = *(const double *)a, right = *(const double *)b;
    return (left > right) - (left < right);
}

/* Sorts values[count] in place; their 2.5 % and 97.5 % quantiles. */
static void interval_of(double *values, size_t count, double *out_low, double *out_high)
{
    const size_t low = (size_t)floor(0.025 * (double)(count - 1));
    qsort(values, count, sizeof *values, by_value);
    *out_low = values[low];
    *out_high = values[count - 1 - low];
}

enum pk_status pk_bootstrap_sums(const double *differences, const double *bases, size_t item_count,
                                 size_t column_count, size_t resample_count, uint64_t seed,
                                 struct pk_bootstrap_interval *out_intervals,
                                 struct pk_error *error)
{
    const size_t cell_count = resample_count * column_count;
    double *sums = calloc(2 * cell_count + resample_count, sizeof *sums);
    if (sums == NULL)
        return pk_error_set(error, PK_OUT_OF_MEMORY, "", "no memory for %zu resamples",
                            resample_count);
    double *base_sums = sums + cell_count, *column = sums + 2 * cell_count;
    uint64_t state = seed;
    for (size_t r = 0; r < resample_count; r++) {
        for (size_t i = 0; i < item_count; i++) {
            const size_t drawn = (size_t)(next_random(&state) % item_count) * column_count;
            for (size_t c = 0; c < column_count; c++) {
                sums[r * column_count + c] += differences[drawn + c];
                base_sums[r * column_count + c] += bases[drawn + c];
            }
        }
    }
    for (size_t c = 0; c < column_count; c++) {
        struct pk_bootstrap_interval *out = &out_intervals[c];
        for (size_t r = 0; r < resample_count; r++)
            column[r] = sums[r * column_count + c];
        interval_of(column, resample_count, &out->low, &out->high);
        for (size_t r = 0; r < resample_count; r++) {
            const double base = base_sums[r * column_count + c];
            column[r] = base > 0 ? sums[r * column_count + c] / base : 0;
        }
        interval_of(column, resample_count, &out->ratio_low, &out->ratio_high);
    }
    free(sums);
    return PK_OK;
}

enum pk_verdict pk_verdict_of(double low, double high)
{
    if (high < 0)
        return PK_VERDICT_BETTER;
    return low > 0 ? PK_VERDICT_WORSE : PK_VERDICT_NOT_PROVEN;
}

const char *pk_verdict_name(enum pk_verdict verdict)
{
    static const char *const names[] = {"not_proven", "better", "worse"};
    return names[verdict];
}

static int by_fill(const void *a, const void *b)
{
    const struct pk_frontier_point *left = a, *right = b;
    if (left->fill_ratio != right->fill_ratio)
        return left->fill_ratio > right->fill_ratio ? 1 : -1;
    return (left->stock_units > right->stock_units) - (left->stock_units < right->stock_units);
}

bool pk_frontier_stock_at(struct pk_frontier_point *points, size_t count, double fill_ratio,
                          double *out_stock_units)
{
    qsort(points, count, sizeof *points, by_fill);
    for (size_t i = 0; i + 1 < count; i++) {
        const struct pk_frontier_point *a = &points[i], *b = &points[i + 1];
        if (fill_ratio < a->fill_ratio || fill_ratio > b->fill_ratio)
            continue;
        const double width = b->fill_ratio - a->fill_ratio;
        const double share = width > 0 ? (fill_ratio - a->fill_ratio) / width : 0;
        *out_stock_units = a->stock_units + share * (b->stock_units - a->stock_units);
        return true;
    }
    return false;
}
