#include "service/workflows/reorder/explain_reorder.h"

#include <math.h>
#include <stdlib.h>

#include "models/base/text.h"
#include "models/evidence/item_traits.h"
#include "models/history/campaign.h"
#include "models/history/suggestion_book.h"
#include "models/numeric/distribution.h"
#include "service/workflows/reorder/keep_suggestions.h"
#include "service/workflows/reorder/plan_reorder.h"

/* What an explanation is written from. */
struct story {
    const struct pk_view *view;
    size_t series;
    const struct pk_series_facts *facts;
    const struct pk_reorder *decision;
    struct pk_reorder_explanation *out;
};

static struct pk_reorder_term *add(struct story *story, const char *section, const char *name,
                                   enum pk_term_kind kind)
{
    /* The last place is kept for whatever comes beyond the list: it is cut off at the end. */
    const size_t place = story->out->term_count < PK_TERM_COUNT_MAX - 1 ? story->out->term_count++
                                                                        : PK_TERM_COUNT_MAX - 1;
    struct pk_reorder_term *term = &story->out->terms[place];
    *term = (struct pk_reorder_term){
        .section = section, .name = name, .kind = kind, .date = PK_DATE_NONE};
    return term;
}

static struct pk_reorder_term *add_number(struct story *story, const char *section,
                                          const char *name, enum pk_term_kind kind, double number)
{
    struct pk_reorder_term *term = add(story, section, name, kind);
    term->number = number;
    return term;
}

static struct pk_reorder_term *add_date(struct story *story, const char *section, const char *name,
                                        int32_t date)
{
    struct pk_reorder_term *term = add(story, section, name, PK_TERM_DATE);
    term->date = date;
    return term;
}

static const char *warehouse_of(const struct story *story)
{
    return story->facts->shop->warehouses[story->facts->series->warehouse];
}

/* "supply mill" of the row that applies. */
static void name_supply(const struct story *story, struct pk_reorder_term *term)
{
    const struct pk_supply_row *supply = story->facts->supply;
    if (story->facts->terms.is_lead_time_assumed)
        pk_text_format(term->source, sizeof term->source, "request");
    else if (supply != NULL)
        pk_text_format(term->source, sizeof term->source, "supply %s%s%s",
                       story->facts->item->item_id, supply->supplier_id[0] == '\0' ? "" : " ",
                       supply->supplier_id);
}

/* Orders that count though no inbound line names them yet. */
static void tell_suggestions(struct story *story)
{
    const struct pk_series_facts *facts = story->facts;
    const struct pk_view *view = story->view;
    const struct pk_ledger_range kept =
        pk_suggestions_of(view->suggestions, facts->series->item, facts->series->warehouse);
    const int32_t as_of_date = pk_series_as_of_date(facts->shop, facts->series);
    const int32_t next_date = pk_series_next_date(facts->shop, facts->series);
    const char *supplier_id = facts->supply == NULL ? "" : facts->supply->supplier_id;
    int told_count = 0;
    double rest = 0;
    for (size_t i = kept.first; i < kept.last; i++) {
        const struct pk_suggestion *row = view->suggestions->rows[i].stored;
        char eta[PK_DATE_TEXT_SIZE];
        if (!pk_suggestion_is_inbound(view->suggestions, row, view->data->data_revision, as_of_date,
                                      next_date, supplier_id))
            continue;
        if (told_count == PK_TERM_SUGGESTION_COUNT_MAX) {
            rest += (double)row->order_units;
            continue;
        }
        told_count++;
        struct pk_reorder_term *term = add_number(story, "position", "suggested_inbound",
                                                  PK_TERM_UNITS, (double)row->order_units);
        pk_text_format(term->source, sizeof term->source, "suggestion %s %s %s", row->suggestion_id,
                       pk_date_format(pk_suggestion_eta_date(row, as_of_date), eta),
                       pk_suggestion_state_name(row->state));
    }
    if (rest > 0)
        add_number(story, "position", "inbound_rest", PK_TERM_UNITS, rest);
}

