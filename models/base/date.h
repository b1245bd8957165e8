/* Civil days: a date is the number of days since 1970-01-01 in the proleptic Gregorian calendar,
 * without time zone. */
#ifndef PK_BASE_DATE_H
#define PK_BASE_DATE_H

#include <stdbool.h>
#include <stdint.h>

#include "models/base/text.h"

/* "No date": earlier than every accepted one. */
#define PK_DATE_NONE INT32_MIN
/* Bytes of "2026-11-22" with its NUL. */
#define PK_DATE_TEXT_SIZE 11

struct pk_civil {
    int32_t year;
    int32_t month; /* 1..12 */
    int32_t day;   /* 1..31 */
};

/* Howard Hinnant, "chrono-compatible low-level date algorithms" (2013): days_from_civil,
 * civil_from_days. */
int32_t pk_date_from_civil(struct pk_civil civil);
struct pk_civil pk_date_to_civil(int32_t epoch_days);

/* 0 = Monday .. 6 = Sunday. */
int32_t pk_date_weekday(int32_t epoch_days);

/* First day of the bucket (1 or 7 days long) that holds `epoch_days`; weeks start on `week_start`
 * (0 = Monday). */
int32_t pk_date_bucket_start(int32_t epoch_days, int32_t bucket_days, int32_t week_start);

/* Reads 2026-11-22, 2026/11/22, 2026/1/2 or 20261122, each optionally followed by a blank or T and
 * a time, which is ignored. False for anything else, for days that do not exist and outside
 * PK_DATE_MIN..PK_DATE_MAX. */
bool pk_date_parse(struct pk_text text, int32_t *out_epoch_days);

/* Only YYYY-MM-DD, the form of the wire; same range. */
bool pk_date_parse_iso(struct pk_text text, int32_t *out_epoch_days);

/* Reads weekdays as 1 (Monday) to 7 (Sunday), with or without blanks, commas, semicolons or bars
 * between: "1 4", "1,4" or "14". Bit 0 of the mask is Monday; an empty text is 0. False for
 * anything else. */
bool pk_weekdays_parse(struct pk_text text, uint8_t *out_mask);

/* Writes YYYY-MM-DD; an empty string for PK_DATE_NONE. Returns `out`. */
const char *pk_date_format(int32_t epoch_days, char out[PK_DATE_TEXT_SIZE]);

#endif
