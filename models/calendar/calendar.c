#include "models/calendar/calendar.h"

#include "models/base/lower_bound.h"
#include "models/calendar/chinese_table.h"

static int32_t date_of(int32_t year, int32_t month_day)
{
    const struct pk_civil civil = {year, month_day / 100, month_day % 100};
    return pk_date_from_civil(civil);
}

static int32_t packed(int32_t date)
{
    const struct pk_civil civil = pk_date_to_civil(date);
    return civil.year * 10000 + civil.month * 100 + civil.day;
}

static const struct pk_chinese_lunar_year *lunar_year(int32_t year)
{
    const int32_t first = pk_chinese_lunar_years[0].year;
    if (year < first || year >= first + (int32_t)pk_chinese_lunar_year_count)
        return NULL;
    return &pk_chinese_lunar_years[year - first];
}

/* Gregorian Easter Sunday (Meeus, Astronomical Algorithms, 2nd ed., chapter 8). */
static int32_t easter_date(int32_t year)
{
    const int32_t a = year % 19, b = year / 100, c = year % 100;
    const int32_t d = b / 4, e = b % 4, g = (b - (b + 8) / 25 + 1) / 3;
    const int32_t h = (19 * a + b - d - g + 15) % 30;
    const int32_t l = (32 + 2 * e + 2 * (c / 4) - h - c % 4) % 7;
    const int32_t m = (a + 11 * h + 22 * l) / 451;
    const int32_t sum = h + l - 7 * m + 114;
    return date_of(year, sum / 31 * 100 + sum % 31 + 1);
}

int32_t pk_calendar_feast_date(enum pk_feast feast, int32_t year)
{
    const struct pk_chinese_lunar_year *lunar = lunar_year(year);
    if (feast == PK_FEAST_CHRISTMAS)
        return date_of(year, 1225);
    if (feast == PK_FEAST_EASTER)
        return easter_date(year);
    if (feast == PK_FEAST_VICTORY_DAY)
        return year == 2015 ? date_of(year, 903) : PK_DATE_NONE;
    if (lunar == NULL)
        return PK_DATE_NONE;
    switch (feast) {
    case PK_FEAST_NEW_YEAR:
        return date_of(year, 101);
    case PK_FEAST_SPRING_FESTIVAL:
        return date_of(year, lunar->new_year);
    case PK_FEAST_QINGMING:
        return date_of(year, lunar->qingming);
    case PK_FEAST_LABOUR_DAY:
        return date_of(year, 501);
    case PK_FEAST_DRAGON_BOAT:
        return date_of(year, lunar->dragon_boat);
    case PK_FEAST_MID_AUTUMN:
        return date_of(year, lunar->mid_autumn);
    case PK_FEAST_NATIONAL_DAY:
        return date_of(year, 1001);
    default:
        return PK_DATE_NONE;
    }
}

bool pk_calendar_feast_offset(enum pk_feast feast, int32_t date, int32_t days_before,
                              int32_t days_after, int32_t *out_offset_days)
{
    const int32_t year = pk_date_to_civil(date).year;
    for (int32_t candidate = year - 1; candidate <= year + 1; candidate++) {
        const int32_t feast_date = pk_calendar_feast_date(feast, candidate);
        if (feast_date == PK_DATE_NONE)
            continue;
        const int32_t offset = date - feast_date;
        if (offset >= -days_before && offset <= days_after) {
            *out_offset_days = offset;
            return true;
        }
    }
    return false;
}

/* Law on public holidays as amended in 2013 and, for the eve and 2 May, in 2024. */
static bool statutory(int32_t date, enum pk_feast *out_feast)
{
    static const struct {
        enum pk_feast feast;
        int32_t before, after;
    } rules[] = {
        {PK_FEAST_NEW_YEAR, 0, 0},     {PK_FEAST_SPRING_FESTIVAL, 1, 2},
        {PK_FEAST_QINGMING, 0, 0},     {PK_FEAST_LABOUR_DAY, 0, 1},
        {PK_FEAST_DRAGON_BOAT, 0, 0},  {PK_FEAST_MID_AUTUMN, 0, 0},
        {PK_FEAST_NATIONAL_DAY, 0, 2},
    };
    for (size_t i = 0; i < sizeof rules / sizeof rules[0]; i++) {
        int32_t offset;
        if (pk_calendar_feast_offset(rules[i].feast, date, rules[i].before, rules[i].after,
                                     &offset)) {
            *out_feast = rules[i].feast;
            return true;
        }
    }
    return false;
}

static bool is_before_day(const void *row, const void *day)
{
    return *(const int32_t *)row < *(const int32_t *)day;
}

static bool is_make_up_day(int32_t day)
{
    const size_t count = pk_chinese_make_up_day_count;
    const size_t at = pk_lower_bound(pk_chinese_make_up_days, count,
                                     sizeof *pk_chinese_make_up_days, is_before_day, &day);
    return at < count && pk_chinese_make_up_days[at] == day;
}

struct pk_calendar_day pk_calendar_day(int32_t date)
{
    struct pk_calendar_day out = {PK_FEAST_NONE, false, false, false};
    const int32_t day = packed(date);
    const int32_t year = day / 10000;
    if (year < pk_chinese_decree_first_year || year > pk_chinese_decree_last_year) {
        out.undecreed = true;
        out.public_holiday = statutory(date, &out.feast);
        return out;
    }
    for (size_t i = 0; i < pk_chinese_holiday_count; i++) {
        const struct pk_chinese_holiday *holiday = &pk_chinese_holidays[i];
        if (day >= holiday->first_day && day <= holiday->last_day) {
            out.feast = holiday->feast;
            out.public_holiday = true;
            return out;
        }
    }
    out.make_up_working_day = is_make_up_day(day);
    return out;
}

bool pk_calendar_festival_days(const struct pk_campaign_kind *kind, int32_t year,
                               int32_t *out_first_date, int32_t *out_main_date)
{
    if (kind->first_year == 0 || year < kind->first_year)
        return false;
    *out_first_date = date_of(year, kind->first_day);
    *out_main_date = date_of(year, kind->main_day);
    return true;
}

const char *pk_calendar_version(void)
{
    return pk_chinese_version;
}

const char *pk_calendar_festivals_version(void)
{
    return pk_chinese_festivals_version;
}
