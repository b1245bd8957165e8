#include "models/history/stock_outs.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "models/base/array.h"
#include "models/history/ledger_index.h"
#include "models/history/shop_index.h"

/* A bucket that closed empty, and the last one before stock is told again; their first days. */
struct empty_run {
    int32_t from, to;
};

struct noting {
    const struct pk_shop *shop;
    const struct pk_ledger *ledger;
    const struct pk_sales *sales;
    struct empty_run *runs; /* of the series at hand, ascending, apart */
    size_t run_count, run_capacity;
    size_t *starts;
    struct pk_sales_bucket *buckets;
    size_t count, capacity;
};

static enum pk_status add_run(struct noting *noting, struct empty_run run, struct pk_error *error)
{
    const enum pk_status status =
        pk_array_reserve(&noting->runs, &noting->run_capacity, noting->run_count + 1,
                         sizeof *noting->runs, "stock-outs", error);
    if (status == PK_OK)
        noting->runs[noting->run_count++] = run;
    return status;
}

/* Buckets that closed empty, from the rows of stock of one series. The last row of a bucket
 * counts. */
static enum pk_status find_runs(struct noting *noting, const struct pk_series *series,
                                struct pk_error *error)
{
    const struct pk_stock_row *rows = noting->ledger->stock;
    const struct pk_ledger_range range =
        pk_ledger_stock_of(noting->ledger, series->item, series->warehouse);
    const int32_t days = series->bucket_days, week_start = noting->shop->week_start;
    const int32_t as_of = pk_shop_as_of_date(noting->shop, days);
    enum pk_status status = PK_OK;
    noting->run_count = 0;
    for (size_t i = range.first, next; i < range.last && status == PK_OK; i = next) {
        int64_t sellable = 0;
        for (next = i; next < range.last && rows[next].date == rows[i].date; next++)
            sellable +=
                rows[next].on_hand_units - rows[next].unsellable_units - rows[next].reserved_units;
        const int32_t bucket = pk_date_bucket_start(rows[i].date, days, week_start);
        const int32_t told_next =
            next < range.last ? pk_date_bucket_start(rows[next].date, days, week_start) : INT32_MAX;
        if (bucket > as_of)
            break;
        if (sellable <= 0 && told_next != bucket)
            status = add_run(
                noting, (struct empty_run){bucket, told_next <= as_of ? told_next - days : as_of},
                error);
    }
    return status;
}

/* Buckets so far that opened empty and closed empty, and those of them that sold. Only what came
 * before a bucket decides about it, so that a new day changes no older one. */
struct sold_empty {
    size_t buckets, sold;
};

static bool sells_without_stock(const struct sold_empty *so_far)
{
    return (double)so_far->sold > PK_SELLS_WITHOUT_STOCK_RATIO * (double)so_far->buckets;
}

/* Units of the last buckets in stock, in a ring; buckets without a row count as zeros. */
struct recent {
    float units[PK_STOCK_OUT_MEAN_BUCKETS];
    double sum;
    size_t count, next;
};

static void note_units(struct recent *recent, float units)
{
    if (recent->count == PK_STOCK_OUT_MEAN_BUCKETS)
        recent->sum -= (double)recent->units[recent->next];
    else
        recent->count++;
    recent->units[recent->next] = units;
    recent->sum += (double)units;
    recent->next = (recent->next + 1) % PK_STOCK_OUT_MEAN_BUCKETS;
}

/* Zeros of the buckets in from..until - days that were in stock. */
static void note_zeros(struct recent *recent, int32_t from, int32_t until, int32_t days)
{
    const int32_t most = until - PK_STOCK_OUT_MEAN_BUCKETS * days;
    for (int32_t date = from > most ? from : most; date < until; date += days)
        note_units(recent, 0);
}

static enum pk_status append(struct noting *noting, struct pk_sales_bucket bucket,
                             struct pk_error *error)
{
    const enum pk_status status =
        pk_array_reserve(&noting->buckets, &noting->capacity, noting->count + 1,
                         sizeof *noting->buckets, "sales", error);
    if (status == PK_OK)
        noting->buckets[noting->count++] = bucket;
    return status;
}

static float ratio_of_sold_out(const struct recent *recent, float units)
{
    const double mean = recent->count == 0 ? 0 : recent->sum / (double)recent->count;
    return (double)units < mean ? (float)((double)units / mean) : -1;
}

/* What noting a series goes by. */
struct cursor {
    struct recent recent;
    struct sold_empty sold_empty;
    size_t row, last;   /* the series' rows that are left */
    int32_t known;      /* the next bucket to be noted */
    int32_t empty_date; /* the last bucket that closed empty */
};

