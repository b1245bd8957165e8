/* grpc.reflection: answers from the descriptor set that the build embeds, byte for byte. v1 and
 * v1alpha differ only in their package, so the v1 messages serve both. */
#include <grpc/reflection/v1/reflection.pb-c.h>
#include <string.h>

#include "service/rpc/call.h"
#include "service/rpc/internal.h"
#include "service/rpc/wire.h"

/* Generated: FileDescriptorSet of every .proto of the product and of what they import. */
extern const unsigned char pk_descriptor_set[];
extern const size_t pk_descriptor_set_size;

/* Files in the set; more than this and the last are not found (tested against the embedded set). */
#define FILE_COUNT_MAX 64

/* Field numbers of google/protobuf/descriptor.proto. */
enum { SET_FILE = 1 };
enum {
    FILE_NAME = 1,
    FILE_PACKAGE = 2,
    FILE_DEPENDENCY = 3,
    FILE_MESSAGE = 4,
    FILE_ENUM = 5,
    FILE_SERVICE = 6
};
enum { MESSAGE_FIELD = 2, MESSAGE_NESTED = 3, MESSAGE_ENUM = 4, MESSAGE_ONEOF = 8 };
enum { ANY_NAME = 1, ENUM_VALUE = 2, SERVICE_METHOD = 2 };

static struct pk_rpc_wire wire_of(struct pk_text bytes)
{
    return (struct pk_rpc_wire){(const uint8_t *)bytes.bytes, bytes.size, 0};
}

/* The first length-delimited field of that number, empty if absent. */
static struct pk_text first_field(struct pk_text message, uint32_t number)
{
    struct pk_rpc_wire wire = wire_of(message);
    struct pk_rpc_field field;
    while (pk_rpc_wire_next(&wire, &field))
        if (field.number == number && field.is_bytes)
            return field.value;
    return (struct pk_text){"", 0};
}

/* Takes "name" or "name." off the front of a symbol; false if it begins otherwise. */
static bool strip(struct pk_text *symbol, struct pk_text name)
{
    if (name.size == 0 || symbol->size < name.size ||
        memcmp(symbol->bytes, name.bytes, name.size) != 0)
        return false;
    size_t used = name.size;
    if (symbol->size > used) {
        if (symbol->bytes[used] != '.' || symbol->size == used + 1)
            return false;
        used++;
    }
    symbol->bytes += used;
    symbol->size -= used;
    return true;
}

static bool has_named(struct pk_text message, uint32_t number, struct pk_text name)
{
    struct pk_rpc_wire wire = wire_of(message);
    struct pk_rpc_field field;
    while (pk_rpc_wire_next(&wire, &field))
        if (field.number == number && field.is_bytes &&
            pk_text_equal(first_field(field.value, ANY_NAME), name))
            return true;
    return false;
}

/* The enum of that name, or the enum that holds the value of that name (values are siblings of
 * their enum). */
static bool enum_declares(struct pk_text declaration, struct pk_text symbol)
{
    struct pk_text rest = symbol;
    if (strip(&rest, first_field(declaration, ANY_NAME)))
        return rest.size == 0;
    return has_named(declaration, ENUM_VALUE, symbol);
}

static bool service_declares(struct pk_text declaration, struct pk_text symbol)
{
    return strip(&symbol, first_field(declaration, ANY_NAME)) &&
           (symbol.size == 0 || has_named(declaration, SERVICE_METHOD, symbol));
}

static bool message_declares(struct pk_text declaration, struct pk_text symbol)
{
    if (!strip(&symbol, first_field(declaration, ANY_NAME)))
        return false;
    if (symbol.size == 0 || has_named(declaration, MESSAGE_FIELD, symbol) ||
        has_named(declaration, MESSAGE_ONEOF, symbol))
        return true;
    struct pk_rpc_wire wire = wire_of(declaration);
    struct pk_rpc_field field;
    while (pk_rpc_wire_next(&wire, &field))
        if ((field.number == MESSAGE_NESTED && message_declares(field.value, symbol)) ||
            (field.number == MESSAGE_ENUM && enum_declares(field.value, symbol)))
            return true;
    return false;
}

