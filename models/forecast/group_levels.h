/* Levels of a group's series under the present means; the sums of sales and levels that the shape
 * is fitted to; runs of zeros that no mean explains (internal to models/forecast). */
#ifndef PK_FORECAST_GROUP_LEVELS_H
#define PK_FORECAST_GROUP_LEVELS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "models/forecast/group_work.h"

/* Runs of zeros between two sales less likely than this are left out. */
#define PK_RUN_PROBABILITY 1e-4

/* True if a series has sold often enough to know its usual size; else bulk orders are cut at its
 * size floor. */
bool pk_group_knows_size(const struct pk_group_work *work, size_t index);

/* Constant levels and own dispersions of all series under the present means; bulk orders are capped
 * in the panel. */
void pk_group_set_levels(struct pk_group_work *work);

/* Sums of sales and levels over the cells of a group. */
struct pk_aggregate {
    double *units, *level;           /* bucket_count: base cells */
    double *cell_units, *cell_level; /* cell_count */
};

/* Adds the work's series to the cells of its group or of a wider one. `members` gives each series'
 * index in those cells; NULL = its index in the group. */
void pk_group_aggregate(const struct pk_group_work *work, const struct pk_cells *cells,
                        const uint32_t *members, const struct pk_aggregate *aggregate);

/* Sets the exposure of runs of zeros between two sales to 0 if PK_RUN_PROBABILITY rules them out.
 * */
void pk_group_leave_out_runs(struct pk_group_work *work);

#endif
