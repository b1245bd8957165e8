#include "service/store/sqlite/import.h"

#include <stdlib.h>
#include <string.h>

#include "models/base/array.h"
#include "models/base/date.h"
#include "service/store/sqlite/schema.h"

static const char *const value_columns[] = {"units", "cancelled_units", "returned_units",
                                            "paid_amount", "available_ratio"};

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

static const char *bucket_name(int32_t bucket_days)
{
    return bucket_days == 7 ? "week" : "day";
}

enum pk_status pk_series_refuse_bucket(struct pk_text item, struct pk_text warehouse,
                                       int32_t stored_bucket_days, struct pk_error *error)
{
    return pk_error_set(error, PK_FAILED_PRECONDITION, "date",
                        "sales of item '%.*s' in warehouse '%.*s' are stored by %s; import them "
                        "with bucket %s, or delete the stored rows first",
                        (int)item.size, item.bytes, (int)warehouse.size, warehouse.bytes,
                        bucket_name(stored_bucket_days), bucket_name(stored_bucket_days));
}

enum pk_status pk_week_start_refuse(int32_t date, int32_t week_start, struct pk_error *error)
{
    static const char *const weekdays[] = {"Monday", "Tuesday",  "Wednesday", "Thursday",
                                           "Friday", "Saturday", "Sunday"};
    char text[PK_DATE_TEXT_SIZE];
    return pk_error_set(error, PK_FAILED_PRECONDITION, "date",
                        "%s is a %s, but the weeks of this store begin on %s; date a week by that "
                        "day",
                        pk_date_format(date, text), weekdays[pk_date_weekday(date)],
                        weekdays[week_start]);
}

enum pk_status pk_sales_staging_init(struct pk_import *import, struct pk_error *error)
{
    struct pk_sales_staging *sales = &import->sales;
    sqlite3 *staging = import->staging;
    int64_t week_start = -1;
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
        status = pk_meta_get_integer(sales->reader, PK_META_WEEK_START, -1, &week_start, error);
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

void pk_sales_row_bind_values(sqlite3_stmt *statement, int index, const struct pk_sales_row *row)
{
    for (int i = 0; i < PK_SALES_VALUE_COUNT; i++)
        if (i == PK_SALES_PAID_AMOUNT && row->values[i] < 0)
            sqlite3_bind_null(statement, index + i);
        else
            sqlite3_bind_int64(statement, index + i, row->values[i]);
    if (row->available_ratio < 0)
        sqlite3_bind_null(statement, index + PK_SALES_VALUE_COUNT);
    else
        sqlite3_bind_double(statement, index + PK_SALES_VALUE_COUNT, row->available_ratio);
}

void pk_sales_row_read_values(sqlite3_stmt *statement, int index, struct pk_sales_row *row)
{
    for (int i = 0; i < PK_SALES_VALUE_COUNT; i++)
        row->values[i] = sqlite3_column_int64(statement, index + i);
    if (sqlite3_column_type(statement, index + PK_SALES_PAID_AMOUNT) == SQLITE_NULL)
        row->values[PK_SALES_PAID_AMOUNT] = -1;
    row->available_ratio = -1;
    if (sqlite3_column_type(statement, index + PK_SALES_VALUE_COUNT) != SQLITE_NULL)
        row->available_ratio = sqlite3_column_double(statement, index + PK_SALES_VALUE_COUNT);
}

static void bind_staged(sqlite3_stmt *statement, const struct pk_sales_row *row)
{
    sqlite3_bind_int64(statement, 1, row->key);
    pk_sales_row_bind_values(statement, 2, row);
    sqlite3_bind_int64(statement, 7, row->row_number);
    sqlite3_bind_int64(statement, 8, row->absent);
    sqlite3_bind_int(statement, 9, row->deleted);
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
        if (status == PK_OK && stored_bucket_days != 0 &&
            stored_bucket_days != import->options.bucket_days)
            status = pk_series_refuse_bucket(item, warehouse, stored_bucket_days, error);
    }
    if (status == PK_OK)
        *out_series = series;
    return status;
}

