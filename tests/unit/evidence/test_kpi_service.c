/* What stock-outs cost, and replenishment cycles. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "models/evidence/kpi_series.h"
#include "tests/support/close.h"
#include "tests/support/evidence/view_case.h"

#define AS_OF VIEW_CASE_AS_OF
#define FROM  (AS_OF - 27)

static struct view_case c;

/* One item that sells 10 a day. */
static void begin(void)
{
    view_case_begin(&c, 1, 1, 200);
    view_case_sell_flat(&c, 0, 10);
}

static double lost_units(int32_t from_date, int32_t to_date, double *out_sold)
{
    struct pk_kpi_memory *memory = pk_kpi_memory_new();
    struct pk_error error;
    double lost = 0;
    assert_int_equal(
        pk_kpi_lost_units(&c.view, 0, from_date, to_date, memory, out_sold, &lost, &error), PK_OK);
    pk_kpi_memory_free(memory);
    return lost;
}

static void set_day(int32_t date, double units, double available_ratio)
{
    view_case_bucket(&c, 0, date)->demand_units = (float)units;
    view_case_bucket(&c, 0, date)->available_ratio = (float)available_ratio;
}

/* --- lost units --- */

static void test_a_day_out_of_stock_loses_its_fitted_mean_times_the_missing_share(void **state)
{
    (void)state;
    double sold;
    begin();
    set_day(AS_OF - 10, 0, 0);
    set_day(AS_OF - 5, 5, 0.5);
    set_day(AS_OF - 4, 10, 1);
    view_case_fit(&c);
    /* All of 10 and half of 10; of 28 days 26 sold 10 and one sold 5. */
    assert_close(lost_units(FROM, AS_OF, &sold), 15, 0.3);
    assert_close(sold, 265, 0);
    assert_close(lost_units(AS_OF - 5, AS_OF, &sold), 5, 0.1);
    assert_close(lost_units(AS_OF - 4, AS_OF, &sold), 0, 0); /* known, and nothing lost */
    view_case_end(&c);
}

static void test_nothing_is_known_to_be_lost_where_no_row_tells_availability(void **state)
{
    (void)state;
    double sold;
    begin();
    set_day(AS_OF - 10, 0, 0);
    view_case_fit(&c);
    assert_close(lost_units(AS_OF - 9, AS_OF, &sold), -1, 0);
    assert_close(sold, 100, 0);
    assert_close(lost_units(AS_OF, AS_OF - 1, &sold), -1, 0); /* no day at all */
    assert_close(sold, 0, 0);
    view_case_end(&c);
}

static void test_the_fill_rate_is_served_over_served_and_lost(void **state)
{
    (void)state;
    double sold;
    begin();
    set_day(AS_OF - 10, 0, 0);
    view_case_fit(&c);
    const double lost = lost_units(AS_OF - 19, AS_OF, &sold);
    const struct pk_kpi_series figures = {
        .paid_units = sold, .lost_units = lost, .paid_amount_micros = -1, .on_hand_units = NAN};
    struct pk_kpi sum = {0};
    struct pk_metric_value values[PK_METRIC_COUNT];
    pk_kpi_add_series(&sum, &figures);
    pk_kpi_finish(&sum, values);
    assert_close(values[PK_METRIC_FILL_RATE].value, 190.0 / 200, 0.001);
    view_case_end(&c);
}

static void test_a_window_of_more_days_than_a_thread_has_room_for_is_refused(void **state)
{
    (void)state;
    double sold, lost;
    struct pk_error error;
    struct pk_kpi_memory *memory = pk_kpi_memory_new();
    view_case_begin(&c, 1, 1, PK_KPI_WINDOW_DAYS_MAX + 100);
    view_case_sell_flat(&c, 0, 1);
    set_day(AS_OF - PK_KPI_WINDOW_DAYS_MAX, 0, 0);
    set_day(AS_OF - PK_KPI_WINDOW_DAYS_MAX + 1, 0, 0);
    const struct pk_view *view = view_case_fit(&c);
    assert_int_equal(pk_kpi_lost_units(view, 0, AS_OF - PK_KPI_WINDOW_DAYS_MAX + 1, AS_OF, memory,
                                       &sold, &lost, &error),
                     PK_OK);
    assert_int_equal(pk_kpi_lost_units(view, 0, AS_OF - PK_KPI_WINDOW_DAYS_MAX, AS_OF, memory,
                                       &sold, &lost, &error),
                     PK_INVALID_ARGUMENT);
    assert_string_equal(error.field, "from_date");
    pk_kpi_memory_free(memory);
    view_case_end(&c);
}

/* --- cycles --- */

