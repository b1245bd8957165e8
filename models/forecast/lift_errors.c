#include "models/forecast/lift_errors.h"

#include <math.h>

/* Spread of own log lifts around the group's: a part of it that shrinks with the event days that
 * the series has seen of the kind, and more for series that have seen none. */
#define OWN_LIFT_PART  0.2
#define OWN_LIFT_DAYS  3.0
#define UNSEEN_LIFT_SD 0.1
#define RECENT_DAYS    56 /* the longer half-life of levels */
/* Errors of lifts that differ by less than this part are one span. */
#define LIFT_SAME 0.25

/* Days of the event column that a scope has between the dates. */
static int64_t scope_days(const struct pk_design *design, const struct pk_event_scope *scope,
                          size_t column, int32_t from_date, int32_t to_date)
{
    size_t count;
    const struct pk_event_piece *pieces = pk_design_pieces(design, scope, column, &count);
    int64_t days = 0;
    for (const struct pk_event_piece *piece = pieces; piece < pieces + count; piece++) {
        const int64_t first = piece->from_date > from_date ? piece->from_date : from_date;
        const int64_t last = piece->to_date < to_date ? piece->to_date : to_date;
        days += first <= last ? last - first + 1 : 0;
    }
    return days;
}

/* Days on which the series (its own scopes, its category's and everything) had the event column on
 * between the dates. */
static int64_t event_days(const struct pk_model *model, const struct pk_shop *shop, size_t series,
                          size_t column, int32_t from_date, int32_t to_date)
{
    const struct pk_event_scope *scopes[PK_SERIES_SCOPE_COUNT_MAX + 1];
    const size_t count = pk_design_all_scopes(model->design, shop, series, scopes);
    int64_t days = 0;
    for (size_t i = 0; i < count; i++)
        days += scope_days(model->design, scopes[i], column, from_date, to_date);
    return days;
}

struct pk_event_evidence pk_lift_evidence(const struct pk_forecast_scratch *scratch,
                                          const struct pk_model *model, const struct pk_shop *shop,
                                          size_t series)
{
    const struct pk_design *design = model->design;
    const int32_t first_sale = model->series[series].first_sale_date, today = model->as_of_date;
    struct pk_event_evidence evidence = {INT64_MAX, 1};
    bool any = false;
    for (size_t t = 0; t < scratch->bucket_count && !any; t++)
        any = scratch->series_lift[t].variance > 0;
    for (size_t kind = 0; any && kind < design->kind_count; kind++) {
        const size_t column = pk_design_promotion_column(design, 2 + kind, PK_PART_PEAK);
        const int32_t last = scratch->first_date +
                             (int32_t)scratch->bucket_count * shop->series[series].bucket_days - 1;
        int64_t days = 0, recent = 0;
        if (event_days(model, shop, series, column, scratch->first_date, last) == 0)
            continue;
        if (first_sale != PK_DATE_NONE) {
            const int32_t from = today - RECENT_DAYS + 1;
            days = event_days(model, shop, series, column, first_sale, today);
            recent = event_days(model, shop, series, column, first_sale > from ? first_sale : from,
                                today);
        }
        evidence.days = days < evidence.days ? days : evidence.days;
        evidence.recent = fmin(evidence.recent, (double)recent / RECENT_DAYS);
    }
    return evidence;
}

/* Appends a bucket's lift error to the spans, to the last one if it goes on much the same or there
 * is no room for another. */
static void put_lift(struct pk_demand *demand, size_t bucket, double shared_sd, double single_sd)
{
    struct pk_lift_span *last =
        demand->lift_count > 0 ? &demand->lifts[demand->lift_count - 1] : NULL;
    const bool goes_on = last != NULL && last->first_bucket + last->bucket_count == bucket &&
                         fabs(shared_sd - (double)last->shared_sd) < LIFT_SAME * shared_sd + 1e-9 &&
                         fabs(single_sd - (double)last->single_sd) < LIFT_SAME * single_sd + 1e-9;
    if (goes_on || demand->lift_count == PK_LIFT_SPAN_MAX) {
        last->bucket_count = (uint32_t)bucket + 1 - last->first_bucket;
        last->shared_sd = fmaxf(last->shared_sd, (float)shared_sd);
        last->single_sd = fmaxf(last->single_sd, (float)single_sd);
        return;
    }
    demand->lifts[demand->lift_count++] =
        (struct pk_lift_span){(uint32_t)bucket, 1, (float)shared_sd, (float)single_sd};
}

void pk_lift_errors_set(const struct pk_forecast_scratch *scratch, struct pk_event_evidence seen,
                        struct pk_demand *demand)
{
    const double unseen_variance = seen.days == 0 ? UNSEEN_LIFT_SD * UNSEEN_LIFT_SD : 0;
    const double days = seen.days == INT64_MAX ? 0 : (double)seen.days;
    const double left = seen.days == INT64_MAX ? 1 : 1 - fmin(seen.recent, 1);
    const double part = OWN_LIFT_PART * OWN_LIFT_PART * OWN_LIFT_DAYS / (OWN_LIFT_DAYS + days);
    for (size_t t = 0; t < scratch->bucket_count; t++) {
        const struct pk_row_lift *row = &scratch->series_lift[t];
        const double variance = left * left * (row->variance + part * row->lift * row->lift);
        if (row->event_variance > 0)
            put_lift(demand, t, sqrt(variance + unseen_variance), sqrt(row->event_variance));
        else if (row->variance > 0)
            put_lift(demand, t, 0, sqrt(variance));
    }
}
