#include "client/frame/progress.h"

#include <time.h>
#include <unistd.h>

#define SHOW_INTERVAL_SECONDS 0.2

double pk_progress_clock_seconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

void pk_progress_init(struct pk_progress *progress, FILE *stream, bool quiet)
{
    *progress = (struct pk_progress){.started_seconds = pk_progress_clock_seconds()};
    if (!quiet && isatty(fileno(stream)))
        progress->terminal = stream;
}

void pk_progress_show(struct pk_progress *progress, int64_t row_count, int64_t position,
                      int64_t size)
{
    if (progress->terminal == NULL)
        return;
    double now = pk_progress_clock_seconds();
    if (now - progress->shown_seconds < SHOW_INTERVAL_SECONDS)
        return;
    double elapsed = now - progress->started_seconds;
    double rate = elapsed > 0 ? (double)row_count / elapsed : 0;
    fprintf(progress->terminal, "\r\x1b[K%lld rows, %.0f rows/s", (long long)row_count, rate);
    if (size > 0 && position > 0)
        fprintf(progress->terminal, ", %.0f s left",
                elapsed * (double)(size - position) / (double)position);
    fflush(progress->terminal);
    progress->shown_seconds = now;
    progress->is_shown = true;
}

void pk_progress_say(struct pk_progress *progress, const char *text)
{
    if (progress->terminal == NULL)
        return;
    fprintf(progress->terminal, "\r\x1b[K%s", text);
    fflush(progress->terminal);
    progress->is_shown = true;
}

void pk_progress_clear(struct pk_progress *progress)
{
    if (progress->terminal != NULL && progress->is_shown) {
        fputs("\r\x1b[K", progress->terminal);
        fflush(progress->terminal);
    }
    progress->is_shown = false;
}
