/* The checks of a promotion summed over the shop's scopes: total, categories, roles, warehouses. */
#ifndef PK_WORKFLOWS_PROMOTION_ROLL_UP_H
#define PK_WORKFLOWS_PROMOTION_ROLL_UP_H

#include "models/decision/promotion.h"
#include "service/workflows/series_facts.h"

struct pk_promotion_scope_sum {
    const char *scope;    /* total, category, role, warehouse */
    const char *scope_id; /* "" for the total */
    struct pk_promotion_roll_up sum;
};

/* Entry 0 is the total, then categories, roles, warehouses of the shop; entries are owned. */
struct pk_promotion_sums {
    const struct pk_shop *shop;
    struct pk_promotion_roll_up *entries;
    size_t count;
};

enum pk_status pk_promotion_sums_new(const struct pk_shop *shop, struct pk_promotion_sums *out_sums,
                                     struct pk_error *error);
void pk_promotion_sums_done(struct pk_promotion_sums *sums);

void pk_promotion_sums_add(struct pk_promotion_sums *sums, const struct pk_series_facts *facts,
                           const struct pk_promotion_input *input,
                           const struct pk_promotion_check *check);

/* The scopes that have a line, total first, in a new array. */
enum pk_status pk_promotion_sums_report(const struct pk_promotion_sums *sums,
                                        struct pk_promotion_scope_sum **out_scopes,
                                        size_t *out_count, struct pk_error *error);

#endif
