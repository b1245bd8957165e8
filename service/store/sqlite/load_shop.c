#include <string.h>

#include "models/history/campaign.h"
#include "service/store/sqlite/load.h"

static enum pk_status read_text_row(struct pk_loader *loader, sqlite3_stmt *statement, void *row,
                                    bool *out_keep, struct pk_error *error)
{
    (void)out_keep;
    return pk_loader_text(loader, statement, 0, row, error);
}

static enum pk_status read_item(struct pk_loader *loader, sqlite3_stmt *statement, void *row,
                                bool *out_keep, struct pk_error *error)
{
    struct pk_item *item = row;
    (void)out_keep;
    item->category = pk_loader_category(loader, statement, 2);
    item->role = pk_role_find(pk_database_column_text(statement, 3));
    item->unit_cost_micros = pk_loader_integer(statement, 4, -1);
    item->list_price_micros = pk_loader_integer(statement, 5, -1);
    item->selling_cost_ratio = sqlite3_column_double(statement, 6);
    item->launch_date = (int32_t)pk_loader_integer(statement, 7, PK_DATE_NONE);
    item->end_date = (int32_t)pk_loader_integer(statement, 8, PK_DATE_NONE);
    item->shelf_life_days = sqlite3_column_int(statement, 9);
    item->reference_item = PK_INDEX_NONE;
    enum pk_status status = pk_loader_text(loader, statement, 0, &item->item_id, error);
    if (status == PK_OK)
        status = pk_loader_text(loader, statement, 1, &item->name, error);
    if (status == PK_OK)
        status = pk_loader_text(loader, statement, 10, &item->style_id, error);
    return status;
}

/* Items refer to items: only possible when all of them are there. */
static enum pk_status link_references(struct pk_loader *loader, struct pk_item *items,
                                      struct pk_error *error)
{
    sqlite3_stmt *statement = NULL;
    bool has_row = false;
    enum pk_status status = pk_database_prepare(
        loader->database,
        "SELECT item_id, reference_item_id FROM items WHERE reference_item_id <> ''", &statement,
        error);
    if (status == PK_OK)
        status = pk_database_step(statement, &has_row, error);
    while (status == PK_OK && has_row) {
        uint32_t item = pk_loader_item(loader, statement, 0);
        if (item != PK_INDEX_NONE)
            items[item].reference_item = pk_loader_item(loader, statement, 1);
        status = pk_database_step(statement, &has_row, error);
    }
    sqlite3_finalize(statement);
    return status;
}

static enum pk_status read_promotion(struct pk_loader *loader, sqlite3_stmt *statement, void *row,
                                     bool *out_keep, struct pk_error *error)
{
    struct pk_promotion *promotion = row;
    promotion->phase = pk_promotion_phase_find(pk_database_column_text(statement, 3));
    promotion->start_date = sqlite3_column_int(statement, 4);
    promotion->end_date = sqlite3_column_int(statement, 5);
    promotion->item = pk_loader_item(loader, statement, 6);
    promotion->category = pk_loader_category_scope(loader, statement, 7);
    promotion->warehouse = pk_loader_warehouse(loader, statement, 8);
    promotion->net_price_micros = pk_loader_integer(statement, 10, -1);
    promotion->discount_ratio = sqlite3_column_double(statement, 11);
    promotion->traffic_ratio = sqlite3_column_double(statement, 12);
    promotion->committed_units = pk_loader_integer(statement, 13, -1);
    promotion->ship_by_date = (int32_t)pk_loader_integer(statement, 14, PK_DATE_NONE);
    promotion->balance_date = (int32_t)pk_loader_integer(statement, 15, PK_DATE_NONE);
    *out_keep = pk_loader_scope(statement, 6, promotion->item) &&
                pk_loader_scope(statement, 7, promotion->category) &&
                pk_loader_scope(statement, 8, promotion->warehouse);
    enum pk_status status = pk_loader_text(loader, statement, 0, &promotion->promotion_id, error);
    if (status == PK_OK)
        status = pk_loader_text(loader, statement, 1, &promotion->name, error);
    if (status == PK_OK)
        status = pk_loader_text(loader, statement, 2, &promotion->kind, error);
    if (status == PK_OK)
        status = pk_loader_text(loader, statement, 9, &promotion->channel, error);
    return status;
}

