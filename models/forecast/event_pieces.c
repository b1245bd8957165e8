#include "models/forecast/event_pieces.h"

#include <stdlib.h>

#include "models/base/array.h"

void pk_piece_list_append(struct pk_piece_list *list, const struct pk_scoped_piece *row)
{
    if (pk_array_reserve(&list->rows, &list->capacity, list->count + 1, sizeof *list->rows,
                         "event pieces", NULL) == PK_OK)
        list->rows[list->count++] = *row;
    else
        list->failed = true;
}

static int compare_pieces(const void *left, const void *right)
{
    const struct pk_scoped_piece *a = left, *b = right;
    int order = pk_compare_index(a->item, b->item);
    order = order != 0 ? order : pk_compare_index(a->category, b->category);
    order = order != 0 ? order : pk_compare_index(a->warehouse, b->warehouse);
    order = order != 0 ? order : pk_compare_index(a->piece.column, b->piece.column);
    if (order == 0 && a->piece.from_date != b->piece.from_date)
        order = a->piece.from_date < b->piece.from_date ? -1 : 1;
    if (order == 0 && a->piece.to_date != b->piece.to_date)
        order = a->piece.to_date < b->piece.to_date ? -1 : 1;
    if (order == 0)
        order = a->piece.value < b->piece.value ? -1 : a->piece.value > b->piece.value;
    return order;
}

enum pk_status pk_piece_list_take_over(struct pk_piece_list *list, struct pk_design *design,
                                       struct pk_error *error)
{
    for (size_t i = 0; i < list->count; i++)
        if (list->rows[i].item != PK_INDEX_NONE)
            list->rows[i].category = PK_INDEX_NONE;
    if (list->count > 1)
        qsort(list->rows, list->count, sizeof *list->rows, compare_pieces);
    design->pieces = malloc((list->count + 1) * sizeof *design->pieces);
    design->scopes = malloc((list->count + 1) * sizeof *design->scopes);
    if (list->failed || design->pieces == NULL || design->scopes == NULL)
        return pk_error_set(error, PK_OUT_OF_MEMORY, "", "no memory for %zu event pieces",
                            list->count);
    for (size_t i = 0; i < list->count; i++) {
        const struct pk_scoped_piece *row = &list->rows[i];
        struct pk_event_scope *scope = design->scopes + design->scope_count;
        if (i == 0 || scope[-1].item != row->item || scope[-1].category != row->category ||
            scope[-1].warehouse != row->warehouse) {
            *scope = (struct pk_event_scope){
                row->item,
                row->category,
                row->warehouse,
                pk_scope_narrowness(row->item, row->category, row->warehouse),
                i,
                0};
            design->scope_count++;
        }
        design->scopes[design->scope_count - 1].piece_count++;
        design->pieces[i] = row->piece;
    }
    design->piece_count = list->count;
    return PK_OK;
}
