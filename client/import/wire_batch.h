/* Records gathered as the row messages of one ImportBatch. */
#ifndef PK_CLIENT_WIRE_BATCH_H
#define PK_CLIENT_WIRE_BATCH_H

#include <stdbool.h>
#include <stddef.h>

#include "models/base/dataset.h"
#include "models/base/error.h"
#include "peakstock/v1/history.pb-c.h"

/* Rows of one batch: full when it has so many, or when their texts fill PK_WIRE_TEXT_BYTES_MAX. */
#define PK_WIRE_ROW_COUNT_MAX  5000
#define PK_WIRE_TEXT_BYTES_MAX ((size_t)4 * 1024 * 1024)

struct pk_wire_batch;

/* An empty batch for rows of one kind. OUT_OF_MEMORY. */
enum pk_status pk_wire_batch_new(enum pk_dataset_kind kind, struct pk_wire_batch **out_batch,
                                 struct pk_error *error);

/* Adds a checked record, texts copied. False, with nothing added, if the batch is full. */
bool pk_wire_batch_add(struct pk_wire_batch *batch, const struct pk_record *record);

size_t pk_wire_batch_row_count(const struct pk_wire_batch *batch);

/* Puts the rows into the list of their kind of an initialised message; they stay the batch's and
 * live until the next add, clear or free. */
void pk_wire_batch_fill(struct pk_wire_batch *batch, Peakstock__V1__ImportBatch *message);

void pk_wire_batch_clear(struct pk_wire_batch *batch);

/* Accepts NULL. */
void pk_wire_batch_free(struct pk_wire_batch *batch);

#endif
