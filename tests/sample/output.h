/* The CSV files of the sample. */
#ifndef PK_SAMPLE_OUTPUT_H
#define PK_SAMPLE_OUTPUT_H

#include <stdio.h>

#include "models/base/date.h"
#include "models/base/error.h"
#include "tests/sample/shop.h"

#define PK_SHOP_PATH_SIZE 4096

/* A file: its name, its first line, and who writes the rows below it by fprintf. */
struct pk_shop_file {
    const char *name, *header;
    void (*write)(const struct pk_shop *shop, FILE *stream);
};

/* Creates the folder unless it is there; its parent must be. UNAVAILABLE. */
enum pk_status pk_shop_folder_create(const char *path, struct pk_error *error);

/* Creates or replaces FOLDER/NAME. UNAVAILABLE if it cannot be written whole. */
enum pk_status pk_shop_file_write(const struct pk_shop *shop, const char *folder,
                                  const struct pk_shop_file *file, struct pk_error *error);

/* Formats the date of a day index; empty for PK_SHOP_DAY_NONE. Returns `out`. */
const char *pk_shop_day_format(const struct pk_shop *shop, int32_t day,
                               char out[PK_DATE_TEXT_SIZE]);

#endif
