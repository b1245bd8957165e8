#include "models/evidence/decide_reorder.h"

#include "models/decision/order/carry_over.h"
#include "models/history/campaign.h"

/* Days of demand that every decision sees: over a year, so that stock-out dates and excess show. */
#define DECISION_HORIZON_DAYS 400
/* Enough where stock does not reach further, as with most replenished items. */
#define NEAR_HORIZON_DAYS 120

/* Earliest start and latest end of the promotions that cover the item in from_date..to_date. */
static void find_promotion(const struct pk_series_facts *facts, int32_t from_date, int32_t to_date,
                           int32_t *out_start_date, int32_t *out_end_date)
{
    const struct pk_shop *shop = facts->shop;
    *out_start_date = *out_end_date = PK_DATE_NONE;
    for (size_t i = 0; i < shop->promotion_count; i++) {
        const struct pk_promotion *row = &shop->promotions[i];
        if (row->start_date > to_date)
            break;
        if (row->end_date < from_date ||
            !pk_promotion_covers(row, facts->series->item, facts->item->category,
                                 facts->series->warehouse))
            continue;
        if (*out_start_date == PK_DATE_NONE)
            *out_start_date = row->start_date;
        if (*out_end_date == PK_DATE_NONE || row->end_date > *out_end_date)
            *out_end_date = row->end_date;
    }
}

int32_t pk_reorder_horizon_days(int32_t lead_time_days, int32_t review_period_days)
{
    const int32_t wanted = lead_time_days + 2 * review_period_days + PK_EXCESS_DAYS + 14;
    return wanted > DECISION_HORIZON_DAYS ? wanted : DECISION_HORIZON_DAYS;
}

struct pk_reorder_input pk_reorder_input_of_facts(const struct pk_series_facts *facts)
{
    struct pk_reorder_input input = {
        .demand = &facts->demand,
        .stock = facts->stock,
        .inbound = facts->inbound,
        .inbound_count = facts->inbound_count,
        .terms = facts->terms,
        .economics = facts->economics,
        .returns = facts->returns,
        .rounding = PK_ROUNDING_BY_COST,
        .carry_over_reviews = PK_CARRY_OVER_REVIEWS,
        /* The sales of its parents are known, however new the item itself. */
        .is_new = (facts->flags & PK_SERIES_NEW) != 0 && !facts->has_parents,
        .is_low_evidence = (facts->flags & PK_SERIES_LOW_EVIDENCE) != 0,
        .is_paused = (facts->flags & PK_SERIES_PAUSED) != 0,
        .is_covariate_held = (facts->flags & PK_SERIES_COVARIATE_HELD) != 0,
        .is_assembled = facts->is_assembled,
        .has_parents = facts->has_parents,
        .is_adjusted = facts->is_adjusted,
    };
    find_promotion(facts, facts->demand.first_date,
                   facts->demand.first_date + facts->terms.lead_time_days +
                       facts->terms.shelving_days + facts->terms.review_period_days,
                   &input.promotion_start_date, &input.promotion_end_date);
    return input;
}

void pk_reorder_of_facts(const struct pk_series_facts *facts, bool wants_steps,
                         struct pk_projection *projection, struct pk_reorder *out_decision)
{
    struct pk_reorder_input input = pk_reorder_input_of_facts(facts);
    input.wants_steps = wants_steps;
    pk_reorder_decide(&input, projection, out_decision);
}

static enum pk_status decide(const struct pk_view *view, size_t series, int32_t horizon_days,
                             const struct pk_assumptions *assumptions, const char *supplier_id,
                             struct pk_decision_memory *memory, struct pk_series_facts *out_facts,
                             struct pk_reorder *out_decision, struct pk_error *error)
{
    enum pk_status status = pk_series_facts_load(view, series, horizon_days, assumptions,
                                                 supplier_id, memory, out_facts, error);
    if (status == PK_OK)
        pk_reorder_of_facts(out_facts, assumptions->wants_steps, &memory->projection, out_decision);
    return status;
}

/* Decides on a short path, with a scratch area of its own: a scratch area keeps rows of one
 * horizon. */
static enum pk_status decide_near(const struct pk_view *view, size_t series,
                                  const struct pk_assumptions *assumptions, const char *supplier_id,
                                  struct pk_decision_memory *memory,
                                  struct pk_series_facts *out_facts,
                                  struct pk_reorder *out_decision, struct pk_error *error)
{
    struct pk_forecast_scratch *far = memory->demand.scratch;
    memory->demand.scratch = memory->near_scratch;
    enum pk_status status = decide(view, series, NEAR_HORIZON_DAYS, assumptions, supplier_id,
                                   memory, out_facts, out_decision, error);
    memory->demand.scratch = far;
    return status;
}

/* True if a longer path would change nothing: the cover of the stock ends inside this one. */
static bool is_told_by(const struct pk_reorder *decision, int32_t horizon_days)
{
    return decision->stockout_date_p90 != PK_DATE_NONE && decision->days_of_supply < horizon_days &&
           decision->next_arrival_date != PK_DATE_NONE &&
           (decision->order_by_date != PK_DATE_NONE || decision->order_units == 0) &&
           !pk_reasons_has(&decision->reasons, PK_REASON_HORIZON_SHORT) &&
           !pk_reasons_has(&decision->reasons, PK_REASON_EXCESS_STOCK);
}

enum pk_status pk_decide_reorder(const struct pk_view *view, size_t series,
                                 const struct pk_assumptions *assumptions, const char *supplier_id,
                                 struct pk_decision_memory *memory,
                                 struct pk_series_facts *out_facts, struct pk_reorder *out_decision,
                                 struct pk_error *error)
{
    const struct pk_series *one = &view->data->shop.series[series];
    const struct pk_supply_row *supply =
        pk_ledger_supply_of(&view->data->ledger, one->item, one->warehouse, supplier_id);
    const int32_t horizon_days =
        supply == NULL
            ? DECISION_HORIZON_DAYS
            : pk_reorder_horizon_days(supply->lead_time_days, supply->review_period_days);
    const bool may_be_near =
        assumptions->may_look_near && supply != NULL && !assumptions->what_if.has_lead_time &&
        supply->lead_time_days + 2 * supply->review_period_days <= NEAR_HORIZON_DAYS / 2;
    struct pk_assumptions of_order = *assumptions;
    of_order.leaves_out_own_suggestion = true;
    if (may_be_near) {
        enum pk_status status = decide_near(view, series, &of_order, supplier_id, memory, out_facts,
                                            out_decision, error);
        if (status != PK_OK || is_told_by(out_decision, NEAR_HORIZON_DAYS))
            return status;
    }
    return decide(view, series, horizon_days, &of_order, supplier_id, memory, out_facts,
                  out_decision, error);
}
