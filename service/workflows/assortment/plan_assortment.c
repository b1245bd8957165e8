#include "service/workflows/assortment/plan_assortment.h"

#include <math.h>
#include <stdlib.h>

#include "models/base/units.h"
#include "models/decision/clearance/clearance_cohort.h"
#include "models/decision/review/kpi_window.h"
#include "models/evidence/bundle_partners.h"
#include "models/evidence/item_roles.h"
#include "service/workflows/review/compute_kpis.h"

/* What one item's nudge is tried on; money of the first series that knows it. */
struct item_windows {
    struct pk_window windows[PK_NUDGE_WAREHOUSE_COUNT_MAX];
    int64_t stock_units[PK_NUDGE_WAREHOUSE_COUNT_MAX];
    size_t count;
    struct pk_bundle_part part;
    bool has_part;
    struct pk_bundle_partner *partner;
    struct pk_price_response response; /* of the same series as `part` */
    double no_sale_in_stock;
    bool has_inbound;
};

struct assortment_work {
    const struct pk_view *view;
    const struct pk_assortment_request *request;
    struct pk_assortment *plan;
    struct pk_decision_memory *memory;
    struct pk_kpi_memory *kpi_memory;
    enum pk_role *roles;
    struct pk_item_lives lives;
    struct pk_bundle_partners partners;
    struct item_windows item; /* of the line at work */
};

const char *pk_assortment_action_name(enum pk_assortment_action action)
{
    static const char *const names[] = {"none",  "push",   "restock",         "nudge",
                                        "check", "delist", "clear_and_delist"};
    return (unsigned)action < sizeof names / sizeof names[0] ? names[action] : "none";
}

void pk_assortment_done(struct pk_assortment *assortment)
{
    free(assortment->lines);
    *assortment = (struct pk_assortment){0};
}

/* First day from which the series can sell: now with stock, else its first inbound; PK_DATE_NONE =
 * not in the window. Unknown stock sells. */
static int32_t sells_from(const struct pk_series_facts *facts, int32_t last_date)
{
    const int32_t next = facts->demand.first_date;
    if (!facts->stock.is_known || facts->is_assembled || pk_stock_sellable_units(&facts->stock) > 0)
        return next;
    const int32_t eta = pk_inbound_next_date(facts->inbound, facts->inbound_count, next);
    if (eta == PK_DATE_NONE)
        return PK_DATE_NONE;
    const int32_t date = pk_bucket_start_from(&facts->demand, eta + facts->terms.shelving_days);
    return date <= last_date ? date : PK_DATE_NONE;
}

static int64_t units_to_sell(const struct pk_series_facts *facts, int32_t last_date)
{
    if (!facts->stock.is_known || facts->is_assembled)
        return INT64_MAX;
    const int64_t stock = pk_stock_sellable_units(&facts->stock);
    double units = stock > 0 ? (double)stock : 0;
    for (size_t i = 0; i < facts->inbound_count; i++)
        if (facts->inbound[i].eta_date <= last_date)
            units += (double)facts->inbound[i].units * facts->inbound[i].confirmed_ratio;
    return llround(units);
}

/* Contribution of PK_CONTRIBUTION_DAYS less what holding the stock costs meanwhile. */
static double contribution_of(const struct pk_series_facts *facts, int64_t to_sell)
{
    const int32_t next = facts->demand.first_date;
    const struct pk_window window =
        pk_demand_window(&facts->demand, next, next + PK_CONTRIBUTION_DAYS - 1);
    struct pk_bundle_part part;
    if (!pk_bundle_part_of(facts, &part))
        return NAN;
    const double units = to_sell == INT64_MAX ? window.mean_units
                                              : pk_window_expected_served_units(&window, to_sell);
    const int64_t holding = pk_holding_cost_micros_per_day(&facts->terms, &facts->economics);
    const int64_t stock = facts->stock.is_known ? pk_stock_sellable_units(&facts->stock) : 0;
    const double kept = fmax((double)stock - units / 2, 0) * PK_CONTRIBUTION_DAYS;
    return (part.price * (1 - part.selling_cost_ratio) - part.cost) * units -
           fmax((double)holding, 0) / (double)PK_MICROS_PER_UNIT * kept;
}

