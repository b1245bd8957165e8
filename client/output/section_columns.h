/* The columns of a section in one form: its names in order, each as the section's own list
 * describes it, or else as the wire field of that name says. */
#ifndef PK_CLIENT_SECTION_COLUMNS_H
#define PK_CLIENT_SECTION_COLUMNS_H

#include <stdbool.h>
#include <stddef.h>

#include "client/output/section.h"

#define PK_OUTPUT_KEY_SIZE 64

struct pk_section_columns {
    struct pk_output_column columns[PK_OUTPUT_COLUMN_COUNT_MAX];
    char keys[PK_OUTPUT_COLUMN_COUNT_MAX][PK_OUTPUT_KEY_SIZE];
    size_t count;
};

/* Keys of the columns point into `out`, those of the section's own list into the section. False if
 * there are too many columns, a name is too long or a name left out is no field: our own
 * mistake. */
bool pk_section_columns_make(const struct pk_output_section *section, bool is_table,
                             struct pk_section_columns *out);

/* The wire field that a key stands for: "unit_cost" is unit_cost_micros, "reason" is reasons. NULL
 * if no field of that name can be a column. */
const ProtobufCFieldDescriptor *pk_section_field(const ProtobufCMessageDescriptor *row,
                                                 const char *key);

/* The type of a column that does not tell its own. */
enum pk_output_type pk_section_field_type(const ProtobufCFieldDescriptor *field);

#endif
