/* One order decision as every workflow makes it. */
#ifndef PK_EVIDENCE_DECIDE_REORDER_H
#define PK_EVIDENCE_DECIDE_REORDER_H

#include "models/decision/order/reorder.h"
#include "models/evidence/series_facts.h"

/* Days of demand that a decision on these terms looks ahead. */
int32_t pk_reorder_horizon_days(int32_t lead_time_days, int32_t review_period_days);

/* What is known as the input of the decision, the promotion ahead included; borrows the facts. */
struct pk_reorder_input pk_reorder_input_of_facts(const struct pk_series_facts *facts);

/* The decision from what is known, the promotion ahead included. */
void pk_reorder_of_facts(const struct pk_series_facts *facts, bool wants_steps,
                         struct pk_projection *projection, struct pk_reorder *out_decision);

/* Loads the facts of a series with the horizon and the promotion ahead that an order needs, and
 * decides. `supplier_id` NULL = whichever applies. Fails as pk_series_facts_load does. */
enum pk_status pk_decide_reorder(const struct pk_view *view, size_t series,
                                 const struct pk_assumptions *assumptions, const char *supplier_id,
                                 struct pk_decision_memory *memory,
                                 struct pk_series_facts *out_facts, struct pk_reorder *out_decision,
                                 struct pk_error *error);

#endif
