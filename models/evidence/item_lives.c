#include "models/evidence/item_lives.h"

#include <math.h>
#include <stdlib.h>

#include "models/history/campaign.h"

/* Days in which an item that was out of stock for most of the time cannot be called dead. */
#define STOCK_LOOK_BACK_DAYS   90
#define OUT_OF_STOCK_LONG_DAYS 60
/* Weeks after the launch in which an item has grown up, and what must be known of them. */
#define GROWN_WEEK_COUNT 16
#define GROWN_UNITS_MIN  20.0
/* A first sale so soon after the first of the shop is the start of the records, not a launch. */
#define RECORDS_START_DAYS 56

#define LAUNCH_DAYS ((PK_LAUNCH_WEEK_COUNT + GROWN_WEEK_COUNT) * 7)

/* Sum of the windows of one item's series. Their levels err together. */
struct window_sum {
    double mean, noise, level_sd, excess, stop;
    bool any;
};

struct item_gathering {
    struct pk_item_life_input input;
    struct window_sum all, plain;
    int32_t first_sale_date;
    double no_sale_probability;
    double missing_days; /* most of any series in STOCK_LOOK_BACK_DAYS */
    double grown_sold, grown_expected;
    bool has_series;
};

struct life_work {
    const struct pk_view *view, *before;
    struct pk_decision_memory *memory;
    struct item_gathering *items;
    const struct pk_promotion **promotions; /* that touch the days of the test */
    size_t promotion_count;
    double *common_ratios; /* per category */
    struct pk_launch_weeks *launches, all_launches;
    struct pk_launch_curve *curves;
    int32_t first_sale_date; /* of the shop */
    size_t launch_count;
};

int32_t pk_item_lives_before_date(const struct pk_shop *shop)
{
    return shop->as_of_date - PK_LIFE_TEST_DAYS;
}

void pk_item_lives_done(struct pk_item_lives *lives)
{
    free(lives->lives);
    *lives = (struct pk_item_lives){0};
}

static void add_window(struct window_sum *sum, const struct pk_demand *demand,
                       const struct pk_window *window)
{
    double squares = 0;
    for (size_t b = 0; b < demand->bucket_count; b++)
        squares += demand->mean_units[b] * demand->mean_units[b];
    double noise = window->mean_units + squares / demand->dispersion;
    sum->mean += window->mean_units;
    sum->noise += noise;
    sum->level_sd += sqrt(fmax(window->variance - noise, 0));
    sum->excess += window->mean_units * window->mean_excess;
    sum->stop = sum->any ? sum->stop * window->stop_probability : window->stop_probability;
    sum->any = true;
}

static struct pk_window window_of(const struct window_sum *sum)
{
    struct pk_window window = {.mean_units = sum->mean,
                               .variance = sum->noise + sum->level_sd * sum->level_sd,
                               .stop_probability = sum->mean > 0 ? sum->stop : 0,
                               .mean_excess = sum->mean > 0 ? sum->excess / sum->mean : 0};
    return window;
}

/* Marks the buckets that a promotion of the series touches. */
static void mark_promoted(const struct life_work *work, const struct pk_series *series,
                          int32_t first_date, size_t count, bool *out_promoted)
{
    const struct pk_shop *shop = &work->view->data->shop;
    const uint32_t category = shop->items[series->item].category;
    for (size_t b = 0; b < count; b++)
        out_promoted[b] = false;
    for (size_t p = 0; p < work->promotion_count; p++) {
        const struct pk_promotion *row = work->promotions[p];
        if (!pk_promotion_covers(row, series->item, category, series->warehouse))
            continue;
        for (size_t b = 0; b < count; b++) {
            int32_t from = first_date + (int32_t)b * series->bucket_days;
            int32_t to = from + series->bucket_days - 1;
            out_promoted[b] |= row->start_date <= to && row->end_date >= from;
        }
    }
}

