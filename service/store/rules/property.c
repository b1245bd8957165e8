#include "service/store/rules/property.h"

#include <string.h>

#include "models/base/format.h"

enum pk_status pk_property_settle(const char *name, const char *stored, const char *wanted,
                                  const char *fallback, char *out_value, size_t size,
                                  bool *out_is_new, struct pk_error *error)
{
    const bool is_new = stored[0] == '\0';
    if (!is_new && wanted[0] != '\0' && strcmp(wanted, stored) != 0)
        return pk_error_set(error, PK_FAILED_PRECONDITION, name,
                            "the store was created with %s '%s', not '%s'; it cannot change: "
                            "leave it out, or give another --data directory",
                            name, stored, wanted);
    const char *value = stored;
    if (is_new)
        value = wanted[0] == '\0' ? fallback : wanted;
    pk_text_format(out_value, size, "%s", value);
    *out_is_new = is_new;
    return PK_OK;
}

enum pk_calendar_choice pk_property_calendar(const char *calendar)
{
    if (strcmp(calendar, "cn") == 0)
        return PK_CALENDAR_CN;
    return strcmp(calendar, "none") == 0 ? PK_CALENDAR_NONE : PK_CALENDAR_AUTO;
}

bool pk_property_is_chinese(const char *currency_code, const char *time_zone)
{
    return strcmp(currency_code, "CNY") == 0 && strcmp(time_zone, "Asia/Shanghai") == 0;
}
