#include "tests/sample/stock.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "tests/sample/random.h"

#define SALES_WINDOW_DAYS 30
#define DISPOSAL_DAYS     60
#define FORESIGHT_DAYS    3
#define PLAN_PAUSE_DAYS   12
#define FAR_PLAN_RANKS    6
#define DAMAGED_RATIO     0.15
#define CANCEL_RATIO      0.035
#define PEAK_CANCEL_RATIO 0.08
#define LONG_DELAY_RATIO  0.07

/* One series on its way through the history. */
struct replay {
    struct pk_shop *shop;
    size_t series;
    const struct pk_shop_item *item;
    const struct pk_shop_supplier *supplier;
    int32_t lead_time_days;
    double mature_units; /* per day in this warehouse */
    struct pk_shop_random buyers;
    struct pk_shop_random orders;
    int32_t *arrivals; /* units by history day */
    int32_t sellable_units;
    int32_t unsellable_units;
    int32_t on_order_units;
    int32_t last_order_day; /* no reviews after it */
    int32_t mistake_day;    /* PK_SHOP_DAY_NONE: never */
    int32_t mistake_units;
};

static enum pk_status add_order(struct replay *replay, struct pk_shop_order order,
                                struct pk_error *error)
{
    struct pk_shop *shop = replay->shop;
    if (shop->order_count == shop->order_capacity) {
        size_t capacity = shop->order_capacity == 0 ? 4096 : shop->order_capacity * 2;
        struct pk_shop_order *grown = realloc(shop->orders, capacity * sizeof *grown);
        if (grown == NULL)
            return pk_error_set(error, PK_OUT_OF_MEMORY, "", "no memory for the orders");
        shop->orders = grown;
        shop->order_capacity = capacity;
    }
    order.series = (int32_t)replay->series;
    shop->orders[shop->order_count++] = order;
    if (order.planned)
        return PK_OK;
    if (order.arrival_day < 0) {
        replay->sellable_units += order.units;
        return PK_OK;
    }
    replay->on_order_units += order.units;
    if (order.arrival_day < shop->settings.history_day_count)
        replay->arrivals[order.arrival_day] += order.units;
    return PK_OK;
}

/* When an order really comes: the supplier's spread, now and then a long delay, nothing around
 * Spring Festival. */
static int32_t draw_arrival_day(struct replay *replay, int32_t order_day)
{
    double spread = replay->supplier->lead_time_sd_days * pk_shop_random_normal(&replay->orders);
    int32_t delay_days = (int32_t)floor(spread + 0.5);
    bool long_delay = pk_shop_random_chance(&replay->orders, LONG_DELAY_RATIO);
    int32_t more_days = pk_shop_random_integer(&replay->orders, 8, 20);
    int32_t days = replay->lead_time_days + delay_days + (long_delay ? more_days : 0);
    int32_t arrival_day = order_day + (days < 2 ? 2 : days);
    for (size_t i = 0; i < replay->shop->calendar.campaign_count; i++) {
        const struct pk_shop_campaign *campaign = &replay->shop->calendar.campaigns[i];
        if (campaign->kind == PK_SHOP_KIND_SPRING_FESTIVAL && arrival_day >= campaign->first_day &&
            arrival_day <= campaign->last_day)
            arrival_day = campaign->last_day + 1 + order_day % 4;
    }
    return arrival_day;
}

/* First stock of a series, and the plan of when its orders end: with its life, or with the mistaken
 * purchase of the dead and the overstocked. */
static enum pk_status place_first_order(struct replay *replay, struct pk_error *error)
{
    const struct pk_shop_item *item = replay->item;
    int32_t history = replay->shop->settings.history_day_count;
    int32_t cover_days = replay->lead_time_days + replay->supplier->review_period_days + 14;
    int32_t launch_day = item->launch_day > 0 ? item->launch_day : 0;
    bool ahead = item->launch_day >= history;
    struct pk_shop_order order = {.order_day = ahead ? history - 9 : launch_day - cover_days,
                                  .arrival_day = ahead ? launch_day - 3 : launch_day - 1,
                                  .units = (int32_t)(replay->mature_units * cover_days) +
                                           item->min_order_units};
    if (item->launch_day < 0)
        order.arrival_day = item->launch_day > -30 ? item->launch_day : -10 - item->supplier * 3;
    order.eta_day = order.arrival_day;
    enum pk_status status = add_order(replay, order, error);
    if (status != PK_OK)
        return status;

