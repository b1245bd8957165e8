#include "models/forecast/festival_years.h"

#include <stdlib.h>
#include <string.h>

#include "models/calendar/calendar.h"
#include "models/forecast/joined_promotions.h"

#define BEGINNING_DAYS 28
#define YEARS_AHEAD    3

static bool is_around(const struct pk_festival_year *year, int32_t start_date, int32_t end_date)
{
    return start_date <= year->end_date + PK_FESTIVAL_AFTER_DAYS &&
           end_date >= year->start_date - PK_FESTIVAL_BEFORE_DAYS;
}

static void mark_told(const struct pk_shop *shop, struct pk_festival_years *years)
{
    for (size_t i = 0; i < shop->promotion_count; i++) {
        const struct pk_promotion *row = &shop->promotions[i];
        for (size_t y = 0; row->start_date <= row->end_date && y < years->count; y++)
            if (is_around(&years->rows[y], row->start_date, row->end_date) &&
                strcmp(years->rows[y].kind->word.name, pk_promotion_kind(row)) == 0)
                years->rows[y].is_told = true;
    }
}

enum pk_status pk_festival_years_make(const struct pk_design *design, const struct pk_shop *shop,
                                      struct pk_festival_years *out_years, struct pk_error *error)
{
    size_t kind_count;
    const struct pk_campaign_kind *kinds = pk_campaign_kinds(&kind_count);
    const int32_t first_year = pk_date_to_civil(design->first_date).year;
    const int32_t last_year = pk_date_to_civil(design->as_of_date).year + YEARS_AHEAD;
    struct pk_festival_years years = {NULL, 0};
    *out_years = years;
    if (!design->calendar.festivals)
        return PK_OK;
    years.rows = malloc(kind_count * (size_t)(last_year - first_year + 1) * sizeof *years.rows);
    if (years.rows == NULL)
        return pk_error_set(error, PK_OUT_OF_MEMORY, "", "no memory for shopping festivals");
    for (size_t i = 0; i < kind_count; i++) {
        for (int32_t year = first_year; year <= last_year; year++) {
            struct pk_festival_year one = {.kind = &kinds[i]};
            if (!pk_calendar_festival_days(&kinds[i], year, &one.start_date, &one.end_date))
                continue;
            one.is_past = one.start_date >= design->first_date + BEGINNING_DAYS &&
                          one.end_date <= design->as_of_date;
            years.rows[years.count++] = one;
        }
    }
    mark_told(shop, &years);
    *out_years = years;
    return PK_OK;
}

void pk_festival_years_done(struct pk_festival_years *years)
{
    free(years->rows);
    *years = (struct pk_festival_years){NULL, 0};
}

const struct pk_festival_year *pk_festival_years_of(const struct pk_festival_years *years,
                                                    const char *kind, int32_t start_date,
                                                    int32_t end_date)
{
    for (size_t i = 0; i < years->count; i++)
        if (is_around(&years->rows[i], start_date, end_date) &&
            strcmp(years->rows[i].kind->word.name, kind) == 0)
            return &years->rows[i];
    return NULL;
}

bool pk_festival_years_apply(const struct pk_festival_years *years, size_t index)
{
    const struct pk_festival_year *year = &years->rows[index];
    if (!year->is_told)
        return true;
    if (year->is_past)
        return false;
    for (size_t i = 0; i < years->count; i++)
        if (years->rows[i].kind == year->kind && years->rows[i].is_told &&
            years->rows[i].end_date < year->start_date)
            return false;
    return true;
}

/* Whether a past year of the kind is there; of those that nobody told alone, if asked so. */
static bool has_past(const struct pk_festival_years *years, const char *kind, bool untold_only)
{
    for (size_t i = 0; i < years->count; i++)
        if (years->rows[i].is_past && !(untold_only && years->rows[i].is_told) &&
            strcmp(years->rows[i].kind->word.name, kind) == 0)
            return true;
    return false;
}

bool pk_festival_years_seen(const struct pk_festival_years *years, const char *kind)
{
    return has_past(years, kind, false);
}

bool pk_festival_years_untold(const struct pk_festival_years *years, const char *kind)
{
    return has_past(years, kind, true);
}
