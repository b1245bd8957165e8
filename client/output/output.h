/* The result of a command in all its forms: one description of columns gives the table, the CSV and
 * the JSON.
 *
 * A document is a run of sections. A section has rows, and each row is a message of the wire (or
 * whatever the columns' `read` understands). CSV holds the one section that says `in_csv`; JSON is
 * one object with a member per section, snapshot first; tables show every section that has table
 * columns, and the lines between.
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

/* The wire field of a column is its key plus the suffix given here. A one-member oneof that is
 * unset is an empty field, null, or a dash. */
enum pk_output_type {
    PK_OUTPUT_TEXT,    /* string; empty = none */
    PK_OUTPUT_NAME,    /* string that tables may cut */
    PK_OUTPUT_WORD,    /* string of a fixed set, translated in tables */
    PK_OUTPUT_INTEGER, /* int32, int64 */
    PK_OUTPUT_BOOLEAN, /* bool */
    PK_OUTPUT_MEAN,    /* double: 6 digits in files; in tables 1 decimal below 10 */
    PK_OUTPUT_SUM,     /* double: 12 digits in files; in tables 3 decimals below 10, 1 below 100 */
    PK_OUTPUT_RATIO,   /* double: 6 digits in files, per cent in tables */
    PK_OUTPUT_MONEY,   /* "_micros"; in tables whole from 10 on, unless a price */
    PK_OUTPUT_DATE,    /* "_epoch_days"; 0 = none */
    PK_OUTPUT_STATE,   /* enum whose value names end in _RED, ...; the last word of the name */
    PK_OUTPUT_REASONS, /* "reasons" (key "reason"): codes joined by ';', in tables a sentence */
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
    const char *field; /* wire field, NULL = key plus suffix; "snapshot.as_of_date" goes through a
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

struct pk_output_section {
    const char *key;                       /* member of the JSON document */
    const ProtobufCMessageDescriptor *row; /* may be NULL if every column has `read` */
    const struct pk_output_column *file_columns;
    size_t file_column_count; /* 0 = not in JSON and CSV */
    const struct pk_output_column *table_columns;
    size_t table_column_count; /* 0 = not in tables */
    bool in_csv;
    bool is_single; /* one row: an object in JSON, names and values one below the other in tables */
};

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

/* Both columns' arrays must live until the section ends. Ends the section before, if any. */
void pk_output_begin(struct pk_output *output, const struct pk_output_section *section);
void pk_output_row(struct pk_output *output, const void *row);
/* Writes the table of the section, or that there is nothing. */
void pk_output_end(struct pk_output *output);

/* A line of text, in tables only and outside of sections. */
void pk_output_line(struct pk_output *output, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

#endif
