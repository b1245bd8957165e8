/* The buckets of sales: days or weeks, one kind per item x warehouse, and one weekday on which
 * weeks begin. */
#ifndef PK_STORE_RULES_BUCKET_H
#define PK_STORE_RULES_BUCKET_H

#include <stdbool.h>
#include <stdint.h>

#include "models/base/error.h"
#include "models/base/text.h"

/* "No week was stored or staged yet." */
#define PK_WEEK_START_NONE (-1)

/* Whether rows of `wanted_bucket_days` (1 or 7) may join the sales of an item x warehouse, whatever
 * the channel. stored_bucket_days: of its stored sales; 0 if it has none, or all of them were
 * deleted, and then the wanted buckets become its own. FAILED_PRECONDITION if they differ. The
 * engine asks when the first row of a series is staged, and again in the publishing transaction:
 * another import may have come in between. */
enum pk_status pk_bucket_check(struct pk_text item, struct pk_text warehouse,
                               int32_t stored_bucket_days, int32_t wanted_bucket_days,
                               struct pk_error *error);

/* Whether a staged row of `date`, a deletion or not, keeps to the weeks that begin on week_start (0
 * = Monday; of the store, or of the weekly rows staged before). Daily rows always do, and every row
 * does while no week is known. FAILED_PRECONDITION if its weekday is another one. */
enum pk_status pk_week_start_check(int32_t date, int32_t bucket_days, int32_t week_start,
                                   struct pk_error *error);
/* The week start after that row: a weekly row that is not a deletion sets it. */
int32_t pk_week_start_after(int32_t date, int32_t bucket_days, bool deleted, int32_t week_start);

/* In the publishing transaction: whether the staged week start agrees with the one that the store
 * has now. *out_is_new tells to store it: the store has none yet. FAILED_PRECONDITION if they
 * differ. */
enum pk_status pk_week_start_settle(int32_t bucket_days, int32_t staged, int32_t stored,
                                    bool *out_is_new, struct pk_error *error);

#endif
