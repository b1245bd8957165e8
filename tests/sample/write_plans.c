#include <math.h>

#include "models/base/units.h"
#include "tests/sample/gift.h"
#include "tests/sample/output.h"
#include "tests/sample/write_inputs.h"

/* A campaign is meant to bring half as much again as a year ago, a month a sixth more. */
#define CAMPAIGN_GROWTH 1.50
#define MONTH_GROWTH    1.16
#define YEAR_DAYS       364 /* whole weeks */
/* Days before the end that outbound capacity is planned by. */
#define CAPACITY_DAYS 56

static void write_suppliers(const struct pk_shop *shop, FILE *stream)
{
    static const struct {
        const char *name;
        int32_t min_order_amount, capacity_units_per_week;
    } suppliers[PK_SHOP_SUPPLIER_COUNT] = {
        {"义乌塑料制品", 2000, 30000}, {"台州箱业", 5000, 20000}, {"揭阳衣架", 3000, 30000},
        {"佛山五金", 8000, 15000},     {"宁波纺织", 5000, 20000}, {"泉州竹木", 10000, 12000}};
    (void)shop;
    for (size_t i = 0; i < PK_SHOP_SUPPLIER_COUNT; i++)
        fprintf(stream, "%s,%s,%d,%d\n", pk_shop_suppliers[i].id, suppliers[i].name,
                (int)suppliers[i].min_order_amount, (int)suppliers[i].capacity_units_per_week);
}

const struct pk_shop_file pk_shop_suppliers_file = {
    "suppliers.csv", "supplier_id,name,min_order_amount,capacity_units_per_week", write_suppliers};

/* Units that a warehouse sends out on a usual day. */
static double usual_units(const struct pk_shop *shop, int32_t warehouse)
{
    const int32_t end = shop->settings.history_day_count;
    double units = 0;
    for (size_t i = 0; i < shop->series_count; i++)
        for (int32_t day = end - CAPACITY_DAYS; day < end; day++)
            if (shop->series[i].warehouse == warehouse)
                units += pk_shop_day_at(shop, i, day)->served_units;
    return units / CAPACITY_DAYS;
}

static void write_warehouses(const struct pk_shop *shop, FILE *stream)
{
    static const double capacity_ratios[PK_SHOP_WAREHOUSE_COUNT] = {3.0, 9.0};
    for (int32_t i = 0; i < PK_SHOP_WAREHOUSE_COUNT; i++)
        fprintf(stream, "%s,0,%d\n", pk_shop_warehouse_ids[i],
                (int)(ceil(capacity_ratios[i] * usual_units(shop, i) / 50) * 50));
}

/* The first warehouse is tight at Double 12, the second has room. */
const struct pk_shop_file pk_shop_warehouses_file = {
    "warehouses.csv", "warehouse_id,shelving_days,outbound_units_per_day", write_warehouses};

static void write_components(const struct pk_shop *shop, FILE *stream)
{
    pk_shop_gift_write_components(shop, stream);
}

const struct pk_shop_file pk_shop_components_file = {
    "components.csv",
    "parent_item_id,component_item_id,units,kind,promotion_id,valid_from,valid_to",
    write_components};

/* Sales of days first..last at their prices, category or warehouse -1 = all. */
static double sold_amount(const struct pk_shop *shop, int32_t first_day, int32_t last_day,
                          int32_t category, int32_t warehouse)
{
    double amount = 0;
    for (size_t i = 0; i < shop->series_count; i++) {
        const struct pk_shop_item *item = &shop->items[shop->series[i].item];
        if ((category >= 0 && item->category != category) ||
            (warehouse >= 0 && shop->series[i].warehouse != warehouse))
            continue;
        for (int32_t day = first_day < 0 ? 0 : first_day; day <= last_day; day++) {
            const struct pk_shop_day *record = pk_shop_day_at(shop, i, day);
            amount += record->served_units * (double)pk_shop_item_price(item, day) *
                      (100 - record->discount_percent) / 100 / (double)PK_MICROS_PER_UNIT;
        }
    }
    return amount;
}

