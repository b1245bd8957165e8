#include "service/handlers/reply.h"

#include <string.h>

#include "models/base/limits.h"
#include "models/base/text.h"

int32_t pk_request_date(struct pk_rpc_call *call, const char *field, const char *text)
{
    int32_t date;
    if (text == NULL || text[0] == '\0')
        return PK_DATE_NONE;
    if (pk_date_parse_iso(pk_text_from(text), &date))
        return date;
    pk_rpc_call_violation(call, field, "'%.32s' is no date; write it as 2026-11-22", text);
    return PK_DATE_NONE;
}

void pk_request_check_ratio(struct pk_rpc_call *call, const char *field, double ratio)
{
    if (!(ratio >= 0 && ratio <= 1))
        pk_rpc_call_violation(call, field, "%g is out of range; give 0 to 1", ratio);
}

void pk_request_check_id(struct pk_rpc_call *call, const char *field, const char *id)
{
    struct pk_error failure;
    if (pk_id_check(pk_text_from(id), field, &failure) != PK_OK)
        pk_rpc_call_violation(call, field, "%s", failure.message);
}

void pk_request_check_ids(struct pk_rpc_call *call, const char *field, char *const *ids,
                          size_t count)
{
    if (count > PK_FILTER_ID_COUNT_MAX) {
        pk_rpc_call_violation(call, field, "has %zu entries; give at most %d", count,
                              PK_FILTER_ID_COUNT_MAX);
        return;
    }
    for (size_t i = 0; i < count; i++) {
        char place[PK_ID_BYTES_MAX];
        pk_text_format(place, sizeof place, "%s[%zu]", field, i);
        pk_request_check_id(call, place, ids[i]);
    }
}

void pk_request_check_promotion(struct pk_rpc_call *call, const char *field,
                                const char *promotion_id)
{
    if (promotion_id[0] == '\0')
        pk_rpc_call_violation(call, field, "is empty; name the promotion");
    else
        pk_request_check_id(call, field, promotion_id);
}

enum pk_status pk_request_check(const struct pk_rpc_call *call, struct pk_error *error)
{
    if (pk_rpc_call_violation_count(call) == 0)
        return PK_OK;
    return pk_error_set(error, PK_INVALID_ARGUMENT, "", "the request is wrong");
}

static enum pk_status check_call(void *context, struct pk_error *error)
{
    return pk_rpc_call_check(context, error);
}

enum pk_status pk_request_snapshot(struct pk_service_context *context, struct pk_rpc_call *call,
                                   int32_t as_of_date, struct pk_snapshot **out_snapshot,
                                   struct pk_error *error)
{
    struct pk_wait wait = {check_call, call};
    return pk_snapshot_acquire(context->keeper, as_of_date, &wait, out_snapshot, error);
}

enum pk_status pk_request_past_snapshot(struct pk_service_context *context,
                                        struct pk_rpc_call *call, int32_t as_of_date,
                                        struct pk_snapshot **out_snapshot, struct pk_error *error)
{
    struct pk_error failure = {0};
    if (as_of_date == PK_DATE_NONE)
        return PK_OK;
    const enum pk_status status =
        pk_request_snapshot(context, call, as_of_date, out_snapshot, &failure);
    if (status == PK_OK || status == PK_FAILED_PRECONDITION)
        return PK_OK;
    if (error != NULL)
        *error = failure;
    return status;
}

enum pk_status pk_request_series(struct pk_service_context *context, struct pk_rpc_call *call,
                                 int32_t as_of_date, const struct pk_series_filter *filter,
                                 struct pk_snapshot **out_snapshot,
                                 struct pk_series_selection *out_selection, struct pk_error *error)
{
    enum pk_status status = pk_request_check(call, error);
    if (status == PK_OK)
        status = pk_request_snapshot(context, call, as_of_date, out_snapshot, error);
    if (status == PK_OK)
        status = pk_series_select(&(*out_snapshot)->view.data->shop, filter, out_selection, error);
    return status;
}

struct pk_series_filter pk_request_item_filter(struct pk_rpc_call *call, char *const *item_id,
                                               char *const *warehouse_id)
{
    if (**item_id == '\0')
        pk_rpc_call_violation(call, "item_id", "is empty; name the item");
    return (struct pk_series_filter){.item_ids = (char **)(uintptr_t)item_id,
                                     .item_id_count = 1,
                                     .warehouse_ids = (char **)(uintptr_t)warehouse_id,
                                     .warehouse_id_count = **warehouse_id == '\0' ? 0 : 1};
}

struct pk_series_filter pk_request_filter(const Peakstock__V1__SeriesFilter *filter)
{
    if (filter == NULL)
        return (struct pk_series_filter){0};
    return (struct pk_series_filter){
        .item_ids = filter->item_ids,
        .item_id_count = filter->n_item_ids,
        .warehouse_ids = filter->warehouse_ids,
        .warehouse_id_count = filter->n_warehouse_ids,
        .categories = filter->categories,
        .category_count = filter->n_categories,
    };
}

char *pk_reply_borrow(const char *text)
{
    return (char *)(uintptr_t)text;
}

char *pk_reply_text(struct pk_rpc_call *call, const char *text)
{
    size_t size = strlen(text) + 1;
    char *copy = pk_rpc_call_allocate(call, size);
    if (copy != NULL)
        memcpy(copy, text, size);
    return copy;
}

