#include "models/evidence/series_facts.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "models/base/array.h"
#include "models/base/limits.h"
#include "models/evidence/item_traits.h"
#include "models/evidence/supply_network.h"
#include "models/history/suggestion_book.h"

struct pk_decision_memory *pk_decision_memory_new(void)
{
    struct pk_decision_memory *memory = calloc(1, sizeof *memory);
    if (memory == NULL)
        return NULL;
    memory->demand.scratch = pk_forecast_scratch_new();
    memory->near_scratch = pk_forecast_scratch_new();
    if (memory->demand.scratch == NULL || memory->near_scratch == NULL) {
        pk_forecast_scratch_free(memory->demand.scratch);
        pk_forecast_scratch_free(memory->near_scratch);
        free(memory);
        return NULL;
    }
    return memory;
}

void pk_decision_memory_free(struct pk_decision_memory *memory)
{
    if (memory == NULL)
        return;
    pk_forecast_scratch_free(memory->demand.scratch);
    pk_forecast_scratch_free(memory->near_scratch);
    free(memory->inbound);
    pk_price_responses_done(&memory->price_responses);
    free(memory);
}

void pk_series_facts_detach(struct pk_series_facts *facts)
{
    facts->demand.mean_units = NULL;
    facts->statistical_mean_units = facts->own_mean_units = NULL;
    facts->inbound = NULL;
    facts->inbound_count = 0;
    facts->returns.past_sold_units = NULL;
}

struct pk_stock pk_series_stock(const struct pk_shop_data *data, size_t series)
{
    struct pk_stock stock = {0};
    const struct pk_shop *shop = &data->shop;
    const struct pk_series *one = &shop->series[series];
    struct pk_ledger_range range = pk_series_latest_stock(data, series);
    if (range.first == range.last)
        return stock;
    stock.is_known = true;
    for (size_t i = range.first; i < range.last; i++) {
        stock.on_hand_units += data->ledger.stock[i].on_hand_units;
        stock.reserved_units += data->ledger.stock[i].reserved_units;
        stock.unsellable_units += data->ledger.stock[i].unsellable_units;
    }
    int32_t stock_bucket = pk_date_bucket_start(data->ledger.stock[range.first].date,
                                                one->bucket_days, shop->week_start);
    struct pk_ledger_range since = pk_series_sales_between(
        data, series, stock_bucket + one->bucket_days, pk_series_as_of_date(shop, one));
    for (size_t i = since.first; i < since.last; i++)
        stock.on_hand_units -= llround((double)data->sales.buckets[i].demand_units);
    return stock;
}

/* Orders that were suggested, decided and not yet seen as inbound lines. */
static size_t add_suggestions(const struct pk_view *view, const struct pk_assumptions *assumptions,
                              struct pk_ledger_range range, const struct pk_series_facts *facts,
                              struct pk_inbound *out_inbound)
{
    const int32_t as_of_date = pk_series_as_of_date(facts->shop, facts->series);
    const int32_t next_date = pk_series_next_date(facts->shop, facts->series);
    const char *supplier_id = facts->supply == NULL ? "" : facts->supply->supplier_id;
    size_t count = 0;
    for (size_t i = range.first; i < range.last; i++) {
        const struct pk_suggestion *row = view->suggestions->rows[i].stored;
        if (!pk_suggestion_is_inbound(view->suggestions, row, view->data->data_revision, as_of_date,
                                      next_date,
                                      assumptions->leaves_out_own_suggestion ? supplier_id : NULL))
            continue;
        out_inbound[count++] =
            (struct pk_inbound){pk_suggestion_eta_date(row, as_of_date), row->order_units, 1};
    }
    return count;
}

