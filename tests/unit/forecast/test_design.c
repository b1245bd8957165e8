/* The design: rows of the calendar, scopes of events, weekly averages. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "models/forecast/cells.h"
#include "models/forecast/design.h"
#include "models/forecast/design_new.h"
#include "tests/unit/forecast/shop_case.h"

static struct shop_case c;
static struct pk_closures closures;
static struct pk_design *design;
static double x[40 * 256];

static void make(bool chinese)
{
    assert_int_equal(pk_closures_infer(&c.shop, &c.sales, CASE_START, &closures, NULL), PK_OK);
    assert_int_equal(pk_design_new(&c.shop, &closures, CASE_START,
                                   (struct pk_calendar_blocks){chinese, chinese}, &design, NULL),
                     PK_OK);
    assert_true(design->column_count <= 256);
}

static void drop(void)
{
    pk_design_free(design);
    pk_closures_done(&closures);
    case_end(&c);
}

static double cell(size_t bucket, size_t column)
{
    return x[bucket * design->column_count + column];
}

static void assert_near(double a, double b)
{
    assert_true(fabs(a - b) < 1e-6);
}

static void test_a_promotion_has_parts_around_its_peak(void **state)
{
    (void)state;
    case_begin(&c, 1, 60);
    case_promotion(&c, "brand_day", CASE_START + 10, CASE_START + 11);
    make(false);
    assert_int_equal(pk_design_fill(design, PK_INDEX_NONE, CASE_START, 1, 40, x, NULL), PK_OK);
    for (size_t level = 0; level < 3; level += 2) {
        static const int32_t first[] = {0, 0, 7, 10, 10, 11, 0, 12, 15};
        static const int32_t last[] = {-1, -1, 9, 11, 10, 11, -1, 14, 25};
        for (size_t part = 0; part < PK_PART_COUNT; part++)
            for (int32_t t = 0; t < 40; t++)
                assert_near(cell((size_t)t, pk_design_promotion_column(design, level,
                                                                       (enum pk_event_part)part)),
                            t >= first[part] && t <= last[part]);
    }
    for (size_t t = 0; t < 40; t++) /* not a mega kind */
        assert_near(cell(t, pk_design_promotion_column(design, 1, PK_PART_PEAK)), 0);
    drop();
}

static void test_a_peak_knows_its_weekdays(void **state)
{
    (void)state;
    case_begin(&c, 1, 60);
    case_promotion(&c, "brand_day", CASE_START + 10, CASE_START + 26);
    make(false);
    assert_int_equal(pk_design_fill(design, PK_INDEX_NONE, CASE_START + 12, 1, 40, x, NULL), PK_OK);
    for (int32_t t = 0; t < 40; t++)
        for (size_t weekday = 0; weekday < 7; weekday++)
            assert_near(cell((size_t)t, design->promotion_weekday_at + weekday),
                        t < 15 && (int32_t)weekday == pk_date_weekday(CASE_START + 12 + t));
    drop();
}

static void test_the_saturday_before_a_free_monday_is_the_day_before_a_closure(void **state)
{
    (void)state;
    case_begin(&c, 1, 60); /* begins on a Wednesday */
    for (int32_t t = 4; t < 80; t += 7)
        case_covariate(&c, 0, CASE_START + t, 1); /* Sundays, closed as a rule */
    case_covariate(&c, 0, CASE_START + 19, 1);    /* a Monday */
    make(false);
    assert_int_equal(pk_design_fill(design, PK_INDEX_NONE, CASE_START, 1, 40, x, NULL), PK_OK);
    for (size_t t = 0; t < 40; t++) {
        assert_near(cell(t, design->closure_at), t == 17);
        assert_near(cell(t, design->closure_at + 1), t == 20);
    }
    drop();
}

static void test_the_narrowest_scope_decides_a_column(void **state)
{
    (void)state;
    uint32_t scopes[PK_SERIES_SCOPE_COUNT_MAX];
    struct pk_override_list list = {NULL, 0, 0};
    case_begin(&c, 2, 60);
    case_promotion(&c, "99", CASE_START + 10, CASE_START + 10);
    c.promotions[0].discount_ratio = 0.3;
    case_promotion(&c, "99", CASE_START + 10, CASE_START + 10);
    c.promotions[1].discount_ratio = 0.1;
    c.promotions[1].item = 1;
    make(false);
    assert_int_equal(pk_design_fill(design, 0, CASE_START, 1, 40, x, NULL), PK_OK);
    assert_near(cell(10, design->discount_at), 0.3);
    assert_int_equal(pk_design_scopes(design, &c.shop, 0, 0, scopes), 0);
    assert_int_equal(pk_design_scopes(design, &c.shop, 1, 0, scopes), 1);
    assert_int_equal(pk_design_overrides(design, scopes, 1, CASE_START, 1, 40, &list, NULL), PK_OK);
    double found = -1;
    for (size_t i = 0; i < list.count; i++)
        if (list.rows[i].bucket == 10 && list.rows[i].column == design->discount_at)
            found = (double)list.rows[i].value;
    assert_near(found, 0.1);
    pk_override_list_done(&list);
    drop();
}

