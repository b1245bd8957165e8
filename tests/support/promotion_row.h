/* A row of a promotion as a file gives it that has no column but the required ones. */
#ifndef PK_TESTS_SUPPORT_PROMOTION_ROW_H
#define PK_TESTS_SUPPORT_PROMOTION_ROW_H

#include "models/history/shop.h"

/* Over the whole shop; phase peak. A test replaces the members that matter to it. */
static inline struct pk_promotion promotion_row(const char *promotion_id, const char *kind,
                                                int32_t start_date, int32_t end_date)
{
    return (struct pk_promotion){.promotion_id = promotion_id,
                                 .name = "",
                                 .kind = kind,
                                 .phase = PK_PHASE_PEAK,
                                 .start_date = start_date,
                                 .end_date = end_date,
                                 .item = PK_INDEX_NONE,
                                 .category = PK_INDEX_NONE,
                                 .warehouse = PK_INDEX_NONE,
                                 .channel = "",
                                 .net_price_micros = -1,
                                 .traffic_ratio = 1,
                                 .committed_units = -1,
                                 .ship_by_date = PK_DATE_NONE,
                                 .balance_date = PK_DATE_NONE};
}

#endif