/* Units sold in each of `count` buckets, and the share of each bucket that was in stock. */
static void read_days(const struct pk_shop_data *data, size_t series, int32_t first_date,
                      size_t count, double *out_sold, double *out_in_stock)
{
    const int32_t bucket_days = data->shop.series[series].bucket_days;
    for (size_t b = 0; b < count; b++) {
        out_sold[b] = 0;
        out_in_stock[b] = 1;
    }
    struct pk_ledger_range range = pk_series_sales_between(
        data, series, first_date, first_date + (int32_t)count * bucket_days - 1);
    for (size_t i = range.first; i < range.last; i++) {
        const struct pk_sales_bucket *bucket = &data->sales.buckets[i];
        size_t b = (size_t)((bucket->date - first_date) / bucket_days);
        if (b >= count)
            continue;
        out_sold[b] += (double)bucket->demand_units;
        if (bucket->available_ratio >= 0)
            out_in_stock[b] = fmin((double)bucket->available_ratio, 1);
    }
}

/* Compares the sales since `before` with the forecast that its fit made of them. */
static enum pk_status test_series(struct life_work *work, size_t index, struct pk_error *error)
{
    const struct pk_shop *shop = &work->view->data->shop;
    const struct pk_shop *earlier = &work->before->data->shop;
    const struct pk_series *series = &shop->series[index];
    struct item_gathering *item = &work->items[series->item];
    size_t same =
        pk_shop_find_series(earlier, pk_shop_find_item(earlier, shop->items[series->item].item_id),
                            pk_shop_find_warehouse(earlier, shop->warehouses[series->warehouse]));
    if (same == SIZE_MAX || earlier->series[same].bucket_days != series->bucket_days)
        return PK_OK;
    double sold[PK_LIFE_TEST_DAYS], in_stock[PK_LIFE_TEST_DAYS], plain[PK_LIFE_TEST_DAYS];
    bool promoted[PK_LIFE_TEST_DAYS];
    double *mean = work->memory->mean_units;
    struct pk_demand demand;
    enum pk_status status =
        pk_model_forecast(work->before->model, earlier, same, PK_LIFE_TEST_DAYS,
                          work->memory->near_scratch, mean, &demand, NULL, error);
    if (status != PK_OK)
        return status;
    size_t count =
        demand.bucket_count < PK_LIFE_TEST_DAYS ? demand.bucket_count : PK_LIFE_TEST_DAYS;
    read_days(work->view->data, index, demand.first_date, count, sold, in_stock);
    mark_promoted(work, series, demand.first_date, count, promoted);
    double all_sold = 0, plain_sold = 0, days = 0;
    for (size_t b = 0; b < count; b++) {
        mean[b] *= in_stock[b];
        plain[b] = promoted[b] ? 0 : mean[b];
        all_sold += sold[b];
        plain_sold += promoted[b] ? 0 : sold[b];
        days += in_stock[b] * series->bucket_days;
    }
    int32_t last_date = demand.first_date + (int32_t)count * demand.bucket_days - 1;
    demand.bucket_count = count;
    struct pk_window window = pk_demand_window(&demand, demand.first_date, last_date);
    add_window(&item->all, &demand, &window);
    demand.mean_units = plain;
    window = pk_demand_window(&demand, demand.first_date, last_date);
    add_window(&item->plain, &demand, &window);
    item->input.all_days.sold_units += all_sold;
    item->input.plain_days.sold_units += plain_sold;
    if ((int32_t)lround(days) > item->input.all_days.days)
        item->input.all_days.days = item->input.plain_days.days = (int32_t)lround(days);
    return PK_OK;
}

static int32_t earlier_date(int32_t a, int32_t b)
{
    if (a == PK_DATE_NONE || b == PK_DATE_NONE)
        return a == PK_DATE_NONE ? b : a;
    return a < b ? a : b;
}

/* Days out of stock as the sales rows tell them. */
static double missing_days(const struct pk_shop_data *data, size_t series)
{
    struct pk_ledger_range range = pk_series_sales_between(
        data, series, data->shop.as_of_date - STOCK_LOOK_BACK_DAYS + 1, data->shop.as_of_date);
    double days = 0;
    for (size_t i = range.first; i < range.last; i++)
        if (data->sales.buckets[i].available_ratio >= 0)
            days += (1 - fmin((double)data->sales.buckets[i].available_ratio, 1)) *
                    data->shop.series[series].bucket_days;
    return days;
}

