#include "models/evidence/kpi_series.h"

#include <math.h>
#include <stdlib.h>

#include "models/base/limits.h"
#include "models/base/units.h"
#include "models/decision/order/reorder.h"

/* A series without launch and end dates counts as listed so long after its last sale. */
#define LISTED_AFTER_SALE_DAYS 90

struct life {
    int32_t first_date, last_date; /* empty if first > last */
};

static int32_t later(int32_t a, int32_t b)
{
    return a > b ? a : b;
}

static int32_t sooner(int32_t a, int32_t b)
{
    return a < b ? a : b;
}

int32_t pk_bucket_days_between(const struct pk_shop_data *data, size_t series, int32_t from_date,
                               int32_t to_date)
{
    const struct pk_series *one = &data->shop.series[series];
    if (from_date > to_date)
        return 0;
    int32_t days_past = (to_date - pk_series_as_of_date(&data->shop, one)) % one->bucket_days;
    int32_t last_date = to_date - (days_past + one->bucket_days) % one->bucket_days;
    if (last_date < from_date)
        return 0;
    return ((last_date - from_date) / one->bucket_days + 1) * one->bucket_days;
}

/* Days of the window on which the item was on offer. */
static struct life listed_days(const struct pk_series_facts *facts, int32_t from_date,
                               int32_t to_date)
{
    const struct pk_series_model *model = facts->model;
    int32_t first_date = facts->item->launch_date != PK_DATE_NONE ? facts->item->launch_date
                                                                  : model->first_sale_date;
    if (first_date == PK_DATE_NONE)
        return (struct life){to_date + 1, to_date};
    int32_t last_date = to_date;
    if (facts->item->end_date != PK_DATE_NONE)
        last_date = sooner(last_date, facts->item->end_date);
    else if (facts->item->launch_date == PK_DATE_NONE)
        last_date = sooner(last_date, model->last_sale_date + LISTED_AFTER_SALE_DAYS);
    return (struct life){later(first_date, from_date), last_date};
}

static void add_sales(const struct pk_shop_data *data, size_t series, int32_t from_date,
                      int32_t to_date, struct pk_kpi_series *out)
{
    struct pk_ledger_range range = pk_series_sales_between(data, series, from_date, to_date);
    const struct pk_item *item = &data->shop.items[data->shop.series[series].item];
    const double list_price = (double)item->list_price_micros / (double)PK_MICROS_PER_UNIT;
    bool has_amount = false;
    int64_t amount_micros = 0;
    out->list_amount = item->list_price_micros < 0 ? -1 : 0;
    for (size_t i = range.first; i < range.last; i++) {
        const struct pk_sales_bucket *bucket = &data->sales.buckets[i];
        out->paid_units += (double)(bucket->demand_units + bucket->cancelled_units);
        out->cancelled_units += (double)bucket->cancelled_units;
        out->returned_units += (double)bucket->returned_units;
        if (bucket->paid_amount_micros < 0)
            continue;
        has_amount = true;
        if (item->list_price_micros >= 0) {
            out->list_amount +=
                (double)(bucket->demand_units + bucket->cancelled_units) * list_price;
            out->list_paid_amount +=
                (double)bucket->paid_amount_micros / (double)PK_MICROS_PER_UNIT;
        }
        if (__builtin_add_overflow(amount_micros, bucket->paid_amount_micros, &amount_micros))
            amount_micros = INT64_MAX;
    }
    out->paid_amount_micros = has_amount ? amount_micros : -1;
}

static double paid_since(const struct pk_shop_data *data, size_t series, int32_t days,
                         int32_t to_date)
{
    struct pk_ledger_range range =
        pk_series_sales_between(data, series, to_date - days + 1, to_date);
    double units = 0;
    for (size_t i = range.first; i < range.last; i++)
        units +=
            (double)(data->sales.buckets[i].demand_units + data->sales.buckets[i].cancelled_units);
    return units;
}

/* Sellable units of all lots with one date; *at moves past them. */
static double stock_on_date(const struct pk_ledger *ledger, size_t *at, size_t last)
{
    int32_t date = ledger->stock[*at].date;
    double units = 0;
    for (; *at < last && ledger->stock[*at].date == date; (*at)++)
        units += (double)(ledger->stock[*at].on_hand_units - ledger->stock[*at].reserved_units -
                          ledger->stock[*at].unsellable_units);
    return fmax(units, 0);
}

