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
 * (item,category[,list_price]), FILE.covariates.csv (item,date,name,value; ascending name, date) and
 * FILE.prices.csv (item,date,price; ascending) are read if they exist. --prices no
 * leaves out list prices too; --new-days scores only items first sold in the last N days. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "models/forecast/model.h"
#include "tests/bench/forecast/advance_check.h"
#include "tests/bench/forecast/history_file.h"

static const double levels[3] = {0.1, 0.5, 0.9};

struct options {
    const char *path;
    int32_t origins[64];
    size_t origin_count;
    enum pk_calendar_choice calendar;
    int min_days, new_days;
    int32_t advance_days;
    int32_t horizons[2];
    bool promo_as_promotion, no_categories, no_covariates, no_prices;
    struct pk_fit_settings settings;
};

struct score {
    double error, mean28_error, year_ago_error, bias, actual, daily_error, daily_actual;
    double at_most_q10, at_most_q50, at_most_q90;
    double day_at_most[3]; /* expected share of days at or below the quantile, randomised PIT */
    double rmsse, weight, pinball, pinball_count;
    double total_forecast[64], total_actual[64];
    double total_at_most[3]; /* the same of the totals */
    double total_nominal[3]; /* what true quantiles, being integers, would cover as they are */
    double dollar_pinball;   /* weighted by turnover, as the item RMSSE */
    size_t count, open_count, open_days;
};

static double sum_days(const struct history *history, const size_t *starts, size_t item,
                       int32_t from, int32_t to)
{
    double sum = 0;
    for (size_t i = starts[item]; i < starts[item + 1]; i++)
        if (history->rows[i].date >= from && history->rows[i].date <= to)
            sum += (double)history->rows[i].units;
    return sum;
}

/* Scale of RMSSE: mean squared one-day change since the first sale up to the origin; and of the
 * pinball: mean absolute one. */
static void scales(const float *days, size_t count, double *out_square, double *out_absolute)
{
    size_t first = 0;
    double square = 0, absolute = 0;
    while (first < count && !(days[first] > 0))
        first++;
    for (size_t t = first + 1; t < count; t++) {
        const double change = (double)(days[t] - days[t - 1]);
        square += change * change;
        absolute += fabs(change);
    }
    const double n = count > first + 1 ? (double)(count - first - 1) : 1;
    *out_square = square / n;
    *out_absolute = absolute / n;
}

static double price_at(const struct history *history, size_t item, int32_t date)
{
    double price = 1;
    size_t low = 0, high = history->price_count;
    while (low < high) {
        const size_t middle = (low + high) / 2;
        if (history->prices[middle].item < item ||
            (history->prices[middle].item == item && history->prices[middle].date <= date))
            low = middle + 1;
        else
            high = middle;
    }
    if (low > 0 && history->prices[low - 1].item == item)
        price = (double)history->prices[low - 1].units;
    return price;
}

/* Expected indicators of a randomised PIT at or below 0.1, 0.5 and 0.9. */
static void add_pit(const struct pk_window *window, double sold, double at_most[3])
{
    const double below = pk_window_probability_at_most(window, (int64_t)sold - 1);
    const double upto = pk_window_probability_at_most(window, (int64_t)sold);
    for (size_t q = 0; q < 3; q++) {
        const double part = upto > below       ? (levels[q] - below) / (upto - below)
                            : levels[q] > upto ? 1
                                               : 0;
        at_most[q] += fmax(0, fmin(part, 1));
    }
}

/* Days of one item: squared error over its scale, pinball of the three quantiles, coverage. `days`
 * runs from the first date of the history. */
