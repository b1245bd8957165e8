/* The frame of the command line: what a command is, how its options are read, and how its end
 * becomes an exit code.
 *
 * A command is one const struct in its own file (cmd_NAME.c), listed in client/commands/commands.h
 * and in the table of main.c. The frame reads all options before `run` starts: whatever the command
 * line alone shows wrong ends with exit code 2 and `run` is not called. `run` returns a status; the
 * frame prints the error and every violation that the service listed, closes the connection and
 * exits:
 *
 *   0  PK_OK
 *   1  any other status; PK_OK with context->has_bad_rows
 *   2  options, ranges, missing FILE; pk_command_misuse
 *   3  the service cannot be reached, or went away in the middle
 *   130  interrupted (SIGINT, SIGTERM)
 *
 * Global options and those of the command may stand before or after the command's name; `--name
 * value` and `--name=value` are the same; `--` ends the options. An option name that several
 * commands use has the same type in all of them. */
#ifndef PK_CLIENT_COMMAND_H
#define PK_CLIENT_COMMAND_H

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "models/base/error.h"

struct pk_connection;
struct pk_command_context;

enum pk_exit {
    PK_EXIT_DONE = 0,
    PK_EXIT_FAILED = 1,
    PK_EXIT_USAGE = 2,
    PK_EXIT_UNREACHABLE = 3,
    PK_EXIT_INTERRUPTED = 130
};

enum pk_format { PK_FORMAT_TABLE, PK_FORMAT_CSV, PK_FORMAT_JSON };
enum pk_language { PK_LANGUAGE_ENGLISH, PK_LANGUAGE_CHINESE };

/* The service that is asked unless --server or PEAKSTOCK_SERVER names another. */
#define PK_SERVER_DEFAULT "127.0.0.1:7117"
/* Seconds that a call may take unless --timeout says otherwise. */
#define PK_TIMEOUT_SECONDS_DEFAULT 300
/* Seconds until an unreachable service is given up. */
#define PK_CONNECT_TIMEOUT_SECONDS 5

enum pk_option_type {
    PK_OPTION_FLAG,   /* no value */
    PK_OPTION_TEXT,   /* any text; the last one counts */
    PK_OPTION_ID,     /* an id, checked by pk_id_check; may be given several times */
    PK_OPTION_CHOICE, /* one of `choices` */
    PK_OPTION_DATE,   /* a civil day */
    PK_OPTION_COUNT,  /* a whole number, minimum..maximum */
    PK_OPTION_NUMBER, /* a decimal number or percentage, minimum..maximum */
    PK_OPTION_MONEY   /* a plain decimal amount, minimum..maximum in whole units of money */
};

struct pk_option {
    const char *name; /* without the dashes: "as-of" */
    enum pk_option_type type;
    const char *value_name; /* for the help: "D"; NULL for a flag */
    const char *help;       /* half a sentence, default included */
    const char *choices;    /* PK_OPTION_CHOICE: "day|week" */
    double minimum, maximum;
};

/* Every computing command takes this one; read it with pk_command_date_text(context, "as-of"). */
#define PK_OPTION_AS_OF                                                                            \
    {                                                                                              \
        "as-of", PK_OPTION_DATE, "D", "last complete day that may be used (last sales date)",      \
            NULL, 0, 0                                                                             \
    }

/* The warehouses to look at; read them with pk_command_ids(context, "warehouse", &count). */
#define PK_OPTION_WAREHOUSES                                                                       \
    {                                                                                              \
        "warehouse", PK_OPTION_ID, "ID", "this warehouse; may be given again (all)", NULL, 0, 0    \
    }

struct pk_command {
    const char *name;    /* one word, or two: "promo check" */
    const char *summary; /* half a sentence for the list of commands */
    const char *usage;   /* what follows the name: "[--item ID] ..." */
    const struct pk_option *options;
    size_t option_count;
    size_t argument_count_min, argument_count_max; /* words that are no options; SIZE_MAX = any */
    const char *argument_name;                     /* for the message when one is missing: "FILE" */
    /* The result goes to pk_result_* (client/output/result.h), everything else to stderr. */
    enum pk_status (*run)(struct pk_command_context *context, struct pk_error *error);
    /* More of the help, after the options; may be NULL. `word` is the first one after the command's
     * name, NULL if there is none. */
    void (*print_help)(FILE *stream, const char *word);
};