    replay->last_order_day = INT32_MAX;
    replay->mistake_day = PK_SHOP_DAY_NONE;
    if (item->end_day != PK_SHOP_DAY_NONE)
        replay->last_order_day = item->end_day - 25 - replay->lead_time_days;
    if (item->fate != PK_SHOP_FATE_DEAD && item->fate != PK_SHOP_FATE_OVERSTOCKED)
        return PK_OK;
    bool dead = item->fate == PK_SHOP_FATE_DEAD;
    int32_t day = dead ? item->dead_day - 150 : history - 280;
    replay->mistake_day = day < 0 ? 0 : day;
    replay->mistake_units = (int32_t)(replay->mature_units * (dead ? 190 : 560)) + 24;
    replay->last_order_day = replay->mistake_day;
    return PK_OK;
}

/* Mean sales of the last days that began with stock, as the planner sees them: truncated on the
 * days that sold out. Too few such days: the plan made for a new item. */
static double seen_units_per_day(const struct replay *replay, int32_t day)
{
    int32_t first = day - SALES_WINDOW_DAYS + 1;
    int32_t life_first = replay->item->launch_day > 0 ? replay->item->launch_day : 0;
    int64_t units = 0;
    int32_t stocked_days = 0;
    for (int32_t past = first < life_first ? life_first : first; past <= day; past++) {
        const struct pk_shop_day *record = pk_shop_day_at(replay->shop, replay->series, past);
        units += record->served_units;
        stocked_days += record->available_percent > 0;
    }
    if (stocked_days < SALES_WINDOW_DAYS / 3)
        return replay->mature_units * 0.7;
    return (double)units / stocked_days;
}

static double campaign_cover_days(const struct replay *replay, int32_t day)
{
    int32_t reach =
        day + replay->lead_time_days + replay->supplier->review_period_days + FORESIGHT_DAYS;
    double cover_days = 0;
    for (size_t i = 0; i < replay->shop->calendar.campaign_count; i++) {
        const struct pk_shop_campaign *campaign = &replay->shop->calendar.campaigns[i];
        int32_t peak_day = campaign->first_days[PK_SHOP_PHASE_PEAK];
        if (peak_day > day && peak_day <= reach)
            cover_days += pk_shop_rule_get(campaign->kind)->foresight_days;
    }
    return cover_days * replay->item->foresight_ratio;
}

static enum pk_status review(struct replay *replay, int32_t day, struct pk_error *error)
{
    int32_t period = replay->supplier->review_period_days;
    const struct pk_shop_item *item = replay->item;
    struct pk_shop_order order = {.order_day = day, .eta_day = day + replay->lead_time_days};
    if (day == replay->mistake_day) {
        order.arrival_day = order.eta_day;
        order.units = replay->mistake_units;
        return add_order(replay, order, error);
    }
    if ((day + (int32_t)replay->series) % period != 0 || day > replay->last_order_day ||
        !pk_shop_item_lives(item, day))
        return PK_OK;
    double cover_days =
        (replay->lead_time_days + period) * item->cover_ratio + campaign_cover_days(replay, day);
    double order_up_to = seen_units_per_day(replay, day) * cover_days + 1;
    double need = order_up_to - replay->sellable_units - replay->on_order_units;
    if (need <= 0)
        return PK_OK;
    int32_t units = (int32_t)ceil(need / item->pack_size_units) * item->pack_size_units;
    order.arrival_day = draw_arrival_day(replay, day);
    order.units = units < item->min_order_units ? item->min_order_units : units;
    return add_order(replay, order, error);
}

static bool is_peak_day(const struct pk_shop *shop, int32_t day)
{
    for (size_t i = 0; i < shop->calendar.campaign_count; i++) {
        const struct pk_shop_campaign *campaign = &shop->calendar.campaigns[i];
        if (campaign->first_days[PK_SHOP_PHASE_PEAK] == day &&
            campaign->last_days[PK_SHOP_PHASE_PEAK] == day)
            return true;
    }
    return false;
}

/* Buyers one by one: the channel, an order that is cancelled on top, a return one or two weeks
 * later. */
static void spread_over_channels(struct replay *replay, int32_t day, int32_t served_units)
{
    double cancelled = is_peak_day(replay->shop, day) ? PEAK_CANCEL_RATIO : CANCEL_RATIO;
    double extra = cancelled / (1 - cancelled);
    struct pk_shop_cell *cells = pk_shop_cells_at(replay->shop, replay->series, day);
    for (int32_t unit = 0; unit < served_units; unit++) {
        double place = pk_shop_random_uniform(&replay->buyers);
        int32_t channel = 0;
        while (channel < PK_SHOP_CHANNEL_COUNT - 1 &&
               place >= replay->item->channel_shares[channel])
            place -= replay->item->channel_shares[channel++];
        if (replay->item->channel_shares[channel] <= 0)
            channel = 0;
        cells[channel].units++;
        if (pk_shop_random_chance(&replay->buyers, extra)) {
            cells[channel].units++;
            cells[channel].cancelled_units++;
        }
        bool returned = pk_shop_random_chance(&replay->buyers, replay->item->return_ratio);
        int32_t back_day = day + pk_shop_random_integer(&replay->buyers, 4, 14);
        if (returned && back_day < replay->shop->settings.history_day_count)
            pk_shop_cells_at(replay->shop, replay->series, back_day)[channel].returned_units++;
    }
}

