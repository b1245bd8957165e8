#include "client/bad_rows.h"

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
    if (rows->count <= PK_BAD_ROW_PRINTED_COUNT_MAX)
        fprintf(rows->messages, "%s:%lld: %s\n", file_name, (long long)line, reason);
}

void pk_bad_rows_finish(const struct pk_bad_rows *rows)
{
    if (rows->count > PK_BAD_ROW_PRINTED_COUNT_MAX)
        fprintf(rows->messages, "... and %lld more bad rows\n",
                (long long)rows->count - PK_BAD_ROW_PRINTED_COUNT_MAX);
}
