#include "service/store/rules/shop_builder.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "models/base/array.h"
#include "models/base/lower_bound.h"
#include "models/base/promotion_phase.h"
#include "models/base/role.h"
#include "models/base/text.h"
#include "models/base/text_map.h"
#include "models/history/campaign.h"
#include "models/history/stock_outs.h"
#include "service/store/rules/shop_feed.h"
#include "service/store/rules/text_list.h"

/* What pk_shop_data_free gets back. */
struct built_data {
    struct pk_shop_data data; /* first: callers see only this */
    struct pk_text_map texts; /* every text once */
    void **arrays;
    size_t array_count, array_capacity;
};

/* Rows of one feed as they come. */
struct feed {
    void *rows;
    size_t count, capacity;
};

struct pk_shop_builder {
    struct built_data *built;
    struct pk_as_of as_of;
    int columns[PK_FEED_COUNT][PK_SHOP_FIELD_COUNT_MAX]; /* of the fields of each feed */
    struct feed feeds[PK_FEED_COUNT];
    struct pk_text_list warehouses, categories, covariate_names;
    struct pk_text_list item_categories, item_references; /* by item */
    bool is_closed;                                       /* feeds and names belong to the data */
    int category_column, reference_column, status_column; /* of items, items, promotions */
    int price_channel_column, covariate_name_column;
    bool last_price_is_of_all; /* channels */
    uint32_t last_item;        /* where the previous look-up ended */
};

static int column_of(enum pk_dataset_kind kind, const char *name)
{
    return pk_dataset_column(pk_dataset_get(kind), pk_text_from(name));
}

enum pk_status pk_shop_builder_new(const struct pk_as_of *as_of,
                                   struct pk_shop_builder **out_builder, struct pk_error *error)
{
    struct pk_shop_builder *builder = calloc(1, sizeof *builder);
    struct built_data *built = calloc(1, sizeof *built);
    if (builder == NULL || built == NULL) {
        free(builder);
        free(built);
        return pk_error_set(error, PK_OUT_OF_MEMORY, "", "out of memory for the shop");
    }
    builder->built = built;
    builder->as_of = *as_of;
    for (int feed = 0; feed < PK_FEED_COUNT; feed++)
        for (size_t i = 0; i < pk_shop_feed_rules[feed].field_count; i++)
            builder->columns[feed][i] =
                column_of(pk_shop_feed_rules[feed].kind, pk_shop_feed_rules[feed].fields[i].column);
    builder->category_column = column_of(PK_DATASET_ITEMS, "category");
    builder->reference_column = column_of(PK_DATASET_ITEMS, "reference_item_id");
    builder->status_column = column_of(PK_DATASET_PROMOTIONS, "status");
    builder->price_channel_column = column_of(PK_DATASET_PRICES, "channel");
    builder->covariate_name_column = column_of(PK_DATASET_COVARIATES, "name");
    *out_builder = builder;
    return PK_OK;
}

/* What has not come to belong to the data. */
static void free_lists(struct pk_shop_builder *builder)
{
    free(builder->item_categories.rows);
    free(builder->item_references.rows);
    if (builder->is_closed)
        return;
    for (int feed = 0; feed < PK_FEED_COUNT; feed++)
        free(builder->feeds[feed].rows);
    free(builder->warehouses.rows);
    free(builder->categories.rows);
    free(builder->covariate_names.rows);
}

void pk_shop_builder_free(struct pk_shop_builder *builder)
{
    if (builder == NULL)
        return;
    free_lists(builder);
    pk_shop_data_free(&builder->built->data);
    free(builder);
}

uint32_t pk_shop_builder_warehouse(struct pk_shop_builder *builder, struct pk_text warehouse_id)
{
    return pk_text_list_find(&builder->warehouses, warehouse_id);
}

static bool is_item_before(const void *item, const void *wanted)
{
    return pk_text_list_compare(((const struct pk_item *)item)->item_id, wanted) < 0;
}

