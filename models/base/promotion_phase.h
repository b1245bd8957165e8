/* Phases of a promotion, as the promotions file names them. */
#ifndef PK_BASE_PROMOTION_PHASE_H
#define PK_BASE_PROMOTION_PHASE_H

#include "models/base/text.h"
#include "models/base/word.h"

enum pk_promotion_phase {
    PK_PHASE_NONE,
    PK_PHASE_PRESALE, /* 预售: deposits are paid, goods leave later */
    PK_PHASE_WARMUP,  /* 预热: shown, not yet sold at the promotion's price */
    PK_PHASE_PEAK,    /* 爆发 */
    PK_PHASE_ENCORE   /* 返场 */
};
#define PK_PHASE_COUNT 5

/* The word of a phase; all its names are "" for PK_PHASE_NONE. Static. */
const struct pk_word *pk_promotion_phase_word(enum pk_promotion_phase phase);

/* The phase of that name; PK_PHASE_NONE if there is none. */
enum pk_promotion_phase pk_promotion_phase_find(struct pk_text name);

#endif
