#include "models/history/stock_outs.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "models/base/array.h"
#include "models/history/ledger_index.h"
#include "models/history/shop_index.h"

/* First days of buckets from..to, both included, that closed empty. */
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

static enum pk_status add_run(struct noting *noting, int32_t from, int32_t to, int32_t bucket_days,
                              struct pk_error *error)
{
    struct empty_run *last = noting->run_count == 0 ? NULL : &noting->runs[noting->run_count - 1];
    if (to < from)
        return PK_OK;
    if (last != NULL && from <= last->to + bucket_days) {
        last->to = to > last->to ? to : last->to;
        return PK_OK;
    }
    const enum pk_status status =
        pk_array_reserve(&noting->runs, &noting->run_capacity, noting->run_count + 1,
                         sizeof *noting->runs, "stock-outs", error);
    if (status == PK_OK)
        noting->runs[noting->run_count++] = (struct empty_run){from, to};
    return status;
}

/* Runs of buckets that closed empty, from the rows of stock of one series. */
static enum pk_status find_runs(struct noting *noting, const struct pk_series *series,
                                struct pk_error *error)
{
    const struct pk_stock_row *rows = noting->ledger->stock;
    const struct pk_ledger_range range =
        pk_ledger_stock_of(noting->ledger, series->item, series->warehouse);
    const int32_t days = series->bucket_days, week_start = noting->shop->week_start;
    const int32_t as_of = pk_shop_as_of_date(noting->shop, days);
    enum pk_status status = PK_OK;
    bool was_empty = false;
    int32_t before = 0;
    noting->run_count = 0;
    for (size_t i = range.first, next; i < range.last && status == PK_OK; i = next) {
        int64_t sellable = 0;
        for (next = i; next < range.last && rows[next].date == rows[i].date; next++)
            sellable +=
                rows[next].on_hand_units - rows[next].unsellable_units - rows[next].reserved_units;
        const int32_t bucket = pk_date_bucket_start(rows[i].date, days, week_start);
        if (bucket > as_of)
            break;
        if (sellable <= 0)
            status = add_run(noting, was_empty ? before + days : bucket, bucket, days, error);
        was_empty = sellable <= 0;
        before = bucket;
    }
    if (status == PK_OK && was_empty)
        status = add_run(noting, before + days, as_of, days, error);
    return status;
}

/* Whether sales go on while the shelf is empty: of the buckets of runs behind their first one. */
static bool sells_without_stock(const struct noting *noting, size_t series)
{
    const struct pk_sales *sales = noting->sales;
    const int32_t days = noting->shop->series[series].bucket_days;
    size_t row = sales->starts[series], buckets = 0, sold = 0;
    for (size_t i = 0; i < noting->run_count; i++) {
        const struct empty_run run = noting->runs[i];
        buckets += (size_t)((run.to - run.from) / days);
        while (row < sales->starts[series + 1] && sales->buckets[row].date <= run.from)
            row++;
        for (; row < sales->starts[series + 1] && sales->buckets[row].date <= run.to; row++)
            sold += sales->buckets[row].demand_units > 0;
    }
    return (double)sold > PK_SELLS_WITHOUT_STOCK_RATIO * (double)buckets;
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

/* Rows of one run: those that are there completed, the others made. */
static enum pk_status note_run(struct noting *noting, const struct empty_run *run, int32_t days,
                               const struct recent *recent, size_t *row, size_t last,
                               struct pk_error *error)
{
    enum pk_status status = PK_OK;
    for (int32_t date = run->from; date <= run->to && status == PK_OK; date += days) {
        struct pk_sales_bucket bucket = {.date = date, .available_ratio = -1};
        if (*row < last && noting->sales->buckets[*row].date == date)
            bucket = noting->sales->buckets[(*row)++];
        if (bucket.available_ratio < 0)
            bucket.available_ratio =
                bucket.demand_units > 0 ? ratio_of_sold_out(recent, bucket.demand_units) : 0;
        status = append(noting, bucket, error);
    }
    return status;
}

static enum pk_status note_series(struct noting *noting, size_t series, struct pk_error *error)
{
    const struct pk_sales *sales = noting->sales;
    const int32_t days = noting->shop->series[series].bucket_days;
    const size_t last = sales->starts[series + 1];
    struct recent recent = {0};
    size_t row = sales->starts[series], next = 0;
    enum pk_status status = PK_OK;
    if (row == last)
        return PK_OK;
    /* Before its first row a series has no demand that stock could hide. */
    int32_t known = sales->buckets[row].date; /* the next bucket to be noted */
    while (status == PK_OK && (row < last || next < noting->run_count)) {
        struct empty_run run = next < noting->run_count ? noting->runs[next]
                                                        : (struct empty_run){INT32_MAX, INT32_MAX};
        run.from = run.from < known ? known : run.from;
        if (row == last || run.from <= sales->buckets[row].date) {
            next++;
            note_zeros(&recent, known, run.from, days);
            status = note_run(noting, &run, days, &recent, &row, last, error);
            known = run.to >= known ? run.to + days : known;
            continue;
        }
        const struct pk_sales_bucket *bucket = &sales->buckets[row++];
        note_zeros(&recent, known, bucket->date, days);
        if (bucket->available_ratio < 0 || bucket->available_ratio >= 1)
            note_units(&recent, bucket->demand_units);
        known = bucket->date + days;
        status = append(noting, *bucket, error);
    }
    return status;
}

/* Runs of the series that count; none if it sells without stock. */
static enum pk_status choose_runs(struct noting *noting, size_t series, struct pk_error *error)
{
    const enum pk_status status = find_runs(noting, &noting->shop->series[series], error);
    if (status == PK_OK && sells_without_stock(noting, series))
        noting->run_count = 0;
    return status;
}

static enum pk_status note_all(struct noting *noting, struct pk_error *error)
{
    enum pk_status status = PK_OK;
    noting->starts = calloc(noting->shop->series_count + 1, sizeof *noting->starts);
    if (noting->starts == NULL)
        return pk_error_set(error, PK_OUT_OF_MEMORY, "", "out of memory for stock-outs");
    for (size_t s = 0; s < noting->shop->series_count && status == PK_OK; s++) {
        status = choose_runs(noting, s, error);
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
        status = choose_runs(&noting, s, error);
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