uint32_t pk_shop_builder_item(struct pk_shop_builder *builder, struct pk_text item_id)
{
    const struct pk_item *items = builder->feeds[PK_FEED_ITEMS].rows;
    const size_t count = builder->feeds[PK_FEED_ITEMS].count;
    /* Rows come in the order of their items, mostly. */
    if (builder->last_item < count &&
        pk_text_list_compare(items[builder->last_item].item_id, &item_id) == 0)
        return builder->last_item;
    const size_t at = pk_lower_bound(items, count, sizeof *items, is_item_before, &item_id);
    if (at == count || pk_text_list_compare(items[at].item_id, &item_id) != 0)
        return PK_INDEX_NONE;
    builder->last_item = (uint32_t)at;
    return builder->last_item;
}

static struct pk_text text_of(const struct pk_cell *cell)
{
    return cell->state == PK_CELL_SET ? cell->text : (struct pk_text){"", 0};
}

/* A text, kept as long as the data. */
static enum pk_status keep_text(struct pk_shop_builder *builder, struct pk_text text,
                                const char **out_text, struct pk_error *error)
{
    uint32_t index;
    struct pk_text_map *texts = &builder->built->texts;
    enum pk_status status = pk_text_map_add(texts, text, &index, NULL, error);
    if (status == PK_OK)
        *out_text = texts->keys[index].bytes;
    return status;
}

static enum pk_status append_text(struct pk_shop_builder *builder, struct pk_text_list *texts,
                                  const struct pk_cell *cell, struct pk_error *error)
{
    const char *text = NULL;
    enum pk_status status = keep_text(builder, text_of(cell), &text, error);
    return status == PK_OK ? pk_text_list_append(texts, text, error) : status;
}

/* A place in the shop; *out_applies = false if the row applies to nothing. */
static uint32_t place_of(struct pk_shop_builder *builder, enum pk_shop_field_type type,
                         const struct pk_cell *cell, bool *out_applies)
{
    const bool is_scope = type == PK_FIELD_ITEM_SCOPE || type == PK_FIELD_WAREHOUSE_SCOPE ||
                          type == PK_FIELD_CATEGORY_SCOPE;
    const struct pk_text id = text_of(cell);
    uint32_t place = PK_INDEX_NONE;
    if (id.size == 0) {
        *out_applies = *out_applies && is_scope;
        return PK_INDEX_NONE;
    }
    if (type == PK_FIELD_ITEM || type == PK_FIELD_ITEM_SCOPE)
        place = pk_shop_builder_item(builder, id);
    else if (type == PK_FIELD_CATEGORY_SCOPE)
        place = pk_text_list_find(&builder->categories, id);
    else
        place = pk_shop_builder_warehouse(builder, id);
    *out_applies = *out_applies && place != PK_INDEX_NONE;
    return place;
}

static enum pk_component_kind component_kind_of(struct pk_text text)
{
    if (pk_text_equal(text, pk_text_from("gift")))
        return PK_COMPONENT_GIFT;
    return pk_text_equal(text, pk_text_from("multipack")) ? PK_COMPONENT_MULTIPACK
                                                          : PK_COMPONENT_BUNDLE;
}

/* Copies one value to its member. */
#define STORE(type, value)                                                                         \
    do {                                                                                           \
        const type stored = (value);                                                               \
        memcpy(member, &stored, sizeof stored);                                                    \
    } while (false)

