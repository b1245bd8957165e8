/* Whether stock and what comes in carry the demand of a window: P(D <= S0 + I), over what may or may
 * not arrive in time.
 *
 * A line arrives as a whole or not at all, so the uncertain ones with most at stake
 * (PK_COVER_UNCERTAIN_LINES_MAX, by units^2 p (1 - p)) are taken both ways and weighted; the rest
 * counts by its expectation. Presale goods leave by their ship-by date: with P of the demand sold in
 * presale, S the stock at the start, inbound in time included, and J what comes after the start but
 * by that date,
 *   rest in time:  D - P <= S,      all in time:  D <= S + J,
 * both together: D <= S + min(P, J).
 *
 * Of a running campaign (`is_running`) what comes until its end counts on its day. Then demand up to
 * each arrival must be met by what was there before, and all of it by all; of these nested sums the
 * least likely one stands for all (projection.h). */
#ifndef PK_DECISION_PROMOTION_COVER_H
#define PK_DECISION_PROMOTION_COVER_H

#include "models/decision/order/need.h"
#include "models/decision/stock/returns.h"

#define PK_COVER_UNCERTAIN_LINES_MAX 3
#define PK_COVER_SCENARIO_COUNT_MAX  27 /* each line: by the start, by the ship-by date, later */

/* One window of buckets first..last (exclusive) of the path. */
struct pk_cover_input {
    const struct pk_demand *demand;
    double stock_units; /* sellable now */
    const struct pk_inbound *inbound;
    size_t inbound_count;
    const struct pk_returns *returns;
    int32_t shelving_days;
    double eta_sd_days; /* normal spread of an ETA; 0 = to be relied on */
    size_t first, last;
    int32_t due_date; /* goods must be sellable then: the start, of a running one the end */
    bool is_running;
    int32_t ship_by_date; /* presale goods; at least due_date */
    double presale_units; /* P; 0 = none */
};

struct pk_cover_scenario {
    double weight;
    double stock_units; /* S, expected */
    double late_units;  /* J */
    struct pk_need need;
    bool has_prefix;
    struct pk_need prefix; /* up to the arrival before which stock is least likely to last */
};

/* About 120 KB; working memory, no need to initialise. */
struct pk_cover {
    size_t scenario_count;
    struct pk_cover_scenario scenarios[PK_COVER_SCENARIO_COUNT_MAX];
    double presale_units;
    /* Expectations over the scenarios. */
    double stock_units;   /* S */
    double inbound_units; /* of all lines, in time for the due date */
    double prefix_units;  /* mean demand up to that arrival less what is there; -INFINITY = none */
    double late_units;    /* J */
};

/* P(sellable by `date`) of goods announced for `sellable_date`. */
double pk_cover_in_time_probability(double eta_sd_days, int32_t sellable_date, int32_t date);

/* `projection` must have been begun for the same demand; it is left at the start of the window. */
void pk_cover_make(const struct pk_cover_input *input, struct pk_projection *projection,
                   struct pk_cover *out_cover);

/* P(all demand is met in time) with `units` more at the start. */
double pk_cover_probability(const struct pk_cover *cover, int64_t units);
/* P(all demand is met by the ship-by date), whether the rest was served in time or not. */
double pk_cover_by_ship_date(const struct pk_cover *cover);
/* Fewest units with pk_cover_probability >= probability, probability in (0, 1). */
int64_t pk_cover_units_for(const struct pk_cover *cover, double probability);

#endif
