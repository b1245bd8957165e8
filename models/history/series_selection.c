#include "models/history/series_selection.h"

#include <stdbool.h>
#include <stdlib.h>

#include "models/base/limits.h"
#include "models/history/shop_index.h"

/* Marks the named entries; a list without names marks all. */
static enum pk_status mark(const struct pk_shop *shop, char **ids, size_t id_count,
                           uint32_t (*find)(const struct pk_shop *shop, const char *id),
                           const char *field, bool *marks, size_t mark_count,
                           struct pk_error *error)
{
    for (size_t i = 0; i < mark_count; i++)
        marks[i] = id_count == 0;
    if (id_count > PK_FILTER_ID_COUNT_MAX)
        return pk_error_set(error, PK_INVALID_ARGUMENT, field, "has %zu entries; give at most %d",
                            id_count, PK_FILTER_ID_COUNT_MAX);
    for (size_t i = 0; i < id_count; i++) {
        uint32_t index = find(shop, ids[i]);
        if (index == PK_INDEX_NONE)
            return pk_error_set(error, PK_NOT_FOUND, field,
                                "'%.64s' is unknown; check the spelling or import it first",
                                ids[i]);
        marks[index] = true;
    }
    return PK_OK;
}

enum pk_status pk_series_select(const struct pk_shop *shop, const struct pk_series_filter *filter,
                                struct pk_series_selection *out_selection, struct pk_error *error)
{
    size_t total = shop->item_count + shop->warehouse_count + shop->category_count;
    bool *items = malloc(total + 1);
    uint32_t *series = malloc((shop->series_count + 1) * sizeof *series);
    enum pk_status status = PK_OK;
    if (items == NULL || series == NULL) {
        status = pk_error_set(error, PK_OUT_OF_MEMORY, "", "no memory to select series");
        goto cleanup;
    }
    bool *warehouses = items + shop->item_count;
    bool *categories = warehouses + shop->warehouse_count;
    status = mark(shop, filter->item_ids, filter->item_id_count, pk_shop_find_item, "item_id",
                  items, shop->item_count, error);
    if (status == PK_OK)
        status =
            mark(shop, filter->warehouse_ids, filter->warehouse_id_count, pk_shop_find_warehouse,
                 "warehouse_id", warehouses, shop->warehouse_count, error);
    if (status == PK_OK)
        status = mark(shop, filter->categories, filter->category_count, pk_shop_find_category,
                      "category", categories, shop->category_count, error);
    if (status != PK_OK)
        goto cleanup;
    size_t count = 0;
    for (size_t i = 0; i < shop->series_count; i++) {
        const struct pk_series *one = &shop->series[i];
        if (items[one->item] && warehouses[one->warehouse] &&
            categories[shop->items[one->item].category])
            series[count++] = (uint32_t)i;
    }
    *out_selection = (struct pk_series_selection){series, count};
    series = NULL;

cleanup:
    free(items);
    free(series);
    return status;
}

void pk_series_selection_done(struct pk_series_selection *selection)
{
    free(selection->series);
    *selection = (struct pk_series_selection){0};
}
