#include "service/store/sqlite/load.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "models/base/array.h"
#include "models/base/lower_bound.h"
#include "service/store/rules/property.h"
#include "service/store/sqlite/schema.h"

static enum pk_status own(struct pk_loaded *loaded, void *array, struct pk_error *error)
{
    if (loaded->array_count == PK_LOADED_ARRAY_COUNT_MAX) {
        free(array);
        return pk_error_set(error, PK_INTERNAL, "", "too many arrays in a shop");
    }
    loaded->arrays[loaded->array_count++] = array;
    return PK_OK;
}

void *pk_loader_allocate(struct pk_loader *loader, size_t count, size_t size)
{
    void *array = calloc(count + 1, size);
    if (array == NULL || own(loader->loaded, array, NULL) != PK_OK)
        return NULL;
    return array;
}

enum pk_status pk_loader_read(struct pk_loader *loader, const char *sql, size_t row_size,
                              pk_load_row *read, void **out_rows, size_t *out_count,
                              struct pk_error *error)
{
    sqlite3_stmt *statement = NULL;
    unsigned char *rows = NULL;
    size_t count = 0, capacity = 0;
    bool has_row = false, keep;
    enum pk_status status = pk_database_prepare(loader->database, sql, &statement, error);
    if (status == PK_OK && sqlite3_bind_parameter_count(statement) > 0)
        sqlite3_bind_int(statement, 1, loader->as_of.last_daily_date);
    if (status == PK_OK && sqlite3_bind_parameter_count(statement) > 1)
        sqlite3_bind_int(statement, 2, loader->as_of.recorded_date);
    if (status == PK_OK)
        status = pk_database_step(statement, &has_row, error);
    while (status == PK_OK && has_row) {
        status = pk_array_reserve(&rows, &capacity, count + 1, row_size, "the shop", error);
        if (status != PK_OK)
            break;
        keep = true;
        memset(rows + count * row_size, 0, row_size);
        status = read(loader, statement, rows + count * row_size, &keep, error);
        count += keep;
        if (status == PK_OK)
            status = pk_database_step(statement, &has_row, error);
    }
    sqlite3_finalize(statement);
    if (status != PK_OK) {
        free(rows);
        return status;
    }
    if (count > 0) {
        unsigned char *fitted = realloc(rows, count * row_size);
        rows = fitted == NULL ? rows : fitted;
    }
    status = own(loader->loaded, rows, error);
    if (status == PK_OK) {
        *out_rows = rows;
        *out_count = count;
    }
    return status;
}

enum pk_status pk_loader_text(struct pk_loader *loader, sqlite3_stmt *statement, int column,
                              const char **out_text, struct pk_error *error)
{
    uint32_t index;
    struct pk_text_map *texts = &loader->loaded->texts;
    enum pk_status status =
        pk_text_map_add(texts, pk_database_column_text(statement, column), &index, NULL, error);
    if (status == PK_OK)
        *out_text = texts->keys[index].bytes;
    return status;
}

static bool is_text_before(const void *text, const void *wanted)
{
    return strcmp(*(const char *const *)text, wanted) < 0;
}

static uint32_t find_text(const char *const *texts, size_t count, const char *wanted)
{
    const size_t at = pk_lower_bound(texts, count, sizeof *texts, is_text_before, wanted);
    return at < count && strcmp(texts[at], wanted) == 0 ? (uint32_t)at : PK_INDEX_NONE;
}

uint32_t pk_loader_warehouse(const struct pk_loader *loader, sqlite3_stmt *statement, int column)
{
    const struct pk_shop *shop = &loader->loaded->data.shop;
    return find_text(shop->warehouses, shop->warehouse_count,
                     pk_database_column_text(statement, column).bytes);
}

int64_t pk_loader_integer(sqlite3_stmt *statement, int column, int64_t fallback)
{
    return sqlite3_column_type(statement, column) == SQLITE_NULL
               ? fallback
               : sqlite3_column_int64(statement, column);
}

double pk_loader_number(sqlite3_stmt *statement, int column)
{
    return sqlite3_column_type(statement, column) == SQLITE_NULL
               ? (double)NAN
               : sqlite3_column_double(statement, column);
}

bool pk_loader_scope(sqlite3_stmt *statement, int column, uint32_t index)
{
    return index != PK_INDEX_NONE || pk_database_column_text(statement, column).size == 0;
}

uint32_t pk_loader_category_scope(const struct pk_loader *loader, sqlite3_stmt *statement,
                                  int column)
{
    return pk_database_column_text(statement, column).size == 0
               ? PK_INDEX_NONE
               : pk_loader_category(loader, statement, column);
}

uint32_t pk_loader_category(const struct pk_loader *loader, sqlite3_stmt *statement, int column)
{
    const struct pk_shop *shop = &loader->loaded->data.shop;
    return find_text(shop->categories, shop->category_count,
                     pk_database_column_text(statement, column).bytes);
}

static bool is_item_before(const void *item, const void *item_id)
{
    return strcmp(((const struct pk_item *)item)->item_id, item_id) < 0;
}

