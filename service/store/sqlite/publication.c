#include "service/store/sqlite/import.h"

#include "models/base/date.h"
#include "service/store/sqlite/suggestion_list.h"

static bool forecasts_use(enum pk_dataset_kind kind)
{
    switch (kind) {
    case PK_DATASET_SALES:
    case PK_DATASET_ITEMS:
    case PK_DATASET_STOCK:
    case PK_DATASET_PROMOTIONS:
    case PK_DATASET_PRICES:
    case PK_DATASET_COVARIATES:
        return true;
    default:
        return false;
    }
}

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
    static const char *const item_columns[] = {"item_id", "reference_item_id", "parent_item_id",
                                               "component_item_id"};
    static const char *const warehouse_columns[] = {"warehouse_id", "from_warehouse_id",
                                                    "to_warehouse_id"};
    const struct pk_dataset *dataset = publication->import->dataset;
    enum pk_status status = PK_OK;
    for (int i = 0; i < 4 && status == PK_OK; i++) {
        bool is_own_item = i == 0 && dataset->kind == PK_DATASET_ITEMS;
        struct pk_text item = text_of(dataset, record, item_columns[i]);
        if (item.size > 0 && !is_own_item)
            status = pk_publication_name_item(publication, item, error);
    }
    for (int i = 0; i < 3 && status == PK_OK; i++) {
        struct pk_text warehouse = text_of(dataset, record, warehouse_columns[i]);
        if (warehouse.size > 0 && dataset->kind != PK_DATASET_WAREHOUSES)
            status = pk_publication_name_warehouse(publication, warehouse, error);
    }
    struct pk_text channel = text_of(dataset, record, "channel");
    if (status == PK_OK && channel.size > 0)
        status = pk_publication_name_channel(publication, channel, error);
    return status;
}

static bool rows_equal(const struct pk_dataset *dataset, const struct pk_record *a,
                       const struct pk_record *b)
{
    for (size_t i = 0; i < dataset->column_count; i++)
        if (!pk_cell_equal(&dataset->columns[i], &a->cells[i], &b->cells[i]))
            return false;
    return true;
}

/* Columns that name an item or a warehouse; the series table comes beside the datasets'. */
static const char *const item_names[][2] = {
    {"series", "item_id"},      {"supply", "item_id"},
    {"stock", "item_id"},       {"inbound", "item_id"},
    {"prices", "item_id"},      {"covariates", "item_id"},
    {"promotions", "item_id"},  {"components", "parent_item_id"},
    {"adjustments", "item_id"}, {"components", "component_item_id"},
    {"deposits", "item_id"},    {NULL, NULL}};
static const char *const warehouse_names[][2] = {
    {"series", "warehouse_id"},     {"supply", "warehouse_id"},      {"stock", "warehouse_id"},
    {"inbound", "warehouse_id"},    {"prices", "warehouse_id"},      {"covariates", "warehouse_id"},
    {"promotions", "warehouse_id"}, {"lanes", "from_warehouse_id"},  {"targets", "warehouse_id"},
    {"lanes", "to_warehouse_id"},   {"adjustments", "warehouse_id"}, {NULL, NULL}};

