/* What past presales teach, and the days of a presale. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "models/evidence/presale_history.h"
#include "tests/support/close.h"
#include "tests/support/evidence/view_case.h"

/* The past campaign "p": 20 days of presale, then ten days of peak, over since ten days. */
#define PRESALE (VIEW_CASE_AS_OF - 39)
#define PEAK    (VIEW_CASE_AS_OF - 19)
#define OVER    (VIEW_CASE_AS_OF - 10)

/* Items a0 .. a5 sell ten units a day in each of two warehouses: 200 in the peak of "p". */
static struct view_case c;
static struct pk_presale_history history;

static void add_campaign(const char *promotion_id, const char *kind)
{
    struct pk_promotion *row = view_case_promotion(&c, promotion_id, PRESALE, PEAK - 1);
    row->phase = PK_PHASE_PRESALE;
    row->kind = kind;
    view_case_promotion(&c, promotion_id, PEAK, OVER)->kind = kind;
}

static int set_up(void **state)
{
    (void)state;
    view_case_begin(&c, 6, 2, 60);
    for (size_t series = 0; series < 12; series++)
        view_case_sell_flat(&c, series, 10);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    pk_presale_history_done(&history);
    view_case_end(&c);
    return 0;
}

/* Learns from the rows as they stand and returns the terms of a kind. */
static struct pk_presale_terms learn(const char *kind)
{
    struct pk_error error;
    view_case_keep_sales(&c);
    pk_presale_history_done(&history);
    assert_int_equal(pk_presale_history_build(&c.data, &history, &error), PK_OK);
    return pk_presale_history_terms(&history, kind);
}

/* ---- what is learnt -------------------------------------------------------------------------- */

static void test_without_past_presales_the_defaults_hold(void **state)
{
    (void)state;
    const struct pk_presale_terms terms = learn("");
    assert_int_equal(terms.presale_count, 0);
    assert_close(terms.conversion_ratio, 0.9, 1e-12);
    assert_close(terms.deposit_ratio, 0.35, 1e-12);
    assert_close(terms.curve[0], 0.2, 1e-12);
    assert_close(terms.curve[PK_PRESALE_PARTS], 1, 1e-12);
    assert_close(history.deposit_units[0], 0, 0);
}

static void test_paid_balances_teach_the_conversion(void **state)
{
    (void)state;
    add_campaign("p", "");
    struct pk_deposit_row *row = view_case_deposit(&c, "p", 0, OVER, 70);
    /* The default counts as 50 deposits, of which 45 are paid. */
    row->balance_paid_units = 70;
    assert_close(learn("").conversion_ratio, (45 + 70) / (50 + 70.0), 1e-12);
    row->balance_paid_units = 0;
    assert_close(learn("").conversion_ratio, 45 / (50 + 70.0), 1e-12);
    row->balance_paid_units = 90; /* more than there were deposits */
    assert_close(learn("").conversion_ratio, (45 + 70) / (50 + 70.0), 1e-12);
}

static void test_a_presale_without_balances_teaches_all_but_the_conversion(void **state)
{
    (void)state;
    add_campaign("p", "");
    view_case_deposit(&c, "p", 0, PEAK - 1, 140);
    const struct pk_presale_terms terms = learn("");
    assert_int_equal(terms.presale_count, 1);
    assert_close(terms.conversion_ratio, 0.9, 1e-12);
    assert_true(terms.deposit_ratio > 0.35);
    assert_close(history.all.told_deposits, 0, 0);
}

static void test_deposits_beside_demand_teach_their_share(void **state)
{
    (void)state;
    add_campaign("p", "");
    struct pk_deposit_row *row = view_case_deposit(&c, "p", 0, PEAK - 1, 70);
    struct pk_presale_terms terms = learn("");
    assert_close(history.all.demand, 200, 1e-6);
    /* 70 = 0.35 x 200: the default share is confirmed. The error shrinks from 0.7^2 to
     * 1 / (1 / 0.7^2 + w 70) with w = 1 / (1 + 70 x 0.15^2), and campaigns differ by 0.15^2. */
    assert_close(terms.deposit_ratio, 0.35, 1e-12);
    assert_close(terms.common_variance, 1 / (1 / 0.49 + 70 / (1 + 70 * 0.0225)) + 0.0225, 1e-12);
    /* Twice as many: (1 / 0.49 + w 140) / (1 / 0.49 + w 70) of the default. */
    row->deposit_units = 140;
    terms = learn("");
    const double weight = 1 / (1 + 70 * 0.0225);
    assert_close(terms.deposit_ratio, 0.35 * (1 / 0.49 + weight * 140) / (1 / 0.49 + weight * 70),
                 1e-12);
    row->deposit_units = 20;
    assert_true(learn("").deposit_ratio < 0.35);
}

