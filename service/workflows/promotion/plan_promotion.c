#include "service/workflows/promotion/plan_promotion.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "models/base/array.h"
#include "models/base/units.h"
#include "models/decision/campaign/purchase_week.h"
#include "models/evidence/decide_reorder.h"
#include "models/evidence/transfer.h"
#include "models/numeric/distribution.h"
#include "service/workflows/promotion/purchase_weeks.h"

/* Working state of one plan. */
struct planner {
    const struct pk_view *view;
    const char *promotion_id, *supplier_id;
    /* Of the check, of the orders, of the warehouses that may give. */
    struct pk_decision_memory *check_memory, *order_memory, *donor_memory;
    struct pk_transfer_book book;
    struct pk_campaign_orders *orders;
    struct pk_inbound *inbound; /* of the check with the plan */
    size_t inbound_capacity, row_capacity;
    struct pk_promotion_plan *plan;
};

/* One series while it is planned. */
struct subject {
    size_t series;
    struct pk_series_facts check_facts, facts;
    struct pk_promotion_input input;
    struct pk_promotion_check check;
    struct pk_campaign campaign;
    struct pk_transfer transfer;
};

static enum pk_status planner_begin(struct planner *planner, struct pk_error *error)
{
    planner->check_memory = pk_decision_memory_new();
    planner->order_memory = pk_decision_memory_new();
    planner->donor_memory = pk_decision_memory_new();
    planner->orders = malloc(sizeof *planner->orders);
    if (planner->check_memory == NULL || planner->order_memory == NULL ||
        planner->donor_memory == NULL || planner->orders == NULL)
        return pk_error_set(error, PK_OUT_OF_MEMORY, "", "no memory to plan a promotion");
    return PK_OK;
}

static void planner_done(struct planner *planner)
{
    pk_decision_memory_free(planner->check_memory);
    pk_decision_memory_free(planner->order_memory);
    pk_decision_memory_free(planner->donor_memory);
    free(planner->orders);
    free(planner->inbound);
}

/* The check of a series, its order date after the terms of the wanted supplier. */
static enum pk_status check(struct planner *planner, struct subject *subject, bool *out_is_covered,
                            struct pk_error *error)
{
    enum pk_status status = pk_decide_promotion(
        planner->view, subject->series, planner->promotion_id, planner->check_memory,
        &subject->check_facts, &subject->input, &subject->check, out_is_covered, error);
    if (status != PK_OK || !*out_is_covered || planner->supplier_id == NULL)
        return status;
    const struct pk_assumptions none = {.stock_units = -1, .lead_time_days = -1};
    pk_series_terms_load(planner->view, &none, planner->supplier_id, &subject->check_facts);
    subject->input.terms = subject->check_facts.terms;
    pk_promotion_check(&subject->input, &planner->check_memory->projection, &subject->check);
    return PK_OK;
}

/* The last day on which an order is there by a date with P95. */
static int32_t order_date_for(const struct pk_supply_terms *terms, int32_t date)
{
    const double z = pk_normal_quantile(PK_ORDER_DATE_LEAD_TIME_PROBABILITY);
    const double days = terms->lead_time_days + z * terms->lead_time_sd_days;
    return pk_supply_latest_order_date(&terms->calendar, date, (int32_t)ceil(days - 1e-9),
                                       terms->shelving_days);
}

/* Most expected stock at the start: the rule of the check, min(P90, 1.3 x P50), but of all that is
 * wanted from now to the end, less what is expected before the start, for a plan may be carried out
 * as it stands. Never less than of the window alone. */
static double cap_of(const struct subject *subject)
{
    const struct pk_promotion_check *told = &subject->check;
    const struct pk_demand *demand = &subject->facts.demand;
    const double window_cap =
        fmin((double)told->q90_units, PK_ORDER_CAP_RATIO * (double)told->q50_units);
    if (subject->campaign.start_date <= demand->first_date)
        return window_cap;
    const struct pk_window before =
        pk_demand_window(demand, demand->first_date, subject->campaign.start_date - 1);
    const struct pk_window all =
        pk_demand_window(demand, demand->first_date, subject->campaign.end_date);
    const double all_cap = fmin((double)pk_window_quantile_units(&all, 0.9),
                                PK_ORDER_CAP_RATIO * (double)pk_window_quantile_units(&all, 0.5));
    return fmax(window_cap, all_cap - before.mean_units);
}