uint32_t pk_loader_item(struct pk_loader *loader, sqlite3_stmt *statement, int column)
{
    const struct pk_shop *shop = &loader->loaded->data.shop;
    const char *wanted = pk_database_column_text(statement, column).bytes;
    /* Rows come in the order of their items, mostly. */
    if (loader->last_item < shop->item_count &&
        strcmp(shop->items[loader->last_item].item_id, wanted) == 0)
        return loader->last_item;
    const size_t at =
        pk_lower_bound(shop->items, shop->item_count, sizeof *shop->items, is_item_before, wanted);
    if (at == shop->item_count || strcmp(shop->items[at].item_id, wanted) != 0)
        return PK_INDEX_NONE;
    loader->last_item = (uint32_t)at;
    return loader->last_item;
}

static enum pk_status read_integer(sqlite3 *database, const char *sql, int64_t fallback,
                                   int64_t *out_value, struct pk_error *error)
{
    sqlite3_stmt *statement = NULL;
    bool row = false;
    enum pk_status status = pk_database_prepare(database, sql, &statement, error);
    if (status == PK_OK)
        status = pk_database_step(statement, &row, error);
    if (status == PK_OK)
        *out_value = row && sqlite3_column_type(statement, 0) != SQLITE_NULL
                         ? sqlite3_column_int64(statement, 0)
                         : fallback;
    sqlite3_finalize(statement);
    return status;
}

/* Revisions, week start and the days up to which rows count. */
static enum pk_status load_dates(struct pk_loader *loader, int32_t as_of_date,
                                 struct pk_error *error)
{
    sqlite3 *database = loader->database;
    struct pk_shop_data *data = &loader->loaded->data;
    int64_t week_start = 0, complete_through = 0, last_sales = 0, has_daily = 0, has_weekly = 0;
    enum pk_status status =
        pk_meta_get_integer(database, PK_META_DATA_REVISION, 0, &data->data_revision, error);
    if (status == PK_OK)
        status = pk_meta_get_integer(database, PK_META_FORECAST_REVISION, 0,
                                     &data->forecast_revision, error);
    if (status == PK_OK)
        status = pk_meta_get_integer(database, PK_META_WEEK_START, 0, &week_start, error);
    if (status == PK_OK)
        status = pk_meta_get_integer(database, PK_META_COMPLETE_THROUGH, PK_DATE_NONE,
                                     &complete_through, error);
    if (status == PK_OK)
        status = read_integer(database, "SELECT max(day_series) >> 32 FROM sales", PK_DATE_NONE,
                              &last_sales, error);
    if (status == PK_OK)
        status = read_integer(database, "SELECT EXISTS(SELECT 1 FROM series WHERE bucket_days = 1)",
                              0, &has_daily, error);
    if (status == PK_OK)
        status = read_integer(database, "SELECT EXISTS(SELECT 1 FROM series WHERE bucket_days = 7)",
                              0, &has_weekly, error);
    if (status != PK_OK)
        return status;
    const struct pk_as_of_facts facts = {.complete_through_date = (int32_t)complete_through,
                                         .last_sales_date = (int32_t)last_sales,
                                         .week_start = (int32_t)week_start,
                                         .has_daily = has_daily != 0,
                                         .has_weekly = has_weekly != 0};
    loader->as_of = pk_as_of_resolve(&facts, as_of_date);
    data->shop.as_of_date = loader->as_of.date;
    data->shop.week_start = (int32_t)week_start;
    return PK_OK;
}

enum pk_status pk_store_load(struct pk_store *store, int32_t as_of_date,
                             struct pk_shop_data **out_data, struct pk_error *error)
{
    sqlite3 *reader = NULL;
    bool begun = false;
    struct pk_loaded *loaded = calloc(1, sizeof *loaded);
    if (loaded == NULL)
        return pk_error_set(error, PK_OUT_OF_MEMORY, "", "out of memory for the shop");
    enum pk_status status = pk_store_acquire_reader(store, &reader, error);
    struct pk_loader loader = {.database = reader, .loaded = loaded};
    if (status == PK_OK) {
        status = pk_database_run(reader, "BEGIN", error);
        begun = status == PK_OK;
    }
    if (status == PK_OK)
        status = load_dates(&loader, as_of_date, error);
    loaded->data.shop.calendar = pk_property_calendar(store->properties.calendar);
    if (status == PK_OK)
        status = pk_load_shop(&loader, error);
    if (status == PK_OK)
        status = pk_load_ledger(&loader, error);
    if (status == PK_OK)
        status = pk_load_network(&loader, error);
    if (status == PK_OK)
        status = pk_load_sales(&loader, error);
    if (begun)
        pk_database_run(reader, "ROLLBACK", NULL);
    pk_store_release_reader(store, reader);
    if (status == PK_OK)
        *out_data = &loaded->data;
    else
        pk_shop_data_free(&loaded->data);
    return status;
}

void pk_shop_data_free(struct pk_shop_data *data)
{
    struct pk_loaded *loaded = (struct pk_loaded *)data;
    if (loaded == NULL)
        return;
    for (size_t i = 0; i < loaded->array_count; i++)
        free(loaded->arrays[i]);
    pk_text_map_done(&loaded->texts);
    free(loaded);
}
