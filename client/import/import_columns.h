/* Which column of a dataset each field of a CSV file is, and records from its rows. */
#ifndef PK_CLIENT_IMPORT_COLUMNS_H
#define PK_CLIENT_IMPORT_COLUMNS_H

#include <stdbool.h>
#include <stddef.h>

#include "client/import/csv_reader.h"
#include "models/base/dataset.h"
#include "models/base/error.h"

struct pk_import_columns {
    const struct pk_dataset *dataset;
    int field_of_column[PK_COLUMN_COUNT_MAX]; /* -1 = the file does not have it */
    int operation_field;                      /* of the column `op`, -1 = none */
};

/* Reads a header by English names and Chinese synonyms, `op` included. INVALID_ARGUMENT with
 * `file_name`: an unknown column, named beside all known ones; two for the same; a required one
 * missing (with `op` only the key must be there, for a file of deletions). */
enum pk_status pk_import_columns_map(const struct pk_dataset *dataset, const char *file_name,
                                     const struct pk_text *header, size_t count,
                                     struct pk_import_columns *out_columns, struct pk_error *error);

/* Reads and checks one row; texts point into the row. INVALID_ARGUMENT with the column as field and
 * value and remedy as message; *out_value (may be NULL) is then what stands in that column. */
enum pk_status pk_import_columns_read(const struct pk_import_columns *columns,
                                      const struct pk_csv_record *row, struct pk_record *out_record,
                                      struct pk_text *out_value, struct pk_error *error);

#endif
