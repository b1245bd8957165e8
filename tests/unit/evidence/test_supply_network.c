/* The calendar, the shelving and the learnt lead time that the network adds to a supply row. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "tests/support/close.h"
#include "tests/support/evidence/view_case.h"

static struct view_case c;

/* Orders of an item in warehouse 0 that each came `delays[i]` days after the promised lead time. */
static void deliver(uint32_t item, const char *supplier_id, int32_t promised_days,
                    const int32_t *delays, size_t count)
{
    for (size_t i = 0; i < count; i++)
        view_case_delivery(&c, item, 0, supplier_id, VIEW_CASE_AS_OF - 60,
                           VIEW_CASE_AS_OF - 60 + promised_days + delays[i]);
}

/* Terms of a supply row by a network made from the rows as they stand. */
static struct pk_supply_terms complete(const struct pk_supply_row *row, uint32_t warehouse)
{
    struct pk_supply_network *network = pk_supply_network_new(&c.data.ledger, &c.data.shop);
    struct pk_supply_terms terms = pk_supply_terms_default();
    assert_non_null(network);
    pk_supply_network_complete(network, row, warehouse, &terms);
    pk_supply_network_free(network);
    return terms;
}

/* acme promises 7 days and is 3, 4, 5, 4 days late; zeta promises 10 and is on time twice. */
static const int32_t acme_delays[] = {3, 4, 5, 4};
static const int32_t zeta_delays[] = {0, 0};

static void two_suppliers(void)
{
    view_case_begin(&c, 2, 1, 1);
    view_case_supply(&c, 0, 0, "acme", 7);
    view_case_supply(&c, 1, 0, "zeta", 10);
    deliver(0, "acme", 7, acme_delays, 4);
    deliver(1, "zeta", 10, zeta_delays, 2);
}

static void test_delays_of_a_supplier_are_drawn_towards_those_of_all(void **state)
{
    (void)state;
    two_suppliers();
    /* acme: mean 4, variance 2/3, weight 4 / (4 + 5).
     * All: mean 16/6, variance (66 - 16^2 / 6) / 5 = 14/3.
     * Delay 4/9 x 4 + 5/9 x 8/3 = 3.26, so 3 days; sd^2 = 4/9 x 2/3 + 5/9 x 14/3 = 26/9. */
    const struct pk_supply_terms terms = complete(&c.supply[0], 0);
    assert_int_equal(terms.lead_time_delay_days, 3);
    assert_int_equal(terms.lead_time_days, 10);
    assert_int_equal(terms.lead_time_delivery_count, 4);
    assert_close(terms.lead_time_sd_days, sqrt(26.0 / 9), 1e-12);
    view_case_end(&c);
}

static void test_two_receipts_move_the_spread_but_not_the_lead_time(void **state)
{
    (void)state;
    two_suppliers();
    /* zeta: variance 0, weight 2 / 7, so that sd^2 = 5/7 x 14/3 = 10 / 3. */
    const struct pk_supply_terms terms = complete(&c.supply[1], 0);
    assert_int_equal(terms.lead_time_delay_days, 0);
    assert_int_equal(terms.lead_time_days, 10);
    assert_close(terms.lead_time_sd_days, sqrt(10.0 / 3), 1e-12);
    view_case_end(&c);
}

static void test_a_stated_spread_takes_the_place_of_that_of_all(void **state)
{
    (void)state;
    two_suppliers();
    c.supply[0].lead_time_sd_days = 2;
    /* sd^2 = 4/9 x 2/3 + 5/9 x 2^2 = 68 / 27. */
    assert_close(complete(&c.supply[0], 0).lead_time_sd_days, sqrt(68.0 / 27), 1e-12);
    view_case_end(&c);
}

