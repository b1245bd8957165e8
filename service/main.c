/* peakstockd: reads the settings, opens the store, serves until SIGTERM or SIGINT. */
#include <assert.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "models/numeric/linear_algebra.h"
#include "service/config.h"
#include "service/handlers/catalog_handler.h"
#include "service/handlers/history_handler.h"
#include "service/handlers/service_context.h"
#include "service/log.h"
#include "service/rpc/server.h"
#include "service/work/parallel.h"

#define EXIT_FAILED 1
#define EXIT_USAGE  2

/* Calls in flight when the service is told to stop may take so long. */
#define DRAIN_SECONDS 30.0

/* All that runs between ready and stop. */
struct service {
    struct pk_config config;
    struct pk_store *store;
    struct pk_snapshot_keeper *keeper;
    struct pk_rpc_server *server;
    struct pk_service_context computing;
    struct pk_history_context history;
    struct pk_rpc_service services[10];
};

static void log_call(void *context, const struct pk_rpc_record *record)
{
    char message[512];
    (void)context;
    pk_log("call", "method=%s status=%s ms=%.3f in=%llu out=%llu%s%s", record->path, record->status,
           record->milliseconds, (unsigned long long)record->received_bytes,
           (unsigned long long)record->sent_bytes, record->message[0] == '\0' ? "" : " message=",
           record->message[0] == '\0' ? ""
                                      : pk_log_quote(record->message, message, sizeof message));
}

static void log_fit(void *context, const struct pk_snapshot *snapshot, double load_seconds,
                    double fit_seconds, const struct pk_error *failure)
{
    char message[512];
    (void)context;
    if (failure != NULL && failure->status == PK_FAILED_PRECONDITION)
        return; /* an empty store is nothing to talk about */
    if (failure != NULL)
        pk_log("fit_failed", "status=%s message=%s", pk_status_name(failure->status),
               pk_log_quote(failure->message, message, sizeof message));
    else if (snapshot != NULL)
        pk_log("fit", "snapshot=%s series=%zu load_ms=%.1f fit_ms=%.1f advanced_days=%d",
               snapshot->stamp->fit->snapshot_id, snapshot->view.data->shop.series_count,
               load_seconds * 1e3, fit_seconds * 1e3,
               (int)pk_model_advanced_days(snapshot->stamp->fit->model));
}

static void log_margin_exception(const struct pk_margin_exception *exception)
{
    char category[256];
    pk_log("margin_exception",
           "category=%s lines=%lld amount=%.2f floor=%.4f before=%.4f after=%.4f",
           pk_log_quote(exception->category, category, sizeof category),
           (long long)exception->line_count, exception->amount, exception->floor_ratio,
           exception->before_ratio, exception->after_ratio);
}

static void wake_keeper(void *context)
{
    pk_snapshot_keeper_wake(context);
}

static enum pk_status open_store(struct service *service, struct pk_error *error)
{
    struct pk_store_properties wanted = {0};
    const struct pk_config *config = &service->config;
    memcpy(wanted.currency_code, config->currency, sizeof wanted.currency_code - 1);
    memcpy(wanted.time_zone, config->time_zone, sizeof wanted.time_zone - 1);
    memcpy(wanted.calendar, config->calendar, sizeof wanted.calendar - 1);
    return pk_store_open(config->data, &wanted, &service->store, error);
}

static int thread_count_of(const struct service *service)
{
    long cores = sysconf(_SC_NPROCESSORS_ONLN);
    if (service->config.threads != 0)
        return service->config.threads;
    return cores < 1 ? 1 : cores > PK_THREAD_COUNT_MAX ? PK_THREAD_COUNT_MAX : (int)cores;
}

static enum pk_status start_keeper(struct service *service, struct pk_error *error)
{
    struct pk_snapshot_keeper_options options = {.store = service->store,
                                                 .thread_count = thread_count_of(service),
                                                 .refit_cells_max = service->config.refit_cells_max,
                                                 .report = log_fit};
    return pk_snapshot_keeper_start(&options, &service->keeper, error);
}

