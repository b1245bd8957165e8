#include "tests/sample/write_inputs.h"

#include "models/base/units.h"
#include "tests/sample/gift.h"
#include "tests/sample/output.h"

#define FILL_TARGET_RANKS 25

static void write_items(const struct pk_shop *shop, FILE *stream)
{
    for (size_t i = 0; i < shop->settings.item_count; i++) {
        const struct pk_shop_item *item = &shop->items[i];
        char cost[PK_MONEY_TEXT_SIZE];
        char price[PK_MONEY_TEXT_SIZE];
        char launch[PK_DATE_TEXT_SIZE];
        char end[PK_DATE_TEXT_SIZE];
        fprintf(stream, "%s,%s,%s,%s,%s,%s,%s,%s,0.06,%s,%s,%s,%.1f\n", item->id, item->name,
                pk_shop_categories[item->category].name, item->brand, item->style_id, item->role,
                pk_money_format(item->unit_cost_micros, cost),
                pk_money_format(item->list_price_micros, price),
                pk_shop_day_format(shop, item->launch_day, launch),
                pk_shop_day_format(shop, item->end_day, end),
                item->reference_item < 0 ? "" : shop->items[item->reference_item].id,
                item->volume_litres);
    }
    pk_shop_gift_write_item(shop, stream);
}

const struct pk_shop_file pk_shop_items_file = {
    "items.csv",
    "item_id,name,category,brand,style_id,role,unit_cost,list_price,selling_cost_ratio,"
    "launch_date,end_date,reference_item_id,volume_litres",
    write_items};

/* Storage by volume and interest on the cost, in whole hundreds of micros a day. */
static int64_t holding_cost_micros(const struct pk_shop_item *item)
{
    int64_t storage_micros = (int64_t)(item->volume_litres * 1200);
    int64_t interest_micros = item->unit_cost_micros * 3 / 10000;
    return (storage_micros + interest_micros) / 100 * 100;
}

static void write_supply_row(const struct pk_shop_item *item, const char *warehouse_id,
                             int32_t lead_time_days, FILE *stream)
{
    const struct pk_shop_supplier *supplier = &pk_shop_suppliers[item->supplier];
    char cost[PK_MONEY_TEXT_SIZE];
    char holding[PK_MONEY_TEXT_SIZE];
    fprintf(stream, "%s,%s,%s,%d,%.1f,%d,%d,%d,%s,%s,%s\n", item->id, warehouse_id, supplier->id,
            (int)lead_time_days, supplier->lead_time_sd_days, (int)supplier->review_period_days,
            (int)item->min_order_units, (int)item->pack_size_units,
            pk_money_format(item->unit_cost_micros, cost),
            pk_money_format(holding_cost_micros(item), holding),
            item->velocity_rank % FILL_TARGET_RANKS == 4 ? "0.98" : "");
}

static void write_supply(const struct pk_shop *shop, FILE *stream)
{
    int32_t written_item = -1;
    for (size_t i = 0; i < shop->series_count; i++) {
        const struct pk_shop_series *series = &shop->series[i];
        const struct pk_shop_item *item = &shop->items[series->item];
        bool same_everywhere = pk_shop_suppliers[item->supplier].west_extra_days == 0;
        if (!item->has_supply_terms || (same_everywhere && written_item == series->item))
            continue;
        written_item = series->item;
        write_supply_row(item, same_everywhere ? "" : pk_shop_warehouse_ids[series->warehouse],
                         series->lead_time_days, stream);
    }
    pk_shop_gift_write_supply(shop, stream);
}

const struct pk_shop_file pk_shop_supply_file = {
    "supply.csv",
    "item_id,warehouse_id,supplier_id,lead_time_days,lead_time_sd_days,review_period_days,"
    "min_order_units,pack_size_units,unit_cost,holding_cost_per_unit_day,target_fill_ratio",
    write_supply};

/* Units of one series that came on one day. */
struct lot {
    int32_t day;
    int32_t units;
};

