#include <stddef.h>
#include <string.h>

#include "models/base/date.h"
#include "service/store/sqlite/load.h"

static enum pk_status read_component(struct pk_loader *loader, sqlite3_stmt *statement, void *row,
                                     bool *out_keep, struct pk_error *error)
{
    struct pk_component_row *component = row;
    const struct pk_text kind = pk_database_column_text(statement, 3);
    component->parent_item = pk_loader_item(loader, statement, 0);
    component->component_item = pk_loader_item(loader, statement, 1);
    component->units = sqlite3_column_int64(statement, 2);
    component->kind = pk_text_equal(kind, pk_text_from("gift"))        ? PK_COMPONENT_GIFT
                      : pk_text_equal(kind, pk_text_from("multipack")) ? PK_COMPONENT_MULTIPACK
                                                                       : PK_COMPONENT_BUNDLE;
    component->min_order_amount_micros = pk_loader_integer(statement, 5, -1);
    component->valid_from = (int32_t)pk_loader_integer(statement, 6, PK_DATE_NONE);
    component->valid_to = (int32_t)pk_loader_integer(statement, 7, PK_DATE_NONE);
    *out_keep =
        component->parent_item != PK_INDEX_NONE && component->component_item != PK_INDEX_NONE;
    return pk_loader_text(loader, statement, 4, &component->promotion_id, error);
}

static enum pk_status read_supplier(struct pk_loader *loader, sqlite3_stmt *statement, void *row,
                                    bool *out_keep, struct pk_error *error)
{
    struct pk_supplier_row *supplier = row;
    (void)out_keep;
    supplier->min_order_amount_micros = pk_loader_integer(statement, 2, -1);
    supplier->capacity_units_per_week = pk_loader_integer(statement, 3, -1);
    pk_weekdays_parse(pk_database_column_text(statement, 4), &supplier->order_weekdays);
    enum pk_status status = pk_loader_text(loader, statement, 0, &supplier->supplier_id, error);
    return status == PK_OK ? pk_loader_text(loader, statement, 1, &supplier->name, error) : status;
}

static enum pk_status read_warehouse(struct pk_loader *loader, sqlite3_stmt *statement, void *row,
                                     bool *out_keep, struct pk_error *error)
{
    struct pk_warehouse_row *warehouse = row;
    (void)error;
    warehouse->warehouse = pk_loader_warehouse(loader, statement, 0);
    warehouse->shelving_days = sqlite3_column_int(statement, 1);
    warehouse->outbound_units_per_day = pk_loader_integer(statement, 2, -1);
    warehouse->capacity_litres = pk_loader_number(statement, 3);
    *out_keep = warehouse->warehouse != PK_INDEX_NONE;
    return PK_OK;
}

static enum pk_status read_closure(struct pk_loader *loader, sqlite3_stmt *statement, void *row,
                                   bool *out_keep, struct pk_error *error)
{
    struct pk_party_closure_row *closure = row;
    (void)out_keep;
    closure->is_supplier =
        pk_text_equal(pk_database_column_text(statement, 0), pk_text_from("supplier"));
    closure->start_date = sqlite3_column_int(statement, 2);
    closure->end_date = sqlite3_column_int(statement, 3);
    closure->last_order_date = (int32_t)pk_loader_integer(statement, 4, PK_DATE_NONE);
    return pk_loader_text(loader, statement, 1, &closure->party_id, error);
}

static enum pk_status read_lane(struct pk_loader *loader, sqlite3_stmt *statement, void *row,
                                bool *out_keep, struct pk_error *error)
{
    struct pk_lane_row *lane = row;
    (void)error;
    lane->from_warehouse = pk_loader_warehouse(loader, statement, 0);
    lane->to_warehouse = pk_loader_warehouse(loader, statement, 1);
    lane->transfer_days = sqlite3_column_int(statement, 2);
    lane->unit_cost_micros = sqlite3_column_int64(statement, 3);
    *out_keep = lane->from_warehouse != PK_INDEX_NONE && lane->to_warehouse != PK_INDEX_NONE;
    return PK_OK;
}

static enum pk_status read_adjustment(struct pk_loader *loader, sqlite3_stmt *statement, void *row,
                                      bool *out_keep, struct pk_error *error)
{
    struct pk_adjustment_row *adjustment = row;
    adjustment->start_date = sqlite3_column_int(statement, 3);
    adjustment->end_date = sqlite3_column_int(statement, 4);
    adjustment->item = pk_loader_item(loader, statement, 5);
    adjustment->category = pk_loader_category_scope(loader, statement, 6);
    adjustment->warehouse = pk_loader_warehouse(loader, statement, 7);
    adjustment->units = pk_loader_number(statement, 8);
    adjustment->ratio = pk_loader_number(statement, 9);
    *out_keep = pk_loader_scope(statement, 5, adjustment->item) &&
                pk_loader_scope(statement, 6, adjustment->category) &&
                pk_loader_scope(statement, 7, adjustment->warehouse);
    enum pk_status status = pk_loader_text(loader, statement, 0, &adjustment->adjustment_id, error);
    if (status == PK_OK)
        status = pk_loader_text(loader, statement, 1, &adjustment->reason, error);
    if (status == PK_OK)
        status = pk_loader_text(loader, statement, 2, &adjustment->author, error);
    return status;
}

