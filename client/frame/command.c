#include "client/frame/command.h"

#include <assert.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "client/frame/arguments.h"
#include "client/frame/connection.h"
#include "models/base/date.h"
#include "models/base/text.h"

static volatile sig_atomic_t is_interrupted;

static void handle_signal(int signal_number)
{
    (void)signal_number;
    is_interrupted = 1;
}

/* The first signal asks politely, the second one finds the default handler and kills. */
static void install_signal_handlers(void)
{
    struct sigaction action = {.sa_handler = handle_signal};
    action.sa_flags = (int)SA_RESETHAND;
    sigemptyset(&action.sa_mask);
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
    /* A closed pipe is a failed write, not a death in the middle. */
    struct sigaction ignore = {.sa_handler = SIG_IGN};
    sigemptyset(&ignore.sa_mask);
    sigaction(SIGPIPE, &ignore, NULL);
}

static void print_options(const struct pk_option *options, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        char left[64];
        pk_text_format(left, sizeof left, "--%s%s%s", options[i].name,
                       options[i].value_name == NULL ? "" : " ",
                       options[i].value_name == NULL ? "" : options[i].value_name);
        printf("  %-34s %s\n", left, options[i].help);
    }
}

static void print_help(const struct pk_command *const *table, size_t count,
                       const struct pk_command *command, const char *word)
{
    if (command != NULL) {
        printf("Usage: peakstock [OPTION...] %s %s\n\n%s\n", command->name, command->usage,
               command->summary);
        if (command->option_count > 0)
            printf("\nOptions of %s:\n", command->name);
        print_options(command->options, command->option_count);
        if (command->print_help)
            command->print_help(stdout, word);
    } else {
        printf("Usage: peakstock [OPTION...] COMMAND ...\n\n"
               "Demand forecasts and stock replenishment; asks a running peakstockd.\n\n"
               "Commands:\n");
        for (size_t i = 0; i < count; i++)
            printf("  %-20s %s\n", table[i]->name, table[i]->summary);
        printf("\npeakstock COMMAND --help describes one of them.\n");
    }
    printf("\nOptions of every command:\n");
    print_options(pk_global_options, pk_global_option_count);
    if (command == NULL)
        printf("\nExit codes: 0 done, 1 bad rows or refused, 2 wrong command line, 3 service not "
               "reachable\n");
}

static void print_error(const struct pk_command_context *context, const struct pk_error *error)
{
    size_t count =
        context->connection == NULL ? 0 : pk_connection_violation_count(context->connection);
    if (count <= 1 && error->field[0] != '\0')
        fprintf(context->messages, "peakstock: %s: %s\n", error->field, error->message);
    else
        fprintf(context->messages, "peakstock: %s\n", error->message);
    for (size_t i = 0; i < count; i++) {
        struct pk_violation violation = pk_connection_violation(context->connection, i);
        bool is_said = count == 1 && strcmp(violation.description, error->message) == 0;
        if (!is_said)
            fprintf(context->messages, "  %s: %s\n", violation.field, violation.description);
    }
}

static enum pk_exit exit_code(const struct pk_command_context *context, enum pk_status status)
{
    if (status == PK_OK)
        return context->has_bad_rows ? PK_EXIT_FAILED : PK_EXIT_DONE;
    if (context->is_misused)
        return PK_EXIT_USAGE;
    if (status == PK_CANCELLED && pk_command_is_cancelled(context))
        return PK_EXIT_INTERRUPTED;
    if (context->is_unreachable ||
        (context->connection != NULL && pk_connection_is_lost(context->connection)))
        return PK_EXIT_UNREACHABLE;
    return PK_EXIT_FAILED;
}

static int run_command(struct pk_command_context *context)
{
    struct pk_error error = {0};
    install_signal_handlers();
    enum pk_status status = context->command->run(context, &error);
    if (status != PK_OK && !context->is_reported)
        print_error(context, &error);
    enum pk_exit code = exit_code(context, status);
    pk_connection_close(context->connection);
    return (int)code;
}

int pk_command_main(const struct pk_command *const *table, size_t count, const char *version,
                    int argument_count, char **arguments)
{
    const char *server = getenv("PEAKSTOCK_SERVER");
    struct pk_command_context context = {
        .server = server == NULL || server[0] == '\0' ? PK_SERVER_DEFAULT : server,
        .timeout_seconds = PK_TIMEOUT_SECONDS_DEFAULT,
        .cancel_flag = &is_interrupted,
        .messages = stderr};
    struct pk_arguments parsed = {0};
    struct pk_error error = {0};
    int code = PK_EXIT_DONE;
    enum pk_status status =
        pk_arguments_parse(table, count, argument_count, arguments, &context, &parsed, &error);
    if (status != PK_OK) {
        print_error(&context, &error);
        code = status == PK_OUT_OF_MEMORY ? PK_EXIT_FAILED : PK_EXIT_USAGE;
    } else if (parsed.wants_version) {
        printf("peakstock %s\n", version);
    } else if (parsed.wants_help) {
        print_help(table, count, parsed.command,
                   context.argument_count > 0 ? context.arguments[0] : NULL);
    } else {
        code = run_command(&context);
    }
    pk_arguments_free(&context);
    return code;
}

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
