/* Campaigns under way: which are kept, how their changes are found, and what they do to a path. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "models/decision/campaign/campaign_demand.h"
#include "models/evidence/campaign_update.h"
#include "tests/support/close.h"
#include "tests/support/evidence/view_case.h"

#define AS_OF VIEW_CASE_AS_OF
#define NEXT  VIEW_CASE_NEXT
#define DAYS  20

/* Items a0 .. a2 in "east" and "north": series = 2 x item + warehouse. */
static struct view_case c;

/* A path of ten units a day. */
static double mean[DAYS];
static struct pk_demand demand;

/* Two campaigns by hand, both of a0 and a1: "p" is under way until the fifth day ahead, and "q"
 * sells from the third to the eighth. */
static struct pk_campaign_item_update lines[2][3];
static const struct pk_promotion *rows[2][2];
static struct pk_campaign_update made[2];
static struct pk_campaign_updates updates;

static void make_update(size_t index, const char *promotion_id, int32_t start_date,
                        int32_t end_date)
{
    for (uint32_t item = 0; item < 2; item++) {
        struct pk_promotion *row = view_case_promotion(&c, promotion_id, start_date, end_date);
        row->item = item;
        rows[index][item] = row;
        lines[index][item] = (struct pk_campaign_item_update){0};
    }
    made[index] = (struct pk_campaign_update){.campaign = {.promotion_id = promotion_id,
                                                           .kind = "618",
                                                           .row_count = 2,
                                                           .start_date = start_date,
                                                           .end_date = end_date},
                                              .rows = rows[index],
                                              .from_date = start_date > AS_OF ? start_date : NEXT,
                                              .to_date = end_date,
                                              .focus_date = start_date > AS_OF ? start_date : NEXT,
                                              .focus_end = end_date,
                                              .lines = lines[index]};
}

static void reset_path(void)
{
    for (size_t day = 0; day < DAYS; day++)
        mean[day] = 10;
    demand = (struct pk_demand){.first_date = NEXT,
                                .bucket_days = 1,
                                .bucket_count = DAYS,
                                .mean_units = mean,
                                .dispersion = INFINITY,
                                .stop_probability = 0.5};
}

static int set_up(void **state)
{
    (void)state;
    view_case_begin(&c, 3, 2, 60);
    make_update(0, "p", AS_OF - 4, NEXT + 4);
    make_update(1, "q", NEXT + 2, NEXT + 7);
    updates = (struct pk_campaign_updates){.count = 2, .updates = made};
    reset_path();
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    view_case_end(&c);
    return 0;
}

static uint32_t apply(size_t series)
{
    return pk_campaign_updates_apply(&updates, &c.data.shop, series, &demand, mean);
}

/* Days first..last have `units`; the others are checked by other calls. */
static void assert_units(size_t first, size_t last, double units)
{
    for (size_t day = first; day <= last; day++)
        assert_close(mean[day], units, 1e-9);
}

/* ---- look-ups -------------------------------------------------------------------------------- */

static const struct pk_campaign_update *on(size_t series, int32_t date)
{
    const struct pk_campaign_change change =
        pk_campaign_updates_on(&updates, &c.data.shop, series, date);
    assert_true(change.update == NULL ||
                change.line == &change.update->lines[c.series[series].item]);
    return change.update;
}

static void test_the_first_campaign_that_holds_on_a_date(void **state)
{
    (void)state;
    lines[0][0].ratio = lines[1][0].ratio = lines[1][1].ratio = 1.5;
    for (size_t series = 0; series < 2; series++) {
        assert_null(on(series, AS_OF)); /* not ahead */
        assert_ptr_equal(on(series, NEXT), &made[0]);
        assert_ptr_equal(on(series, NEXT + 4), &made[0]); /* both */
        assert_ptr_equal(on(series, NEXT + 5), &made[1]);
        assert_ptr_equal(on(series, NEXT + 7), &made[1]);
        assert_null(on(series, NEXT + 8));
    }
    /* Nothing is known of a1 in "p". No row covers a2. */
    assert_null(on(2, NEXT));
    assert_ptr_equal(on(2, NEXT + 4), &made[1]);
    lines[1][2].ratio = 1.5;
    assert_null(on(4, NEXT + 4));
}

