/* The table behind dataset.h: every dataset's columns with header synonyms, types, defaults and
 * ranges (internal to models/base). */
#ifndef PK_BASE_DATASET_COLUMNS_H
#define PK_BASE_DATASET_COLUMNS_H

#include "models/base/column.h"

/* In the order of enum pk_dataset_kind. */
extern const struct pk_dataset pk_datasets[PK_DATASET_COUNT];

#endif
