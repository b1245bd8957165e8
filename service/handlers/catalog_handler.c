#include "service/handlers/catalog_handler.h"

#include <string.h>

#include "models/base/date.h"
#include "peakstock/v1/catalog.pb-c.h"
#include "proto/record/wire_record.h"

/* A page ends early rather than outgrow a message. */
#define PAGE_BYTES_MAX (PK_MESSAGE_BYTES_MAX / 2)

/* Rows of one page as messages in the memory of the call. */
struct page {
    struct pk_rpc_call *call;
    struct pk_wire_table table;
    ProtobufCMessage **rows;
    size_t row_count;
    size_t size_bytes;
    bool is_too_large;
};

static enum pk_status out_of_memory(struct pk_error *error)
{
    return pk_error_set(error, PK_OUT_OF_MEMORY, "", "out of memory for a reply");
}

static char *copy_text(void *context, struct pk_text text)
{
    struct page *page = context;
    char *copy = pk_rpc_call_allocate(page->call, text.size + 1);
    if (copy != NULL && text.size > 0)
        memcpy(copy, text.bytes, text.size);
    page->size_bytes += text.size;
    return copy;
}

static enum pk_status add_row(void *context, const struct pk_record *record, struct pk_error *error)
{
    struct page *page = context;
    const ProtobufCMessageDescriptor *descriptor = page->table.descriptor;
    ProtobufCMessage *message = pk_rpc_call_allocate(page->call, descriptor->sizeof_message);
    if (message == NULL)
        return out_of_memory(error);
    protobuf_c_message_init(descriptor, message);
    if (!pk_wire_record_write(&page->table, record, copy_text, page, message))
        return out_of_memory(error);
    page->size_bytes += descriptor->sizeof_message;
    if (page->size_bytes > PAGE_BYTES_MAX && page->row_count > 0) {
        page->is_too_large = true;
        return pk_error_set(error, PK_RESOURCE_EXHAUSTED, "page.page_size", "too large a page");
    }
    page->rows[page->row_count++] = message;
    return PK_OK;
}

/* Lists up to `limit` rows; if they outgrow a message, as many as fit. */
static enum pk_status fill_page(struct pk_store *store, struct page *page,
                                const struct pk_list_filter *filter, const char *page_token,
                                int32_t limit, char next_token[PK_PAGE_TOKEN_SIZE],
                                struct pk_error *error)
{
    page->rows = pk_rpc_call_allocate(page->call, (size_t)limit * sizeof *page->rows);
    if (page->rows == NULL)
        return out_of_memory(error);
    enum pk_dataset_kind kind = page->table.dataset->kind;
    struct pk_error fault;
    enum pk_status status =
        pk_store_list(store, kind, filter, page_token, limit, add_row, page, next_token, &fault);
    if (status != PK_OK && !page->is_too_large && error != NULL)
        *error = fault;
    if (status == PK_OK || !page->is_too_large)
        return status;
    limit = (int32_t)page->row_count;
    page->row_count = page->size_bytes = 0;
    page->is_too_large = false;
    return pk_store_list(store, kind, filter, page_token, limit, add_row, page, next_token, error);
}

/* The sub-message in field `name`, NULL if absent. All requests of lists have the same two. */
static const void *sub_message(const ProtobufCMessage *message, const char *name)
{
    const void *found;
    const ProtobufCFieldDescriptor *field =
        protobuf_c_message_descriptor_get_field_by_name(message->descriptor, name);
    memcpy(&found, (const unsigned char *)message + field->offset, sizeof found);
    return found;
}

static int32_t read_date(struct pk_rpc_call *call, const char *field, const char *text)
{
    int32_t date = PK_DATE_NONE;
    if (text[0] != '\0' && !pk_date_parse_iso(pk_text_from(text), &date))
        pk_rpc_call_violation(call, field, "'%.40s' is not a date; write it as 2026-11-22", text);
    return date;
}

static enum pk_status read_filter(struct pk_rpc_call *call, struct pk_store *store,
                                  const Peakstock__V1__CatalogFilter *wire,
                                  struct pk_list_filter *out_filter, struct pk_error *error)
{
    struct pk_list_filter filter = {"", "", PK_DATE_NONE, PK_DATE_NONE};
    if (wire != NULL) {
        filter.item_id = wire->item_id;
        filter.warehouse_id = wire->warehouse_id;
        filter.from_date = read_date(call, "filter.from_date", wire->from_date);
        filter.to_date = read_date(call, "filter.to_date", wire->to_date);
        if (filter.from_date != PK_DATE_NONE && filter.to_date != PK_DATE_NONE &&
            filter.from_date > filter.to_date)
            pk_rpc_call_violation(call, "filter.to_date", "must not be before from_date");
    }
    if (pk_rpc_call_violation_count(call) > 0)
        return pk_error_set(error, PK_INVALID_ARGUMENT, "", "the request was refused");
    enum pk_status status = pk_store_check_ids(store, filter.item_id, filter.warehouse_id, error);
    if (status == PK_OK)
        *out_filter = filter;
    return status;
}

