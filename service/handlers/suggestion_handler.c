/* SuggestionService: lists suggestions, keeps the decisions about them, exports them and tells
 * their trail. */
#include <string.h>
#include <time.h>

#include "models/base/limits.h"
#include "models/base/units.h"
#include "models/history/suggestion.h"
#include "peakstock/v1/suggestion.pb-c.h"
#include "service/handlers/line_batch.h"
#include "service/handlers/reply.h"
#include "service/store/suggestion_store.h"

/* Times are RFC 3339 in UTC. */
static char *wire_time(struct pk_rpc_call *call, int64_t epoch_seconds)
{
    char text[32];
    struct tm utc;
    const time_t seconds = (time_t)epoch_seconds;
    gmtime_r(&seconds, &utc);
    strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &utc);
    return pk_reply_text(call, text);
}

static const char *name_of_end(enum pk_suggestion_end end)
{
    static const char *const names[] = {"", "superseded", "inbound", "expired"};
    return (unsigned)end < sizeof names / sizeof names[0] ? names[end] : "";
}

static Peakstock__V1__Suggestion *wire_suggestion(struct pk_rpc_call *call,
                                                  const struct pk_suggestion *row)
{
    Peakstock__V1__Suggestion *out = pk_rpc_call_allocate(call, sizeof *out);
    if (out == NULL)
        return NULL;
    peakstock__v1__suggestion__init(out);
    out->suggestion_id = pk_reply_borrow(row->suggestion_id);
    out->item_id = pk_reply_borrow(row->item_id);
    out->warehouse_id = pk_reply_borrow(row->warehouse_id);
    out->supplier_id = pk_reply_borrow(row->supplier_id);
    out->state = pk_reply_borrow(pk_suggestion_state_name(row->state));
    out->order_units = row->order_units;
    out->planned_units = row->planned_units;
    out->as_of_date_epoch_days = row->as_of_date;
    out->order_by_date_epoch_days = pk_reply_epoch_days(row->order_by_date);
    out->arrival_date_epoch_days = row->arrival_date;
    if (row->unit_cost_micros >= 0) {
        out->cost_case = PEAKSTOCK__V1__SUGGESTION__COST_UNIT_COST_MICROS;
        out->unit_cost_micros = row->unit_cost_micros;
        out->amount_case = PEAKSTOCK__V1__SUGGESTION__AMOUNT_ORDER_AMOUNT_MICROS;
        out->order_amount_micros = pk_money_times(row->unit_cost_micros, row->order_units);
    }
    out->author = pk_reply_borrow(row->author);
    out->reason = pk_reply_borrow(row->reason);
    out->changed_time = wire_time(call, row->changed_epoch_seconds);
    out->closed_by = pk_reply_borrow(name_of_end(row->end));
    return out->changed_time == NULL ? NULL : out;
}

/* All rows of a list; NULL when out of memory. The list must live until the reply is sent. */
static Peakstock__V1__Suggestion **wire_list(struct pk_rpc_call *call,
                                             const struct pk_suggestion *rows, size_t count)
{
    Peakstock__V1__Suggestion **out =
        pk_rpc_call_allocate(call, (count + 1) * sizeof(Peakstock__V1__Suggestion *));
    for (size_t i = 0; out != NULL && i < count; i++) {
        out[i] = wire_suggestion(call, &rows[i]);
        if (out[i] == NULL)
            return NULL;
    }
    return out;
}

static enum pk_status list_suggestions(void *context, struct pk_rpc_call *call,
                                       const ProtobufCMessage *message, struct pk_error *error)
{
    const Peakstock__V1__ListSuggestionsRequest *request =
        (const Peakstock__V1__ListSuggestionsRequest *)message;
    const Peakstock__V1__PageRequest *page = request->page;
    Peakstock__V1__ListSuggestionsResponse response =
        PEAKSTOCK__V1__LIST_SUGGESTIONS_RESPONSE__INIT;
    Peakstock__V1__PageInfo info = PEAKSTOCK__V1__PAGE_INFO__INIT;
    struct pk_suggestion_list *list = NULL;
    const int32_t size =
        page == NULL || page->page_size == 0 ? PK_PAGE_SIZE_DEFAULT : page->page_size;
    const int state = request->state[0] == '\0' ? -1 : pk_suggestion_state_find(request->state);
    if (size < 1 || size > PK_PAGE_SIZE_MAX)
        pk_rpc_call_violation(call, "page.page_size", "%d is out of range; give 1 to %d", size,
                              PK_PAGE_SIZE_MAX);
    if (request->state[0] != '\0' && state < 0)
        pk_rpc_call_violation(call, "state",
                              "'%.40s' is no state; give suggested, approved, overridden, exported "
                              "or closed",
                              request->state);
    enum pk_status status = pk_request_check(call, error);
    if (status == PK_OK)
        status =
            pk_store_list_suggestions(((struct pk_service_context *)context)->store, state,
                                      page == NULL ? "" : page->page_token, size + 1, &list, error);
    if (status != PK_OK)
        return status;
    const bool has_more = list->count > (size_t)size;
    response.n_suggestions = has_more ? (size_t)size : list->count;
    response.suggestions = wire_list(call, list->rows, response.n_suggestions);
    /* The id of the last row is where the next page begins. */
    if (has_more)
        info.next_page_token = pk_reply_borrow(list->rows[size - 1].suggestion_id);
    response.page = &info;
    status = response.suggestions == NULL ? pk_reply_out_of_memory(error)
                                          : pk_rpc_call_send(call, &response.base, error);
    pk_suggestion_list_free(list);
    return status;
}

