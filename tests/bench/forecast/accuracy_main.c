/* Forecast accuracy on a history in CSV (tests/bench/convert_history.py): WAPE of totals 28 and 56
 * days ahead per origin, beside the mean of the last 28 days and the value a year (364 days) ago,
 * coverage of the totals' quantiles and of single days (randomised PIT), daily WAPE, RMSSE of items
 * weighted by turnover and of the sum of all items (M5 definition), scaled pinball.
 *
 * usage: accuracy FILE.csv ORIGIN... [--calendar auto|cn|none] [--min-days N] [--horizon A,B]
 *        [--half-life A,B]
 *        [--deviation SD] [--huber C] [--ridge R] [--promo-as covariate|promotion]
 *        [--advance DAYS: scores an advance by so many days, compared with the full fit]
 *        [--categories no] [--covariates no] [--prices no] [--new-days N]
 * Beside FILE.csv, FILE.closed.csv (item,date), FILE.promo.csv (date), FILE.items.csv
 * (item,category[,list_price]), FILE.covariates.csv (item,date,name,value; ascending name, date)
 * and FILE.prices.csv (item,date,price; ascending) are read if they exist. --prices no leaves out
 * list prices too; --new-days scores only items first sold in the last N days. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "models/forecast/model.h"
#include "tests/bench/bench.h"
#include "tests/bench/forecast/advance_check.h"
#include "tests/bench/forecast/history_file.h"
#include "tests/bench/forecast/score.h"
#include "tests/bench/forecast/shop_of_history.h"

struct options {
    const char *path;
    int32_t origins[64];
    size_t origin_count;
    struct shop_shape shape;
    int min_days, new_days;
    int32_t advance_days;
    int32_t horizons[2];
    struct pk_fit_settings settings;
};

/* Compares the fit with an advance to its as-of, which takes its place. */
static void take_advance(const struct options *options, struct shop_of_history *bench,
                         struct pk_model **model)
{
    struct advance_check check;
    struct pk_model *advanced = NULL;
    struct pk_error error = {0};
    if (advance_check_run(&bench->shop, &bench->sales, &options->settings, *model,
                          options->advance_days, &check, &advanced, &error) != PK_OK) {
        printf("no advance, the full fit is scored: %s\n", error.message);
        return;
    }
    printf("advance by %d days, n %zu: within 2 %% %.3f  within 5 %% %.3f  median %.4f  "
           "95 %% %.4f  weighted %.4f  total %+.4f\n",
           options->advance_days, check.count, check.within_2, check.within_5, check.median,
           check.quantile_95, check.weighted, check.total);
    pk_model_free(*model);
    *model = advanced;
}

static void run_origin(const struct history *history, const struct options *options,
                       struct shop_of_history *bench, int32_t origin, struct summary summaries[2])
{
    struct pk_error error = {0};
    struct pk_model *model = NULL;
    struct score scores[2];
    memset(scores, 0, sizeof scores);
    char text[PK_DATE_TEXT_SIZE];
    const int32_t longest =
        options->horizons[1] > options->horizons[0] ? options->horizons[1] : options->horizons[0];
    bench->shop.as_of_date = origin;
    const double begun = seconds_of(CLOCK_MONOTONIC);
    if (pk_model_fit(&bench->shop, &bench->sales, &options->settings, NULL, &model, &error) !=
        PK_OK) {
        fprintf(stderr, "fit: %s\n", error.message);
        exit(1);
    }
    const double fitted = seconds_of(CLOCK_MONOTONIC);
    if (options->advance_days > 0)
        take_advance(options, bench, &model);
    struct pk_forecast_scratch *scratch = checked(pk_forecast_scratch_new());
    double *mean = checked(malloc((size_t)longest * sizeof *mean));
    double forecasting = 0;
    size_t guarded = 0, capped = 0;
    for (size_t i = 0; i < history->item_count; i++) {
        struct pk_demand demand;
        uint32_t flags = 0;
        size_t days = 0;
        const double from = seconds_of(CLOCK_MONOTONIC);
        if (pk_model_forecast(model, &bench->shop, i, longest, scratch, mean, &demand, &flags,
                              &error) != PK_OK) {
            fprintf(stderr, "forecast: %s\n", error.message);
            exit(1);
        }
        forecasting += seconds_of(CLOCK_MONOTONIC) - from;
        guarded += (flags & PK_SERIES_GUARDED) != 0;
        capped += (flags & PK_SERIES_CAPPED) != 0;
        for (size_t r = bench->starts[i]; r < bench->starts[i + 1]; r++)
            days += history->rows[r].date <= origin && history->rows[r].units > 0;
        const bool is_new = bench->starts[i] < bench->starts[i + 1] &&
                            history->rows[bench->starts[i]].date <= origin &&
                            history->rows[bench->starts[i]].date > origin - options->new_days;
        if (days < (size_t)options->min_days || (options->new_days > 0 && !is_new))
            continue;
        for (size_t h = 0; h < 2; h++)
            if (origin + options->horizons[h] <= history->last_date)
                score_item(history, bench->starts, i, origin, options->horizons[h], &demand,
                           &scores[h]);
    }
    const struct pk_inferred_closure *closures;
    printf("%s  fit %.3f s  forecast %.3f s  calendar %s  closures %zu  guarded %zu  capped %zu\n",
           pk_date_format(origin, text), fitted - begun, forecasting,
           pk_model_calendar_version(model), pk_model_inferred_closures(model, &closures), guarded,
           capped);
    for (size_t h = 0; h < 2; h++) {
        if (scores[h].count == 0)
            continue;
        print_score(&scores[h], options->horizons[h],
                    total_rmsse_of(history, origin, options->horizons[h], &scores[h]));
        summarise(&summaries[h], &scores[h]);
    }
    pk_forecast_scratch_free(scratch);
    free(mean);
    pk_model_free(model);
}

