#include "models/decision/clearance/markdown.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "models/numeric/distribution.h"

#define DAYS_PER_WEEK 7
/* Periods between two looks at the stock of a plan under one price. */
#define KNOT_PERIODS 4
/* Probability of the largest demands that the dynamic programme leaves out. */
#define CHANCE_LEFT_OUT 1e-7
/* Total demands per node that the band is read from: up to the stock, then up to three of it. */
#define BAND_STOCK_POINT_COUNT 40
#define BAND_POINT_COUNT       50
#define BAND_STOCKS            3.0

/* Probabilists' Gauss-Hermite rule of 5 nodes (Abramowitz & Stegun 25.4.46, scaled). */
static const double node_at[PK_MARKDOWN_NODE_COUNT] = {-2.8569700138728, -1.3556261799743, 0.0,
                                                       1.3556261799743, 2.8569700138728};
static const double node_part[PK_MARKDOWN_NODE_COUNT] = {0.0112574113277207, 0.2220759220056126,
                                                         0.5333333333333333, 0.2220759220056126,
                                                         0.0112574113277207};

double pk_discount_ratio(size_t step)
{
    return step < PK_DISCOUNT_COUNT ? (double)step / 10.0 : 0.0;
}

void pk_markdown_set_days(struct pk_markdown_input *input, int32_t days)
{
    const int32_t longest = DAYS_PER_WEEK * PK_MARKDOWN_PERIOD_MAX;
    input->days = days;
    input->period_days = DAYS_PER_WEEK * ((days + longest - 1) / longest);
    input->period_count = (size_t)((days + input->period_days - 1) / input->period_days);
}

/* Days of a period; the last one takes what is left. */
static double days_of(const struct pk_markdown_input *input, size_t period)
{
    const int32_t before = (int32_t)period * input->period_days;
    const int32_t left = input->days - before;
    return left < input->period_days ? left : input->period_days;
}

static double period_units(const struct pk_markdown_input *input, size_t period)
{
    const double before = period > 0 ? input->until[period - 1].mean_units : 0.0;
    return fmax(input->until[period].mean_units - before, 0.0);
}

/* What of the current price a promotion day takes at a step, and by how much a step lifts it. */
static double promoted_price(const struct pk_markdown_input *input, size_t period, size_t step)
{
    return fmin(1.0 - pk_discount_ratio(step), 1.0 - input->promoted_discount[period]);
}

static double promoted_lift(const struct pk_markdown *markdown, size_t node, size_t period,
                            size_t step)
{
    const double usual = 1.0 - markdown->input->promoted_discount[period];
    const double price = promoted_price(markdown->input, period, step);
    if (!(usual > 0.0) || price >= usual)
        return 1.0;
    /* (price / usual)^beta from the lift of the whole step, without another power */
    const double share = log(price / usual) / log(1.0 - pk_discount_ratio(step));
    return pow(markdown->node_lift[node][step], share);
}

/* Mean units of a period at a step, and in *out_money the net money that they bring. */
static double units_at(const struct pk_markdown *markdown, size_t node, size_t period, size_t step,
                       double *out_money)
{
    const struct pk_markdown_input *input = markdown->input;
    const double net = input->terms.price * input->terms.kept_ratio;
    const double all = period_units(input, period);
    const double promoted = fmin(input->promoted_units[period], all);
    const double plain = (all - promoted) * markdown->node_lift[node][step];
    double units = plain, money = plain * net * (1.0 - pk_discount_ratio(step));
    if (promoted > 0.0) {
        const double lifted = promoted * promoted_lift(markdown, node, period, step);
        units += lifted;
        money += lifted * net * promoted_price(input, period, step);
    }
    *out_money = money;
    return units;
}

