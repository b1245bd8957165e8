#include "models/decision/order/reorder.h"

#include <math.h>
#include <string.h>

#include "models/base/limits.h"
#include "models/base/units.h"
#include "models/decision/order/carry_over.h"
#include "models/decision/order/critical_ratio.h"
#include "models/decision/order/need.h"
#include "models/decision/order/quantity.h"

/* True if the goods come later than on working days alone. */
static bool is_delayed_by_closure(const struct pk_reorder_input *input,
                                  const struct pk_reorder *reorder)
{
    const struct pk_supply_terms *terms = &input->terms;
    const int32_t days = terms->lead_time_days + terms->shelving_days;
    return terms->is_known &&
           reorder->arrival_date >
               pk_bucket_start_from(input->demand, input->demand->first_date + days);
}

static void add_notes(const struct pk_reorder_input *input, struct pk_reorder *reorder)
{
    struct pk_reasons *reasons = &reorder->reasons;
    if (reorder->late_inbound_units > 0)
        pk_reasons_add(reasons, PK_REASON_LATE_INBOUND);
    if (input->stock.is_known && input->stock.is_assumed)
        pk_reasons_add(reasons, PK_REASON_ASSUMED_STOCK);
    if (input->terms.is_known && input->terms.lead_time_delay_days != 0)
        pk_reasons_add(reasons, PK_REASON_LEAD_TIME_LEARNT);
    if (reorder->order_units > 0 && is_delayed_by_closure(input, reorder))
        pk_reasons_add(reasons, PK_REASON_SUPPLIER_CLOSURE);
    if (input->terms.is_known && input->terms.is_lead_time_assumed)
        pk_reasons_add(reasons, PK_REASON_ASSUMED_LEAD_TIME);
    if (input->is_new)
        pk_reasons_add(reasons, PK_REASON_NEW_ITEM);
    if (input->is_paused)
        pk_reasons_add(reasons, PK_REASON_SELLING_PAUSED);
    if (input->is_covariate_held)
        pk_reasons_add(reasons, PK_REASON_COVARIATE_HELD);
    if (input->is_low_evidence)
        pk_reasons_add(reasons, PK_REASON_LOW_EVIDENCE);
    if (input->has_parents)
        pk_reasons_add(reasons, PK_REASON_PARENT_DEMAND);
    if (input->is_adjusted)
        pk_reasons_add(reasons, PK_REASON_FORECAST_ADJUSTED);
}

static int32_t stockout_date(const struct pk_projection *projection, double probability)
{
    size_t bucket = pk_projection_stockout_bucket(projection, probability);
    return bucket < projection->bucket_count ? pk_projection_date(projection, bucket)
                                             : PK_DATE_NONE;
}

/* Mean demand of the first `days` days; a shorter path goes on at its mean. */
static double mean_of_days(const struct pk_projection *projection, int32_t days)
{
    double bucket_days = projection->demand->bucket_days;
    double path_days = (double)projection->bucket_count * bucket_days;
    if (path_days <= 0.0)
        return 0.0;
    if (days >= path_days)
        return projection->mean_sums[projection->bucket_count] * days / path_days;
    double position = days / bucket_days;
    size_t whole = (size_t)position;
    double part = position - (double)whole;
    return projection->mean_sums[whole] +
           part * (projection->mean_sums[whole + 1] - projection->mean_sums[whole]);
}

static int64_t late_units(const struct pk_reorder_input *input)
{
    int64_t units = 0;
    for (size_t i = 0; i < input->inbound_count; i++) {
        if (input->inbound[i].eta_date < input->demand->first_date &&
            input->inbound[i].confirmed_ratio > 0.0)
            units += input->inbound[i].units;
    }
    return units;
}

/* What can be said without supply terms: position, the date it runs out, excess. */
static void describe_stock(const struct pk_reorder_input *input,
                           const struct pk_projection *projection, struct pk_reorder *reorder)
{
    reorder->sellable_units = pk_stock_sellable_units(&input->stock);
    reorder->position_units = (double)reorder->sellable_units + reorder->inbound_units;
    reorder->stockout_date_p10 = stockout_date(projection, 0.1);
    reorder->stockout_date_p50 = stockout_date(projection, 0.5);
    reorder->stockout_date_p90 = stockout_date(projection, 0.9);
    reorder->days_of_supply = pk_projection_days_of_supply(projection);
    reorder->excess_units =
        fmax(reorder->position_units - mean_of_days(projection, PK_EXCESS_DAYS), 0.0);
}

