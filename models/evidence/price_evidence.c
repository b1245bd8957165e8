#include "models/evidence/price_evidence.h"

#include <math.h>
#include <stdlib.h>

#include "models/base/lower_bound.h"
#include "models/history/ledger_index.h"
#include "models/history/series_history.h"

/* Prices closer than this are one. */
#define SAME_PRICE_RATIO 0.01
/* Different prices that are told apart; more count as so many. */
#define PRICE_COUNT_MAX 8
/* Changes older than this are left out. */
#define EVIDENCE_DAYS 730
/* A bucket less available than this was not in stock. */
#define MOSTLY_IN_STOCK_RATIO 0.5

/* Units by category and day, as sums up to the day. */
struct category_days {
    int32_t first_date;
    size_t day_count;
    double *sums; /* category x (day_count + 1) */
};

static enum pk_status sum_categories(const struct pk_shop_data *data, struct category_days *days,
                                     struct pk_error *error)
{
    const struct pk_shop *shop = &data->shop;
    days->first_date = shop->as_of_date - EVIDENCE_DAYS - PK_PRICE_CHANGE_DAYS;
    days->day_count = (size_t)(shop->as_of_date - days->first_date + 7);
    const size_t stride = days->day_count + 1;
    days->sums = calloc((shop->category_count + 1) * stride, sizeof *days->sums);
    if (days->sums == NULL)
        return pk_error_set(error, PK_OUT_OF_MEMORY, "", "no memory for price changes");
    for (size_t i = 0; i < shop->series_count; i++) {
        double *sums = days->sums + shop->items[shop->series[i].item].category * stride;
        const struct pk_ledger_range range =
            pk_series_sales_between(data, i, days->first_date, shop->as_of_date);
        for (size_t j = range.first; j < range.last; j++) {
            const struct pk_sales_bucket *bucket = &data->sales.buckets[j];
            sums[bucket->date - days->first_date + 1] += (double)bucket->demand_units;
        }
    }
    for (size_t i = 0; i < shop->category_count; i++)
        for (size_t day = 1; day < stride; day++)
            days->sums[i * stride + day] += days->sums[i * stride + day - 1];
    return PK_OK;
}

static double category_units(const struct category_days *days, uint32_t category, int32_t from,
                             int32_t to)
{
    const double *sums = days->sums + category * (days->day_count + 1);
    return sums[to - days->first_date + 1] - sums[from - days->first_date];
}

/* What the series of a row's item say about the change to its price. */
static void add_change(const struct pk_shop_data *data, const struct category_days *days,
                       const struct pk_price *before, const struct pk_price *after,
                       const size_t *series_starts, struct pk_price_evidence *evidence)
{
    const struct pk_shop *shop = &data->shop;
    const int32_t date = after->date, first = date - PK_PRICE_CHANGE_DAYS,
                  last = date + PK_PRICE_CHANGE_DAYS - 1;
    struct pk_price_change change = {.price_before = (double)before->price_micros,
                                     .price_after = (double)after->price_micros};
    bool any = false;
    for (size_t i = series_starts[after->item]; i < series_starts[after->item + 1]; i++) {
        if (after->warehouse != PK_INDEX_NONE && after->warehouse != shop->series[i].warehouse)
            continue;
        const double sold_before =
            pk_series_sold_in_stock(data, i, first, date - 1, MOSTLY_IN_STOCK_RATIO);
        const double sold_after =
            pk_series_sold_in_stock(data, i, date, last, MOSTLY_IN_STOCK_RATIO);
        if (isnan(sold_before) || isnan(sold_after))
            continue;
        change.units_before += sold_before;
        change.units_after += sold_after;
        any = true;
    }
    if (!any || !(change.units_before + change.units_after > 0))
        return;
    const uint32_t category = shop->items[after->item].category;
    change.category_before = category_units(days, category, first, date - 1) - change.units_before;
    change.category_after = category_units(days, category, date, last) - change.units_after;
    pk_price_evidence_add(evidence, &change);
}

/* Both prices hold for all of the days compared. */
static bool is_lasting(const struct pk_shop *shop, size_t row)
{
    const struct pk_price *before = &shop->prices[row - 1], *after = before + 1;
    if (before->item != after->item || before->warehouse != after->warehouse ||
        before->price_micros <= 0 || after->price_micros <= 0 ||
        after->date < shop->as_of_date - EVIDENCE_DAYS ||
        after->date + PK_PRICE_CHANGE_DAYS - 1 > shop->as_of_date ||
        after->date - before->date < PK_PRICE_CHANGE_DAYS)
        return false;
    const struct pk_price *next = row + 1 < shop->price_count ? after + 1 : NULL;
    return next == NULL || next->item != after->item || next->warehouse != after->warehouse ||
           next->date - after->date >= PK_PRICE_CHANGE_DAYS;
}

