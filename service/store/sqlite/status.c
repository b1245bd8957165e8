#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "models/base/array.h"
#include "models/base/date.h"
#include "service/store/sqlite/engine.h"
#include "service/store/sqlite/schema.h"

static int64_t file_size(const char *path, const char *suffix)
{
    char name[4096];
    struct stat found;
    if (pk_text_format(name, sizeof name, "%s%s", path, suffix) + 1 >= sizeof name ||
        stat(name, &found) != 0)
        return 0;
    return (int64_t)found.st_size;
}

static enum pk_status read_counts(sqlite3 *reader, struct pk_store_status *found,
                                  struct pk_error *error)
{
    sqlite3_stmt *statement = NULL;
    bool row = false;
    enum pk_status status =
        pk_database_prepare(reader,
                            "SELECT (SELECT count(*) FROM series), (SELECT count(*) FROM items),"
                            " (SELECT count(*) FROM warehouses), (SELECT count(*) FROM channels),"
                            " (SELECT min(day_series) >> 32 FROM sales),"
                            " (SELECT max(day_series) >> 32 FROM sales),"
                            " (SELECT max(date) FROM covariates)",
                            &statement, error);
    if (status == PK_OK)
        status = pk_database_step(statement, &row, error);
    if (status == PK_OK) {
        int32_t *const dates[] = {&found->first_sales_date, &found->last_sales_date,
                                  &found->last_covariate_date};
        found->series_count = sqlite3_column_int64(statement, 0);
        found->item_count = sqlite3_column_int64(statement, 1);
        found->warehouse_count = sqlite3_column_int64(statement, 2);
        found->channel_count = sqlite3_column_int64(statement, 3);
        for (int i = 0; i < 3; i++)
            *dates[i] = sqlite3_column_type(statement, 4 + i) == SQLITE_NULL
                            ? PK_DATE_NONE
                            : sqlite3_column_int(statement, 4 + i);
    }
    sqlite3_finalize(statement);
    return status;
}

static enum pk_status read_meta(sqlite3 *reader, struct pk_store_status *found,
                                struct pk_error *error)
{
    int64_t complete_through = PK_DATE_NONE;
    enum pk_status status =
        pk_meta_get_integer(reader, PK_META_DATA_REVISION, 0, &found->data_revision, error);
    if (status == PK_OK)
        status =
            pk_meta_get_integer(reader, PK_META_SALES_ROW_COUNT, 0, &found->sales_row_count, error);
    if (status == PK_OK)
        status = pk_meta_get_integer(reader, PK_META_COMPLETE_THROUGH, PK_DATE_NONE,
                                     &complete_through, error);
    if (status == PK_OK)
        status = pk_meta_get_text(reader, PK_META_LAST_IMPORT_KIND, found->last_import_kind,
                                  sizeof found->last_import_kind, error);
    if (status == PK_OK)
        status = pk_meta_get_text(reader, PK_META_LAST_IMPORT_TIME, found->last_import_time,
                                  sizeof found->last_import_time, error);
    found->complete_through_date = (int32_t)complete_through;
    return status;
}

enum pk_status pk_store_get_status(struct pk_store *store, struct pk_store_status *out_status,
                                   struct pk_error *error)
{
    struct pk_store_status found;
    sqlite3 *reader = NULL;
    bool begun = false;
    memset(&found, 0, sizeof found);
    enum pk_status status = pk_store_acquire_reader(store, &reader, error);
    if (status == PK_OK) {
        status = pk_database_run(reader, "BEGIN", error);
        begun = status == PK_OK;
    }
    if (status == PK_OK)
        status = read_counts(reader, &found, error);
    if (status == PK_OK)
        status = read_meta(reader, &found, error);
    if (begun)
        pk_database_run(reader, "ROLLBACK", NULL);
    pk_store_release_reader(store, reader);
    if (status != PK_OK)
        return status;
    found.size_bytes =
        file_size(store->database_path, "") + file_size(store->database_path, "-wal");
    *out_status = found;
    return PK_OK;
}

