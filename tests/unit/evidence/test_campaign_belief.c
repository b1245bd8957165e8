/* What deposits and the first days of a campaign say of its days ahead. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "models/evidence/campaign_belief.h"
#include "models/evidence/campaign_update.h"
#include "tests/support/close.h"
#include "tests/support/evidence/view_case.h"

#define AS_OF VIEW_CASE_AS_OF
#define NEXT  VIEW_CASE_NEXT
#define DAYS  20

/* Items in one warehouse, so that series = item. The first half are "food", the others "shoes". */
static struct view_case c;
static struct pk_campaign_updates updates;

static void begin(size_t item_count)
{
    view_case_begin(&c, item_count, 1, 120);
    for (size_t item = 0; item < item_count; item++) {
        c.items[item].category = item < item_count / 2 ? 1 : 2;
        view_case_sell_flat(&c, item, 20);
    }
}

static int set_up(void **state)
{
    (void)state;
    begin(6);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    pk_campaign_updates_done(&updates);
    view_case_end(&c);
    return 0;
}

/* "p" is under way: five days of it are over, and six are ahead. */
static struct pk_promotion *run_campaign(void)
{
    return view_case_promotion(&c, "p", AS_OF - 4, NEXT + 5);
}

/* "p" is in presale: ten days of its twenty are over. Its balance is paid from the eleventh day
 * ahead on, for five days. */
static void presell_campaign(void)
{
    view_case_promotion(&c, "p", AS_OF - 9, AS_OF + 10)->phase = PK_PHASE_PRESALE;
    view_case_promotion(&c, "p", AS_OF + 11, AS_OF + 15);
}

static void sell_first_days(size_t item, double units)
{
    for (int32_t date = AS_OF - 4; date <= AS_OF; date++)
        view_case_bucket(&c, item, date)->demand_units = (float)units;
}

static void run_out_of_stock(size_t item)
{
    for (int32_t date = AS_OF - 4; date <= AS_OF; date++)
        view_case_bucket(&c, item, date)->available_ratio = 0.5F;
}

/* The lines of "p" by the sales and deposits as they stand. The model keeps the fit that it has. */
static const struct pk_campaign_item_update *believe(const struct pk_executor *executor)
{
    struct pk_error error;
    if (c.model == NULL)
        view_case_fit(&c);
    view_case_keep_sales(&c);
    pk_campaign_updates_done(&updates);
    assert_int_equal(pk_campaign_updates_build(&c.data, c.model, executor, &updates, &error),
                     PK_OK);
    assert_int_equal(updates.count, 1);
    return updates.updates[0].lines;
}

/* Forecast of an item over a range. */
static double forecast(size_t item, int32_t from_date, int32_t to_date, struct pk_demand *demand)
{
    static double mean[DAYS];
    struct pk_error error;
    struct pk_forecast_scratch *scratch = pk_forecast_scratch_new();
    assert_non_null(scratch);
    assert_int_equal(pk_model_forecast(c.model, &c.data.shop, item, to_date - AS_OF, scratch, mean,
                                       demand, NULL, &error),
                     PK_OK);
    pk_forecast_scratch_free(scratch);
    return pk_demand_window(demand, from_date, to_date).mean_units;
}

/* ---- first days ------------------------------------------------------------------------------ */

static void test_the_belief_moves_towards_the_first_days(void **state)
{
    (void)state;
    run_campaign();
    double before = 0;
    view_case_fit(&c);
    for (double units = 0; units <= 80; units += 10) {
        for (size_t item = 0; item < 6; item++)
            sell_first_days(item, units);
        const struct pk_campaign_item_update *line = believe(NULL);
        const double told = line->sold_units / line->expected_sold_units;
        assert_close(line->sold_units, 5 * units, 1e-6);
        assert_true(line->ratio > before);
        /* Between no news and what the days say. */
        assert_true(line->ratio >= fmin(1, told) - 1e-9 && line->ratio <= fmax(1, told) + 1e-9);
        assert_close(line[5].ratio, line->ratio, 1e-6); /* all items are alike */
        before = line->ratio;
    }
}

