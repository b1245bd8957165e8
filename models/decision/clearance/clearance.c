#include "models/decision/clearance/clearance.h"

#include <float.h>
#include <math.h>
#include <string.h>

#include "models/base/limits.h"
#include "models/base/units.h"
#include "models/decision/clearance/dead_demand.h"
#include "models/decision/item/item_role.h"

/* A unit missing to the target costs this many prices: more than any ladder can gain elsewhere. */
#define TARGET_PENALTY_PRICES 20.0
/* Part of the gain over doing nothing that is kept where the target is out of reach; the rest may
 * go for coming closer to it. */
#define GAIN_KEPT_PART 0.7
/* What a further change of the price has to bring, as a part of the value without a discount. */
#define PRICE_CHANGE_PART 0.005

const char *pk_clearance_action_name(enum pk_clearance_action action)
{
    static const char *const names[] = {"none", "hold", "discount", "write_off"};
    return (unsigned)action < sizeof names / sizeof names[0] ? names[action] : "none";
}

/* Money per unit in the store's currency; what is not known is 0. */
struct unit_money {
    double price, kept_ratio, cost, salvage, holding_per_day;
    bool has_price, has_cost;
};

static double money(int64_t micros)
{
    return micros > 0 ? (double)micros / (double)PK_MICROS_PER_UNIT : 0.0;
}

static struct unit_money unit_money_of(const struct pk_clearance_input *input)
{
    int64_t cost = pk_unit_cost_micros(&input->terms, &input->economics);
    struct unit_money unit = {
        .price = money(input->economics.price_micros),
        .kept_ratio = 1.0 - input->economics.selling_cost_ratio,
        .cost = money(cost),
        .salvage = money(pk_salvage_micros(&input->terms, &input->economics)),
        .holding_per_day = money(pk_holding_cost_micros_per_day(&input->terms, &input->economics)),
        .has_price = input->economics.price_micros > 0,
        .has_cost = cost >= 0,
    };
    return unit;
}

/* Days since it last sold, or since it could have; PK_DAYS_OF_SUPPLY_MAX if neither is known. */
static int32_t days_without_sale(const struct pk_clearance_input *input)
{
    int32_t next = input->demand->first_date;
    int32_t since =
        input->last_sale_date != PK_DATE_NONE ? input->last_sale_date : input->first_stock_date;
    if (since == PK_DATE_NONE)
        return PK_DAYS_OF_SUPPLY_MAX;
    return since < next ? next - since : 0;
}

/* Demand at the current price over the clearance, and how fast stock goes at it. */
struct pace {
    int32_t days; /* of the clearance */
    int32_t days_of_supply;
    bool is_dead_rate;
    double daily_rate; /* of dead stock */
};

static struct pace pace_of(const struct pk_clearance_input *input, struct pk_projection *projection,
                           int32_t last_date, int64_t stock, bool is_dead)
{
    const struct pk_demand *demand = input->demand;
    const struct pk_window window = pk_demand_window(demand, demand->first_date, last_date);
    struct pace pace = {.days = last_date - demand->first_date + 1};
    pace.daily_rate = pk_dead_units_per_day(days_without_sale(input));
    pace.is_dead_rate = is_dead && window.mean_units < pace.daily_rate * pace.days;
    if (pace.is_dead_rate) {
        pace.days_of_supply =
            (int32_t)fmin(ceil((double)stock / pace.daily_rate), PK_DAYS_OF_SUPPLY_MAX);
        return pace;
    }
    pk_projection_begin(projection, demand, (double)stock, NULL, 0, 0);
    pace.days_of_supply = pk_projection_days_of_supply(projection);
    return pace;
}

