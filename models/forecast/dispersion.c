#include "models/forecast/dispersion.h"

#include <math.h>

#include "models/forecast/velocity.h"

#define OWN_EVIDENCE   20.0 /* sales that weigh as much as the class in the own dispersion */
#define CLASS_EVIDENCE 5.0

void pk_dispersion_pool(const struct pk_constant_level *constant, size_t count,
                        double *inverse_dispersion)
{
    double excess[PK_VELOCITY_CLASS_COUNT] = {0}, evidence[PK_VELOCITY_CLASS_COUNT] = {0};
    double members[PK_VELOCITY_CLASS_COUNT] = {0}, all_excess = 0, all_evidence = 0;
    for (size_t i = 0; i < count; i++) {
        if (!(constant[i].level > 0) || constant[i].positive_count < 2)
            continue;
        const size_t one = pk_velocity_class(constant[i].level);
        excess[one] += constant[i].inverse_dispersion * constant[i].evidence;
        evidence[one] += constant[i].evidence;
        members[one] += 1;
        all_excess += constant[i].inverse_dispersion * constant[i].evidence;
        all_evidence += constant[i].evidence;
    }
    const double all = all_evidence > 0 ? fmax(0, all_excess / all_evidence) : 1;
    for (size_t i = 0; i < count; i++) {
        const size_t one = pk_velocity_class(constant[i].level);
        const double pooled = evidence[one] > 0 ? fmax(0, excess[one] / evidence[one]) : all;
        const double class_value =
            (members[one] * pooled + CLASS_EVIDENCE * all) / (members[one] + CLASS_EVIDENCE);
        const double weight = (double)constant[i].positive_count /
                              ((double)constant[i].positive_count + OWN_EVIDENCE);
        const double own = fmax(0, constant[i].inverse_dispersion);
        inverse_dispersion[i] = weight * own + (1 - weight) * class_value;
    }
}
