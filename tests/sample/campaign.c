#include "tests/sample/campaign.h"

#include <stdlib.h>

#include "models/base/date.h"
#include "tests/sample/random.h"

#define NO_SPAN                                                                                    \
    {                                                                                              \
        0, -1                                                                                      \
    }
/* Campaigns that begin later than this after the history are not decided yet. */
#define KNOWN_AHEAD_DAYS     100
#define DEAL_ITEM_COUNT      14
#define DEAL_DATE_DRAW_COUNT 8
#define DEAL_DAYS            5
#define DEAL_TRAFFIC_RATIO   1.20
#define LUNAR_FIRST_YEAR     2022
#define LUNAR_LAST_YEAR      2030
#define RULE_COUNT           PK_SHOP_KIND_JUHUASUAN

_Static_assert(PK_SHOP_KIND_BRAND_DAY + 1 == PK_SHOP_KIND_COUNT, "one sensitivity per kind");

static const struct pk_shop_rule rules[RULE_COUNT] = {
    [PK_SHOP_KIND_DOUBLE11] = {.kind = "double11",
                               .id_stem = "double11",
                               .name = "双11",
                               .month = 11,
                               .day = 11,
                               .spans = {{-18, -12}, {-11, -1}, {0, 0}, {1, 2}},
                               .traffic_ratios = {0.94, 1.18, 4.2, 1.30},
                               .discount_percents = {0, 10, 25, 15},
                               .waiting_ratio = 0.80,
                               .slump_depth = 0.30,
                               .slump_days = 12,
                               .foresight_days = 9},
    [PK_SHOP_KIND_DOUBLE12] = {.kind = "double12",
                               .id_stem = "double12",
                               .name = "双12",
                               .month = 12,
                               .day = 12,
                               .spans = {{-12, -5}, {-4, -1}, {0, 0}, {1, 2}},
                               .traffic_ratios = {1, 1.05, 2.9, 1.25},
                               .discount_percents = {0, 0, 20, 10},
                               .waiting_ratio = 0.82,
                               .slump_depth = 0.20,
                               .slump_days = 8,
                               .foresight_days = 4},
    [PK_SHOP_KIND_618] = {.kind = "618",
                          .id_stem = "618",
                          .name = "618年中大促",
                          .month = 6,
                          .day = 18,
                          .spans = {NO_SPAN, {-17, -1}, {0, 0}, {1, 2}},
                          .traffic_ratios = {1, 1.12, 3.1, 1.25},
                          .discount_percents = {0, 10, 20, 10},
                          .waiting_ratio = 0.82,
                          .slump_depth = 0.24,
                          .slump_days = 10,
                          .foresight_days = 6},
    [PK_SHOP_KIND_99] = {.kind = "99",
                         .id_stem = "99",
                         .name = "99划算节",
                         .month = 9,
                         .day = 9,
                         .spans = {NO_SPAN, {-3, -1}, {0, 0}, NO_SPAN},
                         .traffic_ratios = {1, 1, 1.8, 1},
                         .discount_percents = {0, 0, 15, 0},
                         .waiting_ratio = 0.92,
                         .slump_depth = 0.10,
                         .slump_days = 4,
                         .foresight_days = 1},
    [PK_SHOP_KIND_WOMEN_DAY] = {.kind = "women_day",
                                .id_stem = "women-day",
                                .name = "38女王节",
                                .month = 3,
                                .day = 8,
                                .spans = {NO_SPAN, {-3, -1}, {0, 0}, NO_SPAN},
                                .traffic_ratios = {1, 1.05, 1.7, 1},
                                .discount_percents = {0, 0, 15, 0},
                                .waiting_ratio = 0.92,
                                .slump_depth = 0.10,
                                .slump_days = 4,
                                .foresight_days = 1},
    [PK_SHOP_KIND_NEW_YEAR_GOODS] = {.kind = "new_year_goods",
                                     .id_stem = "new-year-goods",
                                     .name = "年货节",
                                     .lunar = true,
                                     .spans = {NO_SPAN, NO_SPAN, {-28, -12}, NO_SPAN},
                                     .traffic_ratios = {1, 1, 1.25, 1},
                                     .discount_percents = {0, 0, 5, 0},
                                     .waiting_ratio = 1,
                                     .slump_depth = 0,
                                     .slump_days = 0,
                                     .foresight_days = 2},
    [PK_SHOP_KIND_SPRING_FESTIVAL] = {.kind = "spring_festival",
                                      .id_stem = "spring-festival",
                                      .name = "春节 快递停运",
                                      .lunar = true,
                                      .spans = {NO_SPAN, {-7, -1}, {0, 6}, {7, 15}},
                                      .traffic_ratios = {1, 0.50, 0.22, 0.80},
                                      .discount_percents = {0, 0, 0, 0},
                                      .waiting_ratio = 1,
                                      .slump_depth = 0,
                                      .slump_days = 0,
                                      .foresight_days = 0},
};