/* Part of a period's demand that falls on days with a promotion's discount, and that discount. */
static void add_promotions(const struct pk_clearance_input *input, struct pk_markdown_input *out,
                           size_t period)
{
    const struct pk_demand *demand = input->demand;
    const int32_t first = (int32_t)period * out->period_days;
    int32_t last = first + out->period_days - 1;
    double units = 0.0, taken_off = 0.0;
    last = last < out->days ? last : out->days - 1;
    for (size_t b = (size_t)(first / demand->bucket_days);
         b <= (size_t)(last / demand->bucket_days) && b < demand->bucket_count; b++) {
        if (!(input->promoted_discount[b] > 0.0))
            continue;
        units += demand->mean_units[b];
        taken_off += demand->mean_units[b] * input->promoted_discount[b];
    }
    out->promoted_units[period] = units;
    out->promoted_discount[period] = units > 0.0 ? taken_off / units : 0.0;
}

static void fill_markdown(const struct pk_clearance_input *input, const struct pace *pace,
                          const struct unit_money *unit, int64_t stock,
                          struct pk_markdown_input *out)
{
    const struct pk_demand *demand = input->demand;
    *out = (struct pk_markdown_input){
        .stock_units = stock,
        .terms = {.price = unit->price,
                  .kept_ratio = unit->kept_ratio,
                  .holding_per_day = unit->holding_per_day,
                  .salvage = unit->salvage,
                  .discount_maximum = pk_role_discount_maximum(
                      input->economics.role, days_without_sale(input) > PK_DEAD_AFTER_DAYS)},
        .response = input->response,
        .count_excess = pace->is_dead_rate ? 0.0 : demand->bucket_days / demand->dispersion};
    if (!(out->response.elasticity < 0.0))
        out->response = pk_price_response_prior();
    pk_markdown_set_days(out, pace->days);
    for (size_t period = 0; period < out->period_count; period++) {
        int32_t days = ((int32_t)period + 1) * out->period_days;
        days = days < pace->days ? days : pace->days;
        if (pace->is_dead_rate) {
            out->until[period] = pk_dead_window(pace->daily_rate, days);
            continue;
        }
        out->until[period] =
            pk_demand_window(demand, demand->first_date, demand->first_date + days - 1);
        if (input->promoted_discount != NULL)
            add_promotions(input, out, period);
    }
}

/* ---- flags ----------------------------------------------------------------------------------- */

static void judge_sell_through(const struct pk_clearance_input *input, int64_t stock,
                               struct pk_clearance *clearance)
{
    const struct pk_sell_through_plan *plan = &input->plan;
    const int32_t next = input->demand->first_date;
    if (!plan->is_known || plan->end_date < plan->start_date || plan->start_date >= next)
        return;
    const double whole = plan->end_date - plan->start_date + 1;
    clearance->planned_sell_through_ratio = fmin((next - plan->start_date) / whole, 1.0);
    clearance->sell_through_ratio = plan->sold_units / (plan->sold_units + (double)stock);
}

static void add_flags(const struct pk_clearance_input *input, bool is_dead,
                      struct pk_clearance *clearance)
{
    if (is_dead)
        pk_reasons_add(&clearance->reasons, PK_REASON_DEAD_STOCK);
    if (clearance->days_of_supply > PK_EXCESS_SUPPLY_DAYS)
        pk_reasons_add(&clearance->reasons, PK_REASON_EXCESS_STOCK);
    if (clearance->age_days > PK_OLD_LOT_DAYS)
        pk_reasons_add(&clearance->reasons, PK_REASON_OLD_STOCK);
    judge_sell_through(input, clearance->on_hand_units, clearance);
    if (clearance->sell_through_ratio <
        clearance->planned_sell_through_ratio - PK_BEHIND_PLAN_RATIO)
        pk_reasons_add(&clearance->reasons, PK_REASON_SELL_THROUGH_BEHIND_PLAN);
    clearance->is_watched = clearance->reasons.count == 0;
    if (clearance->clear_probability_at_price < PK_CLEAR_PROBABILITY_LOW)
        pk_reasons_add(&clearance->reasons, PK_REASON_WILL_NOT_CLEAR);
    clearance->is_flagged = clearance->reasons.count > 0;
    clearance->is_watched &= clearance->is_flagged;
}

