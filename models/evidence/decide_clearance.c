#include "models/evidence/decide_clearance.h"

#include "models/base/limits.h"
#include "models/evidence/clearance_facts.h"
#include "models/evidence/decide_reorder.h"

enum pk_status pk_clearance_by_date(const struct pk_shop *shop, int32_t wanted_date,
                                    int32_t *out_by_date, struct pk_error *error)
{
    int32_t by_date =
        wanted_date == PK_DATE_NONE ? shop->as_of_date + PK_CLEARANCE_DAYS_DEFAULT : wanted_date;
    char first[PK_DATE_TEXT_SIZE];
    char last[PK_DATE_TEXT_SIZE];
    if (by_date <= shop->as_of_date || by_date > shop->as_of_date + PK_HORIZON_DAYS_MAX)
        return pk_error_set(error, PK_INVALID_ARGUMENT, "by_date", "must lie from %s to %s",
                            pk_date_format(shop->as_of_date + 1, first),
                            pk_date_format(shop->as_of_date + PK_HORIZON_DAYS_MAX, last));
    *out_by_date = by_date;
    return PK_OK;
}

/* Stock that sells is not to be cleared while it is being bought: a minimum order or a promotion
 * may ask for more of it. */
static enum pk_status spare_bought(const struct pk_view *view, size_t series,
                                   struct pk_decision_memory *memory, struct pk_clearance *plan,
                                   struct pk_error *error)
{
    const struct pk_assumptions none = {.stock_units = -1, .lead_time_days = -1};
    struct pk_series_facts facts;
    struct pk_reorder reorder;
    enum pk_status status =
        pk_decide_reorder(view, series, &none, NULL, memory, &facts, &reorder, error);
    if (status == PK_OK && reorder.order_units > 0) {
        plan->is_flagged = plan->is_watched = false;
        plan->action = PK_CLEARANCE_NONE;
        plan->period_count = 0;
    }
    return status;
}

double pk_clearance_margin_floor(const struct pk_clearance_request *request)
{
    return request->has_margin_floor ? request->margin_floor_ratio : PK_MARGIN_FLOOR_RATIO;
}

/* Everything a plan asks for but the facts of the series. */
static enum pk_status fill_input(const struct pk_view *view, size_t series,
                                 const struct pk_clearance_request *request,
                                 const struct pk_series_facts *facts,
                                 struct pk_decision_memory *memory,
                                 struct pk_clearance_input *input, struct pk_error *error)
{
    const struct pk_shop_data *data = view->data;
    *input = (struct pk_clearance_input){
        .demand = &facts->demand,
        .stock = facts->stock,
        .terms = facts->terms,
        .economics = facts->economics,
        .by_date = request->by_date,
        .target_cleared_ratio = request->target_cleared_ratio,
        .margin_floor_ratio = pk_clearance_margin_floor(request),
        .last_sale_date = facts->model->last_sale_date,
        .first_stock_date = facts->first_stock_date,
        .oldest_lot_date = facts->oldest_lot_date,
    };
    if (request->margin_multipliers != NULL)
        input->margin_multiplier = request->margin_multipliers[facts->item->category];
    const struct pk_price_responses *responses = request->price_responses;
    enum pk_status status = PK_OK;
    if (responses == NULL) {
        status = pk_price_responses_load(view->data, &memory->price_responses, error);
        responses = &memory->price_responses;
    }
    if (status == PK_OK)
        status = pk_stock_age_load(data, series, facts, &input->age, error);
    if (status != PK_OK)
        return status;
    input->response = pk_series_price_response(responses, series);
    input->plan = pk_series_sell_through_plan(data, series, facts, &input->age);
    if (pk_promoted_discounts(&data->shop, facts->series, &facts->demand, request->by_date,
                              facts->economics.price_micros, memory->promoted_discount))
        input->promoted_discount = memory->promoted_discount;
    return PK_OK;
}

enum pk_status pk_decide_clearance(const struct pk_view *view, size_t series,
                                   const struct pk_clearance_request *request,
                                   struct pk_decision_memory *memory,
                                   struct pk_series_facts *out_facts, struct pk_clearance *out_plan,
                                   struct pk_error *error)
{
    const struct pk_assumptions none = {.stock_units = -1, .lead_time_days = -1};
    struct pk_clearance_input input;
    enum pk_status status = pk_series_facts_load(view, series, PK_HORIZON_DAYS_MAX, &none, NULL,
                                                 memory, out_facts, error);
    if (status == PK_OK)
        status = fill_input(view, series, request, out_facts, memory, &input, error);
    if (status != PK_OK)
        return status;
    pk_clearance_plan(&input, &memory->projection, &memory->clearance, out_plan);
    if (!out_plan->is_flagged || pk_reasons_has(&out_plan->reasons, PK_REASON_DEAD_STOCK) ||
        pk_reasons_has(&out_plan->reasons, PK_REASON_EXCESS_STOCK))
        return PK_OK;
    return spare_bought(view, series, memory, out_plan, error);
}
