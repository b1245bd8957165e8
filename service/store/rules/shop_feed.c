#include "service/store/rules/shop_feed.h"

#include "models/history/shop_data.h"

/* A member of the struct that the feed in question is made of. */
#define MEMBER(type, member) offsetof(struct type, member)

static const struct pk_shop_field warehouses[] = {
    {"warehouse_id", PK_FIELD_WAREHOUSE, MEMBER(pk_warehouse_row, warehouse)},
    {"shelving_days", PK_FIELD_DAYS, MEMBER(pk_warehouse_row, shelving_days)},
    {"outbound_units_per_day", PK_FIELD_COUNT, MEMBER(pk_warehouse_row, outbound_units_per_day)},
    {"capacity_litres", PK_FIELD_NUMBER, MEMBER(pk_warehouse_row, capacity_litres)},
};

/* Category and reference follow when all items are there. */
static const struct pk_shop_field items[] = {
    {"item_id", PK_FIELD_TEXT, MEMBER(pk_item, item_id)},
    {"name", PK_FIELD_TEXT, MEMBER(pk_item, name)},
    {"style_id", PK_FIELD_TEXT, MEMBER(pk_item, style_id)},
    {"role", PK_FIELD_ROLE, MEMBER(pk_item, role)},
    {"unit_cost", PK_FIELD_COUNT, MEMBER(pk_item, unit_cost_micros)},
    {"list_price", PK_FIELD_COUNT, MEMBER(pk_item, list_price_micros)},
    {"selling_cost_ratio", PK_FIELD_NUMBER, MEMBER(pk_item, selling_cost_ratio)},
    {"launch_date", PK_FIELD_DATE, MEMBER(pk_item, launch_date)},
    {"end_date", PK_FIELD_DATE, MEMBER(pk_item, end_date)},
    {"shelf_life_days", PK_FIELD_DAYS, MEMBER(pk_item, shelf_life_days)},
};

static const struct pk_shop_field promotions[] = {
    {"promotion_id", PK_FIELD_TEXT, MEMBER(pk_promotion, promotion_id)},
    {"name", PK_FIELD_TEXT, MEMBER(pk_promotion, name)},
    {"kind", PK_FIELD_TEXT, MEMBER(pk_promotion, kind)},
    {"phase", PK_FIELD_PHASE, MEMBER(pk_promotion, phase)},
    {"start_date", PK_FIELD_DATE, MEMBER(pk_promotion, start_date)},
    {"end_date", PK_FIELD_DATE, MEMBER(pk_promotion, end_date)},
    {"item_id", PK_FIELD_ITEM_SCOPE, MEMBER(pk_promotion, item)},
    {"category", PK_FIELD_CATEGORY_SCOPE, MEMBER(pk_promotion, category)},
    {"warehouse_id", PK_FIELD_WAREHOUSE_SCOPE, MEMBER(pk_promotion, warehouse)},
    {"channel", PK_FIELD_TEXT, MEMBER(pk_promotion, channel)},
    {"net_price", PK_FIELD_COUNT, MEMBER(pk_promotion, net_price_micros)},
    {"discount_ratio", PK_FIELD_NUMBER, MEMBER(pk_promotion, discount_ratio)},
    {"traffic_ratio", PK_FIELD_NUMBER, MEMBER(pk_promotion, traffic_ratio)},
    {"committed_units", PK_FIELD_COUNT, MEMBER(pk_promotion, committed_units)},
    {"ship_by_date", PK_FIELD_DATE, MEMBER(pk_promotion, ship_by_date)},
    {"balance_date", PK_FIELD_DATE, MEMBER(pk_promotion, balance_date)},
};

static const struct pk_shop_field covariates[] = {
    {"date", PK_FIELD_DATE, MEMBER(pk_covariate, date)},
    {"value", PK_FIELD_NUMBER, MEMBER(pk_covariate, value)},
    {"item_id", PK_FIELD_ITEM_SCOPE, MEMBER(pk_covariate, item)},
    {"category", PK_FIELD_CATEGORY_SCOPE, MEMBER(pk_covariate, category)},
    {"warehouse_id", PK_FIELD_WAREHOUSE_SCOPE, MEMBER(pk_covariate, warehouse)},
};

