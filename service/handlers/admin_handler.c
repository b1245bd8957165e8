/* AdminService: tells the state of the store and of the live snapshot, and makes a full fit on
 * demand. */
#include <time.h>

#include "peakstock/v1/admin.pb-c.h"
#include "service/handlers/reply.h"
#include "service/store/store.h"
#include "service/work/clock.h"

static enum pk_status add_closures(struct pk_rpc_call *call, const struct pk_snapshot *snapshot,
                                   Peakstock__V1__GetStatusResponse *response,
                                   struct pk_error *error)
{
    const struct pk_inferred_closure *closures = NULL;
    size_t count = pk_model_inferred_closures(snapshot->stamp->fit->model, &closures);
    Peakstock__V1__InferredClosure *entries =
        pk_rpc_call_allocate(call, (count + 1) * sizeof *entries);
    response->inferred_closures =
        pk_rpc_call_allocate(call, (count + 1) * sizeof(Peakstock__V1__InferredClosure *));
    if (entries == NULL || response->inferred_closures == NULL)
        return pk_reply_out_of_memory(error);
    for (size_t i = 0; i < count; i++) {
        peakstock__v1__inferred_closure__init(&entries[i]);
        entries[i].warehouse_id =
            pk_reply_borrow(snapshot->view.data->shop.warehouses[closures[i].warehouse]);
        entries[i].date = pk_reply_date(call, closures[i].date);
        if (entries[i].date == NULL)
            return pk_reply_out_of_memory(error);
        response->inferred_closures[i] = &entries[i];
    }
    response->n_inferred_closures = count;
    return PK_OK;
}

static enum pk_status add_snapshot(struct pk_rpc_call *call, const struct pk_snapshot *snapshot,
                                   Peakstock__V1__GetStatusResponse *response,
                                   struct pk_error *error)
{
    if (snapshot == NULL)
        return PK_OK;
    response->snapshot = pk_reply_snapshot(call, snapshot);
    if (response->snapshot == NULL)
        return pk_reply_out_of_memory(error);
    int64_t age = (int64_t)time(NULL) - snapshot->stamp->fit->created_epoch_seconds;
    response->snapshot_age_seconds = age > 0 ? age : 0;
    return add_closures(call, snapshot, response, error);
}

static void add_store(struct pk_rpc_call *call, const struct pk_store_status *stored,
                      Peakstock__V1__GetStatusResponse *response)
{
    response->store_size_bytes = stored->size_bytes;
    response->data_revision = stored->data_revision;
    response->series_count = stored->series_count;
    response->item_count = stored->item_count;
    response->warehouse_count = stored->warehouse_count;
    response->channel_count = stored->channel_count;
    response->sales_row_count = stored->sales_row_count;
    response->first_sales_date = pk_reply_date(call, stored->first_sales_date);
    response->last_sales_date = pk_reply_date(call, stored->last_sales_date);
    response->complete_through_date = pk_reply_date(call, stored->complete_through_date);
    response->last_import_kind = pk_reply_borrow(stored->last_import_kind);
    response->last_import_time = pk_reply_borrow(stored->last_import_time);
}

