#include "models/decision/stock/explosion.h"

#include <stdlib.h>
#include <string.h>

#include "models/base/array.h"
#include "models/base/limits.h"
#include "models/base/lower_bound.h"

struct builder {
    const struct pk_component_row *components; /* ascending parent_item */
    size_t component_count;
    const bool *keeps_stock;
    struct pk_explosion_row *rows;
    size_t row_count, row_capacity;
};

static bool parent_is_before(const void *row, const void *key)
{
    return ((const struct pk_component_row *)row)->parent_item < *(const uint32_t *)key;
}

static bool component_is_before(const void *row, const void *key)
{
    return ((const struct pk_explosion_row *)row)->component_item < *(const uint32_t *)key;
}

static enum pk_status add_row(struct builder *builder, const struct pk_explosion_row *row,
                              struct pk_error *error)
{
    if (builder->row_count == PK_EXPLOSION_ROW_COUNT_MAX)
        return pk_error_set(error, PK_RESOURCE_EXHAUSTED, "components",
                            "the components explode into more than %d pairs of items; remove rows",
                            PK_EXPLOSION_ROW_COUNT_MAX);
    if (pk_array_reserve(&builder->rows, &builder->row_capacity, builder->row_count + 1,
                         sizeof *builder->rows, "the components", error) != PK_OK)
        return PK_OUT_OF_MEMORY;
    builder->rows[builder->row_count++] = *row;
    return PK_OK;
}

static int32_t later(int32_t a, int32_t b)
{
    return a > b ? a : b; /* PK_DATE_NONE is the earliest */
}

static int32_t earlier_end(int32_t a, int32_t b)
{
    if (a == PK_DATE_NONE || b == PK_DATE_NONE)
        return a == PK_DATE_NONE ? b : a;
    return a < b ? a : b;
}

/* Adds what lies below `above`, an ancestor's row whose component is the parent at hand. Of two
 * promotions on one way the lower one counts. */
static enum pk_status descend(struct builder *builder, const struct pk_explosion_row *above,
                              int depth, struct pk_error *error)
{
    const uint32_t parent = above->component_item;
    enum pk_status status = PK_OK;
    if (depth > PK_COMPONENT_DEPTH_MAX)
        return pk_error_set(error, PK_FAILED_PRECONDITION, "components",
                            "go round in a circle or deeper than %d levels; remove a row",
                            PK_COMPONENT_DEPTH_MAX);
    for (size_t i = pk_lower_bound(builder->components, builder->component_count,
                                   sizeof *builder->components, parent_is_before, &parent);
         i < builder->component_count && builder->components[i].parent_item == parent &&
         status == PK_OK;
         i++) {
        const struct pk_component_row *component = &builder->components[i];
        if (component->kind != PK_COMPONENT_GIFT && builder->keeps_stock[parent])
            continue;
        struct pk_explosion_row row = *above;
        row.component_item = component->component_item;
        row.units *= (double)component->units;
        row.valid_from = later(above->valid_from, component->valid_from);
        row.valid_to = earlier_end(above->valid_to, component->valid_to);
        if (component->promotion_id[0] != '\0')
            row.promotion_id = component->promotion_id;
        if (component->min_order_amount_micros >= 0)
            row.min_order_amount_micros = component->min_order_amount_micros;
        status = add_row(builder, &row, error);
        if (status == PK_OK)
            status = descend(builder, &row, depth + 1, error);
    }
    return status;
}

static int compare_rows(const void *left, const void *right)
{
    const struct pk_explosion_row *a = left, *b = right;
    if (a->component_item != b->component_item)
        return a->component_item < b->component_item ? -1 : 1;
    return (a->parent_item > b->parent_item) - (a->parent_item < b->parent_item);
}

enum pk_status pk_explosion_build(const struct pk_component_row *components, size_t component_count,
                                  const bool *keeps_stock, size_t item_count,
                                  struct pk_explosion *out_explosion, struct pk_error *error)
{
    struct builder builder = {components, component_count, keeps_stock, NULL, 0, 0};
    enum pk_status status = PK_OK;
    uint8_t *is_assembled = calloc(item_count + 1, 1);
    if (is_assembled == NULL)
        return pk_error_set(error, PK_OUT_OF_MEMORY, "", "no memory for the components");
    for (size_t i = 0; i < component_count && status == PK_OK; i++) {
        const uint32_t parent = components[i].parent_item;
        if (components[i].kind != PK_COMPONENT_GIFT && !keeps_stock[parent])
            is_assembled[parent] = 1;
        if (i > 0 && components[i - 1].parent_item == parent)
            continue;
        const struct pk_explosion_row top = {.component_item = parent,
                                             .parent_item = parent,
                                             .units = 1,
                                             .valid_from = PK_DATE_NONE,
                                             .valid_to = PK_DATE_NONE,
                                             .promotion_id = "",
                                             .min_order_amount_micros = -1};
        status = descend(&builder, &top, 1, error);
    }
    if (status != PK_OK) {
        free(builder.rows);
        free(is_assembled);
        return status;
    }
    if (builder.row_count > 0)
        qsort(builder.rows, builder.row_count, sizeof *builder.rows, compare_rows);
    *out_explosion = (struct pk_explosion){builder.rows, builder.row_count, is_assembled};
    return PK_OK;
}

void pk_explosion_done(struct pk_explosion *explosion)
{
    free(explosion->rows);
    free(explosion->is_assembled);
    memset(explosion, 0, sizeof *explosion);
}

void pk_explosion_of(const struct pk_explosion *explosion, uint32_t item, size_t *out_first,
                     size_t *out_last)
{
    size_t at = pk_lower_bound(explosion->rows, explosion->row_count, sizeof *explosion->rows,
                               component_is_before, &item);
    *out_first = at;
    while (at < explosion->row_count && explosion->rows[at].component_item == item)
        at++;
    *out_last = at;
}
