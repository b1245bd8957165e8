#include "models/forecast/overrides.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "models/base/array.h"

void pk_override_list_done(struct pk_override_list *list)
{
    if (list == NULL)
        return;
    free(list->rows);
    memset(list, 0, sizeof *list);
}

static bool push(struct pk_override_list *list, uint32_t day, uint32_t column, float rank,
                 float value)
{
    if (pk_array_reserve(&list->rows, &list->capacity, list->count + 1, sizeof *list->rows,
                         "overrides", NULL) != PK_OK)
        return false;
    list->rows[list->count++] = (struct pk_override){day, column, rank, value};
    return true;
}

/* By day and column; the deciding entry (narrowest, then largest magnitude) first. */
static int compare_overrides(const void *left, const void *right)
{
    const struct pk_override *a = left, *b = right;
    if (a->bucket != b->bucket)
        return a->bucket < b->bucket ? -1 : 1;
    if (a->column != b->column)
        return a->column < b->column ? -1 : 1;
    if (a->keep < b->keep || a->keep > b->keep)
        return a->keep > b->keep ? -1 : 1;
    if (fabsf(a->value) < fabsf(b->value) || fabsf(a->value) > fabsf(b->value))
        return fabsf(a->value) > fabsf(b->value) ? -1 : 1;
    return a->value > b->value ? -1 : a->value < b->value;
}

/* Days become shares of buckets: while collecting, `bucket` is a day and `keep` the rank of the
 * scope. */
static void fold(struct pk_override_list *list, uint32_t length)
{
    size_t kept = 0;
    for (size_t i = 0; i < list->count; i++)
        if (kept == 0 || list->rows[kept - 1].bucket != list->rows[i].bucket ||
            list->rows[kept - 1].column != list->rows[i].column)
            list->rows[kept++] = list->rows[i];
    const float share = 1 / (float)length;
    for (size_t i = 0; i < kept; i++) {
        list->rows[i].bucket /= length;
        list->rows[i].value *= share;
        list->rows[i].keep = 1 - share;
    }
    list->count = kept;
    if (length == 1)
        return;
    qsort(list->rows, list->count, sizeof *list->rows, compare_overrides);
    kept = 0;
    for (size_t i = 0; i < list->count; i++) {
        struct pk_override *last = kept > 0 ? &list->rows[kept - 1] : NULL;
        if (last != NULL && last->bucket == list->rows[i].bucket &&
            last->column == list->rows[i].column) {
            last->value += list->rows[i].value;
            last->keep = fmaxf(0, last->keep - share);
        } else {
            list->rows[kept++] = list->rows[i];
        }
    }
    list->count = kept;
}

enum pk_status pk_design_overrides(const struct pk_design *design, const uint32_t *scopes,
                                   size_t scope_count, int32_t from_date, int32_t bucket_days,
                                   size_t bucket_count, struct pk_override_list *list,
                                   struct pk_error *error)
{
    const int64_t end = (int64_t)from_date + (int64_t)bucket_count * bucket_days - 1;
    list->count = 0;
    for (size_t s = 0; s < scope_count; s++) {
        const struct pk_event_scope *scope = &design->scopes[scopes[s]];
        for (size_t i = 0; i < scope->piece_count; i++) {
            const struct pk_event_piece *piece = &design->pieces[scope->piece_start + i];
            int64_t date = 0, last = 0;
            const int32_t step = pk_design_piece_days(design, piece, from_date, end, &date, &last);
            for (; date <= last; date += step)
                if (!push(list, (uint32_t)(date - from_date), piece->column,
                          (float)scope->narrowness, piece->value))
                    return pk_error_set(error, PK_OUT_OF_MEMORY, "", "no memory for overrides");
        }
    }
    if (list->count > 0) {
        qsort(list->rows, list->count, sizeof *list->rows, compare_overrides);
        fold(list, (uint32_t)bucket_days);
    }
    return PK_OK;
}
