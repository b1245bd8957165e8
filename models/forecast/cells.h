/* Cells of a group: a cell is a bucket and the set of series whose design rows agree in it. A
 * bucket without narrower events has one base cell. Each distinct row of overrides adds one cell.
 * The shape is fitted to the sums over cells, because equal rows of a log-linear model need only
 * their sum. */
#ifndef PK_FORECAST_CELLS_H
#define PK_FORECAST_CELLS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "models/base/error.h"
#include "models/forecast/design.h"
#include "models/forecast/overrides.h"

/* Beyond this many cells, rows whose overrides agree to 1/8 share a cell. */
#define PK_CELL_COUNT_MAX 20000

struct pk_cell {
    uint32_t bucket;
    bool event; /* a promotion column is on */
    size_t override_start, override_count;
};

/* A bucket in which a class of series leaves the base row, and its cell there. */
struct pk_class_bucket {
    uint32_t bucket, cell;
};

/* Owned arrays. Series of one class have equal scopes. */
struct pk_cells {
    size_t series_count, class_count, cell_count, override_count;
    uint32_t *class_of;   /* series_count */
    size_t *class_starts; /* class_count + 1, into class_buckets */
    struct pk_class_bucket *class_buckets;
    struct pk_cell *cells;
    struct pk_override *overrides;
};

/* Cells of series[series_count] of a shop for the group of `category` (PK_INDEX_NONE =
 * everything). */
enum pk_status pk_cells_build(const struct pk_design *design, const struct pk_shop *shop,
                              const uint32_t *series, size_t series_count, uint32_t category,
                              int32_t first_date, int32_t bucket_days, size_t bucket_count,
                              struct pk_cells *out_cells, struct pk_error *error);
void pk_cells_done(struct pk_cells *cells);

/* Writes row[column_count]: the common row x with the cell's overrides. */
void pk_cells_row(const struct pk_cells *cells, size_t cell, const double *x, size_t column_count,
                  double *row);

#endif
