/* The result of a campaign in a shop that sells evenly, so that lift, slump, lost sales, stock and
 * forecast are known. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "models/base/units.h"
#include "models/evidence/campaign_results.h"
#include "models/evidence/decide_promotion.h"
#include "tests/support/close.h"
#include "tests/support/evidence/campaign_case.h"

/* Four days, sixty before the last one of the history. */
#define START (VIEW_CASE_AS_OF - 60)
#define END   (START + 3)

static struct view_case c, then;
static struct pk_campaign_results results;

/* Item a0 sells 20 a day in "east" and a1 10; in the campaign three times as much, in the fortnight
 * after it half. */
static double units_of(size_t item, size_t warehouse, int32_t day)
{
    (void)warehouse;
    const int32_t date = VIEW_CASE_AS_OF - 299 + day;
    const double usual = item == 0 ? 20 : 10;
    return date < START || date > END + 14 ? usual : date <= END ? 3 * usual : usual / 2;
}

static void make_shop(struct view_case *shop)
{
    view_case_begin(shop, 2, 1, 300);
    shop->items[1].category = 1;
    shop->items[0].list_price_micros = shop->items[1].list_price_micros = 10 * PK_MICROS_PER_UNIT;
    shop->items[0].unit_cost_micros = shop->items[1].unit_cost_micros = 4 * PK_MICROS_PER_UNIT;
    view_case_promotion(shop, "p", START, END);
}

static int set_up(void **state)
{
    (void)state;
    make_shop(&c);
    view_case_sell(&c, units_of);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    pk_campaign_results_done(&results);
    if (then.days != NULL)
        view_case_end(&then);
    view_case_end(&c);
    return 0;
}

static void load(const struct pk_view *before)
{
    struct pk_error error;
    uint32_t both[] = {0, 1};
    const struct pk_series_selection selection = {both, 2};
    pk_campaign_results_done(&results);
    view_case_fit(&c);
    assert_int_equal(pk_campaign_results_load(&c.view, before, "p", &selection, &results, &error),
                     PK_OK);
}

/* The shop as it was the day before the start. */
static const struct pk_view *view_before(void)
{
    make_shop(&then);
    then.data.shop.as_of_date = START - 1;
    for (size_t series = 0; series < 2; series++)
        campaign_case_sell(&then, series, then.first_date, START - 1, series == 0 ? 20 : 10);
    return view_case_fit(&then);
}

static double figure(const struct pk_campaign_sum *sum, enum pk_campaign_metric metric)
{
    const struct pk_campaign_figure one = pk_campaign_figure_of(sum, metric);
    assert_true(one.is_defined);
    return one.value;
}

/* --- demand --- */

static void test_the_lift_is_demand_over_ordinary_days(void **state)
{
    (void)state;
    load(NULL);
    assert_int_equal(results.line_count, 2);
    assert_close(results.total.window.sold, 4 * 60 + 4 * 30, 0);
    assert_close(figure(&results.total, PK_CAMPAIGN_BASELINE), 4 * 20 + 4 * 10, 6);
    assert_close(figure(&results.total, PK_CAMPAIGN_LIFT), 3, 0.15);
    assert_close(figure(&results.total, PK_CAMPAIGN_LOST), 0, 0);
    assert_close(figure(&results.categories[1], PK_CAMPAIGN_SOLD), 120, 0);
    assert_close(figure(&results.categories[0], PK_CAMPAIGN_SOLD), 240, 0);
}

static void test_the_slump_is_what_the_fortnight_lacks(void **state)
{
    (void)state;
    load(NULL);
    assert_close(figure(&results.total, PK_CAMPAIGN_DIP), 0.5, 0.05);
    /* 14 days lost half of 30 units; the window sold 240 more than ordinary days. */
    assert_close(figure(&results.total, PK_CAMPAIGN_PULL_FORWARD), 14 * 15 / 240.0, 0.12);
}

static void test_a_stock_out_lost_what_its_hours_would_have_sold(void **state)
{
    (void)state;
    /* The second day was in stock for half of it, and sold half. */
    view_case_bucket(&c, 0, START + 1)->available_ratio = 0.5F;
    view_case_bucket(&c, 0, START + 1)->demand_units = 30;
    load(NULL);
    assert_close(results.total.window.sold, 330, 0);
    assert_close(figure(&results.total, PK_CAMPAIGN_LOST), 30, 3);
    assert_close(figure(&results.total, PK_CAMPAIGN_LIFT), 3, 0.2);
}

