#include "service/workflows/reorder/plan_reorder.h"

#include <stdlib.h>
#include <string.h>

#include "models/base/array.h"
#include "models/base/lower_bound.h"
#include "models/base/units.h"
#include "models/decision/order/budget.h"
#include "models/evidence/supply_network.h"
#include "models/evidence/transfer.h"
#include "service/work/series_run.h"
#include "service/workflows/reorder/keep_suggestions.h"

/* Series that one thread decides in a row. */
#define PART_SERIES 128

/* What a thread works with; series of an item share the book. */
struct decider {
    struct pk_decision_memory *memory, *donor_memory;
    struct pk_transfer_book book;
};

/* Working state of one plan. */
struct plan {
    const struct pk_view *view;
    const struct pk_reorder_request *request;
    pk_reorder_take *take;
    void *context;
    struct pk_suggestion_keeping keeping;
    struct pk_reorder_totals totals;
    /* Collected first where money or capacity may cut them. */
    bool is_collecting;
    struct pk_reorder_line *lines;
    size_t line_count, line_capacity;
};

static bool is_something_to_do(const struct pk_reorder_line *line)
{
    return line->decision.order_units > 0 || line->transfer_units > 0 || line->state[0] != '\0' ||
           pk_reasons_has(&line->decision.reasons, PK_REASON_NEGATIVE_POSITION) ||
           pk_reasons_has(&line->decision.reasons, PK_REASON_BUDGET_CUT);
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

static bool is_supplier_before(const void *total, const void *supplier_id)
{
    return strcmp(((const struct pk_supplier_total *)total)->supplier_id, supplier_id) < 0;
}

/* The supplier's entry, made where it is new: ascending ids. NULL when out of memory. */
static struct pk_supplier_total *supplier_total(struct plan *plan, const char *supplier_id)
{
    struct pk_reorder_totals *totals = &plan->totals;
    const size_t at = pk_lower_bound(totals->suppliers, totals->supplier_count,
                                     sizeof *totals->suppliers, is_supplier_before, supplier_id);
    if (at < totals->supplier_count && strcmp(totals->suppliers[at].supplier_id, supplier_id) == 0)
        return &totals->suppliers[at];
    struct pk_supplier_total *grown =
        realloc(totals->suppliers, (totals->supplier_count + 1) * sizeof *grown);
    if (grown == NULL)
        return NULL;
    totals->suppliers = grown;
    memmove(grown + at + 1, grown + at, (totals->supplier_count - at) * sizeof *grown);
    totals->supplier_count++;
    const struct pk_supplier_row *row =
        pk_supply_network_supplier(plan->view->network, supplier_id);
    grown[at] = (struct pk_supplier_total){
        .supplier_id = supplier_id,
        .min_order_amount_micros = row == NULL ? -1 : row->min_order_amount_micros,
        .capacity_units_per_week = row == NULL ? -1 : row->capacity_units_per_week};
    return &grown[at];
}

static void add_amount(int64_t *sum, int64_t amount)
{
    if (amount > 0 && __builtin_add_overflow(*sum, amount, sum))
        *sum = INT64_MAX;
}

static enum pk_status count(struct plan *plan, const struct pk_reorder_line *line,
                            struct pk_error *error)
{
    struct pk_reorder_totals *totals = &plan->totals;
    totals->series_count++;
    totals->transfer_units += line->transfer_units;
    totals->no_stock_count += pk_reasons_has(&line->decision.reasons, PK_REASON_NO_STOCK);
    totals->no_supply_terms_count +=
        pk_reasons_has(&line->decision.reasons, PK_REASON_NO_SUPPLY_TERMS);
    if (line->decision.order_units == 0)
        return PK_OK;
    totals->order_line_count++;
    totals->order_units += line->decision.order_units;
    add_amount(&totals->order_amount_micros, line->order_amount_micros);
    struct pk_supplier_total *supplier =
        supplier_total(plan, line->supply == NULL ? "" : line->supply->supplier_id);
    if (supplier == NULL)
        return pk_error_set(error, PK_OUT_OF_MEMORY, "", "no memory for the suppliers");
    supplier->line_count++;
    supplier->order_units += line->decision.order_units;
    add_amount(&supplier->order_amount_micros, line->order_amount_micros);
    return PK_OK;
}

/* Settles, counts and hands on one finished line. */
static enum pk_status hand_on(struct plan *plan, struct pk_reorder_line *line,
                              struct pk_error *error)
{
    enum pk_status status = pk_suggestion_settle(
        plan->view, plan->request->store == NULL ? NULL : &plan->keeping, line, error);
    if (status == PK_OK)
        status = count(plan, line, error);
    if (status != PK_OK || (!plan->request->all_items && !is_something_to_do(line)))
        return status;
    plan->totals.line_count++;
    return plan->take(plan->context, line, error);
}

static void set_amount(struct pk_reorder_line *line)
{
    line->order_amount_micros =
        line->decision.unit_cost_micros < 0
            ? -1
            : pk_money_times(line->decision.unit_cost_micros, line->decision.order_units);
}

/* What can be brought over is decided again as if it were on its way; the line still tells the
 * position as it is. */
static enum pk_status transfer(const struct plan *plan, struct decider *decider, size_t series,
                               const char *supplier_id, struct pk_series_facts *facts,
                               struct pk_reorder_line *line, struct pk_error *error)
{
    const struct pk_ledger *ledger = &plan->view->data->ledger;
    struct pk_transfer transfer;
    if (ledger->lane_count == 0 || line->decision.order_units == 0)
        return PK_OK;
    enum pk_status status =
        pk_transfer_find(plan->view, series, facts, &line->decision, &decider->book, supplier_id,
                         decider->donor_memory, &transfer, error);
    if (status != PK_OK || transfer.units == 0)
        return status;
    struct pk_assumptions assumptions = plan->request->assumptions;
    const struct pk_reorder before = line->decision;
    assumptions.transfer_units = transfer.units;
    assumptions.transfer_date = transfer.arrival_date;
    status = pk_decide_reorder(plan->view, series, &assumptions, supplier_id, decider->memory,
                               facts, &line->decision, error);
    line->decision.position_units = before.position_units;
    line->decision.inbound_units = before.inbound_units;
    line->decision.eta_date = before.eta_date;
    line->transfer_units = transfer.units;
    line->transfer_from_warehouse_id = plan->view->data->shop.warehouses[transfer.from_warehouse];
    pk_reasons_put_first(&line->decision.reasons, PK_REASON_TRANSFER_FIRST);
    return status;
}

static enum pk_status begin_decider(const void *context, void *memory, struct pk_error *error)
{
    struct decider *decider = memory;
    (void)context;
    decider->memory = pk_decision_memory_new();
    decider->donor_memory = pk_decision_memory_new();
    return decider->memory != NULL && decider->donor_memory != NULL
               ? PK_OK
               : pk_error_set(error, PK_OUT_OF_MEMORY, "", "no memory for order decisions");
}

static void end_decider(void *memory)
{
    struct decider *decider = memory;
    pk_decision_memory_free(decider->memory);
    pk_decision_memory_free(decider->donor_memory);
}

/* Decides one series; its line is kept if it is wanted. */
static enum pk_status plan_one(const void *context, void *memory, size_t series, void *row,
                               bool *out_is_kept, struct pk_error *error)
{
    const struct plan *plan = context;
    struct decider *decider = memory;
    struct pk_reorder_line *line = row;
    const struct pk_reorder_request *request = plan->request;
    const char *supplier_id = request->supplier_id_count == 1 ? request->supplier_ids[0] : NULL;
    struct pk_assumptions assumptions = request->assumptions;
    struct pk_series_facts facts;
    *line = (struct pk_reorder_line){
        .series = series, .order_amount_micros = -1, .transfer_from_warehouse_id = "", .state = ""};
    assumptions.wants_steps = plan->is_collecting;
    assumptions.may_look_near = plan->view->data->ledger.lane_count == 0;
    enum pk_status status = pk_decide_reorder(plan->view, series, &assumptions, supplier_id,
                                              decider->memory, &facts, &line->decision, error);
    if (status != PK_OK)
        return status;
    *out_is_kept = is_wanted_supplier(request, facts.supply);
    if (!*out_is_kept)
        return PK_OK;
    line->item = facts.item;
    line->supply = facts.supply;
    line->stock_is_known = facts.stock.is_known;
    line->item_class = facts.item_class;
    line->warehouse_id = facts.shop->warehouses[facts.series->warehouse];
    status = transfer(plan, decider, series, supplier_id, &facts, line, error);
    set_amount(line);
    return status;
}

static enum pk_status take_one(void *context, void *row, struct pk_error *error)
{
    struct plan *plan = context;
    if (!plan->is_collecting)
        return hand_on(plan, row, error);
    const enum pk_status status =
        pk_array_reserve(&plan->lines, &plan->line_capacity, plan->line_count + 1,
                         sizeof *plan->lines, "order lines", error);
    if (status == PK_OK)
        plan->lines[plan->line_count++] = *(const struct pk_reorder_line *)row;
    return status;
}

/* What every supplier can deliver in a review period, and which one a line is bought from. */
static uint32_t capacity_of(struct plan *plan, const struct pk_reorder_line *line,
                            int64_t *capacities)
{
    const struct pk_ledger *ledger = &plan->view->data->ledger;
    const struct pk_supplier_row *row =
        line->supply == NULL
            ? NULL
            : pk_supply_network_supplier(plan->view->network, line->supply->supplier_id);
    if (row == NULL || row->capacity_units_per_week < 0)
        return UINT32_MAX;
    const size_t index = (size_t)(row - ledger->suppliers);
    if (capacities[index] < 0)
        capacities[index] =
            row->capacity_units_per_week *
            (line->supply->review_period_days > 7 ? line->supply->review_period_days : 7) / 7;
    return (uint32_t)index;
}

/* Offers the collected lines to the budget. A line without cost cannot be weighed against money. */
static void offer(struct plan *plan, struct pk_budget_line *offers, struct pk_budget_step *steps,
                  int64_t *capacities)
{
    size_t step_count = 0;
    for (size_t i = 0; i < plan->line_count; i++) {
        const struct pk_reorder *decision = &plan->lines[i].decision;
        const struct pk_supply_row *supply = plan->lines[i].supply;
        const bool has_cost = decision->unit_cost_micros > 0;
        offers[i] =
            (struct pk_budget_line){.unit_cost_micros = has_cost ? decision->unit_cost_micros : 1,
                                    .pack_size_units = 1,
                                    .supplier = UINT32_MAX,
                                    .first_step = step_count};
        if (decision->order_units == 0 || (plan->request->budget_micros >= 0 && !has_cost))
            continue;
        if (supply != NULL) { /* else the request assumed the lead time alone */
            offers[i].pack_size_units = supply->pack_size_units > 1 ? supply->pack_size_units : 1;
            offers[i].min_order_units = supply->min_order_units;
        }
        offers[i].supplier = capacity_of(plan, &plan->lines[i], capacities);
        offers[i].step_count = decision->step_count;
        for (size_t j = 0; j < decision->step_count; j++)
            steps[step_count++] =
                (struct pk_budget_step){decision->steps[j].units, decision->steps[j].worth};
    }
}

static void apply(struct plan *plan, const struct pk_budget_line *offers)
{
    for (size_t i = 0; i < plan->line_count; i++) {
        struct pk_reorder_line *line = &plan->lines[i];
        if (line->decision.order_units == 0)
            continue;
        if (offers[i].units < line->decision.order_units) {
            const bool has_cost = line->decision.unit_cost_micros > 0;
            pk_reasons_put_first(&line->decision.reasons, PK_REASON_BUDGET_CUT);
            if (!has_cost && plan->request->budget_micros >= 0)
                pk_reasons_add(&line->decision.reasons, PK_REASON_NO_COST);
        }
        line->decision.order_units = offers[i].units;
        line->rank = offers[i].rank;
        line->cumulative_micros = offers[i].cumulative_micros;
        set_amount(line);
    }
}

/* Cuts the collected lines to the money and the capacities. */
static enum pk_status spend(struct plan *plan, struct pk_error *error)
{
    const size_t supplier_count = plan->view->data->ledger.supplier_count;
    const int64_t budget = plan->request->budget_micros;
    struct pk_budget_line *offers = malloc((plan->line_count + 1) * sizeof *offers);
    struct pk_budget_step *steps =
        malloc((plan->line_count * PK_REORDER_STEP_COUNT + 1) * sizeof *steps);
    int64_t *capacities = malloc((supplier_count + 1) * sizeof *capacities);
    struct pk_budget_result result;
    enum pk_status status = PK_OK;
    if (offers == NULL || steps == NULL || capacities == NULL) {
        status = pk_error_set(error, PK_OUT_OF_MEMORY, "", "no memory for the budget");
        goto cleanup;
    }
    for (size_t i = 0; i < supplier_count; i++)
        capacities[i] = -1;
    offer(plan, offers, steps, capacities);
    status = pk_budget_spend(offers, plan->line_count, steps, budget < 0 ? INT64_MAX : budget,
                             capacities, &result, error);
    if (status != PK_OK)
        goto cleanup;
    apply(plan, offers);
    plan->totals.cut_line_count = (int64_t)result.cut_line_count;
    if (budget >= 0) {
        plan->totals.budget_left_micros = budget - result.spent_micros;
        plan->totals.budget_next_worth = result.next_worth;
    }
    for (size_t i = 0; i < plan->line_count && status == PK_OK; i++)
        status = hand_on(plan, &plan->lines[i], error);

cleanup:
    free(offers);
    free(steps);
    free(capacities);
    return status;
}

static bool has_capacities(const struct pk_ledger *ledger)
{
    for (size_t i = 0; i < ledger->supplier_count; i++)
        if (ledger->suppliers[i].capacity_units_per_week >= 0)
            return true;
    return false;
}

void pk_reorder_totals_done(struct pk_reorder_totals *totals)
{
    free(totals->suppliers);
    totals->suppliers = NULL;
    totals->supplier_count = 0;
}

enum pk_status pk_plan_reorders(const struct pk_view *view,
                                const struct pk_series_selection *selection,
                                const struct pk_reorder_request *request, pk_reorder_take *take,
                                void *context, struct pk_reorder_totals *out_totals,
                                struct pk_error *error)
{
    struct plan *plan = calloc(1, sizeof *plan);
    if (plan == NULL) {
        *out_totals = (struct pk_reorder_totals){.budget_left_micros = -1};
        return pk_error_set(error, PK_OUT_OF_MEMORY, "", "no memory for a plan");
    }
    plan->view = view;
    plan->request = request;
    plan->take = take;
    plan->context = context;
    plan->totals.budget_left_micros = -1;
    plan->is_collecting = request->budget_micros >= 0 || has_capacities(&view->data->ledger);
    const struct pk_series_work work = {.parts = {&view->data->shop, selection, PART_SERIES},
                                        .thread_count = request->thread_count,
                                        .noun = "order lines",
                                        .context = plan,
                                        .memory_size = sizeof(struct decider),
                                        .begin = begin_decider,
                                        .end = end_decider,
                                        .row_size = sizeof(struct pk_reorder_line),
                                        .make = plan_one,
                                        .take = take_one};
    enum pk_status status = check_suppliers(&view->data->ledger, request, error);
    if (status == PK_OK)
        status = pk_series_run(&work, error);
    if (status == PK_OK && plan->is_collecting)
        status = spend(plan, error);
    if (status == PK_OK && request->store != NULL)
        status = pk_suggestions_save(request->store, &plan->keeping, error);
    pk_suggestion_keeping_done(&plan->keeping);
    free(plan->lines);
    *out_totals = plan->totals;
    free(plan);
    return status;
}