static enum pk_status approve_suggestions(void *context, struct pk_rpc_call *call,
                                          const ProtobufCMessage *message, struct pk_error *error)
{
    const Peakstock__V1__ApproveSuggestionsRequest *request =
        (const Peakstock__V1__ApproveSuggestionsRequest *)message;
    Peakstock__V1__ApproveSuggestionsResponse response =
        PEAKSTOCK__V1__APPROVE_SUGGESTIONS_RESPONSE__INIT;
    struct pk_suggestion_list *list = NULL;
    pk_request_check_id(call, "author", request->author);
    if (request->n_suggestion_ids == 0 || request->n_suggestion_ids > PK_FILTER_ID_COUNT_MAX)
        pk_rpc_call_violation(call, "suggestion_ids", "has %zu entries; give 1 to %d",
                              request->n_suggestion_ids, PK_FILTER_ID_COUNT_MAX);
    enum pk_status status = pk_request_check(call, error);
    if (status == PK_OK)
        status = pk_store_approve_suggestions(((struct pk_service_context *)context)->store,
                                              request->suggestion_ids, request->n_suggestion_ids,
                                              request->author, &list, error);
    if (status != PK_OK)
        return status;
    response.n_suggestions = list->count;
    response.suggestions = wire_list(call, list->rows, list->count);
    status = response.suggestions == NULL ? pk_reply_out_of_memory(error)
                                          : pk_rpc_call_send(call, &response.base, error);
    pk_suggestion_list_free(list);
    return status;
}

static enum pk_status override_suggestion(void *context, struct pk_rpc_call *call,
                                          const ProtobufCMessage *message, struct pk_error *error)
{
    const Peakstock__V1__OverrideSuggestionRequest *request =
        (const Peakstock__V1__OverrideSuggestionRequest *)message;
    Peakstock__V1__OverrideSuggestionResponse response =
        PEAKSTOCK__V1__OVERRIDE_SUGGESTION_RESPONSE__INIT;
    struct pk_suggestion_list *list = NULL;
    pk_request_check_id(call, "suggestion_id", request->suggestion_id);
    pk_request_check_id(call, "author", request->author);
    if (request->order_units < 0 || request->order_units > PK_UNITS_MAX)
        pk_rpc_call_violation(call, "order_units", "%lld is out of range; give 0 to %lld",
                              (long long)request->order_units, (long long)PK_UNITS_MAX);
    if (request->reason[0] == '\0' || strlen(request->reason) > PK_TEXT_BYTES_MAX)
        pk_rpc_call_violation(call, "reason", "give 1 to %d bytes: it stays in the trail",
                              PK_TEXT_BYTES_MAX);
    enum pk_status status = pk_request_check(call, error);
    if (status == PK_OK)
        status = pk_store_override_suggestion(((struct pk_service_context *)context)->store,
                                              request->suggestion_id, request->order_units,
                                              request->reason, request->author, &list, error);
    if (status != PK_OK)
        return status;
    response.suggestion = wire_suggestion(call, &list->rows[0]);
    status = response.suggestion == NULL ? pk_reply_out_of_memory(error)
                                         : pk_rpc_call_send(call, &response.base, error);
    pk_suggestion_list_free(list);
    return status;
}

/* The last complete day of the live snapshot; PK_DATE_NONE without one. */
static int32_t live_date(const struct pk_service_context *context)
{
    bool is_stale;
    struct pk_snapshot *live = pk_snapshot_peek(context->keeper, &is_stale);
    const int32_t date = live == NULL ? PK_DATE_NONE : live->view.data->shop.as_of_date;
    pk_snapshot_release(live);
    return date;
}

static enum pk_status send_export(struct pk_rpc_call *call, const struct pk_suggestion_list *list,
                                  bool is_replay, struct pk_error *error)
{
    Peakstock__V1__ExportSuggestionsResponse last =
        PEAKSTOCK__V1__EXPORT_SUGGESTIONS_RESPONSE__INIT;
    Peakstock__V1__ExportSummary summary = PEAKSTOCK__V1__EXPORT_SUMMARY__INIT;
    struct pk_line_batch batch = {.call = call,
                                  .response =
                                      &peakstock__v1__export_suggestions_response__descriptor,
                                  .field = "suggestions"};
    enum pk_status status = PK_OK;
    for (size_t i = 0; i < list->count && status == PK_OK; i++) {
        status = pk_line_batch_add(&batch, wire_suggestion(call, &list->rows[i]), error);
        summary.order_units += list->rows[i].order_units;
    }
    if (status == PK_OK)
        status = pk_line_batch_flush(&batch, error);
    summary.suggestion_count = (int64_t)list->count;
    summary.replayed = is_replay;
    last.summary = &summary;
    return status == PK_OK ? pk_rpc_call_send(call, &last.base, error) : status;
}

