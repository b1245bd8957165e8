/* The threads that serve the wire. Shutting a queue down while a new call waits in it aborts the
 * process, hence the order: the library is told to stop once per queue, each worker closes its own
 * queue when it has heard back and holds no call, and whatever still comes in is dropped without a
 * batch. */
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "models/base/text.h"
#include "service/rpc/call.h"
#include "service/rpc/internal.h"

static void incoming_complete(struct pk_rpc_call *call, bool ok);

static bool post_request(struct pk_rpc_worker *worker)
{
    struct pk_rpc_call *call = pk_rpc_call_new(worker->server, worker);
    if (!call)
        return false;
    call->incoming.complete = incoming_complete;
    atomic_store_explicit(&call->incoming.is_started, true, memory_order_release);
    if (grpc_server_request_call(worker->server->wire, &call->wire, &call->details, &call->metadata,
                                 worker->queue, worker->queue, &call->incoming) != GRPC_CALL_OK) {
        pk_rpc_call_free(call);
        return false;
    }
    return true;
}

static int compare_path(const void *key, const void *element)
{
    const struct pk_text *path = key;
    struct pk_text other = pk_text_from(((const struct pk_rpc_route *)element)->path);
    size_t common = path->size < other.size ? path->size : other.size;
    int order = memcmp(path->bytes, other.bytes, common);
    return order != 0 ? order : (path->size > other.size) - (path->size < other.size);
}

static const struct pk_rpc_route *find_route(const struct pk_rpc_call *call)
{
    const struct pk_rpc_server *server = call->server;
    struct pk_text path = {(const char *)GRPC_SLICE_START_PTR(call->details.method),
                           GRPC_SLICE_LENGTH(call->details.method)};
    return bsearch(&path, server->routes, server->route_count, sizeof server->routes[0],
                   compare_path);
}

static void closing_complete(struct pk_rpc_call *call, bool ok)
{
    if (!ok || call->peer_cancelled) {
        atomic_store_explicit(&call->is_cancelled, true, memory_order_release);
        pk_rpc_health_closed(call);
    }
    pk_rpc_call_unref(call);
}

/* The one message of a unary or server-streaming call has come. */
static void request_complete(struct pk_rpc_call *call, bool ok)
{
    if (ok && call->received) {
        call->received_bytes = grpc_byte_buffer_length(call->received);
        /* Health never blocks, and must answer when every handler thread is busy. */
        if (call->route->service == &call->server->own_services[0])
            pk_rpc_call_run(&call->job);
        else
            pk_rpc_pool_submit(call->server->pools[call->route->method->kind], &call->job);
    } else {
        struct pk_error error = {0};
        bool broken = !ok || grpc_call_failed_before_recv_message(call->wire);
        pk_error_set(&error, PK_INVALID_ARGUMENT, "", "the call came without a message");
        pk_rpc_call_finish(call, broken ? GRPC_STATUS_CANCELLED : GRPC_STATUS_INVALID_ARGUMENT,
                           &error);
    }
    pk_rpc_call_unref(call);
}

static void refuse(struct pk_rpc_call *call, grpc_status_code code, const char *message)
{
    struct pk_error error = {0};
    pk_error_set(&error, PK_UNAVAILABLE, "", "%s", message);
    pk_rpc_call_finish(call, code, &error);
}

static void route_call(struct pk_rpc_call *call)
{
    struct pk_rpc_server *server = call->server;
    call->is_counted = true;
    size_t counted = atomic_fetch_add(&server->counted_call_count, 1);
    call->route = find_route(call);
    if (!call->route) {
        refuse(call, GRPC_STATUS_UNIMPLEMENTED, "no such method");
    } else if (atomic_load(&server->is_draining)) {
        refuse(call, GRPC_STATUS_UNAVAILABLE, "the service is shutting down");
    } else if (counted >= PK_RPC_CALL_COUNT_MAX) {
        refuse(call, GRPC_STATUS_RESOURCE_EXHAUSTED, "too many calls at once; try again later");
    } else {
        enum pk_rpc_kind kind = call->route->method->kind;
        call->job.run = pk_rpc_call_run;
        if (kind == PK_RPC_UNARY || kind == PK_RPC_SERVER_STREAM) {
            call->receiving.complete = request_complete;
            pk_rpc_call_start_receive(call);
        } else {
            pk_rpc_call_start_receive(call);
            pk_rpc_pool_submit(server->pools[kind], &call->job);
        }
    }
}