static void test_the_days_of_deposits_teach_the_curve(void **state)
{
    (void)state;
    add_campaign("p", "");
    view_case_deposit(&c, "p", 0, PRESALE, 35);
    view_case_deposit(&c, "p", 0, PRESALE + 10, 70);
    const struct pk_presale_terms terms = learn("");
    /* A step is a day. The default counts as 50 deposits: 0.2 at once and 0.04 a step. */
    assert_close(terms.curve[0], 50 * 0.2 / 120, 1e-12);
    assert_close(terms.curve[1], (50 * 0.24 + 35) / 120, 1e-12);
    assert_close(terms.curve[10], (50 * 0.6 + 35) / 120, 1e-12);
    assert_close(terms.curve[11], (50 * 0.64 + 70) / 120, 1e-12);
    assert_close(terms.curve[20], 1, 1e-12);
}

static void test_an_item_has_its_own_habit(void **state)
{
    (void)state;
    add_campaign("p", "");
    view_case_deposit(&c, "p", 0, PEAK - 1, 100);
    view_case_deposit(&c, "p", 1, PEAK - 1, 40);
    const struct pk_presale_terms terms = learn("");
    /* 140 of 400 is the default share. */
    assert_close(terms.deposit_ratio, 0.35, 1e-12);
    assert_close(history.deposit_units[0], 100, 0);
    assert_close(history.deposit_units[1], 40, 0);
    assert_close(history.expected_units[0], 70, 1e-9);
    assert_close(history.expected_units[1], 70, 1e-9);
    assert_close(history.expected_units[2], 0, 0);
    /* sum (d - 0.35 D)^2 = 30^2 + 30^2, less chance of 140, over sum (0.35 D)^2 = 2 x 70^2; ten
     * items of the default 0.35^2 count beside the two. */
    const double spread = (1800 - 140) / 9800.0;
    assert_close(terms.item_variance, (10 * 0.1225 + 2 * spread) / 12, 1e-12);
    assert_true(pk_presale_habit(&terms, 100, 70).mean > 1);
    assert_true(pk_presale_habit(&terms, 40, 70).mean < 1);
}

static void test_habits_add_up_over_campaigns(void **state)
{
    (void)state;
    add_campaign("p", "");
    add_campaign("q", "");
    view_case_deposit(&c, "p", 3, PEAK - 1, 70);
    view_case_deposit(&c, "q", 3, PEAK - 1, 70);
    assert_int_equal(learn("").presale_count, 2);
    assert_close(history.deposit_units[3], 140, 0);
    assert_close(history.expected_units[3], 140, 1e-9);
}

/* ---- which presales teach -------------------------------------------------------------------- */

static void test_demand_cut_by_a_stock_out_teaches_nothing(void **state)
{
    (void)state;
    add_campaign("p", "");
    view_case_deposit(&c, "p", 0, PEAK - 1, 70);
    view_case_bucket(&c, 1, PEAK - 1)->available_ratio = 0.5F; /* before the balance */
    assert_int_equal(learn("").presale_count, 1);
    view_case_bucket(&c, 1, OVER)->available_ratio = 0.5F;
    assert_int_equal(learn("").presale_count, 0);
    assert_close(history.deposit_units[0], 0, 0);
}

static void test_campaigns_under_way_and_unknown_ones_teach_nothing(void **state)
{
    (void)state;
    add_campaign("p", "");
    view_case_deposit(&c, "p", 0, PEAK - 1, 70);
    view_case_deposit(&c, "unknown", 0, PEAK - 1, 70);
    assert_int_equal(learn("").presale_count, 1);
    c.promotions[1].end_date = VIEW_CASE_AS_OF; /* ended today */
    assert_int_equal(learn("").presale_count, 1);
    c.promotions[1].end_date = VIEW_CASE_NEXT;
    assert_int_equal(learn("").presale_count, 0);
}

static void test_a_kind_has_terms_of_its_own_from_five_presales_on(void **state)
{
    (void)state;
    add_campaign("p", "618");
    add_campaign("q", "");
    for (uint32_t item = 0; item < 5; item++)
        view_case_deposit(&c, "p", item, PEAK - 1, 140);
    view_case_deposit(&c, "q", 5, PEAK - 1, 20);
    assert_int_equal(learn("618").presale_count, 5);
    const double own = pk_presale_history_terms(&history, "618").deposit_ratio;
    const double all = pk_presale_history_terms(&history, "").deposit_ratio;
    assert_int_equal(pk_presale_history_terms(&history, "").presale_count, 6);
    assert_int_equal(pk_presale_history_terms(&history, "other").presale_count, 6);
    assert_true(own > all);
    c.deposits[4].promotion_id = "q"; /* four are left */
    assert_int_equal(learn("618").presale_count, 6);
    assert_close(pk_presale_history_terms(&history, "618").deposit_ratio, all, 1e-12);
}

