/* Panel and closures: missing, zero, closed and stocked-out are different things. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "models/history/panel.h"

#define START 18262 /* 2020-01-01, a Wednesday */
#define DAYS  84

static const char *const warehouses[] = {"main"}, *const names[] = {"closed"};
static struct pk_item item;
static struct pk_series series;
static struct pk_covariate closed_day;
static struct pk_sales_bucket rows[DAYS];
static size_t starts[2];
static struct pk_shop shop;
static struct pk_sales sales = {starts, rows};
static struct pk_closures closures;
static struct pk_panel panel;
static const uint32_t members[1] = {0};

static void sell(int32_t day, float units, float available)
{
    rows[starts[1]++] = (struct pk_sales_bucket){
        .date = START + day, .demand_units = units, .available_ratio = available};
}

static int begin(void **state)
{
    (void)state;
    starts[0] = starts[1] = 0;
    item = (struct pk_item){.launch_date = PK_DATE_NONE, .end_date = PK_DATE_NONE};
    series = (struct pk_series){0, 0, 1};
    shop = (struct pk_shop){.as_of_date = START + DAYS - 1,
                            .warehouses = warehouses,
                            .warehouse_count = 1,
                            .items = &item,
                            .item_count = 1,
                            .covariate_names = names,
                            .covariate_name_count = 1,
                            .covariates = &closed_day,
                            .series = &series,
                            .series_count = 1};
    return 0;
}

static void build(int32_t bucket_days)
{
    assert_int_equal(pk_closures_infer(&shop, &sales, START, &closures, NULL), PK_OK);
    assert_int_equal(pk_panel_build(&shop, &sales, &closures, members, 1, START, bucket_days,
                                    (size_t)(DAYS / bucket_days), &panel, NULL),
                     PK_OK);
}

static int end(void **state)
{
    (void)state;
    pk_panel_done(&panel);
    pk_closures_done(&closures);
    return 0;
}

static void test_days_before_the_first_sale_are_not_zeros(void **state)
{
    (void)state;
    sell(10, 3, -1);
    build(1);
    assert_int_equal(panel.life_start[0], 10);
    assert_int_equal(panel.state[9], PK_BUCKET_BEFORE_LIFE);
    assert_int_equal(panel.state[11], PK_BUCKET_OPEN);
    assert_true(panel.exposure[9] <= 0 && panel.exposure[11] >= 1);
}

static void test_a_launch_before_the_first_sale_begins_the_life(void **state)
{
    (void)state;
    item.launch_date = START + 4;
    item.end_date = START + 20;
    sell(10, 3, -1);
    build(1);
    assert_int_equal(panel.life_start[0], 4);
    assert_int_equal(panel.state[20], PK_BUCKET_OPEN);
    assert_int_equal(panel.state[21], PK_BUCKET_BEFORE_LIFE);
}

static void test_stock_outs_and_parts_of_days_change_the_exposure(void **state)
{
    (void)state;
    sell(0, 3, 1);
    sell(1, 1, 0.25f);
    sell(2, 0, 0);
    build(1);
    assert_true(fabsf(panel.exposure[1] - 0.25f) < 1e-6f);
    assert_int_equal(panel.state[2], PK_BUCKET_STOCKED_OUT);
    assert_true(panel.exposure[2] <= 0);
}

static void test_a_row_that_sold_without_being_available_counts_as_open(void **state)
{
    (void)state;
    sell(0, 3, -1);
    sell(1, 4, 0);
    build(1);
    assert_int_equal(panel.state[1], PK_BUCKET_OPEN);
    assert_true(fabsf(panel.exposure[1] - 1) < 1e-6f);
    assert_true(fabsf(panel.units[1] - 4) < 1e-6f);
}

static void test_told_closures_leave_the_sums(void **state)
{
    (void)state;
    closed_day = (struct pk_covariate){START + 5, 0, 1, PK_INDEX_NONE, PK_INDEX_NONE, 0};
    shop.covariate_count = 1;
    sell(0, 3, -1);
    build(1);
    assert_int_equal(panel.state[5], PK_BUCKET_CLOSED);
    assert_int_equal(closures.inferred_count, 0);
}

static void test_a_week_with_a_closed_day_counts_six_sevenths(void **state)
{
    (void)state;
    closed_day = (struct pk_covariate){START + 8, 0, 1, PK_INDEX_NONE, PK_INDEX_NONE, 0};
    shop.covariate_count = 1;
    series.bucket_days = 7;
    shop.as_of_date = START + DAYS - 7;
    sell(0, 30, -1);
    sell(7, 30, -1);
    build(7);
    assert_true(fabsf(panel.exposure[1] - 6.0f / 7) < 1e-6f);
    assert_true(fabsf(panel.units[1] - 30) < 1e-6f);
}

/* 30 expected units make a silent day a closure, 29 do not. */
static size_t inferred_with(float units)
{
    for (int32_t t = 0; t < DAYS; t++)
        if (t != 40)
            sell(t, units, -1);
    build(1);
    return closures.inferred_count;
}

