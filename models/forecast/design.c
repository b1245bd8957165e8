#include "models/forecast/design.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "models/base/lower_bound.h"
#include "models/calendar/calendar.h"

#define DAYS_PER_YEAR 365.2425
#define TURN          6.283185307179586

/* Offsets from a feast's main day, both included. */
struct feast_bucket {
    enum pk_feast feast;
    int32_t from, to;
};

/* Christmas Eve, New Year's Eve and the days between are each their own trade. Easter moves by up
 * to five weeks. */
static const struct feast_bucket western_buckets[] = {
    {PK_FEAST_CHRISTMAS, -35, -29}, {PK_FEAST_CHRISTMAS, -28, -22}, {PK_FEAST_CHRISTMAS, -21, -15},
    {PK_FEAST_CHRISTMAS, -14, -8},  {PK_FEAST_CHRISTMAS, -7, -4},   {PK_FEAST_CHRISTMAS, -3, -2},
    {PK_FEAST_CHRISTMAS, -1, -1},   {PK_FEAST_CHRISTMAS, 0, 1},     {PK_FEAST_CHRISTMAS, 2, 4},
    {PK_FEAST_CHRISTMAS, 5, 5},     {PK_FEAST_CHRISTMAS, 6, 6},     {PK_FEAST_CHRISTMAS, 7, 8},
    {PK_FEAST_EASTER, -6, -3},      {PK_FEAST_EASTER, -2, -1},      {PK_FEAST_EASTER, 0, 1},
    {PK_FEAST_EASTER, 2, 6},
};

static const struct feast_bucket chinese_buckets[] = {
    {PK_FEAST_SPRING_FESTIVAL, -28, -15}, {PK_FEAST_SPRING_FESTIVAL, -14, -8},
    {PK_FEAST_SPRING_FESTIVAL, -7, -1},   {PK_FEAST_SPRING_FESTIVAL, 0, 6},
    {PK_FEAST_SPRING_FESTIVAL, 7, 15},    {PK_FEAST_SPRING_FESTIVAL, 16, 28},
    {PK_FEAST_NEW_YEAR, -7, -1},          {PK_FEAST_NEW_YEAR, 0, 2},
    {PK_FEAST_QINGMING, -7, -1},          {PK_FEAST_QINGMING, 0, 2},
    {PK_FEAST_LABOUR_DAY, -7, -1},        {PK_FEAST_LABOUR_DAY, 0, 4},
    {PK_FEAST_DRAGON_BOAT, -7, -1},       {PK_FEAST_DRAGON_BOAT, 0, 2},
    {PK_FEAST_MID_AUTUMN, -14, -8},       {PK_FEAST_MID_AUTUMN, -7, -1},
    {PK_FEAST_MID_AUTUMN, 0, 2},          {PK_FEAST_NATIONAL_DAY, -7, -1},
    {PK_FEAST_NATIONAL_DAY, 0, 6},        {PK_FEAST_NATIONAL_DAY, 7, 13},
};

/* First days of the month's parts; then come the two days before the last one, and the last. */
static const int32_t month_starts[] = {1, 4, 9, 16, 23};

#define WESTERN_COUNT (sizeof western_buckets / sizeof western_buckets[0])
#define CHINESE_COUNT (sizeof chinese_buckets / sizeof chinese_buckets[0])
#define MONTH_COUNT   (sizeof month_starts / sizeof month_starts[0] + 2)
static_assert(MONTH_COUNT == PK_DESIGN_MONTH_COUNT, "a column for each part of the month");

size_t pk_design_feast_count(bool is_chinese)
{
    return is_chinese ? CHINESE_COUNT : WESTERN_COUNT;
}

size_t pk_design_promotion_column(const struct pk_design *design, size_t level,
                                  enum pk_event_part part)
{
    return design->promotion_at + level * PK_PART_COUNT + (size_t)part;
}