static void add_window(struct assortment_work *work, const struct pk_series_facts *facts,
                       struct pk_assortment_line *line)
{
    const int32_t next = facts->demand.first_date;
    const int32_t last = next + PK_ACTIVE_WINDOW_DAYS - 1;
    const struct pk_window whole = pk_demand_window(&facts->demand, next, last);
    const int32_t from = sells_from(facts, last);
    struct item_windows *item = &work->item;
    item->no_sale_in_stock *= pk_window_probability_at_most(&whole, 0);
    item->has_inbound |= pk_inbound_units(facts->inbound, facts->inbound_count) > 0;
    if (!item->has_part && pk_bundle_part_of(facts, &item->part)) {
        item->has_part = true;
        item->partner = pk_bundle_partner_of(&work->partners, facts->shop, facts->series);
        item->response = pk_series_price_response(&work->memory->price_responses,
                                                  (size_t)(facts->series - facts->shop->series));
    }
    if (facts->stock.is_known) {
        const int64_t stock = pk_stock_sellable_units(&facts->stock);
        line->is_stock_known = true;
        line->on_hand_units += stock > 0 ? stock : 0;
    }
    const int64_t to_sell = units_to_sell(facts, last);
    line->contribution += contribution_of(facts, to_sell);
    if (from == PK_DATE_NONE || item->count == PK_NUDGE_WAREHOUSE_COUNT_MAX)
        return;
    item->windows[item->count] = pk_demand_window(&facts->demand, from, last);
    item->stock_units[item->count++] = to_sell;
}

/* Adds one series to its item's line; a new item begins a new line. */
static enum pk_status add_series(struct assortment_work *work, size_t series,
                                 struct pk_assortment_line *line, struct pk_error *error)
{
    const struct pk_assumptions none = {.stock_units = -1, .lead_time_days = -1};
    const int32_t as_of = work->view->data->shop.as_of_date;
    const struct pk_kpi_window window = {
        .from_date = as_of - PK_KPI_WINDOW_DAYS_DEFAULT + 1, .to_date = as_of, .is_known = true};
    struct pk_kpi_series kpi;
    struct pk_series_facts facts;
    enum pk_status status =
        pk_kpi_series_load(work->view, series, &window, 1, work->kpi_memory, &facts, &kpi, error);
    if (status == PK_OK)
        status = pk_series_facts_load(work->view, series, PK_CONTRIBUTION_DAYS, &none, NULL,
                                      work->memory, &facts, error);
    if (status != PK_OK)
        return status;
    line->is_active_now |= kpi.paid_units >= 1;
    line->is_listed_now |= kpi.is_listed || line->is_active_now;
    line->sold_units += kpi.paid_units;
    add_window(work, &facts, line);
    return PK_OK;
}

/* Listed or in stock in the window ahead: as `kpi` counts it now, and what is launched in it, but
 * not what ended before with nothing left. */
static bool is_counted_ahead(const struct pk_shop *shop, const struct pk_assortment_line *line)
{
    const struct pk_item *item = &shop->items[line->item];
    if (line->on_hand_units > 0)
        return true;
    if (item->end_date != PK_DATE_NONE && item->end_date <= shop->as_of_date)
        return false;
    if (item->launch_date != PK_DATE_NONE && item->launch_date > shop->as_of_date)
        return item->launch_date <= shop->as_of_date + PK_ACTIVE_WINDOW_DAYS;
    return line->is_listed_now;
}

static void try_bundle(const struct assortment_work *work, const struct pk_assortment_line *line,
                       struct pk_nudge_input *input)
{
    const struct item_windows *item = &work->item;
    struct pk_bundle bundle;
    if (item->partner == NULL || line->on_hand_units == 0 || item->part.cost <= 0)
        return;
    const struct pk_bundle_input wanted = {.item = item->part,
                                           .partner = item->partner->part,
                                           .margin_floor = PK_MARGIN_FLOOR_RATIO,
                                           .attach_ratio = work->request->attach_ratio,
                                           .partner_units = item->partner->month_units,
                                           .left_units = (double)line->on_hand_units};
    pk_bundle_price(&wanted, &bundle);
    if (!bundle.is_possible || bundle.expected_units <= 0)
        return;
    input->bundle_units = bundle.expected_units;
    /* the cost of the item counts here: what else is compared is money per unit, too */
    input->bundle_margin = bundle.expected_margin / bundle.expected_units - item->part.cost;
}

