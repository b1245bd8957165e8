/* A day without a refit: an advance gives what a full fit of the same days gives, within its stated
 * tolerance; it refuses what it cannot do; and its state survives the way through bytes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "models/forecast/advance.h"
#include "models/forecast/model_parts.h"
#include "tests/bench/forecast/advance_check.h"
#include "tests/unit/forecast/shop_case.h"

#define ITEMS 48
#define DAYS  640

static struct shop_case c;

static double shape_of(int32_t t)
{
    static const double week[7] = {0.9, 0.9, 0.9, 1.0, 1.1, 1.3, 1.1};
    double lift = 1;
    for (size_t p = 0; p < c.shop.promotion_count; p++)
        if (CASE_START + t >= c.promotions[p].start_date &&
            CASE_START + t <= c.promotions[p].end_date)
            lift = 2;
    return lift * week[t % 7] * (1 + 0.2 * sin(t / 58.0));
}

/* Three categories, a week, a season, promotions; levels from 0.3 to 30 a day. Sold until DAYS,
 * as-of `days` before. Items differ in what `units` makes of their Poisson draw. */
static void begin(int32_t days, double (*units)(size_t item, int32_t t, double drawn))
{
    case_begin(&c, ITEMS, DAYS);
    for (int32_t start = 40; start < DAYS; start += 60)
        case_promotion(&c, "juhuasuan", CASE_START + start, CASE_START + start + 2);
    for (size_t i = 0; i < ITEMS; i++) {
        c.items[i].category = 1 + (uint32_t)(i % 3);
        for (int32_t t = 0; t < DAYS; t++) {
            const double drawn = case_poisson(0.3 * exp(0.1 * (double)i) * shape_of(t));
            case_sell(&c, i, CASE_START + t, units == NULL ? drawn : units(i, t, drawn));
        }
    }
    c.shop.as_of_date -= days;
}

static enum pk_status advance(const struct pk_model *fitted, int32_t days,
                              struct pk_model **out_model, struct pk_error *error)
{
    const struct pk_fit_settings settings = pk_fit_settings_default();
    c.shop.as_of_date = fitted->as_of_date + days;
    const enum pk_status status =
        pk_model_advance(fitted, &c.shop, &c.sales, &settings, NULL, out_model, error);
    if (status != PK_OK)
        c.shop.as_of_date = fitted->as_of_date;
    return status;
}

static struct pk_model *advanced(const struct pk_model *fitted, int32_t days)
{
    struct pk_model *model = NULL;
    struct pk_error error;
    if (advance(fitted, days, &model, &error) != PK_OK)
        fail_msg("%s", error.message);
    return model;
}

static double level(const struct pk_model *model, size_t item)
{
    return pk_model_series(model, item)->level_units;
}

static void assert_near(double value, double expected, double tolerance)
{
    if (!(fabs(value - expected) <= tolerance * fabs(expected)))
        fail_msg("%g is not within %g of %g", value, tolerance, expected);
}

static void test_an_advance_equals_the_full_fit_within_its_tolerance(void **state)
{
    (void)state;
    static const int32_t days[] = {1, 3, 7};
    for (size_t i = 0; i < 3; i++) {
        begin(days[i], NULL);
        struct pk_model *fitted = case_fit(&c);
        struct pk_model *model = advanced(fitted, days[i]);
        struct pk_model *full = case_fit(&c);
        const struct advance_check check = advance_check_models(full, model, &c.shop);
        assert_int_equal(check.count, ITEMS);
        assert_int_equal(pk_model_advanced_days(model), days[i]);
        assert_int_equal(pk_model_advanced_days(full), 0);
        if (!(check.within_2 >= 0.8 && check.within_5 >= 0.85 && fabs(check.total) <= 0.01))
            fail_msg("%d days: within 2 %% %g, within 5 %% %g, total %g", days[i], check.within_2,
                     check.within_5, check.total);
        pk_model_free(fitted);
        pk_model_free(model);
        pk_model_free(full);
        case_end(&c);
    }
}

