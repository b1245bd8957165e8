#include "models/forecast/promotion_pieces.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "models/base/campaign_kind.h"
#include "models/base/lower_bound.h"
#include "models/calendar/calendar.h"
#include "models/forecast/festival_years.h"
#include "models/forecast/joined_promotions.h"
#include "models/history/campaign.h"

#define ENCORE_PART 0.5 /* of the log lift of the peak */
/* An early wave of a mega promotion, of the log lift of its last one: 569 million parcels on 1
 * November and 696 million on 11 November 2021 (State Post Bureau, notice of 18 November 2021)
 * against 297 million on the mean day of that year (108.3 billion in all): one festival of one
 * year. */
#define WAVE_PART 0.76F
/* Peaks farther apart than this are no waves of one campaign. */
#define WAVE_GAP_DAYS 21
/* What goes before and after a peak reaches so far. */
#define MEETING_DAYS 14

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

static int32_t later(int32_t a, int32_t b)
{
    return a > b ? a : b;
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

/* What a row tells of itself. */
struct levers {
    double depth;       /* of the discount; 0 where it is none of the phase */
    double log_traffic; /* 0 = a normal day */
    double wave_part;   /* of the typical lift */
};

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

/* What a promotion typically does beyond a row's told discount and traffic, on the days of
 * `row`. */
static void append_typical(struct pk_piece_list *list, const struct pk_design *design,
                           const char *kind, enum pk_event_part part, int32_t days,
                           const struct levers *levers, struct pk_scoped_piece row)
{
    const double lift =
        levers->wave_part * pk_promotion_typical_log_lift(kind, part, days) -
        levers->depth * design->columns[design->discount_at].prior_mean -
        fmax(0, levers->log_traffic) * design->columns[design->traffic_at].prior_mean;
    if (!(lift > 0) || row.piece.to_date < row.piece.from_date)
        return;
    row.piece.column = (uint32_t)design->typical_at;
    row.piece.value = (float)lift;
    pk_piece_list_append(list, &row);
}

/* Discount and traffic on the days of `row`. */
static void append_levers(struct pk_piece_list *list, const struct pk_design *design,
                          const struct levers *levers, struct pk_scoped_piece row)
{
    if (levers->depth > 0) {
        row.piece.column = (uint32_t)design->discount_at;
        row.piece.value = (float)levers->depth;
        pk_piece_list_append(list, &row);
    }
    if (fabs(levers->log_traffic) > 1e-9) {
        row.piece.column = (uint32_t)design->traffic_at;
        row.piece.value = (float)levers->log_traffic;
        pk_piece_list_append(list, &row);
    }
}

/* A peak among the others of its promotion and scope: an early wave has its aftermath until the
 * next one. `joined` is one of the rows that end at `end`, ascending by date within both. */
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

/* The days of a festival's row that nobody gave a phase: those before the festival's own warm up,
 * those after it are its encore. */
static void append_festival(struct pk_piece_list *list, const struct pk_design *design,
                            const struct pk_joined_promotion *joined,
                            const struct pk_festival_year *year, struct peak_days peak,
                            const struct pk_scoped_piece *row)
{
    append_part(list, design, *row, joined->kind, PK_PART_WARMUP, 1, joined->start_date,
                year->start_date - 1);
    append_part(list, design, *row, joined->kind, PK_PART_ENCORE, 1, year->end_date + 1,
                joined->end_date);
    peak.start = later(peak.start, year->start_date);
    peak.end = earlier(peak.end, year->end_date);
    append_peak(list, design, row, joined->kind, &peak);
}

/* The parts of a whole promotion. */
static void append_parts(struct pk_piece_list *list, const struct pk_design *design,
                         const struct pk_joined_promotion *joined, const struct peak_days *peak,
                         const struct pk_festival_year *year, const struct pk_scoped_piece *row)
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
        if (year != NULL)
            append_festival(list, design, joined, year, *peak, row);
        else
            append_peak(list, design, row, joined->kind, peak);
        break;
    }
}

/* True if no row of the promotion tells of another phase than its peak: nobody said what its days
 * are. */
static bool is_of_one_phase(const struct pk_shop *shop, const struct pk_promotion *promotion)
{
    struct pk_campaign_walk walk =
        pk_campaign_walk_begin(shop, promotion->promotion_id, PK_INDEX_NONE);
    const struct pk_promotion *row;
    while ((row = pk_campaign_walk_next(&walk)) != NULL)
        if (row->phase != PK_PHASE_NONE && row->phase != PK_PHASE_PEAK)
            return false;
    return promotion->phase == PK_PHASE_NONE || promotion->phase == PK_PHASE_PEAK;
}

/* The festival whose days a row reaches, where years that nobody told show which of its days are
 * the peak; NULL = none, or the row says itself what its days are. */
