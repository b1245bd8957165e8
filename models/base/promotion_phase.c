#include "models/base/promotion_phase.h"

static const struct pk_word words[PK_PHASE_COUNT] = {
    [PK_PHASE_NONE] = {"", "", ""},
    [PK_PHASE_PRESALE] = {"presale", "presale", "预售"},
    [PK_PHASE_WARMUP] = {"warmup", "warm-up", "预热"},
    [PK_PHASE_PEAK] = {"peak", "peak", "爆发"},
    [PK_PHASE_ENCORE] = {"encore", "encore", "返场"},
};

const struct pk_word *pk_promotion_phase_word(enum pk_promotion_phase phase)
{
    return &words[phase];
}

enum pk_promotion_phase pk_promotion_phase_find(struct pk_text name)
{
    const size_t at = pk_word_find(words, PK_PHASE_COUNT, name);
    return at < PK_PHASE_COUNT ? (enum pk_promotion_phase)at : PK_PHASE_NONE;
}
