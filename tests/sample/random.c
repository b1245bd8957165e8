#include "tests/sample/random.h"

#include <math.h>

/* Far above any day of the shop; ends the inversion when the uniform lies in the last rounding
 * errors of the tail. */
#define UNITS_PER_DAY_MAX 200000

static uint64_t splitmix64(uint64_t *state)
{
    uint64_t z = (*state += UINT64_C(0x9e3779b97f4a7c15));
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return z ^ (z >> 31);
}

static uint64_t rotate_left(uint64_t value, int count)
{
    return (value << count) | (value >> (64 - count));
}

static uint64_t next_bits(struct pk_shop_random *random)
{
    uint64_t *state = random->state;
    uint64_t result = rotate_left(state[1] * 5, 7) * 9;
    uint64_t shifted = state[1] << 17;
    state[2] ^= state[0];
    state[3] ^= state[1];
    state[1] ^= state[2];
    state[0] ^= state[3];
    state[2] ^= shifted;
    state[3] = rotate_left(state[3], 45);
    return result;
}

void pk_shop_random_init(struct pk_shop_random *random, uint64_t seed, enum pk_shop_stream stream,
                         uint64_t index)
{
    uint64_t state = seed;
    state = splitmix64(&state) ^ (uint64_t)stream;
    state = splitmix64(&state) ^ index;
    for (int i = 0; i < 4; i++)
        random->state[i] = splitmix64(&state);
}

double pk_shop_random_uniform(struct pk_shop_random *random)
{
    return (double)(next_bits(random) >> 11) * 0x1.0p-53;
}

double pk_shop_random_between(struct pk_shop_random *random, double low, double high)
{
    return low + (high - low) * pk_shop_random_uniform(random);
}

int32_t pk_shop_random_integer(struct pk_shop_random *random, int32_t low, int32_t high)
{
    return low + (int32_t)((double)(high - low + 1) * pk_shop_random_uniform(random));
}

bool pk_shop_random_chance(struct pk_shop_random *random, double probability)
{
    return pk_shop_random_uniform(random) < probability;
}

double pk_shop_random_normal(struct pk_shop_random *random)
{
    double sum = -6;
    for (int i = 0; i < 12; i++)
        sum += pk_shop_random_uniform(random);
    return sum;
}

int32_t pk_shop_random_negative_binomial(struct pk_shop_random *random, double mean,
                                         double dispersion)
{
    double uniform = pk_shop_random_uniform(random);
    if (mean <= 0)
        return 0;
    double mass = pow(dispersion / (dispersion + mean), dispersion);
    double ratio = mean / (dispersion + mean);
    double cumulated = mass;
    int32_t units = 0;
    while (cumulated <= uniform && units < UNITS_PER_DAY_MAX) {
        mass *= ratio * ((double)units + dispersion) / ((double)units + 1);
        units++;
        cumulated += mass;
        if (mass < 1e-18 && (double)units > mean)
            break;
    }
    return units;
}
