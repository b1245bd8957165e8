#include "service/store/sqlite/import.h"

#include "models/base/date.h"
#include "service/store/rules/snapshot_closing.h"

/* True if the import names the key of `row`, be it to delete it. */
static enum pk_status is_named(struct pk_import *import, const struct pk_row *row, bool *out_named,
                               struct pk_error *error)
{
    struct pk_row staged;
    return pk_table_get(&import->table, row, &staged, out_named, error);
}

static enum pk_status close_lines(struct pk_publication *publication, struct pk_table *stored,
                                  struct pk_text warehouse, struct pk_error *error)
{
    sqlite3_stmt *scan = NULL;
    struct pk_row row;
    bool has_row = false, named = false;
    sqlite3_str *sql = sqlite3_str_new(publication->database);
    sqlite3_str_appendall(sql, "SELECT ");
    pk_table_append_columns(sql, stored->dataset);
    sqlite3_str_appendall(sql, " FROM inbound WHERE warehouse_id = ? AND units > 0");
    enum pk_status status = pk_database_prepare_built(publication->database, sql, &scan, error);
    if (status == PK_OK) {
        pk_database_bind_text(scan, 1, warehouse);
        status = pk_database_step(scan, &has_row, error);
    }
    while (status == PK_OK && has_row) {
        pk_table_read_row(scan, stored->dataset, false, &row);
        status = is_named(publication->import, &row, &named, error);
        if (status == PK_OK && !named) {
            pk_snapshot_close_line(&row);
            status = pk_table_put(stored, &row, error);
            pk_import_count(&publication->result, PK_ROW_UPDATED);
        }
        if (status == PK_OK)
            status = pk_database_step(scan, &has_row, error);
    }
    sqlite3_finalize(scan);
    return status;
}

/* Closes the lots of a warehouse that the import does not name on the date. */
static enum pk_status close_lots(struct pk_publication *publication, struct pk_table *stored,
                                 struct pk_text warehouse, int64_t date, struct pk_error *error)
{
    sqlite3_stmt *scan = NULL;
    bool has_row = false, named = false;
    enum pk_status status = pk_database_prepare(
        publication->database,
        "SELECT item_id, received_date, max(date), on_hand_units, reserved_units, unsellable_units"
        " FROM stock WHERE warehouse_id = ? AND date <= ? GROUP BY item_id, received_date",
        &scan, error);
    if (status == PK_OK) {
        pk_database_bind_text(scan, 1, warehouse);
        sqlite3_bind_int64(scan, 2, date);
        status = pk_database_step(scan, &has_row, error);
    }
    while (status == PK_OK && has_row) {
        const struct pk_stock_lot lot = {.item_id = pk_database_column_text(scan, 0),
                                         .warehouse_id = warehouse,
                                         .received_date = sqlite3_column_int64(scan, 1),
                                         .on_hand_units = sqlite3_column_int64(scan, 3),
                                         .reserved_units = sqlite3_column_int64(scan, 4),
                                         .unsellable_units = sqlite3_column_int64(scan, 5)};
        struct pk_row row;
        pk_snapshot_lot_row(&lot, date, &row);
        status = is_named(publication->import, &row, &named, error);
        if (status == PK_OK && !named && pk_snapshot_lot_is_open(&lot)) {
            status = pk_table_put(stored, &row, error);
            pk_import_count(&publication->result, PK_ROW_UPDATED);
        }
        if (status == PK_OK)
            status = pk_database_step(scan, &has_row, error);
    }
    sqlite3_finalize(scan);
    return status;
}

enum pk_status pk_snapshot_close_unnamed(struct pk_publication *publication,
                                         struct pk_table *stored, struct pk_error *error)
{
    struct pk_import *import = publication->import;
    bool is_stock = import->options.kind == PK_DATASET_STOCK;
    sqlite3_stmt *scan = NULL;
    bool has_row = false;
    /* Ascending dates: a lot that an earlier date of the import closes is closed on the later ones
     * too. */
    enum pk_status status = pk_database_prepare(
        import->staging,
        is_stock ? "SELECT DISTINCT warehouse_id, date FROM stock ORDER BY date, warehouse_id"
                 : "SELECT DISTINCT warehouse_id FROM inbound ORDER BY warehouse_id",
        &scan, error);
    if (status == PK_OK)
        status = pk_database_step(scan, &has_row, error);
    while (status == PK_OK && has_row) {
        struct pk_text warehouse = pk_database_column_text(scan, 0);
        status = is_stock ? close_lots(publication, stored, warehouse,
                                       sqlite3_column_int64(scan, 1), error)
                          : close_lines(publication, stored, warehouse, error);
        if (status == PK_OK)
            status = pk_database_step(scan, &has_row, error);
    }
    sqlite3_finalize(scan);
    return status;
}