static void test_the_days_of_the_campaign_add_up(void **state)
{
    (void)state;
    load(NULL);
    assert_int_equal(results.day_count, 4 + PK_CAMPAIGN_DIP_DAYS);
    double window = 0;
    for (size_t day = 0; day < 4; day++) {
        assert_int_equal(results.days[day].date, START + (int32_t)day);
        assert_int_equal(results.days[day].number, day + 1);
        assert_close(results.days[day].sum.sold, 90, 0);
        window += results.days[day].sum.demand;
    }
    assert_close(window, results.total.window.demand, 1e-9);
    assert_close(results.phases[PK_PHASE_PEAK].sold, 360, 0);
}

/* --- stock --- */

static void test_stock_is_what_was_there_and_what_came(void **state)
{
    (void)state;
    view_case_stock(&c, 0, 0, START - 1, 200);
    view_case_stock(&c, 0, 0, END, 10);
    load(NULL);
    const struct pk_campaign_supply *supply = &results.lines[0].line.supply;
    /* 240 were sold of 200, and 10 are left: 50 came in. */
    assert_close(supply->start_units, 200, 0);
    assert_close(supply->received_units, 50, 0);
    /* Thirty ordinary days. */
    assert_close(supply->left_demand_units, 30 * 20, 40);
    assert_true(isnan(results.lines[1].line.supply.start_units));
    /* Of the counted line: 240 of 250 sold; 10 too many. */
    assert_int_equal(results.total.stock_count, 1);
    assert_close(figure(&results.total, PK_CAMPAIGN_SELL_THROUGH), 240.0 / 250, 1e-9);
    assert_close(figure(&results.total, PK_CAMPAIGN_EXCESS), 10.0 / 240, 1e-9);
    assert_close(figure(&results.total, PK_CAMPAIGN_ACCURACY), 1 - 10.0 / 240, 1e-9);
    assert_close(figure(&results.total, PK_CAMPAIGN_RIGHT), 1, 0);
}

/* --- forecast --- */

static void test_without_a_view_of_the_day_before_there_is_no_forecast(void **state)
{
    (void)state;
    load(NULL);
    assert_true(isnan(results.lines[0].line.supply.forecast_units));
    assert_false(pk_campaign_figure_of(&results.total, PK_CAMPAIGN_FORECAST).is_defined);
}

static void test_the_forecast_is_that_of_the_day_before(void **state)
{
    (void)state;
    view_case_stock(&c, 0, 0, START - 1, 10);
    view_case_stock(&c, 0, 0, END, 0);
    load(view_before());
    const struct pk_campaign_supply *supply = &results.lines[0].line.supply;
    struct pk_demand_memory *memory = calloc(1, sizeof *memory);
    struct pk_demand_ahead ahead;
    struct pk_error error;
    double mean[4];
    memory->scratch = pk_forecast_scratch_new();
    assert_int_equal(pk_demand_ahead_load(&then.view, 0, 4, memory, mean, &ahead, &error), PK_OK);
    const struct pk_window window = pk_demand_window(&ahead.demand, START, END);
    assert_close(supply->forecast_units, window.mean_units, 1e-9);
    assert_close(supply->q50_units, (double)pk_window_quantile_units(&window, 0.5), 0);
    assert_close(supply->q90_units, (double)pk_window_quantile_units(&window, 0.9), 0);
    /* 240 were sold, so that 230 came in: more than the median. */
    assert_close(supply->start_units + supply->received_units, 240, 1e-9);
    assert_close(supply->gap_units, fmax(supply->q50_units - 240, 0), 1e-9);
    pk_forecast_scratch_free(memory->scratch);
    free(memory);
}

static void test_an_item_that_did_not_exist_then_has_no_forecast(void **state)
{
    (void)state;
    view_before();
    then.item_ids[0][1] = 'x'; /* "ax" in place of "a0"; still before "b" */
    then.item_ids[1][1] = 'y';
    load(&then.view);
    assert_true(isnan(results.lines[0].line.supply.forecast_units));
    assert_true(isnan(results.lines[0].line.supply.gap_units));
}

