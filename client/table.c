#include "client/table.h"

#include <libsmartcols.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>

struct pk_table {
    struct libscols_table *lines;
    struct libscols_line *last_row;
    struct pk_buffer wrapped; /* a cell with line breaks */
    size_t *wrap_cells;       /* by column; 0 = not wrapped */
    /* Widths of characters come from the locale; the result must not depend on the user's. */
    locale_t locale;
};

static enum pk_status out_of_memory(struct pk_error *error)
{
    return pk_error_set(error, PK_OUT_OF_MEMORY, "", "no memory for a table");
}

static int fit_flags(enum pk_table_fit fit)
{
    switch (fit) {
    case PK_TABLE_FIT_CUT:
        return SCOLS_FL_TRUNC;
    case PK_TABLE_FIT_WRAP:
        return SCOLS_FL_WRAP;
    case PK_TABLE_FIT_NEVER:
        break;
    }
    return 0;
}

static bool add_column(struct pk_table *table, const struct pk_table_column *column)
{
    int flags = fit_flags(column->fit) | (column->is_right ? SCOLS_FL_RIGHT : 0);
    struct libscols_column *added = scols_table_new_column(table->lines, column->heading, 1, flags);
    if (!added)
        return false;
    if (column->fit != PK_TABLE_FIT_WRAP)
        return true;
    return !scols_column_set_safechars(added, "\n") &&
           !scols_column_set_wrapfunc(added, scols_wrapnl_chunksize, scols_wrapnl_nextchunk, NULL);
}

static bool set_up(struct pk_table *table, const struct pk_table_style *style,
                   const struct pk_table_column *columns, size_t column_count)
{
    table->locale = newlocale(LC_CTYPE_MASK, "C.UTF-8", (locale_t)0);
    table->lines = scols_new_table();
    if (!table->locale || !table->lines)
        return false;
    if (scols_table_enable_colors(table->lines, style->has_colour) ||
        scols_table_enable_noheadings(table->lines, !style->has_headings) ||
        scols_table_set_column_separator(table->lines, "  "))
        return false;
    if (scols_table_set_termforce(table->lines, style->width > 0 ? SCOLS_TERMFORCE_ALWAYS
                                                                 : SCOLS_TERMFORCE_NEVER) ||
        scols_table_set_termwidth(table->lines, style->width))
        return false;
    table->wrap_cells = calloc(column_count, sizeof *table->wrap_cells);
    if (!table->wrap_cells)
        return false;
    for (size_t i = 0; i < column_count; i++) {
        table->wrap_cells[i] = columns[i].fit == PK_TABLE_FIT_WRAP ? columns[i].wrap_cells : 0;
        if (!add_column(table, &columns[i]))
            return false;
    }
    return true;
}

enum pk_status pk_table_new(const struct pk_table_style *style,
                            const struct pk_table_column *columns, size_t column_count,
                            struct pk_table **out_table, struct pk_error *error)
{
    struct pk_table *table = calloc(1, sizeof *table);
    if (!table || !set_up(table, style, columns, column_count)) {
        pk_table_free(table);
        return out_of_memory(error);
    }
    *out_table = table;
    return PK_OK;
}

void pk_table_free(struct pk_table *table)
{
    if (!table)
        return;
    scols_unref_table(table->lines);
    if (table->locale)
        freelocale(table->locale);
    pk_buffer_done(&table->wrapped);
    free(table->wrap_cells);
    free(table);
}

enum pk_status pk_table_add_row(struct pk_table *table, struct pk_error *error)
{
    struct libscols_line *row = scols_table_new_line(table->lines, NULL);
    if (!row)
        return out_of_memory(error);
    table->last_row = row;
    return PK_OK;
}

static const char *colour_sequence(enum pk_table_colour colour)
{
    switch (colour) {
    case PK_TABLE_RED:
        return "\033[31m";
    case PK_TABLE_AMBER:
        return "\033[33m";
    case PK_TABLE_GREEN:
        return "\033[32m";
    case PK_TABLE_BLUE:
        return "\033[34m";
    case PK_TABLE_PLAIN:
        break;
    }
    return NULL;
}

/* Cells of the character that begins at `at`, and its bytes: everything from U+1100 on counts as
 * wide, which is right for Chinese and only wraps a little early elsewhere. */
static size_t measure(const char *at, size_t *out_size)
{
    unsigned char byte = (unsigned char)*at;
    *out_size = byte < 0x80 ? 1 : byte < 0xe0 ? 2 : byte < 0xf0 ? 3 : 4;
    return byte < 0xe1 ? 1 : 2;
}

/* Copies `text` with line breaks, at the last blank of a line or, without one, where it is full. */
static const char *wrap(struct pk_table *table, const char *text, size_t line_cells)
{
    const char *end = text + strlen(text);
    const char *line = text;
    const char *blank = NULL;
    size_t cells = 0;
    pk_buffer_clear(&table->wrapped);
    for (const char *at = text; at < end;) {
        size_t size;
        size_t width = measure(at, &size);
        if (cells + width > line_cells && at > line) {
            const char *cut = blank ? blank : at;
            pk_buffer_append(&table->wrapped, line, (size_t)(cut - line));
            pk_buffer_append_byte(&table->wrapped, '\n');
            line = at = blank ? blank + 1 : at;
            blank = NULL;
            cells = 0;
            continue;
        }
        if (*at == ' ')
            blank = at;
        cells += width;
        at += size < (size_t)(end - at) ? size : (size_t)(end - at);
    }
    pk_buffer_append(&table->wrapped, line, (size_t)(end - line));
    return pk_buffer_string(&table->wrapped);
}

enum pk_status pk_table_set(struct pk_table *table, size_t column_index, const char *text,
                            enum pk_table_colour colour, struct pk_error *error)
{
    struct libscols_cell *cell = scols_line_get_cell(table->last_row, column_index);
    const char *sequence = colour_sequence(colour);
    if (table->wrap_cells[column_index] > 0)
        text = wrap(table, text, table->wrap_cells[column_index]);
    if (!cell || scols_cell_set_data(cell, text) ||
        (sequence && scols_cell_set_color(cell, sequence)))
        return out_of_memory(error);
    return PK_OK;
}

size_t pk_table_row_count(const struct pk_table *table)
{
    return scols_table_get_nlines(table->lines);
}

enum pk_status pk_table_print(struct pk_table *table, struct pk_buffer *buffer,
                              struct pk_error *error)
{
    if (pk_table_row_count(table) == 0)
        return PK_OK;
    char *text = NULL;
    locale_t previous = uselocale(table->locale);
    int failed = scols_print_table_to_string(table->lines, &text);
    uselocale(previous);
    if (failed || !text) {
        free(text);
        return out_of_memory(error);
    }
    pk_buffer_append_string(buffer, text);
    if (buffer->size > 0 && buffer->bytes[buffer->size - 1] != '\n')
        pk_buffer_append_byte(buffer, '\n');
    free(text);
    return PK_OK;
}
