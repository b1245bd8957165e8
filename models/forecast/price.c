#include "models/forecast/price.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "models/base/array.h"
#include "models/base/lower_bound.h"
#include "models/forecast/design.h"

#define USUAL_DAYS     364
#define ERROR_LOG      2.302585092994046  /* log 10: beyond it a typing error */
#define RATIO_LOG      1.3862943611198906 /* log 4 */
#define LOG_FACTOR_MAX 2.0794415416798357 /* log 8 */
#define SAME_LOG       1e-6
#define AROUND_DAYS    29

/* Rows of one (item, warehouse), walked by ascending date. */
struct cursor {
    const struct pk_price *rows;
    size_t count, next;
    int64_t price_micros; /* 0 = none yet */
};

static bool is_before_place(const void *row, const void *place)
{
    const struct pk_price *a = row, *b = place;
    return a->item < b->item || (a->item == b->item && a->warehouse < b->warehouse);
}

static struct cursor cursor_of(const struct pk_shop *shop, uint32_t item, uint32_t warehouse)
{
    const struct pk_price place = {.item = item, .warehouse = warehouse};
    const size_t low = pk_lower_bound(shop->prices, shop->price_count, sizeof *shop->prices,
                                      is_before_place, &place);
    struct cursor cursor = {shop->prices + low, 0, 0, 0};
    while (low + cursor.count < shop->price_count && cursor.rows[cursor.count].item == item &&
           cursor.rows[cursor.count].warehouse == warehouse)
        cursor.count++;
    return cursor;
}

static int64_t move_to(struct cursor *cursor, int32_t date)
{
    while (cursor->next < cursor->count && cursor->rows[cursor->next].date <= date)
        cursor->price_micros = cursor->rows[cursor->next++].price_micros;
    return cursor->price_micros;
}

/* The prices of the series' warehouse and, where it has none, those of all warehouses. */
struct prices {
    struct cursor own, all;
};

static struct prices prices_of(const struct pk_shop *shop, size_t series)
{
    const struct pk_series *one = &shop->series[series];
    return (struct prices){cursor_of(shop, one->item, one->warehouse),
                           cursor_of(shop, one->item, PK_INDEX_NONE)};
}

static int64_t price_on(struct prices *prices, int32_t date)
{
    const int64_t own = move_to(&prices->own, date), all = move_to(&prices->all, date);
    return own > 0 ? own : all;
}

static int compare_prices(const void *left, const void *right)
{
    const int64_t a = *(const int64_t *)left, b = *(const int64_t *)right;
    return (a > b) - (a < b);
}

double pk_price_usual_micros(const struct pk_shop *shop, size_t series)
{
    int64_t known[USUAL_DAYS];
    size_t count = 0;
    struct prices prices = prices_of(shop, series);
    if (prices.own.count + prices.all.count == 0)
        return 0;
    for (int32_t date = shop->as_of_date - USUAL_DAYS + 1; date <= shop->as_of_date; date++) {
        const int64_t price = price_on(&prices, date);
        if (price > 0)
            known[count++] = price;
    }
    if (count == 0)
        return (double)(shop->items[shop->series[series].item].list_price_micros > 0
                            ? shop->items[shop->series[series].item].list_price_micros
                            : 0);
    qsort(known, count, sizeof *known, compare_prices);
    return (double)known[count / 2];
}

/* Marks the days of a scope's peaks and encores. */
static void mark_scope(const struct pk_design *design, const struct pk_event_scope *scope,
                       int32_t first_date, size_t day_count, uint8_t *promoted)
{
    static const enum pk_event_part parts[] = {PK_PART_PEAK, PK_PART_ENCORE};
    const int64_t end = (int64_t)first_date + (int64_t)day_count - 1;
    for (size_t part = 0; part < sizeof parts / sizeof parts[0]; part++) {
        const size_t column = pk_design_promotion_column(design, 0, parts[part]);
        size_t count;
        const struct pk_event_piece *pieces = pk_design_pieces(design, scope, column, &count);
        for (size_t i = 0; i < count; i++) {
            const struct pk_event_piece *piece = &pieces[i];
            const int64_t from = piece->from_date > first_date ? piece->from_date : first_date;
            const int64_t to = piece->to_date < end ? piece->to_date : end;
            if (from <= to)
                memset(promoted + (from - first_date), 1, (size_t)(to - from + 1));
        }
    }
}

