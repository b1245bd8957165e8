/* The whole of one call of the program: the command line is read, the command runs, and its end
 * becomes an exit code. */
#ifndef PK_CLIENT_COMMAND_LINE_H
#define PK_CLIENT_COMMAND_LINE_H

#include <stddef.h>

#include "client/frame/command.h"

/* Reads the command line, runs the command and returns the exit code. `table` has `count` commands;
 * `version` is printed by --version. Handles --help, --version, `help COMMAND`. */
int pk_command_main(const struct pk_command *const *table, size_t count, const char *version,
                    int argument_count, char **arguments);

#endif
