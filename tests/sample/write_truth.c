#include "tests/sample/write_truth.h"

#include <math.h>

#include "tests/sample/demand.h"
#include "tests/sample/gift.h"
#include "tests/sample/output.h"
#include "tests/sample/presale.h"
#include "tests/sample/write_inputs.h"

static void write_expected_demand(const struct pk_shop *shop, FILE *stream)
{
    for (int32_t day = 0; day < shop->day_count; day++) {
        char date[PK_DATE_TEXT_SIZE];
        pk_shop_day_format(shop, day, date);
        for (size_t i = 0; i < shop->series_count; i++) {
            const struct pk_shop_item *item = &shop->items[shop->series[i].item];
            if (pk_shop_item_lives(item, day))
                fprintf(stream, "%s,%s,%s,%.4f\n", date, item->id,
                        pk_shop_warehouse_ids[shop->series[i].warehouse],
                        pk_shop_day_at(shop, i, day)->mean_units);
        }
        pk_shop_gift_write_mean(shop, day, stream);
    }
}

static void write_future_demand(const struct pk_shop *shop, FILE *stream)
{
    for (int32_t day = shop->settings.history_day_count; day < shop->day_count; day++) {
        char date[PK_DATE_TEXT_SIZE];
        pk_shop_day_format(shop, day, date);
        for (size_t i = 0; i < shop->series_count; i++) {
            const struct pk_shop_item *item = &shop->items[shop->series[i].item];
            if (pk_shop_item_lives(item, day))
                fprintf(stream, "%s,%s,%s,%d\n", date, item->id,
                        pk_shop_warehouse_ids[shop->series[i].warehouse],
                        (int)pk_shop_day_at(shop, i, day)->demand_units);
        }
        pk_shop_gift_write_demand(shop, day, stream);
    }
}

/* What the shop will report about the days after the end date: its presales ... */
static void write_future_deposits(const struct pk_shop *shop, FILE *stream)
{
    pk_shop_deposits_write(shop, shop->settings.history_day_count, shop->day_count - 1, stream);
}

/* ... and its sales if nothing is ever out of stock. */
static void write_future_sales(const struct pk_shop *shop, FILE *stream)
{
    for (int32_t day = shop->settings.history_day_count; day < shop->day_count; day++) {
        char date[PK_DATE_TEXT_SIZE];
        pk_shop_day_format(shop, day, date);
        for (size_t i = 0; i < shop->series_count; i++) {
            const int32_t units = pk_shop_day_at(shop, i, day)->demand_units;
            if (units > 0)
                fprintf(stream, "%s,%s,%s,%s,%d,1\n", date, shop->items[shop->series[i].item].id,
                        pk_shop_warehouse_ids[shop->series[i].warehouse], pk_shop_channels[0],
                        (int)units);
        }
    }
}

static void write_stockouts(const struct pk_shop *shop, FILE *stream)
{
    for (int32_t day = 0; day < shop->settings.history_day_count; day++) {
        char date[PK_DATE_TEXT_SIZE];
        pk_shop_day_format(shop, day, date);
        for (size_t i = 0; i < shop->series_count; i++) {
            const struct pk_shop_item *item = &shop->items[shop->series[i].item];
            const struct pk_shop_day *record = pk_shop_day_at(shop, i, day);
            if (pk_shop_item_lives(item, day) && record->available_percent < 100)
                fprintf(stream, "%s,%s,%s,%d,%d,0.%02d\n", date, item->id,
                        pk_shop_warehouse_ids[shop->series[i].warehouse], (int)record->demand_units,
                        (int)(record->demand_units - record->served_units),
                        (int)record->available_percent);
        }
    }
}

static void write_items(const struct pk_shop *shop, FILE *stream)
{
    for (size_t i = 0; i < shop->settings.item_count; i++) {
        const struct pk_shop_item *item = &shop->items[i];
        char dead[PK_DATE_TEXT_SIZE];
        fprintf(stream, "%s,%s,%.4f,%.4f,%.3f,%.4f,%s,%d\n", item->id,
                pk_shop_fate_name(item->fate), item->units_per_day, item->elasticity,
                item->dispersion, item->return_ratio,
                pk_shop_day_format(shop, item->dead_day, dead), item->reports_availability);
    }
}

static void write_dead_items(const struct pk_shop *shop, FILE *stream)
{
    int32_t today = shop->settings.history_day_count - 1;
    for (size_t i = 0; i < shop->series_count; i++) {
        const struct pk_shop_item *item = &shop->items[shop->series[i].item];
        const struct pk_shop_day *record = pk_shop_day_at(shop, i, today);
        char dead[PK_DATE_TEXT_SIZE];
        if (item->fate == PK_SHOP_FATE_DEAD)
            fprintf(
                stream, "%s,%s,%s,%d\n", item->id, pk_shop_warehouse_ids[shop->series[i].warehouse],
                pk_shop_day_format(shop, item->dead_day, dead),
                (int)(record->sellable_units + record->unsellable_units + record->reserved_units));
    }
}

/* Geometric means over the items of a category: traffic at an unchanged price, and with the
 * price effect. */
static void write_category_lift(const struct pk_shop *shop, enum pk_shop_kind kind,
                                const char *phase, double traffic_ratio, int32_t category,
                                int32_t discount_percent, FILE *stream)
{
    double log_traffic = 0;
    double log_price = 0;
    double count = 0;
    for (size_t i = 0; i < shop->settings.item_count; i++) {
        const struct pk_shop_item *item = &shop->items[i];
        if (item->category != category)
            continue;
        log_traffic += log(pk_shop_traffic_lift(item, kind, traffic_ratio));
        log_price += log(pk_shop_price_lift(item, discount_percent));
        count += 1;
    }
    fprintf(stream, "%s,%s,%s,%.4f,0.%02d,%.4f\n", pk_shop_kind_name(kind), phase,
            pk_shop_categories[category].name, exp(log_traffic / count), (int)discount_percent,
            exp((log_traffic + log_price) / count));
}

