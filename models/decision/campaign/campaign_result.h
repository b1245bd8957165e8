/* The results of a campaign: demand against ordinary days, the slump after it, how well it was
 * stocked and forecast, its money. Pure; no allocation.
 *
 * *Level.* The model knows the shape of ordinary days, but the level of as-of. The level at the
 * time of the campaign is measured on the ordinary days around it. S units were sold on days of
 * which the model makes F, each day weighted by its share in stock. r0 is that ratio for the
 * category. Then
 *   log r = (n log((S + 1/2) / (F + 1/2r0)) + log(r0) / t^2) / (n + 1 / t^2),  n = (S + 1/2) / f,
 * f = variance / mean of a day, t = PK_CAMPAIGN_LEVEL_SD; var(log r) = 1 / (n + 1 / t^2) (normal
 * prior and likelihood on the log scale; Gelman et al., Bayesian Data Analysis, 2.5).
 *
 * *Demand* of a day that was in stock for the share a is sold + lost, lost = (1 - a) r c m. Here m
 * is the model's mean of the day with its promotions, and c = (4 + sold) / (4 + sum a r m) over the
 * window.
 *
 * *Lift* = sum D / sum B, B = r x ordinary day. Its variance holds the noise of the day (negative
 * binomial), the error of levels, and the error of the ordinary shape of a whole group:
 *   var = max(sum var(D) + L^2 sum B^2 var(log r), n/(n-1) sum (D - L B)^2) / (sum B)^2 + (s L)^2
 * with s = PK_CAMPAIGN_SHAPE_SD (PK_CAMPAIGN_DIP_SHAPE_SD after the end). The second argument of
 * max is that of a ratio estimator between items (Cochran, Sampling Techniques, 1977, ch. 6); it
 * counts from three lines on. */
#ifndef PK_DECISION_CAMPAIGN_RESULT_H
#define PK_DECISION_CAMPAIGN_RESULT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Spread of the levels of a category's items around its own, as they move within a year. */
#define PK_CAMPAIGN_LEVEL_SD 0.5
/* Relative error of the ordinary days of a group under a campaign. */
#define PK_CAMPAIGN_SHAPE_SD 0.05
/* Relative error of the ordinary days of a group in the days after a campaign. A slump on equal
 * dates of every year is hard to tell from the season. */
#define PK_CAMPAIGN_DIP_SHAPE_SD 0.10
/* Weight of the model's lift, in units sold, where lost sales are estimated. */
#define PK_CAMPAIGN_PRIOR_UNITS 4.0
/* If the model makes less than this part of the units sold, it has lost the item: its ordinary days
 * are taken as flat. */
#define PK_CAMPAIGN_LOST_LEVEL 0.02
/* Days after the end that are watched for a slump. */
#define PK_CAMPAIGN_DIP_DAYS 14
/* Days after the end in which returns are counted. */
#define PK_CAMPAIGN_RETURN_DAYS 30
/* Stock within this part of demand was right. */
#define PK_STOCKING_TOLERANCE 0.15
/* Days of ordinary demand that may be left at the end without being too much. */
#define PK_STOCKING_LEFT_DAYS 30

enum pk_campaign_span {
    PK_SPAN_NONE,     /* not used */
    PK_SPAN_ORDINARY, /* measures the level */
    PK_SPAN_PRESALE,  /* shown by day, in no sum */
    PK_SPAN_WINDOW,
    PK_SPAN_DIP
};

/* One bucket of one series in or around a campaign. */
struct pk_campaign_bucket {
    enum pk_campaign_span span;
    bool is_ahead;          /* after as-of: expected_units is its demand */
    double sold_units;      /* demand served; 0 ahead */
    double available_ratio; /* share of the bucket in stock, 0..1; unknown = 1 */
    double ordinary_units;  /* of the model without promotions, at the level of as-of */
    double expected_units;  /* of the model with them */
};

/* The part of a window that lies ahead: its mean in units, and the standard deviation of its lifts
 * in units, which lines share. */
struct pk_campaign_ahead {
    double total_units, lift_sd;
};

/* The ordinary days around a campaign, of a line or summed over lines. Zero = empty. */
struct pk_campaign_level_sums {
    double sold_units, model_units, bucket_count;
    double spread; /* sum of squared model units */
};

