/* The feeds of which a shop is made (shop_builder.h), and the table of what becomes of their
 * columns.
 *
 * A feed is the rows of one kind for one use, in the order that its array in models/history/shop.h
 * or ledger.h has; ids and other texts ascend byte by byte. */
#ifndef PK_STORE_RULES_SHOP_FEED_H
#define PK_STORE_RULES_SHOP_FEED_H

#include <stddef.h>

#include "models/base/dataset.h"

enum pk_shop_feed {
    /* Ascending warehouse_id: shop.warehouses and the terms of each. */
    PK_FEED_WAREHOUSES,
    /* Ascending item_id. Categories are made of them; "" is always one. A reference to an unknown
     * item is PK_INDEX_NONE. */
    PK_FEED_ITEMS,
    /* Ascending (start_date, promotion_id, row number). Only those with status approved count. */
    PK_FEED_PROMOTIONS,
    /* Ascending (name, date, item_id, category, warehouse_id). The name of a row that applies to
     * nothing is known all the same. */
    PK_FEED_COVARIATES,
    /* Ascending (item_id, warehouse_id with "" last, date), channels in any order. One price a day:
     * the one without a channel, else the lowest of the channels. */
    PK_FEED_PRICES,
    PK_FEED_SUPPLY, /* ascending (item_id, warehouse_id with "" last, supplier_id) */
    PK_FEED_STOCK,  /* up to last_daily_date */
    /* Lines with units > 0; for a past day as they were recorded last up to it (store.h,
     * pk_store_load); none if the as-of day has no series. */
    PK_FEED_INBOUND,
    /* Inbound rows as they are, ascending (item_id, warehouse_id, received_date, order_id, line).
     * Those count that have an order_date and a received_date from it up to last_daily_date. */
    PK_FEED_DELIVERIES,
    PK_FEED_COMPONENTS,
    PK_FEED_SUPPLIERS,
    PK_FEED_CLOSURES,
    PK_FEED_LANES,
    PK_FEED_ADJUSTMENTS,
    /* Ascending (period_start, period_end, metric, category, channel, warehouse_id). */
    PK_FEED_TARGETS,
    PK_FEED_DEPOSITS, /* up to last_daily_date */
    PK_FEED_COUNT
};

/* The dataset whose rows a feed takes. */
enum pk_dataset_kind pk_shop_feed_kind(enum pk_shop_feed feed);

/* --- what becomes of the columns --- */

enum pk_shop_field_type {
    PK_FIELD_TEXT,            /* const char * */
    PK_FIELD_DATE,            /* int32_t, PK_DATE_NONE = not given */
    PK_FIELD_DAYS,            /* int32_t, 0 = not given */
    PK_FIELD_COUNT,           /* int64_t, -1 = not given; micros too */
    PK_FIELD_NUMBER,          /* double, NAN = not given */
    PK_FIELD_ITEM,            /* uint32_t; an unknown one leaves the row out */
    PK_FIELD_WAREHOUSE,       /* likewise */
    PK_FIELD_ITEM_SCOPE,      /* uint32_t, "" = PK_INDEX_NONE; an unknown one leaves the row out */
    PK_FIELD_WAREHOUSE_SCOPE, /* likewise */
    PK_FIELD_CATEGORY_SCOPE,  /* likewise */
    PK_FIELD_ROLE,
    PK_FIELD_PHASE,
    PK_FIELD_COMPONENT_KIND,
    PK_FIELD_IS_SUPPLIER, /* bool: the party is a supplier, not a warehouse */
    PK_FIELD_WEEKDAYS     /* uint8_t */
};

struct pk_shop_field {
    const char *column;
    enum pk_shop_field_type type;
    size_t offset; /* of the member */
};

/* Most fields of one feed. */
#define PK_SHOP_FIELD_COUNT_MAX 16

struct pk_shop_feed_rule {
    enum pk_dataset_kind kind;
    size_t row_size;
    size_t rows_offset, count_offset; /* of the array and its count in struct pk_shop_data */
    const struct pk_shop_field *fields;
    size_t field_count;
};
extern const struct pk_shop_feed_rule pk_shop_feed_rules[PK_FEED_COUNT];

#endif