static enum pk_status load_inbound(const struct pk_view *view,
                                   const struct pk_assumptions *assumptions,
                                   struct pk_decision_memory *memory, struct pk_series_facts *facts,
                                   struct pk_error *error)
{
    const struct pk_shop_data *data = view->data;
    struct pk_ledger_range range =
        pk_ledger_inbound_of(&data->ledger, facts->series->item, facts->series->warehouse);
    const struct pk_ledger_range kept =
        pk_suggestions_of(view->suggestions, facts->series->item, facts->series->warehouse);
    size_t count = range.last - range.first + (kept.last - kept.first) + 1;
    if (pk_array_reserve(&memory->inbound, &memory->inbound_capacity, count,
                         sizeof *memory->inbound, "inbound lines", error) != PK_OK)
        return PK_OUT_OF_MEMORY;
    for (size_t i = 0; i < range.last - range.first; i++) {
        const struct pk_inbound_row *row = &data->ledger.inbound[range.first + i];
        memory->inbound[i] = (struct pk_inbound){row->eta_date, row->units, row->confirmed_ratio};
        if (assumptions->what_if.delayed_order_id != NULL &&
            strcmp(row->order_id, assumptions->what_if.delayed_order_id) == 0)
            memory->inbound[i].eta_date += assumptions->what_if.delay_days;
    }
    count = range.last - range.first;
    count += add_suggestions(view, assumptions, kept, facts, memory->inbound + count);
    if (assumptions->transfer_units > 0)
        memory->inbound[count++] =
            (struct pk_inbound){assumptions->transfer_date, assumptions->transfer_units, 1};
    facts->inbound = memory->inbound;
    facts->inbound_count = count;
    return PK_OK;
}

/* 0 stands for "not given" in the terms, so a given 0 becomes the least ratio there is. */
static double given_ratio(double stored)
{
    return isnan(stored) ? 0 : fmax(stored, 1e-6);
}

static struct pk_supply_terms terms_of(const struct pk_supply_row *row)
{
    struct pk_supply_terms terms = pk_supply_terms_default();
    terms.is_known = true;
    terms.lead_time_days = row->lead_time_days;
    terms.lead_time_sd_days = row->lead_time_sd_days;
    terms.review_period_days = row->review_period_days;
    terms.min_order_units = row->min_order_units;
    terms.pack_size_units = row->pack_size_units;
    terms.max_stock_units = row->max_stock_units;
    terms.unit_cost_micros = row->unit_cost_micros;
    terms.order_cost_micros = row->order_cost_micros;
    terms.shortage_cost_micros = row->shortage_cost_per_unit_micros;
    terms.holding_cost_micros_per_day = row->holding_cost_per_unit_day_micros;
    terms.critical_ratio = given_ratio(row->critical_ratio);
    terms.target_fill_ratio = given_ratio(row->target_fill_ratio);
    return terms;
}

static void apply_what_if(const struct pk_what_if *what_if, struct pk_supply_terms *terms)
{
    if (what_if->has_lead_time) {
        terms->is_known = true;
        terms->lead_time_days = what_if->lead_time_days;
        terms->lead_time_delay_days = 0;
    }
    if (what_if->review_period_days > 0)
        terms->review_period_days = what_if->review_period_days;
    if (what_if->critical_ratio > 0)
        terms->critical_ratio = what_if->critical_ratio;
}

void pk_series_terms_load(const struct pk_view *view, const struct pk_assumptions *assumptions,
                          const char *supplier_id, struct pk_series_facts *facts)
{
    const struct pk_item *item = facts->item;
    facts->supply = pk_ledger_supply_of(&view->data->ledger, facts->series->item,
                                        facts->series->warehouse, supplier_id);
    if (facts->supply != NULL) {
        facts->terms = terms_of(facts->supply);
    } else {
        facts->terms = pk_supply_terms_default();
        if (assumptions->lead_time_days >= 0) {
            facts->terms.is_known = true;
            facts->terms.is_lead_time_assumed = true;
            facts->terms.lead_time_days = assumptions->lead_time_days;
        }
    }
    pk_supply_network_complete(view->network, facts->supply, facts->series->warehouse,
                               &facts->terms);
    apply_what_if(&assumptions->what_if, &facts->terms);
    facts->economics = (struct pk_economics){
        .unit_cost_micros = item->unit_cost_micros,
        .price_micros = pk_shop_price_micros(facts->shop, facts->series->item,
                                             facts->series->warehouse, facts->shop->as_of_date),
        .selling_cost_ratio = item->selling_cost_ratio,
        .salvage_micros = -1,
        .role = item->role,
        .launch_date = item->launch_date,
        .end_date = item->end_date,
        .shelf_life_days = item->shelf_life_days,
    };
    const struct pk_item_traits *traits = view->traits;
    if (traits != NULL) {
        facts->item_class = traits->classes[facts->series->item];
        facts->economics.is_minor =
            pk_item_class_is_minor(facts->item_class, traits->sold_item_count);
    }
}

