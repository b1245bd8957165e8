/* The part of the store that keeps which decisions reviews have raised (models/history/raised.h): a
 * part of store.h, which includes it and whose promises hold. No revision moves with them. */
#ifndef PK_STORE_RAISED_STORE_H
#define PK_STORE_RAISED_STORE_H

#include <stddef.h>
#include <stdint.h>

#include "models/base/error.h"
#include "models/history/raised.h"

struct pk_store;

/* As-of days whose reviews are kept: the latest ones. */
#define PK_RAISED_DATE_COUNT_MAX 31

/* What one review left, ascending (item_id, warehouse_id, action, reason). */
struct pk_raised_list {
    int32_t as_of_date; /* PK_DATE_NONE = there is none */
    const struct pk_raised *rows;
    size_t count;
};
/* Of the review with the latest as-of day that is not after last_date. */
enum pk_status pk_store_load_raised(struct pk_store *store, int32_t last_date,
                                    struct pk_raised_list **out_list, struct pk_error *error);
/* Accepts NULL. The list outlives the store. */
void pk_raised_list_free(struct pk_raised_list *list);

/* Replaces what the review of an as-of day left, in one transaction; count 0 is kept too, as the
 * mark that nothing was open. Rows of one (item_id, warehouse_id, action, reason): the last one
 * counts. Then reviews of days before the latest PK_RAISED_DATE_COUNT_MAX leave. */
enum pk_status pk_store_save_raised(struct pk_store *store, int32_t as_of_date,
                                    const struct pk_raised *rows, size_t count,
                                    struct pk_error *error);

#endif