/* Days on which the series is in a promotion's peak or encore. */
static void mark_promotions(const struct pk_design *design, const struct pk_shop *shop,
                            size_t series, int32_t first_date, size_t day_count, uint8_t *promoted)
{
    const struct pk_event_scope *scopes[PK_SERIES_SCOPE_COUNT_MAX + 1];
    const size_t count = pk_design_all_scopes(design, shop, series, scopes);
    memset(promoted, 0, day_count);
    for (size_t i = 0; i < count; i++)
        mark_scope(design, scopes[i], first_date, day_count, promoted);
}

static double log_ratio_of(int64_t price_micros, double usual_micros)
{
    if (price_micros <= 0 || !(usual_micros > 0))
        return 0;
    const double log_ratio = log((double)price_micros / usual_micros);
    if (fabs(log_ratio) > ERROR_LOG || fabs(log_ratio) < SAME_LOG)
        return 0;
    return fmax(-RATIO_LOG, fmin(log_ratio, RATIO_LOG));
}

/* The prices around a day, oldest first place next to be written. */
struct around {
    int64_t prices[AROUND_DAYS];
    size_t next;
    size_t same_days; /* days in a row without a change, up to the newest */
};

static void push(struct around *around, int64_t price)
{
    const size_t newest = (around->next + AROUND_DAYS - 1) % AROUND_DAYS;
    around->same_days = price == around->prices[newest] ? around->same_days + 1 : 1;
    around->prices[around->next] = price;
    around->next = (around->next + 1) % AROUND_DAYS;
}

static int64_t middle_price(const struct around *around)
{
    return around->prices[(around->next + AROUND_DAYS / 2) % AROUND_DAYS];
}

static int64_t median_price(const struct around *around)
{
    int64_t known[AROUND_DAYS];
    size_t count = 0;
    if (around->same_days >= AROUND_DAYS)
        return around->prices[0];
    for (size_t i = 0; i < AROUND_DAYS; i++) {
        size_t at = count;
        if (around->prices[i] <= 0)
            continue;
        for (; at > 0 && known[at - 1] > around->prices[i]; at--)
            known[at] = known[at - 1];
        known[at] = around->prices[i];
        count++;
    }
    return count > 0 ? known[count / 2] : 0;
}

bool pk_price_fill(const struct pk_design *design, const struct pk_shop *shop, size_t series,
                   double usual_micros, int32_t first_date, int32_t bucket_days,
                   size_t bucket_count, uint8_t *promoted, struct pk_log_price *log_price)
{
    const size_t length = (size_t)bucket_days;
    bool marked = false, any = false;
    struct around around = {{0}, 0, 0};
    memset(log_price, 0, bucket_count * sizeof *log_price);
    if (!(usual_micros > 0) || shop->price_count == 0)
        return false;
    struct prices prices = prices_of(shop, series);
    for (int32_t day = -AROUND_DAYS / 2; day < AROUND_DAYS / 2; day++)
        push(&around, price_on(&prices, first_date + day));
    for (size_t day = 0; day < bucket_count * length; day++) {
        push(&around, price_on(&prices, first_date + (int32_t)day + AROUND_DAYS / 2));
        const double ratio = log_ratio_of(middle_price(&around), usual_micros);
        if (!(fabs(ratio) > 0) && around.same_days >= AROUND_DAYS)
            continue;
        const double lasting =
            middle_price(&around) > 0 ? log_ratio_of(median_price(&around), usual_micros) : 0;
        if (ratio < 0 && !marked) {
            mark_promotions(design, shop, series, first_date, bucket_count * length, promoted);
            marked = true;
        }
        if (ratio < 0 && promoted[day])
            continue;
        log_price[day / length].part[PK_PRICE_LASTING] += lasting / bucket_days;
        log_price[day / length].part[PK_PRICE_PASSING] += (ratio - lasting) / bucket_days;
        any |= fabs(lasting) + fabs(ratio) > 0;
    }
    return any;
}

int64_t pk_price_change_count(const struct pk_shop *shop, size_t series, int32_t from_date)
{
    struct prices prices = prices_of(shop, series);
    int64_t count = 0, before = 0;
    for (int32_t date = from_date; date <= shop->as_of_date; date++) {
        const int64_t price = price_on(&prices, date);
        count += before > 0 && price > 0 && price != before;
        before = price > 0 ? price : before;
    }
    return count;
}

static bool is_same(const struct pk_log_price *left, const struct pk_log_price *right)
{
    bool same = true;
    for (size_t part = 0; part < PK_PRICE_PART_COUNT; part++)
        same &= fabs(left->part[part] - right->part[part]) < SAME_LOG;
    return same;
}

