/* What is in the database file: its tables, their version, and the single values in `meta`. */
#ifndef PK_STORE_SQLITE_SCHEMA_H
#define PK_STORE_SQLITE_SCHEMA_H

#include "service/store/sqlite/database.h"
#include "service/store/store.h"

/* Names in `meta`. */
#define PK_META_CURRENCY_CODE     "currency_code"
#define PK_META_TIME_ZONE         "time_zone"
#define PK_META_CALENDAR          "calendar"
#define PK_META_DATA_REVISION     "data_revision"
#define PK_META_FORECAST_REVISION "forecast_revision"
#define PK_META_WEEK_START        "week_start"
#define PK_META_COMPLETE_THROUGH  "complete_through_date"
#define PK_META_SALES_ROW_COUNT   "sales_row_count"
#define PK_META_LAST_IMPORT_KIND  "last_import_kind"
#define PK_META_LAST_IMPORT_TIME  "last_import_time"

/* A sales row's key: day << 32 | series, so that a day of all series lies together. */
#define PK_SALES_DAY_SHIFT   32
#define PK_SALES_SERIES_MASK INT64_C(0xffffffff)

/* Creates or migrates, and fixes or checks the properties, in one transaction. Errors as of
 * pk_store_open. */
enum pk_status pk_schema_prepare(sqlite3 *database, const struct pk_store_properties *wanted,
                                 struct pk_store_properties *out_properties,
                                 struct pk_error *error);

/* *out_value is `fallback` if there is no such value. */
enum pk_status pk_meta_get_integer(sqlite3 *database, const char *name, int64_t fallback,
                                   int64_t *out_value, struct pk_error *error);
enum pk_status pk_meta_get_text(sqlite3 *database, const char *name, char *out_text, size_t size,
                                struct pk_error *error);
enum pk_status pk_meta_put_integer(sqlite3 *database, const char *name, int64_t value,
                                   struct pk_error *error);
enum pk_status pk_meta_put_text(sqlite3 *database, const char *name, const char *text,
                                struct pk_error *error);

#endif
