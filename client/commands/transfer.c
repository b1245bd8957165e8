#include "client/commands/transfer.h"

bool pk_transfer_write(int64_t units, const char *from_warehouse_id, struct pk_buffer *scratch,
                       struct pk_output_value *out_value)
{
    if (units == 0)
        return false;
    pk_buffer_append_integer(scratch, units);
    pk_buffer_append_string(scratch, " < ");
    pk_buffer_append_string(scratch, from_warehouse_id);
    out_value->text = (struct pk_text){pk_buffer_string(scratch), scratch->size};
    return true;
}
