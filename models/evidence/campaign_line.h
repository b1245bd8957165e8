/* One line of a campaign's result: what was wanted of a series (campaign_series.h), what was
 * stocked (campaign_stock.h) and what it brought (campaign_takings.h), together with its
 * forecast. */
#ifndef PK_EVIDENCE_CAMPAIGN_LINE_H
#define PK_EVIDENCE_CAMPAIGN_LINE_H

#include "models/evidence/campaign_series.h"

/* Completes the line of the series that was loaded last. The caller has filled line->window; this
 * function fills stock, forecast, money, deposits, returns and has_overlap.
 *
 * For a campaign that has begun, the stock is reckoned from counts, and the forecast is that of
 * work->before. For one that lies ahead, stock and forecast are those of its readiness now. Figures
 * that nothing tells of are NAN. The deposits of an item stand on the first of its lines only.
 * Fails as forecasts do. */
enum pk_status pk_campaign_line_complete(struct pk_campaign_work *work,
                                         const struct pk_campaign_series *one,
                                         struct pk_campaign_line *line, struct pk_error *error);

#endif