static void prepare(struct pk_markdown *markdown)
{
    const struct pk_markdown_input *input = markdown->input;
    const struct pk_price_response *response = &input->response;
    for (size_t node = 0; node < PK_MARKDOWN_NODE_COUNT; node++) {
        double beta = response->elasticity + node_at[node] * response->standard_error;
        if (response->standard_error > 0.0)
            beta = fmax(PK_PRICE_ELASTICITY_MIN, fmin(beta, PK_PRICE_ELASTICITY_MAX));
        markdown->node_weight[node] = node_part[node];
        for (size_t step = 0; step < PK_DISCOUNT_COUNT; step++)
            markdown->node_lift[node][step] = pow(1.0 - pk_discount_ratio(step), beta);
    }
    markdown->step_count = 1;
    const double net = input->terms.price * input->terms.kept_ratio;
    const double deepest =
        input->terms.discount_maximum > 0.0 ? input->terms.discount_maximum + 1e-9 : 1.0;
    while (markdown->step_count < PK_DISCOUNT_COUNT &&
           pk_discount_ratio(markdown->step_count) <= deepest &&
           net * (1.0 - pk_discount_ratio(markdown->step_count)) >= input->terms.salvage)
        markdown->step_count++;
    markdown->bin_count =
        input->stock_units < PK_MARKDOWN_BIN_MAX ? (size_t)input->stock_units : PK_MARKDOWN_BIN_MAX;
    markdown->bin_units = (double)input->stock_units / (double)markdown->bin_count;
}

/* Total demand of a node to the end of a period, whose mean at the ladder's prices is `units`. */
static struct pk_window window_of(const struct pk_markdown_input *input, size_t period,
                                  double units)
{
    struct pk_window window = input->until[period];
    const double mean = window.mean_units;
    const double excess = mean > 0.0 ? fmax(window.variance - mean, 0.0) / (mean * mean) : 0.0;
    window.mean_units = units;
    window.variance = units + units * units * excess;
    return window;
}

/* ---- the dynamic programme ---------------------------------------------------------------- */

/* P(D = j bins) for the bins, the last entry P(D >= bin_count), and E[min(D, j)] = sum P(D >= i);
 * weeks by their own spread and the elasticity's. */
static void fill_chance(struct pk_markdown *markdown, size_t period, size_t step)
{
    float *chance = markdown->chance[period][step], *sold = markdown->sold[period][step];
    const struct pk_markdown_input *input = markdown->input;
    double mean = 0.0, square = 0.0, money;
    for (size_t node = 0; node < PK_MARKDOWN_NODE_COUNT; node++) {
        const double units = units_at(markdown, node, period, step, &money);
        mean += markdown->node_weight[node] * units;
        square += markdown->node_weight[node] * units * units;
    }
    const double spread = mean > 0.0 ? square / (mean * mean) - 1.0 : 0.0;
    const struct pk_window *whole = &input->until[input->period_count - 1];
    const double shared = whole->mean_units > 0.0 ? fmax(whole->variance - whole->mean_units, 0.0) /
                                                        (whole->mean_units * whole->mean_units)
                                                  : 0.0;
    const double bins = mean / markdown->bin_units;
    const double relative =
        fmax(spread, 0.0) + input->count_excess / days_of(input, period) + shared;
    const struct pk_count_distribution demand =
        pk_count_from_moments(bins, bins + bins * bins * relative);
    double probabilities[PK_MARKDOWN_BIN_MAX], left = 1.0;
    pk_count_probabilities(&demand, (int64_t)markdown->bin_count, probabilities);
    sold[0] = 0.0F;
    for (size_t j = 0; j < markdown->bin_count; j++) {
        chance[j] = (float)probabilities[j];
        sold[j + 1] = sold[j] + (float)fmax(left - probabilities[j], 0.0);
        left -= probabilities[j];
    }
    chance[markdown->bin_count] = (float)fmax(left, 0.0);
}

static void fill_chances(struct pk_markdown *markdown)
{
    for (size_t period = 0; period < markdown->input->period_count; period++)
        for (size_t step = 0; step < markdown->step_count; step++)
            fill_chance(markdown, period, step);
}

/* Net price of a unit at a step in a period, promotion days included. */
static double net_price(const struct pk_markdown *markdown, size_t period, size_t step)
{
    double money;
    const size_t middle = PK_MARKDOWN_NODE_COUNT / 2;
    const double units = units_at(markdown, middle, period, step, &money);
    const struct pk_markdown_terms *terms = &markdown->input->terms;
    return units > 0.0 ? money / units
                       : terms->price * terms->kept_ratio * (1.0 - pk_discount_ratio(step));
}

