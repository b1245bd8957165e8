/* The context that the handlers of the computing services share. */
#ifndef PK_HANDLERS_SERVICE_CONTEXT_H
#define PK_HANDLERS_SERVICE_CONTEXT_H

#include "service/rpc/handler.h"
#include "service/snapshot/snapshot_keeper.h"

/* A category whose clearance has ladders below the margin floor, for the record. */
struct pk_margin_exception {
    const char *category;
    int64_t line_count;
    double amount; /* margin that they lack to the floor, in the store's currency */
    double floor_ratio, before_ratio, after_ratio; /* blended margins; NAN = nothing is sold */
};

struct pk_service_context {
    struct pk_snapshot_keeper *keeper;
    struct pk_store *store;
    const char *version;
    const char *blas;
    int thread_count; /* of computations that one call may spread, >= 1 */
    /* NULL = kept on no record. */
    void (*note_margin_exception)(const struct pk_margin_exception *exception);
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

/* Of the promotion service: promotion_compare_handler.c. */
enum pk_status pk_handle_compare_promotions(void *context, struct pk_rpc_call *call,
                                            const ProtobufCMessage *message,
                                            struct pk_error *error);
/* Of the promotion service: promotion_plan_handler.c. */
enum pk_status pk_handle_plan_promotion(void *context, struct pk_rpc_call *call,
                                        const ProtobufCMessage *message, struct pk_error *error);
/* Of the clearance service: clearance_path_handler.c. */
enum pk_status pk_handle_track_clearance(void *context, struct pk_rpc_call *call,
                                         const ProtobufCMessage *message, struct pk_error *error);
/* Of the review service: assortment_handler.c. */
enum pk_status pk_handle_plan_assortment(void *context, struct pk_rpc_call *call,
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
