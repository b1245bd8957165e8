/* Whether stock and inbound carry the demand of a window: P(D <= S0 + I), over all cases of lines
 * that come in time or do not.
 *
 * *Cases.* A line arrives as a whole or not at all. The uncertain lines with the most at stake, by
 * units^2 p (1 - p), are taken both ways and weighted, at most PK_COVER_UNCERTAIN_LINES_MAX of
 * them. All others count by their expectation.
 *
 * *Presale.* Presale goods leave by their ship-by date. P is the demand sold in presale, S the
 * stock at the start with the inbound in time, J the inbound after the start but by the ship-by
 * date. Then
 *   rest in time:  D - P <= S,      all in time:  D <= S + J,      both: D <= S + min(P, J).
 *
 * *Running campaign* (`is_running`). Inbound until the end counts on its day. The demand up to each
 * arrival must be met by the units that were there before it, and all demand by all units. Of these
 * nested sums the least likely one stands for all (projection.h). */
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
    int32_t due_date; /* goods must be sellable by then: the start, or the end of a running one */
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
    struct pk_need prefix; /* of the days up to the arrival that stock is least likely to reach */
};

/* About 120 KB; working memory, no need to initialise. */
struct pk_cover {
    size_t scenario_count;
    struct pk_cover_scenario scenarios[PK_COVER_SCENARIO_COUNT_MAX];
    double presale_units;
    /* Expectations over the scenarios. */
    double stock_units;   /* S */
    double inbound_units; /* of all lines, in time for the due date */
    double prefix_units;  /* mean demand up to that arrival - units there; -INFINITY = none */
    double late_units;    /* J */
};

/* P(sellable by `date`) of goods announced for `sellable_date`. */
double pk_cover_in_time_probability(double eta_sd_days, int32_t sellable_date, int32_t date);

/* `projection` must have been begun for input->demand; it is left at the start of the window. */
void pk_cover_make(const struct pk_cover_input *input, struct pk_projection *projection,
                   struct pk_cover *out_cover);

/* P(all demand is met in time) with `units` more at the start. */
double pk_cover_probability(const struct pk_cover *cover, int64_t units);
/* P(stock and inbound until the ship-by date reach for all demand), even if some came late. */
double pk_cover_by_ship_date(const struct pk_cover *cover);
/* Fewest units with pk_cover_probability >= probability, probability in (0, 1). */
int64_t pk_cover_units_for(const struct pk_cover *cover, double probability);

#endif
