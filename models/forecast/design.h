/* The design columns X: everything that is known ahead about a day and holds for every series of a
 * shop, and the narrower events that hold for some series only.
 *
 * *Blocks*, in this order: weekday (0 = Monday), public holiday, make-up working day, day before
 * and after an irregular closure of the series, yearly Fourier pairs, position in the month,
 * Christmas build-up and Easter, Chinese feasts, promotion events (three nested levels: any kind,
 * mega kinds, each kind; nine parts), weekday of a peak, discount depth, log traffic ratio, typical
 * log lift of the kind (base/campaign_kind.h) beyond the told discount and traffic, user
 * covariates. Each level of a promotion is a column with its own ridge. So a promotion's first year
 * borrows from the wider levels, and before any promotion from the typical lift.
 *
 * *Events.* An event is a piece {column, dates, value} in a scope. On a day the narrowest scope
 * that has a value for a column decides. Within one scope the value of largest magnitude decides.
 * Promotions of one channel count as if they held for all channels, because series are sums over
 * channels. Weekly buckets hold the mean of their seven days. */
#ifndef PK_FORECAST_DESIGN_H
#define PK_FORECAST_DESIGN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "models/base/error.h"
#include "models/calendar/calendar.h"
#include "models/history/closures.h"
#include "models/history/shop.h"

/* Yearly seasons are fitted from this many days of history on: 1.25 years. The three months that
 * were seen twice tell growth from season. With 1.02 years of a growing trade (Koubei) the two
 * could not be told apart. With 1.5 years autumn is learnt too late. */
#define PK_SEASON_MIN_DAYS   456
#define PK_SEASON_PAIR_COUNT 6
/* Scopes that one series can be in beside the group's: category, warehouse, both, item, item and
 * warehouse. */
#define PK_SERIES_SCOPE_COUNT_MAX 5

#define PK_OWN_COVARIATE_MAX 5

/* What of the Chinese calendar a design holds. */
struct pk_calendar_blocks {
    bool feasts;    /* Spring Festival and the others, public holidays, make-up days; else Christmas
                       and Easter */
    bool festivals; /* shopping festivals that nobody told as promotions */
};

/* Parts of a promotion event. */
enum pk_event_part {
    PK_PART_PRESALE,
    PK_PART_WARMUP,
    PK_PART_LEAD,    /* days -3..-1 before a peak */
    PK_PART_PEAK,    /* every day of it */
    PK_PART_OPENING, /* first day of a longer peak */
    PK_PART_FINAL,   /* last day of a longer peak */
    PK_PART_ENCORE,
    PK_PART_LAG, /* days +1..+3 */
    PK_PART_DIP, /* days +4..+14 */
    PK_PART_COUNT
};

struct pk_column {
    double prior_mean, prior_sd; /* of its coefficient in the group of everything, log scale */
    bool event;                  /* promotion columns: no capping of bulk orders while one is on */
    bool seasonal;               /* yearly Fourier */
};

/* Pieces of the weekdays of a peak hold for every seventh day from from_date on. */
struct pk_event_piece {
    uint32_t column;
    float value;
    int32_t from_date, to_date; /* both included */
};

/* One scope with its pieces; narrowness 0 everything .. 4 item in one warehouse. */
struct pk_event_scope {
    uint32_t item, category, warehouse;
    uint32_t narrowness;
    size_t piece_start, piece_count;
};

/* Immutable when made. Owned arrays. */
struct pk_design {
    int32_t first_date, as_of_date;
    struct pk_calendar_blocks calendar;
    bool uses_season;
    size_t column_count;
    struct pk_column *columns;
    size_t weekday_at, holiday_at, closure_at, season_at, month_at, christmas_at, feast_at;
    /* First column of each further block; the weekdays of a peak are 7 columns. */
    size_t promotion_at, promotion_weekday_at, discount_at, traffic_at, typical_at, covariate_at;
    /* Columns of the covariates with most rows up to as-of, which series may have deviations from.
     * */
    size_t own_covariates[PK_OWN_COVARIATE_MAX], own_covariate_count;
    size_t kind_count;
    const char **kinds; /* ascending; one owned block with the strings */
    size_t scope_count;
    struct pk_event_scope *scopes; /* ascending (item, category, warehouse) */
    size_t piece_count;
    struct pk_event_piece *pieces;
};

void pk_design_free(struct pk_design *design);

/* Gives `design` the own covariates of another design with equal columns. */
void pk_design_share_own_covariates(const struct pk_design *from, struct pk_design *design);

/* Column of one part of a promotion kind: level 0 any kind, 1 mega kinds, 2 + index of the kind. */
size_t pk_design_promotion_column(const struct pk_design *design, size_t level,
                                  enum pk_event_part part);

/* Writes x[bucket_count x column_count], row-major, with everything that holds for the whole
 * group: category PK_INDEX_NONE = the group of everything. OUT_OF_MEMORY. */
enum pk_status pk_design_fill(const struct pk_design *design, uint32_t category, int32_t from_date,
                              int32_t bucket_days, size_t bucket_count, double *x,
                              struct pk_error *error);

/* True if a category has events that do not hold for everything. */
bool pk_design_has_own_rows(const struct pk_design *design, uint32_t category);

/* Writes the rows of single days of a category, day_count x column_count. `common` are the rows of
 * everything for these days, so that calendars are looked up once per shop. OUT_OF_MEMORY. */
enum pk_status pk_design_fill_category(const struct pk_design *design, uint32_t category,
                                       int32_t from_date, size_t day_count, const double *common,
                                       double *x, struct pk_error *error);

/* Scopes of a series that are narrower than its group's, ascending narrowness; returns their
 * number. */
size_t pk_design_scopes(const struct pk_design *design, const struct pk_shop *shop, size_t series,
                        uint32_t group_category, uint32_t scopes[PK_SERIES_SCOPE_COUNT_MAX]);

/* All scopes of a series, that of everything too; returns their number. */
size_t pk_design_all_scopes(const struct pk_design *design, const struct pk_shop *shop,
                            size_t series,
                            const struct pk_event_scope *scopes[PK_SERIES_SCOPE_COUNT_MAX + 1]);

/* The pieces of a column within a scope, which ascend by column; *out_count may be 0. */
const struct pk_event_piece *pk_design_pieces(const struct pk_design *design,
                                              const struct pk_event_scope *scope, size_t column,
                                              size_t *out_count);

/* Days of a piece inside a range of days: returns a step; every step-th day from *out_first to
 * *out_last is one of them. */
int32_t pk_design_piece_days(const struct pk_design *design, const struct pk_event_piece *piece,
                             int64_t from, int64_t to, int64_t *out_first, int64_t *out_last);

/* Columns of the Chinese feasts, or of the western ones. */
size_t pk_design_feast_count(bool is_chinese);

/* Columns of the position in the month. */
#define PK_DESIGN_MONTH_COUNT 7

/* The feast that a column of the Christmas or feast block is about, and the days from its main day
 * that the column covers; PK_FEAST_NONE for other columns. */
enum pk_feast pk_design_feast(const struct pk_design *design, size_t column, int32_t *out_from_days,
                              int32_t *out_to_days);

/* The two yearly Fourier pairs of the own deviations: sin and cos of one and two turns per year at
 * a day. */
void pk_design_season(double date, double season[4]);

#endif
