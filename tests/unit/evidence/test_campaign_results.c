/* The figures of a campaign whose lift, slump, stock and forecast are known. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "models/evidence/campaign_results.h"
#include "tests/support/close.h"
#include "tests/support/evidence/view_case.h"

#define NEXT  VIEW_CASE_NEXT
#define AS_OF VIEW_CASE_AS_OF
#define START (AS_OF - 43)
#define END   (AS_OF - 40)

static struct view_case c, then;
static struct pk_campaign_results results;

static double ordinary(size_t item, size_t warehouse, int32_t day)
{
    (void)item;
    (void)warehouse;
    (void)day;
    return 10;
}

/* Items a0 .. a3 sell 10 a day, 30 on the four days of "p", 7 on the 14 days after it. a0 and a1
 * are of "food". They cost 20 and sell for 50; "p" takes a fifth off, and a tenth goes to selling.
 */
static int set_up(void **state)
{
    (void)state;
    view_case_begin(&c, 4, 1, 200);
    view_case_sell(&c, ordinary);
    c.items[0].category = c.items[1].category = 1;
    for (size_t item = 0; item < 4; item++) {
        for (int32_t date = START; date <= END + PK_CAMPAIGN_DIP_DAYS; date++)
            view_case_bucket(&c, item, date)->demand_units = date <= END ? 30 : 7;
    }
    view_case_promotion(&c, "p", START, END);
    view_case_fit(&c);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    pk_campaign_results_done(&results);
    view_case_end(&c);
    return 0;
}

static void load(const struct pk_view *before)
{
    uint32_t all[] = {0, 1, 2, 3};
    const struct pk_series_selection selection = {all, 4};
    struct pk_error error = {.status = PK_OK};
    pk_campaign_results_done(&results);
    if (pk_campaign_results_load(&c.view, before, "p", &selection, &results, &error) != PK_OK)
        fail_msg("%s", error.message);
    assert_int_equal(results.line_count, 4);
}

static double figure(enum pk_campaign_metric metric)
{
    const struct pk_campaign_figure one = pk_campaign_figure_of(&results.total, metric);
    assert_true(one.is_defined);
    return one.value;
}

/* ---- lift and slump -------------------------------------------------------------------------- */

static void test_the_lift_is_demand_over_ordinary_days(void **state)
{
    (void)state;
    load(NULL);
    assert_true(results.has_begun && results.is_over);
    assert_int_equal(results.days_after, 40);
    assert_close(results.total.window.sold, 4 * 120, 0);
    assert_close(results.total.window.lost, 0, 0);
    assert_close(results.total.window.baseline, 4 * 40, 8);
    assert_close(figure(PK_CAMPAIGN_LIFT), 3, 0.15);
    for (size_t i = 0; i < 4; i++)
        assert_close(pk_lift_of(&results.lines[i].line.window).ratio, 3, 0.2);
}

static void test_the_slump_is_what_the_days_after_lack(void **state)
{
    (void)state;
    load(NULL);
    assert_close(results.total.dip.sold, 4 * 14 * 7, 0);
    assert_close(figure(PK_CAMPAIGN_DIP), 0.3, 0.05);
    /* The slump lost 14 x 3 of each item, the window sold 4 x 20 more. */
    assert_close(figure(PK_CAMPAIGN_PULL_FORWARD), 42.0 / 80, 0.1);
}

static void test_categories_and_days_add_up_to_the_total(void **state)
{
    (void)state;
    load(NULL);
    struct pk_lift_sum window = {0}, after = {0};
    assert_int_equal(results.day_count, 4 + PK_CAMPAIGN_DIP_DAYS);
    for (size_t i = 0; i < results.day_count; i++) {
        const bool is_after = i >= 4;
        assert_int_equal(results.days[i].date, START + (int32_t)i);
        assert_int_equal(results.days[i].phase,
                         is_after ? PK_CAMPAIGN_AFTER : (size_t)PK_PHASE_PEAK);
        assert_int_equal(results.days[i].number, (int32_t)i - (is_after ? 4 : 0) + 1);
        pk_lift_sum_add(is_after ? &after : &window, &results.days[i].sum);
    }
    assert_close(window.demand, results.total.window.demand, 1e-6);
    assert_close(window.baseline, results.total.window.baseline, 1e-6);
    assert_close(after.demand, results.total.dip.demand, 1e-6);
    assert_close(results.phases[PK_PHASE_PEAK].demand, window.demand, 1e-6);
    assert_int_equal(results.categories[1].line_count, 2);
    assert_close(results.categories[0].window.demand + results.categories[1].window.demand,
                 window.demand, 1e-6);
}