static void test_a_line_is_found_by_its_promotion(void **state)
{
    (void)state;
    const struct pk_shop *shop = &c.data.shop;
    lines[0][0].ratio = lines[1][1].ratio = lines[0][2].ratio = 2;
    assert_ptr_equal(pk_campaign_updates_line(&updates, shop, 0, "p"), &lines[0][0]);
    assert_ptr_equal(pk_campaign_updates_line(&updates, shop, 1, "p"), &lines[0][0]);
    assert_ptr_equal(pk_campaign_updates_line(&updates, shop, 3, "q"), &lines[1][1]);
    assert_null(pk_campaign_updates_line(&updates, shop, 0, "q")); /* ratio 0 */
    assert_null(pk_campaign_updates_line(&updates, shop, 4, "p")); /* not covered */
    assert_null(pk_campaign_updates_line(&updates, shop, 0, "r"));
}

static void test_a_shop_without_the_campaign_has_no_change(void **state)
{
    (void)state;
    struct pk_shop *shop = &c.data.shop;
    lines[0][0].ratio = 2;
    shop->quiet_kind = "618";
    shop->quiet_start_date = AS_OF - 4;
    shop->quiet_end_date = NEXT + 4;
    assert_null(on(0, NEXT));
    assert_null(pk_campaign_updates_line(&updates, shop, 0, "p"));
    assert_int_equal(apply(0), 0);
    assert_units(0, DAYS - 1, 10);
    shop->quiet_end_date = NEXT + 5; /* of another campaign */
    assert_ptr_equal(on(0, NEXT), &made[0]);
}

/* ---- paths ----------------------------------------------------------------------------------- */

static void test_a_ratio_changes_the_days_ahead_of_its_window(void **state)
{
    (void)state;
    lines[1][0].ratio = 1.5;
    apply(0);
    assert_units(0, 1, 10);
    assert_units(2, 7, 15);
    assert_units(8, DAYS - 1, 10);
    reset_path();
    apply(2); /* a1: nothing is known */
    assert_units(0, DAYS - 1, 10);
    lines[1][2].ratio = 1.5;
    apply(4); /* a2: not covered */
    assert_units(0, DAYS - 1, 10);
}

static void test_each_day_is_changed_by_the_first_campaign(void **state)
{
    (void)state;
    lines[0][0].ratio = 2;
    lines[1][0].ratio = 0.5;
    apply(0);
    assert_units(0, 4, 20);
    assert_units(5, 7, 5);
    assert_units(8, DAYS - 1, 10);
    reset_path();
    made[1].to_date = NEXT + 4; /* within the first */
    apply(0);
    assert_units(0, 4, 20);
    assert_units(5, DAYS - 1, 10);
}

static void test_the_error_of_the_window_shrinks_to_that_of_the_line(void **state)
{
    (void)state;
    demand.level_relative_variance = 0.3;
    lines[1][0].ratio = 1;
    lines[1][0].relative_variance = 0.1;
    apply(0);
    assert_close(pk_demand_relative_variance(&demand, NEXT + 2, NEXT + 7), 0.1, 1e-6);
    assert_close(pk_demand_relative_variance(&demand, NEXT + 9, NEXT + 14), 0.3, 1e-6);
    reset_path();
    demand.level_relative_variance = 0.05; /* surer already */
    apply(0);
    assert_close(pk_demand_relative_variance(&demand, NEXT + 2, NEXT + 7), 0.05, 1e-12);
}

static void test_added_units_are_shared_over_the_series_of_the_item(void **state)
{
    (void)state;
    memset(mean, 0, sizeof mean);
    lines[1][0] = (struct pk_campaign_item_update){
        .ratio = 1, .added_units = 60, .relative_variance = 0.04, .has_deposits = true};
    made[1].focus_date = NEXT + 3;
    made[1].focus_end = NEXT + 5;
    apply(0);
    /* 60 units in two warehouses and three days. */
    assert_units(0, 2, 0);
    assert_units(3, 5, 10);
    assert_units(6, DAYS - 1, 0);
    assert_close(demand.stop_probability, 0, 0);
    assert_close(pk_demand_relative_variance(&demand, NEXT + 3, NEXT + 5), 0.04, 1e-6);
    /* The campaign covers one warehouse: all of them go there. */
    memset(mean, 0, sizeof mean);
    c.promotions[2].warehouse = 1;
    apply(1);
    assert_units(3, 5, 20);
    memset(mean, 0, sizeof mean);
    assert_int_equal(apply(0), 0);
    assert_units(0, DAYS - 1, 0);
}

