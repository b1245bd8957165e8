/* Scores of one origin's forecasts against the days that followed, and their mean over origins. */
#ifndef PK_TESTS_BENCH_FORECAST_SCORE_H
#define PK_TESTS_BENCH_FORECAST_SCORE_H

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "models/forecast/model.h"
#include "tests/bench/forecast/history_file.h"

static const double levels[3] = {0.1, 0.5, 0.9};

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

#endif
