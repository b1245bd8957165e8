#include "service/store/sqlite/import.h"

#include "models/base/date.h"

static int column(const struct pk_table *table, const char *name)
{
    return pk_dataset_column(table->dataset, pk_text_from(name));
}

static struct pk_cell integer_cell(int64_t value)
{
    return (struct pk_cell){.state = PK_CELL_SET, .integer = value};
}

static struct pk_cell text_cell(struct pk_text text)
{
    return (struct pk_cell){.state = PK_CELL_SET, .text = text};
}

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
            row.record.cells[column(stored, "units")] = integer_cell(0);
            status = pk_table_put(stored, &row, error);
            publication->result.updated_row_count++;
        }
        if (status == PK_OK)
            status = pk_database_step(scan, &has_row, error);
    }
    sqlite3_finalize(scan);
    return status;
}

/* The last row of every lot up to the date: zero it if it is of that date, else add a zero row. */
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
        struct pk_row row = {.row_number = 0};
        int64_t received_date = sqlite3_column_int64(scan, 1);
        row.record.cells[column(stored, "item_id")] = text_cell(pk_database_column_text(scan, 0));
        row.record.cells[column(stored, "warehouse_id")] = text_cell(warehouse);
        row.record.cells[column(stored, "date")] = integer_cell(date);
        row.record.cells[column(stored, "received_date")] = integer_cell(received_date);
        row.record.cells[column(stored, "on_hand_units")] = integer_cell(0);
        row.record.cells[column(stored, "reserved_units")] = integer_cell(0);
        row.record.cells[column(stored, "unsellable_units")] = integer_cell(0);
        bool is_zero = sqlite3_column_int64(scan, 3) == 0 && sqlite3_column_int64(scan, 4) == 0 &&
                       sqlite3_column_int64(scan, 5) == 0;
        status = is_named(publication->import, &row, &named, error);
        if (status == PK_OK && !named && !is_zero) {
            status = pk_table_put(stored, &row, error);
            publication->result.updated_row_count++;
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
