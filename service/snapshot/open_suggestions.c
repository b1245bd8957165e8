#include "service/snapshot/open_suggestions.h"

#include <stdlib.h>

#include "models/history/shop_index.h"
#include "models/history/suggestion_book.h"

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
        view == NULL
            ? pk_error_set(error, PK_OUT_OF_MEMORY, "", "no memory for suggestions")
            : pk_store_load_suggestions(store, stem->view.data->data_revision, &list, error);
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
    view->book = (struct pk_suggestion_book){
        view->rows, place(&stem->view.data->shop, list, view->rows), is_past};
    view->list = list;
    view->stem = pk_snapshot_hold(stem);
    pk_snapshot_show(stem, free_view, &view->snapshot);
    view->snapshot.view.suggestions = &view->book;
    *out_snapshot = &view->snapshot;
    return PK_OK;
}