static enum pk_status start_server(struct service *service, struct pk_error *error)
{
    service->computing = (struct pk_service_context){.keeper = service->keeper,
                                                     .note_margin_exception = log_margin_exception,
                                                     .store = service->store,
                                                     .version = PK_VERSION,
                                                     .blas = pk_linear_algebra_config(),
                                                     .thread_count = thread_count_of(service)};
    service->history = (struct pk_history_context){
        .store = service->store, .changed = wake_keeper, .changed_context = service->keeper};
    struct pk_rpc_service services[] = {
        {"peakstock.v1.ImportService", pk_history_methods, pk_history_method_count,
         &service->history},
        {"peakstock.v1.CatalogService", pk_catalog_methods, pk_catalog_method_count,
         &service->history},
        {"peakstock.v1.ForecastService", pk_forecast_methods, pk_forecast_method_count,
         &service->computing},
        {"peakstock.v1.ReorderService", pk_reorder_methods, pk_reorder_method_count,
         &service->computing},
        {"peakstock.v1.SimulationService", pk_simulation_methods, pk_simulation_method_count,
         &service->computing},
        {"peakstock.v1.SuggestionService", pk_suggestion_methods, pk_suggestion_method_count,
         &service->computing},
        {"peakstock.v1.PromotionService", pk_promotion_methods, pk_promotion_method_count,
         &service->computing},
        {"peakstock.v1.ClearanceService", pk_clearance_methods, pk_clearance_method_count,
         &service->computing},
        {"peakstock.v1.ReviewService", pk_review_methods, pk_review_method_count,
         &service->computing},
        {"peakstock.v1.AdminService", pk_admin_methods, pk_admin_method_count, &service->computing},
    };
    static_assert(sizeof services == sizeof service->services, "one entry per service");
    memcpy(service->services, services, sizeof services);
    struct pk_rpc_options options = {.listen_address = service->config.listen,
                                     .services = service->services,
                                     .service_count = sizeof services / sizeof services[0],
                                     .log_call = log_call};
    return pk_rpc_server_start(&options, &service->server, error);
}

/* Serves until one of the signals arrives. */
static enum pk_status serve(struct service *service, const sigset_t *stop_signals,
                            struct pk_error *error)
{
    enum pk_status status = open_store(service, error);
    if (status == PK_OK)
        status = start_keeper(service, error);
    if (status == PK_OK)
        status = start_server(service, error);
    if (status == PK_OK) {
        int signal_number = 0;
        char data[1024];
        pk_rpc_server_set_serving(service->server, true);
        pk_log("ready", "listen=%s data=%s version=%s", pk_rpc_server_address(service->server),
               pk_log_quote(service->config.data, data, sizeof data), PK_VERSION);
        sigwait(stop_signals, &signal_number);
        pk_log("stopping", "signal=%d", signal_number);
        pk_rpc_server_drain(service->server, DRAIN_SECONDS);
    }
    pk_rpc_server_free(service->server);
    pk_snapshot_keeper_stop(service->keeper);
    pk_store_close(service->store);
    return status;
}

static pthread_t main_thread;

static void hand_to_main(int signal_number)
{
    pthread_kill(main_thread, signal_number);
}

/* Only `serve` takes the stop signals. Libraries start threads before main can block anything, so
 * a signal that reaches one of those is handed on, where it waits until `serve` asks for it. */
static void reserve_stop_signals(sigset_t *out_signals)
{
    struct sigaction action = {.sa_handler = hand_to_main, .sa_flags = SA_RESTART};
    main_thread = pthread_self();
    sigemptyset(out_signals);
    sigaddset(out_signals, SIGTERM);
    sigaddset(out_signals, SIGINT);
    pthread_sigmask(SIG_BLOCK, out_signals, NULL);
    sigaction(SIGTERM, &action, NULL);
    sigaction(SIGINT, &action, NULL);
}

int main(int argument_count, char **arguments)
{
    static struct service service;
    struct pk_error error;
    sigset_t stop_signals;
    if (pk_config_read(argument_count, arguments, &service.config, &error) != PK_OK) {
        fprintf(stderr, "peakstockd: %s: %s\n", error.field, error.message);
        return EXIT_USAGE;
    }
    if (service.config.show_help || service.config.show_version) {
        if (service.config.show_help)
            fputs(pk_config_help(), stdout);
        else
            printf("peakstockd %s (model %s; %s)\n", PK_VERSION, PK_MODEL_VERSION,
                   pk_linear_algebra_config());
        return 0;
    }
    if (service.config.check_only) {
        puts("settings are fine");
        return 0;
    }
    pk_linear_algebra_use_one_thread();
    pk_parallel_keep_memory();
    reserve_stop_signals(&stop_signals);
    signal(SIGPIPE, SIG_IGN);
    if (serve(&service, &stop_signals, &error) != PK_OK) {
        fprintf(stderr, "peakstockd: %s%s%s\n", error.field, error.field[0] == '\0' ? "" : ": ",
                error.message);
        return EXIT_FAILED;
    }
    pk_log("stopped", "version=%s", PK_VERSION);
    return 0;
}
