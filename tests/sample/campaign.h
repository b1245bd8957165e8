/* The simulated shop's campaign calendar: shop-wide campaigns of every year by rule, monthly
 * item deals by draw. */
#ifndef PK_SAMPLE_CAMPAIGN_H
#define PK_SAMPLE_CAMPAIGN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "models/base/error.h"
#include "tests/sample/catalogue.h"

enum pk_shop_kind {
    PK_SHOP_KIND_DOUBLE11,
    PK_SHOP_KIND_DOUBLE12,
    PK_SHOP_KIND_618,
    PK_SHOP_KIND_99,
    PK_SHOP_KIND_WOMEN_DAY,
    PK_SHOP_KIND_NEW_YEAR_GOODS,
    PK_SHOP_KIND_SPRING_FESTIVAL,
    PK_SHOP_KIND_JUHUASUAN, /* item deals; no rule */
    PK_SHOP_KIND_BRAND_DAY  /* one draft after the history, never approved; no rule */
};

enum pk_shop_phase {
    PK_SHOP_PHASE_PRESALE,
    PK_SHOP_PHASE_WARMUP,
    PK_SHOP_PHASE_PEAK,
    PK_SHOP_PHASE_ENCORE,
    PK_SHOP_PHASE_COUNT
};

/* Days of a phase relative to the anchor day, both included; `last < first` = the kind has no
 * such phase. */
struct pk_shop_span {
    int32_t first;
    int32_t last;
};

/* One kind of shop-wide campaign. */
struct pk_shop_rule {
    const char *kind;    /* as in promotions.csv */
    const char *id_stem; /* the promotion id is STEM-YEAR */
    const char *name;
    bool lunar; /* anchored at the lunar new year, else at month, day */
    int32_t month;
    int32_t day;
    struct pk_shop_span spans[PK_SHOP_PHASE_COUNT];
    double traffic_ratios[PK_SHOP_PHASE_COUNT]; /* lift at an unchanged price */
    int32_t discount_percents[PK_SHOP_PHASE_COUNT];
    double waiting_ratio;  /* on the three days before the peak */
    double slump_depth;    /* share lost on the first day after the campaign ... */
    int32_t slump_days;    /* ... back to nothing after so many days */
    double foresight_days; /* extra days of cover that the planners believe it needs */
};

/* One occurrence; days are day indices, PK_SHOP_DAY_NONE where the kind has no such phase. */
struct pk_shop_campaign {
    enum pk_shop_kind kind;
    int32_t year;
    int32_t first_days[PK_SHOP_PHASE_COUNT];
    int32_t last_days[PK_SHOP_PHASE_COUNT];
    int32_t first_day; /* of all phases */
    int32_t last_day;
};

/* One item's own discount for some days. */
struct pk_shop_deal {
    char promotion_id[32];
    int32_t item;
    int32_t first_day;
    int32_t last_day;
    int32_t discount_percent;
};

/* Everything that is on, in the days of one shop. */
struct pk_shop_calendar {
    int32_t start_date; /* epoch days of day 0 */
    int32_t history_day_count;
    int32_t day_count;
    struct pk_shop_campaign *campaigns; /* by first day within a year; owned */
    size_t campaign_count;
    struct pk_shop_deal *deals; /* by first day; owned */
    size_t deal_count;
};

/* Table entry of a kind that has a rule (all before PK_SHOP_KIND_JUHUASUAN). */
const struct pk_shop_rule *pk_shop_rule_get(enum pk_shop_kind kind);

/* Names as in promotions.csv. */
const char *pk_shop_kind_name(enum pk_shop_kind kind);
const char *pk_shop_phase_name(enum pk_shop_phase phase);

/* Lift of the deals at an unchanged price. */
double pk_shop_deal_traffic_ratio(void);

/* Epoch days of the lunar new year of `year` (2022..2030), PK_DATE_NONE outside. Dates: Hong
 * Kong Observatory, Gregorian-Lunar calendar conversion table. */
int32_t pk_shop_lunar_new_year(int32_t year);

/* Fills *out_calendar with all campaigns that touch the shop's days or begin within 100 days
 * after the history, and the deals up to the last day. Free with pk_shop_calendar_done.
 * OUT_OF_MEMORY. */
enum pk_status pk_shop_calendar_init(struct pk_shop_calendar *out_calendar, int32_t start_date,
                                     int32_t history_day_count, int32_t day_count,
                                     const struct pk_shop_item *items, size_t item_count,
                                     uint64_t seed, struct pk_error *error);
void pk_shop_calendar_done(struct pk_shop_calendar *calendar);

/* Part of the price taken off on a phase day in a category, percent; the category's extra counts
 * on the peak only. */
int32_t pk_shop_campaign_discount(enum pk_shop_kind kind, enum pk_shop_phase phase,
                                  int32_t category);

#endif
