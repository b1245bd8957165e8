#include "models/decision/review/review.h"

#include <math.h>

#include "models/base/units.h"

/* Excess is priced at what a month of keeping it costs. */
#define PK_EXCESS_REVIEW_DAYS 30.0

const char *pk_review_action_name(enum pk_review_action action)
{
    static const char *const names[PK_REVIEW_ACTION_COUNT] = {
        "",        "reorder",           "clearance", "check", "chase_inbound", "inspect_returns",
        "reprice", "prepare_promotion", "push"};
    return (unsigned)action < PK_REVIEW_ACTION_COUNT ? names[action] : "";
}

struct findings {
    size_t count;
    struct pk_review_finding list[PK_REVIEW_FINDING_COUNT_MAX];
};

static void add_finding(struct findings *findings, enum pk_reason reason,
                        enum pk_review_action action, double value, double units)
{
    if (findings->count < PK_REVIEW_FINDING_COUNT_MAX)
        findings->list[findings->count++] = (struct pk_review_finding){
            reason, action, isfinite(value) ? fmax(value, 0.0) : 0.0, units};
}

/* What a missing unit costs: margin, else price, else 1. */
static double unit_worth(const struct pk_review_input *input)
{
    double scale = (double)PK_MICROS_PER_UNIT;
    int64_t margin = input->reorder->unit_margin_micros;
    if (margin != INT64_MIN && margin > 0)
        return (double)margin / scale;
    if (input->economics.price_micros > 0)
        return (double)input->economics.price_micros / scale;
    return 1.0;
}

static enum pk_reason main_reason(const struct pk_reasons *reasons)
{
    return reasons->count > 0 ? (enum pk_reason)reasons->reasons[0] : PK_REASON_NONE;
}

static void find_shortage(const struct pk_review_input *input, double worth,
                          struct findings *findings)
{
    const struct pk_reorder *reorder = input->reorder;
    if (!input->is_order_decided && (reorder->order_units > 0 || input->transfer_units > 0)) {
        double saved = reorder->expected_short_without_order_units - reorder->expected_short_units;
        add_finding(findings, main_reason(&reorder->reasons), PK_REVIEW_REORDER,
                    (saved + reorder->expected_lost_units) * worth,
                    (double)reorder->order_units + input->transfer_units);
    }
    if (reorder->late_inbound_units > 0) {
        double late = (double)reorder->late_inbound_units;
        double missing = reorder->expected_demand_units - (reorder->position_units - late);
        add_finding(findings, PK_REASON_LATE_INBOUND, PK_REVIEW_CHASE_INBOUND,
                    fmin(fmax(missing, 0.0), late) * worth, late);
    }
}

static void find_slow_stock(const struct pk_review_input *input, struct findings *findings)
{
    const struct pk_clearance *clearance = input->clearance;
    double scale = (double)PK_MICROS_PER_UNIT;
    if (input->has_clearance_promotion)
        return;
    if (clearance != NULL && clearance->is_flagged &&
        (clearance->action == PK_CLEARANCE_DISCOUNT ||
         clearance->action == PK_CLEARANCE_WRITE_OFF)) {
        double gain = ((double)clearance->expected_value_micros -
                       (double)clearance->do_nothing_value_micros) /
                      scale;
        add_finding(findings, main_reason(&clearance->reasons), PK_REVIEW_CLEARANCE, gain,
                    (double)clearance->on_hand_units);
    }
    if (input->reorder->excess_units >= 1.0) {
        int64_t holding = pk_holding_cost_micros_per_day(&input->terms, &input->economics);
        double per_day = holding > 0 ? (double)holding / scale : 0.0;
        add_finding(findings, PK_REASON_EXCESS_STOCK, PK_REVIEW_CLEARANCE,
                    input->reorder->excess_units * per_day * PK_EXCESS_REVIEW_DAYS,
                    input->reorder->excess_units);
    }
}

static void find_surprise(const struct pk_review_input *input, double worth,
                          struct findings *findings)
{
    if (input->sold_units < 0.0)
        return;
    int64_t sold = (int64_t)fmin(input->sold_units, 4e18);
    double at_most = pk_window_probability_at_most(&input->forecast, sold);
    double at_least = 1.0 - pk_window_probability_at_most(&input->forecast, sold - 1);
    double off = fabs(input->sold_units - input->forecast.mean_units) * worth;
    if (at_least <= PK_OFF_FORECAST_TAIL)
        add_finding(findings, PK_REASON_ABOVE_FORECAST, PK_REVIEW_CHECK, off,
                    fabs(input->sold_units - input->forecast.mean_units));
    else if (at_most <= PK_OFF_FORECAST_TAIL)
        add_finding(findings, PK_REASON_BELOW_FORECAST, PK_REVIEW_CHECK, off,
                    fabs(input->sold_units - input->forecast.mean_units));
}

