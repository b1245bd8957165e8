#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "models/base/date.h"
#include "models/decision/stock/lead_time.h"
#include "models/decision/stock/supply_calendar.h"
#include "tests/support/close.h"

static int32_t day(int32_t month, int32_t day_of_month)
{
    return pk_date_from_civil((struct pk_civil){2027, month, day_of_month});
}

/* Spring Festival 2027: the supplier is away from 1 to 14 February. */
static struct pk_party_closure_row closure;
static struct pk_supply_calendar festival(int32_t last_order_date)
{
    closure = (struct pk_party_closure_row){.is_supplier = true,
                                            .party_id = "s",
                                            .start_date = day(2, 1),
                                            .end_date = day(2, 14),
                                            .last_order_date = last_order_date};
    return (struct pk_supply_calendar){.supplier_closures = &closure, .supplier_closure_count = 1};
}

static void test_without_rows_every_day_is_a_working_day(void **state)
{
    const struct pk_supply_calendar calendar = {0};
    (void)state;
    assert_int_equal(pk_supply_order_date(&calendar, day(1, 2)), day(1, 2));
    assert_int_equal(pk_supply_sellable_date(&calendar, day(1, 2), 7, 2), day(1, 11));
    assert_int_equal(pk_supply_latest_order_date(&calendar, day(1, 11), 7, 2), day(1, 2));
}

static void test_closed_days_do_not_count_towards_the_lead_time(void **state)
{
    const struct pk_supply_calendar calendar = festival(PK_DATE_NONE);
    (void)state;
    assert_int_equal(pk_supply_sellable_date(&calendar, day(1, 20), 12, 0), day(2, 1));
    assert_int_equal(pk_supply_sellable_date(&calendar, day(1, 21), 12, 0), day(2, 16));
    assert_int_equal(pk_supply_order_date(&calendar, day(2, 1)), day(2, 15));
    assert_int_equal(pk_supply_sellable_date(&calendar, day(2, 15), 12, 0), day(2, 27));
}

static void test_orders_up_to_the_last_order_date_keep_their_lead_time(void **state)
{
    const struct pk_supply_calendar calendar = festival(day(1, 25));
    (void)state;
    assert_int_equal(pk_supply_sellable_date(&calendar, day(1, 25), 12, 0), day(2, 6));
    assert_int_equal(pk_supply_sellable_date(&calendar, day(1, 26), 12, 0), day(2, 27));
}

static void test_the_latest_order_date_lies_before_the_closure(void **state)
{
    const struct pk_supply_calendar calendar = festival(PK_DATE_NONE);
    (void)state;
    assert_int_equal(pk_supply_latest_order_date(&calendar, day(2, 20), 12, 0), day(1, 25));
    assert_int_equal(pk_supply_latest_order_date(&calendar, day(2, 27), 12, 0), day(2, 15));
    for (int32_t by = day(1, 1); by < day(4, 1); by++) {
        const int32_t latest = pk_supply_latest_order_date(&calendar, by, 12, 1);
        assert_true(pk_supply_sellable_date(&calendar, latest, 12, 1) <= by);
        const int32_t later = pk_supply_order_date(&calendar, latest + 1);
        assert_true(pk_supply_sellable_date(&calendar, later, 12, 1) > by);
    }
}

static void test_orders_wait_for_an_order_weekday(void **state)
{
    const struct pk_supply_calendar calendar = {.order_weekdays = 0x09}; /* Monday, Thursday */
    (void)state;
    const int32_t friday = day(1, 8);
    assert_int_equal(pk_date_weekday(friday), 4);
    assert_int_equal(pk_supply_order_date(&calendar, friday), friday + 3);
    assert_int_equal(pk_supply_latest_order_date(&calendar, friday + 7, 5, 0), friday - 1);
}

static void test_a_closed_warehouse_receives_after_its_closure(void **state)
{
    struct pk_supply_calendar calendar = festival(PK_DATE_NONE);
    (void)state;
    calendar.warehouse_closures = calendar.supplier_closures;
    calendar.warehouse_closure_count = 1;
    calendar.supplier_closure_count = 0;
    assert_int_equal(pk_supply_sellable_date(&calendar, day(1, 25), 12, 1), day(2, 16));
    assert_int_equal(pk_supply_sellable_date(&calendar, day(1, 19), 12, 1), day(2, 1));
}

static void test_receipts_teach_delay_and_spread(void **state)
{
    struct pk_delay_sums supplier = {0}, all = {0};
    (void)state;
    for (int i = 0; i < 20; i++) { /* 3 or 5 days late: mean 4, sd about 1 */
        pk_delay_add(&supplier, i % 2 == 0 ? 3 : 5);
        pk_delay_add(&all, i % 2 == 0 ? 3 : 5);
    }
    struct pk_learnt_lead_time learnt = pk_lead_time_learn(&supplier, &all, 14, 0);
    assert_int_equal(learnt.delay_days, 4);
    assert_close(learnt.sd_days, 1.026, 0.001);
    assert_int_equal(learnt.delivery_count, 20);
}

static void test_few_receipts_leave_the_promise_alone(void **state)
{
    struct pk_delay_sums supplier = {0}, all = {0};
    (void)state;
    for (int i = 0; i < 2; i++) {
        pk_delay_add(&supplier, 9);
        pk_delay_add(&all, 9);
    }
    struct pk_learnt_lead_time learnt = pk_lead_time_learn(&supplier, &all, 14, 1.5);
    assert_int_equal(learnt.delay_days, 0);
    assert_close(learnt.sd_days, 1.5, 0);
    pk_delay_add(&supplier, 9);
    pk_delay_add(&all, 9);
    learnt = pk_lead_time_learn(&supplier, &all, 14, 1.5);
    assert_int_equal(learnt.delay_days, 9);
    assert_close(learnt.sd_days, 1.5 * sqrt(0.625), 1e-12);
}

static void test_an_early_supplier_never_delivers_before_the_order(void **state)
{
    struct pk_delay_sums sums = {0};
    (void)state;
    for (int i = 0; i < 50; i++)
        pk_delay_add(&sums, -9);
    assert_int_equal(pk_lead_time_learn(&sums, &sums, 5, 0).delay_days, -5);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_without_rows_every_day_is_a_working_day),
        cmocka_unit_test(test_closed_days_do_not_count_towards_the_lead_time),
        cmocka_unit_test(test_orders_up_to_the_last_order_date_keep_their_lead_time),
        cmocka_unit_test(test_the_latest_order_date_lies_before_the_closure),
        cmocka_unit_test(test_orders_wait_for_an_order_weekday),
        cmocka_unit_test(test_a_closed_warehouse_receives_after_its_closure),
        cmocka_unit_test(test_receipts_teach_delay_and_spread),
        cmocka_unit_test(test_few_receipts_leave_the_promise_alone),
        cmocka_unit_test(test_an_early_supplier_never_delivers_before_the_order),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
