/* The shop: everything that models know besides the sales, with ids replaced by dense indexes.
 *
 * A shop is built from one consistent read of the store. It is immutable afterwards and shared by
 * all threads. All arrays are owned by the builder of the shop; models only read. PK_INDEX_NONE
 * stands for "not given" or "everything". Items, warehouses, categories and series are sorted by
 * their ids, so results do not depend on the order of arrival. */
#ifndef PK_HISTORY_SHOP_H
#define PK_HISTORY_SHOP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "models/base/date.h"
#include "models/base/promotion_phase.h"
#include "models/base/role.h"

#define PK_INDEX_NONE UINT32_MAX

struct pk_item {
    const char *item_id;
    const char *name; /* "" if not given */
    /* 款号: items of one style differ in size or colour only; "" or NULL = none. */
    const char *style_id;
    uint32_t category; /* index into shop.categories; the category "" holds items without one */
    enum pk_role role;
    int64_t unit_cost_micros;      /* -1 = not given */
    int64_t list_price_micros;     /* -1 = not given */
    double selling_cost_ratio;     /* selling costs as a part of the price, 0..1; 0 if not given */
    int32_t launch_date, end_date; /* PK_DATE_NONE = not given */
    int32_t shelf_life_days;       /* 0 = not given */
    uint32_t reference_item;       /* index of the item a new one resembles, or PK_INDEX_NONE */
};

/* One row of a promotion 活动. A shop holds only rows of status approved. */
struct pk_promotion {
    const char *promotion_id;
    const char *name;
    const char *kind; /* models/base/campaign_kind.h, or the shop's own; "" = other */
    enum pk_promotion_phase phase;
    int32_t start_date, end_date;       /* both included */
    uint32_t item, category, warehouse; /* scope; PK_INDEX_NONE = all */
    const char *channel;                /* "" = all */
    int64_t net_price_micros;           /* -1 = not given */
    double discount_ratio;              /* part taken off; 0 if not given */
    double traffic_ratio;               /* 1 = a normal day; 1 if not given */
    int64_t committed_units;            /* -1 = not given */
    int32_t ship_by_date, balance_date; /* of presale goods; PK_DATE_NONE = not given */
};

/* One value of a regressor that is known ahead; absent days are 0. */
struct pk_covariate {
    int32_t date;
    uint32_t name; /* index into shop.covariate_names */
    double value;
    uint32_t item, category, warehouse; /* scope; PK_INDEX_NONE = all */
};

/* The price 售价 of an item from `date` until its next row. */
struct pk_price {
    uint32_t item, warehouse; /* warehouse PK_INDEX_NONE = all */
    int32_t date;
    int64_t price_micros;
};

/* A fitted and ordered series: item x warehouse, channels summed. */
struct pk_series {
    uint32_t item, warehouse;
    int32_t bucket_days; /* 1 or 7 */
};

enum pk_calendar_choice { PK_CALENDAR_AUTO, PK_CALENDAR_CN, PK_CALENDAR_NONE };

struct pk_shop {
    int32_t as_of_date; /* first day of the last complete bucket; later sales are unknown */
    int32_t week_start; /* weekday (0 = Monday) on which weekly buckets begin */
    /* as_of_date is a day; else the first day of the last complete week */
    bool has_daily_series;
    enum pk_calendar_choice calendar;
    /* The store trades in yuan in China's time zone: PK_CALENDAR_AUTO starts from the belief that
     * the Chinese calendar holds, and history may deny it. Elsewhere history has to show it. */
    bool is_chinese_store;
    /* A shopping festival of the calendar that is left out on these days; NULL = none. It answers
     * "what if there were no campaign": to the fit the festival and the shop's part in it are one
     * event. */
    const char *quiet_kind;
    int32_t quiet_start_date, quiet_end_date;
    const char *const *warehouses;
    size_t warehouse_count;
    const char *const *categories;
    size_t category_count;
    const struct pk_item *items;
    size_t item_count;
    const struct pk_promotion *promotions; /* ascending start_date, then as stored */
    size_t promotion_count;
    /* Indexes of the promotions, sorted by promotion_id, then item (rows without one first), then
     * index, so that a campaign is found without reading all rows. NULL = not made. */
    const uint32_t *promotion_order;
    const char *const *covariate_names;
    size_t covariate_name_count;
    const struct pk_covariate *covariates; /* ascending (name, date) */
    size_t covariate_count;
    const struct pk_price *prices; /* ascending (item, warehouse, date) */
    size_t price_count;
    const struct pk_series *series; /* ascending (item, warehouse) */
    size_t series_count;
};

/* One bucket of one series' history; buckets without a row sold nothing. */
struct pk_sales_bucket {
    int32_t date;          /* first day of the bucket */
    float demand_units;    /* units - cancelled_units, never negative */
    float cancelled_units; /* part of the paid units that is not in demand_units */
    float returned_units;
    float available_ratio;      /* share of the bucket in stock; < 0 = unknown */
    int64_t paid_amount_micros; /* < 0 = not given */
};

/* Sales of all series, series-major: buckets[starts[s] .. starts[s + 1]) of series s, ascending
 * date. */
struct pk_sales {
    const size_t *starts; /* series_count + 1 entries */
    const struct pk_sales_bucket *buckets;
};

#endif
