#include "models/history/pair_rows.h"

#include <string.h>

#include "models/base/lower_bound.h"

struct pair_key {
    uint32_t item;
    uint64_t warehouse; /* may be one past the last one */
};

static bool is_before_pair(const void *row, const void *key)
{
    const struct pair_key *wanted = key;
    uint32_t pair[2];
    memcpy(pair, row, sizeof pair);
    return pair[0] < wanted->item || (pair[0] == wanted->item && pair[1] < wanted->warehouse);
}

size_t pk_pair_rows_from(const void *rows, size_t count, size_t size, uint32_t item,
                         uint64_t warehouse)
{
    const struct pair_key key = {item, warehouse};
    return pk_lower_bound(rows, count, size, is_before_pair, &key);
}

struct pk_ledger_range pk_pair_rows_of(const void *rows, size_t count, size_t size, uint32_t item,
                                       uint32_t warehouse)
{
    return (struct pk_ledger_range){
        pk_pair_rows_from(rows, count, size, item, warehouse),
        pk_pair_rows_from(rows, count, size, item, (uint64_t)warehouse + 1)};
}