static enum pk_status get_status(void *context, struct pk_rpc_call *call,
                                 const ProtobufCMessage *message, struct pk_error *error)
{
    struct pk_service_context *service = context;
    Peakstock__V1__GetStatusResponse response = PEAKSTOCK__V1__GET_STATUS_RESPONSE__INIT;
    struct pk_store_status stored;
    (void)message;
    enum pk_status status = pk_store_get_status(service->store, &stored, error);
    if (status != PK_OK)
        return status;
    struct pk_store_properties properties = pk_store_get_properties(service->store);
    bool is_stale = true;
    struct pk_snapshot *snapshot = pk_snapshot_peek(service->keeper, &is_stale);
    char text[200];
    char *warning = text;
    response.version = pk_reply_borrow(service->version);
    response.health = pk_reply_borrow("SERVING");
    response.blas = pk_reply_borrow(service->blas);
    response.currency_code = properties.currency_code;
    response.time_zone = properties.time_zone;
    response.calendar = properties.calendar;
    response.snapshot_stale = is_stale && stored.sales_row_count > 0;
    if (stored.complete_through_date != PK_DATE_NONE &&
        stored.last_sales_date > stored.complete_through_date) {
        pk_text_format(text, sizeof text,
                       "sales after the complete-through mark wait for it: import sales with "
                       "--complete-through to move it");
        response.warnings = &warning;
        response.n_warnings = 1;
    }
    add_store(call, &stored, &response);
    status = response.first_sales_date == NULL || response.last_sales_date == NULL ||
                     response.complete_through_date == NULL
                 ? pk_reply_out_of_memory(error)
                 : add_snapshot(call, snapshot, &response, error);
    if (status == PK_OK)
        status = pk_rpc_call_send(call, &response.base, error);
    pk_snapshot_release(snapshot);
    return status;
}

/* Tells the client now and then that the fit goes on. */
struct fit_progress {
    struct pk_rpc_call *call;
    double started, told;
    int64_t total_count;
};

static enum pk_status tell(struct fit_progress *progress, const char *stage, int64_t done_count,
                           const struct pk_snapshot *snapshot, struct pk_error *error)
{
    Peakstock__V1__FitResponse response = PEAKSTOCK__V1__FIT_RESPONSE__INIT;
    response.stage = pk_reply_borrow(stage);
    response.done_count = done_count;
    response.total_count = progress->total_count;
    response.seconds = pk_clock_seconds() - progress->started;
    if (snapshot != NULL)
        response.snapshot = pk_reply_snapshot(progress->call, snapshot);
    enum pk_status status = pk_rpc_call_send(progress->call, &response.base, error);
    pk_rpc_call_release(progress->call);
    return status;
}

static enum pk_status check_and_tell(void *context, struct pk_error *error)
{
    struct fit_progress *progress = context;
    double now = pk_clock_seconds();
    if (now - progress->told > 0.25) {
        progress->told = now;
        enum pk_status status = tell(progress, "fit", 0, NULL, error);
        if (status != PK_OK)
            return status;
    }
    return pk_rpc_call_check(progress->call, error);
}

static enum pk_status fit(void *context, struct pk_rpc_call *call, const ProtobufCMessage *message,
                          struct pk_error *error)
{
    struct pk_service_context *service = context;
    const Peakstock__V1__FitRequest *request = (const Peakstock__V1__FitRequest *)message;
    struct pk_store_status stored;
    struct pk_snapshot *snapshot = NULL;
    int32_t as_of_date = pk_request_date(call, "as_of_date", request->as_of_date);
    enum pk_status status = pk_request_check(call, error);
    if (status == PK_OK)
        status = pk_store_get_status(service->store, &stored, error);
    if (status != PK_OK)
        return status;
    struct fit_progress progress = {call, pk_clock_seconds(), pk_clock_seconds(),
                                    stored.series_count};
    struct pk_wait wait = {check_and_tell, &progress};
    status = as_of_date == PK_DATE_NONE
                 ? pk_snapshot_fit(service->keeper, &wait, &snapshot, error)
                 : pk_snapshot_acquire(service->keeper, as_of_date, &wait, &snapshot, error);
    if (status == PK_OK) {
        progress.total_count = (int64_t)snapshot->view.data->shop.series_count;
        status = tell(&progress, "done", progress.total_count, snapshot, error);
    }
    pk_snapshot_release(snapshot);
    return status;
}

const struct pk_rpc_method pk_admin_methods[] = {
    {"GetStatus", PK_RPC_UNARY, &peakstock__v1__get_status_request__descriptor,
     &peakstock__v1__get_status_response__descriptor, get_status},
    {"Fit", PK_RPC_SERVER_STREAM, &peakstock__v1__fit_request__descriptor,
     &peakstock__v1__fit_response__descriptor, fit},
};
const size_t pk_admin_method_count = sizeof pk_admin_methods / sizeof pk_admin_methods[0];
