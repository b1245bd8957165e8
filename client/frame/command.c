#include "client/frame/command.h"

#include <assert.h>
#include <stdarg.h>
#include <string.h>

#include "client/frame/connection.h"
#include "models/base/date.h"
#include "models/base/text.h"

static const struct pk_option_value *find_value(const struct pk_command_context *context,
                                                const char *name)
{
    for (size_t i = 0; i < context->command->option_count; i++)
        if (strcmp(context->command->options[i].name, name) == 0)
            return &context->values[i];
    assert(!"an option that the command does not list");
    return &context->values[PK_COMMAND_OPTION_COUNT_MAX - 1];
}

bool pk_command_has(const struct pk_command_context *context, const char *name)
{
    return find_value(context, name)->is_given;
}

const char *pk_command_text(const struct pk_command_context *context, const char *name)
{
    return find_value(context, name)->text;
}

int64_t pk_command_count(const struct pk_command_context *context, const char *name,
                         int64_t fallback)
{
    const struct pk_option_value *value = find_value(context, name);
    return value->is_given ? value->integer : fallback;
}

double pk_command_number(const struct pk_command_context *context, const char *name,
                         double fallback)
{
    const struct pk_option_value *value = find_value(context, name);
    return value->is_given ? value->number : fallback;
}

int32_t pk_command_date(const struct pk_command_context *context, const char *name)
{
    const struct pk_option_value *value = find_value(context, name);
    return value->is_given ? (int32_t)value->integer : PK_DATE_NONE;
}

const char *pk_command_date_text(const struct pk_command_context *context, const char *name)
{
    return find_value(context, name)->date_text;
}

const char **pk_command_ids(const struct pk_command_context *context, const char *name,
                            size_t *out_count)
{
    const struct pk_option_value *value = find_value(context, name);
    *out_count = value->id_count;
    return value->ids;
}

enum pk_status pk_command_one_item(struct pk_command_context *context, char **out_item_id,
                                   char **out_warehouse_id, struct pk_error *error)
{
    static char none[] = "";
    size_t item_count = 0, warehouse_count = 0;
    const char **items = pk_command_ids(context, "item", &item_count);
    const char **warehouses = pk_command_ids(context, "warehouse", &warehouse_count);
    if (item_count != 1)
        return pk_command_misuse(context, error, "name the item to explain: --item ID, once");
    if (warehouse_count > 1)
        return pk_command_misuse(context, error, "--warehouse may be given once");
    *out_item_id = (char *)(uintptr_t)items[0];
    *out_warehouse_id = warehouse_count == 1 ? (char *)(uintptr_t)warehouses[0] : none;
    return PK_OK;
}

enum pk_status pk_command_connect(struct pk_command_context *context,
                                  struct pk_connection **out_connection, struct pk_error *error)
{
    if (context->connection == NULL) {
        struct pk_connection_options options = {
            .address = context->server,
            .connect_timeout_seconds = context->timeout_seconds < PK_CONNECT_TIMEOUT_SECONDS
                                           ? context->timeout_seconds
                                           : PK_CONNECT_TIMEOUT_SECONDS,
            .call_timeout_seconds = context->timeout_seconds,
            .cancel_flag = context->cancel_flag};
        enum pk_status status = pk_connection_open(&options, &context->connection, error);
        context->is_unreachable |= status == PK_UNAVAILABLE || status == PK_DEADLINE_EXCEEDED;
        context->is_misused |= status == PK_INVALID_ARGUMENT;
        if (status != PK_OK)
            return status;
    }
    *out_connection = context->connection;
    return PK_OK;
}

bool pk_command_is_cancelled(const struct pk_command_context *context)
{
    return context->cancel_flag != NULL && *context->cancel_flag != 0;
}

enum pk_status pk_command_interrupted(struct pk_error *error)
{
    return pk_error_set(error, PK_CANCELLED, "", "interrupted; nothing was changed");
}

enum pk_status pk_command_check_argument_ids(struct pk_command_context *context,
                                             struct pk_error *error)
{
    const char *name = context->command->argument_name;
    struct pk_error id_error = {0};
    for (size_t i = 0; i < context->argument_count; i++)
        if (pk_id_check(pk_text_from(context->arguments[i]), name, &id_error) != PK_OK)
            return pk_command_misuse(context, error, "%s: %s", name, id_error.message);
    return PK_OK;
}

enum pk_status pk_command_check_from_to(struct pk_command_context *context, struct pk_error *error)
{
    if (!pk_command_has(context, "from") || !pk_command_has(context, "to") ||
        pk_command_date(context, "from") <= pk_command_date(context, "to"))
        return PK_OK;
    return pk_command_misuse(context, error, "--from %s lies after --to %s",
                             pk_command_date_text(context, "from"),
                             pk_command_date_text(context, "to"));
}

enum pk_status pk_command_misuse(struct pk_command_context *context, struct pk_error *error,
                                 const char *format, ...)
{
    char message[sizeof error->message];
    va_list arguments;
    va_start(arguments, format);
    pk_text_vformat(message, sizeof message, format, arguments);
    va_end(arguments);
    context->is_misused = true;
    return pk_error_set(error, PK_INVALID_ARGUMENT, "", "%s", message);
}

void pk_command_warn(const struct pk_command_context *context, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    fputs("peakstock: warning: ", context->messages);
    vfprintf(context->messages, format, arguments);
    fputc('\n', context->messages);
    va_end(arguments);
}

void pk_command_note(const struct pk_command_context *context, const char *format, ...)
{
    if (context->quiet)
        return;
    va_list arguments;
    va_start(arguments, format);
    fputs("peakstock: ", context->messages);
    vfprintf(context->messages, format, arguments);
    fputc('\n', context->messages);
    va_end(arguments);
}
