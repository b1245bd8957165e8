#include "service/store/sqlite/import.h"

#include "models/base/date.h"
#include "service/store/rules/row.h"
#include "service/store/rules/suggestion_life.h"
#include "service/store/sqlite/suggestion_trail.h"

static struct pk_text text_of(const struct pk_dataset *dataset, const struct pk_record *record,
                              const char *column)
{
    int index = pk_dataset_column(dataset, pk_text_from(column));
    if (index < 0 || record->cells[index].state != PK_CELL_SET)
        return (struct pk_text){"", 0};
    return record->cells[index].text;
}

/* Every item, warehouse and channel that the row names is known from now on. */
static enum pk_status name_ids(struct pk_publication *publication, const struct pk_record *record,
                               struct pk_error *error)
{
    const struct pk_dataset *dataset = publication->import->dataset;
    enum pk_status status = PK_OK;
    for (int kind = 0; kind < PK_NAME_KIND_COUNT; kind++) {
        int columns[PK_NAMING_COLUMN_COUNT_MAX];
        const int count = pk_naming_columns(dataset, (enum pk_name_kind)kind, columns);
        for (int i = 0; i < count && status == PK_OK; i++) {
            const struct pk_cell *cell = &record->cells[columns[i]];
            if (cell->state == PK_CELL_SET && cell->text.size > 0)
                status =
                    pk_publication_name(publication, (enum pk_name_kind)kind, cell->text, error);
        }
    }
    return status;
}

/* Appends a condition for each column whose stored rows keep the id ?1 known. */
static void append_keepers(sqlite3_str *sql, enum pk_name_kind kind)
{
    const char *word = "SELECT";
    for (int i = 0; i < PK_DATASET_COUNT; i++) {
        const struct pk_dataset *dataset = pk_dataset_get((enum pk_dataset_kind)i);
        int columns[PK_NAMING_COLUMN_COUNT_MAX];
        const int count = pk_naming_keepers(dataset, kind, columns);
        for (int c = 0; c < count; c++) {
            /* The ids of sales stand in the table of series. */
            sqlite3_str_appendf(sql, "%s EXISTS(SELECT 1 FROM %s WHERE %s = ?1)", word,
                                i == PK_DATASET_SALES ? "series" : dataset->name,
                                dataset->columns[columns[c]].name);
            word = " OR";
        }
    }
}

/* True if other rows than its master data name the id. */
static enum pk_status id_is_named(struct pk_publication *publication, enum pk_name_kind kind,
                                  struct pk_text id, bool *out_is_named, struct pk_error *error)
{
    sqlite3_stmt *statement = NULL;
    bool row = false;
    sqlite3_str *sql = sqlite3_str_new(publication->database);
    append_keepers(sql, kind);
    enum pk_status status =
        pk_database_prepare_built(publication->database, sql, &statement, error);
    if (status == PK_OK) {
        pk_database_bind_text(statement, 1, id);
        status = pk_database_step(statement, &row, error);
    }
    if (status == PK_OK)
        *out_is_named = row && sqlite3_column_int(statement, 0) != 0;
    sqlite3_finalize(statement);
    return status;
}

/* Merges one staged row into the stored table and counts what became of it. */
static enum pk_status merge_row(struct pk_publication *publication, struct pk_table *stored,
                                struct pk_row *row, enum pk_row_fate *out_fate,
                                struct pk_error *error)
{
    struct pk_row old;
    enum pk_name_kind kind;
    bool found = false, is_named = false;
    const bool is_deletion = row->record.deleted;
    enum pk_status status = pk_table_get(stored, row, &old, &found, error);
    if (status == PK_OK && is_deletion && found && pk_naming_is_master(stored->dataset, &kind))
        status = id_is_named(publication, kind, row->record.cells[stored->key[0]].text, &is_named,
                             error);
    if (status != PK_OK)
        return status;
    *out_fate = pk_row_publish(stored->dataset, row, found ? &old : NULL, is_named);
    pk_import_count(&publication->result, *out_fate);
    if (*out_fate == PK_ROW_DELETED)
        status = pk_table_erase(stored, row, error);
    else if (*out_fate != PK_ROW_UNCHANGED)
        status = pk_table_put(stored, row, error);
    if (status == PK_OK && !is_deletion)
        status = name_ids(publication, &row->record, error);
    sqlite3_reset(stored->get);
    return status;
}

