/* PlanPromotion: sends the purchase plan of a campaign: its orders, its lines, then its sums. */
#include <math.h>

#include "peakstock/v1/promotion_plan.pb-c.h"
#include "service/handlers/line_batch.h"
#include "service/handlers/reply.h"
#include "service/workflows/promotion/plan_promotion.h"

static Peakstock__V1__PromotionPlanOrder *wire_order(struct pk_rpc_call *call,
                                                     const struct pk_plan_row *row)
{
    Peakstock__V1__PromotionPlanOrder *out = pk_rpc_call_allocate(call, sizeof *out);
    if (out == NULL)
        return NULL;
    peakstock__v1__promotion_plan_order__init(out);
    out->supplier_id = pk_reply_borrow(row->supplier_id);
    out->week_start_date_epoch_days = pk_reply_epoch_days(row->week_start_date);
    out->item_id = pk_reply_borrow(row->item->item_id);
    out->item_name = pk_reply_borrow(row->item->name);
    out->warehouse_id = pk_reply_borrow(row->warehouse_id);
    out->order_units = row->order_units;
    out->campaign_units = row->campaign_units;
    out->order_date_epoch_days = pk_reply_epoch_days(row->order_date);
    out->last_order_date_epoch_days = pk_reply_epoch_days(row->last_order_date);
    out->arrival_date_epoch_days = pk_reply_epoch_days(row->arrival_date);
    if (row->unit_cost_micros >= 0) {
        out->cost_case = PEAKSTOCK__V1__PROMOTION_PLAN_ORDER__COST_UNIT_COST_MICROS;
        out->unit_cost_micros = row->unit_cost_micros;
    }
    if (row->order_amount_micros >= 0) {
        out->amount_case = PEAKSTOCK__V1__PROMOTION_PLAN_ORDER__AMOUNT_ORDER_AMOUNT_MICROS;
        out->order_amount_micros = row->order_amount_micros;
    }
    out->transfer_units = row->transfer_units;
    out->transfer_from_warehouse_id = pk_reply_borrow(row->transfer_from_warehouse_id);
    out->missing_units = row->missing_units;
    out->critical_ratio = row->critical_ratio;
    out->reasons = pk_reply_reasons(call, &row->reasons, &out->n_reasons);
    return out;
}

static Peakstock__V1__PromotionPlanLine *wire_line(struct pk_rpc_call *call,
                                                   const struct pk_plan_line *line)
{
    Peakstock__V1__PromotionPlanLine *out = pk_rpc_call_allocate(call, sizeof *out);
    if (out == NULL)
        return NULL;
    peakstock__v1__promotion_plan_line__init(out);
    out->item_id = pk_reply_borrow(line->item->item_id);
    out->item_name = pk_reply_borrow(line->item->name);
    out->warehouse_id = pk_reply_borrow(line->warehouse_id);
    out->supplier_id = pk_reply_borrow(line->supplier_id);
    out->gap_q50_units = line->gap_q50_units;
    out->gap_q90_units = line->gap_q90_units;
    if (!isnan(line->cover_probability)) {
        out->cover_case = PEAKSTOCK__V1__PROMOTION_PLAN_LINE__COVER_COVER_PROBABILITY;
        out->cover_probability = line->cover_probability;
    }
    if (!isnan(line->planned_cover_probability)) {
        out->planned_cover_case =
            PEAKSTOCK__V1__PROMOTION_PLAN_LINE__PLANNED_COVER_PLANNED_COVER_PROBABILITY;
        out->planned_cover_probability = line->planned_cover_probability;
    }
    out->order_units = line->order_units;
    out->campaign_units = line->campaign_units;
    out->before_start_units = line->before_start_units;
    out->transfer_units = line->transfer_units;
    out->missing_units = line->missing_units;
    out->order_amount_micros = line->order_amount_micros;
    out->order_by_date_epoch_days = pk_reply_epoch_days(line->order_by_date);
    out->reasons = pk_reply_reasons(call, &line->reasons, &out->n_reasons);
    return out;
}