/* The latest arrival before a day; units 0 if there is none. */
static struct lot find_lot(const struct pk_shop *shop, size_t series, int32_t before_day)
{
    struct lot lot = {.day = PK_SHOP_DAY_NONE, .units = 0};
    for (size_t i = 0; i < shop->order_count; i++) {
        const struct pk_shop_order *order = &shop->orders[i];
        bool candidate = order->series == (int32_t)series && !order->planned &&
                         order->arrival_day < before_day && order->arrival_day >= lot.day;
        if (!candidate)
            continue;
        lot.units = (order->arrival_day == lot.day ? lot.units : 0) + order->units;
        lot.day = order->arrival_day;
    }
    return lot;
}

static int32_t smaller(int32_t a, int32_t b)
{
    return a < b ? a : b;
}

/* The lots that must still lie there if the oldest units left first: latest arrivals up to the
 * stock on hand. What is beyond them, mostly returned units, counts as part of the first lot
 * ever. */
static void write_lots(const struct pk_shop *shop, size_t series, int32_t day,
                       const struct pk_shop_day *record, FILE *stream)
{
    int32_t left_reserved = record->reserved_units;
    int32_t left_unsellable = record->unsellable_units;
    int32_t left = record->sellable_units + left_reserved + left_unsellable;
    struct lot lot = find_lot(shop, series, day + 1);
    char date[PK_DATE_TEXT_SIZE];
    pk_shop_day_format(shop, day, date);
    while (left > 0) {
        struct lot older = find_lot(shop, series, lot.day);
        int32_t units = older.units > 0 ? smaller(lot.units, left) : left;
        int32_t reserved = smaller(left_reserved, units);
        int32_t unsellable = smaller(left_unsellable, units - reserved);
        char received[PK_DATE_TEXT_SIZE];
        fprintf(stream, "%s,%s,%s,%d,%d,%d,%s\n", date, shop->items[shop->series[series].item].id,
                pk_shop_warehouse_ids[shop->series[series].warehouse], (int)units, (int)reserved,
                (int)unsellable, pk_shop_day_format(shop, lot.day, received));
        left -= units;
        left_reserved -= reserved;
        left_unsellable -= unsellable;
        lot = older;
    }
}

static void write_stock_day(const struct pk_shop *shop, int32_t day, FILE *stream)
{
    bool last = day == shop->settings.history_day_count - 1;
    char date[PK_DATE_TEXT_SIZE];
    pk_shop_day_format(shop, day, date);
    for (size_t i = 0; i < shop->series_count; i++) {
        const struct pk_shop_series *series = &shop->series[i];
        const struct pk_shop_item *item = &shop->items[series->item];
        const struct pk_shop_day *record = pk_shop_day_at(shop, i, day);
        int32_t on_hand =
            record->sellable_units + record->unsellable_units + record->reserved_units;
        bool gone = item->end_day != PK_SHOP_DAY_NONE && item->end_day < day && on_hand == 0;
        if (!item->has_stock_rows || (item->launch_day > day && !last) || gone)
            continue;
        if (last && item->keeps_lots && on_hand > 0)
            write_lots(shop, i, day, record, stream);
        else
            fprintf(stream, "%s,%s,%s,%d,%d,%d,\n", date, item->id,
                    pk_shop_warehouse_ids[series->warehouse], (int)on_hand,
                    (int)record->reserved_units, (int)record->unsellable_units);
    }
}

static void write_stock(const struct pk_shop *shop, FILE *stream)
{
    int32_t history = shop->settings.history_day_count;
    for (int32_t day = 0; day < history; day++) {
        bool month_end = pk_date_to_civil(shop->start_date + day + 1).day == 1;
        if (month_end || day == history - 1)
            write_stock_day(shop, day, stream);
    }
    pk_shop_gift_write_stock(shop, stream);
}

const struct pk_shop_file pk_shop_stock_file = {
    "stock.csv",
    "date,item_id,warehouse_id,on_hand_units,reserved_units,"
    "unsellable_units,received_date",
    write_stock};

