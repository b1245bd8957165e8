#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "client/commands/commands.h"
#include "client/frame/command_line.h"

static const struct pk_command *const table[] = {
    &pk_command_fit,
    &pk_command_forecast,
    &pk_command_reorder,
    &pk_command_promo_list,
    &pk_command_promo_check,
    &pk_command_clearance,
    &pk_command_clearance_path,
    &pk_command_assortment,
    &pk_command_review,
    &pk_command_kpi,
    &pk_command_status,
};

/* Runs "peakstock LINE" against an address where nobody listens: 2 = refused before asking, 3 =
 * the command line was fine. */
static int run(const char *line)
{
    char words[512];
    char *arguments[32] = {(char *)"peakstock", (char *)"--server", (char *)"127.0.0.1:1"};
    int count = 3;
    strncpy(words, line, sizeof words - 1);
    words[sizeof words - 1] = '\0';
    char *rest = words;
    for (char *word; (word = strtok_r(rest, " ", &rest)) && count < 31;)
        arguments[count++] = word;
    arguments[count] = NULL;
    return pk_command_main(table, sizeof table / sizeof *table, "0", count, arguments);
}

static void test_horizons_reach_from_1_to_400(void **state)
{
    (void)state;
    assert_int_equal(run("forecast --all --horizon 1"), PK_EXIT_UNREACHABLE);
    assert_int_equal(run("forecast --all --horizon 400"), PK_EXIT_UNREACHABLE);
    assert_int_equal(run("forecast --all --horizon 0"), PK_EXIT_USAGE);
    assert_int_equal(run("forecast --all --horizon 401"), PK_EXIT_USAGE);
    assert_int_equal(run("forecast --all --horizon 2.5"), PK_EXIT_USAGE);
}

static void test_a_forecast_says_of_what(void **state)
{
    (void)state;
    assert_int_equal(run("forecast"), PK_EXIT_USAGE);
    assert_int_equal(run("forecast --total"), PK_EXIT_USAGE);
    assert_int_equal(run("forecast --category cups"), PK_EXIT_UNREACHABLE);
}

static void test_quantiles_are_distinct_probabilities_and_at_most_19(void **state)
{
    (void)state;
    assert_int_equal(run("forecast --all --quantiles 0"), PK_EXIT_USAGE);
    assert_int_equal(run("forecast --all --quantiles 0.5,1"), PK_EXIT_USAGE);
    assert_int_equal(run("forecast --all --quantiles -0.5"), PK_EXIT_USAGE);
    assert_int_equal(run("forecast --all --quantiles 0.5,"), PK_EXIT_USAGE);
    assert_int_equal(run("forecast --all --quantiles 0.5;0.9"), PK_EXIT_USAGE);
    assert_int_equal(run("forecast --all --quantiles 0.1,0.10"), PK_EXIT_USAGE);
    assert_int_equal(run("forecast --all --quantiles 0.05,.1,.15,.2,.25,.3,.35,.4,.45,.5,.55,.6,"
                         ".65,.7,.75,.8,.85,.9,.95"),
                     PK_EXIT_UNREACHABLE);
    assert_int_equal(run("forecast --all --quantiles 0.05,.1,.15,.2,.25,.3,.35,.4,.45,.5,.55,.6,"
                         ".65,.7,.75,.8,.85,.9,.95,.99"),
                     PK_EXIT_USAGE);
}

static void test_dates_exist_and_ranges_run_forward(void **state)
{
    (void)state;
    assert_int_equal(run("kpi --from 2026-02-30"), PK_EXIT_USAGE);
    assert_int_equal(run("kpi --from 2026-03-02 --to 2026-03-01"), PK_EXIT_USAGE);
    assert_int_equal(run("kpi --from 2026-03-01 --to 2026-03-01"), PK_EXIT_UNREACHABLE);
    assert_int_equal(run("reorder --as-of yesterday"), PK_EXIT_USAGE);
    assert_int_equal(run("clearance --as-of 2026-03-01 --by-date 2026-03-01"), PK_EXIT_USAGE);
    assert_int_equal(run("clearance --as-of 2026-03-01 --by-date 2026-03-02"), PK_EXIT_UNREACHABLE);
    assert_int_equal(run("clearance path --since 2026-03-02 --by-date 2026-03-02"), PK_EXIT_USAGE);
    assert_int_equal(run("clearance path --since 2026-03-02 --as-of 2026-03-01"), PK_EXIT_USAGE);
    assert_int_equal(run("clearance path --since 2026-03-01"), PK_EXIT_UNREACHABLE);
}

static void test_numbers_stay_in_their_range(void **state)
{
    (void)state;
    assert_int_equal(run("assortment --target-active-item-ratio 1.01"), PK_EXIT_USAGE);
    assert_int_equal(run("assortment --category C --all-items"), PK_EXIT_UNREACHABLE);
    assert_int_equal(run("clearance --target-cleared-unit-ratio 1.01"), PK_EXIT_USAGE);
    assert_int_equal(run("clearance --target-cleared-unit-ratio 1"), PK_EXIT_UNREACHABLE);
    assert_int_equal(run("reorder --assume-stock -1"), PK_EXIT_USAGE);
    assert_int_equal(run("reorder --assume-stock 0"), PK_EXIT_UNREACHABLE);
    assert_int_equal(run("reorder --assume-lead-time-days 400"), PK_EXIT_UNREACHABLE);
    assert_int_equal(run("reorder --assume-lead-time-days 401"), PK_EXIT_USAGE);
    assert_int_equal(run("review --decisions 1001"), PK_EXIT_USAGE);
    assert_int_equal(run("kpi --by moon"), PK_EXIT_USAGE);
}

static void test_what_does_not_exist_is_refused_not_ignored(void **state)
{
    (void)state;
    assert_int_equal(run("reorder --budget -1"), PK_EXIT_USAGE);
    assert_int_equal(run("reorder --budget 0"), PK_EXIT_UNREACHABLE);
    assert_int_equal(run("reorder --weather fine"), PK_EXIT_USAGE);
    assert_int_equal(run("promo plan d12"), PK_EXIT_USAGE);
    assert_int_equal(run("promo check"), PK_EXIT_USAGE);
    assert_int_equal(run("promo check d12 d11"), PK_EXIT_USAGE);
    assert_int_equal(run("promo check 6.12E+17"), PK_EXIT_USAGE);
    assert_int_equal(run("status now"), PK_EXIT_USAGE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_horizons_reach_from_1_to_400),
        cmocka_unit_test(test_a_forecast_says_of_what),
        cmocka_unit_test(test_quantiles_are_distinct_probabilities_and_at_most_19),
        cmocka_unit_test(test_dates_exist_and_ranges_run_forward),
        cmocka_unit_test(test_numbers_stay_in_their_range),
        cmocka_unit_test(test_what_does_not_exist_is_refused_not_ignored),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