static void test_one_item_alone_follows_the_formula(void **state)
{
    (void)state;
    struct pk_demand demand;
    view_case_end(&c);
    begin(1);
    run_campaign();
    view_case_fit(&c);
    sell_first_days(0, 40);
    const struct pk_campaign_item_update *line = believe(NULL);
    forecast(0, NEXT, NEXT + 5, &demand);
    /* The shop (0.2^2), its category (0.1^2) and the item (its forecast, 0.1^2 at least) differ
     * from the forecast. Later days differ from the first by 0.15^2, twice that deviation while the
     * peak goes on. */
    const double spread = fmin(1, fmax(0.01, pk_demand_relative_variance(&demand, NEXT, NEXT + 5)));
    const double expected = line->expected_sold_units;
    const struct pk_ratio_evidence evidence = {.units = 200,
                                               .expected_units = expected,
                                               .noise_variance =
                                                   expected * expected / 5 / demand.dispersion,
                                               .relative_variance = 4 * 0.0225};
    const struct pk_ratio_belief belief =
        pk_ratio_update((struct pk_ratio_belief){1, 0.04 + 0.01 + spread}, &evidence);
    assert_close(expected, 100, 10);
    assert_close(line->ratio, belief.mean, 1e-3);
    assert_close(line->relative_variance, belief.relative_variance, 1e-3);
    assert_close(line->shop_ratio, 1, 1e-9); /* there are no others */
}

static void test_the_belief_is_weak_where_little_was_sold(void **state)
{
    (void)state;
    double ratio[2], variance[2];
    for (size_t i = 0; i < 2; i++) {
        view_case_end(&c);
        begin(1);
        run_campaign();
        view_case_sell_flat(&c, 0, i == 0 ? 20 : 1);
        view_case_fit(&c);
        sell_first_days(0, i == 0 ? 40 : 2);
        const struct pk_campaign_item_update *line = believe(NULL);
        ratio[i] = (line->ratio - 1) / (line->sold_units / line->expected_sold_units - 1);
        variance[i] = line->relative_variance;
    }
    assert_true(0 < ratio[1] && ratio[1] < ratio[0] && ratio[0] < 1);
    assert_true(variance[1] > variance[0]);
}

static void test_items_categories_and_shop_pass_it_on(void **state)
{
    (void)state;
    run_campaign();
    view_case_fit(&c);
    sell_first_days(0, 60);
    const struct pk_campaign_item_update *line = believe(NULL);
    assert_true(line[0].ratio > line[1].ratio);
    assert_true(line[1].ratio > line[3].ratio); /* of its category, and of another */
    assert_close(line[1].ratio, line[2].ratio, 1e-6);
    assert_close(line[3].ratio, line[5].ratio, 1e-6);
    /* Others say nothing new to a0. They hear of it. */
    assert_true(line[0].shop_ratio < line[1].shop_ratio);
    assert_true(line[3].shop_ratio > line[0].shop_ratio);
}

static void test_an_item_out_of_stock_takes_what_the_others_say(void **state)
{
    (void)state;
    run_campaign();
    view_case_fit(&c);
    for (size_t item = 0; item < 6; item++)
        sell_first_days(item, 40);
    run_out_of_stock(1);
    const struct pk_campaign_item_update *line = believe(NULL);
    assert_close(line[1].expected_sold_units, 0, 0);
    assert_close(line[1].sold_units, 0, 0);
    assert_close(line[1].ratio, line[1].shop_ratio, 1e-12);
    assert_true(line[1].ratio > 1 && line[1].ratio < line[0].ratio);
}

static void test_an_earlier_wave_counts_in_place_of_the_days_between(void **state)
{
    (void)state;
    view_case_promotion(&c, "p", AS_OF - 4, AS_OF - 3);
    view_case_promotion(&c, "p", AS_OF - 2, NEXT + 1)->phase = PK_PHASE_WARMUP;
    view_case_promotion(&c, "p", NEXT + 2, NEXT + 5);
    view_case_fit(&c);
    sell_first_days(0, 30);
    assert_close(believe(NULL)->sold_units, 2 * 30, 1e-6);
    /* Once the last wave is over every day counts. */
    c.promotions[2].phase = PK_PHASE_ENCORE;
    assert_close(believe(NULL)->sold_units, 5 * 30, 1e-6);
}

static void test_without_evidence_the_forecast_stays(void **state)
{
    (void)state;
    run_campaign();
    for (size_t item = 0; item < 6; item++)
        run_out_of_stock(item);
    const struct pk_campaign_item_update *line = believe(NULL);
    for (size_t item = 0; item < 6; item++) {
        assert_close(line[item].ratio, 0, 0);
        assert_close(line[item].added_units, 0, 0);
    }
}

