#include "models/evidence/campaign_results.h"

#include <stdlib.h>
#include <string.h>

#include "models/evidence/campaign_line.h"

const char *pk_campaign_phase_name(size_t phase)
{
    static const char *const names[PK_CAMPAIGN_PHASE_COUNT] = {"promotion", "presale", "warmup",
                                                               "peak",      "encore",  "after"};
    return names[phase];
}

int32_t pk_campaign_before_date(const struct pk_view *view, const struct pk_campaign *campaign)
{
    const int32_t date = campaign->start_date - 1;
    if (campaign->start_date > view->data->shop.as_of_date ||
        date <= pk_model_first_date(view->model))
        return PK_DATE_NONE;
    return date;
}

/* Phases that rows of different scopes have on the same day, the one that counts last. */
static int rank_of(enum pk_promotion_phase phase)
{
    static const int ranks[] = {[PK_PHASE_NONE] = 4,
                                [PK_PHASE_PRESALE] = 1,
                                [PK_PHASE_WARMUP] = 2,
                                [PK_PHASE_PEAK] = 5,
                                [PK_PHASE_ENCORE] = 3};
    return ranks[phase];
}

/* Days from the first row to PK_CAMPAIGN_DIP_DAYS after the end, with their phases. */
static enum pk_status lay_out_days(const struct pk_shop *shop, struct pk_campaign_results *results,
                                   struct pk_error *error)
{
    const struct pk_campaign *campaign = &results->campaign;
    const int32_t first = campaign->presale_start_date != PK_DATE_NONE &&
                                  campaign->presale_start_date < campaign->start_date
                              ? campaign->presale_start_date
                              : campaign->start_date;
    int32_t numbers[PK_CAMPAIGN_PHASE_COUNT] = {0};
    const size_t room = (size_t)(campaign->end_date - first + 1 + PK_CAMPAIGN_DIP_DAYS);
    results->days = calloc(room, sizeof *results->days);
    if (results->days == NULL)
        return pk_error_set(error, PK_OUT_OF_MEMORY, "", "no memory for %zu days", room);
    for (size_t i = 0; i < room; i++) {
        struct pk_campaign_day *day = &results->days[results->day_count];
        const int32_t date = first + (int32_t)i;
        int best = 0;
        size_t phase = PK_CAMPAIGN_AFTER;
        for (size_t p = 0; p < shop->promotion_count; p++) {
            const struct pk_promotion *row = &shop->promotions[p];
            if (row->start_date > date)
                break;
            if (row->end_date < date || rank_of(row->phase) <= best ||
                strcmp(row->promotion_id, campaign->promotion_id) != 0)
                continue;
            best = rank_of(row->phase);
            phase = (size_t)row->phase;
        }
        const bool is_after = date > campaign->end_date;
        if ((!is_after && best == 0) || (is_after && date > shop->as_of_date))
            continue;
        *day =
            (struct pk_campaign_day){date, phase, ++numbers[phase], date > shop->as_of_date, {0}};
        results->day_count++;
    }
    return PK_OK;
}

/* Adds the buckets of a daily series to the days of the campaign. */
static void add_days(struct pk_campaign_results *results, const struct pk_campaign_series *one,
                     const struct pk_campaign_bucket *buckets, const struct pk_lift_sum *by_bucket)
{
    for (size_t d = 0; d < results->day_count; d++) {
        const int64_t at = (int64_t)results->days[d].date - one->first_date;
        if (at >= 0 && (size_t)at < one->bucket_count && buckets[at].span >= PK_SPAN_PRESALE)
            pk_lift_sum_add(&results->days[d].sum, &by_bucket[at]);
    }
}

/* The part of the window that lies in each phase, as lines of their own. `buckets` is left as it
 * was. */
