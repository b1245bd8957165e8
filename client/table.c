#include "client/table.h"

#include <libsmartcols.h>
#include <locale.h>
#include <stdlib.h>

struct pk_table {
    struct libscols_table *lines;
    struct libscols_line *last_row;
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
    for (size_t i = 0; i < column_count; i++) {
        int flags = fit_flags(columns[i].fit) | (columns[i].is_right ? SCOLS_FL_RIGHT : 0);
        double narrowest = columns[i].fit == PK_TABLE_FIT_NEVER ? 1 : 8;
        if (!scols_table_new_column(table->lines, columns[i].heading, narrowest, flags))
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

enum pk_status pk_table_set(struct pk_table *table, size_t column_index, const char *text,
                            enum pk_table_colour colour, struct pk_error *error)
{
    struct libscols_cell *cell = scols_line_get_cell(table->last_row, column_index);
    const char *sequence = colour_sequence(colour);
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
