#include "service/store/rules/row.h"

#include "models/base/text.h"

bool pk_row_is_numbered(const struct pk_dataset *dataset)
{
    return dataset->kind == PK_DATASET_PROMOTIONS;
}

int pk_row_key(const struct pk_dataset *dataset, int out_key[PK_COLUMN_COUNT_MAX])
{
    static const char *const first[] = {"item_id", "warehouse_id"};
    int count = 0;
    int leading[2];
    for (int i = 0; i < 2; i++) {
        leading[i] = pk_dataset_column(dataset, pk_text_from(first[i]));
        if (leading[i] >= 0 && dataset->columns[leading[i]].is_key)
            out_key[count++] = leading[i];
    }
    for (int i = 0; i < (int)dataset->column_count; i++)
        if (dataset->columns[i].is_key && i != leading[0] && i != leading[1])
            out_key[count++] = i;
    return count;
}

bool pk_cell_equal(const struct pk_column *column, const struct pk_cell *a, const struct pk_cell *b)
{
    if (a->state != b->state)
        return false;
    if (a->state != PK_CELL_SET)
        return true;
    switch (column->type) {
    case PK_COLUMN_ID:
    case PK_COLUMN_TEXT:
    case PK_COLUMN_CHOICE:
        return pk_text_equal(a->text, b->text);
    case PK_COLUMN_NUMBER:
        return a->number == b->number;
    default:
        return a->integer == b->integer;
    }
}

bool pk_record_equal(const struct pk_dataset *dataset, const struct pk_record *a,
                     const struct pk_record *b)
{
    for (size_t i = 0; i < dataset->column_count; i++)
        if (!pk_cell_equal(&dataset->columns[i], &a->cells[i], &b->cells[i]))
            return false;
    return true;
}

enum pk_status pk_row_refuse_twin(int64_t earlier_row, int64_t row_number, const char *column,
                                  struct pk_error *error)
{
    return pk_error_set(error, PK_ALREADY_EXISTS, column,
                        "row %lld has the key of row %lld but another %s; keep one of them",
                        (long long)row_number, (long long)earlier_row, column);
}

enum pk_status pk_row_join(const struct pk_dataset *dataset, struct pk_row *earlier,
                           const struct pk_row *row, bool *out_changed, struct pk_error *error)
{
    bool changed = false;
    if (earlier->record.deleted != row->record.deleted)
        return pk_row_refuse_twin(earlier->row_number, row->row_number, "op", error);
    for (size_t i = 0; i < dataset->column_count && !row->record.deleted; i++) {
        const struct pk_cell *cell = &row->record.cells[i];
        struct pk_cell *known = &earlier->record.cells[i];
        if (cell->state == PK_CELL_ABSENT)
            continue;
        if (known->state == PK_CELL_ABSENT) {
            *known = *cell;
            changed = true;
        } else if (!pk_cell_equal(&dataset->columns[i], known, cell)) {
            return pk_row_refuse_twin(earlier->row_number, row->row_number,
                                      dataset->columns[i].name, error);
        }
    }
    *out_changed = changed;
    return PK_OK;
}

void pk_record_complete(const struct pk_dataset *dataset, struct pk_record *record,
                        const struct pk_record *stored)
{
    for (size_t i = 0; i < dataset->column_count; i++) {
        struct pk_cell *cell = &record->cells[i];
        if (cell->state != PK_CELL_ABSENT)
            continue;
        *cell = (struct pk_cell){.state = PK_CELL_NONE};
        if (stored != NULL)
            *cell = stored->cells[i];
        else if (dataset->columns[i].presence == PK_COLUMN_DEFAULT)
            pk_cell_parse(&dataset->columns[i], pk_text_from(""), cell, NULL);
    }
}

/* Leaves the key of a row and gives every other column its default. */
static void strip(const struct pk_dataset *dataset, struct pk_row *row)
{
    for (size_t i = 0; i < dataset->column_count; i++)
        if (!dataset->columns[i].is_key)
            row->record.cells[i] = (struct pk_cell){.state = PK_CELL_ABSENT};
    row->record.deleted = false;
    pk_record_complete(dataset, &row->record, NULL);
}

enum pk_row_fate pk_row_publish(const struct pk_dataset *dataset, struct pk_row *row,
                                const struct pk_row *stored, bool is_named)
{
    const bool is_deletion = row->record.deleted;
    if (is_deletion && stored == NULL)
        return PK_ROW_UNCHANGED;
    if (is_deletion && !is_named)
        return PK_ROW_DELETED;
    if (is_deletion)
        strip(dataset, row);
    else
        pk_record_complete(dataset, &row->record, stored == NULL ? NULL : &stored->record);
    if (stored != NULL && pk_record_equal(dataset, &row->record, &stored->record))
        return PK_ROW_UNCHANGED;
    if (is_deletion)
        return PK_ROW_BARED;
    return stored == NULL ? PK_ROW_INSERTED : PK_ROW_UPDATED;
}
