/* The lunar dates of the calendar table, recomputed from the sun and the moon: J. Meeus,
 * Astronomical Algorithms (2nd ed. 1998), chapters 25 (solar longitude) and 49 (new moon), in
 * China standard time (UTC+8), rules of GB/T 33661-2017: the first month holds solar longitude 330
 * degrees, the fifth 90, the eighth 180. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "models/calendar/calendar.h"

#define RADIANS   0.017453292519943295
#define EPOCH_JD  2440587.5 /* 1970-01-01 00:00 UTC */
#define ZONE_DAYS (8.0 / 24)
#define DELTA_T   (70.0 / 86400) /* terrestrial minus universal time, 2009-2035 */

static double sine(double degrees)
{
    return sin(fmod(degrees, 360) * RADIANS);
}

/* Moment of new moon k (0 = 2000-01-06) as days since 1970 in UTC+8. */
static double new_moon(double k)
{
    const double t = k / 1236.85;
    const double e = 1 - 0.002516 * t;
    const double sun = 2.5534 + 29.10535670 * k;
    const double moon = 201.5643 + 385.81693528 * k + 0.0107582 * t * t;
    const double f = 160.7108 + 390.67050284 * k - 0.0016118 * t * t;
    const double node = 124.7746 - 1.56375588 * k;
    double jde = 2451550.09766 + 29.530588861 * k + 0.00015437 * t * t;
    jde += -0.40720 * sine(moon) + 0.17241 * e * sine(sun) + 0.01608 * sine(2 * moon) +
           0.01039 * sine(2 * f) + 0.00739 * e * sine(moon - sun) - 0.00514 * e * sine(moon + sun) +
           0.00208 * e * e * sine(2 * sun) - 0.00111 * sine(moon - 2 * f) -
           0.00057 * sine(moon + 2 * f) + 0.00056 * e * sine(2 * moon + sun) -
           0.00042 * sine(3 * moon) + 0.00042 * e * sine(sun + 2 * f) +
           0.00038 * e * sine(sun - 2 * f) - 0.00024 * e * sine(2 * moon - sun) -
           0.00017 * sine(node) - 0.00007 * sine(moon + 2 * sun) +
           0.000325 * sine(299.77 + 0.107408 * k) + 0.000165 * sine(251.88 + 0.016321 * k);
    return jde - DELTA_T - EPOCH_JD + ZONE_DAYS;
}

/* Apparent longitude of the sun at a moment (days since 1970 in UTC+8), 0..360. */
static double sun_longitude(double moment)
{
    const double t = (moment - ZONE_DAYS + EPOCH_JD + DELTA_T - 2451545.0) / 36525;
    const double mean = 280.46646 + 36000.76983 * t;
    const double anomaly = 357.52911 + 35999.05029 * t;
    const double centre = (1.914602 - 0.004817 * t) * sine(anomaly) +
                          (0.019993 - 0.000101 * t) * sine(2 * anomaly) +
                          0.000289 * sine(3 * anomaly);
    const double apparent = mean + centre - 0.00569 - 0.00478 * sine(125.04 - 1934.136 * t);
    return fmod(fmod(apparent, 360) + 360, 360);
}

/* Day of `year` on which the sun reaches a longitude, searched from a month on. */
static int32_t term_day(int32_t year, int32_t month, double longitude)
{
    for (int32_t date = pk_date_from_civil((struct pk_civil){year, month, 1});; date++) {
        const double passed = fmod(sun_longitude(date + 1.0) - longitude + 540, 360) - 180;
        if (passed >= 0 && passed < 90)
            return date;
    }
}

/* First day of the lunar month that holds a day. */
static int32_t month_start(int32_t date)
{
    double k = floor((date - 10962.75) / 29.530588861) + 2;
    while (floor(new_moon(k)) > date)
        k--;
    return (int32_t)floor(new_moon(k));
}

static void test_every_lunar_date_of_the_table_follows_from_astronomy(void **state)
{
    (void)state;
    for (int32_t year = 2009; year <= 2035; year++) {
        /* In 2033 the eleventh month's leap shifts the names: the month of 180 degrees is the
         * ninth, and the twelfth month of that year holds both 300 and 330 degrees. */
        if (year != 2034)
            assert_int_equal(pk_calendar_feast_date(PK_FEAST_SPRING_FESTIVAL, year),
                             month_start(term_day(year, 2, 330)));
        assert_int_equal(pk_calendar_feast_date(PK_FEAST_DRAGON_BOAT, year),
                         month_start(term_day(year, 6, 90)) + 4);
        if (year != 2033)
            assert_int_equal(pk_calendar_feast_date(PK_FEAST_MID_AUTUMN, year),
                             month_start(term_day(year, 9, 180)) + 14);
        assert_int_equal(pk_calendar_feast_date(PK_FEAST_QINGMING, year), term_day(year, 4, 15));
    }
}

static void test_the_exceptions_of_2033_and_2034_are_new_moons_too(void **state)
{
    (void)state;
    const int32_t new_year = pk_calendar_feast_date(PK_FEAST_SPRING_FESTIVAL, 2034);
    const int32_t mid_autumn = pk_calendar_feast_date(PK_FEAST_MID_AUTUMN, 2033);
    assert_int_equal(month_start(new_year), new_year);
    assert_int_equal(month_start(mid_autumn), mid_autumn - 14);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_lunar_date_of_the_table_follows_from_astronomy),
        cmocka_unit_test(test_the_exceptions_of_2033_and_2034_are_new_moons_too),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
