#include "models/decision/campaign/promotion.h"

#include <math.h>

#include "models/base/units.h"
#include "models/decision/campaign/promotion_cover.h"
#include "models/decision/order/critical_ratio.h"

/* Stock is an expectation, demand a whole number: less than half a unit is no gap. */
#define PK_GAP_UNITS_MIN 0.5

/* First day of the window that lies ahead. */
static int32_t start_ahead(const struct pk_promotion_input *input)
{
    return input->start_date > input->demand->first_date ? input->start_date
                                                         : input->demand->first_date;
}

static bool is_running(const struct pk_promotion_input *input)
{
    return input->start_date < input->demand->first_date;
}

struct pk_promotion_span pk_promotion_span_of(const struct pk_promotion_input *input,
                                              const struct pk_projection *projection)
{
    const struct pk_demand *demand = input->demand;
    struct pk_promotion_span span = {0, 0};
    if (input->end_date < demand->first_date)
        return span;
    int32_t start = start_ahead(input);
    span.first = (size_t)((start - demand->first_date) / demand->bucket_days);
    span.last = (size_t)((input->end_date - demand->first_date) / demand->bucket_days) + 1;
    if (span.first > projection->bucket_count)
        span.first = projection->bucket_count;
    if (span.last > projection->bucket_count)
        span.last = projection->bucket_count;
    size_t begins = span.first;
    while (begins < span.last && !(demand->mean_units[begins] > 0.0))
        begins++;
    if (begins < span.last)
        span.first = begins;
    return span;
}

/* First day ahead that wants goods: of an item launched inside the window its launch. */
static int32_t first_day(const struct pk_promotion_input *input,
                         const struct pk_projection *projection, struct pk_promotion_span span)
{
    const int32_t start = start_ahead(input);
    const int32_t date = pk_projection_date(projection, span.first);
    return span.last > span.first && date > start ? date : start;
}

/* Days between the announced and the real arrival, as far as they are known. */
static double eta_sd_days(const struct pk_promotion_input *input)
{
    return input->terms.is_known ? input->terms.lead_time_sd_days : 0.0;
}

static void note_inbound(const struct pk_promotion_input *input, int32_t start,
                         struct pk_reasons *reasons)
{
    const int32_t next = input->demand->first_date;
    const int32_t due = is_running(input) ? input->end_date : start;
    for (size_t i = 0; i < input->inbound_count; i++) {
        const struct pk_inbound *line = &input->inbound[i];
        const bool is_late = line->eta_date < next;
        const int32_t sellable = (is_late ? next : line->eta_date) + input->terms.shelving_days;
        const double probability = pk_cover_in_time_probability(eta_sd_days(input), sellable, due);
        if (!((double)line->units * line->confirmed_ratio > 0.0))
            continue;
        if (is_late)
            pk_reasons_add(reasons, PK_REASON_LATE_INBOUND);
        if (!is_running(input) && sellable > start && sellable <= input->end_date)
            pk_reasons_add(reasons, PK_REASON_INBOUND_AFTER_START);
        else if (probability > 0.0 && probability < 0.95)
            pk_reasons_add(reasons, PK_REASON_INBOUND_UNCERTAIN);
    }
}

static void describe_demand(const struct pk_promotion_input *input,
                            const struct pk_projection *projection, struct pk_promotion_span span,
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
        pk_supply_latest_order_date(&input->terms.calendar, check->due_date,
                                    (int32_t)ceil(lead_time - 1e-9), input->terms.shelving_days);
}

/* Mean demand of the whole path for a year. */
static double year_units(const struct pk_promotion_input *input,
                         const struct pk_projection *projection)
{
    const double days = (double)projection->bucket_count * input->demand->bucket_days;
    return days > 0.0 ? pk_projection_window(projection, 0, projection->bucket_count).mean_units *
                            365.0 / days
                      : 0.0;
}

/* `units`, at most the cap (-1 = none), in whole packs: up without a cap in the way, else to the
 * nearest. A minimum order raises it unless that is more than a year's demand. */
static int64_t rounded_order(const struct pk_promotion_input *input, int64_t units, int64_t cap,
                             double most_units, struct pk_reasons *reasons)
{
    const int64_t pack = input->terms.pack_size_units > 1 ? input->terms.pack_size_units : 1;
    const bool is_capped = cap >= 0 && units > cap;
    const int64_t wanted = is_capped ? cap : units;
    int64_t order = (wanted + pack - 1) / pack * pack;
    if (is_capped)
        pk_reasons_add(reasons, PK_REASON_ORDER_CAPPED);
    if (cap >= 0 && order > cap)
        order = (wanted + pack / 2) / pack * pack;
    if (order != wanted)
        pk_reasons_add(reasons, order > 0 ? PK_REASON_PACK_ROUNDED : PK_REASON_PACK_NOT_WORTH);
    const int64_t least = (input->terms.min_order_units + pack - 1) / pack * pack;
    if (order <= 0 || order >= least)
        return order;
    pk_reasons_add(reasons, (double)least > most_units ? PK_REASON_MINIMUM_ORDER_NOT_WORTH
                                                       : PK_REASON_MINIMUM_ORDER_RAISED);
    return (double)least > most_units ? 0 : least;
}

