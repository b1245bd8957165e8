#include "service/rpc/server.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "models/base/limits.h"
#include "models/base/text.h"
#include "service/rpc/call.h"
#include "service/rpc/internal.h"

/* Idle connections are asked to leave; one whose peer does not react is cut after this. */
#define GOODBYE_SECONDS 1.0
/* A peer that vanished without a word is noticed after these two together. */
#define KEEPALIVE_MILLISECONDS         60000
#define KEEPALIVE_TIMEOUT_MILLISECONDS 20000
/* A connection must speak HTTP/2 by then. */
#define HANDSHAKE_TIMEOUT_MILLISECONDS 10000

static grpc_arg integer_argument(const char *key, int value)
{
    return (grpc_arg){
        .type = GRPC_ARG_INTEGER, .key = (char *)(uintptr_t)key, .value.integer = value};
}

static grpc_server *create_wire(void)
{
    grpc_arg arguments[] = {
        /* Otherwise a second service on the port would silently share it. */
        integer_argument(GRPC_ARG_ALLOW_REUSEPORT, 0),
        integer_argument(GRPC_ARG_MAX_RECEIVE_MESSAGE_LENGTH, PK_MESSAGE_BYTES_MAX),
        integer_argument(GRPC_ARG_MAX_SEND_MESSAGE_LENGTH, PK_MESSAGE_BYTES_MAX),
        integer_argument(GRPC_ARG_MAX_CONCURRENT_STREAMS,
                         PK_RPC_CALL_COUNT_MAX + PK_RPC_WATCH_COUNT_MAX),
        integer_argument(GRPC_ARG_KEEPALIVE_TIME_MS, KEEPALIVE_MILLISECONDS),
        integer_argument(GRPC_ARG_KEEPALIVE_TIMEOUT_MS, KEEPALIVE_TIMEOUT_MILLISECONDS),
        integer_argument(GRPC_ARG_SERVER_HANDSHAKE_TIMEOUT_MS, HANDSHAKE_TIMEOUT_MILLISECONDS),
    };
    grpc_channel_args all = {sizeof arguments / sizeof arguments[0], arguments};
    return grpc_server_create(&all, NULL);
}

/* --- routes ----------------------------------------------------------------------------------- */

static int compare_routes(const void *a, const void *b)
{
    return strcmp(((const struct pk_rpc_route *)a)->path, ((const struct pk_rpc_route *)b)->path);
}

static bool add_routes(struct pk_rpc_server *server, const struct pk_rpc_service *service)
{
    for (size_t i = 0; i < service->method_count; i++) {
        const struct pk_rpc_method *method = &service->methods[i];
        size_t size = strlen(service->name) + strlen(method->name) + 3;
        char *path = malloc(size);
        if (!path)
            return false;
        pk_text_format(path, size, "/%s/%s", service->name, method->name);
        server->routes[server->route_count++] = (struct pk_rpc_route){
            .path = path, .service = service, .method = method, .is_watch = !method->handle};
    }
    return true;
}

static enum pk_status make_routes(struct pk_rpc_server *server, struct pk_error *error)
{
    size_t count = 0;
    for (size_t i = 0; i < server->service_count; i++)
        count += server->services[i].method_count;
    for (size_t i = 0; i < PK_RPC_OWN_SERVICE_COUNT; i++)
        count += server->own_services[i].method_count;
    server->routes = calloc(count, sizeof server->routes[0]);
    bool complete = server->routes != NULL;
    for (size_t i = 0; complete && i < server->service_count; i++)
        complete = add_routes(server, &server->services[i]);
    for (size_t i = 0; complete && i < PK_RPC_OWN_SERVICE_COUNT; i++)
        complete = add_routes(server, &server->own_services[i]);
    if (!complete)
        return pk_error_set(error, PK_OUT_OF_MEMORY, "", "no memory for the table of methods");
    qsort(server->routes, server->route_count, sizeof server->routes[0], compare_routes);
    return PK_OK;
}

bool pk_rpc_server_has_service(const struct pk_rpc_server *server, const char *name)
{
    for (size_t i = 0; i < server->service_count; i++)
        if (strcmp(server->services[i].name, name) == 0)
            return true;
    for (size_t i = 0; i < PK_RPC_OWN_SERVICE_COUNT; i++)
        if (strcmp(server->own_services[i].name, name) == 0)
            return true;
    return false;
}

/* --- the end of a call ------------------------------------------------------------------------ */

void pk_rpc_server_uncount(struct pk_rpc_call *call)
{
    if (call->is_counted)
        atomic_fetch_sub(&call->server->counted_call_count, 1);
    call->is_counted = false;
}

static void log_call(struct pk_rpc_call *call)
{
    const struct pk_rpc_server *server = call->server;
    char path[PK_RPC_PATH_BYTES_MAX];
    pk_text_format(path, sizeof path, "%.*s", (int)GRPC_SLICE_LENGTH(call->details.method),
                   (const char *)GRPC_SLICE_START_PTR(call->details.method));
    pk_rpc_text_clean(path);
    struct pk_rpc_record record = {.path = path,
                                   .status = pk_rpc_code_name(call->code),
                                   .message = call->status_message,
                                   .milliseconds = pk_rpc_call_milliseconds(call),
                                   .received_bytes = call->received_bytes,
                                   .sent_bytes = call->sent_bytes};
    server->log_call(server->log_context, &record);
}

