/* Numbers for texts: each different text gets the next index, from 0. */
#ifndef PK_CLIENT_TEXT_TABLE_H
#define PK_CLIENT_TEXT_TABLE_H

#include <stddef.h>
#include <stdint.h>

#include "models/base/error.h"
#include "models/base/text.h"

struct pk_text_block;

/* A zeroed struct is an empty table. */
struct pk_text_table {
    struct pk_text *texts; /* in the order of their index; they live as long as the table */
    uint64_t *hashes;
    uint32_t *slots; /* index + 1, 0 = free; a power of two, at most half full */
    size_t count, capacity, slot_count;
    struct pk_text_block *blocks; /* the bytes */
};

/* The index of a text, which is copied when it is new. OUT_OF_MEMORY. */
enum pk_status pk_text_table_add(struct pk_text_table *table, struct pk_text text,
                                 uint32_t *out_index, struct pk_error *error);

void pk_text_table_done(struct pk_text_table *table);

#endif