void pk_design_share_own_covariates(const struct pk_design *from, struct pk_design *design)
{
    design->own_covariate_count = from->own_covariate_count;
    memcpy(design->own_covariates, from->own_covariates, sizeof design->own_covariates);
}

void pk_design_free(struct pk_design *design)
{
    if (design == NULL)
        return;
    free(design->columns);
    free(design->kinds);
    free(design->scopes);
    free(design->pieces);
    free(design);
}

void pk_design_season(double date, double season[4])
{
    const double angle = TURN * date / DAYS_PER_YEAR;
    season[0] = sin(angle);
    season[1] = cos(angle);
    season[2] = sin(2 * angle);
    season[3] = cos(2 * angle);
}

static int32_t days_in_month(struct pk_civil civil)
{
    const struct pk_civil next = {civil.month == 12 ? civil.year + 1 : civil.year,
                                  civil.month == 12 ? 1 : civil.month + 1, 1};
    const struct pk_civil first = {civil.year, civil.month, 1};
    return pk_date_from_civil(next) - pk_date_from_civil(first);
}

static void fill_weekday(const struct pk_design *design, int32_t date, double *row)
{
    const struct pk_calendar_day day = pk_calendar_day(date);
    const size_t weekday = design->weekday_at + (size_t)pk_date_weekday(date);
    if (!design->calendar.feasts || (!day.public_holiday && !day.make_up_working_day)) {
        row[weekday] = 1;
        return;
    }
    row[design->holiday_at + (day.public_holiday ? 0 : 1)] = 1;
    /* A holiday is like a weekend day, a make-up day like the average of Monday to Friday. */
    for (size_t i = day.public_holiday ? 5 : 0; i < (day.public_holiday ? 7u : 5u); i++)
        row[design->weekday_at + i] = day.public_holiday ? 0.5 : 0.2;
}

static void fill_feasts(const struct feast_bucket *buckets, size_t count, int32_t date, double *row)
{
    for (size_t i = 0; i < count; i++) {
        int32_t offset;
        if (pk_calendar_feast_offset(buckets[i].feast, date, -buckets[i].from, buckets[i].to,
                                     &offset) &&
            offset >= buckets[i].from)
            row[i] = 1;
    }
}

static void fill_day(const struct pk_design *design, int32_t date, double *row)
{
    const struct pk_civil civil = pk_date_to_civil(date);
    size_t part = MONTH_COUNT - 1;
    fill_weekday(design, date, row);
    for (size_t pair = 0; pair < PK_SEASON_PAIR_COUNT && design->uses_season; pair++) {
        const double angle = TURN * (double)(pair + 1) * date / DAYS_PER_YEAR;
        row[design->season_at + 2 * pair] = sin(angle);
        row[design->season_at + 2 * pair + 1] = cos(angle);
    }
    if (civil.day < days_in_month(civil))
        part = MONTH_COUNT - 2;
    if (civil.day <= days_in_month(civil) - 3)
        for (part = MONTH_COUNT - 3; month_starts[part] > civil.day; part--)
            continue;
    row[design->month_at + part] = 1;
    if (design->calendar.feasts)
        fill_feasts(chinese_buckets, CHINESE_COUNT, date, row + design->feast_at);
    else
        fill_feasts(western_buckets, WESTERN_COUNT, date, row + design->christmas_at);
}

static bool is_before_scope(const void *row, const void *scope)
{
    const struct pk_event_scope *a = row, *b = scope;
    return a->item != b->item           ? a->item < b->item
           : a->category != b->category ? a->category < b->category
                                        : a->warehouse < b->warehouse;
}

static const struct pk_event_scope *find_scope(const struct pk_design *design, uint32_t item,
                                               uint32_t category, uint32_t warehouse)
{
    const struct pk_event_scope scope = {
        .item = item, .category = category, .warehouse = warehouse};
    const size_t at = pk_lower_bound(design->scopes, design->scope_count, sizeof *design->scopes,
                                     is_before_scope, &scope);
    if (at == design->scope_count)
        return NULL;
    const struct pk_event_scope *found = &design->scopes[at];
    return found->item == item && found->category == category && found->warehouse == warehouse
               ? found
               : NULL;
}

