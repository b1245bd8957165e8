#include "models/decision/clearance.h"

#include <math.h>

#include "models/base/limits.h"
#include "models/base/units.h"
#include "models/decision/item_role.h"
#include "models/numeric/distribution.h"

#define PK_DEAD_PRIOR_SHAPE 0.5

double pk_discount_ratio(size_t step)
{
    return step < PK_DISCOUNT_COUNT ? (double)step / 10.0 : 0.0;
}

const char *pk_clearance_action_name(enum pk_clearance_action action)
{
    static const char *const names[] = {"none", "hold", "discount", "write_off"};
    return (unsigned)action < sizeof names / sizeof names[0] ? names[action] : "none";
}

enum pk_age_band pk_age_band_of(int32_t age_days)
{
    if (age_days <= 90)
        return PK_AGE_0_90;
    if (age_days <= 180)
        return PK_AGE_91_180;
    if (age_days <= 270)
        return PK_AGE_181_270;
    return age_days <= 365 ? PK_AGE_271_365 : PK_AGE_OVER_365;
}

const char *pk_age_band_name(enum pk_age_band band)
{
    static const char *const names[PK_AGE_BAND_COUNT] = {"0-90", "91-180", "181-270", "271-365",
                                                         "365+"};
    return (unsigned)band < PK_AGE_BAND_COUNT ? names[band] : "";
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
    struct pk_window window;
    int32_t days; /* of the clearance */
    int32_t days_of_supply;
};

static struct pace pace_of(const struct pk_clearance_input *input, struct pk_projection *projection,
                           int64_t stock, bool is_dead)
{
    const struct pk_demand *demand = input->demand;
    struct pace pace = {.window = pk_demand_window(demand, demand->first_date, input->by_date)};
    if (input->by_date >= demand->first_date)
        pace.days = input->by_date - demand->first_date + 1;
    double unsold_days = (double)days_without_sale(input);
    double rate = PK_DEAD_PRIOR_SHAPE / (unsold_days + 1.0);
    double mean = rate * pace.days;
    if (is_dead && pace.window.mean_units < mean) {
        pace.window.mean_units = mean;
        pace.window.variance = mean + mean * mean / PK_DEAD_PRIOR_SHAPE;
        pace.days_of_supply = (int32_t)fmin(ceil((double)stock / rate), PK_DAYS_OF_SUPPLY_MAX);
        return pace;
    }
    pk_projection_begin(projection, demand, (double)stock, NULL, 0, 0);
    pace.days_of_supply = pk_projection_days_of_supply(projection);
    return pace;
}

/* Demand of a share of the clearance at a discount: D0 (1 - d)^beta with the spread of beta. */
static struct pk_count_distribution demand_at(const struct pace *pace, double discount,
                                              double share)
{
    double price_log = log(1.0 - discount);
    double lift = exp(PK_PRICE_ELASTICITY_PRIOR * price_log);
    double spread = price_log * PK_PRICE_ELASTICITY_PRIOR_SD;
    double mean = pace->window.mean_units * lift * share;
    double whole_mean = pace->window.mean_units;
    double relative =
        whole_mean > 0.0 ? (pace->window.variance - whole_mean) / (whole_mean * whole_mean) : 0.0;
    return pk_count_from_moments(mean,
                                 mean + mean * mean * (fmax(relative, 0.0) + spread * spread));
}

/* Unit-days in stock: Simpson's rule over E[(S - D(t))+], demand spread evenly. */
static double stock_days(const struct pace *pace, double discount, int64_t stock)
{
    static const double weights[5] = {1.0, 4.0, 2.0, 4.0, 1.0};
    double sum = 0.0;
    for (int point = 0; point < 5; point++) {
        struct pk_count_distribution demand = demand_at(pace, discount, point / 4.0);
        sum += weights[point] * ((double)stock - pk_count_expected_minimum(&demand, stock));
    }
    return sum / 12.0 * pace->days;
}

struct offer {
    double discount, cleared, probability, value, net_price;
};

static struct offer offer_of(const struct unit_money *unit, const struct pace *pace, int64_t stock,
                             double discount)
{
    struct pk_count_distribution demand = demand_at(pace, discount, 1.0);
    struct offer offer = {
        .discount = discount,
        .cleared = pk_count_expected_minimum(&demand, stock),
        .probability = pk_count_above(&demand, stock - 1),
        .net_price = unit->price * (1.0 - discount) * unit->kept_ratio,
    };
    offer.value = offer.net_price * offer.cleared -
                  unit->holding_per_day * stock_days(pace, discount, stock) +
                  unit->salvage * ((double)stock - offer.cleared);
    return offer;
}