static void learn(const struct pk_shop_data *data, const struct category_days *days,
                  const size_t *series_starts, struct pk_price_responses *responses)
{
    const struct pk_shop *shop = &data->shop;
    struct pk_price_evidence all = {0};
    for (size_t i = 1; i < shop->price_count; i++)
        if (is_lasting(shop, i))
            add_change(data, days, &shop->prices[i - 1], &shop->prices[i], series_starts,
                       &responses->items[shop->prices[i].item]);
    for (size_t i = 0; i < shop->item_count; i++)
        pk_price_evidence_join(&all, &responses->items[i]);
    responses->scatter = pk_price_scatter(&all);
    for (size_t i = 0; i < shop->category_count; i++)
        responses->categories[i] = pk_category_response_begin();
    for (size_t i = 0; i < shop->item_count; i++)
        pk_category_response_add(&responses->categories[shop->items[i].category],
                                 &responses->items[i], responses->scatter);
}

/* First series of every item, the last entry behind all; series ascend by item. */
static size_t *series_starts_of(const struct pk_shop *shop)
{
    size_t *starts = calloc(shop->item_count + 1, sizeof *starts);
    if (starts == NULL)
        return NULL;
    for (size_t i = 0; i < shop->series_count; i++)
        starts[shop->series[i].item + 1]++;
    for (size_t i = 0; i < shop->item_count; i++)
        starts[i + 1] += starts[i];
    return starts;
}

enum pk_status pk_price_responses_load(const struct pk_shop_data *data,
                                       struct pk_price_responses *responses, struct pk_error *error)
{
    const struct pk_shop *shop = &data->shop;
    if (responses->items != NULL && responses->data == data)
        return PK_OK;
    struct pk_price_responses made = {.data = data, .scatter = 1};
    struct category_days days = {0};
    size_t *series_starts = series_starts_of(shop);
    made.items = calloc(shop->item_count + 1, sizeof *made.items);
    made.categories = calloc(shop->category_count + 1, sizeof *made.categories);
    enum pk_status status = PK_OK;
    if (made.items == NULL || made.categories == NULL || series_starts == NULL)
        status = pk_error_set(error, PK_OUT_OF_MEMORY, "", "no memory for price changes");
    if (status == PK_OK)
        status = sum_categories(data, &days, error);
    if (status == PK_OK)
        learn(data, &days, series_starts, &made);
    free(series_starts);
    free(days.sums);
    if (status != PK_OK) {
        pk_price_responses_done(&made);
        return status;
    }
    pk_price_responses_done(responses);
    *responses = made;
    return PK_OK;
}

void pk_price_responses_done(struct pk_price_responses *responses)
{
    free(responses->items);
    free(responses->categories);
    *responses = (struct pk_price_responses){0};
}

static bool is_price_before(const void *row, const void *item)
{
    return ((const struct pk_price *)row)->item < *(const uint32_t *)item;
}

size_t pk_series_price_count(const struct pk_shop_data *data, size_t series)
{
    const struct pk_shop *shop = &data->shop;
    const struct pk_series *one = &shop->series[series];
    double seen[PRICE_COUNT_MAX];
    size_t count = 0;
    const size_t first = pk_lower_bound(shop->prices, shop->price_count, sizeof *shop->prices,
                                        is_price_before, &one->item);
    for (size_t i = first; i < shop->price_count; i++) {
        const struct pk_price *row = &shop->prices[i];
        if (row->item != one->item || count == PRICE_COUNT_MAX)
            break;
        if ((row->warehouse != one->warehouse && row->warehouse != PK_INDEX_NONE) ||
            row->price_micros <= 0 || row->date > shop->as_of_date)
            continue;
        const struct pk_price *next = i + 1 < shop->price_count ? row + 1 : NULL;
        int32_t until = shop->as_of_date;
        if (next != NULL && next->item == row->item && next->warehouse == row->warehouse &&
            next->date <= until)
            until = next->date - 1;
        bool is_new = pk_series_sold_units(data, series, row->date, until) > 0;
        for (size_t j = 0; j < count; j++)
            is_new &= fabs((double)row->price_micros / seen[j] - 1) > SAME_PRICE_RATIO;
        if (is_new)
            seen[count++] = (double)row->price_micros;
    }
    return count;
}

struct pk_price_response pk_series_price_response(const struct pk_price_responses *responses,
                                                  size_t series)
{
    const struct pk_shop *shop = &responses->data->shop;
    const uint32_t item = shop->series[series].item;
    return pk_price_response_of(&responses->categories[shop->items[item].category],
                                &responses->items[item],
                                pk_series_price_count(responses->data, series), responses->scatter);
}
