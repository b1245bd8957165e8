/* The input of readiness: which campaigns and series it is for, what presale and days so far say,
 * how much evidence there is. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "models/base/limits.h"
#include "models/base/units.h"
#include "models/evidence/decide_promotion.h"
#include "tests/support/close.h"
#include "tests/support/evidence/campaign_case.h"

#define START (VIEW_CASE_NEXT + 10)
#define END   (START + 3)
#define YUAN  PK_MICROS_PER_UNIT

static struct view_case c;
static struct pk_decision_memory *memory;
static struct pk_series_facts facts;
static struct pk_promotion_input input;
static struct pk_promotion_check check;

/* Item a0 ("food") sells 30 a day in "east" and 10 in "north", a1 ("shoes") 5 in each. */
static double units_of(size_t item, size_t warehouse, int32_t day)
{
    (void)day;
    return item > 0 ? 5 : warehouse == 0 ? 30 : 10;
}

static int set_up(void **state)
{
    (void)state;
    memory = pk_decision_memory_new();
    view_case_begin(&c, 2, 2, 300);
    c.items[0].category = 1;
    c.items[1].category = 2;
    c.items[0].list_price_micros = 20 * YUAN;
    view_case_sell(&c, units_of);
    return memory == NULL;
}

static int tear_down(void **state)
{
    (void)state;
    pk_decision_memory_free(memory);
    view_case_end(&c);
    return 0;
}

static bool decide_in(const struct pk_view *view, size_t series)
{
    struct pk_error error;
    bool is_covered;
    assert_int_equal(
        pk_decide_promotion(view, series, "p", memory, &facts, &input, &check, &is_covered, &error),
        PK_OK);
    return is_covered;
}

static bool decide(size_t series)
{
    return decide_in(view_case_fit(&c), series);
}

/* --- which campaigns --- */

static enum pk_status find(const char *promotion_id, struct pk_campaign *out_campaign)
{
    struct pk_error error;
    const enum pk_status status =
        pk_find_campaign_ahead(&c.view, promotion_id, out_campaign, &error);
    if (status != PK_OK)
        assert_string_equal(error.field, "promotion_id");
    return status;
}

static void test_a_campaign_ahead_is_found_until_its_last_day(void **state)
{
    (void)state;
    struct pk_campaign campaign;
    struct pk_promotion *row = view_case_promotion(&c, "p", START, END);
    c.view.data = &c.data;
    assert_int_equal(find("draft", &campaign), PK_NOT_FOUND);
    assert_int_equal(find("p", &campaign), PK_OK);
    assert_int_equal(campaign.start_date, START);
    assert_int_equal(campaign.end_date, END);
    row->start_date = VIEW_CASE_AS_OF - 3;
    row->end_date = VIEW_CASE_NEXT;
    assert_int_equal(find("p", &campaign), PK_OK);
    row->end_date = VIEW_CASE_AS_OF;
    assert_int_equal(find("p", &campaign), PK_FAILED_PRECONDITION);
    row->end_date = VIEW_CASE_AS_OF + PK_HORIZON_DAYS_MAX;
    assert_int_equal(find("p", &campaign), PK_OK);
    row->end_date++;
    assert_int_equal(find("p", &campaign), PK_FAILED_PRECONDITION);
}

static void test_only_covered_series_with_days_ahead_are_decided(void **state)
{
    (void)state;
    struct pk_promotion *food = view_case_promotion(&c, "p", START, END);
    food->category = 1;
    assert_true(decide(0));
    assert_true(decide(1));
    assert_false(decide(2));
    food->start_date = food->end_date = VIEW_CASE_AS_OF;
    assert_false(decide(0)); /* over */
}

static void test_the_input_holds_the_facts_and_the_window(void **state)
{
    (void)state;
    view_case_promotion(&c, "p", START, END)->net_price_micros = 15 * YUAN;
    view_case_stock(&c, 0, 0, VIEW_CASE_AS_OF, 500);
    view_case_inbound(&c, 0, 0, START - 2, 60);
    decide(0);
    assert_int_equal(input.start_date, START);
    assert_int_equal(input.end_date, END);
    assert_int_equal(input.price_micros, 15 * YUAN);
    assert_int_equal(input.stock.on_hand_units, 500);
    assert_int_equal(input.inbound_count, 1);
    assert_ptr_equal(input.demand, &facts.demand);
    assert_close(check.expected_units, pk_demand_window(&facts.demand, START, END).mean_units,
                 1e-9);
    assert_close(check.inbound_before_start_units, 60, 1e-9);
    assert_false(input.is_traffic_confirmed);
    c.promotions[0].traffic_ratio = 1.5;
    decide(0);
    assert_true(input.is_traffic_confirmed);
}

