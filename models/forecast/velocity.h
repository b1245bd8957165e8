/* Velocity classes 动销档 of series: the class stands in for a series with few sales (internal to
 * models/forecast). */
#ifndef PK_FORECAST_VELOCITY_H
#define PK_FORECAST_VELOCITY_H

#include <stddef.h>

#define PK_VELOCITY_CLASS_COUNT 8

/* Class of a level in units per bucket; 0..PK_VELOCITY_CLASS_COUNT - 1. */
size_t pk_velocity_class(double level_units);

#endif
