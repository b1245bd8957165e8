#include "service/store/sqlite/table.h"

#include <string.h>

#include "models/base/date.h"

static bool has_row_number(const struct pk_dataset *dataset, bool is_staging)
{
    return is_staging || pk_row_is_numbered(dataset);
}

static bool is_text(const struct pk_column *column)
{
    return column->type == PK_COLUMN_ID || column->type == PK_COLUMN_TEXT ||
           column->type == PK_COLUMN_CHOICE;
}

void pk_table_append_columns(sqlite3_str *sql, const struct pk_dataset *dataset)
{
    for (size_t i = 0; i < dataset->column_count; i++)
        sqlite3_str_appendf(sql, "%s%s", i == 0 ? "" : ", ", dataset->columns[i].name);
}

static void append_definition(sqlite3_str *sql, const struct pk_column *column, bool is_staging)
{
    const char *type = is_text(column)                    ? "TEXT"
                       : column->type == PK_COLUMN_NUMBER ? "REAL"
                                                          : "INTEGER";
    sqlite3_str_appendf(sql, "%s %s", column->name, type);
    if (column->is_key)
        sqlite3_str_appendall(sql, " NOT NULL");
    if (!is_staging && !column->is_key && column->presence == PK_COLUMN_DEFAULT) {
        struct pk_cell cell;
        pk_cell_parse(column, pk_text_from(""), &cell, NULL);
        if (is_text(column))
            sqlite3_str_appendf(sql, " NOT NULL DEFAULT '%.*q'", (int)cell.text.size,
                                cell.text.bytes);
        else if (column->type == PK_COLUMN_NUMBER)
            sqlite3_str_appendf(sql, " NOT NULL DEFAULT %!.17g", cell.number);
        else
            sqlite3_str_appendf(sql, " NOT NULL DEFAULT %lld", (long long)cell.integer);
    }
}

static enum pk_status run_built(sqlite3 *database, sqlite3_str *sql, struct pk_error *error)
{
    char *text = sqlite3_str_finish(sql);
    if (text == NULL)
        return pk_error_set(error, PK_OUT_OF_MEMORY, "", "out of memory for a statement");
    enum pk_status status = pk_database_run(database, text, error);
    sqlite3_free(text);
    return status;
}

static enum pk_status add_missing_columns(sqlite3 *database, const struct pk_dataset *dataset,
                                          struct pk_error *error)
{
    for (size_t i = 0; i < dataset->column_count; i++) {
        if (sqlite3_table_column_metadata(database, "main", dataset->name, dataset->columns[i].name,
                                          NULL, NULL, NULL, NULL, NULL) == SQLITE_OK)
            continue;
        sqlite3_str *sql = sqlite3_str_new(database);
        sqlite3_str_appendf(sql, "ALTER TABLE %s ADD COLUMN ", dataset->name);
        append_definition(sql, &dataset->columns[i], false);
        enum pk_status status = run_built(database, sql, error);
        if (status != PK_OK)
            return status;
    }
    return PK_OK;
}

enum pk_status pk_table_create(sqlite3 *database, const struct pk_dataset *dataset, bool is_staging,
                               struct pk_error *error)
{
    int key[PK_COLUMN_COUNT_MAX];
    int key_count = pk_row_key(dataset, key);
    sqlite3_str *sql = sqlite3_str_new(database);
    sqlite3_str_appendf(sql, "CREATE TABLE IF NOT EXISTS %s (", dataset->name);
    for (size_t i = 0; i < dataset->column_count; i++) {
        append_definition(sql, &dataset->columns[i], is_staging);
        sqlite3_str_appendall(sql, ", ");
    }
    if (has_row_number(dataset, is_staging))
        sqlite3_str_appendall(sql, "row_number INTEGER NOT NULL, ");
    if (is_staging)
        sqlite3_str_appendall(sql, "deleted INTEGER NOT NULL, absent_cells INTEGER NOT NULL, ");
    sqlite3_str_appendall(sql, "PRIMARY KEY (");
    for (int i = 0; i < key_count; i++)
        sqlite3_str_appendf(sql, "%s%s", i == 0 ? "" : ", ", dataset->columns[key[i]].name);
    if (pk_row_is_numbered(dataset))
        sqlite3_str_appendall(sql, ", row_number");
    sqlite3_str_appendall(sql, ")) WITHOUT ROWID");
    enum pk_status status = run_built(database, sql, error);
    if (status == PK_OK && !is_staging)
        status = add_missing_columns(database, dataset, error);
    return status;
}

