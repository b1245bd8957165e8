/* Rows on the wire as records, and back, by one table per kind: a column's field has the column's
 * name, with _epoch_days after a date and _micros after money; a one-member oneof is a value that
 * may be absent. The client writes rows and the service reads them, so both use this one table. */
#ifndef PK_RECORD_WIRE_RECORD_H
#define PK_RECORD_WIRE_RECORD_H

#include <protobuf-c/protobuf-c.h>

#include "models/base/dataset.h"

struct pk_wire_field {
    ProtobufCType type; /* INT32, INT64, DOUBLE or STRING */
    size_t offset;      /* of the value in the message */
    size_t case_offset; /* of the oneof's case; 0 = no oneof */
    uint32_t id;        /* the case when the value is there */
    bool zero_is_none;  /* 0 lies outside the column's range: "not given" */
};

struct pk_wire_table {
    const struct pk_dataset *dataset;
    const ProtobufCFieldDescriptor *list;         /* of the kind's rows in an ImportBatch */
    const ProtobufCMessageDescriptor *descriptor; /* of a row: peakstock.v1.SalesRow, ... */
    struct pk_wire_field fields[PK_COLUMN_COUNT_MAX];
    size_t deleted_offset;
};

void pk_wire_table_init(struct pk_wire_table *table, enum pk_dataset_kind kind);

/* Columns with is_present[i] = false become ABSENT. Texts point into the message. Ready for
 * pk_record_check. */
void pk_wire_record_read(const struct pk_wire_table *table, const ProtobufCMessage *message,
                         const bool is_present[PK_COLUMN_COUNT_MAX], struct pk_record *out_record);

/* Writes a record into an initialised message of table->descriptor. `copy` makes texts that live as
 * long as the message; false when it returned NULL. */
bool pk_wire_record_write(const struct pk_wire_table *table, const struct pk_record *record,
                          char *(*copy)(void *context, struct pk_text text), void *context,
                          ProtobufCMessage *message);

#endif