static void test_the_price_is_that_of_the_first_peak_day(void **state)
{
    (void)state;
    struct pk_promotion *warmup = view_case_promotion(&c, "p", START, START + 1);
    warmup->phase = PK_PHASE_WARMUP;
    warmup->discount_ratio = 0.1;
    struct pk_promotion *peak = view_case_promotion(&c, "p", START + 2, END);
    peak->discount_ratio = 0.25;
    decide(0);
    assert_int_equal(input.price_micros, 15 * YUAN);
    peak->phase = PK_PHASE_ENCORE; /* without a peak, that of the first day */
    decide(0);
    assert_int_equal(input.price_micros, 18 * YUAN);
    decide(2);
    assert_int_equal(input.price_micros, -1); /* a1 has no price */
}

/* --- presale --- */

/* A change by hand: 80 deposits of a0 are still likely to be paid. */
static const struct pk_view *with_deposits(void)
{
    static struct pk_view view;
    static struct pk_demand_changes changes;
    static struct pk_campaign_update update;
    static struct pk_campaign_item_update lines[2];
    static const struct pk_promotion *rows[1];
    view = *view_case_fit(&c);
    rows[0] = &c.promotions[0];
    lines[0] = (struct pk_campaign_item_update){
        .ratio = 1, .relative_variance = 0.04, .least_units = 80, .has_deposits = true};
    update = (struct pk_campaign_update){.rows = rows,
                                         .general_count = 1,
                                         .from_date = START,
                                         .to_date = END,
                                         .focus_date = START,
                                         .focus_end = END,
                                         .lines = lines};
    assert_true(pk_campaign_find(&c.data.shop, "p", NULL, &update.campaign));
    changes = c.changes;
    changes.campaigns = (struct pk_campaign_updates){1, &update};
    view.changes = &changes;
    return &view;
}

static void test_warehouses_share_the_presale_by_their_level(void **state)
{
    (void)state;
    view_case_promotion(&c, "p", START, END)->ship_by_date = END + 10;
    const struct pk_view *view = with_deposits();
    const double east = pk_model_series(c.model, 0)->level_units;
    const double north = pk_model_series(c.model, 1)->level_units;
    decide_in(view, 0);
    assert_close(input.presale_units, 80 * east / (east + north), 1e-9);
    assert_close(input.presale_units, 60, 1); /* 30 of 40 a day */
    assert_int_equal(input.ship_by_date, END + 10);
    assert_true(facts.flags & PK_SERIES_DEPOSITS_COUNTED);
    assert_true(pk_reasons_has(&check.reasons, PK_REASON_DEPOSITS_COUNTED));
    decide_in(view, 1);
    assert_close(input.presale_units, 80 * north / (east + north), 1e-9);
    decide_in(view, 2);
    assert_close(input.presale_units, 0, 0); /* nothing is known of a1 */
    assert_false(pk_reasons_has(&check.reasons, PK_REASON_DEPOSITS_COUNTED));
}

static void test_presale_needs_a_ship_by_date_and_a_balance_that_is_not_due(void **state)
{
    (void)state;
    struct pk_promotion *row = view_case_promotion(&c, "p", START, END);
    decide_in(with_deposits(), 0);
    assert_close(input.presale_units, 0, 0); /* due with everything else */
    row->ship_by_date = END + 10;
    row->balance_date = VIEW_CASE_NEXT;
    decide_in(with_deposits(), 0);
    assert_true(input.presale_units > 0);
    row->balance_date = VIEW_CASE_AS_OF; /* paid and sold like all others */
    decide_in(with_deposits(), 0);
    assert_close(input.presale_units, 0, 0);
}

/* --- evidence --- */

static bool is_low_evidence(void)
{
    decide(0);
    return input.is_low_evidence;
}

