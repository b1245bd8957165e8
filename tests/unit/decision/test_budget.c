#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "models/decision/order/budget.h"
#include "tests/support/close.h"

#define YUAN INT64_C(1000000)

/* Two lines at 10 and 5 yuan a piece, single pieces; worth 100, 60, 20 and 45, 30, 15 for 1..3. */
static const struct pk_budget_step steps[] = {{1, 100}, {2, 160}, {3, 180},
                                              {1, 45},  {2, 75},  {3, 90}};

static void two_lines(struct pk_budget_line lines[2])
{
    lines[0] = (struct pk_budget_line){.unit_cost_micros = 10 * YUAN,
                                       .pack_size_units = 1,
                                       .supplier = UINT32_MAX,
                                       .first_step = 0,
                                       .step_count = 3};
    lines[1] = lines[0];
    lines[1].unit_cost_micros = 5 * YUAN;
    lines[1].first_step = 3;
}

static void test_money_goes_to_the_most_worth_for_its_cost(void **state)
{
    struct pk_budget_line lines[2];
    struct pk_budget_result result;
    (void)state;
    two_lines(lines);
    /* per yuan: 10, 6, 2 and 9, 6, 3: 10 + 5 + 10 + 5 = 30 buys the first four */
    assert_int_equal(pk_budget_spend(lines, 2, steps, 30 * YUAN, NULL, &result, NULL), PK_OK);
    assert_int_equal(lines[0].units, 2);
    assert_int_equal(lines[1].units, 2);
    assert_int_equal(lines[0].rank, 1);
    assert_int_equal(lines[1].rank, 2);
    assert_int_equal(lines[0].cumulative_micros, 20 * YUAN);
    assert_int_equal(lines[1].cumulative_micros, 30 * YUAN);
    assert_int_equal(result.spent_micros, 30 * YUAN);
    assert_close(result.next_worth, 3, 1e-12);
    assert_int_equal(result.cut_line_count, 2);
}

static void test_no_money_buys_nothing_and_enough_buys_all(void **state)
{
    struct pk_budget_line lines[2];
    struct pk_budget_result result;
    (void)state;
    two_lines(lines);
    pk_budget_spend(lines, 2, steps, 0, NULL, &result, NULL);
    assert_int_equal(lines[0].units + lines[1].units, 0);
    assert_int_equal(lines[0].rank, 0);
    assert_close(result.next_worth, 10, 1e-12);
    pk_budget_spend(lines, 2, steps, 45 * YUAN, NULL, &result, NULL);
    assert_int_equal(lines[0].units + lines[1].units, 6);
    assert_close(result.next_worth, 0, 0);
    assert_int_equal(result.cut_line_count, 0);
    pk_budget_spend(lines, 2, steps, 44 * YUAN, NULL, &result, NULL);
    assert_true(result.spent_micros <= 44 * YUAN);
}

static void test_a_minimum_order_is_bought_whole_or_not_at_all(void **state)
{
    static const struct pk_budget_step minimum[] = {{10, 40}, {20, 100}};
    struct pk_budget_line line = {.unit_cost_micros = YUAN,
                                  .pack_size_units = 5,
                                  .min_order_units = 10,
                                  .supplier = UINT32_MAX,
                                  .step_count = 2};
    struct pk_budget_result result;
    (void)state;
    pk_budget_spend(&line, 1, minimum, 9 * YUAN, NULL, &result, NULL);
    assert_int_equal(line.units, 0);
    assert_close(result.next_worth, 5, 1e-12); /* the two steps belong together */
    pk_budget_spend(&line, 1, minimum, 18 * YUAN, NULL, &result, NULL);
    assert_int_equal(line.units, 15); /* whole packs */
}

static void test_a_supplier_delivers_no_more_than_it_can(void **state)
{
    struct pk_budget_line lines[2];
    struct pk_budget_result result;
    int64_t capacity = 2;
    (void)state;
    two_lines(lines);
    lines[0].supplier = 0;
    pk_budget_spend(lines, 2, steps, INT64_MAX, &capacity, &result, NULL);
    assert_int_equal(lines[0].units, 2);
    assert_int_equal(lines[1].units, 3);
    assert_int_equal(capacity, 0);
    assert_close(result.next_worth, 2, 1e-12);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_money_goes_to_the_most_worth_for_its_cost),
        cmocka_unit_test(test_no_money_buys_nothing_and_enough_buys_all),
        cmocka_unit_test(test_a_minimum_order_is_bought_whole_or_not_at_all),
        cmocka_unit_test(test_a_supplier_delivers_no_more_than_it_can),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
