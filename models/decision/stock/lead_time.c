#include "models/decision/stock/lead_time.h"

#include <math.h>

void pk_delay_add(struct pk_delay_sums *sums, int32_t delay_days)
{
    sums->count++;
    sums->days += delay_days;
    sums->square_days += (double)delay_days * delay_days;
}

static double mean_of(const struct pk_delay_sums *sums)
{
    return sums->count > 0 ? sums->days / (double)sums->count : 0;
}

static double variance_of(const struct pk_delay_sums *sums)
{
    if (sums->count < 2)
        return 0;
    const double count = (double)sums->count, mean = sums->days / count;
    return fmax(0, (sums->square_days - count * mean * mean) / (count - 1));
}

struct pk_learnt_lead_time pk_lead_time_learn(const struct pk_delay_sums *supplier,
                                              const struct pk_delay_sums *all,
                                              int32_t promised_days, double stated_sd_days)
{
    struct pk_learnt_lead_time learnt = {0, stated_sd_days, supplier->count};
    if (all->count < PK_LEAD_TIME_DELIVERY_COUNT_MIN)
        return learnt;
    const double count = (double)supplier->count;
    const double weight = count / (count + PK_LEAD_TIME_CREDIBILITY);
    const double prior = stated_sd_days > 0 ? stated_sd_days * stated_sd_days : variance_of(all);
    const double own = supplier->count < 2 ? prior : variance_of(supplier);
    learnt.sd_days = sqrt(weight * own + (1 - weight) * prior);
    if (supplier->count >= PK_LEAD_TIME_DELIVERY_COUNT_MIN)
        learnt.delay_days =
            (int32_t)lround(weight * mean_of(supplier) + (1 - weight) * mean_of(all));
    if (learnt.delay_days < -promised_days)
        learnt.delay_days = -promised_days;
    return learnt;
}
