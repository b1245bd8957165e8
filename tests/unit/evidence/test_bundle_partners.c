/* Items that slow ones can be sold together with. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "models/base/units.h"
#include "models/evidence/bundle_partners.h"
#include "tests/support/close.h"
#include "tests/support/evidence/view_case.h"

#define AS_OF VIEW_CASE_AS_OF
#define NEXT  VIEW_CASE_NEXT
#define TO    (NEXT + 59) /* 60 days ahead */

static struct view_case c;
static const enum pk_role nothing_proposed[VIEW_CASE_ITEM_MAX];

static struct pk_bundle_partners find(const enum pk_role *proposed_roles)
{
    struct pk_decision_memory *memory = pk_decision_memory_new();
    struct pk_bundle_partners partners = {0};
    struct pk_error error;
    assert_int_equal(
        pk_bundle_partners_find(&c.view, TO, proposed_roles, memory, &partners, &error), PK_OK);
    pk_decision_memory_free(memory);
    return partners;
}

/* Items of role traffic, price 10 and cost 4; item i sells 2 (i + 1) a day and has 1,000 in
 * stock in each warehouse. */
static void begin(size_t item_count, size_t warehouse_count)
{
    view_case_begin(&c, item_count, warehouse_count, 120);
    for (uint32_t i = 0; i < item_count; i++) {
        c.items[i].role = PK_ROLE_TRAFFIC;
        c.items[i].list_price_micros = 10 * PK_MICROS_PER_UNIT;
        c.items[i].unit_cost_micros = 4 * PK_MICROS_PER_UNIT;
        for (uint32_t w = 0; w < warehouse_count; w++) {
            view_case_sell_flat(&c, i * warehouse_count + w, 2.0 * (i + 1));
            view_case_stock(&c, i, w, AS_OF, 1000);
        }
    }
}

static void test_traffic_items_are_partners_the_fastest_first(void **state)
{
    (void)state;
    begin(3, 1);
    c.items[0].selling_cost_ratio = 0.1;
    view_case_fit(&c);
    struct pk_bundle_partners partners = find(nothing_proposed);
    assert_int_equal(partners.count, 3);
    assert_int_equal(partners.list[0].series, 2);
    assert_int_equal(partners.list[1].series, 1);
    assert_int_equal(partners.list[2].series, 0);
    /* 6 a day in 30 days and in 60 days. */
    assert_close(partners.list[0].month_units, 180, 4);
    assert_close(partners.list[0].window_units, 360, 8);
    assert_close(partners.list[2].part.price, 10, 0);
    assert_close(partners.list[2].part.cost, 4, 0);
    assert_close(partners.list[2].part.selling_cost_ratio, 0.1, 0);
    assert_int_equal(partners.list[0].bundle_count, 0);
    pk_bundle_partners_done(&partners);
    assert_null(partners.list);
    view_case_end(&c);
}

static void test_a_proposed_role_counts_where_none_is_given(void **state)
{
    (void)state;
    begin(3, 1);
    c.items[0].role = PK_ROLE_NONE;
    c.items[1].role = PK_ROLE_NONE;
    c.items[2].role = PK_ROLE_PROFIT;
    view_case_fit(&c);
    const enum pk_role proposed[] = {PK_ROLE_REGULAR, PK_ROLE_TRAFFIC, PK_ROLE_TRAFFIC};
    struct pk_bundle_partners partners = find(proposed);
    assert_int_equal(partners.count, 1);
    assert_int_equal(partners.list[0].series, 1);
    pk_bundle_partners_done(&partners);
    view_case_end(&c);
}

static void test_a_partner_has_stock_for_a_month_a_price_a_cost_and_no_end(void **state)
{
    (void)state;
    begin(6, 1);
    c.stock[0].on_hand_units = 30; /* half of a month of 2 a day */
    c.items[1].list_price_micros = -1;
    c.items[2].unit_cost_micros = -1;
    c.items[3].end_date = TO - 1;
    c.items[4].end_date = TO;
    view_case_fit(&c);
    struct pk_bundle_partners partners = find(nothing_proposed);
    assert_int_equal(partners.count, 2);
    assert_int_equal(partners.list[0].series, 5);
    assert_int_equal(partners.list[1].series, 4);
    pk_bundle_partners_done(&partners);
    view_case_end(&c);
}

static void test_stock_that_nobody_counted_is_none(void **state)
{
    (void)state;
    begin(2, 1);
    c.data.ledger.stock_count = 1;
    view_case_fit(&c);
    struct pk_bundle_partners partners = find(nothing_proposed);
    assert_int_equal(partners.count, 1);
    assert_int_equal(partners.list[0].series, 0);
    pk_bundle_partners_done(&partners);
    view_case_end(&c);
}