static void score_days(const struct history *history, size_t item, int32_t origin, int32_t horizon,
                       const float *days, const struct pk_demand *demand, struct score *score)
{
    const size_t past = (size_t)(origin - history->first_date) + 1;
    double square, absolute, error = 0, turnover = 0, loss = 0;
    scales(days, past, &square, &absolute);
    for (int32_t day = 0; day < horizon; day++) {
        const double sold = (double)days[past + (size_t)day];
        const struct pk_window one = pk_demand_window(demand, origin + 1 + day, origin + 1 + day);
        const double mean = demand->mean_units[day];
        error += (mean - sold) * (mean - sold);
        score->daily_error += fabs(mean - sold);
        score->daily_actual += sold;
        if (day < 64) {
            score->total_forecast[day] += mean;
            score->total_actual[day] += sold;
        }
        if (mean > 0) {
            add_pit(&one, sold, score->day_at_most);
            score->open_days++;
        }
        for (size_t q = 0; q < 3; q++) {
            const double quantile = (double)pk_window_quantile_units(&one, levels[q]);
            loss += sold > quantile ? levels[q] * (sold - quantile)
                                    : (1 - levels[q]) * (quantile - sold);
        }
    }
    for (size_t t = past > 28 ? past - 28 : 0; t < past; t++)
        turnover += (double)days[t] * price_at(history, item, history->first_date + (int32_t)t);
    if (square > 0) {
        score->rmsse += turnover * sqrt(error / horizon / square);
        score->weight += turnover;
        score->pinball += loss / (3 * horizon) / absolute;
        score->dollar_pinball += turnover * loss / (3 * horizon) / absolute;
        score->pinball_count++;
    }
}

static void score_item(const struct history *history, const size_t *starts, size_t item,
                       int32_t origin, int32_t horizon, const struct pk_demand *demand,
                       struct score *score)
{
    const struct pk_window window = pk_demand_window(demand, origin + 1, origin + horizon);
    const double actual = sum_days(history, starts, item, origin + 1, origin + horizon);
    const double mean28 = sum_days(history, starts, item, origin - 27, origin) * horizon / 28;
    const double year_ago =
        sum_days(history, starts, item, origin + 1 - 364, origin + horizon - 364);
    score->error += fabs(window.mean_units - actual);
    score->bias += window.mean_units - actual;
    score->mean28_error += fabs(mean28 - actual);
    score->year_ago_error += fabs(year_ago - actual);
    score->actual += actual;
    if (window.mean_units > 0) { /* closed for the whole window: nothing to cover */
        score->at_most_q10 += actual <= (double)pk_window_quantile_units(&window, 0.1);
        score->at_most_q50 += actual <= (double)pk_window_quantile_units(&window, 0.5);
        score->at_most_q90 += actual <= (double)pk_window_quantile_units(&window, 0.9);
        add_pit(&window, actual, score->total_at_most);
        for (size_t q = 0; q < 3; q++)
            score->total_nominal[q] += pk_window_probability_at_most(
                &window, pk_window_quantile_units(&window, levels[q]));
        score->open_count++;
    }
    score->count++;
    float *days =
        checked(calloc((size_t)(history->last_date - history->first_date) + 1, sizeof *days));
    for (size_t i = starts[item]; i < starts[item + 1]; i++)
        days[history->rows[i].date - history->first_date] += history->rows[i].units;
    score_days(history, item, origin, horizon, days, demand, score);
    free(days);
}

static double seconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

/* Shop, sales and covariates of a history in the form of the models. */
struct bench_shop {
    struct pk_shop shop;
    struct pk_sales sales;
    size_t *starts;
    struct pk_item *items;
    struct pk_series *series;
    struct pk_sales_bucket *buckets;
    struct pk_covariate *covariates;
    struct pk_promotion *promotions;
    struct pk_price *prices;
};

static void build_prices(const struct history *history, const struct options *options,
                         struct bench_shop *bench)
{
    bench->prices = checked(calloc(history->price_count + 1, sizeof *bench->prices));
    for (size_t i = 0; i < history->price_count; i++)
        bench->prices[i] =
            (struct pk_price){history->prices[i].item, PK_INDEX_NONE, history->prices[i].date,
                              llround(1e6 * (double)history->prices[i].units)};
    bench->shop.prices = bench->prices;
    bench->shop.price_count = options->no_prices ? 0 : history->price_count;
}

