/* The Chinese calendar table through its queries. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <string.h>

#include "models/calendar/calendar.h"

static int32_t day(int32_t year, int32_t month, int32_t day_of_month)
{
    return pk_date_from_civil((struct pk_civil){year, month, day_of_month});
}

static void test_spring_festival_moves_with_the_moon(void **state)
{
    (void)state;
    assert_int_equal(pk_calendar_feast_date(PK_FEAST_SPRING_FESTIVAL, 2016), day(2016, 2, 8));
    assert_int_equal(pk_calendar_feast_date(PK_FEAST_SPRING_FESTIVAL, 2026), day(2026, 2, 17));
    assert_int_equal(pk_calendar_feast_date(PK_FEAST_SPRING_FESTIVAL, 2027), day(2027, 2, 6));
    assert_int_equal(pk_calendar_feast_date(PK_FEAST_SPRING_FESTIVAL, 2035), day(2035, 2, 8));
    assert_int_equal(pk_calendar_feast_date(PK_FEAST_SPRING_FESTIVAL, 2036), PK_DATE_NONE);
    assert_int_equal(pk_calendar_feast_date(PK_FEAST_SPRING_FESTIVAL, 2008), PK_DATE_NONE);
    assert_int_equal(pk_calendar_feast_date(PK_FEAST_NONE, 2020), PK_DATE_NONE);
}

static void test_easter_follows_the_moon_too(void **state)
{
    (void)state;
    assert_int_equal(pk_calendar_feast_date(PK_FEAST_EASTER, 1818),
                     day(1818, 3, 22)); /* earliest */
    assert_int_equal(pk_calendar_feast_date(PK_FEAST_EASTER, 2013), day(2013, 3, 31));
    assert_int_equal(pk_calendar_feast_date(PK_FEAST_EASTER, 2014), day(2014, 4, 20));
    assert_int_equal(pk_calendar_feast_date(PK_FEAST_EASTER, 2026), day(2026, 4, 5));
    assert_int_equal(pk_calendar_feast_date(PK_FEAST_EASTER, 2038), day(2038, 4, 25)); /* latest */
}

static void test_a_decreed_holiday_and_its_make_up_days(void **state)
{
    (void)state;
    for (int32_t d = 1; d <= 8; d++)
        assert_true(pk_calendar_day(day(2025, 10, d)).public_holiday);
    assert_false(pk_calendar_day(day(2025, 10, 9)).public_holiday);
    assert_true(pk_calendar_day(day(2025, 9, 28)).make_up_working_day);
    assert_true(pk_calendar_day(day(2025, 10, 11)).make_up_working_day);
    assert_false(pk_calendar_day(day(2025, 10, 12)).make_up_working_day);
    assert_int_equal(pk_calendar_day(day(2015, 9, 3)).feast, PK_FEAST_VICTORY_DAY);
    assert_true(pk_calendar_day(day(2020, 2, 2)).public_holiday); /* prolonged that year */
}

static void test_make_up_days_fall_on_weekends_only(void **state)
{
    (void)state;
    size_t count = 0;
    for (int32_t date = day(2009, 1, 1); date <= day(2026, 12, 31); date++) {
        const struct pk_calendar_day found = pk_calendar_day(date);
        assert_false(found.undecreed);
        assert_false(found.public_holiday && found.make_up_working_day);
        if (found.make_up_working_day)
            assert_true(pk_date_weekday(date) >= 5);
        count += found.make_up_working_day;
    }
    assert_int_equal(count, 118);
}

static void test_years_without_a_notice_are_undecreed(void **state)
{
    (void)state;
    const struct pk_calendar_day golden = pk_calendar_day(day(2030, 10, 1));
    assert_true(golden.undecreed && golden.public_holiday);
    assert_int_equal(golden.feast, PK_FEAST_NATIONAL_DAY);
    assert_false(pk_calendar_day(day(2030, 10, 7)).public_holiday);
    for (int32_t date = day(2027, 1, 1); date <= day(2027, 12, 31); date++)
        assert_false(pk_calendar_day(date).make_up_working_day);
}

static void test_offsets_cross_the_turn_of_the_year(void **state)
{
    (void)state;
    int32_t offset = 99;
    assert_true(pk_calendar_feast_offset(PK_FEAST_CHRISTMAS, day(2026, 1, 1), 35, 7, &offset));
    assert_int_equal(offset, 7);
    assert_true(pk_calendar_feast_offset(PK_FEAST_SPRING_FESTIVAL, day(2025, 12, 31), 29, 28,
                                         &offset) == false);
    assert_true(
        pk_calendar_feast_offset(PK_FEAST_SPRING_FESTIVAL, day(2022, 12, 31), 28, 28, &offset));
    assert_int_equal(offset, -22);
    assert_false(pk_calendar_feast_offset(PK_FEAST_CHRISTMAS, day(2025, 11, 19), 35, 7, &offset));
}

static void test_shopping_festivals_have_their_days_from_their_first_year_on(void **state)
{
    (void)state;
    int32_t first = 0, last = 0;
    const struct pk_campaign_kind *kind = pk_campaign_kind_find("618");
    assert_true(pk_calendar_festival_days(kind, 2026, &first, &last));
    assert_int_equal(first, day(2026, 6, 16));
    assert_int_equal(last, day(2026, 6, 18));
    assert_true(pk_calendar_festival_days(kind, 2010, &first, &last));
    assert_false(pk_calendar_festival_days(kind, 2009, &first, &last));
    assert_false(
        pk_calendar_festival_days(pk_campaign_kind_find("livestream"), 2026, &first, &last));
    assert_string_equal(pk_calendar_version(), "cn-2026.1");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_spring_festival_moves_with_the_moon),
        cmocka_unit_test(test_easter_follows_the_moon_too),
        cmocka_unit_test(test_a_decreed_holiday_and_its_make_up_days),
        cmocka_unit_test(test_make_up_days_fall_on_weekends_only),
        cmocka_unit_test(test_years_without_a_notice_are_undecreed),
        cmocka_unit_test(test_offsets_cross_the_turn_of_the_year),
        cmocka_unit_test(test_shopping_festivals_have_their_days_from_their_first_year_on),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
