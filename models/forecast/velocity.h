/* Velocity classes 动销档 of series: what few sales cannot tell, the class does (internal to
 * models/forecast). */
#ifndef PK_FORECAST_VELOCITY_H
#define PK_FORECAST_VELOCITY_H

#include <stddef.h>

#define PK_VELOCITY_CLASS_COUNT 8

/* By level in units per bucket. */
size_t pk_velocity_class(double level_units);

#endif
