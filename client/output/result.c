#include "client/output/result.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "models/base/text.h"

struct pk_result {
    FILE *stream;
    char *path;           /* NULL = stdout */
    char *temporary_path; /* beside `path`; NULL once it was renamed */
};

static enum pk_status refuse(const char *path, const char *what, struct pk_error *error)
{
    return pk_error_set(error, PK_FAILED_PRECONDITION, path == NULL ? "stdout" : path, "%s: %s",
                        what, strerror(errno));
}

/* A device or a pipe (--output /dev/null) cannot be renamed over: it is written at the end. */
static bool is_special(const char *path)
{
    struct stat found;
    return stat(path, &found) == 0 && !S_ISREG(found.st_mode) && !S_ISDIR(found.st_mode);
}

static enum pk_status open_beside(struct pk_result *result, const char *path,
                                  struct pk_error *error)
{
    size_t size = strlen(path) + sizeof ".XXXXXX";
    struct stat found;
    if (stat(path, &found) == 0 && S_ISDIR(found.st_mode)) {
        errno = EISDIR;
        return refuse(path, "cannot be written", error);
    }
    result->temporary_path = malloc(size);
    if (result->temporary_path == NULL)
        return pk_error_set(error, PK_OUT_OF_MEMORY, path, "out of memory");
    pk_text_format(result->temporary_path, size, "%s.XXXXXX", path);
    int descriptor = mkstemp(result->temporary_path);
    if (descriptor < 0) {
        free(result->temporary_path);
        result->temporary_path = NULL;
        return refuse(path, "cannot be written", error);
    }
    mode_t mask = umask(0);
    umask(mask);
    fchmod(descriptor, 0666 & ~mask);
    result->stream = fdopen(descriptor, "w+");
    if (result->stream == NULL) {
        close(descriptor);
        return pk_error_set(error, PK_OUT_OF_MEMORY, path, "out of memory");
    }
    return PK_OK;
}

enum pk_status pk_result_open(const char *path, struct pk_result **out_result,
                              struct pk_error *error)
{
    struct pk_result *result = calloc(1, sizeof *result);
    enum pk_status status = PK_OK;
    if (result == NULL)
        return pk_error_set(error, PK_OUT_OF_MEMORY, path, "out of memory");
    if (path != NULL) {
        result->path = strdup(path);
        if (result->path == NULL)
            status = pk_error_set(error, PK_OUT_OF_MEMORY, path, "out of memory");
    }
    if (status == PK_OK && path != NULL && !is_special(path)) {
        status = open_beside(result, path, error);
    } else if (status == PK_OK) {
        result->stream = tmpfile();
        if (result->stream == NULL)
            status = refuse(path, "no temporary file can be made", error);
    }
    if (status != PK_OK) {
        pk_result_close(result);
        return status;
    }
    *out_result = result;
    return PK_OK;
}

FILE *pk_result_stream(struct pk_result *result)
{
    return result->stream;
}

static enum pk_status copy_out(struct pk_result *result, struct pk_error *error)
{
    FILE *out = result->path == NULL ? stdout : fopen(result->path, "w");
    if (out == NULL)
        return refuse(result->path, "cannot be written", error);
    char block[65536];
    size_t size;
    bool is_written = true;
    rewind(result->stream);
    while (is_written && (size = fread(block, 1, sizeof block, result->stream)) > 0)
        is_written = fwrite(block, 1, size, out) == size;
    is_written = is_written && fflush(out) == 0;
    enum pk_status status = is_written ? PK_OK : refuse(result->path, "cannot be written", error);
    if (out != stdout)
        fclose(out);
    return status;
}

enum pk_status pk_result_publish(struct pk_result *result, struct pk_error *error)
{
    if (fflush(result->stream) != 0 || ferror(result->stream))
        return refuse(result->path, "cannot be written", error);
    if (result->temporary_path == NULL)
        return copy_out(result, error);
    if (fsync(fileno(result->stream)) != 0 || rename(result->temporary_path, result->path) != 0)
        return refuse(result->path, "cannot be written", error);
    free(result->temporary_path);
    result->temporary_path = NULL;
    return PK_OK;
}

void pk_result_close(struct pk_result *result)
{
    if (result == NULL)
        return;
    if (result->stream != NULL)
        fclose(result->stream);
    if (result->temporary_path != NULL)
        unlink(result->temporary_path);
    free(result->temporary_path);
    free(result->path);
    free(result);
}