enum pk_status pk_store_sum_channels(struct pk_store *store, int32_t from_date, int32_t to_date,
                                     struct pk_channel_sum **out_sums, size_t *out_count,
                                     struct pk_error *error)
{
    sqlite3 *reader = NULL;
    sqlite3_stmt *statement = NULL;
    struct pk_channel_sum *sums = NULL;
    size_t count = 0, capacity = 0;
    bool has_row = false;
    enum pk_status status = pk_store_acquire_reader(store, &reader, error);
    if (status == PK_OK)
        status = pk_database_prepare(
            reader,
            "SELECT s.channel, sum(x.units), sum(x.cancelled_units), sum(x.returned_units),"
            " coalesce(sum(x.paid_amount), 0),"
            " count(DISTINCT CASE WHEN x.units > 0 THEN s.item_id END)"
            " FROM sales x JOIN series s ON s.series_id = x.day_series & 0xffffffff"
            " WHERE x.day_series BETWEEN ? AND ? GROUP BY s.channel ORDER BY s.channel",
            &statement, error);
    if (status == PK_OK) {
        sqlite3_bind_int64(statement, 1, (int64_t)from_date << PK_SALES_DAY_SHIFT);
        sqlite3_bind_int64(statement, 2,
                           (int64_t)to_date << PK_SALES_DAY_SHIFT | PK_SALES_SERIES_MASK);
        status = pk_database_step(statement, &has_row, error);
    }
    while (status == PK_OK && has_row) {
        status = pk_array_reserve(&sums, &capacity, count + 1, sizeof *sums, "channels", error);
        if (status != PK_OK)
            break;
        struct pk_channel_sum *sum = &sums[count++];
        struct pk_text channel = pk_database_column_text(statement, 0);
        pk_text_format(sum->channel, sizeof sum->channel, "%.*s", (int)channel.size, channel.bytes);
        sum->units = sqlite3_column_int64(statement, 1);
        sum->cancelled_units = sqlite3_column_int64(statement, 2);
        sum->returned_units = sqlite3_column_int64(statement, 3);
        sum->paid_amount_micros = sqlite3_column_int64(statement, 4);
        sum->active_item_count = sqlite3_column_int64(statement, 5);
        status = pk_database_step(statement, &has_row, error);
    }
    sqlite3_finalize(statement);
    pk_store_release_reader(store, reader);
    if (status != PK_OK) {
        free(sums);
        return status;
    }
    *out_sums = sums;
    *out_count = count;
    return PK_OK;
}

static enum pk_status check_id(sqlite3 *reader, const char *sql, const char *field, const char *id,
                               struct pk_error *error)
{
    sqlite3_stmt *statement = NULL;
    bool found = false;
    if (id == NULL || id[0] == '\0')
        return PK_OK;
    enum pk_status status = pk_database_prepare(reader, sql, &statement, error);
    if (status == PK_OK) {
        pk_database_bind_text(statement, 1, pk_text_from(id));
        status = pk_database_step(statement, &found, error);
    }
    if (status == PK_OK && !found)
        status = pk_error_set(error, PK_NOT_FOUND, field,
                              "'%s' is unknown; ids are case-sensitive: check the spelling", id);
    sqlite3_finalize(statement);
    return status;
}

enum pk_status pk_store_check_ids(struct pk_store *store, const char *item_id,
                                  const char *warehouse_id, struct pk_error *error)
{
    sqlite3 *reader = NULL;
    enum pk_status status = pk_store_acquire_reader(store, &reader, error);
    if (status == PK_OK)
        status =
            check_id(reader, "SELECT 1 FROM items WHERE item_id = ?", "item_id", item_id, error);
    if (status == PK_OK)
        status = check_id(reader, "SELECT 1 FROM warehouses WHERE warehouse_id = ?", "warehouse_id",
                          warehouse_id, error);
    pk_store_release_reader(store, reader);
    return status;
}