static void write_target(const struct pk_shop *shop, const char *promotion_id, int32_t first_day,
                         int32_t last_day, int32_t category, int32_t warehouse, double value,
                         double step, FILE *stream)
{
    char first[PK_DATE_TEXT_SIZE];
    char last[PK_DATE_TEXT_SIZE];
    fprintf(stream, "%s,%s,gmv,%.0f,%s,%s,%s\n", pk_shop_day_format(shop, first_day, first),
            pk_shop_day_format(shop, last_day, last), round(value / step) * step,
            category < 0 ? "" : pk_shop_categories[category].name,
            warehouse < 0 ? "" : pk_shop_warehouse_ids[warehouse], promotion_id);
}

static const struct pk_shop_campaign *year_before(const struct pk_shop *shop,
                                                  const struct pk_shop_campaign *campaign)
{
    for (size_t i = 0; i < shop->calendar.campaign_count; i++) {
        const struct pk_shop_campaign *other = &shop->calendar.campaigns[i];
        if (other->kind == campaign->kind && other->year == campaign->year - 1 &&
            other->first_day >= 0)
            return other;
    }
    return NULL;
}

/* First day of the window, which the presale is no part of. */
static int32_t selling_day(const struct pk_shop_campaign *campaign)
{
    const int32_t warmup_day = campaign->first_days[PK_SHOP_PHASE_WARMUP];
    return warmup_day != PK_SHOP_DAY_NONE ? warmup_day : campaign->first_days[PK_SHOP_PHASE_PEAK];
}

static void write_campaign_targets(const struct pk_shop *shop, FILE *stream)
{
    const struct pk_shop_campaign *campaign = pk_shop_gift_campaign(shop);
    const struct pk_shop_campaign *before = campaign == NULL ? NULL : year_before(shop, campaign);
    char promotion_id[32];
    if (before == NULL)
        return;
    pk_text_format(promotion_id, sizeof promotion_id, "%s-%d",
                   pk_shop_rule_get(campaign->kind)->id_stem, (int)campaign->year);
    for (int32_t category = -1; category < PK_SHOP_CATEGORY_COUNT; category++)
        write_target(shop, promotion_id, selling_day(campaign), campaign->last_day, category, -1,
                     CAMPAIGN_GROWTH *
                         sold_amount(shop, selling_day(before), before->last_day, category, -1),
                     category < 0 ? 1000 : 500, stream);
    for (int32_t warehouse = 0; warehouse < PK_SHOP_WAREHOUSE_COUNT; warehouse++)
        write_target(shop, promotion_id, selling_day(campaign), campaign->last_day, -1, warehouse,
                     CAMPAIGN_GROWTH *
                         sold_amount(shop, selling_day(before), before->last_day, -1, warehouse),
                     1000, stream);
}

/* The month of the last day and the next one. */
static void write_month_targets(const struct pk_shop *shop, FILE *stream)
{
    const int32_t end = shop->settings.history_day_count - 1;
    struct pk_civil civil = pk_date_to_civil(shop->start_date + end);
    civil.day = 1;
    for (int month = 0; month < 2; month++) {
        const int32_t first = pk_date_from_civil(civil) - shop->start_date;
        civil.month = civil.month % 12 + 1;
        civil.year += civil.month == 1;
        const int32_t last = pk_date_from_civil(civil) - shop->start_date - 1;
        if (first - YEAR_DAYS >= 0)
            write_target(shop, "", first, last, -1, -1,
                         MONTH_GROWTH *
                             sold_amount(shop, first - YEAR_DAYS, last - YEAR_DAYS, -1, -1),
                         10000, stream);
    }
}

static void write_targets(const struct pk_shop *shop, FILE *stream)
{
    write_month_targets(shop, stream);
    write_campaign_targets(shop, stream);
}

const struct pk_shop_file pk_shop_targets_file = {
    "targets.csv", "period_start,period_end,metric,value,category,warehouse_id,promotion_id",
    write_targets};