/* Buckets of the decision. */
struct interval {
    size_t arrival, next_arrival;
    size_t safe; /* buckets during which unmet demand stays unlikely; set with the ratio */
    bool is_cut; /* the path ends before the next arrival */
};

static struct interval interval_of(const struct pk_reorder_input *input,
                                   const struct pk_projection *projection,
                                   struct pk_reorder *reorder)
{
    int32_t review_days = input->terms.review_period_days > 0 ? input->terms.review_period_days : 1;
    const int32_t next = input->demand->first_date;
    const int32_t order_date = pk_supply_order_date(&input->terms.calendar, next);
    const int32_t review_date =
        next + review_days > order_date ? next + review_days : order_date + 1;
    reorder->arrival_date = pk_arrival_date(input->demand, &input->terms, next);
    reorder->next_arrival_date = pk_arrival_date(input->demand, &input->terms, review_date);
    /* an order per bucket at most: a window never is empty */
    if (reorder->next_arrival_date <= reorder->arrival_date)
        reorder->next_arrival_date = reorder->arrival_date + input->demand->bucket_days;
    struct interval interval = {
        .arrival = pk_projection_bucket(projection, reorder->arrival_date),
        .next_arrival = pk_projection_bucket(projection, reorder->next_arrival_date),
    };
    interval.is_cut =
        pk_projection_date(projection, interval.next_arrival) < reorder->next_arrival_date;
    return interval;
}

/* Buckets before the item's end: demand after it does not count even if the path has some. */
static size_t last_selling_bucket(const struct pk_reorder_input *input,
                                  const struct pk_projection *projection, size_t last)
{
    if (input->economics.end_date == PK_DATE_NONE)
        return last;
    if (input->economics.end_date < input->demand->first_date)
        return 0;
    size_t end = pk_projection_bucket(projection, input->economics.end_date + 1);
    return end < last ? end : last;
}

/* The last bucket that an order arriving now can serve before it expires. */
static size_t last_fresh_bucket(const struct pk_reorder_input *input,
                                const struct pk_projection *projection, size_t arrival)
{
    if (input->economics.shelf_life_days <= 0)
        return projection->bucket_count;
    const int32_t expiry_date =
        pk_projection_date(projection, arrival) + input->economics.shelf_life_days;
    const size_t fresh = pk_projection_bucket(projection, expiry_date);
    return fresh > arrival ? fresh : arrival + 1;
}

/* Pieces that are worth buying before they expire: the newsvendor's quantile of what is needed
 * until then, a piece left over losing its cost less salvage. */
static double fresh_room_units(const struct pk_reorder_input *input,
                               const struct pk_projection *projection, size_t arrival,
                               const struct pk_critical_ratio *ratio)
{
    if (input->economics.shelf_life_days <= 0)
        return INFINITY;
    const int64_t cost = pk_unit_cost_micros(&input->terms, &input->economics);
    const double lost = cost < 0 || !ratio->is_money
                            ? ratio->overage_cost
                            : (double)(cost - pk_salvage_micros(&input->terms, &input->economics)) /
                                  (double)PK_MICROS_PER_UNIT;
    const double share = ratio->shortage_cost / (ratio->shortage_cost + fmax(lost, 1e-9));
    size_t fresh = last_fresh_bucket(input, projection, arrival);
    fresh = fresh > projection->bucket_count ? projection->bucket_count : fresh;
    struct pk_need need;
    pk_need_from_projection(projection, arrival, last_selling_bucket(input, projection, fresh), 0,
                            &need);
    return (double)pk_need_quantile(&need, fmin(fmax(share, 1e-4), 1 - 1e-4));
}

/* Reasons that forbid buying whatever the need is. */
static enum pk_reason refusal(const struct pk_reorder_input *input,
                              const struct pk_reorder *reorder)
{
    if (input->economics.end_date != PK_DATE_NONE &&
        input->economics.end_date < reorder->arrival_date)
        return PK_REASON_END_OF_LIFE;
    if (reorder->unit_margin_micros != INT64_MIN && reorder->unit_margin_micros <= 0)
        return PK_REASON_MARGIN_NOT_POSITIVE;
    return PK_REASON_NONE;
}

