/* Roles between category and everything: a small category sells on the days of its role. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/unit/forecast/shop_case.h"

#define DAYS 392

static struct shop_case c;

/* Categories a and b of ten items a day each, the small category c of two slow items. Traffic sells
 * twice as much on weekends, profit half as much. */
static void begin(const enum pk_role small[2], bool with_roles)
{
    case_begin(&c, 22, DAYS);
    for (uint32_t item = 0; item < 22; item++) {
        const enum pk_role role = item >= 20  ? small[item - 20]
                                  : item < 10 ? PK_ROLE_TRAFFIC
                                              : PK_ROLE_PROFIT;
        c.items[item].category = item >= 20 ? 3 : item < 10 ? 1 : 2;
        c.items[item].role = with_roles ? role : PK_ROLE_NONE;
        for (int32_t day = 0; day < DAYS; day++) {
            const bool weekend = pk_date_weekday(CASE_START + day) >= 5;
            const double factor = !weekend ? 1 : role == PK_ROLE_TRAFFIC ? 2 : 0.5;
            case_sell(&c, item, CASE_START + day, case_poisson((item >= 20 ? 0.15 : 10) * factor));
        }
    }
}

/* Weekend days of the small category's forecast over its other days. */
static double small_weekend(const enum pk_role small[2], bool with_roles)
{
    struct pk_demand demand;
    double sums[2] = {0, 0};
    begin(small, with_roles);
    struct pk_model *model = case_fit(&c);
    assert_non_null(model);
    for (size_t item = 20; item < 22; item++) {
        const double *mean = case_forecast(&c, model, item, 28, &demand, NULL);
        for (int32_t day = 0; day < 28; day++)
            sums[pk_date_weekday(CASE_START + DAYS + day) >= 5] += mean[day];
    }
    pk_model_free(model);
    case_end(&c);
    return sums[1] / 8 / (sums[0] / 20);
}

static void test_a_small_category_takes_the_week_of_its_role(void **state)
{
    (void)state;
    const enum pk_role traffic[2] = {PK_ROLE_TRAFFIC, PK_ROLE_TRAFFIC};
    const enum pk_role profit[2] = {PK_ROLE_PROFIT, PK_ROLE_PROFIT};
    assert_true(small_weekend(traffic, true) > 1.7);
    assert_true(small_weekend(profit, true) < 0.65);
    assert_true(small_weekend(traffic, false) < 1.6);
    assert_true(small_weekend(profit, false) > 0.8);
}

static void test_a_category_of_two_roles_lies_between_them(void **state)
{
    (void)state;
    const enum pk_role both[2] = {PK_ROLE_TRAFFIC, PK_ROLE_PROFIT};
    const double weekend = small_weekend(both, true);
    assert_true(weekend > 0.8 && weekend < 1.6);
}

static void test_a_single_role_changes_nothing(void **state)
{
    (void)state;
    const enum pk_role none[2] = {PK_ROLE_NONE, PK_ROLE_NONE};
    struct pk_demand demand;
    double before = 0;
    for (int with_role = 0; with_role < 2; with_role++) {
        begin(none, false);
        for (size_t item = 0; item < 10 && with_role == 1; item++)
            c.items[item].role = PK_ROLE_TRAFFIC;
        struct pk_model *model = case_fit(&c);
        assert_non_null(model);
        const double mean = case_forecast(&c, model, 20, 28, &demand, NULL)[3];
        assert_true(with_role == 0 || fabs(mean - before) < 1e-12);
        before = mean;
        pk_model_free(model);
        case_end(&c);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_small_category_takes_the_week_of_its_role),
        cmocka_unit_test(test_a_category_of_two_roles_lies_between_them),
        cmocka_unit_test(test_a_single_role_changes_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
