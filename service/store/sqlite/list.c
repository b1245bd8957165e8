#include <string.h>

#include "models/base/date.h"
#include "service/store/rules/list_filter.h"
#include "service/store/rules/page_token.h"
#include "service/store/sqlite/engine.h"
#include "service/store/sqlite/schema.h"
#include "service/store/sqlite/table.h"

typedef enum pk_status visit_row(void *context, const struct pk_record *record,
                                 struct pk_error *error);

struct listing {
    sqlite3 *reader;
    const struct pk_dataset *dataset;
    const struct pk_list_filter *filter;
    bool has_key; /* a page token was given */
    struct pk_page_key key;
    int32_t limit, visited_count;
    visit_row *visit;
    void *context;
    char *next_token;
};

static bool has_text(const char *text)
{
    return text != NULL && text[0] != '\0';
}

static void append_key(sqlite3_str *sql, const struct pk_dataset *dataset, const int *key,
                       int key_count)
{
    for (int i = 0; i < key_count; i++)
        sqlite3_str_appendf(sql, "%s%s", i == 0 ? "" : ", ", dataset->columns[key[i]].name);
    if (pk_row_is_numbered(dataset))
        sqlite3_str_appendall(sql, ", row_number");
}

static enum pk_status open_list(struct listing *listing, sqlite3_stmt **out_statement,
                                struct pk_error *error)
{
    static const char *const comparisons[] = {
        [PK_LIST_EQUAL] = "=", [PK_LIST_AT_LEAST] = ">=", [PK_LIST_AT_MOST] = "<="};
    const struct pk_dataset *dataset = listing->dataset;
    const bool is_numbered = pk_row_is_numbered(dataset);
    struct pk_list_condition conditions[PK_LIST_CONDITION_COUNT_MAX];
    int key[PK_COLUMN_COUNT_MAX];
    int key_count = pk_row_key(dataset, key);
    const int condition_count = pk_list_conditions(dataset, listing->filter, conditions);
    int bound = 0;
    sqlite3_str *sql = sqlite3_str_new(listing->reader);
    sqlite3_str_appendall(sql, "SELECT ");
    pk_table_append_columns(sql, dataset);
    sqlite3_str_appendf(sql, "%s FROM %s WHERE 1", is_numbered ? ", row_number" : "",
                        dataset->name);
    for (int i = 0; i < condition_count; i++)
        sqlite3_str_appendf(sql, " AND %s %s ?", dataset->columns[conditions[i].column].name,
                            comparisons[conditions[i].comparison]);
    if (listing->has_key) {
        sqlite3_str_appendall(sql, " AND (");
        append_key(sql, dataset, key, key_count);
        sqlite3_str_appendall(sql, ") > (");
        for (int i = 0; i < key_count + is_numbered; i++)
            sqlite3_str_appendall(sql, i == 0 ? "?" : ", ?");
        sqlite3_str_appendall(sql, ")");
    }
    sqlite3_str_appendall(sql, " ORDER BY ");
    append_key(sql, dataset, key, key_count);
    sqlite3_stmt *statement = NULL;
    enum pk_status status = pk_database_prepare_built(listing->reader, sql, &statement, error);
    if (status != PK_OK)
        return status;
    for (int i = 0; i < condition_count; i++)
        if (conditions[i].text != NULL)
            pk_database_bind_text(statement, ++bound, pk_text_from(conditions[i].text));
        else
            sqlite3_bind_int(statement, ++bound, conditions[i].date);
    for (int i = 0; i < key_count && listing->has_key; i++)
        pk_table_bind_cell(statement, ++bound, &dataset->columns[key[i]],
                           &listing->key.row.record.cells[key[i]]);
    if (listing->has_key && is_numbered)
        sqlite3_bind_int64(statement, ++bound, listing->key.row.row_number);
    *out_statement = statement;
    return PK_OK;
}

/* Shows one row; if that fills the page, the token names it and *out_is_full is set. */
static enum pk_status show(struct listing *listing, const struct pk_row *row, bool *out_is_full,
                           struct pk_error *error)
{
    *out_is_full = false;
    enum pk_status status = listing->visit(listing->context, &row->record, error);
    if (status != PK_OK)
        return status;
    listing->visited_count++;
    if (listing->visited_count == listing->limit) {
        pk_page_token_write(listing->dataset, row, listing->next_token);
        *out_is_full = true;
    }
    return PK_OK;
}

static enum pk_status list_rows(struct listing *listing, struct pk_error *error)
{
    sqlite3_stmt *statement = NULL;
    struct pk_row row;
    bool has_row = false, is_full = false;
    enum pk_status status = open_list(listing, &statement, error);
    if (status == PK_OK)
        status = pk_database_step(statement, &has_row, error);
    while (status == PK_OK && has_row && !is_full) {
        pk_table_read_row(statement, listing->dataset, false, &row);
        status = show(listing, &row, &is_full, error);
        if (status == PK_OK)
            status = pk_database_step(statement, &has_row, error);
    }
    if (status == PK_OK && !has_row)
        listing->next_token[0] = '\0';
    sqlite3_finalize(statement);
    return status;
}

/* One day of sales in the order of items, warehouses, channels: with an item from its series, else
 * from the day. */
