/* The demand ahead that components, adjustments and campaigns make of the forecasts of a shop. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "tests/support/close.h"
#include "tests/support/evidence/view_case.h"

#define NEXT VIEW_CASE_NEXT
#define DAYS 30

/* The demand of one series with its own copy of every path. */
struct path {
    struct pk_demand_ahead ahead;
    struct pk_demand demand; /* of ahead, with its means here */
    double mean[DAYS], statistical[DAYS], own[DAYS];
};

static struct view_case c;
static struct pk_demand_memory memory;

/* Items a0 .. a3 in "east" and "north"; a0 and a1 of the category "food". */
static double units_of(size_t item, size_t warehouse, int32_t day)
{
    return (double)((item + 1) * 4 + warehouse * 2) + (double)((day * 3 + (int32_t)item) % 5);
}

static int set_up(void **state)
{
    (void)state;
    memory.scratch = pk_forecast_scratch_new();
    view_case_begin(&c, 4, 2, 200);
    c.items[0].category = c.items[1].category = 1;
    view_case_sell(&c, units_of);
    view_case_fit(&c);
    return memory.scratch == NULL;
}

static int tear_down(void **state)
{
    (void)state;
    pk_forecast_scratch_free(memory.scratch);
    view_case_end(&c);
    return 0;
}

static void load(size_t series, struct path *out)
{
    struct pk_error error;
    double mean[DAYS];
    assert_int_equal(
        pk_demand_ahead_load(&c.view, series, DAYS, &memory, mean, &out->ahead, &error), PK_OK);
    const size_t size = out->ahead.demand.bucket_count * sizeof *mean;
    memcpy(out->mean, out->ahead.demand.mean_units, size);
    memcpy(out->statistical, out->ahead.statistical_mean_units, size);
    memcpy(out->own, out->ahead.own_mean_units, size);
    out->demand = out->ahead.demand;
    out->demand.mean_units = out->mean;
}

/* The forecast alone. */
static void forecast(size_t series, struct path *out)
{
    struct pk_error error;
    assert_int_equal(pk_model_forecast(c.model, &c.data.shop, series, DAYS, memory.scratch,
                                       out->mean, &out->demand, NULL, &error),
                     PK_OK);
}

static double sum(const double *units, size_t first, size_t last)
{
    double result = 0;
    for (size_t i = first; i < last; i++)
        result += units[i];
    return result;
}

static void test_without_rows_the_forecast_is_the_demand(void **state)
{
    (void)state;
    struct path plain, path;
    forecast(0, &plain);
    load(0, &path);
    assert_memory_equal(path.mean, plain.mean, sizeof path.mean);
    assert_memory_equal(path.statistical, plain.mean, sizeof path.mean);
    assert_memory_equal(path.own, plain.mean, sizeof path.mean);
    assert_false(path.ahead.has_parents || path.ahead.is_adjusted ||
                 path.ahead.is_campaign_updated);
}

/* ---- components ------------------------------------------------------------------------------ */

static void test_a_component_needs_its_pieces_of_every_parent(void **state)
{
    (void)state;
    struct path parent, own, path;
    view_case_component(&c, 0, 3, 2);
    view_case_remake(&c, NULL);
    for (size_t warehouse = 0; warehouse < 2; warehouse++) {
        forecast(warehouse, &parent); /* a0 in that warehouse */
        forecast(6 + warehouse, &own);
        load(6 + warehouse, &path);
        assert_true(path.ahead.has_parents);
        for (size_t day = 0; day < DAYS; day++) {
            assert_close(path.mean[day], own.mean[day] + 2 * parent.mean[day], 1e-9);
            assert_close(path.statistical[day], own.mean[day], 0);
            assert_close(path.own[day], own.mean[day], 0);
        }
    }
    load(0, &path);
    assert_false(path.ahead.has_parents);
}