struct pk_option_value {
    bool is_given;
    const char *text; /* as written, the last one */
    int64_t integer;  /* DATE: epoch days, COUNT, MONEY: micros */
    double number;
    char date_text[11]; /* DATE: YYYY-MM-DD */
    const char **ids;   /* ID: all of them */
    size_t id_count;
};

#define PK_COMMAND_OPTION_COUNT_MAX 32

struct pk_command_context {
    const struct pk_command *command;
    const char *server;
    enum pk_format format;
    const char *output_path; /* NULL = stdout */
    bool quiet;
    double timeout_seconds;
    enum pk_language language;
    const char **arguments; /* words that are no options, without the command's name */
    size_t argument_count;
    const volatile sig_atomic_t *cancel_flag; /* set by SIGINT and SIGTERM; may be NULL */
    FILE *messages;                           /* where warnings and errors go: stderr */

    bool has_bad_rows; /* set by `run`: the result stands, but not all of the input; exit code 1 */
    bool is_misused;   /* set by pk_command_misuse */
    bool is_reported;  /* set by `run`: it has printed its error itself */
    bool is_unreachable;              /* set by pk_command_connect */
    struct pk_connection *connection; /* opened by pk_command_connect, closed by the frame */
    struct pk_option_value values[PK_COMMAND_OPTION_COUNT_MAX]; /* of command->options[i] */
};

/* --- inside `run` ----------------------------------------------------------------------------- */

/* Values of the command's own options; `name` must be in its table (an unknown one is our own
 * mistake and asserts). */
bool pk_command_has(const struct pk_command_context *context, const char *name);
/* NULL if not given. */
const char *pk_command_text(const struct pk_command_context *context, const char *name);
int64_t pk_command_count(const struct pk_command_context *context, const char *name,
                         int64_t fallback);
double pk_command_number(const struct pk_command_context *context, const char *name,
                         double fallback);
/* PK_DATE_NONE if not given. */
int32_t pk_command_date(const struct pk_command_context *context, const char *name);
/* YYYY-MM-DD as the wire wants it, "" if not given. Never NULL. */
const char *pk_command_date_text(const struct pk_command_context *context, const char *name);
/* All ids of a repeatable option in the order given; *out_count is 0 if none. They live as long as
 * the context and fit a `repeated string` field: (char **). */
const char **pk_command_ids(const struct pk_command_context *context, const char *name,
                            size_t *out_count);

/* The one item of --item and the warehouse of --warehouse ("" if not given) of a command that
 * explains; a misuse otherwise. */
enum pk_status pk_command_one_item(struct pk_command_context *context, char **out_item_id,
                                   char **out_warehouse_id, struct pk_error *error);

/* PK_OK if every word that is no option is an id; a misuse otherwise. */
enum pk_status pk_command_check_argument_ids(struct pk_command_context *context,
                                             struct pk_error *error);

/* PK_OK unless both --from and --to are given and the first lies after the second; then a
 * misuse. */
enum pk_status pk_command_check_from_to(struct pk_command_context *context, struct pk_error *error);

/* The connection to context->server, opened by the first call; the frame closes it. */
enum pk_status pk_command_connect(struct pk_command_context *context,
                                  struct pk_connection **out_connection, struct pk_error *error);

/* True once the user has interrupted; long loops ask and return pk_command_interrupted(error). */
bool pk_command_is_cancelled(const struct pk_command_context *context);
/* PK_CANCELLED with its message. */
enum pk_status pk_command_interrupted(struct pk_error *error);

/* For what the command line alone shows wrong (exit code 2): fills the error, notes the misuse and
 * returns PK_INVALID_ARGUMENT. */
enum pk_status pk_command_misuse(struct pk_command_context *context, struct pk_error *error,
                                 const char *format, ...) __attribute__((format(printf, 3, 4)));

/* One line "peakstock: warning: ..." on stderr. Not silenced by --quiet. */
void pk_command_warn(const struct pk_command_context *context, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* One line "peakstock: ..." on stderr, silenced by --quiet. */
void pk_command_note(const struct pk_command_context *context, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

#endif
