/* Classes of items by what they take and how well their demand can be told. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "models/decision/item/abc_class.h"
#include "models/decision/order/critical_ratio.h"

static void classify(const struct pk_class_evidence *evidence, size_t count,
                     struct pk_item_class *out)
{
    struct pk_error error;
    assert_int_equal(pk_item_classes_make(evidence, count, out, &error), PK_OK);
}

static void test_a_takes_the_first_four_fifths_and_b_the_next_part(void **state)
{
    (void)state;
    /* Cumulative shares: 50, 80, 92, 96, 99, 100, 100 %. */
    const struct pk_class_evidence items[] = {{12, 1, 0}, {50, 1, 0}, {30, 1, 0}, {4, 1, 0},
                                              {3, 1, 0},  {0, 1, 0},  {1, 1, 0}};
    struct pk_item_class classes[7];
    classify(items, 7, classes);
    const char expected[] = "BAABCCC";
    for (size_t i = 0; i < 7; i++)
        assert_int_equal(classes[i].abc, expected[i]);
}

static void test_one_item_that_takes_all_is_a_and_nothing_sold_is_c(void **state)
{
    (void)state;
    const struct pk_class_evidence one[] = {{7, 1, 0}}, none[] = {{0, 1, 0}, {0, 0, 0}};
    struct pk_item_class classes[2];
    classify(one, 1, classes);
    assert_int_equal(classes[0].abc, 'A');
    classify(none, 2, classes);
    assert_int_equal(classes[0].abc, 'C');
    assert_int_equal(classes[1].abc, 'C');
    classify(none, 0, classes);
}

static void test_xyz_follows_the_variation_of_the_days_ahead(void **state)
{
    (void)state;
    /* sd / mean = 0.49, 0.5, 0.99, 1, no demand */
    const struct pk_class_evidence items[] = {
        {1, 100, 49 * 49}, {1, 100, 2500}, {1, 100, 99 * 99}, {1, 100, 10000}, {1, 0, 0}};
    struct pk_item_class classes[5];
    classify(items, 5, classes);
    const char expected[] = "XYYZZ";
    for (size_t i = 0; i < 5; i++)
        assert_int_equal(classes[i].xyz, expected[i]);
    assert_string_equal(pk_item_class_name((struct pk_item_class){'B', 'Y'}), "BY");
    assert_string_equal(pk_item_class_name((struct pk_item_class){0, 0}), "");
}

static void test_only_cz_in_a_shop_with_a_tail_is_stocked_less(void **state)
{
    (void)state;
    const struct pk_item_class cz = {'C', 'Z'};
    assert_true(pk_item_class_is_minor(cz, PK_CLASS_SOLD_ITEM_COUNT_MIN));
    assert_false(pk_item_class_is_minor(cz, PK_CLASS_SOLD_ITEM_COUNT_MIN - 1));
    assert_false(pk_item_class_is_minor((struct pk_item_class){'C', 'Y'}, 100));
    assert_false(pk_item_class_is_minor((struct pk_item_class){'B', 'Z'}, 100));
}

static void test_the_class_gives_way_to_ratio_costs_and_role(void **state)
{
    (void)state;
    struct pk_supply_terms terms = pk_supply_terms_default();
    terms.is_known = true;
    struct pk_economics economics = {.unit_cost_micros = 4000000,
                                     .price_micros = 10000000,
                                     .salvage_micros = -1,
                                     .launch_date = PK_DATE_NONE,
                                     .end_date = PK_DATE_NONE,
                                     .is_minor = true};
    struct pk_critical_ratio ratio = pk_critical_ratio_of(&terms, &economics, false);
    assert_int_equal(ratio.rule, PK_RATIO_RULE_CLASS);
    assert_float_equal(ratio.ratio, 0.85, 1e-12);
    assert_string_equal(pk_ratio_rule_name(ratio.rule), "class");
    economics.role = PK_ROLE_TRAFFIC;
    ratio = pk_critical_ratio_of(&terms, &economics, false);
    assert_int_equal(ratio.rule, PK_RATIO_RULE_ROLE);
    assert_float_equal(ratio.ratio, 0.95, 1e-12);
    terms.shortage_cost_micros = 5000000;
    assert_int_equal(pk_critical_ratio_of(&terms, &economics, false).rule, PK_RATIO_RULE_COSTS);
    terms.critical_ratio = 0.7;
    assert_int_equal(pk_critical_ratio_of(&terms, &economics, false).rule,
                     PK_RATIO_RULE_CRITICAL_RATIO);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_takes_the_first_four_fifths_and_b_the_next_part),
        cmocka_unit_test(test_one_item_that_takes_all_is_a_and_nothing_sold_is_c),
        cmocka_unit_test(test_xyz_follows_the_variation_of_the_days_ahead),
        cmocka_unit_test(test_only_cz_in_a_shop_with_a_tail_is_stocked_less),
        cmocka_unit_test(test_the_class_gives_way_to_ratio_costs_and_role),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