/* Value of every stock when `step` holds in `period` and `after[]` is what is left worth. */
static void value_step(const struct pk_markdown *markdown, size_t period, size_t step, double bonus,
                       const double *after, double *values)
{
    const float *chance = markdown->chance[period][step];
    const float *sold = markdown->sold[period][step];
    const size_t bins = markdown->bin_count;
    const double holding =
        markdown->input->terms.holding_per_day * days_of(markdown->input, period);
    const double gain =
        (net_price(markdown, period, step) + bonus + holding / 2.0) * markdown->bin_units;
    const double keep = holding * markdown->bin_units;
    double left = 1.0;
    for (size_t bin = 0; bin <= bins; bin++)
        values[bin] = gain * (double)sold[bin] - keep * (double)bin;
    for (size_t j = 0; j <= bins && left > CHANCE_LEFT_OUT; j++) {
        const double part = (double)chance[j];
        values[j] += left * after[0]; /* P(D >= j) takes all of j bins */
        left -= part;
        for (size_t bin = j + 1; bin <= bins; bin++)
            values[bin] += part * after[bin - j];
    }
}

static void solve_backwards(struct pk_markdown *markdown, double bonus)
{
    const size_t bins = markdown->bin_count;
    double(*after)[PK_MARKDOWN_BIN_MAX + 1] = markdown->values[0];
    double(*now)[PK_MARKDOWN_BIN_MAX + 1] = markdown->values[1];
    for (size_t step = 0; step < markdown->step_count; step++)
        for (size_t bin = 0; bin <= bins; bin++)
            after[step][bin] = markdown->input->terms.salvage * markdown->bin_units * (double)bin;
    for (size_t period = markdown->input->period_count; period-- > 0;) {
        for (size_t step = markdown->step_count; step-- > 0;) {
            value_step(markdown, period, step, bonus, after[step], now[step]);
            for (size_t bin = 0; bin <= bins; bin++) {
                uint8_t *choice = &markdown->policy[period][step][bin];
                *choice = (uint8_t)step;
                if (step + 1 < markdown->step_count && now[step + 1][bin] > now[step][bin]) {
                    now[step][bin] = now[step + 1][bin];
                    *choice = markdown->policy[period][step + 1][bin];
                }
            }
        }
        double(*swap)[PK_MARKDOWN_BIN_MAX + 1] = after;
        after = now;
        now = swap;
    }
}

/* The policy along its expected stock. */
static void follow_policy(const struct pk_markdown *markdown, uint8_t *steps)
{
    double stock = (double)markdown->bin_count;
    size_t step = 0, cut_at = 0;
    for (size_t period = 0; period < markdown->input->period_count; period++) {
        const size_t wanted = markdown->policy[period][step][(size_t)lround(stock)];
        if (wanted > step && (step == 0 || period >= cut_at + PK_MARKDOWN_DWELL_PERIODS)) {
            step = wanted;
            cut_at = period;
        }
        steps[period] = (uint8_t)step;
        const float *sold = markdown->sold[period][step];
        const size_t whole = (size_t)stock;
        double expected = (double)sold[whole];
        if (whole < markdown->bin_count)
            expected += (stock - (double)whole) * (double)(sold[whole + 1] - sold[whole]);
        stock = fmax(stock - expected, 0.0);
    }
}

/* ---- the value of a plan as it stands -------------------------------------------------------- */

static bool is_knot(const struct pk_markdown_input *input, const struct pk_markdown_plan *plan,
                    size_t period)
{
    return period + 1 == input->period_count || plan->steps[period] != plan->steps[period + 1] ||
           (period + 1) % KNOT_PERIODS == 0;
}

/* Adds what one node makes of the plan. */
static void value_node(const struct pk_markdown *markdown, size_t node,
                       struct pk_markdown_plan *plan)
{
    const struct pk_markdown_input *input = markdown->input;
    const double stock = (double)input->stock_units, weight = markdown->node_weight[node];
    double demanded = 0.0, cleared = 0.0, since = 0.0, since_money = 0.0, recovered = 0.0;
    double unit_days = 0.0, days = 0.0;
    for (size_t period = 0; period < input->period_count; period++) {
        double money;
        since += units_at(markdown, node, period, plan->steps[period], &money);
        since_money += money;
        days += days_of(input, period);
        if (!is_knot(input, plan, period))
            continue;
        demanded += since;
        const struct pk_window window = window_of(input, period, demanded);
        const double until = pk_window_expected_served_units(&window, input->stock_units);
        if (since > 0.0)
            recovered += (until - cleared) * since_money / since;
        unit_days += days * (stock - (until + cleared) / 2.0);
        cleared = until;
        since = since_money = days = 0.0;
    }
    const struct pk_window whole = window_of(input, input->period_count - 1, demanded);
    plan->cleared_units += weight * cleared;
    plan->recovered += weight * recovered;
    plan->clear_probability +=
        weight * (1.0 - pk_window_probability_at_most(&whole, input->stock_units - 1));
    plan->value += weight * (recovered - input->terms.holding_per_day * unit_days +
                             input->terms.salvage * (stock - cleared));
}

