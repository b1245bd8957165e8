/* The shopping festivals of the calendar year by year, and which of them somebody told as
 * promotions (internal to models/forecast).
 *
 * A told promotion of a festival's kind around its days *is* that festival. The years that nobody
 * told are its evidence all the same: they fill the same columns, and take discount, traffic and
 * typical lift of the rows that are told, so that a lift is never counted twice. */
#ifndef PK_FORECAST_FESTIVAL_YEARS_H
#define PK_FORECAST_FESTIVAL_YEARS_H

#include <stdbool.h>

#include "models/base/campaign_kind.h"
#include "models/base/error.h"
#include "models/forecast/design.h"

/* A told row this near to the days of a festival is of that festival. */
#define PK_FESTIVAL_BEFORE_DAYS 21
#define PK_FESTIVAL_AFTER_DAYS  7

struct pk_festival_year {
    const struct pk_campaign_kind *kind;
    int32_t start_date, end_date; /* the end is the main day */
    bool is_told;
    bool is_past; /* inside the history, behind its first four weeks */
};

/* From the first year of the history to three years after as-of. */
struct pk_festival_years {
    struct pk_festival_year *rows; /* kind by kind, ascending; owned */
    size_t count;
};

/* Empty for a design without shopping festivals. OUT_OF_MEMORY. */
enum pk_status pk_festival_years_make(const struct pk_design *design, const struct pk_shop *shop,
                                      struct pk_festival_years *out_years, struct pk_error *error);
void pk_festival_years_done(struct pk_festival_years *years);

/* The festival that a row of that kind and these days belongs to; NULL if there is none. */
const struct pk_festival_year *pk_festival_years_of(const struct pk_festival_years *years,
                                                    const char *kind, int32_t start_date,
                                                    int32_t end_date);

/* Whether the calendar says something of a year beside what was told: of every year that nobody
 * told, and of a told one ahead if no past one was told (whoever tells the first campaign tells the
 * items that were thought of, and the others had the festival before). */
bool pk_festival_years_apply(const struct pk_festival_years *years, size_t index);

/* Whether the history holds a festival of that kind, told or not. */
bool pk_festival_years_seen(const struct pk_festival_years *years, const char *kind);

/* Whether it holds one that nobody told. */
bool pk_festival_years_untold(const struct pk_festival_years *years, const char *kind);

#endif