/* Appends the steps of one series; false without memory. */
static bool append_steps(struct pk_price_paths *paths, size_t *count, size_t *capacity,
                         const struct pk_log_price *log_price, size_t bucket_count)
{
    static const struct pk_log_price usual = {{0, 0}};
    for (size_t t = 0; t < bucket_count;) {
        size_t until = t + 1;
        while (until < bucket_count && is_same(&log_price[until], &log_price[t]))
            until++;
        if (!is_same(&log_price[t], &usual)) {
            if (pk_array_reserve(&paths->steps, capacity, *count + 1, sizeof *paths->steps,
                                 "price steps", NULL) != PK_OK)
                return false;
            paths->steps[(*count)++] =
                (struct pk_price_step){(uint32_t)t, (uint32_t)until, log_price[t]};
        }
        t = until;
    }
    return true;
}

enum pk_status pk_price_paths_init(struct pk_price_paths *paths, const struct pk_design *design,
                                   const struct pk_shop *shop, const uint32_t *series,
                                   size_t series_count, int32_t first_date, int32_t bucket_days,
                                   size_t bucket_count, struct pk_error *error)
{
    struct pk_price_paths made = {.series_count = series_count};
    size_t count = 0, capacity = 0;
    memset(paths, 0, sizeof *paths);
    if (shop->price_count == 0)
        return PK_OK;
    uint8_t *promoted = malloc(bucket_count * (size_t)bucket_days + 1);
    struct pk_log_price *log_price = malloc((bucket_count + 1) * sizeof *log_price);
    made.starts = calloc(series_count + 1, sizeof *made.starts);
    made.usual_micros = calloc(series_count + 1, sizeof *made.usual_micros);
    made.elasticity = calloc(series_count + 1, sizeof *made.elasticity);
    bool complete = promoted != NULL && log_price != NULL && made.starts != NULL &&
                    made.usual_micros != NULL && made.elasticity != NULL;
    for (size_t i = 0; complete && i < series_count; i++) {
        made.usual_micros[i] = pk_price_usual_micros(shop, series[i]);
        if (pk_price_fill(design, shop, series[i], made.usual_micros[i], first_date, bucket_days,
                          bucket_count, promoted, log_price))
            complete = append_steps(&made, &count, &capacity, log_price, bucket_count);
        made.starts[i + 1] = count;
    }
    free(promoted);
    free(log_price);
    if (!complete) {
        pk_price_paths_done(&made);
        return pk_error_set(error, PK_OUT_OF_MEMORY, "", "no memory for the prices of %zu series",
                            series_count);
    }
    *paths = made;
    return PK_OK;
}

void pk_price_paths_done(struct pk_price_paths *paths)
{
    if (paths == NULL)
        return;
    free(paths->starts);
    free(paths->steps);
    free(paths->usual_micros);
    free(paths->elasticity);
    memset(paths, 0, sizeof *paths);
}

double pk_price_factor(const struct pk_elasticity *elasticity, const struct pk_log_price *log_price)
{
    double sum = 0;
    for (size_t part = 0; part < PK_PRICE_PART_COUNT; part++)
        sum += elasticity->part[part] * log_price->part[part];
    return exp(fmax(-LOG_FACTOR_MAX, fmin(sum, LOG_FACTOR_MAX)));
}

double pk_price_relative_variance(const struct pk_elasticity *elasticity,
                                  const struct pk_log_price *ahead, size_t bucket_count,
                                  const double *mean_units, const struct pk_log_price *present)
{
    double variance = 0, total = 0;
    for (size_t t = 0; t < bucket_count; t++)
        total += mean_units[t];
    for (size_t part = 0; part < PK_PRICE_PART_COUNT && total > 0; part++) {
        double change = 0;
        for (size_t t = 0; t < bucket_count; t++)
            change += mean_units[t] * (ahead[t].part[part] - present->part[part]);
        variance += change / total * (change / total) * elasticity->variance[part];
    }
    return variance;
}

bool pk_price_moves(const struct pk_price_paths *paths, size_t index)
{
    return paths->starts != NULL && paths->starts[index] < paths->starts[index + 1];
}

void pk_price_apply(const struct pk_price_paths *paths, size_t index, float *values)
{
    if (!pk_price_moves(paths, index))
        return;
    for (size_t i = paths->starts[index]; i < paths->starts[index + 1]; i++) {
        const struct pk_price_step *step = &paths->steps[i];
        const float factor = (float)pk_price_factor(&paths->elasticity[index], &step->log_price);
        for (size_t t = step->from; t < step->until; t++)
            values[t] *= factor;
    }
}