static const struct pk_shop_field prices[] = {
    {"item_id", PK_FIELD_ITEM, MEMBER(pk_price, item)},
    {"warehouse_id", PK_FIELD_WAREHOUSE_SCOPE, MEMBER(pk_price, warehouse)},
    {"date", PK_FIELD_DATE, MEMBER(pk_price, date)},
    {"price", PK_FIELD_COUNT, MEMBER(pk_price, price_micros)},
};

static const struct pk_shop_field supply[] = {
    {"item_id", PK_FIELD_ITEM, MEMBER(pk_supply_row, item)},
    {"warehouse_id", PK_FIELD_WAREHOUSE_SCOPE, MEMBER(pk_supply_row, warehouse)},
    {"supplier_id", PK_FIELD_TEXT, MEMBER(pk_supply_row, supplier_id)},
    {"lead_time_days", PK_FIELD_DAYS, MEMBER(pk_supply_row, lead_time_days)},
    {"lead_time_sd_days", PK_FIELD_NUMBER, MEMBER(pk_supply_row, lead_time_sd_days)},
    {"review_period_days", PK_FIELD_DAYS, MEMBER(pk_supply_row, review_period_days)},
    {"min_order_units", PK_FIELD_COUNT, MEMBER(pk_supply_row, min_order_units)},
    {"pack_size_units", PK_FIELD_COUNT, MEMBER(pk_supply_row, pack_size_units)},
    {"unit_cost", PK_FIELD_COUNT, MEMBER(pk_supply_row, unit_cost_micros)},
    {"order_cost", PK_FIELD_COUNT, MEMBER(pk_supply_row, order_cost_micros)},
    {"shortage_cost_per_unit", PK_FIELD_COUNT,
     MEMBER(pk_supply_row, shortage_cost_per_unit_micros)},
    {"holding_cost_per_unit_day", PK_FIELD_COUNT,
     MEMBER(pk_supply_row, holding_cost_per_unit_day_micros)},
    {"critical_ratio", PK_FIELD_NUMBER, MEMBER(pk_supply_row, critical_ratio)},
    {"target_fill_ratio", PK_FIELD_NUMBER, MEMBER(pk_supply_row, target_fill_ratio)},
    {"max_stock_units", PK_FIELD_COUNT, MEMBER(pk_supply_row, max_stock_units)},
};

static const struct pk_shop_field stock[] = {
    {"item_id", PK_FIELD_ITEM, MEMBER(pk_stock_row, item)},
    {"warehouse_id", PK_FIELD_WAREHOUSE, MEMBER(pk_stock_row, warehouse)},
    {"date", PK_FIELD_DATE, MEMBER(pk_stock_row, date)},
    {"received_date", PK_FIELD_DATE, MEMBER(pk_stock_row, received_date)},
    {"on_hand_units", PK_FIELD_COUNT, MEMBER(pk_stock_row, on_hand_units)},
    {"reserved_units", PK_FIELD_COUNT, MEMBER(pk_stock_row, reserved_units)},
    {"unsellable_units", PK_FIELD_COUNT, MEMBER(pk_stock_row, unsellable_units)},
};

static const struct pk_shop_field inbound[] = {
    {"item_id", PK_FIELD_ITEM, MEMBER(pk_inbound_row, item)},
    {"warehouse_id", PK_FIELD_WAREHOUSE, MEMBER(pk_inbound_row, warehouse)},
    {"eta_date", PK_FIELD_DATE, MEMBER(pk_inbound_row, eta_date)},
    {"units", PK_FIELD_COUNT, MEMBER(pk_inbound_row, units)},
    {"confirmed_ratio", PK_FIELD_NUMBER, MEMBER(pk_inbound_row, confirmed_ratio)},
    {"order_id", PK_FIELD_TEXT, MEMBER(pk_inbound_row, order_id)},
    {"line", PK_FIELD_TEXT, MEMBER(pk_inbound_row, line)},
    {"supplier_id", PK_FIELD_TEXT, MEMBER(pk_inbound_row, supplier_id)},
    {"stage", PK_FIELD_TEXT, MEMBER(pk_inbound_row, stage)},
};

