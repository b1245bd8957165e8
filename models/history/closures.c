#include "models/history/closures.h"

#include <stdlib.h>
#include <string.h>

#include "models/base/lower_bound.h"

#define RING_DAYS 28
/* A weekday is closed as a rule if it was in so many of so many trading weeks. */
#define REGULAR_CLOSED 7
#define REGULAR_WEEKS  8

static int compare_scoped(const void *left, const void *right)
{
    const struct pk_scoped_closure *a = left, *b = right;
    if (a->item != b->item)
        return a->item < b->item ? -1 : 1;
    if (a->category != b->category)
        return a->category < b->category ? -1 : 1;
    if (a->date != b->date)
        return a->date < b->date ? -1 : 1;
    return a->warehouse < b->warehouse ? -1 : a->warehouse > b->warehouse;
}

static uint32_t closed_name(const struct pk_shop *shop)
{
    for (size_t i = 0; i < shop->covariate_name_count; i++)
        if (strcmp(shop->covariate_names[i], "closed") == 0)
            return (uint32_t)i;
    return PK_INDEX_NONE;
}

static bool in_range(const struct pk_closures *closures, int32_t date)
{
    return date >= closures->first_date &&
           (int64_t)date < (int64_t)closures->first_date + (int64_t)closures->day_count;
}

static void mark(struct pk_closures *closures, uint32_t warehouse, int32_t date)
{
    if (!in_range(closures, date))
        return;
    const size_t day = (size_t)(date - closures->first_date);
    for (size_t w = 0; w < closures->warehouse_count; w++)
        if (warehouse == PK_INDEX_NONE || warehouse == w)
            closures->closed[w * closures->day_count + day] = 1;
}

/* Allocates and takes over what the covariate `closed` says. */
static enum pk_status begin(const struct pk_shop *shop, int32_t first_date,
                            struct pk_closures *closures, struct pk_error *error)
{
    const uint32_t name = closed_name(shop);
    size_t told = 0;
    for (size_t i = 0; i < shop->covariate_count; i++)
        told += shop->covariates[i].name == name;
    memset(closures, 0, sizeof *closures);
    closures->first_date = first_date;
    closures->day_count = (size_t)(shop->as_of_date - first_date + 1 + PK_CLOSURE_FUTURE_DAYS);
    closures->warehouse_count = shop->warehouse_count;
    closures->closed = calloc(closures->day_count * shop->warehouse_count + 1, 1);
    closures->scoped = malloc((told + 1) * sizeof *closures->scoped);
    if (closures->closed == NULL || closures->scoped == NULL) {
        pk_closures_done(closures);
        return pk_error_set(error, PK_OUT_OF_MEMORY, "", "no memory for the closures");
    }
    for (size_t i = 0; i < shop->covariate_count; i++) {
        const struct pk_covariate *row = &shop->covariates[i];
        if (row->name != name || !(row->value > 0.5))
            continue;
        if (row->item == PK_INDEX_NONE && row->category == PK_INDEX_NONE)
            mark(closures, row->warehouse, row->date);
        else
            closures->scoped[closures->scoped_count++] = (struct pk_scoped_closure){
                row->item, row->item == PK_INDEX_NONE ? row->category : PK_INDEX_NONE,
                row->warehouse, row->date};
    }
    qsort(closures->scoped, closures->scoped_count, sizeof *closures->scoped, compare_scoped);
    return PK_OK;
}

/* True if the seven days that end with `last` hold an open one: a week without any is a pause, and
 * says nothing about the weekdays of weeks that trade. */
static bool is_trading_week(const uint8_t *closed, int64_t last)
{
    for (int64_t day = last; day > last - 7 && day >= 0; day--)
        if (!closed[day])
            return true;
    return false;
}

/* Whether a weekday, `back` days before the last day of the history, is closed as a rule: closed in
 * REGULAR_CLOSED of the last REGULAR_WEEKS weeks in which the warehouse traded at all. */
static bool is_regularly_closed(const uint8_t *closed, int64_t last_day, int32_t back)
{
    int32_t weeks = 0, closed_weeks = 0;
    for (int64_t end = last_day; weeks < REGULAR_WEEKS && end - back >= 0; end -= 7) {
        if (!is_trading_week(closed, end))
            continue;
        weeks++;
        closed_weeks += closed[end - back];
    }
    return closed_weeks >= REGULAR_CLOSED;
}