static void tell_inbound(struct story *story)
{
    const struct pk_ledger *ledger = &story->view->data->ledger;
    const struct pk_series_facts *facts = story->facts;
    const struct pk_ledger_range range =
        pk_ledger_inbound_of(ledger, facts->series->item, facts->series->warehouse);
    double rest = 0;
    for (size_t i = range.first; i < range.last; i++) {
        const struct pk_inbound_row *row = &ledger->inbound[i];
        const double units = (double)row->units * row->confirmed_ratio;
        char eta[PK_DATE_TEXT_SIZE];
        if (i - range.first >= PK_TERM_INBOUND_COUNT_MAX) {
            rest += units;
            continue;
        }
        struct pk_reorder_term *term =
            add_number(story, "position", "inbound", PK_TERM_UNITS, units);
        pk_text_format(term->source, sizeof term->source, "inbound %s%s%s %s %s", row->order_id,
                       row->line[0] == '\0' ? "" : "/", row->line,
                       pk_date_format(row->eta_date, eta), row->stage);
    }
    if (rest > 0)
        add_number(story, "position", "inbound_rest", PK_TERM_UNITS, rest);
    tell_suggestions(story);
}

static void tell_position(struct story *story)
{
    const struct pk_series_facts *facts = story->facts;
    const struct pk_stock *stock = &facts->stock;
    if (!stock->is_known) {
        struct pk_reorder_term *term = add(story, "position", "on_hand_units", PK_TERM_TEXT);
        pk_text_format(term->text, sizeof term->text, "unknown");
        tell_inbound(story);
        return;
    }
    struct pk_reorder_term *term =
        add_number(story, "position", "on_hand_units", PK_TERM_UNITS, (double)stock->on_hand_units);
    char date[PK_DATE_TEXT_SIZE];
    if (stock->is_assumed)
        pk_text_format(term->source, sizeof term->source, "request");
    else
        pk_text_format(term->source, sizeof term->source, "stock %s %s, less sales since",
                       pk_date_format(pk_series_stock_date(story->view->data, story->series), date),
                       warehouse_of(story));
    if (stock->unsellable_units != 0)
        add_number(story, "position", "unsellable_units", PK_TERM_UNITS,
                   -(double)stock->unsellable_units);
    if (stock->reserved_units != 0)
        add_number(story, "position", "reserved_units", PK_TERM_UNITS,
                   -(double)stock->reserved_units);
    tell_inbound(story);
    add_number(story, "position", "position_units", PK_TERM_UNITS, story->decision->position_units);
}

static void tell_lead_time(struct story *story)
{
    const struct pk_supply_terms *terms = &story->facts->terms;
    if (!terms->is_known)
        return;
    struct pk_reorder_term *term =
        add_number(story, "lead_time", "promised_lead_time_days", PK_TERM_DAYS,
                   terms->lead_time_days - terms->lead_time_delay_days);
    name_supply(story, term);
    if (terms->lead_time_delivery_count > 0) {
        term = add_number(story, "lead_time", "learnt_delay_days", PK_TERM_DAYS,
                          terms->lead_time_delay_days);
        pk_text_format(term->source, sizeof term->source, "%zu receipts",
                       terms->lead_time_delivery_count);
    }
    if (terms->lead_time_sd_days > 0)
        add_number(story, "lead_time", "lead_time_p90_days", PK_TERM_DAYS,
                   terms->lead_time_days + PK_NORMAL_Q90 * terms->lead_time_sd_days);
    if (terms->shelving_days > 0) {
        term = add_number(story, "lead_time", "shelving_days", PK_TERM_DAYS, terms->shelving_days);
        pk_text_format(term->source, sizeof term->source, "warehouses %s", warehouse_of(story));
    }
    term = add_number(story, "lead_time", "review_period_days", PK_TERM_DAYS,
                      terms->review_period_days);
    name_supply(story, term);
    add_date(story, "lead_time", "order_date",
             pk_supply_order_date(&terms->calendar, story->facts->demand.first_date));
    add_date(story, "lead_time", "arrival_date", story->decision->arrival_date);
    add_date(story, "lead_time", "next_arrival_date", story->decision->next_arrival_date);
}

/* Mean demand on days of promotions that cover the item, from..to. */
static double promotion_units(const struct story *story, int32_t from, int32_t to)
{
    const struct pk_shop *shop = story->facts->shop;
    const struct pk_series *series = story->facts->series;
    double units = 0;
    int32_t told = from - 1; /* overlapping promotions count once */
    for (size_t i = 0; i < shop->promotion_count; i++) {
        const struct pk_promotion *row = &shop->promotions[i];
        if (!pk_promotion_covers(row, series->item, story->facts->item->category,
                                 series->warehouse))
            continue;
        const int32_t first = row->start_date > told + 1 ? row->start_date : told + 1;
        const int32_t last = row->end_date < to ? row->end_date : to;
        if (first > last)
            continue;
        units += pk_demand_window(&story->facts->demand, first, last).mean_units;
        told = last;
    }
    return units;
}

