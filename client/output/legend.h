/* Sentences below a table, and their numbers in it: where a terminal is too narrow for a column of
 * sentences, a cell holds "[2]" and the legend says what that means. */
#ifndef PK_CLIENT_LEGEND_H
#define PK_CLIENT_LEGEND_H

#include <stddef.h>

#include "client/output/buffer.h"

/* A zeroed struct is an empty legend. */
struct pk_legend {
    struct pk_buffer lines; /* one sentence a line */
    size_t count;
};

/* The number, from 1, of a sentence (one line, not empty); the same sentence, the same number. */
size_t pk_legend_number(struct pk_legend *legend, const char *sentence);

/* Appends "[1] ...", "[2] ..." and forgets them. */
void pk_legend_print(struct pk_legend *legend, struct pk_buffer *buffer);

/* Frees. Accepts NULL. */
void pk_legend_done(struct pk_legend *legend);

#endif