/* A dead item's forecast still remembers sales: the rate of the days without one takes its place,
 * in the first warehouse. */
static void bury(struct assortment_work *work, const struct pk_assortment_line *line)
{
    struct item_windows *item = &work->item;
    const struct pk_window nothing = {0};
    const struct pk_window window =
        pk_cohort_window(&nothing, PK_ACTIVE_WINDOW_DAYS, line->life.days_without_sale);
    item->no_sale_in_stock = pk_window_probability_at_most(&window, 0);
    for (size_t i = 0; i < item->count; i++)
        item->windows[i] = i == 0 ? window : nothing;
}

static void close_line(struct assortment_work *work, struct pk_assortment_line *line)
{
    const struct pk_shop *shop = &work->view->data->shop;
    const struct pk_item *facts = &shop->items[line->item];
    const struct item_windows *item = &work->item;
    line->is_counted = is_counted_ahead(shop, line);
    line->life = work->lives.lives[line->item];
    if (facts->role == PK_ROLE_NONE)
        line->proposed_role = work->roles[line->item];
    const bool is_dead = line->life.stage == PK_STAGE_DEAD;
    if (is_dead)
        bury(work, line);
    struct pk_nudge_input input = {.windows = item->windows,
                                   .stock_units = item->stock_units,
                                   .window_count = item->count,
                                   .price = item->part.price,
                                   .cost = item->part.cost,
                                   .kept_ratio = 1 - item->part.selling_cost_ratio,
                                   .elasticity = item->response.elasticity,
                                   .discount_maximum = pk_role_discount_maximum(
                                       pk_item_role_of(facts, work->roles[line->item]), is_dead)};
    line->in_stock_probability = 1 - item->no_sale_in_stock;
    pk_nudge_base(&input, &line->sell_probability, &line->expected_units);
    line->stock_cost = item->has_part ? item->part.cost * (double)line->on_hand_units : NAN;
    if (item->has_part && line->is_counted && line->life.stage != PK_STAGE_ENDED) {
        try_bundle(work, line, &input);
        pk_nudge_best(&input, &line->nudge);
        line->partner = line->nudge.kind == PK_NUDGE_BUNDLE ? item->partner : NULL;
    }
    const bool is_uneconomic = line->contribution <= 0;
    const bool is_settled =
        line->life.stage == PK_STAGE_NOT_LAUNCHED || line->life.stage == PK_STAGE_NEW ||
        line->life.stage == PK_STAGE_RISING || line->life.stage == PK_STAGE_ENDED;
    line->can_delist = line->is_counted && !item->has_inbound && !is_settled &&
                       (is_dead || line->life.stage == PK_STAGE_DYING ||
                        (is_uneconomic && line->in_stock_probability < PK_DYING_PROBABILITY_MAX));
    if (line->can_delist) /* a coupon that sells one of them moves the figure, not the stock */
        line->nudge = (struct pk_nudge){.probability = line->sell_probability};
}

static enum pk_status gather_lines(struct assortment_work *work,
                                   const struct pk_series_selection *selection,
                                   struct pk_error *error)
{
    const struct pk_shop *shop = &work->view->data->shop;
    struct pk_assortment *plan = work->plan;
    enum pk_status status = PK_OK;
    for (size_t i = 0; i < selection->count && status == PK_OK;) {
        struct pk_assortment_line *line = &plan->lines[plan->line_count];
        *line = (struct pk_assortment_line){.item = shop->series[selection->series[i]].item};
        work->item.count = 0;
        work->item.has_part = work->item.has_inbound = false;
        work->item.part = (struct pk_bundle_part){0};
        work->item.partner = NULL;
        work->item.no_sale_in_stock = 1;
        for (; i < selection->count && status == PK_OK &&
               shop->series[selection->series[i]].item == line->item;
             i++)
            status = add_series(work, selection->series[i], line, error);
        if (status != PK_OK)
            break;
        close_line(work, line);
        plan->line_count++;
        plan->listed_count += line->is_listed_now;
        plan->active_count += line->is_active_now;
        plan->stage_counts[line->life.stage]++;
        if (line->is_counted)
            pk_active_add(&plan->ahead, line->sell_probability);
    }
    return status;
}

