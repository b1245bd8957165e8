#include "service/workflows/advise_promotion.h"

enum pk_status pk_advice_memory_new(struct pk_advice_memory *out_memory, struct pk_error *error)
{
    struct pk_advice_memory memory = {.reorder = pk_decision_memory_new(),
                                      .donor = pk_decision_memory_new()};
    if (memory.reorder == NULL || memory.donor == NULL) {
        pk_advice_memory_done(&memory);
        return pk_error_set(error, PK_OUT_OF_MEMORY, "", "no memory to advise on a promotion");
    }
    *out_memory = memory;
    return PK_OK;
}

void pk_advice_memory_done(struct pk_advice_memory *memory)
{
    pk_decision_memory_free(memory->reorder);
    pk_decision_memory_free(memory->donor);
    memory->reorder = memory->donor = NULL;
}

/* Decides as the reorder list does; a transfer that it would bring first is in the offer, one that only
 * the campaign needs as well. */
static enum pk_status ask_reorder(const struct pk_snapshot *snapshot, size_t series,
                                  bool needs_transfer, struct pk_advice_memory *memory,
                                  struct pk_transfer *out_transfer, int64_t *out_reorder_units,
                                  struct pk_error *error)
{
    struct pk_assumptions assumptions = {.stock_units = -1, .lead_time_days = -1};
    struct pk_series_facts facts;
    struct pk_reorder decision;
    *out_transfer = (struct pk_transfer){0};
    enum pk_status status = pk_decide_reorder(snapshot, series, &assumptions, NULL, memory->reorder,
                                              &facts, &decision, error);
    if (status != PK_OK)
        return status;
    *out_reorder_units = decision.order_units;
    const bool orders = decision.order_units > 0;
    if (snapshot->data->ledger.lane_count == 0 || !facts.terms.is_known ||
        !(orders || needs_transfer))
        return PK_OK;
    status = pk_transfer_find(snapshot, series, &facts, &decision, &memory->book, NULL,
                              memory->donor, out_transfer, error);
    if (status != PK_OK || out_transfer->units == 0 || !orders)
        return status;
    assumptions.transfer_units = out_transfer->units;
    assumptions.transfer_date = out_transfer->arrival_date;
    status = pk_decide_reorder(snapshot, series, &assumptions, NULL, memory->reorder, &facts,
                               &decision, error);
    if (status == PK_OK)
        *out_reorder_units = decision.order_units;
    return status;
}

/* The order that a line of the input belongs to: the ledger's lines come first. */
static const char *order_id_of(const struct pk_snapshot *snapshot, size_t series, size_t line)
{
    const struct pk_series *one = &snapshot->data->shop.series[series];
    const struct pk_ledger *ledger = &snapshot->data->ledger;
    const struct pk_ledger_range range = pk_ledger_inbound_of(ledger, one->item, one->warehouse);
    return line < range.last - range.first ? ledger->inbound[range.first + line].order_id : "";
}

enum pk_status pk_advise_promotion(const struct pk_snapshot *snapshot, size_t series,
                                   const struct pk_promotion_input *input,
                                   const struct pk_promotion_check *check,
                                   struct pk_advice_memory *memory,
                                   struct pk_projection *projection,
                                   struct pk_line_advice *out_advice, struct pk_error *error)
{
    struct pk_line_advice line = {
        .reorder_units = -1, .transfer_from_warehouse_id = "", .expedite_order_id = ""};
    const bool is_short = check->state == PK_READINESS_RED || check->state == PK_READINESS_AMBER;
    struct pk_transfer transfer = {0};
    if (is_short || check->order_units > 0) {
        enum pk_status status =
            ask_reorder(snapshot, series, is_short, memory, &transfer, &line.reorder_units, error);
        if (status != PK_OK)
            return status;
    }
    const struct pk_transfer_offer offer = {transfer.units, transfer.arrival_date};
    pk_promotion_advise(input, check, &offer, projection, &line.advice);
    if (transfer.units > 0 && line.advice.action == PK_ACTION_TRANSFER)
        line.transfer_from_warehouse_id = snapshot->data->shop.warehouses[transfer.from_warehouse];
    /* What the list orders today anyway is the number to order today. */
    if ((line.advice.action == PK_ACTION_ORDER_NOW ||
         line.advice.action == PK_ACTION_ORDER_BY_DATE) &&
        line.reorder_units >= line.advice.units) {
        line.advice.action = PK_ACTION_ORDER_NOW;
        line.advice.units = line.reorder_units;
    }
    if (line.advice.expedite_line != SIZE_MAX)
        line.expedite_order_id = order_id_of(snapshot, series, line.advice.expedite_line);
    *out_advice = line;
    return PK_OK;
}
