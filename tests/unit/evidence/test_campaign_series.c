/* What was wanted of a series in and around a campaign: which days measure its level, which its
 * window and its slump, in a shop that sells evenly. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "models/base/limits.h"
#include "models/evidence/campaign_series.h"
#include "tests/support/close.h"
#include "tests/support/evidence/campaign_case.h"

/* Five days, forty before the last one of the history; the presale of six days ends three
 * before. */
#define START   (VIEW_CASE_AS_OF - 60)
#define END     (START + 4)
#define PRESALE (START - 9)

static struct view_case c;
static struct pk_campaign_work work;
static struct pk_campaign_series one;

/* Items a0 ("food") and a1 ("shoes") sell 10 a day in "east", and 30 in the campaign. */
static int set_up(void **state)
{
    (void)state;
    view_case_begin(&c, 2, 1, 300);
    c.items[0].category = 1;
    c.items[1].category = 2;
    for (size_t series = 0; series < 2; series++) {
        view_case_sell_flat(&c, series, 10);
        campaign_case_sell(&c, series, START, END, 30);
    }
    campaign_case_presale(&c, "p", PRESALE, START - 4, START);
    view_case_promotion(&c, "p", START, END);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    pk_campaign_work_done(&work);
    view_case_end(&c);
    return 0;
}

static enum pk_status begin(const char *promotion_id, struct pk_error *error)
{
    pk_campaign_work_done(&work);
    return pk_campaign_work_init(&c.view, NULL, promotion_id, &work, error);
}

static bool load(size_t series)
{
    struct pk_error error;
    bool is_covered;
    view_case_fit(&c);
    assert_int_equal(begin("p", &error), PK_OK);
    assert_int_equal(pk_campaign_series_load(&work, series, &one, &is_covered, &error), PK_OK);
    return is_covered;
}

static const struct pk_campaign_bucket *bucket_on(int32_t date)
{
    const int32_t at = (date - one.first_date) / one.bucket_days;
    assert_true(date >= one.first_date && (size_t)at < one.bucket_count);
    return &work.buckets[at];
}

static void assert_spans(int32_t from_date, int32_t to_date, enum pk_campaign_span expected)
{
    for (int32_t date = from_date; date <= to_date; date += one.bucket_days)
        if (bucket_on(date)->span != expected)
            fail_msg("day %d of the campaign has span %d", date - START, bucket_on(date)->span);
}

/* --- spans --- */

static void test_each_day_belongs_to_one_span(void **state)
{
    (void)state;
    assert_true(load(0));
    /* 56 days before the presale, 42 after the end. */
    assert_int_equal(one.first_date, PRESALE - 56);
    assert_int_equal(one.bucket_count, 56 + 9 + 5 + 42);
    assert_int_equal(one.bucket_days, 1);
    assert_spans(PRESALE - 56, PRESALE - 8, PK_SPAN_ORDINARY);
    assert_spans(PRESALE, START - 4, PK_SPAN_PRESALE);
    assert_spans(START - 3, START - 1, PK_SPAN_NONE); /* neither presale nor ordinary */
    assert_spans(START, END, PK_SPAN_WINDOW);
    assert_spans(END + 1, END + 14, PK_SPAN_DIP);
    assert_spans(END + 15, END + 42, PK_SPAN_ORDINARY);
}

static void test_a_bucket_holds_sales_stock_and_the_means_of_the_fit(void **state)
{
    (void)state;
    view_case_bucket(&c, 0, START + 1)->available_ratio = 0.5F;
    view_case_bucket(&c, 0, START + 2)->available_ratio = 1;
    load(0);
    assert_close(bucket_on(START - 20)->sold_units, 10, 0);
    assert_close(bucket_on(START + 1)->sold_units, 30, 0);
    assert_close(bucket_on(START + 1)->available_ratio, 0.5, 0);
    assert_close(bucket_on(START)->available_ratio, 1, 0); /* nothing is told */
    assert_close(bucket_on(START)->ordinary_units, 10, 1);
    assert_true(bucket_on(START)->expected_units > 20);
    assert_false(bucket_on(END + 42)->is_ahead);
}