/* Rate and lag of the fit, and the sales that may still come back. */
static void load_returns(const struct pk_view *view, size_t series,
                         struct pk_decision_memory *memory, struct pk_series_facts *facts)
{
    const struct pk_item_traits *traits = view->traits;
    const struct pk_shop_data *data = view->data;
    const int32_t bucket_days = facts->series->bucket_days;
    if (traits == NULL || traits->return_rates == NULL)
        return;
    facts->returns = (struct pk_returns){.rate = traits->return_rates[facts->series->item],
                                         .lag_days = traits->return_lag_days,
                                         .past_sold_units = memory->past_sold_units};
    const int32_t next = facts->demand.first_date, first = next - facts->returns.lag_days;
    memset(memory->past_sold_units, 0, sizeof memory->past_sold_units);
    const struct pk_ledger_range range =
        pk_series_sales_between(data, series, first - bucket_days + 1, next - 1);
    for (size_t i = range.first; i < range.last; i++) {
        const struct pk_sales_bucket *bucket = &data->sales.buckets[i];
        for (int32_t day = 0; day < bucket_days; day++)
            if (bucket->date + day >= first && bucket->date + day < next)
                memory->past_sold_units[bucket->date + day - first] +=
                    (double)bucket->demand_units / bucket_days;
    }
}

static int32_t earlier(int32_t a, int32_t b)
{
    if (a == PK_DATE_NONE || b == PK_DATE_NONE)
        return a == PK_DATE_NONE ? b : a;
    return a < b ? a : b;
}

/* Dates that age is counted from: the oldest lot in the latest stock, the first known stock or
 * sale. */
static void load_ages(const struct pk_shop_data *data, size_t series, struct pk_series_facts *facts)
{
    const struct pk_ledger *ledger = &data->ledger;
    struct pk_ledger_range latest = pk_series_latest_stock(data, series);
    facts->oldest_lot_date = PK_DATE_NONE;
    for (size_t i = latest.first; i < latest.last; i++)
        if (ledger->stock[i].on_hand_units > 0)
            facts->oldest_lot_date =
                earlier(facts->oldest_lot_date, ledger->stock[i].received_date);
    struct pk_ledger_range all =
        pk_ledger_stock_of(ledger, facts->series->item, facts->series->warehouse);
    int32_t first_date = facts->model->first_sale_date;
    for (size_t i = all.first; i < latest.last; i++) {
        if (ledger->stock[i].on_hand_units <= 0)
            continue;
        first_date = earlier(first_date, ledger->stock[i].date);
        break;
    }
    facts->first_stock_date = earlier(first_date, facts->oldest_lot_date);
}

enum pk_status pk_series_facts_load(const struct pk_view *view, size_t series, int32_t horizon_days,
                                    const struct pk_assumptions *assumptions,
                                    const char *supplier_id, struct pk_decision_memory *memory,
                                    struct pk_series_facts *out_facts, struct pk_error *error)
{
    const struct pk_shop_data *data = view->data;
    struct pk_series_facts facts = {.shop = &data->shop, .series = &data->shop.series[series]};
    facts.item = &data->shop.items[facts.series->item];
    facts.model = pk_model_series(view->model, series);
    int32_t horizon_max = PK_DAYS_OF_SUPPLY_MAX;
    struct pk_demand_ahead ahead;
    enum pk_status status =
        pk_demand_ahead_load(view, series, horizon_days > horizon_max ? horizon_max : horizon_days,
                             &memory->demand, memory->mean_units, &ahead, error);
    if (status != PK_OK)
        return status;
    facts.demand = ahead.demand;
    facts.flags = ahead.flags;
    facts.has_parents = ahead.has_parents;
    facts.is_adjusted = ahead.is_adjusted;
    facts.is_assembled = view->changes->explosion.is_assembled[facts.series->item] != 0;
    facts.statistical_mean_units = ahead.statistical_mean_units;
    facts.own_mean_units = ahead.own_mean_units;
    pk_series_terms_load(view, assumptions, supplier_id, &facts);
    status = load_inbound(view, assumptions, memory, &facts, error);
    if (status != PK_OK)
        return status;
    facts.stock = pk_series_stock(data, series);
    if (!facts.stock.is_known && assumptions->stock_units >= 0)
        facts.stock = (struct pk_stock){
            .is_known = true, .is_assumed = true, .on_hand_units = assumptions->stock_units};
    load_ages(data, series, &facts);
    load_returns(view, series, memory, &facts);
    *out_facts = facts;
    return PK_OK;
}
