#include "models/forecast/promotion_pieces.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "models/base/campaign_kind.h"
#include "models/base/lower_bound.h"
#include "models/calendar/calendar.h"
#include "models/forecast/joined_promotions.h"

#define ENCORE_PART 0.5 /* of the log lift of the peak */
/* An early wave of a mega promotion, of the log lift of its last one: 569 million parcels on 1 November
 * and 696 million on 11 November 2021 (State Post Bureau, notice of 18 November 2021) against 297
 * million on the mean day of that year (108.3 billion in all): one festival of one
 * year. */
#define WAVE_PART 0.76F
/* Peaks farther apart than this are no waves of one campaign. */
#define WAVE_GAP_DAYS 21

static bool is_before_name(const void *row, const void *name)
{
    return strcmp(*(const char *const *)row, name) < 0;
}

/* Every kind of the shop and of the calendar is among those of the design. */
static size_t kind_index(const struct pk_design *design, const char *kind)
{
    return pk_lower_bound(design->kinds, design->kind_count, sizeof *design->kinds, is_before_name,
                          kind);
}

/* One part on all levels of its kind. */
static void append_part(struct pk_piece_list *list, const struct pk_design *design,
                        struct pk_scoped_piece row, const char *kind, enum pk_event_part part,
                        float value, int32_t from_date, int32_t to_date)
{
    if (to_date < from_date)
        return;
    row.piece.value = value;
    row.piece.from_date = from_date;
    row.piece.to_date = to_date;
    row.piece.column = (uint32_t)pk_design_promotion_column(design, 0, part);
    pk_piece_list_append(list, &row);
    if (pk_campaign_kind_is_mega(kind)) {
        row.piece.column = (uint32_t)pk_design_promotion_column(design, 1, part);
        pk_piece_list_append(list, &row);
    }
    row.piece.column =
        (uint32_t)pk_design_promotion_column(design, 2 + kind_index(design, kind), part);
    pk_piece_list_append(list, &row);
}

static int32_t earlier(int32_t a, int32_t b)
{
    return a < b ? a : b;
}

/* The days of a peak; its aftermath ends on after_end at the latest. */
struct peak_days {
    int32_t start, end, after_end;
    float part; /* of the lift: less for an early wave */
};

/* A peak with what comes before and after it. */
static void append_peak(struct pk_piece_list *list, const struct pk_design *design,
                        const struct pk_scoped_piece *row, const char *kind,
                        const struct peak_days *days)
{
    const int32_t start = days->start, end = days->end;
    append_part(list, design, *row, kind, PK_PART_LEAD, 1, start - 3, start - 1);
    append_part(list, design, *row, kind, PK_PART_PEAK, days->part, start, end);
    for (int32_t date = start; date <= end && date < start + 7; date++) {
        struct pk_scoped_piece one = *row;
        one.piece = (struct pk_event_piece){
            (uint32_t)(design->promotion_weekday_at + (size_t)pk_date_weekday(date)), 1, date, end};
        pk_piece_list_append(list, &one);
    }
    if (end > start) {
        append_part(list, design, *row, kind, PK_PART_OPENING, 1, start, start);
        append_part(list, design, *row, kind, PK_PART_FINAL, 1, end, end);
    }
    append_part(list, design, *row, kind, PK_PART_LAG, 1, end + 1,
                earlier(end + 3, days->after_end));
    append_part(list, design, *row, kind, PK_PART_DIP, 1, end + 4,
                earlier(end + 14, days->after_end));
}

/* Part of the price taken off, from the ratio or else from the net price of a listed item. */
static double discount_depth(const struct pk_shop *shop, const struct pk_promotion *promotion)
{
    double depth = promotion->discount_ratio;
    if (!(depth > 0) && promotion->net_price_micros >= 0 && promotion->item != PK_INDEX_NONE) {
        const int64_t list_price = shop->items[promotion->item].list_price_micros;
        if (list_price > 0)
            depth = 1 - (double)promotion->net_price_micros / (double)list_price;
    }
    return depth > 0 && depth < 1 ? depth : 0;
}

double pk_promotion_typical_log_lift(const char *kind, enum pk_event_part part, int32_t days)
{
    const struct pk_campaign_kind *typical = pk_campaign_kind_typical(kind);
    const double peak =
        log(days <= PK_TYPICAL_SHORT_DAYS ? typical->short_ratio : typical->long_ratio);
    return part == PK_PART_PEAK ? peak : part == PK_PART_ENCORE ? ENCORE_PART * peak : 0;
}

/* What a promotion typically does beyond a row's told discount and traffic. */
static void append_typical(struct pk_piece_list *list, const struct pk_design *design,
                           const struct pk_joined_promotion *joined, double wave_part, double depth,
                           double log_traffic, struct pk_scoped_piece row)
{
    const enum pk_promotion_phase phase = joined->row->phase;
    const enum pk_event_part part = phase == PK_PHASE_ENCORE ? PK_PART_ENCORE : PK_PART_PEAK;
    const double lift =
        wave_part * pk_promotion_typical_log_lift(joined->kind, part,
                                                  joined->end_date - joined->start_date + 1) -
        depth * design->columns[design->discount_at].prior_mean -
        fmax(0, log_traffic) * design->columns[design->traffic_at].prior_mean;
    if (phase == PK_PHASE_PRESALE || phase == PK_PHASE_WARMUP || !(lift > 0))
        return;
    row.piece.column = (uint32_t)design->typical_at;
    row.piece.value = (float)lift;
    pk_piece_list_append(list, &row);
}