static enum pk_status open_day(struct listing *listing, sqlite3_stmt **out_statement,
                               struct pk_error *error)
{
    const char *item_id = listing->filter->item_id;
    const char *warehouse_id = listing->filter->warehouse_id;
    sqlite3_str *sql = sqlite3_str_new(listing->reader);
    sqlite3_str_appendall(sql, "SELECT x.day_series >> 32, s.item_id, x.units, s.warehouse_id,"
                               " s.channel, x.cancelled_units, x.returned_units, x.paid_amount,"
                               " x.available_ratio FROM ");
    if (has_text(item_id))
        sqlite3_str_appendall(sql, "series s CROSS JOIN sales x ON x.day_series = (?1 << 32 |"
                                   " s.series_id) WHERE s.item_id = ?2");
    else
        sqlite3_str_appendall(sql, "sales x CROSS JOIN series s ON s.series_id = x.day_series &"
                                   " 0xffffffff WHERE x.day_series BETWEEN ?1 << 32 AND ?1 << 32 |"
                                   " 0xffffffff");
    if (has_text(warehouse_id))
        sqlite3_str_appendall(sql, " AND s.warehouse_id = ?3");
    sqlite3_str_appendall(sql, " AND (s.item_id, s.warehouse_id, s.channel) > (?4, ?5, ?6)"
                               " ORDER BY s.item_id, s.warehouse_id, s.channel");
    enum pk_status status = pk_database_prepare_built(listing->reader, sql, out_statement, error);
    if (status != PK_OK)
        return status;
    if (has_text(item_id))
        pk_database_bind_text(*out_statement, 2, pk_text_from(item_id));
    if (has_text(warehouse_id))
        pk_database_bind_text(*out_statement, 3, pk_text_from(warehouse_id));
    return PK_OK;
}

/* The first day from `day` on that has sales; INT64_MAX = none up to the end of the filter. */
static enum pk_status find_day(struct listing *listing, sqlite3_stmt *next_day, int64_t *day,
                               struct pk_error *error)
{
    bool found = false;
    sqlite3_bind_int64(next_day, 1, *day * (INT64_C(1) << PK_SALES_DAY_SHIFT));
    enum pk_status status = pk_database_step(next_day, &found, error);
    if (status == PK_OK)
        *day = found ? sqlite3_column_int64(next_day, 0) : INT64_MAX;
    sqlite3_reset(next_day);
    if (listing->filter->to_date != PK_DATE_NONE && *day > listing->filter->to_date)
        *day = INT64_MAX;
    return status;
}

static enum pk_status list_day(struct listing *listing, sqlite3_stmt *statement, int64_t day,
                               bool *out_is_full, bool *out_has_more, struct pk_error *error)
{
    static const int after[] = {1, 3, 4};
    struct pk_row row;
    bool has_row = false;
    bool goes_on = listing->has_key && listing->key.row.record.cells[0].integer == day;
    sqlite3_bind_int64(statement, 1, day);
    for (int i = 0; i < 3; i++)
        pk_database_bind_text(statement, 4 + i,
                              goes_on ? listing->key.row.record.cells[after[i]].text
                                      : (struct pk_text){"", 0});
    enum pk_status status = pk_database_step(statement, &has_row, error);
    while (status == PK_OK && has_row && !*out_is_full) {
        pk_table_read_row(statement, listing->dataset, false, &row);
        row.row_number = 0;
        status = show(listing, &row, out_is_full, error);
        if (status == PK_OK)
            status = pk_database_step(statement, &has_row, error);
    }
    *out_has_more = has_row;
    sqlite3_reset(statement);
    return status;
}

static enum pk_status list_sales(struct listing *listing, struct pk_error *error)
{
    sqlite3_stmt *next_day = NULL, *statement = NULL;
    int64_t day = listing->filter->from_date == PK_DATE_NONE ? 0 : listing->filter->from_date;
    bool is_full = false, has_more = false;
    if (listing->has_key && listing->key.row.record.cells[0].integer > day)
        day = listing->key.row.record.cells[0].integer;
    enum pk_status status = pk_database_prepare(
        listing->reader,
        "SELECT day_series >> 32 FROM sales WHERE day_series >= ? ORDER BY day_series LIMIT 1",
        &next_day, error);
    if (status == PK_OK)
        status = open_day(listing, &statement, error);
    if (status == PK_OK)
        status = find_day(listing, next_day, &day, error);
    while (status == PK_OK && day != INT64_MAX && !is_full) {
        status = list_day(listing, statement, day, &is_full, &has_more, error);
        day++;
        if (status == PK_OK && !has_more)
            status = find_day(listing, next_day, &day, error);
    }
    if (!has_more && day == INT64_MAX)
        listing->next_token[0] = '\0';
    sqlite3_finalize(next_day);
    sqlite3_finalize(statement);
    return status;
}

enum pk_status pk_store_list(struct pk_store *store, enum pk_dataset_kind kind,
                             const struct pk_list_filter *filter, const char *page_token,
                             int32_t limit, visit_row *visit, void *context,
                             char out_next_token[PK_PAGE_TOKEN_SIZE], struct pk_error *error)
{
    char next_token[PK_PAGE_TOKEN_SIZE] = "";
    bool begun = false;
    struct listing listing = {.dataset = pk_dataset_get(kind),
                              .filter = filter,
                              .has_key = has_text(page_token),
                              .limit = limit,
                              .visit = visit,
                              .context = context,
                              .next_token = next_token};
    enum pk_status status = PK_OK;
    if (listing.has_key)
        status = pk_page_token_read(listing.dataset, page_token, &listing.key, error);
    if (status != PK_OK)
        return status;
    status = pk_store_acquire_reader(store, &listing.reader, error);
    if (status == PK_OK) {
        status = pk_database_run(listing.reader, "BEGIN", error);
        begun = status == PK_OK;
    }
    if (status == PK_OK)
        status =
            kind == PK_DATASET_SALES ? list_sales(&listing, error) : list_rows(&listing, error);
    if (begun)
        pk_database_run(listing.reader, "ROLLBACK", NULL);
    pk_store_release_reader(store, listing.reader);
    if (status == PK_OK)
        memcpy(out_next_token, next_token, sizeof next_token);
    return status;
}