static enum pk_status fill_member(struct pk_shop_builder *builder,
                                  const struct pk_shop_field *field, const struct pk_cell *cell,
                                  unsigned char *member, bool *out_applies, struct pk_error *error)
{
    const bool is_set = cell->state == PK_CELL_SET;
    const char *text = NULL;
    uint8_t weekdays = 0;
    enum pk_status status = PK_OK;
    switch (field->type) {
    case PK_FIELD_TEXT:
        status = keep_text(builder, text_of(cell), &text, error);
        memcpy(member, &text, sizeof text);
        break;
    case PK_FIELD_DATE:
        STORE(int32_t, is_set ? (int32_t)cell->integer : PK_DATE_NONE);
        break;
    case PK_FIELD_DAYS:
        STORE(int32_t, is_set ? (int32_t)cell->integer : 0);
        break;
    case PK_FIELD_COUNT:
        STORE(int64_t, is_set ? cell->integer : -1);
        break;
    case PK_FIELD_NUMBER:
        STORE(double, is_set ? cell->number : (double)NAN);
        break;
    case PK_FIELD_ITEM:
    case PK_FIELD_WAREHOUSE:
    case PK_FIELD_ITEM_SCOPE:
    case PK_FIELD_WAREHOUSE_SCOPE:
    case PK_FIELD_CATEGORY_SCOPE:
        STORE(uint32_t, place_of(builder, field->type, cell, out_applies));
        break;
    case PK_FIELD_ROLE:
        STORE(enum pk_role, pk_role_find(text_of(cell)));
        break;
    case PK_FIELD_PHASE:
        STORE(enum pk_promotion_phase, pk_promotion_phase_find(text_of(cell)));
        break;
    case PK_FIELD_COMPONENT_KIND:
        STORE(enum pk_component_kind, component_kind_of(text_of(cell)));
        break;
    case PK_FIELD_IS_SUPPLIER:
        STORE(bool, pk_text_equal(text_of(cell), pk_text_from("supplier")));
        break;
    case PK_FIELD_WEEKDAYS:
        pk_weekdays_parse(text_of(cell), &weekdays);
        STORE(uint8_t, weekdays);
        break;
    }
    return status;
}

/* Whether a load sees a row that applies to something. */
static bool is_seen(const struct pk_shop_builder *builder, enum pk_shop_feed feed, const void *row,
                    const struct pk_record *record)
{
    const int32_t last_date = builder->as_of.last_daily_date;
    const struct pk_delivery_row *delivery = row;
    switch (feed) {
    case PK_FEED_PROMOTIONS:
        return pk_text_equal(text_of(&record->cells[builder->status_column]),
                             pk_text_from("approved"));
    case PK_FEED_STOCK:
        return ((const struct pk_stock_row *)row)->date <= last_date;
    case PK_FEED_DEPOSITS:
        return ((const struct pk_deposit_row *)row)->date <= last_date;
    case PK_FEED_INBOUND:
        return builder->as_of.has_series && ((const struct pk_inbound_row *)row)->units > 0;
    case PK_FEED_DELIVERIES:
        return delivery->order_date != PK_DATE_NONE && delivery->received_date <= last_date &&
               delivery->order_date <= delivery->received_date;
    default:
        return true;
    }
}

/* One price a day: joins a price with the last one if that is of the same item, warehouse and
 * date. */
static bool join_price(struct pk_shop_builder *builder, const struct pk_price *price,
                       const struct pk_record *record)
{
    const struct feed *prices = &builder->feeds[PK_FEED_PRICES];
    struct pk_price *last =
        prices->count == 0 ? NULL : &((struct pk_price *)prices->rows)[prices->count - 1];
    const bool is_of_all = text_of(&record->cells[builder->price_channel_column]).size == 0;
    if (last == NULL || last->item != price->item || last->warehouse != price->warehouse ||
        last->date != price->date) {
        builder->last_price_is_of_all = is_of_all;
        return false;
    }
    if (is_of_all || (!builder->last_price_is_of_all && price->price_micros < last->price_micros))
        last->price_micros = price->price_micros;
    builder->last_price_is_of_all = builder->last_price_is_of_all || is_of_all;
    return true;
}

/* The index of a covariate's name, which comes after all before or is the last of them. */
static enum pk_status name_covariate(struct pk_shop_builder *builder,
                                     const struct pk_record *record, uint32_t *out_name,
                                     struct pk_error *error)
{
    struct pk_text_list *names = &builder->covariate_names;
    const struct pk_cell *cell = &record->cells[builder->covariate_name_column];
    const struct pk_text name = text_of(cell);
    enum pk_status status = PK_OK;
    if (names->count == 0 || pk_text_list_compare(names->rows[names->count - 1], &name) != 0)
        status = append_text(builder, names, cell, error);
    *out_name = (uint32_t)names->count - 1;
    return status;
}

