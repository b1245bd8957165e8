/* Which stored rows a list shows. */
#ifndef PK_STORE_RULES_LIST_FILTER_H
#define PK_STORE_RULES_LIST_FILTER_H

#include <stdint.h>

#include "models/base/dataset.h"

struct pk_list_filter {
    const char *item_id, *warehouse_id; /* "" or NULL = all */
    int32_t from_date, to_date;         /* both included; PK_DATE_NONE = open */
};

/* A row is shown if all conditions hold for its cells. */
enum pk_list_comparison { PK_LIST_EQUAL, PK_LIST_AT_LEAST, PK_LIST_AT_MOST };
struct pk_list_condition {
    int column; /* of the dataset */
    enum pk_list_comparison comparison;
    const char *text; /* to be equal to, borrowed from the filter; NULL = a date is compared */
    int32_t date;
};
#define PK_LIST_CONDITION_COUNT_MAX 4

/* The conditions of a filter on a dataset; returns how many there are.
 *
 * The item is item_id, or parent_item_id where the dataset has no item_id; the warehouse is
 * warehouse_id. A date range asks for `date`, or `eta_date`; where rows hold from a first to a last
 * day (start_date to end_date, period_start to period_end) it asks for those that overlap with it.
 * What a dataset has no column for is not asked. */
int pk_list_conditions(const struct pk_dataset *dataset, const struct pk_list_filter *filter,
                       struct pk_list_condition out_conditions[PK_LIST_CONDITION_COUNT_MAX]);

#endif
