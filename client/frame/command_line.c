#include "client/frame/command_line.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "client/frame/arguments.h"
#include "client/frame/connection.h"
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
