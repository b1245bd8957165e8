#include "client/import/bad_rows.h"

#include <stdbool.h>
#include <string.h>

/* Messages that speak about "it" need the value in front; the others quote it themselves. */
static bool lacks_subject(const char *message)
{
    static const char *const verbs[] = {"is ", "has ", "must ", "contains "};
    for (size_t i = 0; i < sizeof verbs / sizeof verbs[0]; i++)
        if (strncmp(message, verbs[i], strlen(verbs[i])) == 0)
            return true;
    return false;
}

void pk_bad_rows_describe(const struct pk_error *error, struct pk_text value, char *out,
                          size_t size)
{
    size_t length = 0;
    out[0] = '\0';
    if (error->field[0] != '\0')
        length += pk_text_format(out, size, "column %s: ", error->field);
    if (value.size > 0 && lacks_subject(error->message))
        length += pk_text_format(out + length, size - length, "'%.*s'%s ",
                                 value.size > 80 ? 80 : (int)value.size, value.bytes,
                                 value.size > 80 ? "..." : "");
    pk_text_format(out + length, size - length, "%s", error->message);
}

void pk_bad_rows_report(struct pk_bad_rows *rows, const char *file_name, int64_t line,
                        const char *reason)
{
    rows->count++;
    if (rows->count > PK_BAD_ROW_PRINTED_COUNT_MAX)
        return;
    fprintf(rows->messages, "%s:%lld: ", file_name, (long long)line);
    /* What a file holds must not steer a terminal or begin a new line. */
    for (const char *at = reason; *at != '\0'; at++)
        fputc((unsigned char)*at < 0x20 || *at == 0x7f ? '?' : *at, rows->messages);
    fputc('\n', rows->messages);
}

void pk_bad_rows_finish(const struct pk_bad_rows *rows)
{
    if (rows->count > PK_BAD_ROW_PRINTED_COUNT_MAX)
        fprintf(rows->messages, "... and %lld more\n",
                (long long)rows->count - PK_BAD_ROW_PRINTED_COUNT_MAX);
}

enum pk_status pk_bad_rows_refuse(const struct pk_bad_rows *rows, struct pk_error *error)
{
    pk_bad_rows_finish(rows);
    fprintf(rows->messages, "peakstock: %lld bad row%s; nothing was imported\n",
            (long long)rows->count, rows->count == 1 ? "" : "s");
    return pk_error_set(error, PK_INVALID_ARGUMENT, "", "bad rows");
}