static Peakstock__V1__PromotionPlanSum **wire_sums(struct pk_rpc_call *call,
                                                   const struct pk_plan_sum *sums, size_t count)
{
    Peakstock__V1__PromotionPlanSum **list =
        pk_rpc_call_allocate(call, (count + 1) * sizeof(Peakstock__V1__PromotionPlanSum *));
    Peakstock__V1__PromotionPlanSum *entries =
        pk_rpc_call_allocate(call, (count + 1) * sizeof *entries);
    if (list == NULL || entries == NULL)
        return NULL;
    for (size_t i = 0; i < count; i++) {
        const struct pk_plan_sum *sum = &sums[i];
        Peakstock__V1__PromotionPlanSum *out = list[i] = &entries[i];
        peakstock__v1__promotion_plan_sum__init(out);
        out->supplier_id = pk_reply_borrow(sum->supplier_id == NULL ? "" : sum->supplier_id);
        out->week_start_date_epoch_days = pk_reply_epoch_days(sum->week_start_date);
        out->line_count = sum->line_count;
        out->order_units = sum->order_units;
        out->campaign_units = sum->campaign_units;
        out->missing_units = sum->missing_units;
        out->order_amount_micros = sum->order_amount_micros;
        out->no_cost_count = sum->no_cost_count;
        out->last_order_date_epoch_days = pk_reply_epoch_days(sum->first_last_order_date);
        if (sum->min_order_amount_micros >= 0) {
            const int64_t missing = sum->min_order_amount_micros - sum->order_amount_micros;
            out->minimum_case = PEAKSTOCK__V1__PROMOTION_PLAN_SUM__MINIMUM_MIN_ORDER_AMOUNT_MICROS;
            out->min_order_amount_micros = sum->min_order_amount_micros;
            out->short_of_minimum_amount_micros = missing > 0 ? missing : 0;
        }
        if (sum->capacity_units >= 0) {
            out->capacity_case =
                PEAKSTOCK__V1__PROMOTION_PLAN_SUM__CAPACITY_CAPACITY_UNITS_PER_WEEK;
            out->capacity_units_per_week = sum->capacity_units;
        }
    }
    return list;
}

static enum pk_status send_head(struct pk_rpc_call *call, const struct pk_snapshot *snapshot,
                                const struct pk_promotion_plan *plan, struct pk_error *error)
{
    Peakstock__V1__PlanPromotionResponse first = PEAKSTOCK__V1__PLAN_PROMOTION_RESPONSE__INIT;
    first.snapshot = pk_reply_snapshot(call, snapshot);
    first.window_start_date = pk_reply_date(call, plan->campaign.start_date);
    first.window_end_date = pk_reply_date(call, plan->campaign.end_date);
    if (first.snapshot == NULL || first.window_start_date == NULL || first.window_end_date == NULL)
        return pk_reply_out_of_memory(error);
    const enum pk_status status = pk_rpc_call_send(call, &first.base, error);
    pk_rpc_call_release(call);
    return status;
}

static Peakstock__V1__PromotionPlanSummary summary_of(const struct pk_promotion_plan *plan,
                                                      const char *currency_code)
{
    Peakstock__V1__PromotionPlanSummary summary = PEAKSTOCK__V1__PROMOTION_PLAN_SUMMARY__INIT;
    summary.line_count = (int64_t)plan->line_count;
    summary.currency_code = pk_reply_borrow(currency_code);
    for (size_t i = 0; i < plan->supplier_count; i++) {
        const struct pk_plan_sum *sum = &plan->suppliers[i];
        summary.order_count += sum->line_count;
        summary.order_units += sum->order_units;
        summary.campaign_units += sum->campaign_units;
        summary.missing_units += sum->missing_units;
        summary.no_cost_count += sum->no_cost_count;
        summary.order_amount_micros += sum->order_amount_micros;
    }
    for (size_t i = 0; i < plan->line_count; i++) {
        const struct pk_plan_line *line = &plan->lines[i];
        summary.transfer_units += line->transfer_units;
        summary.uncovered_count += line->cover_probability < PK_READINESS_RED_BELOW;
        summary.planned_uncovered_count += line->planned_cover_probability < PK_READINESS_RED_BELOW;
    }
    summary.no_stock_count = plan->no_stock_count;
    summary.no_supply_terms_count = plan->no_supply_terms_count;
    summary.too_late_count = plan->too_late_count;
    return summary;
}