static void close_regular_weekdays(const struct pk_shop *shop, struct pk_closures *closures)
{
    const int64_t last_day = (int64_t)shop->as_of_date - closures->first_date;
    for (size_t w = 0; w < closures->warehouse_count; w++) {
        uint8_t *closed = closures->closed + w * closures->day_count;
        bool is_regular[7];
        for (int32_t back = 0; back < 7; back++)
            is_regular[back] = is_regularly_closed(closed, last_day, back);
        for (int32_t back = 0; back < 7; back++)
            for (size_t day = (size_t)(last_day - back + 7);
                 is_regular[back] && day < closures->day_count; day += 7)
                closed[day] = 1;
    }
}

static void sum_days(const struct pk_shop *shop, const struct pk_sales *sales,
                     const struct pk_closures *closures, double *totals)
{
    for (size_t s = 0; s < shop->series_count; s++) {
        if (shop->series[s].bucket_days != 1)
            continue;
        double *row = totals + shop->series[s].warehouse * closures->day_count;
        for (size_t i = sales->starts[s]; i < sales->starts[s + 1]; i++) {
            const struct pk_sales_bucket *bucket = &sales->buckets[i];
            if (bucket->date >= closures->first_date && bucket->date <= shop->as_of_date)
                row[bucket->date - closures->first_date] += bucket->demand_units;
        }
    }
}

static int compare_doubles(const void *left, const void *right)
{
    const double a = *(const double *)left, b = *(const double *)right;
    return a < b ? -1 : a > b;
}

static double median(const double *values, size_t count)
{
    double sorted[RING_DAYS];
    memcpy(sorted, values, count * sizeof *sorted);
    qsort(sorted, count, sizeof *sorted, compare_doubles);
    return count == 0 ? 0 : sorted[count / 2];
}

/* Marks the inferred closures of one warehouse; returns how many. The ring starts from the first
 * 28 days after the first sale, so that the first weeks can hold closures too. */
static size_t infer_warehouse(const double *totals, size_t history_days, uint8_t *closed,
                              uint8_t *inferred)
{
    double ring[RING_DAYS];
    size_t first = 0, filled = 0, next = 0, found = 0;
    while (first < history_days && !(totals[first] > 0))
        first++;
    for (size_t day = first; day < history_days && filled < RING_DAYS; day++)
        if (!closed[day])
            ring[filled++] = totals[day];
    for (size_t day = first; filled >= 7 && day < history_days; day++) {
        if (closed[day])
            continue;
        if (!(totals[day] > 0) && median(ring, filled) >= PK_CLOSURE_EXPECTED_UNITS) {
            closed[day] = 1;
            inferred[day] = 1;
            found++;
        } else {
            ring[next] = totals[day];
            next = (next + 1) % filled;
        }
    }
    return found;
}

enum pk_status pk_closures_infer(const struct pk_shop *shop, const struct pk_sales *sales,
                                 int32_t first_date, struct pk_closures *out_closures,
                                 struct pk_error *error)
{
    struct pk_closures made;
    enum pk_status status = begin(shop, first_date, &made, error);
    if (status != PK_OK)
        return status;
    const size_t cells = made.day_count * made.warehouse_count;
    const size_t history_days = (size_t)(shop->as_of_date - first_date + 1);
    double *totals = calloc(cells + 1, sizeof *totals);
    uint8_t *inferred = calloc(cells + 1, 1);
    size_t found = 0;
    if (totals == NULL || inferred == NULL) {
        status = pk_error_set(error, PK_OUT_OF_MEMORY, "", "no memory to infer closures");
        goto cleanup;
    }
    sum_days(shop, sales, &made, totals);
    for (size_t w = 0; w < made.warehouse_count; w++)
        found += infer_warehouse(totals + w * made.day_count, history_days,
                                 made.closed + w * made.day_count, inferred + w * made.day_count);
    made.inferred = malloc((found + 1) * sizeof *made.inferred);
    if (made.inferred == NULL) {
        status = pk_error_set(error, PK_OUT_OF_MEMORY, "", "no memory for %zu closures", found);
        goto cleanup;
    }
    for (size_t i = 0; i < cells; i++)
        if (inferred[i])
            made.inferred[made.inferred_count++] = (struct pk_inferred_closure){
                (uint32_t)(i / made.day_count), first_date + (int32_t)(i % made.day_count)};
    close_regular_weekdays(shop, &made);
    *out_closures = made;
cleanup:
    if (status != PK_OK)
        pk_closures_done(&made);
    free(totals);
    free(inferred);
    return status;
}

