/* Stock readiness of every series in a promotion's scope, and the roll-ups over them. */
#ifndef PK_WORKFLOWS_CHECK_PROMOTION_H
#define PK_WORKFLOWS_CHECK_PROMOTION_H

#include "models/evidence/advise_promotion.h"
#include "models/evidence/promotion_roll_up.h"
#include "models/evidence/promotion_target.h"
#include "models/evidence/series_facts.h"
#include "models/history/series_selection.h"
#include "service/snapshot/snapshot.h"

/* One series; valid during the call of `take` only. Facts and input are without the path of the
 * demand (mean_units NULL), inbound lines and past sales. */
struct pk_promotion_line {
    const struct pk_series_facts *facts;
    const struct pk_promotion_input *input;
    const struct pk_promotion_check *check;
    const struct pk_line_advice *advice;
    const char *warehouse_id;
};

struct pk_promotion_report {
    int32_t start_date, end_date; /* window over all rows */
    const char *name;             /* of the campaign; borrowed of the snapshot */
    struct pk_promotion_headline headline;
    struct pk_promotion_scope_sum *scopes; /* total first; scopes without a line are left out */
    size_t scope_count;
    struct pk_promotion_week *weeks;
    size_t week_count;
    struct pk_promotion_target *targets;
    size_t target_count;
    struct pk_promotion_supply *supply; /* target by target */
    size_t supply_count;
    struct pk_promotion_loss *losses; /* the worst first */
    size_t loss_count;
};

typedef enum pk_status pk_promotion_take(void *context, const struct pk_promotion_line *line,
                                         struct pk_error *error);

/* Called once before the first line; the report is the callee's to read during the call. */
typedef enum pk_status pk_promotion_begin(void *context, const struct pk_promotion_report *report,
                                          struct pk_error *error);

/* Lines come by urgency: red, unknown, amber, blue, green, more margin at risk first, then the
 * larger gap. The answer does not depend on the number of threads. Free the report with
 * pk_promotion_report_done. */
enum pk_status pk_check_promotion(struct pk_snapshot *snapshot, const char *promotion_id,
                                  const struct pk_series_selection *selection, int thread_count,
                                  pk_promotion_begin *begin, pk_promotion_take *take, void *context,
                                  struct pk_promotion_report *out_report, struct pk_error *error);
void pk_promotion_report_done(struct pk_promotion_report *report);

#endif