static void test_days_under_another_promotion_are_no_slump_and_measure_no_level(void **state)
{
    (void)state;
    struct pk_promotion *other = view_case_promotion(&c, "q", END + 3, END + 5);
    other->category = 1;
    assert_true(load(0));
    assert_spans(END + 1, END + 2, PK_SPAN_DIP);
    assert_spans(END + 3, END + 5, PK_SPAN_NONE);
    assert_spans(END + 6, END + 14, PK_SPAN_DIP);
    assert_true(pk_campaign_has_other(&work, 0, END, END + 3));
    assert_false(pk_campaign_has_other(&work, 0, START, END));
    assert_false(pk_campaign_has_other(&work, 1, END + 3, END + 5)); /* "shoes" */
    other->start_date = other->end_date = END + 20;
    load(0);
    assert_spans(END + 20, END + 20, PK_SPAN_NONE);
}

static void test_days_before_the_first_sale_measure_nothing(void **state)
{
    (void)state;
    campaign_case_sell(&c, 0, c.first_date, START - 31, 0);
    load(0);
    assert_spans(PRESALE - 56, START - 31, PK_SPAN_NONE);
    assert_spans(START - 30, START - 20, PK_SPAN_ORDINARY);
}

static void test_the_history_begins_with_the_fit(void **state)
{
    (void)state;
    c.promotions[0].start_date = c.first_date + 20;
    c.promotions[0].end_date = c.first_date + 22;
    c.promotions[1].start_date = c.first_date + 30;
    c.promotions[1].end_date = c.first_date + 34;
    load(0);
    const int32_t first_date =
        pk_model_first_date(c.model); /* the Monday of the first sale's week */
    assert_in_range(c.first_date - first_date, 0, 6);
    assert_int_equal(one.first_date, first_date);
    assert_int_equal(one.bucket_count, c.first_date - first_date + 35 + 42);
}

static void test_a_weekly_series_is_judged_by_the_weeks_of_the_window(void **state)
{
    (void)state;
    /* Weeks begin on Mondays, and the last day of the history is a Sunday: so is START + 4. */
    c.data.shop.as_of_date = VIEW_CASE_AS_OF - 6;
    c.series[0].bucket_days = 7;
    for (int32_t date = c.first_date; date <= VIEW_CASE_AS_OF; date++) {
        struct pk_sales_bucket *day = view_case_bucket(&c, 0, date);
        day->demand_units =
            pk_date_weekday(date) == 0 ? (date <= END && date + 6 >= START ? 170 : 70) : 0;
    }
    assert_true(load(0));
    assert_int_equal(one.bucket_days, 7);
    assert_int_equal(pk_date_weekday(one.first_date), 0);
    int32_t first, last;
    pk_campaign_window_days(&one, &first, &last);
    assert_int_equal(pk_date_weekday(first), 0);
    assert_int_equal((last - first + 1) % 7, 0);
    assert_true(first <= START && first + 7 > START && last >= END && last - 7 < END);
    assert_spans(first, last, PK_SPAN_WINDOW);
    /* Two whole weeks lie in the 14 days after, if the window ends with a week. */
    size_t dips = 0;
    for (size_t i = 0; i < one.bucket_count; i++) {
        dips += work.buckets[i].span == PK_SPAN_DIP;
        assert_int_not_equal(work.buckets[i].span, PK_SPAN_PRESALE);
    }
    assert_int_equal(dips, last == END ? 2 : 1);
}

/* --- which series --- */

static void test_a_series_outside_the_campaign_has_no_line(void **state)
{
    (void)state;
    c.promotions[0].category = c.promotions[1].category = 2;
    assert_false(load(0));
    assert_true(load(1));
}

static void test_a_series_that_was_not_on_sale_has_no_line(void **state)
{
    (void)state;
    c.items[0].end_date = START - 1;
    assert_false(load(0));
    c.items[0].end_date = START;
    assert_true(load(0));
    c.items[0].end_date = PK_DATE_NONE;
    c.items[0].launch_date = END + 1;
    assert_false(load(0));
    c.items[0].launch_date = PK_DATE_NONE;
    campaign_case_sell(&c, 0, c.first_date, END, 0); /* its first sale is the day after */
    assert_false(load(0));
}

static void test_a_series_that_never_sold_counts_if_its_launch_is_told(void **state)
{
    (void)state;
    view_case_sell_flat(&c, 0, 0);
    assert_false(load(0));
    c.items[0].launch_date = START;
    assert_true(load(0));
    assert_spans(START, END, PK_SPAN_WINDOW);
}

