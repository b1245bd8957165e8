#include "service/store/rules/snapshot_closing.h"

#include "models/base/date.h"

static struct pk_cell *cell_of(struct pk_row *row, enum pk_dataset_kind kind, const char *column)
{
    return &row->record.cells[pk_dataset_column(pk_dataset_get(kind), pk_text_from(column))];
}

void pk_snapshot_close_line(struct pk_row *line)
{
    *cell_of(line, PK_DATASET_INBOUND, "units") = (struct pk_cell){.state = PK_CELL_SET};
}

bool pk_snapshot_lot_is_open(const struct pk_stock_lot *lot)
{
    return lot->on_hand_units != 0 || lot->reserved_units != 0 || lot->unsellable_units != 0;
}

void pk_snapshot_lot_row(const struct pk_stock_lot *lot, int64_t date, struct pk_row *out_row)
{
    static const char *const units[] = {"on_hand_units", "reserved_units", "unsellable_units"};
    struct pk_row row = {.row_number = 0};
    *cell_of(&row, PK_DATASET_STOCK, "item_id") =
        (struct pk_cell){.state = PK_CELL_SET, .text = lot->item_id};
    *cell_of(&row, PK_DATASET_STOCK, "warehouse_id") =
        (struct pk_cell){.state = PK_CELL_SET, .text = lot->warehouse_id};
    *cell_of(&row, PK_DATASET_STOCK, "date") =
        (struct pk_cell){.state = PK_CELL_SET, .integer = date};
    *cell_of(&row, PK_DATASET_STOCK, "received_date") =
        lot->received_date == PK_DATE_NONE
            ? (struct pk_cell){.state = PK_CELL_NONE}
            : (struct pk_cell){.state = PK_CELL_SET, .integer = lot->received_date};
    for (int i = 0; i < 3; i++)
        *cell_of(&row, PK_DATASET_STOCK, units[i]) = (struct pk_cell){.state = PK_CELL_SET};
    *out_row = row;
}