/* ---- the choice ------------------------------------------------------------------------------ */

static double gross_revenue_of(const struct unit_money *unit, const struct pk_markdown_plan *plan)
{
    return unit->kept_ratio > 0.0 ? plan->recovered / unit->kept_ratio : 0.0;
}

/* Changes of the price after the first discount. */
static int change_count(const struct pk_markdown *markdown, const struct pk_markdown_plan *plan)
{
    int count = 0;
    for (size_t period = 1; period < markdown->input->period_count; period++)
        count += plan->steps[period] > plan->steps[period - 1] && plan->steps[period - 1] > 0;
    return count;
}

/* The least value of a plan that may come closer to a target out of reach. */
static double least_value(const struct pk_markdown *markdown)
{
    const double nothing = markdown->plans[0].value;
    double best = nothing;
    for (size_t i = 1; i < markdown->plan_count; i++)
        best = fmax(best, markdown->plans[i].value);
    return nothing + GAIN_KEPT_PART * (best - nothing);
}

/* What the line can choose from: plans that bring no less than salvage now. True if one of them is
 * expected to clear the target. */
static bool fill_options(const struct pk_markdown *markdown, const struct unit_money *unit,
                         double target_units, struct pk_margin_options *options)
{
    const double salvage = unit->salvage * (double)markdown->input->stock_units;
    bool reaches = false;
    for (size_t i = 0; i < markdown->plan_count; i++)
        reaches |=
            markdown->plans[i].cleared_units >= target_units && markdown->plans[i].value >= salvage;
    const double least = reaches ? -INFINITY : least_value(markdown);
    options->count = markdown->plan_count;
    for (size_t i = 0; i < markdown->plan_count; i++) {
        const struct pk_markdown_plan *plan = &markdown->plans[i];
        const double missing =
            plan->value >= least ? fmax(target_units - plan->cleared_units, 0.0) : target_units;
        const double score = plan->value - TARGET_PENALTY_PRICES * unit->price * missing -
                             PRICE_CHANGE_PART * fmax(markdown->plans[0].recovered, 0.0) *
                                 change_count(markdown, plan);
        options->options[i] = (struct pk_margin_option){
            .score = plan->value < salvage ? -FLT_MAX : (float)score,
            .value = (float)plan->value,
            .revenue = (float)gross_revenue_of(unit, plan),
            .margin = (float)(plan->recovered - unit->cost * plan->cleared_units)};
        if (!unit->has_cost) /* nothing is known of its margin */
            options->options[i].revenue = options->options[i].margin = 0.0F;
    }
    return reaches;
}

static void take_plan(const struct unit_money *unit, const struct pk_markdown *markdown,
                      const struct pk_markdown_plan *plan, struct pk_clearance *clearance)
{
    clearance->period_count = markdown->input->period_count;
    clearance->period_days = markdown->input->period_days;
    memcpy(clearance->steps, plan->steps, sizeof clearance->steps);
    pk_markdown_left_units(markdown, plan, clearance->left_units);
    clearance->discount_ratio = pk_discount_ratio(plan->steps[0]);
    clearance->expected_cleared_units = plan->cleared_units;
    clearance->clear_probability = plan->clear_probability;
    clearance->expected_value_micros = pk_money_from_double(plan->value);
    clearance->expected_revenue = plan->recovered;
    clearance->expected_cost = unit->cost * plan->cleared_units;
    clearance->gross_revenue = gross_revenue_of(unit, plan);
    clearance->recovered_micros = pk_money_from_double(plan->recovered);
    if (unit->has_cost && clearance->gross_revenue > 0.0)
        clearance->margin_ratio =
            (plan->recovered - clearance->expected_cost) / clearance->gross_revenue;
    const struct pk_markdown_band band = pk_markdown_band_of(markdown, plan);
    clearance->cleared_p10_units = band.cleared_p10_units;
    clearance->cleared_p90_units = band.cleared_p90_units;
    clearance->recovered_p10_micros = pk_money_from_double(band.recovered_p10);
    clearance->recovered_p90_micros = pk_money_from_double(band.recovered_p90);
}