/* What to buy for the window alone, so that it is served as the item deserves. */
static void propose_order(const struct pk_promotion_input *input, const struct pk_cover *cover,
                          const struct pk_projection *projection, struct pk_promotion_check *check)
{
    const double available = cover->stock_units + fmin(check->presale_units, cover->late_units);
    const int32_t last_day = check->due_date > input->end_date ? check->due_date : input->end_date;
    int64_t margin_micros;
    if (!input->is_traffic_confirmed) {
        double cap = fmin((double)check->q90_units, PK_ORDER_CAP_RATIO * (double)check->q50_units);
        check->order_cap_units = (int64_t)floor(fmax(cap - available, 0.0));
    }
    if (!input->terms.is_known)
        return;
    check->aim_probability = pk_critical_ratio_of(&input->terms, &input->economics, false).ratio;
    if (check->cover_probability >= check->aim_probability ||
        pk_arrival_date(input->demand, &input->terms, input->demand->first_date) > last_day)
        return;
    if (pk_unit_margin_micros(&input->terms, &input->economics, &margin_micros) &&
        margin_micros <= 0) {
        pk_reasons_add(&check->reasons, PK_REASON_MARGIN_NOT_POSITIVE);
        return;
    }
    check->order_units =
        rounded_order(input, pk_cover_units_for(cover, check->aim_probability),
                      check->order_cap_units, year_units(input, projection), &check->reasons);
}

/* Presale goods may come until they have to be shipped: what is missing then, and by when an order
 * is due. */
static void judge_presale(const struct pk_promotion_input *input, const struct pk_cover *cover,
                          struct pk_promotion_check *check)
{
    const double available = check->stock_at_start_units + check->inbound_before_start_units;
    if (!(check->presale_units > 0.0))
        return;
    check->presale_cover_probability = pk_cover_by_ship_date(cover);
    check->presale_gap_units = fmin(
        check->presale_units, fmax((double)check->q50_units - available - cover->late_units, 0.0));
    if ((double)check->q90_units - available <= check->presale_units)
        check->due_date = input->ship_by_date;
    pk_reasons_add(&check->reasons, PK_REASON_PRESALE_BY_SHIP_DATE);
}

/* Stock against demand at the start of the window. */
static void judge_cover(const struct pk_promotion_input *input, struct pk_projection *projection,
                        struct pk_promotion_span span, struct pk_promotion_check *check)
{
    struct pk_cover cover;
    const struct pk_cover_input cover_input = {
        .demand = input->demand,
        .stock_units = (double)pk_stock_sellable_units(&input->stock),
        .inbound = input->inbound,
        .inbound_count = input->inbound_count,
        .returns = &input->returns,
        .shelving_days = input->terms.shelving_days,
        .eta_sd_days = eta_sd_days(input),
        .first = span.first,
        .last = span.last,
        .due_date = is_running(input) ? input->end_date : check->due_date,
        .is_running = is_running(input),
        .ship_by_date = input->ship_by_date,
        .presale_units = check->presale_units,
    };
    note_inbound(input, check->due_date, &check->reasons);
    pk_cover_make(&cover_input, projection, &cover);
    check->inbound_before_start_units = fmin(cover.inbound_units, fmax(cover.stock_units, 0.0));
    check->stock_at_start_units = cover.stock_units - check->inbound_before_start_units;
    if (!(check->expected_units > 0.0)) { /* nothing is wanted, whatever the stock */
        check->cover_probability = 1.0;
        return;
    }
    const double available = cover.stock_units + fmin(check->presale_units, cover.late_units);
    check->gap_q50_units =
        fmax(fmax((double)check->q50_units - available, cover.prefix_units), 0.0);
    check->gap_q90_units = fmax((double)check->q90_units - available, check->gap_q50_units);
    check->cover_probability = pk_cover_probability(&cover, 0);
    judge_presale(input, &cover, check);
    propose_order(input, &cover, projection, check);
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

static void describe_progress(const struct pk_promotion_input *input,
                              struct pk_promotion_check *check)
{
    const int64_t stock = pk_stock_sellable_units(&input->stock);
    check->sold_so_far_units = input->sold_so_far_units;
    check->expected_so_far_units = input->expected_so_far_units;
    if (!input->stock.is_known || !is_running(input))
        return;
    const double had = input->sold_so_far_units + (double)(stock > 0 ? stock : 0);
    if (had > 0.0)
        check->sell_through_ratio = input->sold_so_far_units / had;
}

static void add_notes(const struct pk_promotion_input *input, struct pk_promotion_span span,
                      struct pk_promotion_check *check)
{
    struct pk_reasons *reasons = &check->reasons;
    int64_t path_days = (int64_t)input->demand->bucket_count * input->demand->bucket_days;
    if (is_running(input))
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
        .presale_cover_probability = NAN,
        .sell_through_ratio = NAN,
        .peak_date = PK_DATE_NONE,
    };
    pk_projection_begin(projection, input->demand, 0.0, NULL, 0, 0);
    struct pk_promotion_span span = pk_promotion_span_of(input, projection);
    check.due_date = first_day(input, projection, span);
    describe_demand(input, projection, span, &check);
    describe_progress(input, &check);
    if (input->ship_by_date != PK_DATE_NONE && input->ship_by_date > check.due_date)
        check.presale_units = fmin(fmax(input->presale_units, 0.0), check.expected_units);
    if (input->stock.is_known)
        judge_cover(input, projection, span, &check);
    set_order_by_date(input, &check);
    if (input->stock.is_known) {
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
    if (cost_micros > 0)
        roll_up->cash_needed += check->gap_q50_units * (double)cost_micros / scale;
}

double pk_promotion_readiness_ratio(const struct pk_promotion_roll_up *roll_up)
{
    return roll_up->weight > 0.0 ? roll_up->covered_weight / roll_up->weight : NAN;
}

int64_t pk_promotion_cash_needed_micros(const struct pk_promotion_roll_up *roll_up)
{
    return pk_money_from_double(roll_up->cash_needed);
}
