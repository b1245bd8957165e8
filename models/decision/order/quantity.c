#include "models/decision/order/quantity.h"

#include <math.h>

#include "models/base/limits.h"
#include "models/base/units.h"

/* Orders and packs beyond it are cut, so that sums stay in range. */
#define PK_ORDER_UNITS_MAX (PK_UNITS_MAX * 1000)
/* Rounding up may not buy more than so many days of demand beside the need. */
#define PK_EXTRA_DAYS_MAX 365.0

static int64_t pack_of(const struct pk_supply_terms *terms)
{
    return terms->pack_size_units > 1 ? terms->pack_size_units : 1;
}

static int64_t pack_down(int64_t units, int64_t pack)
{
    return units - units % pack;
}

static int64_t pack_up(int64_t units, int64_t pack)
{
    int64_t down = pack_down(units, pack);
    return down == units ? units : down + pack;
}

static double cost_per_day(const struct pk_quantity_input *input, int64_t units,
                           struct pk_need_outcome outcome)
{
    const struct pk_critical_ratio *ratio = input->ratio;
    double review_days =
        input->terms->review_period_days > 0 ? input->terms->review_period_days : 1;
    double extra = fmax((double)(units - input->need_units), 0.0);
    double rate = fmax(input->daily_mean_units, 1.0 / PK_DAYS_OF_SUPPLY_MAX);
    double extra_days = fmin(extra / (2.0 * rate), PK_DAYS_OF_SUPPLY_MAX);
    double cost = ratio->shortage_cost * outcome.short_units +
                  ratio->overage_cost * fmax(outcome.left_units - extra, 0.0) +
                  ratio->holding_cost_per_day * extra * extra_days;
    if (units > 0 && ratio->is_money && input->terms->order_cost_micros > 0)
        cost += (double)input->terms->order_cost_micros / (double)PK_MICROS_PER_UNIT;
    return cost / (review_days + extra / rate);
}

static void add_candidate(const struct pk_quantity_input *input, struct pk_quantity *quantity,
                          int64_t units)
{
    for (size_t i = 0; i < quantity->candidate_count; i++) {
        if (quantity->candidates[i].units == units)
            return;
    }
    if (quantity->candidate_count == PK_REORDER_CANDIDATE_COUNT_MAX)
        return;
    const struct pk_need_outcome outcome =
        units == 0 ? *input->without : pk_need_outcome_of(input->need, units);
    quantity->candidates[quantity->candidate_count++] =
        (struct pk_reorder_candidate){.units = units,
                                      .short_units = outcome.short_units,
                                      .cost_per_day = cost_per_day(input, units, outcome)};
}

/* What a minimum order or a pack adds to the need would lie about for more than a year: no cost of
 * the model says how likely nobody wants it by then. */
static bool is_kept_too_long(const struct pk_quantity_input *input, int64_t units)
{
    return units > input->need_units &&
           (double)(units - input->need_units) > PK_EXTRA_DAYS_MAX * input->daily_mean_units;
}

/* The cheapest candidate to the front, one that is not kept too long before any that is; of equals
 * the smaller quantity. */
static void choose_cheapest(const struct pk_quantity_input *input, struct pk_quantity *quantity)
{
    size_t best = 0;
    for (size_t i = 1; i < quantity->candidate_count; i++) {
        bool best_too_long = is_kept_too_long(input, quantity->candidates[best].units);
        if (best_too_long != is_kept_too_long(input, quantity->candidates[i].units)) {
            best = best_too_long ? i : best;
            continue;
        }
        double difference =
            quantity->candidates[i].cost_per_day - quantity->candidates[best].cost_per_day;
        bool smaller = quantity->candidates[i].units < quantity->candidates[best].units;
        if (difference < 0.0 || (difference == 0.0 && smaller))
            best = i;
    }
    struct pk_reorder_candidate chosen = quantity->candidates[best];
    quantity->candidates[best] = quantity->candidates[0];
    quantity->candidates[0] = chosen;
}

/* Quantity that spreads the order cost over its holding, Harris (1913): sqrt(2 K d / h), up to a
 * pack. */
