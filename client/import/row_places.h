/* Where each row of an import stream came from: its position in the stream back to file and line.
 *
 * Runs of consecutive lines take one entry, so a file without gaps costs nothing. */
#ifndef PK_CLIENT_ROW_PLACES_H
#define PK_CLIENT_ROW_PLACES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "models/base/error.h"

struct pk_row_run {
    int64_t first_row_index;
    int64_t first_line;
    size_t file_index;
};

/* A zeroed struct with `file_names` set is empty. */
struct pk_row_places {
    const char *const *file_names; /* not owned */
    struct pk_row_run *runs;
    size_t run_count, run_capacity;
    int64_t row_count;
};

struct pk_row_place {
    size_t file_index;
    int64_t line;
};

/* Notes the place of the next row. OUT_OF_MEMORY. */
enum pk_status pk_row_places_add(struct pk_row_places *places, size_t file_index, int64_t line,
                                 struct pk_error *error);

/* False if no such row was added. */
bool pk_row_places_find(const struct pk_row_places *places, int64_t row_index,
                        struct pk_row_place *out_place);

/* Copies a text of the service with every "rows[N]" and "row N" in it written as FILE:LINE, and the
 * column behind "rows[N]." as ": column NAME". Always terminates `out`. */
void pk_row_places_translate(const struct pk_row_places *places, const char *text, char *out,
                             size_t size);

void pk_row_places_done(struct pk_row_places *places);

#endif