static void tell_demand(struct story *story)
{
    const struct pk_series_facts *facts = story->facts;
    const struct pk_reorder *decision = story->decision;
    const int32_t next = facts->demand.first_date;
    if (decision->arrival_date == PK_DATE_NONE)
        return;
    const int32_t last = decision->next_arrival_date - 1;
    const struct pk_window window = pk_demand_window(&facts->demand, decision->arrival_date, last);
    struct pk_reorder_term *term =
        add_number(story, "demand", "demand_to_arrival_units", PK_TERM_UNITS,
                   pk_demand_window(&facts->demand, next, decision->arrival_date - 1).mean_units);
    pk_text_format(term->source, sizeof term->source, "snapshot %s", story->view->snapshot_id);
    add_number(story, "demand", "demand_of_window_units", PK_TERM_UNITS, window.mean_units);
    add_number(story, "demand", "window_q50_units", PK_TERM_UNITS,
               (double)pk_window_quantile_units(&window, 0.5));
    add_number(story, "demand", "window_q90_units", PK_TERM_UNITS,
               (double)pk_window_quantile_units(&window, 0.9));
    const double promoted = promotion_units(story, next, last);
    if (promoted > 0 && decision->expected_demand_units > 0)
        add_number(story, "demand", "promotion_ratio", PK_TERM_RATIO,
                   fmin(1, promoted / decision->expected_demand_units));
    const uint32_t of_campaign = PK_SERIES_DEPOSITS_COUNTED | PK_SERIES_CAMPAIGN_LEVEL_UPDATED;
    if (facts->is_adjusted || facts->has_parents || (facts->flags & of_campaign) != 0) {
        struct pk_demand statistical = facts->demand;
        statistical.mean_units = facts->statistical_mean_units;
        add_number(story, "demand", "statistical_units", PK_TERM_UNITS,
                   pk_demand_window(&statistical, next, last).mean_units);
    }
}

static void tell_returns(struct story *story)
{
    const struct pk_returns *returns = &story->facts->returns;
    const struct pk_item_traits *traits = story->view->traits;
    if (!(returns->rate > 0) || story->decision->arrival_date == PK_DATE_NONE)
        return;
    struct pk_reorder_term *term =
        add_number(story, "returns", "return_ratio", PK_TERM_RATIO, returns->rate);
    pk_text_format(term->source, sizeof term->source,
                   "sales of %d days, shrunk to the category; shop: %.0f of %.0f", PK_RETURN_DAYS,
                   traits->returned_units, traits->sold_units);
    term = add_number(story, "returns", "return_lag_days", PK_TERM_DAYS, returns->lag_days);
    pk_text_format(term->source, sizeof term->source, "%s",
                   traits->is_return_lag_learnt ? "returns of the shop by day" : "default");
    add_number(story, "returns", "expected_return_units", PK_TERM_UNITS,
               story->decision->expected_return_units);
}

static void tell_need(struct story *story)
{
    const struct pk_reorder *decision = story->decision;
    if (decision->critical_ratio_rule == PK_RATIO_RULE_NONE)
        return;
    struct pk_reorder_term *term = add(story, "critical_ratio", "rule", PK_TERM_TEXT);
    pk_text_format(term->text, sizeof term->text, "%s",
                   pk_ratio_rule_name(decision->critical_ratio_rule));
    if (decision->critical_ratio_rule == PK_RATIO_RULE_ROLE)
        pk_text_format(term->source, sizeof term->source, "items %s role",
                       story->facts->item->item_id);
    else if (decision->critical_ratio_rule != PK_RATIO_RULE_DEFAULT &&
             decision->critical_ratio_rule != PK_RATIO_RULE_CLASS)
        name_supply(story, term);
    if (story->facts->item_class.abc != '\0') {
        term = add(story, "critical_ratio", "item_class", PK_TERM_TEXT);
        pk_text_format(term->text, sizeof term->text, "%s",
                       pk_item_class_name(story->facts->item_class));
        pk_text_format(term->source, sizeof term->source, "sales of %d days, forecast of %d days",
                       PK_ABC_DAYS, PK_XYZ_DAYS);
    }
    add_number(story, "critical_ratio", "shortage_cost", PK_TERM_MONEY, decision->shortage_cost);
    add_number(story, "critical_ratio", "overage_cost", PK_TERM_MONEY, decision->overage_cost);
    add_number(story, "critical_ratio", "critical_ratio", PK_TERM_RATIO, decision->critical_ratio);
    if (decision->aim_probability < decision->critical_ratio - 1e-9)
        add_number(story, "critical_ratio", "aim_probability", PK_TERM_RATIO,
                   decision->aim_probability);
    add_number(story, "need", "stock_at_arrival_units", PK_TERM_UNITS,
               decision->stock_at_arrival_units);
    if (decision->expected_lost_units > 0.05)
        add_number(story, "need", "expected_lost_units", PK_TERM_UNITS,
                   decision->expected_lost_units);
    add_number(story, "need", "need_units", PK_TERM_UNITS, decision->need_units);
}

