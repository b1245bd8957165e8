#include "models/forecast/events.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "models/base/campaign_kind.h"
#include "models/forecast/closure_pieces.h"
#include "models/forecast/covariate_pieces.h"
#include "models/forecast/event_pieces.h"
#include "models/forecast/joined_promotions.h"
#include "models/forecast/promotion_pieces.h"

static int compare_names(const void *left, const void *right)
{
    return strcmp(*(const char *const *)left, *(const char *const *)right);
}

/* Copies the names behind their pointers, in one block: a fit outlives the shop that it was made
 * from. */
static enum pk_status own_kinds(const char *const *kinds, size_t count, struct pk_design *design,
                                struct pk_error *error)
{
    size_t bytes = 0;
    for (size_t i = 0; i < count; i++)
        bytes += strlen(kinds[i]) + 1;
    const char **own = malloc((count + 1) * sizeof *own + bytes);
    if (own == NULL)
        return pk_error_set(error, PK_OUT_OF_MEMORY, "", "no memory for promotion kinds");
    char *at = (char *)(own + count + 1);
    for (size_t i = 0; i < count; i++) {
        const size_t size = strlen(kinds[i]) + 1;
        memcpy(at, kinds[i], size);
        own[i] = at;
        at += size;
    }
    design->kinds = own;
    design->kind_count = count;
    return PK_OK;
}

enum pk_status pk_events_kinds(const struct pk_shop *shop, struct pk_design *design,
                               struct pk_error *error)
{
    size_t known_count, total = shop->promotion_count, count = 0;
    const struct pk_campaign_kind *known = pk_campaign_kinds(&known_count);
    const char **kinds = malloc((shop->promotion_count + known_count) * sizeof *kinds);
    if (kinds == NULL)
        return pk_error_set(error, PK_OUT_OF_MEMORY, "", "no memory for promotion kinds");
    for (size_t i = 0; i < shop->promotion_count; i++)
        kinds[i] = pk_promotion_kind(&shop->promotions[i]);
    for (size_t i = 0; i < known_count && design->calendar.festivals; i++)
        if (known[i].first_year > 0)
            kinds[total++] = known[i].word.name;
    qsort(kinds, total, sizeof *kinds, compare_names);
    for (size_t i = 0; i < total; i++)
        if (count == 0 || strcmp(kinds[count - 1], kinds[i]) != 0)
            kinds[count++] = kinds[i];
    const enum pk_status status = own_kinds(kinds, count, design, error);
    free(kinds);
    return status;
}

enum pk_status pk_events_build(const struct pk_shop *shop, const struct pk_closures *closures,
                               struct pk_design *design, struct pk_error *error)
{
    struct pk_piece_list list = {NULL, 0, 0, false};
    struct pk_festival_years years = {NULL, 0};
    enum pk_status status = pk_festival_years_make(design, shop, &years, error);
    if (status == PK_OK)
        status = pk_promotion_pieces_append(&list, design, shop, closures, &years, error);
    if (status == PK_OK)
        pk_festival_pieces_append(&list, design, shop, &years);
    pk_festival_years_done(&years);
    if (status == PK_OK)
        status = pk_covariate_pieces_append(&list, design, shop, error);
    if (status == PK_OK)
        status = pk_closure_pieces_append(&list, design, closures, error);
    if (status == PK_OK)
        status = pk_piece_list_take_over(&list, design, error);
    free(list.rows);
    return status;
}