/* What a row brings beside its own members, before they are filled. */
static enum pk_status note_names(struct pk_shop_builder *builder, enum pk_shop_feed feed,
                                 const struct pk_record *record, unsigned char *row,
                                 struct pk_error *error)
{
    enum pk_status status = PK_OK;
    if (feed == PK_FEED_WAREHOUSES)
        status = append_text(builder, &builder->warehouses,
                             &record->cells[builder->columns[PK_FEED_WAREHOUSES][0]], error);
    if (feed == PK_FEED_ITEMS)
        status = append_text(builder, &builder->item_categories,
                             &record->cells[builder->category_column], error);
    if (feed == PK_FEED_ITEMS && status == PK_OK)
        status = append_text(builder, &builder->item_references,
                             &record->cells[builder->reference_column], error);
    if (feed == PK_FEED_COVARIATES)
        status =
            name_covariate(builder, record, &((struct pk_covariate *)(void *)row)->name, error);
    return status;
}

enum pk_status pk_shop_builder_add(struct pk_shop_builder *builder, enum pk_shop_feed feed,
                                   const struct pk_record *record, struct pk_error *error)
{
    const struct pk_shop_feed_rule *rows = &pk_shop_feed_rules[feed];
    struct feed *list = &builder->feeds[feed];
    bool applies = true;
    enum pk_status status = pk_array_reserve(&list->rows, &list->capacity, list->count + 1,
                                             rows->row_size, "the shop", error);
    if (status != PK_OK)
        return status;
    unsigned char *row = (unsigned char *)list->rows + list->count * rows->row_size;
    memset(row, 0, rows->row_size);
    status = note_names(builder, feed, record, row, error);
    for (size_t i = 0; i < rows->field_count && status == PK_OK && applies; i++)
        status = fill_member(builder, &rows->fields[i], &record->cells[builder->columns[feed][i]],
                             row + rows->fields[i].offset, &applies, error);
    if (status != PK_OK || !applies || !is_seen(builder, feed, row, record))
        return status;
    if (feed != PK_FEED_PRICES ||
        !join_price(builder, (const struct pk_price *)(void *)row, record))
        list->count++;
    return PK_OK;
}

/* The categories of all items and "", each once, ascending. */
static enum pk_status make_categories(struct pk_shop_builder *builder, struct pk_error *error)
{
    const struct pk_text_list *of_items = &builder->item_categories;
    const struct pk_cell none = {.state = PK_CELL_NONE};
    enum pk_status status = append_text(builder, &builder->categories, &none, error);
    for (size_t i = 0; i < of_items->count && status == PK_OK; i++)
        status = pk_text_list_append(&builder->categories, of_items->rows[i], error);
    pk_text_list_sort(&builder->categories);
    return status;
}

enum pk_status pk_shop_builder_close_items(struct pk_shop_builder *builder, struct pk_error *error)
{
    struct pk_item *items = builder->feeds[PK_FEED_ITEMS].rows;
    const size_t count = builder->feeds[PK_FEED_ITEMS].count;
    const char *const *categories = builder->item_categories.rows;
    const char *const *references = builder->item_references.rows;
    const enum pk_status status = make_categories(builder, error);
    for (size_t i = 0; i < count && status == PK_OK; i++) {
        items[i].category = pk_text_list_find(&builder->categories, pk_text_from(categories[i]));
        items[i].reference_item = references[i][0] == '\0'
                                      ? PK_INDEX_NONE
                                      : pk_shop_builder_item(builder, pk_text_from(references[i]));
    }
    return status;
}

/* Tells the data an array that is to belong to it, without the room that it does not need. */
static void tell(struct pk_shop_builder *builder, struct feed *feed,
                 const struct pk_shop_feed_rule *rows)
{
    unsigned char *data = (unsigned char *)&builder->built->data;
    void *fitted = feed->count == 0 ? NULL : realloc(feed->rows, feed->count * rows->row_size);
    if (fitted != NULL)
        feed->rows = fitted;
    memcpy(data + rows->rows_offset, &feed->rows, sizeof feed->rows);
    memcpy(data + rows->count_offset, &feed->count, sizeof feed->count);
    builder->built->arrays[builder->built->array_count++] = feed->rows;
}