static const struct pk_festival_year *festival_of(const struct pk_shop *shop,
                                                  const struct pk_festival_years *years,
                                                  const struct pk_joined_promotion *joined)
{
    const struct pk_festival_year *year =
        pk_festival_years_of(years, joined->kind, joined->start_date, joined->end_date);
    return year != NULL && pk_festival_years_untold(years, joined->kind) &&
                   joined->start_date <= year->end_date && joined->end_date >= year->start_date &&
                   is_of_one_phase(shop, joined->row)
               ? year
               : NULL;
}

static struct levers levers_of(const struct pk_shop *shop, const struct pk_promotion *promotion,
                               const struct peak_days *peak)
{
    const bool is_sold =
        promotion->phase != PK_PHASE_PRESALE && promotion->phase != PK_PHASE_WARMUP;
    return (struct levers){.depth = is_sold ? discount_depth(shop, promotion) : 0,
                           .log_traffic = promotion->traffic_ratio > 0
                                              ? fmax(-3, fmin(log(promotion->traffic_ratio), 3))
                                              : 0,
                           .wave_part = (double)peak->part};
}

/* True of the festival that the shop leaves out. */
static bool is_quiet(const struct pk_shop *shop, const struct pk_festival_year *year)
{
    return shop->quiet_kind != NULL && strcmp(shop->quiet_kind, year->kind->word.name) == 0 &&
           year->start_date <= shop->quiet_end_date && year->end_date >= shop->quiet_start_date;
}

/* Years of the festival that nobody told had what this row tells of it. */
static void append_untold(struct pk_piece_list *list, const struct pk_design *design,
                          const struct pk_shop *shop, const struct pk_festival_years *years,
                          const struct pk_joined_promotion *joined, const struct levers *levers,
                          struct pk_scoped_piece row)
{
    const enum pk_promotion_phase phase = joined->row->phase;
    if (phase != PK_PHASE_NONE && phase != PK_PHASE_PEAK)
        return;
    for (size_t i = 0; i < years->count; i++) {
        const struct pk_festival_year *year = &years->rows[i];
        if (year->is_told || is_quiet(shop, year) ||
            strcmp(year->kind->word.name, joined->kind) != 0)
            continue;
        row.piece.from_date = year->start_date;
        row.piece.to_date = year->end_date;
        append_levers(list, design, levers, row);
        append_typical(list, design, joined->kind, PK_PART_PEAK,
                       year->end_date - year->start_date + 1, levers, row);
    }
}

/* A promotion in a scope: its own, or a narrower one of another promotion. */
static void append_promotion(struct pk_piece_list *list, const struct pk_design *design,
                             const struct pk_shop *shop, const struct pk_festival_years *years,
                             const struct pk_joined_promotion *joined, const struct peak_days *peak,
                             struct pk_scoped_piece row)
{
    const struct pk_promotion *promotion = joined->row;
    const struct pk_festival_year *year = festival_of(shop, years, joined);
    const struct levers levers = levers_of(shop, promotion, peak);
    const bool is_sold =
        promotion->phase != PK_PHASE_PRESALE && promotion->phase != PK_PHASE_WARMUP;
    const int32_t days = joined->end_date - joined->start_date + 1;
    row.piece = (struct pk_event_piece){0, 0, promotion->start_date, promotion->end_date};
    if (joined->is_first)
        append_parts(list, design, joined, peak, year, &row);
    append_levers(list, design, &levers, row);
    append_untold(list, design, shop, years, joined, &levers, row);
    if (!is_sold)
        return;
    if (year == NULL) {
        append_typical(list, design, joined->kind,
                       promotion->phase == PK_PHASE_ENCORE ? PK_PART_ENCORE : PK_PART_PEAK, days,
                       &levers, row);
        return;
    }
    struct pk_scoped_piece part = row;
    part.piece.from_date = later(promotion->start_date, year->start_date);
    part.piece.to_date = earlier(promotion->end_date, year->end_date);
    append_typical(list, design, joined->kind, PK_PART_PEAK, year->end_date - year->start_date + 1,
                   &levers, part);
    part.piece.from_date = later(promotion->start_date, year->end_date + 1);
    part.piece.to_date = promotion->end_date;
    append_typical(list, design, joined->kind, PK_PART_ENCORE, days, &levers, part);
}

static uint32_t narrowness_of(const struct pk_promotion *row)
{
    return pk_scope_narrowness(row->item, row->category, row->warehouse);
}

static bool is_of_scope(const struct pk_promotion *a, const struct pk_promotion *b)
{
    return a->item == b->item && a->warehouse == b->warehouse &&
           (a->item != PK_INDEX_NONE || a->category == b->category);
}

/* True if everything in the scope of `narrow` is in that of `broad`, which is another one. */
static bool holds_scope(const struct pk_shop *shop, const struct pk_promotion *broad,
                        const struct pk_promotion *narrow)
{
    const uint32_t category =
        narrow->item != PK_INDEX_NONE ? shop->items[narrow->item].category : narrow->category;
    return narrowness_of(broad) < narrowness_of(narrow) &&
           (broad->item == PK_INDEX_NONE || broad->item == narrow->item) &&
           (broad->item != PK_INDEX_NONE || broad->category == PK_INDEX_NONE ||
            broad->category == category) &&
           (broad->warehouse == PK_INDEX_NONE || broad->warehouse == narrow->warehouse);
}