static void add_phases(struct pk_campaign_results *results, const struct pk_campaign_series *one,
                       struct pk_campaign_bucket *buckets, const struct pk_campaign_level *level,
                       struct pk_campaign_line_result *line)
{
    for (size_t phase = 0; phase < PK_CAMPAIGN_AFTER; phase++) {
        const enum pk_campaign_span wanted =
            phase == PK_PHASE_PRESALE ? PK_SPAN_PRESALE : PK_SPAN_WINDOW;
        struct pk_campaign_bucket chosen[PK_CAMPAIGN_PHASE_DAYS_MAX];
        struct pk_campaign_ahead ahead = {0, 0};
        size_t count = 0;
        for (size_t d = 0; d < results->day_count && count < PK_CAMPAIGN_PHASE_DAYS_MAX; d++) {
            const int64_t at = (int64_t)results->days[d].date - one->first_date;
            if (results->days[d].phase != phase || at < 0 || (size_t)at >= one->bucket_count ||
                buckets[at].span != wanted)
                continue;
            ahead.total_units += buckets[at].is_ahead ? buckets[at].expected_units : 0;
            chosen[count++] = buckets[at];
        }
        if (count == 0)
            continue;
        if (one->ahead.total_units > 0)
            ahead.lift_sd = one->ahead.lift_sd * ahead.total_units / one->ahead.total_units;
        line->phases[phase] =
            pk_campaign_line_of(chosen, count, wanted, one->dispersion, level, &ahead, NULL);
        pk_lift_sum_add(&results->phases[phase], &line->phases[phase]);
    }
}

/* What both passes over the selection work with. */
struct results_work {
    struct pk_campaign_work campaign;
    struct pk_campaign_level_sums shop, *categories;
    struct pk_lift_sum *by_bucket;
};

static uint32_t category_of(const struct pk_shop *shop, size_t series)
{
    return shop->items[shop->series[series].item].category;
}

/* First pass: how the ordinary days around the campaign sold, by category. */
static enum pk_status measure(struct results_work *work,
                              const struct pk_series_selection *selection, size_t *out_covered,
                              struct pk_error *error)
{
    const struct pk_shop *shop = &work->campaign.view->data->shop;
    for (size_t i = 0; i < selection->count; i++) {
        struct pk_campaign_series one;
        bool is_covered;
        const enum pk_status status = pk_campaign_series_load(&work->campaign, selection->series[i],
                                                              &one, &is_covered, error);
        if (status != PK_OK)
            return status;
        if (!is_covered)
            continue;
        ++*out_covered;
        const struct pk_campaign_level_sums line =
            pk_campaign_level_sums_of(work->campaign.buckets, one.bucket_count);
        pk_campaign_level_sums_add(&work->shop, &line);
        pk_campaign_level_sums_add(&work->categories[category_of(shop, one.series)], &line);
    }
    return PK_OK;
}

static struct pk_campaign_level level_of(const struct results_work *work,
                                         const struct pk_campaign_series *one)
{
    const struct pk_view *view = work->campaign.view;
    const uint32_t category = category_of(&view->data->shop, one->series);
    struct pk_campaign_level level =
        pk_campaign_level_of(work->campaign.buckets, one->bucket_count, one->dispersion,
                             pk_campaign_level_ratio(&work->categories[category],
                                                     pk_campaign_level_ratio(&work->shop, 1)));
    if (one->campaign.start_date > view->data->shop.as_of_date)
        level.relative_variance =
            pk_model_series(view->model, one->series)->level_relative_variance;
    return level;
}