/* The shop's first Double 12 lies in the added days: its columns join the equations. */
static void test_a_first_event_is_learnt_without_a_refit(void **state)
{
    (void)state;
    case_begin(&c, ITEMS, DAYS);
    case_promotion(&c, "double12", CASE_START + DAYS - 3, CASE_START + DAYS - 2);
    case_promotion(&c, "double12", CASE_START + DAYS + 5, CASE_START + DAYS + 6);
    for (size_t i = 0; i < ITEMS; i++)
        for (int32_t t = 0; t < DAYS; t++)
            case_sell(&c, i, CASE_START + t,
                      case_poisson(8 * (t == DAYS - 3 || t == DAYS - 2 ? 4 : 1)));
    c.shop.as_of_date -= 5;
    struct pk_model *fitted = case_fit(&c);
    struct pk_model *model = advanced(fitted, 5);
    struct pk_model *full = case_fit(&c);
    struct pk_demand demand;
    double lifts[3];
    const struct pk_model *const models[3] = {fitted, model, full};
    for (size_t i = 0; i < 3; i++) {
        const int32_t ahead = DAYS + CASE_START + 5 - (models[i]->as_of_date + 1);
        c.shop.as_of_date = models[i]->as_of_date;
        const double *mean = case_forecast(&c, models[i], 0, ahead + 1, &demand, NULL);
        lifts[i] = mean[ahead] / level(models[i], 0);
    }
    assert_true(lifts[0] < 2.5); /* the typical lift of its kind */
    assert_true(lifts[1] > 3.5);
    assert_near(lifts[1], lifts[2], 0.1);
    pk_model_free(fitted);
    pk_model_free(model);
    pk_model_free(full);
    case_end(&c);
}

/* Item 30 sells 1000 pieces at once on the last day; item 31 is sold out on the last two. */
static double bulk_and_empty(size_t item, int32_t t, double drawn)
{
    if (item == 30 && t == DAYS - 1)
        return 1000;
    return item == 31 && t >= DAYS - 2 ? 0 : drawn;
}

static void test_bulk_orders_and_empty_shelves_move_the_level_as_in_a_full_fit(void **state)
{
    (void)state;
    begin(2, bulk_and_empty);
    struct pk_model *fitted = case_fit(&c);
    struct pk_model *without = advanced(fitted, 2);
    c.buckets[c.bucket_count] = (struct pk_sales_bucket){.available_ratio = 0};
    for (size_t i = ITEMS; i-- > 0;) /* rows of no sale but an empty shelf, for item 31 */
        if (i == 31)
            for (int32_t back = 1; back >= 0; back--) {
                const size_t at = c.starts[32];
                memmove(&c.buckets[at + 1], &c.buckets[at],
                        (c.bucket_count - at) * sizeof *c.buckets);
                c.buckets[at] = (struct pk_sales_bucket){.date = CASE_START + DAYS - 1 - back,
                                                         .available_ratio = 0};
                c.bucket_count++;
                for (size_t s = 32; s <= CASE_ITEM_COUNT_MAX; s++)
                    c.starts[s]++;
            }
    c.shop.as_of_date = fitted->as_of_date;
    struct pk_model *model = advanced(fitted, 2);
    struct pk_model *full = case_fit(&c);
    assert_near(level(model, 30), level(full, 30), 0.05);
    assert_true(pk_model_series(model, 30)->flags & PK_SERIES_CAPPED);
    assert_int_equal(pk_model_series(model, 30)->capped_bucket_count,
                     pk_model_series(full, 30)->capped_bucket_count);
    assert_near(level(model, 31), level(full, 31), 0.02);
    assert_true(level(without, 31) < 0.985 * level(model, 31));
    assert_true(pk_model_series(model, 31)->flags & PK_SERIES_STOCKED_OUT);
    assert_int_equal(pk_model_series(model, 31)->stocked_out_bucket_count, 2);
    assert_int_equal(pk_model_series(model, 31)->last_sale_date,
                     pk_model_series(full, 31)->last_sale_date);
    pk_model_free(fitted);
    pk_model_free(without);
    pk_model_free(model);
    pk_model_free(full);
    case_end(&c);
}

/* Item 40 sold nothing for 40 days and sells again on the last day. */
static double long_gap(size_t item, int32_t t, double drawn)
{
    return item == 40 && t >= DAYS - 41 && t < DAYS - 1 ? 0 : drawn;
}

