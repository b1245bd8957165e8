#include "models/history/panel.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define RETURN_DAYS  28
#define RETURN_SHARE 0.02 /* of the expected units, sold after a run that was no end of demand */

static enum pk_status allocate(const struct pk_sales *sales, struct pk_panel *panel,
                               struct pk_error *error)
{
    const size_t cells = panel->series_count * panel->bucket_count;
    const size_t floats = cells * sizeof(float);
    const size_t bytes = 2 * floats + panel->series_count * (sizeof(uint32_t) + 1) + cells;
    size_t rows = 0;
    for (size_t i = 0; i < panel->series_count; i++)
        rows += sales->starts[panel->series[i] + 1] - sales->starts[panel->series[i]];
    char *block = calloc(bytes + 1, 1);
    panel->block = block;
    panel->sales = malloc((rows + 1) * sizeof *panel->sales);
    panel->sale_starts = malloc((panel->series_count + 1) * sizeof *panel->sale_starts);
    if (block == NULL || panel->sales == NULL || panel->sale_starts == NULL)
        return pk_error_set(error, PK_OUT_OF_MEMORY, "", "no memory for a panel of %zu x %zu",
                            panel->series_count, panel->bucket_count);
    panel->units = (float *)(void *)block;
    panel->exposure = (float *)(void *)(block + floats);
    panel->life_start = (uint32_t *)(void *)(block + 2 * floats);
    panel->state = (uint8_t *)(block + 2 * floats + panel->series_count * sizeof(uint32_t));
    panel->is_whole = panel->state + cells;
    panel->sale_starts[0] = 0;
    return PK_OK;
}

/* Bucket index of a date, cut to 0..bucket_count. */
static size_t bucket_of(const struct pk_panel *panel, int32_t date)
{
    const int64_t days = (int64_t)date - panel->first_date;
    if (days <= 0)
        return 0;
    const int64_t bucket = panel->bucket_days == 1 ? days : days / panel->bucket_days;
    return bucket < (int64_t)panel->bucket_count ? (size_t)bucket : panel->bucket_count;
}

/* Life begins with the first sale, or with the launch if that is earlier: from then on a day
 * without sale is a zero. */
static void set_life(const struct pk_shop *shop, const struct pk_item *item, struct pk_panel *panel,
                     size_t index, size_t first_sale)
{
    const size_t count = panel->bucket_count;
    uint8_t *state = panel->state + index * count;
    float *exposure = panel->exposure + index * count;
    size_t start = first_sale, end = count;
    if (item->launch_date != PK_DATE_NONE && item->launch_date <= shop->as_of_date &&
        item->launch_date >= panel->first_date && bucket_of(panel, item->launch_date) < start)
        start = bucket_of(panel, item->launch_date);
    if (item->end_date != PK_DATE_NONE)
        end = item->end_date < panel->first_date ? 0 : bucket_of(panel, item->end_date) + 1;
    end = end < count ? end : count;
    if (start < end)
        memset(state + start, PK_BUCKET_OPEN, end - start);
    for (size_t t = start; t < end; t++)
        exposure[t] = 1;
    panel->life_start[index] = (uint32_t)start;
    panel->is_whole[index] = end == count;
}

static void set_closed(struct pk_panel *panel, size_t index, const uint8_t *closed)
{
    const size_t count = panel->bucket_count;
    const size_t length = (size_t)panel->bucket_days;
    if (memchr(closed, 1, count * length) == NULL)
        return;
    for (size_t t = panel->life_start[index]; t < count; t++) {
        size_t closed_days = 0;
        for (size_t day = 0; day < length; day++)
            closed_days += closed[t * length + day];
        if (closed_days == 0 || panel->state[index * count + t] == PK_BUCKET_BEFORE_LIFE)
            continue;
        panel->is_whole[index] = 0;
        panel->exposure[index * count + t] = 1 - (float)closed_days / (float)length;
        if (closed_days == length) {
            panel->exposure[index * count + t] = 0;
            panel->state[index * count + t] = PK_BUCKET_CLOSED;
        }
    }
}

