#include "models/decision/item/abc_class.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>

const char *pk_item_class_name(struct pk_item_class item_class)
{
    static const char *const names[3][3] = {
        {"AX", "AY", "AZ"}, {"BX", "BY", "BZ"}, {"CX", "CY", "CZ"}};
    const int row = item_class.abc - 'A', column = item_class.xyz - 'X';
    return row >= 0 && row < 3 && column >= 0 && column < 3 ? names[row][column] : "";
}

struct ranked {
    double taken;
    size_t item;
};

static int by_taken_descending(const void *left, const void *right)
{
    const struct ranked *a = left;
    const struct ranked *b = right;
    if (a->taken != b->taken)
        return a->taken > b->taken ? -1 : 1;
    return (a->item > b->item) - (a->item < b->item);
}

static char xyz_of(const struct pk_class_evidence *evidence)
{
    if (!(evidence->mean_units > 0))
        return 'Z';
    const double variation = sqrt(fmax(evidence->variance_units, 0)) / evidence->mean_units;
    return variation < PK_XYZ_X_VARIATION ? 'X' : variation < PK_XYZ_Y_VARIATION ? 'Y' : 'Z';
}

enum pk_status pk_item_classes_make(const struct pk_class_evidence *evidence, size_t count,
                                    struct pk_item_class *out_classes, struct pk_error *error)
{
    double sum = 0, before = 0;
    if (count > SIZE_MAX / sizeof(struct ranked) - 1)
        return pk_error_set(error, PK_OUT_OF_MEMORY, "", "no memory for item classes");
    struct ranked *ranking = malloc((count + 1) * sizeof *ranking);
    if (ranking == NULL)
        return pk_error_set(error, PK_OUT_OF_MEMORY, "", "no memory for item classes");
    for (size_t i = 0; i < count; i++) {
        ranking[i] = (struct ranked){fmax(evidence[i].taken, 0), i};
        sum += ranking[i].taken;
    }
    qsort(ranking, count, sizeof *ranking, by_taken_descending);
    for (size_t i = 0; i < count; i++) {
        const size_t item = ranking[i].item;
        char abc = 'C';
        if (ranking[i].taken > 0 && before < PK_ABC_B_SHARE * sum)
            abc = before < PK_ABC_A_SHARE * sum ? 'A' : 'B';
        out_classes[item] = (struct pk_item_class){abc, xyz_of(&evidence[item])};
        before += ranking[i].taken;
    }
    free(ranking);
    return PK_OK;
}

bool pk_item_class_is_minor(struct pk_item_class item_class, size_t sold_item_count)
{
    return item_class.abc == 'C' && item_class.xyz == 'Z' &&
           sold_item_count >= PK_CLASS_SOLD_ITEM_COUNT_MIN;
}
