/* The result of a command in all its forms: one description of a section gives the table, the CSV
 * and the JSON.
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

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "client/frame/command.h"
#include "client/output/section.h"
#include "models/base/error.h"
#include "peakstock/v1/common.pb-c.h"

struct pk_output;

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
