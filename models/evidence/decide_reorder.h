/* One order decision from stored rows (models/decision/order/reorder.h). All workflows make their
 * order decisions here, so that a series gets one answer in all of them. */
#ifndef PK_EVIDENCE_DECIDE_REORDER_H
#define PK_EVIDENCE_DECIDE_REORDER_H

#include "models/decision/order/reorder.h"
#include "models/evidence/series_facts.h"

/* Days of demand that a decision on these terms looks ahead: lead time, two review periods,
 * PK_EXCESS_DAYS and two weeks, and at least 400 days. */
int32_t pk_reorder_horizon_days(int32_t lead_time_days, int32_t review_period_days);

/* The facts as input of the decision; borrows the facts. The promotion ahead is taken from all
 * promotions that cover the item between the first day and lead time + shelving + review period
 * days later: the earliest start and the latest end. */
struct pk_reorder_input pk_reorder_input_of_facts(const struct pk_series_facts *facts);

/* Decides from facts that are loaded. */
void pk_reorder_of_facts(const struct pk_series_facts *facts, bool wants_steps,
                         struct pk_projection *projection, struct pk_reorder *out_decision);

/* Loads the facts of a series over the horizon that its order needs, and decides. A suggestion of
 * this as-of day for the supplier does not count as inbound. With assumptions->may_look_near a path
 * of 120 days is tried first: the decision is equal, the demand in *out_facts may be shorter.
 * `supplier_id` NULL = the supplier that pk_ledger_supply_of chooses. Fails as pk_series_facts_load
 * does. */
enum pk_status pk_decide_reorder(const struct pk_view *view, size_t series,
                                 const struct pk_assumptions *assumptions, const char *supplier_id,
                                 struct pk_decision_memory *memory,
                                 struct pk_series_facts *out_facts, struct pk_reorder *out_decision,
                                 struct pk_error *error);

#endif
