/* Where every item of a shop stands in its life. This file gathers the evidence over all
 * warehouses of an item; models/decision/item/item_life.h judges by it. */
#ifndef PK_EVIDENCE_ITEM_LIVES_H
#define PK_EVIDENCE_ITEM_LIVES_H

#include "models/base/error.h"
#include "models/decision/item/item_life.h"
#include "models/evidence/series_facts.h"

struct pk_item_lives {
    size_t item_count;
    struct pk_item_life *lives; /* of each item of the shop; owned */
    size_t tested_count;        /* items with a forecast for the test and enough days in stock */
    double star_probability;    /* at which each of them was tested: pk_star_probability */
    double spread;              /* of the items around their forecasts, >= 1 */
    double chance_star_count;   /* stars to expect if nothing had changed: sum of star_chance */
    size_t launch_count;        /* past launches that the launch curves were learnt from */
};

/* The as-of day of the fit that the last PK_LIFE_TEST_DAYS days are compared with. */
int32_t pk_item_lives_before_date(const struct pk_shop *shop);

/* Judges every item. `before` is a view as of pk_item_lives_before_date. Its series are matched by
 * the ids of item and warehouse; a series that it lacks is not tested. NULL = the history does not
 * reach back so far: then no item rises or declines.
 *
 * An item is launched on its given launch date, else on the day of its first sale if the shop
 * had sold for eight weeks by then. An item without a series is ENDED or NOT_LAUNCHED by its
 * dates, else STEADY. Free *out_lives with pk_item_lives_done. OUT_OF_MEMORY, or the failure of
 * a forecast. */
enum pk_status pk_item_lives_make(const struct pk_view *view, const struct pk_view *before,
                                  struct pk_item_lives *out_lives, struct pk_error *error);
/* Accepts a zeroed struct. */
void pk_item_lives_done(struct pk_item_lives *lives);

#endif
