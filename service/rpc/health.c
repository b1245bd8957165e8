/* grpc.health.v1. All services of the process share one state; a watch holds no thread, it is moved
 * on by events. */
#include <grpc/health/v1/health.pb-c.h>

#include "service/rpc/call.h"
#include "service/rpc/internal.h"

#define STATUS(name) GRPC__HEALTH__V1__HEALTH_CHECK_RESPONSE__SERVING_STATUS__##name

static const char *service_of(const ProtobufCMessage *request)
{
    return ((const Grpc__Health__V1__HealthCheckRequest *)request)->service;
}

static bool is_known(const struct pk_rpc_call *call, const char *service)
{
    return service[0] == '\0' || pk_rpc_server_has_service(call->server, service);
}

static enum pk_status check(void *context, struct pk_rpc_call *call,
                            const ProtobufCMessage *request, struct pk_error *error)
{
    (void)context;
    struct pk_rpc_health *health = &call->server->health;
    if (!is_known(call, service_of(request)))
        return pk_error_set(error, PK_NOT_FOUND, "service", "no service of this name");
    pthread_mutex_lock(&health->mutex);
    bool is_serving = health->is_serving;
    pthread_mutex_unlock(&health->mutex);
    Grpc__Health__V1__HealthCheckResponse reply = GRPC__HEALTH__V1__HEALTH_CHECK_RESPONSE__INIT;
    reply.status = is_serving ? STATUS(SERVING) : STATUS(NOT_SERVING);
    return pk_rpc_call_send(call, &reply.base, error);
}

static void unlink_watch(struct pk_rpc_health *health, struct pk_rpc_call *call)
{
    struct pk_rpc_watch *watch = &call->watch;
    if (watch->previous)
        watch->previous->watch.next = watch->next;
    else
        health->first = watch->next;
    if (watch->next)
        watch->next->watch.previous = watch->previous;
    watch->linked = false;
    health->watch_count--;
}

static void send_status(struct pk_rpc_call *call, int status)
{
    Grpc__Health__V1__HealthCheckResponse reply = GRPC__HEALTH__V1__HEALTH_CHECK_RESPONSE__INIT;
    reply.status = (Grpc__Health__V1__HealthCheckResponse__ServingStatus)status;
    call->watch.is_sending = true;
    call->watch.sent_status = status;
    size_t size = protobuf_c_message_get_packed_size(&reply.base);
    pk_rpc_call_start_send(call, pk_rpc_encode(&reply.base, size));
}

/* Sends what the watcher has not heard yet, or ends the watch. With the mutex held; may give the
 * call up. */
static void advance(struct pk_rpc_health *health, struct pk_rpc_call *call)
{
    struct pk_rpc_watch *watch = &call->watch;
    if (!watch->linked || watch->is_sending)
        return;
    int status = health->is_serving ? STATUS(SERVING) : STATUS(NOT_SERVING);
    if (!watch->is_known)
        status = STATUS(SERVICE_UNKNOWN);
    if (!watch->is_closed && status != watch->sent_status) {
        send_status(call, status);
    } else if (watch->is_closed || health->is_ending) {
        struct pk_error error = {0};
        pk_error_set(&error, PK_UNAVAILABLE, "", "%s",
                     watch->is_closed ? "the caller went away" : "the service is shutting down");
        unlink_watch(health, call);
        pk_rpc_call_finish(call, watch->is_closed ? GRPC_STATUS_CANCELLED : GRPC_STATUS_UNAVAILABLE,
                           &error);
    }
}

static void send_complete(struct pk_rpc_call *call, bool ok)
{
    struct pk_rpc_health *health = &call->server->health;
    pthread_mutex_lock(&health->mutex);
    grpc_byte_buffer_destroy(call->outgoing);
    call->outgoing = NULL;
    call->watch.is_sending = false;
    call->watch.is_closed |= !ok;
    advance(health, call);
    pthread_mutex_unlock(&health->mutex);
    pk_rpc_call_unref(call);
}

void pk_rpc_health_watch(struct pk_rpc_call *call, const ProtobufCMessage *request)
{
    struct pk_rpc_health *health = &call->server->health;
    struct pk_rpc_watch *watch = &call->watch;
    watch->is_known = is_known(call, service_of(request));
    call->sending.complete = send_complete;
    pthread_mutex_lock(&health->mutex);
    if (health->watch_count >= PK_RPC_WATCH_COUNT_MAX) {
        struct pk_error error = {0};
        pk_error_set(&error, PK_RESOURCE_EXHAUSTED, "", "too many watches at once");
        pk_rpc_call_finish(call, GRPC_STATUS_RESOURCE_EXHAUSTED, &error);
    } else {
        pk_rpc_server_uncount(call);
        watch->linked = true;
        watch->next = health->first;
        if (watch->next)
            watch->next->watch.previous = call;
        health->first = call;
        health->watch_count++;
        advance(health, call);
    }
    pthread_mutex_unlock(&health->mutex);
}

void pk_rpc_health_closed(struct pk_rpc_call *call)
{
    if (!call->route || !call->route->is_watch)
        return;
    struct pk_rpc_health *health = &call->server->health;
    pthread_mutex_lock(&health->mutex);
    call->watch.is_closed = true;
    advance(health, call);
    pthread_mutex_unlock(&health->mutex);
}

static void advance_all(struct pk_rpc_health *health)
{
    struct pk_rpc_call *next;
    for (struct pk_rpc_call *call = health->first; call; call = next) {
        next = call->watch.next;
        advance(health, call);
    }
}

void pk_rpc_health_set(struct pk_rpc_health *health, bool is_serving)
{
    pthread_mutex_lock(&health->mutex);
    health->is_serving = is_serving && !health->is_ending;
    advance_all(health);
    pthread_mutex_unlock(&health->mutex);
}

void pk_rpc_health_end(struct pk_rpc_health *health)
{
    pthread_mutex_lock(&health->mutex);
    health->is_serving = false;
    health->is_ending = true;
    advance_all(health);
    pthread_mutex_unlock(&health->mutex);
}

void pk_rpc_health_init(struct pk_rpc_health *health)
{
    *health = (struct pk_rpc_health){0};
    pthread_mutex_init(&health->mutex, NULL);
}

void pk_rpc_health_done(struct pk_rpc_health *health)
{
    pthread_mutex_destroy(&health->mutex);
}

static const struct pk_rpc_method methods[] = {
    {"Check", PK_RPC_UNARY, &grpc__health__v1__health_check_request__descriptor,
     &grpc__health__v1__health_check_response__descriptor, check},
    /* No handler: the route is marked as the watch, see pk_rpc_health_watch. */
    {"Watch", PK_RPC_SERVER_STREAM, &grpc__health__v1__health_check_request__descriptor,
     &grpc__health__v1__health_check_response__descriptor, NULL},
};

const struct pk_rpc_service pk_rpc_health_service = {
    .name = "grpc.health.v1.Health",
    .methods = methods,
    .method_count = sizeof methods / sizeof methods[0],
};
