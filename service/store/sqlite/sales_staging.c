#include "service/store/sqlite/import.h"

#include <stdlib.h>
#include <string.h>

#include "models/base/array.h"
#include "models/base/date.h"
#include "service/store/rules/bucket.h"
#include "service/store/sqlite/schema.h"

const char pk_series_find_bucket_sql[] =
    "SELECT bucket_days FROM series WHERE item_id = ? AND warehouse_id = ? LIMIT 1";

/* True if a stored series of the item x warehouse has rows: those of a deleted one may change their
 * bucket. Looks at every day, which only a conflict has to pay for. */
static enum pk_status has_sales(sqlite3 *database, struct pk_text item, struct pk_text warehouse,
                                bool *out_has_sales, struct pk_error *error)
{
    sqlite3_stmt *statement = NULL;
    bool row = false;
    enum pk_status status = pk_database_prepare(
        database,
        "WITH RECURSIVE days(day) AS (SELECT min(day_series) >> 32 FROM sales UNION ALL"
        " SELECT day + 1 FROM days WHERE day < (SELECT max(day_series) >> 32 FROM sales))"
        " SELECT EXISTS(SELECT 1 FROM series s CROSS JOIN days d CROSS JOIN sales x"
        " WHERE s.item_id = ? AND s.warehouse_id = ?"
        " AND x.day_series = (d.day << 32) | s.series_id)",
        &statement, error);
    if (status == PK_OK) {
        pk_database_bind_text(statement, 1, item);
        pk_database_bind_text(statement, 2, warehouse);
        status = pk_database_step(statement, &row, error);
    }
    if (status == PK_OK)
        *out_has_sales = row && sqlite3_column_int(statement, 0) != 0;
    sqlite3_finalize(statement);
    return status;
}

enum pk_status pk_series_find_bucket(sqlite3_stmt *find_bucket, struct pk_text item,
                                     struct pk_text warehouse, int32_t wanted_bucket_days,
                                     int32_t *out_bucket_days, struct pk_error *error)
{
    bool found = false;
    int32_t bucket_days = 0;
    pk_database_bind_text(find_bucket, 1, item);
    pk_database_bind_text(find_bucket, 2, warehouse);
    enum pk_status status = pk_database_step(find_bucket, &found, error);
    if (status == PK_OK && found)
        bucket_days = sqlite3_column_int(find_bucket, 0);
    sqlite3_reset(find_bucket);
    if (status == PK_OK && found && bucket_days != wanted_bucket_days) {
        status = has_sales(sqlite3_db_handle(find_bucket), item, warehouse, &found, error);
        bucket_days = found ? bucket_days : 0;
    }
    if (status == PK_OK)
        *out_bucket_days = bucket_days;
    return status;
}

enum pk_status pk_sales_staging_init(struct pk_import *import, struct pk_error *error)
{
    struct pk_sales_staging *sales = &import->sales;
    sqlite3 *staging = import->staging;
    int64_t week_start = PK_WEEK_START_NONE;
    enum pk_status status = pk_database_run(
        staging,
        "CREATE TABLE rows(key INTEGER PRIMARY KEY, units, cancelled_units, returned_units,"
        " paid_amount, available_ratio, row_number, absent, deleted)",
        error);
    if (status == PK_OK)
        status =
            pk_database_prepare(staging, "SELECT * FROM rows WHERE key = ?", &sales->get, error);
    if (status == PK_OK)
        status = pk_database_prepare(
            staging, "INSERT INTO rows VALUES(?,?,?,?,?,?,?,?,?) ON CONFLICT DO NOTHING",
            &sales->add, error);
    if (status == PK_OK)
        status = pk_database_prepare(
            staging, "INSERT OR REPLACE INTO rows VALUES(?,?,?,?,?,?,?,?,?)", &sales->put, error);
    if (status == PK_OK)
        status = pk_store_acquire_reader(import->store, &sales->reader, error);
    if (status == PK_OK)
        status = pk_database_prepare(sales->reader, pk_series_find_bucket_sql, &sales->find_bucket,
                                     error);
    if (status == PK_OK)
        status = pk_meta_get_integer(sales->reader, PK_META_WEEK_START, PK_WEEK_START_NONE,
                                     &week_start, error);
    sales->week_start = (int32_t)week_start;
    return status;
}

