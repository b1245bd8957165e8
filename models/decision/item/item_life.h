/* Where an item stands in its life: new and how it starts, rising (star candidate 爆款), steady,
 * declining, dying (delist candidate 下架), dead. Pure; no allocation.
 *
 * *Rising and declining* are told by a forecast that did not know the days it is tested on: what the fit of
 * PK_LIFE_TEST_DAYS before as-of said of these days, on the days in stock, times what the typical item of the
 * category did against its forecast (season and shop; a weighted median, which stars do not move). The shop
 * itself says how far items scatter around that: spread = 1.4826 x median |z - median z| >= 1 widens
 * the forecast (empirical null; Efron 2004). With S sold and D that demand,
 *   rising    P(D >= S) <= star_probability, (S + 1) / (M + 1) >= PK_STAR_GROWTH_MIN, S >= PK_STAR_UNITS_MIN,
 *             and the days without a promotion do not deny it: P <= PK_STAR_PLAIN_PROBABILITY and
 *             growth >= PK_STAR_PLAIN_GROWTH_MIN there, so that a discount alone makes no star;
 *   declining P(D <= S) <= star_probability, (S + 1) / (M + 1) <= 1 / PK_STAR_GROWTH_MIN.
 * Of many items some pass by chance: pk_star_probability keeps their expected number below
 * PK_STAR_CHANCE_MAX for the whole shop (Bonferroni), and star_chance is the probability that this
 * item passes by chance; its sum over the items is the number of stars to expect of luck alone.
 *
 * *Dying*: more likely than not no sale in 30 days in stock, and less than PK_DYING_UNITS_MAX expected in
 * PK_DYING_SEASON_DAYS, so that an item out of season is not called so. *Dead*: could sell and did
 * not for PK_DEAD_AFTER_DAYS.
 *
 * *Launch curve*: share of its grown level that an item reaches by week since launch, of the in-stock days of past
 * launches, season and promotions divided out (shape):
 *   share[w] = sum sold[w] / sum (level x shape[w]),
 * of a category, shrunk to that of all with the weight of PK_LAUNCH_WEIGHT_UNITS. A new item is
 * judged by its own start: its first half of weeks gives a Gamma level, (y1 + 1/2) / e1 with e = sum shape x share,
 * and the second half is compared with what that level and the curve foresee (negative binomial,
 * PK_LAUNCH_SPREAD between launches). */
#ifndef PK_DECISION_ITEM_LIFE_H
#define PK_DECISION_ITEM_LIFE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "models/forecast/demand.h"

/* An item that could sell and did not for more days than these is dead. */
#define PK_DEAD_AFTER_DAYS 90
/* Days on which growth is tested: four whole weeks. */
#define PK_LIFE_TEST_DAYS 28
/* Fewer days in stock tell nothing. */
#define PK_LIFE_TEST_DAYS_MIN     14
#define PK_STAR_GROWTH_MIN        1.5
#define PK_STAR_UNITS_MIN         10
#define PK_STAR_PROBABILITY_MAX   0.005
#define PK_STAR_PLAIN_PROBABILITY 0.25
#define PK_STAR_PLAIN_GROWTH_MIN  1.25
/* Expected number of false stars of a shop. */
#define PK_STAR_CHANCE_MAX 0.5
/* Days after the launch in which an item is new; its forecast leans on others until then. */
#define PK_NEW_ITEM_DAYS         70
#define PK_NEW_ITEM_DAYS_MIN     14
#define PK_SELL_WINDOW_DAYS      30
#define PK_DYING_PROBABILITY_MAX 0.5
#define PK_DYING_SEASON_DAYS     180
#define PK_DYING_UNITS_MAX       6.0
/* |z| from which a start is ahead of or behind the curve: one-sided 5 %. */
#define PK_LAUNCH_Z 1.645
/* Relative variance between launches of what comes after the first weeks. */
#define PK_LAUNCH_SPREAD       0.05
#define PK_LAUNCH_WEEK_COUNT   10
#define PK_LAUNCH_WEIGHT_UNITS 100.0

enum pk_item_stage {
    PK_STAGE_NOT_LAUNCHED,
    PK_STAGE_NEW,
    PK_STAGE_RISING,
    PK_STAGE_STEADY,
    PK_STAGE_DECLINING,
    PK_STAGE_DYING,
    PK_STAGE_DEAD,
    PK_STAGE_ENDED,
    PK_STAGE_COUNT
};
/* "not_launched", "new", "rising", "steady", "declining", "dying", "dead", "ended". */
const char *pk_item_stage_name(enum pk_item_stage stage);

enum pk_launch_position {
    PK_LAUNCH_NONE,  /* not new */
    PK_LAUNCH_EARLY, /* too short or too few sales to tell */
    PK_LAUNCH_ON_CURVE,
    PK_LAUNCH_AHEAD,
    PK_LAUNCH_BEHIND
};
/* "", "too_early", "on_curve", "ahead_of_curve", "behind_curve". */
const char *pk_launch_position_name(enum pk_launch_position position);

