#include "tests/sample/presale.h"

#include <math.h>

#include "tests/sample/output.h"
#include "tests/sample/random.h"

#define PRESALE_ITEM_RATIO 0.6
#define DEPOSIT_SHARE      0.40 /* of the peak day's demand, */
#define DEPOSIT_SHARE_SD   0.30 /* with a spread between items and a smaller one between years */
#define DEPOSIT_YEAR_SD    0.12
#define CONVERSION_LOW     0.84
#define CONVERSION_HIGH    0.93
#define DAY_WEIGHT_SD      0.2
#define PRESALE_DAYS_MAX   32

/* Cumulative weights of the presale's days: many come on the first, some more on the last. */
static int32_t fill_curve(const struct pk_shop_campaign *campaign, struct pk_shop_random *random,
                          double curve[PRESALE_DAYS_MAX])
{
    const int32_t days = campaign->last_days[PK_SHOP_PHASE_PRESALE] -
                         campaign->first_days[PK_SHOP_PHASE_PRESALE] + 1;
    double sum = 0;
    for (int32_t day = 0; day < days; day++) {
        double weight = day == 0 ? 2.5 : day == days - 1 ? 1.8 : 1.0;
        sum += weight * exp(DAY_WEIGHT_SD * pk_shop_random_normal(random));
        curve[day] = sum;
    }
    for (int32_t day = 0; day < days; day++)
        curve[day] /= sum;
    return days;
}

static int32_t draw_part(struct pk_shop_random *random, int32_t units, double part)
{
    int32_t count = 0;
    for (int32_t i = 0; i < units; i++)
        count += pk_shop_random_chance(random, part);
    return count;
}

static int32_t peak_units(const struct pk_shop *shop, int32_t item,
                          const struct pk_shop_campaign *campaign)
{
    int32_t units = 0;
    for (size_t i = 0; i < shop->series_count; i++)
        for (int32_t day = campaign->first_days[PK_SHOP_PHASE_PEAK];
             shop->series[i].item == item && day <= campaign->last_days[PK_SHOP_PHASE_PEAK]; day++)
            units += pk_shop_day_at(shop, i, day)->demand_units;
    return units;
}

/* One presale of one item, drawn whole whatever part of it is written. */
static void write_presale(const struct pk_shop *shop, int32_t item, double item_share,
                          const struct pk_shop_campaign *campaign, int32_t first_day,
                          int32_t last_day, FILE *stream)
{
    struct pk_shop_random random;
    double curve[PRESALE_DAYS_MAX];
    int32_t deposits[PRESALE_DAYS_MAX] = {0};
    const struct pk_shop_rule *rule = pk_shop_rule_get(campaign->kind);
    const int32_t start = campaign->first_days[PK_SHOP_PHASE_PRESALE];
    const int32_t peak = campaign->first_days[PK_SHOP_PHASE_PEAK];
    pk_shop_random_init(&random, shop->settings.seed, PK_SHOP_STREAM_DEPOSITS,
                        ((uint64_t)item << 24) + (uint64_t)campaign->year * PK_SHOP_KIND_COUNT +
                            campaign->kind);
    const int32_t days = fill_curve(campaign, &random, curve);
    const double share =
        fmin(0.8, item_share * exp(DEPOSIT_YEAR_SD * pk_shop_random_normal(&random)));
    const double conversion = pk_shop_random_between(&random, CONVERSION_LOW, CONVERSION_HIGH);
    const int32_t paid = draw_part(&random, peak_units(shop, item, campaign), share);
    const int32_t total =
        paid + pk_shop_random_negative_binomial(&random, paid * (1 - conversion) / conversion, 50);
    for (int32_t i = 0; i < total; i++) {
        const double at = pk_shop_random_uniform(&random);
        int32_t day = 0;
        while (day < days - 1 && at >= curve[day])
            day++;
        deposits[day]++;
    }
    const int32_t paid_at_once = draw_part(&random, paid, 0.9);
    char date[PK_DATE_TEXT_SIZE];
    int32_t sum = 0;
    for (int32_t day = start; day <= peak + 1; day++) {
        sum += day < start + days ? deposits[day - start] : 0;
        if (day < first_day || day > last_day || (day >= start + days && day < peak))
            continue;
        fprintf(stream, "%s,%s-%d,%s,%d,%d\n", pk_shop_day_format(shop, day, date), rule->id_stem,
                (int)campaign->year, shop->items[item].id, (int)sum,
                (int)(day < peak    ? 0
                      : day == peak ? paid_at_once
                                    : paid));
    }
}

void pk_shop_deposits_write(const struct pk_shop *shop, int32_t first_day, int32_t last_day,
                            FILE *stream)
{
    for (int32_t item = 0; item < (int32_t)shop->settings.item_count; item++) {
        struct pk_shop_random random;
        pk_shop_random_init(&random, shop->settings.seed, PK_SHOP_STREAM_DEPOSITS, (uint64_t)item);
        if (!pk_shop_random_chance(&random, PRESALE_ITEM_RATIO))
            continue;
        const double share = DEPOSIT_SHARE * exp(DEPOSIT_SHARE_SD * pk_shop_random_normal(&random));
        for (size_t i = 0; i < shop->calendar.campaign_count; i++) {
            const struct pk_shop_campaign *campaign = &shop->calendar.campaigns[i];
            const int32_t start = campaign->first_days[PK_SHOP_PHASE_PRESALE];
            if (start != PK_SHOP_DAY_NONE && start >= 0 &&
                campaign->last_days[PK_SHOP_PHASE_PEAK] < shop->day_count &&
                pk_shop_item_lives(&shop->items[item], start))
                write_presale(shop, item, share, campaign, first_day, last_day, stream);
        }
    }
}
