/* Promotions as a planner thinks of them: all rows of one promotion_id together, whatever their
 * status. */
#ifndef PK_WORKFLOWS_LIST_PROMOTIONS_H
#define PK_WORKFLOWS_LIST_PROMOTIONS_H

#include "models/base/limits.h"
#include "service/store/store.h"

#define PK_OUTLINE_PHASE_COUNT 4

struct pk_outline_phase {
    const char *name;             /* presale, warmup, peak, encore */
    int32_t start_date, end_date; /* PK_DATE_NONE = the promotion has no such phase */
};

struct pk_promotion_outline {
    char promotion_id[PK_ID_BYTES_MAX_PLUS_NUL];
    char name[PK_TEXT_BYTES_MAX + 1];
    char kind[PK_ID_BYTES_MAX_PLUS_NUL];
    char status[16]; /* of the first row */
    int32_t start_date, end_date;
    int32_t row_count;
    double discount_ratio_maximum;
    struct pk_outline_phase phases[PK_OUTLINE_PHASE_COUNT];
};

/* *out_outlines is malloc'ed; ascending start date, then id. */
enum pk_status pk_list_promotions(struct pk_store *store,
                                  struct pk_promotion_outline **out_outlines, size_t *out_count,
                                  struct pk_error *error);

#endif
