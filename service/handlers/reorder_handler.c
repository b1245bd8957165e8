/* ReorderService: sends the order lines of a selection or of one item, on changed promotions if
 * asked. */
#include <string.h>

#include "models/base/limits.h"
#include "peakstock/v1/reorder.pb-c.h"
#include "service/handlers/line_batch.h"
#include "service/handlers/reorder_request.h"
#include "service/handlers/reply.h"
#include "service/workflows/reorder/plan_reorder.h"

static void fill_known(const struct pk_reorder_line *line, Peakstock__V1__ReorderLine *out)
{
    const struct pk_reorder *decision = &line->decision;
    if (line->stock_is_known) {
        out->position_case = PEAKSTOCK__V1__REORDER_LINE__POSITION_POSITION_UNITS;
        out->position_units = decision->position_units;
        out->on_hand_case = PEAKSTOCK__V1__REORDER_LINE__ON_HAND_ON_HAND_UNITS;
        out->on_hand_units = decision->sellable_units;
    }
    if (decision->unit_cost_micros >= 0) {
        out->cost_case = PEAKSTOCK__V1__REORDER_LINE__COST_UNIT_COST_MICROS;
        out->unit_cost_micros = decision->unit_cost_micros;
    }
    if (line->order_amount_micros >= 0) {
        out->amount_case = PEAKSTOCK__V1__REORDER_LINE__AMOUNT_ORDER_AMOUNT_MICROS;
        out->order_amount_micros = line->order_amount_micros;
    }
    if (line->rank > 0) {
        out->spent_case = PEAKSTOCK__V1__REORDER_LINE__SPENT_CUMULATIVE_AMOUNT_MICROS;
        out->cumulative_amount_micros = line->cumulative_micros;
    }
}

static void fill_change(const struct pk_reorder_line *line, Peakstock__V1__ReorderLine *out)
{
    out->planned_units = line->planned_units;
    if (line->previous_units < 0)
        return;
    out->previous_case = PEAKSTOCK__V1__REORDER_LINE__PREVIOUS_PREVIOUS_ORDER_UNITS;
    out->previous_order_units = line->previous_units;
    out->change_stock_units = line->change.stock_units;
    out->change_inbound_units = line->change.inbound_units;
    out->change_demand_units = line->change.demand_units;
    out->change_terms_units = line->change.terms_units;
    out->change_rounding_units = line->change.rounding_units;
}

/* Whether an answer may be kept: the live day, all suppliers, nothing assumed, no limit of
 * money. */
static bool is_plain(const struct pk_reorder_request *wanted, int32_t as_of_date,
                     size_t change_count)
{
    const struct pk_assumptions *assumptions = &wanted->assumptions;
    const struct pk_what_if *what_if = &assumptions->what_if;
    return as_of_date == PK_DATE_NONE && change_count == 0 && wanted->supplier_id_count == 0 &&
           wanted->budget_micros < 0 && assumptions->stock_units < 0 &&
           assumptions->lead_time_days < 0 && !what_if->has_lead_time &&
           !(what_if->critical_ratio > 0) && what_if->delayed_order_id == NULL;
}

static Peakstock__V1__ReorderLine *wire_line(struct pk_rpc_call *call,
                                             const struct pk_reorder_line *line)
{
    static char empty[] = "";
    const struct pk_reorder *decision = &line->decision;
    Peakstock__V1__ReorderLine *out = pk_rpc_call_allocate(call, sizeof *out);
    if (out == NULL)
        return NULL;
    peakstock__v1__reorder_line__init(out);
    out->item_id = pk_reply_borrow(line->item->item_id);
    out->item_name = pk_reply_borrow(line->item->name);
    out->warehouse_id = pk_reply_borrow(line->warehouse_id);
    out->supplier_id = line->supply == NULL ? empty : pk_reply_borrow(line->supply->supplier_id);
    out->order_units = decision->order_units;
    out->order_by_date_epoch_days = pk_reply_epoch_days(decision->order_by_date);
    out->arrival_date_epoch_days = pk_reply_epoch_days(decision->arrival_date);
    out->expected_demand_units = decision->expected_demand_units;
    out->critical_ratio = decision->critical_ratio;
    out->critical_ratio_rule = pk_reply_borrow(pk_ratio_rule_name(decision->critical_ratio_rule));
    out->reasons = pk_reply_reasons(call, &decision->reasons, &out->n_reasons);
    out->suggestion_id = pk_reply_text(call, line->suggestion_id);
    out->inbound_units = decision->inbound_units;
    out->eta_date_epoch_days = pk_reply_epoch_days(decision->eta_date);
    out->state = pk_reply_borrow(line->state);
    fill_change(line, out);
    out->stockout_date_p10_epoch_days = pk_reply_epoch_days(decision->stockout_date_p10);
    out->stockout_date_p50_epoch_days = pk_reply_epoch_days(decision->stockout_date_p50);
    out->stockout_date_p90_epoch_days = pk_reply_epoch_days(decision->stockout_date_p90);
    out->excess_units = decision->excess_units;
    out->transfer_units = line->transfer_units;
    out->transfer_from_warehouse_id = pk_reply_borrow(line->transfer_from_warehouse_id);
    out->rank = (int32_t)line->rank;
    out->item_class = pk_reply_borrow(pk_item_class_name(line->item_class));
    fill_known(line, out);
    return out->suggestion_id == NULL ? NULL : out;
}