static void test_two_comparable_promotions_are_enough_evidence(void **state)
{
    (void)state;
    struct pk_promotion *first =
        view_case_promotion(&c, "o1", VIEW_CASE_AS_OF - 90, VIEW_CASE_AS_OF - 88);
    struct pk_promotion *again =
        view_case_promotion(&c, "o1", VIEW_CASE_AS_OF - 87, VIEW_CASE_AS_OF - 86);
    struct pk_promotion *second =
        view_case_promotion(&c, "o2", VIEW_CASE_AS_OF - 50, VIEW_CASE_AS_OF - 48);
    struct pk_promotion *ahead = view_case_promotion(&c, "p", START, END);
    first->kind = again->kind = second->kind = ahead->kind = "flash_sale";
    assert_false(is_low_evidence());
    second->kind = "member_day"; /* another kind */
    assert_true(is_low_evidence());
    first->kind = again->kind = "618";
    second->kind = "double11"; /* large ones teach each other */
    ahead->kind = "double12";
    assert_false(is_low_evidence());
    second->promotion_id = "o1"; /* two waves of one promotion */
    assert_true(is_low_evidence());
    second->promotion_id = "o2";
    second->category = 2; /* for shoes alone */
    assert_true(is_low_evidence());
}

static void test_promotions_before_the_first_sale_are_no_evidence(void **state)
{
    (void)state;
    view_case_promotion(&c, "o1", VIEW_CASE_AS_OF - 90, VIEW_CASE_AS_OF - 88);
    view_case_promotion(&c, "o2", VIEW_CASE_AS_OF - 50, VIEW_CASE_AS_OF - 48);
    view_case_promotion(&c, "p", START, END);
    campaign_case_sell(&c, 0, c.first_date, VIEW_CASE_AS_OF - 91, 0);
    assert_false(is_low_evidence());
    campaign_case_sell(&c, 0, c.first_date, VIEW_CASE_AS_OF - 90, 0);
    assert_true(is_low_evidence());
    view_case_sell_flat(&c, 0, 0);
    assert_true(is_low_evidence());
}

/* --- under way --- */

static void test_days_so_far_are_counted_beside_what_the_fit_makes_of_them(void **state)
{
    (void)state;
    view_case_promotion(&c, "p", VIEW_CASE_AS_OF - 1, END);
    view_case_bucket(&c, 0, VIEW_CASE_AS_OF - 1)->demand_units = 70;
    view_case_bucket(&c, 0, VIEW_CASE_AS_OF)->demand_units = 50;
    decide(0);
    struct pk_error error;
    struct pk_forecast_scratch *scratch = pk_forecast_scratch_new();
    double fitted[2];
    assert_int_equal(
        pk_model_fitted(c.model, &c.data.shop, 0, VIEW_CASE_AS_OF - 1, 2, scratch, fitted, &error),
        PK_OK);
    pk_forecast_scratch_free(scratch);
    assert_close(input.sold_so_far_units, 120, 0);
    assert_close(input.expected_so_far_units, fitted[0] + fitted[1], 1e-9);
    assert_true(pk_reasons_has(&check.reasons, PK_REASON_CAMPAIGN_LEVEL_UPDATED));
    c.promotions[0].start_date = VIEW_CASE_NEXT;
    decide(0);
    assert_close(input.sold_so_far_units, 0, 0);
    assert_close(input.expected_so_far_units, 0, 0);
}

#define WITH_SHOP(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_SHOP(test_a_campaign_ahead_is_found_until_its_last_day),
        WITH_SHOP(test_only_covered_series_with_days_ahead_are_decided),
        WITH_SHOP(test_the_input_holds_the_facts_and_the_window),
        WITH_SHOP(test_the_price_is_that_of_the_first_peak_day),
        WITH_SHOP(test_warehouses_share_the_presale_by_their_level),
        WITH_SHOP(test_presale_needs_a_ship_by_date_and_a_balance_that_is_not_due),
        WITH_SHOP(test_two_comparable_promotions_are_enough_evidence),
        WITH_SHOP(test_promotions_before_the_first_sale_are_no_evidence),
        WITH_SHOP(test_days_so_far_are_counted_beside_what_the_fit_makes_of_them),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