/* True if other rows than its master data name the id. */
static enum pk_status id_is_named(struct pk_publication *publication, const char *const (*names)[2],
                                  struct pk_text id, bool *out_is_named, struct pk_error *error)
{
    sqlite3_stmt *statement = NULL;
    bool row = false;
    sqlite3_str *sql = sqlite3_str_new(publication->database);
    for (size_t i = 0; names[i][0] != NULL; i++)
        sqlite3_str_appendf(sql, "%s EXISTS(SELECT 1 FROM %s WHERE %s = ?1)",
                            i == 0 ? "SELECT" : " OR", names[i][0], names[i][1]);
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

static enum pk_status delete_row(struct pk_publication *publication, struct pk_table *stored,
                                 const struct pk_row *row, const struct pk_row *old,
                                 struct pk_error *error)
{
    bool stays_bare = false;
    enum pk_status status = PK_OK;
    const struct pk_text id = row->record.cells[stored->key[0]].text;
    if (stored->dataset->kind == PK_DATASET_ITEMS)
        status = id_is_named(publication, item_names, id, &stays_bare, error);
    else if (stored->dataset->kind == PK_DATASET_WAREHOUSES)
        status = id_is_named(publication, warehouse_names, id, &stays_bare, error);
    if (status != PK_OK)
        return status;
    if (!stays_bare) {
        publication->result.deleted_row_count++;
        return pk_table_erase(stored, row, error);
    }
    struct pk_row bare = {.row_number = 0};
    bare.record.cells[stored->key[0]] = row->record.cells[stored->key[0]];
    pk_record_complete(stored->dataset, &bare.record, NULL);
    if (rows_equal(stored->dataset, &bare.record, &old->record)) {
        publication->result.unchanged_row_count++;
        return PK_OK;
    }
    publication->result.deleted_row_count++;
    return pk_table_put(stored, &bare, error);
}

/* Merges one staged row into the stored table and counts what became of it. */
static enum pk_status merge_row(struct pk_publication *publication, struct pk_table *stored,
                                struct pk_row *row, struct pk_error *error)
{
    struct pk_import_result *result = &publication->result;
    struct pk_row old;
    bool found = false;
    enum pk_status status = pk_table_get(stored, row, &old, &found, error);
    if (status != PK_OK)
        return status;
    if (row->record.deleted && !found) {
        result->unchanged_row_count++;
        return PK_OK;
    }
    if (row->record.deleted) {
        status = delete_row(publication, stored, row, &old, error);
        sqlite3_reset(stored->get);
        return status;
    }
    pk_record_complete(stored->dataset, &row->record, found ? &old.record : NULL);
    if (found && rows_equal(stored->dataset, &row->record, &old.record)) {
        result->unchanged_row_count++;
    } else {
        status = pk_table_put(stored, row, error);
        result->inserted_row_count += !found;
        result->updated_row_count += found;
    }
    if (status == PK_OK)
        status = name_ids(publication, &row->record, error);
    sqlite3_reset(stored->get);
    return status;
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
        publication->moves_forecasts = true;
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

/* A line takes the place of the suggestion that it names, from the revision that holds it on. */
static enum pk_status close_suggestion(struct pk_publication *publication,
                                       struct pk_suggestion_closing *closing,
                                       struct pk_text suggestion_id, const struct pk_record *record,
                                       bool is_new_revision, struct pk_error *error)
{
    if (suggestion_id.size == 0 || record->deleted)
        return PK_OK;
    return pk_suggestion_close_named(
        closing, suggestion_id, text_of(publication->import->dataset, record, "order_id"),
        pk_store_data_revision(publication->import->store) + is_new_revision, error);
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
    if (import->dataset->kind == PK_DATASET_PROMOTIONS)
        sqlite3_str_appendall(sql, ", row_number");
    return pk_database_prepare_built(import->staging, sql, out_scan, error);
}

enum pk_status pk_rows_publish(struct pk_publication *publication, struct pk_error *error)
{
    struct pk_import *import = publication->import;
    struct pk_table stored = {.database = NULL};
    struct pk_import_result *result = &publication->result;
    sqlite3_stmt *scan = NULL, *find_pair = NULL, *keep = NULL;
    struct pk_suggestion_closing closing = {NULL, NULL};
    struct pk_row row;
    bool has_row = false;
    enum pk_status status =
        pk_table_init(&stored, publication->database, import->dataset, false, error);
    if (status == PK_OK)
        status = open_scan(import, &scan, error);
    if (status == PK_OK)
        status = pk_database_prepare(publication->database,
                                     "SELECT 1 FROM series WHERE item_id = ? AND warehouse_id = ?",
                                     &find_pair, error);
    if (status == PK_OK)
        status = pk_database_prepare(
            publication->database,
            "INSERT OR REPLACE INTO inbound_history SELECT order_id, line, item_id, warehouse_id,"
            " recorded_date, units, eta_date, confirmed_ratio, stage FROM inbound WHERE"
            " recorded_date IS NOT NULL AND order_id = ? AND line = ? AND item_id = ?"
            " AND warehouse_id = ?",
            &keep, error);
    if (status == PK_OK)
        status = pk_suggestion_closing_init(publication->database, &closing, error);
    if (status == PK_OK)
        status = pk_database_step(scan, &has_row, error);
    while (status == PK_OK && has_row) {
        int64_t written_count = result->inserted_row_count + result->updated_row_count;
        pk_table_read_row(scan, import->dataset, true, &row);
        /* As the import has it: what a row keeps of the stored one is gone after the merge. */
        const struct pk_text suggestion_id =
            import->options.kind == PK_DATASET_INBOUND
                ? text_of(import->dataset, &row.record, "suggestion_id")
                : (struct pk_text){"", 0};
        status = merge_row(publication, &stored, &row, error);
        if (status == PK_OK && import->options.kind == PK_DATASET_INBOUND &&
            result->inserted_row_count + result->updated_row_count > written_count)
            status = note_new_pair(publication, find_pair, &row.record, error);
        if (status == PK_OK && import->options.kind == PK_DATASET_INBOUND)
            status = note_history(publication, keep, &row.record, error);
        if (status == PK_OK)
            status = close_suggestion(
                publication, &closing, suggestion_id, &row.record,
                result->inserted_row_count + result->updated_row_count > written_count, error);
        if (status == PK_OK)
            status = pk_database_step(scan, &has_row, error);
    }
    if (status == PK_OK && import->options.snapshot)
        status = pk_snapshot_close_unnamed(publication, &stored, error);
    const int64_t come_or_gone = result->inserted_row_count + result->deleted_row_count;
    if (forecasts_use(import->options.kind) && come_or_gone + result->updated_row_count > 0)
        publication->moves_forecasts = true;
    /* Fitted series know their warehouse by its place among all of them. */
    if (import->options.kind == PK_DATASET_WAREHOUSES && come_or_gone > 0)
        publication->moves_forecasts = true;
    sqlite3_finalize(scan);
    sqlite3_finalize(find_pair);
    sqlite3_finalize(keep);
    pk_suggestion_closing_done(&closing);
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
    struct pk_import_result *result = &publication->result;
    struct pk_table stored = {.database = NULL};
    sqlite3_stmt *scan = NULL, *drop = NULL;
    char promotion_id[PK_ID_BYTES_MAX_PLUS_NUL] = "";
    int64_t row_number = 0;
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
            /* The rows replace all earlier ones: nothing is kept from the row with the same number.
             */
            pk_record_complete(import->dataset, &row.record, NULL);
            row.row_number = row_number++;
            status = merge_row(publication, &stored, &row, error);
        }
        if (status == PK_OK)
            status = pk_database_step(scan, &has_row, error);
    }
    if (status == PK_OK && promotion_id[0] != '\0')
        status = drop_rest(publication, drop, promotion_id, row_number, error);
    if (result->inserted_row_count + result->updated_row_count + result->deleted_row_count > 0)
        publication->moves_forecasts = true;
    sqlite3_finalize(scan);
    sqlite3_finalize(drop);
    pk_table_done(&stored);
    return status;
}
