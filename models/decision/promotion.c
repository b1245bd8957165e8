#include "models/decision/promotion.h"

#include <math.h>

#include "models/base/units.h"
#include "models/decision/need.h"

/* Stock is an expectation, demand a whole number: less than half a unit is no gap. */
#define PK_GAP_UNITS_MIN 0.5

/* First day of the window that lies ahead. */
static int32_t start_ahead(const struct pk_promotion_input *input)
{
    return input->start_date > input->demand->first_date ? input->start_date
                                                         : input->demand->first_date;
}

/* Buckets of the window that lie ahead; a weekly bucket counts if the window touches it. */
struct span {
    size_t first, last; /* last exclusive */
};

static struct span span_of(const struct pk_promotion_input *input,
                           const struct pk_projection *projection)
{
    const struct pk_demand *demand = input->demand;
    struct span span = {0, 0};
    if (input->end_date < demand->first_date)
        return span;
    int32_t start = start_ahead(input);
    span.first = (size_t)((start - demand->first_date) / demand->bucket_days);
    span.last = (size_t)((input->end_date - demand->first_date) / demand->bucket_days) + 1;
    if (span.first > projection->bucket_count)
        span.first = projection->bucket_count;
    if (span.last > projection->bucket_count)
        span.last = projection->bucket_count;
    return span;
}

/* P(eta + shelving <= start) with the lead time's spread. */
static double in_time_probability(const struct pk_promotion_input *input, int32_t sellable_date)
{
    double sd = input->terms.is_known ? input->terms.lead_time_sd_days : 0.0;
    int32_t slack = start_ahead(input) - sellable_date;
    if (!(sd > 0.0))
        return slack >= 0 ? 1.0 : 0.0;
    return pk_normal_at_most(((double)slack + 0.5) / sd);
}

/* Adds what is likely to come in by the start to the projection; returns its sum. */
static double add_inbound_in_time(const struct pk_promotion_input *input,
                                  struct pk_projection *projection, struct span span,
                                  struct pk_reasons *reasons)
{
    int32_t next = input->demand->first_date;
    int32_t start = start_ahead(input);
    int32_t first_day = pk_projection_date(projection, span.first);
    const int32_t shelving = input->terms.shelving_days;
    double total = 0.0;
    for (size_t i = 0; i < input->inbound_count; i++) {
        const struct pk_inbound *line = &input->inbound[i];
        double units = (double)line->units * line->confirmed_ratio;
        if (!(units > 0.0))
            continue;
        bool late = line->eta_date < next;
        int32_t sellable = (late ? next : line->eta_date) + shelving;
        double probability = in_time_probability(input, sellable);
        if (late)
            pk_reasons_add(reasons, PK_REASON_LATE_INBOUND);
        if (sellable > start && sellable <= input->end_date)
            pk_reasons_add(reasons, PK_REASON_INBOUND_AFTER_START);
        else if (probability > 0.0 && probability < 0.95)
            pk_reasons_add(reasons, PK_REASON_INBOUND_UNCERTAIN);
        int32_t date = sellable < first_day ? sellable : first_day;
        pk_projection_add_inbound(projection, date, units * probability);
        total += units * probability;
    }
    return total;
}

static void describe_demand(const struct pk_promotion_input *input,
                            const struct pk_projection *projection, struct span span,
                            struct pk_promotion_check *check)
{
    if (span.last <= span.first)
        return;
    struct pk_window window = pk_projection_window(projection, span.first, span.last);
    size_t peak = span.first;
    for (size_t b = span.first; b < span.last; b++) {
        if (input->demand->mean_units[b] > input->demand->mean_units[peak])
            peak = b;
    }
    struct pk_window peak_window = pk_projection_window(projection, peak, peak + 1);
    check->expected_units = window.mean_units;
    check->q50_units = pk_window_quantile_units(&window, 0.5);
    check->q90_units = pk_window_quantile_units(&window, 0.9);
    check->peak_day_q90_units = pk_window_quantile_units(&peak_window, 0.9);
    check->peak_date = pk_projection_date(projection, peak);
}

static void set_order_by_date(const struct pk_promotion_input *input,
                              struct pk_promotion_check *check)
{
    if (!input->terms.is_known)
        return;
    double z = pk_normal_quantile(PK_ORDER_DATE_LEAD_TIME_PROBABILITY);
    double lead_time = input->terms.lead_time_days + z * input->terms.lead_time_sd_days;
    check->order_by_date =
        pk_supply_latest_order_date(&input->terms.calendar, input->start_date,
                                    (int32_t)ceil(lead_time - 1e-9), input->terms.shelving_days);
}