static void test_variance_grows_by_the_square_of_the_pieces(void **state)
{
    (void)state;
    struct path parent, own, path;
    view_case_component(&c, 0, 3, 2);
    view_case_remake(&c, NULL);
    forecast(0, &parent);
    forecast(6, &own);
    load(6, &path);
    /* Without errors of levels and lifts, a day's variance is m + m^2 / k of the own demand, and
     * four times that of the parent. The sum keeps one k for the path: sum m^2 / (sum V - sum
     * m). */
    double variance = 0, squares = 0;
    struct pk_demand days = parent.demand;
    days.mean_units = parent.mean;
    days.level_relative_variance = days.level_drift_variance_per_day = 0;
    days.lift_count = 0;
    for (size_t day = 0; day < DAYS; day++) {
        const int32_t date = NEXT + (int32_t)day;
        variance += own.mean[day] + own.mean[day] * own.mean[day] / own.demand.dispersion +
                    4 * pk_demand_window(&days, date, date).variance;
        squares += path.mean[day] * path.mean[day];
    }
    assert_close(squares / path.demand.dispersion, variance - sum(path.mean, 0, DAYS), 1e-6);
    /* Levels err independently: (M_own^2 v_own + M_parent^2 v_parent) / M^2 with M_parent of the
     * pieces. */
    const double of_own = sum(own.mean, 0, DAYS), of_parent = 2 * sum(parent.mean, 0, DAYS);
    const double all = of_own + of_parent;
    assert_close(path.demand.level_relative_variance,
                 (of_own * of_own * own.demand.level_relative_variance +
                  of_parent * of_parent * parent.demand.level_relative_variance) /
                     (all * all),
                 1e-9);
}

static void test_pieces_multiply_through_every_level(void **state)
{
    (void)state;
    struct path top, middle, own, path;
    view_case_component(&c, 0, 1, 2);
    view_case_component(&c, 1, 3, 3);
    view_case_remake(&c, NULL);
    forecast(0, &top);
    forecast(2, &middle);
    forecast(6, &own);
    load(6, &path);
    for (size_t day = 0; day < DAYS; day++)
        assert_close(path.mean[day], own.mean[day] + 3 * middle.mean[day] + 6 * top.mean[day],
                     1e-9);
}

static void test_a_parent_with_stock_of_its_own_needs_no_components(void **state)
{
    (void)state;
    struct path path;
    view_case_component(&c, 0, 3, 2);
    view_case_stock(&c, 0, 0, VIEW_CASE_AS_OF, 5);
    view_case_remake(&c, NULL);
    load(6, &path);
    assert_false(path.ahead.has_parents);
    assert_memory_equal(path.mean, path.statistical, sizeof path.mean);
    assert_false(c.changes.explosion.is_assembled[0]);
}

static void test_a_component_counts_on_the_days_of_its_validity(void **state)
{
    (void)state;
    struct path parent, own, path;
    struct pk_component_row *row = view_case_component(&c, 0, 3, 2);
    row->valid_from = NEXT + 5;
    row->valid_to = NEXT + 9;
    view_case_remake(&c, NULL);
    forecast(0, &parent);
    forecast(6, &own);
    load(6, &path);
    for (size_t day = 0; day < DAYS; day++)
        assert_close(path.mean[day],
                     own.mean[day] + (day >= 5 && day <= 9 ? 2 * parent.mean[day] : 0), 1e-9);
}