static void test_a_sale_takes_an_incredible_run_of_zeros_out_of_the_level(void **state)
{
    (void)state;
    begin(1, long_gap);
    struct pk_model *fitted = case_fit(&c);
    struct pk_model *model = advanced(fitted, 1);
    struct pk_model *full = case_fit(&c);
    assert_true(level(model, 40) > 2 * level(fitted, 40));
    assert_near(level(model, 40), level(full, 40), 0.1);
    assert_int_equal(pk_model_series(model, 40)->stocked_out_bucket_count, 40);
    assert_int_equal(pk_model_series(model, 40)->open_bucket_count,
                     pk_model_series(full, 40)->open_bucket_count);
    pk_model_free(fitted);
    pk_model_free(model);
    pk_model_free(full);
    case_end(&c);
}

#define IS_CUT(t) ((t) >= DAYS - 6 || ((t) >= DAYS - 300 && (t) < DAYS - 260))

/* A third of the items sells three times as much at half its price, another pauses now and then,
 * item 40 of them before the added days. */
static double priced(size_t item, int32_t t, double drawn)
{
    if (item % 3 == 1 && t < DAYS - 6 && (t + 37 * (int32_t)item) % 150 < 40)
        return 0;
    if (item == 40 && t >= DAYS - 6)
        return 0;
    return item % 3 == 0 && IS_CUT(t) ? 3 * drawn : drawn;
}

static void test_prices_and_stops_of_the_added_days_count_as_in_a_full_fit(void **state)
{
    (void)state;
    struct pk_price prices[4 * ITEMS];
    static const int32_t dates[4] = {0, DAYS - 300, DAYS - 260, DAYS - 6};
    size_t count = 0;
    begin(6, priced);
    for (uint32_t i = 0; i < ITEMS; i += 3)
        for (size_t row = 0; row < 4; row++)
            prices[count++] = (struct pk_price){i, PK_INDEX_NONE, CASE_START + dates[row],
                                                row % 2 == 0 ? 10000000 : 5000000};
    c.shop.prices = prices;
    c.shop.price_count = count;
    struct pk_model *fitted = case_fit(&c);
    struct pk_model *model = advanced(fitted, 6);
    struct pk_model *full = case_fit(&c);
    for (size_t i = 21; i < ITEMS; i += 3) {
        assert_near(level(model, i), level(full, i), 0.1);
        assert_true(level(model, i) < 1.3 * level(fitted, i));
    }
    assert_near(level(model, 40), level(full, 40), 0.1);
    assert_true(pk_model_series(model, 40)->stop_probability > 0.1);
    assert_near(pk_model_series(model, 40)->stop_probability,
                pk_model_series(full, 40)->stop_probability, 0.2);
    pk_model_free(fitted);
    pk_model_free(model);
    pk_model_free(full);
    case_end(&c);
}

/* Item 0 sells for the first time, item 1 after more than a year, item 2 becomes dead. */
static double late_lives(size_t item, int32_t t, double drawn)
{
    if (item == 0)
        return t == DAYS - 2 ? 3 : 0;
    if (item == 1)
        return t == DAYS - 1 || t < DAYS - 400 ? 2 : 0;
    return item == 2 ? t <= DAYS - 1 - 365 : drawn;
}

static void test_lives_begin_and_end_in_the_added_days(void **state)
{
    (void)state;
    begin(3, late_lives);
    struct pk_model *fitted = case_fit(&c);
    struct pk_model *model = advanced(fitted, 3);
    assert_true(pk_model_series(fitted, 0)->flags & PK_SERIES_DEAD);
    assert_int_equal(pk_model_series(model, 0)->flags & (PK_SERIES_DEAD | PK_SERIES_NEW),
                     PK_SERIES_NEW);
    assert_int_equal(pk_model_series(model, 0)->first_sale_date, CASE_START + DAYS - 2);
    assert_int_equal(pk_model_series(model, 0)->open_bucket_count, 2);
    assert_true(level(model, 0) > 0);
    assert_true(pk_model_series(fitted, 1)->flags & PK_SERIES_DEAD);
    assert_false(pk_model_series(model, 1)->flags & PK_SERIES_DEAD);
    assert_true(level(model, 1) > 0);
    assert_false(pk_model_series(fitted, 2)->flags & PK_SERIES_DEAD);
    assert_true(pk_model_series(model, 2)->flags & PK_SERIES_DEAD);
    assert_true(level(model, 2) <= 0);
    pk_model_free(fitted);
    pk_model_free(model);
    case_end(&c);
}