void pk_sales_staging_done(struct pk_import *import)
{
    struct pk_sales_staging *sales = &import->sales;
    sqlite3_finalize(sales->find_bucket);
    pk_store_release_reader(import->store, sales->reader);
    sqlite3_finalize(sales->get);
    sqlite3_finalize(sales->add);
    sqlite3_finalize(sales->put);
    pk_text_map_done(&sales->items);
    pk_text_map_done(&sales->warehouses);
    pk_text_map_done(&sales->channels);
    pk_text_map_done(&sales->pairs);
    pk_text_map_done(&sales->series);
    free(sales->series_states);
    memset(sales, 0, sizeof *sales);
}

void pk_sales_values_bind(sqlite3_stmt *statement, int index, const struct pk_sales_values *values)
{
    for (int i = 0; i < PK_SALES_VALUE_COUNT; i++)
        if (i == PK_SALES_PAID_AMOUNT && values->values[i] < 0)
            sqlite3_bind_null(statement, index + i);
        else
            sqlite3_bind_int64(statement, index + i, values->values[i]);
    if (values->available_ratio < 0)
        sqlite3_bind_null(statement, index + PK_SALES_VALUE_COUNT);
    else
        sqlite3_bind_double(statement, index + PK_SALES_VALUE_COUNT, values->available_ratio);
}

void pk_sales_values_column(sqlite3_stmt *statement, int index, struct pk_sales_values *out_values)
{
    *out_values = (struct pk_sales_values){.available_ratio = -1};
    for (int i = 0; i < PK_SALES_VALUE_COUNT; i++)
        out_values->values[i] = sqlite3_column_int64(statement, index + i);
    if (sqlite3_column_type(statement, index + PK_SALES_PAID_AMOUNT) == SQLITE_NULL)
        out_values->values[PK_SALES_PAID_AMOUNT] = -1;
    if (sqlite3_column_type(statement, index + PK_SALES_VALUE_COUNT) != SQLITE_NULL)
        out_values->available_ratio =
            sqlite3_column_double(statement, index + PK_SALES_VALUE_COUNT);
}

void pk_sales_row_read_staged(sqlite3_stmt *statement, struct pk_sales_row *out_row)
{
    out_row->key = sqlite3_column_int64(statement, 0);
    pk_sales_values_column(statement, 1, &out_row->values);
    out_row->row_number = sqlite3_column_int64(statement, 6);
    out_row->values.absent = (uint32_t)sqlite3_column_int(statement, 7);
    out_row->values.deleted = sqlite3_column_int(statement, 8) != 0;
    out_row->source_id = 0;
}

static void bind_staged(sqlite3_stmt *statement, const struct pk_sales_row *row)
{
    sqlite3_bind_int64(statement, 1, row->key);
    pk_sales_values_bind(statement, 2, &row->values);
    sqlite3_bind_int64(statement, 7, row->row_number);
    sqlite3_bind_int64(statement, 8, row->values.absent);
    sqlite3_bind_int(statement, 9, row->values.deleted);
}

/* Numbers the two parts of a key as one: item x warehouse, or pair x channel. */
static enum pk_status number_parts(struct pk_text_map *map, uint32_t first, uint32_t second,
                                   uint32_t *out_index, struct pk_error *error)
{
    const uint32_t parts[2] = {first, second};
    return pk_text_map_add(map, (struct pk_text){(const char *)parts, sizeof parts}, out_index,
                           NULL, error);
}

static enum pk_status reserve_series(struct pk_sales_staging *sales, uint32_t series,
                                     struct pk_error *error)
{
    const size_t before = sales->series_capacity;
    const enum pk_status status =
        pk_array_reserve(&sales->series_states, &sales->series_capacity, (size_t)series + 1,
                         sizeof *sales->series_states, "series", error);
    if (status == PK_OK && sales->series_capacity > before)
        memset(sales->series_states + before, 0,
               (sales->series_capacity - before) * sizeof *sales->series_states);
    return status;
}