/* Loads what an order is decided from, with the transfer under way if there is one, and plans. */
static enum pk_status plan_orders(struct planner *planner, struct subject *subject,
                                  struct pk_error *error)
{
    const struct pk_assumptions assumptions = {.stock_units = -1,
                                               .lead_time_days = -1,
                                               .transfer_units = subject->transfer.units,
                                               .transfer_date = subject->transfer.arrival_date};
    const struct pk_supply_terms *terms = &subject->check_facts.terms;
    const int32_t days = pk_reorder_horizon_days(terms->lead_time_days, terms->review_period_days);
    enum pk_status status =
        pk_series_facts_load(planner->view, subject->series, days, &assumptions,
                             planner->supplier_id, planner->order_memory, &subject->facts, error);
    if (status != PK_OK)
        return status;
    const struct pk_reorder_input reorder = pk_reorder_input_of_facts(&subject->facts);
    const struct pk_promotion_check *told = &subject->check;
    const double presale =
        subject->input.ship_by_date > subject->campaign.end_date ? told->presale_units : 0;
    const double cap = cap_of(subject) - presale;
    /* The check's own date is the presale's where nothing else is missing. */
    const bool is_due_later = presale > 0 && told->due_date == subject->input.ship_by_date;
    const struct pk_campaign_order_input input = {
        .reorder = &reorder,
        .start_date = subject->campaign.start_date,
        .end_date = subject->campaign.end_date,
        .order_by_date = is_due_later
                             ? order_date_for(&subject->facts.terms, subject->campaign.start_date)
                             : told->order_by_date,
        .cap_units = subject->input.is_traffic_confirmed ? INFINITY : fmax(cap, 0),
        .presale_units = presale,
        .ship_by_date = subject->input.ship_by_date,
        .ship_by_order_date =
            presale > 0 ? order_date_for(&subject->facts.terms, subject->input.ship_by_date)
                        : PK_DATE_NONE,
    };
    pk_campaign_orders_plan(&input, &planner->order_memory->projection, planner->orders);
    return PK_OK;
}

/* What another warehouse has too much of, for all that is to be bought until the end, and no
 * more. */
static enum pk_status find_transfer(struct planner *planner, struct subject *subject,
                                    struct pk_error *error)
{
    if (planner->view->data->ledger.lane_count == 0 || planner->orders->count == 0)
        return PK_OK;
    struct pk_reorder until_end = planner->orders->today;
    until_end.next_arrival_date = subject->campaign.end_date + 1;
    const enum pk_status status = pk_transfer_find(
        planner->view, subject->series, &subject->facts, &until_end, &planner->book,
        planner->supplier_id, planner->donor_memory, &subject->transfer, error);
    int64_t bought = 0;
    for (size_t i = 0; i < planner->orders->count; i++)
        bought += planner->orders->orders[i].units;
    const int64_t spared = subject->transfer.units - bought;
    if (status != PK_OK || spared <= 0)
        return status;
    subject->transfer.units = bought;
    for (size_t i = 0; i < planner->book.count; i++)
        if (planner->book.donors[i].warehouse == subject->transfer.from_warehouse)
            planner->book.donors[i].spare_units += spared;
    return PK_OK;
}

static struct pk_plan_row row_of(const struct planner *planner, const struct subject *subject)
{
    const struct pk_shop *shop = &planner->view->data->shop;
    const struct pk_series_facts *facts = &subject->check_facts;
    return (struct pk_plan_row){
        .series = subject->series,
        .item = facts->item,
        .warehouse_id = shop->warehouses[facts->series->warehouse],
        .supplier_id = facts->supply == NULL ? "" : facts->supply->supplier_id,
        .week_start_date = PK_DATE_NONE,
        .order_date = PK_DATE_NONE,
        .last_order_date = PK_DATE_NONE,
        .arrival_date = PK_DATE_NONE,
        .unit_cost_micros = pk_unit_cost_micros(&facts->terms, &facts->economics),
        .order_amount_micros = -1,
        .transfer_from_warehouse_id = "",
    };
}

