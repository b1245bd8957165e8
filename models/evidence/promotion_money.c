#include "models/evidence/promotion_money.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "models/base/units.h"
#include "models/history/campaign.h"

struct pk_promotion_books {
    const struct pk_view *view;
    const struct pk_view *without; /* the shop without the campaign */
    struct pk_shop campaign;       /* the shop with the rows of the campaign alone */
    struct pk_promotion *rows;
    const char *promotion_id;
    struct pk_campaign_gift *gifts; /* of the line at hand; room for all component rows */
    struct pk_demand_memory memory;
    double mean_units[PK_PROJECTION_BUCKET_COUNT_MAX];
};

void pk_promotion_books_free(struct pk_promotion_books *books)
{
    if (books == NULL)
        return;
    pk_forecast_scratch_free(books->memory.scratch);
    free(books->rows);
    free(books->gifts);
    free(books);
}

/* Decisions look at the rows day by day, so they see the campaign's only. */
static void keep_rows(struct pk_promotion_books *books, const struct pk_shop *shop)
{
    size_t count = 0;
    for (size_t i = 0; i < shop->promotion_count; i++)
        if (strcmp(shop->promotions[i].promotion_id, books->promotion_id) == 0)
            books->rows[count++] = shop->promotions[i];
    books->campaign = *shop;
    books->campaign.promotions = books->rows;
    books->campaign.promotion_count = count;
    books->campaign.promotion_order = NULL;
}

enum pk_status pk_promotion_books_new(const struct pk_view *view, const struct pk_view *without,
                                      const char *promotion_id,
                                      struct pk_promotion_books **out_books, struct pk_error *error)
{
    const struct pk_shop_data *data = view->data;
    struct pk_promotion_books *books = calloc(1, sizeof *books);
    if (books != NULL) {
        books->view = view;
        books->promotion_id = promotion_id;
        books->rows = malloc((data->shop.promotion_count + 1) * sizeof *books->rows);
        books->gifts = malloc((data->ledger.component_count + 1) * sizeof *books->gifts);
        books->memory.scratch = pk_forecast_scratch_new();
    }
    if (books == NULL || books->rows == NULL || books->gifts == NULL ||
        books->memory.scratch == NULL) {
        pk_promotion_books_free(books);
        return pk_error_set(error, PK_OUT_OF_MEMORY, "", "no memory for the money of a campaign");
    }
    books->without = without;
    keep_rows(books, &data->shop);
    *out_books = books;
    return PK_OK;
}

static int64_t gift_cost_micros(const struct pk_view *view, uint32_t item, uint32_t warehouse)
{
    const struct pk_supply_row *supply =
        pk_ledger_supply_of(&view->data->ledger, item, warehouse, NULL);
    return supply != NULL && supply->unit_cost_micros >= 0
               ? supply->unit_cost_micros
               : view->data->shop.items[item].unit_cost_micros;
}

static size_t load_gifts(struct pk_promotion_books *books, const struct pk_series_facts *facts)
{
    const struct pk_ledger *ledger = &books->view->data->ledger;
    const struct pk_series *series = facts->series;
    const struct pk_ledger_range range = pk_ledger_components_of(ledger, series->item);
    size_t count = 0;
    for (size_t i = range.first; i < range.last; i++) {
        const struct pk_component_row *row = &ledger->components[i];
        const bool is_always = row->promotion_id[0] == '\0';
        if (row->kind != PK_COMPONENT_GIFT ||
            (!is_always && strcmp(row->promotion_id, books->promotion_id) != 0))
            continue;
        books->gifts[count++] = (struct pk_campaign_gift){
            .units = (double)row->units * pk_gift_order_share(facts->economics.price_micros,
                                                              row->min_order_amount_micros),
            .unit_cost_micros =
                gift_cost_micros(books->view, row->component_item, series->warehouse),
            .from_date = row->valid_from == PK_DATE_NONE ? INT32_MIN : row->valid_from,
            .to_date = row->valid_to == PK_DATE_NONE ? INT32_MAX : row->valid_to,
            .is_of_campaign = !is_always};
    }
    return count;
}

