#include "service/snapshot/what_if.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "models/history/campaign.h"

/* The data of a snapshot with promotions of its own; everything else is the other's. */
struct what_if {
    struct pk_snapshot snapshot; /* first: what callers hold */
    struct pk_snapshot *stem;
    struct pk_shop_data data;
    struct pk_promotion *promotions;
    struct pk_model *model; /* the stem's fit bound to them */
};

static void free_what_if(struct pk_snapshot *snapshot)
{
    struct what_if *what_if = (struct what_if *)snapshot;
    pk_model_free(what_if->model);
    pk_snapshot_release(what_if->stem);
    free(what_if->promotions);
    free(what_if);
}

static enum pk_status change(struct pk_promotion *rows, size_t count,
                             const struct pk_promotion_change *wanted, struct pk_error *error)
{
    size_t changed = 0;
    for (size_t i = 0; i < count; i++) {
        if (strcmp(rows[i].promotion_id, wanted->promotion_id) != 0)
            continue;
        changed++;
        if (!isnan(wanted->discount_ratio)) {
            rows[i].discount_ratio = wanted->discount_ratio;
            rows[i].net_price_micros = -1;
        }
        if (!isnan(wanted->traffic_ratio))
            rows[i].traffic_ratio = wanted->traffic_ratio;
    }
    if (changed == 0)
        return pk_error_set(error, PK_NOT_FOUND, "promotion_id",
                            "'%.64s' is no approved promotion; promo list shows them",
                            wanted->promotion_id);
    return PK_OK;
}

/* The data of `snapshot` with other promotions, and without the festival of `quiet` unless it is
 * NULL; takes over `rows` when it succeeds. */
static enum pk_status show(struct pk_snapshot *snapshot, struct pk_promotion *rows,
                           const struct pk_campaign *quiet, struct pk_snapshot **out_snapshot,
                           struct pk_error *error)
{
    struct what_if *what_if = calloc(1, sizeof *what_if);
    if (what_if == NULL)
        return pk_error_set(error, PK_OUT_OF_MEMORY, "", "no memory");
    what_if->data = *snapshot->view.data;
    what_if->data.shop.promotions = rows;
    if (quiet != NULL) {
        what_if->data.shop.quiet_kind = quiet->kind;
        what_if->data.shop.quiet_start_date = quiet->start_date;
        what_if->data.shop.quiet_end_date = quiet->end_date;
    }
    const enum pk_status status =
        pk_model_bind(snapshot->view.model, &what_if->data.shop, &what_if->model, error);
    if (status != PK_OK) {
        free(what_if);
        return status;
    }
    pk_snapshot_show(snapshot, free_what_if, &what_if->snapshot);
    what_if->snapshot.view.data = &what_if->data;
    what_if->snapshot.view.model = what_if->model;
    what_if->stem = pk_snapshot_hold(snapshot);
    what_if->promotions = rows;
    *out_snapshot = &what_if->snapshot;
    return PK_OK;
}

static enum pk_status copy_rows(const struct pk_shop *shop, struct pk_promotion **out_rows,
                                struct pk_error *error)
{
    struct pk_promotion *rows = malloc((shop->promotion_count + 1) * sizeof *rows);
    if (rows == NULL)
        return pk_error_set(error, PK_OUT_OF_MEMORY, "", "no memory");
    if (shop->promotion_count > 0)
        memcpy(rows, shop->promotions, shop->promotion_count * sizeof *rows);
    *out_rows = rows;
    return PK_OK;
}

enum pk_status pk_what_if_promotions(struct pk_snapshot *snapshot,
                                     const struct pk_promotion_change *changes, size_t change_count,
                                     struct pk_snapshot **out_snapshot, struct pk_error *error)
{
    const struct pk_shop *shop = &snapshot->view.data->shop;
    struct pk_promotion *rows = NULL;
    enum pk_status status = copy_rows(shop, &rows, error);
    for (size_t i = 0; i < change_count && status == PK_OK; i++)
        status = change(rows, shop->promotion_count, &changes[i], error);
    if (status == PK_OK)
        status = show(snapshot, rows, NULL, out_snapshot, error);
    if (status != PK_OK)
        free(rows);
    return status;
}

enum pk_status pk_what_if_without(struct pk_snapshot *snapshot, const char *promotion_id,
                                  struct pk_snapshot **out_snapshot, struct pk_error *error)
{
    const struct pk_shop *shop = &snapshot->view.data->shop;
    struct pk_promotion *rows = NULL;
    struct pk_campaign campaign;
    if (!pk_campaign_find(shop, promotion_id, NULL, &campaign))
        return pk_error_set(error, PK_NOT_FOUND, "promotion_id",
                            "'%.64s' is no approved promotion; promo list shows them",
                            promotion_id);
    enum pk_status status = copy_rows(shop, &rows, error);
    /* The rows stay, so that the kinds of promotions stay those that were fitted. */
    for (size_t i = 0; i < shop->promotion_count && status == PK_OK; i++)
        if (strcmp(rows[i].promotion_id, promotion_id) == 0)
            rows[i].end_date = rows[i].start_date - 1;
    if (status == PK_OK)
        status = show(snapshot, rows, &campaign, out_snapshot, error);
    if (status != PK_OK)
        free(rows);
    return status;
}
