/* Hashes of bytes and of words; neither protects against forgery.
 *
 * Both are part of stored data (checksums of snapshots, ids of orders, fingerprints of histories):
 * the same input must give the same number for ever. */
#ifndef PK_BASE_HASH_H
#define PK_BASE_HASH_H

#include <stddef.h>
#include <stdint.h>

/* What a hash of bytes starts from: the offset basis of FNV-1a, 64 bits. */
#define PK_HASH_START UINT64_C(0xCBF29CE484222325)

/* Goes on from `hash` over bytes[size]. Source: FNV-1a, 64 bits (Fowler, Noll and Vo 1991; RFC
 * 9923). The low bits are the weaker ones: fold the high half in before cutting. */
static inline uint64_t pk_hash_bytes(uint64_t hash, const void *bytes, size_t size)
{
    const unsigned char *at = bytes;
    for (size_t i = 0; i < size; i++)
        hash = (hash ^ at[i]) * UINT64_C(0x100000001B3);
    return hash;
}

/* Goes on from `hash`, which may start anywhere, over one word: eight bytes in one step where a
 * whole history or the cells of a fit are hashed. Source: FNV's idea with the multiplier of
 * Fibonacci hashing (2^64 over the golden ratio; Knuth 1998, section 6.4) and a shift. */
static inline uint64_t pk_hash_word(uint64_t hash, uint64_t word)
{
    hash = (hash ^ word) * UINT64_C(0x9E3779B97F4A7C15);
    return hash ^ (hash >> 32);
}

#endif
