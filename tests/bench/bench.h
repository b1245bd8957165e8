/* What every bench needs: memory or the end, clocks, and numbers that look like chance. */
#ifndef PK_TESTS_BENCH_BENCH_H
#define PK_TESTS_BENCH_BENCH_H

#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

/* The memory, or the end of the program if there is none. */
static inline void *checked(void *memory)
{
    if (memory == NULL) {
        fprintf(stderr, "out of memory\n");
        exit(1);
    }
    return memory;
}

static inline double seconds_of(clockid_t clock)
{
    struct timespec now;
    clock_gettime(clock, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

/* Processor time of all threads: what a core does, even if it is shared with others. */
static inline double cpu_seconds(void)
{
    return seconds_of(CLOCK_PROCESS_CPUTIME_ID);
}

/* 0 <= x < 1: the linear congruential generator of Knuth's MMIX, which `seed` begins. */
static inline double uniform(uint64_t *seed)
{
    *seed = *seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (double)(*seed >> 11) * 0x1p-53;
}

/* Knuth's product of uniforms. */
static inline double poisson(uint64_t *seed, double mean)
{
    double product = uniform(seed), count = 0;
    for (const double limit = exp(-mean); product > limit; count++)
        product *= uniform(seed);
    return count;
}

#endif
