/* Builders of campaigns and their presales beyond view_case.h. Include it after <cmocka.h>. */
#ifndef PK_TESTS_SUPPORT_CAMPAIGN_CASE_H
#define PK_TESTS_SUPPORT_CAMPAIGN_CASE_H

#include "tests/support/evidence/view_case.h"

/* A row of phase presale over the whole shop. */
static inline struct pk_promotion *campaign_case_presale(struct view_case *c,
                                                         const char *promotion_id,
                                                         int32_t start_date, int32_t end_date,
                                                         int32_t balance_date)
{
    struct pk_promotion *row = view_case_promotion(c, promotion_id, start_date, end_date);
    row->phase = PK_PHASE_PRESALE;
    row->balance_date = balance_date;
    return row;
}

/* Units of a series on every day of a range. */
static inline void campaign_case_sell(struct view_case *c, size_t series, int32_t from_date,
                                      int32_t to_date, double units)
{
    for (int32_t date = from_date; date <= to_date; date++)
        view_case_bucket(c, series, date)->demand_units = (float)units;
}

#endif