/* The most valuable step above salvage that reaches the target; without one the most valuable of
 * all. */
static struct offer best_offer(const struct pk_clearance_input *input,
                               const struct unit_money *unit, const struct pace *pace,
                               int64_t stock, struct offer undiscounted, bool *out_reaches_target)
{
    double needed = input->target_cleared_ratio * (double)stock;
    double deepest = pk_role_discount_maximum(input->economics.role,
                                              days_without_sale(input) > PK_DEAD_AFTER_DAYS);
    struct offer best = undiscounted;
    bool best_reaches = undiscounted.cleared >= needed;
    for (size_t step = 1; step < PK_DISCOUNT_COUNT; step++) {
        struct offer offer = offer_of(unit, pace, stock, pk_discount_ratio(step));
        if (offer.net_price < unit->salvage || offer.discount > deepest + 1e-9)
            break;
        bool reaches = offer.cleared >= needed;
        if (reaches < best_reaches)
            continue;
        if (reaches > best_reaches || offer.value > best.value)
            best = offer;
        best_reaches = reaches;
    }
    *out_reaches_target = best_reaches;
    return best;
}

static void add_flags(const struct pk_clearance_input *input, bool is_dead,
                      struct pk_clearance *clearance)
{
    if (is_dead)
        pk_reasons_add(&clearance->reasons, PK_REASON_DEAD_STOCK);
    if (clearance->days_of_supply > PK_EXCESS_SUPPLY_DAYS)
        pk_reasons_add(&clearance->reasons, PK_REASON_EXCESS_STOCK);
    if (input->oldest_lot_date != PK_DATE_NONE && clearance->age_days > PK_OLD_LOT_DAYS)
        pk_reasons_add(&clearance->reasons, PK_REASON_OLD_STOCK);
    if (clearance->clear_probability_at_price < PK_CLEAR_PROBABILITY_LOW)
        pk_reasons_add(&clearance->reasons, PK_REASON_WILL_NOT_CLEAR);
    clearance->is_flagged = clearance->reasons.count > 0;
}

static void take_offer(const struct unit_money *unit, const struct offer *offer,
                       struct pk_clearance *clearance)
{
    double price = unit->price * (1.0 - offer->discount);
    clearance->discount_ratio = offer->discount;
    clearance->expected_cleared_units = offer->cleared;
    clearance->clear_probability = offer->probability;
    clearance->expected_value_micros = pk_money_from_double(offer->value);
    clearance->expected_revenue = offer->net_price * offer->cleared;
    clearance->expected_cost = unit->cost * offer->cleared;
    if (unit->has_cost && price > 0.0)
        clearance->margin_ratio = (offer->net_price - unit->cost) / price;
    clearance->is_margin_exception = clearance->margin_ratio < PK_MARGIN_FLOOR_RATIO;
}

static void write_off(const struct unit_money *unit, int64_t stock, struct pk_clearance *clearance)
{
    double value = unit->salvage * (double)stock;
    clearance->action = PK_CLEARANCE_WRITE_OFF;
    clearance->discount_ratio = 0.0;
    clearance->expected_cleared_units = (double)stock;
    clearance->clear_probability = 1.0;
    clearance->expected_value_micros = pk_money_from_double(value);
    clearance->expected_revenue = value;
    clearance->expected_cost = unit->cost * (double)stock;
    clearance->margin_ratio = NAN;
    clearance->is_margin_exception = false;
    pk_reasons_add(&clearance->reasons, PK_REASON_SALVAGE_IS_BETTER);
}

/* Price, write-off or neither for a flagged line. */
static void choose_action(const struct pk_clearance_input *input, const struct pace *pace,
                          int64_t stock, struct pk_clearance *clearance)
{
    struct unit_money unit = unit_money_of(input);
    struct offer undiscounted = offer_of(&unit, pace, stock, 0.0);
    clearance->action = PK_CLEARANCE_HOLD;
    take_offer(&unit, &undiscounted, clearance);
    clearance->do_nothing_value_micros = clearance->expected_value_micros;
    if (!unit.has_price) {
        clearance->expected_value_micros = 0;
        clearance->do_nothing_value_micros = 0;
        pk_reasons_add(&clearance->reasons, PK_REASON_NO_PRICE);
        return;
    }
    if (!unit.has_cost)
        pk_reasons_add(&clearance->reasons, PK_REASON_NO_COST);
    bool reaches_target;
    struct offer best = best_offer(input, &unit, pace, stock, undiscounted, &reaches_target);
    if (!reaches_target)
        pk_reasons_add(&clearance->reasons, PK_REASON_CANNOT_CLEAR_ABOVE_FLOOR);
    if (best.value < unit.salvage * (double)stock) {
        write_off(&unit, stock, clearance);
        return;
    }
    take_offer(&unit, &best, clearance);
    if (best.discount > 0.0) {
        clearance->action = PK_CLEARANCE_DISCOUNT;
        if (best.value > undiscounted.value)
            pk_reasons_add(&clearance->reasons, PK_REASON_DISCOUNT_PAYS);
        if (clearance->is_margin_exception)
            pk_reasons_add(&clearance->reasons, PK_REASON_MARGIN_FLOOR_EXCEPTION);
    } else {
        pk_reasons_add(&clearance->reasons, PK_REASON_SELLS_AT_PRICE);
    }
}