static enum pk_status send_sums(struct pk_rpc_call *call, const struct pk_snapshot *snapshot,
                                const struct pk_promotion_plan *plan, struct pk_error *error)
{
    Peakstock__V1__PlanPromotionResponse last = PEAKSTOCK__V1__PLAN_PROMOTION_RESPONSE__INIT;
    Peakstock__V1__PromotionPlanSummary summary = summary_of(plan, snapshot->stamp->currency_code);
    last.supplier_weeks = wire_sums(call, plan->supplier_weeks, plan->supplier_week_count);
    last.n_supplier_weeks = plan->supplier_week_count;
    last.weeks = wire_sums(call, plan->weeks, plan->week_count);
    last.n_weeks = plan->week_count;
    last.suppliers = wire_sums(call, plan->suppliers, plan->supplier_count);
    last.n_suppliers = plan->supplier_count;
    last.summary = &summary;
    if (last.supplier_weeks == NULL || last.weeks == NULL || last.suppliers == NULL)
        return pk_reply_out_of_memory(error);
    return pk_rpc_call_send(call, &last.base, error);
}

static enum pk_status send_plan(struct pk_rpc_call *call, const struct pk_snapshot *snapshot,
                                const struct pk_promotion_plan *plan, struct pk_error *error)
{
    struct pk_line_batch orders = {.call = call,
                                   .response = &peakstock__v1__plan_promotion_response__descriptor,
                                   .field = "orders"};
    struct pk_line_batch lines = {.call = call,
                                  .response = &peakstock__v1__plan_promotion_response__descriptor,
                                  .field = "lines"};
    enum pk_status status = send_head(call, snapshot, plan, error);
    for (size_t i = 0; i < plan->row_count && status == PK_OK; i++)
        status = pk_line_batch_add(&orders, wire_order(call, &plan->rows[i]), error);
    if (status == PK_OK)
        status = pk_line_batch_flush(&orders, error);
    for (size_t i = 0; i < plan->line_count && status == PK_OK; i++)
        status = pk_line_batch_add(&lines, wire_line(call, &plan->lines[i]), error);
    if (status == PK_OK)
        status = pk_line_batch_flush(&lines, error);
    return status == PK_OK ? send_sums(call, snapshot, plan, error) : status;
}

enum pk_status pk_handle_plan_promotion(void *context, struct pk_rpc_call *call,
                                        const ProtobufCMessage *message, struct pk_error *error)
{
    const Peakstock__V1__PlanPromotionRequest *request =
        (const Peakstock__V1__PlanPromotionRequest *)message;
    struct pk_snapshot *snapshot = NULL;
    struct pk_series_selection selection = {0};
    struct pk_promotion_plan plan = {0};
    const struct pk_series_filter filter = {.warehouse_ids = request->warehouse_ids,
                                            .warehouse_id_count = request->n_warehouse_ids};
    const char *supplier_id = request->supplier_id[0] == '\0' ? NULL : request->supplier_id;
    const int32_t as_of_date = pk_request_date(call, "as_of_date", request->as_of_date);
    pk_request_check_promotion(call, "promotion_id", request->promotion_id);
    pk_request_check_ids(call, "warehouse_ids", request->warehouse_ids, request->n_warehouse_ids);
    if (supplier_id != NULL)
        pk_request_check_id(call, "supplier_id", supplier_id);
    enum pk_status status =
        pk_request_series(context, call, as_of_date, &filter, &snapshot, &selection, error);
    if (status == PK_OK)
        status = pk_plan_promotion(pk_snapshot_view(snapshot), request->promotion_id, &selection,
                                   supplier_id, &plan, error);
    if (status == PK_OK)
        status = send_plan(call, snapshot, &plan, error);
    pk_promotion_plan_done(&plan);
    pk_series_selection_done(&selection);
    pk_snapshot_release(snapshot);
    return status;
}
