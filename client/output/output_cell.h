/* One column of one row: from the wire field that the column names to its spelling in CSV, JSON and
 * tables. */
#ifndef PK_CLIENT_OUTPUT_CELL_H
#define PK_CLIENT_OUTPUT_CELL_H

#include <protobuf-c/protobuf-c.h>
#include <stdbool.h>

#include "client/output/buffer.h"
#include "client/output/csv_writer.h"
#include "client/output/json_writer.h"
#include "client/output/section.h"
#include "client/output/table.h"

/* A column whose wire field has been looked up, once per section. */
struct pk_output_cell {
    const struct pk_output_column *column;
    enum pk_output_type type;               /* of the column, or as the field says */
    const ProtobufCFieldDescriptor *parent; /* message field to go through, or NULL */
    const ProtobufCFieldDescriptor *field;  /* NULL for columns with `read` */
    bool is_in_pair, is_outer;              /* which message of a struct pk_output_pair */
};

/* False if the section's rows have no such field or one of another type: our own mistake. */
bool pk_output_cell_resolve(const struct pk_output_column *column,
                            const struct pk_output_section *section,
                            struct pk_output_cell *out_cell);

/* Adds the value to the current CSV row or JSON object. `scratch` is overwritten. */
void pk_output_cell_write_csv(const struct pk_output_cell *cell, const void *row,
                              struct pk_buffer *scratch, struct pk_csv_writer *writer);
void pk_output_cell_write_json(const struct pk_output_cell *cell, const void *row,
                               struct pk_buffer *scratch, struct pk_json_writer *writer);

/* Appends the value as people read it to `text`; `scratch` is overwritten. Returns its colour. */
enum pk_table_colour pk_output_cell_write_text(const struct pk_output_cell *cell, const void *row,
                                               bool is_chinese, struct pk_buffer *scratch,
                                               struct pk_buffer *text);

/* Numbers stand on the right. */
bool pk_output_cell_is_right(const struct pk_output_cell *cell);

#endif
