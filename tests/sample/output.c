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

enum pk_status pk_shop_file_write(const struct pk_shop *shop, const char *folder,
                                  const struct pk_shop_file *file, struct pk_error *error)
{
    char path[PK_SHOP_PATH_SIZE];
    pk_text_format(path, sizeof path, "%s/%s", folder, file->name);
    FILE *stream = fopen(path, "w");
    if (stream == NULL)
        return pk_error_set(error, PK_UNAVAILABLE, path, "cannot create the file: %s",
                            strerror(errno));
    setvbuf(stream, NULL, _IOFBF, STREAM_BUFFER_BYTES);
    fprintf(stream, "%s\n", file->header);
    file->write(shop, stream);
    const bool is_broken = ferror(stream) != 0;
    if (fclose(stream) != 0 || is_broken)
        return pk_error_set(error, PK_UNAVAILABLE, path, "could not be written");
    return PK_OK;
}

const char *pk_shop_day_format(const struct pk_shop *shop, int32_t day, char out[PK_DATE_TEXT_SIZE])
{
    return pk_date_format(day == PK_SHOP_DAY_NONE ? PK_DATE_NONE : shop->start_date + day, out);
}
