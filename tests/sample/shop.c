#include "tests/sample/shop.h"

#include <stdlib.h>

#include "models/base/date.h"
#include "tests/sample/demand.h"
#include "tests/sample/stock.h"

/* The lunar table covers 2022..2030, less what a history reaches back and a future ahead. */
#define END_DATE_FIRST        "2024-06-30"
#define END_DATE_LAST         "2029-12-31"
#define HISTORY_DAY_COUNT_MIN 400
#define HISTORY_DAY_COUNT_MAX 912
#define FUTURE_DAY_COUNT_MAX  180

static enum pk_status check_settings(const struct pk_shop_settings *settings,
                                     struct pk_error *error)
{
    int32_t first_date = 0;
    int32_t last_date = 0;
    pk_date_parse_iso(pk_text_from(END_DATE_FIRST), &first_date);
    pk_date_parse_iso(pk_text_from(END_DATE_LAST), &last_date);
    if (settings->item_count < PK_SHOP_ITEM_COUNT_MIN ||
        settings->item_count > PK_SHOP_ITEM_COUNT_MAX)
        return pk_error_set(error, PK_INVALID_ARGUMENT, "--item-count", "must be %d to %d",
                            PK_SHOP_ITEM_COUNT_MIN, PK_SHOP_ITEM_COUNT_MAX);
    if (settings->end_date < first_date || settings->end_date > last_date)
        return pk_error_set(error, PK_INVALID_ARGUMENT, "--end-date", "must be %s to %s",
                            END_DATE_FIRST, END_DATE_LAST);
    if (settings->history_day_count < HISTORY_DAY_COUNT_MIN ||
        settings->history_day_count > HISTORY_DAY_COUNT_MAX)
        return pk_error_set(error, PK_INVALID_ARGUMENT, "--days", "must be %d to %d",
                            HISTORY_DAY_COUNT_MIN, HISTORY_DAY_COUNT_MAX);
    if (settings->future_day_count < 0 || settings->future_day_count > FUTURE_DAY_COUNT_MAX)
        return pk_error_set(error, PK_INVALID_ARGUMENT, "--days-after", "must be 0 to %d",
                            FUTURE_DAY_COUNT_MAX);
    return PK_OK;
}

static enum pk_status allocate(struct pk_shop *shop, struct pk_error *error)
{
    size_t items = shop->settings.item_count;
    size_t series = items * PK_SHOP_WAREHOUSE_COUNT;
    size_t days = (size_t)shop->day_count;
    size_t history = (size_t)shop->settings.history_day_count;
    shop->items = calloc(items, sizeof *shop->items);
    shop->series = calloc(series, sizeof *shop->series);
    shop->livestream_hours = calloc(PK_SHOP_CATEGORY_COUNT * days, sizeof *shop->livestream_hours);
    shop->days = calloc(series * days, sizeof *shop->days);
    shop->cells = calloc(series * history * PK_SHOP_CHANNEL_COUNT, sizeof *shop->cells);
    if (shop->items == NULL || shop->series == NULL || shop->livestream_hours == NULL ||
        shop->days == NULL || shop->cells == NULL)
        return pk_error_set(error, PK_OUT_OF_MEMORY, "", "no memory for the shop");
    return PK_OK;
}

static void fill_series(struct pk_shop *shop)
{
    for (size_t item = 0; item < shop->settings.item_count; item++) {
        const struct pk_shop_supplier *supplier = &pk_shop_suppliers[shop->items[item].supplier];
        for (int32_t warehouse = 0; warehouse < PK_SHOP_WAREHOUSE_COUNT; warehouse++) {
            if (shop->items[item].warehouse_shares[warehouse] <= 0)
                continue;
            struct pk_shop_series *series = &shop->series[shop->series_count++];
            series->item = (int32_t)item;
            series->warehouse = warehouse;
            series->lead_time_days =
                supplier->lead_time_days + (warehouse == 1 ? supplier->west_extra_days : 0);
        }
    }
}

enum pk_status pk_shop_new(const struct pk_shop_settings *settings, struct pk_shop **out_shop,
                           struct pk_error *error)
{
    enum pk_status status = check_settings(settings, error);
    if (status != PK_OK)
        return status;
    struct pk_shop *shop = calloc(1, sizeof *shop);
    if (shop == NULL)
        return pk_error_set(error, PK_OUT_OF_MEMORY, "", "no memory for the shop");
    shop->settings = *settings;
    shop->start_date = settings->end_date - settings->history_day_count + 1;
    shop->day_count = settings->history_day_count + settings->future_day_count;

    status = allocate(shop, error);
    if (status != PK_OK)
        goto cleanup;
    pk_shop_catalogue_fill(shop->items, settings->item_count, settings->history_day_count,
                           settings->seed);
    fill_series(shop);
    pk_shop_livestream_fill(shop);
    status = pk_shop_calendar_init(&shop->calendar, shop->start_date, settings->history_day_count,
                                   shop->day_count, shop->items, settings->item_count,
                                   settings->seed, error);
    if (status == PK_OK)
        status = pk_shop_demand_fill(shop, error);
    if (status == PK_OK)
        status = pk_shop_stock_fill(shop, error);
cleanup:
    if (status == PK_OK)
        *out_shop = shop;
    else
        pk_shop_free(shop);
    return status;
}

void pk_shop_free(struct pk_shop *shop)
{
    if (shop == NULL)
        return;
    pk_shop_calendar_done(&shop->calendar);
    free(shop->items);
    free(shop->series);
    free(shop->livestream_hours);
    free(shop->days);
    free(shop->cells);
    free(shop->orders);
    free(shop);
}

struct pk_shop_day *pk_shop_day_at(const struct pk_shop *shop, size_t series, int32_t day)
{
    return &shop->days[series * (size_t)shop->day_count + (size_t)day];
}

struct pk_shop_cell *pk_shop_cells_at(const struct pk_shop *shop, size_t series, int32_t day)
{
    size_t row = series * (size_t)shop->settings.history_day_count + (size_t)day;
    return &shop->cells[row * PK_SHOP_CHANNEL_COUNT];
}
