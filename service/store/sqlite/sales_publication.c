#include "service/store/sqlite/import.h"

#include <stdlib.h>
#include <string.h>

#include "models/base/array.h"
#include "models/base/date.h"
#include "service/store/rules/bucket.h"
#include "service/store/sqlite/schema.h"

#define NO_SERIES UINT32_MAX

struct sales_publication {
    struct pk_publication *publication;
    uint32_t
        *series_ids;   /* by local series; NO_SERIES = not stored, all of its rows are deletions */
    int64_t source_id; /* of replace_source; 0 = none */
    struct pk_sales_row *rows; /* of one day, keys with stored series */
    size_t row_count, row_capacity;
    sqlite3_stmt *find_day, *get, *put, *erase, *list_day;
};

struct series_statements {
    sqlite3_stmt *find_bucket, *set_bucket, *find, *add;
};

static enum pk_status note_bucket(struct pk_publication *publication,
                                  const struct series_statements *statements, struct pk_text item,
                                  struct pk_text warehouse, struct pk_error *error)
{
    int32_t wanted = publication->import->options.bucket_days;
    int32_t stored = 0;
    enum pk_status status =
        pk_series_find_bucket(statements->find_bucket, item, warehouse, wanted, &stored, error);
    if (status == PK_OK)
        status = pk_bucket_check(item, warehouse, stored, wanted, error);
    if (status != PK_OK || stored == wanted)
        return status;
    sqlite3_bind_int(statements->set_bucket, 1, wanted);
    pk_database_bind_text(statements->set_bucket, 2, item);
    pk_database_bind_text(statements->set_bucket, 3, warehouse);
    return pk_database_execute(statements->set_bucket, error);
}

/* The stored id of local series i, made if one of its rows is not a deletion. */
static enum pk_status settle_series(struct pk_publication *publication, uint32_t i,
                                    const struct series_statements *statements,
                                    uint32_t *out_series_id, struct pk_error *error)
{
    struct pk_sales_staging *sales = &publication->import->sales;
    bool has_rows = sales->series_states[i] == PK_STAGED_ROWS;
    uint32_t parts[2], pair_parts[2];
    memcpy(parts, sales->series.keys[i].bytes, sizeof parts);
    memcpy(pair_parts, sales->pairs.keys[parts[0]].bytes, sizeof pair_parts);
    const struct pk_text texts[] = {sales->items.keys[pair_parts[0]],
                                    sales->warehouses.keys[pair_parts[1]],
                                    sales->channels.keys[parts[1]]};
    bool found = false;
    enum pk_status status = note_bucket(publication, statements, texts[0], texts[1], error);
    for (int k = 0; k < 3; k++)
        pk_database_bind_text(statements->find, k + 1, texts[k]);
    if (status == PK_OK)
        status = pk_database_step(statements->find, &found, error);
    int64_t series_id = found ? sqlite3_column_int64(statements->find, 0) : NO_SERIES;
    sqlite3_reset(statements->find);
    if (status == PK_OK && has_rows)
        status = pk_publication_name(publication, PK_NAME_ITEM, texts[0], error);
    if (status == PK_OK && has_rows)
        status = pk_publication_name(publication, PK_NAME_WAREHOUSE, texts[1], error);
    if (status == PK_OK && has_rows)
        status = pk_publication_name(publication, PK_NAME_CHANNEL, texts[2], error);
    if (status == PK_OK && has_rows && !found) {
        for (int k = 0; k < 3; k++)
            pk_database_bind_text(statements->add, k + 1, texts[k]);
        sqlite3_bind_int(statements->add, 4, publication->import->options.bucket_days);
        status = pk_database_execute(statements->add, error);
        series_id = sqlite3_last_insert_rowid(publication->database);
        if (status == PK_OK && series_id >= NO_SERIES)
            status = pk_error_set(error, PK_RESOURCE_EXHAUSTED, "",
                                  "the store holds as many series as it can");
    }
    if (status == PK_OK)
        *out_series_id = (uint32_t)series_id;
    return status;
}

