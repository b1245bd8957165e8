#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "models/decision/order/order_change.h"
#include "tests/support/close.h"

static const struct pk_order_basis before = {.stock_units = 40,
                                             .inbound_units = 10,
                                             .demand_units = 120,
                                             .need_units = 83,
                                             .protection_days = 12,
                                             .terms_key = 7};

static double sum(const struct pk_order_change *change)
{
    return change->stock_units + change->inbound_units + change->demand_units +
           change->terms_units + change->rounding_units;
}

static void test_less_stock_is_more_to_order_unit_for_unit(void **state)
{
    (void)state;
    struct pk_order_basis now = before;
    now.stock_units = 30;
    now.inbound_units = 25;
    now.need_units = 78;
    const struct pk_order_change change = pk_order_change_explain(&before, 84, &now, 78);
    assert_close(change.stock_units, 10, 1e-12);
    assert_close(change.inbound_units, -15, 1e-12);
    assert_close(change.demand_units, 0, 1e-12);
    assert_close(change.terms_units, 0, 1e-12);
    assert_close(change.rounding_units, -1, 1e-12);
    assert_close(sum(&change), 78 - 84, 1e-12);
}

static void test_what_remains_is_demand_while_the_terms_are_the_same(void **state)
{
    (void)state;
    struct pk_order_basis now = before;
    now.demand_units = 132;
    now.need_units = 97;
    const struct pk_order_change change = pk_order_change_explain(&before, 84, &now, 100);
    assert_close(change.demand_units, 14, 1e-12);
    assert_close(change.terms_units, 0, 1e-12);
    assert_close(change.rounding_units, 2, 1e-12);
    assert_close(sum(&change), 16, 1e-12);
}

static void test_a_longer_interval_is_a_matter_of_terms(void **state)
{
    (void)state;
    struct pk_order_basis now = before;
    now.protection_days = 18;
    now.demand_units = 18 * 11.0; /* 11 a day instead of 10 */
    now.need_units = 165;
    const struct pk_order_change change = pk_order_change_explain(&before, 83, &now, 165);
    assert_close(change.demand_units, 12, 1e-12);
    assert_close(change.terms_units, 70, 1e-12);
    assert_close(sum(&change), 82, 1e-12);
}

static void test_other_terms_in_the_same_interval_are_told_apart(void **state)
{
    (void)state;
    struct pk_order_basis now = before;
    now.terms_key = 8;
    now.need_units = 95;
    const struct pk_order_change change = pk_order_change_explain(&before, 83, &now, 95);
    assert_close(change.demand_units, 0, 1e-12);
    assert_close(change.terms_units, 12, 1e-12);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_less_stock_is_more_to_order_unit_for_unit),
        cmocka_unit_test(test_what_remains_is_demand_while_the_terms_are_the_same),
        cmocka_unit_test(test_a_longer_interval_is_a_matter_of_terms),
        cmocka_unit_test(test_other_terms_in_the_same_interval_are_told_apart),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
