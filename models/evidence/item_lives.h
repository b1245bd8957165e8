/* Where every item of a shop stands in its life: gathers what models/decision/item/item_life.h judges by. */
#ifndef PK_EVIDENCE_ITEM_LIVES_H
#define PK_EVIDENCE_ITEM_LIVES_H

#include "models/base/error.h"
#include "models/decision/item/item_life.h"
#include "models/evidence/series_facts.h"

struct pk_item_lives {
    size_t item_count;
    struct pk_item_life *lives; /* per item of the shop; owned */
    size_t tested_count;        /* items whose growth could be tested */
    double star_probability;    /* at which each of them was */
    double spread;              /* of the items around their forecasts, >= 1 */
    double chance_star_count;   /* stars to expect if nothing had changed: sum of star_chance */
    size_t launch_count;        /* past launches behind the curves */
};

/* The day whose fit foresaw the days of the test: PK_LIFE_TEST_DAYS before as-of. */
int32_t pk_item_lives_before_date(const struct pk_shop *shop);

/* Judges every item over all its warehouses. `before` is the snapshot of pk_item_lives_before_date, NULL = no history so
 * far back: then nothing rises or declines. An item without a series is STEADY with nothing known,
 * or not launched. Free with pk_item_lives_done. OUT_OF_MEMORY, or the failure of a forecast. */
enum pk_status pk_item_lives_make(const struct pk_view *view, const struct pk_view *before,
                                  struct pk_item_lives *out_lives, struct pk_error *error);
/* Accepts a zeroed struct. */
void pk_item_lives_done(struct pk_item_lives *lives);

#endif
