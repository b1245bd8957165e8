#include "models/base/date.h"

#include "models/base/limits.h"

int32_t pk_date_from_civil(struct pk_civil civil)
{
    int32_t year = civil.month <= 2 ? civil.year - 1 : civil.year;
    int32_t era = (year >= 0 ? year : year - 399) / 400;
    int32_t year_of_era = year - era * 400;
    int32_t shifted_month = civil.month > 2 ? civil.month - 3 : civil.month + 9;
    int32_t day_of_year = (153 * shifted_month + 2) / 5 + civil.day - 1;
    int32_t day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    return era * 146097 + day_of_era - 719468;
}

struct pk_civil pk_date_to_civil(int32_t epoch_days)
{
    int32_t shifted = epoch_days + 719468;
    int32_t era = (shifted >= 0 ? shifted : shifted - 146096) / 146097;
    int32_t day_of_era = shifted - era * 146097;
    int32_t year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
    int32_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    int32_t shifted_month = (5 * day_of_year + 2) / 153;
    struct pk_civil civil;
    civil.day = day_of_year - (153 * shifted_month + 2) / 5 + 1;
    civil.month = shifted_month < 10 ? shifted_month + 3 : shifted_month - 9;
    civil.year = year_of_era + era * 400 + (civil.month <= 2 ? 1 : 0);
    return civil;
}

int32_t pk_date_weekday(int32_t epoch_days)
{
    int32_t weekday = (epoch_days + 3) % 7;
    return weekday < 0 ? weekday + 7 : weekday;
}

int32_t pk_date_bucket_start(int32_t epoch_days, int32_t bucket_days, int32_t week_start)
{
    if (bucket_days == 1)
        return epoch_days;
    return epoch_days - (pk_date_weekday(epoch_days) - week_start + 7) % 7;
}

static int32_t month_days(int32_t year, int32_t month)
{
    static const int32_t days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    return month == 2 && leap ? 29 : days[month - 1];
}

/* Reads between `least` and `most` digits from text at *at. */
static bool read_digits(struct pk_text text, size_t *at, size_t least, size_t most, int32_t *out)
{
    int32_t value = 0;
    size_t count = 0;
    while (count < most && *at < text.size && text.bytes[*at] >= '0' && text.bytes[*at] <= '9') {
        value = value * 10 + (text.bytes[*at] - '0');
        (*at)++;
        count++;
    }
    *out = value;
    return count >= least;
}

/* A time part is a separator and then digits, colons, points, signs, Z only. */
static bool is_time_part(struct pk_text text, size_t at)
{
    if (at == text.size)
        return true;
    if (text.bytes[at] != ' ' && text.bytes[at] != 'T')
        return false;
    for (at++; at < text.size; at++) {
        char c = text.bytes[at];
        bool allowed = (c >= '0' && c <= '9') || c == ':' || c == '.' || c == '+' || c == '-' ||
                       c == 'Z' || c == ' ';
        if (!allowed)
            return false;
    }
    return true;
}

static bool accept_civil(struct pk_civil civil, int32_t *out_epoch_days)
{
    if (civil.year < 1990 || civil.year > 2099 || civil.month < 1 || civil.month > 12)
        return false;
    if (civil.day < 1 || civil.day > month_days(civil.year, civil.month))
        return false;
    *out_epoch_days = pk_date_from_civil(civil);
    return true;
}

bool pk_date_parse(struct pk_text text, int32_t *out_epoch_days)
{
    struct pk_civil civil;
    size_t at = 0;
    if (!read_digits(text, &at, 4, 4, &civil.year) || at == text.size)
        return false;
    char separator = text.bytes[at];
    if (separator == '-' || separator == '/') {
        at++;
        if (!read_digits(text, &at, 1, 2, &civil.month) || at == text.size ||
            text.bytes[at] != separator)
            return false;
        at++;
        if (!read_digits(text, &at, 1, 2, &civil.day))
            return false;
    } else if (!read_digits(text, &at, 2, 2, &civil.month) ||
               !read_digits(text, &at, 2, 2, &civil.day)) {
        return false;
    }
    return is_time_part(text, at) && accept_civil(civil, out_epoch_days);
}

bool pk_date_parse_iso(struct pk_text text, int32_t *out_epoch_days)
{
    return text.size == PK_DATE_TEXT_SIZE - 1 && text.bytes[4] == '-' && text.bytes[7] == '-' &&
           pk_date_parse(text, out_epoch_days);
}

bool pk_weekdays_parse(struct pk_text text, uint8_t *out_mask)
{
    unsigned mask = 0;
    for (size_t i = 0; i < text.size; i++) {
        const char c = text.bytes[i];
        if (c >= '1' && c <= '7')
            mask |= 1U << (unsigned)(c - '1');
        else if (c != ' ' && c != ',' && c != ';' && c != '|')
            return false;
    }
    *out_mask = (uint8_t)mask;
    return true;
}

const char *pk_date_format(int32_t epoch_days, char out[PK_DATE_TEXT_SIZE])
{
    if (epoch_days == PK_DATE_NONE) {
        out[0] = '\0';
        return out;
    }
    struct pk_civil civil = pk_date_to_civil(epoch_days);
    pk_text_format(out, PK_DATE_TEXT_SIZE, "%04d-%02d-%02d", (int)civil.year % 10000,
                   (int)civil.month % 100, (int)civil.day % 100);
    return out;
}
