/* Layout of the Chinese calendar's data table; the data and their sources are in chinese_table.c.
 * Only calendar.c reads this: everybody else asks models/calendar/calendar.h. */
#ifndef PK_CALENDAR_CHINESE_TABLE_H
#define PK_CALENDAR_CHINESE_TABLE_H

#include <stddef.h>
#include <stdint.h>

#include "models/calendar/feast.h"

struct pk_chinese_lunar_year {
    int32_t year, new_year, qingming, dragon_boat, mid_autumn; /* month x 100 + day */
};

struct pk_chinese_holiday {
    int32_t first_day, last_day; /* year x 10000 + month x 100 + day */
    enum pk_feast feast;
};

extern const char pk_chinese_version[], pk_chinese_festivals_version[];
extern const int32_t pk_chinese_decree_first_year, pk_chinese_decree_last_year;
extern const struct pk_chinese_lunar_year pk_chinese_lunar_years[];
extern const size_t pk_chinese_lunar_year_count;
extern const struct pk_chinese_holiday pk_chinese_holidays[];
extern const size_t pk_chinese_holiday_count;
extern const int32_t pk_chinese_make_up_days[];
extern const size_t pk_chinese_make_up_day_count;

#endif
