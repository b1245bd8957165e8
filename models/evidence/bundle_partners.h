/* Items that others can be bundled with: traffic items that sell fast and have stock to spare. */
#ifndef PK_EVIDENCE_BUNDLE_PARTNERS_H
#define PK_EVIDENCE_BUNDLE_PARTNERS_H

#include "models/decision/clearance/bundle.h"
#include "models/decision/clearance/clearance.h"
#include "models/evidence/series_facts.h"

struct pk_bundle_partner {
    size_t series;
    double
        window_units; /* expected from next to the date of the request, at most what is in stock */
    double month_units; /* expected in PK_BUNDLE_PARTNER_DAYS_MIN days */
    struct pk_bundle_part part;
    int bundle_count; /* bundles it is part of already */
};

struct pk_bundle_partners {
    struct pk_bundle_partner *list; /* most month_units first; owned */
    size_t count;
};

/* Candidates are the items of role traffic (given, or proposed where none is given) with stock for
 * PK_BUNDLE_PARTNER_DAYS_MIN days, a price, a cost, and no end before `to_date`. Free with
 * pk_bundle_partners_done. OUT_OF_MEMORY, or the failure of a forecast. */
enum pk_status pk_bundle_partners_find(const struct pk_view *view, int32_t to_date,
                                       const enum pk_role *proposed_roles,
                                       struct pk_decision_memory *memory,
                                       struct pk_bundle_partners *out_partners,
                                       struct pk_error *error);
/* Accepts a zeroed struct. */
void pk_bundle_partners_done(struct pk_bundle_partners *partners);

/* The candidate of the same warehouse that sells most and is part of fewer than PK_BUNDLE_COUNT_MAX
 * bundles, of the item's own category before any other; NULL if there is none but the item itself.
 * The caller counts the bundle. */
struct pk_bundle_partner *pk_bundle_partner_of(const struct pk_bundle_partners *partners,
                                               const struct pk_shop *shop,
                                               const struct pk_series *series);

/* Price, cost and selling costs of a series; false if price or cost is not known. */
bool pk_bundle_part_of(const struct pk_series_facts *facts, struct pk_bundle_part *out_part);

#endif
