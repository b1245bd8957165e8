/* The stock of a past day, reckoned by hand from counts, sales and receipts. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "models/evidence/campaign_stock.h"
#include "tests/support/close.h"
#include "tests/support/evidence/view_case.h"

#define DAY (VIEW_CASE_AS_OF - 20)

static struct view_case c;

/* One item in two warehouses, 4 units a day of series 0 ("east"). */
static int set_up(void **state)
{
    (void)state;
    view_case_begin(&c, 1, 2, 60);
    view_case_sell_flat(&c, 0, 4);
    view_case_keep_sales(&c);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    view_case_end(&c);
    return 0;
}

static void receive(uint32_t warehouse, int32_t date, int64_t units)
{
    view_case_delivery(&c, 0, warehouse, "acme", date - 5, date)->received_units = units;
}

static void test_without_a_count_before_it_the_stock_is_not_known(void **state)
{
    (void)state;
    assert_true(isnan(pk_campaign_stock_at(&c.data, 0, DAY)));
    view_case_stock(&c, 0, 0, DAY + 1, 50);
    assert_true(isnan(pk_campaign_stock_at(&c.data, 0, DAY)));
    assert_close(pk_campaign_stock_at(&c.data, 0, DAY + 1), 50, 0);
}

static void test_sales_since_the_count_are_subtracted(void **state)
{
    (void)state;
    view_case_stock(&c, 0, 0, DAY - 3, 50);
    /* Three days of 4 units. */
    assert_close(pk_campaign_stock_at(&c.data, 0, DAY), 50 - 3 * 4, 0);
    assert_close(pk_campaign_stock_at(&c.data, 0, DAY - 3), 50, 0);
}

static void test_the_stock_is_never_below_nothing(void **state)
{
    (void)state;
    view_case_stock(&c, 0, 0, DAY - 3, 10);
    assert_close(pk_campaign_stock_at(&c.data, 0, DAY), 0, 0);
}

static void test_a_count_is_the_sellable_part_of_all_its_rows(void **state)
{
    (void)state;
    view_case_stock(&c, 0, 0, DAY - 9, 99);
    struct pk_stock_row *old = view_case_stock(&c, 0, 0, DAY, 40);
    old->reserved_units = 6;
    old->unsellable_units = 1;
    view_case_stock(&c, 0, 0, DAY, 20)->received_date = DAY - 2;
    view_case_stock(&c, 0, 1, DAY, 7); /* another warehouse */
    /* 40 - 6 - 1 + 20. */
    assert_close(pk_campaign_stock_at(&c.data, 0, DAY), 53, 0);
    assert_close(pk_campaign_stock_at(&c.data, 1, DAY), 7, 0);
}

static void test_receipts_count_from_their_day(void **state)
{
    (void)state;
    view_case_stock(&c, 0, 0, DAY - 5, 50);
    receive(0, DAY - 5, 100); /* in the count already */
    receive(0, DAY - 2, 30);
    receive(0, DAY + 1, 9);  /* later */
    receive(0, DAY + 1, -1); /* of unknown size */
    receive(1, DAY - 2, 500);
    assert_close(pk_campaign_stock_at(&c.data, 0, DAY - 3), 50 - 2 * 4, 0);
    assert_close(pk_campaign_stock_at(&c.data, 0, DAY - 2), 50 - 3 * 4 + 30, 0);
    assert_close(pk_campaign_stock_at(&c.data, 0, DAY), 50 - 5 * 4 + 30, 0);
}

static void test_what_no_receipt_tells_of_comes_in_evenly_until_the_next_count(void **state)
{
    (void)state;
    view_case_stock(&c, 0, 0, DAY, 50);
    view_case_stock(&c, 0, 0, DAY + 10, 80);
    view_case_stock(&c, 0, 0, DAY + 12, 999); /* a later one says nothing of these days */
    receive(0, DAY + 8, 20);
    /* 80 - 50 + 40 sold - 20 received = 50 units in ten days. */
    assert_close(pk_campaign_stock_at(&c.data, 0, DAY + 1), 50 - 4 + 5, 1e-12);
    assert_close(pk_campaign_stock_at(&c.data, 0, DAY + 7), 50 - 28 + 35, 1e-12);
    assert_close(pk_campaign_stock_at(&c.data, 0, DAY + 8), 50 - 32 + 20 + 40, 1e-12);
    assert_close(pk_campaign_stock_at(&c.data, 0, DAY + 10), 80, 0);
}

static void test_a_count_that_finds_less_takes_nothing_from_the_days_before(void **state)
{
    (void)state;
    view_case_stock(&c, 0, 0, DAY, 50);
    view_case_stock(&c, 0, 0, DAY + 5, 10); /* 20 were sold, 20 are missing */
    assert_close(pk_campaign_stock_at(&c.data, 0, DAY + 4), 50 - 16, 0);
    assert_close(pk_campaign_stock_at(&c.data, 0, DAY + 5), 10, 0);
}

#define WITH_SHOP(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_SHOP(test_without_a_count_before_it_the_stock_is_not_known),
        WITH_SHOP(test_sales_since_the_count_are_subtracted),
        WITH_SHOP(test_the_stock_is_never_below_nothing),
        WITH_SHOP(test_a_count_is_the_sellable_part_of_all_its_rows),
        WITH_SHOP(test_receipts_count_from_their_day),
        WITH_SHOP(test_what_no_receipt_tells_of_comes_in_evenly_until_the_next_count),
        WITH_SHOP(test_a_count_that_finds_less_takes_nothing_from_the_days_before),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
