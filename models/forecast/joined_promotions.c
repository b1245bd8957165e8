#include "models/forecast/joined_promotions.h"

#include <stdlib.h>
#include <string.h>

const char *pk_promotion_kind(const struct pk_promotion *promotion)
{
    return promotion->kind == NULL || promotion->kind[0] == '\0' ? "other" : promotion->kind;
}

static int compare_index(uint32_t a, uint32_t b)
{
    return a < b ? -1 : a > b;
}

/* The category of an item's row says nothing more. */
static uint32_t category_of(const struct pk_promotion *row)
{
    return row->item != PK_INDEX_NONE ? PK_INDEX_NONE : row->category;
}

/* By all that one promotion has in common. */
static int compare_promotions(const struct pk_joined_promotion *a,
                              const struct pk_joined_promotion *b)
{
    int order = compare_index(a->row->item, b->row->item);
    order = order != 0 ? order : compare_index(category_of(a->row), category_of(b->row));
    order = order != 0 ? order : compare_index(a->row->warehouse, b->row->warehouse);
    order = order != 0 ? order : strcmp(a->kind, b->kind);
    return order != 0 ? order : (a->row->phase > b->row->phase) - (a->row->phase < b->row->phase);
}

static int compare_rows(const void *left, const void *right)
{
    const struct pk_joined_promotion *a = left, *b = right;
    int order = compare_promotions(a, b);
    if (order == 0 && a->start_date != b->start_date)
        order = a->start_date < b->start_date ? -1 : 1;
    if (order == 0 && a->end_date != b->end_date)
        order = a->end_date < b->end_date ? -1 : 1;
    return order;
}

/* True if customers find no open day without the promotion between its dates and the next row's. */
static bool goes_on(const struct pk_shop *shop, const struct pk_closures *closures,
                    const struct pk_joined_promotion *first, int32_t end_date,
                    const struct pk_joined_promotion *next)
{
    if (compare_promotions(first, next) != 0)
        return false;
    for (int64_t date = (int64_t)end_date + 1; date < next->start_date; date++)
        if (!pk_closures_scope_closed(closures, shop, next->row->item, category_of(next->row),
                                      next->row->warehouse, (int32_t)date))
            return false;
    return true;
}

static void join(const struct pk_shop *shop, const struct pk_closures *closures,
                 struct pk_joined_promotion *rows, size_t count)
{
    for (size_t from = 0; from < count;) {
        const int32_t start_date = rows[from].start_date;
        int32_t end_date = rows[from].end_date;
        size_t until = from + 1;
        for (; until < count && goes_on(shop, closures, &rows[from], end_date, &rows[until]);
             until++)
            end_date = rows[until].end_date > end_date ? rows[until].end_date : end_date;
        for (size_t i = from; i < until; i++) {
            rows[i].start_date = start_date;
            rows[i].end_date = end_date;
            rows[i].is_first = i == from;
        }
        from = until;
    }
}

enum pk_status pk_join_promotions(const struct pk_shop *shop, const struct pk_closures *closures,
                                  struct pk_joined_promotion **out_joined, size_t *out_count,
                                  struct pk_error *error)
{
    struct pk_joined_promotion *rows = malloc((shop->promotion_count + 1) * sizeof *rows);
    size_t count = 0;
    if (rows == NULL)
        return pk_error_set(error, PK_OUT_OF_MEMORY, "", "no memory for %zu promotions",
                            shop->promotion_count);
    for (size_t i = 0; i < shop->promotion_count; i++) {
        const struct pk_promotion *row = &shop->promotions[i];
        if (row->start_date <= row->end_date)
            rows[count++] = (struct pk_joined_promotion){row, pk_promotion_kind(row),
                                                         row->start_date, row->end_date, true};
    }
    if (count > 1)
        qsort(rows, count, sizeof *rows, compare_rows);
    join(shop, closures, rows, count);
    *out_joined = rows;
    *out_count = count;
    return PK_OK;
}
