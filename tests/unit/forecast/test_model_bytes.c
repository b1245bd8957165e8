/* What may not change a model: threads, the way through bytes; and what must be refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "models/calendar/calendar.h"
#include "tests/unit/forecast/shop_case.h"

static struct shop_case c;

/* Three categories, a category's promotion, a covariate. */
static void begin(void)
{
    case_begin(&c, 24, 500);
    for (int32_t start = 40; start < 520; start += 60)
        case_promotion(&c, "juhuasuan", CASE_START + start, CASE_START + start + 2);
    for (size_t p = 0; p < c.shop.promotion_count; p += 2)
        c.promotions[p].category = 2;
    for (int32_t t = 0; t < 510; t += 5)
        case_covariate(&c, 1, CASE_START + t, 0.5);
    for (size_t i = 0; i < 24; i++) {
        c.items[i].category = 1 + (uint32_t)(i % 3);
        for (int32_t t = 0; t < 500; t++)
            case_sell(&c, i, CASE_START + t, case_poisson(2 + (double)i));
    }
}

/* Runs jobs backwards: as different from a loop as one thread can be. */
static void run_backwards(void *executor_context, size_t count,
                          void (*job)(void *context, size_t index), void *context)
{
    (void)executor_context;
    for (size_t i = count; i-- > 0;)
        job(context, i);
}

static void test_the_executor_does_not_change_a_byte(void **state)
{
    (void)state;
    const struct pk_fit_settings settings = pk_fit_settings_default();
    const struct pk_executor executor = {run_backwards, NULL};
    struct pk_model *first = NULL, *second = NULL;
    unsigned char *bytes[2];
    size_t sizes[2];
    begin();
    assert_int_equal(pk_model_fit(&c.shop, &c.sales, &settings, NULL, &first, NULL), PK_OK);
    assert_int_equal(pk_model_fit(&c.shop, &c.sales, &settings, &executor, &second, NULL), PK_OK);
    assert_int_equal(pk_model_encode(first, &bytes[0], &sizes[0], NULL), PK_OK);
    assert_int_equal(pk_model_encode(second, &bytes[1], &sizes[1], NULL), PK_OK);
    assert_int_equal(sizes[0], sizes[1]);
    assert_memory_equal(bytes[0], bytes[1], sizes[0]);
    free(bytes[0]);
    free(bytes[1]);
    pk_model_free(first);
    pk_model_free(second);
    case_end(&c);
}

static void test_a_decoded_model_forecasts_the_same(void **state)
{
    (void)state;
    unsigned char *bytes;
    size_t size;
    struct pk_demand demand;
    struct pk_model *restored = NULL;
    double expected[60];
    uint32_t flags[2];
    begin();
    struct pk_model *model = case_fit(&c);
    assert_int_equal(pk_model_encode(model, &bytes, &size, NULL), PK_OK);
    assert_int_equal(pk_model_decode(bytes, size, &c.shop, &restored, NULL), PK_OK);
    for (size_t i = 0; i < 24; i++) {
        memcpy(expected, case_forecast(&c, model, i, 60, &demand, &flags[0]), sizeof expected);
        const double variance = demand.level_relative_variance;
        assert_memory_equal(case_forecast(&c, restored, i, 60, &demand, &flags[1]), expected,
                            sizeof expected);
        assert_true(fabs(demand.level_relative_variance - variance) <= 0);
        assert_int_equal(flags[0], flags[1]);
    }
    free(bytes);
    pk_model_free(model);
    pk_model_free(restored);
    case_end(&c);
}

static void test_damaged_or_foreign_bytes_are_data_loss(void **state)
{
    (void)state;
    unsigned char *bytes;
    size_t size;
    struct pk_model *restored = NULL;
    begin();
    struct pk_model *model = case_fit(&c);
    assert_int_equal(pk_model_encode(model, &bytes, &size, NULL), PK_OK);
    for (size_t cut = 0; cut < size; cut += 997)
        assert_int_equal(pk_model_decode(bytes, cut, &c.shop, &restored, NULL), PK_DATA_LOSS);
    for (size_t at = 0; at < size; at += 613) {
        bytes[at] ^= 0x10;
        assert_int_equal(pk_model_decode(bytes, size, &c.shop, &restored, NULL), PK_DATA_LOSS);
        bytes[at] ^= 0x10;
    }
    c.shop.as_of_date++;
    assert_int_equal(pk_model_decode(bytes, size, &c.shop, &restored, NULL), PK_DATA_LOSS);
    c.shop.as_of_date--;
    c.shop.series_count--;
    assert_int_equal(pk_model_decode(bytes, size, &c.shop, &restored, NULL), PK_DATA_LOSS);
    c.shop.series_count++;
    assert_null(restored);
    free(bytes);
    pk_model_free(model);
    case_end(&c);
}

