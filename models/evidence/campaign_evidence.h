/* Results of past campaigns as evidence for a forecast with a promotion on. They are read from the
 * stored history at every call, so that they are as durable as the sales and stock counts behind
 * them. */
#ifndef PK_EVIDENCE_CAMPAIGN_EVIDENCE_H
#define PK_EVIDENCE_CAMPAIGN_EVIDENCE_H

#include "models/evidence/campaign_results.h"
#include "models/forecast/explain.h"

/* Past campaigns of the promotion's kind, the latest first, and of other mega kinds. */
#define PK_EVIDENCE_SAME_COUNT  3
#define PK_EVIDENCE_OTHER_COUNT 2
#define PK_EVIDENCE_COUNT       (PK_EVIDENCE_SAME_COUNT + PK_EVIDENCE_OTHER_COUNT)
/* Past lifts are read from at most this many series of a category; a larger category is sampled
 * evenly. */
#define PK_EVIDENCE_SERIES_COUNT 1000
/* Promotions of one day that are told about. */
#define PK_EVIDENCE_PROMOTION_COUNT 4
/* A used lift contradicts the past if it lies outside of the seen lifts +- two standard errors by
 * more than this ratio. */
#define PK_EVIDENCE_TOLERANCE 0.2

/* One past campaign: its days of the promotion's phase (for weekly series the whole window). Texts
 * are of the shop. */
struct pk_campaign_evidence {
    struct pk_campaign campaign;
    bool is_same_kind;
    struct pk_lift category, own; /* own: is_defined = false if the series took no part */
    size_t line_count;            /* of the category */
    double dip_ratio;             /* of the category; NAN = no day after it has passed */
    int32_t dip_days;
    double stocking_accuracy; /* of the category; NAN = not known */
    double conversion_ratio;  /* of the category's presale deposits; NAN = none known */
};

/* One promotion that is on at the explained day. */
struct pk_promotion_evidence {
    struct pk_campaign campaign; /* as the series sees it */
    const char *phase;           /* pk_campaign_phase_name, or "window" of weekly series; static */
    double used_lift_ratio;      /* the day's mean / its mean without promotions; NAN = over 0 */
    struct pk_campaign_evidence past[PK_EVIDENCE_COUNT];
    size_t past_count;
    bool is_contradicted; /* by every campaign of the promotion's kind */
};

struct pk_promotion_evidences {
    struct pk_promotion_evidence list[PK_EVIDENCE_PROMOTION_COUNT];
    size_t count;
};

/* OUT_OF_MEMORY, or the failure of a forecast. */
enum pk_status pk_campaign_evidence_load(const struct pk_view *view, size_t series,
                                         const struct pk_explanation *explanation,
                                         struct pk_promotion_evidences *out_evidences,
                                         struct pk_error *error);

#endif
