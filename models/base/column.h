/* What a table of input columns says: kinds of files, their columns, types, defaults and ranges. */
#ifndef PK_BASE_COLUMN_H
#define PK_BASE_COLUMN_H

#include <stdbool.h>
#include <stddef.h>

enum pk_dataset_kind {
    PK_DATASET_SALES,
    PK_DATASET_ITEMS,
    PK_DATASET_SUPPLY,
    PK_DATASET_STOCK,
    PK_DATASET_INBOUND,
    PK_DATASET_PROMOTIONS,
    PK_DATASET_PRICES,
    PK_DATASET_COVARIATES,
    PK_DATASET_COMPONENTS,
    PK_DATASET_SUPPLIERS,
    PK_DATASET_WAREHOUSES,
    PK_DATASET_CLOSURES,
    PK_DATASET_LANES,
    PK_DATASET_ADJUSTMENTS,
    PK_DATASET_TARGETS,
    PK_DATASET_DEPOSITS,
    PK_DATASET_COUNT
};

enum pk_column_type {
    PK_COLUMN_ID,     /* string, checked by pk_id_check; wire: NAME */
    PK_COLUMN_TEXT,   /* string, at most PK_TEXT_BYTES_MAX bytes of UTF-8; wire: NAME */
    PK_COLUMN_CHOICE, /* string, one of `choices`; wire: NAME */
    PK_COLUMN_DATE,   /* epoch days; wire: NAME_epoch_days, 0 = not given */
    PK_COLUMN_COUNT,  /* whole number; wire: NAME (int32 or int64) */
    PK_COLUMN_NUMBER, /* finite decimal; percent accepted ("12%" = 0.12); wire: NAME (double) */
    PK_COLUMN_MONEY   /* decimal amount, micros inside; wire: NAME_micros */
};

enum pk_column_presence {
    PK_COLUMN_REQUIRED,
    PK_COLUMN_DEFAULT, /* empty = `default_text` */
    PK_COLUMN_OPTIONAL /* empty = not given (NULL) */
};

struct pk_column {
    const char *name;
    const char *synonyms; /* Chinese header names, separated by '|', may be "" */
    enum pk_column_type type;
    enum pk_column_presence presence;
    bool is_key;
    const char *default_text; /* PK_COLUMN_DEFAULT only */
    const char *choices;      /* PK_COLUMN_CHOICE only, separated by '|' */
    double minimum, maximum;  /* COUNT and NUMBER; MONEY in whole units of money */
};

struct pk_dataset {
    enum pk_dataset_kind kind;
    const char *name; /* as on the command line: sales, items, ... */
    const struct pk_column *columns;
    size_t column_count;
};

/* Most columns of any dataset. */
#define PK_COLUMN_COUNT_MAX 18

#endif