static void test_a_scratch_area_serves_any_model_and_group(void **state)
{
    (void)state;
    struct pk_demand demand;
    double alone[30], shared[30];
    begin();
    struct pk_model *model = case_fit(&c);
    struct pk_forecast_scratch *scratch = pk_forecast_scratch_new();
    for (size_t i = 0; i < 24; i++) {
        uint32_t flags;
        memcpy(alone, case_forecast(&c, model, i, 30, &demand, &flags), sizeof alone);
        assert_int_equal(
            pk_model_forecast(model, &c.shop, i, 30, scratch, shared, &demand, NULL, NULL), PK_OK);
        assert_memory_equal(alone, shared, sizeof alone);
    }
    pk_forecast_scratch_free(scratch);
    pk_model_free(model);
    case_end(&c);
}

static void test_ranges_are_checked(void **state)
{
    (void)state;
    double mean[1100];
    struct pk_demand demand;
    struct pk_error error;
    begin();
    struct pk_model *model = case_fit(&c);
    struct pk_forecast_scratch *scratch = pk_forecast_scratch_new();
    assert_int_equal(pk_model_forecast(model, &c.shop, 0, 0, scratch, mean, &demand, NULL, &error),
                     PK_INVALID_ARGUMENT);
    assert_int_equal(
        pk_model_forecast(model, &c.shop, 0, 1007, scratch, mean, &demand, NULL, &error),
        PK_INVALID_ARGUMENT);
    assert_int_equal(
        pk_model_forecast(model, &c.shop, 0, 1006, scratch, mean, &demand, NULL, &error), PK_OK);
    assert_int_equal(
        pk_model_forecast(model, &c.shop, 24, 10, scratch, mean, &demand, NULL, &error),
        PK_INVALID_ARGUMENT);
    assert_int_equal(
        pk_model_fitted(model, &c.shop, 0, CASE_START + 490, 10, scratch, mean, &error), PK_OK);
    assert_int_equal(
        pk_model_fitted(model, &c.shop, 0, CASE_START + 490, 11, scratch, mean, &error),
        PK_INVALID_ARGUMENT);
    pk_forecast_scratch_free(scratch);
    pk_model_free(model);
    case_end(&c);
}

/* Two years of a trade that sleeps around Spring Festival, or does not. */
static const char *chosen_calendar(bool chinese)
{
    case_begin(&c, 10, 1100);
    c.shop.calendar = PK_CALENDAR_AUTO;
    for (size_t i = 0; i < 10; i++) {
        for (int32_t t = 0; t < 1100; t++) {
            int32_t offset;
            const bool feast =
                pk_calendar_feast_offset(PK_FEAST_SPRING_FESTIVAL, CASE_START + t, 7, 6, &offset) ||
                pk_calendar_day(CASE_START + t).public_holiday;
            case_sell(&c, i, CASE_START + t, case_poisson(chinese && feast ? 4 : 12));
        }
    }
    struct pk_model *model = case_fit(&c);
    const char *version = pk_model_calendar_version(model);
    pk_model_free(model);
    case_end(&c);
    return version;
}

static void test_auto_keeps_the_chinese_calendar_only_where_it_helps(void **state)
{
    (void)state;
    assert_string_equal(chosen_calendar(true), "cn-2026.1");
    assert_string_equal(chosen_calendar(false), "none");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_executor_does_not_change_a_byte),
        cmocka_unit_test(test_a_decoded_model_forecasts_the_same),
        cmocka_unit_test(test_damaged_or_foreign_bytes_are_data_loss),
        cmocka_unit_test(test_a_scratch_area_serves_any_model_and_group),
        cmocka_unit_test(test_ranges_are_checked),
        cmocka_unit_test(test_auto_keeps_the_chinese_calendar_only_where_it_helps),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