static void write_promotion_lifts(const struct pk_shop *shop, FILE *stream)
{
    for (int32_t category = 0; category < PK_SHOP_CATEGORY_COUNT; category++) {
        for (int kind = 0; kind < PK_SHOP_KIND_JUHUASUAN; kind++) {
            const struct pk_shop_rule *rule = pk_shop_rule_get((enum pk_shop_kind)kind);
            for (int phase = 0; phase < PK_SHOP_PHASE_COUNT; phase++)
                if (rule->spans[phase].first <= rule->spans[phase].last)
                    write_category_lift(shop, (enum pk_shop_kind)kind,
                                        pk_shop_phase_name((enum pk_shop_phase)phase),
                                        rule->traffic_ratios[phase], category,
                                        pk_shop_campaign_discount((enum pk_shop_kind)kind,
                                                                  (enum pk_shop_phase)phase,
                                                                  category),
                                        stream);
            const char *category_name = pk_shop_categories[category].name;
            if (rule->waiting_ratio < 1)
                fprintf(stream, "%s,waiting,%s,%.4f,0.00,%.4f\n", rule->kind, category_name,
                        rule->waiting_ratio, rule->waiting_ratio);
            if (rule->slump_days > 0)
                fprintf(stream, "%s,slump,%s,%.4f,0.00,%.4f\n", rule->kind, category_name,
                        1 - rule->slump_depth, 1 - rule->slump_depth);
        }
        write_category_lift(shop, PK_SHOP_KIND_JUHUASUAN, "peak", pk_shop_deal_traffic_ratio(),
                            category, 0, stream);
    }
}

static void write_item_lifts(const struct pk_shop *shop, FILE *stream)
{
    for (size_t i = 0; i < shop->settings.item_count; i++) {
        const struct pk_shop_item *item = &shop->items[i];
        for (int kind = 0; kind < PK_SHOP_KIND_JUHUASUAN; kind++) {
            const struct pk_shop_rule *rule = pk_shop_rule_get((enum pk_shop_kind)kind);
            for (int phase = 0; phase < PK_SHOP_PHASE_COUNT; phase++) {
                if (rule->spans[phase].first > rule->spans[phase].last)
                    continue;
                int32_t percent = pk_shop_campaign_discount(
                    (enum pk_shop_kind)kind, (enum pk_shop_phase)phase, item->category);
                double traffic = pk_shop_traffic_lift(item, (enum pk_shop_kind)kind,
                                                      rule->traffic_ratios[phase]);
                fprintf(stream, "%s,%s,%s,%.4f,0.%02d,%.4f\n", item->id, rule->kind,
                        pk_shop_phase_name((enum pk_shop_phase)phase), traffic, (int)percent,
                        traffic * pk_shop_price_lift(item, percent));
            }
        }
    }
}

static void write_arrivals(const struct pk_shop *shop, FILE *stream)
{
    for (size_t i = 0; i < shop->order_count; i++) {
        const struct pk_shop_order *order = &shop->orders[i];
        const struct pk_shop_series *series = &shop->series[order->series];
        if (order->planned || order->arrival_day < shop->settings.history_day_count)
            continue;
        char order_id[PK_SHOP_ORDER_ID_SIZE];
        char arrival[PK_DATE_TEXT_SIZE];
        fprintf(stream, "%s,%d,%s,%s,%d,%s\n", pk_shop_order_id(shop, order, order_id),
                (int)order->series + 1, shop->items[series->item].id,
                pk_shop_warehouse_ids[series->warehouse], (int)order->units,
                pk_shop_day_format(shop, order->arrival_day, arrival));
    }
}

enum pk_status pk_shop_write_truth(const struct pk_shop *shop, const char *folder,
                                   struct pk_error *error)
{
    static const struct pk_shop_file files[] = {
        {"expected_demand.csv", "date,item_id,warehouse_id,mean_units", write_expected_demand},
        {"future_demand.csv", "date,item_id,warehouse_id,demand_units", write_future_demand},
        {"future_deposits.csv", "date,promotion_id,item_id,deposit_units,balance_paid_units",
         write_future_deposits},
        {"future_sales.csv", "date,item_id,warehouse_id,channel,units,available_ratio",
         write_future_sales},
        {"stockouts.csv", "date,item_id,warehouse_id,demand_units,lost_units,available_ratio",
         write_stockouts},
        {"items.csv",
         "item_id,state,mature_units_per_day,price_elasticity,dispersion,return_ratio,dead_from_"
         "date,reports_availability",
         write_items},
        {"dead_items.csv", "item_id,warehouse_id,dead_from_date,on_hand_units", write_dead_items},
        {"promotion_lifts.csv", "kind,phase,category,traffic_ratio,discount_ratio,lift_ratio",
         write_promotion_lifts},
        {"item_lifts.csv", "item_id,kind,phase,traffic_ratio,discount_ratio,lift_ratio",
         write_item_lifts},
        {"inbound_arrivals.csv", "order_id,line,item_id,warehouse_id,units,arrival_date",
         write_arrivals},
    };
    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
        enum pk_status status = pk_shop_file_write(shop, folder, &files[i], error);
        if (status != PK_OK)
            return status;
    }
    return PK_OK;
}