/* Nobody sells anything on the day before the last. */
static double closed_day(size_t item, int32_t t, double drawn)
{
    (void)item;
    return t == DAYS - 2 ? 0 : drawn;
}

static void test_a_closed_shop_is_inferred_and_costs_no_level(void **state)
{
    (void)state;
    const struct pk_inferred_closure *closures;
    begin(2, closed_day);
    struct pk_model *fitted = case_fit(&c);
    struct pk_model *model = advanced(fitted, 2);
    struct pk_model *full = case_fit(&c);
    assert_int_equal(pk_model_inferred_closures(fitted, &closures), 0);
    assert_int_equal(pk_model_inferred_closures(model, &closures), 1);
    assert_int_equal(closures[0].date, CASE_START + DAYS - 2);
    for (size_t i = 0; i < ITEMS; i++)
        assert_near(level(model, i), level(full, i), 0.05);
    pk_model_free(fitted);
    pk_model_free(model);
    pk_model_free(full);
    case_end(&c);
}

static void test_seven_days_are_the_most_and_only_a_full_fit_advances(void **state)
{
    (void)state;
    struct pk_model *model = NULL, *again = NULL;
    struct pk_error error;
    begin(8, NULL);
    struct pk_model *fitted = case_fit(&c);
    assert_int_equal(advance(fitted, 0, &model, &error), PK_FAILED_PRECONDITION);
    assert_int_equal(advance(fitted, PK_ADVANCE_DAYS_MAX + 1, &model, &error),
                     PK_FAILED_PRECONDITION);
    assert_int_equal(advance(fitted, PK_ADVANCE_DAYS_MAX, &model, &error), PK_OK);
    assert_int_equal(advance(model, 1, &again, &error), PK_FAILED_PRECONDITION);
    assert_null(again);
    pk_model_free(fitted);
    pk_model_free(model);
    case_end(&c);
}

static void test_any_other_change_asks_for_a_full_fit(void **state)
{
    (void)state;
    struct pk_model *model = NULL;
    struct pk_error error;
    begin(1, NULL);
    struct pk_model *fitted = case_fit(&c);
    c.buckets[17].demand_units += 1;
    assert_int_equal(advance(fitted, 1, &model, &error), PK_FAILED_PRECONDITION);
    c.buckets[17].demand_units -= 1;
    c.promotions[0].discount_ratio = 0.1;
    assert_int_equal(advance(fitted, 1, &model, &error), PK_FAILED_PRECONDITION);
    c.promotions[0].discount_ratio = 0;
    c.items[5].category = 2;
    assert_int_equal(advance(fitted, 1, &model, &error), PK_FAILED_PRECONDITION);
    c.items[5].category = 3;
    case_covariate(&c, 1, CASE_START + DAYS + 3, 1);
    assert_int_equal(advance(fitted, 1, &model, &error), PK_FAILED_PRECONDITION);
    c.shop.covariate_count = 0;
    c.series[3].bucket_days = 7;
    assert_int_equal(advance(fitted, 1, &model, &error), PK_FAILED_PRECONDITION);
    c.series[3].bucket_days = 1;
    assert_int_equal(advance(fitted, 1, &model, &error), PK_OK);
    pk_model_free(fitted);
    pk_model_free(model);
    case_end(&c);
}

