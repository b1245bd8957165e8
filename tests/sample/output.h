/* One CSV file of the sample: opened in a folder, written with fprintf, checked when closed. */
#ifndef PK_SAMPLE_OUTPUT_H
#define PK_SAMPLE_OUTPUT_H

#include <stdio.h>

#include "models/base/date.h"
#include "models/base/error.h"
#include "tests/sample/shop.h"

#define PK_SHOP_PATH_SIZE 4096

struct pk_shop_output {
    FILE *stream;
    char path[PK_SHOP_PATH_SIZE];
};

/* Creates the folder unless it is there; its parent must be. UNAVAILABLE. */
enum pk_status pk_shop_folder_create(const char *path, struct pk_error *error);

/* Creates or replaces FOLDER/NAME and writes the header line. UNAVAILABLE. */
enum pk_status pk_shop_output_open(struct pk_shop_output *output, const char *folder,
                                   const char *name, const char *header, struct pk_error *error);

/* Flushes and closes. UNAVAILABLE if any write failed. */
enum pk_status pk_shop_output_close(struct pk_shop_output *output, struct pk_error *error);

/* Formats the date of a day index; empty for PK_SHOP_DAY_NONE. Returns `out`. */
const char *pk_shop_day_format(const struct pk_shop *shop, int32_t day,
                               char out[PK_DATE_TEXT_SIZE]);

#endif