void pk_rpc_server_call_ended(struct pk_rpc_call *call)
{
    struct pk_rpc_server *server = call->server;
    struct pk_rpc_worker *worker = call->worker;
    if (server->log_call)
        log_call(call);
    pk_rpc_server_uncount(call);
    pk_rpc_call_free(call);
    worker->live_call_count--;
    pthread_mutex_lock(&server->mutex);
    if (--server->live_call_count == 0)
        pthread_cond_broadcast(&server->changed);
    pthread_mutex_unlock(&server->mutex);
}

/* --- life ------------------------------------------------------------------------------------- */

static struct pk_rpc_server *allocate_server(const struct pk_rpc_options *options)
{
    struct pk_rpc_server *server = calloc(1, sizeof *server);
    if (!server)
        return NULL;
    server->services = options->services;
    server->service_count = options->service_count;
    server->log_call = options->log_call;
    server->log_context = options->log_context;
    server->own_services[0] = pk_rpc_health_service;
    server->own_services[1] = pk_rpc_reflection_service;
    server->own_services[2] = pk_rpc_reflection_alpha_service;
    server->own_services[1].context = server;
    server->own_services[2].context = server;
    pk_rpc_health_init(&server->health);
    pthread_mutex_init(&server->mutex, NULL);
    pthread_condattr_t attributes;
    pthread_condattr_init(&attributes);
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    pthread_cond_init(&server->changed, &attributes);
    pthread_condattr_destroy(&attributes);
    return server;
}

static size_t count_or_default(size_t count, size_t fallback)
{
    if (count == 0)
        count = fallback;
    return count < PK_THREAD_COUNT_MAX ? count : PK_THREAD_COUNT_MAX;
}

enum pk_status pk_rpc_server_start(const struct pk_rpc_options *options,
                                   struct pk_rpc_server **out_server, struct pk_error *error)
{
    struct pk_rpc_server *server = allocate_server(options);
    if (!server)
        return pk_error_set(error, PK_OUT_OF_MEMORY, "", "no memory for the server");
    grpc_init();
    server->wire = create_wire();
    long core_count = sysconf(_SC_NPROCESSORS_ONLN);
    enum pk_status status = pk_rpc_workers_new(
        server, count_or_default(options->worker_count, core_count > 0 ? (size_t)core_count : 1),
        error);
    if (status == PK_OK)
        status = make_routes(server, error);
    for (int kind = 0; kind < PK_RPC_KIND_COUNT && status == PK_OK; kind++)
        status =
            pk_rpc_pool_new(count_or_default(options->handler_count, PK_RPC_HANDLER_COUNT_DEFAULT),
                            &server->pools[kind], error);
    if (status == PK_OK)
        status = pk_rpc_listen(server, options->listen_address, error);
    if (status == PK_OK) {
        grpc_server_start(server->wire);
        status = pk_rpc_workers_start(server, error);
    }
    if (status != PK_OK) {
        pk_rpc_server_free(server);
        return status;
    }
    *out_server = server;
    return PK_OK;
}

const char *pk_rpc_server_address(const struct pk_rpc_server *server)
{
    return server->address;
}

void pk_rpc_server_set_serving(struct pk_rpc_server *server, bool serving)
{
    pk_rpc_health_set(&server->health, serving);
}

/* True if the count, guarded by the server's mutex, came down to 0 within the time. */
static bool await_zero(struct pk_rpc_server *server, const size_t *count, double seconds)
{
    struct timespec until;
    clock_gettime(CLOCK_MONOTONIC, &until);
    int64_t nanoseconds = (int64_t)(seconds * 1e9) + until.tv_nsec;
    until.tv_sec += (time_t)(nanoseconds / 1000000000);
    until.tv_nsec = (long)(nanoseconds % 1000000000);
    bool in_time = true;
    pthread_mutex_lock(&server->mutex);
    while (*count > 0 && in_time)
        in_time = pthread_cond_timedwait(&server->changed, &server->mutex, &until) == 0;
    bool is_zero = *count == 0;
    pthread_mutex_unlock(&server->mutex);
    return is_zero;
}

void pk_rpc_server_drain(struct pk_rpc_server *server, double grace_seconds)
{
    if (server->has_drained)
        return;
    server->has_drained = true;
    pk_rpc_health_end(&server->health);
    atomic_store(&server->is_draining, true);
    pk_rpc_workers_drain(server);
    if (!await_zero(server, &server->live_call_count, grace_seconds) ||
        !await_zero(server, &server->running_worker_count, GOODBYE_SECONDS))
        grpc_server_cancel_all_calls(server->wire);
    pk_rpc_workers_join(server);
    for (int kind = 0; kind < PK_RPC_KIND_COUNT; kind++) {
        pk_rpc_pool_free(server->pools[kind]);
        server->pools[kind] = NULL;
    }
}

void pk_rpc_server_free(struct pk_rpc_server *server)
{
    if (!server)
        return;
    pk_rpc_server_drain(server, 0);
    grpc_server_destroy(server->wire);
    grpc_shutdown_blocking();
    for (size_t i = 0; i < server->route_count; i++)
        free(server->routes[i].path);
    free(server->routes);
    pk_rpc_health_done(&server->health);
    pthread_cond_destroy(&server->changed);
    pthread_mutex_destroy(&server->mutex);
    free(server);
}
