#include "models/evidence/campaign_evidence.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "models/history/series_selection.h"

/* True if the list names the promotion already. */
static bool is_listed(const struct pk_promotion_evidences *evidences, const char *promotion_id)
{
    for (size_t i = 0; i < evidences->count; i++)
        if (strcmp(evidences->list[i].campaign.promotion_id, promotion_id) == 0)
            return true;
    return false;
}

/* The promotions that cover the series on a day of its bucket, in the order of the shop. */
static void find_promotions(const struct pk_shop *shop, const struct pk_series *series,
                            int32_t date, struct pk_promotion_evidences *out)
{
    for (size_t i = 0; i < shop->promotion_count && out->count < PK_EVIDENCE_PROMOTION_COUNT; i++) {
        const struct pk_promotion *row = &shop->promotions[i];
        struct pk_promotion_evidence *one = &out->list[out->count];
        if (row->start_date >= date + series->bucket_days)
            break;
        if (row->end_date < date || is_listed(out, row->promotion_id) ||
            !pk_promotion_covers(row, series->item, shop->items[series->item].category,
                                 series->warehouse))
            continue;
        memset(one, 0, sizeof *one);
        if (!pk_campaign_find(shop, row->promotion_id, series, &one->campaign))
            continue;
        const struct pk_promotion *deciding =
            pk_campaign_row_on(shop, row->promotion_id, series, date);
        one->phase = series->bucket_days > 1
                         ? "window"
                         : pk_campaign_phase_name(deciding != NULL ? (size_t)deciding->phase : 0);
        out->count++;
    }
}

/* Ended before as-of and before the campaign, inside the fitted history; newer than what is
 * kept. */
static bool is_past(const struct pk_view *view, const struct pk_campaign *ahead,
                    const struct pk_campaign *one)
{
    return strcmp(one->promotion_id, ahead->promotion_id) != 0 &&
           one->end_date < ahead->start_date && one->end_date <= view->data->shop.as_of_date &&
           one->start_date > pk_model_first_date(view->model);
}

/* Puts a campaign into `kept`[*count], which descends by end date and holds at most `most`. */
static void keep_latest(struct pk_campaign_evidence *kept, size_t *count, size_t most,
                        const struct pk_campaign *one)
{
    size_t at = *count;
    for (size_t i = 0; i < *count; i++)
        if (strcmp(kept[i].campaign.promotion_id, one->promotion_id) == 0)
            return;
    while (at > 0 && kept[at - 1].campaign.end_date < one->end_date)
        at--;
    if (at == most)
        return;
    const size_t moved = (*count < most ? *count : most - 1) - at;
    memmove(&kept[at + 1], &kept[at], moved * sizeof *kept);
    kept[at] = (struct pk_campaign_evidence){.campaign = *one};
    *count += *count < most;
}

static void find_past(const struct pk_view *view, struct pk_promotion_evidence *evidence)
{
    const struct pk_shop *shop = &view->data->shop;
    struct pk_campaign_evidence same[PK_EVIDENCE_SAME_COUNT], other[PK_EVIDENCE_OTHER_COUNT];
    size_t same_count = 0, other_count = 0;
    const bool is_mega = pk_campaign_kind_is_mega(evidence->campaign.kind);
    for (size_t i = 0; i < shop->promotion_count; i++) {
        struct pk_campaign one;
        const struct pk_promotion *row = &shop->promotions[i];
        const bool is_same = strcmp(row->kind, evidence->campaign.kind) == 0;
        if ((!is_same && !(is_mega && pk_campaign_kind_is_mega(row->kind))) ||
            !pk_campaign_find(shop, row->promotion_id, NULL, &one) ||
            !is_past(view, &evidence->campaign, &one))
            continue;
        if (is_same)
            keep_latest(same, &same_count, PK_EVIDENCE_SAME_COUNT, &one);
        else
            keep_latest(other, &other_count, PK_EVIDENCE_OTHER_COUNT, &one);
    }
    for (size_t i = 0; i < same_count; i++) {
        evidence->past[evidence->past_count] = same[i];
        evidence->past[evidence->past_count++].is_same_kind = true;
    }
    for (size_t i = 0; i < other_count; i++)
        evidence->past[evidence->past_count++] = other[i];
}

/* The sums of the phase that the evidence is about. */
static const struct pk_lift_sum *sum_of(const char *phase, const struct pk_lift_sum *phases,
                                        const struct pk_lift_sum *window)
{
    for (size_t i = 0; i < PK_CAMPAIGN_AFTER; i++)
        if (strcmp(phase, pk_campaign_phase_name(i)) == 0)
            return &phases[i];
    return window;
}