static void value_plan(const struct pk_markdown *markdown, struct pk_markdown_plan *plan)
{
    plan->cleared_units = plan->clear_probability = plan->value = plan->recovered = 0.0;
    if (markdown->input->response.standard_error > 0.0) {
        for (size_t node = 0; node < PK_MARKDOWN_NODE_COUNT; node++)
            value_node(markdown, node, plan);
        return;
    }
    /* a known elasticity is one node */
    struct pk_markdown_plan one = *plan;
    const size_t middle = PK_MARKDOWN_NODE_COUNT / 2;
    value_node(markdown, middle, &one);
    const double weight = markdown->node_weight[middle];
    plan->cleared_units = one.cleared_units / weight;
    plan->clear_probability = one.clear_probability / weight;
    plan->value = one.value / weight;
    plan->recovered = one.recovered / weight;
}

/* Adds the plan unless it is there already. */
static const struct pk_markdown_plan *add_plan(struct pk_markdown *markdown, const uint8_t *steps)
{
    const size_t size = markdown->input->period_count;
    for (size_t i = 0; i < markdown->plan_count; i++)
        if (memcmp(markdown->plans[i].steps, steps, size) == 0)
            return &markdown->plans[i];
    struct pk_markdown_plan *plan = &markdown->plans[markdown->plan_count++];
    memset(plan->steps, 0, sizeof plan->steps);
    memcpy(plan->steps, steps, size);
    value_plan(markdown, plan);
    return plan;
}

void pk_markdown_solve(struct pk_markdown *markdown, const struct pk_markdown_input *input)
{
    /* What clearing one more unit is worth beside its price, as a part of the price. */
    static const double bonuses[PK_MARKDOWN_PLAN_MAX - PK_DISCOUNT_COUNT] = {0.0, 0.2, 0.6, 1.8};
    uint8_t steps[PK_MARKDOWN_PERIOD_MAX];
    markdown->input = input;
    markdown->plan_count = 0;
    prepare(markdown);
    if (input->is_held)
        markdown->step_count = 1;
    for (size_t step = 0; step < markdown->step_count; step++) {
        memset(steps, (int)step, sizeof steps);
        add_plan(markdown, steps);
    }
    markdown->single_count = markdown->plan_count;
    if (markdown->step_count == 1 || input->is_single)
        return;
    fill_chances(markdown);
    const bool is_in_reach =
        markdown->plans[markdown->single_count - 1].cleared_units >= input->target_units;
    for (size_t i = 0; i < sizeof bonuses / sizeof *bonuses; i++) {
        solve_backwards(markdown, bonuses[i] * input->terms.price);
        follow_policy(markdown, steps);
        if (add_plan(markdown, steps)->cleared_units >= input->target_units || !is_in_reach)
            break;
    }
}

void pk_markdown_left_units(const struct pk_markdown *markdown, const struct pk_markdown_plan *plan,
                            double *out_left_units)
{
    const struct pk_markdown_input *input = markdown->input;
    const bool is_known = !(input->response.standard_error > 0.0);
    const size_t middle = PK_MARKDOWN_NODE_COUNT / 2;
    for (size_t period = 0; period < input->period_count; period++)
        out_left_units[period] = (double)input->stock_units;
    for (size_t node = 0; node < PK_MARKDOWN_NODE_COUNT; node++) {
        double demanded = 0.0, money;
        if (is_known && node != middle)
            continue;
        const double weight = is_known ? 1.0 : markdown->node_weight[node];
        for (size_t period = 0; period < input->period_count; period++) {
            demanded += units_at(markdown, node, period, plan->steps[period], &money);
            const struct pk_window window = window_of(input, period, demanded);
            out_left_units[period] -=
                weight * pk_window_expected_served_units(&window, input->stock_units);
        }
    }
}

/* ---- the band -------------------------------------------------------------------------------- */

/* Units sold and money taken if total demand is so much. */
struct outcome {
    double weight, units, money;
};

