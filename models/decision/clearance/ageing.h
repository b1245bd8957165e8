/* How old the stock on hand is: from its lots, or first in, first out from its receipts. Pure; no
 * allocation.
 *
 * First in, first out: the units on hand are those of the latest receipts. Units beyond all
 * receipts are at least as old as the first day from which receipts are known. If that day is too
 * recent to tell old stock, the ages are unknown. */
#ifndef PK_DECISION_AGEING_H
#define PK_DECISION_AGEING_H

#include <stddef.h>
#include <stdint.h>

/* Days since receipt: 0-90, 91-180, 181-270, 271-365, over 365. */
enum pk_age_band {
    PK_AGE_0_90,
    PK_AGE_91_180,
    PK_AGE_181_270,
    PK_AGE_271_365,
    PK_AGE_OVER_365,
    PK_AGE_BAND_COUNT
};
enum pk_age_band pk_age_band_of(int32_t age_days);
const char *pk_age_band_name(enum pk_age_band band);

/* If receipts are known for fewer days than these, units beyond them have no known age. */
#define PK_AGE_KNOWN_DAYS_MIN 180

enum pk_age_source { PK_AGE_UNKNOWN, PK_AGE_OF_LOTS, PK_AGE_OF_RECEIPTS };
/* "", "lots", "receipts". */
const char *pk_age_source_name(enum pk_age_source source);

/* Units that came in on a day. */
struct pk_receipt {
    int32_t date;
    int64_t units;
};

struct pk_age_profile {
    enum pk_age_source source;
    int64_t band_units[PK_AGE_BAND_COUNT]; /* sum = units on hand unless the source is unknown */
    int32_t oldest_date;                   /* PK_DATE_NONE = unknown */
    int32_t median_date; /* on which the middle unit came in; PK_DATE_NONE = unknown */
};

/* Ages on `date` of `on_hand_units` (0 or less: an empty profile). receipts[count] ascend by date.
 * Units beyond them came in on or before `known_since_date`. The profile is unknown if there are
 * some and that day does not lie more than PK_AGE_KNOWN_DAYS_MIN days before `date` (PK_DATE_NONE
 * never does). `source` tells whether `receipts` are lots or receipts. */
struct pk_age_profile pk_age_profile_of(const struct pk_receipt *receipts, size_t count,
                                        int64_t on_hand_units, int32_t known_since_date,
                                        int32_t date, enum pk_age_source source);

#endif