static void take_returns(struct replay *replay, int32_t day)
{
    const struct pk_shop_cell *cells = pk_shop_cells_at(replay->shop, replay->series, day);
    for (int32_t channel = 0; channel < PK_SHOP_CHANNEL_COUNT; channel++) {
        for (int32_t unit = 0; unit < cells[channel].returned_units; unit++) {
            if (pk_shop_random_chance(&replay->buyers, DAMAGED_RATIO))
                replay->unsellable_units++;
            else
                replay->sellable_units++;
        }
    }
    if (day % DISPOSAL_DAYS == 0)
        replay->unsellable_units = 0;
}

static void serve(struct replay *replay, int32_t day)
{
    struct pk_shop_day *record = pk_shop_day_at(replay->shop, replay->series, day);
    int32_t demand = record->demand_units;
    int32_t served = demand < replay->sellable_units ? demand : replay->sellable_units;
    record->available_percent = 100;
    if (replay->sellable_units == 0)
        record->available_percent = 0;
    else if (served < demand) /* demand is even over the day, so this is the share until sold out */
        record->available_percent = 100 * served / demand > 0 ? 100 * served / demand : 1;
    replay->sellable_units -= served;
    spread_over_channels(replay, day, served);
    record->served_units = served;
    record->sellable_units = replay->sellable_units;
    record->unsellable_units = replay->unsellable_units;
    record->reserved_units = served * 2 / 5;
}

/* Lines that are only a wish: the fastest items, beyond Spring Festival. */
static enum pk_status place_far_plan(struct replay *replay, struct pk_error *error)
{
    if (replay->item->velocity_rank >= FAR_PLAN_RANKS)
        return PK_OK;
    int32_t today = replay->shop->settings.history_day_count - 1;
    int32_t eta_day = today + 70 + 5 * replay->item->velocity_rank;
    int32_t packs = (int32_t)(replay->mature_units * 30 / replay->item->pack_size_units) + 1;
    struct pk_shop_order order = {.order_day = today,
                                  .eta_day = eta_day,
                                  .arrival_day = eta_day,
                                  .units = packs * replay->item->pack_size_units,
                                  .planned = true};
    return add_order(replay, order, error);
}

static enum pk_status replay_series(struct replay *replay, struct pk_error *error)
{
    int32_t history = replay->shop->settings.history_day_count;
    /* After the Double 11 rush every second line has not been looked at again. */
    bool paused = pk_shop_random_chance(&replay->orders, 0.5);
    enum pk_status status = place_first_order(replay, error);
    if (status != PK_OK)
        return status;
    if (paused && replay->last_order_day > history - PLAN_PAUSE_DAYS)
        replay->last_order_day = history - PLAN_PAUSE_DAYS;
    for (int32_t day = 0; day < history; day++) {
        replay->sellable_units += replay->arrivals[day];
        replay->on_order_units -= replay->arrivals[day];
        take_returns(replay, day);
        serve(replay, day);
        status = review(replay, day, error);
        if (status != PK_OK)
            return status;
    }
    return place_far_plan(replay, error);
}

enum pk_status pk_shop_stock_fill(struct pk_shop *shop, struct pk_error *error)
{
    enum pk_status status = PK_OK;
    size_t history = (size_t)shop->settings.history_day_count;
    int32_t *arrivals = calloc(history, sizeof *arrivals);
    if (arrivals == NULL)
        return pk_error_set(error, PK_OUT_OF_MEMORY, "", "no memory for the stock simulation");
    for (size_t i = 0; i < shop->series_count && status == PK_OK; i++) {
        const struct pk_shop_series *series = &shop->series[i];
        const struct pk_shop_item *item = &shop->items[series->item];
        struct replay replay = {.shop = shop,
                                .series = i,
                                .item = item,
                                .supplier = &pk_shop_suppliers[item->supplier],
                                .lead_time_days = series->lead_time_days,
                                .mature_units =
                                    item->units_per_day * item->warehouse_shares[series->warehouse],
                                .arrivals = arrivals};
        pk_shop_random_init(&replay.buyers, shop->settings.seed, PK_SHOP_STREAM_BUYERS, i);
        pk_shop_random_init(&replay.orders, shop->settings.seed, PK_SHOP_STREAM_ORDERS, i);
        memset(arrivals, 0, history * sizeof *arrivals);
        status = replay_series(&replay, error);
    }
    free(arrivals);
    return status;
}
