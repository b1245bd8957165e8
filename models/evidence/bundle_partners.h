/* Items that slow ones can be sold together with: traffic items that sell fast and have stock to
 * spare. models/decision/clearance/bundle.h prices the bundle. */
#ifndef PK_EVIDENCE_BUNDLE_PARTNERS_H
#define PK_EVIDENCE_BUNDLE_PARTNERS_H

#include "models/decision/clearance/bundle.h"
#include "models/decision/clearance/clearance.h"
#include "models/evidence/series_facts.h"

struct pk_bundle_partner {
    size_t series;
    double window_units; /* expected sales up to the date of the request, at most the stock */
    double month_units;  /* expected demand of the next PK_BUNDLE_PARTNER_DAYS_MIN days */
    struct pk_bundle_part part;
    int bundle_count; /* bundles that the caller has put it into; 0 at first */
};

struct pk_bundle_partners {
    struct pk_bundle_partner *list; /* most month_units first; owned */
    size_t count;
};

/* Lists the series of traffic items that can be a partner until `to_date`. A traffic item has
 * the role by its shop, or by proposed_roles[item] where the shop gave none. Its series has
 * stock for the next PK_BUNDLE_PARTNER_DAYS_MIN days, a price, a cost, and no end before
 * to_date. Free with pk_bundle_partners_done. OUT_OF_MEMORY, or the failure of a forecast. */
enum pk_status pk_bundle_partners_find(const struct pk_view *view, int32_t to_date,
                                       const enum pk_role *proposed_roles,
                                       struct pk_decision_memory *memory,
                                       struct pk_bundle_partners *out_partners,
                                       struct pk_error *error);
/* Accepts a zeroed struct. */
void pk_bundle_partners_done(struct pk_bundle_partners *partners);

/* The partner for a series: of its warehouse, of another item, and in fewer than
 * PK_BUNDLE_COUNT_MAX bundles. The first in the list of the item's own category is taken, else
 * the first of any category; NULL if there is none. The caller adds 1 to its bundle_count. */
struct pk_bundle_partner *pk_bundle_partner_of(const struct pk_bundle_partners *partners,
                                               const struct pk_shop *shop,
                                               const struct pk_series *series);

/* Price, cost and selling costs of a unit of a series. False if the price is not known or 0, or the
 * cost is not known. */
bool pk_bundle_part_of(const struct pk_series_facts *facts, struct pk_bundle_part *out_part);

#endif
