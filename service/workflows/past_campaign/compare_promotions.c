#include "service/workflows/past_campaign/compare_promotions.h"

#include <stdlib.h>
#include <string.h>

#include "models/forecast/model.h"

static bool is_same_kind(const char *a, const char *b, bool any_mega)
{
    return strcmp(a, b) == 0 ||
           (any_mega && pk_campaign_kind_is_mega(a) && pk_campaign_kind_is_mega(b));
}

/* The latest match; each promotion_id is looked at by its first row. */
static bool find_previous(const struct pk_shop *shop, const struct pk_campaign *campaign,
                          bool any_mega, struct pk_campaign *out_previous)
{
    bool is_found = false;
    for (size_t i = 0; i < shop->promotion_count; i++) {
        struct pk_campaign one;
        if (shop->promotions[i].start_date >= campaign->start_date ||
            !is_same_kind(shop->promotions[i].kind, campaign->kind, any_mega) ||
            strcmp(shop->promotions[i].promotion_id, campaign->promotion_id) == 0 ||
            (is_found &&
             strcmp(shop->promotions[i].promotion_id, out_previous->promotion_id) == 0) ||
            !pk_campaign_find(shop, shop->promotions[i].promotion_id, NULL, &one))
            continue;
        if (one.end_date >= campaign->start_date || one.end_date > shop->as_of_date ||
            (is_found && one.end_date <= out_previous->end_date))
            continue;
        *out_previous = one;
        is_found = true;
    }
    return is_found;
}

bool pk_campaign_previous(const struct pk_shop *shop, const struct pk_campaign *campaign,
                          bool any_mega, struct pk_campaign *out_previous)
{
    return find_previous(shop, campaign, false, out_previous) ||
           (any_mega && find_previous(shop, campaign, true, out_previous));
}

/* Phases in the order of a campaign. */
static int place_of(size_t phase)
{
    static const int places[PK_CAMPAIGN_PHASE_COUNT] = {
        [PK_PHASE_PRESALE] = 0, [PK_PHASE_WARMUP] = 1, [PK_PHASE_NONE] = 2,
        [PK_PHASE_PEAK] = 3,    [PK_PHASE_ENCORE] = 4, [PK_CAMPAIGN_AFTER] = 5};
    return places[phase];
}

static int compare_days(const void *left, const void *right)
{
    const struct pk_compared_day *a = left, *b = right;
    if (a->phase != b->phase)
        return place_of(a->phase) - place_of(b->phase);
    return a->number - b->number;
}

static enum pk_status pair_days(struct pk_comparison *comparison, struct pk_error *error)
{
    const size_t room = comparison->a.day_count + comparison->b.day_count;
    comparison->days = malloc((room + 1) * sizeof *comparison->days);
    if (comparison->days == NULL)
        return pk_error_set(error, PK_OUT_OF_MEMORY, "", "no memory for %zu days", room);
    for (size_t i = 0; i < comparison->a.day_count; i++) {
        const struct pk_campaign_day *day = &comparison->a.days[i];
        comparison->days[comparison->day_count++] =
            (struct pk_compared_day){day->phase, day->number, day, NULL};
    }
    for (size_t i = 0; i < comparison->b.day_count; i++) {
        const struct pk_campaign_day *day = &comparison->b.days[i];
        struct pk_compared_day *found = NULL;
        for (size_t j = 0; j < comparison->a.day_count && found == NULL; j++)
            if (comparison->days[j].phase == day->phase &&
                comparison->days[j].number == day->number)
                found = &comparison->days[j];
        if (found != NULL)
            found->b = day;
        else
            comparison->days[comparison->day_count++] =
                (struct pk_compared_day){day->phase, day->number, NULL, day};
    }
    if (comparison->day_count > 1)
        qsort(comparison->days, comparison->day_count, sizeof *comparison->days, compare_days);
    return PK_OK;
}

/* Both are in the order of the selection. */
static enum pk_status pair_lines(struct pk_comparison *comparison, struct pk_error *error)
{
    const struct pk_campaign_results *a = &comparison->a, *b = &comparison->b;
    size_t i = 0, j = 0;
    comparison->lines = malloc((a->line_count + b->line_count + 1) * sizeof *comparison->lines);
    if (comparison->lines == NULL)
        return pk_error_set(error, PK_OUT_OF_MEMORY, "", "no memory for compared lines");
    while (i < a->line_count || j < b->line_count) {
        const bool has_a =
            i < a->line_count && (j == b->line_count || a->lines[i].series <= b->lines[j].series);
        const bool has_b =
            j < b->line_count && (i == a->line_count || b->lines[j].series <= a->lines[i].series);
        comparison->lines[comparison->line_count++] =
            (struct pk_compared_line){has_a ? a->lines[i].series : b->lines[j].series,
                                      has_a ? &a->lines[i] : NULL, has_b ? &b->lines[j] : NULL};
        i += has_a;
        j += has_b;
    }
    return PK_OK;
}