static void set_order_by_date(const struct pk_reorder_input *input,
                              const struct pk_projection *projection,
                              const struct interval *interval, struct pk_reorder *reorder)
{
    const size_t safe = interval->safe;
    if (safe >= projection->bucket_count)
        return;
    reorder->order_by_date =
        pk_supply_latest_order_date(&input->terms.calendar, pk_projection_date(projection, safe),
                                    input->terms.lead_time_days, input->terms.shelving_days);
}

static bool promotion_touches(const struct pk_reorder_input *input, int32_t to_date)
{
    return input->promotion_start_date != PK_DATE_NONE && input->promotion_start_date < to_date &&
           input->promotion_end_date >= input->demand->first_date;
}

/* The main reason of a line that orders, or would but for its quantity rules. */
static enum pk_reason cause_of_need(const struct pk_reorder_input *input,
                                    const struct interval *interval,
                                    const struct pk_reorder *reorder)
{
    if (reorder->position_units < 0.0)
        return PK_REASON_NEGATIVE_POSITION;
    if (reorder->sellable_units <= 0)
        return PK_REASON_OUT_OF_STOCK;
    if (interval->safe < interval->arrival)
        return PK_REASON_SHORTAGE_BEFORE_ARRIVAL;
    if (promotion_touches(input, reorder->next_arrival_date))
        return PK_REASON_PROMOTION_AHEAD;
    return PK_REASON_BELOW_NEED;
}

static void add_need_reasons(const struct pk_reorder_input *input, const struct interval *interval,
                             const struct pk_critical_ratio *ratio, struct pk_reorder *reorder)
{
    struct pk_reasons *reasons = &reorder->reasons;
    enum pk_reason cause = cause_of_need(input, interval, reorder);
    if (reorder->order_units > 0)
        pk_reasons_put_first(reasons, cause);
    else
        pk_reasons_add(reasons, cause);
    if (reorder->order_by_date != PK_DATE_NONE &&
        reorder->order_by_date < input->demand->first_date)
        pk_reasons_add(reasons, PK_REASON_ORDER_OVERDUE);
    if (promotion_touches(input, reorder->next_arrival_date))
        pk_reasons_add(reasons, PK_REASON_PROMOTION_AHEAD);
    if (ratio->rule == PK_RATIO_RULE_FILL_RATE)
        pk_reasons_add(reasons, PK_REASON_FILL_RATE_TARGET);
    if (ratio->is_clamped)
        pk_reasons_add(reasons, PK_REASON_CRITICAL_RATIO_CLAMPED);
    if (interval->is_cut)
        pk_reasons_add(reasons, PK_REASON_HORIZON_SHORT);
}

static enum pk_reason cause_of_nothing(const struct pk_reorder *reorder)
{
    if (reorder->expected_demand_units <= 0.0)
        return PK_REASON_NO_DEMAND;
    if (reorder->position_units < 1.0)
        return PK_REASON_DEMAND_TOO_RARE;
    return PK_REASON_ENOUGH_STOCK;
}

/* Worth of the order in parts of whole packs, none below the minimum order. */
static void fill_steps(const struct pk_reorder_input *input, const struct pk_need *need,
                       const struct pk_critical_ratio *ratio, struct pk_reorder *reorder)
{
    const int64_t pack = input->terms.pack_size_units > 1 ? input->terms.pack_size_units : 1;
    const struct pk_need_outcome none = pk_need_outcome_of(need, 0);
    const double scale = ratio->is_money || reorder->unit_cost_micros <= 0
                             ? 1
                             : (double)reorder->unit_cost_micros / (double)PK_MICROS_PER_UNIT;
    for (int64_t part = 1; part <= PK_REORDER_STEP_COUNT; part++) {
        int64_t units = reorder->order_units;
        if (part < PK_REORDER_STEP_COUNT) {
            units = units * part / PK_REORDER_STEP_COUNT;
            units -= units % pack;
        }
        if (units <= 0 || units < input->terms.min_order_units ||
            (reorder->step_count > 0 && units <= reorder->steps[reorder->step_count - 1].units))
            continue;
        const struct pk_need_outcome outcome = pk_need_outcome_of(need, units);
        reorder->steps[reorder->step_count++] = (struct pk_reorder_step){
            units, scale * (ratio->shortage_cost * (none.short_units - outcome.short_units) -
                            ratio->overage_cost * (outcome.left_units - none.left_units))};
    }
}

/* What is expected back before the arrival is sold again as it comes; what comes after it is
 * available for the window. Returns the part that may still be there at the arrival or later. */