static void write_off(const struct unit_money *unit, int64_t stock, struct pk_clearance *clearance)
{
    double value = unit->salvage * (double)stock;
    clearance->action = PK_CLEARANCE_WRITE_OFF;
    clearance->discount_ratio = 0.0;
    clearance->expected_cleared_units = (double)stock;
    clearance->cleared_p10_units = clearance->cleared_p90_units = (double)stock;
    clearance->clear_probability = 1.0;
    clearance->expected_value_micros = pk_money_from_double(value);
    clearance->recovered_micros = clearance->expected_value_micros;
    clearance->recovered_p10_micros = clearance->recovered_p90_micros =
        clearance->expected_value_micros;
    clearance->expected_revenue = clearance->gross_revenue = value;
    clearance->expected_cost = unit->cost * (double)stock;
    if (clearance->single_value_micros < clearance->expected_value_micros)
        clearance->single_value_micros = clearance->expected_value_micros;
    clearance->period_count = 0;
    clearance->options.count = 0; /* no sale, so nothing to blend */
    pk_reasons_add(&clearance->reasons, PK_REASON_SALVAGE_IS_BETTER);
}

static void note_exception(const struct pk_clearance_input *input, struct pk_clearance *clearance)
{
    if (!(clearance->margin_ratio < input->margin_floor_ratio))
        return;
    clearance->is_margin_exception = true;
    clearance->margin_exception_micros = pk_money_from_double(
        (input->margin_floor_ratio - clearance->margin_ratio) * clearance->gross_revenue);
    pk_reasons_add(&clearance->reasons, PK_REASON_MARGIN_FLOOR_EXCEPTION);
}

/* The ladder that was chosen, and why. */
static void take_action(const struct pk_clearance_input *input, bool is_gain,
                        struct pk_clearance *clearance)
{
    if (!pk_clearance_has_discount(clearance)) {
        pk_reasons_add(&clearance->reasons, PK_REASON_SELLS_AT_PRICE);
        return;
    }
    if (clearance->discount_ratio > 0.0)
        clearance->action = PK_CLEARANCE_DISCOUNT;
    else
        pk_reasons_add(&clearance->reasons, PK_REASON_DISCOUNT_LATER);
    if (is_gain)
        pk_reasons_add(&clearance->reasons, PK_REASON_DISCOUNT_PAYS);
    note_exception(input, clearance);
}

/* The best one discount for the whole time, for comparison. */
static void compare_single(const struct pk_clearance_input *input,
                           const struct pk_markdown *markdown, struct pk_clearance *clearance)
{
    struct pk_margin_options singles = clearance->options;
    singles.count = markdown->single_count;
    const size_t best =
        pk_margin_choose(&singles, input->margin_floor_ratio, input->margin_multiplier);
    clearance->single_discount_ratio = pk_discount_ratio(markdown->plans[best].steps[0]);
    clearance->single_value_micros = pk_money_from_double(markdown->plans[best].value);
    for (size_t i = 0; i < markdown->plan_count; i++)
        clearance->reachable_cleared_units =
            fmax(clearance->reachable_cleared_units, markdown->plans[i].cleared_units);
}

