/* Where a list goes on: the kind and the key of the last row shown, joined by '|', in the order of
 * the dataset's columns, then the row's number (0 where rows are not numbered). '|' and '%' inside
 * are written %7C and %25; a date is its epoch day. The next page holds the rows after this key in
 * the order of the list, so that a token survives every change of the store between two pages. */
#ifndef PK_STORE_RULES_PAGE_TOKEN_H
#define PK_STORE_RULES_PAGE_TOKEN_H

#include "service/store/rules/row.h"

/* The longest key (a covariate's, with every byte escaped) fits. */
#define PK_PAGE_TOKEN_SIZE 2560

struct pk_page_key {
    struct pk_row row; /* the cells of the key; texts point into `texts` */
    char texts[PK_PAGE_TOKEN_SIZE];
};

void pk_page_token_write(const struct pk_dataset *dataset, const struct pk_row *row,
                         char out_token[PK_PAGE_TOKEN_SIZE]);
/* INVALID_ARGUMENT for anything that pk_page_token_write did not write for this kind. */
enum pk_status pk_page_token_read(const struct pk_dataset *dataset, const char *token,
                                  struct pk_page_key *out_key, struct pk_error *error);

#endif
