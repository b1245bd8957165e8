/* Where a list goes on: the kind and the key of the last row shown, joined by '|'; '|' and '%'
 * inside are written %7C and %25. Survives changes of the store between two pages. */
#ifndef PK_STORE_SQLITE_PAGE_TOKEN_H
#define PK_STORE_SQLITE_PAGE_TOKEN_H

#include "service/store/sqlite/table.h"
#include "service/store/store.h"

struct pk_page_key {
    struct pk_row row; /* the cells of the key; texts point into `texts` */
    char texts[PK_PAGE_TOKEN_SIZE];
};

void pk_page_token_write(const struct pk_dataset *dataset, const struct pk_row *row,
                         char out_token[PK_PAGE_TOKEN_SIZE]);
/* INVALID_ARGUMENT for anything that this store did not write for this kind. */
enum pk_status pk_page_token_read(const struct pk_dataset *dataset, const char *token,
                                  struct pk_page_key *out_key, struct pk_error *error);

#endif