static void read_pair(const char *string, double out[2])
{
    char *end;
    out[0] = strtod(string, &end);
    out[1] = *end == ',' ? strtod(end + 1, NULL) : out[0];
}

static void read_options(int count, char **arguments, struct options *options)
{
    *options = (struct options){
        .min_days = 200, .horizons = {28, 56}, .settings = pk_fit_settings_default()};
    for (int i = 1; i < count; i++) {
        const char *name = arguments[i];
        const char *value = i + 1 < count ? arguments[i + 1] : "";
        double pair[2];
        read_pair(value, pair);
        if (strncmp(name, "--", 2) != 0) {
            if (options->path == NULL)
                options->path = name;
            else if (options->origin_count < 64)
                options->origins[options->origin_count++] = read_date(name);
            continue;
        }
        i++;
        if (strcmp(name, "--calendar") == 0)
            options->shape.calendar = strcmp(value, "cn") == 0     ? PK_CALENDAR_CN
                                      : strcmp(value, "none") == 0 ? PK_CALENDAR_NONE
                                                                   : PK_CALENDAR_AUTO;
        else if (strcmp(name, "--min-days") == 0)
            options->min_days = (int)pair[0];
        else if (strcmp(name, "--horizon") == 0)
            options->horizons[0] = (int32_t)pair[0], options->horizons[1] = (int32_t)pair[1];
        else if (strcmp(name, "--half-life") == 0)
            memcpy(options->settings.half_life_days, pair, sizeof pair);
        else if (strcmp(name, "--deviation") == 0)
            options->settings.deviation_prior_sd = pair[0];
        else if (strcmp(name, "--huber") == 0)
            options->settings.bulk_order_huber_c = pair[0];
        else if (strcmp(name, "--ridge") == 0)
            options->settings.shape_ridge = pair[0];
        else if (strcmp(name, "--new-days") == 0)
            options->new_days = (int)pair[0];
        else if (strcmp(name, "--categories") == 0)
            options->shape.no_categories = strcmp(value, "no") == 0;
        else if (strcmp(name, "--covariates") == 0)
            options->shape.no_covariates = strcmp(value, "no") == 0;
        else if (strcmp(name, "--advance") == 0)
            options->advance_days = (int32_t)pair[0];
        else if (strcmp(name, "--prices") == 0)
            options->shape.no_prices = strcmp(value, "no") == 0;
        else if (strcmp(name, "--promo-as") == 0)
            options->shape.promo_as_promotion = strcmp(value, "promotion") == 0;
    }
}

int main(int argc, char **argv)
{
    struct options options;
    struct history history = {0};
    struct shop_of_history bench;
    struct summary summaries[2] = {0};
    read_options(argc, argv, &options);
    if (options.path == NULL || options.origin_count == 0) {
        fprintf(stderr, "usage: accuracy FILE.csv ORIGIN... [options]\n");
        return 2;
    }
    read_history(options.path, &history);
    shop_of_history_build(&history, &options.shape, &bench);
    for (size_t i = 0; i < options.origin_count; i++)
        run_origin(&history, &options, &bench, options.origins[i], summaries);
    for (size_t h = 0; h < 2; h++)
        print_summary(&summaries[h], options.horizons[h]);
    shop_of_history_done(&bench);
    history_done(&history);
    return 0;
}