static enum pk_status take_line(void *context, const struct pk_reorder_line *line,
                                struct pk_error *error)
{
    struct pk_line_batch *batch = context;
    return pk_line_batch_add(batch, wire_line(batch->call, line), error);
}

static enum pk_status send_snapshot(struct pk_rpc_call *call, const struct pk_snapshot *snapshot,
                                    struct pk_error *error)
{
    Peakstock__V1__PlanReordersResponse first = PEAKSTOCK__V1__PLAN_REORDERS_RESPONSE__INIT;
    first.has_lanes = snapshot->view.data->ledger.lane_count > 0;
    const enum pk_status status =
        pk_reply_send(call, snapshot, &first.snapshot, &first.base, error);
    pk_rpc_call_release(call);
    return status;
}

static Peakstock__V1__SupplierTotal **wire_suppliers(struct pk_rpc_call *call,
                                                     const struct pk_reorder_totals *totals)
{
    const size_t count = totals->supplier_count;
    Peakstock__V1__SupplierTotal **list =
        pk_rpc_call_allocate(call, (count + 1) * sizeof(Peakstock__V1__SupplierTotal *));
    Peakstock__V1__SupplierTotal *rows = pk_rpc_call_allocate(call, (count + 1) * sizeof *rows);
    if (list == NULL || rows == NULL)
        return NULL;
    for (size_t i = 0; i < count; i++) {
        const struct pk_supplier_total *total = &totals->suppliers[i];
        peakstock__v1__supplier_total__init(&rows[i]);
        rows[i].supplier_id = pk_reply_borrow(total->supplier_id);
        rows[i].line_count = total->line_count;
        rows[i].order_units = total->order_units;
        rows[i].order_amount_micros = total->order_amount_micros;
        if (total->min_order_amount_micros >= 0) {
            const int64_t missing = total->min_order_amount_micros - total->order_amount_micros;
            rows[i].minimum_case = PEAKSTOCK__V1__SUPPLIER_TOTAL__MINIMUM_MIN_ORDER_AMOUNT_MICROS;
            rows[i].min_order_amount_micros = total->min_order_amount_micros;
            rows[i].short_of_minimum_amount_micros = missing > 0 ? missing : 0;
        }
        if (total->capacity_units_per_week >= 0) {
            rows[i].capacity_case = PEAKSTOCK__V1__SUPPLIER_TOTAL__CAPACITY_CAPACITY_UNITS_PER_WEEK;
            rows[i].capacity_units_per_week = total->capacity_units_per_week;
        }
        list[i] = &rows[i];
    }
    return list;
}