static void find_returns(const struct pk_review_input *input, double worth,
                         struct findings *findings)
{
    double ratio = fmin(fmax(PK_RETURN_RATIO_WARNING, input->usual_return_ratio), 1.0);
    double allowed = ratio * input->paid_units_30_days;
    double chance = PK_RETURN_CHANCE_SD * sqrt(allowed * (1 - ratio));
    if (input->paid_units_30_days >= PK_RETURN_UNITS_MIN &&
        input->returned_units_30_days > allowed + chance)
        add_finding(findings, PK_REASON_RETURN_RATE_HIGH, PK_REVIEW_INSPECT_RETURNS,
                    (input->returned_units_30_days - allowed) * worth,
                    input->returned_units_30_days);
}

/* A price under cost loses on every unit; one under the margin floor of an item that is not there
 * to bring traffic, or to be cleared, earns less than it should. */
static void find_wrong_price(const struct pk_review_input *input, struct findings *findings)
{
    const double scale = (double)PK_MICROS_PER_UNIT;
    const int64_t cost_micros = pk_unit_cost_micros(&input->terms, &input->economics);
    const double keeps = 1.0 - input->economics.selling_cost_ratio;
    if (cost_micros < 0 || !(input->month_demand_units > 0.0))
        return;
    const double cost = (double)cost_micros / scale;
    const double price = (double)input->economics.price_micros / scale;
    const bool is_cleared = input->clearance != NULL && input->clearance->is_flagged &&
                            (input->clearance->action == PK_CLEARANCE_DISCOUNT ||
                             input->clearance->action == PK_CLEARANCE_WRITE_OFF);
    if (input->economics.price_micros > 0 && price * keeps < cost) {
        add_finding(findings, PK_REASON_SELLS_BELOW_COST, PK_REVIEW_REPRICE,
                    (cost - price * keeps) * input->month_demand_units, input->month_demand_units);
    } else if (input->economics.price_micros > 0 && keeps > PK_MARGIN_FLOOR_RATIO && !is_cleared &&
               input->economics.role != PK_ROLE_TRAFFIC &&
               price * (keeps - PK_MARGIN_FLOOR_RATIO) < cost) {
        const double floor_price = cost / (keeps - PK_MARGIN_FLOOR_RATIO);
        add_finding(findings, PK_REASON_SELLS_BELOW_MARGIN_FLOOR, PK_REVIEW_REPRICE,
                    (floor_price - price) * input->month_demand_units, input->month_demand_units);
    }
    if (!is_cleared && input->promotion_price * keeps < cost)
        add_finding(findings, PK_REASON_PRICE_BELOW_COST, PK_REVIEW_REPRICE,
                    (cost - input->promotion_price * keeps) * input->promotion_price_units,
                    input->promotion_price_units);
}

static void find_promotion_gap(const struct pk_review_input *input, double worth,
                               struct findings *findings)
{
    const struct pk_promotion_check *check = input->promotion;
    if (check != NULL && check->state == PK_READINESS_RED)
        add_finding(findings, main_reason(&check->reasons), PK_REVIEW_PREPARE_PROMOTION,
                    check->gap_q50_units * worth, check->gap_q50_units);
}

static void sort_findings(struct findings *findings)
{
    for (size_t i = 1; i < findings->count; i++) {
        struct pk_review_finding moved = findings->list[i];
        size_t at = i;
        for (; at > 0 && findings->list[at - 1].value < moved.value; at--)
            findings->list[at] = findings->list[at - 1];
        findings->list[at] = moved;
    }
}

bool pk_review_judge(const struct pk_review_input *input, struct pk_review_line *out_line)
{
    struct findings findings = {.count = 0};
    double worth = unit_worth(input);
    find_shortage(input, worth, &findings);
    find_slow_stock(input, &findings);
    find_surprise(input, worth, &findings);
    find_returns(input, worth, &findings);
    find_wrong_price(input, &findings);
    find_promotion_gap(input, worth, &findings);
    if (input->rising_units > 0.0)
        add_finding(&findings, PK_REASON_RISING_STAR, PK_REVIEW_PUSH, input->rising_units * worth,
                    input->rising_units);
    if (findings.count == 0)
        return false;
    sort_findings(&findings);
    struct pk_review_line line = {
        .action = findings.list[0].action,
        .value_micros = pk_money_from_double(findings.list[0].value),
        .units = findings.list[0].units,
        .sold_units = input->sold_units,
        .forecast_units = input->forecast.mean_units,
        .finding_count = findings.count,
    };
    for (size_t i = 0; i < findings.count; i++) {
        pk_reasons_add(&line.reasons, findings.list[i].reason);
        line.findings[i] = findings.list[i];
    }
    *out_line = line;
    return true;
}
