/* The money of a campaign for one item in one warehouse, and summed over scopes. Pure; no
 * allocation.
 *
 * *Price.* The narrowest row of the campaign decides the price of a day: its net price, else the
 * regular price less its discount. Coupons, tiered discounts and subsidies have no files of their
 * own. They enter through net_price, which is the amount that the buyer pays in the end.
 *
 * *Served units.* The stock at the start, and inbound until then, serves the demand day after day
 * until it is gone: E[min(D, stock)]. Then
 *   GMV = sum over days of served x price;  discount given = served x (regular - price);
 *   profit = GMV - selling costs - cost of goods - gifts - holding until the end.
 *
 * *Baseline.* The days are also valued without the campaign: regular price, demand without its
 * lift, no gifts.
 *
 * *Gifts.* A gift goes with every unit of its parent. If it needs an order amount, it goes with the
 * part of the orders that reaches that amount, at most price / amount (Markov's inequality with the
 * price as mean order). */
#ifndef PK_DECISION_CAMPAIGN_MONEY_H
#define PK_DECISION_CAMPAIGN_MONEY_H

#include "models/base/reason.h"
#include "models/decision/campaign/shared_sum.h"
#include "models/history/ledger.h"

/* Part of the orders that a gift goes with, 0..1, if it needs an order amount; 1 if price or amount
 * is not given (-1). */
double pk_gift_order_share(int64_t price_micros, int64_t min_order_amount_micros);

/* Gifts with one unit of an item on some days. */
struct pk_campaign_gift {
    double units;               /* per unit sold, the part of the orders included */
    int64_t unit_cost_micros;   /* -1 = not given: costs nothing */
    int32_t from_date, to_date; /* both included */
    bool is_of_campaign;        /* false: also given without the campaign */
};

struct pk_campaign_money_input {
    const struct pk_shop *shop; /* borrowed; its promotions may be those of the campaign alone */
    const char *promotion_id;
    const struct pk_series *series;
    int32_t start_date, end_date; /* window; days before the demand's first are left out */
    const struct pk_demand *demand;
    const struct pk_demand *baseline; /* of these days without the campaign; NULL = not known */
    /* Part of the demand, 0..1, that is sold under the item's own name. The rest leaves as
     * components of parents, and the parents' lines count its money. */
    double own_ratio, baseline_own_ratio;
    double stock_units; /* at the start, with inbound until then; NAN = not known, serves all */
    int64_t regular_price_micros, unit_cost_micros; /* -1 = not given */
    int64_t holding_cost_micros_per_day;            /* -1 = not given */
    double selling_cost_ratio;                      /* part of the price, 0..1 */
    const struct pk_campaign_gift *gifts;           /* borrowed */
    size_t gift_count;
};

/* Amounts in the store's currency. */
struct pk_campaign_money {
    bool has_price;                  /* false: all amounts are 0 */
    bool has_cost;                   /* false: the profit is not known */
    bool has_baseline;               /* false: the baseline figures are 0 */
    double wanted_units, wanted_gmv; /* if nothing runs short; under the item's own name */
    double served_units, served_gmv; /* from the stock; under the item's own name */
    double discount, gift_cost, selling_cost, goods_cost, holding_cost, profit;
    double baseline_units, baseline_gmv, baseline_profit;
    double price;        /* mean of the served units; the lowest price if none is served */
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
    double compared_gmv, compared_profit; /* of those lines in the campaign */
    double margin_gmv, margin;            /* of lines with a cost: GMV, and GMV - all but holding */
    struct pk_shared_sum wanted, served;  /* in money; units sold already are included */
};
void pk_campaign_money_sum_add(struct pk_campaign_money_sum *sum,
                               const struct pk_campaign_money *money, double sold_gmv);
/* Margin after selling costs and gifts as a part of GMV; NAN without one. */
double pk_campaign_margin_ratio(const struct pk_campaign_money_sum *sum);

/* Further units that could be sold of a line whose stock is beyond its median demand: by more
 * traffic at the campaign's price, or by a lower price. */
struct pk_campaign_push {
    double units;          /* beyond expected demand, at most PK_PUSH_RATIO_MAX - 1 times it */
    double traffic_ratio;  /* traffic needed at the campaign's price; 1 = as it is */
    double gmv, margin;    /* that the units add; the traffic may cost at most the margin */
    bool has_discount;     /* false: demand does not answer, or the price would fall below cost */
    double discount_ratio; /* cut of the campaign's price that sells the units instead */
    double discount_gmv, discount_margin; /* that the cut adds; the margin may be negative */
};
/* Traffic bought or a price cut brings at most half as many units again (default). */
#define PK_PUSH_RATIO_MAX 1.5
/* Deepest cut that is proposed. */
#define PK_PUSH_DISCOUNT_MAX 0.5

/* `elasticity` is that of a passing price change; 0 = not known. False: there is nothing to push,
 * or only at a loss. */
bool pk_campaign_push_of(const struct pk_campaign_money *money, double stock_units,
                         int64_t q50_units, double elasticity, double unit_cost,
                         double selling_cost_ratio, struct pk_campaign_push *out_push);

#endif