static enum pk_status prepare_series(struct series_statements *statements, sqlite3 *database,
                                     struct pk_error *error)
{
    enum pk_status status =
        pk_database_prepare(database, pk_series_find_bucket_sql, &statements->find_bucket, error);
    if (status == PK_OK)
        status = pk_database_prepare(
            database, "UPDATE series SET bucket_days = ? WHERE item_id = ? AND warehouse_id = ?",
            &statements->set_bucket, error);
    if (status == PK_OK)
        status = pk_database_prepare(database,
                                     "SELECT series_id FROM series WHERE item_id = ?"
                                     " AND warehouse_id = ? AND channel = ?",
                                     &statements->find, error);
    if (status == PK_OK)
        status = pk_database_prepare(database,
                                     "INSERT INTO series(item_id, warehouse_id, channel,"
                                     " bucket_days) VALUES(?, ?, ?, ?)",
                                     &statements->add, error);
    return status;
}

static enum pk_status settle_all_series(struct sales_publication *own, struct pk_error *error)
{
    struct pk_publication *publication = own->publication;
    const struct pk_sales_staging *sales = &publication->import->sales;
    struct series_statements statements = {.find = NULL};
    uint32_t count = sales->series.count;
    own->series_ids = malloc((count + (size_t)1) * sizeof *own->series_ids);
    if (own->series_ids == NULL)
        return pk_error_set(error, PK_OUT_OF_MEMORY, "", "out of memory for series");
    enum pk_status status = prepare_series(&statements, publication->database, error);
    for (uint32_t i = 0; i < count && status == PK_OK; i++)
        if (sales->series_states[i] != PK_STAGED_NOTHING)
            status = settle_series(publication, i, &statements, &own->series_ids[i], error);
    sqlite3_finalize(statements.find_bucket);
    sqlite3_finalize(statements.set_bucket);
    sqlite3_finalize(statements.find);
    sqlite3_finalize(statements.add);
    return status;
}

static int compare_rows(const void *left, const void *right)
{
    const struct pk_sales_row *a = left, *b = right;
    return (a->key > b->key) - (a->key < b->key);
}

static enum pk_status merge_row(struct sales_publication *own, struct pk_sales_row *row,
                                bool day_has_rows, struct pk_error *error)
{
    struct pk_sales_row old = {.key = row->key};
    bool found = false;
    if (day_has_rows) {
        sqlite3_bind_int64(own->get, 1, row->key);
        enum pk_status status = pk_database_step(own->get, &found, error);
        if (status == PK_OK && found) {
            pk_sales_values_column(own->get, 0, &old.values);
            old.source_id = sqlite3_column_int64(own->get, 5);
        }
        sqlite3_reset(own->get);
        if (status != PK_OK)
            return status;
    }
    const enum pk_row_fate fate = pk_sales_values_publish(
        &row->values, row->source_id, found ? &old.values : NULL, old.source_id);
    pk_import_count(&own->publication->result, fate);
    if (fate == PK_ROW_UNCHANGED)
        return PK_OK;
    if (fate == PK_ROW_DELETED) {
        sqlite3_bind_int64(own->erase, 1, row->key);
        return pk_database_execute(own->erase, error);
    }
    sqlite3_bind_int64(own->put, 1, row->key);
    pk_sales_values_bind(own->put, 2, &row->values);
    if (row->source_id == 0)
        sqlite3_bind_null(own->put, 7);
    else
        sqlite3_bind_int64(own->put, 7, row->source_id);
    return pk_database_execute(own->put, error);
}

/* Rows of the replaced source on this day that the import does not contain. */
static enum pk_status drop_replaced(struct sales_publication *own, int64_t first_key,
                                    struct pk_error *error)
{
    bool has_row = false;
    sqlite3_bind_int64(own->list_day, 1, first_key);
    sqlite3_bind_int64(own->list_day, 2, first_key | PK_SALES_SERIES_MASK);
    sqlite3_bind_int64(own->list_day, 3, own->source_id);
    enum pk_status status = pk_database_step(own->list_day, &has_row, error);
    while (status == PK_OK && has_row) {
        struct pk_sales_row wanted = {.key = sqlite3_column_int64(own->list_day, 0)};
        if (own->row_count == 0 ||
            bsearch(&wanted, own->rows, own->row_count, sizeof wanted, compare_rows) == NULL) {
            sqlite3_bind_int64(own->erase, 1, wanted.key);
            status = pk_database_execute(own->erase, error);
            pk_import_count(&own->publication->result, PK_ROW_DELETED);
        }
        if (status == PK_OK)
            status = pk_database_step(own->list_day, &has_row, error);
    }
    sqlite3_reset(own->list_day);
    return status;
}