static enum pk_status gather_series(struct life_work *work, size_t index, struct pk_error *error)
{
    const struct pk_assumptions none = {.stock_units = -1, .lead_time_days = -1};
    struct pk_series_facts facts;
    enum pk_status status = pk_series_facts_load(work->view, index, PK_DYING_SEASON_DAYS, &none,
                                                 NULL, work->memory, &facts, error);
    if (status != PK_OK)
        return status;
    struct item_gathering *item = &work->items[facts.series->item];
    int32_t next = facts.demand.first_date;
    struct pk_window month = pk_demand_window(&facts.demand, next, next + PK_SELL_WINDOW_DAYS - 1);
    struct pk_window season =
        pk_demand_window(&facts.demand, next, next + PK_DYING_SEASON_DAYS - 1);
    double missing = missing_days(work->view->data, index);
    item->no_sale_probability = (item->has_series ? item->no_sale_probability : 1) *
                                pk_window_probability_at_most(&month, 0);
    item->missing_days = item->has_series ? fmin(item->missing_days, missing) : missing;
    item->input.season_units += season.mean_units;
    item->input.dispersion = item->has_series
                                 ? fmin(item->input.dispersion, facts.demand.dispersion)
                                 : facts.demand.dispersion;
    item->first_sale_date = earlier_date(item->first_sale_date, facts.model->first_sale_date);
    if (facts.model->last_sale_date > item->input.last_sale_date)
        item->input.last_sale_date = facts.model->last_sale_date;
    item->input.first_stock_date =
        earlier_date(item->input.first_stock_date, facts.first_stock_date);
    item->has_series = true;
    item->input.next_date = next;
    work->first_sale_date = earlier_date(work->first_sale_date, facts.model->first_sale_date);
    return work->before == NULL ? PK_OK : test_series(work, index, error);
}

/* Adds the weeks since launch of one series to its item, and what it sold once grown. */
static enum pk_status add_launch_weeks(struct life_work *work, size_t index, struct pk_error *error)
{
    const struct pk_shop_data *data = work->view->data;
    const struct pk_series *series = &data->shop.series[index];
    struct item_gathering *item = &work->items[series->item];
    const int32_t as_of = pk_series_as_of_date(&data->shop, series);
    double sold[LAUNCH_DAYS], in_stock[LAUNCH_DAYS], mean[LAUNCH_DAYS];
    int32_t first =
        pk_date_bucket_start(item->input.launch_date, series->bucket_days, data->shop.week_start);
    int32_t days = as_of + series->bucket_days - first;
    if (item->input.launch_date < work->first_sale_date + RECORDS_START_DAYS || days <= 0)
        return PK_OK;
    size_t count = (size_t)((days < LAUNCH_DAYS ? days : LAUNCH_DAYS) / series->bucket_days);
    struct pk_error ignored;
    enum pk_status status = pk_model_fitted(work->view->model, &data->shop, index, first, count,
                                            work->memory->demand.scratch, mean, &ignored);
    if (status == PK_INVALID_ARGUMENT)
        return PK_OK; /* before the fit's first day: no launch that anybody saw */
    if (status != PK_OK)
        return pk_error_set(error, status, "", "%s", ignored.message);
    read_days(data, index, first, count, sold, in_stock);
    for (size_t b = 0; b < count; b++) {
        size_t week = b * (size_t)series->bucket_days / 7;
        if (week < PK_LAUNCH_WEEK_COUNT) {
            item->input.launch_weeks.sold[week] += sold[b];
            item->input.launch_weeks.expected[week] += mean[b] * in_stock[b];
        } else {
            item->grown_sold += sold[b];
            item->grown_expected += mean[b] * in_stock[b];
        }
    }
    return PK_OK;
}

