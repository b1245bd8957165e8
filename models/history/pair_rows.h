/* Rows that begin with {item, warehouse} and ascend by that pair: the first one not before a pair. */
#ifndef PK_HISTORY_PAIR_ROWS_H
#define PK_HISTORY_PAIR_ROWS_H

#include <stddef.h>
#include <stdint.h>

/* Place of the first of `count` rows of `size` bytes that is not before (item, warehouse); `count` if
 * all are before it. PK_INDEX_NONE, which stands for every warehouse, is the last warehouse. */
size_t pk_pair_rows_from(const void *rows, size_t count, size_t size, uint32_t item,
                         uint64_t warehouse);

#endif
