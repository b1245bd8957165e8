/* Sources. double11, a short peak: State Post Bureau, 675 million parcels on 11 November 2020
 * (notice of 12 November 2020) against 228 million on the mean day of that year (83.36 billion in
 * all). A long one: 1.4 times an ordinary day from 1 to 11 November 2023 (notice of 12 November
 * 2023). Parcels count all shops, whether they took part or not, so these are cautious. The rest are
 * assumptions between double11 and an ordinary day, 618 like double12; the one figure at hand, parcels
 * of 12 December 2021 at 1.55 times that year's mean day, is within one standard deviation.
 *
 * Version lift-2026.1. Update: change a row, say where it comes from, raise this version and
 * PK_MODEL_VERSION, since other lifts make other forecasts. */
#include "models/calendar/typical_lift.h"

#include <string.h>

static const struct pk_typical_lift table[] = {
    {"618", 2.2, 1.3},       {"99", 1.5, 1.2},          {"women_day", 1.5, 1.2},
    {"double11", 3.0, 1.4},  {"double12", 2.2, 1.3},    {"new_year_goods", 1.3, 1.2},
    {"juhuasuan", 1.6, 1.3}, {"livestream", 1.6, 1.3},  {"brand_day", 1.5, 1.3},
    {"other", 1.3, 1.2},     {"spring_festival", 1, 1}, /* the feast itself has columns */
};

const struct pk_typical_lift *pk_typical_lift(const char *kind)
{
    const struct pk_typical_lift *other = table;
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
        if (strcmp(table[i].kind, kind) == 0)
            return &table[i];
        if (strcmp(table[i].kind, "other") == 0)
            other = &table[i];
    }
    return other;
}