static enum pk_status export_suggestions(void *context, struct pk_rpc_call *call,
                                         const ProtobufCMessage *message, struct pk_error *error)
{
    const Peakstock__V1__ExportSuggestionsRequest *request =
        (const Peakstock__V1__ExportSuggestionsRequest *)message;
    struct pk_service_context *service = context;
    struct pk_suggestion_list *list = NULL;
    bool is_replay = false;
    const char *supplier_id = NULL;
    pk_request_check_id(call, "request_id", request->request_id);
    pk_request_check_id(call, "author", request->author);
    if (request->supplier_case == PEAKSTOCK__V1__EXPORT_SUGGESTIONS_REQUEST__SUPPLIER_SUPPLIER_ID)
        supplier_id = request->supplier_id;
    enum pk_status status = pk_request_check(call, error);
    if (status == PK_OK)
        status = pk_store_export_suggestions(service->store, request->request_id, supplier_id,
                                             request->author, live_date(service), &list, &is_replay,
                                             error);
    if (status != PK_OK)
        return status;
    status = send_export(call, list, is_replay, error);
    pk_suggestion_list_free(list);
    return status;
}

/* The trail under way. */
struct trail {
    struct pk_rpc_call *call;
    Peakstock__V1__SuggestionEvent **events;
    size_t count, capacity;
};

static enum pk_status take_event(void *context, const struct pk_suggestion_event *event,
                                 struct pk_error *error)
{
    struct trail *trail = context;
    const enum pk_status status =
        pk_reply_reserve(trail->call, &trail->events, &trail->capacity, trail->count, error);
    if (status != PK_OK)
        return status;
    Peakstock__V1__SuggestionEvent *out = pk_rpc_call_allocate(trail->call, sizeof *out);
    if (out == NULL)
        return pk_reply_out_of_memory(error);
    peakstock__v1__suggestion_event__init(out);
    out->time = wire_time(trail->call, event->epoch_seconds);
    out->author = pk_reply_text(trail->call, event->author);
    out->from_state = pk_reply_borrow(
        event->from_state < 0
            ? ""
            : pk_suggestion_state_name((enum pk_suggestion_state)event->from_state));
    out->to_state = pk_reply_borrow(pk_suggestion_state_name(event->to_state));
    out->order_units = event->order_units;
    out->reason = pk_reply_text(trail->call, event->reason);
    if (out->time == NULL || out->author == NULL || out->reason == NULL)
        return pk_reply_out_of_memory(error);
    trail->events[trail->count++] = out;
    return PK_OK;
}

static enum pk_status list_suggestion_events(void *context, struct pk_rpc_call *call,
                                             const ProtobufCMessage *message,
                                             struct pk_error *error)
{
    const Peakstock__V1__ListSuggestionEventsRequest *request =
        (const Peakstock__V1__ListSuggestionEventsRequest *)message;
    Peakstock__V1__ListSuggestionEventsResponse response =
        PEAKSTOCK__V1__LIST_SUGGESTION_EVENTS_RESPONSE__INIT;
    struct trail trail = {.call = call};
    enum pk_status status =
        pk_store_list_suggestion_events(((struct pk_service_context *)context)->store,
                                        request->suggestion_id, take_event, &trail, error);
    if (status != PK_OK)
        return status;
    response.events = trail.events;
    response.n_events = trail.count;
    return pk_rpc_call_send(call, &response.base, error);
}

const struct pk_rpc_method pk_suggestion_methods[] = {
    {"ListSuggestions", PK_RPC_UNARY, &peakstock__v1__list_suggestions_request__descriptor,
     &peakstock__v1__list_suggestions_response__descriptor, list_suggestions},
    {"ApproveSuggestions", PK_RPC_UNARY, &peakstock__v1__approve_suggestions_request__descriptor,
     &peakstock__v1__approve_suggestions_response__descriptor, approve_suggestions},
    {"OverrideSuggestion", PK_RPC_UNARY, &peakstock__v1__override_suggestion_request__descriptor,
     &peakstock__v1__override_suggestion_response__descriptor, override_suggestion},
    {"ExportSuggestions", PK_RPC_SERVER_STREAM,
     &peakstock__v1__export_suggestions_request__descriptor,
     &peakstock__v1__export_suggestions_response__descriptor, export_suggestions},
    {"ListSuggestionEvents", PK_RPC_UNARY,
     &peakstock__v1__list_suggestion_events_request__descriptor,
     &peakstock__v1__list_suggestion_events_response__descriptor, list_suggestion_events},
};
const size_t pk_suggestion_method_count =
    sizeof pk_suggestion_methods / sizeof pk_suggestion_methods[0];