static void test_a_silent_day_with_thirty_expected_units_is_a_closure(void **state)
{
    (void)state;
    assert_int_equal(inferred_with(30), 1);
    assert_int_equal(closures.inferred[0].date, START + 40);
    assert_int_equal(panel.state[40], PK_BUCKET_CLOSED);
}

static void test_a_silent_day_with_twenty_nine_expected_units_is_not(void **state)
{
    (void)state;
    assert_int_equal(inferred_with(29), 0);
    assert_int_equal(panel.state[40], PK_BUCKET_OPEN);
}

static void test_a_weekday_closed_in_seven_of_eight_weeks_stays_closed(void **state)
{
    (void)state;
    uint8_t closed[14];
    for (int32_t t = 0; t < DAYS; t++)
        if (t % 7 != 3 || t == DAYS - 11 || t < 7)
            sell(t, 100, -1);
    build(1);
    pk_closures_fill(&closures, &shop, 0, START + DAYS, 14, closed);
    for (int32_t t = 0; t < 14; t++)
        assert_int_equal(closed[t], (DAYS + t) % 7 == 3);
}

static void test_one_giant_day_does_not_make_closures(void **state)
{
    (void)state;
    sell(0, 2, -1);
    sell(10, 1e9f, -1);
    for (int32_t t = 12; t < DAYS; t += 2)
        sell(t, 2, -1);
    build(1);
    assert_int_equal(closures.inferred_count, 0);
}

static void test_incredible_runs_of_zeros_between_sales_are_left_out(void **state)
{
    (void)state;
    float mean[DAYS];
    for (int32_t t = 0; t < DAYS; t++) {
        mean[t] = 2;
        if (t < 30 || (t >= 45 && t != 60 && t < 70))
            sell(t, 2, -1);
    }
    build(1);
    assert_int_equal(pk_panel_leave_out_runs(&panel, 0, mean, INFINITY, 1e-4), 15);
    assert_int_equal(panel.state[30], PK_BUCKET_LEFT_OUT);
    assert_int_equal(panel.state[60], PK_BUCKET_OPEN); /* one zero is credible */
    assert_int_equal(panel.state[75], PK_BUCKET_OPEN); /* nobody knows yet whether it ends */
}

static void test_gaps_of_trade_in_lots_are_credible(void **state)
{
    (void)state;
    float mean[DAYS];
    for (int32_t t = 0; t < DAYS; t++) {
        mean[t] = 2;
        if (t % 10 == 0)
            sell(t, 20, -1);
    }
    build(1);
    assert_int_equal(pk_panel_leave_out_runs(&panel, 0, mean, INFINITY, 1e-4), 0);
}

static void test_demand_that_stays_away_has_fallen(void **state)
{
    (void)state;
    float mean[DAYS];
    for (int32_t t = 0; t < DAYS; t++) {
        mean[t] = 20;
        if (t < 30)
            sell(t, 20, -1);
    }
    sell(45, 1, -1); /* a single one of 20 a day came back */
    build(1);
    assert_int_equal(pk_panel_leave_out_runs(&panel, 0, mean, INFINITY, 1e-4), 0);
}

static void test_restored_closures_are_the_inferred_ones(void **state)
{
    (void)state;
    struct pk_closures restored;
    inferred_with(50);
    assert_int_equal(pk_closures_restore(&shop, START, closures.inferred, closures.inferred_count,
                                         &restored, NULL),
                     PK_OK);
    assert_memory_equal(restored.closed, closures.closed, closures.day_count);
    pk_closures_done(&restored);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_days_before_the_first_sale_are_not_zeros, begin, end),
        cmocka_unit_test_setup_teardown(test_a_launch_before_the_first_sale_begins_the_life, begin,
                                        end),
        cmocka_unit_test_setup_teardown(test_stock_outs_and_parts_of_days_change_the_exposure,
                                        begin, end),
        cmocka_unit_test_setup_teardown(test_a_row_that_sold_without_being_available_counts_as_open,
                                        begin, end),
        cmocka_unit_test_setup_teardown(test_told_closures_leave_the_sums, begin, end),
        cmocka_unit_test_setup_teardown(test_a_week_with_a_closed_day_counts_six_sevenths, begin,
                                        end),
        cmocka_unit_test_setup_teardown(test_a_silent_day_with_thirty_expected_units_is_a_closure,
                                        begin, end),
        cmocka_unit_test_setup_teardown(test_a_silent_day_with_twenty_nine_expected_units_is_not,
                                        begin, end),
        cmocka_unit_test_setup_teardown(test_a_weekday_closed_in_seven_of_eight_weeks_stays_closed,
                                        begin, end),
        cmocka_unit_test_setup_teardown(test_one_giant_day_does_not_make_closures, begin, end),
        cmocka_unit_test_setup_teardown(test_incredible_runs_of_zeros_between_sales_are_left_out,
                                        begin, end),
        cmocka_unit_test_setup_teardown(test_gaps_of_trade_in_lots_are_credible, begin, end),
        cmocka_unit_test_setup_teardown(test_demand_that_stays_away_has_fallen, begin, end),
        cmocka_unit_test_setup_teardown(test_restored_closures_are_the_inferred_ones, begin, end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
