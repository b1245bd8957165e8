/* The column of tables that says what to bring over from another warehouse. It is there only where
 * a shop can do that. */
#ifndef PK_CLIENT_TRANSFER_H
#define PK_CLIENT_TRANSFER_H

#include "client/output/output.h"

#define PK_TRANSFER_KEY "transfer"

/* "40 < east": so many from there; false if none. For the `read` of a column. */
bool pk_transfer_write(int64_t units, const char *from_warehouse_id, struct pk_buffer *scratch,
                       struct pk_output_value *out_value);

#endif