static enum pk_status publish_day(struct sales_publication *own, int64_t day,
                                  struct pk_error *error)
{
    int64_t first_key = day << PK_SALES_DAY_SHIFT;
    bool day_has_rows = false;
    if (own->row_count > 1)
        qsort(own->rows, own->row_count, sizeof *own->rows, compare_rows);
    sqlite3_bind_int64(own->find_day, 1, first_key);
    sqlite3_bind_int64(own->find_day, 2, first_key | PK_SALES_SERIES_MASK);
    enum pk_status status = pk_database_step(own->find_day, &day_has_rows, error);
    sqlite3_reset(own->find_day);
    if (status == PK_OK && own->source_id != 0 && day_has_rows)
        status = drop_replaced(own, first_key, error);
    for (size_t i = 0; i < own->row_count && status == PK_OK; i++)
        status = merge_row(own, &own->rows[i], day_has_rows, error);
    own->row_count = 0;
    return status;
}

static enum pk_status append_row(struct sales_publication *own, const struct pk_sales_row *row,
                                 struct pk_error *error)
{
    const enum pk_status status =
        pk_array_reserve(&own->rows, &own->row_capacity, own->row_count + 1, sizeof *own->rows,
                         "a day of sales", error);
    if (status == PK_OK)
        own->rows[own->row_count++] = *row;
    return status;
}

static enum pk_status publish_days(struct sales_publication *own, struct pk_error *error)
{
    sqlite3_stmt *scan = NULL;
    bool has_row = false;
    int64_t day = INT64_MIN;
    enum pk_status status = pk_database_prepare(own->publication->import->staging,
                                                "SELECT * FROM rows ORDER BY key", &scan, error);
    if (status == PK_OK)
        status = pk_database_step(scan, &has_row, error);
    while (status == PK_OK && has_row) {
        struct pk_sales_row row;
        pk_sales_row_read_staged(scan, &row);
        row.source_id = own->source_id;
        uint32_t series_id = own->series_ids[row.key & PK_SALES_SERIES_MASK];
        int64_t row_day = row.key >> PK_SALES_DAY_SHIFT;
        if (row_day != day && day != INT64_MIN)
            status = publish_day(own, day, error);
        day = row_day;
        row.key = day << PK_SALES_DAY_SHIFT | series_id;
        if (series_id == NO_SERIES)
            pk_import_count(&own->publication->result, PK_ROW_UNCHANGED);
        else if (status == PK_OK)
            status = append_row(own, &row, error);
        if (status == PK_OK)
            status = pk_database_step(scan, &has_row, error);
    }
    if (status == PK_OK && day != INT64_MIN)
        status = publish_day(own, day, error);
    sqlite3_finalize(scan);
    return status;
}

static enum pk_status settle_source(struct sales_publication *own, struct pk_error *error)
{
    const char *name = own->publication->import->options.replace_source;
    sqlite3 *database = own->publication->database;
    sqlite3_stmt *add = NULL, *find = NULL;
    bool found = false;
    if (name[0] == '\0')
        return PK_OK;
    enum pk_status status = pk_database_prepare(
        database, "INSERT INTO sources(name) VALUES(?) ON CONFLICT DO NOTHING", &add, error);
    if (status == PK_OK) {
        pk_database_bind_text(add, 1, pk_text_from(name));
        status = pk_database_execute(add, error);
    }
    if (status == PK_OK)
        status = pk_database_prepare(database, "SELECT source_id FROM sources WHERE name = ?",
                                     &find, error);
    if (status == PK_OK) {
        pk_database_bind_text(find, 1, pk_text_from(name));
        status = pk_database_step(find, &found, error);
    }
    if (status == PK_OK && found)
        own->source_id = sqlite3_column_int64(find, 0);
    sqlite3_finalize(add);
    sqlite3_finalize(find);
    return status;
}

