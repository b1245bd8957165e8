#include "service/workflows/promotion_roll_up.h"

#include <stdlib.h>

#include "service/workflows/check_promotion.h"

enum pk_status pk_promotion_sums_new(const struct pk_shop *shop, struct pk_promotion_sums *out_sums,
                                     struct pk_error *error)
{
    size_t count = 1 + shop->category_count + PK_ROLE_COUNT + shop->warehouse_count;
    struct pk_promotion_roll_up *entries = calloc(count, sizeof *entries);
    if (entries == NULL)
        return pk_error_set(error, PK_OUT_OF_MEMORY, "", "no memory for roll-ups");
    *out_sums = (struct pk_promotion_sums){shop, entries, count};
    return PK_OK;
}

void pk_promotion_sums_done(struct pk_promotion_sums *sums)
{
    free(sums->entries);
    *sums = (struct pk_promotion_sums){0};
}

void pk_promotion_sums_add(struct pk_promotion_sums *sums, const struct pk_series_facts *facts,
                           const struct pk_promotion_input *input,
                           const struct pk_promotion_check *check)
{
    size_t roles = 1 + sums->shop->category_count;
    size_t places[] = {0, 1 + facts->item->category, roles + facts->item->role,
                       roles + PK_ROLE_COUNT + facts->series->warehouse};
    for (size_t i = 0; i < sizeof places / sizeof places[0]; i++)
        pk_promotion_roll_up_add(&sums->entries[places[i]], input, check);
}

enum pk_status pk_promotion_sums_report(const struct pk_promotion_sums *sums,
                                        struct pk_promotion_scope_sum **out_scopes,
                                        size_t *out_count, struct pk_error *error)
{
    const struct pk_shop *shop = sums->shop;
    struct pk_promotion_scope_sum *scopes = calloc(sums->count, sizeof *scopes);
    if (scopes == NULL)
        return pk_error_set(error, PK_OUT_OF_MEMORY, "", "no memory for roll-ups");
    size_t roles = 1 + shop->category_count;
    size_t warehouses = roles + PK_ROLE_COUNT;
    size_t count = 0;
    for (size_t i = 0; i < sums->count; i++) {
        if (sums->entries[i].line_count == 0)
            continue;
        struct pk_promotion_scope_sum scope = {"total", "", sums->entries[i]};
        if (i >= warehouses)
            scope = (struct pk_promotion_scope_sum){"warehouse", shop->warehouses[i - warehouses],
                                                    sums->entries[i]};
        else if (i >= roles)
            scope = (struct pk_promotion_scope_sum){"role", pk_role_name((enum pk_role)(i - roles)),
                                                    sums->entries[i]};
        else if (i > 0)
            scope = (struct pk_promotion_scope_sum){"category", shop->categories[i - 1],
                                                    sums->entries[i]};
        scopes[count++] = scope;
    }
    *out_scopes = scopes;
    *out_count = count;
    return PK_OK;
}
