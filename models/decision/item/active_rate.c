#include "models/decision/item/active_rate.h"

#include <math.h>

void pk_active_add(struct pk_active_sum *sum, double probability)
{
    sum->items += 1;
    sum->expected += probability;
    sum->variance += probability * (1 - probability);
}

double pk_active_ratio(const struct pk_active_sum *sum, double z)
{
    if (sum->items <= 0)
        return 0;
    double ratio = (sum->expected + z * sqrt(sum->variance)) / sum->items;
    return fmin(fmax(ratio, 0), 1);
}

struct pk_window pk_window_times(const struct pk_window *window, double factor)
{
    struct pk_window out = *window;
    double more = fmax(window->variance - window->mean_units, 0);
    out.mean_units = factor * window->mean_units;
    out.variance = out.mean_units + factor * factor * more;
    return out;
}

const char *pk_nudge_name(enum pk_nudge_kind kind)
{
    static const char *const names[PK_NUDGE_COUNT] = {"none",      "coupon_10", "coupon_20",
                                                      "coupon_30", "traffic",   "bundle"};
    return (unsigned)kind < PK_NUDGE_COUNT ? names[kind] : "";
}

/* P(at least one unit) and expected units with demand times `factor` in every warehouse. */
static void sell(const struct pk_nudge_input *input, double factor, double *out_probability,
                 double *out_units)
{
    double none = 1;
    double units = 0;
    for (size_t i = 0; i < input->window_count; i++) {
        struct pk_window window = pk_window_times(&input->windows[i], factor);
        none *= pk_window_probability_at_most(&window, 0);
        units += input->stock_units[i] == INT64_MAX
                     ? window.mean_units
                     : pk_window_expected_served_units(&window, input->stock_units[i]);
    }
    *out_probability = 1 - none;
    *out_units = units;
}

void pk_nudge_base(const struct pk_nudge_input *input, double *out_probability, double *out_units)
{
    sell(input, 1, out_probability, out_units);
}

static double discount_of(enum pk_nudge_kind kind)
{
    return kind >= PK_NUDGE_COUPON_10 && kind <= PK_NUDGE_COUPON_30 ? 0.1 * (double)kind : 0;
}

void pk_nudge_try(const struct pk_nudge_input *input, enum pk_nudge_kind kind,
                  struct pk_nudge *out_nudge)
{
    double before, units_before, after, units_after;
    double discount = discount_of(kind);
    double spent_ratio = kind == PK_NUDGE_TRAFFIC ? PK_TRAFFIC_COST_RATIO : 0;
    double factor =
        kind == PK_NUDGE_TRAFFIC ? PK_TRAFFIC_NUDGE_RATIO : pow(1 - discount, input->elasticity);
    struct pk_nudge nudge = {.kind = kind};
    sell(input, 1, &before, &units_before);
    sell(input, factor, &after, &units_after);
    double unit_before = input->price * input->kept_ratio - input->cost;
    double unit_after = input->price * (1 - discount) * input->kept_ratio - input->cost -
                        spent_ratio * input->price;
    nudge.cost = unit_before * units_before - unit_after * units_after;
    if (kind == PK_NUDGE_BUNDLE) {
        after = 1 - (1 - before) * exp(-input->bundle_units);
        units_after = units_before + input->bundle_units;
        nudge.cost = -input->bundle_margin * input->bundle_units;
    }
    nudge.probability = before;
    if (kind != PK_NUDGE_NONE && discount <= input->discount_maximum + 1e-9 &&
        input->window_count > 0) {
        nudge.probability = after;
        nudge.gain = after - before;
        nudge.extra_units = units_after - units_before;
    }
    *out_nudge = nudge;
}

int pk_nudge_compare(const struct pk_nudge *a, const struct pk_nudge *b)
{
    bool a_pays = a->cost <= 0, b_pays = b->cost <= 0;
    if (a_pays != b_pays)
        return a_pays ? -1 : 1;
    double a_worth = a_pays ? a->gain : a->gain / a->cost;
    double b_worth = b_pays ? b->gain : b->gain / b->cost;
    return a_worth > b_worth ? -1 : a_worth < b_worth;
}

void pk_nudge_best(const struct pk_nudge_input *input, struct pk_nudge *out_nudge)
{
    struct pk_nudge best = {.kind = PK_NUDGE_NONE};
    double units;
    pk_nudge_base(input, &best.probability, &units);
    for (enum pk_nudge_kind kind = PK_NUDGE_COUPON_10; kind < PK_NUDGE_COUNT; kind++) {
        struct pk_nudge nudge;
        if (kind == PK_NUDGE_BUNDLE && input->bundle_units <= 0)
            continue;
        pk_nudge_try(input, kind, &nudge);
        if (nudge.gain < PK_NUDGE_GAIN_MIN)
            continue;
        if (best.kind == PK_NUDGE_NONE || pk_nudge_compare(&nudge, &best) < 0)
            best = nudge;
    }
    *out_nudge = best;
}