static enum pk_status add_order(struct planner *planner, const struct subject *subject,
                                const struct pk_campaign_order *order, struct pk_error *error)
{
    const struct pk_reorder *today = &planner->orders->today;
    struct pk_plan_row row = row_of(planner, subject);
    row.week_start_date = pk_purchase_week_start(order->order_date);
    row.order_date = order->order_date;
    row.last_order_date = order->last_order_date;
    row.arrival_date = order->arrival_date;
    row.order_units = order->units;
    row.campaign_units = order->campaign_units;
    row.pack_size_units = subject->facts.terms.pack_size_units;
    if (row.unit_cost_micros >= 0) {
        row.order_amount_micros = pk_money_times(row.unit_cost_micros, order->units);
        row.unit_worth = (double)row.unit_cost_micros;
    }
    if (today->unit_margin_micros != INT64_MIN)
        row.unit_worth = (double)today->unit_margin_micros;
    row.critical_ratio = order->critical_ratio;
    row.reasons = order->reasons;
    if (subject->transfer.units > 0)
        pk_reasons_add(&row.reasons, PK_REASON_TRANSFER_FIRST);
    return pk_plan_row_add(planner->plan, &planner->row_capacity, &row, error);
}

static enum pk_status add_transfer(struct planner *planner, const struct subject *subject,
                                   struct pk_error *error)
{
    struct pk_plan_row row = row_of(planner, subject);
    const int32_t next = subject->facts.demand.first_date;
    const int32_t days = subject->transfer.arrival_date - next;
    const int32_t latest = subject->campaign.start_date - days;
    row.supplier_id = "";
    row.week_start_date = pk_purchase_week_start(next);
    row.order_date = next;
    row.last_order_date = latest > next ? latest : next;
    row.arrival_date = subject->transfer.arrival_date;
    row.unit_cost_micros = -1;
    row.transfer_units = subject->transfer.units;
    row.transfer_from_warehouse_id =
        planner->view->data->shop.warehouses[subject->transfer.from_warehouse];
    pk_reasons_add(&row.reasons, PK_REASON_TRANSFER_FIRST);
    return pk_plan_row_add(planner->plan, &planner->row_capacity, &row, error);
}

/* A series that is short and for which nothing can be ordered: why. */
static enum pk_status add_unplanned(struct planner *planner, const struct subject *subject,
                                    struct pk_error *error)
{
    struct pk_plan_row row = row_of(planner, subject);
    struct pk_promotion_plan *plan = planner->plan;
    row.reasons = subject->check.reasons;
    if (!subject->check_facts.stock.is_known) {
        pk_reasons_put_first(&row.reasons, PK_REASON_NO_STOCK);
        plan->no_stock_count++;
    } else if (!subject->check_facts.terms.is_known) {
        pk_reasons_put_first(&row.reasons, PK_REASON_NO_SUPPLY_TERMS);
        plan->no_supply_terms_count++;
    } else if (planner->orders->first_arrival_date > subject->campaign.end_date &&
               planner->orders->count == 0) {
        pk_reasons_put_first(&row.reasons, PK_REASON_ORDER_DATE_PAST);
        plan->too_late_count++;
    } else {
        row.reasons = planner->orders->today.reasons;
        pk_reasons_add(&row.reasons, PK_REASON_PROMOTION_GAP);
    }
    return pk_plan_row_add(plan, &planner->row_capacity, &row, error);
}

/* The check as it would be with these rows of the plan on their way. Its own cover would count all
 * that may happen until the start and no answer to it; who plans every week answers, so the line
 * tells how likely the stock expected at the start is enough. More goods are never less cover than
 * there is without them. */
static enum pk_status check_planned(struct planner *planner, const struct subject *subject,
                                    const struct pk_plan_row *rows, size_t count,
                                    struct pk_plan_line *line, struct pk_error *error)
{
    const int32_t shelving = subject->input.terms.shelving_days;
    const size_t most = subject->input.inbound_count + count + 1;
    const enum pk_status status =
        pk_array_reserve(&planner->inbound, &planner->inbound_capacity, most,
                         sizeof *planner->inbound, "inbound lines", error);
    if (status != PK_OK)
        return status;
    struct pk_promotion_input input = subject->input;
    struct pk_promotion_check planned;
    if (input.inbound_count > 0)
        memcpy(planner->inbound, input.inbound, input.inbound_count * sizeof *input.inbound);
    input.inbound = planner->inbound;
    for (size_t i = 0; i < count; i++)
        if (rows[i].order_units + rows[i].transfer_units > 0)
            planner->inbound[input.inbound_count++] = (struct pk_inbound){
                rows[i].arrival_date - shelving, rows[i].order_units + rows[i].transfer_units, 1};
    pk_promotion_check(&input, &planner->check_memory->projection, &planned);
    const int32_t next = input.demand->first_date;
    const struct pk_window window = pk_demand_window(
        input.demand, input.start_date > next ? input.start_date : next, input.end_date);
    const double stock = planned.stock_at_start_units + planned.inbound_before_start_units;
    const double enough =
        window.mean_units > 0 ? pk_window_probability_at_most(&window, (int64_t)floor(stock)) : 1;
    line->planned_cover_probability = fmax(enough, subject->check.cover_probability);
    return PK_OK;
}

