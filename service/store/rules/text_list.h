/* Lists of borrowed strings: the ids of a shop, ascending byte by byte, and where a text stands
 * among them. */
#ifndef PK_STORE_RULES_TEXT_LIST_H
#define PK_STORE_RULES_TEXT_LIST_H

#include <stddef.h>
#include <stdint.h>

#include "models/base/error.h"
#include "models/base/text.h"

/* Zero-initialised = empty; the caller frees `rows`. */
struct pk_text_list {
    const char **rows;
    size_t count, capacity;
};

/* As strcmp, of a string and a text. */
int pk_text_list_compare(const char *string, const struct pk_text *text);

/* OUT_OF_MEMORY. */
enum pk_status pk_text_list_append(struct pk_text_list *list, const char *string,
                                   struct pk_error *error);

/* Index in an ascending list; UINT32_MAX = it is not there. */
uint32_t pk_text_list_find(const struct pk_text_list *list, struct pk_text text);

/* Sorts the list and keeps each different string once. */
void pk_text_list_sort(struct pk_text_list *list);

#endif