static enum pk_status send_page(struct page *page, const ProtobufCMessageDescriptor *descriptor,
                                char *next_token, struct pk_error *error)
{
    Peakstock__V1__PageInfo info = PEAKSTOCK__V1__PAGE_INFO__INIT;
    Peakstock__V1__PageInfo *info_pointer = &info;
    const ProtobufCFieldDescriptor *rows =
        protobuf_c_message_descriptor_get_field_by_name(descriptor, "rows");
    const ProtobufCFieldDescriptor *page_field =
        protobuf_c_message_descriptor_get_field_by_name(descriptor, "page");
    unsigned char *response = pk_rpc_call_allocate(page->call, descriptor->sizeof_message);
    if (response == NULL)
        return out_of_memory(error);
    protobuf_c_message_init(descriptor, response);
    info.next_page_token = next_token;
    memcpy(response + rows->offset, &page->rows, sizeof page->rows);
    memcpy(response + rows->quantifier_offset, &page->row_count, sizeof page->row_count);
    memcpy(response + page_field->offset, &info_pointer, sizeof info_pointer);
    return pk_rpc_call_send(page->call, (const ProtobufCMessage *)(const void *)response, error);
}

static enum pk_status list(struct pk_history_context *context, struct pk_rpc_call *call,
                           const ProtobufCMessage *request, enum pk_dataset_kind kind,
                           const ProtobufCMessageDescriptor *response, struct pk_error *error)
{
    const Peakstock__V1__PageRequest *wanted = sub_message(request, "page");
    struct page page = {.call = call};
    struct pk_list_filter filter;
    char next_token[PK_PAGE_TOKEN_SIZE] = "";
    int32_t limit = wanted == NULL ? 0 : wanted->page_size;
    if (limit < 0 || limit > PK_PAGE_SIZE_MAX)
        pk_rpc_call_violation(call, "page.page_size", "%d is out of range; give 1 to %d",
                              (int)limit, PK_PAGE_SIZE_MAX);
    if (limit == 0)
        limit = PK_PAGE_SIZE_DEFAULT;
    enum pk_status status =
        read_filter(call, context->store, sub_message(request, "filter"), &filter, error);
    if (status != PK_OK)
        return status;
    pk_wire_table_init(&page.table, kind);
    status = fill_page(context->store, &page, &filter, wanted == NULL ? "" : wanted->page_token,
                       limit, next_token, error);
    return status == PK_OK ? send_page(&page, response, next_token, error) : status;
}

static enum pk_status list_items(void *context, struct pk_rpc_call *call,
                                 const ProtobufCMessage *request, struct pk_error *error)
{
    return list(context, call, request, PK_DATASET_ITEMS,
                &peakstock__v1__list_items_response__descriptor, error);
}

static enum pk_status list_supply_terms(void *context, struct pk_rpc_call *call,
                                        const ProtobufCMessage *request, struct pk_error *error)
{
    return list(context, call, request, PK_DATASET_SUPPLY,
                &peakstock__v1__list_supply_terms_response__descriptor, error);
}

static enum pk_status list_stock(void *context, struct pk_rpc_call *call,
                                 const ProtobufCMessage *request, struct pk_error *error)
{
    return list(context, call, request, PK_DATASET_STOCK,
                &peakstock__v1__list_stock_response__descriptor, error);
}

static enum pk_status list_inbound_lines(void *context, struct pk_rpc_call *call,
                                         const ProtobufCMessage *request, struct pk_error *error)
{
    return list(context, call, request, PK_DATASET_INBOUND,
                &peakstock__v1__list_inbound_lines_response__descriptor, error);
}

static enum pk_status list_promotion_rows(void *context, struct pk_rpc_call *call,
                                          const ProtobufCMessage *request, struct pk_error *error)
{
    return list(context, call, request, PK_DATASET_PROMOTIONS,
                &peakstock__v1__list_promotion_rows_response__descriptor, error);
}

static enum pk_status list_prices(void *context, struct pk_rpc_call *call,
                                  const ProtobufCMessage *request, struct pk_error *error)
{
    return list(context, call, request, PK_DATASET_PRICES,
                &peakstock__v1__list_prices_response__descriptor, error);
}

static enum pk_status list_covariates(void *context, struct pk_rpc_call *call,
                                      const ProtobufCMessage *request, struct pk_error *error)
{
    return list(context, call, request, PK_DATASET_COVARIATES,
                &peakstock__v1__list_covariates_response__descriptor, error);
}

static enum pk_status list_sales(void *context, struct pk_rpc_call *call,
                                 const ProtobufCMessage *request, struct pk_error *error)
{
    return list(context, call, request, PK_DATASET_SALES,
                &peakstock__v1__list_sales_response__descriptor, error);
}

static enum pk_status list_components(void *context, struct pk_rpc_call *call,
                                      const ProtobufCMessage *request, struct pk_error *error)
{
    return list(context, call, request, PK_DATASET_COMPONENTS,
                &peakstock__v1__list_components_response__descriptor, error);
}

