#include "models/forecast/events.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "models/base/array.h"
#include "models/base/campaign_kind.h"
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

/* A piece with its scope, before sorting. */
struct scoped_piece {
    uint32_t item, category, warehouse;
    struct pk_event_piece piece;
};

struct piece_list {
    struct scoped_piece *rows;
    size_t count, capacity;
    bool failed; /* an allocation failed: the list is incomplete */
};

static int compare_index(uint32_t a, uint32_t b)
{
    return a < b ? -1 : a > b;
}

static void append(struct piece_list *list, const struct scoped_piece *row)
{
    if (pk_array_reserve(&list->rows, &list->capacity, list->count + 1, sizeof *list->rows,
                         "event pieces", NULL) == PK_OK)
        list->rows[list->count++] = *row;
    else
        list->failed = true;
}

static int compare_names(const void *left, const void *right)
{
    return strcmp(*(const char *const *)left, *(const char *const *)right);
}

/* Copies the names behind their pointers, in one block: a fit outlives the shop that it was made from. */
static enum pk_status own_kinds(const char *const *kinds, size_t count, struct pk_design *design,
                                struct pk_error *error)
{
    size_t bytes = 0;
    for (size_t i = 0; i < count; i++)
        bytes += strlen(kinds[i]) + 1;
    const char **own = malloc((count + 1) * sizeof *own + bytes);
    if (own == NULL)
        return pk_error_set(error, PK_OUT_OF_MEMORY, "", "no memory for promotion kinds");
    char *at = (char *)(own + count + 1);
    for (size_t i = 0; i < count; i++) {
        const size_t size = strlen(kinds[i]) + 1;
        memcpy(at, kinds[i], size);
        own[i] = at;
        at += size;
    }
    design->kinds = own;
    design->kind_count = count;
    return PK_OK;
}

enum pk_status pk_events_kinds(const struct pk_shop *shop, struct pk_design *design,
                               struct pk_error *error)
{
    size_t known_count, total = shop->promotion_count, count = 0;
    const struct pk_campaign_kind *known = pk_campaign_kinds(&known_count);
    const char **kinds = malloc((shop->promotion_count + known_count) * sizeof *kinds);
    if (kinds == NULL)
        return pk_error_set(error, PK_OUT_OF_MEMORY, "", "no memory for promotion kinds");
    for (size_t i = 0; i < shop->promotion_count; i++)
        kinds[i] = pk_promotion_kind(&shop->promotions[i]);
    for (size_t i = 0; i < known_count && design->uses_chinese_calendar; i++)
        if (known[i].first_year > 0)
            kinds[total++] = known[i].word.name;
    qsort(kinds, total, sizeof *kinds, compare_names);
    for (size_t i = 0; i < total; i++)
        if (count == 0 || strcmp(kinds[count - 1], kinds[i]) != 0)
            kinds[count++] = kinds[i];
    const enum pk_status status = own_kinds(kinds, count, design, error);
    free(kinds);
    return status;
}

static size_t kind_index(const struct pk_design *design, const char *kind)
{
    const char **found =
        bsearch(&kind, design->kinds, design->kind_count, sizeof *design->kinds, compare_names);
    return (size_t)(found - design->kinds);
}

