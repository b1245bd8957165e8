/* What only the simulation knows, in files beside the inputs; columns in README.md. */
#ifndef PK_SAMPLE_WRITE_TRUTH_H
#define PK_SAMPLE_WRITE_TRUTH_H

#include "tests/sample/shop.h"

/* Writes every truth file into the folder `folder`. UNAVAILABLE when one cannot be written. */
enum pk_status pk_shop_write_truth(const struct pk_shop *shop, const char *folder,
                                   struct pk_error *error);

#endif