static bool is_before_column(const void *row, const void *column)
{
    return ((const struct pk_event_piece *)row)->column < *(const size_t *)column;
}

const struct pk_event_piece *pk_design_pieces(const struct pk_design *design,
                                              const struct pk_event_scope *scope, size_t column,
                                              size_t *out_count)
{
    const struct pk_event_piece *pieces = design->pieces + scope->piece_start;
    const size_t first =
        pk_lower_bound(pieces, scope->piece_count, sizeof *pieces, is_before_column, &column);
    size_t end = first;
    while (end < scope->piece_count && pieces[end].column == column)
        end++;
    *out_count = end - first;
    return pieces + first;
}

int32_t pk_design_piece_days(const struct pk_design *design, const struct pk_event_piece *piece,
                             int64_t from, int64_t to, int64_t *out_first, int64_t *out_last)
{
    const bool weekly = piece->column >= design->promotion_weekday_at &&
                        piece->column < design->promotion_weekday_at + 7;
    const int32_t step = weekly ? 7 : 1;
    *out_first = piece->from_date > from ? piece->from_date : from;
    *out_first += (step - (*out_first - piece->from_date) % step) % step;
    *out_last = piece->to_date < to ? piece->to_date : to;
    return step;
}

/* Adds one scope's pieces to day rows; `stamp` marks what this scope has written, so that its
 * first piece replaces what a wider scope said and the next ones compete by magnitude. */
static void fill_scope(const struct pk_design *design, const struct pk_event_scope *scope,
                       int32_t from_date, size_t day_count, uint8_t stamp, uint8_t *stamps,
                       double *rows)
{
    const int64_t end = (int64_t)from_date + (int64_t)day_count - 1;
    for (size_t i = 0; scope != NULL && i < scope->piece_count; i++) {
        const struct pk_event_piece *piece = &design->pieces[scope->piece_start + i];
        int64_t date = 0, last = 0;
        const int32_t step = pk_design_piece_days(design, piece, from_date, end, &date, &last);
        for (; date <= last; date += step) {
            const size_t cell = (size_t)(date - from_date) * design->column_count + piece->column;
            if (stamps[cell] != stamp || fabs(rows[cell]) < fabs((double)piece->value))
                rows[cell] = piece->value;
            stamps[cell] = stamp;
        }
    }
}

enum pk_status pk_design_fill(const struct pk_design *design, uint32_t category, int32_t from_date,
                              int32_t bucket_days, size_t bucket_count, double *x,
                              struct pk_error *error)
{
    const size_t width = design->column_count, length = (size_t)bucket_days;
    const size_t day_count = bucket_count * length;
    enum pk_status status = PK_OK;
    uint8_t *stamps = calloc(day_count * width + 1, 1);
    double *rows = length == 1 ? x : malloc((day_count * width + 1) * sizeof *rows);
    if (stamps == NULL || rows == NULL) {
        status =
            pk_error_set(error, PK_OUT_OF_MEMORY, "", "no memory for %zu design rows", day_count);
        goto cleanup;
    }
    memset(rows, 0, day_count * width * sizeof *rows);
    for (size_t day = 0; day < day_count; day++)
        fill_day(design, from_date + (int32_t)day, rows + day * width);
    fill_scope(design, find_scope(design, PK_INDEX_NONE, PK_INDEX_NONE, PK_INDEX_NONE), from_date,
               day_count, 1, stamps, rows);
    if (category != PK_INDEX_NONE)
        fill_scope(design, find_scope(design, PK_INDEX_NONE, category, PK_INDEX_NONE), from_date,
                   day_count, 2, stamps, rows);
    for (size_t i = 0; length > 1 && i < bucket_count * width; i++) {
        double sum = 0;
        for (size_t day = 0; day < length; day++)
            sum += rows[(i / width * length + day) * width + i % width];
        x[i] = sum / (double)length;
    }
cleanup:
    free(stamps);
    if (length > 1)
        free(rows);
    return status;
}