/* ---- stock ----------------------------------------------------------------------------------- */

static void test_counts_and_receipts_tell_how_the_window_was_stocked(void **state)
{
    (void)state;
    /* a0: 100 at the start; 50 came in. a1: 180 four days before, of which 40 were sold, and 20
     * came in on one of these days. */
    view_case_stock(&c, 0, 0, START - 1, 100);
    view_case_stock(&c, 0, 0, END, 30);
    view_case_stock(&c, 1, 0, START - 5, 180);
    view_case_delivery(&c, 1, 0, "acme", START - 9, START - 2)->received_units = 20;
    load(NULL);
    const struct pk_campaign_supply *a0 = &results.lines[0].line.supply;
    const struct pk_campaign_supply *a1 = &results.lines[1].line.supply;
    assert_close(a0->start_units, 100, 1e-9);
    assert_close(a0->received_units, 50, 1e-9);
    assert_close(a1->start_units, 180 - 40 + 20, 1e-9);
    assert_close(a1->received_units, 0, 1e-9);
    assert_true(isnan(results.lines[2].line.supply.start_units));
    /* Each sold 120: 30 too much, and 40. */
    assert_int_equal(results.total.stock_count, 2);
    assert_close(figure(PK_CAMPAIGN_ACCURACY), 1 - 70.0 / 240, 1e-9);
    assert_close(figure(PK_CAMPAIGN_EXCESS), 70.0 / 240, 1e-9);
    assert_close(figure(PK_CAMPAIGN_SHORT), 0, 1e-9);
    assert_close(figure(PK_CAMPAIGN_RIGHT), 0, 1e-9);
}

/* ---- the forecast of that time --------------------------------------------------------------- */

static void test_the_forecast_is_that_of_the_day_before(void **state)
{
    (void)state;
    view_case_begin(&then, 4, 1, 200);
    view_case_sell(&then, ordinary);
    for (size_t series = 0; series < 4; series++)
        for (int32_t date = START; date <= AS_OF; date++)
            view_case_bucket(&then, series, date)->demand_units = 0;
    then.data.shop.as_of_date = START - 1;
    view_case_stock(&c, 0, 0, START - 1, 25);
    view_case_stock(&c, 0, 0, END, 0);
    load(view_case_fit(&then));
    /* It knows nothing of the campaign: 40 units of 120. */
    const struct pk_campaign_supply *a0 = &results.lines[0].line.supply;
    assert_true(results.has_forecast);
    assert_close(a0->forecast_units, 40, 2);
    assert_close(a0->received_units, 95, 1e-9); /* 25 + 95 = 120 were sold */
    assert_close(a0->gap_units, 0, 0);
    assert_close(figure(PK_CAMPAIGN_BIAS), -2.0 / 3, 0.05);
    assert_close(figure(PK_CAMPAIGN_COVER_Q90), 0, 0);
    /* Without receipts and with less sold: stocked 25 of a median of 40. */
    for (int32_t date = START; date <= END; date++)
        view_case_bucket(&c, 0, date)->demand_units = 25.0F / 4;
    view_case_fit(&c);
    load(&then.view);
    assert_close(results.lines[0].line.supply.received_units, 0, 1e-6);
    assert_close(results.lines[0].line.supply.gap_units,
                 results.lines[0].line.supply.q50_units - 25, 1e-6);
    view_case_end(&then);
}

static void test_the_day_before_the_start_is_the_day_of_its_forecast(void **state)
{
    (void)state;
    struct pk_campaign campaign = {.start_date = START};
    assert_int_equal(pk_campaign_before_date(&c.view, &campaign), START - 1);
    campaign.start_date = NEXT; /* it is ahead */
    assert_int_equal(pk_campaign_before_date(&c.view, &campaign), PK_DATE_NONE);
    campaign.start_date = pk_model_first_date(c.model) + 1; /* nothing was known then */
    assert_int_equal(pk_campaign_before_date(&c.view, &campaign), PK_DATE_NONE);
}

#define WITH_SHOP(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_SHOP(test_the_lift_is_demand_over_ordinary_days),
        WITH_SHOP(test_the_slump_is_what_the_days_after_lack),
        WITH_SHOP(test_categories_and_days_add_up_to_the_total),
        WITH_SHOP(test_counts_and_receipts_tell_how_the_window_was_stocked),
        WITH_SHOP(test_the_forecast_is_that_of_the_day_before),
        WITH_SHOP(test_the_day_before_the_start_is_the_day_of_its_forecast),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
