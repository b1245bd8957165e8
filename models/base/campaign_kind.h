/* Kinds of promotions, as the promotions file names them: one row each with everything that the
 * program knows of it. A shop may name kinds of its own; they have the lift of "other" and nothing
 * else. */
#ifndef PK_BASE_CAMPAIGN_KIND_H
#define PK_BASE_CAMPAIGN_KIND_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "models/base/word.h"

/* Days of a peak that counts as short. */
#define PK_TYPICAL_SHORT_DAYS 3
/* Standard deviation of the log of one shop's lift around the table. */
#define PK_TYPICAL_LOG_SD 0.5

struct pk_campaign_kind {
    struct pk_word word;
    /* Held by the whole platform at once. The effects of these kinds resemble each other, so that
     * they share the mega level of the forecast and count as each other's past. */
    bool is_mega;
    /* Typical lift: sales of a day over those of an ordinary day, on each day of a peak of at most
     * PK_TYPICAL_SHORT_DAYS days, and on each day of a longer one. It is expected of a shop that
     * has not held such a promotion yet; a shop's own promotions soon outweigh it. */
    double short_ratio, long_ratio;
    /* The shopping festival 购物节 of the Chinese calendar that the kind is named after: held every
     * year from first_year on, between two days (month x 100 + day, both included) of which the
     * second is the main one. first_year 0 = no festival. */
    int32_t first_year, first_day, main_day;
};

/* All kinds; those with a festival ascend by its days. Static. */
const struct pk_campaign_kind *pk_campaign_kinds(size_t *out_count);

/* The row of a kind; NULL if the table has none. */
const struct pk_campaign_kind *pk_campaign_kind_find(const char *name);

/* The row of a kind; unknown kinds have that of "other". Never NULL. */
const struct pk_campaign_kind *pk_campaign_kind_typical(const char *name);

/* False for kinds that the table does not know. */
bool pk_campaign_kind_is_mega(const char *name);

#endif
