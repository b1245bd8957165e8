#include "service/store/sqlite/load.h"

#include <string.h>

#include "service/store/rules/property.h"
#include "service/store/sqlite/schema.h"
#include "service/store/sqlite/table.h"

static enum pk_status read_integer(sqlite3 *database, const char *sql, int64_t fallback,
                                   int64_t *out_value, struct pk_error *error)
{
    sqlite3_stmt *statement = NULL;
    bool row = false;
    enum pk_status status = pk_database_prepare(database, sql, &statement, error);
    if (status == PK_OK)
        status = pk_database_step(statement, &row, error);
    if (status == PK_OK)
        *out_value = row && sqlite3_column_type(statement, 0) != SQLITE_NULL
                         ? sqlite3_column_int64(statement, 0)
                         : fallback;
    sqlite3_finalize(statement);
    return status;
}

/* Revisions, week start and the days up to which rows count. */
static enum pk_status load_dates(sqlite3 *database, int32_t as_of_date, struct pk_as_of *out_as_of,
                                 struct pk_shop_data *out_data, struct pk_error *error)
{
    int64_t week_start = 0, complete_through = 0, last_sales = 0, has_daily = 0, has_weekly = 0;
    enum pk_status status =
        pk_meta_get_integer(database, PK_META_DATA_REVISION, 0, &out_data->data_revision, error);
    if (status == PK_OK)
        status = pk_meta_get_integer(database, PK_META_FORECAST_REVISION, 0,
                                     &out_data->forecast_revision, error);
    if (status == PK_OK)
        status = pk_meta_get_integer(database, PK_META_WEEK_START, 0, &week_start, error);
    if (status == PK_OK)
        status = pk_meta_get_integer(database, PK_META_COMPLETE_THROUGH, PK_DATE_NONE,
                                     &complete_through, error);
    if (status == PK_OK)
        status = read_integer(database, "SELECT max(day_series) >> 32 FROM sales", PK_DATE_NONE,
                              &last_sales, error);
    if (status == PK_OK)
        status = read_integer(database, "SELECT EXISTS(SELECT 1 FROM series WHERE bucket_days = 1)",
                              0, &has_daily, error);
    if (status == PK_OK)
        status = read_integer(database, "SELECT EXISTS(SELECT 1 FROM series WHERE bucket_days = 7)",
                              0, &has_weekly, error);
    if (status != PK_OK)
        return status;
    const struct pk_as_of_facts facts = {.complete_through_date = (int32_t)complete_through,
                                         .last_sales_date = (int32_t)last_sales,
                                         .week_start = (int32_t)week_start,
                                         .has_daily = has_daily != 0,
                                         .has_weekly = has_weekly != 0};
    *out_as_of = pk_as_of_resolve(&facts, as_of_date);
    out_data->shop.as_of_date = out_as_of->date;
    out_data->shop.week_start = (int32_t)week_start;
    out_data->shop.has_daily_series = has_daily != 0;
    return PK_OK;
}

/* The rest of the statement of each feed, after its columns and its table. ?1 is
 * last_daily_date. */
static const char *const feed_ends[PK_FEED_COUNT] = {
    [PK_FEED_WAREHOUSES] = "ORDER BY warehouse_id",
    [PK_FEED_ITEMS] = "ORDER BY item_id",
    [PK_FEED_PROMOTIONS] =
        "WHERE status = 'approved' ORDER BY start_date, promotion_id, row_number",
    [PK_FEED_COVARIATES] = "ORDER BY name, date, item_id, category, warehouse_id",
    [PK_FEED_PRICES] = "ORDER BY item_id, warehouse_id = '', warehouse_id, date",
    [PK_FEED_SUPPLY] = "ORDER BY item_id, warehouse_id = '', warehouse_id, supplier_id",
    [PK_FEED_STOCK] = "WHERE date <= ?1 ORDER BY item_id, warehouse_id, date, received_date",
    [PK_FEED_INBOUND] = "WHERE units > 0 ORDER BY item_id, warehouse_id, eta_date, order_id, line",
    [PK_FEED_DELIVERIES] = "WHERE received_date <= ?1 AND order_date <= received_date"
                           " ORDER BY item_id, warehouse_id, received_date, order_id, line",
    [PK_FEED_COMPONENTS] = "ORDER BY parent_item_id, component_item_id, promotion_id",
    [PK_FEED_SUPPLIERS] = "ORDER BY supplier_id",
    [PK_FEED_CLOSURES] = "ORDER BY party_kind, party_id, start_date",
    [PK_FEED_LANES] = "ORDER BY to_warehouse_id, from_warehouse_id",
    [PK_FEED_ADJUSTMENTS] = "ORDER BY start_date, adjustment_id",
    [PK_FEED_TARGETS] =
        "ORDER BY period_start, period_end, metric, category, channel, warehouse_id",
    [PK_FEED_DEPOSITS] = "WHERE date <= ?1 ORDER BY promotion_id, item_id, date",
};

/* Appends the lines of inbound as they were known up to ?2: lines as they are where their last
 * record is not later, else what was recorded of them last. */