enum pk_status pk_closures_restore(const struct pk_shop *shop, int32_t first_date,
                                   const struct pk_inferred_closure *inferred,
                                   size_t inferred_count, struct pk_closures *out_closures,
                                   struct pk_error *error)
{
    struct pk_closures made;
    enum pk_status status = begin(shop, first_date, &made, error);
    if (status != PK_OK)
        return status;
    made.inferred = malloc((inferred_count + 1) * sizeof *made.inferred);
    if (made.inferred == NULL) {
        pk_closures_done(&made);
        return pk_error_set(error, PK_OUT_OF_MEMORY, "", "no memory for %zu closures",
                            inferred_count);
    }
    made.inferred_count = inferred_count;
    for (size_t i = 0; i < inferred_count; i++) {
        made.inferred[i] = inferred[i];
        mark(&made, inferred[i].warehouse, inferred[i].date);
    }
    close_regular_weekdays(shop, &made);
    *out_closures = made;
    return PK_OK;
}

/* Days back from `from` (not included) that hold RING_DAYS open days of every warehouse. */
static size_t ring_days(const struct pk_closures *before, size_t from)
{
    size_t most = 0;
    for (size_t w = 0; w < before->warehouse_count; w++) {
        const uint8_t *closed = before->closed + w * before->day_count;
        size_t day = from, open = 0;
        while (day > 0 && open < RING_DAYS)
            open += !closed[--day];
        most = from - day > most ? from - day : most;
    }
    return most;
}

/* Marks the inferred closures among days back_count.. of one warehouse by 2. totals[day_count];
 * the first back_count days are known. */
static void infer_last_days(const double *totals, size_t back_count, size_t day_count,
                            uint8_t *closed)
{
    double ring[RING_DAYS];
    size_t filled = 0, next = 0;
    for (size_t day = back_count; day-- > 0 && filled < RING_DAYS;)
        if (!closed[day])
            ring[RING_DAYS - ++filled] = totals[day];
    memmove(ring, ring + (RING_DAYS - filled), filled * sizeof *ring);
    for (size_t day = back_count; filled >= 7 && day < day_count; day++) {
        if (closed[day])
            continue;
        if (!(totals[day] > 0) && median(ring, filled) >= PK_CLOSURE_EXPECTED_UNITS) {
            closed[day] = 2;
        } else {
            ring[next] = totals[day];
            next = (next + 1) % filled;
        }
    }
}

/* Daily totals of the last day_count days up to as-of, per warehouse; rows are ascending, so only
 * their ends are read. */
static void sum_last_days(const struct pk_shop *shop, const struct pk_sales *sales,
                          size_t day_count, double *totals)
{
    const int32_t first = shop->as_of_date - (int32_t)day_count + 1;
    for (size_t s = 0; s < shop->series_count; s++) {
        double *row = totals + shop->series[s].warehouse * day_count;
        for (size_t i = sales->starts[s + 1];
             shop->series[s].bucket_days == 1 && i-- > sales->starts[s];) {
            const struct pk_sales_bucket *bucket = &sales->buckets[i];
            if (bucket->date < first)
                break;
            if (bucket->date <= shop->as_of_date)
                row[bucket->date - first] += bucket->demand_units;
        }
    }
}

enum pk_status pk_closures_extend(const struct pk_closures *before, const struct pk_shop *shop,
                                  const struct pk_sales *sales, int32_t from_date,
                                  struct pk_closures *out_closures, struct pk_error *error)
{
    const size_t from = (size_t)(from_date - before->first_date);
    const size_t back = ring_days(before, from);
    const size_t days = back + (size_t)(shop->as_of_date - from_date + 1);
    const size_t cells = days * shop->warehouse_count;
    struct pk_closures told = {0};
    size_t count = 0;
    double *totals = calloc(cells + 1, sizeof *totals);
    struct pk_inferred_closure *inferred =
        malloc((before->inferred_count + cells + 1) * sizeof *inferred);
    enum pk_status status =
        totals == NULL || inferred == NULL
            ? pk_error_set(error, PK_OUT_OF_MEMORY, "", "no memory to infer closures")
            : begin(shop, before->first_date, &told, error);
    if (status != PK_OK)
        goto cleanup;
    sum_last_days(shop, sales, days, totals);
    for (size_t w = 0, old = 0; w < shop->warehouse_count; w++) {
        uint8_t *closed = told.closed + w * told.day_count + (from - back);
        memcpy(closed, before->closed + w * before->day_count + (from - back), back);
        while (old < before->inferred_count && before->inferred[old].warehouse == w)
            inferred[count++] = before->inferred[old++];
        infer_last_days(totals + w * days, back, days, closed);
        for (size_t day = back; day < days; day++)
            if (closed[day] == 2)
                inferred[count++] =
                    (struct pk_inferred_closure){(uint32_t)w, from_date + (int32_t)(day - back)};
    }
    status = pk_closures_restore(shop, before->first_date, inferred, count, out_closures, error);
cleanup:
    pk_closures_done(&told);
    free(totals);
    free(inferred);
    return status;
}