static void build_covariates(const struct history *history, const struct options *options,
                             struct bench_shop *bench)
{
    size_t count = 0;
    bench->covariates =
        checked(calloc(history->closed_count + history->promo_count + history->regressor_count + 1,
                       sizeof *bench->covariates));
    bench->promotions = checked(calloc(history->promo_count + 1, sizeof *bench->promotions));
    for (size_t i = 0; i < history->closed_count; i++)
        bench->covariates[count++] = (struct pk_covariate){
            history->closed[i].date, 0, 1, history->closed[i].item, PK_INDEX_NONE, PK_INDEX_NONE};
    for (size_t i = 0; i < history->promo_count; i++) {
        const int32_t date = history->promo[i];
        if (!options->promo_as_promotion) {
            bench->covariates[count++] =
                (struct pk_covariate){date, 1, 1, PK_INDEX_NONE, PK_INDEX_NONE, PK_INDEX_NONE};
            continue;
        }
        struct pk_promotion *last = bench->shop.promotion_count > 0
                                        ? &bench->promotions[bench->shop.promotion_count - 1]
                                        : NULL;
        if (last != NULL && date - last->end_date <= 1)
            last->end_date = date;
        else
            bench->promotions[bench->shop.promotion_count++] = (struct pk_promotion){"p",
                                                                                     "",
                                                                                     "store",
                                                                                     PK_PHASE_PEAK,
                                                                                     date,
                                                                                     date,
                                                                                     PK_INDEX_NONE,
                                                                                     PK_INDEX_NONE,
                                                                                     PK_INDEX_NONE,
                                                                                     "",
                                                                                     -1,
                                                                                     0,
                                                                                     1,
                                                                                     -1,
                                                                                     PK_DATE_NONE,
                                                                                     PK_DATE_NONE};
    }
    for (size_t i = 0; i < history->regressor_count && !options->no_covariates; i++) {
        const struct regressor *row = &history->regressors[i];
        bench->covariates[count++] = (struct pk_covariate){row->date, row->name,     row->value,
                                                           row->item, PK_INDEX_NONE, PK_INDEX_NONE};
    }
    bench->shop.covariate_names = (const char *const *)history->names;
    bench->shop.covariate_name_count = count > 0 ? history->name_count : 0;
    bench->shop.covariates = bench->covariates;
    bench->shop.covariate_count = count;
    bench->shop.promotions = bench->promotions;
}

static void build_shop(const struct history *history, const struct options *options,
                       struct bench_shop *bench)
{
    static const char *const warehouses[] = {"main"}, *const none[] = {""};
    memset(bench, 0, sizeof *bench);
    bench->starts = checked(calloc(history->item_count + 1, sizeof *bench->starts));
    bench->items = checked(calloc(history->item_count, sizeof *bench->items));
    bench->series = checked(calloc(history->item_count, sizeof *bench->series));
    bench->buckets = checked(calloc(history->row_count, sizeof *bench->buckets));
    for (size_t i = 0; i < history->item_count; i++) {
        bench->items[i] = (struct pk_item){
            .item_id = history->ids[i],
            .name = "",
            .category = options->no_categories ? 0 : history->category_of[i],
            .unit_cost_micros = -1,
            .list_price_micros = options->no_prices || !(history->list_price[i] > 0)
                                     ? -1
                                     : llround(1e6 * history->list_price[i]),
            .launch_date = PK_DATE_NONE,
            .end_date = PK_DATE_NONE,
            .reference_item = PK_INDEX_NONE};
        bench->series[i] = (struct pk_series){(uint32_t)i, 0, 1};
    }
    for (size_t i = 0; i < history->row_count; i++) {
        bench->starts[history->rows[i].item + 1] = i + 1;
        bench->buckets[i] = (struct pk_sales_bucket){.date = history->rows[i].date,
                                                     .demand_units = history->rows[i].units,
                                                     .available_ratio = -1};
    }
    build_covariates(history, options, bench);
    build_prices(history, options, bench);
    bench->shop.calendar = options->calendar;
    bench->shop.warehouses = warehouses;
    bench->shop.warehouse_count = 1;
    bench->shop.categories =
        options->no_categories ? none : (const char *const *)history->categories;
    bench->shop.category_count = options->no_categories ? 1 : history->category_count;
    bench->shop.items = bench->items;
    bench->shop.item_count = history->item_count;
    bench->shop.series = bench->series;
    bench->shop.series_count = history->item_count;
    bench->sales = (struct pk_sales){bench->starts, bench->buckets};
}

