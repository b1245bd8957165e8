/* The simulated shop as a whole: settings, what was drawn, and what happened day by day. */
#ifndef PK_SAMPLE_SHOP_H
#define PK_SAMPLE_SHOP_H

#include <stddef.h>
#include <stdint.h>

#include "models/base/error.h"
#include "tests/sample/campaign.h"
#include "tests/sample/catalogue.h"

struct pk_shop_settings {
    uint64_t seed;
    size_t item_count;
    int32_t end_date; /* last sales date, epoch days */
    int32_t history_day_count;
    int32_t future_day_count;
    double surprise_sd; /* of every campaign's log lift around its kind's; 0 = none */
};

/* An item in a warehouse that keeps it. */
struct pk_shop_series {
    int32_t item;
    int32_t warehouse;
    int32_t lead_time_days;
};

/* One day of one series; the stock fields are those at the end of the day. */
struct pk_shop_day {
    double mean_units;        /* true mean of demand_units */
    int32_t discount_percent; /* off the regular price */
    int32_t demand_units;     /* wanted and not cancelled; known for future days too */
    int32_t served_units;     /* history only, as is all below */
    int32_t sellable_units;
    int32_t unsellable_units;  /* returned damaged */
    int32_t reserved_units;    /* paid today, shipped tomorrow */
    int32_t available_percent; /* share of the day in stock */
};

/* One sales row: series x day x channel. */
struct pk_shop_cell {
    int32_t units; /* paid, gross */
    int32_t cancelled_units;
    int32_t returned_units;
};

/* One purchase order line; opening stock is a line that arrived before day 0. */
struct pk_shop_order {
    int32_t series;
    int32_t order_day;
    int32_t eta_day;
    int32_t arrival_day; /* true; nobody in the shop knows it before */
    int32_t units;
    bool planned; /* a wish for the far future, not placed */
};

struct pk_shop {
    struct pk_shop_settings settings;
    int32_t start_date;
    int32_t day_count; /* history and future */
    struct pk_shop_item *items;
    struct pk_shop_series *series; /* by item, then warehouse */
    size_t series_count;
    struct pk_shop_calendar calendar;
    double *livestream_hours;     /* [category][day] */
    struct pk_shop_day *days;     /* [series][day] */
    struct pk_shop_cell *cells;   /* [series][history day][channel] */
    struct pk_shop_order *orders; /* by series, then as they were placed */
    size_t order_count;
    size_t order_capacity;
};

/* Draws the shop and lives through its history. Same settings, same shop. Free with
 * pk_shop_free. INVALID_ARGUMENT with the field outside its range, OUT_OF_MEMORY. */
enum pk_status pk_shop_new(const struct pk_shop_settings *settings, struct pk_shop **out_shop,
                           struct pk_error *error);
void pk_shop_free(struct pk_shop *shop);

struct pk_shop_day *pk_shop_day_at(const struct pk_shop *shop, size_t series, int32_t day);
/* The channels' cells of one series and history day; PK_SHOP_CHANNEL_COUNT of them. */
struct pk_shop_cell *pk_shop_cells_at(const struct pk_shop *shop, size_t series, int32_t day);

#endif