/* Sellable stock by the age of its lots; what was sold since the row is taken off the oldest. */
static void add_ages(const struct pk_shop_data *data, const struct pk_series_facts *facts,
                     int32_t to_date, struct pk_kpi_series *out)
{
    const struct pk_ledger *ledger = &data->ledger;
    struct pk_ledger_range range =
        pk_ledger_stock_of(ledger, facts->series->item, facts->series->warehouse);
    while (range.last > range.first && ledger->stock[range.last - 1].date > to_date)
        range.last--;
    if (range.last == range.first)
        return;
    const int32_t date = ledger->stock[range.last - 1].date;
    while (ledger->stock[range.first].date != date)
        range.first++;
    double sold = -out->on_hand_units;
    for (size_t i = range.first; i < range.last; i++)
        sold += (double)(ledger->stock[i].on_hand_units - ledger->stock[i].reserved_units -
                         ledger->stock[i].unsellable_units);
    sold = fmax(sold, 0);
    /* Ascending received_date; lots without one come first and are sold last. */
    for (int pass = 0; pass < 2; pass++)
        for (size_t i = range.first; i < range.last; i++) {
            const struct pk_stock_row *lot = &ledger->stock[i];
            if ((lot->received_date == PK_DATE_NONE) != (pass == 1))
                continue;
            double units =
                (double)(lot->on_hand_units - lot->reserved_units - lot->unsellable_units);
            const double taken = fmin(fmax(units, 0), sold);
            sold -= taken;
            units = fmax(units, 0) - taken;
            out->age_units[pass == 1 ? PK_STOCK_AGE_UNKNOWN
                                     : pk_age_band_of(to_date - lot->received_date)] += units;
        }
}

/* Averages known end-of-day stock over the window: stored rows, and the projected as-of stock where
 * no row is. */
static void add_stock(const struct pk_shop_data *data, const struct pk_series_facts *facts,
                      int32_t from_date, int32_t to_date, struct pk_kpi_series *out)
{
    const struct pk_ledger *ledger = &data->ledger;
    struct pk_ledger_range range =
        pk_ledger_stock_of(ledger, facts->series->item, facts->series->warehouse);
    int32_t last_known_date = PK_DATE_NONE;
    double last_units = 0;
    out->opening_units = -1;
    for (size_t at = range.first; at < range.last && ledger->stock[at].date <= to_date;) {
        int32_t date = ledger->stock[at].date;
        double units = stock_on_date(ledger, &at, range.last);
        last_known_date = date;
        last_units = units;
        if (date < from_date || out->opening_units < 0)
            out->opening_units = units;
        if (date < from_date)
            continue;
        out->stock_unit_days += units;
        out->stock_day_count++;
        out->is_listed |= units > 0;
    }
    const bool is_now = to_date == data->shop.as_of_date && facts->stock.is_known;
    const bool is_then =
        last_known_date != PK_DATE_NONE && last_known_date > to_date - facts->series->bucket_days;
    if (!is_now && !is_then) {
        out->opening_units = -1; /* what was received cannot be told */
        return;
    }
    out->on_hand_units =
        is_now ? fmax((double)pk_stock_sellable_units(&facts->stock), 0) : last_units;
    out->is_listed |= out->on_hand_units > 0;
    if (is_now && last_known_date != to_date) {
        out->stock_unit_days += out->on_hand_units;
        out->stock_day_count++;
    }
    double received =
        out->on_hand_units + out->paid_units - out->cancelled_units - fmax(out->opening_units, 0);
    out->received_units = fmax(received, 0);
    add_ages(data, facts, to_date, out);
}

/* Days of the life in the window that are not known to be out of stock. */
static void add_availability(const struct pk_shop_data *data, size_t series, struct life life,
                             struct pk_kpi_series *out)
{
    if (life.first_date > life.last_date)
        return;
    out->is_listed = true;
    out->listed_days = pk_bucket_days_between(data, series, life.first_date, life.last_date);
    struct pk_ledger_range range =
        pk_series_sales_between(data, series, life.first_date, life.last_date);
    int32_t bucket_days = data->shop.series[series].bucket_days;
    double missing_days = 0;
    for (size_t i = range.first; i < range.last; i++) {
        double ratio = (double)data->sales.buckets[i].available_ratio;
        if (ratio >= 0)
            missing_days += (1 - fmin(ratio, 1)) * bucket_days;
    }
    int32_t missing = (int32_t)lround(missing_days);
    out->in_stock_days = out->listed_days - sooner(missing, out->listed_days);
}

