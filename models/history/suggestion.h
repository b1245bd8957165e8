/* A suggestion 建议单: one order line of a plan, and its life. Plain rows, as stored.
 *
 *   suggested -> approved | overridden -> exported -> closed
 *
 * A plan writes suggestions, and takes back earlier ones that it no longer gives. A person approves
 * or overrides. An export hands them to the buyer. Approved, overridden and exported suggestions
 * are open: they count as inbound from the plan after their own. They count until an inbound line
 * names them, or until PK_SUGGESTION_EXPIRY_DAYS have passed since their arrival date. */
#ifndef PK_HISTORY_SUGGESTION_H
#define PK_HISTORY_SUGGESTION_H

#include <stdbool.h>
#include <stdint.h>

/* An open suggestion that no inbound line names is given up this many days after its arrival date.
 * */
#define PK_SUGGESTION_EXPIRY_DAYS 14

/* Bytes of a suggestion id with its NUL: S20261122-0123456789ab; later ones of that day end in -2,
 * -3, ... */
#define PK_SUGGESTION_ID_SIZE 40

enum pk_suggestion_state {
    PK_SUGGESTION_SUGGESTED,
    PK_SUGGESTION_APPROVED,
    PK_SUGGESTION_OVERRIDDEN,
    PK_SUGGESTION_EXPORTED,
    PK_SUGGESTION_CLOSED,
    PK_SUGGESTION_STATE_COUNT
};

/* Why a suggestion is closed. */
enum pk_suggestion_end {
    PK_SUGGESTION_END_NONE,       /* not closed */
    PK_SUGGESTION_END_SUPERSEDED, /* a later plan does not give it again */
    PK_SUGGESTION_END_INBOUND,    /* an inbound line names it */
    PK_SUGGESTION_END_EXPIRED     /* no inbound line came */
};

/* The figures behind an order, so that the next order can name the changes. */
struct pk_order_basis {
    double stock_units, inbound_units;
    double demand_units;     /* mean from the decision to the following arrival */
    double need_units;       /* before rounding */
    int32_t protection_days; /* from the decision to the following arrival */
    int64_t terms_key;       /* equal for equal terms */
};

struct pk_suggestion {
    const char *suggestion_id, *item_id, *warehouse_id, *supplier_id;
    int32_t as_of_date;
    int32_t sequence; /* 1; 2 and on after one of that day was closed by an inbound line */
    enum pk_suggestion_state state;
    enum pk_suggestion_end end;
    int64_t planned_units;    /* of the plan */
    int64_t order_units;      /* to be ordered: planned_units, or the override */
    int32_t arrival_date;     /* from the day of the plan; from that of the export once exported */
    int32_t order_by_date;    /* PK_DATE_NONE = none */
    int64_t unit_cost_micros; /* -1 = unknown */
    struct pk_order_basis basis;
    const char *author, *reason; /* of the last change; "" = none */
    int64_t closed_revision;     /* data revision whose inbound line closed it; 0 = none */
    int64_t changed_epoch_seconds;
};

/* One entry of the audit trail. */
struct pk_suggestion_event {
    int64_t epoch_seconds;
    const char *author;
    int from_state; /* enum pk_suggestion_state; -1 = the suggestion was made */
    enum pk_suggestion_state to_state;
    int64_t order_units;
    const char *reason;
};

/* "suggested", "approved", ...; static. */
const char *pk_suggestion_state_name(enum pk_suggestion_state state);
/* -1 if no state has that name. */
int pk_suggestion_state_find(const char *name);

/* Approved, overridden or exported. */
bool pk_suggestion_is_open(const struct pk_suggestion *suggestion);

#endif