static void test_weekly_series_advance_by_whole_weeks(void **state)
{
    (void)state;
    struct pk_model *model = NULL;
    struct pk_error error;
    case_begin(&c, 30, 800);
    for (size_t i = 0; i < 30; i++) {
        c.series[i].bucket_days = 7;
        c.items[i].category = 1 + (uint32_t)(i % 2);
        for (int32_t t = 0; t < 798; t += 7)
            case_sell(&c, i, CASE_START + t, case_poisson(5 + (double)i));
    }
    c.shop.as_of_date = CASE_START + 791 - 7;
    struct pk_model *fitted = case_fit(&c);
    assert_int_equal(advance(fitted, 3, &model, &error), PK_FAILED_PRECONDITION);
    model = advanced(fitted, 7);
    struct pk_model *full = case_fit(&c);
    const struct advance_check check = advance_check_models(full, model, &c.shop);
    if (!(check.within_2 >= 0.9 && fabs(check.total) <= 0.01))
        fail_msg("within 2 %% %g, total %g", check.within_2, check.total);
    pk_model_free(fitted);
    pk_model_free(model);
    pk_model_free(full);
    case_end(&c);
}

/* Runs jobs backwards: as different from a loop as one thread can be. */
static void run_backwards(void *executor_context, size_t count,
                          void (*job)(void *context, size_t index), void *context)
{
    (void)executor_context;
    for (size_t i = count; i-- > 0;)
        job(context, i);
}

static void assert_same_bytes(const struct pk_model *one, const struct pk_model *two)
{
    unsigned char *bytes[2];
    size_t sizes[2];
    assert_int_equal(pk_model_encode(one, &bytes[0], &sizes[0], NULL), PK_OK);
    assert_int_equal(pk_model_encode(two, &bytes[1], &sizes[1], NULL), PK_OK);
    assert_int_equal(sizes[0], sizes[1]);
    assert_memory_equal(bytes[0], bytes[1], sizes[0]);
    free(bytes[0]);
    free(bytes[1]);
}

static void test_neither_bytes_nor_executor_change_an_advance(void **state)
{
    (void)state;
    const struct pk_fit_settings settings = pk_fit_settings_default();
    const struct pk_executor executor = {run_backwards, NULL};
    struct pk_model *restored = NULL, *backwards = NULL, *decoded = NULL;
    unsigned char *bytes;
    size_t size;
    begin(4, NULL);
    struct pk_model *fitted = case_fit(&c);
    assert_int_equal(pk_model_encode(fitted, &bytes, &size, NULL), PK_OK);
    assert_int_equal(pk_model_decode(bytes, size, &c.shop, &restored, NULL), PK_OK);
    free(bytes);
    assert_same_bytes(fitted, restored);
    struct pk_model *model = advanced(fitted, 4);
    struct pk_model *other = advanced(restored, 4);
    assert_int_equal(
        pk_model_advance(fitted, &c.shop, &c.sales, &settings, &executor, &backwards, NULL), PK_OK);
    assert_same_bytes(model, other);
    assert_same_bytes(model, backwards);
    assert_int_equal(pk_model_encode(model, &bytes, &size, NULL), PK_OK);
    assert_int_equal(pk_model_decode(bytes, size, &c.shop, &decoded, NULL), PK_OK);
    assert_int_equal(pk_model_advanced_days(decoded), 4);
    free(bytes);
    pk_model_free(fitted);
    pk_model_free(restored);
    pk_model_free(model);
    pk_model_free(other);
    pk_model_free(backwards);
    pk_model_free(decoded);
    case_end(&c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_an_advance_equals_the_full_fit_within_its_tolerance),
        cmocka_unit_test(test_a_first_event_is_learnt_without_a_refit),
        cmocka_unit_test(test_bulk_orders_and_empty_shelves_move_the_level_as_in_a_full_fit),
        cmocka_unit_test(test_a_sale_takes_an_incredible_run_of_zeros_out_of_the_level),
        cmocka_unit_test(test_prices_and_stops_of_the_added_days_count_as_in_a_full_fit),
        cmocka_unit_test(test_lives_begin_and_end_in_the_added_days),
        cmocka_unit_test(test_a_closed_shop_is_inferred_and_costs_no_level),
        cmocka_unit_test(test_seven_days_are_the_most_and_only_a_full_fit_advances),
        cmocka_unit_test(test_any_other_change_asks_for_a_full_fit),
        cmocka_unit_test(test_weekly_series_advance_by_whole_weeks),
        cmocka_unit_test(test_neither_bytes_nor_executor_change_an_advance),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
