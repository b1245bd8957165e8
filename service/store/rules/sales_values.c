#include "service/store/rules/sales_values.h"

#include <stddef.h>
#include <string.h>

#include "service/store/rules/row.h"

static const int columns[PK_SALES_VALUE_COUNT] = {PK_SALES_COLUMN_UNITS, PK_SALES_COLUMN_CANCELLED,
                                                  PK_SALES_COLUMN_RETURNED, PK_SALES_COLUMN_PAID};

#define RATIO_BIT (UINT32_C(1) << PK_SALES_VALUE_COUNT)

static int64_t default_of(int value)
{
    return value == PK_SALES_PAID_AMOUNT ? -1 : 0;
}

void pk_sales_values_read(const struct pk_record *record, struct pk_sales_values *out_values)
{
    struct pk_sales_values read = {.available_ratio = -1, .deleted = record->deleted};
    for (int i = 0; i < PK_SALES_VALUE_COUNT; i++) {
        const struct pk_cell *cell = &record->cells[columns[i]];
        if (cell->state == PK_CELL_ABSENT)
            read.absent |= UINT32_C(1) << i;
        else
            read.values[i] = cell->state == PK_CELL_SET ? cell->integer : default_of(i);
    }
    const struct pk_cell *ratio = &record->cells[PK_SALES_COLUMN_AVAILABLE];
    if (ratio->state == PK_CELL_SET)
        read.available_ratio = ratio->number;
    else if (ratio->state == PK_CELL_ABSENT)
        read.absent |= RATIO_BIT;
    *out_values = read;
}

static enum pk_status refuse(int64_t earlier_row, int64_t row_number, int column,
                             struct pk_error *error)
{
    return pk_row_refuse_twin(earlier_row, row_number,
                              pk_dataset_get(PK_DATASET_SALES)->columns[column].name, error);
}

enum pk_status pk_sales_values_join(struct pk_sales_values *earlier, int64_t earlier_row,
                                    const struct pk_sales_values *row, int64_t row_number,
                                    bool *out_changed, struct pk_error *error)
{
    const uint32_t before = earlier->absent;
    if (earlier->deleted != row->deleted)
        return pk_row_refuse_twin(earlier_row, row_number, "op", error);
    for (int i = 0; i < PK_SALES_VALUE_COUNT && !row->deleted; i++) {
        const uint32_t bit = UINT32_C(1) << i;
        if ((row->absent & bit) != 0)
            continue;
        if ((earlier->absent & bit) != 0)
            earlier->values[i] = row->values[i];
        else if (earlier->values[i] != row->values[i])
            return refuse(earlier_row, row_number, columns[i], error);
        earlier->absent &= ~bit;
    }
    if (!row->deleted && (row->absent & RATIO_BIT) == 0) {
        if ((earlier->absent & RATIO_BIT) != 0)
            earlier->available_ratio = row->available_ratio;
        else if (earlier->available_ratio != row->available_ratio)
            return refuse(earlier_row, row_number, PK_SALES_COLUMN_AVAILABLE, error);
        earlier->absent &= ~RATIO_BIT;
    }
    *out_changed = earlier->absent != before;
    return PK_OK;
}

/* Absent values come from the stored row, or are the defaults. */
static void complete(struct pk_sales_values *row, const struct pk_sales_values *stored)
{
    for (int i = 0; i < PK_SALES_VALUE_COUNT; i++)
        if ((row->absent >> i & 1) != 0)
            row->values[i] = stored != NULL ? stored->values[i] : default_of(i);
    if ((row->absent & RATIO_BIT) != 0)
        row->available_ratio = stored != NULL ? stored->available_ratio : -1;
}

enum pk_row_fate pk_sales_values_publish(struct pk_sales_values *row, int64_t source_id,
                                         const struct pk_sales_values *stored,
                                         int64_t stored_source_id)
{
    if (row->deleted)
        return stored == NULL ? PK_ROW_UNCHANGED : PK_ROW_DELETED;
    complete(row, stored);
    if (stored == NULL)
        return PK_ROW_INSERTED;
    const bool is_equal = memcmp(row->values, stored->values, sizeof row->values) == 0 &&
                          row->available_ratio == stored->available_ratio &&
                          source_id == stored_source_id;
    return is_equal ? PK_ROW_UNCHANGED : PK_ROW_UPDATED;
}

enum pk_staged_series pk_staged_series_after(enum pk_staged_series state, bool deleted)
{
    if (state == PK_STAGED_ROWS || !deleted)
        return PK_STAGED_ROWS;
    return PK_STAGED_DELETIONS;
}