static double add_returns(const struct pk_reorder_input *input, const struct interval *interval,
                          struct pk_projection *projection, struct pk_reorder *reorder)
{
    const struct pk_demand *demand = input->demand;
    if (!(input->returns.rate > 0))
        return 0;
    reorder->expected_return_units =
        pk_returns_sell_again(&input->returns, projection, interval->arrival);
    const double later = pk_returns_expected_units(
        &input->returns, demand, pk_projection_date(projection, interval->arrival),
        pk_projection_date(projection, interval->next_arrival) - 1);
    if (interval->next_arrival > interval->arrival)
        pk_projection_add_inbound(
            projection, pk_projection_date(projection, interval->next_arrival - 1), later);
    reorder->expected_return_units += later;
    return later;
}

/* True if more would be needed without the returns: the same need with so much less in stock. */
static bool is_lowered_by_returns(const struct pk_need *need, const struct pk_critical_ratio *ratio,
                                  double returned_units, int64_t units)
{
    struct pk_need without = *need;
    if (!(returned_units > 0))
        return false;
    for (size_t i = 0; i < without.node_count; i++)
        without.available_units[i] -= returned_units;
    without.mean_units += returned_units;
    return (ratio->rule == PK_RATIO_RULE_FILL_RATE
                ? pk_need_fill_quantile(&without, ratio->ratio)
                : pk_need_quantile(&without, ratio->ratio)) > units;
}

/* From the need to an order: `wanted` without its room, which stock and shelf life leave. */
static void choose_quantity(const struct pk_reorder_input *input, struct pk_projection *projection,
                            const struct interval *interval, struct pk_quantity_input wanted,
                            struct pk_reorder *reorder)
{
    const double room = input->terms.max_stock_units < 0
                            ? INFINITY
                            : (double)input->terms.max_stock_units - reorder->position_units;
    const double fresh_room = fresh_room_units(input, projection, interval->arrival, wanted.ratio);
    struct pk_quantity quantity = {0};
    wanted.terms = &input->terms;
    wanted.rounding = input->rounding;
    wanted.room_units = fmin(fresh_room, room);
    wanted.room_reason =
        fresh_room < room ? PK_REASON_SHELF_LIFE_CAPPED : PK_REASON_MAX_STOCK_CAPPED;
    pk_quantity_choose(&wanted, &quantity, &reorder->reasons);
    reorder->order_units = quantity.order_units;
    reorder->is_cost_known = wanted.ratio->is_money;
    reorder->candidate_count = quantity.candidate_count;
    memcpy(reorder->candidates, quantity.candidates, sizeof reorder->candidates);
}

/* The need over the protection interval and the order that meets it. */
static void decide_quantity(const struct pk_reorder_input *input, struct pk_projection *projection,
                            struct interval *interval, struct pk_reorder *reorder)
{
    const double later = add_returns(input, interval, projection, reorder);
    size_t selling_end = last_selling_bucket(input, projection, interval->next_arrival);
    if (selling_end < interval->arrival)
        selling_end = interval->arrival;
    const size_t fresh_end = last_fresh_bucket(input, projection, interval->arrival);
    bool ends_inside = (input->economics.end_date != PK_DATE_NONE &&
                        input->economics.end_date < reorder->next_arrival_date) ||
                       fresh_end < interval->next_arrival;
    selling_end = selling_end < fresh_end ? selling_end : fresh_end;
    struct pk_critical_ratio ratio =
        pk_critical_ratio_of(&input->terms, &input->economics, ends_inside);
    double aim = pk_carry_over_aim(&ratio, input->carry_over_reviews, ends_inside);
    if (input->is_new)
        pk_critical_ratio_limit_new(&ratio);
    aim = fmin(aim, ratio.ratio);
    ratio.overage_cost *= (1.0 - aim) / aim * ratio.ratio / (1.0 - ratio.ratio);
    reorder->critical_ratio = ratio.ratio;
    reorder->critical_ratio_rule = ratio.rule;
    reorder->shortage_cost = ratio.shortage_cost;
    reorder->overage_cost = ratio.overage_cost;
    reorder->aim_probability = aim;

    pk_projection_run(projection, interval->arrival);
    reorder->stock_at_arrival_units = pk_projection_expected_stock_units(projection);
    reorder->expected_lost_units = projection->expected_lost_units;
    struct pk_window window = pk_projection_window(projection, interval->arrival, selling_end);
    double days = (double)((selling_end - interval->arrival) * (size_t)input->demand->bucket_days);
    double daily = days > 0.0 ? window.mean_units / days : 0.0;
    double spread = input->terms.lead_time_sd_days * daily;
    struct pk_need need;
    pk_need_from_projection(projection, interval->arrival, selling_end, spread * spread, &need);