static enum pk_status read_covariate(struct pk_loader *loader, sqlite3_stmt *statement, void *row,
                                     bool *out_keep, struct pk_error *error)
{
    struct pk_covariate *covariate = row;
    const struct pk_shop *shop = &loader->loaded->data.shop;
    const char *name = pk_database_column_text(statement, 0).bytes;
    (void)error;
    while (covariate->name < shop->covariate_name_count &&
           strcmp(shop->covariate_names[covariate->name], name) != 0)
        covariate->name++;
    covariate->date = sqlite3_column_int(statement, 1);
    covariate->value = sqlite3_column_double(statement, 2);
    covariate->item = pk_loader_item(loader, statement, 3);
    covariate->category = pk_loader_category_scope(loader, statement, 4);
    covariate->warehouse = pk_loader_warehouse(loader, statement, 5);
    *out_keep = pk_loader_scope(statement, 3, covariate->item) &&
                pk_loader_scope(statement, 4, covariate->category) &&
                pk_loader_scope(statement, 5, covariate->warehouse);
    return PK_OK;
}

static enum pk_status read_price(struct pk_loader *loader, sqlite3_stmt *statement, void *row,
                                 bool *out_keep, struct pk_error *error)
{
    struct pk_price *price = row;
    (void)error;
    price->item = pk_loader_item(loader, statement, 0);
    price->warehouse = pk_loader_warehouse(loader, statement, 1);
    price->date = sqlite3_column_int(statement, 2);
    price->price_micros = sqlite3_column_int64(statement, 3);
    *out_keep = price->item != PK_INDEX_NONE && pk_loader_scope(statement, 1, price->warehouse);
    return PK_OK;
}

static enum pk_status load_known_ahead(struct pk_loader *loader, struct pk_error *error)
{
    struct pk_shop *shop = &loader->loaded->data.shop;
    void *rows = NULL;
    enum pk_status status = pk_loader_read(
        loader,
        "SELECT promotion_id, name, kind, phase, start_date, end_date, item_id, category,"
        " warehouse_id, channel, net_price, discount_ratio, traffic_ratio, committed_units,"
        " ship_by_date, balance_date"
        " FROM promotions WHERE status = 'approved' ORDER BY start_date, promotion_id, row_number",
        sizeof *shop->promotions, read_promotion, &rows, &shop->promotion_count, error);
    if (status != PK_OK)
        return status;
    shop->promotions = rows;
    uint32_t *order = pk_loader_allocate(loader, shop->promotion_count, sizeof *order);
    if (order == NULL)
        return pk_error_set(error, PK_OUT_OF_MEMORY, "", "no memory for promotions");
    pk_promotion_order_fill(shop->promotions, shop->promotion_count, order);
    shop->promotion_order = order;
    status = pk_loader_read(loader, "SELECT DISTINCT name FROM covariates ORDER BY name",
                            sizeof *shop->covariate_names, read_text_row, &rows,
                            &shop->covariate_name_count, error);
    if (status != PK_OK)
        return status;
    shop->covariate_names = rows;
    status = pk_loader_read(loader,
                            "SELECT name, date, value, item_id, category, warehouse_id FROM"
                            " covariates ORDER BY name, date, item_id, category, warehouse_id",
                            sizeof *shop->covariates, read_covariate, &rows, &shop->covariate_count,
                            error);
    if (status != PK_OK)
        return status;
    shop->covariates = rows;
    /* One price a day: the one for all channels, else the lowest that a channel shows. */
    status = pk_loader_read(
        loader,
        "SELECT item_id, warehouse_id, date,"
        " coalesce(max(CASE WHEN channel = '' THEN price END), min(price)) FROM prices"
        " GROUP BY item_id, warehouse_id, date"
        " ORDER BY item_id, warehouse_id = '', warehouse_id, date",
        sizeof *shop->prices, read_price, &rows, &shop->price_count, error);
    if (status == PK_OK)
        shop->prices = rows;
    return status;
}

enum pk_status pk_load_shop(struct pk_loader *loader, struct pk_error *error)
{
    struct pk_shop *shop = &loader->loaded->data.shop;
    void *rows = NULL;
    size_t item_count = 0;
    enum pk_status status = pk_loader_read(
        loader, "SELECT warehouse_id FROM warehouses ORDER BY warehouse_id",
        sizeof *shop->warehouses, read_text_row, &rows, &shop->warehouse_count, error);
    if (status != PK_OK)
        return status;
    shop->warehouses = rows;
    status = pk_loader_read(loader, "SELECT '' UNION SELECT category FROM items ORDER BY 1",
                            sizeof *shop->categories, read_text_row, &rows, &shop->category_count,
                            error);
    if (status != PK_OK)
        return status;
    shop->categories = rows;
    status = pk_loader_read(loader,
                            "SELECT item_id, name, category, role, unit_cost, list_price,"
                            " selling_cost_ratio, launch_date, end_date, shelf_life_days,"
                            " style_id"
                            " FROM items ORDER BY item_id",
                            sizeof *shop->items, read_item, &rows, &item_count, error);
    if (status != PK_OK)
        return status;
    shop->items = rows;
    shop->item_count = item_count;
    status = link_references(loader, rows, error);
    return status == PK_OK ? load_known_ahead(loader, error) : status;
}