struct pk_campaign_level {
    double ratio;             /* r: the level at that time / the level of as-of; > 0 */
    double relative_variance; /* of the ratio */
};

/* The ordinary buckets of a line. */
struct pk_campaign_level_sums pk_campaign_level_sums_of(const struct pk_campaign_bucket *buckets,
                                                        size_t count);

/* Adds a line to a category or the shop; lines that the model has lost are left out. */
void pk_campaign_level_sums_add(struct pk_campaign_level_sums *sums,
                                const struct pk_campaign_level_sums *line);

/* Ratio of a category or the shop; `fallback` without evidence. */
double pk_campaign_level_ratio(const struct pk_campaign_level_sums *sums, double fallback);

/* The level of a line; dispersion k > 0, INFINITY = Poisson. If the model has lost the item, its
 * buckets become flat: ordinary_units and expected_units are changed, and the ratio is 1. */
struct pk_campaign_level pk_campaign_level_of(struct pk_campaign_bucket *buckets, size_t count,
                                              double dispersion, double category_ratio);

/* Demand against ordinary days, as sums over lines. Zero = empty. */
struct pk_lift_sum {
    size_t count;
    double sold, lost, ahead; /* demand = their sum */
    double demand, baseline;
    double noise_variance, level_variance;
    double shared_sd; /* error of lifts ahead */
    double shape_sd;  /* s above */
    double demand_square, product, baseline_square;
};
void pk_lift_sum_add(struct pk_lift_sum *sum, const struct pk_lift_sum *line);

struct pk_lift {
    bool is_defined; /* false: no ordinary day would have sold anything */
    double ratio, standard_error;
};
struct pk_lift pk_lift_of(const struct pk_lift_sum *sum);

/* The buckets of one span as one line. `ahead` NULL = none of them lies ahead. If days_out[count]
 * is not NULL, each bucket is added to it as a line. */
struct pk_lift_sum pk_campaign_line_of(const struct pk_campaign_bucket *buckets, size_t count,
                                       enum pk_campaign_span span, double dispersion,
                                       const struct pk_campaign_level *level,
                                       const struct pk_campaign_ahead *ahead,
                                       struct pk_lift_sum *days_out);

/* The stock of one line and its forecast need, in units; NAN = not known. */
struct pk_campaign_supply {
    double start_units, received_units; /* sellable at the start, come in until the end */
    double forecast_units;              /* mean, by the fit of the day before the start */
    double q50_units, q90_units;        /* by that fit too */
    double gap_units;                   /* max(q50 - stocked, 0), or the gap of readiness */
    double left_demand_units;           /* ordinary demand of PK_STOCKING_LEFT_DAYS days */
};

/* Money in units of the store's currency; NAN = not known. */
struct pk_campaign_takings {
    double gmv, discount, profit;
};

/* One line of a result. */
struct pk_campaign_line {
    struct pk_lift_sum window, dip;
    struct pk_campaign_supply supply;
    struct pk_campaign_takings money;
    double paid_units, returned_units; /* from the start to 30 days after the end */
    /* Presale deposits of the item, and how many of them paid the balance (NAN = not given). If an
     * item has several warehouses, its first line holds both. */
    double deposit_units, balance_paid_units;
    bool has_overlap; /* another promotion ran too */
};

/* Sums over a scope. Zero but for its first members = empty. */
struct pk_campaign_sum {
    bool has_begun, is_over; /* up to as-of */
    int32_t days_after;      /* days of the history after its end */
    size_t line_count, overlap_count;
    struct pk_lift_sum window, dip;
    size_t stock_count, right_count;
    double start_units, received_units, stocked_sold, stocked_demand;
    double excess_units, short_units, left_over_units;
    size_t gap_count;
    double gap_units, gap_q50_units;
    size_t forecast_count, under_q50_count, under_q90_count;
    double forecast_units, forecast_demand, forecast_error, q50_units, q90_units;
    size_t gmv_count, discount_count, profit_count;
    double gmv, discount, profit;
    double paid_units, returned_units;
    double deposit_units, converted_deposit_units, balance_paid_units;
};
void pk_campaign_sum_add(struct pk_campaign_sum *sum, const struct pk_campaign_line *line);