/* A past launch that grew up teaches its category, at the level it grew to. */
static void learn_launch(struct life_work *work, size_t index)
{
    struct item_gathering *item = &work->items[index];
    struct pk_launch_weeks weeks = item->input.launch_weeks;
    const int32_t grown_days = LAUNCH_DAYS / 2;
    if (item->input.launch_date == PK_DATE_NONE || item->grown_sold < GROWN_UNITS_MIN ||
        item->grown_expected <= 0 || item->input.next_date - item->input.launch_date < grown_days)
        return;
    double ratio = item->grown_sold / item->grown_expected;
    for (size_t w = 0; w < PK_LAUNCH_WEEK_COUNT; w++)
        weeks.expected[w] *= ratio;
    pk_launch_weeks_add(&work->launches[work->view->data->shop.items[index].category], &weeks);
    pk_launch_weeks_add(&work->all_launches, &weeks);
    work->launch_count++;
}

static enum pk_status learn_launches(struct life_work *work, struct pk_error *error)
{
    const struct pk_shop *shop = &work->view->data->shop;
    enum pk_status status = PK_OK;
    for (size_t i = 0; i < shop->item_count; i++) {
        struct item_gathering *item = &work->items[i];
        item->input.launch_date = shop->items[i].launch_date;
        if (item->input.launch_date == PK_DATE_NONE && item->first_sale_date != PK_DATE_NONE &&
            item->first_sale_date >= work->first_sale_date + RECORDS_START_DAYS)
            item->input.launch_date = item->first_sale_date;
    }
    for (size_t s = 0; s < shop->series_count && status == PK_OK; s++)
        if (work->items[shop->series[s].item].input.launch_date != PK_DATE_NONE)
            status = add_launch_weeks(work, s, error);
    for (size_t i = 0; i < shop->item_count; i++)
        learn_launch(work, i);
    for (size_t c = 0; c < shop->category_count; c++)
        pk_launch_curve_make(&work->launches[c], &work->all_launches, &work->curves[c]);
    return status;
}

/* Finds the growth of the typical item of every category against its forecast. */
static enum pk_status find_common_ratios(struct life_work *work, struct pk_error *error)
{
    const struct pk_shop *shop = &work->view->data->shop;
    struct pk_common_item *items = calloc(shop->item_count + 1, sizeof *items);
    if (items == NULL)
        return pk_error_set(error, PK_OUT_OF_MEMORY, "", "no memory for the lives of items");
    double of_shop = 1;
    for (size_t c = 0; c <= shop->category_count; c++) {
        const size_t category = c - 1; /* the whole shop first */
        size_t count = 0;
        for (size_t i = 0; i < shop->item_count; i++)
            if ((c == 0 || shop->items[i].category == category) &&
                work->items[i].all.mean >= PK_COMMON_UNITS_MIN)
                items[count++] = pk_common_item_of(&work->items[i].input.all_days);
        const double ratio = pk_common_ratio(items, count, of_shop);
        if (c == 0)
            of_shop = ratio;
        else
            work->common_ratios[category] = ratio;
    }
    free(items);
    return PK_OK;
}

static void prepare_input(struct life_work *work, size_t index, double star_probability)
{
    struct item_gathering *item = &work->items[index];
    const struct pk_item *facts = &work->view->data->shop.items[index];
    item->input.end_date = facts->end_date;
    item->input.star_probability = star_probability;
    item->input.sell_probability = 1 - item->no_sale_probability;
    item->input.is_out_of_stock_long = item->missing_days >= OUT_OF_STOCK_LONG_DAYS;
    item->input.curve = &work->curves[facts->category];
    item->input.common_ratio = work->common_ratios[facts->category];
}

/* Twice: the first time the shop says how far its items scatter. */
static enum pk_status judge(struct life_work *work, struct pk_item_lives *out,
                            struct pk_error *error)
{
    const size_t count = work->view->data->shop.item_count;
    double *z = calloc(count + 1, sizeof *z);
    size_t z_count = 0;
    if (z == NULL)
        return pk_error_set(error, PK_OUT_OF_MEMORY, "", "no memory for the lives of items");
    for (size_t i = 0; i < count; i++)
        out->tested_count += work->items[i].all.mean > 0 &&
                             work->items[i].input.all_days.days >= PK_LIFE_TEST_DAYS_MIN;
    out->star_probability = pk_star_probability(out->tested_count);
    for (size_t i = 0; i < count; i++) {
        prepare_input(work, i, out->star_probability);
        pk_item_life_judge(&work->items[i].input, &out->lives[i]);
        if (work->items[i].all.mean >= PK_COMMON_UNITS_MIN && out->lives[i].z != 0 &&
            out->lives[i].stage != PK_STAGE_NEW)
            z[z_count++] = out->lives[i].z;
    }
    out->spread = pk_life_spread(z, z_count);
    for (size_t i = 0; i < count; i++) {
        const struct item_gathering *item = &work->items[i];
        work->items[i].input.spread = out->spread;
        pk_item_life_judge(&item->input, &out->lives[i]);
        out->chance_star_count += out->lives[i].star_chance;
        if (!item->has_series && out->lives[i].stage != PK_STAGE_NOT_LAUNCHED &&
            out->lives[i].stage != PK_STAGE_ENDED)
            out->lives[i].stage = PK_STAGE_STEADY;
    }
    free(z);
    return PK_OK;
}

