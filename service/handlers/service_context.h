/* What the handlers of the computing services share. */
#ifndef PK_HANDLERS_SERVICE_CONTEXT_H
#define PK_HANDLERS_SERVICE_CONTEXT_H

#include "service/rpc/server.h"
#include "service/workflows/snapshot_keeper.h"

struct pk_service_context {
    struct pk_snapshot_keeper *keeper;
    struct pk_store *store;
    const char *version;
    const char *blas;
    int thread_count; /* of computations that one call may spread, >= 1 */
};

/* Methods of the forecast service in files of their own: explain_handler.c, backtest_handler.c. */
enum pk_status pk_handle_explain_forecast(void *context, struct pk_rpc_call *call,
                                          const ProtobufCMessage *message, struct pk_error *error);
enum pk_status pk_handle_backtest_forecasts(void *context, struct pk_rpc_call *call,
                                            const ProtobufCMessage *message,
                                            struct pk_error *error);

/* Of the reorder service: explain_reorder_handler.c. */
enum pk_status pk_handle_explain_reorder(void *context, struct pk_rpc_call *call,
                                         const ProtobufCMessage *message, struct pk_error *error);

/* Of the promotion service: compare_handler.c. */
enum pk_status pk_handle_compare_promotions(void *context, struct pk_rpc_call *call,
                                            const ProtobufCMessage *message,
                                            struct pk_error *error);
/* Of the promotion service: promotion_plan_handler.c. */
enum pk_status pk_handle_plan_promotion(void *context, struct pk_rpc_call *call,
                                        const ProtobufCMessage *message, struct pk_error *error);
/* Of the review service: kpi_handler.c. */
enum pk_status pk_handle_compute_kpis(void *context, struct pk_rpc_call *call,
                                      const ProtobufCMessage *message, struct pk_error *error);

/* Method tables of the services, for main; the context of each is a struct pk_service_context. */
extern const struct pk_rpc_method pk_forecast_methods[];
extern const size_t pk_forecast_method_count;
extern const struct pk_rpc_method pk_reorder_methods[];
extern const size_t pk_reorder_method_count;
extern const struct pk_rpc_method pk_simulation_methods[];
extern const size_t pk_simulation_method_count;
extern const struct pk_rpc_method pk_suggestion_methods[];
extern const size_t pk_suggestion_method_count;
extern const struct pk_rpc_method pk_promotion_methods[];
extern const size_t pk_promotion_method_count;
extern const struct pk_rpc_method pk_clearance_methods[];
extern const size_t pk_clearance_method_count;
extern const struct pk_rpc_method pk_review_methods[];
extern const size_t pk_review_method_count;
extern const struct pk_rpc_method pk_admin_methods[];
extern const size_t pk_admin_method_count;

#endif
