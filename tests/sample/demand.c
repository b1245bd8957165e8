#include "tests/sample/demand.h"

#include <math.h>
#include <stdlib.h>

#include "models/base/date.h"
#include "tests/sample/random.h"

#define TWO_PI        6.283185307179586
#define DAYS_PER_YEAR 365.25
/* Means are multiples of 2^-20, so that a last-digit difference of exp() between machines
 * vanishes. */
#define MEAN_GRID 1048576.0

/* One day of one item before the warehouses share it. */
struct item_day {
    double log_lift;
    int32_t discount_percent;
};

void pk_shop_livestream_fill(struct pk_shop *shop)
{
    for (int32_t category = 0; category < PK_SHOP_CATEGORY_COUNT; category++) {
        struct pk_shop_random random;
        pk_shop_random_init(&random, shop->settings.seed, PK_SHOP_STREAM_LIVESTREAM,
                            (uint64_t)category);
        double *hours = shop->livestream_hours + (size_t)category * (size_t)shop->day_count;
        for (int32_t day = pk_shop_random_integer(&random, 0, 20); day < shop->day_count;
             day += pk_shop_random_integer(&random, 9, 24))
            hours[day] = pk_shop_random_integer(&random, 2, 4);
    }
}

double pk_shop_traffic_lift(const struct pk_shop_item *item, enum pk_shop_kind kind,
                            double traffic_ratio)
{
    double sensitivity = pk_shop_categories[item->category].campaign_sensitivity *
                         item->lift_sensitivity * item->kind_sensitivity[kind];
    return exp(log(traffic_ratio) * sensitivity);
}

double pk_shop_price_lift(const struct pk_shop_item *item, int32_t discount_percent)
{
    return pow((100.0 - discount_percent) / 100.0, item->elasticity);
}

static void add_log_lift(struct item_day *days, int32_t day_count, int32_t day, double log_lift)
{
    if (day >= 0 && day < day_count)
        days[day].log_lift += log_lift;
}

/* How much better a campaign goes for an item than its kind usually does, on a log scale: half of
 * the variance is the shop's, a quarter the category's, a quarter the item's. */
static double campaign_surprise(const struct pk_shop *shop, const struct pk_shop_item *item,
                                const struct pk_shop_campaign *campaign)
{
    const uint64_t occurrence = (uint64_t)campaign->year * PK_SHOP_KIND_COUNT + campaign->kind;
    const uint64_t owners[] = {0, 1 + (uint64_t)item->category,
                               1 + PK_SHOP_CATEGORY_COUNT + (uint64_t)(item - shop->items)};
    static const double parts[] = {0.7071, 0.5, 0.5};
    double sum = 0;
    for (size_t i = 0; i < sizeof parts / sizeof *parts && shop->settings.surprise_sd > 0; i++) {
        struct pk_shop_random random;
        pk_shop_random_init(&random, shop->settings.seed, PK_SHOP_STREAM_SURPRISE,
                            (occurrence << 16) + owners[i]);
        sum += parts[i] * shop->settings.surprise_sd * pk_shop_random_normal(&random);
    }
    return sum;
}

/* Phases, the waiting days before the peak and the slump after the end. */
static void apply_campaign(const struct pk_shop *shop, const struct pk_shop_item *item,
                           const struct pk_shop_campaign *campaign, struct item_day *days)
{
    const struct pk_shop_rule *rule = pk_shop_rule_get(campaign->kind);
    const double surprise = campaign_surprise(shop, item, campaign);
    for (int phase = 0; phase < PK_SHOP_PHASE_COUNT; phase++) {
        if (campaign->first_days[phase] == PK_SHOP_DAY_NONE)
            continue;
        double lift = log(pk_shop_traffic_lift(item, campaign->kind, rule->traffic_ratios[phase]));
        int32_t percent =
            pk_shop_campaign_discount(campaign->kind, (enum pk_shop_phase)phase, item->category);
        for (int32_t day = campaign->first_days[phase]; day <= campaign->last_days[phase]; day++) {
            add_log_lift(days, shop->day_count, day,
                         phase == PK_SHOP_PHASE_PRESALE ? lift : lift + surprise);
            if (day >= 0 && day < shop->day_count)
                days[day].discount_percent = percent;
        }
    }
    int32_t peak_day = campaign->first_days[PK_SHOP_PHASE_PEAK];
    for (int32_t day = peak_day - 3; day < peak_day; day++)
        add_log_lift(days, shop->day_count, day, log(rule->waiting_ratio));
    for (int32_t after = 1; after <= rule->slump_days; after++) {
        double depth =
            rule->slump_depth * (double)(rule->slump_days + 1 - after) / (double)rule->slump_days;
        add_log_lift(days, shop->day_count, campaign->last_day + after, log(1 - depth));
    }
}

static void apply_deals(const struct pk_shop *shop, int32_t item_index, struct item_day *days)
{
    const struct pk_shop_item *item = &shop->items[item_index];
    double lift =
        log(pk_shop_traffic_lift(item, PK_SHOP_KIND_JUHUASUAN, pk_shop_deal_traffic_ratio()));
    for (size_t i = 0; i < shop->calendar.deal_count; i++) {
        const struct pk_shop_deal *deal = &shop->calendar.deals[i];
        if (deal->item != item_index)
            continue;
        for (int32_t day = deal->first_day; day <= deal->last_day; day++) {
            add_log_lift(days, shop->day_count, day, lift);
            if (day >= 0 && day < shop->day_count)
                days[day].discount_percent = deal->discount_percent;
        }
    }
}

