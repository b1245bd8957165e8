#include "models/base/units.h"
#include "tests/sample/output.h"
#include "tests/sample/random.h"
#include "tests/sample/write_inputs.h"

#define UNREPORTED_DAY_RATIO 0.02
#define MICROS_PER_FEN       INT64_C(10000)

/* Whole fen, halves up. */
static int64_t net_price_micros(const struct pk_shop_item *item, int32_t day,
                                int32_t discount_percent)
{
    int64_t micros = pk_shop_item_price(item, day) / 100 * (100 - discount_percent);
    return (micros + MICROS_PER_FEN / 2) / MICROS_PER_FEN * MICROS_PER_FEN;
}

/* Some items never say whether they were in stock, all of them forget it on some days. */
static bool is_reported(const struct pk_shop *shop, size_t series, int32_t day)
{
    const struct pk_shop_item *item = &shop->items[shop->series[series].item];
    if (!item->reports_availability || !pk_shop_item_lives(item, day))
        return false;
    struct pk_shop_random random;
    uint64_t index = (uint64_t)series * (uint64_t)shop->day_count + (uint64_t)day;
    pk_shop_random_init(&random, shop->settings.seed, PK_SHOP_STREAM_REPORTING, index);
    return !pk_shop_random_chance(&random, UNREPORTED_DAY_RATIO);
}

static void format_availability(char *out, size_t size, int32_t percent, bool reported)
{
    if (!reported)
        out[0] = '\0';
    else if (percent == 100)
        pk_text_format(out, size, "1");
    else
        pk_text_format(out, size, "0.%02d", (int)percent);
}

/* A row where something happened, or where an empty shelf is known. */
static void write_series_day(const struct pk_shop *shop, size_t series, int32_t day,
                             const char *date, FILE *stream)
{
    const struct pk_shop_item *item = &shop->items[shop->series[series].item];
    const struct pk_shop_day *record = pk_shop_day_at(shop, series, day);
    const struct pk_shop_cell *cells = pk_shop_cells_at(shop, series, day);
    bool reported = is_reported(shop, series, day);
    bool known_short = reported && record->available_percent < 100;
    int64_t price_micros = net_price_micros(item, day, record->discount_percent);
    char availability[8];
    format_availability(availability, sizeof availability, record->available_percent, reported);
    for (int32_t channel = 0; channel < PK_SHOP_CHANNEL_COUNT; channel++) {
        const struct pk_shop_cell *cell = &cells[channel];
        bool happened = cell->units != 0 || cell->returned_units != 0;
        if (!happened && !(known_short && item->channel_shares[channel] > 0))
            continue;
        char paid[PK_MONEY_TEXT_SIZE];
        pk_money_format(pk_money_times(price_micros, cell->units), paid);
        fprintf(stream, "%s,%s,%s,%s,%d,%d,%d,%s,%s\n", date, item->id,
                pk_shop_warehouse_ids[shop->series[series].warehouse], pk_shop_channels[channel],
                (int)cell->units, (int)cell->cancelled_units, (int)cell->returned_units, paid,
                availability);
    }
}

static void write_sales(const struct pk_shop *shop, FILE *stream)
{
    for (int32_t day = 0; day < shop->settings.history_day_count; day++) {
        char date[PK_DATE_TEXT_SIZE];
        pk_shop_day_format(shop, day, date);
        for (size_t series = 0; series < shop->series_count; series++)
            write_series_day(shop, series, day, date, stream);
    }
}

const struct pk_shop_file pk_shop_sales_file = {
    "sales.csv",
    "date,item_id,warehouse_id,channel,units,cancelled_units,returned_units,paid_amount,"
    "available_ratio",
    write_sales};