    int64_t units = ratio.rule == PK_RATIO_RULE_FILL_RATE
                        ? pk_need_fill_quantile(&need, ratio.ratio)
                        : pk_need_quantile(&need, aim);
    reorder->need_units = (double)units;
    const double kept =
        fmin(reorder->expected_return_units - later, reorder->stock_at_arrival_units);
    if (is_lowered_by_returns(&need, &ratio, later + kept, units))
        pk_reasons_add(&reorder->reasons, PK_REASON_RETURNS_EXPECTED);
    struct pk_need_outcome without = pk_need_outcome_of(&need, 0);
    reorder->expected_short_without_order_units = without.short_units;
    reorder->expected_short_units = without.short_units;

    enum pk_reason refused = refusal(input, reorder);
    if (refused != PK_REASON_NONE) {
        pk_reasons_put_first(&reorder->reasons, refused);
        return;
    }
    interval->safe = pk_projection_safe_buckets(projection, 1.0 - reorder->critical_ratio);
    set_order_by_date(input, projection, interval, reorder);
    if (units == 0) {
        pk_reasons_put_first(&reorder->reasons, cause_of_nothing(reorder));
        return;
    }
    choose_quantity(input, projection, interval,
                    (struct pk_quantity_input){
                        .need = &need,
                        .ratio = &ratio,
                        .need_units = units,
                        .without = &without,
                        .daily_mean_units = fmax(daily, mean_of_days(projection, 28) / 28.0)},
                    reorder);
    reorder->expected_short_units = reorder->candidates[0].short_units;
    if (input->wants_steps && reorder->order_units > 0)
        fill_steps(input, &need, &ratio, reorder);
    add_need_reasons(input, interval, &ratio, reorder);
}

void pk_reorder_decide(const struct pk_reorder_input *input, struct pk_projection *projection,
                       struct pk_reorder *out_reorder)
{
    struct pk_reorder reorder = {
        .order_by_date = PK_DATE_NONE,
        .arrival_date = PK_DATE_NONE,
        .next_arrival_date = PK_DATE_NONE,
        .position_units = NAN,
        .eta_date =
            pk_inbound_next_date(input->inbound, input->inbound_count, input->demand->first_date),
        .stockout_date_p10 = PK_DATE_NONE,
        .stockout_date_p50 = PK_DATE_NONE,
        .stockout_date_p90 = PK_DATE_NONE,
        .inbound_units = pk_inbound_units(input->inbound, input->inbound_count),
        .late_inbound_units = late_units(input),
        .unit_cost_micros = pk_unit_cost_micros(&input->terms, &input->economics),
        .unit_margin_micros = INT64_MIN,
    };
    int64_t margin_micros;
    if (pk_unit_margin_micros(&input->terms, &input->economics, &margin_micros))
        reorder.unit_margin_micros = margin_micros;

    double sellable = input->stock.is_known ? (double)pk_stock_sellable_units(&input->stock) : 0.0;
    pk_projection_begin(projection, input->demand, sellable, input->inbound, input->inbound_count,
                        input->terms.shelving_days);
    struct interval interval = {.is_cut = false};
    if (input->terms.is_known) {
        interval = interval_of(input, projection, &reorder);
        size_t end = last_selling_bucket(input, projection, interval.next_arrival);
        reorder.expected_demand_units = projection->mean_sums[end];
    }
    if (input->stock.is_known)
        describe_stock(input, projection, &reorder);
    else if (!input->is_assembled)
        pk_reasons_add(&reorder.reasons, PK_REASON_NO_STOCK);
    if (input->is_assembled)
        pk_reasons_add(&reorder.reasons, PK_REASON_SOLD_AS_COMPONENTS);
    else if (!input->terms.is_known)
        pk_reasons_add(&reorder.reasons, PK_REASON_NO_SUPPLY_TERMS);
    else if (input->stock.is_known)
        decide_quantity(input, projection, &interval, &reorder);
    add_notes(input, &reorder);
    if (input->stock.is_known && reorder.excess_units >= 1.0)
        pk_reasons_add(&reorder.reasons, PK_REASON_EXCESS_STOCK);
    *out_reorder = reorder;
}