/* A peak among the others of its promotion and scope: an early wave has its aftermath until the next
 * one. `joined` is one of the rows that end at `end`, ascending by date within both. */
static struct peak_days days_of_peak(const struct pk_joined_promotion *joined,
                                     const struct pk_joined_promotion *end)
{
    const struct pk_promotion *own = joined->row;
    struct peak_days days = {joined->start_date, joined->end_date, INT32_MAX, 1};
    for (const struct pk_joined_promotion *next = joined + 1; next < end; next++) {
        const struct pk_promotion *row = next->row;
        if (row->item != own->item || row->warehouse != own->warehouse ||
            row->category != own->category || row->phase != own->phase)
            break;
        if (next->start_date <= joined->end_date ||
            next->start_date > joined->end_date + WAVE_GAP_DAYS ||
            strcmp(row->promotion_id, own->promotion_id) != 0)
            continue;
        days.after_end = next->start_date - 1;
        if (pk_campaign_kind_is_mega(joined->kind) && own->phase != PK_PHASE_ENCORE)
            days.part = WAVE_PART;
        break;
    }
    return days;
}

/* The parts of a whole promotion. */
static void append_parts(struct pk_piece_list *list, const struct pk_design *design,
                         const struct pk_joined_promotion *joined, const struct peak_days *peak,
                         const struct pk_scoped_piece *row)
{
    const int32_t start = joined->start_date, end = joined->end_date;
    switch (joined->row->phase) {
    case PK_PHASE_PRESALE:
        append_part(list, design, *row, joined->kind, PK_PART_PRESALE, 1, start, end);
        break;
    case PK_PHASE_WARMUP:
        append_part(list, design, *row, joined->kind, PK_PART_WARMUP, 1, start, end);
        break;
    case PK_PHASE_ENCORE:
        append_part(list, design, *row, joined->kind, PK_PART_ENCORE, 1, start, end);
        break;
    default:
        append_peak(list, design, row, joined->kind, peak);
        break;
    }
}

static void append_promotion(struct pk_piece_list *list, const struct pk_design *design,
                             const struct pk_shop *shop, const struct pk_joined_promotion *joined,
                             const struct peak_days *peak)
{
    const struct pk_promotion *promotion = joined->row;
    struct pk_scoped_piece row = {promotion->item,
                                  promotion->category,
                                  promotion->warehouse,
                                  {0, 0, promotion->start_date, promotion->end_date}};
    const double depth = discount_depth(shop, promotion);
    if (joined->is_first)
        append_parts(list, design, joined, peak, &row);
    if (depth > 0 && promotion->phase != PK_PHASE_PRESALE && promotion->phase != PK_PHASE_WARMUP) {
        row.piece.column = (uint32_t)design->discount_at;
        row.piece.value = (float)depth;
        pk_piece_list_append(list, &row);
    }
    const double log_traffic =
        promotion->traffic_ratio > 0 ? fmax(-3, fmin(log(promotion->traffic_ratio), 3)) : 0;
    append_typical(list, design, joined, (double)peak->part, depth, log_traffic, row);
    if (fabs(log_traffic) > 1e-9) {
        row.piece.column = (uint32_t)design->traffic_at;
        row.piece.value = (float)log_traffic;
        pk_piece_list_append(list, &row);
    }
}

enum pk_status pk_promotion_pieces_append(struct pk_piece_list *list,
                                          const struct pk_design *design,
                                          const struct pk_shop *shop,
                                          const struct pk_closures *closures,
                                          struct pk_error *error)
{
    struct pk_joined_promotion *joined = NULL;
    size_t count = 0;
    const enum pk_status status = pk_join_promotions(shop, closures, &joined, &count, error);
    for (size_t i = 0; i < count; i++) {
        const struct peak_days peak = days_of_peak(&joined[i], joined + count);
        append_promotion(list, design, shop, &joined[i], &peak);
    }
    free(joined);
    return status;
}

void pk_festival_pieces_append(struct pk_piece_list *list, const struct pk_design *design,
                               const struct pk_shop *shop)
{
    size_t count;
    const struct pk_campaign_kind *kinds = pk_campaign_kinds(&count);
    const int32_t first_year = pk_date_to_civil(design->first_date).year;
    const int32_t last_year = pk_date_to_civil(design->as_of_date).year + 3;
    const struct pk_scoped_piece row = {PK_INDEX_NONE, PK_INDEX_NONE, PK_INDEX_NONE, {0, 0, 0, 0}};
    for (size_t i = 0; i < count; i++) {
        for (int32_t year = first_year; year <= last_year; year++) {
            const char *kind = kinds[i].word.name;
            struct peak_days peak = {.after_end = INT32_MAX, .part = 1};
            if (!pk_calendar_festival_days(&kinds[i], year, &peak.start, &peak.end))
                continue;
            const bool is_quiet = shop->quiet_kind != NULL && strcmp(shop->quiet_kind, kind) == 0 &&
                                  peak.start <= shop->quiet_end_date &&
                                  peak.end >= shop->quiet_start_date;
            if (!is_quiet)
                append_peak(list, design, &row, kind, &peak);
        }
    }
}
