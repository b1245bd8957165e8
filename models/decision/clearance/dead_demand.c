#include "models/decision/clearance/dead_demand.h"

#define PRIOR_SHAPE 0.5

double pk_dead_units_per_day(int32_t days_without_sale)
{
    return PRIOR_SHAPE / ((double)days_without_sale + 1.0);
}

struct pk_window pk_dead_window(double units_per_day, int32_t days)
{
    const double mean = units_per_day * days;
    return (struct pk_window){.mean_units = mean, .variance = mean + mean * mean / PRIOR_SHAPE};
}