static void take_row(const struct pk_sales_bucket *row, struct pk_panel *panel, size_t index,
                     size_t cell)
{
    if (row->demand_units > 0)
        panel->units[cell] += row->demand_units;
    if (panel->state[cell] != PK_BUCKET_OPEN || !(row->available_ratio >= 0))
        return;
    /* What was sold was there: such a row says nothing about availability. */
    if (row->available_ratio <= 0 && row->demand_units >= 1)
        return;
    panel->is_whole[index] &= row->available_ratio >= 1;
    if (row->available_ratio <= 0) {
        panel->state[cell] = PK_BUCKET_STOCKED_OUT;
        panel->exposure[cell] = 0;
    } else if (row->available_ratio < 1) {
        panel->exposure[cell] *= row->available_ratio;
    }
}

/* Takes the rows of a series, which ascend by date, and lists what they sold. */
static void set_units(const struct pk_sales *sales, struct pk_panel *panel, size_t index,
                      size_t first, size_t last)
{
    const size_t begin = panel->sale_starts[index];
    size_t end = begin;
    for (size_t i = first; i < last; i++) {
        const struct pk_sales_bucket *row = &sales->buckets[i];
        const size_t t = bucket_of(panel, row->date);
        const size_t cell = index * panel->bucket_count + t;
        if (row->date < panel->first_date || t >= panel->bucket_count)
            continue;
        take_row(row, panel, index, cell);
        if (end > begin && panel->sales[end - 1].bucket == t)
            end--;
        panel->sales[end] = (struct pk_sale){(uint32_t)t, panel->units[cell]};
        end += (size_t)((panel->units[cell] > 0) & (panel->exposure[cell] > 0));
    }
    panel->sale_starts[index + 1] = end;
}

enum pk_status pk_panel_build(const struct pk_shop *shop, const struct pk_sales *sales,
                              const struct pk_closures *closures, const uint32_t *series,
                              size_t series_count, int32_t first_date, int32_t bucket_days,
                              size_t bucket_count, struct pk_panel *out_panel,
                              struct pk_error *error)
{
    struct pk_panel panel = {.first_date = first_date,
                             .bucket_days = bucket_days,
                             .bucket_count = bucket_count,
                             .series_count = series_count,
                             .series = series};
    const size_t day_count = bucket_count * (size_t)bucket_days;
    uint8_t *closed = malloc(day_count + 1);
    enum pk_status status = allocate(sales, &panel, error);
    if (status == PK_OK && closed == NULL)
        status = pk_error_set(error, PK_OUT_OF_MEMORY, "", "no memory for %zu days", day_count);
    if (status != PK_OK)
        goto cleanup;
    for (size_t i = 0; i < series_count; i++) {
        const struct pk_item *item = &shop->items[shop->series[series[i]].item];
        const size_t first = sales->starts[series[i]];
        size_t last = sales->starts[series[i] + 1];
        while (last > first && sales->buckets[last - 1].date > shop->as_of_date)
            last--;
        size_t first_sale = first;
        while (first_sale < last && !(sales->buckets[first_sale].demand_units > 0))
            first_sale++;
        set_life(shop, item, &panel, i,
                 first_sale < last ? bucket_of(&panel, sales->buckets[first_sale].date)
                                   : bucket_count);
        pk_closures_fill(closures, shop, series[i], first_date, day_count, closed);
        set_closed(&panel, i, closed);
        set_units(sales, &panel, i, first, last);
    }
    *out_panel = panel;
cleanup:
    if (status != PK_OK)
        pk_panel_done(&panel);
    free(closed);
    return status;
}

void pk_panel_done(struct pk_panel *panel)
{
    if (panel == NULL)
        return;
    free(panel->block);
    free(panel->sales);
    free(panel->sale_starts);
    memset(panel, 0, sizeof *panel);
}

/* The largest of four side by side, because a single one waits for every comparison. */
static float largest_of(const float *values, size_t count)
{
    float largest[4] = {0};
    size_t i = 0;
    for (; i + 4 <= count; i += 4)
        for (size_t lane = 0; lane < 4; lane++)
            largest[lane] = values[i + lane] > largest[lane] ? values[i + lane] : largest[lane];
    for (; i < count; i++)
        largest[0] = fmaxf(largest[0], values[i]);
    return fmaxf(fmaxf(largest[0], largest[1]), fmaxf(largest[2], largest[3]));
}