/* Rows of one scope, joined[from..until - 1], and one of a broader scope of another promotion at
 * the same time: whether they have to be seen together. A promotion that speaks in the narrower
 * scope itself, or in one between, has said there what it is. */
static bool meets(const struct pk_shop *shop, const struct pk_joined_promotion *joined,
                  size_t count, size_t from, size_t until, const struct pk_joined_promotion *other)
{
    bool overlaps = false;
    if (!holds_scope(shop, other->row, joined[from].row))
        return false;
    for (size_t i = from; i < until; i++) {
        if (strcmp(joined[i].row->promotion_id, other->row->promotion_id) == 0)
            return false;
        overlaps |= joined[i].start_date <= other->end_date + MEETING_DAYS &&
                    joined[i].end_date + MEETING_DAYS >= other->start_date;
    }
    for (size_t i = 0; overlaps && i < count; i++)
        if (joined[i].row->phase == other->row->phase &&
            strcmp(joined[i].row->promotion_id, other->row->promotion_id) == 0 &&
            holds_scope(shop, other->row, joined[i].row) &&
            holds_scope(shop, joined[i].row, joined[from].row))
            return false;
    return overlaps;
}

/* On a day the narrowest scope decides about a column. That is right for the rows of one promotion;
 * of different promotions the stronger counts, so each one is told in the narrower scopes of the
 * others too. */
static void append_met(struct pk_piece_list *list, const struct pk_design *design,
                       const struct pk_shop *shop, const struct pk_festival_years *years,
                       const struct pk_joined_promotion *joined, size_t count)
{
    for (size_t from = 0, until; from < count; from = until) {
        for (until = from + 1; until < count && is_of_scope(joined[from].row, joined[until].row);
             until++)
            ;
        if (narrowness_of(joined[from].row) == 0)
            continue;
        for (size_t i = 0; i < count; i++) {
            if (!meets(shop, joined, count, from, until, &joined[i]))
                continue;
            const struct peak_days peak = days_of_peak(&joined[i], joined + count);
            const struct pk_promotion *scope = joined[from].row;
            append_promotion(list, design, shop, years, &joined[i], &peak,
                             (struct pk_scoped_piece){
                                 scope->item, scope->category, scope->warehouse, {0, 0, 0, 0}});
        }
    }
}

enum pk_status
pk_promotion_pieces_append(struct pk_piece_list *list, const struct pk_design *design,
                           const struct pk_shop *shop, const struct pk_closures *closures,
                           const struct pk_festival_years *years, struct pk_error *error)
{
    struct pk_joined_promotion *joined = NULL;
    size_t count = 0;
    const enum pk_status status = pk_join_promotions(shop, closures, &joined, &count, error);
    for (size_t i = 0; i < count; i++) {
        const struct peak_days peak = days_of_peak(&joined[i], joined + count);
        const struct pk_promotion *scope = joined[i].row;
        append_promotion(
            list, design, shop, years, &joined[i], &peak,
            (struct pk_scoped_piece){scope->item, scope->category, scope->warehouse, {0, 0, 0, 0}});
    }
    append_met(list, design, shop, years, joined, count);
    free(joined);
    return status;
}

/* Part of the lift that a kind without a past has of the others': by their typical lifts. */
static float unseen_part(const struct pk_festival_years *years, const struct pk_campaign_kind *kind)
{
    const struct pk_campaign_kind *largest = pk_campaign_kind_typical("double11");
    return pk_festival_years_seen(years, kind->word.name)
               ? 1
               : (float)fmin(1, log(kind->short_ratio) / log(largest->short_ratio));
}

/* Whether any promotion or festival has been: without one, nothing is known of a festival ahead
 * that nobody tells, and nothing is said of it. */
static bool knows_promotions(const struct pk_design *design, const struct pk_shop *shop,
                             const struct pk_festival_years *years)
{
    for (size_t i = 0; i < years->count; i++)
        if (years->rows[i].is_past)
            return true;
    for (size_t i = 0; i < shop->promotion_count; i++)
        if (shop->promotions[i].start_date <= design->as_of_date &&
            shop->promotions[i].end_date >= design->first_date)
            return true;
    return false;
}

void pk_festival_pieces_append(struct pk_piece_list *list, const struct pk_design *design,
                               const struct pk_shop *shop, const struct pk_festival_years *years)
{
    const struct pk_scoped_piece row = {PK_INDEX_NONE, PK_INDEX_NONE, PK_INDEX_NONE, {0, 0, 0, 0}};
    if (!knows_promotions(design, shop, years))
        return;
    for (size_t i = 0; i < years->count; i++) {
        const struct pk_festival_year *year = &years->rows[i];
        const char *kind = year->kind->word.name;
        const struct peak_days peak = {year->start_date, year->end_date, INT32_MAX,
                                       unseen_part(years, year->kind)};
        if (!is_quiet(shop, year) && pk_festival_years_apply(years, i))
            append_peak(list, design, &row, kind, &peak);
    }
}
