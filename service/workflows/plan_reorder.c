#include "service/workflows/plan_reorder.h"

#include <string.h>

#include "models/base/text.h"
#include "models/base/units.h"
#include "models/decision/carry_over.h"
#include "models/decision/promotion.h"

/* Days of demand that every decision sees: a year, so that stock-out dates and excess can be told.
 */
#define DECISION_HORIZON_DAYS 400

/* Earliest start and latest end of the promotions that cover the item and touch from_date..to_date.
 */
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

void pk_reorder_of_facts(const struct pk_series_facts *facts, struct pk_projection *projection,
                         struct pk_reorder *out_decision)
{
    struct pk_reorder_input input = {
        .demand = &facts->demand,
        .stock = facts->stock,
        .inbound = facts->inbound,
        .inbound_count = facts->inbound_count,
        .terms = facts->terms,
        .economics = facts->economics,
        .rounding = PK_ROUNDING_BY_COST,
        .carry_over_reviews = PK_CARRY_OVER_REVIEWS,
        .is_new = (facts->flags & PK_SERIES_NEW) != 0,
        .is_low_evidence = (facts->flags & PK_SERIES_LOW_EVIDENCE) != 0,
    };
    find_promotion(facts, facts->demand.first_date,
                   facts->demand.first_date + facts->terms.lead_time_days +
                       facts->terms.shelving_days + facts->terms.review_period_days,
                   &input.promotion_start_date, &input.promotion_end_date);
    pk_reorder_decide(&input, projection, out_decision);
}

enum pk_status pk_decide_reorder(const struct pk_snapshot *snapshot, size_t series,
                                 const struct pk_assumptions *assumptions, const char *supplier_id,
                                 struct pk_decision_memory *memory,
                                 struct pk_series_facts *out_facts, struct pk_reorder *out_decision,
                                 struct pk_error *error)
{
    const struct pk_series *one = &snapshot->data->shop.series[series];
    const struct pk_supply_row *supply =
        pk_ledger_supply_of(&snapshot->data->ledger, one->item, one->warehouse, supplier_id);
    const int32_t horizon_days =
        supply == NULL
            ? DECISION_HORIZON_DAYS
            : pk_reorder_horizon_days(supply->lead_time_days, supply->review_period_days);
    enum pk_status status = pk_series_facts_load(snapshot, series, horizon_days, assumptions,
                                                 supplier_id, memory, out_facts, error);
    if (status == PK_OK)
        pk_reorder_of_facts(out_facts, &memory->projection, out_decision);
    return status;
}

/* FNV-1a over the texts that identify a suggestion, 64 bit. */
static uint64_t hash_text(uint64_t hash, const char *text)
{
    do {
        hash = (hash ^ (unsigned char)*text) * UINT64_C(1099511628211);
    } while (*text++ != '\0');
    return hash;
}

static void name_suggestion(struct pk_reorder_line *line)
{
    const struct pk_series_facts *facts = line->facts;
    struct pk_civil day = pk_date_to_civil(pk_series_as_of_date(facts->shop, facts->series));
    uint64_t hash = UINT64_C(14695981039346656037);
    hash = hash_text(hash, facts->item->item_id);
    hash = hash_text(hash, line->warehouse_id);
    hash = hash_text(hash, facts->supply == NULL ? "" : facts->supply->supplier_id);
    pk_text_format(line->suggestion_id, sizeof line->suggestion_id, "S%04d%02d%02d-%012llx",
                   (int)day.year % 10000, (int)day.month, (int)day.day,
                   (unsigned long long)(hash >> 16));
}

static bool is_something_to_do(const struct pk_reorder *decision)
{
    return decision->order_units > 0 ||
           pk_reasons_has(&decision->reasons, PK_REASON_NEGATIVE_POSITION);
}