static struct pk_kpi_series cycles(int32_t from_date, int32_t to_date, bool is_listed)
{
    const struct pk_assumptions none = {.stock_units = -1, .lead_time_days = -1};
    struct pk_decision_memory *memory = pk_decision_memory_new();
    struct pk_series_facts facts;
    struct pk_kpi_series figures = {.is_listed = is_listed};
    struct pk_error error;
    assert_int_equal(pk_series_facts_load(&c.view, 0, 30, &none, NULL, memory, &facts, &error),
                     PK_OK);
    pk_kpi_cycles(&c.view, &facts, 0, from_date, to_date, &figures);
    pk_decision_memory_free(memory);
    return figures;
}

static void test_a_cycle_runs_from_one_receipt_to_the_day_before_the_next(void **state)
{
    (void)state;
    begin();
    for (int32_t date = AS_OF - 60; date <= AS_OF; date++)
        set_day(date, 10, 1);
    set_day(AS_OF - 15, 4, 0.4);
    const int32_t received[] = {AS_OF - 50, AS_OF - 30, AS_OF - 20, AS_OF - 10, AS_OF - 10};
    for (size_t i = 0; i < 5; i++)
        view_case_delivery(&c, 0, 0, "acme", received[i] - 7, received[i]);
    view_case_fit(&c);
    /* Ended on AS_OF - 20 and on AS_OF - 10 (two lines of one day make one); the stock-out of
     * AS_OF - 15 lies in the latter. */
    struct pk_kpi_series figures = cycles(FROM, AS_OF, true);
    assert_int_equal(figures.cycle_count, 2);
    assert_int_equal(figures.served_cycle_count, 1);
    figures = cycles(AS_OF - 60, AS_OF, true);
    assert_int_equal(figures.cycle_count, 3);
    assert_int_equal(figures.served_cycle_count, 2);
    figures = cycles(FROM, AS_OF - 11, true);
    assert_int_equal(figures.cycle_count, 1);
    view_case_end(&c);
}

static void test_a_cycle_without_a_row_that_tells_availability_does_not_count(void **state)
{
    (void)state;
    begin();
    set_day(AS_OF - 15, 10, 1);
    view_case_delivery(&c, 0, 0, "acme", AS_OF - 40, AS_OF - 30);
    view_case_delivery(&c, 0, 0, "acme", AS_OF - 30, AS_OF - 20);
    view_case_delivery(&c, 0, 0, "acme", AS_OF - 20, AS_OF - 10);
    view_case_fit(&c);
    assert_int_equal(cycles(FROM, AS_OF, true).cycle_count, 1);
    view_case_end(&c);
}

static void test_without_receipts_a_cycle_is_a_review_period(void **state)
{
    (void)state;
    begin();
    view_case_supply(&c, 0, 0, "acme", 7)->review_period_days = 9;
    for (int32_t date = FROM; date <= AS_OF; date++)
        set_day(date, 10, 1);
    set_day(AS_OF - 9, 0, 0);
    view_case_fit(&c);
    /* Of 28 days three periods of 9, back from as-of; the day out of stock ends the one before the
     * last. */
    struct pk_kpi_series figures = cycles(FROM, AS_OF, true);
    assert_int_equal(figures.cycle_count, 3);
    assert_int_equal(figures.served_cycle_count, 2);
    assert_int_equal(cycles(FROM, AS_OF, false).cycle_count, 0); /* nobody offers it */
    view_case_end(&c);
}

static void test_without_terms_or_availability_there_is_no_cycle(void **state)
{
    (void)state;
    begin();
    set_day(AS_OF, 10, 1);
    view_case_fit(&c);
    assert_int_equal(cycles(FROM, AS_OF, true).cycle_count, 0); /* no terms */
    view_case_supply(&c, 0, 0, "acme", 7);
    view_case_remake(&c, NULL);
    assert_int_equal(cycles(FROM, AS_OF, true).cycle_count, 4); /* 28 days of 7 */
    assert_int_equal(cycles(FROM, AS_OF - 1, true).cycle_count, 0);
    view_case_end(&c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_day_out_of_stock_loses_its_fitted_mean_times_the_missing_share),
        cmocka_unit_test(test_nothing_is_known_to_be_lost_where_no_row_tells_availability),
        cmocka_unit_test(test_the_fill_rate_is_served_over_served_and_lost),
        cmocka_unit_test(test_a_window_of_more_days_than_a_thread_has_room_for_is_refused),
        cmocka_unit_test(test_a_cycle_runs_from_one_receipt_to_the_day_before_the_next),
        cmocka_unit_test(test_a_cycle_without_a_row_that_tells_availability_does_not_count),
        cmocka_unit_test(test_without_receipts_a_cycle_is_a_review_period),
        cmocka_unit_test(test_without_terms_or_availability_there_is_no_cycle),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
