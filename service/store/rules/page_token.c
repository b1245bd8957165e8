#include "service/store/rules/page_token.h"

#include <string.h>

#include "models/base/date.h"
#include "models/base/format.h"
#include "models/base/text.h"

static size_t append(char *out, size_t at, struct pk_text text)
{
    for (size_t i = 0; i < text.size && at + 4 < PK_PAGE_TOKEN_SIZE; i++) {
        char byte = text.bytes[i];
        if (byte == '|' || byte == '%')
            at += pk_text_format(out + at, PK_PAGE_TOKEN_SIZE - at, byte == '|' ? "%%7C" : "%%25");
        else
            out[at++] = byte;
    }
    out[at] = '\0';
    return at;
}

static size_t append_integer(char *out, size_t at, int64_t value)
{
    return at + pk_text_format(out + at, PK_PAGE_TOKEN_SIZE - at, "%lld", (long long)value);
}

void pk_page_token_write(const struct pk_dataset *dataset, const struct pk_row *row,
                         char out_token[PK_PAGE_TOKEN_SIZE])
{
    size_t at = append(out_token, 0, pk_text_from(dataset->name));
    for (size_t i = 0; i < dataset->column_count; i++) {
        const struct pk_cell *cell = &row->record.cells[i];
        if (!dataset->columns[i].is_key)
            continue;
        out_token[at++] = '|';
        out_token[at] = '\0';
        if (dataset->columns[i].type != PK_COLUMN_DATE)
            at = append(out_token, at, cell->text);
        else
            at = append_integer(out_token, at,
                                cell->state == PK_CELL_SET ? cell->integer : PK_DATE_NONE);
    }
    out_token[at++] = '|';
    append_integer(out_token, at, row->row_number);
}

/* Takes the next part off the token into `texts`. */
static bool take_part(const char **at, struct pk_page_key *key, size_t *used,
                      struct pk_text *out_part)
{
    size_t start = *used;
    if (**at != '|')
        return false;
    (*at)++;
    while (**at != '\0' && **at != '|') {
        char byte = **at;
        if (*used + 1 >= sizeof key->texts)
            return false;
        if (byte == '%') {
            bool is_bar = strncmp(*at, "%7C", 3) == 0;
            if (!is_bar && strncmp(*at, "%25", 3) != 0)
                return false;
            byte = is_bar ? '|' : '%';
            *at += 2;
        }
        key->texts[(*used)++] = byte;
        (*at)++;
    }
    *out_part = (struct pk_text){key->texts + start, *used - start};
    return true;
}

enum pk_status pk_page_token_read(const struct pk_dataset *dataset, const char *token,
                                  struct pk_page_key *out_key, struct pk_error *error)
{
    size_t name_size = strlen(dataset->name), used = 0;
    const char *at = token + name_size;
    struct pk_text part;
    bool is_ours = strncmp(token, dataset->name, name_size) == 0;
    memset(&out_key->row, 0, sizeof out_key->row);
    for (size_t i = 0; i < dataset->column_count && is_ours; i++) {
        struct pk_cell *cell = &out_key->row.record.cells[i];
        if (!dataset->columns[i].is_key)
            continue;
        is_ours = take_part(&at, out_key, &used, &part);
        cell->state = PK_CELL_SET;
        cell->text = part;
        if (is_ours && dataset->columns[i].type == PK_COLUMN_DATE)
            is_ours = pk_text_to_integer(part, &cell->integer);
    }
    is_ours = is_ours && take_part(&at, out_key, &used, &part) && *at == '\0' &&
              pk_text_to_integer(part, &out_key->row.row_number);
    if (!is_ours)
        return pk_error_set(error, PK_INVALID_ARGUMENT, "page.page_token",
                            "is not a token of this list; take next_page_token of the page before, "
                            "or leave it empty");
    return PK_OK;
}
