#include "models/evidence/clearance_facts.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "models/history/campaign.h"

/* Promotion rows that cover one series ahead; more are left out. */
#define COVERING_ROW_MAX 64

/* ---- ages ------------------------------------------------------------------------------------ */

/* The lots of the latest row, ascending; 0 unless every unit has a date. */
static size_t lots_of(const struct pk_shop_data *data, struct pk_ledger_range rows,
                      struct pk_receipt *receipts)
{
    size_t count = 0;
    for (size_t i = rows.first; i < rows.last; i++) {
        const struct pk_stock_row *row = &data->ledger.stock[i];
        const int64_t units = row->on_hand_units - row->reserved_units - row->unsellable_units;
        if (units <= 0)
            continue;
        if (row->received_date == PK_DATE_NONE)
            return 0;
        receipts[count++] = (struct pk_receipt){row->received_date, units};
    }
    return count;
}

static size_t deliveries_in(const struct pk_ledger *ledger, struct pk_ledger_range range,
                            struct pk_receipt *receipts)
{
    size_t count = 0;
    for (size_t i = range.first; i < range.last; i++)
        if (ledger->deliveries[i].received_units > 0)
            receipts[count++] = (struct pk_receipt){ledger->deliveries[i].received_date,
                                                    ledger->deliveries[i].received_units};
    return count;
}

/* Units that left the stock, less those that came back, after `from` up to `to`. */
static double left_between(const struct pk_shop_data *data, size_t series, int32_t from, int32_t to)
{
    const struct pk_ledger_range range = pk_series_sales_between(data, series, from + 1, to);
    double units = 0;
    for (size_t i = range.first; i < range.last; i++)
        units += (double)(data->sales.buckets[i].demand_units -
                          fmaxf(data->sales.buckets[i].returned_units, 0));
    return units;
}

/* Growth of stock from date to date beyond what left; `rows` = all of the series up to the
 * latest. */
static size_t growth_of(const struct pk_shop_data *data, size_t series, struct pk_ledger_range rows,
                        struct pk_receipt *receipts)
{
    const struct pk_stock_row *stock = data->ledger.stock;
    size_t count = 0;
    int64_t before = -1;
    int32_t before_date = PK_DATE_NONE;
    for (size_t i = rows.first; i < rows.last;) {
        const int32_t date = stock[i].date;
        int64_t units = 0;
        for (; i < rows.last && stock[i].date == date; i++)
            units += stock[i].on_hand_units;
        if (before >= 0) {
            const double grown =
                (double)(units - before) + left_between(data, series, before_date, date);
            if (grown >= 1)
                receipts[count++] = (struct pk_receipt){date, llround(grown)};
        }
        before = units;
        before_date = date;
    }
    return count;
}

/* First day from which receipts are told: by a delivery or by a change of stock. */
static int32_t receipts_known_since(const struct pk_ledger *ledger, struct pk_ledger_range rows,
                                    struct pk_ledger_range arrived)
{
    int32_t date = rows.first < rows.last ? ledger->stock[rows.first].date : PK_DATE_NONE;
    if (arrived.first < arrived.last &&
        (date == PK_DATE_NONE || ledger->deliveries[arrived.first].received_date < date))
        date = ledger->deliveries[arrived.first].received_date;
    return date;
}

enum pk_status pk_stock_age_load(const struct pk_shop_data *data, size_t series,
                                 const struct pk_series_facts *facts,
                                 struct pk_age_profile *out_profile, struct pk_error *error)
{
    const struct pk_series *one = &data->shop.series[series];
    const struct pk_ledger_range latest = pk_series_latest_stock(data, series);
    const struct pk_ledger_range arrived =
        pk_ledger_deliveries_of(&data->ledger, one->item, one->warehouse);
    struct pk_ledger_range rows = pk_ledger_stock_of(&data->ledger, one->item, one->warehouse);
    rows.last = latest.last > rows.first ? latest.last : rows.first;
    const size_t room = (rows.last - rows.first) + (arrived.last - arrived.first) + 1;
    struct pk_receipt *receipts = malloc(room * sizeof *receipts);
    if (receipts == NULL)
        return pk_error_set(error, PK_OUT_OF_MEMORY, "", "no memory for the ages of stock");
    enum pk_age_source source = PK_AGE_OF_LOTS;
    size_t count = lots_of(data, latest, receipts);
    if (count == 0) {
        source = PK_AGE_OF_RECEIPTS;
        count = deliveries_in(&data->ledger, arrived, receipts);
    }
    if (count == 0)
        count = growth_of(data, series, rows, receipts);
    const int64_t units = facts->stock.is_known ? pk_stock_sellable_units(&facts->stock) : 0;
    *out_profile = pk_age_profile_of(receipts, count, units,
                                     receipts_known_since(&data->ledger, rows, arrived),
                                     facts->demand.first_date, source);
    free(receipts);
    return PK_OK;
}