static const struct pk_shop_field deliveries[] = {
    {"item_id", PK_FIELD_ITEM, MEMBER(pk_delivery_row, item)},
    {"warehouse_id", PK_FIELD_WAREHOUSE, MEMBER(pk_delivery_row, warehouse)},
    {"supplier_id", PK_FIELD_TEXT, MEMBER(pk_delivery_row, supplier_id)},
    {"order_date", PK_FIELD_DATE, MEMBER(pk_delivery_row, order_date)},
    {"received_date", PK_FIELD_DATE, MEMBER(pk_delivery_row, received_date)},
    {"ordered_units", PK_FIELD_COUNT, MEMBER(pk_delivery_row, ordered_units)},
    {"received_units", PK_FIELD_COUNT, MEMBER(pk_delivery_row, received_units)},
};

static const struct pk_shop_field components[] = {
    {"parent_item_id", PK_FIELD_ITEM, MEMBER(pk_component_row, parent_item)},
    {"component_item_id", PK_FIELD_ITEM, MEMBER(pk_component_row, component_item)},
    {"units", PK_FIELD_COUNT, MEMBER(pk_component_row, units)},
    {"kind", PK_FIELD_COMPONENT_KIND, MEMBER(pk_component_row, kind)},
    {"promotion_id", PK_FIELD_TEXT, MEMBER(pk_component_row, promotion_id)},
    {"min_order_amount", PK_FIELD_COUNT, MEMBER(pk_component_row, min_order_amount_micros)},
    {"valid_from", PK_FIELD_DATE, MEMBER(pk_component_row, valid_from)},
    {"valid_to", PK_FIELD_DATE, MEMBER(pk_component_row, valid_to)},
};

static const struct pk_shop_field suppliers[] = {
    {"supplier_id", PK_FIELD_TEXT, MEMBER(pk_supplier_row, supplier_id)},
    {"name", PK_FIELD_TEXT, MEMBER(pk_supplier_row, name)},
    {"min_order_amount", PK_FIELD_COUNT, MEMBER(pk_supplier_row, min_order_amount_micros)},
    {"capacity_units_per_week", PK_FIELD_COUNT, MEMBER(pk_supplier_row, capacity_units_per_week)},
    {"order_weekdays", PK_FIELD_WEEKDAYS, MEMBER(pk_supplier_row, order_weekdays)},
};

static const struct pk_shop_field closures[] = {
    {"party_kind", PK_FIELD_IS_SUPPLIER, MEMBER(pk_party_closure_row, is_supplier)},
    {"party_id", PK_FIELD_TEXT, MEMBER(pk_party_closure_row, party_id)},
    {"start_date", PK_FIELD_DATE, MEMBER(pk_party_closure_row, start_date)},
    {"end_date", PK_FIELD_DATE, MEMBER(pk_party_closure_row, end_date)},
    {"last_order_date", PK_FIELD_DATE, MEMBER(pk_party_closure_row, last_order_date)},
};

static const struct pk_shop_field lanes[] = {
    {"from_warehouse_id", PK_FIELD_WAREHOUSE, MEMBER(pk_lane_row, from_warehouse)},
    {"to_warehouse_id", PK_FIELD_WAREHOUSE, MEMBER(pk_lane_row, to_warehouse)},
    {"transfer_days", PK_FIELD_DAYS, MEMBER(pk_lane_row, transfer_days)},
    {"unit_cost", PK_FIELD_COUNT, MEMBER(pk_lane_row, unit_cost_micros)},
};

static const struct pk_shop_field adjustments[] = {
    {"adjustment_id", PK_FIELD_TEXT, MEMBER(pk_adjustment_row, adjustment_id)},
    {"reason", PK_FIELD_TEXT, MEMBER(pk_adjustment_row, reason)},
    {"author", PK_FIELD_TEXT, MEMBER(pk_adjustment_row, author)},
    {"start_date", PK_FIELD_DATE, MEMBER(pk_adjustment_row, start_date)},
    {"end_date", PK_FIELD_DATE, MEMBER(pk_adjustment_row, end_date)},
    {"item_id", PK_FIELD_ITEM_SCOPE, MEMBER(pk_adjustment_row, item)},
    {"category", PK_FIELD_CATEGORY_SCOPE, MEMBER(pk_adjustment_row, category)},
    {"warehouse_id", PK_FIELD_WAREHOUSE_SCOPE, MEMBER(pk_adjustment_row, warehouse)},
    {"units", PK_FIELD_NUMBER, MEMBER(pk_adjustment_row, units)},
    {"ratio", PK_FIELD_NUMBER, MEMBER(pk_adjustment_row, ratio)},
};

