/* How far an advance is from the full fit of the same days: 28-day means of every series. */
#ifndef PK_TESTS_BENCH_FORECAST_ADVANCE_CHECK_H
#define PK_TESTS_BENCH_FORECAST_ADVANCE_CHECK_H

#include <math.h>
#include <stdlib.h>

#include "models/forecast/advance.h"

#define ADVANCE_CHECK_DAYS 28

struct advance_check {
    size_t count;               /* series that either forecasts */
    double within_2, within_5;  /* shares of them that differ by at most 2 and 5 % */
    double median, quantile_95; /* of the relative differences */
    double total;               /* relative difference of the sum of all series */
    double weighted;            /* sum of absolute differences over the sum of the full fit */
};

static int advance_check_compare(const void *left, const void *right)
{
    const double a = *(const double *)left, b = *(const double *)right;
    return (a > b) - (a < b);
}

static double advance_check_sum(const struct pk_model *model, const struct pk_shop *shop,
                                size_t series, struct pk_forecast_scratch *scratch)
{
    double mean[ADVANCE_CHECK_DAYS], sum = 0;
    struct pk_demand demand;
    if (pk_model_forecast(model, shop, series, ADVANCE_CHECK_DAYS, scratch, mean, &demand, NULL,
                          NULL) != PK_OK)
        return NAN;
    for (size_t t = 0; t < demand.bucket_count; t++)
        sum += mean[t];
    return sum;
}

/* Compares two models of the same as-of. Differences are relative to the full fit's mean, or to a
 * tenth of a unit where it is less. */
static inline struct advance_check advance_check_models(const struct pk_model *full,
                                                        const struct pk_model *advanced,
                                                        const struct pk_shop *shop)
{
    struct advance_check check = {0};
    double totals[2] = {0, 0}, absolute = 0;
    double *differences = malloc((shop->series_count + 1) * sizeof *differences);
    struct pk_forecast_scratch *scratches[2] = {pk_forecast_scratch_new(),
                                                pk_forecast_scratch_new()};
    for (size_t s = 0; s < shop->series_count; s++) {
        const double a = advance_check_sum(full, shop, s, scratches[0]);
        const double b = advance_check_sum(advanced, shop, s, scratches[1]);
        if (!(a + b > 0))
            continue;
        const double difference = fabs(a - b) / fmax(a, 0.1);
        totals[0] += a;
        totals[1] += b;
        absolute += fabs(a - b);
        check.within_2 += difference <= 0.02;
        check.within_5 += difference <= 0.05;
        differences[check.count++] = difference;
    }
    if (check.count > 0) {
        qsort(differences, check.count, sizeof *differences, advance_check_compare);
        check.within_2 /= (double)check.count;
        check.within_5 /= (double)check.count;
        check.median = differences[check.count / 2];
        check.quantile_95 = differences[(size_t)(0.95 * (double)(check.count - 1))];
        check.total = totals[1] / totals[0] - 1;
        check.weighted = absolute / totals[0];
    }
    pk_forecast_scratch_free(scratches[0]);
    pk_forecast_scratch_free(scratches[1]);
    free(differences);
    return check;
}

/* Fits `days` before shop->as_of_date, advances to it and compares with the full fit of it. Free
 * *out_advanced with pk_model_free. */
static inline enum pk_status advance_check_run(struct pk_shop *shop, const struct pk_sales *sales,
                                               const struct pk_fit_settings *settings,
                                               const struct pk_model *full, int32_t days,
                                               struct advance_check *out_check,
                                               struct pk_model **out_advanced,
                                               struct pk_error *error)
{
    struct pk_model *fitted = NULL, *advanced = NULL;
    shop->as_of_date -= days;
    enum pk_status status = pk_model_fit(shop, sales, settings, NULL, &fitted, error);
    shop->as_of_date += days;
    if (status == PK_OK)
        status = pk_model_advance(fitted, shop, sales, settings, NULL, &advanced, error);
    if (status == PK_OK) {
        *out_check = advance_check_models(full, advanced, shop);
        *out_advanced = advanced;
    }
    pk_model_free(fitted);
    return status;
}

#endif