static void test_an_item_that_is_not_covered_has_no_line(void **state)
{
    (void)state;
    run_campaign()->category = 1;
    const struct pk_campaign_item_update *line = believe(NULL);
    assert_true(line[2].ratio > 0);
    assert_close(line[3].ratio, 0, 0);
    assert_close(line[3].expected_sold_units, 0, 0);
}

/* ---- deposits -------------------------------------------------------------------------------- */

static void test_the_told_dates_of_deposits(void **state)
{
    (void)state;
    struct pk_campaign campaign;
    view_case_promotion(&c, "p", NEXT + 5, NEXT + 9);
    assert_true(pk_campaign_find(&c.data.shop, "p", NULL, &campaign));
    assert_int_equal(pk_campaign_told_of(&c.data.ledger, &campaign).last_date, PK_DATE_NONE);
    view_case_deposit(&c, "o", 0, AS_OF - 9, 1);
    view_case_deposit(&c, "p", 0, AS_OF - 4, 1);
    view_case_deposit(&c, "p", 0, AS_OF - 1, 2);
    view_case_deposit(&c, "p", 1, AS_OF - 6, 1);
    view_case_deposit(&c, "q", 0, AS_OF, 1);
    const struct pk_campaign_told told = pk_campaign_told_of(&c.data.ledger, &campaign);
    assert_int_equal(told.last_date, AS_OF - 1);
    assert_int_equal(told.days.start_date, AS_OF - 6);
    assert_int_equal(told.days.end_date, NEXT + 4);
    assert_int_equal(told.days.balance_date, NEXT + 5);
}

static void test_deposits_are_held_against_their_usual_share(void **state)
{
    (void)state;
    struct pk_demand demand;
    presell_campaign();
    struct pk_deposit_row *row = view_case_deposit(&c, "p", 0, AS_OF, 0);
    view_case_fit(&c);
    /* By half of the presale 0.2 + 0.8 / 2 of the deposits have come, which are 0.35 of the demand
     * from the balance date on. */
    const double usual = 0.35 * 0.6 * forecast(0, AS_OF + 11, AS_OF + 15, &demand);
    double before = 0;
    for (int64_t units = 0; units <= 60; units += 20) {
        row->deposit_units = units;
        const struct pk_campaign_item_update *line = believe(NULL);
        const double told = (double)units / usual;
        assert_close(line->expected_deposit_units, usual, 1e-6);
        assert_close(line->deposit_units, (double)units, 0);
        assert_close(line->least_units, 0.9 * (double)units, 1e-9);
        assert_true(line->has_deposits && line->ratio > before);
        assert_true(line->ratio > fmin(1, told) && line->ratio < fmax(1, told));
        before = line->ratio;
    }
    assert_int_equal(updates.updates[0].focus_date, AS_OF + 11);
    assert_int_equal(updates.updates[0].focus_end, AS_OF + 15);
    assert_close(updates.updates[0].conversion_ratio, 0.9, 1e-12);
}

static void test_many_deposits_tell_the_share_of_the_campaign(void **state)
{
    (void)state;
    struct pk_demand demand;
    presell_campaign();
    view_case_fit(&c);
    const double usual = 0.35 * 0.6 * forecast(0, AS_OF + 11, AS_OF + 15, &demand);
    const int64_t twice = llround(2 * usual);
    for (uint32_t item = 0; item < 6; item++)
        view_case_deposit(&c, "p", item, AS_OF, twice);
    /* All six items have twice the usual: most of it is the share of this campaign. A small part is
     * taken as demand, since the share was never sure. */
    const struct pk_campaign_item_update *line = believe(NULL);
    for (size_t item = 0; item < 6; item++) {
        assert_close(line[item].expected_deposit_units, (double)twice, 0.1 * (double)twice);
        assert_close(line[item].ratio, 1, 0.1);
    }
    /* With four items the share is not known yet, and more is taken as demand. */
    c.data.ledger.deposit_count = 4;
    line = believe(NULL);
    assert_close(line[0].expected_deposit_units, usual, 1e-6);
    assert_true(line[0].ratio > 1.1);
}