/* A bucket of a run: its row completed, or one made. */
static enum pk_status note_empty(struct noting *noting, int32_t date, int32_t days,
                                 struct cursor *at, struct pk_error *error)
{
    const bool has_row = at->row < at->last && noting->sales->buckets[at->row].date == date;
    const bool says_nothing = sells_without_stock(&at->sold_empty);
    struct pk_sales_bucket bucket = {.date = date, .available_ratio = -1};
    if (has_row)
        bucket = noting->sales->buckets[at->row++];
    if (bucket.available_ratio < 0 && !says_nothing)
        bucket.available_ratio =
            bucket.demand_units > 0 ? ratio_of_sold_out(&at->recent, bucket.demand_units) : 0;
    if (says_nothing)
        note_units(&at->recent, bucket.demand_units);
    if (at->empty_date == date - days) {
        at->sold_empty.buckets++;
        at->sold_empty.sold += bucket.demand_units > 0;
    }
    at->empty_date = date;
    at->known = date + days;
    return has_row || !says_nothing ? append(noting, bucket, error) : PK_OK;
}

/* From the bucket that is told on (or the next one to be noted) up to the first sale. */
static enum pk_status note_run(struct noting *noting, const struct empty_run *run, int32_t days,
                               struct cursor *at, struct pk_error *error)
{
    const struct pk_sales_bucket *rows = noting->sales->buckets;
    enum pk_status status = PK_OK;
    for (int32_t date = run->from > at->known ? run->from : at->known;
         date <= run->to && status == PK_OK; date += days) {
        if (date > run->from && at->row < at->last && rows[at->row].date == date &&
            rows[at->row].demand_units > 0) {
            at->sold_empty.buckets++;
            at->sold_empty.sold++;
            return PK_OK;
        }
        status = note_empty(noting, date, days, at, error);
    }
    return status;
}

static enum pk_status note_series(struct noting *noting, size_t series, struct pk_error *error)
{
    const struct pk_sales *sales = noting->sales;
    const int32_t days = noting->shop->series[series].bucket_days;
    struct cursor at = {.row = sales->starts[series],
                        .last = sales->starts[series + 1],
                        .empty_date = PK_DATE_NONE};
    size_t next = 0;
    enum pk_status status = PK_OK;
    if (at.row == at.last)
        return PK_OK;
    /* Before its first row a series has no demand that stock could hide. */
    at.known = sales->buckets[at.row].date;
    while (status == PK_OK && (at.row < at.last || next < noting->run_count)) {
        const struct empty_run *run = next < noting->run_count ? &noting->runs[next] : NULL;
        if (run != NULL && run->to < at.known) {
            next++;
            continue;
        }
        if (run != NULL && (at.row == at.last || run->from <= sales->buckets[at.row].date)) {
            note_zeros(&at.recent, at.known, run->from, days);
            status = note_run(noting, run, days, &at, error);
            next++;
            continue;
        }
        const struct pk_sales_bucket *bucket = &sales->buckets[at.row++];
        note_zeros(&at.recent, at.known, bucket->date, days);
        if (bucket->available_ratio < 0 || bucket->available_ratio >= 1)
            note_units(&at.recent, bucket->demand_units);
        at.known = bucket->date + days;
        status = append(noting, *bucket, error);
    }
    return status;
}

static enum pk_status note_all(struct noting *noting, struct pk_error *error)
{
    enum pk_status status = PK_OK;
    noting->starts = calloc(noting->shop->series_count + 1, sizeof *noting->starts);
    if (noting->starts == NULL)
        return pk_error_set(error, PK_OUT_OF_MEMORY, "", "out of memory for stock-outs");
    for (size_t s = 0; s < noting->shop->series_count && status == PK_OK; s++) {
        status = find_runs(noting, &noting->shop->series[s], error);
        if (status == PK_OK)
            status = note_series(noting, s, error);
        noting->starts[s + 1] = noting->count;
    }
    return status;
}

enum pk_status pk_stock_outs_note(const struct pk_shop *shop, const struct pk_ledger *ledger,
                                  const struct pk_sales *sales, size_t **out_starts,
                                  struct pk_sales_bucket **out_buckets, struct pk_error *error)
{
    struct noting noting = {.shop = shop, .ledger = ledger, .sales = sales};
    bool says_nothing = true;
    enum pk_status status = PK_OK;
    for (size_t s = 0; s < shop->series_count && status == PK_OK && says_nothing; s++) {
        status = find_runs(&noting, &shop->series[s], error);
        says_nothing = noting.run_count == 0;
    }
    if (status == PK_OK && !says_nothing)
        status = note_all(&noting, error);
    free(noting.runs);
    if (status != PK_OK) {
        free(noting.starts);
        free(noting.buckets);
        return status;
    }
    *out_starts = noting.starts;
    *out_buckets = noting.buckets;
    return PK_OK;
}