static enum pk_status send_summary(struct pk_rpc_call *call, const struct pk_snapshot *snapshot,
                                   struct pk_request_texts *texts,
                                   const struct pk_reorder_totals *totals, struct pk_error *error)
{
    Peakstock__V1__PlanReordersResponse last = PEAKSTOCK__V1__PLAN_REORDERS_RESPONSE__INIT;
    Peakstock__V1__ReorderSummary summary = PEAKSTOCK__V1__REORDER_SUMMARY__INIT;
    summary.assumptions = texts->lines;
    summary.n_assumptions = texts->count;
    summary.series_count = totals->series_count;
    summary.line_count = totals->line_count;
    summary.order_line_count = totals->order_line_count;
    summary.order_units = totals->order_units;
    summary.order_amount_micros = totals->order_amount_micros;
    summary.currency_code = pk_reply_borrow(snapshot->stamp->currency_code);
    summary.no_stock_count = totals->no_stock_count;
    summary.no_supply_terms_count = totals->no_supply_terms_count;
    summary.transfer_units = totals->transfer_units;
    summary.cut_line_count = totals->cut_line_count;
    summary.budget_next_worth = totals->budget_next_worth;
    if (totals->budget_left_micros >= 0) {
        summary.left_case = PEAKSTOCK__V1__REORDER_SUMMARY__LEFT_BUDGET_LEFT_MICROS;
        summary.budget_left_micros = totals->budget_left_micros;
    }
    summary.suppliers = wire_suppliers(call, totals);
    summary.n_suppliers = totals->supplier_count;
    if (summary.suppliers == NULL)
        return pk_reply_out_of_memory(error);
    last.summary = &summary;
    return pk_rpc_call_send(call, &last.base, error);
}

/* Swaps the snapshot for one with other promotions. */
static enum pk_status change_promotions(struct pk_snapshot **snapshot,
                                        const struct pk_promotion_change *changes, size_t count,
                                        struct pk_error *error)
{
    struct pk_snapshot *changed = NULL;
    enum pk_status status = pk_what_if_promotions(*snapshot, changes, count, &changed, error);
    if (status != PK_OK)
        return status;
    pk_snapshot_release(*snapshot);
    *snapshot = changed;
    return PK_OK;
}

static enum pk_status check_delayed(const struct pk_snapshot *snapshot, const char *order_id,
                                    struct pk_error *error)
{
    const struct pk_ledger *ledger = &snapshot->view.data->ledger;
    if (order_id == NULL)
        return PK_OK;
    for (size_t i = 0; i < ledger->inbound_count; i++)
        if (strcmp(ledger->inbound[i].order_id, order_id) == 0)
            return PK_OK;
    return pk_error_set(error, PK_NOT_FOUND, "delayed_order_id", "'%.64s' has no open inbound line",
                        order_id);
}

static enum pk_status plan_reorders(void *context, struct pk_rpc_call *call,
                                    const ProtobufCMessage *message, struct pk_error *error)
{
    const Peakstock__V1__PlanReordersRequest *request =
        (const Peakstock__V1__PlanReordersRequest *)message;
    struct pk_snapshot *snapshot = NULL;
    struct pk_series_selection selection = {0};
    struct pk_series_filter filter = pk_request_filter(request->filter);
    struct pk_reorder_request wanted = {
        .all_items = request->all_items,
        .budget_micros = -1,
        .thread_count = ((const struct pk_service_context *)context)->thread_count};
    struct pk_reorder_totals totals = {0};
    struct pk_line_batch batch = {.call = call,
                                  .response = &peakstock__v1__plan_reorders_response__descriptor,
                                  .field = "lines"};
    struct pk_promotion_change changes[PK_PROMOTION_CHANGE_COUNT_MAX];
    const size_t change_count = request->what_if == NULL ? 0 : request->what_if->n_promotions;
    struct pk_request_texts texts = {.count = 0};
    int32_t as_of_date = pk_request_date(call, "as_of_date", request->as_of_date);
    pk_reorder_read_assumptions(call, request->assumptions, &wanted.assumptions);
    pk_reorder_read_what_if(call, request->what_if, &wanted.assumptions.what_if, changes);
    if (request->filter != NULL) {
        wanted.supplier_ids = request->filter->supplier_ids;
        wanted.supplier_id_count = request->filter->n_supplier_ids;
    }
    if (request->budget_case == PEAKSTOCK__V1__PLAN_REORDERS_REQUEST__BUDGET_BUDGET_MICROS) {
        wanted.budget_micros = request->budget_micros;
        if (wanted.budget_micros < 0 || wanted.budget_micros > PK_MONEY_MICROS_MAX)
            pk_rpc_call_violation(call, "budget_micros", "%lld is out of range; give 0 to %lld",
                                  (long long)wanted.budget_micros, (long long)PK_MONEY_MICROS_MAX);
    }
    enum pk_status status = pk_request_check(call, error);
    if (status == PK_OK)
        status = pk_request_snapshot(context, call, as_of_date, &snapshot, error);
    if (status == PK_OK && change_count > 0)
        status = change_promotions(&snapshot, changes, change_count, error);
    if (status == PK_OK)
        status = check_delayed(snapshot, wanted.assumptions.what_if.delayed_order_id, error);
    if (status == PK_OK)
        status = pk_series_select(&snapshot->view.data->shop, &filter, &selection, error);
    if (status == PK_OK)
        status = send_snapshot(call, snapshot, error);
    if (is_plain(&wanted, as_of_date, change_count))
        wanted.store = ((struct pk_service_context *)context)->store;
    if (status == PK_OK)
        status = pk_plan_reorders(pk_snapshot_view(snapshot), &selection, &wanted, take_line,
                                  &batch, &totals, error);
    if (status == PK_OK)
        status = pk_line_batch_flush(&batch, error);
    if (status == PK_OK) {
        pk_reorder_tell(call, &texts, &wanted.assumptions, changes, change_count);
        status = send_summary(call, snapshot, &texts, &totals, error);
    }
    pk_reorder_totals_done(&totals);
    pk_series_selection_done(&selection);
    pk_snapshot_release(snapshot);
    return status;
}

