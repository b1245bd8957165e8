#include "client/import/import_columns.h"

#include <string.h>

static enum pk_status refuse_unknown(const struct pk_dataset *dataset, const char *file_name,
                                     struct pk_text name, struct pk_error *error)
{
    char known[400];
    size_t length = 0;
    for (size_t i = 0; i < dataset->column_count; i++)
        length +=
            pk_text_format(known + length, sizeof known - length, "%s, ", dataset->columns[i].name);
    pk_text_format(known + length, sizeof known - length, "op");
    int shown = name.size > 60 ? 60 : (int)name.size;
    return pk_error_set(error, PK_INVALID_ARGUMENT, file_name, "unknown column '%.*s'; %s has: %s",
                        shown, name.bytes, dataset->name, known);
}

/* A header in one piece that only another separator would split. */
static bool is_separated_otherwise(const struct pk_text *header, size_t count)
{
    return count == 1 && (memchr(header[0].bytes, ';', header[0].size) != NULL ||
                          memchr(header[0].bytes, '\t', header[0].size) != NULL);
}

static enum pk_status map_field(struct pk_import_columns *columns, const char *file_name,
                                const struct pk_text *header, size_t field, struct pk_error *error)
{
    struct pk_text name = header[field];
    if (name.size == 0)
        return pk_error_set(error, PK_INVALID_ARGUMENT, file_name,
                            "column %zu has no name; name or remove it", field + 1);
    if (!pk_text_is_utf8(name))
        return pk_error_set(error, PK_INVALID_ARGUMENT, file_name,
                            "is neither UTF-8 nor GB18030, or was cut short; save it as CSV UTF-8");
    int *slot = &columns->operation_field;
    int column = -1;
    if (!pk_text_equal(name, pk_text_from("op"))) {
        column = pk_dataset_column(columns->dataset, name);
        if (column < 0)
            return refuse_unknown(columns->dataset, file_name, name, error);
        slot = &columns->field_of_column[column];
    }
    if (*slot >= 0)
        return pk_error_set(error, PK_INVALID_ARGUMENT, file_name,
                            "'%.*s' and '%.*s' are both column %s; remove one",
                            header[*slot].size > 60 ? 60 : (int)header[*slot].size,
                            header[*slot].bytes, name.size > 60 ? 60 : (int)name.size, name.bytes,
                            column < 0 ? "op" : columns->dataset->columns[column].name);
    *slot = (int)field;
    return PK_OK;
}

enum pk_status pk_import_columns_map(const struct pk_dataset *dataset, const char *file_name,
                                     const struct pk_text *header, size_t count,
                                     struct pk_import_columns *out_columns, struct pk_error *error)
{
    struct pk_import_columns columns = {.dataset = dataset, .operation_field = -1};
    for (size_t i = 0; i < PK_COLUMN_COUNT_MAX; i++)
        columns.field_of_column[i] = -1;
    if (is_separated_otherwise(header, count))
        return pk_error_set(error, PK_INVALID_ARGUMENT, file_name,
                            "the columns are not separated by commas; save it as CSV with commas");
    for (size_t i = 0; i < count; i++) {
        enum pk_status status = map_field(&columns, file_name, header, i, error);
        if (status != PK_OK)
            return status;
    }
    for (size_t i = 0; i < dataset->column_count; i++) {
        const struct pk_column *column = &dataset->columns[i];
        bool is_needed = column->is_key || columns.operation_field < 0;
        if (column->presence == PK_COLUMN_REQUIRED && columns.field_of_column[i] < 0 && is_needed)
            return pk_error_set(error, PK_INVALID_ARGUMENT, file_name,
                                "column %s is missing; %s needs it%s%s", column->name,
                                dataset->name, column->synonyms[0] == '\0' ? "" : ", also as ",
                                column->synonyms);
    }
    *out_columns = columns;
    return PK_OK;
}

static enum pk_status read_operation(struct pk_text field, bool *out_deleted,
                                     struct pk_error *error)
{
    struct pk_text word = pk_text_trim(field);
    bool is_delete = pk_text_equal(word, pk_text_from("delete"));
    if (!is_delete && word.size > 0 && !pk_text_equal(word, pk_text_from("upsert")))
        return pk_error_set(error, PK_INVALID_ARGUMENT, "op",
                            "'%.*s' is unknown; write delete or leave it empty",
                            word.size > 80 ? 80 : (int)word.size, word.bytes);
    *out_deleted = is_delete;
    return PK_OK;
}

/* What stands in the column that an error names. */
static struct pk_text find_value(const struct pk_import_columns *columns,
                                 const struct pk_csv_record *row, const char *name)
{
    for (size_t i = 0; i < columns->dataset->column_count; i++)
        if (strcmp(columns->dataset->columns[i].name, name) == 0 &&
            columns->field_of_column[i] >= 0)
            return pk_text_trim(row->fields[columns->field_of_column[i]]);
    return (struct pk_text){NULL, 0};
}

enum pk_status pk_import_columns_read(const struct pk_import_columns *columns,
                                      const struct pk_csv_record *row, struct pk_record *out_record,
                                      struct pk_text *out_value, struct pk_error *error)
{
    const struct pk_dataset *dataset = columns->dataset;
    struct pk_record record = {.deleted = false};
    struct pk_error detail = {0};
    enum pk_status status = PK_OK;
    if (columns->operation_field >= 0)
        status = read_operation(row->fields[columns->operation_field], &record.deleted, &detail);
    for (size_t i = 0; i < dataset->column_count && status == PK_OK; i++) {
        int field = columns->field_of_column[i];
        bool is_ignored = record.deleted && !dataset->columns[i].is_key;
        if (field >= 0 && is_ignored)
            record.cells[i].state = PK_CELL_NONE;
        else if (field >= 0)
            status =
                pk_cell_parse(&dataset->columns[i], row->fields[field], &record.cells[i], &detail);
    }
    if (status == PK_OK)
        status = pk_record_check(dataset, &record, &detail);
    if (status == PK_OK) {
        *out_record = record;
        return PK_OK;
    }
    if (out_value != NULL)
        *out_value = find_value(columns, row, detail.field);
    if (error != NULL)
        *error = detail;
    return status;
}
