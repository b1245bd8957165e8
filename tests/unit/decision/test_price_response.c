#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "models/decision/clearance/price_response.h"
#include "tests/support/close.h"

/* A price 10 % lower, and units that a constant elasticity makes of it. */
static struct pk_price_change change_of(double elasticity, double units)
{
    return (struct pk_price_change){.price_before = 100.0,
                                    .price_after = 90.0,
                                    .units_before = units,
                                    .units_after = (units + 0.5) * pow(0.9, elasticity) - 0.5,
                                    .category_before = 5000.0,
                                    .category_after = 5000.0};
}

static void test_without_price_changes_the_prior_stands(void **state)
{
    (void)state;
    const struct pk_category_response category = pk_category_response_begin();
    const struct pk_price_response r = pk_price_response_of(&category, NULL, 1, 1.0);
    assert_close(r.elasticity, -2.0, 1e-12);
    assert_close(r.standard_error, 0.8, 1e-12);
    assert_string_equal(pk_elasticity_source_name(r.source), "prior");
    assert_close(pk_price_response_prior().standard_error, 0.8, 1e-12);
}

static void test_many_items_move_their_category_and_leave_their_own_spread(void **state)
{
    (void)state;
    struct pk_category_response category = pk_category_response_begin();
    for (int i = 0; i < 400; i++) {
        struct pk_price_evidence item = {0};
        const struct pk_price_change change = change_of(-3.0, 4000.0);
        pk_price_evidence_add(&item, &change);
        pk_category_response_add(&category, &item, 1.0);
    }
    const struct pk_price_response r = pk_price_response_of(&category, NULL, 1, 1.0);
    assert_close(r.elasticity, -3.0, 0.05);
    assert_true(r.standard_error >= PK_PRICE_ELASTICITY_OWN_SD && r.standard_error < 0.52);
    assert_int_equal(r.source, PK_ELASTICITY_OF_CATEGORY);
}

static void test_own_changes_count_from_three_prices_on(void **state)
{
    (void)state;
    const struct pk_category_response category = pk_category_response_begin();
    struct pk_price_evidence item = {0};
    for (int i = 0; i < 40; i++) {
        const struct pk_price_change change = change_of(-1.0, 10000.0);
        pk_price_evidence_add(&item, &change);
    }
    const struct pk_price_response own = pk_price_response_of(&category, &item, 3, 1.0);
    assert_true(own.elasticity > -1.5 && own.elasticity < -1.0);
    assert_true(own.standard_error < 0.4);
    assert_int_equal(own.source, PK_ELASTICITY_OF_ITEM);
    assert_close(pk_price_response_of(&category, &item, 2, 1.0).elasticity, -2.0, 1e-12);
}

static void test_elasticities_stay_in_their_bounds(void **state)
{
    (void)state;
    const struct pk_category_response category = pk_category_response_begin();
    struct pk_price_evidence up = {0}, down = {0};
    for (int i = 0; i < 2000; i++) {
        const struct pk_price_change dearer_sold_more = change_of(2.0, 10000.0),
                                     steep = change_of(-9.0, 10000.0);
        pk_price_evidence_add(&up, &dearer_sold_more);
        pk_price_evidence_add(&down, &steep);
    }
    assert_close(pk_price_response_of(&category, &up, 3, 1.0).elasticity, -0.8, 1e-12);
    assert_close(pk_price_response_of(&category, &down, 3, 1.0).elasticity, -5.0, 1e-12);
}

static void test_small_changes_and_those_without_comparison_say_nothing(void **state)
{
    (void)state;
    struct pk_price_evidence evidence = {0};
    struct pk_price_change change = change_of(-2.0, 100.0);
    change.price_after = 99.0;
    pk_price_evidence_add(&evidence, &change);
    change = change_of(-2.0, 100.0);
    change.category_after = 0.0;
    pk_price_evidence_add(&evidence, &change);
    assert_int_equal(evidence.change_count, 0);
}

static void test_scatter_of_the_shop_widens_every_error(void **state)
{
    (void)state;
    struct pk_price_evidence all = {0};
    for (int i = 0; i < 20; i++) {
        struct pk_price_change change = change_of(-2.0, 1000.0);
        change.units_after *= i % 2 == 0 ? 2.0 : 0.5; /* other causes */
        pk_price_evidence_add(&all, &change);
    }
    const double scatter = pk_price_scatter(&all);
    assert_true(scatter > 5.0);
    const struct pk_category_response category = pk_category_response_begin();
    assert_true(pk_price_response_of(&category, &all, 3, scatter).standard_error >
                pk_price_response_of(&category, &all, 3, 1.0).standard_error);
    all.change_count = 9;
    assert_close(pk_price_scatter(&all), 1.0, 0.0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_without_price_changes_the_prior_stands),
        cmocka_unit_test(test_many_items_move_their_category_and_leave_their_own_spread),
        cmocka_unit_test(test_own_changes_count_from_three_prices_on),
        cmocka_unit_test(test_elasticities_stay_in_their_bounds),
        cmocka_unit_test(test_small_changes_and_those_without_comparison_say_nothing),
        cmocka_unit_test(test_scatter_of_the_shop_widens_every_error),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
