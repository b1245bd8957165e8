#include "service/handlers/promotion_sums.h"

#include <math.h>

#include "models/base/units.h"
#include "peakstock/v1/promotion.pb-c.h"
#include "service/handlers/reply.h"

/* Amount of money on the wire. */
static int64_t micros(double amount)
{
    return pk_money_from_double(amount);
}

/* The whole shop's GMV target; NULL without one. */
static const struct pk_promotion_target *total_target(const struct pk_promotion_report *report)
{
    const struct pk_promotion_target *first = report->targets;
    if (report->target_count == 0)
        return NULL;
    const bool is_total = first->is_forecast && first->row->metric[0] == 'g' &&
                          first->row->category == PK_INDEX_NONE &&
                          first->row->warehouse == PK_INDEX_NONE;
    return is_total ? first : NULL;
}

enum pk_status pk_send_promotion_headline(struct pk_rpc_call *call,
                                          const struct pk_snapshot *snapshot,
                                          const struct pk_promotion_report *report,
                                          struct pk_error *error)
{
    Peakstock__V1__CheckPromotionResponse response = PEAKSTOCK__V1__CHECK_PROMOTION_RESPONSE__INIT;
    Peakstock__V1__PromotionHeadline out = PEAKSTOCK__V1__PROMOTION_HEADLINE__INIT;
    const struct pk_promotion_headline *headline = &report->headline;
    const struct pk_promotion_target *target = total_target(report);
    out.promotion_name = pk_reply_borrow(report->name);
    out.readiness_ratio = isnan(headline->readiness_ratio) ? 0 : headline->readiness_ratio;
    out.gmv_expected_micros = micros(headline->gmv_expected);
    out.gmv_wanted_micros = micros(headline->gmv_wanted);
    if (target != NULL) {
        out.target_case = PEAKSTOCK__V1__PROMOTION_HEADLINE__TARGET_GMV_TARGET_MICROS;
        out.gmv_target_micros = micros(target->row->value);
    }
    out.gmv_at_risk_micros = micros(headline->gmv_at_risk);
    out.item_count = headline->item_count;
    out.half_risk_item_count = headline->half_risk_item_count;
    out.cash_needed_micros = micros(headline->cash_needed);
    out.late_line_count = headline->late_line_count;
    out.below_cost_count = headline->below_cost_count;
    out.overloaded_count = headline->overloaded_count;
    out.currency_code = pk_reply_borrow(snapshot->stamp->currency_code);
    response.headline = &out;
    return pk_rpc_call_send(call, &response.base, error);
}

static void wire_money(const struct pk_promotion_scope_sum *scope,
                       Peakstock__V1__PromotionRollUp *out)
{
    const struct pk_campaign_money_sum *money = &scope->money;
    const double margin_ratio = pk_campaign_margin_ratio(money);
    out->gmv_expected_micros = micros(money->served_gmv + money->sold_gmv);
    out->gmv_wanted_micros = micros(money->wanted_gmv + money->sold_gmv);
    out->gmv_q10_micros = micros(pk_shared_sum_quantile(&money->served, 0.1));
    out->gmv_q90_micros = micros(pk_shared_sum_quantile(&money->served, 0.9));
    out->gmv_sold_micros = micros(money->sold_gmv);
    out->discount_micros = micros(money->discount);
    out->gift_cost_micros = micros(money->gift_cost);
    out->selling_cost_micros = micros(money->selling_cost);
    out->goods_cost_micros = micros(money->goods_cost);
    out->holding_cost_micros = micros(money->holding_cost);
    out->profit_micros = micros(money->profit);
    out->incremental_gmv_micros = micros(money->compared_gmv - money->baseline_gmv);
    out->incremental_profit_micros = micros(money->compared_profit - money->baseline_profit);
    if (!isnan(margin_ratio)) {
        out->margin_case = PEAKSTOCK__V1__PROMOTION_ROLL_UP__MARGIN_MARGIN_RATIO;
        out->margin_ratio = margin_ratio;
    }
    out->below_cost_count = money->below_cost_count;
    out->no_cost_count = money->no_cost_count;
}

static void wire_peak(const struct pk_promotion_scope_sum *scope,
                      Peakstock__V1__PromotionRollUp *out)
{
    out->peak_date_epoch_days = pk_reply_epoch_days(scope->peak_date);
    out->peak_day_mean_units = scope->peak_day_mean_units;
    out->peak_day_q90_units = llround(scope->peak_day_q90_units);
    if (scope->outbound_units_per_day >= 0) {
        out->outbound_case = PEAKSTOCK__V1__PROMOTION_ROLL_UP__OUTBOUND_OUTBOUND_UNITS_PER_DAY;
        out->outbound_units_per_day = scope->outbound_units_per_day;
    }
    if (scope->outbound_units_per_day > 0) {
        out->load_case = PEAKSTOCK__V1__PROMOTION_ROLL_UP__LOAD_LOAD_RATIO;
        out->load_ratio = scope->peak_day_q90_units / (double)scope->outbound_units_per_day;
    }
    out->first_over_date_epoch_days = pk_reply_epoch_days(scope->first_over_date);
    out->over_day_count = scope->over_day_count;
}

