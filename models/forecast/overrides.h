/* Differences of the rows of a series from those of its group: the values that narrower scopes give
 * to buckets and columns (internal to models/forecast). */
#ifndef PK_FORECAST_OVERRIDES_H
#define PK_FORECAST_OVERRIDES_H

#include <stddef.h>
#include <stdint.h>

#include "models/base/error.h"
#include "models/forecast/design.h"

/* Columns that narrower scopes change, bucket by bucket: x[bucket, column] becomes keep x common +
 * value. */
struct pk_override {
    uint32_t bucket, column;
    float keep, value;
};
struct pk_override_list {
    struct pk_override *rows; /* ascending (bucket, column) */
    size_t count, capacity;
};
void pk_override_list_done(struct pk_override_list *list);

/* Replaces the list's rows by those of scopes[scope_count]. OUT_OF_MEMORY. */
enum pk_status pk_design_overrides(const struct pk_design *design, const uint32_t *scopes,
                                   size_t scope_count, int32_t from_date, int32_t bucket_days,
                                   size_t bucket_count, struct pk_override_list *list,
                                   struct pk_error *error);

#endif
