#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "models/decision/campaign/campaign_money.h"
#include "tests/support/close.h"
#include "tests/support/decision_case.h"

#define YUAN INT64_C(1000000)

/* Ten days from next: 4 days of warm-up at the regular price of 100, then a peak day at 80, then
 * two days of encore at 90 (10 % off). */
static struct pk_promotion rows[] = {
    {.promotion_id = "d12",
     .start_date = CASE_NEXT + 10,
     .end_date = CASE_NEXT + 13,
     .item = PK_INDEX_NONE,
     .category = PK_INDEX_NONE,
     .warehouse = PK_INDEX_NONE,
     .channel = "",
     .net_price_micros = -1},
    {.promotion_id = "d12",
     .start_date = CASE_NEXT + 14,
     .end_date = CASE_NEXT + 14,
     .item = PK_INDEX_NONE,
     .category = PK_INDEX_NONE,
     .warehouse = PK_INDEX_NONE,
     .channel = "",
     .net_price_micros = -1,
     .discount_ratio = 0.5},
    {.promotion_id = "d12",
     .start_date = CASE_NEXT + 14,
     .end_date = CASE_NEXT + 14,
     .item = 0,
     .category = PK_INDEX_NONE,
     .warehouse = PK_INDEX_NONE,
     .channel = "",
     .net_price_micros = 80 * YUAN},
    {.promotion_id = "d12",
     .start_date = CASE_NEXT + 15,
     .end_date = CASE_NEXT + 16,
     .item = PK_INDEX_NONE,
     .category = PK_INDEX_NONE,
     .warehouse = PK_INDEX_NONE,
     .channel = "",
     .net_price_micros = -1,
     .discount_ratio = 0.1},
};
static const struct pk_item item = {.item_id = "A"};
static const struct pk_series series = {0, 0, 1};
static const struct pk_shop shop = {.items = &item,
                                    .item_count = 1,
                                    .promotions = rows,
                                    .promotion_count = sizeof rows / sizeof rows[0]};

static struct decision_case c, quiet;
static struct pk_campaign_money_input input;
static struct pk_campaign_money money;

/* 2 units a day, 50 on the peak day, 10 on each of the encore's; without the campaign 2 every
 * day. */
static void begin(double stock_units)
{
    case_begin(&c, 2.0);
    case_begin(&quiet, 2.0);
    c.mean[14] = 50.0;
    c.mean[15] = c.mean[16] = 10.0;
    input = (struct pk_campaign_money_input){.shop = &shop,
                                             .promotion_id = "d12",
                                             .series = &series,
                                             .start_date = CASE_NEXT + 10,
                                             .end_date = CASE_NEXT + 16,
                                             .demand = &c.demand,
                                             .baseline = &quiet.demand,
                                             .own_ratio = 1,
                                             .baseline_own_ratio = 1,
                                             .stock_units = stock_units,
                                             .regular_price_micros = 100 * YUAN,
                                             .unit_cost_micros = 40 * YUAN,
                                             .holding_cost_micros_per_day = -1,
                                             .selling_cost_ratio = 0.05};
}

static const struct pk_campaign_money *count(void)
{
    pk_campaign_money_of(&input, &money);
    return &money;
}

static void test_the_narrowest_row_makes_the_price_of_a_day(void **state)
{
    (void)state;
    begin(1000);
    assert_close(count()->lowest_price, 80, 1e-9); /* its own row, not the shop's half price */
}

static void test_profit_by_hand_with_ample_stock(void **state)
{
    (void)state;
    begin(1000);
    const struct pk_campaign_money *m = count();
    /* 4 days x 2 x 100, 50 x 80, 2 days x 10 x 90 */
    assert_close(m->served_units, 78, 1e-6);
    assert_close(m->served_gmv, 800 + 4000 + 1800, 1e-3);
    assert_close(m->wanted_gmv, m->served_gmv, 1e-3);
    assert_close(m->discount, 50 * 20 + 20 * 10, 1e-3);
    assert_close(m->selling_cost, 330, 1e-3);
    assert_close(m->goods_cost, 78 * 40, 1e-3);
    assert_close(m->profit, 6600 - 330 - 3120, 1e-2);
    assert_close(m->price, 6600.0 / 78, 1e-4);
    /* without it 7 days x 2 x 100 */
    assert_close(m->baseline_gmv, 1400, 1e-3);
    assert_close(m->baseline_profit, 1400 - 70 - 560, 1e-2);
    assert_close(m->unit_margin, 80 * 0.95 - 40, 1e-9);
    assert_false(m->is_below_cost);
}

