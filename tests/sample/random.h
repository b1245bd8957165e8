/* The simulated shop's own random numbers: the same bytes for a seed on any machine. */
#ifndef PK_SAMPLE_RANDOM_H
#define PK_SAMPLE_RANDOM_H

#include <stdbool.h>
#include <stdint.h>

/* What a stream is for: every purpose x index has its own, so that a change in one item leaves
 * the others alone. */
enum pk_shop_stream {
    PK_SHOP_STREAM_RANKS = 1,
    PK_SHOP_STREAM_ITEM,
    PK_SHOP_STREAM_DEALS,
    PK_SHOP_STREAM_LIVESTREAM,
    PK_SHOP_STREAM_DEMAND,
    PK_SHOP_STREAM_ORDERS,
    PK_SHOP_STREAM_BUYERS,
    PK_SHOP_STREAM_REPORTING,
    PK_SHOP_STREAM_DEPOSITS,
    PK_SHOP_STREAM_SURPRISE
};

/* xoshiro256**: D. Blackman, S. Vigna, "Scrambled linear pseudorandom number generators", ACM
 * TOMS 47(4), 2021, seeded by splitmix64: G. Steele, D. Lea, C. Flood, "Fast splittable
 * pseudorandom number generators", OOPSLA 2014. */
struct pk_shop_random {
    uint64_t state[4];
};

void pk_shop_random_init(struct pk_shop_random *random, uint64_t seed, enum pk_shop_stream stream,
                         uint64_t index);

/* Uniform on [0, 1), 53 bits. */
double pk_shop_random_uniform(struct pk_shop_random *random);

/* Uniform on [low, high). */
double pk_shop_random_between(struct pk_shop_random *random, double low, double high);

/* Uniform whole number in low..high, both included. */
int32_t pk_shop_random_integer(struct pk_shop_random *random, int32_t low, int32_t high);

/* True with probability `probability`. */
bool pk_shop_random_chance(struct pk_shop_random *random, double probability);

/* Mean 0, variance 1, within -6..6: the sum of twelve uniforms less six, which needs no libm. */
double pk_shop_random_normal(struct pk_shop_random *random);

/* Negative binomial with variance mean + mean^2/dispersion, by sequential inversion of one
 * uniform: always one draw, so a last-digit difference of pow() between machines cannot shift
 * the stream. `mean` 0 gives 0. */
int32_t pk_shop_random_negative_binomial(struct pk_shop_random *random, double mean,
                                         double dispersion);

#endif
