#include "service/store/rules/import_result.h"

void pk_import_count(struct pk_import_result *result, enum pk_row_fate fate)
{
    switch (fate) {
    case PK_ROW_UNCHANGED:
        result->unchanged_row_count++;
        break;
    case PK_ROW_INSERTED:
        result->inserted_row_count++;
        break;
    case PK_ROW_UPDATED:
        result->updated_row_count++;
        break;
    case PK_ROW_DELETED:
    case PK_ROW_BARED:
        result->deleted_row_count++;
        break;
    }
}

bool pk_import_changed_rows(const struct pk_import_result *result)
{
    return result->inserted_row_count + result->updated_row_count + result->deleted_row_count > 0;
}

bool pk_forecasts_use(enum pk_dataset_kind kind)
{
    switch (kind) {
    case PK_DATASET_SALES:
    case PK_DATASET_ITEMS:
    case PK_DATASET_STOCK:
    case PK_DATASET_PROMOTIONS:
    case PK_DATASET_PRICES:
    case PK_DATASET_COVARIATES:
        return true;
    default:
        return false;
    }
}

static bool moves_forecasts(enum pk_dataset_kind kind, const struct pk_import_result *result,
                            struct pk_import_effects effects)
{
    if (result->created_item_count + result->created_warehouse_count +
            result->created_channel_count >
        0)
        return true;
    if (effects.has_new_series || effects.has_moved_mark)
        return true;
    if (kind == PK_DATASET_WAREHOUSES)
        return result->inserted_row_count + result->deleted_row_count > 0;
    return pk_forecasts_use(kind) && pk_import_changed_rows(result);
}

struct pk_revisions pk_revisions_after(struct pk_revisions before, enum pk_dataset_kind kind,
                                       const struct pk_import_result *result,
                                       struct pk_import_effects effects)
{
    const bool moves_forecast = moves_forecasts(kind, result, effects);
    const bool moves_data = moves_forecast || pk_import_changed_rows(result);
    return (struct pk_revisions){before.data + moves_data, before.forecast + moves_forecast};
}
