/* Sources. Lift of double11 on a short peak: State Post Bureau, 675 million parcels on 11 November
 * 2020 (notice of 12 November 2020) against 228 million on the mean day of that year (83.36 billion
 * in all). On a long one: 1.4 times an ordinary day from 1 to 11 November 2023 (notice of 12
 * November 2023). Parcels count all shops, whether they took part or not, so these are cautious.
 * The other lifts are assumptions between double11 and an ordinary day, 618 like double12; the one
 * figure at hand, parcels of 12 December 2021 at 1.55 times that year's mean day, is within one
 * standard deviation. Spring Festival has lift 1 because the feast itself has columns in the
 * design. Days of the festivals: the customary dates of the platforms.
 *
 * Version lift-2026.1. Update: change a row, say where it comes from, raise this version and
 * PK_MODEL_VERSION, since other lifts and other days make other forecasts. */
#include "models/base/campaign_kind.h"

#include <string.h>

static const struct pk_campaign_kind kinds[] = {
    {{"women_day", "Women's Day", "38节"}, true, 1.5, 1.2, 2015, 307, 308},
    {{"618", "618", "618"}, true, 2.2, 1.3, 2010, 616, 618},
    {{"99", "9.9", "99大促"}, true, 1.5, 1.2, 2017, 907, 909},
    {{"double11", "Double 11", "双11"}, true, 3.0, 1.4, 2009, 1111, 1111},
    {{"double12", "Double 12", "双12"}, true, 2.2, 1.3, 2012, 1212, 1212},
    {{"new_year_goods", "New Year goods", "年货节"}, true, 1.3, 1.2, 0, 0, 0},
    {{"spring_festival", "Spring Festival", "春节"}, true, 1, 1, 0, 0, 0},
    {{"juhuasuan", "Juhuasuan", "聚划算"}, false, 1.6, 1.3, 0, 0, 0},
    {{"livestream", "livestream", "直播"}, false, 1.6, 1.3, 0, 0, 0},
    {{"brand_day", "brand day", "品牌日"}, false, 1.5, 1.3, 0, 0, 0},
    {{"other", "other", "其他"}, false, 1.3, 1.2, 0, 0, 0},
};

#define KIND_COUNT (sizeof kinds / sizeof kinds[0])

const struct pk_campaign_kind *pk_campaign_kinds(size_t *out_count)
{
    *out_count = KIND_COUNT;
    return kinds;
}

const struct pk_campaign_kind *pk_campaign_kind_find(const char *name)
{
    for (size_t i = 0; i < KIND_COUNT; i++)
        if (strcmp(kinds[i].word.name, name) == 0)
            return &kinds[i];
    return NULL;
}

const struct pk_campaign_kind *pk_campaign_kind_typical(const char *name)
{
    const struct pk_campaign_kind *kind = pk_campaign_kind_find(name);
    return kind != NULL ? kind : &kinds[KIND_COUNT - 1];
}

bool pk_campaign_kind_is_mega(const char *name)
{
    const struct pk_campaign_kind *kind = pk_campaign_kind_find(name);
    return kind != NULL && kind->is_mega;
}
