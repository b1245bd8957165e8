#include "models/decision/clearance/clearance_cohort.h"

#include <math.h>

#include "models/decision/clearance/dead_demand.h"
#include "models/numeric/distribution.h"
#include "models/numeric/quadrature.h"

static int64_t least(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

struct pk_cohort_state pk_cohort_state_of(int64_t flagged_units, int64_t sold_units,
                                          int64_t in_stock_units)
{
    struct pk_cohort_state state = {.sold_units = least(flagged_units, sold_units)};
    state.left_units = flagged_units - state.sold_units;
    if (in_stock_units >= 0)
        state.left_units = least(state.left_units, in_stock_units);
    state.gone_otherwise_units = flagged_units - state.sold_units - state.left_units;
    return state;
}

const char *pk_cohort_handling_name(enum pk_cohort_handling handling)
{
    static const char *const names[] = {"not_yet", "sold_out", "written_off", "cleared",
                                        "price_cut"};
    return (unsigned)handling < sizeof names / sizeof names[0] ? names[handling] : "";
}

enum pk_cohort_handling pk_cohort_handling_of(int64_t flagged_units,
                                              const struct pk_cohort_state *state,
                                              double target_ratio, bool is_price_cut)
{
    if (state->left_units == 0)
        return state->gone_otherwise_units > state->sold_units ? PK_HANDLING_WRITTEN_OFF
                                                               : PK_HANDLING_SOLD_OUT;
    if ((double)(flagged_units - state->left_units) >= target_ratio * (double)flagged_units)
        return PK_HANDLING_CLEARED;
    return is_price_cut ? PK_HANDLING_PRICE_CUT : PK_HANDLING_NONE;
}

struct pk_window pk_cohort_window(const struct pk_window *forecast, int32_t days,
                                  int32_t days_without_sale)
{
    if (days_without_sale <= PK_DEAD_AFTER_DAYS)
        return *forecast;
    return pk_dead_window(pk_dead_units_per_day(days_without_sale), days);
}

struct pk_window pk_cohort_discounted(const struct pk_window *window, double discount_ratio,
                                      const struct pk_price_response *response)
{
    struct pk_window out = *window;
    if (discount_ratio <= 0)
        return out;
    double price_log = log(1 - discount_ratio);
    double lift = exp(response->elasticity * price_log);
    double spread = price_log * response->standard_error;
    double more = fmax(window->variance - window->mean_units, 0);
    out.mean_units = lift * window->mean_units;
    out.variance =
        out.mean_units + lift * lift * more + out.mean_units * out.mean_units * spread * spread;
    return out;
}

struct pk_cleared pk_cohort_cleared(const struct pk_window *window, int64_t left_units)
{
    struct pk_cleared cleared = {0, 0};
    if (left_units <= 0 || window->mean_units <= 0)
        return cleared;
    double square = 0;
    for (int i = 0; i < PK_QUADRATURE_NODE_COUNT; i++) {
        double units =
            (double)least(pk_window_quantile_units(window, pk_quadrature_nodes[i]), left_units);
        cleared.mean += pk_quadrature_weights[i] * units;
        square += pk_quadrature_weights[i] * units * units;
    }
    cleared.variance = fmax(square - cleared.mean * cleared.mean, 0);
    cleared.mean = pk_window_expected_served_units(window, left_units);
    return cleared;
}

/* What the lines share counts where it can still move: not beyond what is left. */
static double deviation_of(const struct pk_cohort_sum *sum)
{
    double shared = PK_COHORT_SHARED_SD * sum->expected;
    return sqrt(sum->variance + shared * shared);
}

double pk_cohort_landing_units(const struct pk_cohort_sum *sum, double probability)
{
    double units = sum->gone + sum->expected + pk_normal_quantile(probability) * deviation_of(sum);
    return fmin(fmax(units, sum->gone), sum->flagged);
}

double pk_cohort_reach_probability(const struct pk_cohort_sum *sum, double target_ratio)
{
    double missing = target_ratio * sum->flagged - sum->gone;
    double deviation = deviation_of(sum);
    if (missing <= 0)
        return 1;
    if (deviation <= 0)
        return sum->expected >= missing ? 1 : 0;
    return pk_normal_at_most((sum->expected - missing) / deviation);
}

const char *pk_cohort_verdict_name(enum pk_cohort_verdict verdict)
{
    static const char *const names[] = {"empty",  "reached",      "on_track",
                                        "behind", "cannot_reach", "missed"};
    return (unsigned)verdict < sizeof names / sizeof names[0] ? names[verdict] : "";
}

enum pk_cohort_verdict pk_cohort_judge(const struct pk_cohort_sum *at_price,
                                       const struct pk_cohort_sum *with_plan, double target_ratio,
                                       bool is_past)
{
    if (at_price->flagged <= 0)
        return PK_COHORT_EMPTY;
    if (at_price->gone >= target_ratio * at_price->flagged)
        return PK_COHORT_REACHED;
    if (is_past)
        return PK_COHORT_MISSED;
    if (pk_cohort_reach_probability(at_price, target_ratio) >= 0.5)
        return PK_COHORT_ON_TRACK;
    return pk_cohort_reach_probability(with_plan, target_ratio) >= 0.5 ? PK_COHORT_BEHIND
                                                                       : PK_COHORT_CANNOT_REACH;
}