static int compare_nudges(const void *left, const void *right)
{
    const struct pk_assortment_line *a = *(struct pk_assortment_line *const *)left;
    const struct pk_assortment_line *b = *(struct pk_assortment_line *const *)right;
    const int order = pk_nudge_compare(&a->nudge, &b->nudge);
    return order != 0 ? order : (a->item > b->item) - (a->item < b->item);
}

/* Takes nudges, the best first, until the target is expected. */
static void choose_nudges(struct pk_assortment *plan, struct pk_assortment_line **order)
{
    size_t count = 0;
    double active = plan->ahead.expected;
    for (size_t i = 0; i < plan->line_count; i++)
        if (plan->lines[i].is_counted && plan->lines[i].nudge.kind != PK_NUDGE_NONE &&
            plan->lines[i].life.stage != PK_STAGE_NOT_LAUNCHED)
            order[count++] = &plan->lines[i];
    qsort(order, count, sizeof *order, compare_nudges);
    for (size_t i = 0; i < count && active < plan->target_ratio * plan->ahead.items; i++) {
        struct pk_bundle_partner *partner = order[i]->partner;
        if (partner != NULL && partner->bundle_count >= PK_BUNDLE_COUNT_MAX)
            continue;
        if (partner != NULL)
            partner->bundle_count++;
        active += order[i]->nudge.gain;
        order[i]->nudge_rank = (size_t)++plan->nudge_count;
        plan->nudge_cost += order[i]->nudge.cost;
        plan->nudge_gain_items += order[i]->nudge.gain;
    }
    plan->nudged_ratio = plan->ahead.items > 0 ? active / plan->ahead.items : 0;
}

static int compare_probabilities(const void *left, const void *right)
{
    const struct pk_assortment_line *a = *(struct pk_assortment_line *const *)left;
    const struct pk_assortment_line *b = *(struct pk_assortment_line *const *)right;
    if (a->sell_probability != b->sell_probability)
        return a->sell_probability < b->sell_probability ? -1 : 1;
    return (a->item > b->item) - (a->item < b->item);
}

/* Takes items off the list, those that sell least first, until the ratio is the target: what that
 * does to the figure, not to the shop. */
static void choose_delisting(struct pk_assortment *plan, struct pk_assortment_line **order)
{
    double active = plan->ahead.expected, items = plan->ahead.items;
    size_t count = 0;
    for (size_t i = 0; i < plan->line_count; i++)
        if (plan->lines[i].can_delist)
            order[count++] = &plan->lines[i];
    qsort(order, count, sizeof *order, compare_probabilities);
    for (size_t i = 0; i < count && items > 1 && active < plan->target_ratio * items; i++) {
        active -= order[i]->sell_probability;
        items -= 1;
        plan->delist_count++;
        plan->delist_stock_units += order[i]->on_hand_units;
        plan->delist_stock_cost += isnan(order[i]->stock_cost) ? 0 : order[i]->stock_cost;
    }
    plan->delist_candidate_count = (int64_t)count;
    plan->delisted_ratio = items > 0 ? active / items : 0;
}

static enum pk_assortment_action action_of(const struct pk_assortment_line *line)
{
    const bool would_sell = line->in_stock_probability >= PK_DYING_PROBABILITY_MAX;
    if (line->life.stage == PK_STAGE_RISING)
        return PK_ASSORT_PUSH;
    if (line->can_delist)
        return line->on_hand_units > 0 ? PK_ASSORT_CLEAR_AND_DELIST : PK_ASSORT_DELIST;
    if (line->is_counted && line->is_stock_known && line->on_hand_units == 0 && would_sell &&
        line->sell_probability < line->in_stock_probability - PK_RESTOCK_GAIN_MIN)
        return PK_ASSORT_RESTOCK;
    if (line->nudge_rank > 0)
        return PK_ASSORT_NUDGE;
    if (line->life.stage == PK_STAGE_DECLINING || line->life.launch.position == PK_LAUNCH_BEHIND)
        return PK_ASSORT_CHECK;
    return PK_ASSORT_NONE;
}

