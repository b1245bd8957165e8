/* One line on a terminal that says how far an import is; nothing anywhere else. */
#ifndef PK_CLIENT_PROGRESS_H
#define PK_CLIENT_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

struct pk_progress {
    FILE *terminal; /* NULL = silent */
    double started_seconds, shown_seconds;
    bool is_shown;
};

/* Seconds of a clock that never jumps. */
double pk_progress_clock_seconds(void);

/* `stream` is used if it is a terminal and not `quiet`. */
void pk_progress_init(struct pk_progress *progress, FILE *stream, bool quiet);

/* Writes the line at most five times a second. `position` of `size` bytes are read in all (size 0 =
 * unknown: no time left). */
void pk_progress_show(struct pk_progress *progress, int64_t row_count, int64_t position,
                      int64_t size);

/* Replaces the line by a text, at once. */
void pk_progress_say(struct pk_progress *progress, const char *text);

/* Takes the line away, so that other text can be printed. */
void pk_progress_clear(struct pk_progress *progress);

#endif