static void test_weekly_rows_are_means_of_days(void **state)
{
    (void)state;
    case_begin(&c, 1, 60);
    case_promotion(&c, "brand_day", CASE_START + 7, CASE_START + 8);
    make(false);
    assert_int_equal(pk_design_fill(design, PK_INDEX_NONE, CASE_START, 7, 5, x, NULL), PK_OK);
    for (size_t weekday = 0; weekday < 7; weekday++)
        assert_near(cell(0, design->weekday_at + weekday), 1.0 / 7);
    assert_near(cell(1, pk_design_promotion_column(design, 0, PK_PART_PEAK)), 2.0 / 7);
    drop();
}

static void test_weekly_overrides_keep_the_rest_of_the_week(void **state)
{
    (void)state;
    uint32_t scopes[PK_SERIES_SCOPE_COUNT_MAX];
    struct pk_override_list list = {NULL, 0, 0};
    case_begin(&c, 1, 60);
    case_promotion(&c, "brand_day", CASE_START, CASE_START + 1);
    c.promotions[0].item = 0;
    make(false);
    const size_t count = pk_design_scopes(design, &c.shop, 0, 0, scopes);
    assert_int_equal(pk_design_overrides(design, scopes, count, CASE_START, 7, 5, &list, NULL),
                     PK_OK);
    bool found = false;
    for (size_t i = 0; i < list.count; i++) {
        if (list.rows[i].bucket == 0 &&
            list.rows[i].column == pk_design_promotion_column(design, 0, PK_PART_PEAK)) {
            assert_near((double)list.rows[i].value, 2.0 / 7);
            assert_near((double)list.rows[i].keep, 5.0 / 7);
            found = true;
        }
    }
    assert_true(found);
    pk_override_list_done(&list);
    drop();
}

static void test_a_make_up_saturday_is_a_weekday_in_china_only(void **state)
{
    (void)state;
    const int32_t saturday = pk_date_from_civil((struct pk_civil){2020, 9, 27}); /* a Sunday */
    case_begin(&c, 1, 60);
    make(true);
    assert_int_equal(pk_design_fill(design, PK_INDEX_NONE, saturday, 1, 1, x, NULL), PK_OK);
    assert_near(cell(0, design->holiday_at + 1), 1);
    assert_near(cell(0, design->weekday_at), 0.2);
    assert_near(cell(0, design->weekday_at + 6), 0);
    pk_design_free(design);
    assert_int_equal(pk_design_new(&c.shop, &closures, CASE_START, (struct pk_calendar_blocks){0},
                                   &design, NULL),
                     PK_OK);
    assert_int_equal(pk_design_fill(design, PK_INDEX_NONE, saturday, 1, 1, x, NULL), PK_OK);
    assert_near(cell(0, design->weekday_at + 6), 1);
    drop();
}

static void test_equal_events_of_different_items_share_a_cell(void **state)
{
    (void)state;
    static const uint32_t series[4] = {0, 1, 2, 3};
    struct pk_cells cells;
    case_begin(&c, 4, 60);
    for (uint32_t item = 0; item < 3; item++) {
        case_promotion(&c, "livestream", CASE_START + 20, CASE_START + 20);
        c.promotions[item].item = item;
        c.promotions[item].discount_ratio = item == 2 ? 0.5 : 0.2;
    }
    make(false);
    assert_int_equal(pk_cells_build(design, &c.shop, series, 4, 0, CASE_START, 1, 60, &cells, NULL),
                     PK_OK);
    assert_int_equal(cells.class_count, 4);
    /* Lead 3, lag 3 and dip 11 days agree for all three; the peak has one cell per depth. */
    assert_int_equal(cells.cell_count, 3 + 2 + 3 + 11);
    pk_cells_done(&cells);
    drop();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_promotion_has_parts_around_its_peak),
        cmocka_unit_test(test_a_peak_knows_its_weekdays),
        cmocka_unit_test(test_the_saturday_before_a_free_monday_is_the_day_before_a_closure),
        cmocka_unit_test(test_the_narrowest_scope_decides_a_column),
        cmocka_unit_test(test_weekly_rows_are_means_of_days),
        cmocka_unit_test(test_weekly_overrides_keep_the_rest_of_the_week),
        cmocka_unit_test(test_a_make_up_saturday_is_a_weekday_in_china_only),
        cmocka_unit_test(test_equal_events_of_different_items_share_a_cell),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
