/* Rows of promotions that customers see as one. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "models/forecast/design.h"
#include "models/forecast/design_new.h"
#include "models/forecast/joined_promotions.h"
#include "tests/unit/forecast/shop_case.h"

static struct shop_case c;
static struct pk_closures closures;
static struct pk_joined_promotion *joined;
static size_t joined_count;

static struct pk_promotion *promotion(uint32_t item, int32_t start, int32_t end)
{
    case_promotion(&c, "brand_day", CASE_START + start, CASE_START + end);
    c.promotions[c.shop.promotion_count - 1].item = item;
    return &c.promotions[c.shop.promotion_count - 1];
}

static void close_item(uint32_t item, int32_t day)
{
    case_covariate(&c, 0, CASE_START + day, 1);
    c.covariates[c.shop.covariate_count - 1].item = item;
}

/* Number of whole promotions. */
static size_t join(void)
{
    size_t whole = 0;
    assert_int_equal(pk_closures_infer(&c.shop, &c.sales, CASE_START, &closures, NULL), PK_OK);
    assert_int_equal(pk_join_promotions(&c.shop, &closures, &joined, &joined_count, NULL), PK_OK);
    for (size_t i = 0; i < joined_count; i++)
        whole += joined[i].is_first;
    return whole;
}

static void drop(void)
{
    free(joined);
    pk_closures_done(&closures);
}

static void test_a_closed_day_does_not_cut_a_promotion(void **state)
{
    (void)state;
    case_begin(&c, 2, 60);
    close_item(0, 12);
    close_item(0, 13);
    close_item(1, 12);
    close_item(0, 82); /* after as-of */
    for (uint32_t item = 0; item < 2; item++) {
        promotion(item, 14, 20);
        promotion(item, 10, 11);
        promotion(item, 80, 81);
        promotion(item, 83, 90);
    }
    assert_int_equal(join(), 2 + 4); /* item 1 sells on days 13 and 82 */
    assert_int_equal(joined[0].start_date, CASE_START + 10);
    assert_int_equal(joined[0].end_date, CASE_START + 20);
    assert_int_equal(joined[1].end_date, CASE_START + 20);
    assert_int_equal(joined[3].start_date, CASE_START + 80);
    drop();
    case_end(&c);
}

static void test_closed_weekdays_are_no_end_of_a_promotion(void **state)
{
    (void)state;
    case_begin(&c, 1, 60);
    for (int32_t t = 0; t < 60; t++)
        case_sell(&c, 0, CASE_START + t, t % 7 == 4 ? 0 : 50); /* closed on Sundays, not told */
    promotion(0, 30, 31);
    promotion(0, 33, 36); /* day 32 is a Sunday */
    promotion(PK_INDEX_NONE, 62, 66);
    promotion(PK_INDEX_NONE, 68, 70); /* so is day 67 */
    assert_int_equal(join(), 2);
    drop();
    case_end(&c);
}

static void test_a_wide_promotion_goes_on_while_all_its_items_are_closed(void **state)
{
    (void)state;
    case_begin(&c, 3, 60);
    c.items[0].category = c.items[1].category = 1;
    close_item(0, 20);
    close_item(1, 20);
    promotion(PK_INDEX_NONE, 15, 19)->category = 1;
    promotion(PK_INDEX_NONE, 21, 25)->category = 1;
    promotion(PK_INDEX_NONE, 15, 19); /* item 2 sells on */
    promotion(PK_INDEX_NONE, 21, 25);
    assert_int_equal(join(), 1 + 2);
    drop();
    case_end(&c);
}

static void test_rows_of_another_kind_or_phase_stay_apart(void **state)
{
    (void)state;
    case_begin(&c, 1, 60);
    promotion(0, 10, 12);
    promotion(0, 13, 14)->kind = "livestream";
    promotion(0, 13, 14)->phase = PK_PHASE_ENCORE;
    promotion(0, 16, 15); /* ends before it starts */
    assert_int_equal(join(), 3);
    assert_int_equal(joined_count, 3);
    drop();
    case_end(&c);
}

/* Design rows of 40 days. */
static size_t design_rows(double *x, size_t capacity)
{
    struct pk_design *design = NULL;
    join();
    assert_int_equal(pk_design_new(&c.shop, &closures, CASE_START, (struct pk_calendar_blocks){0},
                                   &design, NULL),
                     PK_OK);
    const size_t count = 40 * design->column_count;
    assert_true(count <= capacity);
    assert_int_equal(pk_design_fill(design, PK_INDEX_NONE, CASE_START, 1, 40, x, NULL), PK_OK);
    pk_design_free(design);
    drop();
    case_end(&c);
    return count;
}