static int64_t economic_order_units(const struct pk_quantity_input *input, int64_t pack)
{
    double order_cost = (double)input->terms->order_cost_micros / (double)PK_MICROS_PER_UNIT;
    double holding = input->ratio->holding_cost_per_day;
    if (!input->ratio->is_money || order_cost <= 0.0 || holding <= 0.0)
        return 0;
    double units = sqrt(2.0 * order_cost * input->daily_mean_units / holding);
    double days_kept = input->daily_mean_units * PK_EXCESS_DAYS;
    return pack_up((int64_t)fmin(fmin(units, days_kept), (double)PK_ORDER_UNITS_MAX), pack);
}

struct steps {
    int64_t up, down, economic; /* multiples of a pack; up >= need and >= minimum order */
    bool is_capped;
};

static int64_t within_room(int64_t units, int64_t room, int64_t pack, int64_t minimum)
{
    if (units <= room)
        return units;
    int64_t cut = pack_down(room, pack);
    return cut >= minimum ? cut : 0;
}

static struct steps steps_of(const struct pk_quantity_input *input)
{
    int64_t pack = pack_of(input->terms);
    int64_t wanted =
        input->need_units < PK_ORDER_UNITS_MAX ? input->need_units : PK_ORDER_UNITS_MAX;
    int64_t minimum = input->terms->min_order_units > 1 ? input->terms->min_order_units : 1;
    minimum = pack_up(minimum, pack);
    struct steps steps = {.up = pack_up(wanted, pack), .down = pack_down(wanted, pack)};
    steps.up = steps.up < minimum ? minimum : steps.up;
    steps.down = steps.down < minimum ? 0 : steps.down;
    steps.economic = economic_order_units(input, pack);
    steps.economic = steps.economic < steps.up ? steps.up : steps.economic;
    double most = fmax(floor(input->room_units), 0.0);
    int64_t room = most < (double)PK_ORDER_UNITS_MAX ? (int64_t)most : INT64_MAX;
    steps.is_capped = steps.up > room;
    steps.up = within_room(steps.up, room, pack, minimum);
    steps.down = within_room(steps.down, room, pack, minimum);
    steps.economic = within_room(steps.economic, room, pack, minimum);
    return steps;
}

static void add_quantity_reasons(const struct pk_quantity_input *input, const struct steps *steps,
                                 int64_t order, struct pk_reasons *reasons)
{
    int64_t pack = pack_of(input->terms);
    int64_t minimum =
        pack_up(input->terms->min_order_units > 1 ? input->terms->min_order_units : 1, pack);
    bool below_minimum = input->need_units < minimum && input->terms->min_order_units > 1;
    if (steps->is_capped)
        pk_reasons_add(reasons, input->room_reason);
    if (order == 0 && !steps->is_capped)
        pk_reasons_add(reasons, below_minimum ? PK_REASON_MINIMUM_ORDER_NOT_WORTH
                                : pack > 1    ? PK_REASON_PACK_NOT_WORTH
                                              : PK_REASON_ORDER_COST_NOT_WORTH);
    if (order == 0)
        return;
    if (order > steps->up)
        pk_reasons_add(reasons, PK_REASON_ORDER_COST_SPREAD);
    else if (below_minimum && order >= minimum && order > input->need_units)
        pk_reasons_add(reasons, PK_REASON_MINIMUM_ORDER_RAISED);
    else if (order != input->need_units && !steps->is_capped)
        pk_reasons_add(reasons, PK_REASON_PACK_ROUNDED);
}

void pk_quantity_choose(const struct pk_quantity_input *input, struct pk_quantity *out_quantity,
                        struct pk_reasons *reasons)
{
    struct steps steps = steps_of(input);
    enum pk_rounding rounding = input->rounding;
    if (input->ratio->rule == PK_RATIO_RULE_FILL_RATE && rounding == PK_ROUNDING_BY_COST)
        rounding = PK_ROUNDING_UP;
    out_quantity->candidate_count = 0;
    add_candidate(input, out_quantity, rounding == PK_ROUNDING_DOWN ? steps.down : steps.up);
    if (rounding == PK_ROUNDING_BY_COST) {
        add_candidate(input, out_quantity, steps.down);
        add_candidate(input, out_quantity, 0);
        add_candidate(input, out_quantity, steps.economic);
        choose_cheapest(input, out_quantity);
    }
    out_quantity->order_units = out_quantity->candidates[0].units;
    add_quantity_reasons(input, &steps, out_quantity->order_units, reasons);
}
