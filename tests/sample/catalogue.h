/* What the simulated shop sells, where, through which channels and from whom. */
#ifndef PK_SAMPLE_CATALOGUE_H
#define PK_SAMPLE_CATALOGUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "models/base/error.h"

#define PK_SHOP_CATEGORY_COUNT     10
#define PK_SHOP_WAREHOUSE_COUNT    2
#define PK_SHOP_CHANNEL_COUNT      3
#define PK_SHOP_SUPPLIER_COUNT     6
#define PK_SHOP_PRICE_CHANGE_COUNT 2
#define PK_SHOP_KIND_COUNT         9
/* Level knots of an item's slow random trend, one every PK_SHOP_KNOT_DAYS. */
#define PK_SHOP_KNOT_COUNT 40
#define PK_SHOP_KNOT_DAYS  91
/* "No such day": a day index that no day has. */
#define PK_SHOP_DAY_NONE INT32_MIN
/* Fewer items cannot hold all the special cases, more are not a sample. */
#define PK_SHOP_ITEM_COUNT_MIN 60
#define PK_SHOP_ITEM_COUNT_MAX 2000

struct pk_shop_category {
    const char *code;     /* first part of the item ids */
    const char *name;     /* as in items.csv */
    const char *nouns[3]; /* item names end in one of them */
    double price_low;     /* list price range in yuan */
    double price_high;
    double volume_litres;
    double weekday_ratios[7]; /* Monday first */
    double year_amplitude;    /* log scale; one cosine a year, highest on year_peak_day */
    double year_peak_day;
    double half_year_amplitude; /* and one every half year */
    double half_year_peak_day;
    double growth_per_year;      /* log scale */
    double campaign_sensitivity; /* exponent of every campaign's traffic lift */
    double return_ratio;         /* share of the units that come back */
    int32_t
        extra_discount_percent; /* on top of a campaign's peak discount, as an own promotion row */
};

struct pk_shop_supplier {
    const char *id;
    int32_t lead_time_days;
    double lead_time_sd_days;
    int32_t west_extra_days; /* longer way to the second warehouse; 0 = one supply row for all */
    int32_t review_period_days;
};

enum pk_shop_fate {
    PK_SHOP_FATE_REGULAR,
    PK_SHOP_FATE_DEAD,        /* demand ended long ago, stock is left */
    PK_SHOP_FATE_OVERSTOCKED, /* a slow mover that somebody bought far too much of */
    PK_SHOP_FATE_NEW,         /* launched in the last two months */
    PK_SHOP_FATE_UNLAUNCHED,  /* launch date after the last sales date: no history */
    PK_SHOP_FATE_RETIRED,     /* end date inside the history */
    PK_SHOP_FATE_ENDING       /* end date soon after the last sales date */
};

struct pk_shop_price_change {
    int32_t day;
    int64_t price_micros; /* from that day on */
};

struct pk_shop_item {
    char id[16];
    char name[96];
    char style_id[16];
    const char *brand;
    const char *role;
    int32_t category;
    int32_t supplier;
    int32_t velocity_rank; /* 0 = fastest */
    enum pk_shop_fate fate;
    int32_t launch_day;   /* day index; may lie before the history or after it */
    int32_t end_day;      /* last day of its life or PK_SHOP_DAY_NONE */
    int32_t dead_day;     /* first day without demand or PK_SHOP_DAY_NONE */
    double units_per_day; /* mature level on an average day at list price */
    double elasticity;
    double dispersion;
    double return_ratio;
    double lift_sensitivity;                          /* own exponent on every lift */
    double kind_sensitivity[PK_SHOP_KIND_COUNT];      /* and per promotion kind */
    double ageing_per_day;                            /* log scale, <= 0 */
    double level_knots[PK_SHOP_KNOT_COUNT];           /* log scale */
    double warehouse_shares[PK_SHOP_WAREHOUSE_COUNT]; /* sum 1; 0 = not kept there */
    double channel_shares[PK_SHOP_CHANNEL_COUNT];     /* sum 1; 0 = not sold there */
    int64_t list_price_micros;                        /* on the last sales date */
    int64_t first_price_micros;
    struct pk_shop_price_change price_changes[PK_SHOP_PRICE_CHANGE_COUNT]; /* by day */
    size_t price_change_count;
    int64_t unit_cost_micros;
    double volume_litres;
    int32_t pack_size_units;
    int32_t min_order_units;
    double cover_ratio; /* the planner's habit: order-up-to cover over lead time + review period */
    double foresight_ratio; /* the planner's habit: share of a campaign's extra need bought ahead */
    int32_t reference_item; /* index or -1 */
    bool reports_availability;
    bool has_supply_terms;
    bool has_stock_rows;
    bool keeps_lots;
};

extern const struct pk_shop_category pk_shop_categories[PK_SHOP_CATEGORY_COUNT];
extern const struct pk_shop_supplier pk_shop_suppliers[PK_SHOP_SUPPLIER_COUNT];
extern const char *const pk_shop_warehouse_ids[PK_SHOP_WAREHOUSE_COUNT];
extern const char *const pk_shop_channels[PK_SHOP_CHANNEL_COUNT];

/* Fills items[0..count) for a history of `day_count` days. */
void pk_shop_catalogue_fill(struct pk_shop_item *items, size_t count, int32_t day_count,
                            uint64_t seed);

/* Regular price of an item on a day, before any promotion. */
int64_t pk_shop_item_price(const struct pk_shop_item *item, int32_t day);

/* True from the launch to the end date, both included. */
bool pk_shop_item_lives(const struct pk_shop_item *item, int32_t day);

/* Stable lower-case name of a fate, for the truth files. */
const char *pk_shop_fate_name(enum pk_shop_fate fate);

#endif
