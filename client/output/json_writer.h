/* JSON after RFC 8259, written straight into a buffer: a document of a quarter million rows needs
 * no tree, and numbers keep the exact spelling that the CSV has (money never passes through a
 * double).
 *
 * The caller opens and closes in the right order; nesting up to PK_JSON_DEPTH_MAX. */
#ifndef PK_CLIENT_JSON_WRITER_H
#define PK_CLIENT_JSON_WRITER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "client/output/buffer.h"

#define PK_JSON_DEPTH_MAX 8

struct pk_json_writer {
    struct pk_buffer *buffer; /* not owned */
    int depth;
    bool has_member[PK_JSON_DEPTH_MAX + 1]; /* something stands in this level already */
};

void pk_json_writer_init(struct pk_json_writer *writer, struct pk_buffer *buffer);

/* Containers; `key` is the member's name, NULL inside an array and at the top. */
void pk_json_writer_open_object(struct pk_json_writer *writer, const char *key);
void pk_json_writer_close_object(struct pk_json_writer *writer);
void pk_json_writer_open_array(struct pk_json_writer *writer, const char *key);
void pk_json_writer_close_array(struct pk_json_writer *writer);

/* Values. Numbers that are not finite become null. */
void pk_json_writer_text(struct pk_json_writer *writer, const char *key, const char *bytes,
                         size_t size);
void pk_json_writer_integer(struct pk_json_writer *writer, const char *key, int64_t value);
void pk_json_writer_number(struct pk_json_writer *writer, const char *key, double value,
                           int digits);
void pk_json_writer_money(struct pk_json_writer *writer, const char *key, int64_t micros);
void pk_json_writer_date(struct pk_json_writer *writer, const char *key, int32_t epoch_days);
void pk_json_writer_boolean(struct pk_json_writer *writer, const char *key, bool value);
void pk_json_writer_null(struct pk_json_writer *writer, const char *key);

#endif
