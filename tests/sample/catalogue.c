#include "tests/sample/catalogue.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "models/base/text.h"
#include "models/base/units.h"
#include "tests/sample/random.h"

#define MICROS_PER_FEN INT64_C(10000)

static const char *const brands[] = {"禾居", "简屋"};

/* Odds of the rank to a power: a heavy tail with a median of about one unit a day, bent so that
 * the fastest item sells about a hundred. */
static double rank_velocity(int32_t rank, size_t count)
{
    double position = ((double)rank + 0.5) / (double)count;
    double velocity = 1.1 * pow((1 - position) / position, 0.95);
    return velocity / (1 + velocity / 180);
}

/* Special cases sit at fixed ranks, so that every seed and every size has them. */
static enum pk_shop_fate rank_fate(int32_t rank, int32_t count)
{
    if (rank == count * 15 / 100 || rank == count * 30 / 100 || rank == count * 50 / 100)
        return PK_SHOP_FATE_UNLAUNCHED;
    if (rank >= count * 30 / 100 && rank < count * 75 / 100 && rank % 12 == 5)
        return PK_SHOP_FATE_DEAD;
    if (rank >= count * 50 / 100 && rank < count * 90 / 100 && rank % 10 == 7)
        return PK_SHOP_FATE_OVERSTOCKED;
    if (rank % 30 == 11)
        return PK_SHOP_FATE_NEW;
    if (rank >= count * 20 / 100 && rank % 16 == 3)
        return PK_SHOP_FATE_RETIRED;
    if (rank % 60 == 22)
        return PK_SHOP_FATE_ENDING;
    return PK_SHOP_FATE_REGULAR;
}

static void fill_life(struct pk_shop_item *item, int32_t day_count, struct pk_shop_random *random)
{
    bool old = item->velocity_rank < 8 || pk_shop_random_chance(random, 0.55);
    int32_t old_day = -pk_shop_random_integer(random, 20, 900);
    int32_t middle_day = pk_shop_random_integer(random, 10, day_count * 3 / 4);
    int32_t near_days = pk_shop_random_integer(random, 12, 60);
    item->launch_day = old ? old_day : middle_day;
    item->end_day = PK_SHOP_DAY_NONE;
    item->dead_day = PK_SHOP_DAY_NONE;
    item->ageing_per_day = 0;
    switch (item->fate) {
    case PK_SHOP_FATE_DEAD:
        item->launch_day = old_day;
        item->dead_day = day_count - 90 - near_days * 4;
        break;
    case PK_SHOP_FATE_OVERSTOCKED:
        item->launch_day = old_day;
        break;
    case PK_SHOP_FATE_NEW:
        item->launch_day = day_count - near_days;
        break;
    case PK_SHOP_FATE_UNLAUNCHED:
        item->launch_day = day_count - 1 + near_days / 3 + 3;
        break;
    case PK_SHOP_FATE_RETIRED:
        item->launch_day = old_day;
        item->end_day = day_count / 3 + (day_count / 2) * near_days / 60;
        break;
    case PK_SHOP_FATE_ENDING:
        item->end_day = day_count - 1 + near_days + 20;
        break;
    case PK_SHOP_FATE_REGULAR:
        if (pk_shop_random_chance(random, 0.25))
            item->ageing_per_day = -0.0006;
        break;
    }
}

static void fill_demand_traits(struct pk_shop_item *item, struct pk_shop_random *random)
{
    const struct pk_shop_category *category = &pk_shop_categories[item->category];
    item->elasticity = -2.0 + 0.45 * pk_shop_random_normal(random);
    item->elasticity = fmin(-0.9, fmax(-3.6, item->elasticity));
    item->dispersion = item->units_per_day > 10 ? 9 : item->units_per_day > 1 ? 5 : 2.5;
    item->dispersion *= pk_shop_random_between(random, 0.8, 1.25);
    item->return_ratio = category->return_ratio * pk_shop_random_between(random, 0.8, 1.25);
    item->lift_sensitivity = 1 + 0.12 * pk_shop_random_normal(random);
    for (int32_t kind = 0; kind < PK_SHOP_KIND_COUNT; kind++)
        item->kind_sensitivity[kind] = 1 + 0.06 * pk_shop_random_normal(random);
    double level = 0.10 * pk_shop_random_normal(random);
    for (int32_t knot = 0; knot < PK_SHOP_KNOT_COUNT; knot++) {
        item->level_knots[knot] = level;
        level = 0.9 * level + 0.09 * pk_shop_random_normal(random);
    }
}

/* Fast movers are kept and sold everywhere; the slowest quarter in one warehouse and on one or
 * two channels. */