const struct pk_shop_rule *pk_shop_rule_get(enum pk_shop_kind kind)
{
    return &rules[kind];
}

const char *pk_shop_kind_name(enum pk_shop_kind kind)
{
    if (kind == PK_SHOP_KIND_JUHUASUAN)
        return "juhuasuan";
    return kind == PK_SHOP_KIND_BRAND_DAY ? "brand_day" : rules[kind].kind;
}

const char *pk_shop_phase_name(enum pk_shop_phase phase)
{
    static const char *const names[] = {"presale", "warmup", "peak", "encore"};
    return names[phase];
}

double pk_shop_deal_traffic_ratio(void)
{
    return DEAL_TRAFFIC_RATIO;
}

int32_t pk_shop_lunar_new_year(int32_t year)
{
    static const struct pk_civil days[] = {
        {2022, 2, 1}, {2023, 1, 22}, {2024, 2, 10}, {2025, 1, 29}, {2026, 2, 17},
        {2027, 2, 6}, {2028, 1, 26}, {2029, 2, 13}, {2030, 2, 3},
    };
    if (year < LUNAR_FIRST_YEAR || year > LUNAR_LAST_YEAR)
        return PK_DATE_NONE;
    return pk_date_from_civil(days[year - LUNAR_FIRST_YEAR]);
}

int32_t pk_shop_campaign_discount(enum pk_shop_kind kind, enum pk_shop_phase phase,
                                  int32_t category)
{
    int32_t percent = rules[kind].discount_percents[phase];
    bool mega =
        kind == PK_SHOP_KIND_DOUBLE11 || kind == PK_SHOP_KIND_DOUBLE12 || kind == PK_SHOP_KIND_618;
    if (phase == PK_SHOP_PHASE_PEAK && mega)
        percent += pk_shop_categories[category].extra_discount_percent;
    return percent;
}

static struct pk_shop_campaign build_campaign(enum pk_shop_kind kind, int32_t year,
                                              int32_t start_date)
{
    const struct pk_shop_rule *rule = &rules[kind];
    int32_t anchor_date = rule->lunar
                              ? pk_shop_lunar_new_year(year)
                              : pk_date_from_civil((struct pk_civil){year, rule->month, rule->day});
    int32_t anchor = anchor_date - start_date;
    struct pk_shop_campaign campaign = {
        .kind = kind, .year = year, .first_day = INT32_MAX, .last_day = INT32_MIN};
    for (int phase = 0; phase < PK_SHOP_PHASE_COUNT; phase++) {
        struct pk_shop_span span = rule->spans[phase];
        campaign.first_days[phase] = PK_SHOP_DAY_NONE;
        campaign.last_days[phase] = PK_SHOP_DAY_NONE;
        if (span.last < span.first)
            continue;
        campaign.first_days[phase] = anchor + span.first;
        campaign.last_days[phase] = anchor + span.last;
        if (anchor + span.first < campaign.first_day)
            campaign.first_day = anchor + span.first;
        if (anchor + span.last > campaign.last_day)
            campaign.last_day = anchor + span.last;
    }
    return campaign;
}

static void fill_campaigns(struct pk_shop_calendar *calendar)
{
    int32_t last_start = calendar->history_day_count + KNOWN_AHEAD_DAYS;
    for (int32_t year = LUNAR_FIRST_YEAR; year <= LUNAR_LAST_YEAR; year++) {
        for (int kind = 0; kind < RULE_COUNT; kind++) {
            struct pk_shop_campaign campaign =
                build_campaign((enum pk_shop_kind)kind, year, calendar->start_date);
            bool touches = campaign.last_day + rules[kind].slump_days >= 0;
            if (touches && campaign.first_day < last_start)
                calendar->campaigns[calendar->campaign_count++] = campaign;
        }
    }
}

