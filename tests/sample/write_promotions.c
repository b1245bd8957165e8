#include "tests/sample/output.h"
#include "tests/sample/write_inputs.h"

/* A draft that must not move forecasts begins so many days after the history. */
#define DRAFT_AFTER_DAYS 28
/* Presale goods leave so many days after the campaign's end at the latest. */
#define SHIP_WITHIN_DAYS 3

static void write_span(const struct pk_shop *shop, int32_t first_day, int32_t last_day,
                       FILE *stream)
{
    char first[PK_DATE_TEXT_SIZE];
    char last[PK_DATE_TEXT_SIZE];
    fprintf(stream, "%s,%s", pk_shop_day_format(shop, first_day, first),
            pk_shop_day_format(shop, last_day, last));
}

static void write_discount(int32_t percent, FILE *stream)
{
    if (percent > 0)
        fprintf(stream, "0.%02d", (int)percent);
}

/* One row for the whole shop, and one for each category that gives more. */
static void write_phase(const struct pk_shop *shop, const struct pk_shop_campaign *campaign,
                        enum pk_shop_phase phase, FILE *stream)
{
    const struct pk_shop_rule *rule = pk_shop_rule_get(campaign->kind);
    int32_t shop_percent = rule->discount_percents[phase];
    for (int32_t category = -1; category < PK_SHOP_CATEGORY_COUNT; category++) {
        int32_t percent = category < 0 ? shop_percent
                                       : pk_shop_campaign_discount(campaign->kind, phase, category);
        if (category >= 0 && percent == shop_percent)
            continue;
        fprintf(stream, "%s-%d,%s,%s,%s,", rule->id_stem, (int)campaign->year, rule->name,
                rule->kind, pk_shop_phase_name(phase));
        write_span(shop, campaign->first_days[phase], campaign->last_days[phase], stream);
        fprintf(stream, ",approved,%s,,", category < 0 ? "" : pk_shop_categories[category].name);
        write_discount(percent, stream);
        if (phase == PK_SHOP_PHASE_PRESALE) {
            char balance[PK_DATE_TEXT_SIZE];
            char ship_by[PK_DATE_TEXT_SIZE];
            fprintf(stream, ",%s,%s",
                    pk_shop_day_format(shop, campaign->last_day + SHIP_WITHIN_DAYS, ship_by),
                    pk_shop_day_format(shop, campaign->first_days[PK_SHOP_PHASE_PEAK], balance));
        } else {
            fputs(",,", stream);
        }
        fputc('\n', stream);
    }
}

static void write_deals(const struct pk_shop *shop, FILE *stream)
{
    for (size_t i = 0; i < shop->calendar.deal_count; i++) {
        const struct pk_shop_deal *deal = &shop->calendar.deals[i];
        fprintf(stream, "%s,聚划算,juhuasuan,peak,", deal->promotion_id);
        write_span(shop, deal->first_day, deal->last_day, stream);
        fprintf(stream, ",approved,,%s,", shop->items[deal->item].id);
        write_discount(deal->discount_percent, stream);
        fputs(",,\n", stream);
    }
}

static void write_draft(const struct pk_shop *shop, FILE *stream)
{
    int32_t first_day = shop->settings.history_day_count - 1 + DRAFT_AFTER_DAYS;
    int32_t year = pk_date_to_civil(shop->start_date + first_day).year;
    fprintf(stream, "brand-day-%d,品牌日 草案,%s,peak,", (int)year,
            pk_shop_kind_name(PK_SHOP_KIND_BRAND_DAY));
    write_span(shop, first_day, first_day + 1, stream);
    fprintf(stream, ",draft,,,0.30,,\n");
}

static void write_promotions(const struct pk_shop *shop, FILE *stream)
{
    for (size_t i = 0; i < shop->calendar.campaign_count; i++) {
        const struct pk_shop_campaign *campaign = &shop->calendar.campaigns[i];
        for (int phase = 0; phase < PK_SHOP_PHASE_COUNT; phase++)
            if (campaign->first_days[phase] != PK_SHOP_DAY_NONE)
                write_phase(shop, campaign, (enum pk_shop_phase)phase, stream);
    }
    write_deals(shop, stream);
    write_draft(shop, stream);
}

const struct pk_shop_file pk_shop_promotions_file = {
    "promotions.csv",
    "promotion_id,name,kind,phase,start_date,end_date,status,category,item_id,discount_ratio,"
    "ship_by_date,balance_date",
    write_promotions};