static bool is_recently_launched(const struct pk_clearance_input *input)
{
    int32_t launched = input->economics.launch_date != PK_DATE_NONE ? input->economics.launch_date
                                                                    : input->first_stock_date;
    return launched != PK_DATE_NONE && input->demand->first_date - launched < PK_LAUNCH_GRACE_DAYS;
}

void pk_clearance_plan(const struct pk_clearance_input *input, struct pk_projection *projection,
                       struct pk_clearance *out_clearance)
{
    struct pk_clearance clearance = {
        .action = PK_CLEARANCE_NONE, .age_days = -1, .margin_ratio = NAN};
    int64_t stock = input->stock.is_known ? pk_stock_sellable_units(&input->stock) : 0;
    clearance.on_hand_units = stock > 0 ? stock : 0;
    int32_t next = input->demand->first_date;
    if (input->oldest_lot_date != PK_DATE_NONE)
        clearance.age_days = next - input->oldest_lot_date > 0 ? next - input->oldest_lot_date : 0;
    if (!input->stock.is_known || stock <= 0) {
        pk_reasons_add(&clearance.reasons,
                       input->stock.is_known ? PK_REASON_OUT_OF_STOCK : PK_REASON_NO_STOCK);
        *out_clearance = clearance;
        return;
    }
    bool is_dead = days_without_sale(input) > PK_DEAD_AFTER_DAYS;
    struct pace pace = pace_of(input, projection, stock, is_dead);
    struct pk_count_distribution demand = demand_at(&pace, 0.0, 1.0);
    clearance.days_of_supply = pace.days_of_supply;
    clearance.clear_probability_at_price = pk_count_above(&demand, stock - 1);
    clearance.clear_probability = clearance.clear_probability_at_price;
    clearance.expected_cleared_units = pk_count_expected_minimum(&demand, stock);
    if (is_recently_launched(input)) {
        pk_reasons_add(&clearance.reasons, PK_REASON_RECENTLY_LAUNCHED);
    } else {
        add_flags(input, is_dead, &clearance);
        if (clearance.is_flagged)
            choose_action(input, &pace, stock, &clearance);
    }
    if (input->stock.is_assumed)
        pk_reasons_add(&clearance.reasons, PK_REASON_ASSUMED_STOCK);
    *out_clearance = clearance;
}

void pk_margin_blend_add(struct pk_margin_blend *blend, double revenue, double cost)
{
    blend->revenue += revenue;
    blend->cost += cost;
}

double pk_margin_blend_ratio(const struct pk_margin_blend *blend)
{
    return blend->revenue > 0.0 ? 1.0 - blend->cost / blend->revenue : NAN;
}

void pk_clearance_note_category(struct pk_clearance *clearance, const struct pk_margin_blend *blend)
{
    if (clearance->action == PK_CLEARANCE_DISCOUNT &&
        pk_margin_blend_ratio(blend) < PK_MARGIN_FLOOR_RATIO)
        pk_reasons_add(&clearance->reasons, PK_REASON_CATEGORY_BELOW_MARGIN_FLOOR);
}

void pk_clearance_summary_add(struct pk_clearance_summary *summary,
                              const struct pk_clearance *clearance)
{
    if (!clearance->is_flagged)
        return;
    summary->line_count++;
    summary->flagged_units += clearance->on_hand_units;
    summary->discounted_count += clearance->action == PK_CLEARANCE_DISCOUNT;
    summary->expected_cleared_units += clearance->expected_cleared_units;
    double scale = (double)PK_MICROS_PER_UNIT;
    summary->expected_value += (double)clearance->expected_value_micros / scale;
    summary->do_nothing_value += (double)clearance->do_nothing_value_micros / scale;
}
