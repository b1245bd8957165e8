#include "models/forecast/closure_pieces.h"

#include <stdlib.h>
#include <string.h>

#include "models/calendar/calendar.h"

/* A closed stretch around Christmas has its days described by the feast's own columns. */
static bool is_christmas(const struct pk_design *design, int32_t date)
{
    int32_t offset;
    return !design->calendar.feasts &&
           pk_calendar_feast_offset(PK_FEAST_CHRISTMAS, date, 3, 8, &offset);
}

/* The open days beside closed stretches of `closed`[day_count], which begins at first_date. A
 * weekday that is closed more often than not makes no stretch by itself, but belongs to one that it
 * joins: Saturday is the day before a free Monday. */
static void append_edges(struct pk_piece_list *list, const struct pk_design *design,
                         struct pk_scoped_piece row, const uint8_t *closed, size_t day_count)
{
    const size_t history = (size_t)(design->as_of_date - design->first_date + 1);
    size_t often[7] = {0};
    for (size_t day = 0; day < history; day++)
        often[day % 7] += closed[day];
    for (size_t from = 0; from < day_count; from++) {
        size_t until = from;
        bool irregular = false;
        for (; until < day_count && closed[until]; until++)
            irregular |= 14 * often[until % 7] <= history;
        row.piece.value = 1;
        row.piece.column = (uint32_t)design->closure_at;
        row.piece.from_date = row.piece.to_date = design->first_date + (int32_t)from - 1;
        if (irregular && from > 0 && !is_christmas(design, row.piece.from_date))
            pk_piece_list_append(list, &row);
        row.piece.column = (uint32_t)design->closure_at + 1;
        row.piece.from_date = row.piece.to_date = design->first_date + (int32_t)until;
        if (irregular && until < day_count && !is_christmas(design, row.piece.from_date))
            pk_piece_list_append(list, &row);
        from = until;
    }
}

static int compare_closures(const void *left, const void *right)
{
    const struct pk_scoped_closure *a = left, *b = right;
    int order = pk_compare_index(a->item, b->item);
    order = order != 0 ? order : pk_compare_index(a->category, b->category);
    order = order != 0 ? order : pk_compare_index(a->warehouse, b->warehouse);
    return order != 0 ? order : (a->date > b->date) - (a->date < b->date);
}

/* Edges of the closures of items and categories, which have those of their warehouse besides;
 * `closed` is scratch. */
static enum pk_status append_scoped_edges(struct pk_piece_list *list,
                                          const struct pk_design *design,
                                          const struct pk_closures *closures, uint8_t *closed,
                                          struct pk_error *error)
{
    const size_t days = closures->day_count, count = closures->scoped_count;
    struct pk_scoped_closure *rows = malloc((count + 1) * sizeof *rows);
    if (rows == NULL)
        return pk_error_set(error, PK_OUT_OF_MEMORY, "", "no memory for %zu closures", count);
    memcpy(rows, closures->scoped, count * sizeof *rows);
    if (count > 1)
        qsort(rows, count, sizeof *rows, compare_closures);
    for (size_t i = 0; i < count;) {
        const struct pk_scoped_closure *first = &rows[i];
        const struct pk_scoped_piece row = {
            first->item, first->category, first->warehouse, {0, 0, 0, 0}};
        const size_t warehouse = first->warehouse == PK_INDEX_NONE ? 0 : first->warehouse;
        memcpy(closed, closures->closed + warehouse * days, days);
        for (; i < count && rows[i].item == first->item && rows[i].category == first->category &&
               rows[i].warehouse == first->warehouse;
             i++)
            if (rows[i].date >= closures->first_date &&
                (size_t)(rows[i].date - closures->first_date) < days)
                closed[rows[i].date - closures->first_date] = 1;
        append_edges(list, design, row, closed, days);
    }
    free(rows);
    return PK_OK;
}

/* Edges of all closures: of everything where the warehouses agree, else of each warehouse. */
enum pk_status pk_closure_pieces_append(struct pk_piece_list *list, const struct pk_design *design,
                                        const struct pk_closures *closures, struct pk_error *error)
{
    const size_t days = closures->day_count, count = closures->warehouse_count;
    struct pk_scoped_piece row = {PK_INDEX_NONE, PK_INDEX_NONE, PK_INDEX_NONE, {0, 0, 0, 0}};
    uint8_t *closed = malloc(days + 1);
    if (closed == NULL)
        return pk_error_set(error, PK_OUT_OF_MEMORY, "", "no memory for closures");
    bool agree = true;
    for (size_t w = 1; w < count; w++)
        agree &= memcmp(closures->closed, closures->closed + w * days, days) == 0;
    for (size_t w = 0; w < (agree && count > 0 ? 1 : count); w++) {
        row.warehouse = agree ? PK_INDEX_NONE : (uint32_t)w;
        append_edges(list, design, row, closures->closed + w * days, days);
    }
    const enum pk_status status = append_scoped_edges(list, design, closures, closed, error);
    free(closed);
    return status;
}