static void test_deposits_add_units_where_nothing_was_forecast(void **state)
{
    (void)state;
    presell_campaign();
    c.items[5].end_date = AS_OF; /* nothing is expected of it */
    struct pk_deposit_row *row = view_case_deposit(&c, "p", 5, AS_OF, 21);
    const struct pk_campaign_item_update *line = &believe(NULL)[5];
    /* 21 are 0.6 of the deposits, which are 0.35 of the demand. */
    assert_close(line->added_units, 100, 1e-6);
    assert_close(line->relative_variance, 0.35 * 0.35 + 0.7 * 0.7, 1e-12);
    assert_true(line->ratio > 0);
    row->date = AS_OF - 9; /* 0.2 + 0.8 / 20 have come on the first day */
    assert_close(believe(NULL)[5].added_units, 21 / (0.35 * 0.24), 1e-6);
    row->date = AS_OF;
    row->deposit_units = 0;
    line = &believe(NULL)[5];
    assert_close(line->added_units, 0, 0);
    assert_close(line->ratio, 0, 0);
}

static void test_balances_to_be_paid_are_the_least(void **state)
{
    (void)state;
    struct pk_demand demand;
    run_campaign();
    for (size_t item = 0; item < 6; item++)
        run_out_of_stock(item);
    c.items[5].end_date = AS_OF;
    view_case_deposit(&c, "p", 0, AS_OF - 5, 1000)->balance_paid_units = 300;
    view_case_deposit(&c, "p", 1, AS_OF - 5, 10);
    view_case_deposit(&c, "p", 2, AS_OF - 5, 10)->balance_paid_units = 10;
    view_case_deposit(&c, "p", 5, AS_OF - 5, 100)->balance_paid_units = 50;
    const struct pk_campaign_item_update *line = believe(NULL);
    /* 900 of the 1000 are usual, and 300 are paid. */
    assert_close(line[0].least_units, 600, 1e-9);
    assert_close(line[0].ratio, 600 / forecast(0, NEXT, NEXT + 5, &demand), 1e-9);
    assert_close(line[1].least_units, 9, 1e-9);
    assert_close(line[1].ratio, 1, 1e-9); /* the forecast has more */
    assert_close(line[2].least_units, 0, 0);
    assert_close(line[3].ratio, 0, 0); /* nothing is known of it */
    assert_close(line[5].added_units, 90 - 50, 1e-9);
}

static void test_the_executor_changes_nothing(void **state)
{
    (void)state;
    const struct pk_executor backwards = view_case_backwards();
    static struct pk_campaign_item_update before[VIEW_CASE_ITEM_MAX];
    view_case_end(&c);
    begin(VIEW_CASE_ITEM_MAX); /* more than one job */
    run_campaign();
    for (size_t item = 0; item < VIEW_CASE_ITEM_MAX; item += 7)
        sell_first_days(item, 50);
    view_case_deposit(&c, "p", 3, AS_OF - 5, 40);
    memcpy(before, believe(NULL), sizeof before);
    assert_true(before[0].ratio > 0 && before[VIEW_CASE_ITEM_MAX - 1].ratio > 0);
    const struct pk_campaign_item_update *after = believe(&backwards);
    assert_memory_equal(after, before, sizeof before);
}

#define WITH_SHOP(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_SHOP(test_the_belief_moves_towards_the_first_days),
        WITH_SHOP(test_one_item_alone_follows_the_formula),
        WITH_SHOP(test_the_belief_is_weak_where_little_was_sold),
        WITH_SHOP(test_items_categories_and_shop_pass_it_on),
        WITH_SHOP(test_an_item_out_of_stock_takes_what_the_others_say),
        WITH_SHOP(test_an_earlier_wave_counts_in_place_of_the_days_between),
        WITH_SHOP(test_without_evidence_the_forecast_stays),
        WITH_SHOP(test_an_item_that_is_not_covered_has_no_line),
        WITH_SHOP(test_the_told_dates_of_deposits),
        WITH_SHOP(test_deposits_are_held_against_their_usual_share),
        WITH_SHOP(test_many_deposits_tell_the_share_of_the_campaign),
        WITH_SHOP(test_deposits_add_units_where_nothing_was_forecast),
        WITH_SHOP(test_balances_to_be_paid_are_the_least),
        WITH_SHOP(test_the_executor_changes_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
