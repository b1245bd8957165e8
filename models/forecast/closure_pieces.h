/* Pieces of the design for closures: on the open days beside a closed stretch buyers come earlier
 * or later than they would (internal to models/forecast). */
#ifndef PK_FORECAST_CLOSURE_PIECES_H
#define PK_FORECAST_CLOSURE_PIECES_H

#include "models/forecast/event_pieces.h"

/* Appends the edges of closures: of everything where all warehouses agree, else of each warehouse;
 * and of items and categories. */
enum pk_status pk_closure_pieces_append(struct pk_piece_list *list, const struct pk_design *design,
                                        const struct pk_closures *closures, struct pk_error *error);

#endif