static double missed_part(const struct pk_campaign_sum *sum, int miss)
{
    return (miss < 0 ? sum->short_units : sum->left_over_units) / sum->stocked_demand;
}

static enum pk_status draw_lessons(const struct pk_campaign_results *first,
                                   const struct pk_campaign_results *second,
                                   struct pk_comparison *comparison, struct pk_error *error)
{
    comparison->lessons = malloc((second->category_count + 1) * sizeof *comparison->lessons);
    if (comparison->lessons == NULL)
        return pk_error_set(error, PK_OUT_OF_MEMORY, "", "no memory for lessons");
    comparison->lesson_ids[0] = first->campaign.promotion_id;
    comparison->lesson_ids[1] = second->campaign.promotion_id;
    for (size_t i = 0; i < second->category_count; i++) {
        const int miss = pk_campaign_stocking_miss(&first->categories[i]);
        if (miss == 0 || pk_campaign_stocking_miss(&second->categories[i]) != miss)
            continue;
        comparison->lessons[comparison->lesson_count++] = (struct pk_campaign_lesson){
            (uint32_t)i, miss < 0 ? PK_REASON_STOCK_MORE_NEXT_TIME : PK_REASON_STOCK_LESS_NEXT_TIME,
            missed_part(&first->categories[i], miss), missed_part(&second->categories[i], miss)};
    }
    return PK_OK;
}

/* From A and B if both are over, else from A and the campaign before it. */
static enum pk_status learn(const struct pk_view *view, const struct pk_series_selection *selection,
                            struct pk_comparison *comparison, struct pk_error *error)
{
    const struct pk_campaign_results *a = &comparison->a, *b = &comparison->b;
    struct pk_campaign earlier;
    struct pk_campaign_results before = {0};
    if (a->is_over && b->is_over) {
        const bool in_order = a->campaign.end_date <= b->campaign.end_date;
        return draw_lessons(in_order ? a : b, in_order ? b : a, comparison, error);
    }
    if (!a->is_over || !pk_campaign_previous(&view->data->shop, &a->campaign, true, &earlier) ||
        earlier.start_date < pk_model_first_date(view->model))
        return PK_OK;
    enum pk_status status =
        pk_campaign_results_load(view, NULL, earlier.promotion_id, selection, &before, error);
    if (status == PK_OK)
        status = draw_lessons(&before, a, comparison, error);
    pk_campaign_results_done(&before);
    return status;
}

enum pk_status pk_compare_promotions(const struct pk_view *view, const char *a_promotion_id,
                                     const struct pk_view *a_before, const char *b_promotion_id,
                                     const struct pk_view *b_before,
                                     const struct pk_series_selection *selection,
                                     struct pk_comparison *out_comparison, struct pk_error *error)
{
    struct pk_comparison comparison = {.lesson_ids = {"", ""}};
    if (strcmp(a_promotion_id, b_promotion_id) == 0)
        return pk_error_set(error, PK_INVALID_ARGUMENT, "b_promotion_id",
                            "is the same promotion; name two");
    enum pk_status status =
        pk_campaign_results_load(view, a_before, a_promotion_id, selection, &comparison.a, error);
    if (status == PK_OK)
        status = pk_campaign_results_load(view, b_before, b_promotion_id, selection, &comparison.b,
                                          error);
    if (status == PK_OK)
        status = pair_days(&comparison, error);
    if (status == PK_OK)
        status = pair_lines(&comparison, error);
    if (status == PK_OK)
        status = learn(view, selection, &comparison, error);
    if (status == PK_OK)
        *out_comparison = comparison;
    else
        pk_comparison_done(&comparison);
    return status;
}

void pk_comparison_done(struct pk_comparison *comparison)
{
    pk_campaign_results_done(&comparison->a);
    pk_campaign_results_done(&comparison->b);
    free(comparison->days);
    free(comparison->lines);
    free(comparison->lessons);
    *comparison = (struct pk_comparison){.lesson_ids = {"", ""}};
}
