#include "client/import/rejected_file.h"

#include <string.h>

#include "client/output/buffer.h"
#include "client/output/csv_writer.h"
#include "client/output/result.h"

#define REASON_SIZE 768

/* A row of too few fields is filled up, so that the reason stands in its own column. */
static void write_row(struct pk_buffer *buffer, const struct pk_text *fields, size_t field_count,
                      size_t column_count, const char *reason)
{
    struct pk_csv_writer writer;
    pk_csv_writer_init(&writer, buffer);
    for (size_t i = 0; i < field_count; i++)
        pk_csv_writer_text(&writer, fields[i].bytes, fields[i].size);
    for (size_t i = field_count; i < column_count; i++)
        pk_csv_writer_empty(&writer);
    pk_csv_writer_text(&writer, reason, strlen(reason));
    pk_csv_writer_end_row(&writer);
}

static enum pk_status hand_on(struct pk_buffer *buffer, struct pk_result *result,
                              struct pk_error *error)
{
    if (buffer->failed)
        return pk_error_set(error, PK_OUT_OF_MEMORY, "", "out of memory");
    fwrite(buffer->bytes, 1, buffer->size, pk_result_stream(result));
    pk_buffer_clear(buffer);
    return PK_OK;
}

enum pk_status pk_rejected_file_write(struct pk_csv_file *file, const char *path,
                                      pk_row_judge *judge, void *context, int64_t *out_row_count,
                                      struct pk_error *error)
{
    struct pk_result *result = NULL;
    struct pk_buffer buffer = {0};
    char reason[REASON_SIZE];
    int64_t row_count = 0;
    size_t column_count = 0;
    const struct pk_text *header = pk_csv_file_header(file, &column_count);
    enum pk_status status = pk_result_open(path, &result, error);
    if (status != PK_OK)
        return status;
    write_row(&buffer, header, column_count, column_count, "reason");
    for (;;) {
        struct pk_csv_record row;
        status = hand_on(&buffer, result, error);
        if (status == PK_OK)
            status = pk_csv_file_next(file, &row, error);
        if (status != PK_OK)
            goto cleanup;
        if (row.field_count == 0)
            break;
        if (!judge(context, &row, reason, sizeof reason))
            continue;
        write_row(&buffer, row.fields, row.field_count, column_count, reason);
        row_count++;
    }
    if (row_count > 0)
        status = pk_result_publish(result, error);
    if (status == PK_OK)
        *out_row_count = row_count;
cleanup:
    pk_buffer_done(&buffer);
    pk_result_close(result);
    return status;
}
