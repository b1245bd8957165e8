/* What closures add to the design: the open days beside closed stretches, when buyers come earlier or
 * later than they would (internal to models/forecast). */
#ifndef PK_FORECAST_CLOSURE_PIECES_H
#define PK_FORECAST_CLOSURE_PIECES_H

#include "models/forecast/event_pieces.h"

/* Edges of the closures of everything where the warehouses agree, else of each warehouse; and of those of
 * items and categories. */
enum pk_status pk_closure_pieces_append(struct pk_piece_list *list, const struct pk_design *design,
                                        const struct pk_closures *closures, struct pk_error *error);

#endif
