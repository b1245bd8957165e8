/* Readiness of one series for a promotion. The stored rows become the input of
 * models/decision/campaign/promotion.h here and nowhere else. */
#ifndef PK_EVIDENCE_DECIDE_PROMOTION_H
#define PK_EVIDENCE_DECIDE_PROMOTION_H

#include "models/decision/campaign/promotion.h"
#include "models/evidence/series_facts.h"
#include "models/history/campaign.h"

/* Finds the campaign as the whole shop sees it. NOT_FOUND: no approved row has this id;
 * FAILED_PRECONDITION: the campaign is over, or ends beyond the longest horizon. */
enum pk_status pk_find_campaign_ahead(const struct pk_view *view, const char *promotion_id,
                                      struct pk_campaign *out_campaign, struct pk_error *error);

/* Checks one series. *out_is_covered = false, and nothing else is written, if no row of the
 * promotion covers the series or the window of the series is over. The input borrows the facts, and
 * the facts borrow the memory: all are valid until its next use.
 *
 * Two parts of the input are evidence of this file. The presale units of a warehouse are the item's
 * deposits that are still likely to be paid, by the warehouse's share of the item's level; they are
 * 0 once the balance is due, or without a ship-by date. Evidence is low if the series has lived
 * through fewer than two comparable promotions: those of the same kind, and for a mega kind those
 * of any mega kind. */
enum pk_status pk_decide_promotion(const struct pk_view *view, size_t series,
                                   const char *promotion_id, struct pk_decision_memory *memory,
                                   struct pk_series_facts *out_facts,
                                   struct pk_promotion_input *out_input,
                                   struct pk_promotion_check *out_check, bool *out_is_covered,
                                   struct pk_error *error);

#endif