static void append_known_lines(sqlite3_str *sql, const struct pk_dataset *inbound)
{
    static const char *const recorded[] = {"units", "eta_date", "confirmed_ratio", "stage",
                                           "recorded_date"};
    sqlite3_str_appendall(sql, "WITH known AS (SELECT ");
    pk_table_append_columns(sql, inbound);
    sqlite3_str_appendall(sql,
                          " FROM inbound WHERE coalesce(recorded_date, 0) <= ?2 UNION ALL SELECT");
    for (size_t i = 0; i < inbound->column_count; i++) {
        const char *table = "i";
        for (size_t k = 0; k < sizeof recorded / sizeof recorded[0]; k++)
            if (strcmp(inbound->columns[i].name, recorded[k]) == 0)
                table = "h";
        sqlite3_str_appendf(sql, "%s %s.%s", i == 0 ? "" : ",", table, inbound->columns[i].name);
    }
    sqlite3_str_appendall(
        sql, " FROM inbound_history h JOIN inbound i USING (item_id, warehouse_id, order_id, line)"
             " WHERE i.recorded_date > ?2 AND h.recorded_date = (SELECT max(recorded_date) FROM"
             " inbound_history o WHERE o.item_id = h.item_id AND o.warehouse_id = h.warehouse_id"
             " AND o.order_id = h.order_id AND o.line = h.line AND o.recorded_date <= ?2)) ");
}

static enum pk_status load_feed(struct pk_loader *loader, enum pk_shop_feed feed,
                                struct pk_error *error)
{
    const struct pk_dataset *dataset = pk_dataset_get(pk_shop_feed_kind(feed));
    const bool is_known = feed == PK_FEED_INBOUND;
    sqlite3_stmt *statement = NULL;
    struct pk_row row;
    bool has_row = false;
    sqlite3_str *sql = sqlite3_str_new(loader->database);
    if (is_known)
        append_known_lines(sql, dataset);
    sqlite3_str_appendall(sql, "SELECT ");
    pk_table_append_columns(sql, dataset);
    sqlite3_str_appendf(sql, "%s FROM %s %s", pk_row_is_numbered(dataset) ? ", row_number" : "",
                        is_known ? "known" : dataset->name, feed_ends[feed]);
    enum pk_status status = pk_database_prepare_built(loader->database, sql, &statement, error);
    if (status == PK_OK) {
        if (sqlite3_bind_parameter_count(statement) > 0)
            sqlite3_bind_int(statement, 1, loader->as_of.last_daily_date);
        if (sqlite3_bind_parameter_count(statement) > 1)
            sqlite3_bind_int(statement, 2, loader->as_of.recorded_date);
        status = pk_database_step(statement, &has_row, error);
    }
    while (status == PK_OK && has_row) {
        pk_table_read_row(statement, dataset, false, &row);
        status = pk_shop_builder_add(loader->builder, feed, &row.record, error);
        if (status == PK_OK)
            status = pk_database_step(statement, &has_row, error);
    }
    sqlite3_finalize(statement);
    return status;
}

static enum pk_status load_shop(struct pk_loader *loader, struct pk_error *error)
{
    enum pk_status status = PK_OK;
    for (int feed = 0; feed < PK_FEED_COUNT && status == PK_OK; feed++) {
        status = load_feed(loader, (enum pk_shop_feed)feed, error);
        if (status == PK_OK && feed == PK_FEED_ITEMS)
            status = pk_shop_builder_close_items(loader->builder, error);
    }
    if (status == PK_OK)
        status = pk_shop_builder_close(loader->builder, error);
    if (status == PK_OK)
        status = pk_load_sales(loader, error);
    return status == PK_OK ? pk_shop_builder_note_stock_outs(loader->builder, error) : status;
}

enum pk_status pk_store_load(struct pk_store *store, int32_t as_of_date,
                             struct pk_shop_data **out_data, struct pk_error *error)
{
    struct pk_loader loader = {.builder = NULL};
    struct pk_shop_data head;
    bool begun = false;
    memset(&head, 0, sizeof head);
    enum pk_status status = pk_store_acquire_reader(store, &loader.database, error);
    if (status == PK_OK) {
        status = pk_database_run(loader.database, "BEGIN", error);
        begun = status == PK_OK;
    }
    if (status == PK_OK)
        status = load_dates(loader.database, as_of_date, &loader.as_of, &head, error);
    if (status == PK_OK)
        status = pk_shop_builder_new(&loader.as_of, &loader.builder, error);
    if (status == PK_OK) {
        head.shop.calendar = pk_property_calendar(store->properties.calendar);
        head.shop.is_chinese_store =
            pk_property_is_chinese(store->properties.currency_code, store->properties.time_zone);
        *pk_shop_builder_data(loader.builder) = head;
        status = load_shop(&loader, error);
    }
    if (begun)
        pk_database_run(loader.database, "ROLLBACK", NULL);
    pk_store_release_reader(store, loader.database);
    if (status == PK_OK)
        *out_data = pk_shop_builder_take(loader.builder);
    else
        pk_shop_builder_free(loader.builder);
    return status;
}