static void test_the_curve_never_passes_the_final_deposits(void **state)
{
    (void)state;
    add_campaign("p", "");
    view_case_deposit(&c, "p", 0, PRESALE, 40); /* ten buyers give theirs up */
    view_case_deposit(&c, "p", 0, PEAK - 1, 30);
    learn("");
    assert_close(history.all.cumulative[1], 30, 0);
    assert_close(history.all.cumulative[PK_PRESALE_PARTS], 30, 0);
}

static void test_the_first_sixteen_kinds_have_sums_of_their_own(void **state)
{
    (void)state;
    static char names[PK_PRESALE_KIND_COUNT_MAX + 1][3];
    for (size_t i = 0; i <= PK_PRESALE_KIND_COUNT_MAX; i++) {
        names[i][0] = 'k';
        names[i][1] = (char)('a' + i);
        add_campaign(names[i], names[i]);
        view_case_deposit(&c, names[i], 0, PRESALE, 12);
    }
    learn("ka");
    assert_int_equal(history.kind_count, PK_PRESALE_KIND_COUNT_MAX);
    assert_int_equal(history.sums[PK_PRESALE_KIND_COUNT_MAX - 1].count, 1);
    assert_int_equal(history.all.count, PK_PRESALE_KIND_COUNT_MAX + 1);
}

static void test_a_range_holds_the_rows_of_one_item_and_promotion(void **state)
{
    (void)state;
    view_case_deposit(&c, "p", 0, PRESALE, 1);
    view_case_deposit(&c, "p", 0, PRESALE + 1, 2);
    view_case_deposit(&c, "p", 1, PRESALE, 1);
    view_case_deposit(&c, "q", 1, PRESALE, 1);
    const size_t ends[] = {2, 2, 3, 4};
    for (size_t first = 0; first < 4; first++) {
        const struct pk_ledger_range range = pk_deposits_at(&c.data.ledger, first);
        assert_int_equal(range.first, first);
        assert_int_equal(range.last, ends[first]);
    }
}

/* ---- the days of a presale ------------------------------------------------------------------- */

static void assert_days(const struct pk_campaign *campaign, int32_t first_deposit_date,
                        int32_t start_date, int32_t end_date, int32_t balance_date)
{
    const struct pk_presale_days days = pk_presale_days_of(campaign, first_deposit_date);
    assert_int_equal(days.start_date, start_date);
    assert_int_equal(days.end_date, end_date);
    assert_int_equal(days.balance_date, balance_date);
}

static void test_the_days_of_a_presale(void **state)
{
    (void)state;
    struct pk_campaign campaign = {.start_date = 130,
                                   .end_date = 150,
                                   .presale_start_date = 100,
                                   .presale_end_date = 119,
                                   .peak_start_date = 140,
                                   .peak_end_date = 145,
                                   .balance_date = 125};
    assert_days(&campaign, 103, 100, 119, 125);
    campaign.balance_date = PK_DATE_NONE;
    assert_days(&campaign, 103, 100, 119, 140);
    campaign.peak_start_date = PK_DATE_NONE;
    assert_days(&campaign, 103, 100, 119, 130);
    /* Without rows of a presale the deposits begin it. */
    campaign.presale_start_date = campaign.presale_end_date = PK_DATE_NONE;
    assert_days(&campaign, 103, 103, 129, 130);
    /* It has one day at least. */
    assert_days(&campaign, 130, 130, 130, 130);
    assert_days(&campaign, 135, 135, 135, 130);
}

#define WITH_SHOP(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_SHOP(test_without_past_presales_the_defaults_hold),
        WITH_SHOP(test_paid_balances_teach_the_conversion),
        WITH_SHOP(test_a_presale_without_balances_teaches_all_but_the_conversion),
        WITH_SHOP(test_deposits_beside_demand_teach_their_share),
        WITH_SHOP(test_the_days_of_deposits_teach_the_curve),
        WITH_SHOP(test_an_item_has_its_own_habit),
        WITH_SHOP(test_habits_add_up_over_campaigns),
        WITH_SHOP(test_demand_cut_by_a_stock_out_teaches_nothing),
        WITH_SHOP(test_campaigns_under_way_and_unknown_ones_teach_nothing),
        WITH_SHOP(test_a_kind_has_terms_of_its_own_from_five_presales_on),
        WITH_SHOP(test_the_curve_never_passes_the_final_deposits),
        WITH_SHOP(test_the_first_sixteen_kinds_have_sums_of_their_own),
        WITH_SHOP(test_a_range_holds_the_rows_of_one_item_and_promotion),
        cmocka_unit_test(test_the_days_of_a_presale),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