/* Price, write-off or neither for a flagged line. */
static void choose_action(const struct pk_clearance_input *input, const struct unit_money *unit,
                          struct pk_clearance_memory *memory, struct pk_clearance *clearance)
{
    const int64_t stock = clearance->on_hand_units;
    clearance->action = PK_CLEARANCE_HOLD;
    if (!unit->has_price) {
        clearance->margin_ratio = NAN;
        pk_reasons_add(&clearance->reasons, PK_REASON_NO_PRICE);
        return;
    }
    if (!unit->has_cost)
        pk_reasons_add(&clearance->reasons, PK_REASON_NO_COST);
    struct pk_markdown_input *markdown_input = &memory->markdown_input;
    struct pk_markdown *markdown = &memory->markdown;
    markdown_input->is_held = clearance->is_watched;
    if (!clearance->is_watched)
        markdown_input->target_units = input->target_cleared_ratio * (double)stock;
    pk_markdown_solve(markdown, markdown_input);
    const bool reaches =
        fill_options(markdown, unit, markdown_input->target_units, &clearance->options);
    compare_single(input, markdown, clearance);
    const struct pk_markdown_plan *undiscounted = &markdown->plans[0];
    const struct pk_markdown_plan *plan = &markdown->plans[pk_margin_choose(
        &clearance->options, input->margin_floor_ratio, input->margin_multiplier)];
    clearance->do_nothing_value_micros = pk_money_from_double(undiscounted->value);
    if (clearance->is_watched) {
        take_plan(unit, markdown, undiscounted, clearance);
        return;
    }
    if (!reaches)
        pk_reasons_add(&clearance->reasons, PK_REASON_CANNOT_CLEAR_ABOVE_FLOOR);
    else if (plan->cleared_units < markdown_input->target_units)
        pk_reasons_add(&clearance->reasons, PK_REASON_HELD_BY_MARGIN_FLOOR);
    if (plan->value < unit->salvage * (double)stock) {
        write_off(unit, stock, clearance);
        return;
    }
    take_plan(unit, markdown, plan, clearance);
    take_action(input, plan->value > undiscounted->value, clearance);
}

static bool is_recently_launched(const struct pk_clearance_input *input)
{
    int32_t launched = input->economics.launch_date != PK_DATE_NONE ? input->economics.launch_date
                                                                    : input->first_stock_date;
    return launched != PK_DATE_NONE && input->demand->first_date - launched < PK_LAUNCH_GRACE_DAYS;
}

/* The last day of the clearance: the date asked for, or the day on which the middle unit expires or
 * the item ends. */
static int32_t last_date_of(const struct pk_clearance_input *input, struct pk_clearance *clearance)
{
    int32_t last = input->by_date;
    const int32_t end_date = input->economics.end_date;
    if (input->economics.shelf_life_days > 0 && input->age.median_date != PK_DATE_NONE &&
        input->age.source != PK_AGE_UNKNOWN &&
        input->age.median_date + input->economics.shelf_life_days - 1 < last) {
        last = input->age.median_date + input->economics.shelf_life_days - 1;
        pk_reasons_add(&clearance->reasons, PK_REASON_EXPIRES_BEFORE_DATE);
    }
    if (end_date != PK_DATE_NONE && end_date < last) {
        last = end_date;
        pk_reasons_add(&clearance->reasons, PK_REASON_ENDS_BEFORE_DATE);
    }
    return last;
}

static void set_age(const struct pk_clearance_input *input, struct pk_clearance *clearance)
{
    const int32_t next = input->demand->first_date;
    int32_t oldest = input->oldest_lot_date;
    clearance->age = input->age;
    if (input->age.source != PK_AGE_UNKNOWN)
        oldest = input->age.oldest_date;
    if (oldest != PK_DATE_NONE)
        clearance->age_days = next - oldest > 0 ? next - oldest : 0;
}

/* Stock that cannot be sold any more: nothing is left but its salvage. */
static void write_off_ended(const struct unit_money *unit, bool is_dead,
                            struct pk_clearance *clearance)
{
    clearance->is_flagged = true;
    if (is_dead)
        pk_reasons_put_first(&clearance->reasons, PK_REASON_DEAD_STOCK);
    clearance->days_of_supply = PK_DAYS_OF_SUPPLY_MAX;
    write_off(unit, clearance->on_hand_units, clearance);
}

