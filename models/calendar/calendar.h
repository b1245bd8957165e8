/* Chinese calendar: feasts, public holidays 法定节假日, make-up working days 调休, shopping
 * festivals 购物节; and the western feasts Christmas and Easter. Chinese data 2009-2035
 * (chinese_table.c), outside of it dates are PK_DATE_NONE. The festivals' days are part of the
 * table of kinds (models/base/campaign_kind.c). */
#ifndef PK_CALENDAR_CALENDAR_H
#define PK_CALENDAR_CALENDAR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "models/base/campaign_kind.h"
#include "models/base/date.h"
#include "models/calendar/feast.h"

/* What the State Council's notice says about a day. Years without a notice are `undecreed`: only
 * the days that the law itself names are holidays then, and no make-up day is known. */
struct pk_calendar_day {
    enum pk_feast feast; /* of the holiday or, on a make-up day, PK_FEAST_NONE */
    bool public_holiday;
    bool make_up_working_day; /* a Saturday or Sunday that is worked */
    bool undecreed;
};
struct pk_calendar_day pk_calendar_day(int32_t date);

/* The feast's main day in a year; PK_DATE_NONE outside the table and for PK_FEAST_NONE. */
int32_t pk_calendar_feast_date(enum pk_feast feast, int32_t year);

/* Days from the nearest main day of the feast (negative = before it) if that lies in
 * -days_before..days_after. */
bool pk_calendar_feast_offset(enum pk_feast feast, int32_t date, int32_t days_before,
                              int32_t days_after, int32_t *out_offset_days);

/* First and main day in a year of the shopping festival that a kind of promotions is named after.
 * False if the kind has none, or if it was not held in that year yet. */
bool pk_calendar_festival_days(const struct pk_campaign_kind *kind, int32_t year,
                               int32_t *out_first_date, int32_t *out_main_date);

/* Version of the data, e.g. "cn-2026.1". */
const char *pk_calendar_version(void);
/* The same where its shopping festivals alone are used, e.g. "festivals-cn-2026.1". */
const char *pk_calendar_festivals_version(void);

#endif
