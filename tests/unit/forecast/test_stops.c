/* Series that stop selling, on histories whose truth is known. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "models/forecast/stops.h"
#include "tests/support/close.h"
#include "tests/unit/forecast/shop_case.h"

/* Windows of Poisson demand with this mean, of which the share stops. */
static struct pk_stop_evidence windows(double mean, double share, int count)
{
    struct pk_stop_evidence evidence = {0, 0, 0, 0, {0}};
    case_seed = 3;
    for (int i = 0; i < count; i++) {
        const double units = case_poisson(mean);
        pk_stop_add(&evidence, case_uniform() < share ? 0 : units, mean, mean, 0, 1);
    }
    return evidence;
}

static void test_the_share_of_stops_is_found(void **state)
{
    (void)state;
    const struct pk_stop_evidence none = windows(20, 0, 4000), some = windows(20, 0.3, 4000);
    const struct pk_stop never = pk_stop_solve(&none, &none, &none, 0);
    const struct pk_stop often = pk_stop_solve(&some, &some, &none, 0);
    assert_close(never.probability, 0, 1e-6);
    assert_close(never.factor, 1, 1e-12);
    assert_close(often.probability, 0.3, 0.03);
    assert_close(often.factor, 0.7, 0.03);
}

static void test_few_windows_are_shrunk_and_none_say_nothing(void **state)
{
    (void)state;
    const struct pk_stop_evidence none = windows(20, 0, 4000), few = windows(20, 1, 20);
    const struct pk_stop_evidence empty = {0, 0, 0, 0, {0}};
    const struct pk_stop half = pk_stop_solve(&empty, &few, &none, 0);
    assert_close(half.probability, 0.45, 1e-6); /* 0.9, the most, of as many as the prior's */
    assert_true(half.factor > 0.2 && half.factor < 1);
    const struct pk_stop nothing = pk_stop_solve(&empty, &empty, &none, 0.1);
    assert_close(nothing.probability, 0, 1e-15);
    assert_close(nothing.factor, 1, 1e-15);
}

static void test_slow_movers_and_odd_numbers_do_not_tell_stops(void **state)
{
    (void)state;
    struct pk_stop_evidence evidence = {0, 0, 0, 0, {0}};
    pk_stop_add(&evidence, 0, 2.9, 2.9, 0, 1);
    assert_close(evidence.able, 0, 1e-15);
    pk_stop_add(&evidence, 0, 3, 3, 0, 1);
    assert_close(evidence.able, 1, 1e-15);
    assert_close(evidence.stopped, 1, 1e-15);
    pk_stop_add(&evidence, NAN, 20, 20, 0, 1);
    pk_stop_add(&evidence, 5, NAN, 20, 0, 1);
    pk_stop_add(&evidence, 5, 20, 0, 0, 1);
    assert_close(evidence.able, 1, 1e-15);
}

static void test_what_the_level_explains_is_no_stop(void **state)
{
    (void)state;
    struct pk_stop_evidence evidence = {0, 0, 0, 0, {0}};
    case_seed = 5;
    for (int i = 0; i < 4000; i++) /* a gamma level of variance 1: exponential */
        pk_stop_add(&evidence, round(-1000 * log(fmax(case_uniform(), 1e-300))), 1000, 1000, 0, 1);
    assert_true(pk_stop_unexplained(&evidence, 0) > 0.9);
    assert_true(pk_stop_unexplained(&evidence, 1) < 0.2);
    assert_true(pk_stop_solve(&evidence, &evidence, &evidence, 1).probability < 0.02);
}

static void test_classes_begin_at_their_bounds(void **state)
{
    (void)state;
    assert_int_equal(pk_stop_class(0), 0);
    assert_int_equal(pk_stop_class(0.999), 0);
    assert_int_equal(pk_stop_class(1), 1);
    assert_int_equal(pk_stop_class(40), PK_STOP_CLASS_COUNT - 1);
    assert_close(pk_stop_information(2, 0), 2, 1e-15);
    assert_close(pk_stop_information(2, 0.5), 2 * log(2), 1e-15);
}