static enum pk_status read_target(struct pk_loader *loader, sqlite3_stmt *statement, void *row,
                                  bool *out_keep, struct pk_error *error)
{
    struct pk_target_row *target = row;
    target->period_start = sqlite3_column_int(statement, 3);
    target->period_end = sqlite3_column_int(statement, 4);
    target->category = pk_loader_category_scope(loader, statement, 5);
    target->warehouse = pk_loader_warehouse(loader, statement, 6);
    target->value = sqlite3_column_double(statement, 7);
    *out_keep = pk_loader_scope(statement, 5, target->category) &&
                pk_loader_scope(statement, 6, target->warehouse);
    enum pk_status status = pk_loader_text(loader, statement, 0, &target->metric, error);
    if (status == PK_OK)
        status = pk_loader_text(loader, statement, 1, &target->channel, error);
    if (status == PK_OK)
        status = pk_loader_text(loader, statement, 2, &target->promotion_id, error);
    return status;
}

static enum pk_status read_deposit(struct pk_loader *loader, sqlite3_stmt *statement, void *row,
                                   bool *out_keep, struct pk_error *error)
{
    struct pk_deposit_row *deposit = row;
    deposit->item = pk_loader_item(loader, statement, 1);
    deposit->date = sqlite3_column_int(statement, 2);
    deposit->deposit_units = sqlite3_column_int64(statement, 3);
    deposit->balance_paid_units = pk_loader_integer(statement, 4, -1);
    *out_keep = deposit->item != PK_INDEX_NONE;
    return pk_loader_text(loader, statement, 0, &deposit->promotion_id, error);
}

/* One read of the table below: into which array of the ledger, by which statement. */
#define READ(member, read_row, sql)                                                                \
    {                                                                                              \
        sql, sizeof *((struct pk_ledger *)NULL)->member##s, read_row,                              \
            offsetof(struct pk_ledger, member##s), offsetof(struct pk_ledger, member##_count)      \
    }
static const struct network_read {
    const char *sql;
    size_t row_size;
    pk_load_row *read;
    size_t rows_offset, count_offset;
} reads[] = {
    READ(component, read_component,
         "SELECT parent_item_id, component_item_id, units, kind, promotion_id, min_order_amount,"
         " valid_from, valid_to FROM components"
         " ORDER BY parent_item_id, component_item_id, promotion_id"),
    READ(supplier, read_supplier,
         "SELECT supplier_id, name, min_order_amount, capacity_units_per_week, order_weekdays"
         " FROM suppliers ORDER BY supplier_id"),
    READ(warehouse, read_warehouse,
         "SELECT warehouse_id, shelving_days, outbound_units_per_day, capacity_litres"
         " FROM warehouses ORDER BY warehouse_id"),
    READ(closure, read_closure,
         "SELECT party_kind, party_id, start_date, end_date, last_order_date FROM closures"
         " ORDER BY party_kind, party_id, start_date"),
    READ(lane, read_lane,
         "SELECT from_warehouse_id, to_warehouse_id, transfer_days, unit_cost FROM lanes"
         " ORDER BY to_warehouse_id, from_warehouse_id"),
    READ(adjustment, read_adjustment,
         "SELECT adjustment_id, reason, author, start_date, end_date, item_id, category,"
         " warehouse_id, units, ratio FROM adjustments ORDER BY start_date, adjustment_id"),
    READ(target, read_target,
         "SELECT metric, channel, promotion_id, period_start, period_end, category, warehouse_id,"
         " value FROM targets"
         " ORDER BY period_start, period_end, metric, category, channel, warehouse_id"),
    READ(deposit, read_deposit,
         "SELECT promotion_id, item_id, date, deposit_units, balance_paid_units FROM deposits"
         " WHERE date <= ? ORDER BY promotion_id, item_id, date"),
};

enum pk_status pk_load_network(struct pk_loader *loader, struct pk_error *error)
{
    unsigned char *ledger = (unsigned char *)&loader->loaded->data.ledger;
    enum pk_status status = PK_OK;
    for (size_t i = 0; status == PK_OK && i < sizeof reads / sizeof reads[0]; i++) {
        void *rows = NULL;
        size_t count = 0;
        status = pk_loader_read(loader, reads[i].sql, reads[i].row_size, reads[i].read, &rows,
                                &count, error);
        if (status != PK_OK)
            break;
        memcpy(ledger + reads[i].rows_offset, &rows, sizeof rows);
        memcpy(ledger + reads[i].count_offset, &count, sizeof count);
    }
    return status;
}
