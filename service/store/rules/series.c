#include "service/store/rules/series.h"

#include <stdlib.h>

size_t pk_series_count_max(size_t pair_count, const struct pk_ledger *ledger)
{
    return pair_count + ledger->stock_count + ledger->inbound_count;
}

static int compare_series(const void *left, const void *right)
{
    const struct pk_series *a = left, *b = right;
    if (a->item != b->item)
        return a->item < b->item ? -1 : 1;
    return (a->warehouse > b->warehouse) - (a->warehouse < b->warehouse);
}

/* Adds a series unless it is the last one. */
static void add(struct pk_series *series, size_t *count, uint32_t item, uint32_t warehouse)
{
    const struct pk_series *last = *count == 0 ? NULL : &series[*count - 1];
    if (last == NULL || last->item != item || last->warehouse != warehouse)
        series[(*count)++] =
            (struct pk_series){.item = item, .warehouse = warehouse, .bucket_days = 1};
}

/* Buckets of the series that have sales, and the series of the pairs. */
static void match_pairs(struct pk_sales_pair *pairs, size_t pair_count, struct pk_series *series,
                        size_t series_count)
{
    size_t at = 0;
    for (size_t i = 0; i < pair_count; i++) {
        const struct pk_series key = {.item = pairs[i].item, .warehouse = pairs[i].warehouse};
        while (at < series_count && compare_series(&series[at], &key) < 0)
            at++;
        pairs[i].series = PK_INDEX_NONE;
        if (at == series_count || compare_series(&series[at], &key) != 0)
            continue;
        pairs[i].series = (uint32_t)at;
        series[at].bucket_days = pairs[i].bucket_days;
    }
}

size_t pk_series_make(struct pk_sales_pair *pairs, size_t pair_count,
                      const struct pk_ledger *ledger, struct pk_series *out_series)
{
    size_t candidate_count = 0, count = 0;
    for (size_t i = 0; i < pair_count; i++)
        if (pairs[i].row_count > 0)
            add(out_series, &candidate_count, pairs[i].item, pairs[i].warehouse);
    for (size_t i = 0; i < ledger->stock_count; i++)
        add(out_series, &candidate_count, ledger->stock[i].item, ledger->stock[i].warehouse);
    for (size_t i = 0; i < ledger->inbound_count; i++)
        add(out_series, &candidate_count, ledger->inbound[i].item, ledger->inbound[i].warehouse);
    if (candidate_count > 1)
        qsort(out_series, candidate_count, sizeof *out_series, compare_series);
    for (size_t i = 0; i < candidate_count; i++)
        add(out_series, &count, out_series[i].item, out_series[i].warehouse);
    match_pairs(pairs, pair_count, out_series, count);
    return count;
}

bool pk_sales_day_is_seen(int32_t bucket_days, int64_t date, int32_t last_daily_date,
                          int32_t last_weekly_date)
{
    return date <= (bucket_days == 7 ? last_weekly_date : last_daily_date);
}

struct pk_sales_bucket pk_sales_bucket_empty(int32_t date)
{
    return (struct pk_sales_bucket){.date = date, .available_ratio = -1, .paid_amount_micros = -1};
}

void pk_sales_bucket_add(struct pk_sales_bucket *bucket, const struct pk_sales_values *row)
{
    const int64_t cancelled = row->values[PK_SALES_CANCELLED_UNITS];
    const int64_t units = row->values[PK_SALES_UNITS] - cancelled;
    const int64_t paid = row->values[PK_SALES_PAID_AMOUNT];
    bucket->demand_units += units > 0 ? (float)units : 0;
    bucket->cancelled_units += (float)cancelled;
    bucket->returned_units += (float)row->values[PK_SALES_RETURNED_UNITS];
    if (paid >= 0)
        bucket->paid_amount_micros =
            (bucket->paid_amount_micros < 0 ? 0 : bucket->paid_amount_micros) + paid;
    if (row->available_ratio > (double)bucket->available_ratio)
        bucket->available_ratio = (float)row->available_ratio;
}
