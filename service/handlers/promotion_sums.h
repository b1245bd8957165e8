/* The sums of `CheckPromotion` on the wire. */
#ifndef PK_HANDLERS_PROMOTION_SUMS_H
#define PK_HANDLERS_PROMOTION_SUMS_H

#include "service/handlers/service_context.h"
#include "service/workflows/promotion/check_promotion.h"

/* One message with the headline. */
enum pk_status pk_send_promotion_headline(struct pk_rpc_call *call,
                                          const struct pk_snapshot *snapshot,
                                          const struct pk_promotion_report *report,
                                          struct pk_error *error);

/* One message with everything else: roll-ups, weeks, targets, what could supply the difference, the
 * lines that lose money. */
enum pk_status pk_send_promotion_sums(struct pk_rpc_call *call, const struct pk_snapshot *snapshot,
                                      const struct pk_promotion_report *report,
                                      struct pk_error *error);

#endif
