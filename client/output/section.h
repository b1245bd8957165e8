/* One section of a document: its columns, for files and for tables.
 *
 * A section names its columns in order, and the descriptor of the message says how each is written:
 * the wire type, and the ending of the field's name. Only a column that the descriptor does not
 * know is described by hand: another name, other digits, or a reading of its own. */
#ifndef PK_CLIENT_SECTION_H
#define PK_CLIENT_SECTION_H

#include <protobuf-c/protobuf-c.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "client/output/buffer.h"
#include "models/base/text.h"

struct pk_output_column;

/* Most columns of a section: 19 quantiles and their frame, with room. */
#define PK_OUTPUT_COLUMN_COUNT_MAX 40

/* How a column is written. A one-member oneof that is unset is an empty field, null, or a dash. */
enum pk_output_type {
    PK_OUTPUT_BY_FIELD, /* as the wire field says: any of the others but WORD and SUM */
    PK_OUTPUT_TEXT,     /* string; empty = none */
    PK_OUTPUT_NAME,     /* string "..._name", which tables may cut */
    PK_OUTPUT_WORD,     /* string of a fixed set, translated in tables */
    PK_OUTPUT_INTEGER,  /* int32, int64 */
    PK_OUTPUT_BOOLEAN,  /* bool */
    PK_OUTPUT_MEAN,     /* double: 6 digits in files; in tables 1 decimal below 10 */
    PK_OUTPUT_SUM,      /* double: 12 digits in files; in tables 3 decimals below 10, 1 below 100 */
    PK_OUTPUT_RATIO, /* double "..._ratio", "..._probability": 6 digits in files, per cent in tables
                      */
    PK_OUTPUT_MONEY, /* int64 "..._micros"; in tables whole from 10 on, unless a price */
    PK_OUTPUT_DATE,  /* int32 "..._epoch_days"; 0 = none */
    PK_OUTPUT_STATE, /* enum whose value names end in _RED, ...; the last word of the name */
    PK_OUTPUT_REASONS, /* list of Reason: codes joined by ';', in tables a sentence */
    PK_OUTPUT_LIST     /* repeated string, joined by ';' */
};

/* What a column of one row holds; `text` may point into the scratch buffer of the reading. */
struct pk_output_value {
    int64_t integer; /* INTEGER, BOOLEAN, MONEY, DATE */
    double number;   /* MEAN, SUM, RATIO */
    struct pk_text text;
};

struct pk_output_column {
    const char *key; /* name in files; its heading is pk_wording(key) */
    enum pk_output_type type;
    const char *field; /* key of the wire field, NULL = `key`; "snapshot.as_of_date" goes through a
                             message field, none if that is unset */
    /* Instead of a wire field; false = none. `scratch` is empty. */
    bool (*read)(const struct pk_output_column *column, const void *row, struct pk_buffer *scratch,
                 struct pk_output_value *out_value);
    size_t argument;     /* for `read` */
    const char *heading; /* instead of the wording, such as "P97.5" */
    bool is_right;       /* a text that stands on the right, such as a number with its error */
    bool is_price;       /* MONEY that tables show to the last digit, not in whole units */
    bool hides_zero;     /* left out of a table where it is 0 in every row */
    int spare;           /* > 0: may be left out where the terminal is narrow, the largest first */
};

/* A row of two messages, such as one and the message that it is a part of: `inner` is described by
 * the section's `row`, `outer` by its `outer`. A name is a field of the inner one, or else of the
 * outer one. NULL = none of its fields. */
struct pk_output_pair {
    const void *outer, *inner;
};

/* Every field of the row that can be a column and that the names around do not mention, in the
 * order of the field numbers. */
#define PK_OUTPUT_EVERY_FIELD "*"

/* Names are keys with spaces between, and PK_OUTPUT_EVERY_FIELD at most once, at best at the end: a
 * field that the wire gets later is then the last column. The key of a field is its name without
 * "_micros" and
 * "_epoch_days"; the list "reasons" is "reason"; "snapshot.as_of_date" is as_of_date of the message
 * field snapshot; "-key" leaves a field out. `file_columns` and `table_columns` describe those
 * names that the field does not describe; without names they are the columns, in their order.
 * Neither names nor columns: not in that form. */
struct pk_output_section {
    const char *key;                       /* member of the JSON document */
    const ProtobufCMessageDescriptor *row; /* may be NULL if every column has `read` */
    const ProtobufCMessageDescriptor
        *outer;             /* rows are struct pk_output_pair; NULL = plain messages */
    const char *file_names; /* of CSV and JSON */
    const struct pk_output_column *file_columns;
    size_t file_column_count;
    const char *table_names;
    const struct pk_output_column *table_columns;
    size_t table_column_count;
    bool in_csv;
    bool is_single; /* one row: an object in JSON, names and values one below the other in tables */
};

/* Members of a section, shorter. */
#define PK_OUTPUT_FILE_COLUMNS(array)                                                              \
    .file_columns = (array), .file_column_count = sizeof(array) / sizeof *(array)
#define PK_OUTPUT_TABLE_COLUMNS(array)                                                             \
    .table_columns = (array), .table_column_count = sizeof(array) / sizeof *(array)
#define PK_OUTPUT_COLUMNS(array) PK_OUTPUT_FILE_COLUMNS(array), PK_OUTPUT_TABLE_COLUMNS(array)
#define PK_OUTPUT_NAMES(names)   .file_names = (names), .table_names = (names)

#endif