static void fill_shares(struct pk_shop_item *item, bool slow, struct pk_shop_random *random)
{
    double east = pk_shop_random_between(random, 0.52, 0.74);
    bool east_only = pk_shop_random_chance(random, 0.7);
    item->warehouse_shares[0] = !slow ? east : east_only ? 1 : 0;
    item->warehouse_shares[1] = 1 - item->warehouse_shares[0];

    double sum = 0;
    for (int32_t channel = 0; channel < PK_SHOP_CHANNEL_COUNT; channel++) {
        static const double means[PK_SHOP_CHANNEL_COUNT] = {0.45, 0.40, 0.15};
        double share = means[channel] * pk_shop_random_between(random, 0.5, 1.5);
        bool sold = channel == 0 || !slow || pk_shop_random_chance(random, 0.4);
        item->channel_shares[channel] = sold ? share : 0;
        sum += item->channel_shares[channel];
    }
    for (int32_t channel = 0; channel < PK_SHOP_CHANNEL_COUNT; channel++)
        item->channel_shares[channel] /= sum;
}

/* A whole number of yuan ending in .90. */
static int64_t round_price(double yuan)
{
    return ((int64_t)yuan * 100 + 90) * MICROS_PER_FEN;
}

static void fill_prices(struct pk_shop_item *item, int32_t day_count, struct pk_shop_random *random)
{
    const struct pk_shop_category *category = &pk_shop_categories[item->category];
    double place = pk_shop_random_uniform(random);
    bool image = strcmp(item->role, "image") == 0;
    double yuan =
        category->price_low + (category->price_high - category->price_low) * place * place;
    item->first_price_micros = round_price(image ? yuan * 1.5 : yuan);
    item->list_price_micros = item->first_price_micros;
    item->price_change_count = 0;
    int32_t first_day = item->launch_day > 0 ? item->launch_day : 0;
    for (int32_t change = 0; change < PK_SHOP_PRICE_CHANGE_COUNT; change++) {
        int32_t day = day_count * (change + 1) / 3 + pk_shop_random_integer(random, -90, 90);
        int32_t percent = pk_shop_random_integer(random, 5, 12);
        bool cheaper = pk_shop_random_chance(random, 0.5);
        if (!pk_shop_random_chance(random, 0.6) || day < first_day + 60 || day >= day_count)
            continue;
        double ratio = (100.0 + (cheaper ? -percent : percent)) / 100.0;
        item->list_price_micros =
            round_price((double)item->list_price_micros * ratio / PK_MICROS_PER_UNIT);
        item->price_changes[item->price_change_count].day = day;
        item->price_changes[item->price_change_count].price_micros = item->list_price_micros;
        item->price_change_count++;
    }
    bool traffic = strcmp(item->role, "traffic") == 0;
    int32_t cost_percent = pk_shop_random_integer(random, 34, 50) + (traffic ? 12 : 0);
    item->unit_cost_micros =
        item->list_price_micros / 100 * cost_percent / MICROS_PER_FEN * MICROS_PER_FEN;
    item->volume_litres = category->volume_litres * pk_shop_random_between(random, 0.5, 1.8);
}

static const char *draw_role(double position, struct pk_shop_random *random)
{
    double uniform = pk_shop_random_uniform(random);
    if (position < 0.15)
        return uniform < 0.55 ? "traffic" : "profit";
    if (uniform < 0.40)
        return "profit";
    return uniform < 0.50 ? "image" : "regular";
}

static void fill_terms(struct pk_shop_item *item, struct pk_shop_random *random)
{
    static const int32_t fast_packs[] = {12, 20, 24};
    static const int32_t slow_packs[] = {1, 2, 6};
    int32_t choice = pk_shop_random_integer(random, 0, 2);
    int32_t multiple = pk_shop_random_integer(random, 1, 3);
    item->pack_size_units = item->units_per_day > 2 ? fast_packs[choice] : slow_packs[choice];
    item->min_order_units = item->pack_size_units * multiple;
    item->cover_ratio = pk_shop_random_between(random, 1.0, 1.7);
    item->foresight_ratio = pk_shop_random_between(random, 0.3, 1.4);
    item->supplier =
        (item->category + (pk_shop_random_chance(random, 0.35) ? 2 : 0)) % PK_SHOP_SUPPLIER_COUNT;
    item->reports_availability = !pk_shop_random_chance(random, 0.125);
    item->keeps_lots = item->fate == PK_SHOP_FATE_DEAD || pk_shop_random_chance(random, 0.3);
    item->has_supply_terms = true;
    item->has_stock_rows = true;
}

static void fill_names(struct pk_shop_item *item, size_t index, struct pk_shop_random *random)
{
    static const char *const adjectives[] = {"加厚",   "透明",   "北欧风", "可折叠",
                                             "大容量", "免打孔", "布艺",   "实木盖"};
    static const char *const sizes[] = {"小号", "中号", "大号", "特大号", "三件套", "五只装"};
    const struct pk_shop_category *category = &pk_shop_categories[item->category];
    const char *noun = category->nouns[pk_shop_random_integer(random, 0, 2)];
    const char *adjective = adjectives[pk_shop_random_integer(random, 0, 7)];
    const char *size = sizes[pk_shop_random_integer(random, 0, 5)];
    pk_text_format(item->id, sizeof item->id, "%s-%04zu", category->code, index + 1);
    pk_text_format(item->name, sizeof item->name, "%s%s %s", adjective, noun, size);
    pk_text_format(item->style_id, sizeof item->style_id, "%s-S%03zu", category->code,
                   index / PK_SHOP_CATEGORY_COUNT / 2 + 1);
    item->brand = brands[pk_shop_random_integer(random, 0, 1)];
}