char *pk_reply_date(struct pk_rpc_call *call, int32_t date)
{
    char text[PK_DATE_TEXT_SIZE];
    return pk_reply_text(call, pk_date_format(date, text));
}

int32_t pk_reply_epoch_days(int32_t date)
{
    return date == PK_DATE_NONE ? 0 : date;
}

Peakstock__V1__SnapshotRef *pk_reply_snapshot(struct pk_rpc_call *call,
                                              const struct pk_snapshot *snapshot)
{
    Peakstock__V1__SnapshotRef *reference = pk_rpc_call_allocate(call, sizeof *reference);
    if (reference == NULL)
        return NULL;
    peakstock__v1__snapshot_ref__init(reference);
    reference->snapshot_id = pk_reply_text(call, snapshot->stamp->fit->snapshot_id);
    reference->data_revision = snapshot->view.data->data_revision;
    reference->as_of_date = pk_reply_date(call, snapshot->view.data->shop.as_of_date);
    reference->model_version = pk_reply_text(call, PK_MODEL_VERSION);
    reference->config_hash = pk_reply_text(call, snapshot->stamp->config_hash);
    reference->calendar_version =
        pk_reply_text(call, pk_model_calendar_version(snapshot->stamp->fit->model));
    reference->advanced_days = pk_model_advanced_days(snapshot->stamp->fit->model);
    bool is_complete = reference->snapshot_id != NULL && reference->as_of_date != NULL &&
                       reference->model_version != NULL && reference->config_hash != NULL &&
                       reference->calendar_version != NULL;
    return is_complete ? reference : NULL;
}

enum pk_status pk_reply_send(struct pk_rpc_call *call, const struct pk_snapshot *snapshot,
                             Peakstock__V1__SnapshotRef **reference,
                             const ProtobufCMessage *message, struct pk_error *error)
{
    *reference = pk_reply_snapshot(call, snapshot);
    return *reference == NULL ? pk_reply_out_of_memory(error)
                              : pk_rpc_call_send(call, message, error);
}

Peakstock__V1__Reason **pk_reply_reasons(struct pk_rpc_call *call, const struct pk_reasons *reasons,
                                         size_t *out_count)
{
    *out_count = 0;
    if (reasons->count == 0)
        return NULL;
    Peakstock__V1__Reason **list =
        pk_rpc_call_allocate(call, reasons->count * sizeof(Peakstock__V1__Reason *));
    Peakstock__V1__Reason *entries =
        pk_rpc_call_allocate(call, reasons->count * sizeof(Peakstock__V1__Reason));
    if (list == NULL || entries == NULL)
        return NULL;
    for (size_t i = 0; i < reasons->count; i++) {
        peakstock__v1__reason__init(&entries[i]);
        entries[i].code = pk_reply_borrow(pk_reason_code((enum pk_reason)reasons->reasons[i]));
        list[i] = &entries[i];
    }
    *out_count = reasons->count;
    return list;
}

struct pk_reasons pk_reply_flag_reasons(uint32_t flags)
{
    static const struct {
        uint32_t flag;
        enum pk_reason reason;
    } table[] = {
        {PK_SERIES_DEAD, PK_REASON_DEAD_ITEM},
        {PK_SERIES_ENDED, PK_REASON_END_OF_LIFE},
        {PK_SERIES_NEW, PK_REASON_NEW_ITEM},
        {PK_SERIES_LOW_EVIDENCE, PK_REASON_LOW_EVIDENCE},
        {PK_SERIES_GUARDED, PK_REASON_FORECAST_GUARDED},
        {PK_SERIES_CAPPED, PK_REASON_BULK_ORDERS_CAPPED},
        {PK_SERIES_STOCKED_OUT, PK_REASON_STOCK_OUTS_LEFT_OUT},
        {PK_SERIES_DEPOSITS_COUNTED, PK_REASON_DEPOSITS_COUNTED},
        {PK_SERIES_PAUSED, PK_REASON_SELLING_PAUSED},
        {PK_SERIES_COVARIATE_HELD, PK_REASON_COVARIATE_HELD},
        {PK_SERIES_CAMPAIGN_LEVEL_UPDATED, PK_REASON_CAMPAIGN_LEVEL_UPDATED},
    };
    struct pk_reasons reasons = {0};
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++)
        if (flags & table[i].flag)
            pk_reasons_add(&reasons, table[i].reason);
    return reasons;
}

enum pk_status pk_reply_reserve(struct pk_rpc_call *call, void *list, size_t *capacity,
                                size_t count, struct pk_error *error)
{
    if (count < *capacity)
        return PK_OK;
    const size_t larger = count == 0 ? 64 : 2 * count;
    void *moved = pk_rpc_call_allocate(call, larger * sizeof(void *));
    void *before = NULL;
    if (moved == NULL)
        return pk_reply_out_of_memory(error);
    /* A pointer to another type is not a void pointer to the compiler: its bytes are copied. */
    memcpy(&before, list, sizeof before);
    if (count > 0)
        memcpy(moved, before, count * sizeof(void *));
    memcpy(list, &moved, sizeof moved);
    *capacity = larger;
    return PK_OK;
}

enum pk_status pk_reply_out_of_memory(struct pk_error *error)
{
    return pk_error_set(error, PK_OUT_OF_MEMORY, "", "no memory for the reply");
}
