/* The properties of a store: fixed when it is created. */
#ifndef PK_STORE_RULES_PROPERTY_H
#define PK_STORE_RULES_PROPERTY_H

#include <stdbool.h>
#include <stddef.h>

#include "models/base/error.h"
#include "models/history/shop.h"

/* Of a store that was created without saying otherwise. */
#define PK_DEFAULT_CURRENCY_CODE "CNY"
#define PK_DEFAULT_TIME_ZONE     "Asia/Shanghai"
#define PK_DEFAULT_CALENDAR      "auto"

/* The value of a property. stored "" = the store is being created: it takes the wanted value, or
 * the fallback, and *out_is_new tells to store it. Afterwards wanted "" takes what is stored.
 * FAILED_PRECONDITION: another value is wanted than the stored one. */
enum pk_status pk_property_settle(const char *name, const char *stored, const char *wanted,
                                  const char *fallback, char *out_value, size_t size,
                                  bool *out_is_new, struct pk_error *error);

/* The calendar of a property: cn, none, or auto for anything else. */
enum pk_calendar_choice pk_property_calendar(const char *calendar);

/* A store that trades in yuan in China's time zone: calendar auto starts from the Chinese one. */
bool pk_property_is_chinese(const char *currency_code, const char *time_zone);

#endif
