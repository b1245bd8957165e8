#include "client/import/csv_file.h"

#include <stdlib.h>
#include <string.h>

#include "client/import/encoding.h"
#include "client/import/input_file.h"

struct pk_csv_file {
    char *name;
    struct pk_input *input;
    struct pk_decoder *decoder;
    struct pk_csv_reader *reader;
    struct pk_text *header;
    char *header_bytes;
    size_t header_count;
    char problem[128];
};

static enum pk_status read_input(void *source, char *out, size_t size, size_t *out_size,
                                 struct pk_error *error)
{
    return pk_input_read(source, out, size, out_size, error);
}

/* The fields of a record live until the next one; the header stays. */
static enum pk_status keep_header(struct pk_csv_file *file, const struct pk_csv_record *record,
                                  struct pk_error *error)
{
    size_t size = 0;
    for (size_t i = 0; i < record->field_count; i++)
        size += record->fields[i].size;
    file->header = calloc(record->field_count, sizeof *file->header);
    file->header_bytes = malloc(size + 1);
    if (file->header == NULL || file->header_bytes == NULL)
        return pk_error_set(error, PK_OUT_OF_MEMORY, file->name, "out of memory");
    char *at = file->header_bytes;
    for (size_t i = 0; i < record->field_count; i++) {
        memcpy(at, record->fields[i].bytes, record->fields[i].size);
        file->header[i] = pk_text_trim((struct pk_text){at, record->fields[i].size});
        at += record->fields[i].size;
    }
    file->header_count = record->field_count;
    return PK_OK;
}

static enum pk_status read_header(struct pk_csv_file *file, struct pk_error *error)
{
    struct pk_csv_record record = {0};
    enum pk_status status = pk_csv_reader_next(file->reader, &record, error);
    if (status != PK_OK)
        return status;
    if (record.field_count == 0)
        return pk_error_set(error, PK_INVALID_ARGUMENT, file->name,
                            "is empty; the first line must name the columns");
    if (record.problem != NULL)
        return pk_error_set(error, PK_INVALID_ARGUMENT, file->name, "header: %s", record.problem);
    return keep_header(file, &record, error);
}

/* Takes over the input, also when it fails. */
static enum pk_status open_file(struct pk_input *input, const char *name,
                                struct pk_csv_file **out_file, struct pk_error *error)
{
    struct pk_csv_file *file = calloc(1, sizeof *file);
    if (file == NULL) {
        pk_input_close(input);
        return pk_error_set(error, PK_OUT_OF_MEMORY, name, "out of memory");
    }
    file->input = input;
    file->name = strdup(name);
    enum pk_status status = PK_OK;
    if (file->name == NULL)
        status = pk_error_set(error, PK_OUT_OF_MEMORY, name, "out of memory");
    if (status == PK_OK)
        status = pk_decoder_new(read_input, input, name, &file->decoder, error);
    if (status == PK_OK)
        status = pk_csv_reader_new(pk_decoder_read, file->decoder, name, &file->reader, error);
    if (status == PK_OK)
        status = read_header(file, error);
    if (status != PK_OK) {
        pk_csv_file_close(file);
        return status;
    }
    *out_file = file;
    return PK_OK;
}

enum pk_status pk_csv_file_open(const char *path, struct pk_csv_file **out_file,
                                struct pk_error *error)
{
    struct pk_input *input = NULL;
    enum pk_status status = pk_input_open(path, &input, error);
    if (status != PK_OK)
        return status;
    return open_file(input, strcmp(path, "-") == 0 ? "stdin" : path, out_file, error);
}

enum pk_status pk_csv_file_open_descriptor(int descriptor, const char *name,
                                           struct pk_csv_file **out_file, struct pk_error *error)
{
    struct pk_input *input = NULL;
    enum pk_status status = pk_input_open_descriptor(descriptor, name, &input, error);
    return status == PK_OK ? open_file(input, name, out_file, error) : status;
}

const char *pk_csv_file_name(const struct pk_csv_file *file)
{
    return file->name;
}

const struct pk_text *pk_csv_file_header(const struct pk_csv_file *file, size_t *out_count)
{
    *out_count = file->header_count;
    return file->header;
}

enum pk_status pk_csv_file_next(struct pk_csv_file *file, struct pk_csv_record *out_record,
                                struct pk_error *error)
{
    struct pk_csv_record record;
    enum pk_status status = pk_csv_reader_next(file->reader, &record, error);
    if (status != PK_OK)
        return status;
    if (record.field_count > 0 && record.problem == NULL &&
        record.field_count != file->header_count) {
        pk_text_format(file->problem, sizeof file->problem,
                       "the row has %zu fields, the header %zu; quote fields that contain commas",
                       record.field_count, file->header_count);
        record.problem = file->problem;
    }
    *out_record = record;
    return PK_OK;
}

bool pk_csv_file_is_converting(const struct pk_csv_file *file)
{
    return pk_decoder_is_converting(file->decoder);
}

int64_t pk_csv_file_position(const struct pk_csv_file *file)
{
    return pk_input_position(file->input);
}

int64_t pk_csv_file_size(const struct pk_csv_file *file)
{
    return pk_input_size(file->input);
}

void pk_csv_file_close(struct pk_csv_file *file)
{
    if (file == NULL)
        return;
    pk_csv_reader_free(file->reader);
    pk_decoder_free(file->decoder);
    pk_input_close(file->input);
    free(file->header);
    free(file->header_bytes);
    free(file->name);
    free(file);
}
