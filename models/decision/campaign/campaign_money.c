#include "models/decision/campaign/campaign_money.h"

#include <math.h>

#include "models/base/units.h"
#include "models/history/campaign.h"

/* A weaker answer to the price than this takes any price. */
#define ELASTICITY_LEAST 0.2

static double money_of(int64_t micros)
{
    return (double)micros / (double)PK_MICROS_PER_UNIT;
}

double pk_gift_order_share(int64_t price_micros, int64_t min_order_amount_micros)
{
    if (min_order_amount_micros <= 0 || price_micros < 0)
        return 1;
    return fmin(1, (double)price_micros / (double)min_order_amount_micros);
}

/* One way through the days: with the campaign, or without. */
struct course {
    const struct pk_campaign_money_input *input;
    const struct pk_demand *demand;
    bool has_campaign;
    double own_ratio;
    double wanted_units, served_units, wanted_gmv, served_gmv, discount, gift_cost, stock_days;
    double lowest_price, dearest_gift; /* gifts with a unit on the day of the lowest price */
};

static int32_t first_day(const struct pk_campaign_money_input *input)
{
    return input->start_date > input->demand->first_date ? input->start_date
                                                         : input->demand->first_date;
}

static double gift_cost_on(const struct course *course, int32_t date)
{
    const struct pk_campaign_money_input *input = course->input;
    double cost = 0;
    for (size_t i = 0; i < input->gift_count; i++) {
        const struct pk_campaign_gift *gift = &input->gifts[i];
        if (date >= gift->from_date && date <= gift->to_date && gift->unit_cost_micros > 0 &&
            (course->has_campaign || !gift->is_of_campaign))
            cost += gift->units * money_of(gift->unit_cost_micros);
    }
    return cost;
}

/* Units of all kinds served up to a day, at most. */
static double served_until(const struct course *course, int32_t date)
{
    struct pk_window window = pk_demand_window(course->demand, first_day(course->input), date);
    const double stock = course->input->stock_units;
    window.mean_excess = 0;
    if (isnan(stock) || !(window.mean_units > 0))
        return window.mean_units;
    return pk_window_expected_served_units(&window, stock > 0 ? llround(fmin(stock, 1e15)) : 0);
}

static void go(struct course *course)
{
    const struct pk_campaign_money_input *input = course->input;
    const double regular = money_of(input->regular_price_micros);
    double served_before = 0;
    course->lowest_price = INFINITY;
    for (int32_t date = first_day(input); date <= input->end_date; date++) {
        const struct pk_promotion *row =
            course->has_campaign
                ? pk_campaign_row_on(input->shop, input->promotion_id, input->series, date)
                : NULL;
        const int64_t price_micros = pk_promotion_price_micros(row, input->regular_price_micros);
        const double price = price_micros > 0 ? money_of(price_micros) : 0;
        const double gift = gift_cost_on(course, date);
        const double until = fmax(served_until(course, date), served_before);
        const double served = course->own_ratio * (until - served_before);
        const double wanted =
            course->own_ratio * pk_demand_window(course->demand, date, date).mean_units;
        course->wanted_units += wanted;
        course->served_units += served;
        course->wanted_gmv += wanted * price;
        course->served_gmv += served * price;
        course->discount += input->regular_price_micros > 0 ? served * (regular - price) : 0;
        course->gift_cost += served * gift;
        if (!isnan(input->stock_units))
            course->stock_days += fmax(input->stock_units - until, 0);
        if (price < course->lowest_price) {
            course->lowest_price = price;
            course->dearest_gift = gift;
        }
        served_before = until;
    }
}

/* GMV less everything that a unit costs; false without a cost. */
static bool earn(const struct course *course, double *out_selling, double *out_goods,
                 double *out_holding, double *out_profit)
{
    const struct pk_campaign_money_input *input = course->input;
    *out_selling = course->served_gmv * input->selling_cost_ratio;
    *out_goods = *out_holding = *out_profit = 0;
    if (input->unit_cost_micros < 0)
        return false;
    *out_goods = course->served_units * money_of(input->unit_cost_micros);
    if (input->holding_cost_micros_per_day > 0)
        *out_holding = course->stock_days * money_of(input->holding_cost_micros_per_day);
    *out_profit = course->served_gmv - *out_selling - *out_goods - course->gift_cost - *out_holding;
    return true;
}

static void add_baseline(const struct pk_campaign_money_input *input,
                         struct pk_campaign_money *money)
{
    struct course course = {
        .input = input, .demand = input->baseline, .own_ratio = input->baseline_own_ratio};
    double selling, goods, holding;
    if (input->baseline == NULL || input->regular_price_micros <= 0)
        return;
    go(&course);
    earn(&course, &selling, &goods, &holding, &money->baseline_profit);
    money->has_baseline = true;
    money->baseline_units = course.served_units;
    money->baseline_gmv = course.served_gmv;
}