static enum pk_status plan_item_reorder(void *context, struct pk_rpc_call *call,
                                        const ProtobufCMessage *message, struct pk_error *error)
{
    static char main_warehouse[] = "main";
    const Peakstock__V1__PlanItemReorderRequest *request =
        (const Peakstock__V1__PlanItemReorderRequest *)message;
    Peakstock__V1__PlanItemReorderResponse response =
        PEAKSTOCK__V1__PLAN_ITEM_REORDER_RESPONSE__INIT;
    struct pk_snapshot *snapshot = NULL;
    struct pk_series_selection selection = {0};
    struct pk_reorder_request wanted = {.all_items = true, .budget_micros = -1};
    struct pk_reorder_totals totals = {0};
    struct pk_line_batch batch = {.call = call,
                                  .response = &peakstock__v1__plan_reorders_response__descriptor,
                                  .field = "lines"};
    char *item_id = request->item_id;
    char *warehouse_id = request->warehouse_id[0] == '\0' ? main_warehouse : request->warehouse_id;
    struct pk_series_filter filter = {.item_ids = &item_id,
                                      .item_id_count = 1,
                                      .warehouse_ids = &warehouse_id,
                                      .warehouse_id_count = 1};
    int32_t as_of_date = pk_request_date(call, "as_of_date", request->as_of_date);
    pk_reorder_read_assumptions(call, request->assumptions, &wanted.assumptions);
    enum pk_status status =
        pk_request_series(context, call, as_of_date, &filter, &snapshot, &selection, error);
    if (status == PK_OK && selection.count == 0)
        status = pk_error_set(error, PK_NOT_FOUND, "item_id",
                              "'%.64s' has no sales, stock or inbound in warehouse '%.64s'",
                              item_id, warehouse_id);
    if (is_plain(&wanted, as_of_date, 0))
        wanted.store = ((struct pk_service_context *)context)->store;
    if (status == PK_OK)
        status = pk_plan_reorders(pk_snapshot_view(snapshot), &selection, &wanted, take_line,
                                  &batch, &totals, error);
    if (status == PK_OK) {
        response.line = batch.lines[0];
        status = pk_reply_send(call, snapshot, &response.snapshot, &response.base, error);
    }
    pk_reorder_totals_done(&totals);
    pk_series_selection_done(&selection);
    pk_snapshot_release(snapshot);
    return status;
}

const struct pk_rpc_method pk_reorder_methods[] = {
    {"PlanReorders", PK_RPC_SERVER_STREAM, &peakstock__v1__plan_reorders_request__descriptor,
     &peakstock__v1__plan_reorders_response__descriptor, plan_reorders},
    {"PlanItemReorder", PK_RPC_UNARY, &peakstock__v1__plan_item_reorder_request__descriptor,
     &peakstock__v1__plan_item_reorder_response__descriptor, plan_item_reorder},
    {"ExplainReorder", PK_RPC_UNARY, &peakstock__v1__explain_reorder_request__descriptor,
     &peakstock__v1__explain_reorder_response__descriptor, pk_handle_explain_reorder},
};
const size_t pk_reorder_method_count = sizeof pk_reorder_methods / sizeof pk_reorder_methods[0];
