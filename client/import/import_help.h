/* `import --help` and `import KIND --help`: which kinds of files there are, and which columns each
 * has. */
#ifndef PK_CLIENT_IMPORT_HELP_H
#define PK_CLIENT_IMPORT_HELP_H

#include <stddef.h>
#include <stdio.h>

/* The kind that is no table of ours: raw invoice lines. */
#define PK_IMPORT_ONLINE_RETAIL "online-retail"

/* Writes "sales, items, ..., online-retail" into `out`, at most `size` bytes with the NUL. */
void pk_import_help_list_kinds(char *out, size_t size);

/* Prints the columns of `kind`; all kinds if it is NULL or no kind. */
void pk_import_help_print(FILE *stream, const char *kind);

#endif
