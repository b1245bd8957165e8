#include "service/store/rules/bucket.h"

#include "models/base/date.h"

static const char *bucket_name(int32_t bucket_days)
{
    return bucket_days == 7 ? "week" : "day";
}

enum pk_status pk_bucket_check(struct pk_text item, struct pk_text warehouse,
                               int32_t stored_bucket_days, int32_t wanted_bucket_days,
                               struct pk_error *error)
{
    if (stored_bucket_days == 0 || stored_bucket_days == wanted_bucket_days)
        return PK_OK;
    return pk_error_set(error, PK_FAILED_PRECONDITION, "date",
                        "sales of item '%.*s' in warehouse '%.*s' are stored by %s; import them "
                        "with bucket %s, or delete the stored rows first",
                        (int)item.size, item.bytes, (int)warehouse.size, warehouse.bytes,
                        bucket_name(stored_bucket_days), bucket_name(stored_bucket_days));
}

static enum pk_status refuse_week(int32_t date, int32_t week_start, struct pk_error *error)
{
    static const char *const weekdays[] = {"Monday", "Tuesday",  "Wednesday", "Thursday",
                                           "Friday", "Saturday", "Sunday"};
    char text[PK_DATE_TEXT_SIZE];
    return pk_error_set(error, PK_FAILED_PRECONDITION, "date",
                        "%s is a %s, but the weeks of this store begin on %s; date a week by that "
                        "day",
                        pk_date_format(date, text), weekdays[pk_date_weekday(date)],
                        weekdays[week_start]);
}

enum pk_status pk_week_start_check(int32_t date, int32_t bucket_days, int32_t week_start,
                                   struct pk_error *error)
{
    if (bucket_days != 7 || week_start < 0 || pk_date_weekday(date) == week_start)
        return PK_OK;
    return refuse_week(date, week_start, error);
}

int32_t pk_week_start_after(int32_t date, int32_t bucket_days, bool deleted, int32_t week_start)
{
    return bucket_days == 7 && !deleted ? pk_date_weekday(date) : week_start;
}

enum pk_status pk_week_start_settle(int32_t bucket_days, int32_t staged, int32_t stored,
                                    bool *out_is_new, struct pk_error *error)
{
    *out_is_new = false;
    if (bucket_days != 7 || staged < 0)
        return PK_OK;
    /* Day 4 of the epoch was a Monday. */
    if (stored >= 0 && stored != staged)
        return refuse_week(4 + staged, stored, error);
    *out_is_new = stored < 0;
    return PK_OK;
}