static void test_of_a_campaign_ahead_readiness_tells(void **state)
{
    (void)state;
    c.promotions[0].start_date = VIEW_CASE_NEXT + 5;
    c.promotions[0].end_date = VIEW_CASE_NEXT + 8;
    view_case_stock(&c, 0, 0, VIEW_CASE_AS_OF, 300);
    view_case_inbound(&c, 0, 0, VIEW_CASE_NEXT + 2, 40);
    load(NULL);
    struct pk_decision_memory *memory = pk_decision_memory_new();
    struct pk_series_facts facts;
    struct pk_promotion_input input;
    struct pk_promotion_check check;
    struct pk_error error;
    bool is_covered;
    assert_int_equal(
        pk_decide_promotion(&c.view, 0, "p", memory, &facts, &input, &check, &is_covered, &error),
        PK_OK);
    const struct pk_campaign_supply *supply = &results.lines[0].line.supply;
    assert_false(results.has_begun);
    assert_close(supply->forecast_units, check.expected_units, 0);
    assert_close(supply->q50_units, (double)check.q50_units, 0);
    assert_close(supply->start_units, check.stock_at_start_units, 0);
    assert_close(supply->received_units, check.inbound_before_start_units, 0);
    assert_close(supply->gap_units, check.gap_q50_units, 0);
    assert_true(isnan(results.lines[1].line.supply.start_units)); /* never counted */
    assert_true(results.lines[1].line.supply.forecast_units > 0);
    pk_decision_memory_free(memory);
}

/* --- money, deposits, returns --- */

static void test_a_line_holds_what_it_brought(void **state)
{
    (void)state;
    c.promotions[0].discount_ratio = 0.2;
    view_case_bucket(&c, 0, END + 2)->returned_units = 12;
    load(NULL);
    const struct pk_campaign_line *line = &results.lines[0].line;
    /* 240 units at 8 in place of 10, which cost 4. */
    assert_close(line->money.gmv, 240 * 8, 1e-9);
    assert_close(line->money.discount, 240 * 2, 1e-9);
    assert_close(line->money.profit, 240 * 4, 1e-9);
    assert_close(line->returned_units, 12, 0);
    /* 30 days after the end: 14 of 10 and 16 of 20. */
    assert_close(line->paid_units, 240 + 140 + 320, 0);
    assert_close(results.total.gmv, 360 * 8, 1e-9);
}

static void test_deposits_stand_on_the_first_line_of_their_item(void **state)
{
    (void)state;
    view_case_end(&c);
    view_case_begin(&c, 1, 2, 300);
    view_case_promotion(&c, "p", START, END);
    view_case_sell(&c, units_of);
    view_case_deposit(&c, "p", 0, START - 2, 33)->balance_paid_units = 30;
    load(NULL);
    assert_close(results.lines[0].line.deposit_units, 33, 0);
    assert_close(results.lines[0].line.balance_paid_units, 30, 0);
    assert_close(results.lines[1].line.deposit_units, 0, 0);
    assert_true(isnan(results.lines[1].line.balance_paid_units));
    assert_close(figure(&results.total, PK_CAMPAIGN_CONVERSION), 30.0 / 33, 1e-9);
}

static void test_another_promotion_in_the_window_is_told(void **state)
{
    (void)state;
    struct pk_promotion *other = view_case_promotion(&c, "q", END, END + 1);
    other->category = 1;
    load(NULL);
    assert_false(results.lines[0].line.has_overlap);
    assert_true(results.lines[1].line.has_overlap);
    other->start_date = END + 1;
    load(NULL);
    assert_false(results.lines[1].line.has_overlap);
}

#define WITH_SHOP(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_SHOP(test_the_lift_is_demand_over_ordinary_days),
        WITH_SHOP(test_the_slump_is_what_the_fortnight_lacks),
        WITH_SHOP(test_a_stock_out_lost_what_its_hours_would_have_sold),
        WITH_SHOP(test_the_days_of_the_campaign_add_up),
        WITH_SHOP(test_stock_is_what_was_there_and_what_came),
        WITH_SHOP(test_without_a_view_of_the_day_before_there_is_no_forecast),
        WITH_SHOP(test_the_forecast_is_that_of_the_day_before),
        WITH_SHOP(test_an_item_that_did_not_exist_then_has_no_forecast),
        WITH_SHOP(test_of_a_campaign_ahead_readiness_tells),
        WITH_SHOP(test_a_line_holds_what_it_brought),
        WITH_SHOP(test_deposits_stand_on_the_first_line_of_their_item),
        WITH_SHOP(test_another_promotion_in_the_window_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