static bool file_declares(struct pk_text file, struct pk_text symbol)
{
    struct pk_text package = first_field(file, FILE_PACKAGE);
    if (package.size > 0 && (!strip(&symbol, package) || symbol.size == 0))
        return false;
    struct pk_rpc_wire wire = wire_of(file);
    struct pk_rpc_field field;
    while (pk_rpc_wire_next(&wire, &field))
        if ((field.number == FILE_MESSAGE && message_declares(field.value, symbol)) ||
            (field.number == FILE_ENUM && enum_declares(field.value, symbol)) ||
            (field.number == FILE_SERVICE && service_declares(field.value, symbol)))
            return true;
    return false;
}

static bool file_is_named(struct pk_text file, struct pk_text name)
{
    return pk_text_equal(first_field(file, FILE_NAME), name);
}

static bool find_file(bool (*matches)(struct pk_text file, struct pk_text name),
                      struct pk_text name, struct pk_text *out_file)
{
    struct pk_rpc_wire wire = {pk_descriptor_set, pk_descriptor_set_size, 0};
    struct pk_rpc_field field;
    while (pk_rpc_wire_next(&wire, &field))
        if (field.number == SET_FILE && matches(field.value, name)) {
            *out_file = field.value;
            return true;
        }
    return false;
}

/* The files and, behind them, everything they import, each once. */
static size_t add_imports(struct pk_text files[FILE_COUNT_MAX], size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct pk_rpc_wire wire = wire_of(files[i]);
        struct pk_rpc_field field;
        while (pk_rpc_wire_next(&wire, &field)) {
            struct pk_text found;
            if (field.number != FILE_DEPENDENCY || count == FILE_COUNT_MAX ||
                !find_file(file_is_named, field.value, &found))
                continue;
            bool listed = false;
            for (size_t other = 0; other < count; other++)
                listed |= files[other].bytes == found.bytes;
            if (!listed)
                files[count++] = found;
        }
    }
    return count;
}

static void answer_error(Grpc__Reflection__V1__ServerReflectionResponse *response,
                         Grpc__Reflection__V1__ErrorResponse *storage, grpc_status_code code,
                         const char *message)
{
    grpc__reflection__v1__error_response__init(storage);
    storage->error_code = (int32_t)code;
    storage->error_message = (char *)(uintptr_t)message;
    response->message_response_case =
        GRPC__REFLECTION__V1__SERVER_REFLECTION_RESPONSE__MESSAGE_RESPONSE_ERROR_RESPONSE;
    response->error_response = storage;
}

static enum pk_status send_file(struct pk_rpc_call *call,
                                Grpc__Reflection__V1__ServerReflectionResponse *response,
                                struct pk_text file, struct pk_error *error)
{
    struct pk_text files[FILE_COUNT_MAX] = {file};
    ProtobufCBinaryData encoded[FILE_COUNT_MAX];
    Grpc__Reflection__V1__FileDescriptorResponse list =
        GRPC__REFLECTION__V1__FILE_DESCRIPTOR_RESPONSE__INIT;
    list.n_file_descriptor_proto = add_imports(files, 1);
    list.file_descriptor_proto = encoded;
    for (size_t i = 0; i < list.n_file_descriptor_proto; i++)
        encoded[i] = (ProtobufCBinaryData){files[i].size, (uint8_t *)(uintptr_t)files[i].bytes};
    response->message_response_case =
        GRPC__REFLECTION__V1__SERVER_REFLECTION_RESPONSE__MESSAGE_RESPONSE_FILE_DESCRIPTOR_RESPONSE;
    response->file_descriptor_response = &list;
    return pk_rpc_call_send(call, &response->base, error);
}

