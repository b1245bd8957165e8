#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "models/base/date.h"
#include "models/decision/stock/demand_mix.h"
#include "models/decision/stock/explosion.h"
#include "tests/support/close.h"

static struct pk_component_row row(uint32_t parent, uint32_t component, int64_t units)
{
    return (struct pk_component_row){.parent_item = parent,
                                     .component_item = component,
                                     .units = units,
                                     .promotion_id = "",
                                     .min_order_amount_micros = -1,
                                     .valid_from = PK_DATE_NONE,
                                     .valid_to = PK_DATE_NONE};
}

static void test_pieces_multiply_along_every_way_down(void **state)
{
    /* 0 = crate of 6 boxes (1) and a card (3); a box holds 4 cups (2) and a card */
    const struct pk_component_row rows[] = {row(0, 1, 6), row(0, 3, 1), row(1, 2, 4), row(1, 3, 1)};
    const bool keeps_stock[4] = {false};
    struct pk_explosion explosion;
    size_t first, last;
    double cards = 0;
    (void)state;
    assert_int_equal(pk_explosion_build(rows, 4, keeps_stock, 4, &explosion, NULL), PK_OK);
    pk_explosion_of(&explosion, 2, &first, &last);
    assert_int_equal(last - first, 2);
    assert_int_equal(explosion.rows[first].parent_item, 0);
    assert_close(explosion.rows[first].units, 24, 0);
    assert_close(explosion.rows[first + 1].units, 4, 0);
    pk_explosion_of(&explosion, 3, &first, &last);
    for (size_t i = first; i < last; i++)
        cards += explosion.rows[i].parent_item == 0 ? explosion.rows[i].units : 0;
    assert_close(cards, 7, 0);
    assert_true(explosion.is_assembled[0] && explosion.is_assembled[1]);
    assert_false(explosion.is_assembled[2]);
    pk_explosion_done(&explosion);
}

static void test_a_parent_packed_beforehand_does_not_explode(void **state)
{
    struct pk_component_row rows[] = {row(0, 1, 6), row(0, 2, 1)};
    const bool keeps_stock[3] = {true, false, false};
    struct pk_explosion explosion;
    size_t first, last;
    (void)state;
    rows[1].kind = PK_COMPONENT_GIFT;
    assert_int_equal(pk_explosion_build(rows, 2, keeps_stock, 3, &explosion, NULL), PK_OK);
    assert_false(explosion.is_assembled[0]);
    pk_explosion_of(&explosion, 1, &first, &last);
    assert_int_equal(last - first, 0);
    pk_explosion_of(&explosion, 2, &first, &last); /* the gift goes with it all the same */
    assert_int_equal(last - first, 1);
    pk_explosion_done(&explosion);
}

static void test_a_circle_is_an_error(void **state)
{
    const struct pk_component_row rows[] = {row(0, 1, 1), row(1, 0, 1)};
    const bool keeps_stock[2] = {false};
    struct pk_explosion explosion = {0};
    (void)state;
    assert_int_equal(pk_explosion_build(rows, 2, keeps_stock, 2, &explosion, NULL),
                     PK_FAILED_PRECONDITION);
    assert_null(explosion.rows);
}

static void test_mean_and_variance_of_pieces_are_those_of_the_parts(void **state)
{
    double own_mean[10], part_mean[10], pieces[10];
    struct pk_demand own = {.first_date = 100,
                            .bucket_days = 1,
                            .bucket_count = 10,
                            .mean_units = own_mean,
                            .dispersion = 4,
                            .level_relative_variance = 0.1};
    struct pk_demand part = own;
    struct pk_demand_mix mix;
    (void)state;
    part.mean_units = part_mean;
    part.dispersion = 2;
    part.level_relative_variance = 0.05;
    for (int i = 0; i < 10; i++) {
        own_mean[i] = 3;
        part_mean[i] = 2;
        pieces[i] = 4;
    }
    const struct pk_window own_window = pk_demand_window(&own, 100, 109);
    const struct pk_window part_window = pk_demand_window(&part, 100, 109);
    pk_demand_mix_begin(&mix, &own, own_mean);
    pk_demand_mix_add(&mix, &part, pieces);
    const struct pk_demand sum = pk_demand_mix_end(&mix);
    const struct pk_window window = pk_demand_window(&sum, 100, 109);
    assert_close(window.mean_units, 110, 1e-9);
    assert_close(window.variance, own_window.variance + 16 * part_window.variance, 1e-6);
}

static void test_an_item_without_sales_takes_all_from_its_parents(void **state)
{
    double own_mean[7] = {0}, part_mean[7] = {1, 1, 1, 1, 1, 1, 1};
    const double pieces[7] = {2, 2, 2, 0, 0, 0, 0};
    struct pk_demand own = {.first_date = 100,
                            .bucket_days = 1,
                            .bucket_count = 7,
                            .mean_units = own_mean,
                            .dispersion = 1};
    struct pk_demand part = own;
    struct pk_demand_mix mix;
    (void)state;
    part.mean_units = part_mean;
    part.dispersion = (double)INFINITY;
    pk_demand_mix_begin(&mix, &own, own_mean);
    pk_demand_mix_add(&mix, &part, pieces);
    const struct pk_demand sum = pk_demand_mix_end(&mix);
    const struct pk_window window = pk_demand_window(&sum, 100, 106);
    assert_close(window.mean_units, 6, 1e-12);
    assert_close(window.variance, 12, 1e-9); /* 3 days x 4 x Poisson */
    assert_close(sum.mean_units[3], 0, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_pieces_multiply_along_every_way_down),
        cmocka_unit_test(test_a_parent_packed_beforehand_does_not_explode),
        cmocka_unit_test(test_a_circle_is_an_error),
        cmocka_unit_test(test_mean_and_variance_of_pieces_are_those_of_the_parts),
        cmocka_unit_test(test_an_item_without_sales_takes_all_from_its_parents),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