static void test_a_gift_goes_with_the_days_and_orders_of_its_promotion(void **state)
{
    (void)state;
    struct path parent, own, path;
    struct pk_component_row *gift = view_case_component(&c, 0, 3, 1);
    gift->kind = PK_COMPONENT_GIFT;
    gift->promotion_id = "p";
    gift->min_order_amount_micros = 100000000;
    c.items[0].list_price_micros = 40000000;
    view_case_promotion(&c, "p", NEXT + 3, NEXT + 4);
    view_case_promotion(&c, "p", NEXT + 4, NEXT + 6)->warehouse = 0;
    view_case_promotion(&c, "q", NEXT + 10, NEXT + 11);
    view_case_fit(&c);
    forecast(0, &parent);
    forecast(6, &own);
    load(6, &path);
    /* At a price of 40, at most 40 % of the orders reach 100. Rows that share a day count once. */
    for (size_t day = 0; day < DAYS; day++)
        assert_close(path.mean[day],
                     own.mean[day] + (day >= 3 && day <= 6 ? 0.4 * parent.mean[day] : 0), 1e-9);
    /* In "north" the first row alone holds. */
    forecast(1, &parent);
    forecast(7, &own);
    load(7, &path);
    assert_close(path.mean[4], own.mean[4] + 0.4 * parent.mean[4], 1e-9);
    assert_close(path.mean[5], own.mean[5], 1e-9);
}

static void test_components_in_a_circle_are_refused(void **state)
{
    (void)state;
    struct pk_demand_changes changes = {0};
    struct pk_error error;
    view_case_component(&c, 0, 1, 1);
    view_case_component(&c, 1, 0, 1);
    assert_int_equal(pk_demand_changes_build(&c.data, c.model, NULL, &changes, &error),
                     PK_FAILED_PRECONDITION);
    assert_null(changes.scope_units);
}

/* ---- adjustments ----------------------------------------------------------------------------- */

static void test_a_ratio_multiplies_the_days_of_its_scope(void **state)
{
    (void)state;
    struct path plain, path;
    struct pk_adjustment_row *row = view_case_adjustment(&c, NEXT + 2, NEXT + 4);
    row->ratio = 1.5;
    row->category = 1;
    row->warehouse = 1;
    view_case_remake(&c, NULL);
    for (size_t series = 0; series < 8; series++) {
        forecast(series, &plain);
        load(series, &path);
        const bool is_inside = series == 1 || series == 3; /* a0 and a1 in "north" */
        assert_int_equal(path.ahead.is_adjusted, is_inside);
        for (size_t day = 0; day < DAYS; day++)
            assert_close(path.mean[day],
                         plain.mean[day] * (is_inside && day >= 2 && day <= 4 ? 1.5 : 1), 1e-9);
        assert_memory_equal(path.statistical, plain.mean, sizeof plain.mean);
    }
}

static void test_units_are_shared_by_the_forecast_and_add_up(void **state)
{
    (void)state;
    struct path path;
    double added = 0, forecasts = 0, first_added = 0, first_forecast = 0;
    view_case_adjustment(&c, NEXT + 2, NEXT + 8)->units = 700;
    view_case_remake(&c, NULL);
    for (size_t series = 0; series < 8; series++) {
        load(series, &path);
        const double plain = sum(path.statistical, 2, 9);
        forecasts += plain;
        added += sum(path.mean, 2, 9) - plain;
        if (series == 0) {
            first_added = added;
            first_forecast = plain;
        }
        assert_memory_equal(path.mean + 9, path.statistical + 9, (DAYS - 9) * sizeof *path.mean);
    }
    assert_close(added, 700, 1e-9);
    assert_close(c.changes.scope_units[0], forecasts, 1e-9);
    assert_close(c.changes.scope_days[0], 8 * 7, 0);
    assert_close(first_added, 700 * first_forecast / forecasts, 1e-9);
}

static void test_units_over_a_scope_without_forecast_are_shared_evenly(void **state)
{
    (void)state;
    struct path path;
    for (int32_t date = c.first_date; date <= VIEW_CASE_AS_OF; date++)
        view_case_bucket(&c, 4, date)->demand_units = view_case_bucket(&c, 5, date)->demand_units =
            0;
    struct pk_adjustment_row *row = view_case_adjustment(&c, NEXT, NEXT + 4);
    row->item = 2;
    row->units = 50;
    c.items[2].end_date = VIEW_CASE_AS_OF; /* nothing is expected of it */
    view_case_fit(&c);
    /* 50 units over two warehouses and five days. */
    for (size_t series = 4; series < 6; series++) {
        load(series, &path);
        for (size_t day = 0; day < DAYS; day++)
            assert_close(path.mean[day], day < 5 ? 5 : 0, 1e-9);
    }
}