static void tell_order(struct story *story)
{
    const struct pk_reorder *decision = story->decision;
    for (size_t i = 0; i < decision->candidate_count; i++) {
        struct pk_reorder_term *term =
            add_number(story, "order", i == 0 ? "chosen" : "rejected", PK_TERM_UNITS,
                       (double)decision->candidates[i].units);
        pk_text_format(term->source, sizeof term->source,
                       decision->is_cost_known ? "expected cost %.2f a day"
                                               : "expected cost %.3f a day (no margin known)",
                       decision->candidates[i].cost_per_day);
    }
    add_number(story, "order", "order_units", PK_TERM_UNITS, (double)decision->order_units);
    add_date(story, "order", "order_by_date", decision->order_by_date);
    if (decision->critical_ratio_rule != PK_RATIO_RULE_NONE) {
        add_number(story, "order", "expected_short_units", PK_TERM_UNITS,
                   decision->expected_short_units);
        add_number(story, "order", "expected_short_without_order_units", PK_TERM_UNITS,
                   decision->expected_short_without_order_units);
    }
}

/* What stands of this order, and why it is not the one before. */
static enum pk_status tell_suggestion(struct story *story, struct pk_error *error)
{
    const struct pk_series_facts *facts = story->facts;
    struct pk_reorder_line line = {.series = story->series,
                                   .item = facts->item,
                                   .supply = facts->supply,
                                   .warehouse_id = warehouse_of(story),
                                   .stock_is_known = facts->stock.is_known,
                                   .decision = *story->decision};
    enum pk_status status = pk_suggestion_settle(story->view, NULL, &line, error);
    if (status != PK_OK)
        return status;
    if (line.state[0] != '\0') {
        struct pk_reorder_term *term = add_number(story, "order", "standing_units", PK_TERM_UNITS,
                                                  (double)line.decision.order_units);
        pk_text_format(term->source, sizeof term->source, "suggestion %s %s", line.suggestion_id,
                       line.state);
    }
    if (line.previous_units < 0)
        return PK_OK;
    add_number(story, "order", "previous_order_units", PK_TERM_UNITS, (double)line.previous_units);
    add_number(story, "order", "change_stock_units", PK_TERM_UNITS, line.change.stock_units);
    add_number(story, "order", "change_inbound_units", PK_TERM_UNITS, line.change.inbound_units);
    add_number(story, "order", "change_demand_units", PK_TERM_UNITS, line.change.demand_units);
    add_number(story, "order", "change_terms_units", PK_TERM_UNITS, line.change.terms_units);
    add_number(story, "order", "change_rounding_units", PK_TERM_UNITS, line.change.rounding_units);
    return PK_OK;
}

enum pk_status pk_explain_reorders(const struct pk_view *view,
                                   const struct pk_series_selection *selection,
                                   pk_explain_reorder_take *take, void *context,
                                   struct pk_error *error)
{
    const struct pk_assumptions none = {.stock_units = -1, .lead_time_days = -1};
    struct pk_decision_memory *memory = pk_decision_memory_new();
    struct pk_reorder_explanation *explanation = malloc(sizeof *explanation);
    enum pk_status status = PK_OK;
    if (memory == NULL || explanation == NULL)
        status = pk_error_set(error, PK_OUT_OF_MEMORY, "", "no memory for an explanation");
    for (size_t i = 0; i < selection->count && status == PK_OK; i++) {
        struct pk_series_facts facts;
        const size_t series = selection->series[i];
        status = pk_decide_reorder(view, series, &none, NULL, memory, &facts,
                                   &explanation->decision, error);
        if (status != PK_OK)
            break;
        explanation->item_id = facts.item->item_id;
        explanation->warehouse_id = facts.shop->warehouses[facts.series->warehouse];
        explanation->term_count = 0;
        struct story story = {view, series, &facts, &explanation->decision, explanation};
        tell_position(&story);
        tell_lead_time(&story);
        tell_demand(&story);
        tell_returns(&story);
        tell_need(&story);
        tell_order(&story);
        status = tell_suggestion(&story, error);
        if (status == PK_OK)
            status = take(context, explanation, error);
    }
    free(explanation);
    pk_decision_memory_free(memory);
    return status;
}