static void append_key_condition(sqlite3_str *sql, const struct pk_table *table)
{
    sqlite3_str_appendall(sql, " WHERE ");
    for (int i = 0; i < table->key_count; i++)
        sqlite3_str_appendf(sql, "%s%s = ?", i == 0 ? "" : " AND ",
                            table->dataset->columns[table->key[i]].name);
    if (pk_row_is_numbered(table->dataset))
        sqlite3_str_appendall(sql, " AND row_number = ?");
}

static void append_all_columns(sqlite3_str *sql, const struct pk_table *table)
{
    pk_table_append_columns(sql, table->dataset);
    if (has_row_number(table->dataset, table->is_staging))
        sqlite3_str_appendall(sql, ", row_number");
    if (table->is_staging)
        sqlite3_str_appendall(sql, ", deleted, absent_cells");
}

static sqlite3_str *insert_sql(const struct pk_table *table, const char *verb, const char *end)
{
    sqlite3_str *sql = sqlite3_str_new(table->database);
    size_t count = table->dataset->column_count +
                   has_row_number(table->dataset, table->is_staging) + (table->is_staging ? 2 : 0);
    sqlite3_str_appendf(sql, "%s INTO %s (", verb, table->dataset->name);
    append_all_columns(sql, table);
    sqlite3_str_appendall(sql, ") VALUES (");
    for (size_t i = 0; i < count; i++)
        sqlite3_str_appendall(sql, i == 0 ? "?" : ", ?");
    sqlite3_str_appendf(sql, ")%s", end);
    return sql;
}

enum pk_status pk_table_init(struct pk_table *table, sqlite3 *database,
                             const struct pk_dataset *dataset, bool is_staging,
                             struct pk_error *error)
{
    memset(table, 0, sizeof *table);
    table->dataset = dataset;
    table->is_staging = is_staging;
    table->database = database;
    table->key_count = pk_row_key(dataset, table->key);

    sqlite3_str *get = sqlite3_str_new(database);
    sqlite3_str_appendall(get, "SELECT ");
    append_all_columns(get, table);
    sqlite3_str_appendf(get, " FROM %s", dataset->name);
    append_key_condition(get, table);
    sqlite3_str *erase = sqlite3_str_new(database);
    sqlite3_str_appendf(erase, "DELETE FROM %s", dataset->name);
    append_key_condition(erase, table);

    struct {
        sqlite3_str *sql;
        sqlite3_stmt **statement;
    } wanted[] = {{get, &table->get},
                  {erase, &table->erase},
                  {insert_sql(table, "INSERT", " ON CONFLICT DO NOTHING"), &table->add},
                  {insert_sql(table, "INSERT OR REPLACE", ""), &table->put}};
    enum pk_status status = PK_OK;
    for (size_t i = 0; i < sizeof wanted / sizeof wanted[0]; i++) {
        if (status == PK_OK)
            status = pk_database_prepare_built(database, wanted[i].sql, wanted[i].statement, error);
        else
            sqlite3_free(sqlite3_str_finish(wanted[i].sql));
    }
    if (status != PK_OK)
        pk_table_done(table);
    return status;
}

void pk_table_done(struct pk_table *table)
{
    sqlite3_finalize(table->get);
    sqlite3_finalize(table->add);
    sqlite3_finalize(table->put);
    sqlite3_finalize(table->erase);
    memset(table, 0, sizeof *table);
}

void pk_table_bind_cell(sqlite3_stmt *statement, int index, const struct pk_column *column,
                        const struct pk_cell *cell)
{
    if (cell->state != PK_CELL_SET) {
        if (column->is_key && column->type == PK_COLUMN_DATE)
            sqlite3_bind_int64(statement, index, PK_DATE_NONE);
        else if (column->is_key && is_text(column))
            sqlite3_bind_text(statement, index, "", 0, SQLITE_STATIC);
        else
            sqlite3_bind_null(statement, index);
    } else if (is_text(column)) {
        pk_database_bind_text(statement, index, cell->text);
    } else if (column->type == PK_COLUMN_NUMBER) {
        sqlite3_bind_double(statement, index, cell->number);
    } else {
        sqlite3_bind_int64(statement, index, cell->integer);
    }
}

