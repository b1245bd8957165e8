/* The facts of one series at the moment of a decision: demand ahead, stock, inbound lines, supply
 * terms, economics, returns and ages. This is the one place where stored rows become inputs of
 * models/decision, so that all workflows decide from equal facts. */
#ifndef PK_EVIDENCE_SERIES_FACTS_H
#define PK_EVIDENCE_SERIES_FACTS_H

#include "models/decision/clearance/clearance.h"
#include "models/decision/item/abc_class.h"
#include "models/decision/stock/position.h"
#include "models/decision/stock/projection.h"
#include "models/decision/stock/returns.h"
#include "models/evidence/demand_ahead.h"
#include "models/evidence/price_evidence.h"
#include "models/evidence/view.h"
#include "models/history/series_history.h"
#include "models/history/shop_index.h"

/* Values of a request that take the place of stored ones; zero = as stored. */
struct pk_what_if {
    bool has_lead_time;
    int32_t lead_time_days; /* from order to dock, learnt delays included */
    int32_t review_period_days;
    double critical_ratio;
    const char *delayed_order_id; /* all lines of this order come delay_days later */
    int32_t delay_days;
};

/* Values that a request or a workflow adds to the stored rows. */
struct pk_assumptions {
    /* Of a series without stock rows or supply row; -1 = assume nothing. */
    int64_t stock_units;
    int32_t lead_time_days;
    /* Units on their way from another warehouse, and the day of their arrival; 0 = none. */
    int64_t transfer_units;
    int32_t transfer_date;
    /* For a new order: a suggestion of this as-of day and supplier does not count as inbound. */
    bool leaves_out_own_suggestion;
    /* Only the decision is read, not its demand: the path may end where the decision no longer
     * depends on it. */
    bool may_look_near;
    struct pk_what_if what_if;
    bool wants_steps; /* the worth of every part of an order (reorder.h) */
};

/* Working memory of one thread, used again for one series after the other. */
struct pk_decision_memory {
    struct pk_demand_memory demand;
    struct pk_forecast_scratch *near_scratch; /* for paths of another length */
    struct pk_inbound *inbound;
    size_t inbound_capacity;
    double mean_units[PK_PROJECTION_BUCKET_COUNT_MAX];
    struct pk_projection projection;
    double past_sold_units[PK_RETURN_LAG_DAYS_MAX];
    struct pk_clearance_memory clearance;
    struct pk_price_responses price_responses;
    double promoted_discount[PK_PROJECTION_BUCKET_COUNT_MAX];
};

/* NULL when out of memory. */
struct pk_decision_memory *pk_decision_memory_new(void);
void pk_decision_memory_free(struct pk_decision_memory *memory);

/* Facts of one series. Pointers marked (memory) lead into the pk_decision_memory and are valid
 * until its next use; pk_series_facts_detach ends them. All others lead into the view. */
struct pk_series_facts {
    const struct pk_shop *shop;
    const struct pk_series *series;
    const struct pk_item *item;
    const struct pk_series_model *model;
    struct pk_demand demand; /* parents and adjustments included; mean_units (memory) */
    uint32_t flags;          /* enum pk_series_flag of this horizon */
    bool has_parents, is_adjusted;
    bool is_assembled; /* made of components, no stock of its own */
    const double
        *statistical_mean_units;  /* per bucket: before campaigns, parents, adjustments (memory) */
    const double *own_mean_units; /* after campaigns, before the others (memory) */
    struct pk_stock stock;
    const struct pk_inbound *inbound; /* (memory) */
    size_t inbound_count;
    const struct pk_supply_row *supply; /* NULL = none */
    struct pk_supply_terms terms;
    struct pk_economics economics;
    struct pk_returns returns; /* rate 0 where the shop records none; past_sold_units (memory) */
    struct pk_item_class item_class; /* of the item; 0 = not made with the fit */
    int32_t oldest_lot_date;         /* PK_DATE_NONE = unknown */
    int32_t first_stock_date; /* first day known in stock or on sale; PK_DATE_NONE = unknown */
};

/* Loads the facts of a series with `horizon_days` of demand, at most PK_DAYS_OF_SUPPLY_MAX.
 * `supplier_id` NULL = the supplier that pk_ledger_supply_of chooses. OUT_OF_MEMORY, or the failure
 * of the forecast. */
enum pk_status pk_series_facts_load(const struct pk_view *view, size_t series, int32_t horizon_days,
                                    const struct pk_assumptions *assumptions,
                                    const char *supplier_id, struct pk_decision_memory *memory,
                                    struct pk_series_facts *out_facts, struct pk_error *error);

/* Clears every pointer of the facts that leads into a pk_decision_memory, so that the facts may
 * outlive it. The inbound lines are gone then; numbers and pointers into the view stay. */
void pk_series_facts_detach(struct pk_series_facts *facts);

/* Fills only supply, terms, economics and item_class of *facts. The members shop, series and item
 * have to be set. */
void pk_series_terms_load(const struct pk_view *view, const struct pk_assumptions *assumptions,
                          const char *supplier_id, struct pk_series_facts *facts);

/* Stock at as-of: the rows of the latest stock date, less the units sold since. Units sold in the
 * bucket of that date count as sold before the stock was taken. is_known = false without a row. */
struct pk_stock pk_series_stock(const struct pk_shop_data *data, size_t series);

#endif