static void print_score(const struct score *score, int32_t horizon, double total_rmsse)
{
    const double n = score->open_count > 0 ? (double)score->open_count : 1;
    const double days = score->open_days > 0 ? (double)score->open_days : 1;
    const double actual = score->actual > 0 ? score->actual : 1;
    printf("  %3d days  n %5zu  model %.4f  mean28 %.4f  year-ago %.4f  ratio %.3f  bias %+.3f  "
           "daily %.4f  <=q10 %.3f <=q50 %.3f <=q90 %.3f\n",
           horizon, score->count, score->error / actual, score->mean28_error / actual,
           score->year_ago_error / actual,
           score->error / fmin(score->mean28_error, score->year_ago_error), score->bias / actual,
           score->daily_error / fmax(1, score->daily_actual), score->at_most_q10 / n,
           score->at_most_q50 / n, score->at_most_q90 / n);
    printf("            item RMSSE %.4f  total RMSSE %.4f  pinball %.4f  daily PIT %.3f %.3f %.3f  "
           "totals PIT %.3f %.3f %.3f\n",
           score->rmsse / fmax(score->weight, 1e-9), total_rmsse,
           score->pinball / fmax(score->pinball_count, 1), score->day_at_most[0] / days,
           score->day_at_most[1] / days, score->day_at_most[2] / days, score->total_at_most[0] / n,
           score->total_at_most[1] / n, score->total_at_most[2] / n);
}

/* RMSSE of the daily sum of all scored items. */
static double total_rmsse_of(const struct history *history, int32_t origin, int32_t horizon,
                             const struct score *score)
{
    const size_t past = (size_t)(origin - history->first_date) + 1;
    float *days = checked(calloc(past, sizeof *days));
    double square, absolute, error = 0;
    for (size_t i = 0; i < history->row_count; i++)
        if (history->rows[i].date <= origin)
            days[history->rows[i].date - history->first_date] += history->rows[i].units;
    scales(days, past, &square, &absolute);
    const int32_t count = horizon < 64 ? horizon : 64;
    for (int32_t day = 0; day < count; day++) {
        const double one = score->total_forecast[day] - score->total_actual[day];
        error += one * one;
    }
    free(days);
    return square > 0 ? sqrt(error / count / square) : 0;
}

