/* Up to which days a load sees rows. */
#ifndef PK_STORE_RULES_AS_OF_H
#define PK_STORE_RULES_AS_OF_H

#include <stdbool.h>
#include <stdint.h>

/* What is stored. */
struct pk_as_of_facts {
    int32_t complete_through_date; /* the mark that imports of sales set; PK_DATE_NONE = none */
    int32_t last_sales_date;       /* PK_DATE_NONE = no sales */
    int32_t week_start;            /* 0 = Monday; 0 as long as no week was stored */
    bool has_daily, has_weekly;    /* some series has buckets of 1 day, of 7 days */
};

struct pk_as_of {
    int32_t date;             /* first day of the last complete bucket */
    int32_t last_daily_date;  /* of daily buckets, stock, deposits and receipts */
    int32_t last_weekly_date; /* of weekly buckets, which are dated by their first day */
    int32_t recorded_date;    /* records of inbound lines up to this day count; INT32_MAX = all */
    bool has_series;          /* false: nothing was sold ever, and no day was asked for */
};

/* wanted_date PK_DATE_NONE asks for the live day: the complete-through mark if one was set, else
 * the last day of sales. A store without sales has no live day, mark or not: `date` is then
 * 1990-01-01, has_series is false, and a load shows neither series nor inbound lines.
 *
 * In a store with weekly buckets only, the as-of day is the first day of the week that holds it,
 * and stock of that whole week counts. A mark inside a week leaves the week open, so that the week
 * before is the last complete one; a mark on its first day names the week. Beside daily buckets a
 * week counts when it is over: on the as-of day at the latest.
 *
 * For a day before the live one, inbound lines are seen as they were known on that day (what is
 * recorded later does not count); for the live day everything recorded counts, that of the morning
 * after too. */
struct pk_as_of pk_as_of_resolve(const struct pk_as_of_facts *facts, int32_t wanted_date);

#endif