/* One part on all levels of its kind. */
static void append_part(struct piece_list *list, const struct pk_design *design,
                        struct scoped_piece row, const char *kind, enum pk_event_part part,
                        float value, int32_t from_date, int32_t to_date)
{
    if (to_date < from_date)
        return;
    row.piece.value = value;
    row.piece.from_date = from_date;
    row.piece.to_date = to_date;
    row.piece.column = (uint32_t)pk_design_promotion_column(design, 0, part);
    append(list, &row);
    if (pk_campaign_kind_is_mega(kind)) {
        row.piece.column = (uint32_t)pk_design_promotion_column(design, 1, part);
        append(list, &row);
    }
    row.piece.column =
        (uint32_t)pk_design_promotion_column(design, 2 + kind_index(design, kind), part);
    append(list, &row);
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
static void append_peak(struct piece_list *list, const struct pk_design *design,
                        const struct scoped_piece *row, const char *kind,
                        const struct peak_days *days)
{
    const int32_t start = days->start, end = days->end;
    append_part(list, design, *row, kind, PK_PART_LEAD, 1, start - 3, start - 1);
    append_part(list, design, *row, kind, PK_PART_PEAK, days->part, start, end);
    for (int32_t date = start; date <= end && date < start + 7; date++) {
        struct scoped_piece one = *row;
        one.piece = (struct pk_event_piece){
            (uint32_t)(design->promotion_weekday_at + (size_t)pk_date_weekday(date)), 1, date, end};
        append(list, &one);
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

double pk_events_typical_log_lift(const char *kind, enum pk_event_part part, int32_t days)
{
    const struct pk_campaign_kind *typical = pk_campaign_kind_typical(kind);
    const double peak =
        log(days <= PK_TYPICAL_SHORT_DAYS ? typical->short_ratio : typical->long_ratio);
    return part == PK_PART_PEAK ? peak : part == PK_PART_ENCORE ? ENCORE_PART * peak : 0;
}

/* What a promotion typically does beyond a row's told discount and traffic. */
static void append_typical(struct piece_list *list, const struct pk_design *design,
                           const struct pk_joined_promotion *joined, double wave_part, double depth,
                           double log_traffic, struct scoped_piece row)
{
    const enum pk_promotion_phase phase = joined->row->phase;
    const enum pk_event_part part = phase == PK_PHASE_ENCORE ? PK_PART_ENCORE : PK_PART_PEAK;
    const double lift =
        wave_part * pk_events_typical_log_lift(joined->kind, part,
                                               joined->end_date - joined->start_date + 1) -
        depth * design->columns[design->discount_at].prior_mean -
        fmax(0, log_traffic) * design->columns[design->traffic_at].prior_mean;
    if (phase == PK_PHASE_PRESALE || phase == PK_PHASE_WARMUP || !(lift > 0))
        return;
    row.piece.column = (uint32_t)design->typical_at;
    row.piece.value = (float)lift;
    append(list, &row);
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
static void append_parts(struct piece_list *list, const struct pk_design *design,
                         const struct pk_joined_promotion *joined, const struct peak_days *peak,
                         const struct scoped_piece *row)
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

static void append_promotion(struct piece_list *list, const struct pk_design *design,
                             const struct pk_shop *shop, const struct pk_joined_promotion *joined,
                             const struct peak_days *peak)
{
    const struct pk_promotion *promotion = joined->row;
    struct scoped_piece row = {promotion->item,
                               promotion->category,
                               promotion->warehouse,
                               {0, 0, promotion->start_date, promotion->end_date}};
    const double depth = discount_depth(shop, promotion);
    if (joined->is_first)
        append_parts(list, design, joined, peak, &row);
    if (depth > 0 && promotion->phase != PK_PHASE_PRESALE && promotion->phase != PK_PHASE_WARMUP) {
        row.piece.column = (uint32_t)design->discount_at;
        row.piece.value = (float)depth;
        append(list, &row);
    }
    const double log_traffic =
        promotion->traffic_ratio > 0 ? fmax(-3, fmin(log(promotion->traffic_ratio), 3)) : 0;
    append_typical(list, design, joined, (double)peak->part, depth, log_traffic, row);
    if (fabs(log_traffic) > 1e-9) {
        row.piece.column = (uint32_t)design->traffic_at;
        row.piece.value = (float)log_traffic;
        append(list, &row);
    }
}

static enum pk_status append_promotions(struct piece_list *list, const struct pk_design *design,
                                        const struct pk_shop *shop,
                                        const struct pk_closures *closures, struct pk_error *error)
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

static void append_festivals(struct piece_list *list, const struct pk_design *design,
                             const struct pk_shop *shop)
{
    size_t count;
    const struct pk_campaign_kind *kinds = pk_campaign_kinds(&count);
    const int32_t first_year = pk_date_to_civil(design->first_date).year;
    const int32_t last_year = pk_date_to_civil(design->as_of_date).year + 3;
    const struct scoped_piece row = {PK_INDEX_NONE, PK_INDEX_NONE, PK_INDEX_NONE, {0, 0, 0, 0}};
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

/* Covariates are scaled to a largest magnitude of 1 in the history; values ahead may exceed it by
 * a quarter at most, so that a typing error in the future cannot explode a forecast. `closed` is
 * no regressor. */
static void append_covariates(struct piece_list *list, const struct pk_design *design,
                              const struct pk_shop *shop)
{
    size_t i = 0;
    while (i < shop->covariate_count) {
        const uint32_t name = shop->covariates[i].name;
        double largest = 0;
        size_t end = i;
        for (; end < shop->covariate_count && shop->covariates[end].name == name; end++)
            if (shop->covariates[end].date <= design->as_of_date &&
                fabs(shop->covariates[end].value) > largest)
                largest = fabs(shop->covariates[end].value);
        const bool used = largest > 0 && strcmp(shop->covariate_names[name], "closed") != 0;
        for (; i < end; i++) {
            const struct pk_covariate *from = &shop->covariates[i];
            const double value = used ? fmax(-1.25, fmin(from->value / largest, 1.25)) : 0;
            const struct scoped_piece row = {
                from->item,
                from->category,
                from->warehouse,
                {(uint32_t)(design->covariate_at + name), (float)value, from->date, from->date}};
            if (used)
                append(list, &row);
        }
    }
}

/* A closed stretch around Christmas has its days described by the feast's own columns. */
static bool is_christmas(const struct pk_design *design, int32_t date)
{
    int32_t offset;
    return !design->uses_chinese_calendar &&
           pk_calendar_feast_offset(PK_FEAST_CHRISTMAS, date, 3, 8, &offset);
}

/* The open days beside closed stretches of `closed`[day_count], which begins at first_date. A weekday
 * that is closed more often than not makes no stretch by itself, but belongs to one that it joins:
 * Saturday is the day before a free Monday. */
static void append_edges(struct piece_list *list, const struct pk_design *design,
                         struct scoped_piece row, const uint8_t *closed, size_t day_count)
{
    const size_t history = (size_t)(design->as_of_date - design->first_date + 1);
    size_t often[7] = {0};
    for (size_t day = 0; day < history; day++)
        often[day % 7] += closed[day];
    for (size_t from = 0; from < day_count; from++) {
        size_t until = from;
        bool irregular = false;
        for (; until < day_count && closed[until]; until++)
            irregular |= 14 * often[until % 7] <= history;
        row.piece.value = 1;
        row.piece.column = (uint32_t)design->closure_at;
        row.piece.from_date = row.piece.to_date = design->first_date + (int32_t)from - 1;
        if (irregular && from > 0 && !is_christmas(design, row.piece.from_date))
            append(list, &row);
        row.piece.column = (uint32_t)design->closure_at + 1;
        row.piece.from_date = row.piece.to_date = design->first_date + (int32_t)until;
        if (irregular && until < day_count && !is_christmas(design, row.piece.from_date))
            append(list, &row);
        from = until;
    }
}

static int compare_closures(const void *left, const void *right)
{
    const struct pk_scoped_closure *a = left, *b = right;
    int order = compare_index(a->item, b->item);
    order = order != 0 ? order : compare_index(a->category, b->category);
    order = order != 0 ? order : compare_index(a->warehouse, b->warehouse);
    return order != 0 ? order : (a->date > b->date) - (a->date < b->date);
}

/* Edges of the closures of items and categories, which have those of their warehouse besides;
 * `closed` is scratch. */
static enum pk_status append_scoped_edges(struct piece_list *list, const struct pk_design *design,
                                          const struct pk_closures *closures, uint8_t *closed,
                                          struct pk_error *error)
{
    const size_t days = closures->day_count, count = closures->scoped_count;
    struct pk_scoped_closure *rows = malloc((count + 1) * sizeof *rows);
    if (rows == NULL)
        return pk_error_set(error, PK_OUT_OF_MEMORY, "", "no memory for %zu closures", count);
    memcpy(rows, closures->scoped, count * sizeof *rows);
    if (count > 1)
        qsort(rows, count, sizeof *rows, compare_closures);
    for (size_t i = 0; i < count;) {
        const struct pk_scoped_closure *first = &rows[i];
        const struct scoped_piece row = {
            first->item, first->category, first->warehouse, {0, 0, 0, 0}};
        const size_t warehouse = first->warehouse == PK_INDEX_NONE ? 0 : first->warehouse;
        memcpy(closed, closures->closed + warehouse * days, days);
        for (; i < count && rows[i].item == first->item && rows[i].category == first->category &&
               rows[i].warehouse == first->warehouse;
             i++)
            if (rows[i].date >= closures->first_date &&
                (size_t)(rows[i].date - closures->first_date) < days)
                closed[rows[i].date - closures->first_date] = 1;
        append_edges(list, design, row, closed, days);
    }
    free(rows);
    return PK_OK;
}

/* Edges of all closures: of everything where the warehouses agree, else of each warehouse. */
static enum pk_status append_closures(struct piece_list *list, const struct pk_design *design,
                                      const struct pk_closures *closures, struct pk_error *error)
{
    const size_t days = closures->day_count, count = closures->warehouse_count;
    struct scoped_piece row = {PK_INDEX_NONE, PK_INDEX_NONE, PK_INDEX_NONE, {0, 0, 0, 0}};
    uint8_t *closed = malloc(days + 1);
    if (closed == NULL)
        return pk_error_set(error, PK_OUT_OF_MEMORY, "", "no memory for closures");
    bool agree = true;
    for (size_t w = 1; w < count; w++)
        agree &= memcmp(closures->closed, closures->closed + w * days, days) == 0;
    for (size_t w = 0; w < (agree && count > 0 ? 1 : count); w++) {
        row.warehouse = agree ? PK_INDEX_NONE : (uint32_t)w;
        append_edges(list, design, row, closures->closed + w * days, days);
    }
    const enum pk_status status = append_scoped_edges(list, design, closures, closed, error);
    free(closed);
    return status;
}

static int compare_pieces(const void *left, const void *right)
{
    const struct scoped_piece *a = left, *b = right;
    int order = compare_index(a->item, b->item);
    order = order != 0 ? order : compare_index(a->category, b->category);
    order = order != 0 ? order : compare_index(a->warehouse, b->warehouse);
    order = order != 0 ? order : compare_index(a->piece.column, b->piece.column);
    if (order == 0 && a->piece.from_date != b->piece.from_date)
        order = a->piece.from_date < b->piece.from_date ? -1 : 1;
    if (order == 0 && a->piece.to_date != b->piece.to_date)
        order = a->piece.to_date < b->piece.to_date ? -1 : 1;
    if (order == 0)
        order = a->piece.value < b->piece.value ? -1 : a->piece.value > b->piece.value;
    return order;
}

static uint32_t narrowness(const struct scoped_piece *row)
{
    uint32_t value = row->item != PK_INDEX_NONE ? 3 : row->category != PK_INDEX_NONE ? 1 : 0;
    if (row->warehouse != PK_INDEX_NONE)
        value = value == 0 ? 1 : value + 1;
    return value;
}

static enum pk_status take_over(struct piece_list *list, struct pk_design *design,
                                struct pk_error *error)
{
    for (size_t i = 0; i < list->count; i++)
        if (list->rows[i].item != PK_INDEX_NONE)
            list->rows[i].category = PK_INDEX_NONE;
    if (list->count > 0)
        if (list->count > 1)
            qsort(list->rows, list->count, sizeof *list->rows, compare_pieces);
    design->pieces = malloc((list->count + 1) * sizeof *design->pieces);
    design->scopes = malloc((list->count + 1) * sizeof *design->scopes);
    if (list->failed || design->pieces == NULL || design->scopes == NULL)
        return pk_error_set(error, PK_OUT_OF_MEMORY, "", "no memory for %zu event pieces",
                            list->count);
    for (size_t i = 0; i < list->count; i++) {
        const struct scoped_piece *row = &list->rows[i];
        struct pk_event_scope *scope = design->scopes + design->scope_count;
        if (i == 0 || scope[-1].item != row->item || scope[-1].category != row->category ||
            scope[-1].warehouse != row->warehouse) {
            *scope = (struct pk_event_scope){
                row->item, row->category, row->warehouse, narrowness(row), i, 0};
            design->scope_count++;
        }
        design->scopes[design->scope_count - 1].piece_count++;
        design->pieces[i] = row->piece;
    }
    design->piece_count = list->count;
    return PK_OK;
}

enum pk_status pk_events_build(const struct pk_shop *shop, const struct pk_closures *closures,
                               struct pk_design *design, struct pk_error *error)
{
    struct piece_list list = {NULL, 0, 0, false};
    enum pk_status status = append_promotions(&list, design, shop, closures, error);
    if (design->uses_chinese_calendar)
        append_festivals(&list, design, shop);
    append_covariates(&list, design, shop);
    if (status == PK_OK)
        status = append_closures(&list, design, closures, error);
    if (status == PK_OK)
        status = take_over(&list, design, error);
    free(list.rows);
    return status;
}
