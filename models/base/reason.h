/* Why a decision is what it is: stable codes, one table, a sentence in English and Chinese for
 * each.
 *
 * Codes are part of the contract (CSV, wire): they may be added, never renamed. docs/reasons.md
 * lists them all. */
#ifndef PK_BASE_REASON_H
#define PK_BASE_REASON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "models/base/text.h"

enum pk_reason {
    PK_REASON_NONE, /* no reason; never in a list */
    /* what is not known */
    PK_REASON_NO_STOCK,
    PK_REASON_NO_SUPPLY_TERMS,
    PK_REASON_ASSUMED_STOCK,
    PK_REASON_ASSUMED_LEAD_TIME,
    PK_REASON_LOW_EVIDENCE,
    PK_REASON_NEW_ITEM,
    PK_REASON_NO_PRICE,
    PK_REASON_NO_COST,
    /* why something is ordered */
    PK_REASON_SHORTAGE_BEFORE_ARRIVAL,
    PK_REASON_BELOW_NEED,
    PK_REASON_PROMOTION_AHEAD,
    PK_REASON_NEGATIVE_POSITION,
    PK_REASON_OUT_OF_STOCK,
    PK_REASON_ORDER_OVERDUE,
    PK_REASON_LATE_INBOUND,
    PK_REASON_SUPPLIER_CLOSURE,
    PK_REASON_LEAD_TIME_LEARNT,
    /* why the quantity is what it is */
    PK_REASON_FILL_RATE_TARGET,
    PK_REASON_MINIMUM_ORDER_RAISED,
    PK_REASON_MINIMUM_ORDER_NOT_WORTH,
    PK_REASON_PACK_ROUNDED,
    PK_REASON_PACK_NOT_WORTH,
    PK_REASON_MAX_STOCK_CAPPED,
    PK_REASON_SHELF_LIFE_CAPPED,
    PK_REASON_ORDER_COST_SPREAD,
    PK_REASON_ORDER_COST_NOT_WORTH,
    PK_REASON_TRANSFER_FIRST,
    PK_REASON_BUDGET_CUT,
    PK_REASON_CRITICAL_RATIO_CLAMPED,
    PK_REASON_HORIZON_SHORT,
    /* why nothing is ordered */
    PK_REASON_ENOUGH_STOCK,
    PK_REASON_NO_DEMAND,
    PK_REASON_DEMAND_TOO_RARE,
    PK_REASON_MARGIN_NOT_POSITIVE,
    PK_REASON_END_OF_LIFE,
    PK_REASON_SOLD_AS_COMPONENTS,
    /* slow movers */
    PK_REASON_DEAD_STOCK,
    PK_REASON_EXCESS_STOCK,
    PK_REASON_OLD_STOCK,
    PK_REASON_WILL_NOT_CLEAR,
    PK_REASON_CANNOT_CLEAR_ABOVE_FLOOR,
    PK_REASON_MARGIN_FLOOR_EXCEPTION,
    PK_REASON_CATEGORY_BELOW_MARGIN_FLOOR,
    PK_REASON_SALVAGE_IS_BETTER,
    PK_REASON_DISCOUNT_PAYS,
    PK_REASON_SELLS_AT_PRICE,
    PK_REASON_RECENTLY_LAUNCHED,
    PK_REASON_SELL_THROUGH_BEHIND_PLAN,
    PK_REASON_DISCOUNT_LATER,
    PK_REASON_HELD_BY_MARGIN_FLOOR,
    PK_REASON_EXPIRES_BEFORE_DATE,
    PK_REASON_ENDS_BEFORE_DATE,
    /* promotions */
    PK_REASON_PROMOTION_COVERED,
    PK_REASON_PROMOTION_GAP,
    PK_REASON_PROMOTION_COVER_LOW,
    PK_REASON_PROMOTION_COVER_TIGHT,
    PK_REASON_PROMOTION_OVERSTOCK,
    PK_REASON_PRICE_BELOW_COST,
    PK_REASON_CAMPAIGN_LOSES_PROFIT,
    PK_REASON_MARGIN_BELOW_FLOOR,
    PK_REASON_WAREHOUSE_OVERLOADED,
    PK_REASON_ORDER_DATE_PAST,
    PK_REASON_ORDER_DATE_NEAR,
    PK_REASON_INBOUND_AFTER_START,
    PK_REASON_INBOUND_UNCERTAIN,
    PK_REASON_ORDER_CAPPED,
    PK_REASON_PROMOTION_RUNNING,
    PK_REASON_PRESALE_BY_SHIP_DATE,
    PK_REASON_REORDER_LIST_MORE,
    PK_REASON_REORDER_LIST_LESS,
    PK_REASON_STOCK_MORE_NEXT_TIME,
    PK_REASON_STOCK_LESS_NEXT_TIME,
    PK_REASON_CAMPAIGN_STOCK,
    PK_REASON_PLAN_AHEAD,
    PK_REASON_CAPACITY_AHEAD,
    PK_REASON_CAPACITY_SHORT,
    /* review */
    PK_REASON_ABOVE_FORECAST,
    PK_REASON_BELOW_FORECAST,
    PK_REASON_RETURN_RATE_HIGH,
    PK_REASON_SELLS_BELOW_COST,
    PK_REASON_SELLS_BELOW_MARGIN_FLOOR,
    PK_REASON_RISING_STAR,
    /* forecasts */
    PK_REASON_DEAD_ITEM,
    PK_REASON_BULK_ORDERS_CAPPED,
    PK_REASON_STOCK_OUTS_LEFT_OUT,
    PK_REASON_FORECAST_GUARDED,
    PK_REASON_PARENT_DEMAND,
    PK_REASON_FORECAST_ADJUSTED,
    PK_REASON_RETURNS_EXPECTED,
    PK_REASON_DEPOSITS_COUNTED,
    PK_REASON_CAMPAIGN_LEVEL_UPDATED,
    PK_REASON_SELLING_PAUSED,
    PK_REASON_COVARIATE_HELD,
    PK_REASON_COUNT
};

enum pk_language { PK_LANGUAGE_ENGLISH, PK_LANGUAGE_CHINESE };

/* "SHORTAGE_BEFORE_ARRIVAL"; "" for PK_REASON_NONE and unknown values. Static. */
const char *pk_reason_code(enum pk_reason reason);
/* One sentence without a final full stop, UTF-8; "" for PK_REASON_NONE and unknown values.
 * Static. */
const char *pk_reason_sentence(enum pk_reason reason, enum pk_language language);
/* PK_REASON_NONE if no code equals `code`. */
enum pk_reason pk_reason_from_code(struct pk_text code);

/* Reasons of one decision, the main one first, each at most once. Zero-initialised = empty. */
#define PK_REASON_LIST_MAX 15
struct pk_reasons {
    uint8_t count;
    uint8_t reasons[PK_REASON_LIST_MAX]; /* enum pk_reason */
};

/* Appends unless already there; beyond PK_REASON_LIST_MAX the reason is dropped. */
void pk_reasons_add(struct pk_reasons *list, enum pk_reason reason);
/* Makes `reason` the main one; the last one is dropped if the list is full. */
void pk_reasons_put_first(struct pk_reasons *list, enum pk_reason reason);
bool pk_reasons_has(const struct pk_reasons *list, enum pk_reason reason);

#endif
