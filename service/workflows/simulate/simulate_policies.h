/* Would the shop have done better with our orders? A replay of order policies on its own past, with
 * nothing from the future.
 *
 * At every review the model is fitted from the rows up to that day, as it would have been then, and
 * ours is decided by the very function that `reorder` uses, with the stock and the orders of the
 * replay. All policies start from the same stock (13-week daily mean x (R + L), nothing on order)
 * and have the same lead time and review period; the first R + L days are not counted. Demand is
 * what was sold (units - cancelled): where the shelf was empty then, less than people wanted. */
#ifndef PK_WORKFLOWS_SIMULATE_POLICIES_H
#define PK_WORKFLOWS_SIMULATE_POLICIES_H

#include "models/evidence/view.h"
#include "models/history/series_selection.h"
#include "service/workflows/simulate/simulation_request.h"

/* FAILED_PRECONDITION: the history is too short, or the selection holds nothing; INVALID_ARGUMENT:
 * the days lie outside of it; RESOURCE_EXHAUSTED: more reviews or series x reviews than limits.h
 * allows. */
enum pk_status pk_simulate_policies(const struct pk_view *view,
                                    const struct pk_series_selection *selection,
                                    const struct pk_simulation_request *request,
                                    const struct pk_simulation_taker *taker,
                                    struct pk_simulation_basis *out_basis, struct pk_error *error);

#endif