/* Finds the local series of a row; checks the bucket of an item x warehouse that comes for the
 * first time. */
static enum pk_status number_series(struct pk_import *import, struct pk_text item,
                                    struct pk_text warehouse, struct pk_text channel,
                                    uint32_t *out_series, struct pk_error *error)
{
    struct pk_sales_staging *sales = &import->sales;
    uint32_t item_index, warehouse_index, channel_index, pair, series;
    int32_t stored_bucket_days = 0;
    enum pk_status status = pk_text_map_add(&sales->items, item, &item_index, NULL, error);
    if (status == PK_OK)
        status = pk_text_map_add(&sales->warehouses, warehouse, &warehouse_index, NULL, error);
    if (status == PK_OK)
        status = pk_text_map_add(&sales->channels, channel, &channel_index, NULL, error);
    if (status == PK_OK)
        status = number_parts(&sales->pairs, item_index, warehouse_index, &pair, error);
    if (status == PK_OK)
        status = number_parts(&sales->series, pair, channel_index, &series, error);
    if (status == PK_OK)
        status = reserve_series(sales, series, error);
    if (status != PK_OK)
        return status;
    /* Once a row of it is staged, a series has been found sound. */
    if (sales->series_states[series] == PK_STAGED_NOTHING) {
        status = pk_series_find_bucket(sales->find_bucket, item, warehouse,
                                       import->options.bucket_days, &stored_bucket_days, error);
        if (status == PK_OK)
            status = pk_bucket_check(item, warehouse, stored_bucket_days,
                                     import->options.bucket_days, error);
    }
    if (status == PK_OK)
        *out_series = series;
    return status;
}

static enum pk_status join_twin(struct pk_sales_staging *sales, const struct pk_sales_row *row,
                                struct pk_error *error)
{
    struct pk_sales_row earlier;
    bool found = false, changed = false;
    sqlite3_bind_int64(sales->get, 1, row->key);
    enum pk_status status = pk_database_step(sales->get, &found, error);
    if (status != PK_OK)
        return status;
    pk_sales_row_read_staged(sales->get, &earlier);
    sqlite3_reset(sales->get);
    status = pk_sales_values_join(&earlier.values, earlier.row_number, &row->values,
                                  row->row_number, &changed, error);
    if (status != PK_OK || !changed)
        return status;
    bind_staged(sales->put, &earlier);
    return pk_database_execute(sales->put, error);
}

enum pk_status pk_sales_staging_add(struct pk_import *import, const struct pk_record *record,
                                    int64_t row_index, struct pk_error *error)
{
    struct pk_sales_staging *sales = &import->sales;
    const struct pk_cell *cells = record->cells;
    const int32_t date = (int32_t)cells[PK_SALES_COLUMN_DATE].integer;
    const int32_t bucket_days = import->options.bucket_days;
    uint32_t series;
    enum pk_status status = pk_week_start_check(date, bucket_days, sales->week_start, error);
    if (status == PK_OK)
        status = number_series(import, cells[PK_SALES_COLUMN_ITEM].text,
                               cells[PK_SALES_COLUMN_WAREHOUSE].text,
                               cells[PK_SALES_COLUMN_CHANNEL].text, &series, error);
    if (status != PK_OK)
        return status;
    struct pk_sales_row row = {.key = (int64_t)date << PK_SALES_DAY_SHIFT | series,
                               .row_number = row_index};
    pk_sales_values_read(record, &row.values);
    bind_staged(sales->add, &row);
    status = pk_database_execute(sales->add, error);
    if (status != PK_OK)
        return status;
    if (sqlite3_changes(import->staging) == 0)
        return join_twin(sales, &row, error);
    import->staged_row_count++;
    sales->series_states[series] =
        pk_staged_series_after(sales->series_states[series], record->deleted);
    sales->week_start = pk_week_start_after(date, bucket_days, record->deleted, sales->week_start);
    return PK_OK;
}
