#include "models/history/pair_rows.h"

#include <string.h>

size_t pk_pair_rows_from(const void *rows, size_t count, size_t size, uint32_t item,
                         uint64_t warehouse)
{
    size_t low = 0;
    size_t high = count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        uint32_t pair[2];
        memcpy(pair, (const char *)rows + middle * size, sizeof pair);
        if (pair[0] < item || (pair[0] == item && pair[1] < warehouse))
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}