static void test_no_more_is_sold_until_the_date_than_is_in_stock(void **state)
{
    (void)state;
    begin(1, 1);
    c.stock[0].on_hand_units = 70; /* more than the 60 of a month, less than the 120 of two */
    view_case_fit(&c);
    struct pk_bundle_partners partners = find(nothing_proposed);
    assert_int_equal(partners.count, 1);
    assert_close(partners.list[0].window_units, 70, 2);
    assert_true(partners.list[0].window_units <= 70);
    pk_bundle_partners_done(&partners);
    view_case_end(&c);
}

/* --- the partner of one series --- */

static void test_a_partner_is_of_the_same_warehouse_and_another_item(void **state)
{
    (void)state;
    begin(2, 2);
    view_case_fit(&c);
    struct pk_bundle_partners partners = find(nothing_proposed);
    assert_int_equal(partners.count, 4);
    /* Item 1 sells more; of itself it cannot be the partner. */
    for (size_t s = 0; s < 4; s++) {
        const struct pk_bundle_partner *partner =
            pk_bundle_partner_of(&partners, &c.data.shop, &c.series[s]);
        assert_int_equal(partner->series, s < 2 ? s + 2 : s - 2);
    }
    pk_bundle_partners_done(&partners);
    view_case_end(&c);
}

static void test_a_partner_of_the_own_category_goes_before_a_faster_one(void **state)
{
    (void)state;
    begin(3, 1);
    c.items[0].category = c.items[1].category = 2;
    view_case_fit(&c);
    struct pk_bundle_partners partners = find(nothing_proposed);
    assert_int_equal(pk_bundle_partner_of(&partners, &c.data.shop, &c.series[0])->series, 1);
    assert_int_equal(pk_bundle_partner_of(&partners, &c.data.shop, &c.series[2])->series, 1);
    pk_bundle_partners_done(&partners);
    view_case_end(&c);
}

static void test_an_item_is_part_of_three_bundles_at_most(void **state)
{
    (void)state;
    begin(3, 1);
    view_case_fit(&c);
    struct pk_bundle_partners partners = find(nothing_proposed);
    const size_t expected[] = {2, 2, 2, 1, 1, 1};
    for (size_t i = 0; i < 6; i++) {
        struct pk_bundle_partner *partner =
            pk_bundle_partner_of(&partners, &c.data.shop, &c.series[0]);
        assert_int_equal(partner->series, expected[i]);
        partner->bundle_count++;
    }
    assert_null(pk_bundle_partner_of(&partners, &c.data.shop, &c.series[0]));
    pk_bundle_partners_done(&partners);
    view_case_end(&c);
}

static void test_a_part_needs_a_price_and_a_cost(void **state)
{
    (void)state;
    struct pk_series_facts facts = {.terms = pk_supply_terms_default()};
    struct pk_bundle_part part;
    facts.economics = (struct pk_economics){.unit_cost_micros = 4 * PK_MICROS_PER_UNIT,
                                            .price_micros = 9 * PK_MICROS_PER_UNIT};
    assert_true(pk_bundle_part_of(&facts, &part));
    assert_close(part.price, 9, 0);
    assert_close(part.cost, 4, 0);
    facts.terms.is_known = true;
    facts.terms.unit_cost_micros = 5 * PK_MICROS_PER_UNIT; /* the supplier's goes first */
    assert_true(pk_bundle_part_of(&facts, &part));
    assert_close(part.cost, 5, 0);
    facts.economics.price_micros = 0;
    assert_false(pk_bundle_part_of(&facts, &part));
    facts.economics.price_micros = 9;
    facts.terms.unit_cost_micros = facts.economics.unit_cost_micros = -1;
    assert_false(pk_bundle_part_of(&facts, &part));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_traffic_items_are_partners_the_fastest_first),
        cmocka_unit_test(test_a_proposed_role_counts_where_none_is_given),
        cmocka_unit_test(test_a_partner_has_stock_for_a_month_a_price_a_cost_and_no_end),
        cmocka_unit_test(test_stock_that_nobody_counted_is_none),
        cmocka_unit_test(test_no_more_is_sold_until_the_date_than_is_in_stock),
        cmocka_unit_test(test_a_partner_is_of_the_same_warehouse_and_another_item),
        cmocka_unit_test(test_a_partner_of_the_own_category_goes_before_a_faster_one),
        cmocka_unit_test(test_an_item_is_part_of_three_bundles_at_most),
        cmocka_unit_test(test_a_part_needs_a_price_and_a_cost),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
