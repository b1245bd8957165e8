/* ExplainReorder: sends the terms of an order, each with the stored row that it comes from. */
#include "models/base/text.h"
#include "peakstock/v1/reorder.pb-c.h"
#include "service/handlers/reply.h"
#include "service/workflows/reorder/explain_reorder.h"

/* The reply under way. */
struct explain_reply {
    struct pk_rpc_call *call;
    Peakstock__V1__ExplainReorderResponse *response;
};

static void set_value(struct pk_rpc_call *call, const struct pk_reorder_term *term,
                      Peakstock__V1__ReorderTerm *out)
{
    switch (term->kind) {
    case PK_TERM_UNITS:
        out->value_case = PEAKSTOCK__V1__REORDER_TERM__VALUE_UNITS;
        out->units = term->number;
        break;
    case PK_TERM_DAYS:
        out->value_case = PEAKSTOCK__V1__REORDER_TERM__VALUE_DAYS;
        out->days = term->number;
        break;
    case PK_TERM_RATIO:
        out->value_case = PEAKSTOCK__V1__REORDER_TERM__VALUE_RATIO;
        out->ratio = term->number;
        break;
    case PK_TERM_MONEY:
        out->value_case = PEAKSTOCK__V1__REORDER_TERM__VALUE_COST;
        out->cost = term->number;
        break;
    case PK_TERM_DATE:
        out->value_case = PEAKSTOCK__V1__REORDER_TERM__VALUE_DATE_EPOCH_DAYS;
        out->date_epoch_days = pk_reply_epoch_days(term->date);
        break;
    case PK_TERM_TEXT:
        out->text = pk_reply_text(call, term->text);
        if (out->text != NULL)
            out->value_case = PEAKSTOCK__V1__REORDER_TERM__VALUE_TEXT;
        break;
    }
}

static enum pk_status take_series(void *context, const struct pk_reorder_explanation *explanation,
                                  struct pk_error *error)
{
    struct explain_reply *reply = context;
    const size_t count = explanation->term_count;
    Peakstock__V1__ReorderExplanation *out = pk_rpc_call_allocate(reply->call, sizeof *out);
    Peakstock__V1__ReorderTerm *terms =
        pk_rpc_call_allocate(reply->call, (count + 1) * sizeof *terms);
    Peakstock__V1__ReorderTerm **list =
        pk_rpc_call_allocate(reply->call, (count + 1) * sizeof(Peakstock__V1__ReorderTerm *));
    if (out == NULL || terms == NULL || list == NULL)
        return pk_reply_out_of_memory(error);
    peakstock__v1__reorder_explanation__init(out);
    out->item_id = pk_reply_borrow(explanation->item_id);
    out->warehouse_id = pk_reply_borrow(explanation->warehouse_id);
    out->order_units = explanation->decision.order_units;
    out->reasons = pk_reply_reasons(reply->call, &explanation->decision.reasons, &out->n_reasons);
    for (size_t i = 0; i < count; i++) {
        const struct pk_reorder_term *term = &explanation->terms[i];
        peakstock__v1__reorder_term__init(&terms[i]);
        terms[i].section = pk_reply_borrow(term->section);
        terms[i].name = pk_reply_borrow(term->name);
        terms[i].source = pk_reply_text(reply->call, term->source);
        set_value(reply->call, term, &terms[i]);
        if (terms[i].source == NULL)
            return pk_reply_out_of_memory(error);
        list[i] = &terms[i];
    }
    out->terms = list;
    out->n_terms = count;
    reply->response->explanations[reply->response->n_explanations++] = out;
    return PK_OK;
}

enum pk_status pk_handle_explain_reorder(void *context, struct pk_rpc_call *call,
                                         const ProtobufCMessage *message, struct pk_error *error)
{
    const Peakstock__V1__ExplainReorderRequest *request =
        (const Peakstock__V1__ExplainReorderRequest *)message;
    Peakstock__V1__ExplainReorderResponse response = PEAKSTOCK__V1__EXPLAIN_REORDER_RESPONSE__INIT;
    struct explain_reply reply = {call, &response};
    struct pk_snapshot *snapshot = NULL;
    struct pk_series_selection selection = {0};
    const int32_t as_of_date = pk_request_date(call, "as_of_date", request->as_of_date);
    const struct pk_series_filter filter =
        pk_request_item_filter(call, &request->item_id, &request->warehouse_id);
    enum pk_status status =
        pk_request_series(context, call, as_of_date, &filter, &snapshot, &selection, error);
    if (status == PK_OK) {
        response.explanations = pk_rpc_call_allocate(
            call, (selection.count + 1) * sizeof(Peakstock__V1__ReorderExplanation *));
        if (response.explanations == NULL)
            status = pk_reply_out_of_memory(error);
    }
    if (status == PK_OK)
        status =
            pk_explain_reorders(pk_snapshot_view(snapshot), &selection, take_series, &reply, error);
    if (status == PK_OK)
        status = pk_reply_send(call, snapshot, &response.snapshot, &response.base, error);
    pk_series_selection_done(&selection);
    pk_snapshot_release(snapshot);
    return status;
}