/* What gains most first: stars, empty shelves, nudges by rank, what to look at, what to take
 * off. */
static int compare_lines(const void *left, const void *right)
{
    const struct pk_assortment_line *a = left;
    const struct pk_assortment_line *b = right;
    const bool a_idle = a->action == PK_ASSORT_NONE, b_idle = b->action == PK_ASSORT_NONE;
    if (a_idle != b_idle)
        return a_idle ? 1 : -1;
    if (a->action != b->action)
        return a->action < b->action ? -1 : 1;
    if (a->action == PK_ASSORT_NUDGE && a->nudge_rank != b->nudge_rank)
        return a->nudge_rank < b->nudge_rank ? -1 : 1;
    return (a->item > b->item) - (a->item < b->item);
}

static enum pk_status choose(struct assortment_work *work, struct pk_error *error)
{
    struct pk_assortment *plan = work->plan;
    struct pk_assortment_line **order =
        calloc(plan->line_count + 1, sizeof(struct pk_assortment_line *));
    if (order == NULL)
        return pk_error_set(error, PK_OUT_OF_MEMORY, "", "no memory for an assortment plan");
    choose_nudges(plan, order);
    choose_delisting(plan, order);
    for (size_t i = 0; i < plan->line_count; i++) {
        plan->lines[i].action = action_of(&plan->lines[i]);
        plan->lines[i].partner = NULL;
    }
    qsort(plan->lines, plan->line_count, sizeof *plan->lines, compare_lines);
    free(order);
    return PK_OK;
}

static enum pk_status prepare(struct assortment_work *work, const struct pk_view *before,
                              size_t line_count, struct pk_error *error)
{
    const struct pk_shop *shop = &work->view->data->shop;
    work->plan->lines = calloc(line_count + 1, sizeof *work->plan->lines);
    work->memory = pk_decision_memory_new();
    work->kpi_memory = pk_kpi_memory_new();
    work->roles = calloc(shop->item_count + 1, sizeof *work->roles);
    if (work->plan->lines == NULL || work->memory == NULL || work->kpi_memory == NULL ||
        work->roles == NULL)
        return pk_error_set(error, PK_OUT_OF_MEMORY, "", "no memory for an assortment plan");
    enum pk_status status =
        pk_price_responses_load(work->view->data, &work->memory->price_responses, error);
    if (status == PK_OK)
        status = pk_item_roles_propose(work->view->data, work->roles, error);
    if (status == PK_OK)
        status = pk_item_lives_make(work->view, before, &work->lives, error);
    if (status == PK_OK)
        status = pk_bundle_partners_find(work->view, shop->as_of_date + PK_ACTIVE_WINDOW_DAYS,
                                         work->roles, work->memory, &work->partners, error);
    return status;
}

enum pk_status pk_plan_assortment(const struct pk_view *view, const struct pk_view *before,
                                  const struct pk_series_selection *selection,
                                  const struct pk_assortment_request *request,
                                  struct pk_assortment *out_assortment, struct pk_error *error)
{
    struct pk_assortment plan = {.target_ratio = request->target_active_ratio,
                                 .has_history = before != NULL};
    struct assortment_work *work = calloc(1, sizeof *work);
    if (work == NULL)
        return pk_error_set(error, PK_OUT_OF_MEMORY, "", "no memory for an assortment plan");
    work->view = view;
    work->request = request;
    work->plan = &plan;
    enum pk_status status = prepare(work, before, selection->count, error);
    if (status == PK_OK)
        status = gather_lines(work, selection, error);
    if (status == PK_OK)
        status = choose(work, error);
    if (status == PK_OK) {
        plan.chance_star_count = work->lives.chance_star_count;
        plan.star_probability = work->lives.star_probability;
        plan.tested_count = work->lives.tested_count;
        plan.launch_count = work->lives.launch_count;
        *out_assortment = plan;
        plan = (struct pk_assortment){0};
    }
    pk_assortment_done(&plan);
    pk_item_lives_done(&work->lives);
    pk_bundle_partners_done(&work->partners);
    pk_decision_memory_free(work->memory);
    pk_kpi_memory_free(work->kpi_memory);
    free(work->roles);
    free(work);
    return status;
}