static void test_the_order_of_receipts_changes_nothing(void **state)
{
    (void)state;
    two_suppliers();
    const struct pk_supply_terms before = complete(&c.supply[0], 0);
    view_case_end(&c);
    view_case_begin(&c, 2, 1, 1);
    view_case_supply(&c, 0, 0, "acme", 7);
    view_case_supply(&c, 1, 0, "zeta", 10);
    for (size_t i = 4; i > 0; i--)
        deliver(0, "acme", 7, &acme_delays[i - 1], 1);
    deliver(1, "zeta", 10, zeta_delays, 2);
    const struct pk_supply_terms after = complete(&c.supply[0], 0);
    assert_int_equal(after.lead_time_days, before.lead_time_days);
    assert_close(after.lead_time_sd_days, before.lead_time_sd_days, 0);
    view_case_end(&c);
}

static void test_less_than_three_receipts_of_the_shop_teach_nothing(void **state)
{
    (void)state;
    static const int32_t late[] = {5, 5};
    view_case_begin(&c, 1, 1, 1);
    view_case_supply(&c, 0, 0, "acme", 7)->lead_time_sd_days = 1.5;
    deliver(0, "acme", 7, late, 2);
    const struct pk_supply_terms terms = complete(&c.supply[0], 0);
    assert_int_equal(terms.lead_time_days, 7);
    assert_close(terms.lead_time_sd_days, 1.5, 0);
    assert_int_equal(terms.lead_time_delivery_count, 2);
    view_case_end(&c);
}

static void test_a_receipt_without_supplier_counts_for_the_first_of_its_item(void **state)
{
    (void)state;
    static const int32_t late[] = {2, 2, 2};
    view_case_begin(&c, 1, 1, 1);
    view_case_supply(&c, 0, 0, "acme", 7);
    view_case_supply(&c, 0, 0, "zeta", 3);
    deliver(0, "", 7, late, 3);
    assert_int_equal(complete(&c.supply[0], 0).lead_time_delivery_count, 3);
    assert_int_equal(complete(&c.supply[0], 0).lead_time_days, 9);
    assert_int_equal(complete(&c.supply[1], 0).lead_time_delivery_count, 0);
    assert_int_equal(complete(&c.supply[1], 0).lead_time_days, 3);
    view_case_end(&c);
}

static void test_a_receipt_without_a_supply_row_teaches_nothing(void **state)
{
    (void)state;
    static const int32_t late[] = {9, 9, 9, 9};
    view_case_begin(&c, 2, 1, 1);
    view_case_supply(&c, 0, 0, "acme", 7);
    deliver(0, "zeta", 7, late, 4); /* zeta does not supply a0 */
    deliver(1, "acme", 7, late, 4); /* nobody supplies a1 */
    assert_int_equal(complete(&c.supply[0], 0).lead_time_days, 7);
    assert_close(complete(&c.supply[0], 0).lead_time_sd_days, 0, 0);
    view_case_end(&c);
}

static void test_early_receipts_never_make_a_lead_time_negative(void **state)
{
    (void)state;
    static const int32_t acme[] = {-1, -1, -1};
    static const int32_t zeta[] = {-20, -20, -20, -20, -20, -20, -20, -20, -20};
    view_case_begin(&c, 2, 1, 1);
    view_case_supply(&c, 0, 0, "acme", 2);
    view_case_supply(&c, 1, 0, "zeta", 30);
    deliver(0, "acme", 2, acme, 3);
    deliver(1, "zeta", 30, zeta, 9);
    /* 3/8 x -1 + 5/8 x -183/12 = -9.9 days would be more than the 2 promised. */
    assert_int_equal(complete(&c.supply[0], 0).lead_time_delay_days, -2);
    assert_int_equal(complete(&c.supply[0], 0).lead_time_days, 0);
    view_case_end(&c);
}