/* Adds the figures that look ahead of the as-of day. */
static void add_outlook(const struct pk_series_facts *facts, struct pk_projection *projection,
                        struct pk_kpi_series *out)
{
    out->in_transit_units = pk_inbound_units(facts->inbound, facts->inbound_count);
    if (isnan(out->on_hand_units))
        return;
    struct pk_window ahead = pk_demand_window(&facts->demand, facts->demand.first_date,
                                              facts->demand.first_date + PK_EXCESS_DAYS - 1);
    pk_projection_begin(projection, &facts->demand, out->on_hand_units, NULL, 0, 0);
    out->days_of_supply = pk_projection_days_of_supply(projection);
    out->excess_units = fmax(out->on_hand_units - ahead.mean_units, 0);
}

static enum pk_status load_window(const struct pk_view *view, size_t series,
                                  const struct pk_series_facts *facts,
                                  const struct pk_kpi_window *window, struct pk_kpi_memory *memory,
                                  struct pk_kpi_series *out_series, struct pk_error *error)
{
    const struct pk_shop_data *data = view->data;
    const int32_t from_date = window->from_date, to_date = window->to_date;
    double sold_units;
    struct pk_kpi_series out = {
        .item = facts->series->item,
        .window_days = pk_bucket_days_between(data, series, from_date, to_date),
        .on_hand_units = NAN,
        .in_transit_units = NAN,
        .days_of_supply = -1,
        .unit_cost_micros = pk_unit_cost_micros(&facts->terms, &facts->economics),
        .holding_cost_micros_per_day =
            pk_holding_cost_micros_per_day(&facts->terms, &facts->economics)};
    add_sales(data, series, from_date, to_date, &out);
    add_stock(data, facts, from_date, to_date, &out);
    add_availability(data, series, listed_days(facts, from_date, to_date), &out);
    int32_t month_days = pk_bucket_days_between(data, series, to_date - 29, to_date);
    out.units_last_30_days =
        month_days > 0 ? paid_since(data, series, 30, to_date) * 30 / month_days : 0;
    out.units_last_90_days = paid_since(data, series, PK_DEAD_AFTER_DAYS, to_date);
    out.is_young = facts->first_stock_date != PK_DATE_NONE &&
                   to_date + 1 - facts->first_stock_date <= PK_DEAD_AFTER_DAYS;
    if (to_date == data->shop.as_of_date)
        add_outlook(facts, &memory->decision->projection, &out);
    pk_kpi_cycles(view, facts, series, from_date, to_date, &out);
    enum pk_status status = pk_kpi_lost_units(view, series, from_date, to_date, memory, &sold_units,
                                              &out.lost_units, error);
    if (status == PK_OK)
        *out_series = out;
    return status;
}

enum pk_status pk_kpi_series_load(const struct pk_view *view, size_t series,
                                  const struct pk_kpi_window *windows, size_t window_count,
                                  struct pk_kpi_memory *memory, struct pk_series_facts *out_facts,
                                  struct pk_kpi_series *out_series, struct pk_error *error)
{
    const struct pk_assumptions none = {.stock_units = -1, .lead_time_days = -1};
    enum pk_status status = pk_series_facts_load(view, series, PK_HORIZON_DAYS_MAX, &none, NULL,
                                                 memory->decision, out_facts, error);
    for (size_t i = 0; i < window_count && status == PK_OK; i++)
        if (windows[i].is_known)
            status =
                load_window(view, series, out_facts, &windows[i], memory, &out_series[i], error);
    return status;
}

struct pk_kpi_memory *pk_kpi_memory_new(void)
{
    struct pk_kpi_memory *memory = calloc(1, sizeof *memory);
    if (memory == NULL)
        return NULL;
    memory->decision = pk_decision_memory_new();
    memory->fitted = pk_forecast_scratch_new();
    if (memory->decision != NULL && memory->fitted != NULL)
        return memory;
    pk_kpi_memory_free(memory);
    return NULL;
}

void pk_kpi_memory_free(struct pk_kpi_memory *memory)
{
    if (memory == NULL)
        return;
    pk_decision_memory_free(memory->decision);
    pk_forecast_scratch_free(memory->fitted);
    free(memory);
}