static void test_what_windows_sold_over_the_level_is_found_and_bounded(void **state)
{
    (void)state;
    struct pk_stop_evidence evidence = {0, 0, 0, 0, {0}};
    const struct pk_stop_evidence empty = evidence;
    for (int i = 0; i < 2000; i++)
        pk_stop_add(&evidence, 105, 100, 100, 0, 1);
    assert_close(pk_stop_excess(&evidence, &evidence, 1), 0.05, 1e-3);
    assert_close(pk_stop_excess(&evidence, &evidence, 1.05), 0, 1e-3);
    assert_close(pk_stop_excess(&evidence, &evidence, 0.5), 0.1, 1e-12);
    assert_close(pk_stop_excess(&empty, &empty, 0.9), 0, 1e-12);
}

/* Days that sell a lot of Poisson(mean / share) with this probability, else nothing; their 1/k. */
static struct pk_idle_evidence days(double mean, double share, int count)
{
    struct pk_idle_evidence evidence = {0, 0, {0}};
    case_seed = 9;
    for (int i = 0; i < count; i++) {
        const double lot = case_poisson(mean / share);
        const bool sold = case_uniform() < share && lot > 0;
        pk_idle_add(&evidence, sold, mean, 1 / share - 1);
    }
    return evidence;
}

static void test_trade_in_lots_has_idle_days(void **state)
{
    (void)state;
    const struct pk_idle_evidence lots = days(6, 0.7, 8000), none = {0, 0, {0}};
    const struct pk_idle_evidence plain = days(6, 1, 8000), few = days(6, 0.7, 100);
    assert_close(pk_idle_solve(&lots, &lots), 0.3, 0.03);
    assert_close(pk_idle_solve(&plain, &plain), 0, 0.01);
    assert_close(pk_idle_solve(&none, &lots), pk_idle_solve(&lots, &lots), 0.01);
    assert_close(pk_idle_solve(&none, &none), 0, 1e-12);
    assert_true(pk_idle_solve(&few, &none) < 0.2);
}

/* Items that sell 5 a day and pause for 80 days now and then; the first is in such a pause, the
 * second never was. */
static void test_an_item_in_a_pause_may_stay_there(void **state)
{
    (void)state;
    struct shop_case c;
    case_begin(&c, 40, 600);
    for (size_t i = 0; i < 40; i++)
        for (int day = 0; day < 600; day++) {
            const int phase = (day + (int)(13 * i)) % 200;
            const bool paused = i == 0 ? day >= 588 : i > 1 && day > 200 && day < 580 && phase < 80;
            case_sell(&c, i, CASE_START + day, paused ? 0 : case_poisson(5));
        }
    struct pk_model *model = case_fit(&c);
    assert_non_null(model);
    const struct pk_series_model *paused = pk_model_series(model, 0);
    assert_true(paused->stop_probability > 0.2);
    assert_true(pk_model_series(model, 1)->stop_probability < 0.12);
    struct pk_demand demand;
    assert_non_null(case_forecast(&c, model, 0, 28, &demand, NULL));
    const struct pk_window window = pk_demand_window(&demand, CASE_START + 600, CASE_START + 627);
    assert_int_equal(pk_window_quantile_units(&window, 0.1), 0);
    assert_true(pk_window_quantile_units(&window, 0.9) > 80);
    pk_model_free(model);
    case_end(&c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_share_of_stops_is_found),
        cmocka_unit_test(test_few_windows_are_shrunk_and_none_say_nothing),
        cmocka_unit_test(test_slow_movers_and_odd_numbers_do_not_tell_stops),
        cmocka_unit_test(test_what_the_level_explains_is_no_stop),
        cmocka_unit_test(test_classes_begin_at_their_bounds),
        cmocka_unit_test(test_what_windows_sold_over_the_level_is_found_and_bounded),
        cmocka_unit_test(test_trade_in_lots_has_idle_days),
        cmocka_unit_test(test_an_item_in_a_pause_may_stay_there),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