static struct pk_plan_line line_of(const struct planner *planner, const struct subject *subject)
{
    const struct pk_plan_row row = row_of(planner, subject);
    const struct pk_promotion_check *check = &subject->check;
    return (struct pk_plan_line){
        .series = subject->series,
        .item = row.item,
        .warehouse_id = row.warehouse_id,
        .supplier_id = row.supplier_id,
        .gap_q50_units = check->gap_q50_units,
        .gap_q90_units = check->gap_q90_units,
        .cover_probability = check->cover_probability,
        .planned_cover_probability = check->cover_probability,
        .order_by_date = check->order_by_date,
        .is_capped = pk_reasons_has(&check->reasons, PK_REASON_ORDER_CAPPED),
    };
}

/* Adds the rows and the line of one series, if the campaign covers it. */
static enum pk_status plan_series(struct planner *planner, size_t series, struct pk_error *error)
{
    struct pk_promotion_plan *plan = planner->plan;
    const struct pk_shop *shop = &planner->view->data->shop;
    struct subject subject = {.series = series};
    bool is_covered;
    enum pk_status status = check(planner, &subject, &is_covered, error);
    if (status != PK_OK || !is_covered)
        return status;
    const struct pk_series_facts *facts = &subject.check_facts;
    if (planner->supplier_id != NULL &&
        (facts->supply == NULL || strcmp(facts->supply->supplier_id, planner->supplier_id) != 0))
        return PK_OK;
    pk_campaign_find(shop, planner->promotion_id, facts->series, &subject.campaign);
    struct pk_plan_line *line = &plan->lines[plan->line_count++];
    *line = line_of(planner, &subject);
    if (facts->is_assembled)
        return PK_OK;
    if (!facts->stock.is_known || !facts->terms.is_known)
        return subject.check.q50_units > 0 || !facts->stock.is_known
                   ? add_unplanned(planner, &subject, error)
                   : PK_OK;
    const size_t first_row = plan->row_count;
    status = plan_orders(planner, &subject, error);
    if (status == PK_OK)
        status = find_transfer(planner, &subject, error);
    if (status == PK_OK && subject.transfer.units > 0) {
        status = add_transfer(planner, &subject, error);
        if (status == PK_OK)
            status = plan_orders(planner, &subject, error);
    }
    for (size_t i = 0; i < planner->orders->count && status == PK_OK; i++)
        status = add_order(planner, &subject, &planner->orders->orders[i], error);
    if (status == PK_OK && plan->row_count == first_row &&
        subject.check.gap_q50_units >= PK_SHORT_UNITS_MIN)
        status = add_unplanned(planner, &subject, error);
    if (status == PK_OK)
        status = check_planned(planner, &subject, plan->rows + first_row,
                               plan->row_count - first_row, line, error);
    return status;
}

/* Why the plan leaves a line below a safe cover. */
static void tell_gap(const struct pk_plan_row *rows, size_t count, int32_t next_date,
                     struct pk_plan_line *line)
{
    static const enum pk_reason causes[] = {
        PK_REASON_NO_STOCK,          PK_REASON_NO_SUPPLY_TERMS,     PK_REASON_END_OF_LIFE,
        PK_REASON_CAPACITY_SHORT,    PK_REASON_MARGIN_NOT_POSITIVE, PK_REASON_MAX_STOCK_CAPPED,
        PK_REASON_SHELF_LIFE_CAPPED, PK_REASON_ORDER_CAPPED};
    if (!isnan(line->planned_cover_probability) &&
        line->planned_cover_probability >= PK_READINESS_GREEN_FROM)
        return;
    for (size_t cause = 0; cause < sizeof causes / sizeof *causes; cause++)
        for (size_t i = 0; i < count; i++)
            if (pk_reasons_has(&rows[i].reasons, causes[cause]))
                pk_reasons_add(&line->reasons, causes[cause]);
    if (line->is_capped)
        pk_reasons_add(&line->reasons, PK_REASON_ORDER_CAPPED);
    if (line->order_by_date != PK_DATE_NONE && line->order_by_date < next_date)
        pk_reasons_put_first(&line->reasons, PK_REASON_ORDER_DATE_PAST);
    if (line->reasons.count == 0 && !isnan(line->cover_probability))
        pk_reasons_add(&line->reasons, line->cover_probability < PK_READINESS_RED_BELOW
                                           ? PK_REASON_PROMOTION_COVER_LOW
                                           : PK_REASON_PROMOTION_COVER_TIGHT);
}