/* The figures of a campaign, in the order of the answer. */
enum pk_campaign_metric {
    PK_CAMPAIGN_LINES,
    PK_CAMPAIGN_SOLD,
    PK_CAMPAIGN_LOST,
    PK_CAMPAIGN_DEMAND,
    PK_CAMPAIGN_BASELINE,
    PK_CAMPAIGN_LIFT,
    PK_CAMPAIGN_DIP,          /* 1 - demand / baseline of the 14 days after */
    PK_CAMPAIGN_PULL_FORWARD, /* units that the slump lost / units beyond ordinary days */
    PK_CAMPAIGN_STOCK_START,
    PK_CAMPAIGN_RECEIVED,
    PK_CAMPAIGN_SELL_THROUGH, /* 售罄率: sold / (start + received) */
    PK_CAMPAIGN_ACCURACY,     /* 备货准确率: 1 - sum |stocked - demand| / sum demand */
    PK_CAMPAIGN_RIGHT,        /* share of lines within +-15 % */
    PK_CAMPAIGN_EXCESS,       /* stocked beyond demand / demand */
    PK_CAMPAIGN_SHORT,        /* demand beyond stocked / demand */
    PK_CAMPAIGN_LEFT_OVER,    /* left beyond 30 ordinary days / demand */
    PK_CAMPAIGN_GAP,          /* 备货缺口率: max(F50 - stocked, 0) / F50 */
    PK_CAMPAIGN_FORECAST,     /* mean, by the fit of the day before the start */
    PK_CAMPAIGN_ERROR,        /* sum |forecast - demand| / sum demand */
    PK_CAMPAIGN_BIAS,         /* forecast / demand - 1 */
    PK_CAMPAIGN_COVER_Q50,    /* share of lines with demand <= F50 */
    PK_CAMPAIGN_COVER_Q90,
    PK_CAMPAIGN_GMV,
    PK_CAMPAIGN_DISCOUNT,
    PK_CAMPAIGN_PROFIT,
    PK_CAMPAIGN_RETURNS,    /* returned / paid, from the start to 30 days after the end */
    PK_CAMPAIGN_DEPOSITS,   /* presale units with a deposit */
    PK_CAMPAIGN_CONVERSION, /* share of the deposits that paid the balance */
    PK_CAMPAIGN_METRIC_COUNT
};
/* "sold_units", "lift_ratio", "stocking_accuracy", "gap_ratio", ...; static. */
const char *pk_campaign_metric_name(enum pk_campaign_metric metric);

enum pk_campaign_basis {
    PK_BASIS_RESULT,  /* it happened */
    PK_BASIS_SO_FAR,  /* of the days up to as-of */
    PK_BASIS_FORECAST /* expected, for all days or for the days to come */
};
/* "result", "so_far", "forecast"; static. */
const char *pk_campaign_basis_name(enum pk_campaign_basis basis);

struct pk_campaign_figure {
    bool is_defined; /* false: not known, or not there yet */
    double value;
    double standard_error; /* NAN = none is given */
    enum pk_campaign_basis basis;
};
struct pk_campaign_figure pk_campaign_figure_of(const struct pk_campaign_sum *sum,
                                                enum pk_campaign_metric metric);

/* Stocking accuracy 备货准确率 and gap rate 备货缺口率 as key figures: value, numerator,
 * denominator. The accuracy is 1 - numerator / denominator, the gap rate is numerator /
 * denominator. False if nothing is known. */
bool pk_campaign_stocking_accuracy(const struct pk_campaign_sum *sum, double *out_value,
                                   double *out_missed_units, double *out_demand_units);
bool pk_campaign_gap_ratio(const struct pk_campaign_sum *sum, double *out_value,
                           double *out_gap_units, double *out_forecast_units);

/* Which way a scope was stocked wrongly: -1 short, 1 too much, 0 right or unknown. Short: more than
 * PK_STOCKING_TOLERANCE of demand was not in stock. Too much: more than that part of demand was
 * left beyond PK_STOCKING_LEFT_DAYS ordinary days. */
int pk_campaign_stocking_miss(const struct pk_campaign_sum *sum);

#endif