static void test_terms_get_order_days_and_closures_of_their_own_parties(void **state)
{
    (void)state;
    view_case_begin(&c, 1, 2, 1);
    view_case_supply(&c, 0, PK_INDEX_NONE, "acme", 7);
    view_case_supplier(&c, "aaa")->order_weekdays = 2;
    view_case_supplier(&c, "acme")->order_weekdays = 1 + 16;
    view_case_closure(&c, false, "north", 100, 101);
    view_case_closure(&c, true, "aaa", 200, 201);
    view_case_closure(&c, true, "acme", 300, 301);
    view_case_closure(&c, true, "acme", 400, 401);
    view_case_warehouse(&c, 1, 3);
    const struct pk_supply_terms north = complete(&c.supply[0], 1);
    assert_int_equal(north.calendar.order_weekdays, 17);
    assert_int_equal(north.calendar.supplier_closure_count, 2);
    assert_int_equal(north.calendar.supplier_closures[0].start_date, 300);
    assert_int_equal(north.calendar.supplier_closures[1].start_date, 400);
    assert_int_equal(north.calendar.warehouse_closure_count, 1);
    assert_int_equal(north.calendar.warehouse_closures[0].start_date, 100);
    assert_int_equal(north.shelving_days, 3);
    /* The warehouse "east" has neither a row nor a closure. */
    const struct pk_supply_terms east = complete(&c.supply[0], 0);
    assert_int_equal(east.calendar.warehouse_closure_count, 0);
    assert_null(east.calendar.warehouse_closures);
    assert_int_equal(east.shelving_days, 0);
    assert_int_equal(east.calendar.supplier_closure_count, 2);
    view_case_end(&c);
}

static void test_without_a_supply_row_the_warehouse_alone_is_known(void **state)
{
    (void)state;
    view_case_begin(&c, 1, 1, 1);
    view_case_closure(&c, false, "east", 100, 101);
    view_case_warehouse(&c, 0, 2);
    const struct pk_supply_terms terms = complete(NULL, 0);
    assert_false(terms.is_known);
    assert_int_equal(terms.shelving_days, 2);
    assert_int_equal(terms.calendar.warehouse_closure_count, 1);
    assert_int_equal(terms.calendar.supplier_closure_count, 0);
    view_case_end(&c);
}

static void test_a_supplier_is_found_by_its_id(void **state)
{
    (void)state;
    view_case_begin(&c, 1, 1, 1);
    view_case_supplier(&c, "bolt");
    view_case_supplier(&c, "nut");
    view_case_supplier(&c, "screw");
    struct pk_supply_network *network = pk_supply_network_new(&c.data.ledger, &c.data.shop);
    for (size_t i = 0; i < 3; i++)
        assert_ptr_equal(pk_supply_network_supplier(network, c.suppliers[i].supplier_id),
                         &c.suppliers[i]);
    assert_null(pk_supply_network_supplier(network, ""));
    assert_null(pk_supply_network_supplier(network, "cog"));
    assert_null(pk_supply_network_supplier(network, "zip"));
    pk_supply_network_free(network);
    pk_supply_network_free(NULL);
    view_case_end(&c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_delays_of_a_supplier_are_drawn_towards_those_of_all),
        cmocka_unit_test(test_two_receipts_move_the_spread_but_not_the_lead_time),
        cmocka_unit_test(test_a_stated_spread_takes_the_place_of_that_of_all),
        cmocka_unit_test(test_the_order_of_receipts_changes_nothing),
        cmocka_unit_test(test_less_than_three_receipts_of_the_shop_teach_nothing),
        cmocka_unit_test(test_a_receipt_without_supplier_counts_for_the_first_of_its_item),
        cmocka_unit_test(test_a_receipt_without_a_supply_row_teaches_nothing),
        cmocka_unit_test(test_early_receipts_never_make_a_lead_time_negative),
        cmocka_unit_test(test_terms_get_order_days_and_closures_of_their_own_parties),
        cmocka_unit_test(test_without_a_supply_row_the_warehouse_alone_is_known),
        cmocka_unit_test(test_a_supplier_is_found_by_its_id),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
