/* What a snapshot import closes. A snapshot of stock or inbound says all there is in the warehouses
 * that it names: what is stored there and not named by the import, be it to delete it, ends.
 *
 *   inbound  every stored line of a named warehouse with units > 0 that the import does not name
 *            gets 0 units; its other columns stay.
 *   stock    for every named (warehouse, date), ascending by date: every lot (item x received date)
 *            of that warehouse whose last stored row up to the date has any units and that the
 *            import does not name on the date gets a row of 0 units on the date, over the lot's row
 *            of that date if there is one. A lot that an earlier date of the import closes is
 *            closed on the later ones too.
 *
 * Each row that is closed counts as updated. The closing comes after all rows of the import are
 * merged. */
#ifndef PK_STORE_RULES_SNAPSHOT_CLOSING_H
#define PK_STORE_RULES_SNAPSHOT_CLOSING_H

#include <stdbool.h>
#include <stdint.h>

#include "service/store/rules/row.h"

/* Gives a stored inbound line 0 units. */
void pk_snapshot_close_line(struct pk_row *line);

/* The last stored row of a lot up to a date. */
struct pk_stock_lot {
    struct pk_text item_id, warehouse_id;
    int64_t received_date; /* PK_DATE_NONE = not given */
    int64_t on_hand_units, reserved_units, unsellable_units;
};

/* True if the lot has any units; a lot of none is closed already. */
bool pk_snapshot_lot_is_open(const struct pk_stock_lot *lot);
/* The row that closes the lot on `date`. */
void pk_snapshot_lot_row(const struct pk_stock_lot *lot, int64_t date, struct pk_row *out_row);

#endif