void pk_campaign_money_of(const struct pk_campaign_money_input *input,
                          struct pk_campaign_money *out_money)
{
    struct pk_campaign_money money = {0};
    struct course course = {.input = input,
                            .demand = input->demand,
                            .has_campaign = true,
                            .own_ratio = input->own_ratio};
    struct pk_shared_sum all, served;
    go(&course);
    money.has_price = course.lowest_price > 0 && isfinite(course.lowest_price);
    money.wanted_units = course.wanted_units;
    money.served_units = course.served_units;
    money.wanted_gmv = course.wanted_gmv;
    money.served_gmv = course.served_gmv;
    money.discount = course.discount;
    money.gift_cost = course.gift_cost;
    money.has_cost =
        earn(&course, &money.selling_cost, &money.goods_cost, &money.holding_cost, &money.profit);
    if (money.has_price) {
        const double earned = course.lowest_price * (1 - input->selling_cost_ratio);
        money.lowest_price = course.lowest_price;
        money.price =
            course.served_units > 0 ? course.served_gmv / course.served_units : course.lowest_price;
        if (money.has_cost)
            money.unit_margin = earned - course.dearest_gift - money_of(input->unit_cost_micros);
        money.is_below_cost = money.unit_margin < 0;
    }
    pk_shared_demand(input->demand, first_day(input), input->end_date, &all);
    pk_shared_sum_add(&money.wanted, &all, input->own_ratio);
    if (!isnan(input->stock_units)) {
        pk_shared_served(&all, input->stock_units, &served);
        pk_shared_sum_add(&money.served, &served, input->own_ratio);
    } else {
        money.served = money.wanted;
    }
    add_baseline(input, &money);
    *out_money = money;
}

/* Adds a sum in units so that its mean becomes `gmv`. */
static void add_worth(struct pk_shared_sum *sum, const struct pk_shared_sum *units, double gmv)
{
    const double mean = pk_shared_sum_mean(units);
    if (mean > 0)
        pk_shared_sum_add(sum, units, gmv / mean);
}

void pk_campaign_money_sum_add(struct pk_campaign_money_sum *sum,
                               const struct pk_campaign_money *money, double sold_gmv)
{
    sum->line_count++;
    sum->sold_gmv += sold_gmv;
    pk_shared_sum_add_certain(&sum->wanted, sold_gmv);
    pk_shared_sum_add_certain(&sum->served, sold_gmv);
    sum->no_cost_count += !money->has_cost;
    sum->no_price_count += !money->has_price;
    if (!money->has_price)
        return;
    sum->below_cost_count += money->is_below_cost;
    sum->wanted_gmv += money->wanted_gmv;
    sum->served_gmv += money->served_gmv;
    sum->discount += money->discount;
    sum->gift_cost += money->gift_cost;
    sum->selling_cost += money->selling_cost;
    add_worth(&sum->wanted, &money->wanted, money->wanted_gmv);
    add_worth(&sum->served, &money->served, money->served_gmv);
    if (!money->has_cost)
        return;
    sum->goods_cost += money->goods_cost;
    sum->holding_cost += money->holding_cost;
    sum->profit += money->profit;
    sum->margin_gmv += money->served_gmv;
    sum->margin += money->profit + money->holding_cost;
    if (!money->has_baseline)
        return;
    sum->baseline_gmv += money->baseline_gmv;
    sum->baseline_profit += money->baseline_profit;
    sum->compared_gmv += money->served_gmv;
    sum->compared_profit += money->profit;
}

double pk_campaign_margin_ratio(const struct pk_campaign_money_sum *sum)
{
    return sum->margin_gmv > 0 ? sum->margin / sum->margin_gmv : NAN;
}

bool pk_campaign_push_of(const struct pk_campaign_money *money, double stock_units,
                         int64_t q50_units, double elasticity, double unit_cost,
                         double selling_cost_ratio, struct pk_campaign_push *out_push)
{
    const double expected = money->served_units;
    const double units =
        floor(fmin(stock_units - (double)q50_units, (PK_PUSH_RATIO_MAX - 1) * expected));
    const double cost = unit_cost + (expected > 0 ? money->gift_cost / expected : 0);
    const double margin = money->price * (1 - selling_cost_ratio) - cost;
    if (!money->has_price || !money->has_cost || !(units >= 1) || !(margin > 0))
        return false;
    struct pk_campaign_push push = {.units = units,
                                    .traffic_ratio = 1 + units / expected,
                                    .gmv = units * money->price,
                                    .margin = units * margin};
    if (elasticity <= -ELASTICITY_LEAST) {
        const double factor = pow(push.traffic_ratio, 1 / elasticity);
        const double price = money->price * factor;
        const double lower = price * (1 - selling_cost_ratio) - cost;
        push.has_discount = lower >= 0 && 1 - factor <= PK_PUSH_DISCOUNT_MAX;
        push.discount_ratio = 1 - factor;
        push.discount_gmv = (expected + units) * price - expected * money->price;
        push.discount_margin = (expected + units) * lower - expected * margin;
    }
    *out_push = push;
    return true;
}
