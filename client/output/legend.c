#include "client/output/legend.h"

#include <string.h>

size_t pk_legend_number(struct pk_legend *legend, const char *sentence)
{
    size_t size = strlen(sentence);
    size_t number = 1;
    const char *line = pk_buffer_string(&legend->lines);
    for (const char *end; (end = strchr(line, '\n')); line = end + 1, number++)
        if ((size_t)(end - line) == size && memcmp(line, sentence, size) == 0)
            return number;
    pk_buffer_append(&legend->lines, sentence, size);
    pk_buffer_append_byte(&legend->lines, '\n');
    return ++legend->count;
}

void pk_legend_print(struct pk_legend *legend, struct pk_buffer *buffer)
{
    const char *line = pk_buffer_string(&legend->lines);
    for (size_t number = 1; number <= legend->count; number++) {
        const char *end = strchr(line, '\n');
        if (!end)
            break;
        pk_buffer_append_byte(buffer, '[');
        pk_buffer_append_integer(buffer, (int64_t)number);
        pk_buffer_append_string(buffer, "] ");
        pk_buffer_append(buffer, line, (size_t)(end + 1 - line));
        line = end + 1;
    }
    pk_buffer_clear(&legend->lines);
    legend->count = 0;
}

void pk_legend_done(struct pk_legend *legend)
{
    if (!legend)
        return;
    pk_buffer_done(&legend->lines);
    legend->count = 0;
}
