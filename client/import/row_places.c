#include "client/import/row_places.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "models/base/array.h"
#include "models/base/lower_bound.h"
#include "models/base/text.h"

enum pk_status pk_row_places_add(struct pk_row_places *places, size_t file_index, int64_t line,
                                 struct pk_error *error)
{
    const struct pk_row_run *last =
        places->run_count == 0 ? NULL : &places->runs[places->run_count - 1];
    bool continues = last != NULL && last->file_index == file_index &&
                     line - last->first_line == places->row_count - last->first_row_index;
    if (!continues) {
        enum pk_status status =
            pk_array_reserve(&places->runs, &places->run_capacity, places->run_count + 1,
                             sizeof *places->runs, "rows", error);
        if (status != PK_OK)
            return status;
        places->runs[places->run_count++] =
            (struct pk_row_run){places->row_count, line, file_index};
    }
    places->row_count++;
    return PK_OK;
}

static bool begins_up_to(const void *row, const void *key)
{
    return ((const struct pk_row_run *)row)->first_row_index <= *(const int64_t *)key;
}

bool pk_row_places_find(const struct pk_row_places *places, int64_t row_index,
                        struct pk_row_place *out_place)
{
    if (row_index < 0 || row_index >= places->row_count)
        return false;
    const size_t after = pk_lower_bound(places->runs, places->run_count, sizeof *places->runs,
                                        begins_up_to, &row_index);
    const struct pk_row_run *run = &places->runs[after - 1];
    *out_place =
        (struct pk_row_place){run->file_index, run->first_line + row_index - run->first_row_index};
    return true;
}

/* Reads "rows[N]" or "row N" at the front of a text; returns its size, 0 if it is something
 * else. */
static size_t read_row_index(const char *text, int64_t *out_row_index)
{
    bool is_indexed = strncmp(text, "rows[", 5) == 0;
    if (!is_indexed && strncmp(text, "row ", 4) != 0)
        return 0;
    size_t at = is_indexed ? 5 : 4;
    size_t digit_count = strspn(text + at, "0123456789");
    if (is_indexed && text[at + digit_count] != ']')
        return 0;
    if (!pk_text_to_integer((struct pk_text){text + at, digit_count}, out_row_index))
        return 0;
    return at + digit_count + (is_indexed ? 1 : 0);
}

void pk_row_places_translate(const struct pk_row_places *places, const char *text, char *out,
                             size_t size)
{
    size_t length = 0;
    bool is_word_start = true; /* "row" in "narrow 5" is no row */
    out[0] = '\0';
    while (*text != '\0') {
        int64_t row_index = 0;
        struct pk_row_place place;
        size_t matched = is_word_start ? read_row_index(text, &row_index) : 0;
        if (matched > 0 && pk_row_places_find(places, row_index, &place)) {
            length += pk_text_format(out + length, size - length, "%s:%lld",
                                     places->file_names[place.file_index], (long long)place.line);
            text += matched;
            if (text[0] == '.' && islower((unsigned char)text[1])) {
                length += pk_text_format(out + length, size - length, ": column ");
                text++;
            }
        } else {
            is_word_start = !isalnum((unsigned char)*text);
            length += pk_text_format(out + length, size - length, "%c", *text);
            text++;
        }
    }
}

void pk_row_places_done(struct pk_row_places *places)
{
    free(places->runs);
    places->runs = NULL;
    places->run_count = places->run_capacity = 0;
    places->row_count = 0;
}