static Peakstock__V1__PromotionRollUp *wire_roll_up(struct pk_rpc_call *call,
                                                    const struct pk_promotion_scope_sum *scope,
                                                    const char *currency_code)
{
    const struct pk_promotion_roll_up *sum = &scope->sum;
    Peakstock__V1__PromotionRollUp *out = pk_rpc_call_allocate(call, sizeof *out);
    if (out == NULL)
        return NULL;
    peakstock__v1__promotion_roll_up__init(out);
    double readiness = pk_promotion_readiness_ratio(sum);
    out->scope = pk_reply_borrow(scope->scope);
    out->scope_id = pk_reply_borrow(scope->scope_id);
    out->line_count = sum->line_count;
    out->red_count = sum->state_counts[PK_READINESS_RED];
    out->amber_count = sum->state_counts[PK_READINESS_AMBER];
    out->green_count = sum->state_counts[PK_READINESS_GREEN];
    out->blue_count = sum->state_counts[PK_READINESS_BLUE];
    out->unknown_count = sum->state_counts[PK_READINESS_UNKNOWN];
    out->readiness_ratio = isnan(readiness) ? 0 : readiness;
    out->gmv_at_risk_micros = micros(scope->gmv_at_risk);
    out->cash_needed_micros = pk_promotion_cash_needed_micros(sum);
    out->q50_units = sum->q50_units;
    out->gap_q50_units = llround(sum->gap_q50_units);
    out->currency_code = pk_reply_borrow(currency_code);
    wire_money(scope, out);
    wire_peak(scope, out);
    out->reasons = pk_reply_reasons(call, &scope->reasons, &out->n_reasons);
    return out;
}

static Peakstock__V1__PromotionCashWeek *
wire_week(struct pk_rpc_call *call, const struct pk_promotion_week *week, double cumulative_cash)
{
    Peakstock__V1__PromotionCashWeek *out = pk_rpc_call_allocate(call, sizeof *out);
    if (out == NULL)
        return NULL;
    peakstock__v1__promotion_cash_week__init(out);
    out->week_start_date_epoch_days = pk_reply_epoch_days(week->start_date);
    out->cash_micros = micros(week->cash);
    out->cumulative_cash_micros = micros(cumulative_cash);
    out->gap_q50_units = llround(week->gap_units);
    out->line_count = week->line_count;
    out->late_line_count = week->late_line_count;
    return out;
}

static const char *name_at(const char *const *names, uint32_t index)
{
    return index == PK_INDEX_NONE ? "" : names[index];
}

static Peakstock__V1__PromotionTarget *wire_target(struct pk_rpc_call *call,
                                                   const struct pk_shop *shop,
                                                   const struct pk_promotion_target *target)
{
    Peakstock__V1__PromotionTarget *out = pk_rpc_call_allocate(call, sizeof *out);
    if (out == NULL)
        return NULL;
    peakstock__v1__promotion_target__init(out);
    out->metric = pk_reply_borrow(target->row->metric);
    out->category = pk_reply_borrow(name_at(shop->categories, target->row->category));
    out->warehouse_id = pk_reply_borrow(name_at(shop->warehouses, target->row->warehouse));
    out->channel = pk_reply_borrow(target->row->channel);
    out->target = target->row->value;
    if (!target->is_forecast)
        return out;
    out->forecast_case = PEAKSTOCK__V1__PROMOTION_TARGET__FORECAST_EXPECTED;
    out->expected = target->expected;
    out->expected_q10 = target->q10;
    out->expected_q90 = target->q90;
    out->wanted = target->wanted;
    out->sold = target->sold;
    out->gap = target->gap;
    out->reach_probability = target->reach_probability;
    out->reach_if_covered_probability = target->reach_if_covered_probability;
    out->orderable = target->orderable;
    out->pushable = target->pushable;
    out->shortfall = target->shortfall;
    out->supply_count = (int64_t)target->supply_count;
    return out;
}