static void incoming_complete(struct pk_rpc_call *call, bool ok)
{
    struct pk_rpc_worker *worker = call->worker;
    struct pk_rpc_server *server = call->server;
    if (!ok || worker->is_closed) {
        pk_rpc_call_free(call);
        return;
    }
    if (!atomic_load(&server->is_draining))
        post_request(worker);
    worker->live_call_count++;
    pthread_mutex_lock(&server->mutex);
    server->live_call_count++;
    pthread_mutex_unlock(&server->mutex);
    clock_gettime(CLOCK_MONOTONIC, &call->started);

    atomic_store(&call->references, 1); /* the flow's */
    grpc_op operation = {.op = GRPC_OP_RECV_CLOSE_ON_SERVER,
                         .data.recv_close_on_server.cancelled = &call->peer_cancelled};
    call->closing.complete = closing_complete;
    pk_rpc_call_batch(call, &operation, 1, &call->closing);
    route_call(call);
}

static void *serve(void *argument)
{
    struct pk_rpc_worker *worker = argument;
    struct pk_rpc_server *server = worker->server;
    for (;;) {
        grpc_event event =
            grpc_completion_queue_next(worker->queue, gpr_inf_future(GPR_CLOCK_MONOTONIC), NULL);
        if (event.type == GRPC_QUEUE_SHUTDOWN)
            break;
        struct pk_rpc_event *tag = event.tag;
        if (tag == &worker->drained)
            worker->is_drained = true;
        else if (atomic_load_explicit(&tag->is_started, memory_order_acquire))
            tag->complete(tag->call, event.success != 0);
        if (worker->is_drained && worker->live_call_count == 0 && !worker->is_closed) {
            worker->is_closed = true;
            grpc_completion_queue_shutdown(worker->queue);
        }
    }
    pthread_mutex_lock(&server->mutex);
    server->running_worker_count--;
    pthread_cond_broadcast(&server->changed);
    pthread_mutex_unlock(&server->mutex);
    return NULL;
}

enum pk_status pk_rpc_workers_new(struct pk_rpc_server *server, size_t count,
                                  struct pk_error *error)
{
    server->workers = calloc(count, sizeof server->workers[0]);
    if (!server->workers)
        return pk_error_set(error, PK_OUT_OF_MEMORY, "", "no memory for the workers");
    server->worker_count = count;
    for (size_t i = 0; i < count; i++) {
        server->workers[i].server = server;
        server->workers[i].queue = grpc_completion_queue_create_for_next(NULL);
        grpc_server_register_completion_queue(server->wire, server->workers[i].queue, NULL);
    }
    return PK_OK;
}

enum pk_status pk_rpc_workers_start(struct pk_rpc_server *server, struct pk_error *error)
{
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before); /* signals are for the main thread */
    bool complete = true;
    for (size_t i = 0; i < server->worker_count && complete; i++) {
        struct pk_rpc_worker *worker = &server->workers[i];
        worker->is_started = pthread_create(&worker->thread, NULL, serve, worker) == 0;
        complete = worker->is_started;
        server->running_worker_count += worker->is_started;
        for (size_t posted = 0; complete && posted < PK_RPC_POSTED_CALL_COUNT; posted++)
            complete = post_request(worker);
    }
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return complete ? PK_OK
                    : pk_error_set(error, PK_OUT_OF_MEMORY, "", "cannot start the worker threads");
}

void pk_rpc_workers_drain(struct pk_rpc_server *server)
{
    for (size_t i = 0; i < server->worker_count; i++)
        grpc_server_shutdown_and_notify(server->wire, server->workers[i].queue,
                                        &server->workers[i].drained);
}

void pk_rpc_workers_join(struct pk_rpc_server *server)
{
    for (size_t i = 0; i < server->worker_count; i++) {
        struct pk_rpc_worker *worker = &server->workers[i];
        if (worker->is_started) {
            pthread_join(worker->thread, NULL);
        } else { /* after a failed start: empties the queue */
            server->running_worker_count++;
            serve(worker);
        }
        grpc_completion_queue_destroy(worker->queue);
    }
    free(server->workers);
    server->workers = NULL;
    server->worker_count = 0;
}
