/* The rows of a purchase plan as weeks: fitted to the suppliers' capacities, ordered, summed. */
#ifndef PK_WORKFLOWS_PURCHASE_WEEKS_H
#define PK_WORKFLOWS_PURCHASE_WEEKS_H

#include "models/evidence/view.h"
#include "service/workflows/promotion/promotion_plan.h"

/* Moves units of plan->rows to earlier weeks where a supplier's capacity asks for it and marks the
 * lines of their series; rows get a reason. OUT_OF_MEMORY. */
enum pk_status pk_purchase_weeks_fit(const struct pk_view *view, const char *supplier_id,
                                     struct pk_promotion_plan *plan, struct pk_error *error);

/* Brings the rows into their order and fills the sums. OUT_OF_MEMORY. */
enum pk_status pk_purchase_weeks_sum(const struct pk_view *view, struct pk_promotion_plan *plan,
                                     struct pk_error *error);

/* Appends a row; OUT_OF_MEMORY. `*capacity` is the room of plan->rows. */
enum pk_status pk_plan_row_add(struct pk_promotion_plan *plan, size_t *capacity,
                               const struct pk_plan_row *row, struct pk_error *error);

#endif