static void test_a_gift_costs_on_its_days_and_from_its_amount(void **state)
{
    (void)state;
    const struct pk_campaign_gift gifts[] = {{.units = 1,
                                              .unit_cost_micros = 3 * YUAN,
                                              .from_date = CASE_NEXT + 14,
                                              .to_date = CASE_NEXT + 16,
                                              .is_of_campaign = true},
                                             {.units = 2,
                                              .unit_cost_micros = YUAN / 2,
                                              .from_date = INT32_MIN,
                                              .to_date = INT32_MAX,
                                              .is_of_campaign = false}};
    begin(1000);
    input.gifts = gifts;
    input.gift_count = 2;
    const struct pk_campaign_money *m = count();
    assert_close(m->gift_cost, 70 * 3 + 78 * 1, 1e-3);
    assert_close(m->baseline_profit, 1400 - 70 - 560 - 14 * 1, 1e-2); /* what is always given */
    assert_close(m->unit_margin, 80 * 0.95 - 40 - 4, 1e-9);
    assert_close(pk_gift_order_share(30 * YUAN, 99 * YUAN), 30.0 / 99, 1e-12);
    assert_close(pk_gift_order_share(130 * YUAN, 99 * YUAN), 1, 1e-12);
    assert_close(pk_gift_order_share(30 * YUAN, -1), 1, 1e-12);
}

static void test_stock_that_runs_out_sells_the_early_days_first(void **state)
{
    (void)state;
    begin(8); /* the warm-up alone wants 8 */
    const struct pk_campaign_money *m = count();
    assert_true(m->served_units > 7.99 && m->served_units <= 8.0 + 1e-9);
    assert_close(m->wanted_units, 78, 1e-9);
    assert_true(m->served_gmv > 8 * 90.0 && m->served_gmv < 8 * 100.0); /* mostly at 100 */
    assert_true(m->profit < m->baseline_profit + 100);
}

static void test_selling_below_cost_is_seen_with_gifts_and_selling_costs(void **state)
{
    (void)state;
    begin(1000);
    input.unit_cost_micros = 76 * YUAN; /* 80 x 0.95 is just that */
    assert_false(count()->is_below_cost);
    input.unit_cost_micros = 77 * YUAN;
    assert_true(count()->is_below_cost);
    input.unit_cost_micros = -1;
    assert_false(count()->is_below_cost);
    assert_false(money.has_cost);
}

static void test_what_is_not_known_is_left_out(void **state)
{
    (void)state;
    begin(NAN); /* nothing says that it runs short */
    assert_close(count()->served_gmv, 6600, 1e-6);
    struct pk_campaign_money_sum sum = {0};
    pk_campaign_money_sum_add(&sum, &money, 0);
    input.unit_cost_micros = -1;
    pk_campaign_money_sum_add(&sum, count(), 0);
    assert_int_equal(sum.line_count, 2);
    assert_int_equal(sum.no_cost_count, 1);
    assert_close(sum.served_gmv, 13200, 1e-6);
    assert_close(sum.profit, 3150, 1e-2); /* of the line that has a cost */
    assert_close(pk_campaign_margin_ratio(&sum), 3150.0 / 6600, 1e-6);
    assert_close(sum.compared_gmv - sum.baseline_gmv, 6600 - 1400, 1e-3);
}

static void test_parts_sold_with_parents_bring_no_money_of_their_own(void **state)
{
    (void)state;
    begin(1000);
    input.own_ratio = 0.25;
    assert_close(count()->served_gmv, 1650, 1e-3);
    assert_close(money.wanted_units, 19.5, 1e-6);
}

static void test_holding_is_paid_for_what_is_left_each_day(void **state)
{
    (void)state;
    begin(100);
    input.holding_cost_micros_per_day = YUAN / 10;
    /* left: 98 96 94 92, 42, 32, 22 (demand of the last days may pass the stock by chance) */
    assert_close(count()->holding_cost, 47.6, 0.2);
}

static void test_days_that_are_over_count_as_sold(void **state)
{
    (void)state;
    struct pk_campaign_money_sum sum = {0};
    begin(1000);
    pk_campaign_money_sum_add(&sum, count(), 500);
    assert_close(sum.sold_gmv, 500, 1e-9);
    assert_close(pk_shared_sum_mean(&sum.served), 7100, 1e-2);
}