static enum pk_status prepare_statements(struct sales_publication *own, struct pk_error *error)
{
    const struct {
        sqlite3_stmt **statement;
        const char *sql;
    } wanted[] = {
        {&own->find_day, "SELECT 1 FROM sales WHERE day_series BETWEEN ? AND ? LIMIT 1"},
        {&own->get, "SELECT units, cancelled_units, returned_units, paid_amount, available_ratio,"
                    " source_id FROM sales WHERE day_series = ?"},
        {&own->put, "INSERT OR REPLACE INTO sales VALUES(?, ?, ?, ?, ?, ?, ?)"},
        {&own->erase, "DELETE FROM sales WHERE day_series = ?"},
        {&own->list_day, "SELECT day_series FROM sales WHERE day_series BETWEEN ? AND ?"
                         " AND source_id = ?"},
    };
    enum pk_status status = PK_OK;
    for (size_t i = 0; i < sizeof wanted / sizeof wanted[0] && status == PK_OK; i++)
        status = pk_database_prepare(own->publication->database, wanted[i].sql, wanted[i].statement,
                                     error);
    return status;
}

/* Another import may have fixed the weekday of the store since ours began. */
static enum pk_status settle_week_start(struct pk_publication *publication, struct pk_error *error)
{
    const struct pk_import *import = publication->import;
    const int32_t staged = import->sales.week_start;
    int64_t stored = PK_WEEK_START_NONE;
    bool is_new = false;
    enum pk_status status = pk_meta_get_integer(publication->database, PK_META_WEEK_START,
                                                PK_WEEK_START_NONE, &stored, error);
    if (status == PK_OK)
        status = pk_week_start_settle(import->options.bucket_days, staged, (int32_t)stored, &is_new,
                                      error);
    if (status == PK_OK && is_new)
        status = pk_meta_put_integer(publication->database, PK_META_WEEK_START, staged, error);
    return status;
}

static enum pk_status note_totals(struct pk_publication *publication, struct pk_error *error)
{
    const struct pk_import_result *result = &publication->result;
    int32_t complete_through = publication->import->options.complete_through_date;
    int64_t row_count = 0, stored_through = PK_DATE_NONE;
    enum pk_status status =
        pk_meta_get_integer(publication->database, PK_META_SALES_ROW_COUNT, 0, &row_count, error);
    if (status == PK_OK)
        status = pk_meta_put_integer(
            publication->database, PK_META_SALES_ROW_COUNT,
            row_count + result->inserted_row_count - result->deleted_row_count, error);
    if (status == PK_OK)
        status = pk_meta_get_integer(publication->database, PK_META_COMPLETE_THROUGH, PK_DATE_NONE,
                                     &stored_through, error);
    const bool has_moved = complete_through != PK_DATE_NONE && complete_through != stored_through;
    if (status == PK_OK && has_moved)
        status = pk_meta_put_integer(publication->database, PK_META_COMPLETE_THROUGH,
                                     complete_through, error);
    publication->effects.has_moved_mark = has_moved;
    return status;
}

enum pk_status pk_sales_publish(struct pk_publication *publication, struct pk_error *error)
{
    struct sales_publication own = {.publication = publication};
    enum pk_status status = settle_week_start(publication, error);
    if (status == PK_OK)
        status = settle_all_series(&own, error);
    if (status == PK_OK)
        status = settle_source(&own, error);
    if (status == PK_OK)
        status = prepare_statements(&own, error);
    if (status == PK_OK)
        status = publish_days(&own, error);
    if (status == PK_OK)
        status = note_totals(publication, error);
    sqlite3_finalize(own.find_day);
    sqlite3_finalize(own.get);
    sqlite3_finalize(own.put);
    sqlite3_finalize(own.erase);
    sqlite3_finalize(own.list_day);
    free(own.series_ids);
    free(own.rows);
    return status;
}