/* Stock against demand at the start of the window. */
static void judge_cover(const struct pk_promotion_input *input, struct pk_projection *projection,
                        struct span span, struct pk_promotion_check *check)
{
    pk_projection_begin(projection, input->demand, (double)pk_stock_sellable_units(&input->stock),
                        NULL, 0, 0);
    double inbound = add_inbound_in_time(input, projection, span, &check->reasons);
    pk_returns_sell_again(&input->returns, projection, span.first);
    pk_projection_run(projection, span.first);
    double stock = pk_projection_expected_stock_units(projection);
    check->inbound_before_start_units = fmin(inbound, fmax(stock, 0.0));
    check->stock_at_start_units = stock - check->inbound_before_start_units;
    if (!(check->expected_units > 0.0)) { /* nothing is wanted, whatever the stock */
        check->cover_probability = 1.0;
        return;
    }
    check->gap_q50_units = fmax((double)check->q50_units - stock, 0.0);
    check->gap_q90_units = fmax((double)check->q90_units - stock, 0.0);
    struct pk_need need;
    pk_need_from_projection(projection, span.first, span.last, 0.0, &need);
    check->cover_probability = fmin(pk_need_at_most(&need, 0), 1.0);
    if (input->is_traffic_confirmed)
        return;
    double cap = fmin((double)check->q90_units, PK_ORDER_CAP_RATIO * (double)check->q50_units);
    check->order_cap_units = (int64_t)floor(fmax(cap - stock, 0.0));
}

/* P(stock PK_OVERSTOCK_AFTER_DAYS after the window > PK_OVERSTOCK_SUPPLY_DAYS of demand from
 * then on). */
static double overstock_probability(const struct pk_promotion_input *input,
                                    struct pk_projection *projection)
{
    int32_t from = input->end_date + 1 + PK_OVERSTOCK_AFTER_DAYS;
    pk_projection_begin(projection, input->demand, (double)pk_stock_sellable_units(&input->stock),
                        input->inbound, input->inbound_count, input->terms.shelving_days);
    size_t bucket = pk_projection_bucket(projection, from);
    size_t end = pk_projection_bucket(projection, from + PK_OVERSTOCK_SUPPLY_DAYS);
    if (end <= bucket)
        return 0.0;
    double days = (double)(end - bucket) * input->demand->bucket_days;
    double demand =
        pk_projection_window(projection, bucket, end).mean_units * PK_OVERSTOCK_SUPPLY_DAYS / days;
    pk_projection_run(projection, bucket);
    double probability = 0.0;
    for (size_t i = 0; i < projection->node_count; i++) {
        if (projection->nodes[i].stock_units > demand)
            probability += projection->nodes[i].weight;
    }
    return probability;
}

static void set_state(const struct pk_promotion_input *input, struct pk_projection *projection,
                      struct pk_promotion_check *check)
{
    int32_t next = input->demand->first_date;
    bool has_gap = check->gap_q50_units >= PK_GAP_UNITS_MIN;
    bool past = check->order_by_date != PK_DATE_NONE && check->order_by_date < next;
    bool near = check->order_by_date != PK_DATE_NONE && !past &&
                check->order_by_date < next + PK_READINESS_NEAR_DAYS;
    enum pk_reason main_reason = PK_REASON_PROMOTION_COVERED;
    if (check->cover_probability < PK_READINESS_RED_BELOW || (has_gap && (past || near))) {
        check->state = PK_READINESS_RED;
        main_reason = has_gap ? PK_REASON_PROMOTION_GAP : PK_REASON_PROMOTION_COVER_LOW;
    } else if (check->cover_probability < PK_READINESS_GREEN_FROM) {
        check->state = PK_READINESS_AMBER;
        main_reason = PK_REASON_PROMOTION_COVER_TIGHT;
    } else {
        check->state = PK_READINESS_GREEN;
        check->overstock_probability = overstock_probability(input, projection);
        if (check->overstock_probability > 0.5) {
            check->state = PK_READINESS_BLUE;
            main_reason = PK_REASON_PROMOTION_OVERSTOCK;
        }
    }
    pk_reasons_put_first(&check->reasons, main_reason);
    if (check->gap_q90_units <= 0.0)
        return;
    if (past)
        pk_reasons_add(&check->reasons, PK_REASON_ORDER_DATE_PAST);
    if (near)
        pk_reasons_add(&check->reasons, PK_REASON_ORDER_DATE_NEAR);
    if (check->order_cap_units >= 0 && (double)check->order_cap_units + 1.0 < check->gap_q90_units)
        pk_reasons_add(&check->reasons, PK_REASON_ORDER_CAPPED);
}

