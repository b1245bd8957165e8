#include "models/decision/campaign/purchase_week.h"

#include <stdbool.h>

#include "models/base/date.h"

int32_t pk_purchase_week_start(int32_t date)
{
    return date - pk_date_weekday(date);
}

/* Whole packs of what is left that fit into the room. */
static int64_t fitting_units(const struct pk_purchase_order *order, int64_t room, bool has_split)
{
    const int64_t pack = order->pack_size_units > 1 ? order->pack_size_units : 1;
    if (order->left_units <= room)
        return order->left_units;
    return has_split || room <= 0 ? 0 : room - room % pack;
}

void pk_purchase_weeks_fill(const int64_t *capacities, size_t week_count,
                            struct pk_purchase_order *orders, size_t order_count,
                            struct pk_purchase_piece *pieces, size_t *out_piece_count)
{
    size_t count = 0;
    for (size_t i = 0; i < order_count; i++)
        orders[i].left_units = orders[i].units;
    for (size_t week = week_count; week-- > 0;) {
        int64_t room = capacities[week];
        bool has_split = false;
        for (size_t i = 0; i < order_count; i++) {
            struct pk_purchase_order *order = &orders[i];
            const bool is_due = order->week >= week;
            const int64_t units = is_due ? fitting_units(order, room, has_split) : 0;
            if (units == 0)
                continue;
            has_split |= units < order->left_units;
            room -= units;
            order->left_units -= units;
            pieces[count++] = (struct pk_purchase_piece){i, week, units};
        }
    }
    *out_piece_count = count;
}
