/* Splits a command line into the command, its options and its words, by the option tables alone.
 *
 * Nothing here prints or exits: what is wrong comes back as INVALID_ARGUMENT with a remedy. */
#ifndef PK_CLIENT_ARGUMENTS_H
#define PK_CLIENT_ARGUMENTS_H

#include <stdbool.h>
#include <stddef.h>

#include "client/frame/command.h"
#include "models/base/error.h"

/* The options of every command, in the order of the help. */
extern const struct pk_option pk_global_options[];
extern const size_t pk_global_option_count;

struct pk_arguments {
    bool wants_help, wants_version;
    const struct pk_command *command; /* NULL if none was named */
};

/* Fills the context's options and words from argv (argv[0] is skipped) and *out_arguments. Texts in
 * the context point into `arguments`. With --help or --version nothing else is checked. The context
 * must have been zeroed or given defaults; free it with pk_arguments_free even after a failure. */
enum pk_status pk_arguments_parse(const struct pk_command *const *table, size_t count,
                                  int argument_count, char **arguments,
                                  struct pk_command_context *context,
                                  struct pk_arguments *out_arguments, struct pk_error *error);

/* Frees what pk_arguments_parse put into the context. */
void pk_arguments_free(struct pk_command_context *context);

#endif