static Peakstock__V1__PromotionSupplyOfDifference *
wire_supply(struct pk_rpc_call *call, const struct pk_shop *shop,
            const struct pk_promotion_target *target, const struct pk_promotion_supply *supply)
{
    const struct pk_series *series = &shop->series[supply->series];
    const struct pk_item *item = &shop->items[series->item];
    const struct pk_campaign_push *push = &supply->push;
    Peakstock__V1__PromotionSupplyOfDifference *out = pk_rpc_call_allocate(call, sizeof *out);
    if (out == NULL)
        return NULL;
    peakstock__v1__promotion_supply_of_difference__init(out);
    out->metric = pk_reply_borrow(target->row->metric);
    out->target_category = pk_reply_borrow(name_at(shop->categories, target->row->category));
    out->target_warehouse_id = pk_reply_borrow(name_at(shop->warehouses, target->row->warehouse));
    out->item_id = pk_reply_borrow(item->item_id);
    out->item_name = pk_reply_borrow(item->name);
    out->category = pk_reply_borrow(shop->categories[item->category]);
    out->warehouse_id = pk_reply_borrow(shop->warehouses[series->warehouse]);
    out->expected_units = llround(supply->expected_units);
    out->stock_units = llround(supply->stock_units);
    out->push_units = llround(push->units);
    out->traffic_ratio = push->traffic_ratio;
    out->gmv_micros = micros(push->gmv);
    out->margin_micros = micros(push->margin);
    if (push->has_discount) {
        out->discount_case = PEAKSTOCK__V1__PROMOTION_SUPPLY_OF_DIFFERENCE__DISCOUNT_DISCOUNT_RATIO;
        out->discount_ratio = push->discount_ratio;
        out->discount_gmv_micros = micros(push->discount_gmv);
        out->discount_margin_micros = micros(push->discount_margin);
    }
    out->cumulative = supply->cumulative;
    return out;
}

static Peakstock__V1__PromotionLoss *wire_loss(struct pk_rpc_call *call, const struct pk_shop *shop,
                                               const struct pk_promotion_loss *loss)
{
    const struct pk_series *series = &shop->series[loss->series];
    const struct pk_campaign_money *money = &loss->money;
    Peakstock__V1__PromotionLoss *out = pk_rpc_call_allocate(call, sizeof *out);
    if (out == NULL)
        return NULL;
    peakstock__v1__promotion_loss__init(out);
    out->item_id = pk_reply_borrow(shop->items[series->item].item_id);
    out->item_name = pk_reply_borrow(shop->items[series->item].name);
    out->warehouse_id = pk_reply_borrow(shop->warehouses[series->warehouse]);
    out->regular_price_micros = loss->regular_price_micros;
    out->lowest_price_micros = micros(money->lowest_price);
    out->unit_cost_micros = loss->unit_cost_micros;
    out->unit_margin_micros = micros(money->unit_margin);
    out->expected_units = money->served_units;
    out->without_units = money->baseline_units;
    out->gift_cost_micros = micros(money->gift_cost);
    out->profit_micros = micros(money->profit);
    out->incremental_profit_micros = micros(money->profit - money->baseline_profit);
    out->reasons = pk_reply_reasons(call, &loss->reasons, &out->n_reasons);
    return out;
}

/* Room for `count` pointers of a list; NULL without memory. */
static void *list_of(struct pk_rpc_call *call, size_t count)
{
    return pk_rpc_call_allocate(call, (count + 1) * sizeof(void *));
}

enum pk_status pk_send_promotion_sums(struct pk_rpc_call *call, const struct pk_snapshot *snapshot,
                                      const struct pk_promotion_report *report,
                                      struct pk_error *error)
{
    const struct pk_shop *shop = &snapshot->view.data->shop;
    Peakstock__V1__CheckPromotionResponse last = PEAKSTOCK__V1__CHECK_PROMOTION_RESPONSE__INIT;
    last.roll_ups = list_of(call, report->scope_count);
    last.cash_weeks = list_of(call, report->week_count);
    last.targets = list_of(call, report->target_count);
    last.supply_of_differences = list_of(call, report->supply_count);
    last.losses = list_of(call, report->loss_count);
    bool is_complete = last.roll_ups != NULL && last.cash_weeks != NULL && last.targets != NULL &&
                       last.supply_of_differences != NULL && last.losses != NULL;
    double cash = 0;
    for (size_t i = 0; is_complete && i < report->scope_count; i++) {
        last.roll_ups[i] = wire_roll_up(call, &report->scopes[i], snapshot->stamp->currency_code);
        is_complete = last.roll_ups[i] != NULL;
    }
    for (size_t i = 0; is_complete && i < report->week_count; i++) {
        cash += report->weeks[i].cash;
        last.cash_weeks[i] = wire_week(call, &report->weeks[i], cash);
        is_complete = last.cash_weeks[i] != NULL;
    }
    for (size_t i = 0; is_complete && i < report->target_count; i++) {
        last.targets[i] = wire_target(call, shop, &report->targets[i]);
        is_complete = last.targets[i] != NULL;
    }
    for (size_t i = 0; is_complete && i < report->supply_count; i++) {
        const struct pk_promotion_supply *supply = &report->supply[i];
        last.supply_of_differences[i] =
            wire_supply(call, shop, &report->targets[supply->target], supply);
        is_complete = last.supply_of_differences[i] != NULL;
    }
    for (size_t i = 0; is_complete && i < report->loss_count; i++) {
        last.losses[i] = wire_loss(call, shop, &report->losses[i]);
        is_complete = last.losses[i] != NULL;
    }
    if (!is_complete)
        return pk_reply_out_of_memory(error);
    last.n_roll_ups = report->scope_count;
    last.n_cash_weeks = report->week_count;
    last.n_targets = report->target_count;
    last.n_supply_of_differences = report->supply_count;
    last.n_losses = report->loss_count;
    return pk_rpc_call_send(call, &last.base, error);
}
