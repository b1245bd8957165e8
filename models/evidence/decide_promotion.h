/* Readiness of one series for a promotion: the stored rows become the input of
 * models/decision/campaign/promotion.h here and nowhere else. */
#ifndef PK_EVIDENCE_DECIDE_PROMOTION_H
#define PK_EVIDENCE_DECIDE_PROMOTION_H

#include "models/decision/campaign/promotion.h"
#include "models/evidence/series_facts.h"
#include "models/history/campaign.h"

/* The campaign as the whole shop sees it. NOT_FOUND: no approved row has this id;
 * FAILED_PRECONDITION: it is over, or farther ahead than the horizon. */
enum pk_status pk_find_campaign_ahead(const struct pk_view *view, const char *promotion_id,
                                      struct pk_campaign *out_campaign, struct pk_error *error);

/* Checks one series; *out_is_covered = false (and nothing else written) if no row of the promotion
 * covers it or its window is over. The input borrows the facts, the facts the memory: valid until
 * the next series. */
enum pk_status pk_decide_promotion(const struct pk_view *view, size_t series,
                                   const char *promotion_id, struct pk_decision_memory *memory,
                                   struct pk_series_facts *out_facts,
                                   struct pk_promotion_input *out_input,
                                   struct pk_promotion_check *out_check, bool *out_is_covered,
                                   struct pk_error *error);

#endif
