#include "client/import/import_source.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "models/base/text.h"

/* Rows between two looks at the interrupt and the clock. */
#define ROWS_BETWEEN_CHECKS 1024

/* Bytes of all files together, 0 if one of them is a pipe. */
static int64_t sum_sizes(const char *const *paths, size_t count)
{
    int64_t size = 0;
    for (size_t i = 0; i < count; i++) {
        struct stat found;
        int result =
            strcmp(paths[i], "-") == 0 ? fstat(STDIN_FILENO, &found) : stat(paths[i], &found);
        if (result != 0 || !S_ISREG(found.st_mode))
            return 0;
        size += found.st_size;
    }
    return size;
}

enum pk_status pk_import_source_init(struct pk_import_source *source,
                                     struct pk_command_context *context, const char *const *paths,
                                     size_t path_count, bool is_read_twice, struct pk_error *error)
{
    const char **names = calloc(path_count, sizeof *names);
    if (names == NULL)
        return pk_error_set(error, PK_OUT_OF_MEMORY, "", "out of memory");
    for (size_t i = 0; i < path_count; i++)
        names[i] = strcmp(paths[i], "-") == 0 ? "stdin" : paths[i];
    *source = (struct pk_import_source){.context = context,
                                        .paths = paths,
                                        .names = names,
                                        .path_count = path_count,
                                        .is_read_twice = is_read_twice,
                                        .size = sum_sizes(paths, path_count)};
    pk_progress_init(&source->progress, context->messages, context->quiet);
    return PK_OK;
}

void pk_import_source_done(struct pk_import_source *source)
{
    pk_progress_clear(&source->progress);
    if (source->spool != NULL)
        fclose(source->spool);
    free(source->names);
}

static enum pk_status spool_stdin(struct pk_import_source *source, struct pk_error *error)
{
    char block[65536];
    size_t size;
    source->spool = tmpfile();
    if (source->spool == NULL)
        return pk_error_set(error, PK_FAILED_PRECONDITION, "stdin",
                            "cannot be kept for a second reading: no temporary file");
    while ((size = fread(block, 1, sizeof block, stdin)) > 0)
        fwrite(block, 1, size, source->spool);
    if (pk_command_is_cancelled(source->context))
        return pk_command_interrupted(error);
    if (ferror(stdin) || fflush(source->spool) != 0 || ferror(source->spool))
        return pk_error_set(error, PK_FAILED_PRECONDITION, "stdin",
                            "cannot be kept for a second reading; is the disk full?");
    return PK_OK;
}

enum pk_status pk_import_source_open(struct pk_import_source *source, size_t index,
                                     struct pk_csv_file **out_file, struct pk_error *error)
{
    bool is_stdin = strcmp(source->paths[index], "-") == 0;
    enum pk_status status = PK_OK;
    if (!is_stdin || !source->is_read_twice)
        return pk_csv_file_open(source->paths[index], out_file, error);
    if (source->spool == NULL)
        status = spool_stdin(source, error);
    if (status != PK_OK)
        return status;
    lseek(fileno(source->spool), 0, SEEK_SET);
    return pk_csv_file_open_descriptor(fileno(source->spool), "stdin", out_file, error);
}

enum pk_status pk_import_source_read(struct pk_import_source *source, size_t index,
                                     struct pk_csv_file *file, pk_row_take *take, void *taker,
                                     struct pk_error *error)
{
    enum pk_status status = PK_OK;
    while (status == PK_OK) {
        struct pk_csv_record row;
        status = pk_csv_file_next(file, &row, error);
        if (status != PK_OK || row.field_count == 0)
            break;
        status = take(taker, index, &row, error);
        if (status != PK_OK || ++source->row_count % ROWS_BETWEEN_CHECKS != 0)
            continue;
        if (pk_command_is_cancelled(source->context))
            status = pk_command_interrupted(error);
        pk_progress_show(&source->progress, source->row_count,
                         source->position_before + pk_csv_file_position(file), source->size);
    }
    pk_progress_clear(&source->progress);
    if (pk_csv_file_is_converting(file))
        fprintf(source->context->messages, "peakstock: %s: is GB18030; converted to UTF-8\n",
                source->names[index]);
    source->position_before += pk_csv_file_size(file);
    return status;
}

enum pk_status pk_import_source_reject(struct pk_import_source *source, size_t index,
                                       struct pk_csv_file *file, pk_row_judge *judge,
                                       void *judge_context, struct pk_error *error)
{
    static const char suffix[] = ".rejected.csv";
    size_t size = strlen(source->names[index]) + sizeof suffix;
    char *path = malloc(size);
    if (path == NULL)
        return pk_error_set(error, PK_OUT_OF_MEMORY, "", "out of memory");
    pk_text_format(path, size, "%s%s", source->names[index], suffix);
    int64_t row_count = 0;
    enum pk_status status =
        pk_rejected_file_write(file, path, judge, judge_context, &row_count, error);
    if (status == PK_OK && row_count > 0)
        pk_command_warn(source->context, "%lld rows were left out; see %s", (long long)row_count,
                        path);
    free(path);
    return status;
}
