#include "service/workflows/open_suggestions.h"

#include <stdlib.h>
#include <string.h>

struct suggestion_view {
    struct pk_snapshot snapshot; /* first: what callers hold */
    struct pk_snapshot *stem;
    struct pk_suggestion_list *list;
    struct pk_placed_suggestion *rows;
    struct pk_suggestion_book book;
};

static void free_view(struct pk_snapshot *snapshot)
{
    struct suggestion_view *view = (struct suggestion_view *)snapshot;
    pk_suggestion_list_free(view->list);
    pk_snapshot_release(view->stem);
    free(view->rows);
    free(view);
}

/* The list and the shop have the same order; what the shop does not know is left out. */
static size_t place(const struct pk_shop *shop, const struct pk_suggestion_list *list,
                    struct pk_placed_suggestion *rows)
{
    size_t count = 0;
    for (size_t i = 0; i < list->count; i++) {
        const struct pk_suggestion *stored = &list->rows[i];
        const uint32_t item = pk_shop_find_item(shop, stored->item_id);
        const uint32_t warehouse = pk_shop_find_warehouse(shop, stored->warehouse_id);
        if (item != PK_INDEX_NONE && warehouse != PK_INDEX_NONE)
            rows[count++] = (struct pk_placed_suggestion){item, warehouse, stored};
    }
    return count;
}

enum pk_status pk_snapshot_with_suggestions(struct pk_store *store, struct pk_snapshot *stem,
                                            bool is_past, struct pk_snapshot **out_snapshot,
                                            struct pk_error *error)
{
    struct pk_suggestion_list *list = NULL;
    struct suggestion_view *view = calloc(1, sizeof *view);
    enum pk_status status =
        view == NULL ? pk_error_set(error, PK_OUT_OF_MEMORY, "", "no memory for suggestions")
                     : pk_store_load_suggestions(store, stem->data->data_revision, &list, error);
    if (status == PK_OK) {
        view->rows = malloc((list->count + 1) * sizeof *view->rows);
        if (view->rows == NULL)
            status = pk_error_set(error, PK_OUT_OF_MEMORY, "", "no memory for suggestions");
    }
    if (status != PK_OK) {
        pk_suggestion_list_free(list);
        free(view);
        return status;
    }
    view->book = (struct pk_suggestion_book){view->rows, place(&stem->data->shop, list, view->rows),
                                             is_past};
    view->list = list;
    view->stem = pk_snapshot_hold(stem);
    pk_snapshot_show(stem, free_view, &view->snapshot);
    view->snapshot.suggestions = &view->book;
    *out_snapshot = &view->snapshot;
    return PK_OK;
}

struct pk_ledger_range pk_suggestions_of(const struct pk_suggestion_book *book, uint32_t item,
                                         uint32_t warehouse)
{
    size_t first = 0, high = book == NULL ? 0 : book->count;
    const size_t count = high;
    while (first < high) {
        const size_t middle = first + (high - first) / 2;
        const struct pk_placed_suggestion *row = &book->rows[middle];
        if (row->item < item || (row->item == item && row->warehouse < warehouse))
            first = middle + 1;
        else
            high = middle;
    }
    size_t last = first;
    while (last < count && book->rows[last].item == item && book->rows[last].warehouse == warehouse)
        last++;
    return (struct pk_ledger_range){first, last};
}

bool pk_suggestion_counts(const struct pk_suggestion *suggestion, int64_t data_revision)
{
    return pk_suggestion_is_open(suggestion) || (suggestion->end == PK_SUGGESTION_END_INBOUND &&
                                                 suggestion->closed_revision > data_revision);
}

int32_t pk_suggestion_last_date(const struct pk_suggestion *suggestion)
{
    return suggestion->arrival_date + PK_SUGGESTION_EXPIRY_DAYS;
}

bool pk_suggestion_is_inbound(const struct pk_suggestion_book *book,
                              const struct pk_suggestion *suggestion, int64_t data_revision,
                              int32_t as_of_date, int32_t next_date, const char *own_supplier_id)
{
    const bool is_own = own_supplier_id != NULL && suggestion->as_of_date == as_of_date &&
                        strcmp(suggestion->supplier_id, own_supplier_id) == 0;
    return suggestion->order_units > 0 && !is_own &&
           (!book->is_past || suggestion->as_of_date <= as_of_date) &&
           pk_suggestion_counts(suggestion, data_revision) &&
           next_date <= pk_suggestion_last_date(suggestion);
}

int32_t pk_suggestion_eta_date(const struct pk_suggestion *suggestion, int32_t as_of_date)
{
    const int32_t waiting_days = as_of_date - suggestion->as_of_date;
    const bool is_on_its_way =
        suggestion->state == PK_SUGGESTION_EXPORTED || suggestion->state == PK_SUGGESTION_CLOSED;
    return suggestion->arrival_date + (is_on_its_way || waiting_days < 0 ? 0 : waiting_days);
}
