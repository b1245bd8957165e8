/* The purchase plan of a campaign: which orders go to which supplier in which week, from now until
 * the last one that can still help the window.
 *
 * Per series: stock that another warehouse has too much of comes first (transfer.h), then the
 * orders of campaign_order.h. What exceeds a supplier's capacity a week moves to earlier weeks
 * (purchase_week.h). Approved, overridden and exported suggestions count as inbound, so what is
 * decided already is not planned again. */
#ifndef PK_WORKFLOWS_PLAN_PROMOTION_H
#define PK_WORKFLOWS_PLAN_PROMOTION_H

#include "models/decision/campaign/campaign_order.h"
#include "models/evidence/decide_promotion.h"
#include "models/history/series_selection.h"
#include "service/workflows/promotion/promotion_plan.h"

void pk_promotion_plan_done(struct pk_promotion_plan *plan);

/* `supplier_id` NULL = every supplier. Errors of pk_find_campaign_ahead; NOT_FOUND: no supply row
 * names the supplier; OUT_OF_MEMORY. Free with pk_promotion_plan_done. */
enum pk_status pk_plan_promotion(const struct pk_view *view, const char *promotion_id,
                                 const struct pk_series_selection *selection,
                                 const char *supplier_id, struct pk_promotion_plan *out_plan,
                                 struct pk_error *error);

#endif
