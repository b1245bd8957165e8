#include "service/store/sqlite/suggestion_list.h"

#include <stdlib.h>

#include "models/base/array.h"
#include "models/base/text_map.h"

struct owned_list {
    struct pk_suggestion_list list; /* first: what callers hold */
    struct pk_suggestion *rows;
    size_t capacity;
    struct pk_text_map texts;
};

static enum pk_status read_text(struct owned_list *owned, sqlite3_stmt *statement, int column,
                                const char **out_text, struct pk_error *error)
{
    uint32_t index;
    enum pk_status status = pk_text_map_add(
        &owned->texts, pk_database_column_text(statement, column), &index, NULL, error);
    if (status == PK_OK)
        *out_text = owned->texts.keys[index].bytes;
    return status;
}

static enum pk_status read_row(struct owned_list *owned, sqlite3_stmt *statement,
                               struct pk_error *error)
{
    struct pk_suggestion row = {
        .as_of_date = sqlite3_column_int(statement, 4),
        .sequence = sqlite3_column_int(statement, 5),
        .state = (enum pk_suggestion_state)sqlite3_column_int(statement, 6),
        .end = (enum pk_suggestion_end)sqlite3_column_int(statement, 7),
        .planned_units = sqlite3_column_int64(statement, 8),
        .order_units = sqlite3_column_int64(statement, 9),
        .arrival_date = sqlite3_column_int(statement, 10),
        .order_by_date = sqlite3_column_int(statement, 11),
        .unit_cost_micros = sqlite3_column_int64(statement, 12),
        .basis = {.stock_units = sqlite3_column_double(statement, 13),
                  .inbound_units = sqlite3_column_double(statement, 14),
                  .demand_units = sqlite3_column_double(statement, 15),
                  .need_units = sqlite3_column_double(statement, 16),
                  .protection_days = sqlite3_column_int(statement, 17),
                  .terms_key = sqlite3_column_int64(statement, 18)},
        .closed_revision = sqlite3_column_int64(statement, 21),
        .changed_epoch_seconds = sqlite3_column_int64(statement, 22),
    };
    const struct {
        int column;
        const char **text;
    } texts[] = {{0, &row.suggestion_id}, {1, &row.item_id}, {2, &row.warehouse_id},
                 {3, &row.supplier_id},   {19, &row.author}, {20, &row.reason}};
    enum pk_status status = PK_OK;
    for (size_t i = 0; i < sizeof texts / sizeof texts[0] && status == PK_OK; i++)
        status = read_text(owned, statement, texts[i].column, texts[i].text, error);
    if (status == PK_OK)
        owned->rows[owned->list.count++] = row;
    return status;
}

enum pk_status pk_suggestion_list_read(sqlite3_stmt *statement,
                                       struct pk_suggestion_list **out_list, struct pk_error *error)
{
    bool has_row = false;
    struct owned_list *owned = calloc(1, sizeof *owned);
    enum pk_status status =
        owned == NULL ? pk_error_set(error, PK_OUT_OF_MEMORY, "", "out of memory for suggestions")
                      : pk_database_step(statement, &has_row, error);
    while (status == PK_OK && has_row) {
        status = pk_array_reserve(&owned->rows, &owned->capacity, owned->list.count + 1,
                                  sizeof *owned->rows, "suggestions", error);
        if (status == PK_OK)
            status = read_row(owned, statement, error);
        if (status == PK_OK)
            status = pk_database_step(statement, &has_row, error);
    }
    if (status != PK_OK) {
        pk_suggestion_list_free(owned == NULL ? NULL : &owned->list);
        return status;
    }
    owned->list.rows = owned->rows;
    *out_list = &owned->list;
    return PK_OK;
}

void pk_suggestion_list_free(struct pk_suggestion_list *list)
{
    struct owned_list *owned = (struct owned_list *)list;
    if (owned == NULL)
        return;
    free(owned->rows);
    pk_text_map_done(&owned->texts);
    free(owned);
}