static void test_a_promotion_in_several_rows_has_the_effects_of_one(void **state)
{
    (void)state;
    static double one[40 * 256], several[40 * 256];
    case_begin(&c, 1, 60);
    promotion(PK_INDEX_NONE, 10, 20)->discount_ratio = 0.2;
    const size_t count = design_rows(one, 40 * 256);
    case_begin(&c, 1, 60);
    promotion(PK_INDEX_NONE, 10, 14)->discount_ratio = 0.2;
    promotion(PK_INDEX_NONE, 10, 14)->discount_ratio = 0.2; /* twice */
    promotion(PK_INDEX_NONE, 15, 18)->discount_ratio = 0.2; /* goes on the next day */
    promotion(PK_INDEX_NONE, 17, 20)->discount_ratio = 0.2; /* overlaps */
    assert_int_equal(design_rows(several, 40 * 256), count);
    assert_memory_equal(one, several, count * sizeof *one);
}

/* Largest value that a column of the promotion's kind has on a day. */
static double most_on(const struct pk_design *design, const double *x, enum pk_event_part part,
                      int32_t day)
{
    double most = 0;
    for (size_t level = 0; level < 2 + design->kind_count; level++) {
        const size_t column = pk_design_promotion_column(design, level, part);
        const double value = x[(size_t)day * design->column_count + column];
        most = value > most ? value : most;
    }
    return most;
}

/* Two waves of one promotion_id: days 5..7, and two days from `second` on. */
static struct pk_design *wave_design(const char *kind, int32_t second, double *x)
{
    struct pk_design *design = NULL;
    case_begin(&c, 1, 80);
    promotion(PK_INDEX_NONE, 5, 7)->kind = kind;
    promotion(PK_INDEX_NONE, second, second + 1)->kind = kind;
    join();
    assert_int_equal(pk_design_new(&c.shop, &closures, CASE_START, (struct pk_calendar_blocks){0},
                                   &design, NULL),
                     PK_OK);
    assert_true(60 * design->column_count <= 60 * 256);
    assert_int_equal(pk_design_fill(design, PK_INDEX_NONE, CASE_START, 1, 60, x, NULL), PK_OK);
    drop();
    case_end(&c);
    return design;
}

static void test_an_early_wave_is_a_part_of_the_peak_and_has_no_dip_in_it(void **state)
{
    (void)state;
    static double x[60 * 256];
    struct pk_design *design = wave_design("double11", 14, x);
    assert_float_equal(most_on(design, x, PK_PART_PEAK, 6), 0.76, 1e-6);
    assert_float_equal(most_on(design, x, PK_PART_PEAK, 14), 1, 1e-6);
    assert_float_equal(most_on(design, x, PK_PART_LAG, 10), 1, 1e-6);
    assert_float_equal(most_on(design, x, PK_PART_DIP, 13), 1, 1e-6);
    assert_float_equal(most_on(design, x, PK_PART_DIP, 14), 0, 1e-6);
    assert_float_equal(most_on(design, x, PK_PART_DIP, 19), 1, 1e-6);
    pk_design_free(design);
}

static void test_peaks_far_apart_or_of_small_promotions_are_whole_ones(void **state)
{
    (void)state;
    static double x[60 * 256];
    struct pk_design *design = wave_design("double11", 40, x);
    assert_float_equal(most_on(design, x, PK_PART_PEAK, 6), 1, 1e-6);
    assert_float_equal(most_on(design, x, PK_PART_DIP, 21), 1, 1e-6);
    pk_design_free(design);
    design = wave_design("livestream", 14, x);
    assert_float_equal(most_on(design, x, PK_PART_PEAK, 6), 1, 1e-6);
    pk_design_free(design);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_closed_day_does_not_cut_a_promotion),
        cmocka_unit_test(test_closed_weekdays_are_no_end_of_a_promotion),
        cmocka_unit_test(test_a_wide_promotion_goes_on_while_all_its_items_are_closed),
        cmocka_unit_test(test_rows_of_another_kind_or_phase_stay_apart),
        cmocka_unit_test(test_a_promotion_in_several_rows_has_the_effects_of_one),
        cmocka_unit_test(test_an_early_wave_is_a_part_of_the_peak_and_has_no_dip_in_it),
        cmocka_unit_test(test_peaks_far_apart_or_of_small_promotions_are_whole_ones),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