static void test_items_move_together_and_so_does_their_sum(void **state)
{
    (void)state;
    struct pk_shared_sum one, four = {0};
    begin(1000);
    c.demand.lift_count = 1; /* a peak of 100 units that errs by 20 %, of which half is shared */
    c.demand.lifts[0] = (struct pk_lift_span){14, 1, 0.2F, 0.0F};
    c.mean[14] = 100;
    pk_shared_demand(&c.demand, CASE_NEXT + 14, CASE_NEXT + 14, &one);
    assert_close(pk_shared_sum_mean(&one), 100, 1e-9);
    for (size_t i = 0; i < 4; i++)
        pk_shared_sum_add(&four, &one, 1);
    assert_close(pk_shared_sum_mean(&four), 400, 1e-9);
    const double p90 = pk_shared_sum_quantile(&four, 0.9);
    /* independent: 400 + 1.28 sqrt(4 x (100 + 400)) = 457; sum of P90s: 400 + 4 x 28.7 = 515;
     * shared half: sd sqrt(4 x (100 + 200) + 16 x 200) = 66.3 */
    assert_close(p90, 400 + 1.2816 * 66.3, 6);
    assert_close(pk_shared_sum_reaches(&four, p90), 0.1, 1e-6);
    assert_close(pk_shared_sum_quantile(&four, 0.5), 396,
                 2); /* its mean is the mean: exp(-r^2 / 2) */
}

static void test_a_stock_bounds_the_sum_from_above(void **state)
{
    (void)state;
    struct pk_shared_sum demand, served;
    begin(1000);
    pk_shared_demand(&c.demand, CASE_NEXT + 14, CASE_NEXT + 14, &demand);
    pk_shared_served(&demand, 20, &served);
    assert_close(pk_shared_sum_mean(&served), 20, 1e-3);
    assert_close(pk_shared_sum_quantile(&served, 0.9), 20, 1e-2);
    pk_shared_served(&demand, 1e6, &served);
    assert_close(pk_shared_sum_mean(&served), 50, 1e-6);
    assert_close(pk_shared_sum_quantile(&served, 0.9), pk_shared_sum_quantile(&demand, 0.9), 1e-6);
}

static void test_an_item_with_stock_to_spare_can_be_pushed(void **state)
{
    (void)state;
    struct pk_campaign_push push;
    begin(1000);
    count();
    /* half of 78 units more at 84.62, margin 84.62 x 0.95 - 40 = 40.38 each */
    assert_true(pk_campaign_push_of(&money, 1000, 78, -2.0, 40, 0.05, &push));
    assert_close(push.units, 39, 1e-9);
    assert_close(push.traffic_ratio, 1.5, 1e-6);
    assert_close(push.gmv, 39 * 6600.0 / 78, 1e-2);
    assert_close(push.margin, 39 * (6600.0 / 78 * 0.95 - 40), 1e-2);
    /* or 1.5^(-1/2) of the price: 117 x 69.09 instead of 78 x 84.62 */
    assert_true(push.has_discount);
    assert_close(push.discount_ratio, 1 - 0.81650, 1e-4);
    assert_close(push.discount_gmv, 117 * 69.0882 - 6600, 0.1);
    assert_close(push.discount_margin, 117 * (69.0882 * 0.95 - 40) - 78 * (84.6154 * 0.95 - 40),
                 0.1);
    assert_true(pk_campaign_push_of(&money, 88, 78, -2.0, 40, 0.05, &push));
    assert_close(push.units, 10, 1e-9); /* no more than what is there beyond the median */
    assert_true(pk_campaign_push_of(&money, 1000, 78, 0, 40, 0.05, &push));
    assert_false(push.has_discount); /* nothing is known about its price response */
}

static void test_nothing_is_pushed_at_a_loss_or_without_stock(void **state)
{
    (void)state;
    struct pk_campaign_push push;
    begin(1000);
    count();
    assert_false(pk_campaign_push_of(&money, 78, 78, -2.0, 40, 0.05, &push));
    assert_false(pk_campaign_push_of(&money, 1000, 78, -2.0, 81, 0.05, &push));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_narrowest_row_makes_the_price_of_a_day),
        cmocka_unit_test(test_profit_by_hand_with_ample_stock),
        cmocka_unit_test(test_a_gift_costs_on_its_days_and_from_its_amount),
        cmocka_unit_test(test_stock_that_runs_out_sells_the_early_days_first),
        cmocka_unit_test(test_selling_below_cost_is_seen_with_gifts_and_selling_costs),
        cmocka_unit_test(test_what_is_not_known_is_left_out),
        cmocka_unit_test(test_parts_sold_with_parents_bring_no_money_of_their_own),
        cmocka_unit_test(test_holding_is_paid_for_what_is_left_each_day),
        cmocka_unit_test(test_days_that_are_over_count_as_sold),
        cmocka_unit_test(test_items_move_together_and_so_does_their_sum),
        cmocka_unit_test(test_a_stock_bounds_the_sum_from_above),
        cmocka_unit_test(test_an_item_with_stock_to_spare_can_be_pushed),
        cmocka_unit_test(test_nothing_is_pushed_at_a_loss_or_without_stock),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
