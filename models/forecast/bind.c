/* Binds a fit to other promotions: its parameters stay, the days' columns are laid out anew. */
#include <stdlib.h>

#include "models/base/hash.h"
#include "models/forecast/design_new.h"
#include "models/forecast/model.h"
#include "models/forecast/model_parts.h"

/* A scratch area must notice that the columns of another binding are not these. */
static uint64_t identity_of(const struct pk_model *fit, const struct pk_shop *shop)
{
    uint64_t hash =
        pk_hash_bytes(fit->identity, &shop->quiet_start_date, sizeof shop->quiet_start_date);
    hash = pk_hash_bytes(hash, &shop->quiet_end_date, sizeof shop->quiet_end_date);
    for (size_t i = 0; i < shop->promotion_count; i++) {
        const struct pk_promotion *row = &shop->promotions[i];
        hash = pk_hash_bytes(hash, &row->start_date, sizeof row->start_date);
        hash = pk_hash_bytes(hash, &row->end_date, sizeof row->end_date);
        hash = pk_hash_bytes(hash, &row->discount_ratio, sizeof row->discount_ratio);
        hash = pk_hash_bytes(hash, &row->traffic_ratio, sizeof row->traffic_ratio);
        hash = pk_hash_bytes(hash, &row->net_price_micros, sizeof row->net_price_micros);
    }
    return hash;
}

enum pk_status pk_model_bind(const struct pk_model *fit, const struct pk_shop *shop,
                             struct pk_model **out_model, struct pk_error *error)
{
    struct pk_model *model = malloc(sizeof *model);
    if (model == NULL)
        return pk_error_set(error, PK_OUT_OF_MEMORY, "", "no memory for a bound model");
    *model = *fit;
    model->is_bound = true;
    model->design = NULL;
    model->identity = identity_of(fit, shop);
    enum pk_status status =
        pk_design_new(shop, &fit->closures, fit->first_date, fit->calendar, &model->design, error);
    if (status == PK_OK && model->design->column_count != fit->design->column_count)
        status = pk_error_set(error, PK_FAILED_PRECONDITION, "",
                              "these promotions need columns that the fit does not have");
    if (status == PK_OK)
        *out_model = model;
    else
        pk_model_free(model);
    return status;
}
