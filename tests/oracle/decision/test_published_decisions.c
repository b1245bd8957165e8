/* Published textbook instances that the decision models must reproduce. Normal demand of a
 * textbook is met by the matched negative binomial; its skewness (0.2 and 0.16 in the
 * newsvendors) adds about 3 % to the expected cost and hardly moves the quantity. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "models/decision/clearance/clearance.h"
#include "models/decision/order/need.h"
#include "tests/support/close.h"
#include "tests/support/decision_case.h"

#define YUAN INT64_C(1000000)

static struct decision_case c;

/* One period of demand with this mean and standard deviation, nothing in stock, lead time 0. */
static void one_period(double mean, double sd)
{
    case_begin(&c, 0.0);
    c.mean[0] = mean;
    c.demand.dispersion = mean * mean / (sd * sd - mean);
    c.input.terms.lead_time_days = 0;
    c.input.terms.review_period_days = 1;
}

/* Snyder & Shen, Fundamentals of Supply Chain Theory (2nd ed., 2019), example 4.3: holding 0.18,
 * stock-out 0.70, demand Normal(50, 8): S* = 56.60, expected cost 1.9976. */
static void test_newsvendor_of_snyder_and_shen(void **state)
{
    (void)state;
    one_period(50.0, 8.0);
    c.input.terms.shortage_cost_micros = YUAN * 70 / 100;
    c.input.terms.holding_cost_micros_per_day = YUAN * 18 / 100;
    const struct pk_reorder *r = case_decide(&c);
    assert_close(r->critical_ratio, 0.70 / 0.88, 1e-12);
    assert_int_equal(r->critical_ratio_rule, PK_RATIO_RULE_COSTS);
    assert_close((double)r->order_units, 56.604, 0.8);
    assert_close(r->candidates[0].cost_per_day, 1.9976, 0.04 * 1.9976);
}

/* The newsvendor of the stockpyl documentation (2, 18, Normal(120, 10): S* = 132.8155, cost
 * 35.0997) times ten, so that its variance is possible for counts. */
static void test_newsvendor_with_a_high_ratio(void **state)
{
    (void)state;
    one_period(1200.0, 100.0);
    c.input.terms.shortage_cost_micros = 18 * YUAN;
    c.input.terms.holding_cost_micros_per_day = 2 * YUAN;
    const struct pk_reorder *r = case_decide(&c);
    assert_close((double)r->order_units, 1328.155, 4.0);
    assert_close(r->candidates[0].cost_per_day, 350.997, 0.04 * 350.997);
}

/* Chopra & Meindl, Supply Chain Management, periodic review: weekly demand Normal(2500, 500), L
 * = 2, T = 4 weeks, cycle service level 0.90: order-up-to level 16,570, of it 15,000 mean
 * demand. */
static void test_periodic_review_of_chopra_and_meindl(void **state)
{
    (void)state;
    case_begin(&c, 2500.0);
    c.demand.bucket_days = 7;
    c.demand.bucket_count = 57;
    c.demand.dispersion = 2500.0 * 2500.0 / (500.0 * 500.0 - 2500.0);
    c.input.stock.on_hand_units = 9000;
    c.input.terms.lead_time_days = 14;
    c.input.terms.review_period_days = 28;
    c.input.terms.critical_ratio = 0.90;
    const struct pk_reorder *r = case_decide(&c);
    assert_close(r->expected_demand_units, 15000.0, 1e-6);
    assert_close((double)(r->order_units + 9000), 16570.0, 60.0);
}

/* Snyder & Shen, example 3.1: fixed cost 8, holding 0.225, demand 1300 a year: economic order
 * quantity 304.05. Here per day: 8, 0.225 / 365, 1300 / 365, and each piece is dear to miss. */
static void test_order_cost_leads_to_the_economic_order_quantity(void **state)
{
    (void)state;
    case_begin(&c, 1300.0 / 365.0);
    c.input.terms.lead_time_days = 0;
    c.input.terms.review_period_days = 1;
    c.input.terms.order_cost_micros = 8 * YUAN;
    c.input.terms.holding_cost_micros_per_day = 616; /* 0.225 / 365 = 0.000616 */
    c.input.terms.shortage_cost_micros = 10 * YUAN;
    const struct pk_reorder *r = case_decide(&c);
    assert_close((double)r->order_units, 304.05, 1.0);
    assert_true(pk_reasons_has(&r->reasons, PK_REASON_ORDER_COST_SPREAD));
}

/* Table of the Poisson distribution (any textbook), mean 4: P(D <= 6) = 0.8893, P(D <= 7) =
 * 0.9489. */
static void test_poisson_table_gives_the_order(void **state)
{
    (void)state;
    one_period(4.0, 3.0);
    c.demand.dispersion = INFINITY;
    c.input.terms.critical_ratio = 0.90;
    assert_int_equal(case_decide(&c)->order_units, 7);
    c.input.terms.critical_ratio = 0.88;
    assert_int_equal(case_decide(&c)->order_units, 6);
}

/* Constant elasticity -2 and ample stock: revenue p D(p) ~ 1 / p, so the expected cleared units
 * at discount d are D0 / (1 - d)^2 (Talluri & van Ryzin, The Theory and Practice of Revenue
 * Management, 2004, 7.3.3), and without a cost of the goods the deepest discount is worth most. */
static void test_constant_elasticity_clears_by_the_inverse_square(void **state)
{
    (void)state;
    case_begin(&c, 1.0);
    struct pk_clearance_input input = {.demand = &c.demand,
                                       .stock = {.is_known = true, .on_hand_units = 1000000},
                                       .terms = pk_supply_terms_default(),
                                       .economics = c.input.economics,
                                       .by_date = CASE_NEXT + 99,
                                       .target_cleared_ratio = 0.92,
                                       .last_sale_date = CASE_NEXT - 1,
                                       .first_stock_date = CASE_NEXT - 700,
                                       .oldest_lot_date = PK_DATE_NONE};
    input.economics.price_micros = 10 * YUAN;
    input.response = (struct pk_price_response){-2.0, 0.0, PK_ELASTICITY_OF_ITEM};
    static struct pk_clearance_memory memory;
    struct pk_clearance plan;
    pk_clearance_plan(&input, &c.projection, &memory, &plan);
    assert_close(plan.discount_ratio, 0.6, 1e-12);
    assert_close(plan.expected_cleared_units, 100.0 / 0.16, 1e-6);
    assert_close((double)plan.expected_value_micros / 1e6, 4.0 * 100.0 / 0.16, 1e-3);
    assert_close((double)plan.do_nothing_value_micros / 1e6, 1000.0, 1e-3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_newsvendor_of_snyder_and_shen),
        cmocka_unit_test(test_newsvendor_with_a_high_ratio),
        cmocka_unit_test(test_periodic_review_of_chopra_and_meindl),
        cmocka_unit_test(test_order_cost_leads_to_the_economic_order_quantity),
        cmocka_unit_test(test_poisson_table_gives_the_order),
        cmocka_unit_test(test_constant_elasticity_clears_by_the_inverse_square),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
