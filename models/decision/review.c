#include "models/decision/review.h"

#include <math.h>
#include <stdlib.h>

#include "models/base/units.h"

/* Excess is priced at what a month of keeping it costs. */
#define PK_EXCESS_REVIEW_DAYS 30.0
/* Each finding has a reason of its own; so many at most. */
#define PK_FINDING_COUNT_MAX 6

const char *pk_review_action_name(enum pk_review_action action)
{
    static const char *const names[] = {"",      "reorder",       "clearance",
                                        "check", "chase_inbound", "inspect_returns"};
    return (unsigned)action < sizeof names / sizeof names[0] ? names[action] : "";
}

struct finding {
    enum pk_reason reason;
    enum pk_review_action action;
    double value; /* in the store's currency */
};

struct findings {
    size_t count;
    struct finding list[PK_FINDING_COUNT_MAX];
};

static void add_finding(struct findings *findings, enum pk_reason reason,
                        enum pk_review_action action, double value)
{
    if (findings->count < PK_FINDING_COUNT_MAX)
        findings->list[findings->count++] =
            (struct finding){reason, action, isfinite(value) ? fmax(value, 0.0) : 0.0};
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
    if (reorder->order_units > 0) {
        double saved = reorder->expected_short_without_order_units - reorder->expected_short_units;
        add_finding(findings, main_reason(&reorder->reasons), PK_REVIEW_REORDER,
                    (saved + reorder->expected_lost_units) * worth);
    }
    if (reorder->late_inbound_units > 0) {
        double late = (double)reorder->late_inbound_units;
        double missing = reorder->expected_demand_units - (reorder->position_units - late);
        add_finding(findings, PK_REASON_LATE_INBOUND, PK_REVIEW_CHASE_INBOUND,
                    fmin(fmax(missing, 0.0), late) * worth);
    }
}

static void find_slow_stock(const struct pk_review_input *input, struct findings *findings)
{
    const struct pk_clearance *clearance = input->clearance;
    double scale = (double)PK_MICROS_PER_UNIT;
    if (clearance != NULL && clearance->is_flagged &&
        (clearance->action == PK_CLEARANCE_DISCOUNT ||
         clearance->action == PK_CLEARANCE_WRITE_OFF)) {
        double gain = ((double)clearance->expected_value_micros -
                       (double)clearance->do_nothing_value_micros) /
                      scale;
        add_finding(findings, main_reason(&clearance->reasons), PK_REVIEW_CLEARANCE, gain);
    }
    if (input->reorder->excess_units >= 1.0) {
        int64_t holding = pk_holding_cost_micros_per_day(&input->terms, &input->economics);
        double per_day = holding > 0 ? (double)holding / scale : 0.0;
        add_finding(findings, PK_REASON_EXCESS_STOCK, PK_REVIEW_CLEARANCE,
                    input->reorder->excess_units * per_day * PK_EXCESS_REVIEW_DAYS);
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
        add_finding(findings, PK_REASON_ABOVE_FORECAST, PK_REVIEW_CHECK, off);
    else if (at_most <= PK_OFF_FORECAST_TAIL)
        add_finding(findings, PK_REASON_BELOW_FORECAST, PK_REVIEW_CHECK, off);
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
                    (input->returned_units_30_days - allowed) * worth);
}

static void sort_findings(struct findings *findings)
{
    for (size_t i = 1; i < findings->count; i++) {
        struct finding moved = findings->list[i];
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
    if (findings.count == 0)
        return false;
    sort_findings(&findings);
    struct pk_review_line line = {
        .action = findings.list[0].action,
        .value_micros = pk_money_from_double(findings.list[0].value),
        .sold_units = input->sold_units,
        .forecast_units = input->forecast.mean_units,
    };
    for (size_t i = 0; i < findings.count; i++)
        pk_reasons_add(&line.reasons, findings.list[i].reason);
    *out_line = line;
    return true;
}

static int compare_lines(const void *left, const void *right)
{
    const struct pk_review_line *a = left;
    const struct pk_review_line *b = right;
    if (a->value_micros != b->value_micros)
        return a->value_micros > b->value_micros ? -1 : 1;
    return a->series < b->series ? -1 : a->series > b->series;
}

void pk_review_rank(struct pk_review_line *lines, size_t count)
{
    if (count > 1)
        qsort(lines, count, sizeof *lines, compare_lines);
}