/* ln P(no sale in the open buckets from..until - 1), or a lower bound of it that is at least
 * `limit`: a zero is never less likely than under a Poisson demand, asked first as it needs no
 * log. */
static double log_run(const struct pk_panel *panel, size_t index, const float *mean,
                      double dispersion, double limit, size_t from, size_t until)
{
    const float *exposure = panel->exposure + index * panel->bucket_count;
    const uint8_t *state = panel->state + index * panel->bucket_count;
    double expected = 0, run = 0;
    for (size_t t = from; t < until; t++)
        expected += state[t] == PK_BUCKET_OPEN ? (double)(mean[t] * exposure[t]) : 0;
    if (-expected >= limit || isinf(dispersion))
        return -expected;
    for (size_t t = from; t < until; t++)
        if (state[t] == PK_BUCKET_OPEN)
            run -= dispersion * log1p((double)(mean[t] * exposure[t]) / dispersion);
    return run;
}

static size_t leave_out(struct pk_panel *panel, size_t index, size_t from, size_t until)
{
    size_t left_out = 0;
    for (size_t cell = index * panel->bucket_count + from;
         cell < index * panel->bucket_count + until; cell++) {
        if (panel->state[cell] != PK_BUCKET_OPEN)
            continue;
        panel->state[cell] = PK_BUCKET_LEFT_OUT;
        panel->exposure[cell] = 0;
        left_out++;
        panel->is_whole[index] = 0;
    }
    return left_out;
}

/* ln P(no sale on a day) as the series itself shows it, over what the negative binomial says; at
 * most 1. Trade in lots sells on fewer days than its mean and dispersion make one think. */
static double own_zeros(const struct pk_panel *panel, size_t index, const float *mean,
                        double dispersion)
{
    const size_t count = panel->bucket_count, first = index * count;
    double open = 0, zeros = 0, expected = 0;
    for (size_t t = panel->life_start[index]; t < count; t++) {
        if (panel->state[first + t] != PK_BUCKET_OPEN)
            continue;
        open++;
        zeros += !(panel->units[first + t] > 0);
        expected += (double)(mean[t] * panel->exposure[first + t]);
    }
    if (!(expected > 0))
        return 1;
    const double average = expected / open;
    const double told = isinf(dispersion) ? average : dispersion * log1p(average / dispersion);
    return fmin(1, -log(fmax(zeros, 0.5) / open) / told);
}

/* True if what is sold after a run is like before it: else demand itself has fallen. */
static bool comes_back(const struct pk_panel *panel, size_t index, const float *mean, size_t from)
{
    const size_t count = panel->bucket_count, first = index * count;
    const size_t length = (size_t)(RETURN_DAYS / panel->bucket_days);
    double sold = 0, expected = 0;
    for (size_t t = from; t < count && t < from + length; t++) {
        if (panel->state[first + t] != PK_BUCKET_OPEN)
            continue;
        sold += (double)panel->units[first + t];
        expected += (double)(mean[t] * panel->exposure[first + t]);
    }
    return sold >= RETURN_SHARE * expected;
}

/* Whether the zeros of from..until - 1, after which something was sold, are no demand's. */
static bool is_incredible(const struct pk_panel *panel, size_t index, const float *mean,
                          double dispersion, double limit, size_t from, size_t until)
{
    const double run = log_run(panel, index, mean, dispersion, limit, from, until);
    return run < limit && comes_back(panel, index, mean, until) &&
           run * own_zeros(panel, index, mean, dispersion) < limit;
}

size_t pk_panel_leave_out_runs(struct pk_panel *panel, size_t index, const float *mean,
                               double dispersion, double probability)
{
    const size_t count = panel->bucket_count, start = panel->life_start[index];
    const double limit = log(probability);
    const double largest = start < count ? (double)largest_of(mean + start, count - start) : 0;
    size_t left_out = 0, from = start;
    for (size_t i = panel->sale_starts[index]; i < panel->sale_starts[index + 1]; i++) {
        const size_t until = panel->sales[i].bucket;
        if (until > from && (double)(until - from) * largest > -limit &&
            is_incredible(panel, index, mean, dispersion, limit, from, until))
            left_out += leave_out(panel, index, from, until);
        from = until + 1;
    }
    return left_out;
}
