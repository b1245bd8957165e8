#include "tests/sample/output.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "models/base/text.h"

#define STREAM_BUFFER_BYTES (256 * 1024)

enum pk_status pk_shop_folder_create(const char *path, struct pk_error *error)
{
    if (mkdir(path, 0777) != 0 && errno != EEXIST)
        return pk_error_set(error, PK_UNAVAILABLE, path, "cannot create the folder: %s",
                            strerror(errno));
    return PK_OK;
}

enum pk_status pk_shop_output_open(struct pk_shop_output *output, const char *folder,
                                   const char *name, const char *header, struct pk_error *error)
{
    pk_text_format(output->path, sizeof output->path, "%s/%s", folder, name);
    output->stream = fopen(output->path, "w");
    if (output->stream == NULL)
        return pk_error_set(error, PK_UNAVAILABLE, output->path, "cannot create the file: %s",
                            strerror(errno));
    setvbuf(output->stream, NULL, _IOFBF, STREAM_BUFFER_BYTES);
    fprintf(output->stream, "%s\n", header);
    return PK_OK;
}

enum pk_status pk_shop_output_close(struct pk_shop_output *output, struct pk_error *error)
{
    int failed = ferror(output->stream);
    failed |= fclose(output->stream);
    output->stream = NULL;
    if (failed != 0)
        return pk_error_set(error, PK_UNAVAILABLE, output->path, "could not be written");
    return PK_OK;
}

const char *pk_shop_day_format(const struct pk_shop *shop, int32_t day, char out[PK_DATE_TEXT_SIZE])
{
    return pk_date_format(day == PK_SHOP_DAY_NONE ? PK_DATE_NONE : shop->start_date + day, out);
}