/* Weeks since launch, days out of stock left out of both. A zeroed struct is empty. */
struct pk_launch_weeks {
    double sold[PK_LAUNCH_WEEK_COUNT];
    double expected[PK_LAUNCH_WEEK_COUNT]; /* of the grown item, at any one level */
};
/* share[w] > 0. */
struct pk_launch_curve {
    double share[PK_LAUNCH_WEEK_COUNT];
};

/* Adds the weeks of a past launch, expected at the level it grew to. */
void pk_launch_weeks_add(struct pk_launch_weeks *sum, const struct pk_launch_weeks *one);
/* The curve of a category that leans on the curve of all, which leans on 1. */
void pk_launch_curve_make(const struct pk_launch_weeks *own, const struct pk_launch_weeks *all,
                          struct pk_launch_curve *out_curve);

struct pk_launch {
    enum pk_launch_position position;
    double growth_ratio; /* second half over what the first half and the curve foresee */
    double z;            /* of it; 0 = too early */
    double level_ratio;  /* grown level over that of `expected` */
};
/* `weeks->expected` at any level; `dispersion` k of a day, INFINITY = Poisson. */
void pk_launch_judge(const struct pk_launch_curve *curve, const struct pk_launch_weeks *weeks,
                     int32_t age_days, double dispersion, struct pk_launch *out_launch);

/* What was sold on the days of a test and what had been forecast of them, days out of stock left out of both. */
struct pk_life_test {
    double sold_units;
    int32_t days;              /* in stock */
    struct pk_window forecast; /* mean 0 = nothing was forecast */
};

struct pk_item_life_input {
    int32_t next_date;                        /* the day after as-of */
    int32_t launch_date;                      /* given, else the first sale */
    int32_t last_sale_date, end_date;         /* PK_DATE_NONE = none */
    int32_t first_stock_date;                 /* PK_DATE_NONE = unknown */
    bool is_out_of_stock_long;                /* not known in stock for most of the last 90 days */
    struct pk_life_test all_days, plain_days; /* plain: without a promotion of the item */
    double common_ratio;                      /* pk_common_ratio of its category; 1 = as forecast */
    double spread;                            /* >= 1, of the shop's items; 0 counts as 1 */
    double star_probability;                  /* pk_star_probability */
    double sell_probability;                  /* of a sale in PK_SELL_WINDOW_DAYS, in stock */
    double season_units;                      /* expected in PK_DYING_SEASON_DAYS */
    const struct pk_launch_curve *curve;      /* of its category; NULL = no new item */
    struct pk_launch_weeks launch_weeks;      /* of a new item */
    double dispersion;
};

struct pk_item_life {
    enum pk_item_stage stage;
    struct pk_launch launch; /* position NONE unless new */
    double growth_ratio;     /* (S + 1) / (M + 1); of a new item that of its launch; 0 = unknown */
    double z;           /* normal quantile of the mid-probability of what was sold; 0 = unknown */
    double probability; /* one-sided probability of so much, or so little, by chance; 1 = unknown */
    double rising_units;       /* sold more than foreseen; 0 unless it rises */
    double star_chance;        /* that it would pass as rising by chance */
    int32_t days_without_sale; /* -1 = unknown */
};

/* Level at which one item is tested when `tested_count` are. */
double pk_star_probability(size_t tested_count);

/* Days since it last sold, or since it could first have; -1 if neither is known. */
int32_t pk_item_days_without_sale(const struct pk_item_life_input *input);

void pk_item_life_judge(const struct pk_item_life_input *input, struct pk_item_life *out_life);

/* What the typical item did against its forecast. */
struct pk_common_item {
    double ratio;  /* (S + 1/2) / (M + 1/2) */
    double weight; /* M / (1 + M / PK_COMMON_WEIGHT_MAX): its precision, no item more than that */
};
#define PK_COMMON_WEIGHT_MAX 20.0
/* Items of which less was forecast say nothing. */
#define PK_COMMON_UNITS_MIN 3.0
/* Weight of the shop in the ratio of a category. */
#define PK_COMMON_SHOP_WEIGHT 60.0
struct pk_common_item pk_common_item_of(const struct pk_life_test *test);
/* Weighted median of the ratios of items[count], sorted in place, shrunk to `of_shop` (on logs); within
 * 1/2 .. 2. `of_shop` without items. */
double pk_common_ratio(struct pk_common_item *items, size_t count, double of_shop);

/* The empirical spread of z[count], sorted in place: 1 .. 3, 1 for fewer than PK_SPREAD_COUNT_MIN. */
#define PK_SPREAD_COUNT_MIN 30
double pk_life_spread(double *z, size_t count);

#endif