static void plan_stock(const struct pk_clearance_input *input, struct pk_projection *projection,
                       struct pk_clearance_memory *memory, struct pk_clearance *clearance)
{
    const int64_t stock = clearance->on_hand_units;
    const struct unit_money unit = unit_money_of(input);
    const bool is_dead = days_without_sale(input) > PK_DEAD_AFTER_DAYS;
    clearance->last_date = last_date_of(input, clearance);
    const struct pk_reasons ends = clearance->reasons;
    if (clearance->last_date < input->demand->first_date) {
        write_off_ended(&unit, is_dead, clearance);
        return;
    }
    clearance->reasons.count = 0;
    const struct pace pace = pace_of(input, projection, clearance->last_date, stock, is_dead);
    fill_markdown(input, &pace, &unit, stock, &memory->markdown_input);
    const struct pk_markdown_input *filled = &memory->markdown_input;
    const struct pk_window *whole = &filled->until[filled->period_count - 1];
    clearance->response = filled->response;
    clearance->days_of_supply = pace.days_of_supply;
    clearance->clear_probability_at_price = 1.0 - pk_window_probability_at_most(whole, stock - 1);
    clearance->clear_probability = clearance->clear_probability_at_price;
    clearance->expected_cleared_units = pk_window_expected_served_units(whole, stock);
    clearance->reachable_cleared_units = clearance->expected_cleared_units;
    if (is_recently_launched(input)) {
        pk_reasons_add(&clearance->reasons, PK_REASON_RECENTLY_LAUNCHED);
        return;
    }
    add_flags(input, is_dead, clearance);
    if (!clearance->is_flagged)
        return;
    for (uint8_t i = 0; i < ends.count; i++)
        pk_reasons_add(&clearance->reasons, (enum pk_reason)ends.reasons[i]);
    choose_action(input, &unit, memory, clearance);
}

void pk_clearance_plan(const struct pk_clearance_input *input, struct pk_projection *projection,
                       struct pk_clearance_memory *memory, struct pk_clearance *out_clearance)
{
    struct pk_clearance clearance = {.action = PK_CLEARANCE_NONE,
                                     .age_days = -1,
                                     .last_date = input->by_date,
                                     .response = input->response,
                                     .margin_ratio = NAN,
                                     .sell_through_ratio = NAN,
                                     .planned_sell_through_ratio = NAN};
    int64_t stock = input->stock.is_known ? pk_stock_sellable_units(&input->stock) : 0;
    clearance.on_hand_units = stock > 0 ? stock : 0;
    set_age(input, &clearance);
    if (stock > 0)
        plan_stock(input, projection, memory, &clearance);
    else
        pk_reasons_add(&clearance.reasons,
                       input->stock.is_known ? PK_REASON_OUT_OF_STOCK : PK_REASON_NO_STOCK);
    if (stock > 0 && input->stock.is_assumed)
        pk_reasons_add(&clearance.reasons, PK_REASON_ASSUMED_STOCK);
    *out_clearance = clearance;
}

bool pk_clearance_has_discount(const struct pk_clearance *clearance)
{
    return clearance->period_count > 0 && clearance->steps[clearance->period_count - 1] > 0;
}

int32_t pk_clearance_period_date(const struct pk_clearance *clearance, int32_t next, size_t period)
{
    return next + (int32_t)period * clearance->period_days;
}

void pk_clearance_note_category(struct pk_clearance *clearance, const struct pk_margin_blend *blend,
                                double floor_ratio)
{
    if (pk_clearance_has_discount(clearance) && pk_margin_blend_ratio(blend) < floor_ratio)
        pk_reasons_add(&clearance->reasons, PK_REASON_CATEGORY_BELOW_MARGIN_FLOOR);
}