/* The statements that inbound rows need beside their table. */
struct inbound_publication {
    sqlite3_stmt *find_pair, *keep;
    struct pk_suggestion_closing closing;
};

static enum pk_status prepare_inbound(sqlite3 *database, struct inbound_publication *inbound,
                                      struct pk_error *error)
{
    enum pk_status status =
        pk_database_prepare(database, "SELECT 1 FROM series WHERE item_id = ? AND warehouse_id = ?",
                            &inbound->find_pair, error);
    if (status == PK_OK)
        status = pk_database_prepare(
            database,
            "INSERT OR REPLACE INTO inbound_history SELECT order_id, line, item_id, warehouse_id,"
            " recorded_date, units, eta_date, confirmed_ratio, stage FROM inbound WHERE"
            " recorded_date IS NOT NULL AND order_id = ? AND line = ? AND item_id = ?"
            " AND warehouse_id = ?",
            &inbound->keep, error);
    if (status == PK_OK)
        status = pk_suggestion_closing_init(database, &inbound->closing, error);
    return status;
}

static void finish_inbound(struct inbound_publication *inbound)
{
    sqlite3_finalize(inbound->find_pair);
    sqlite3_finalize(inbound->keep);
    pk_suggestion_closing_done(&inbound->closing);
}

/* A new inbound line of an item x warehouse without sales makes a new series. */
static enum pk_status note_new_pair(struct pk_publication *publication, sqlite3_stmt *find_pair,
                                    const struct pk_record *record, struct pk_error *error)
{
    bool found = false;
    const struct pk_dataset *dataset = publication->import->dataset;
    pk_database_bind_text(find_pair, 1, text_of(dataset, record, "item_id"));
    pk_database_bind_text(find_pair, 2, text_of(dataset, record, "warehouse_id"));
    enum pk_status status = pk_database_step(find_pair, &found, error);
    if (status == PK_OK && !found)
        publication->effects.has_new_series = true;
    sqlite3_reset(find_pair);
    return status;
}

/* An inbound row with a recorded date is kept as what was known on that day. */
static enum pk_status note_history(struct pk_publication *publication, sqlite3_stmt *keep,
                                   const struct pk_record *record, struct pk_error *error)
{
    static const char *const key[] = {"order_id", "line", "item_id", "warehouse_id"};
    const struct pk_dataset *dataset = publication->import->dataset;
    for (int i = 0; i < 4; i++)
        pk_database_bind_text(keep, i + 1, text_of(dataset, record, key[i]));
    return pk_database_execute(keep, error);
}

/* What a merged inbound row brings beside itself; suggestion_id is the one that it closes. */
static enum pk_status follow_inbound(struct pk_publication *publication,
                                     struct inbound_publication *inbound,
                                     const struct pk_record *record, enum pk_row_fate fate,
                                     struct pk_text suggestion_id, struct pk_error *error)
{
    const bool is_written = fate == PK_ROW_INSERTED || fate == PK_ROW_UPDATED;
    const int64_t data_revision = pk_store_data_revision(publication->import->store);
    enum pk_status status = PK_OK;
    if (is_written)
        status = note_new_pair(publication, inbound->find_pair, record, error);
    if (status == PK_OK)
        status = note_history(publication, inbound->keep, record, error);
    if (status == PK_OK && suggestion_id.size > 0)
        status = pk_suggestion_close_named(
            &inbound->closing, suggestion_id,
            text_of(publication->import->dataset, record, "order_id"),
            pk_suggestion_closed_revision(data_revision, is_written), error);
    return status;
}

static enum pk_status open_scan(struct pk_import *import, sqlite3_stmt **out_scan,
                                struct pk_error *error)
{
    sqlite3_str *sql = sqlite3_str_new(import->staging);
    sqlite3_str_appendall(sql, "SELECT ");
    pk_table_append_columns(sql, import->dataset);
    sqlite3_str_appendf(sql, ", row_number, deleted, absent_cells FROM %s ORDER BY ",
                        import->dataset->name);
    for (int i = 0; i < import->table.key_count; i++)
        sqlite3_str_appendf(sql, "%s%s", i == 0 ? "" : ", ",
                            import->dataset->columns[import->table.key[i]].name);
    if (pk_row_is_numbered(import->dataset))
        sqlite3_str_appendall(sql, ", row_number");
    return pk_database_prepare_built(import->staging, sql, out_scan, error);
}