/* Part of the window's demand that is not for parents. */
static double own_ratio(const struct pk_demand *demand, const double *own_mean_units,
                        bool has_parents, const struct pk_promotion_input *input)
{
    if (!has_parents)
        return 1;
    struct pk_demand own = *demand;
    own.mean_units = own_mean_units;
    const double all = pk_demand_window(demand, input->start_date, input->end_date).mean_units;
    return all > 0 ? fmin(1, pk_demand_window(&own, input->start_date, input->end_date).mean_units /
                                 all)
                   : 1;
}

/* Adds the sales of those days of the window that are over. */
static void add_sold(const struct pk_promotion_books *books, struct pk_promotion_line_money *line)
{
    const struct pk_shop_data *data = books->view->data;
    const struct pk_series_facts *facts = line->facts;
    const int32_t last_date = facts->demand.first_date - 1;
    if (line->input->start_date > last_date)
        return;
    const struct pk_ledger_range range = pk_series_sales_between(
        data, line->series, line->input->start_date,
        line->input->end_date < last_date ? line->input->end_date : last_date);
    for (size_t i = range.first; i < range.last; i++) {
        const struct pk_sales_bucket *bucket = &data->sales.buckets[i];
        const int64_t price_micros = pk_promotion_price_micros(
            pk_campaign_row_on(&books->campaign, books->promotion_id, facts->series, bucket->date),
            facts->economics.price_micros);
        line->sold_units += (double)bucket->demand_units;
        if (bucket->paid_amount_micros >= 0)
            line->sold_gmv += (double)bucket->paid_amount_micros / (double)PK_MICROS_PER_UNIT;
        else if (price_micros > 0)
            line->sold_gmv +=
                (double)bucket->demand_units * (double)price_micros / (double)PK_MICROS_PER_UNIT;
    }
}

enum pk_status pk_promotion_line_money(struct pk_promotion_books *books, size_t series,
                                       const struct pk_series_facts *facts,
                                       const struct pk_promotion_input *input,
                                       const struct pk_promotion_check *check,
                                       struct pk_promotion_line_money *out_line,
                                       struct pk_error *error)
{
    struct pk_promotion_line_money line = {
        .series = series, .facts = facts, .input = input, .check = check};
    struct pk_demand_ahead without;
    const enum pk_status status =
        pk_demand_ahead_load(books->without, series, input->end_date - facts->shop->as_of_date + 7,
                             &books->memory, books->mean_units, &without, error);
    if (status != PK_OK)
        return status;
    line.stock_units = check->stock_at_start_units + check->inbound_before_start_units;
    const struct pk_campaign_money_input money = {
        .shop = &books->campaign,
        .promotion_id = books->promotion_id,
        .series = facts->series,
        .start_date = input->start_date,
        .end_date = input->end_date,
        .demand = &facts->demand,
        .baseline = &without.demand,
        .own_ratio = own_ratio(&facts->demand, facts->own_mean_units, facts->has_parents, input),
        .baseline_own_ratio =
            own_ratio(&without.demand, without.own_mean_units, without.has_parents, input),
        .stock_units = line.stock_units,
        .regular_price_micros = facts->economics.price_micros,
        .unit_cost_micros = pk_unit_cost_micros(&facts->terms, &facts->economics),
        .holding_cost_micros_per_day =
            pk_holding_cost_micros_per_day(&facts->terms, &facts->economics),
        .selling_cost_ratio = facts->economics.selling_cost_ratio,
        .gifts = books->gifts,
        .gift_count = load_gifts(books, facts)};
    pk_campaign_money_of(&money, &line.money);
    if (!isnan(line.stock_units))
        line.gmv_at_risk = line.money.wanted_gmv - line.money.served_gmv;
    add_sold(books, &line);
    *out_line = line;
    return PK_OK;
}