/* Second pass: one line. */
static enum pk_status add_line(struct results_work *work, size_t series,
                               struct pk_campaign_results *results, struct pk_error *error)
{
    struct pk_campaign_work *campaign = &work->campaign;
    struct pk_campaign_series one;
    bool is_covered;
    enum pk_status status = pk_campaign_series_load(campaign, series, &one, &is_covered, error);
    if (status != PK_OK || !is_covered)
        return status;
    const struct pk_campaign_level level = level_of(work, &one);
    const struct pk_campaign_bucket *buckets = campaign->buckets;
    const bool is_daily = one.bucket_days == 1;
    struct pk_lift_sum *days = is_daily ? work->by_bucket : NULL;
    struct pk_campaign_line_result line = {.series = (uint32_t)series};
    memset(work->by_bucket, 0, campaign->bucket_capacity * sizeof *work->by_bucket);
    line.line.window = pk_campaign_line_of(buckets, one.bucket_count, PK_SPAN_WINDOW,
                                           one.dispersion, &level, &one.ahead, days);
    line.line.dip = pk_campaign_line_of(buckets, one.bucket_count, PK_SPAN_DIP, one.dispersion,
                                        &level, NULL, days);
    pk_campaign_line_of(buckets, one.bucket_count, PK_SPAN_PRESALE, one.dispersion, &level, NULL,
                        days);
    status = pk_campaign_line_complete(campaign, &one, &line.line, error);
    if (status != PK_OK)
        return status;
    if (is_daily) {
        add_days(results, &one, buckets, work->by_bucket);
        add_phases(results, &one, campaign->buckets, &level, &line);
    }
    pk_campaign_sum_add(&results->total, &line.line);
    pk_campaign_sum_add(&results->categories[category_of(&campaign->view->data->shop, series)],
                        &line.line);
    results->lines[results->line_count++] = line;
    return PK_OK;
}

static void set_dates(const struct pk_shop *shop, struct pk_campaign_results *results)
{
    const int32_t end_date = results->campaign.end_date;
    results->has_begun = results->campaign.start_date <= shop->as_of_date;
    results->is_over = end_date <= shop->as_of_date;
    results->days_after = results->is_over ? shop->as_of_date - end_date : 0;
    const struct pk_campaign_sum empty = {.has_begun = results->has_begun,
                                          .is_over = results->is_over,
                                          .days_after = results->days_after};
    results->total = empty;
    for (size_t i = 0; i < results->category_count; i++)
        results->categories[i] = empty;
}

enum pk_status pk_campaign_results_load(const struct pk_view *view, const struct pk_view *before,
                                        const char *promotion_id,
                                        const struct pk_series_selection *selection,
                                        struct pk_campaign_results *out_results,
                                        struct pk_error *error)
{
    const struct pk_shop *shop = &view->data->shop;
    struct results_work work = {0};
    struct pk_campaign_results results = {.has_forecast = before != NULL,
                                          .category_count = shop->category_count};
    size_t covered = 0;
    enum pk_status status =
        pk_campaign_work_init(view, before, promotion_id, &work.campaign, error);
    if (status != PK_OK)
        return status;
    results.campaign = work.campaign.shop_campaign;
    work.categories = calloc(shop->category_count + 1, sizeof *work.categories);
    work.by_bucket = malloc(work.campaign.bucket_capacity * sizeof *work.by_bucket);
    results.categories = calloc(shop->category_count + 1, sizeof *results.categories);
    if (work.categories == NULL || work.by_bucket == NULL || results.categories == NULL)
        status = pk_error_set(error, PK_OUT_OF_MEMORY, "", "no memory for a campaign's result");
    if (status == PK_OK)
        status = lay_out_days(shop, &results, error);
    if (status == PK_OK)
        status = measure(&work, selection, &covered, error);
    if (status == PK_OK) {
        set_dates(shop, &results);
        results.lines = malloc((covered + 1) * sizeof *results.lines);
        if (results.lines == NULL)
            status = pk_error_set(error, PK_OUT_OF_MEMORY, "", "no memory for %zu lines", covered);
    }
    for (size_t i = 0; i < selection->count && status == PK_OK; i++)
        status = add_line(&work, selection->series[i], &results, error);
    if (status == PK_OK)
        *out_results = results;
    else
        pk_campaign_results_done(&results);
    free(work.categories);
    free(work.by_bucket);
    pk_campaign_work_done(&work.campaign);
    return status;
}

void pk_campaign_results_done(struct pk_campaign_results *results)
{
    free(results->categories);
    free(results->days);
    free(results->lines);
    *results = (struct pk_campaign_results){0};
}
