#include "models/decision/clearance/ageing.h"

#include "models/base/date.h"

enum pk_age_band pk_age_band_of(int32_t age_days)
{
    if (age_days <= 90)
        return PK_AGE_0_90;
    if (age_days <= 180)
        return PK_AGE_91_180;
    if (age_days <= 270)
        return PK_AGE_181_270;
    return age_days <= 365 ? PK_AGE_271_365 : PK_AGE_OVER_365;
}

const char *pk_age_band_name(enum pk_age_band band)
{
    static const char *const names[PK_AGE_BAND_COUNT] = {"0-90", "91-180", "181-270", "271-365",
                                                         "365+"};
    return (unsigned)band < PK_AGE_BAND_COUNT ? names[band] : "";
}

const char *pk_age_source_name(enum pk_age_source source)
{
    static const char *const names[] = {"", "lots", "receipts"};
    return (unsigned)source < sizeof names / sizeof names[0] ? names[source] : "";
}

/* Takes units of one day into the profile, younger ones having come before. */
static void take(struct pk_age_profile *profile, int64_t units, int32_t received_date, int32_t date,
                 int64_t taken_units, int64_t on_hand_units)
{
    profile->band_units[pk_age_band_of(date - received_date)] += units;
    profile->oldest_date = received_date;
    if (profile->median_date == PK_DATE_NONE && taken_units + units >= (on_hand_units + 1) / 2)
        profile->median_date = received_date;
}

struct pk_age_profile pk_age_profile_of(const struct pk_receipt *receipts, size_t count,
                                        int64_t on_hand_units, int32_t known_since_date,
                                        int32_t date, enum pk_age_source source)
{
    const struct pk_age_profile unknown = {.oldest_date = PK_DATE_NONE,
                                           .median_date = PK_DATE_NONE};
    struct pk_age_profile profile = unknown;
    int64_t taken = 0;
    for (size_t i = count; i-- > 0 && taken < on_hand_units;) {
        int64_t units = receipts[i].units;
        if (units <= 0 || receipts[i].date > date)
            continue;
        if (units > on_hand_units - taken)
            units = on_hand_units - taken;
        take(&profile, units, receipts[i].date, date, taken, on_hand_units);
        taken += units;
    }
    if (on_hand_units <= 0)
        return unknown;
    if (taken < on_hand_units) {
        int32_t since = known_since_date;
        if (since == PK_DATE_NONE || date - since <= PK_AGE_KNOWN_DAYS_MIN)
            return unknown;
        if (profile.oldest_date != PK_DATE_NONE && profile.oldest_date < since)
            since = profile.oldest_date;
        take(&profile, on_hand_units - taken, since, date, taken, on_hand_units);
    }
    profile.source = source;
    return profile;
}