static bool meets_campaign(const struct pk_shop_calendar *calendar, int32_t first, int32_t last)
{
    for (size_t i = 0; i < calendar->campaign_count; i++) {
        const struct pk_shop_campaign *campaign = &calendar->campaigns[i];
        if (first <= campaign->last_day && last >= campaign->first_day)
            return true;
    }
    return false;
}

/* One group of item deals in a month that has room for it. */
static void add_month_deals(struct pk_shop_calendar *calendar, int32_t first_day,
                            const struct pk_shop_item *items, size_t item_count,
                            struct pk_shop_random *random)
{
    static const int32_t percents[] = {10, 15, 20, 30};
    struct pk_civil civil = pk_date_to_civil(calendar->start_date + first_day);
    size_t month_first = calendar->deal_count;
    for (int draw = 0; draw < DEAL_ITEM_COUNT; draw++) {
        int32_t index = pk_shop_random_integer(random, 0, (int32_t)item_count - 1);
        int32_t percent = percents[pk_shop_random_integer(random, 0, 3)];
        const struct pk_shop_item *item = &items[index];
        bool sold = pk_shop_item_lives(item, first_day - 30) &&
                    pk_shop_item_lives(item, first_day + DEAL_DAYS) &&
                    (item->dead_day == PK_SHOP_DAY_NONE || first_day < item->dead_day - 60);
        bool slow = item->velocity_rank > (int32_t)item_count * 65 / 100;
        bool twice = false;
        for (size_t i = month_first; i < calendar->deal_count; i++)
            twice = twice || calendar->deals[i].item == index;
        if (!sold || slow || twice)
            continue;
        struct pk_shop_deal *deal = &calendar->deals[calendar->deal_count++];
        pk_text_format(deal->promotion_id, sizeof deal->promotion_id, "juhuasuan-%04d-%02d",
                       (int)civil.year, (int)civil.month);
        deal->item = index;
        deal->first_day = first_day;
        deal->last_day = first_day + DEAL_DAYS - 1;
        deal->discount_percent = percent;
    }
}

static void fill_deals(struct pk_shop_calendar *calendar, const struct pk_shop_item *items,
                       size_t item_count, uint64_t seed)
{
    for (int32_t day = 0; day < calendar->day_count; day++) {
        struct pk_civil civil = pk_date_to_civil(calendar->start_date + day);
        if (civil.day != 1)
            continue;
        struct pk_shop_random random;
        pk_shop_random_init(&random, seed, PK_SHOP_STREAM_DEALS, (uint64_t)day);
        for (int draw = 0; draw < DEAL_DATE_DRAW_COUNT; draw++) {
            int32_t first_day = day + pk_shop_random_integer(&random, 1, 22);
            /* Two days of distance keep the waiting and the first slump days of a campaign
             * apart. */
            if (meets_campaign(calendar, first_day - 2, first_day + DEAL_DAYS + 1))
                continue;
            add_month_deals(calendar, first_day, items, item_count, &random);
            break;
        }
    }
}

enum pk_status pk_shop_calendar_init(struct pk_shop_calendar *out_calendar, int32_t start_date,
                                     int32_t history_day_count, int32_t day_count,
                                     const struct pk_shop_item *items, size_t item_count,
                                     uint64_t seed, struct pk_error *error)
{
    size_t year_count = LUNAR_LAST_YEAR - LUNAR_FIRST_YEAR + 1;
    size_t month_count = (size_t)day_count / 28 + 1;
    struct pk_shop_calendar calendar = {
        .start_date = start_date, .history_day_count = history_day_count, .day_count = day_count};
    calendar.campaigns = calloc(year_count * RULE_COUNT, sizeof *calendar.campaigns);
    calendar.deals = calloc(month_count * DEAL_ITEM_COUNT, sizeof *calendar.deals);
    if (calendar.campaigns == NULL || calendar.deals == NULL) {
        pk_shop_calendar_done(&calendar);
        return pk_error_set(error, PK_OUT_OF_MEMORY, "", "no memory for the campaign calendar");
    }
    fill_campaigns(&calendar);
    fill_deals(&calendar, items, item_count, seed);
    *out_calendar = calendar;
    return PK_OK;
}

void pk_shop_calendar_done(struct pk_shop_calendar *calendar)
{
    if (calendar == NULL)
        return;
    free(calendar->campaigns);
    free(calendar->deals);
    *calendar = (struct pk_shop_calendar){0};
}