const char *pk_shop_order_id(const struct pk_shop *shop, const struct pk_shop_order *order,
                             char out[PK_SHOP_ORDER_ID_SIZE])
{
    const struct pk_shop_item *item = &shop->items[shop->series[order->series].item];
    struct pk_civil civil = pk_date_to_civil(shop->start_date + order->order_day);
    pk_text_format(out, PK_SHOP_ORDER_ID_SIZE, "%s-%04d%02d%02d-%s", order->planned ? "PLAN" : "PO",
                   (int)civil.year, (int)civil.month, (int)civil.day,
                   pk_shop_suppliers[item->supplier].id);
    return out;
}

/* How far the line has come between its order and its true arrival. */
static const char *order_stage(const struct pk_shop_order *order, int32_t today)
{
    if (order->planned)
        return "planned";
    int32_t gone_days = today - order->order_day;
    int32_t all_days = order->arrival_day - order->order_day;
    if (order->arrival_day <= today + 1 && order->eta_day <= today)
        return "arrived";
    if (gone_days * 6 < all_days)
        return "ordered";
    return gone_days * 2 < all_days ? "confirmed" : "shipped";
}

static void write_inbound(const struct pk_shop *shop, FILE *stream)
{
    int32_t today = shop->settings.history_day_count - 1;
    for (size_t i = 0; i < shop->order_count; i++) {
        const struct pk_shop_order *order = &shop->orders[i];
        const struct pk_shop_series *series = &shop->series[order->series];
        const struct pk_shop_item *item = &shop->items[series->item];
        if (order->arrival_day <= today)
            continue;
        const char *stage = order_stage(order, today);
        char order_id[PK_SHOP_ORDER_ID_SIZE];
        char eta[PK_DATE_TEXT_SIZE];
        fprintf(stream, "%s,%d,%s,%s,%s,%d,%s,%s,%s\n", pk_shop_order_id(shop, order, order_id),
                (int)order->series + 1, item->id, pk_shop_warehouse_ids[series->warehouse],
                pk_shop_suppliers[item->supplier].id, (int)order->units,
                pk_shop_day_format(shop, order->eta_day, eta),
                order->planned    ? "0.5"
                : stage[0] == 'o' ? "0.95"
                                  : "1",
                stage);
    }
}

const struct pk_shop_file pk_shop_inbound_file = {
    "inbound.csv",
    "order_id,line,item_id,warehouse_id,supplier_id,units,eta_date,confirmed_ratio,stage",
    write_inbound};

static void write_prices(const struct pk_shop *shop, FILE *stream)
{
    for (size_t i = 0; i < shop->settings.item_count; i++) {
        const struct pk_shop_item *item = &shop->items[i];
        int32_t first_day = item->launch_day > 0 ? item->launch_day : 0;
        char date[PK_DATE_TEXT_SIZE];
        char price[PK_MONEY_TEXT_SIZE];
        fprintf(stream, "%s,%s,%s\n", pk_shop_day_format(shop, first_day, date), item->id,
                pk_money_format(item->first_price_micros, price));
        for (size_t change = 0; change < item->price_change_count; change++)
            fprintf(stream, "%s,%s,%s\n",
                    pk_shop_day_format(shop, item->price_changes[change].day, date), item->id,
                    pk_money_format(item->price_changes[change].price_micros, price));
    }
}

const struct pk_shop_file pk_shop_prices_file = {"prices.csv", "date,item_id,price", write_prices};

static void write_covariates(const struct pk_shop *shop, FILE *stream)
{
    for (int32_t category = 0; category < PK_SHOP_CATEGORY_COUNT; category++) {
        for (int32_t day = 0; day < shop->day_count; day++) {
            double hours = shop->livestream_hours[category * shop->day_count + day];
            char date[PK_DATE_TEXT_SIZE];
            if (hours > 0)
                fprintf(stream, "%s,livestream_hours,%.0f,%s\n",
                        pk_shop_day_format(shop, day, date), hours,
                        pk_shop_categories[category].name);
        }
    }
}

const struct pk_shop_file pk_shop_covariates_file = {"covariates.csv", "date,name,value,category",
                                                     write_covariates};