static enum pk_status list_suppliers(void *context, struct pk_rpc_call *call,
                                     const ProtobufCMessage *request, struct pk_error *error)
{
    return list(context, call, request, PK_DATASET_SUPPLIERS,
                &peakstock__v1__list_suppliers_response__descriptor, error);
}

static enum pk_status list_warehouses(void *context, struct pk_rpc_call *call,
                                      const ProtobufCMessage *request, struct pk_error *error)
{
    return list(context, call, request, PK_DATASET_WAREHOUSES,
                &peakstock__v1__list_warehouses_response__descriptor, error);
}

static enum pk_status list_closures(void *context, struct pk_rpc_call *call,
                                    const ProtobufCMessage *request, struct pk_error *error)
{
    return list(context, call, request, PK_DATASET_CLOSURES,
                &peakstock__v1__list_closures_response__descriptor, error);
}

static enum pk_status list_lanes(void *context, struct pk_rpc_call *call,
                                 const ProtobufCMessage *request, struct pk_error *error)
{
    return list(context, call, request, PK_DATASET_LANES,
                &peakstock__v1__list_lanes_response__descriptor, error);
}

static enum pk_status list_adjustments(void *context, struct pk_rpc_call *call,
                                       const ProtobufCMessage *request, struct pk_error *error)
{
    return list(context, call, request, PK_DATASET_ADJUSTMENTS,
                &peakstock__v1__list_adjustments_response__descriptor, error);
}

static enum pk_status list_targets(void *context, struct pk_rpc_call *call,
                                   const ProtobufCMessage *request, struct pk_error *error)
{
    return list(context, call, request, PK_DATASET_TARGETS,
                &peakstock__v1__list_targets_response__descriptor, error);
}

static enum pk_status list_deposits(void *context, struct pk_rpc_call *call,
                                    const ProtobufCMessage *request, struct pk_error *error)
{
    return list(context, call, request, PK_DATASET_DEPOSITS,
                &peakstock__v1__list_deposits_response__descriptor, error);
}

static enum pk_status get_item(void *context, struct pk_rpc_call *call,
                               const ProtobufCMessage *request, struct pk_error *error)
{
    struct pk_history_context *own = context;
    const Peakstock__V1__GetItemRequest *wanted = (const Peakstock__V1__GetItemRequest *)request;
    Peakstock__V1__GetItemResponse response = PEAKSTOCK__V1__GET_ITEM_RESPONSE__INIT;
    struct page page = {.call = call};
    struct pk_list_filter filter = {wanted->item_id, "", PK_DATE_NONE, PK_DATE_NONE};
    char next_token[PK_PAGE_TOKEN_SIZE] = "";
    enum pk_status status = pk_id_check(pk_text_from(wanted->item_id), "item_id", error);
    if (status == PK_OK)
        status = pk_store_check_ids(own->store, wanted->item_id, "", error);
    if (status != PK_OK)
        return status;
    pk_wire_table_init(&page.table, PK_DATASET_ITEMS);
    status = fill_page(own->store, &page, &filter, "", 1, next_token, error);
    if (status != PK_OK)
        return status;
    if (page.row_count == 0)
        return pk_error_set(error, PK_NOT_FOUND, "item_id", "'%s' is unknown", wanted->item_id);
    response.item = (Peakstock__V1__ItemRow *)(void *)page.rows[0];
    return pk_rpc_call_send(call, &response.base, error);
}

#define METHOD(name, word, handle)                                                                 \
    {                                                                                              \
        name, PK_RPC_UNARY, &peakstock__v1__##word##_request__descriptor,                          \
            &peakstock__v1__##word##_response__descriptor, handle                                  \
    }

const struct pk_rpc_method pk_catalog_methods[] = {
    METHOD("GetItem", get_item, get_item),
    METHOD("ListItems", list_items, list_items),
    METHOD("ListSupplyTerms", list_supply_terms, list_supply_terms),
    METHOD("ListStock", list_stock, list_stock),
    METHOD("ListInboundLines", list_inbound_lines, list_inbound_lines),
    METHOD("ListPromotionRows", list_promotion_rows, list_promotion_rows),
    METHOD("ListPrices", list_prices, list_prices),
    METHOD("ListCovariates", list_covariates, list_covariates),
    METHOD("ListSales", list_sales, list_sales),
    METHOD("ListComponents", list_components, list_components),
    METHOD("ListSuppliers", list_suppliers, list_suppliers),
    METHOD("ListWarehouses", list_warehouses, list_warehouses),
    METHOD("ListClosures", list_closures, list_closures),
    METHOD("ListLanes", list_lanes, list_lanes),
    METHOD("ListAdjustments", list_adjustments, list_adjustments),
    METHOD("ListTargets", list_targets, list_targets),
    METHOD("ListDeposits", list_deposits, list_deposits),
};
const size_t pk_catalog_method_count = sizeof pk_catalog_methods / sizeof pk_catalog_methods[0];
