#include "client/output/table.h"

#include <libsmartcols.h>
#include <locale.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

struct column {
    enum pk_table_fit fit;
    size_t cells; /* of its widest line, the heading included */
    int spare;
    bool hides_zero;
    bool has_value, has_number; /* more than a dash; more than zero */
    bool is_hidden;
};

#define SEPARATOR       "  "
#define SEPARATOR_CELLS 2

struct pk_table {
    struct libscols_table *lines;
    struct libscols_line *last_row;
    struct column *columns;
    size_t column_count;
    bool has_headings;
    size_t width; /* 0 = as wide as it gets */
    struct pk_buffer spared, cut;
    struct pk_buffer wrapped; /* a cell with line breaks */
    size_t *wrap_cells;       /* by column; 0 = not wrapped */
    /* Widths of characters come from the locale; the result must not depend on the user's. */
    locale_t locale;
};

static enum pk_status out_of_memory(struct pk_error *error)
{
    return pk_error_set(error, PK_OUT_OF_MEMORY, "", "no memory for a table");
}

/* Cells of the character that begins at `at`, and its bytes: everything from U+1100 on counts as
 * wide, which is right for Chinese and only wraps a little early elsewhere. */
static size_t measure(const char *at, size_t *out_size)
{
    unsigned char byte = (unsigned char)*at;
    *out_size = byte < 0x80 ? 1 : byte < 0xe0 ? 2 : byte < 0xf0 ? 3 : 4;
    return byte < 0xe1 ? 1 : 2;
}

/* Cells of the widest line of a text. */
static size_t cells_of(const char *text)
{
    size_t widest = 0, cells = 0, size;
    for (const char *at = text; *at != '\0'; at += size) {
        const size_t width = measure(at, &size);
        cells = *at == '\n' ? 0 : cells + width;
        widest = cells > widest ? cells : widest;
        for (size_t i = 1; i < size; i++)
            if (at[i] == '\0')
                size = i;
    }
    return widest;
}