static void add_notes(const struct pk_promotion_input *input, struct span span,
                      struct pk_promotion_check *check)
{
    struct pk_reasons *reasons = &check->reasons;
    int64_t path_days = (int64_t)input->demand->bucket_count * input->demand->bucket_days;
    if (input->start_date < input->demand->first_date)
        pk_reasons_add(reasons, PK_REASON_PROMOTION_RUNNING);
    if (span.last == span.first && input->end_date >= input->demand->first_date)
        pk_reasons_add(reasons, PK_REASON_HORIZON_SHORT);
    else if (input->end_date >= input->demand->first_date + path_days)
        pk_reasons_add(reasons, PK_REASON_HORIZON_SHORT);
    if (!input->terms.is_known)
        pk_reasons_add(reasons, PK_REASON_NO_SUPPLY_TERMS);
    if (input->terms.is_known && input->terms.is_lead_time_assumed)
        pk_reasons_add(reasons, PK_REASON_ASSUMED_LEAD_TIME);
    if (input->stock.is_known && input->stock.is_assumed)
        pk_reasons_add(reasons, PK_REASON_ASSUMED_STOCK);
    if (input->is_low_evidence)
        pk_reasons_add(reasons, PK_REASON_LOW_EVIDENCE);
}

void pk_promotion_check(const struct pk_promotion_input *input, struct pk_projection *projection,
                        struct pk_promotion_check *out_check)
{
    struct pk_promotion_check check = {
        .state = PK_READINESS_UNKNOWN,
        .stock_at_start_units = NAN,
        .cover_probability = NAN,
        .order_by_date = PK_DATE_NONE,
        .order_cap_units = -1,
        .peak_date = PK_DATE_NONE,
    };
    pk_projection_begin(projection, input->demand, 0.0, NULL, 0, 0);
    struct span span = span_of(input, projection);
    describe_demand(input, projection, span, &check);
    set_order_by_date(input, &check);
    if (input->stock.is_known) {
        judge_cover(input, projection, span, &check);
        set_state(input, projection, &check);
    } else {
        pk_reasons_add(&check.reasons, PK_REASON_NO_STOCK);
    }
    add_notes(input, span, &check);
    *out_check = check;
}

void pk_promotion_roll_up_add(struct pk_promotion_roll_up *roll_up,
                              const struct pk_promotion_input *input,
                              const struct pk_promotion_check *check)
{
    double scale = (double)PK_MICROS_PER_UNIT;
    int64_t price_micros = input->economics.price_micros;
    int64_t cost_micros = pk_unit_cost_micros(&input->terms, &input->economics);
    int64_t margin_micros;
    double worth = price_micros > 0 ? (double)price_micros / scale : 1.0;
    if (pk_unit_margin_micros(&input->terms, &input->economics, &margin_micros))
        worth = fmax((double)margin_micros / scale, 0.0);

    roll_up->line_count++;
    roll_up->state_counts[check->state]++;
    roll_up->q50_units += check->q50_units;
    roll_up->q90_units += check->q90_units;
    roll_up->peak_day_q90_units += check->peak_day_q90_units;
    if (check->state == PK_READINESS_UNKNOWN)
        return;
    double q50 = (double)check->q50_units;
    roll_up->weight += q50 * worth;
    roll_up->covered_weight += (q50 - check->gap_q50_units) * worth;
    roll_up->gap_q50_units += check->gap_q50_units;
    roll_up->gap_q90_units += check->gap_q90_units;
    if (price_micros > 0)
        roll_up->gmv_at_risk += check->gap_q50_units * (double)price_micros / scale;
    if (cost_micros > 0)
        roll_up->cash_needed += check->gap_q50_units * (double)cost_micros / scale;
}

double pk_promotion_readiness_ratio(const struct pk_promotion_roll_up *roll_up)
{
    return roll_up->weight > 0.0 ? roll_up->covered_weight / roll_up->weight : NAN;
}

int64_t pk_promotion_gmv_at_risk_micros(const struct pk_promotion_roll_up *roll_up)
{
    return pk_money_from_double(roll_up->gmv_at_risk);
}

int64_t pk_promotion_cash_needed_micros(const struct pk_promotion_roll_up *roll_up)
{
    return pk_money_from_double(roll_up->cash_needed);
}