/* Compares the fit with an advance to its as-of, which takes its place. */
static void take_advance(const struct options *options, struct bench_shop *bench,
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

/* Sums over origins of one horizon. */
struct summary {
    double count, wape, ratio, pinball, dollar_pinball;
    double raw[3], nominal[3], total[3], day[3]; /* coverage, as in struct score */
};

static void summarise(struct summary *summary, const struct score *score)
{
    const double n = score->open_count > 0 ? (double)score->open_count : 1;
    const double raw[3] = {score->at_most_q10, score->at_most_q50, score->at_most_q90};
    summary->count += 1;
    summary->wape += score->error / score->actual;
    summary->ratio += score->error / fmin(score->mean28_error, score->year_ago_error);
    summary->pinball += score->pinball / fmax(score->pinball_count, 1);
    summary->dollar_pinball += score->dollar_pinball / fmax(score->weight, 1e-9);
    for (size_t q = 0; q < 3; q++) {
        summary->raw[q] += raw[q] / n;
        summary->nominal[q] += score->total_nominal[q] / n;
        summary->total[q] += score->total_at_most[q] / n;
        summary->day[q] += score->day_at_most[q] / fmax((double)score->open_days, 1);
    }
}

static void print_summary(const struct summary *summary, int32_t horizon)
{
    const double n = summary->count;
    const struct {
        const char *name;
        const double *share;
    } rows[] = {{"totals as they are", summary->raw},
                {"  if calibrated", summary->nominal},
                {"totals PIT", summary->total},
                {"days PIT", summary->day}};
    if (!(n > 0))
        return;
    printf("mean of %g origins, %d days: WAPE %.4f, ratio to the better peer %.4f, pinball %.4f, "
           "by turnover %.4f\n",
           n, horizon, summary->wape / n, summary->ratio / n, summary->pinball / n,
           summary->dollar_pinball / n);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        printf("    %-18s  %.3f %.3f %.3f\n", rows[i].name, rows[i].share[0] / n,
               rows[i].share[1] / n, rows[i].share[2] / n);
}

static void run_origin(const struct history *history, const struct options *options,
                       struct bench_shop *bench, int32_t origin, struct summary summaries[2])
{
    struct pk_error error = {0};
    struct pk_model *model = NULL;
    struct score scores[2];
    memset(scores, 0, sizeof scores);
    char text[PK_DATE_TEXT_SIZE];
    const int32_t longest =
        options->horizons[1] > options->horizons[0] ? options->horizons[1] : options->horizons[0];
    bench->shop.as_of_date = origin;
    const double begun = seconds();
    if (pk_model_fit(&bench->shop, &bench->sales, &options->settings, NULL, &model, &error) !=
        PK_OK) {
        fprintf(stderr, "fit: %s\n", error.message);
        exit(1);
    }
    const double fitted = seconds();
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
        const double from = seconds();
        if (pk_model_forecast(model, &bench->shop, i, longest, scratch, mean, &demand, &flags,
                              &error) != PK_OK) {
            fprintf(stderr, "forecast: %s\n", error.message);
            exit(1);
        }
        forecasting += seconds() - from;
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
            options->calendar = strcmp(value, "cn") == 0     ? PK_CALENDAR_CN
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
            options->no_categories = strcmp(value, "no") == 0;
        else if (strcmp(name, "--covariates") == 0)
            options->no_covariates = strcmp(value, "no") == 0;
        else if (strcmp(name, "--advance") == 0)
            options->advance_days = (int32_t)pair[0];
        else if (strcmp(name, "--prices") == 0)
            options->no_prices = strcmp(value, "no") == 0;
        else if (strcmp(name, "--promo-as") == 0)
            options->promo_as_promotion = strcmp(value, "promotion") == 0;
    }
}

int main(int argc, char **argv)
{
    struct options options;
    struct history history = {0};
    struct bench_shop bench;
    struct summary summaries[2] = {0};
    read_options(argc, argv, &options);
    if (options.path == NULL || options.origin_count == 0) {
        fprintf(stderr, "usage: accuracy FILE.csv ORIGIN... [options]\n");
        return 2;
    }
    read_history(options.path, &history);
    build_shop(&history, &options, &bench);
    for (size_t i = 0; i < options.origin_count; i++)
        run_origin(&history, &options, &bench, options.origins[i], summaries);
    for (size_t h = 0; h < 2; h++)
        print_summary(&summaries[h], options.horizons[h]);
    free(bench.starts);
    free(bench.items);
    free(bench.series);
    free(bench.buckets);
    free(bench.covariates);
    free(bench.promotions);
    for (size_t i = 0; i < history.item_count; i++)
        free(history.ids[i]);
    free(history.ids);
    free(history.rows);
    free(history.closed);
    free(history.promo);
    free(bench.prices);
    free(history.regressors);
    free(history.prices);
    free(history.category_of);
    free(history.categories);
    for (size_t i = 0; i < history.name_count; i++)
        free(history.names[i]);
    return 0;
}