static bool add_column(struct pk_table *table, const struct pk_table_column *column)
{
    int flags = (column->fit == PK_TABLE_FIT_WRAP ? SCOLS_FL_WRAP : 0) |
                (column->is_right ? SCOLS_FL_RIGHT : 0);
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
        scols_table_set_column_separator(table->lines, SEPARATOR))
        return false;
    if (scols_table_set_termforce(table->lines, style->width > 0 ? SCOLS_TERMFORCE_ALWAYS
                                                                 : SCOLS_TERMFORCE_NEVER) ||
        scols_table_set_termwidth(table->lines, style->width))
        return false;
    table->wrap_cells = calloc(column_count, sizeof *table->wrap_cells);
    table->columns = calloc(column_count, sizeof *table->columns);
    if (!table->wrap_cells || !table->columns)
        return false;
    table->column_count = column_count;
    table->has_headings = style->has_headings;
    table->width = style->width;
    for (size_t i = 0; i < column_count; i++) {
        table->wrap_cells[i] = columns[i].fit == PK_TABLE_FIT_WRAP ? columns[i].wrap_cells : 0;
        table->columns[i] =
            (struct column){.fit = columns[i].fit,
                            .cells = style->has_headings ? cells_of(columns[i].heading) : 0,
                            .spare = columns[i].spare,
                            .hides_zero = columns[i].hides_zero};
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
    pk_buffer_done(&table->spared);
    pk_buffer_done(&table->cut);
    free(table->wrap_cells);
    free(table->columns);
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

/* What a column has to say, and how wide. */
static void note(struct column *column, const char *text)
{
    const size_t cells = cells_of(text);
    column->cells = cells > column->cells ? cells : column->cells;
    column->has_value |= *text != '\0' && strcmp(text, "-") != 0;
    column->has_number |= strspn(text, "-0.,%") != strlen(text);
}

enum pk_status pk_table_set(struct pk_table *table, size_t column_index, const char *text,
                            enum pk_table_colour colour, struct pk_error *error)
{
    struct libscols_cell *cell = scols_line_get_cell(table->last_row, column_index);
    const char *sequence = colour_sequence(colour);
    if (table->wrap_cells[column_index] > 0)
        text = wrap(table, text, table->wrap_cells[column_index]);
    note(&table->columns[column_index], text);
    if (!cell || scols_cell_set_data(cell, text) ||
        (sequence && scols_cell_set_color(cell, sequence)))
        return out_of_memory(error);
    return PK_OK;
}

size_t pk_table_row_count(const struct pk_table *table)
{
    return scols_table_get_nlines(table->lines);
}

static bool hide(struct pk_table *table, size_t index)
{
    struct libscols_column *column = scols_table_get_column(table->lines, index);
    table->columns[index].is_hidden = true;
    return !scols_column_set_flags(column, scols_column_get_flags(column) | SCOLS_FL_HIDDEN);
}

/* Columns without a word to say, except the first. */
static bool hide_empty(struct pk_table *table)
{
    for (size_t i = 1; i < table->column_count; i++) {
        const struct column *column = &table->columns[i];
        if ((!column->has_value || (column->hides_zero && !column->has_number)) && !hide(table, i))
            return false;
    }
    return true;
}

/* Cells of a line whose names have `name_cells` at most. */
static size_t line_cells(const struct pk_table *table, size_t name_cells)
{
    size_t cells = 0, count = 0;
    for (size_t i = 0; i < table->column_count; i++) {
        const struct column *column = &table->columns[i];
        if (column->is_hidden)
            continue;
        cells += column->fit == PK_TABLE_FIT_CUT && column->cells > name_cells ? name_cells
                                                                               : column->cells;
        count++;
    }
    return count == 0 ? 0 : cells + (count - 1) * SEPARATOR_CELLS;
}

/* Takes out what can be spared until a line fits, the most sparable first. */
static bool spare_columns(struct pk_table *table)
{
    pk_buffer_clear(&table->spared);
    while (line_cells(table, PK_TABLE_NAME_CELLS) > table->width) {
        size_t worst = table->column_count;
        for (size_t i = 0; i < table->column_count; i++)
            if (!table->columns[i].is_hidden && table->columns[i].spare > 0 &&
                (worst == table->column_count ||
                 table->columns[i].spare >= table->columns[worst].spare))
                worst = i;
        if (worst == table->column_count)
            return true;
        if (!hide(table, worst))
            return false;
        if (table->spared.size > 0)
            pk_buffer_append_string(&table->spared, ", ");
        struct libscols_column *column = scols_table_get_column(table->lines, worst);
        pk_buffer_append_string(&table->spared,
                                scols_cell_get_data(scols_column_get_header(column)));
    }
    return true;
}

/* Cuts a text to so many cells, the last of them an ellipsis. */
static const char *cut(struct pk_table *table, const char *text, size_t most)
{
    size_t cells = 0, size;
    const char *at = text;
    for (; *at != '\0'; at += size) {
        const size_t width = measure(at, &size);
        if (cells + width > most - 1)
            break;
        cells += width;
    }
    pk_buffer_clear(&table->cut);
    pk_buffer_append(&table->cut, text, (size_t)(at - text));
    pk_buffer_append_string(&table->cut, "…");
    return pk_buffer_string(&table->cut);
}

/* Names share what the other columns leave them, from the first on. */
static bool cut_names(struct pk_table *table)
{
    for (size_t i = 0; i < table->column_count; i++) {
        struct column *column = &table->columns[i];
        if (column->is_hidden || column->fit != PK_TABLE_FIT_CUT)
            continue;
        const size_t others =
            line_cells(table, PK_TABLE_NAME_CELLS) -
            (column->cells < PK_TABLE_NAME_CELLS ? column->cells : PK_TABLE_NAME_CELLS);
        size_t most = table->width > others ? table->width - others : 0;
        most = most < PK_TABLE_NAME_CELLS ? PK_TABLE_NAME_CELLS : most;
        if (column->cells <= most)
            continue;
        for (size_t row = 0; row < scols_table_get_nlines(table->lines); row++) {
            struct libscols_cell *cell =
                scols_line_get_cell(scols_table_get_line(table->lines, row), i);
            const char *text = scols_cell_get_data(cell);
            if (text != NULL && cells_of(text) > most &&
                scols_cell_set_data(cell, cut(table, text, most)))
                return false;
        }
        column->cells = most;
        column->fit = PK_TABLE_FIT_NEVER;
    }
    return true;
}

static bool lay_out(struct pk_table *table)
{
    if (table->has_headings && !hide_empty(table))
        return false;
    if (table->width == 0)
        return true;
    if (!spare_columns(table) || !cut_names(table) || table->cut.failed || table->spared.failed)
        return false;
    const size_t cells = line_cells(table, SIZE_MAX);
    return !scols_table_set_termwidth(table->lines, cells > table->width ? cells : table->width);
}

const char *pk_table_spared(struct pk_table *table)
{
    return table->spared.size > 0 ? pk_buffer_string(&table->spared) : "";
}

enum pk_status pk_table_print(struct pk_table *table, struct pk_buffer *buffer,
                              struct pk_error *error)
{
    if (pk_table_row_count(table) == 0)
        return PK_OK;
    char *text = NULL;
    if (!lay_out(table))
        return out_of_memory(error);
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
