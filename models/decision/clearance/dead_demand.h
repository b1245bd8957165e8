/* Demand of a dead item, whose forecast says 0 or still remembers old sales. Pure; no allocation.
 *
 * The daily rate has a Gamma posterior after n days without a sale: shape 1/2, mean 0.5 / (n + 1),
 * relative variance 2. Source: Jeffreys prior of a Poisson rate, with one pseudo-day. */
#ifndef PK_DECISION_DEAD_DEMAND_H
#define PK_DECISION_DEAD_DEMAND_H

#include <stdint.h>

#include "models/forecast/demand.h"

/* Mean of the rate, in units a day; `days_without_sale` >= 0. */
double pk_dead_units_per_day(int32_t days_without_sale);

/* Demand over `days` >= 0 at a rate with this mean: the variance holds the counts and the error of
 * the rate. */
struct pk_window pk_dead_window(double units_per_day, int32_t days);

#endif