void pk_table_read_row(sqlite3_stmt *statement, const struct pk_dataset *dataset, bool is_staging,
                       struct pk_row *out_row)
{
    int count = (int)dataset->column_count;
    int64_t absent = is_staging ? sqlite3_column_int64(statement, count + 2) : 0;
    for (int i = 0; i < count; i++) {
        const struct pk_column *column = &dataset->columns[i];
        struct pk_cell *cell = &out_row->record.cells[i];
        memset(cell, 0, sizeof *cell);
        cell->state = PK_CELL_SET;
        if ((absent >> i & 1) != 0)
            cell->state = PK_CELL_ABSENT;
        else if (sqlite3_column_type(statement, i) == SQLITE_NULL)
            cell->state = PK_CELL_NONE;
        else if (is_text(column))
            cell->text = pk_database_column_text(statement, i);
        else if (column->type == PK_COLUMN_NUMBER)
            cell->number = sqlite3_column_double(statement, i);
        else
            cell->integer = sqlite3_column_int64(statement, i);
        if (column->is_key && column->type == PK_COLUMN_DATE && cell->integer == PK_DATE_NONE)
            *cell = (struct pk_cell){.state = PK_CELL_NONE};
    }
    out_row->row_number =
        has_row_number(dataset, is_staging) ? sqlite3_column_int64(statement, count) : 0;
    out_row->record.deleted = is_staging && sqlite3_column_int(statement, count + 1) != 0;
}

static void bind_key(const struct pk_table *table, sqlite3_stmt *statement,
                     const struct pk_row *key)
{
    for (int i = 0; i < table->key_count; i++)
        pk_table_bind_cell(statement, i + 1, &table->dataset->columns[table->key[i]],
                           &key->record.cells[table->key[i]]);
    if (pk_row_is_numbered(table->dataset))
        sqlite3_bind_int64(statement, table->key_count + 1, key->row_number);
}

static void bind_row(const struct pk_table *table, sqlite3_stmt *statement,
                     const struct pk_row *row)
{
    int count = (int)table->dataset->column_count;
    int64_t absent = 0;
    for (int i = 0; i < count; i++) {
        pk_table_bind_cell(statement, i + 1, &table->dataset->columns[i], &row->record.cells[i]);
        absent |= (int64_t)(row->record.cells[i].state == PK_CELL_ABSENT) << i;
    }
    if (has_row_number(table->dataset, table->is_staging))
        sqlite3_bind_int64(statement, count + 1, row->row_number);
    if (table->is_staging) {
        sqlite3_bind_int(statement, count + 2, row->record.deleted);
        sqlite3_bind_int64(statement, count + 3, absent);
    }
}

enum pk_status pk_table_get(struct pk_table *table, const struct pk_row *key,
                            struct pk_row *out_row, bool *out_found, struct pk_error *error)
{
    sqlite3_reset(table->get);
    bind_key(table, table->get, key);
    enum pk_status status = pk_database_step(table->get, out_found, error);
    if (status == PK_OK && *out_found)
        pk_table_read_row(table->get, table->dataset, table->is_staging, out_row);
    return status;
}

enum pk_status pk_table_add(struct pk_table *table, const struct pk_row *row, bool *out_added,
                            struct pk_error *error)
{
    bind_row(table, table->add, row);
    enum pk_status status = pk_database_execute(table->add, error);
    if (status == PK_OK)
        *out_added = sqlite3_changes(table->database) > 0;
    return status;
}

enum pk_status pk_table_put(struct pk_table *table, const struct pk_row *row,
                            struct pk_error *error)
{
    bind_row(table, table->put, row);
    return pk_database_execute(table->put, error);
}

enum pk_status pk_table_erase(struct pk_table *table, const struct pk_row *key,
                              struct pk_error *error)
{
    bind_key(table, table->erase, key);
    return pk_database_execute(table->erase, error);
}
