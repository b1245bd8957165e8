/* What a campaign means in money for one item in one warehouse, and summed over scopes. Pure; no
 * allocation.
 *
 * The narrowest row of the campaign decides the price of a day: its net price, else the regular
 * price less its discount. Coupons, tiered discounts and subsidies have no files of their own: they
 * enter through net_price, which is what the buyer pays in the end. What the stock at the start
 * (and inbound until then) serves of the demand, day after day until it is gone, is E[min(D,
 * stock)]:
 *   GMV = sum over days of served x price;  discount given = served x (regular - price);
 *   profit = GMV - selling costs - cost of goods - gifts - holding until the end.
 * Beside it the same days without the campaign: regular price, demand without its lift, no gifts.
 * A gift goes with every unit of its parent, where it needs an amount with the part of the orders
 * that reaches it, at most price / amount (Markov's inequality with the price as mean order). */
#ifndef PK_DECISION_CAMPAIGN_MONEY_H
#define PK_DECISION_CAMPAIGN_MONEY_H

#include "models/base/reason.h"
#include "models/decision/campaign/shared_sum.h"
#include "models/history/ledger.h"

/* Part of the orders that a gift from an amount on goes with, 0..1; 1 where either is not given. */
double pk_gift_order_share(int64_t price_micros, int64_t min_order_amount_micros);

/* Gifts with one unit of an item on some days. */
struct pk_campaign_gift {
    double units;             /* per unit sold, the part of the orders included */
    int64_t unit_cost_micros; /* -1 = not given: costs nothing */
    int32_t from_date, to_date;
    bool is_of_campaign; /* false: also given without it */
};

struct pk_campaign_money_input {
    const struct pk_shop *shop; /* borrowed; its promotions may be those of the campaign alone */
    const char *promotion_id;
    const struct pk_series *series;
    int32_t start_date, end_date; /* window; days before the demand's first are left out */
    const struct pk_demand *demand;
    const struct pk_demand *baseline; /* of the same days without it; NULL = not known */
    /* Part of the demand that is sold as itself, 0..1; the rest goes with parents, whose money it is. */
    double own_ratio, baseline_own_ratio;
    double
        stock_units; /* at the start, with inbound until then; NAN = not known: serves everything */
    int64_t regular_price_micros, unit_cost_micros; /* -1 = not given */
    int64_t holding_cost_micros_per_day;            /* -1 = not given */
    double selling_cost_ratio;
    const struct pk_campaign_gift *gifts; /* borrowed */
    size_t gift_count;
};

/* Amounts in the store's currency. */
struct pk_campaign_money {
    bool has_price, has_cost, has_baseline; /* without a price all amounts are 0; without a cost the
                                               profit is not known */
    double wanted_units, served_units;      /* sold as itself, if nothing runs short and as it is */
    double wanted_gmv, served_gmv;
    double discount, gift_cost, selling_cost, goods_cost, holding_cost, profit;
    double baseline_units, baseline_gmv, baseline_profit;
    double price;        /* mean of the served units, the lowest if none are */
    double lowest_price; /* of the days ahead */
    double unit_margin;  /* at the lowest price, after selling costs and gifts; 0 without a cost */
    bool is_below_cost;  /* unit_margin < 0 */
    struct pk_shared_sum wanted, served; /* in units */
};

void pk_campaign_money_of(const struct pk_campaign_money_input *input,
                          struct pk_campaign_money *out_money);

/* Sums over a scope. Zero-initialised = empty. */
struct pk_campaign_money_sum {
    int64_t line_count, no_price_count, no_cost_count, below_cost_count;
    double wanted_gmv, served_gmv, sold_gmv; /* sold: on days of the window that are over */
    double discount, gift_cost, selling_cost, goods_cost, holding_cost, profit;
    double baseline_gmv, baseline_profit; /* of lines with a baseline */
    double compared_gmv, compared_profit; /* of the same lines in the campaign */
    double margin_gmv, margin;            /* of lines with a cost: GMV, and GMV - all but holding */
    struct pk_shared_sum wanted, served;  /* in money, what is sold already included */
};
void pk_campaign_money_sum_add(struct pk_campaign_money_sum *sum,
                               const struct pk_campaign_money *money, double sold_gmv);
/* Margin after selling costs and gifts as a part of GMV; NAN without one. */
double pk_campaign_margin_ratio(const struct pk_campaign_money_sum *sum);

/* What more could be sold of a line whose stock is beyond its median demand: by more traffic at the
 * campaign's price, or by a lower price. */
struct pk_campaign_push {
    double units;          /* more than expected, at most PK_PUSH_RATIO_MAX - 1 times that */
    double traffic_ratio;  /* needed, at the same price */
    double gmv, margin;    /* that they add; as much may be spent on the traffic */
    bool has_discount;     /* false: demand does not answer, or the price would fall below cost */
    double discount_ratio; /* off the campaign's price, needed instead */
    double discount_gmv, discount_margin; /* added by that; the margin may be negative */
};
/* Traffic bought or a price cut brings at most half as many units again (default). */
#define PK_PUSH_RATIO_MAX 1.5
/* Deepest cut that is proposed. */
#define PK_PUSH_DISCOUNT_MAX 0.5

/* `elasticity` of a passing price change, 0 = not known. False: nothing to push, or at a loss. */
bool pk_campaign_push_of(const struct pk_campaign_money *money, double stock_units,
                         int64_t q50_units, double elasticity, double unit_cost,
                         double selling_cost_ratio, struct pk_campaign_push *out_push);

#endif
