/* How long a supplier really takes, learnt from receipts: the mean delay beyond the promised lead
 * time, and its spread. A supplier's figures are shrunk to those of all suppliers.
 *
 *   delay' = (n mean_s + c mean) / (n + c),  sd'^2 = (n var_s + c var) / (n + c),  c = 5
 *
 * (Buhlmann credibility; Klugman, Panjer & Willmot 2012, ch. 18.) A spread that the supply row
 * states takes the place of the variance of all. */
#ifndef PK_DECISION_LEAD_TIME_H
#define PK_DECISION_LEAD_TIME_H

#include <stddef.h>
#include <stdint.h>

/* c: the figures of all suppliers weigh as much as this many receipts. With fewer receipts than the
 * minimum the mean delay is not moved. */
#define PK_LEAD_TIME_CREDIBILITY        5.0
#define PK_LEAD_TIME_DELIVERY_COUNT_MIN 3

/* Sums of delays: received - ordered - promised, in days. */
struct pk_delay_sums {
    size_t count;
    double days, square_days;
};

void pk_delay_add(struct pk_delay_sums *sums, int32_t delay_days);

struct pk_learnt_lead_time {
    int32_t delay_days;    /* to add to the promised lead time; may be negative */
    double sd_days;        /* >= 0 */
    size_t delivery_count; /* receipts of the supplier that it was learnt from */
};

/* `promised_days` bounds an early delay: no lead time falls below 0. `stated_sd_days` 0 = not
 * given. Without any receipt: no delay, the stated spread. */
struct pk_learnt_lead_time pk_lead_time_learn(const struct pk_delay_sums *supplier,
                                              const struct pk_delay_sums *all,
                                              int32_t promised_days, double stated_sd_days);

#endif
