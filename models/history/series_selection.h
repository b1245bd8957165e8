/* The series that a request covers: the ids of its filter are checked and turned into indexes. */
#ifndef PK_HISTORY_SERIES_SELECTION_H
#define PK_HISTORY_SERIES_SELECTION_H

#include <stddef.h>
#include <stdint.h>

#include "models/base/error.h"
#include "models/history/shop.h"

/* Lists of ids, not owned. A series is selected if its item, its warehouse and its category
 * stand in the lists. An empty list holds every id. */
struct pk_series_filter {
    char **item_ids;
    size_t item_id_count;
    char **warehouse_ids;
    size_t warehouse_id_count;
    char **categories;
    size_t category_count;
};

/* Indexes into shop->series, ascending. */
struct pk_series_selection {
    uint32_t *series;
    size_t count;
};

/* Free the selection with pk_series_selection_done. An error's field is the list: "item_id",
 * "warehouse_id" or "category". NOT_FOUND for the first unknown id, which the message names;
 * INVALID_ARGUMENT for a list of more than PK_FILTER_ID_COUNT_MAX ids; OUT_OF_MEMORY. */
enum pk_status pk_series_select(const struct pk_shop *shop, const struct pk_series_filter *filter,
                                struct pk_series_selection *out_selection, struct pk_error *error);
/* Accepts a zeroed struct. */
void pk_series_selection_done(struct pk_series_selection *selection);

#endif
