#include "service/store/rules/naming.h"

#include <stddef.h>
#include <string.h>

static const char *const names[PK_NAME_KIND_COUNT][PK_NAMING_COLUMN_COUNT_MAX] = {
    [PK_NAME_ITEM] = {"item_id", "reference_item_id", "parent_item_id", "component_item_id"},
    [PK_NAME_WAREHOUSE] = {"warehouse_id", "from_warehouse_id", "to_warehouse_id"},
    [PK_NAME_CHANNEL] = {"channel"},
};

/* By its own name: synonyms are for people. */
static int find_column(const struct pk_dataset *dataset, const char *name)
{
    for (size_t i = 0; i < dataset->column_count; i++)
        if (strcmp(dataset->columns[i].name, name) == 0)
            return (int)i;
    return -1;
}

bool pk_naming_is_master(const struct pk_dataset *dataset, enum pk_name_kind *out_kind)
{
    if (dataset->kind != PK_DATASET_ITEMS && dataset->kind != PK_DATASET_WAREHOUSES)
        return false;
    *out_kind = dataset->kind == PK_DATASET_ITEMS ? PK_NAME_ITEM : PK_NAME_WAREHOUSE;
    return true;
}

int pk_naming_columns(const struct pk_dataset *dataset, enum pk_name_kind kind,
                      int out_columns[PK_NAMING_COLUMN_COUNT_MAX])
{
    enum pk_name_kind master = PK_NAME_KIND_COUNT;
    const bool is_own = pk_naming_is_master(dataset, &master) && master == kind;
    int count = 0;
    for (int i = 0; i < PK_NAMING_COLUMN_COUNT_MAX && names[kind][i] != NULL; i++) {
        const int column = find_column(dataset, names[kind][i]);
        if (column >= 0 && !(is_own && dataset->columns[column].is_key))
            out_columns[count++] = column;
    }
    return count;
}

int pk_naming_keepers(const struct pk_dataset *dataset, enum pk_name_kind kind,
                      int out_columns[PK_NAMING_COLUMN_COUNT_MAX])
{
    enum pk_name_kind master = PK_NAME_KIND_COUNT;
    if (pk_naming_is_master(dataset, &master) && master == kind)
        return 0;
    return pk_naming_columns(dataset, kind, out_columns);
}
