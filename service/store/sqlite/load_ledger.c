#include "service/store/sqlite/load.h"

static enum pk_status read_supply(struct pk_loader *loader, sqlite3_stmt *statement, void *row,
                                  bool *out_keep, struct pk_error *error)
{
    struct pk_supply_row *supply = row;
    supply->item = pk_loader_item(loader, statement, 0);
    supply->warehouse = pk_loader_warehouse(loader, statement, 1);
    supply->lead_time_days = sqlite3_column_int(statement, 3);
    supply->lead_time_sd_days = sqlite3_column_double(statement, 4);
    supply->review_period_days = sqlite3_column_int(statement, 5);
    supply->min_order_units = sqlite3_column_int64(statement, 6);
    supply->pack_size_units = sqlite3_column_int64(statement, 7);
    supply->unit_cost_micros = pk_loader_integer(statement, 8, -1);
    supply->order_cost_micros = pk_loader_integer(statement, 9, -1);
    supply->shortage_cost_per_unit_micros = pk_loader_integer(statement, 10, -1);
    supply->holding_cost_per_unit_day_micros = pk_loader_integer(statement, 11, -1);
    supply->critical_ratio = pk_loader_number(statement, 12);
    supply->target_fill_ratio = pk_loader_number(statement, 13);
    supply->max_stock_units = pk_loader_integer(statement, 14, -1);
    *out_keep = supply->item != PK_INDEX_NONE;
    return pk_loader_text(loader, statement, 2, &supply->supplier_id, error);
}

static enum pk_status read_stock(struct pk_loader *loader, sqlite3_stmt *statement, void *row,
                                 bool *out_keep, struct pk_error *error)
{
    struct pk_stock_row *stock = row;
    (void)error;
    stock->item = pk_loader_item(loader, statement, 0);
    stock->warehouse = pk_loader_warehouse(loader, statement, 1);
    stock->date = sqlite3_column_int(statement, 2);
    stock->received_date = sqlite3_column_int(statement, 3);
    stock->on_hand_units = sqlite3_column_int64(statement, 4);
    stock->reserved_units = sqlite3_column_int64(statement, 5);
    stock->unsellable_units = sqlite3_column_int64(statement, 6);
    *out_keep = stock->item != PK_INDEX_NONE && stock->warehouse != PK_INDEX_NONE;
    return PK_OK;
}

static enum pk_status read_inbound(struct pk_loader *loader, sqlite3_stmt *statement, void *row,
                                   bool *out_keep, struct pk_error *error)
{
    struct pk_inbound_row *inbound = row;
    inbound->item = pk_loader_item(loader, statement, 0);
    inbound->warehouse = pk_loader_warehouse(loader, statement, 1);
    inbound->eta_date = sqlite3_column_int(statement, 2);
    inbound->units = sqlite3_column_int64(statement, 3);
    inbound->confirmed_ratio = sqlite3_column_double(statement, 4);
    *out_keep = inbound->item != PK_INDEX_NONE && inbound->warehouse != PK_INDEX_NONE;
    enum pk_status status = pk_loader_text(loader, statement, 5, &inbound->order_id, error);
    if (status == PK_OK)
        status = pk_loader_text(loader, statement, 6, &inbound->line, error);
    if (status == PK_OK)
        status = pk_loader_text(loader, statement, 7, &inbound->supplier_id, error);
    if (status == PK_OK)
        status = pk_loader_text(loader, statement, 8, &inbound->stage, error);
    return status;
}

static enum pk_status read_delivery(struct pk_loader *loader, sqlite3_stmt *statement, void *row,
                                    bool *out_keep, struct pk_error *error)
{
    struct pk_delivery_row *delivery = row;
    delivery->item = pk_loader_item(loader, statement, 0);
    delivery->warehouse = pk_loader_warehouse(loader, statement, 1);
    delivery->order_date = sqlite3_column_int(statement, 3);
    delivery->received_date = sqlite3_column_int(statement, 4);
    delivery->ordered_units = pk_loader_integer(statement, 5, -1);
    delivery->received_units = pk_loader_integer(statement, 6, -1);
    *out_keep = delivery->item != PK_INDEX_NONE && delivery->warehouse != PK_INDEX_NONE;
    return pk_loader_text(loader, statement, 2, &delivery->supplier_id, error);
}

/* Open lines as they are, or, where that was recorded after a past as-of, as they were known then.
 */
static const char open_lines_sql[] =
    "WITH seen AS (SELECT item_id, warehouse_id, order_id, line, supplier_id, units, eta_date,"
    " confirmed_ratio, stage FROM inbound WHERE coalesce(recorded_date, 0) <= ?2"
    " UNION ALL SELECT h.item_id, h.warehouse_id, h.order_id, h.line, i.supplier_id, h.units,"
    " h.eta_date, h.confirmed_ratio, h.stage FROM inbound_history h JOIN inbound i"
    " USING (item_id, warehouse_id, order_id, line) WHERE i.recorded_date > ?2"
    " AND h.recorded_date = (SELECT max(recorded_date) FROM inbound_history o"
    " WHERE o.item_id = h.item_id AND o.warehouse_id = h.warehouse_id"
    " AND o.order_id = h.order_id AND o.line = h.line AND o.recorded_date <= ?2))"
    " SELECT item_id, warehouse_id, eta_date, units, confirmed_ratio, order_id, line, supplier_id,"
    " stage FROM seen WHERE units > 0"
    " ORDER BY item_id, warehouse_id, eta_date, order_id, line";

enum pk_status pk_load_ledger(struct pk_loader *loader, struct pk_error *error)
{
    struct pk_ledger *ledger = &loader->loaded->data.ledger;
    void *rows = NULL;
    enum pk_status status = pk_loader_read(
        loader,
        "SELECT item_id, warehouse_id, supplier_id, lead_time_days, lead_time_sd_days,"
        " review_period_days, min_order_units, pack_size_units, unit_cost, order_cost,"
        " shortage_cost_per_unit, holding_cost_per_unit_day, critical_ratio, target_fill_ratio,"
        " max_stock_units FROM supply"
        " ORDER BY item_id, warehouse_id = '', warehouse_id, supplier_id",
        sizeof *ledger->supply, read_supply, &rows, &ledger->supply_count, error);
    if (status != PK_OK)
        return status;
    ledger->supply = rows;
    status = pk_loader_read(loader,
                            "SELECT item_id, warehouse_id, date, received_date, on_hand_units,"
                            " reserved_units, unsellable_units FROM stock WHERE date <= ?"
                            " ORDER BY item_id, warehouse_id, date, received_date",
                            sizeof *ledger->stock, read_stock, &rows, &ledger->stock_count, error);
    if (status != PK_OK)
        return status;
    ledger->stock = rows;
    status = pk_loader_read(loader, open_lines_sql, sizeof *ledger->inbound, read_inbound, &rows,
                            &ledger->inbound_count, error);
    if (status != PK_OK)
        return status;
    ledger->inbound = rows;
    status = pk_loader_read(loader,
                            "SELECT item_id, warehouse_id, supplier_id, order_date, received_date,"
                            " ordered_units, received_units FROM inbound WHERE received_date <= ?"
                            " AND order_date <= received_date"
                            " ORDER BY item_id, warehouse_id, received_date, order_id, line",
                            sizeof *ledger->deliveries, read_delivery, &rows,
                            &ledger->delivery_count, error);
    if (status == PK_OK)
        ledger->deliveries = rows;
    return status;
}