enum pk_status pk_shop_builder_close(struct pk_shop_builder *builder, struct pk_error *error)
{
    struct built_data *built = builder->built;
    struct pk_shop *shop = &built->data.shop;
    struct pk_text_list *const lists[] = {&builder->warehouses, &builder->categories,
                                          &builder->covariate_names};
    const char *const **const rows[] = {&shop->warehouses, &shop->categories,
                                        &shop->covariate_names};
    size_t *const counts[] = {&shop->warehouse_count, &shop->category_count,
                              &shop->covariate_name_count};
    const enum pk_status status = pk_array_reserve(&built->arrays, &built->array_capacity,
                                                   built->array_count + PK_FEED_COUNT + 3,
                                                   sizeof *built->arrays, "the shop", error);
    if (status != PK_OK)
        return status;
    for (int i = 0; i < PK_FEED_COUNT; i++)
        tell(builder, &builder->feeds[i], &pk_shop_feed_rules[i]);
    for (int i = 0; i < 3; i++) {
        *rows[i] = lists[i]->rows;
        *counts[i] = lists[i]->count;
        built->arrays[built->array_count++] = lists[i]->rows;
    }
    builder->is_closed = true;
    uint32_t *order = pk_shop_builder_allocate(builder, shop->promotion_count, sizeof *order);
    if (order == NULL)
        return pk_error_set(error, PK_OUT_OF_MEMORY, "", "no memory for promotions");
    pk_promotion_order_fill(shop->promotions, shop->promotion_count, order);
    shop->promotion_order = order;
    return PK_OK;
}

void *pk_shop_builder_allocate(struct pk_shop_builder *builder, size_t count, size_t size)
{
    struct built_data *built = builder->built;
    void *array = NULL;
    if (pk_array_reserve(&built->arrays, &built->array_capacity, built->array_count + 1,
                         sizeof *built->arrays, "the shop", NULL) == PK_OK)
        array = calloc(count + 1, size);
    if (array != NULL)
        built->arrays[built->array_count++] = array;
    return array;
}

/* Takes an array over in the place of an earlier one, which is given back; there is room for one
 * more. */
static void replace(struct built_data *built, const void *earlier, void *array)
{
    for (size_t i = 0; i < built->array_count; i++)
        if (built->arrays[i] == earlier) {
            free(built->arrays[i]);
            built->arrays[i] = array;
            return;
        }
    built->arrays[built->array_count++] = array;
}

enum pk_status pk_shop_builder_note_stock_outs(struct pk_shop_builder *builder,
                                               struct pk_error *error)
{
    struct built_data *built = builder->built;
    struct pk_shop_data *data = &built->data;
    size_t *starts = NULL;
    struct pk_sales_bucket *buckets = NULL;
    enum pk_status status =
        pk_array_reserve(&built->arrays, &built->array_capacity, built->array_count + 2,
                         sizeof *built->arrays, "the shop", error);
    if (status == PK_OK)
        status =
            pk_stock_outs_note(&data->shop, &data->ledger, &data->sales, &starts, &buckets, error);
    if (status != PK_OK || starts == NULL)
        return status;
    replace(built, data->sales.starts, starts);
    replace(built, data->sales.buckets, buckets);
    data->sales = (struct pk_sales){starts, buckets};
    return PK_OK;
}

struct pk_shop_data *pk_shop_builder_data(struct pk_shop_builder *builder)
{
    return &builder->built->data;
}

struct pk_shop_data *pk_shop_builder_take(struct pk_shop_builder *builder)
{
    struct pk_shop_data *data = &builder->built->data;
    free_lists(builder);
    free(builder);
    return data;
}

void pk_shop_data_free(struct pk_shop_data *data)
{
    struct built_data *built = (struct built_data *)data;
    if (built == NULL)
        return;
    for (size_t i = 0; i < built->array_count; i++)
        free(built->arrays[i]);
    free(built->arrays);
    pk_text_map_done(&built->texts);
    free(built);
}