void pk_closures_done(struct pk_closures *closures)
{
    if (closures == NULL)
        return;
    free(closures->closed);
    free(closures->inferred);
    free(closures->scoped);
    memset(closures, 0, sizeof *closures);
}

static bool is_before_scope(const void *row, const void *scope)
{
    const struct pk_scoped_closure *a = row, *b = scope;
    return a->item < b->item || (a->item == b->item && a->category < b->category);
}

/* First scoped row not before (item, category). */
static size_t scoped_from(const struct pk_closures *closures, uint32_t item, uint32_t category)
{
    const struct pk_scoped_closure scope = {.item = item, .category = category};
    return pk_lower_bound(closures->scoped, closures->scoped_count, sizeof *closures->scoped,
                          is_before_scope, &scope);
}

static void fill_scoped(const struct pk_closures *closures, uint32_t item, uint32_t category,
                        uint32_t warehouse, int32_t first_date, size_t day_count, uint8_t *closed)
{
    for (size_t i = scoped_from(closures, item, category); i < closures->scoped_count; i++) {
        const struct pk_scoped_closure *row = &closures->scoped[i];
        if (row->item != item || row->category != category)
            break;
        const int64_t day = (int64_t)row->date - first_date;
        if (day >= 0 && day < (int64_t)day_count &&
            (row->warehouse == PK_INDEX_NONE || row->warehouse == warehouse))
            closed[day] = 1;
    }
}

void pk_closures_fill(const struct pk_closures *closures, const struct pk_shop *shop, size_t series,
                      int32_t first_date, size_t day_count, uint8_t *closed)
{
    const struct pk_series *one = &shop->series[series];
    const uint8_t *warehouse_closed = closures->closed + one->warehouse * closures->day_count;
    const int64_t offset = (int64_t)first_date - closures->first_date;
    const int64_t known = (int64_t)closures->day_count - offset;
    const size_t from = offset < 0 ? (size_t)-offset : 0;
    const size_t until = known < 0 ? 0 : (size_t)known < day_count ? (size_t)known : day_count;
    memset(closed, 0, day_count);
    if (from < until)
        memcpy(closed + from, warehouse_closed + offset + (int64_t)from, until - from);
    if (closures->scoped_count == 0)
        return;
    fill_scoped(closures, one->item, PK_INDEX_NONE, one->warehouse, first_date, day_count, closed);
    fill_scoped(closures, PK_INDEX_NONE, shop->items[one->item].category, one->warehouse,
                first_date, day_count, closed);
}

/* True if an item or a category (the other PK_INDEX_NONE) is closed in a warehouse. */
static bool is_closed(const struct pk_closures *closures, uint32_t item, uint32_t category,
                      uint32_t warehouse, int32_t date)
{
    uint8_t closed = closures->closed[(size_t)warehouse * closures->day_count +
                                      (size_t)(date - closures->first_date)];
    if (!closed && (item != PK_INDEX_NONE || category != PK_INDEX_NONE))
        fill_scoped(closures, item, category, warehouse, date, 1, &closed);
    return closed != 0;
}

/* True if all series of a wide scope are closed, each by what was told of its item. */
static bool series_closed(const struct pk_closures *closures, const struct pk_shop *shop,
                          uint32_t category, uint32_t warehouse, int32_t date)
{
    bool any = false;
    for (size_t s = 0; s < shop->series_count && closures->scoped_count > 0; s++) {
        const struct pk_series *one = &shop->series[s];
        const uint32_t own = shop->items[one->item].category;
        if ((category != PK_INDEX_NONE && own != category) ||
            (warehouse != PK_INDEX_NONE && one->warehouse != warehouse))
            continue;
        any = true;
        if (!is_closed(closures, one->item, PK_INDEX_NONE, one->warehouse, date) &&
            !is_closed(closures, PK_INDEX_NONE, own, one->warehouse, date))
            return false;
    }
    return any;
}

bool pk_closures_scope_closed(const struct pk_closures *closures, const struct pk_shop *shop,
                              uint32_t item, uint32_t category, uint32_t warehouse, int32_t date)
{
    if (!in_range(closures, date))
        return false;
    const uint32_t shared = item == PK_INDEX_NONE ? category : shop->items[item].category;
    bool closed = closures->warehouse_count > 0;
    for (uint32_t w = 0; w < closures->warehouse_count && closed; w++)
        if (warehouse == PK_INDEX_NONE || warehouse == w)
            closed = is_closed(closures, item, PK_INDEX_NONE, w, date) ||
                     is_closed(closures, PK_INDEX_NONE, shared, w, date);
    return closed ||
           (item == PK_INDEX_NONE && series_closed(closures, shop, category, warehouse, date));
}