static void test_demand_never_falls_below_nothing(void **state)
{
    (void)state;
    struct path path;
    struct pk_adjustment_row *row = view_case_adjustment(&c, NEXT, NEXT + 1);
    row->item = 0;
    row->units = -100000;
    view_case_adjustment(&c, NEXT, NEXT + 1)->ratio = 3; /* of nothing */
    view_case_remake(&c, NULL);
    load(0, &path);
    assert_close(path.mean[0], 0, 0);
    assert_close(path.mean[1], 0, 0);
    assert_close(path.mean[2], path.statistical[2], 0);
}

/* Every series sells `units` a week, on Mondays; as-of is the Monday of the last week. */
static void sell_by_week(float units)
{
    for (size_t series = 0; series < 8; series++) {
        c.series[series].bucket_days = 7;
        for (int32_t date = c.first_date; date <= VIEW_CASE_AS_OF; date++)
            view_case_bucket(&c, series, date)->demand_units =
                pk_date_bucket_start(date, 7, 0) == date ? units : 0;
    }
    c.data.shop.as_of_date = VIEW_CASE_AS_OF - 6;
}

static void test_a_week_is_adjusted_by_its_days_inside(void **state)
{
    (void)state;
    struct path path;
    struct pk_adjustment_row *row = view_case_adjustment(&c, NEXT + 4, NEXT + 13);
    row->ratio = 2;
    sell_by_week(70);
    view_case_fit(&c);
    load(0, &path);
    /* Three days of the first week, all of the second. */
    assert_close(path.mean[0], path.statistical[0] * (1 + 3.0 / 7), 1e-9);
    assert_close(path.mean[1], path.statistical[1] * 2, 1e-9);
    assert_close(path.mean[2], path.statistical[2], 0);
    row->ratio = NAN;
    row->units = 400;
    view_case_remake(&c, NULL);
    double added[2] = {0, 0};
    for (size_t series = 0; series < 8; series++) {
        load(series, &path);
        added[0] += path.mean[0] - path.statistical[0];
        added[1] += path.mean[1] - path.statistical[1];
        assert_close(path.mean[2], path.statistical[2], 0);
    }
    assert_close(added[0] + added[1], 400, 1e-9);
    assert_true(added[0] < added[1] / 2);
}

static void test_weeks_without_forecast_share_units_by_their_days(void **state)
{
    (void)state;
    struct path path;
    view_case_adjustment(&c, NEXT + 4, NEXT + 13)->units = 400;
    sell_by_week(0);
    view_case_fit(&c);
    /* 400 units over 8 series and 10 days are 5 a day. */
    for (size_t series = 0; series < 8; series++) {
        load(series, &path);
        assert_close(path.mean[0], 3 * 5, 1e-9);
        assert_close(path.mean[1], 7 * 5, 1e-9);
        assert_close(path.mean[2], 0, 0);
    }
}

static void test_parents_come_before_adjustments(void **state)
{
    (void)state;
    struct path parent, own, path;
    view_case_component(&c, 0, 3, 2);
    struct pk_adjustment_row *row = view_case_adjustment(&c, NEXT, NEXT + DAYS);
    row->item = 3;
    row->ratio = 2;
    view_case_remake(&c, NULL);
    forecast(0, &parent);
    forecast(6, &own);
    load(6, &path);
    assert_close(path.mean[7], 2 * (own.mean[7] + 2 * parent.mean[7]), 1e-9);
}

/* ---- campaigns ------------------------------------------------------------------------------- */

