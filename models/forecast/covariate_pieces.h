/* User covariates as pieces of the design (internal to models/forecast).
 *
 * They are scaled to a largest magnitude of 1 in the history. Values ahead may exceed it by a
 * quarter at most, so that a typing error in the future cannot explode a forecast. `closed` is no
 * regressor.
 *
 * A covariate without a row on a day is 0 there: most of them are events. One that is not 0 on most
 * days (visitors, temperature) is never 0 ahead only because nobody knows it yet: behind its last
 * row it is held at its mean of the last PK_HELD_COVARIATE_DAYS days, which moves nothing, and the
 * forecast says so. */
#ifndef PK_FORECAST_COVARIATE_PIECES_H
#define PK_FORECAST_COVARIATE_PIECES_H

#include "models/base/error.h"
#include "models/forecast/event_pieces.h"

/* More than this share of the days from the first row to the last one up to as-of is "most days".
 */
#define PK_HELD_COVARIATE_SHARE 0.5
#define PK_HELD_COVARIATE_DAYS  28
/* Decisions look further ahead than anybody tells covariates: only what is held so soon is said. */
#define PK_HELD_COVARIATE_SAID_DAYS 56

/* OUT_OF_MEMORY. */
enum pk_status pk_covariate_pieces_append(struct pk_piece_list *list,
                                          const struct pk_design *design,
                                          const struct pk_shop *shop, struct pk_error *error);

/* True if a covariate of the series is held on a day up to `last_date`, within
 * PK_HELD_COVARIATE_SAID_DAYS of as-of. */
bool pk_covariate_is_held(const struct pk_design *design, const struct pk_shop *shop, size_t series,
                          int32_t last_date);

#endif