static void read_results(const struct pk_campaign_results *results, size_t series,
                         const char *phase, struct pk_campaign_evidence *out)
{
    double missed, of;
    const struct pk_lift dip = pk_lift_of(&results->total.dip);
    out->category = pk_lift_of(sum_of(phase, results->phases, &results->total.window));
    out->line_count = sum_of(phase, results->phases, &results->total.window)->count;
    out->dip_ratio = dip.is_defined ? 1 - dip.ratio : NAN;
    out->dip_days =
        results->days_after < PK_CAMPAIGN_DIP_DAYS ? results->days_after : PK_CAMPAIGN_DIP_DAYS;
    if (!pk_campaign_stocking_accuracy(&results->total, &out->stocking_accuracy, &missed, &of))
        out->stocking_accuracy = NAN;
    const struct pk_campaign_figure conversion =
        pk_campaign_figure_of(&results->total, PK_CAMPAIGN_CONVERSION);
    out->conversion_ratio = conversion.is_defined ? conversion.value : NAN;
    for (size_t i = 0; i < results->line_count; i++)
        if (results->lines[i].series == series)
            out->own =
                pk_lift_of(sum_of(phase, results->lines[i].phases, &results->lines[i].line.window));
}

/* Every so many-th series of a large selection, and always the series itself. */
static void thin(struct pk_series_selection *selection, size_t series)
{
    const size_t step =
        (selection->count + PK_EVIDENCE_SERIES_COUNT - 1) / PK_EVIDENCE_SERIES_COUNT;
    size_t kept = 0;
    for (size_t i = 0; step > 1 && i < selection->count; i++)
        if (i % step == 0 || selection->series[i] == series)
            selection->series[kept++] = selection->series[i];
    if (step > 1)
        selection->count = kept;
}

/* Results of the past campaigns over the series of the category; those without the phase are
 * dropped. */
static enum pk_status read_past(const struct pk_view *view, size_t series,
                                struct pk_promotion_evidence *evidence, struct pk_error *error)
{
    const struct pk_shop *shop = &view->data->shop;
    char *category = (char *)shop->categories[shop->items[shop->series[series].item].category];
    const struct pk_series_filter filter = {.categories = &category, .category_count = 1};
    struct pk_series_selection selection = {0};
    size_t kept = 0;
    enum pk_status status = pk_series_select(shop, &filter, &selection, error);
    if (status == PK_OK)
        thin(&selection, series);
    for (size_t i = 0; i < evidence->past_count && status == PK_OK; i++) {
        struct pk_campaign_evidence one = evidence->past[i];
        struct pk_campaign_results results = {0};
        status = pk_campaign_results_load(view, NULL, one.campaign.promotion_id, &selection,
                                          &results, error);
        if (status != PK_OK)
            break;
        read_results(&results, series, evidence->phase, &one);
        pk_campaign_results_done(&results);
        if (one.category.is_defined)
            evidence->past[kept++] = one;
    }
    evidence->past_count = kept;
    pk_series_selection_done(&selection);
    return status;
}

/* True if the used lift lies outside of what the campaign showed, in the category and of its
 * own. */
static bool contradicts(const struct pk_campaign_evidence *past, double used)
{
    double low = past->category.ratio - 2 * past->category.standard_error;
    double high = past->category.ratio + 2 * past->category.standard_error;
    if (past->own.is_defined) {
        low = fmin(low, past->own.ratio - 2 * past->own.standard_error);
        high = fmax(high, past->own.ratio + 2 * past->own.standard_error);
    }
    return used < low / (1 + PK_EVIDENCE_TOLERANCE) || used > high * (1 + PK_EVIDENCE_TOLERANCE);
}

static void judge(struct pk_promotion_evidence *evidence)
{
    size_t same = 0, against = 0;
    for (size_t i = 0; i < evidence->past_count; i++) {
        same += evidence->past[i].is_same_kind;
        against += evidence->past[i].is_same_kind &&
                   contradicts(&evidence->past[i], evidence->used_lift_ratio);
    }
    evidence->is_contradicted = !isnan(evidence->used_lift_ratio) && same > 0 && against == same;
}

enum pk_status pk_campaign_evidence_load(const struct pk_view *view, size_t series,
                                         const struct pk_explanation *explanation,
                                         struct pk_promotion_evidences *out_evidences,
                                         struct pk_error *error)
{
    const struct pk_shop *shop = &view->data->shop;
    struct pk_promotion_evidences *found = calloc(1, sizeof *found);
    struct pk_forecast_scratch *scratch = pk_forecast_scratch_new();
    double ordinary = 0;
    enum pk_status status = found == NULL || scratch == NULL
                                ? pk_error_set(error, PK_OUT_OF_MEMORY, "", "no memory")
                                : PK_OK;
    if (status == PK_OK) {
        find_promotions(shop, &shop->series[series], explanation->date, found);
        status = pk_model_ordinary(view->model, shop, series, explanation->date, 1, scratch,
                                   &ordinary, error);
    }
    for (size_t i = 0; status == PK_OK && i < found->count; i++) {
        found->list[i].used_lift_ratio =
            ordinary > 0 ? explanation->mean_units / ordinary : (double)NAN;
        find_past(view, &found->list[i]);
        status = read_past(view, series, &found->list[i], error);
        judge(&found->list[i]);
    }
    if (status == PK_OK)
        *out_evidences = *found;
    pk_forecast_scratch_free(scratch);
    free(found);
    return status;
}
