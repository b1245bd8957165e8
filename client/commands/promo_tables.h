/* What `promo check` says besides its lines: the headline, and one table per question of a planner
 * or of the boss. */
#ifndef PK_CLIENT_PROMO_TABLES_H
#define PK_CLIENT_PROMO_TABLES_H

#include "client/output/output.h"
#include "peakstock/v1/promotion.pb-c.h"

/* "Double 12: 78 % ready; ...", and the headline member of the JSON. */
void pk_promo_headline(const Peakstock__V1__PromotionHeadline *headline, struct pk_output *output);

/* Everything that is summed up, from one message. In tables long lists are cut, JSON has them
 * whole. */
void pk_promo_sums(const Peakstock__V1__CheckPromotionResponse *response, struct pk_output *output);

#endif