/* ---- promotions ahead ------------------------------------------------------------------------ */

static double taken_off(const struct pk_promotion *row, int64_t price_micros)
{
    if (price_micros <= 0 || row->net_price_micros < 0)
        return fmax(row->discount_ratio, 0);
    return fmax(1 - (double)row->net_price_micros / (double)price_micros, 0);
}

/* The deepest discount of a day; of one promotion the narrowest row counts. */
static double discount_on(const struct pk_promotion *const *rows, size_t count, int32_t date,
                          int64_t price_micros)
{
    double deepest = 0;
    for (size_t i = 0; i < count; i++) {
        if (date < rows[i]->start_date || date > rows[i]->end_date)
            continue;
        bool decides = true;
        for (size_t j = 0; j < count && decides; j++)
            decides = !(date >= rows[j]->start_date && date <= rows[j]->end_date &&
                        pk_promotion_narrowness(rows[j]) > pk_promotion_narrowness(rows[i]) &&
                        strcmp(rows[j]->promotion_id, rows[i]->promotion_id) == 0);
        if (decides)
            deepest = fmax(deepest, taken_off(rows[i], price_micros));
    }
    return fmin(deepest, 0.95);
}

bool pk_promoted_discounts(const struct pk_shop *shop, const struct pk_series *series,
                           const struct pk_demand *demand, int32_t last_date, int64_t price_micros,
                           double *out_discount)
{
    const struct pk_promotion *rows[COVERING_ROW_MAX];
    const uint32_t category = shop->items[series->item].category;
    size_t count = 0;
    bool any = false;
    for (size_t i = 0; i < shop->promotion_count && count < COVERING_ROW_MAX; i++) {
        const struct pk_promotion *row = &shop->promotions[i];
        if (row->end_date >= demand->first_date && row->start_date <= last_date &&
            row->phase != PK_PHASE_PRESALE &&
            pk_promotion_covers(row, series->item, category, series->warehouse))
            rows[count++] = row;
    }
    for (size_t b = 0; b < demand->bucket_count; b++) {
        const int32_t date = demand->first_date + (int32_t)b * demand->bucket_days;
        out_discount[b] =
            count > 0 && date <= last_date ? discount_on(rows, count, date, price_micros) : 0;
        any |= out_discount[b] > 0;
    }
    return any;
}

/* ---- plan ------------------------------------------------------------------------------------ */

struct pk_sell_through_plan pk_series_sell_through_plan(const struct pk_shop_data *data,
                                                        size_t series,
                                                        const struct pk_series_facts *facts,
                                                        const struct pk_age_profile *age)
{
    struct pk_sell_through_plan plan = {.start_date = PK_DATE_NONE, .end_date = PK_DATE_NONE};
    const struct pk_economics *economics = &facts->economics;
    if (economics->end_date != PK_DATE_NONE) {
        plan.end_date = economics->end_date;
        plan.start_date = economics->launch_date != PK_DATE_NONE ? economics->launch_date
                                                                 : facts->first_stock_date;
    }
    if (economics->shelf_life_days > 0 && age->source != PK_AGE_UNKNOWN) {
        const int32_t expiry_date = age->oldest_date + economics->shelf_life_days - 1;
        if (plan.end_date == PK_DATE_NONE || expiry_date < plan.end_date) {
            plan.end_date = expiry_date;
            plan.start_date = age->oldest_date;
        }
    }
    if (plan.end_date == PK_DATE_NONE || plan.start_date == PK_DATE_NONE)
        return plan;
    plan.is_known = true;
    const struct pk_ledger_range range =
        pk_series_sales_between(data, series, plan.start_date, facts->demand.first_date - 1);
    for (size_t i = range.first; i < range.last; i++)
        plan.sold_units += (double)data->sales.buckets[i].demand_units;
    return plan;
}