/* --- what lies ahead --- */

static void test_days_ahead_are_forecast(void **state)
{
    (void)state;
    c.promotions[1].end_date = VIEW_CASE_AS_OF + 3;
    campaign_case_sell(&c, 0, START, VIEW_CASE_AS_OF, 30);
    campaign_case_sell(&c, 1, START, VIEW_CASE_AS_OF, 30);
    assert_true(load(0));
    assert_int_equal(one.bucket_count, (size_t)(VIEW_CASE_AS_OF + 3 - one.first_date + 1));
    struct pk_demand demand;
    double mean[3], sum = 0;
    struct pk_error error;
    struct pk_forecast_scratch *scratch = pk_forecast_scratch_new();
    assert_int_equal(
        pk_model_forecast(c.model, &c.data.shop, 0, 3, scratch, mean, &demand, NULL, &error),
        PK_OK);
    pk_forecast_scratch_free(scratch);
    assert_false(bucket_on(VIEW_CASE_AS_OF)->is_ahead);
    for (int32_t day = 0; day < 3; day++) {
        const struct pk_campaign_bucket *bucket = bucket_on(VIEW_CASE_NEXT + day);
        assert_true(bucket->is_ahead);
        assert_int_equal(bucket->span, PK_SPAN_WINDOW);
        assert_close(bucket->sold_units, 0, 0);
        sum += bucket->expected_units;
    }
    assert_close(one.ahead.total_units, sum, 1e-9);
    assert_true(one.ahead.lift_sd >= 0);
    /* A campaign under way is changed by its first days, so that the path is close to the forecast
     * but not equal. */
    assert_close(sum, mean[0] + mean[1] + mean[2], 0.5 * sum);
}

static void test_a_campaign_that_is_over_has_nothing_ahead(void **state)
{
    (void)state;
    load(0);
    assert_close(one.ahead.total_units, 0, 0);
    assert_close(one.ahead.lift_sd, 0, 0);
}

/* --- refusals --- */

static void test_a_campaign_without_an_approved_row_is_not_found(void **state)
{
    (void)state;
    struct pk_error error;
    view_case_fit(&c);
    assert_int_equal(begin("draft", &error), PK_NOT_FOUND);
    assert_string_equal(error.field, "promotion_id");
}

static void test_a_campaign_before_the_history_cannot_be_judged(void **state)
{
    (void)state;
    struct pk_error error;
    view_case_fit(&c);
    c.promotions[1].start_date = pk_model_first_date(c.model);
    assert_int_equal(begin("p", &error), PK_OK);
    c.promotions[1].start_date--;
    assert_int_equal(begin("p", &error), PK_FAILED_PRECONDITION);
}

static void test_a_campaign_may_end_on_the_last_day_of_the_horizon(void **state)
{
    (void)state;
    struct pk_error error;
    view_case_fit(&c);
    c.promotions[1].end_date = VIEW_CASE_AS_OF + PK_HORIZON_DAYS_MAX;
    assert_int_equal(begin("p", &error), PK_OK);
    c.promotions[1].end_date++;
    assert_int_equal(begin("p", &error), PK_FAILED_PRECONDITION);
}

#define WITH_SHOP(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_SHOP(test_each_day_belongs_to_one_span),
        WITH_SHOP(test_a_bucket_holds_sales_stock_and_the_means_of_the_fit),
        WITH_SHOP(test_days_under_another_promotion_are_no_slump_and_measure_no_level),
        WITH_SHOP(test_days_before_the_first_sale_measure_nothing),
        WITH_SHOP(test_the_history_begins_with_the_fit),
        WITH_SHOP(test_a_weekly_series_is_judged_by_the_weeks_of_the_window),
        WITH_SHOP(test_a_series_outside_the_campaign_has_no_line),
        WITH_SHOP(test_a_series_that_was_not_on_sale_has_no_line),
        WITH_SHOP(test_a_series_that_never_sold_counts_if_its_launch_is_told),
        WITH_SHOP(test_days_ahead_are_forecast),
        WITH_SHOP(test_a_campaign_that_is_over_has_nothing_ahead),
        WITH_SHOP(test_a_campaign_without_an_approved_row_is_not_found),
        WITH_SHOP(test_a_campaign_before_the_history_cannot_be_judged),
        WITH_SHOP(test_a_campaign_may_end_on_the_last_day_of_the_horizon),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