static int by_units(const void *left, const void *right)
{
    const double a = ((const struct outcome *)left)->units;
    const double b = ((const struct outcome *)right)->units;
    return (a > b) - (a < b);
}

static int by_money(const void *left, const void *right)
{
    const double a = ((const struct outcome *)left)->money;
    const double b = ((const struct outcome *)right)->money;
    return (a > b) - (a < b);
}

/* Total demand number `point`, closest where demand is small. */
static int64_t band_units(int64_t stock, size_t point)
{
    const double last = BAND_STOCK_POINT_COUNT - 1, beyond = (double)point - last;
    if (beyond <= 0.0)
        return (int64_t)ceil((double)stock * ((double)point / last) * ((double)point / last));
    return (int64_t)ceil((double)stock *
                         (1.0 + (BAND_STOCKS - 1.0) * beyond / (BAND_POINT_COUNT - 1 - last)));
}

/* Money if demand of the node totals `total`, sold as it comes until the stock is gone. */
static double money_of(const struct pk_markdown *markdown, const double *units, const double *money,
                       double mean, double total)
{
    const double stock = (double)markdown->input->stock_units;
    double sold = 0.0, taken = 0.0;
    for (size_t period = 0; period < markdown->input->period_count && mean > 0.0; period++) {
        if (!(units[period] > 0.0))
            continue;
        const double wanted = total * units[period] / mean;
        const double served = fmin(wanted, stock - sold);
        sold += served;
        taken += served * money[period] / units[period];
    }
    return taken;
}

static size_t node_outcomes(const struct pk_markdown *markdown, const struct pk_markdown_plan *plan,
                            size_t node, double weight, struct outcome *outcomes)
{
    const struct pk_markdown_input *input = markdown->input;
    double units[PK_MARKDOWN_PERIOD_MAX], money[PK_MARKDOWN_PERIOD_MAX], mean = 0.0, before = 0.0;
    for (size_t period = 0; period < input->period_count; period++) {
        units[period] = units_at(markdown, node, period, plan->steps[period], &money[period]);
        mean += units[period];
    }
    const struct pk_window window = window_of(input, input->period_count - 1, mean);
    int64_t previous = -1;
    size_t count = 0;
    for (size_t point = 0; point < BAND_POINT_COUNT; point++) {
        const int64_t total = band_units(input->stock_units, point);
        if (total == previous)
            continue;
        const bool is_last = point + 1 == BAND_POINT_COUNT;
        const double until = is_last ? 1.0 : pk_window_probability_at_most(&window, total);
        const double middle = ((double)(previous + 1) + (double)total) / 2.0;
        outcomes[count++] =
            (struct outcome){weight * (until - before), fmin(middle, (double)input->stock_units),
                             money_of(markdown, units, money, mean, middle)};
        before = until;
        previous = total;
    }
    return count;
}

/* The last of the outcomes, at least one, before which less than `probability` lies. */
static const struct outcome *outcome_at(const struct outcome *outcomes, size_t count,
                                        double probability)
{
    size_t at = 0;
    double sum = outcomes[0].weight;
    while (at + 1 < count && sum < probability)
        sum += outcomes[++at].weight;
    return &outcomes[at];
}

struct pk_markdown_band pk_markdown_band_of(const struct pk_markdown *markdown,
                                            const struct pk_markdown_plan *plan)
{
    struct outcome outcomes[PK_MARKDOWN_NODE_COUNT * BAND_POINT_COUNT];
    struct pk_markdown_band band = {0};
    const bool is_known = !(markdown->input->response.standard_error > 0.0);
    const size_t middle = PK_MARKDOWN_NODE_COUNT / 2;
    size_t count = 0;
    for (size_t node = 0; node < PK_MARKDOWN_NODE_COUNT; node++)
        if (!is_known || node == middle)
            count += node_outcomes(markdown, plan, node,
                                   is_known ? 1.0 : markdown->node_weight[node], outcomes + count);
    qsort(outcomes, count, sizeof *outcomes, by_units);
    band.cleared_p10_units = outcome_at(outcomes, count, 0.1)->units;
    band.cleared_p90_units = outcome_at(outcomes, count, 0.9)->units;
    qsort(outcomes, count, sizeof *outcomes, by_money);
    band.recovered_p10 = outcome_at(outcomes, count, 0.1)->money;
    band.recovered_p90 = outcome_at(outcomes, count, 0.9)->money;
    return band;
}
