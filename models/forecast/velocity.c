#include "models/forecast/velocity.h"

size_t pk_velocity_class(double level_units)
{
    static const double bounds[PK_VELOCITY_CLASS_COUNT - 1] = {0.03, 0.1, 0.3, 1, 3, 10, 30};
    size_t one = 0;
    while (one < PK_VELOCITY_CLASS_COUNT - 1 && level_units >= bounds[one])
        one++;
    return one;
}
