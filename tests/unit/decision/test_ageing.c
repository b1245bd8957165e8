#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "models/base/date.h"
#include "models/decision/clearance/ageing.h"

#define DAY 20780

static void test_age_bands_meet_at_their_edges(void **state)
{
    (void)state;
    assert_int_equal(pk_age_band_of(90), PK_AGE_0_90);
    assert_int_equal(pk_age_band_of(91), PK_AGE_91_180);
    assert_int_equal(pk_age_band_of(270), PK_AGE_181_270);
    assert_int_equal(pk_age_band_of(271), PK_AGE_271_365);
    assert_int_equal(pk_age_band_of(365), PK_AGE_271_365);
    assert_int_equal(pk_age_band_of(366), PK_AGE_OVER_365);
    assert_string_equal(pk_age_band_name(PK_AGE_OVER_365), "365+");
    assert_string_equal(pk_age_source_name(PK_AGE_OF_RECEIPTS), "receipts");
}

static void test_what_is_left_is_of_the_latest_receipts(void **state)
{
    (void)state;
    const struct pk_receipt receipts[] = {{DAY - 400, 100}, {DAY - 200, 50}, {DAY - 10, 30}};
    struct pk_age_profile profile =
        pk_age_profile_of(receipts, 3, 100, PK_DATE_NONE, DAY, PK_AGE_OF_RECEIPTS);
    assert_int_equal(profile.band_units[PK_AGE_0_90], 30);
    assert_int_equal(profile.band_units[PK_AGE_181_270], 50);
    assert_int_equal(profile.band_units[PK_AGE_OVER_365], 20);
    assert_int_equal(profile.oldest_date, DAY - 400);
    assert_int_equal(profile.median_date, DAY - 200);
    profile = pk_age_profile_of(receipts, 3, 80, PK_DATE_NONE, DAY, PK_AGE_OF_RECEIPTS);
    assert_int_equal(profile.oldest_date, DAY - 200);
}

static void test_what_no_receipt_explains_is_as_old_as_the_first_known_day(void **state)
{
    (void)state;
    const struct pk_receipt receipts[] = {{DAY - 10, 30}};
    struct pk_age_profile profile =
        pk_age_profile_of(receipts, 1, 100, DAY - 300, DAY, PK_AGE_OF_RECEIPTS);
    assert_int_equal(profile.band_units[PK_AGE_0_90], 30);
    assert_int_equal(profile.band_units[PK_AGE_271_365], 70);
    assert_int_equal(profile.oldest_date, DAY - 300);
    profile = pk_age_profile_of(receipts, 1, 100, DAY - PK_AGE_KNOWN_DAYS_MIN - 1, DAY,
                                PK_AGE_OF_RECEIPTS);
    assert_int_equal(profile.source, PK_AGE_OF_RECEIPTS);
    profile =
        pk_age_profile_of(receipts, 1, 100, DAY - PK_AGE_KNOWN_DAYS_MIN, DAY, PK_AGE_OF_RECEIPTS);
    assert_int_equal(profile.source, PK_AGE_UNKNOWN);
    profile = pk_age_profile_of(receipts, 1, 100, PK_DATE_NONE, DAY, PK_AGE_OF_RECEIPTS);
    assert_int_equal(profile.source, PK_AGE_UNKNOWN);
    assert_int_equal(profile.oldest_date, PK_DATE_NONE);
    profile = pk_age_profile_of(NULL, 0, 0, DAY - 300, DAY, PK_AGE_OF_RECEIPTS);
    assert_int_equal(profile.source, PK_AGE_UNKNOWN);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_age_bands_meet_at_their_edges),
        cmocka_unit_test(test_what_is_left_is_of_the_latest_receipts),
        cmocka_unit_test(test_what_no_receipt_explains_is_as_old_as_the_first_known_day),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
