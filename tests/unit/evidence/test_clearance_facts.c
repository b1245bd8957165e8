/* What promotions take off the price while stock is cleared. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "models/evidence/clearance_facts.h"
#include "tests/support/close.h"

#define NEXT 100
#define DAYS 6

static struct pk_promotion row_of(const char *promotion_id, double discount_ratio,
                                  int64_t net_price_micros)
{
    return (struct pk_promotion){.promotion_id = promotion_id,
                                 .phase = PK_PHASE_PEAK,
                                 .start_date = NEXT + 1,
                                 .end_date = NEXT + 2,
                                 .item = PK_INDEX_NONE,
                                 .category = PK_INDEX_NONE,
                                 .warehouse = PK_INDEX_NONE,
                                 .discount_ratio = discount_ratio,
                                 .net_price_micros = net_price_micros};
}

static bool taken_off(const struct pk_promotion *rows, size_t count, double *out_discount)
{
    static const struct pk_item item = {.item_id = "a"};
    static const struct pk_series series = {.item = 0, .warehouse = 0, .bucket_days = 1};
    const struct pk_shop shop = {
        .items = &item, .item_count = 1, .promotions = rows, .promotion_count = count};
    const struct pk_demand demand = {.first_date = NEXT, .bucket_days = 1, .bucket_count = DAYS};
    return pk_promoted_discounts(&shop, &series, &demand, NEXT + DAYS, 100, out_discount);
}

static void test_a_net_price_goes_before_a_discount(void **state)
{
    (void)state;
    const struct pk_promotion rows[] = {row_of("d12", 0.5, 80)};
    double discount[DAYS];
    assert_true(taken_off(rows, 1, discount));
    assert_close(discount[0], 0, 0);
    assert_close(discount[1], 0.2, 1e-12);
    assert_close(discount[2], 0.2, 1e-12);
    assert_close(discount[3], 0, 0);
}

static void test_the_narrowest_row_of_a_promotion_and_the_deepest_of_all_count(void **state)
{
    (void)state;
    struct pk_promotion rows[] = {row_of("d12", 0.5, -1), row_of("d12", 0.1, -1),
                                  row_of("shop", 0.3, -1)};
    rows[1].item = 0;
    double discount[DAYS];
    assert_true(taken_off(rows, 3, discount));
    assert_close(discount[1], 0.3, 1e-12);
    assert_true(taken_off(rows, 2, discount));
    assert_close(discount[1], 0.1, 1e-12);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_net_price_goes_before_a_discount),
        cmocka_unit_test(test_the_narrowest_row_of_a_promotion_and_the_deepest_of_all_count),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