/* Fisher-Yates: the rank by velocity of every item; ranks[0..count). */
static void draw_ranks(int32_t *ranks, size_t count, uint64_t seed)
{
    struct pk_shop_random random;
    pk_shop_random_init(&random, seed, PK_SHOP_STREAM_RANKS, 0);
    for (size_t i = 0; i < count; i++)
        ranks[i] = (int32_t)i;
    for (size_t i = count - 1; i > 0; i--) {
        size_t other = (size_t)pk_shop_random_integer(&random, 0, (int32_t)i);
        int32_t rank = ranks[i];
        ranks[i] = ranks[other];
        ranks[other] = rank;
    }
}

/* The regular item of the same category that sells most like it: what a buyer would name. */
static int32_t find_reference(const struct pk_shop_item *items, size_t count,
                              const struct pk_shop_item *item)
{
    int32_t best = -1;
    int32_t best_distance = INT32_MAX;
    for (size_t i = 0; i < count; i++) {
        int32_t distance = abs(items[i].velocity_rank - item->velocity_rank);
        bool candidate =
            items[i].category == item->category && items[i].fate == PK_SHOP_FATE_REGULAR;
        if (!candidate || distance >= best_distance)
            continue;
        best = (int32_t)i;
        best_distance = distance;
    }
    return best;
}

/* The item without supply terms and the one without stock rows: regular ones of middling
 * velocity. */
static void mark_gaps(struct pk_shop_item *items, size_t count)
{
    int32_t supply_rank = (int32_t)count * 40 / 100;
    int32_t stock_rank = (int32_t)count * 25 / 100;
    for (bool supply_done = false, stock_done = false; !supply_done || !stock_done;) {
        for (size_t i = 0; i < count; i++) {
            if (items[i].fate != PK_SHOP_FATE_REGULAR)
                continue;
            if (!supply_done && items[i].velocity_rank == supply_rank) {
                items[i].has_supply_terms = false;
                supply_done = true;
            }
            if (!stock_done && items[i].velocity_rank == stock_rank) {
                items[i].has_stock_rows = false;
                stock_done = true;
            }
        }
        supply_rank++;
        stock_rank++;
    }
}

void pk_shop_catalogue_fill(struct pk_shop_item *items, size_t count, int32_t day_count,
                            uint64_t seed)
{
    int32_t ranks[PK_SHOP_ITEM_COUNT_MAX];
    draw_ranks(ranks, count, seed);
    for (size_t i = 0; i < count; i++) {
        struct pk_shop_item *item = &items[i];
        struct pk_shop_random random;
        pk_shop_random_init(&random, seed, PK_SHOP_STREAM_ITEM, i);
        double position = (double)ranks[i] / (double)count;
        item->category = (int32_t)(i % PK_SHOP_CATEGORY_COUNT);
        item->velocity_rank = ranks[i];
        item->units_per_day = rank_velocity(ranks[i], count);
        item->fate = rank_fate(ranks[i], (int32_t)count);
        item->reference_item = -1;
        item->role = draw_role(position, &random);
        fill_names(item, i, &random);
        fill_life(item, day_count, &random);
        fill_demand_traits(item, &random);
        fill_shares(item, position > 0.72, &random);
        fill_prices(item, day_count, &random);
        fill_terms(item, &random);
    }
    for (size_t i = 0; i < count; i++)
        if (items[i].velocity_rank == (int32_t)count * 15 / 100)
            items[i].reference_item = find_reference(items, count, &items[i]);
    mark_gaps(items, count);
}

int64_t pk_shop_item_price(const struct pk_shop_item *item, int32_t day)
{
    int64_t price_micros = item->first_price_micros;
    for (size_t i = 0; i < item->price_change_count && item->price_changes[i].day <= day; i++)
        price_micros = item->price_changes[i].price_micros;
    return price_micros;
}

bool pk_shop_item_lives(const struct pk_shop_item *item, int32_t day)
{
    return day >= item->launch_day && (item->end_day == PK_SHOP_DAY_NONE || day <= item->end_day);
}

const char *pk_shop_fate_name(enum pk_shop_fate fate)
{
    switch (fate) {
    case PK_SHOP_FATE_DEAD:
        return "dead";
    case PK_SHOP_FATE_OVERSTOCKED:
        return "overstocked";
    case PK_SHOP_FATE_NEW:
        return "new";
    case PK_SHOP_FATE_UNLAUNCHED:
        return "unlaunched";
    case PK_SHOP_FATE_RETIRED:
        return "retired";
    case PK_SHOP_FATE_ENDING:
        return "ending";
    case PK_SHOP_FATE_REGULAR:
        break;
    }
    return "regular";
}