static void test_flags_say_what_was_counted(void **state)
{
    (void)state;
    assert_int_equal(apply(0), 0);
    lines[1][0].ratio = 1; /* not begun, nothing sold, no deposits */
    assert_int_equal(apply(0), 0);
    lines[1][0].has_deposits = true;
    assert_int_equal(apply(0), PK_SERIES_DEPOSITS_COUNTED);
    lines[1][0].has_deposits = false;
    lines[0][0].ratio = 1; /* under way */
    assert_int_equal(apply(0), PK_SERIES_CAMPAIGN_LEVEL_UPDATED);
    lines[1][0].has_deposits = true;
    assert_int_equal(apply(0), PK_SERIES_CAMPAIGN_LEVEL_UPDATED | PK_SERIES_DEPOSITS_COUNTED);
}

/* ---- campaigns of a shop --------------------------------------------------------------------- */

static void test_campaigns_of_which_nothing_can_be_known_are_left_out(void **state)
{
    (void)state;
    c.data.shop.promotion_count = 0;
    view_case_promotion(&c, "over", AS_OF - 9, AS_OF);
    view_case_promotion(&c, "under way", AS_OF - 3, NEXT + 1);
    view_case_promotion(&c, "begins", AS_OF, NEXT + 1);
    view_case_promotion(&c, "far", AS_OF, AS_OF + 401); /* its end is beyond every forecast */
    view_case_promotion(&c, "later", NEXT, NEXT + 5);
    view_case_promotion(&c, "presale", NEXT + 3, NEXT + 5);
    view_case_deposit(&c, "presale", 0, AS_OF, 5);
    for (size_t series = 0; series < 6; series++)
        view_case_sell_flat(&c, series, 8);
    view_case_fit(&c);
    const struct pk_campaign_updates *found = &c.changes.campaigns;
    assert_int_equal(found->count, 3);
    assert_string_equal(found->updates[0].campaign.promotion_id, "under way");
    assert_string_equal(found->updates[1].campaign.promotion_id, "begins");
    assert_string_equal(found->updates[2].campaign.promotion_id, "presale");
    assert_int_equal(found->updates[0].from_date, NEXT);
    assert_int_equal(found->updates[2].from_date, NEXT + 3);
    assert_int_equal(found->updates[2].to_date, NEXT + 5);
}

static void test_rows_without_an_item_come_first(void **state)
{
    (void)state;
    c.data.shop.promotion_count = 0;
    const uint32_t items[] = {2, PK_INDEX_NONE, 0, 1, PK_INDEX_NONE, 0};
    const size_t order[] = {1, 4, 2, 5, 3, 0};
    for (size_t i = 0; i < 6; i++)
        view_case_promotion(&c, "p", AS_OF, NEXT + 1)->item = items[i];
    view_case_fit(&c);
    const struct pk_campaign_updates *found = &c.changes.campaigns;
    assert_int_equal(found->count, 1);
    assert_int_equal(found->updates[0].general_count, 2);
    for (size_t i = 0; i < 6; i++)
        assert_ptr_equal(found->updates[0].rows[i], &c.promotions[order[i]]);
}

#define WITH_SHOP(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_SHOP(test_the_first_campaign_that_holds_on_a_date),
        WITH_SHOP(test_a_line_is_found_by_its_promotion),
        WITH_SHOP(test_a_shop_without_the_campaign_has_no_change),
        WITH_SHOP(test_a_ratio_changes_the_days_ahead_of_its_window),
        WITH_SHOP(test_each_day_is_changed_by_the_first_campaign),
        WITH_SHOP(test_the_error_of_the_window_shrinks_to_that_of_the_line),
        WITH_SHOP(test_added_units_are_shared_over_the_series_of_the_item),
        WITH_SHOP(test_flags_say_what_was_counted),
        WITH_SHOP(test_campaigns_of_which_nothing_can_be_known_are_left_out),
        WITH_SHOP(test_rows_without_an_item_come_first),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
