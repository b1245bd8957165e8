#include "models/evidence/advise_promotion.h"

#include <math.h>

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

/* What the reorder list says of the series today. */
struct today {
    int64_t reorder_units;
    struct pk_transfer transfer;
    int32_t next_arrival_date; /* up to which both last */
};

/* Decides as the reorder list does, with the transfer that it would bring first. */
static enum pk_status ask_reorder(const struct pk_view *view, size_t series,
                                  struct pk_advice_memory *memory, struct today *out_today,
                                  struct pk_error *error)
{
    struct pk_assumptions assumptions = {.stock_units = -1, .lead_time_days = -1};
    struct pk_series_facts facts;
    struct pk_reorder decision;
    struct pk_transfer *transfer = &out_today->transfer;
    enum pk_status status = pk_decide_reorder(view, series, &assumptions, NULL, memory->reorder,
                                              &facts, &decision, error);
    if (status != PK_OK)
        return status;
    out_today->reorder_units = decision.order_units;
    out_today->next_arrival_date = decision.next_arrival_date;
    if (view->data->ledger.lane_count == 0 || decision.order_units == 0)
        return PK_OK;
    status = pk_transfer_find(view, series, &facts, &decision, &memory->book, NULL, memory->donor,
                              transfer, error);
    if (status != PK_OK || transfer->units == 0)
        return status;
    assumptions.transfer_units = transfer->units;
    assumptions.transfer_date = transfer->arrival_date;
    status = pk_decide_reorder(view, series, &assumptions, NULL, memory->reorder, &facts, &decision,
                               error);
    if (status == PK_OK)
        out_today->reorder_units = decision.order_units;
    return status;
}

/* What the campaign needs from a warehouse that can spare it. Where today's transfer lasts beyond
 * the start it is part of that; else it is gone by then, and the campaign's goods come for the
 * start. */
static enum pk_status offer_transfer(const struct pk_view *view, size_t series,
                                     const struct pk_promotion_input *input,
                                     const struct pk_promotion_check *check,
                                     const struct today *today, struct pk_advice_memory *memory,
                                     struct pk_transfer *out_transfer, struct pk_error *error)
{
    const int64_t cost_micros = pk_unit_cost_micros(&input->terms, &input->economics);
    const int64_t gap_units = (int64_t)ceil(check->gap_q90_units);
    const bool lasts = today->transfer.units > 0 && today->next_arrival_date > check->due_date;
    int64_t wanted_units = gap_units > check->order_units ? gap_units : check->order_units;
    struct pk_transfer more;
    *out_transfer = lasts ? today->transfer : (struct pk_transfer){0};
    wanted_units -= out_transfer->units;
    if (view->data->ledger.lane_count == 0 || wanted_units <= 0)
        return PK_OK;
    enum pk_status status = pk_transfer_take(view, series, wanted_units, cost_micros, &memory->book,
                                             memory->donor, &more, error);
    if (status != PK_OK || more.units == 0)
        return status;
    if (lasts && more.from_warehouse == out_transfer->from_warehouse)
        out_transfer->units += more.units;
    if (lasts)
        return PK_OK;
    *out_transfer = more;
    if (out_transfer->arrival_date < check->due_date)
        out_transfer->arrival_date = check->due_date;
    return PK_OK;
}

/* The order that a line of the input belongs to: the ledger's lines come first. */
static const char *order_id_of(const struct pk_view *view, size_t series, size_t line)
{
    const struct pk_series *one = &view->data->shop.series[series];
    const struct pk_ledger *ledger = &view->data->ledger;
    const struct pk_ledger_range range = pk_ledger_inbound_of(ledger, one->item, one->warehouse);
    return line < range.last - range.first ? ledger->inbound[range.first + line].order_id : "";
}

enum pk_status pk_advise_promotion(const struct pk_view *view, size_t series,
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
    struct today today = {.reorder_units = -1};
    enum pk_status status = PK_OK;
    if (is_short || check->order_units > 0)
        status = ask_reorder(view, series, memory, &today, error);
    if (status == PK_OK && is_short)
        status = offer_transfer(view, series, input, check, &today, memory, &transfer, error);
    if (status != PK_OK)
        return status;
    line.reorder_units = today.reorder_units;
    const struct pk_promotion_offer offer = {transfer.units, transfer.arrival_date,
                                             today.reorder_units > 0 ? today.reorder_units : 0};
    pk_promotion_advise(input, check, &offer, projection, &line.advice);
    if (transfer.units > 0 && line.advice.action == PK_ACTION_TRANSFER)
        line.transfer_from_warehouse_id = view->data->shop.warehouses[transfer.from_warehouse];
    if (line.advice.expedite_line != SIZE_MAX)
        line.expedite_order_id = order_id_of(view, series, line.advice.expedite_line);
    *out_advice = line;
    return PK_OK;
}