static void choose_promotions(struct life_work *work)
{
    const struct pk_shop *shop = &work->view->data->shop;
    for (size_t p = 0; p < shop->promotion_count; p++) {
        const struct pk_promotion *row = &shop->promotions[p];
        if (row->start_date <= shop->as_of_date + 6 &&
            row->end_date > pk_item_lives_before_date(shop) - 7)
            work->promotions[work->promotion_count++] = row;
    }
}

static enum pk_status allocate(struct life_work *work, struct pk_item_lives *lives,
                               struct pk_error *error)
{
    const struct pk_shop *shop = &work->view->data->shop;
    const size_t categories = shop->category_count + 1;
    lives->item_count = shop->item_count;
    lives->lives = calloc(shop->item_count + 1, sizeof *lives->lives);
    work->memory = pk_decision_memory_new();
    work->items = calloc(shop->item_count + 1, sizeof *work->items);
    work->promotions = calloc(shop->promotion_count + 1, sizeof(const struct pk_promotion *));
    work->common_ratios = calloc(categories, sizeof *work->common_ratios);
    work->launches = calloc(categories, sizeof *work->launches);
    work->curves = calloc(categories, sizeof *work->curves);
    if (lives->lives == NULL || work->memory == NULL || work->items == NULL ||
        work->promotions == NULL || work->common_ratios == NULL || work->launches == NULL ||
        work->curves == NULL)
        return pk_error_set(error, PK_OUT_OF_MEMORY, "", "no memory for the lives of items");
    work->first_sale_date = PK_DATE_NONE;
    for (size_t i = 0; i < shop->item_count; i++) {
        struct pk_item_life_input *input = &work->items[i].input;
        work->items[i].first_sale_date = PK_DATE_NONE;
        input->next_date = shop->as_of_date + 1;
        input->launch_date = input->last_sale_date = input->end_date = input->first_stock_date =
            PK_DATE_NONE;
    }
    return PK_OK;
}

enum pk_status pk_item_lives_make(const struct pk_view *view, const struct pk_view *before,
                                  struct pk_item_lives *out_lives, struct pk_error *error)
{
    struct life_work work = {.view = view, .before = before};
    struct pk_item_lives lives = {0};
    enum pk_status status = allocate(&work, &lives, error);
    if (status == PK_OK)
        choose_promotions(&work);
    for (size_t s = 0; status == PK_OK && s < view->data->shop.series_count; s++)
        status = gather_series(&work, s, error);
    if (status == PK_OK)
        status = learn_launches(&work, error);
    for (size_t i = 0; status == PK_OK && i < view->data->shop.item_count; i++) {
        work.items[i].input.all_days.forecast = window_of(&work.items[i].all);
        work.items[i].input.plain_days.forecast = window_of(&work.items[i].plain);
    }
    if (status == PK_OK)
        status = find_common_ratios(&work, error);
    if (status == PK_OK)
        status = judge(&work, &lives, error);
    if (status == PK_OK) {
        lives.launch_count = work.launch_count;
        *out_lives = lives;
        lives = (struct pk_item_lives){0};
    }
    pk_item_lives_done(&lives);
    pk_decision_memory_free(work.memory);
    free(work.items);
    free(work.promotions);
    free(work.common_ratios);
    free(work.launches);
    free(work.curves);
    return status;
}