static double season_log(const struct pk_shop_category *category, int32_t day_of_year)
{
    double year = TWO_PI * (day_of_year - category->year_peak_day) / DAYS_PER_YEAR;
    double half_year = 2 * TWO_PI * (day_of_year - category->half_year_peak_day) / DAYS_PER_YEAR;
    return category->year_amplitude * cos(year) + category->half_year_amplitude * cos(half_year);
}

/* Ramp after the launch, decline before the end date or before the death; 0 outside the life. */
static double life_ratio(const struct pk_shop_item *item, int32_t day)
{
    if (!pk_shop_item_lives(item, day))
        return 0;
    double age_days = day - item->launch_day;
    double ratio = 0.35 + 0.65 * (1 - exp(-age_days / 25));
    if (item->end_day != PK_SHOP_DAY_NONE && day > item->end_day - 60)
        ratio *= 0.3 + 0.7 * (item->end_day - day) / 60;
    if (item->dead_day != PK_SHOP_DAY_NONE)
        ratio *= fmin(1, fmax(0, (item->dead_day - day) / 120.0));
    return ratio;
}

static double slow_trend_log(const struct pk_shop *shop, const struct pk_shop_item *item,
                             int32_t day)
{
    int32_t knot = day / PK_SHOP_KNOT_DAYS;
    double part = (double)(day % PK_SHOP_KNOT_DAYS) / PK_SHOP_KNOT_DAYS;
    double knots = item->level_knots[knot] * (1 - part) + item->level_knots[knot + 1] * part;
    double growth = pk_shop_categories[item->category].growth_per_year *
                    (day - shop->settings.history_day_count) / DAYS_PER_YEAR;
    int32_t aged_days = item->launch_day > 0 ? day - item->launch_day : day;
    return knots + growth + item->ageing_per_day * aged_days;
}

static void fill_item_means(const struct pk_shop *shop, int32_t item_index, struct item_day *days,
                            double *out_means)
{
    const struct pk_shop_item *item = &shop->items[item_index];
    const struct pk_shop_category *category = &pk_shop_categories[item->category];
    const double *livestream =
        shop->livestream_hours + (size_t)item->category * (size_t)shop->day_count;
    for (int32_t day = 0; day < shop->day_count; day++)
        days[day] = (struct item_day){0};
    for (size_t i = 0; i < shop->calendar.campaign_count; i++)
        apply_campaign(shop, item, &shop->calendar.campaigns[i], days);
    apply_deals(shop, item_index, days);

    for (int32_t day = 0; day < shop->day_count; day++) {
        int32_t date = shop->start_date + day;
        struct pk_civil civil = pk_date_to_civil(date);
        int32_t year_start = pk_date_from_civil((struct pk_civil){civil.year, 1, 1});
        double price_ratio =
            (double)pk_shop_item_price(item, day) / (double)item->list_price_micros;
        double log_mean = season_log(category, date - year_start) +
                          slow_trend_log(shop, item, day) + days[day].log_lift +
                          PK_SHOP_LIVESTREAM_EFFECT * livestream[day] +
                          item->elasticity * log(price_ratio);
        out_means[day] = item->units_per_day * life_ratio(item, day) * exp(log_mean) *
                         category->weekday_ratios[pk_date_weekday(date)] *
                         pk_shop_price_lift(item, days[day].discount_percent);
    }
}

static void fill_series(struct pk_shop *shop, size_t series_index, const struct item_day *item_days,
                        const double *item_means)
{
    const struct pk_shop_series *series = &shop->series[series_index];
    const struct pk_shop_item *item = &shop->items[series->item];
    double share = item->warehouse_shares[series->warehouse];
    struct pk_shop_random random;
    pk_shop_random_init(&random, shop->settings.seed, PK_SHOP_STREAM_DEMAND,
                        (uint64_t)series->item * PK_SHOP_WAREHOUSE_COUNT +
                            (uint64_t)series->warehouse);
    for (int32_t day = 0; day < shop->day_count; day++) {
        struct pk_shop_day *record = pk_shop_day_at(shop, series_index, day);
        record->mean_units = floor(item_means[day] * share * MEAN_GRID + 0.5) / MEAN_GRID;
        record->discount_percent = item_days[day].discount_percent;
        record->demand_units =
            pk_shop_random_negative_binomial(&random, record->mean_units, item->dispersion);
    }
}

enum pk_status pk_shop_demand_fill(struct pk_shop *shop, struct pk_error *error)
{
    enum pk_status status = PK_OK;
    size_t day_count = (size_t)shop->day_count;
    struct item_day *days = calloc(day_count, sizeof *days);
    double *means = calloc(day_count, sizeof *means);
    if (days == NULL || means == NULL) {
        status = pk_error_set(error, PK_OUT_OF_MEMORY, "", "no memory for the demand of an item");
        goto cleanup;
    }
    int32_t filled_item = -1;
    for (size_t i = 0; i < shop->series_count; i++) {
        if (shop->series[i].item != filled_item) {
            filled_item = shop->series[i].item;
            fill_item_means(shop, filled_item, days, means);
        }
        fill_series(shop, i, days, means);
    }
cleanup:
    free(days);
    free(means);
    return status;
}
