/* The help that a line of a campaign can still get, by rising cost, and its worth. Pure; no
 * allocation.
 *
 * Sales lost in the window are projected day by day, with all inbound (projection.h) and the risk
 * that a line misses the due date. They are projected once as things stand and once for each way to
 * help:
 *   transfer          the excess of another warehouse comes over;
 *   order             while the order date is ahead: order now, or by that date if another review
 *                     comes before it;
 *   expedite_inbound  a line that arrives at most PK_EXPEDITE_DAYS_MAX after its due date comes on
 *                     that date; a line that may miss the date comes early enough to be sure;
 *   order_now         past the order date: an order placed now serves the rest of the window.
 * Worth = sales saved x unit margin at the campaign's price. The help may cost at most its worth.
 * The first help in this list is taken whose worth is at least PK_ADVICE_ENOUGH_RATIO of the best
 * one's.
 *
 * If nothing helps, the advice is cap: promise less. In a running campaign it is stop_advertising,
 * worth the selling costs of the sales that cannot be served.
 *
 * A running campaign is told to push if its stock is beyond P90 of the demand left, and it sells
 * below expectation or is overstocked. The worth is the margin of that stock, of at most as many
 * units again as are expected to sell. */
#ifndef PK_DECISION_PROMOTION_ADVICE_H
#define PK_DECISION_PROMOTION_ADVICE_H

#include "models/decision/campaign/promotion.h"

enum pk_promotion_action {
    PK_ACTION_NONE,
    PK_ACTION_ORDER_NOW,
    PK_ACTION_ORDER_BY_DATE,
    PK_ACTION_TRANSFER,
    PK_ACTION_EXPEDITE_INBOUND,
    PK_ACTION_CAP,
    PK_ACTION_STOP_ADVERTISING,
    PK_ACTION_PUSH,
    PK_ACTION_COUNT
};
/* "order_now", ...; "" for NONE. */
const char *pk_promotion_action_name(enum pk_promotion_action action);

#define PK_ADVICE_ENOUGH_RATIO 0.5
/* Fewer units saved than these are not worth an action. */
#define PK_ADVICE_UNITS_MIN 0.05
/* An arrival with this probability is certain enough. */
#define PK_ADVICE_IN_TIME_FROM 0.95
/* Most days that faster transport wins (default); a line farther out cannot be expedited. */
#define PK_EXPEDITE_DAYS_MAX 14
/* Sales below this part of the expected units are slow. */
#define PK_PUSH_BELOW_RATIO 0.8

/* Help at hand besides the campaign's own order; 0 units = none. */
struct pk_promotion_offer {
    int64_t transfer_units; /* another warehouse can send */
    int32_t transfer_date;  /* day on which they are there */
    int64_t listed_units;   /* on today's reorder list; if > 0 the advice names this number */
};

struct pk_promotion_advice {
    enum pk_promotion_action action;
    int64_t units;         /* to order, bring over, expedite, promise less or push; 0 = none */
    int32_t date;          /* order by, or arrives; PK_DATE_NONE = none */
    double lost_units;     /* sales lost in the window as things stand */
    double saved_units;    /* part of the lost units that the action saves */
    size_t expedite_line;  /* index in the input's inbound; SIZE_MAX = none */
    int32_t expedite_days; /* by which it has to come earlier; 0 = none */
    /* lost_units x margin and the action's worth; -1 = not known, without price or cost. */
    int64_t margin_at_risk_micros, worth_micros;
};

/* `check` is the result of pk_promotion_check for this input. */
void pk_promotion_advise(const struct pk_promotion_input *input,
                         const struct pk_promotion_check *check,
                         const struct pk_promotion_offer *offer, struct pk_projection *projection,
                         struct pk_promotion_advice *out_advice);

#endif
