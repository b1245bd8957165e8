/* The log: one logfmt line per event on stderr, each written in one piece. */
#ifndef PK_SERVICE_LOG_H
#define PK_SERVICE_LOG_H

/* Writes "time=... event=EVENT " and the formatted key=value pairs. Any thread. */
void pk_log(const char *event, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Copies `text` into out as a quoted logfmt value: quotes and control characters escaped, cut to
 * fit. Returns out. */
const char *pk_log_quote(const char *text, char *out, unsigned long size);

#endif