bool pk_design_has_own_rows(const struct pk_design *design, uint32_t category)
{
    return category != PK_INDEX_NONE &&
           find_scope(design, PK_INDEX_NONE, category, PK_INDEX_NONE) != NULL;
}

enum pk_status pk_design_fill_category(const struct pk_design *design, uint32_t category,
                                       int32_t from_date, size_t day_count, const double *common,
                                       double *x, struct pk_error *error)
{
    const size_t cells = day_count * design->column_count;
    uint8_t *stamps = calloc(cells + 1, 1);
    if (stamps == NULL)
        return pk_error_set(error, PK_OUT_OF_MEMORY, "", "no memory for %zu design rows",
                            day_count);
    memcpy(x, common, cells * sizeof *x);
    if (category != PK_INDEX_NONE)
        fill_scope(design, find_scope(design, PK_INDEX_NONE, category, PK_INDEX_NONE), from_date,
                   day_count, 2, stamps, x);
    free(stamps);
    return PK_OK;
}

size_t pk_design_scopes(const struct pk_design *design, const struct pk_shop *shop, size_t series,
                        uint32_t group_category, uint32_t scopes[PK_SERIES_SCOPE_COUNT_MAX])
{
    const uint32_t none = PK_INDEX_NONE;
    const uint32_t item = shop->series[series].item, warehouse = shop->series[series].warehouse;
    const uint32_t category = shop->items[item].category;
    const uint32_t keys[PK_SERIES_SCOPE_COUNT_MAX][3] = {{none, none, warehouse},
                                                         {none, category, none},
                                                         {none, category, warehouse},
                                                         {item, none, none},
                                                         {item, none, warehouse}};
    size_t count = 0;
    for (size_t i = 0; i < PK_SERIES_SCOPE_COUNT_MAX && design->scope_count > 0; i++) {
        if (i == 1 && group_category != none)
            continue;
        const struct pk_event_scope *scope = find_scope(design, keys[i][0], keys[i][1], keys[i][2]);
        if (scope != NULL)
            scopes[count++] = (uint32_t)(scope - design->scopes);
    }
    return count;
}

size_t pk_design_all_scopes(const struct pk_design *design, const struct pk_shop *shop,
                            size_t series,
                            const struct pk_event_scope *scopes[PK_SERIES_SCOPE_COUNT_MAX + 1])
{
    uint32_t narrow[PK_SERIES_SCOPE_COUNT_MAX];
    const size_t count = pk_design_scopes(design, shop, series, PK_INDEX_NONE, narrow);
    const struct pk_event_scope *end = design->scopes + design->scope_count;
    for (size_t i = 0; i < count; i++)
        scopes[i] = &design->scopes[narrow[i]];
    /* The scope of everything sorts last. */
    if (design->scope_count == 0 || end[-1].narrowness != 0)
        return count;
    scopes[count] = end - 1;
    return count + 1;
}

enum pk_feast pk_design_feast(const struct pk_design *design, size_t column, int32_t *out_from_days,
                              int32_t *out_to_days)
{
    const struct feast_bucket *bucket = NULL;
    if (column >= design->christmas_at && column < design->feast_at)
        bucket = &western_buckets[column - design->christmas_at];
    else if (column >= design->feast_at && column < design->promotion_at)
        bucket = &chinese_buckets[column - design->feast_at];
    if (bucket == NULL)
        return PK_FEAST_NONE;
    *out_from_days = bucket->from;
    *out_to_days = bucket->to;
    return bucket->feast;
}