static void test_a_campaign_change_reaches_components_too(void **state)
{
    (void)state;
    struct path parent, own, path;
    view_case_component(&c, 0, 3, 2);
    view_case_promotion(&c, "p", NEXT + 2, NEXT + 4)->item = 0;
    view_case_fit(&c);
    /* Deposits said that a0 sells half as much again, by hand. */
    struct pk_campaign_item_update lines[4] = {
        {.ratio = 1.5, .relative_variance = 0.01, .has_deposits = true}};
    const struct pk_promotion *rows[] = {&c.promotions[0]};
    struct pk_campaign_update update = {
        .campaign = {.promotion_id = "p",
                     .kind = "",
                     .start_date = NEXT + 2,
                     .end_date = NEXT + 4,
                     .row_count = 1},
        .rows = rows,
        .from_date = NEXT + 2,
        .to_date = NEXT + 4,
        .lines = lines,
    };
    struct pk_demand_changes changes = c.changes;
    changes.campaigns = (struct pk_campaign_updates){.count = 1, .updates = &update};
    c.view.changes = &changes;
    forecast(0, &parent);
    forecast(6, &own);
    load(0, &path);
    assert_true(path.ahead.is_campaign_updated);
    assert_true((path.ahead.flags & PK_SERIES_DEPOSITS_COUNTED) != 0);
    for (size_t day = 0; day < DAYS; day++) {
        const double ratio = day >= 2 && day <= 4 ? 1.5 : 1;
        assert_close(path.mean[day], ratio * parent.mean[day], 1e-9);
        assert_close(path.own[day], ratio * parent.mean[day], 1e-9);
        assert_close(path.statistical[day], parent.mean[day], 0);
    }
    load(6, &path);
    assert_false(path.ahead.is_campaign_updated);
    assert_close(path.mean[1], own.mean[1] + 2 * parent.mean[1], 1e-9);
    assert_close(path.mean[3], own.mean[3] + 2 * 1.5 * parent.mean[3], 1e-9);
    assert_close(path.own[3], own.mean[3], 0);
}

static void test_the_executor_changes_nothing(void **state)
{
    (void)state;
    struct path before, after;
    const struct pk_executor backwards = view_case_backwards();
    view_case_component(&c, 0, 3, 2);
    view_case_adjustment(&c, NEXT, NEXT + 9)->units = 33;
    view_case_remake(&c, NULL);
    load(6, &before);
    view_case_remake(&c, &backwards);
    load(6, &after);
    assert_memory_equal(after.mean, before.mean, sizeof after.mean);
}

#define WITH_SHOP(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_SHOP(test_without_rows_the_forecast_is_the_demand),
        WITH_SHOP(test_a_component_needs_its_pieces_of_every_parent),
        WITH_SHOP(test_variance_grows_by_the_square_of_the_pieces),
        WITH_SHOP(test_pieces_multiply_through_every_level),
        WITH_SHOP(test_a_parent_with_stock_of_its_own_needs_no_components),
        WITH_SHOP(test_a_component_counts_on_the_days_of_its_validity),
        WITH_SHOP(test_a_gift_goes_with_the_days_and_orders_of_its_promotion),
        WITH_SHOP(test_components_in_a_circle_are_refused),
        WITH_SHOP(test_a_ratio_multiplies_the_days_of_its_scope),
        WITH_SHOP(test_units_are_shared_by_the_forecast_and_add_up),
        WITH_SHOP(test_units_over_a_scope_without_forecast_are_shared_evenly),
        WITH_SHOP(test_demand_never_falls_below_nothing),
        WITH_SHOP(test_a_week_is_adjusted_by_its_days_inside),
        WITH_SHOP(test_weeks_without_forecast_share_units_by_their_days),
        WITH_SHOP(test_parents_come_before_adjustments),
        WITH_SHOP(test_a_campaign_change_reaches_components_too),
        WITH_SHOP(test_the_executor_changes_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
