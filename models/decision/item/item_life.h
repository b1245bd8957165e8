/* Where an item stands in its life: new (and how it starts), rising (star candidate 爆款候选),
 * steady, declining, dying (candidate to delist 下架), dead. Pure; no allocation.
 *
 * *Test.* A forecast that did not know the test days tells rising and declining: the fit of
 * PK_LIFE_TEST_DAYS before as-of, for the days in stock since then. It is multiplied by the ratio
 * of the typical item of the category to its own forecast (season and shop; a weighted median,
 * which stars do not move). The shop tells how far items scatter around that: spread = 1.4826 x
 * median |z - median z| >= 1 widens the forecast (empirical null; Efron 2004).
 *
 * With S units sold, D that demand and M its mean, an item is
 *   rising     if P(D >= S) <= star_probability, (S + 1) / (M + 1) >= PK_STAR_GROWTH_MIN,
 *              S >= PK_STAR_UNITS_MIN, and on the days without a promotion
 *              P <= PK_STAR_PLAIN_PROBABILITY and growth >= PK_STAR_PLAIN_GROWTH_MIN, so that a
 *              discount alone makes no star;
 *   declining  if P(D <= S) <= star_probability and (S + 1) / (M + 1) <= 1 / PK_STAR_GROWTH_MIN.
 *
 * *Chance.* Of many items some pass by chance. pk_star_probability keeps their expected number
 * below PK_STAR_CHANCE_MAX for the whole shop (Bonferroni). star_chance is the probability that one
 * item passes by chance. Its sum over the items is the number of stars to expect of luck alone.
 *
 * *Dying*: no sale in 30 days in stock is more likely than not, and less than PK_DYING_UNITS_MAX
 * units are expected in PK_DYING_SEASON_DAYS. The second condition spares items out of season.
 *
 * *Dead*: the item could sell and did not for more than PK_DEAD_AFTER_DAYS.
 *
 * *Launch curve*: the share of its grown level that an item reaches in each week since launch. It
 * is learnt from the in-stock days of past launches, with season and promotions divided out
 * (shape):
 *   share[w] = sum sold[w] / sum (level x shape[w]).
 * The curve of a category is shrunk to that of all with the weight of PK_LAUNCH_WEIGHT_UNITS.
 *
 * *New item.* It is judged by its own start. The first half of its weeks gives a Gamma level,
 * (y1 + 1/2) / e1 with e = sum shape x share. The second half is compared with the demand that this
 * level and the curve forecast (negative binomial, PK_LAUNCH_SPREAD between launches). */
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
/* With fewer days in stock nothing is tested. */
#define PK_LIFE_TEST_DAYS_MIN 14
/* Bounds of the test above. */
#define PK_STAR_GROWTH_MIN        1.5
#define PK_STAR_UNITS_MIN         10
#define PK_STAR_PROBABILITY_MAX   0.005
#define PK_STAR_PLAIN_PROBABILITY 0.25
#define PK_STAR_PLAIN_GROWTH_MIN  1.25
/* Expected number of false stars of a shop. */
#define PK_STAR_CHANCE_MAX 0.5
/* Days after the launch in which an item is new, because its forecast leans on others; a start is
 * judged after the second number of days. */
#define PK_NEW_ITEM_DAYS     70
#define PK_NEW_ITEM_DAYS_MIN 14
/* Bounds of dying, as above. */
#define PK_SELL_WINDOW_DAYS      30
#define PK_DYING_PROBABILITY_MAX 0.5
#define PK_DYING_SEASON_DAYS     180
#define PK_DYING_UNITS_MAX       6.0
/* A start is ahead of or behind the curve from this |z| on: one-sided 5 %. */
#define PK_LAUNCH_Z 1.645
/* Relative variance, between launches, of the sales after the first weeks. */
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

/* Units of the weeks since launch, without days out of stock. A zeroed struct is empty. */
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
    /* Units of the second half / their forecast by the first half and the curve; 0 = too early. */
    double growth_ratio;
    double z;           /* normal quantile of the second half in that forecast; 0 = too early */
    double level_ratio; /* grown level / the level of `expected` */
};
/* Judges a start. `weeks->expected` is at any one level; `dispersion` is k of a day, INFINITY =
 * Poisson. */
void pk_launch_judge(const struct pk_launch_curve *curve, const struct pk_launch_weeks *weeks,
                     int32_t age_days, double dispersion, struct pk_launch *out_launch);

/* Units sold on the days of a test, and the forecast of those days, both without days out of stock.
 * */
struct pk_life_test {
    double sold_units;
    int32_t days;              /* in stock */
    struct pk_window forecast; /* of a fit before the test; mean 0 = no demand was forecast */
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
    double sell_probability;                  /* of a sale in PK_SELL_WINDOW_DAYS in stock */
    double season_units;                      /* expected in PK_DYING_SEASON_DAYS */
    const struct pk_launch_curve *curve;      /* of its category; NULL = no new item */
    struct pk_launch_weeks launch_weeks;      /* of a new item */
    double dispersion;                        /* k of a day; INFINITY = Poisson */
};

struct pk_item_life {
    enum pk_item_stage stage;
    struct pk_launch launch;   /* position NONE unless new */
    double growth_ratio;       /* (S + 1) / (M + 1); of a new item its launch's; 0 = unknown */
    double z;                  /* normal quantile of the mid-probability of S; 0 = unknown */
    double probability;        /* one-sided, of S or farther from M, by chance; 1 = unknown */
    double rising_units;       /* S beyond the forecast; 0 unless it rises */
    double star_chance;        /* probability to pass as rising by chance */
    int32_t days_without_sale; /* -1 = unknown */
};

/* Probability at which one item is tested if `tested_count` items are. */
double pk_star_probability(size_t tested_count);

/* Days since it last sold, or since it could first have; -1 if neither is known. */
int32_t pk_item_days_without_sale(const struct pk_item_life_input *input);

/* Judges an item. */
void pk_item_life_judge(const struct pk_item_life_input *input, struct pk_item_life *out_life);

/* One item's part in the ratio of the typical item to its forecast. */
struct pk_common_item {
    double ratio;  /* (S + 1/2) / (M + 1/2) */
    double weight; /* its precision M / (1 + M / PK_COMMON_WEIGHT_MAX) */
};
/* No item weighs more than this. */
#define PK_COMMON_WEIGHT_MAX 20.0
/* An item with a smaller forecast, in units, has no weight. */
#define PK_COMMON_UNITS_MIN 3.0
/* Weight of the shop in the ratio of a category. */
#define PK_COMMON_SHOP_WEIGHT 60.0
struct pk_common_item pk_common_item_of(const struct pk_life_test *test);
/* Weighted median of the ratios of items[count], sorted in place, shrunk to the shop's ratio
 * `of_shop` on the log scale, within 1/2 .. 2. Without items it is `of_shop`. */
double pk_common_ratio(struct pk_common_item *items, size_t count, double of_shop);

/* With fewer items the spread is 1. */
#define PK_SPREAD_COUNT_MIN 30
/* Spread of z[count], sorted in place: 1 .. 3. */
double pk_life_spread(double *z, size_t count);

#endif
