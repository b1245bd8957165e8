/* A decision that a review raised for an item, as it is kept from one review to the next. Plain
 * rows, as stored. */
#ifndef PK_HISTORY_RAISED_H
#define PK_HISTORY_RAISED_H

#include <stdint.h>

struct pk_raised {
    const char *item_id, *warehouse_id;
    const char *action;         /* "reorder", ... */
    const char *reason;         /* code of its reason */
    int64_t value_micros;       /* worth at this review */
    int32_t since_date;         /* as-of day of the first review that found it */
    int32_t shown_date;         /* last review that listed it; PK_DATE_NONE = none yet */
    int64_t shown_value_micros; /* worth when it was listed */
    int32_t shown_severity;     /* pk_review_severity when it was listed */
};

#endif
