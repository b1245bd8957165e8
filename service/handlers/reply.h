/* The common work of handlers: they read dates and filters of a request, get its snapshot and name
 * it in the reply. */
#ifndef PK_HANDLERS_REPLY_H
#define PK_HANDLERS_REPLY_H

#include "models/base/reason.h"
#include "models/history/series_selection.h"
#include "peakstock/v1/common.pb-c.h"
#include "service/handlers/service_context.h"

/* ISO date or empty (PK_DATE_NONE); anything else is noted as a violation of `field`. */
int32_t pk_request_date(struct pk_rpc_call *call, const char *field, const char *text);

/* A share: notes a violation of `field` unless it lies in 0..1. */
void pk_request_check_ratio(struct pk_rpc_call *call, const char *field, double ratio);

/* Notes a violation of `field` unless the text can be an id. */
void pk_request_check_id(struct pk_rpc_call *call, const char *field, const char *id);

/* The ids of a filter: at most PK_FILTER_ID_COUNT_MAX, each as pk_request_check_id wants it. */
void pk_request_check_ids(struct pk_rpc_call *call, const char *field, char *const *ids,
                          size_t count);

/* The promotion that a call is about: an empty one is a violation too. */
void pk_request_check_promotion(struct pk_rpc_call *call, const char *field,
                                const char *promotion_id);

/* PK_OK, or INVALID_ARGUMENT if any violation was noted. */
enum pk_status pk_request_check(const struct pk_rpc_call *call, struct pk_error *error);

/* The snapshot that a request must see; waits within the call's deadline. Release it. */
enum pk_status pk_request_snapshot(struct pk_service_context *context, struct pk_rpc_call *call,
                                   int32_t as_of_date, struct pk_snapshot **out_snapshot,
                                   struct pk_error *error);

/* The snapshot of a day that may lie before the history. For a day before it, and for PK_DATE_NONE,
 * it returns PK_OK and leaves *out_snapshot untouched. */
enum pk_status pk_request_past_snapshot(struct pk_service_context *context,
                                        struct pk_rpc_call *call, int32_t as_of_date,
                                        struct pk_snapshot **out_snapshot, struct pk_error *error);

/* pk_request_check, the snapshot, and its series that the filter names. Free both, on failure
 * too. */
enum pk_status pk_request_series(struct pk_service_context *context, struct pk_rpc_call *call,
                                 int32_t as_of_date, const struct pk_series_filter *filter,
                                 struct pk_snapshot **out_snapshot,
                                 struct pk_series_selection *out_selection, struct pk_error *error);

/* The lists of a wire filter (may be NULL), borrowed. Suppliers are the caller's business. */
struct pk_series_filter pk_request_filter(const Peakstock__V1__SeriesFilter *filter);

/* One item, in one warehouse or (*warehouse_id "") all of them; an empty item is a violation.
 * Borrows the fields. */
struct pk_series_filter pk_request_item_filter(struct pk_rpc_call *call, char *const *item_id,
                                               char *const *warehouse_id);

/* Messages live until pk_rpc_call_release; NULL when out of memory. */
Peakstock__V1__SnapshotRef *pk_reply_snapshot(struct pk_rpc_call *call,
                                              const struct pk_snapshot *snapshot);
/* Names the snapshot in *reference, a field of the message, and sends the message. */
enum pk_status pk_reply_send(struct pk_rpc_call *call, const struct pk_snapshot *snapshot,
                             Peakstock__V1__SnapshotRef **reference,
                             const ProtobufCMessage *message, struct pk_error *error);
/* An array of reasons of a list; *out_count of them. NULL for none or without memory. */
Peakstock__V1__Reason **pk_reply_reasons(struct pk_rpc_call *call, const struct pk_reasons *reasons,
                                         size_t *out_count);
/* Facts about a series, made of enum pk_series_flag. */
struct pk_reasons pk_reply_flag_reasons(uint32_t flags);
/* YYYY-MM-DD; "" for PK_DATE_NONE. */
char *pk_reply_date(struct pk_rpc_call *call, int32_t date);
/* Text that outlives the message (of a snapshot or static), as the generated structs want it; not
 * copied. */
char *pk_reply_borrow(const char *text);
/* Copies text. */
char *pk_reply_text(struct pk_rpc_call *call, const char *text);

/* Days since 1970 on the wire: 0 for PK_DATE_NONE. */
int32_t pk_reply_epoch_days(int32_t date);

/* Room for one more pointer in a list of `count` that lives as long as the message. `list` is the
 * address of the caller's pointer to the list (NULL with capacity 0). OUT_OF_MEMORY. */
enum pk_status pk_reply_reserve(struct pk_rpc_call *call, void *list, size_t *capacity,
                                size_t count, struct pk_error *error);

/* The one failure of building a reply. */
enum pk_status pk_reply_out_of_memory(struct pk_error *error);

#endif