static bool is_wanted_supplier(const struct pk_reorder_request *request,
                               const struct pk_supply_row *supply)
{
    if (request->supplier_id_count == 0)
        return true;
    for (size_t i = 0; supply != NULL && i < request->supplier_id_count; i++)
        if (strcmp(request->supplier_ids[i], supply->supplier_id) == 0)
            return true;
    return false;
}

static void count(struct pk_reorder_totals *totals, const struct pk_reorder_line *line)
{
    totals->series_count++;
    totals->no_stock_count += pk_reasons_has(&line->decision->reasons, PK_REASON_NO_STOCK);
    totals->no_supply_terms_count +=
        pk_reasons_has(&line->decision->reasons, PK_REASON_NO_SUPPLY_TERMS);
    if (line->decision->order_units == 0)
        return;
    totals->order_line_count++;
    totals->order_units += line->decision->order_units;
    if (line->order_amount_micros > 0 &&
        __builtin_add_overflow(totals->order_amount_micros, line->order_amount_micros,
                               &totals->order_amount_micros))
        totals->order_amount_micros = INT64_MAX;
}

/* Every named supplier must be on a supply row. */
static enum pk_status check_suppliers(const struct pk_ledger *ledger,
                                      const struct pk_reorder_request *request,
                                      struct pk_error *error)
{
    for (size_t i = 0; i < request->supplier_id_count; i++) {
        bool is_known = false;
        for (size_t row = 0; row < ledger->supply_count && !is_known; row++)
            is_known = strcmp(ledger->supply[row].supplier_id, request->supplier_ids[i]) == 0;
        if (!is_known)
            return pk_error_set(error, PK_NOT_FOUND, "supplier_id",
                                "'%.64s' is unknown; no supply row names it",
                                request->supplier_ids[i]);
    }
    return PK_OK;
}

/* Decides and hands on one series if it is wanted. */
static enum pk_status plan_one(const struct pk_snapshot *snapshot, size_t series,
                               const struct pk_reorder_request *request,
                               struct pk_decision_memory *memory, pk_reorder_take *take,
                               void *context, struct pk_reorder_totals *totals,
                               struct pk_error *error)
{
    const char *supplier_id = request->supplier_id_count == 1 ? request->supplier_ids[0] : NULL;
    struct pk_series_facts facts;
    struct pk_reorder decision;
    enum pk_status status = pk_decide_reorder(snapshot, series, &request->assumptions, supplier_id,
                                              memory, &facts, &decision, error);
    if (status != PK_OK || !is_wanted_supplier(request, facts.supply))
        return status;
    struct pk_reorder_line line = {.facts = &facts,
                                   .decision = &decision,
                                   .warehouse_id = facts.shop->warehouses[facts.series->warehouse],
                                   .order_amount_micros = -1};
    if (decision.unit_cost_micros >= 0)
        line.order_amount_micros = pk_money_times(decision.unit_cost_micros, decision.order_units);
    if (decision.order_units > 0)
        name_suggestion(&line);
    count(totals, &line);
    if (!request->all_items && !is_something_to_do(&decision))
        return PK_OK;
    totals->line_count++;
    return take(context, &line, error);
}

enum pk_status pk_plan_reorders(const struct pk_snapshot *snapshot,
                                const struct pk_series_selection *selection,
                                const struct pk_reorder_request *request, pk_reorder_take *take,
                                void *context, struct pk_reorder_totals *out_totals,
                                struct pk_error *error)
{
    struct pk_reorder_totals totals = {0};
    enum pk_status status = check_suppliers(&snapshot->data->ledger, request, error);
    if (status != PK_OK)
        return status;
    struct pk_decision_memory *memory = pk_decision_memory_new();
    if (memory == NULL)
        return pk_error_set(error, PK_OUT_OF_MEMORY, "", "no memory for order decisions");
    for (size_t i = 0; i < selection->count && status == PK_OK; i++)
        status = plan_one(snapshot, selection->series[i], request, memory, take, context, &totals,
                          error);
    pk_decision_memory_free(memory);
    if (status == PK_OK)
        *out_totals = totals;
    return status;
}
