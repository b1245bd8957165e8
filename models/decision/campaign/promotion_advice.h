/* What still helps a line of a campaign, in the order of its cost, and what it is worth. Pure; no
 * allocation.
 *
 * Sales lost in the window are projected day by day with everything on its way (projection.h) and the
 * risk that one line or the other misses the due date, once as things stand and once for each way to help:
 *   transfer          another warehouse's excess comes over;
 *   order             while the order date is ahead: now, or by that date if another review comes
 *                     before it;
 *   expedite_inbound  a line that arrives at most PK_EXPEDITE_DAYS_MAX after it is due comes when it is,
 *                     one that may miss that date comes early enough to be nearly certain;
 *   order_now         past that date: what an order placed now still serves inside the window.
 * Worth = sales saved x unit margin at the campaign's price: also the most that the help may cost. The
 * first of them with at least PK_ADVICE_ENOUGH_RATIO of the best one's worth is taken. If nothing helps:
 * cap (limit what is promised), in a running campaign stop_advertising, worth the selling costs of
 * the sales that cannot be served. A running campaign with stock beyond P90 of what is left, that
 * sells below what was expected or is overstocked, is told to push: worth the margin of that stock,
 * at most of as much again as is expected to sell. */
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
/* Fewer sales saved than that are not worth an action. */
#define PK_ADVICE_UNITS_MIN 0.05
/* An arrival with this probability is certain enough. */
#define PK_ADVICE_IN_TIME_FROM 0.95
/* What a faster way of transport wins at most (default); a line farther out is a plan. */
#define PK_EXPEDITE_DAYS_MAX 14
/* Sold below this part of what was expected is slow. */
#define PK_PUSH_BELOW_RATIO 0.8

/* What is at hand besides the campaign's own order; 0 units = nothing. */
struct pk_promotion_offer {
    int64_t transfer_units; /* another warehouse can send */
    int32_t transfer_date;  /* when they are there */
    int64_t listed_units; /* today's reorder list orders anyway: then that is the number to order */
};

struct pk_promotion_advice {
    enum pk_promotion_action action;
    int64_t units;        /* of the action: to order, bring over, expedite, promise less, push */
    int32_t date;         /* order by, or arrives; PK_DATE_NONE = none */
    double lost_units;    /* sales lost in the window as things stand */
    double saved_units;   /* of them by the action */
    size_t expedite_line; /* of the input's inbound; SIZE_MAX = none */
    int32_t expedite_days;
    /* lost_units x margin and the action's worth; -1 = not known, without price or cost. */
    int64_t margin_at_risk_micros, worth_micros;
};

/* `check` is that of the same input. */
void pk_promotion_advise(const struct pk_promotion_input *input,
                         const struct pk_promotion_check *check,
                         const struct pk_promotion_offer *offer, struct pk_projection *projection,
                         struct pk_promotion_advice *out_advice);

#endif