static enum pk_status join_twin(struct pk_sales_staging *sales, const struct pk_sales_row *row,
                                struct pk_error *error)
{
    struct pk_sales_row earlier = {.key = row->key};
    bool found = false, changed = false;
    sqlite3_bind_int64(sales->get, 1, row->key);
    enum pk_status status = pk_database_step(sales->get, &found, error);
    if (status != PK_OK)
        return status;
    pk_sales_row_read_values(sales->get, 1, &earlier);
    earlier.row_number = sqlite3_column_int64(sales->get, 6);
    earlier.absent = (uint32_t)sqlite3_column_int(sales->get, 7);
    earlier.deleted = sqlite3_column_int(sales->get, 8) != 0;
    sqlite3_reset(sales->get);
    if (earlier.deleted != row->deleted)
        return pk_import_refuse_twin(earlier.row_number, row->row_number, "op", error);
    for (int i = 0; i <= PK_SALES_VALUE_COUNT && !row->deleted; i++) {
        bool is_ratio = i == PK_SALES_VALUE_COUNT;
        uint32_t bit = UINT32_C(1) << i;
        if ((row->absent & bit) != 0)
            continue;
        if ((earlier.absent & bit) != 0) {
            earlier.absent &= ~bit;
            if (is_ratio)
                earlier.available_ratio = row->available_ratio;
            else
                earlier.values[i] = row->values[i];
            changed = true;
        } else if (is_ratio ? earlier.available_ratio != row->available_ratio
                            : earlier.values[i] != row->values[i]) {
            return pk_import_refuse_twin(earlier.row_number, row->row_number, value_columns[i],
                                         error);
        }
    }
    if (!changed)
        return PK_OK;
    bind_staged(sales->put, &earlier);
    return pk_database_execute(sales->put, error);
}

/* Indexes of the columns in dataset.c, found once per row by name would cost more than the row
 * itself. */
enum {
    COLUMN_DATE,
    COLUMN_ITEM,
    COLUMN_UNITS,
    COLUMN_WAREHOUSE,
    COLUMN_CHANNEL,
    COLUMN_CANCELLED,
    COLUMN_RETURNED,
    COLUMN_PAID,
    COLUMN_AVAILABLE
};

static void read_values(const struct pk_record *record, struct pk_sales_row *row)
{
    static const int columns[PK_SALES_VALUE_COUNT] = {COLUMN_UNITS, COLUMN_CANCELLED,
                                                      COLUMN_RETURNED, COLUMN_PAID};
    for (int i = 0; i < PK_SALES_VALUE_COUNT; i++) {
        const struct pk_cell *cell = &record->cells[columns[i]];
        if (cell->state == PK_CELL_ABSENT)
            row->absent |= UINT32_C(1) << i;
        else if (cell->state == PK_CELL_SET)
            row->values[i] = cell->integer;
        else
            row->values[i] = i == PK_SALES_PAID_AMOUNT ? -1 : 0;
    }
    const struct pk_cell *ratio = &record->cells[COLUMN_AVAILABLE];
    row->available_ratio = ratio->state == PK_CELL_SET ? ratio->number : -1;
    if (ratio->state == PK_CELL_ABSENT)
        row->absent |= UINT32_C(1) << PK_SALES_VALUE_COUNT;
}

enum pk_status pk_sales_staging_add(struct pk_import *import, const struct pk_record *record,
                                    int64_t row_index, struct pk_error *error)
{
    struct pk_sales_staging *sales = &import->sales;
    int32_t date = (int32_t)record->cells[COLUMN_DATE].integer;
    int32_t weekday = pk_date_weekday(date);
    bool is_weekly = import->options.bucket_days == 7;
    uint32_t series;
    if (is_weekly && sales->week_start >= 0 && weekday != sales->week_start)
        return pk_week_start_refuse(date, sales->week_start, error);
    enum pk_status status =
        number_series(import, record->cells[COLUMN_ITEM].text, record->cells[COLUMN_WAREHOUSE].text,
                      record->cells[COLUMN_CHANNEL].text, &series, error);
    if (status != PK_OK)
        return status;
    struct pk_sales_row row = {.key = (int64_t)date << PK_SALES_DAY_SHIFT | series,
                               .row_number = row_index,
                               .deleted = record->deleted};
    read_values(record, &row);
    bind_staged(sales->add, &row);
    status = pk_database_execute(sales->add, error);
    if (status != PK_OK)
        return status;
    if (sqlite3_changes(import->staging) == 0)
        return join_twin(sales, &row, error);
    import->staged_row_count++;
    if (sales->series_states[series] != PK_STAGED_ROWS)
        sales->series_states[series] = row.deleted ? PK_STAGED_DELETIONS : PK_STAGED_ROWS;
    if (is_weekly && !row.deleted)
        sales->week_start = weekday;
    return PK_OK;
}
