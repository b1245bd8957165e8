/* What is known about one series when a decision is made: demand ahead, stock, inbound, terms,
 * economics. The one place where stored rows become the inputs of models/decision, so that every
 * workflow means the same. */
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

/* What a request asks for in place of what is stored; zero = as stored. */
struct pk_what_if {
    bool has_lead_time;
    int32_t lead_time_days; /* from order to dock, learnt delays included */
    int32_t review_period_days;
    double critical_ratio;
    const char *delayed_order_id; /* all lines of this order come delay_days later */
    int32_t delay_days;
};

/* What a request adds to the rows of the store. */
struct pk_assumptions {
    /* Where the store has none; -1 = do not assume. */
    int64_t stock_units;
    int32_t lead_time_days;
    /* On its way from another warehouse; 0 = nothing. */
    int64_t transfer_units;
    int32_t transfer_date;
    /* For an order: what is kept of the same as-of day and supplier does not count as inbound. */
    bool leaves_out_own_suggestion;
    /* The decision alone counts: its demand may end where nothing depends on it any more. */
    bool may_look_near;
    struct pk_what_if what_if;
    bool wants_steps; /* the worth of every part of an order (reorder.h) */
};

/* Working memory of one thread, reused from series to series. */
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

/* Pointers lead into the snapshot and the memory: valid until the next series. */
struct pk_series_facts {
    const struct pk_shop *shop;
    const struct pk_series *series;
    const struct pk_item *item;
    const struct pk_series_model *model;
    struct pk_demand demand; /* parents and adjustments included */
    uint32_t flags;          /* enum pk_series_flag of this horizon */
    bool has_parents, is_adjusted;
    bool is_assembled;                    /* made of components, no stock of its own */
    const double *statistical_mean_units; /* per bucket: before campaigns, parents, adjustments */
    const double *own_mean_units;         /* after campaigns, before the others */
    struct pk_stock stock;
    const struct pk_inbound *inbound;
    size_t inbound_count;
    const struct pk_supply_row *supply; /* NULL = none */
    struct pk_supply_terms terms;
    struct pk_economics economics;
    struct pk_returns returns;       /* rate 0 where the shop records none */
    struct pk_item_class item_class; /* of the item; 0 = not made with the fit */
    int32_t oldest_lot_date;         /* PK_DATE_NONE = unknown */
    int32_t first_stock_date; /* first day known in stock or on sale; PK_DATE_NONE = unknown */
};

/* `horizon_days` of demand; `supplier_id` NULL = whichever applies. OUT_OF_MEMORY or the failure of
 * the forecast. */
enum pk_status pk_series_facts_load(const struct pk_view *view, size_t series, int32_t horizon_days,
                                    const struct pk_assumptions *assumptions,
                                    const char *supplier_id, struct pk_decision_memory *memory,
                                    struct pk_series_facts *out_facts, struct pk_error *error);

/* Fills supply, terms and economics of *facts alone, from its shop, series and item. */
void pk_series_terms_load(const struct pk_view *view, const struct pk_assumptions *assumptions,
                          const char *supplier_id, struct pk_series_facts *facts);

/* Sellable stock from the latest row up to as-of, less what was sold since; is_known = false
 * without a row. */
struct pk_stock pk_series_stock(const struct pk_shop_data *data, size_t series);

#endif