static void add_to_line(const struct pk_promotion_plan *plan, const struct pk_plan_row *row,
                        struct pk_plan_line *line)
{
    line->order_units += row->order_units;
    line->campaign_units += row->campaign_units;
    line->missing_units += row->missing_units;
    line->transfer_units += row->transfer_units;
    if (row->order_amount_micros > 0)
        line->order_amount_micros += row->order_amount_micros;
    if (row->arrival_date != PK_DATE_NONE && row->arrival_date <= plan->campaign.start_date)
        line->before_start_units += row->order_units;
}

/* What the rows, still by series, make of each line; the cover again where capacity moved
 * orders. */
static enum pk_status finish_lines(struct planner *planner, struct pk_error *error)
{
    struct pk_promotion_plan *plan = planner->plan;
    const struct pk_shop *shop = &planner->view->data->shop;
    enum pk_status status = PK_OK;
    size_t last = 0;
    for (size_t i = 0; i < plan->line_count && status == PK_OK; i++) {
        struct pk_plan_line *line = &plan->lines[i];
        struct subject subject = {.series = line->series};
        bool is_covered;
        const size_t first = last;
        while (last < plan->row_count && plan->rows[last].series == line->series)
            add_to_line(plan, &plan->rows[last++], line);
        if (line->is_moved)
            status = check(planner, &subject, &is_covered, error);
        if (line->is_moved && status == PK_OK)
            status =
                check_planned(planner, &subject, plan->rows + first, last - first, line, error);
        tell_gap(plan->rows + first, last - first,
                 pk_series_next_date(shop, &shop->series[line->series]), line);
    }
    return status;
}

static bool is_known_supplier(const struct pk_ledger *ledger, const char *supplier_id)
{
    for (size_t i = 0; i < ledger->supply_count; i++)
        if (strcmp(ledger->supply[i].supplier_id, supplier_id) == 0)
            return true;
    return false;
}

enum pk_status pk_plan_promotion(const struct pk_view *view, const char *promotion_id,
                                 const struct pk_series_selection *selection,
                                 const char *supplier_id, struct pk_promotion_plan *out_plan,
                                 struct pk_error *error)
{
    struct pk_promotion_plan plan = {0};
    struct planner planner = {
        .view = view, .promotion_id = promotion_id, .supplier_id = supplier_id, .plan = &plan};
    enum pk_status status = pk_find_campaign_ahead(view, promotion_id, &plan.campaign, error);
    if (status == PK_OK && supplier_id != NULL &&
        !is_known_supplier(&view->data->ledger, supplier_id))
        status = pk_error_set(error, PK_NOT_FOUND, "supplier_id",
                              "'%.64s' is unknown; no supply row names it", supplier_id);
    if (status == PK_OK)
        status = planner_begin(&planner, error);
    if (status == PK_OK) {
        plan.lines = calloc(selection->count + 1, sizeof *plan.lines);
        if (plan.lines == NULL)
            status = pk_error_set(error, PK_OUT_OF_MEMORY, "", "no memory for the lines of a plan");
    }
    for (size_t i = 0; i < selection->count && status == PK_OK; i++)
        status = plan_series(&planner, selection->series[i], error);
    if (status == PK_OK)
        status = pk_purchase_weeks_fit(view, supplier_id, &plan, error);
    if (status == PK_OK)
        status = finish_lines(&planner, error);
    if (status == PK_OK)
        status = pk_purchase_weeks_sum(view, &plan, error);
    planner_done(&planner);
    if (status == PK_OK)
        *out_plan = plan;
    else
        pk_promotion_plan_done(&plan);
    return status;
}

void pk_promotion_plan_done(struct pk_promotion_plan *plan)
{
    free(plan->rows);
    free(plan->lines);
    free(plan->supplier_weeks);
    free(plan->weeks);
    free(plan->suppliers);
    *plan = (struct pk_promotion_plan){0};
}