enum pk_status pk_rows_publish(struct pk_publication *publication, struct pk_error *error)
{
    struct pk_import *import = publication->import;
    const bool is_inbound = import->options.kind == PK_DATASET_INBOUND;
    struct pk_table stored = {.database = NULL};
    struct inbound_publication inbound = {.keep = NULL};
    sqlite3_stmt *scan = NULL;
    struct pk_row row;
    bool has_row = false;
    enum pk_status status =
        pk_table_init(&stored, publication->database, import->dataset, false, error);
    if (status == PK_OK)
        status = open_scan(import, &scan, error);
    if (status == PK_OK && is_inbound)
        status = prepare_inbound(publication->database, &inbound, error);
    if (status == PK_OK)
        status = pk_database_step(scan, &has_row, error);
    while (status == PK_OK && has_row) {
        enum pk_row_fate fate = PK_ROW_UNCHANGED;
        pk_table_read_row(scan, import->dataset, true, &row);
        /* As the import has it: the merge completes the row. */
        const struct pk_text suggestion_id = pk_suggestion_named_by(import->dataset, &row.record);
        status = merge_row(publication, &stored, &row, &fate, error);
        if (status == PK_OK && is_inbound)
            status = follow_inbound(publication, &inbound, &row.record, fate, suggestion_id, error);
        if (status == PK_OK)
            status = pk_database_step(scan, &has_row, error);
    }
    if (status == PK_OK && import->options.snapshot)
        status = pk_snapshot_close_unnamed(publication, &stored, error);
    sqlite3_finalize(scan);
    finish_inbound(&inbound);
    pk_table_done(&stored);
    return status;
}

/* Drops the stored rows of a promotion from `row_number` on. */
static enum pk_status drop_rest(struct pk_publication *publication, sqlite3_stmt *drop,
                                const char *promotion_id, int64_t row_number,
                                struct pk_error *error)
{
    pk_database_bind_text(drop, 1, pk_text_from(promotion_id));
    sqlite3_bind_int64(drop, 2, row_number);
    enum pk_status status = pk_database_execute(drop, error);
    if (status == PK_OK)
        publication->result.deleted_row_count += sqlite3_changes(publication->database);
    return status;
}

enum pk_status pk_promotions_publish(struct pk_publication *publication, struct pk_error *error)
{
    struct pk_import *import = publication->import;
    struct pk_table stored = {.database = NULL};
    sqlite3_stmt *scan = NULL, *drop = NULL;
    char promotion_id[PK_ID_BYTES_MAX_PLUS_NUL] = "";
    int64_t row_number = 0;
    enum pk_row_fate fate;
    struct pk_row row;
    bool has_row = false;
    enum pk_status status =
        pk_table_init(&stored, publication->database, import->dataset, false, error);
    if (status == PK_OK)
        status = open_scan(import, &scan, error);
    if (status == PK_OK)
        status = pk_database_prepare(
            publication->database,
            "DELETE FROM promotions WHERE promotion_id = ? AND row_number >= ?", &drop, error);
    if (status == PK_OK)
        status = pk_database_step(scan, &has_row, error);
    while (status == PK_OK && has_row) {
        pk_table_read_row(scan, import->dataset, true, &row);
        struct pk_text id = text_of(import->dataset, &row.record, "promotion_id");
        if (!pk_text_equal(id, pk_text_from(promotion_id))) {
            if (promotion_id[0] != '\0')
                status = drop_rest(publication, drop, promotion_id, row_number, error);
            pk_text_format(promotion_id, sizeof promotion_id, "%.*s", (int)id.size, id.bytes);
            row_number = 0;
        }
        if (status == PK_OK && !row.record.deleted) {
            /* The rows replace all earlier ones: nothing is kept from the row with the same
             * number. */
            pk_record_complete(import->dataset, &row.record, NULL);
            row.row_number = row_number++;
            status = merge_row(publication, &stored, &row, &fate, error);
        }
        if (status == PK_OK)
            status = pk_database_step(scan, &has_row, error);
    }
    if (status == PK_OK && promotion_id[0] != '\0')
        status = drop_rest(publication, drop, promotion_id, row_number, error);
    sqlite3_finalize(scan);
    sqlite3_finalize(drop);
    pk_table_done(&stored);
    return status;
}