static enum pk_status send_services(struct pk_rpc_server *server, struct pk_rpc_call *call,
                                    Grpc__Reflection__V1__ServerReflectionResponse *response,
                                    struct pk_error *error)
{
    Grpc__Reflection__V1__ListServiceResponse list =
        GRPC__REFLECTION__V1__LIST_SERVICE_RESPONSE__INIT;
    size_t count = server->service_count + PK_RPC_OWN_SERVICE_COUNT;
    Grpc__Reflection__V1__ServiceResponse *items =
        pk_rpc_call_allocate(call, count * sizeof *items);
    list.service = pk_rpc_call_allocate(call, count * sizeof(void *));
    if (!items || !list.service)
        return pk_error_set(error, PK_OUT_OF_MEMORY, "", "no memory for the list of services");
    for (size_t i = 0; i < count; i++) {
        const struct pk_rpc_service *service =
            i < server->service_count ? &server->services[i]
                                      : &server->own_services[i - server->service_count];
        grpc__reflection__v1__service_response__init(&items[i]);
        items[i].name = (char *)(uintptr_t)service->name;
        list.service[i] = &items[i];
    }
    list.n_service = count;
    response->message_response_case =
        GRPC__REFLECTION__V1__SERVER_REFLECTION_RESPONSE__MESSAGE_RESPONSE_LIST_SERVICES_RESPONSE;
    response->list_services_response = &list;
    return pk_rpc_call_send(call, &response->base, error);
}

static enum pk_status answer(struct pk_rpc_server *server, struct pk_rpc_call *call,
                             const Grpc__Reflection__V1__ServerReflectionRequest *request,
                             struct pk_error *error)
{
    Grpc__Reflection__V1__ServerReflectionResponse response =
        GRPC__REFLECTION__V1__SERVER_REFLECTION_RESPONSE__INIT;
    Grpc__Reflection__V1__ErrorResponse failure;
    struct pk_text file;
    response.valid_host = request->host;
    response.original_request = (Grpc__Reflection__V1__ServerReflectionRequest *)(uintptr_t)request;
    bool found = false;
    switch (request->message_request_case) {
    case GRPC__REFLECTION__V1__SERVER_REFLECTION_REQUEST__MESSAGE_REQUEST_LIST_SERVICES:
        return send_services(server, call, &response, error);
    case GRPC__REFLECTION__V1__SERVER_REFLECTION_REQUEST__MESSAGE_REQUEST_FILE_BY_FILENAME:
        found = find_file(file_is_named, pk_text_from(request->file_by_filename), &file);
        break;
    case GRPC__REFLECTION__V1__SERVER_REFLECTION_REQUEST__MESSAGE_REQUEST_FILE_CONTAINING_SYMBOL:
        found = find_file(file_declares, pk_text_from(request->file_containing_symbol), &file);
        break;
    case GRPC__REFLECTION__V1__SERVER_REFLECTION_REQUEST__MESSAGE_REQUEST_FILE_CONTAINING_EXTENSION:
    case GRPC__REFLECTION__V1__SERVER_REFLECTION_REQUEST__MESSAGE_REQUEST_ALL_EXTENSION_NUMBERS_OF_TYPE:
        break; /* proto3 has no extensions to tell of */
    default:
        answer_error(&response, &failure, GRPC_STATUS_INVALID_ARGUMENT, "the request asks nothing");
        return pk_rpc_call_send(call, &response.base, error);
    }
    if (found)
        return send_file(call, &response, file, error);
    answer_error(&response, &failure, GRPC_STATUS_NOT_FOUND, "not found");
    return pk_rpc_call_send(call, &response.base, error);
}

static enum pk_status server_reflection_info(void *context, struct pk_rpc_call *call,
                                             const ProtobufCMessage *nothing,
                                             struct pk_error *error)
{
    (void)nothing;
    for (;;) {
        const ProtobufCMessage *request = NULL;
        enum pk_status status = pk_rpc_call_receive(call, &request, error);
        if (status != PK_OK || !request)
            return status;
        status = answer(context, call,
                        (const Grpc__Reflection__V1__ServerReflectionRequest *)request, error);
        if (status != PK_OK)
            return status;
        pk_rpc_call_release(call);
    }
}

static const struct pk_rpc_method methods[] = {
    {"ServerReflectionInfo", PK_RPC_BIDI_STREAM,
     &grpc__reflection__v1__server_reflection_request__descriptor,
     &grpc__reflection__v1__server_reflection_response__descriptor, server_reflection_info},
};

const struct pk_rpc_service pk_rpc_reflection_service = {
    .name = "grpc.reflection.v1.ServerReflection", .methods = methods, .method_count = 1};
const struct pk_rpc_service pk_rpc_reflection_alpha_service = {
    .name = "grpc.reflection.v1alpha.ServerReflection", .methods = methods, .method_count = 1};