static const struct pk_shop_field targets[] = {
    {"metric", PK_FIELD_TEXT, MEMBER(pk_target_row, metric)},
    {"channel", PK_FIELD_TEXT, MEMBER(pk_target_row, channel)},
    {"promotion_id", PK_FIELD_TEXT, MEMBER(pk_target_row, promotion_id)},
    {"period_start", PK_FIELD_DATE, MEMBER(pk_target_row, period_start)},
    {"period_end", PK_FIELD_DATE, MEMBER(pk_target_row, period_end)},
    {"category", PK_FIELD_CATEGORY_SCOPE, MEMBER(pk_target_row, category)},
    {"warehouse_id", PK_FIELD_WAREHOUSE_SCOPE, MEMBER(pk_target_row, warehouse)},
    {"value", PK_FIELD_NUMBER, MEMBER(pk_target_row, value)},
};

static const struct pk_shop_field deposits[] = {
    {"promotion_id", PK_FIELD_TEXT, MEMBER(pk_deposit_row, promotion_id)},
    {"item_id", PK_FIELD_ITEM, MEMBER(pk_deposit_row, item)},
    {"date", PK_FIELD_DATE, MEMBER(pk_deposit_row, date)},
    {"deposit_units", PK_FIELD_COUNT, MEMBER(pk_deposit_row, deposit_units)},
    {"balance_paid_units", PK_FIELD_COUNT, MEMBER(pk_deposit_row, balance_paid_units)},
};

#define ROWS(kind, part, rows, count, fields)                                                      \
    {                                                                                              \
        kind, sizeof *((struct pk_shop_data *)NULL)->part.rows,                                    \
            offsetof(struct pk_shop_data, part.rows), offsetof(struct pk_shop_data, part.count),   \
            fields, sizeof fields / sizeof fields[0]                                               \
    }
const struct pk_shop_feed_rule pk_shop_feed_rules[PK_FEED_COUNT] = {
    [PK_FEED_WAREHOUSES] =
        ROWS(PK_DATASET_WAREHOUSES, ledger, warehouses, warehouse_count, warehouses),
    [PK_FEED_ITEMS] = ROWS(PK_DATASET_ITEMS, shop, items, item_count, items),
    [PK_FEED_PROMOTIONS] =
        ROWS(PK_DATASET_PROMOTIONS, shop, promotions, promotion_count, promotions),
    [PK_FEED_COVARIATES] =
        ROWS(PK_DATASET_COVARIATES, shop, covariates, covariate_count, covariates),
    [PK_FEED_PRICES] = ROWS(PK_DATASET_PRICES, shop, prices, price_count, prices),
    [PK_FEED_SUPPLY] = ROWS(PK_DATASET_SUPPLY, ledger, supply, supply_count, supply),
    [PK_FEED_STOCK] = ROWS(PK_DATASET_STOCK, ledger, stock, stock_count, stock),
    [PK_FEED_INBOUND] = ROWS(PK_DATASET_INBOUND, ledger, inbound, inbound_count, inbound),
    [PK_FEED_DELIVERIES] = ROWS(PK_DATASET_INBOUND, ledger, deliveries, delivery_count, deliveries),
    [PK_FEED_COMPONENTS] =
        ROWS(PK_DATASET_COMPONENTS, ledger, components, component_count, components),
    [PK_FEED_SUPPLIERS] = ROWS(PK_DATASET_SUPPLIERS, ledger, suppliers, supplier_count, suppliers),
    [PK_FEED_CLOSURES] = ROWS(PK_DATASET_CLOSURES, ledger, closures, closure_count, closures),
    [PK_FEED_LANES] = ROWS(PK_DATASET_LANES, ledger, lanes, lane_count, lanes),
    [PK_FEED_ADJUSTMENTS] =
        ROWS(PK_DATASET_ADJUSTMENTS, ledger, adjustments, adjustment_count, adjustments),
    [PK_FEED_TARGETS] = ROWS(PK_DATASET_TARGETS, ledger, targets, target_count, targets),
    [PK_FEED_DEPOSITS] = ROWS(PK_DATASET_DEPOSITS, ledger, deposits, deposit_count, deposits),
};

enum pk_dataset_kind pk_shop_feed_kind(enum pk_shop_feed feed)
{
    return pk_shop_feed_rules[feed].kind;
}
