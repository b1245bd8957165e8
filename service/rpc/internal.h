/* The server as the files of this folder see it. */
#ifndef PK_RPC_INTERNAL_H
#define PK_RPC_INTERNAL_H

#include <grpc/grpc.h>
#include <pthread.h>
#include <stdatomic.h>

#include "service/rpc/event.h"
#include "service/rpc/method.h"
#include "service/rpc/pool.h"

/* New calls that wait to be taken, per worker: bounds nothing but how many may arrive between two
 * looks. */
#define PK_RPC_POSTED_CALL_COUNT 32
/* Bytes of a method path in the log. */
#define PK_RPC_PATH_BYTES_MAX 128
/* Health (the first), reflection v1 and v1alpha. */
#define PK_RPC_OWN_SERVICE_COUNT 3

/* One way into the server, found by path. */
struct pk_rpc_route {
    char *path; /* "/package.Service/Method" */
    const struct pk_rpc_service *service;
    const struct pk_rpc_method *method;
    bool is_watch;
};

struct pk_rpc_worker {
    struct pk_rpc_server *server;
    grpc_completion_queue *queue;
    pthread_t thread;
    bool is_started;
    struct pk_rpc_event drained;
    /* The worker's own, no lock: */
    size_t live_call_count;
    bool is_drained; /* the library has reported the end of the drain to this queue */
    bool is_closed;  /* the queue has been shut down: nothing may start a batch on it */
};

struct pk_rpc_health {
    pthread_mutex_t mutex;
    bool is_serving;
    bool is_ending;
    struct pk_rpc_call *first; /* watches */
    size_t watch_count;
};

struct pk_rpc_server {
    grpc_server *wire;
    struct pk_rpc_worker *workers;
    size_t worker_count;
    /* One per kind of call: those that wait for a slow peer hold up none but their own kind. */
    struct pk_rpc_pool *pools[PK_RPC_KIND_COUNT];
    struct pk_rpc_service own_services[PK_RPC_OWN_SERVICE_COUNT];
    const struct pk_rpc_service *services;
    size_t service_count;
    struct pk_rpc_route *routes; /* sorted by path */
    size_t route_count;
    struct pk_rpc_health health;
    atomic_size_t counted_call_count;
    atomic_bool is_draining;
    void (*log_call)(void *context, const struct pk_rpc_record *record);
    void *log_context;
    char address[300];
    pthread_mutex_t mutex; /* guards the three below */
    pthread_cond_t changed;
    size_t live_call_count;
    size_t running_worker_count;
    bool has_drained;
};

/* The last reference is gone: logs, frees. On the call's worker. */
void pk_rpc_server_call_ended(struct pk_rpc_call *call);

/* Takes the call off the PK_RPC_CALL_COUNT_MAX account. */
void pk_rpc_server_uncount(struct pk_rpc_call *call);

/* True if a service of that name is served. */
bool pk_rpc_server_has_service(const struct pk_rpc_server *server, const char *name);

/* --- workers (worker.c) --- */

/* Creates the queues, to be registered before the server is started. */
enum pk_status pk_rpc_workers_new(struct pk_rpc_server *server, size_t count,
                                  struct pk_error *error);
/* Posts requests and starts the threads. */
enum pk_status pk_rpc_workers_start(struct pk_rpc_server *server, struct pk_error *error);
/* Begins the drain on every queue; each worker ends on its own afterwards. */
void pk_rpc_workers_drain(struct pk_rpc_server *server);
/* After the drain. */
void pk_rpc_workers_join(struct pk_rpc_server *server);

/* --- health.c --- */

extern const struct pk_rpc_service pk_rpc_health_service;
void pk_rpc_health_init(struct pk_rpc_health *health);
void pk_rpc_health_done(struct pk_rpc_health *health);
void pk_rpc_health_set(struct pk_rpc_health *health, bool is_serving);
/* NOT_SERVING for good; watches are told and ended. */
void pk_rpc_health_end(struct pk_rpc_health *health);
/* Takes the call over; never blocks. */
void pk_rpc_health_watch(struct pk_rpc_call *call, const ProtobufCMessage *request);
/* The peer of a call is gone; does nothing for calls that are no watch. On the worker. */
void pk_rpc_health_closed(struct pk_rpc_call *call);

/* --- reflection.c: both versions, whose messages are the same on the wire --- */

extern const struct pk_rpc_service pk_rpc_reflection_service;
extern const struct pk_rpc_service pk_rpc_reflection_alpha_service;

/* --- listen.c --- */

/* Binds the address; a port 0 becomes a real one. Fills server->address. */
enum pk_status pk_rpc_listen(struct pk_rpc_server *server, const char *address,
                             struct pk_error *error);

#endif
