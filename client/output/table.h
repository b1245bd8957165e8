/* Aligned tables for people: numbers on the right, wide characters counted as two cells, columns
 * that say nothing left out, long names cut and long sentences wrapped so that a line fits the
 * terminal. Where it does not, columns that can be spared go before names are cut beyond
 * recognition. */
#ifndef PK_CLIENT_TABLE_H
#define PK_CLIENT_TABLE_H

#include <stdbool.h>
#include <stddef.h>

#include "client/output/buffer.h"
#include "models/base/error.h"

struct pk_table;

enum pk_table_fit {
    PK_TABLE_FIT_NEVER, /* keeps its width */
    PK_TABLE_FIT_CUT,   /* the end goes first when the line is too long */
    PK_TABLE_FIT_WRAP   /* continues on the next line after `wrap_cells`, between words */
};

enum pk_table_colour {
    PK_TABLE_PLAIN,
    PK_TABLE_RED,
    PK_TABLE_AMBER,
    PK_TABLE_GREEN,
    PK_TABLE_BLUE
};

struct pk_table_column {
    const char *heading; /* "" allowed; copied */
    bool is_right;
    enum pk_table_fit fit;
    size_t wrap_cells; /* PK_TABLE_FIT_WRAP: widest line of a cell; 0 = never wrapped */
    int spare;         /* > 0: may go where the terminal is narrow, the largest first */
    bool hides_zero;   /* goes too if all of its cells are zero */
};

struct pk_table_style {
    size_t width; /* cells of the terminal; 0 = as wide as it gets */
    bool has_colour;
    bool has_headings;
};

/* OUT_OF_MEMORY only. */
enum pk_status pk_table_new(const struct pk_table_style *style,
                            const struct pk_table_column *columns, size_t column_count,
                            struct pk_table **out_table, struct pk_error *error);

/* Accepts NULL. */
void pk_table_free(struct pk_table *table);

/* Begins a row of empty cells; OUT_OF_MEMORY only. */
enum pk_status pk_table_add_row(struct pk_table *table, struct pk_error *error);

/* Sets a cell of the last row; text is copied, control characters in it are shown escaped. */
enum pk_status pk_table_set(struct pk_table *table, size_t column_index, const char *text,
                            enum pk_table_colour colour, struct pk_error *error);

size_t pk_table_row_count(const struct pk_table *table);

/* Cells that a name keeps whatever the terminal. */
#define PK_TABLE_NAME_CELLS 16

/* The headings that went for lack of room, joined by ", ", after a print; "" without any. */
const char *pk_table_spared(struct pk_table *table);

/* Appends the lines of the table, headings first, each ended by LF; nothing for a table without
 * rows. */
enum pk_status pk_table_print(struct pk_table *table, struct pk_buffer *buffer,
                              struct pk_error *error);

#endif
