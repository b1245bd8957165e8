/* Which parents an item is part of, through every level: the bill of materials turned round. It is
 * made once from the component rows.
 *
 * A parent that keeps stock of its own is packed beforehand: it is ordered itself and does not
 * explode. Gifts always go with their parent. */
#ifndef PK_DECISION_EXPLOSION_H
#define PK_DECISION_EXPLOSION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "models/base/error.h"
#include "models/history/ledger.h"

/* Rows of the whole explosion: every pair of item and ancestor. */
#define PK_EXPLOSION_ROW_COUNT_MAX 1000000

/* One way from an ancestor down to an item. */
struct pk_explosion_row {
    uint32_t component_item, parent_item;
    double units;                    /* pieces of the item in one ancestor */
    int32_t valid_from, valid_to;    /* both included; PK_DATE_NONE = open */
    const char *promotion_id;        /* "" = always */
    int64_t min_order_amount_micros; /* order amount that it needs; -1 = not given */
};

struct pk_explosion {
    struct pk_explosion_row *rows; /* ascending component_item; owned */
    size_t row_count;
    uint8_t *is_assembled; /* per item: 1 = made of components and keeps no stock; owned */
};

/* `components` ascend by parent_item; `keeps_stock` has item_count entries. Free with
 * pk_explosion_done. FAILED_PRECONDITION on a circle or more than
 * PK_COMPONENT_DEPTH_MAX levels, RESOURCE_EXHAUSTED beyond PK_EXPLOSION_ROW_COUNT_MAX,
 * OUT_OF_MEMORY. */
enum pk_status pk_explosion_build(const struct pk_component_row *components, size_t component_count,
                                  const bool *keeps_stock, size_t item_count,
                                  struct pk_explosion *out_explosion, struct pk_error *error);
void pk_explosion_done(struct pk_explosion *explosion);

/* Rows of one item: [first, last). */
void pk_explosion_of(const struct pk_explosion *explosion, uint32_t item, size_t *out_first,
                     size_t *out_last);

#endif
