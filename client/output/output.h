/* The result of a command in all its forms: one description of a section gives the table, the CSV and
 * the JSON.
 *
 * A document is a run of sections. A section has rows, and each row is a message of the wire (or
 * whatever the columns' `read` understands). CSV holds the one section that says `in_csv`; JSON is
 * one object with a member per section, snapshot first; tables show every section that has table
 * columns, and the lines between.
 *
 * A section names its columns in order, and the descriptor of the message says how each is written: the
 * wire type, and the ending of the field's name. Only a column that the descriptor does not know is
 * described by hand: another name, other digits, or a reading of its own.
 *
 * Nothing is reported while rows are added: the first failure is kept, later calls do nothing, and
 * pk_output_publish returns it. Rows are copied out at once, so the message may be freed after the
 * call. */
#ifndef PK_CLIENT_OUTPUT_H
#define PK_CLIENT_OUTPUT_H

#include <protobuf-c/protobuf-c.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "client/frame/command.h"
#include "client/output/buffer.h"
#include "models/base/error.h"
#include "models/base/text.h"
#include "peakstock/v1/common.pb-c.h"

struct pk_output;
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
    PK_OUTPUT_RATIO, /* double "..._ratio", "..._probability": 6 digits in files, per cent in tables */
    PK_OUTPUT_MONEY,   /* int64 "..._micros"; in tables whole from 10 on, unless a price */
    PK_OUTPUT_DATE,    /* int32 "..._epoch_days"; 0 = none */
    PK_OUTPUT_STATE,   /* enum whose value names end in _RED, ...; the last word of the name */
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

/* A row of two messages, such as one and the message that it is a part of: `inner` is described by the
 * section's `row`, `outer` by its `outer`. A name is a field of the inner one, or else of the outer one.
 * NULL = none of its fields. */
struct pk_output_pair {
    const void *outer, *inner;
};

/* Every field of the row that can be a column and that the names around do not mention, in the order of
 * the field numbers. */
#define PK_OUTPUT_EVERY_FIELD "*"

/* Names are keys with spaces between, and PK_OUTPUT_EVERY_FIELD at most once, at best at the end: a field
 * that the wire gets later is then the last column. The key of a field is its name without "_micros" and
 * "_epoch_days"; the list "reasons" is "reason"; "snapshot.as_of_date" is as_of_date of the message field
 * snapshot; "-key" leaves a field out. `file_columns` and `table_columns` describe those names that the
 * field does not describe; without names they are the columns, in their order. Neither names nor columns:
 * not in that form. */
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

struct pk_output_style {
    enum pk_format format;
    bool is_chinese;
    bool has_colour;
    size_t width; /* of the terminal; 0 = unlimited */
};

/* A document that goes where the command line says, in the form it says; colours only on a terminal
 * and never with NO_COLOR. OUT_OF_MEMORY, FAILED_PRECONDITION of pk_result_open. */
enum pk_status pk_output_open(const struct pk_command_context *context,
                              struct pk_output **out_output, struct pk_error *error);

/* A document written to a stream that the caller keeps. OUT_OF_MEMORY. */
enum pk_status pk_output_new(const struct pk_output_style *style, FILE *stream,
                             struct pk_output **out_output, struct pk_error *error);

/* Frees; without a publish nothing has become visible. Accepts NULL. */
void pk_output_close(struct pk_output *output);

/* Ends the document and lets it out; the first failure of any call before. Once. */
enum pk_status pk_output_publish(struct pk_output *output, struct pk_error *error);

bool pk_output_is_chinese(const struct pk_output *output);
bool pk_output_is_table(const struct pk_output *output);

/* Names the fitted state; before the first section; NULL = none. */
void pk_output_snapshot(struct pk_output *output, const Peakstock__V1__SnapshotRef *snapshot);

/* `section` and both its arrays must live until it ends. Ends the section before, if any. */
void pk_output_begin(struct pk_output *output, const struct pk_output_section *section);
void pk_output_row(struct pk_output *output, const void *row);
/* Writes the table of the section, or that there is nothing. */
void pk_output_end(struct pk_output *output);

/* A line of text, in tables only and outside of sections. */
void pk_output_line(struct pk_output *output, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

#endif
