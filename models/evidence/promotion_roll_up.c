#include "models/evidence/promotion_roll_up.h"

#include <stdlib.h>
#include <string.h>

#include "models/base/array.h"
#include "models/base/units.h"
#include "models/decision/clearance/margin_floor.h"

#define WEEK_DAYS 7

/* One scope on the way. */
struct scope_work {
    struct pk_promotion_roll_up sum;
    struct pk_campaign_money_sum money;
    double gmv_at_risk;
};

struct pk_promotion_sums {
    const struct pk_shop_data *data;
    const char **supplier_ids; /* ascending, without repeats; the first is "" */
    size_t supplier_count;
    struct scope_work *scopes; /* total, categories, roles, suppliers, warehouses */
    size_t scope_count;
    int32_t first_date; /* of the window ahead */
    size_t day_count;
    struct pk_shared_sum *days; /* scope x day, in units */
    struct pk_promotion_week *weeks;
    size_t week_count;
    double *item_risks; /* per item of the shop */
    bool *item_is_in;   /* per item */
    struct pk_promotion_loss *losses;
    size_t loss_count, loss_capacity;
};

static int compare_texts(const void *left, const void *right)
{
    return strcmp(*(const char *const *)left, *(const char *const *)right);
}

static bool list_suppliers(struct pk_promotion_sums *sums)
{
    const struct pk_ledger *ledger = &sums->data->ledger;
    sums->supplier_ids = malloc((ledger->supply_count + 1) * sizeof *sums->supplier_ids);
    if (sums->supplier_ids == NULL)
        return false;
    size_t count = 0, kept = 1;
    sums->supplier_ids[count++] = "";
    for (size_t i = 0; i < ledger->supply_count; i++)
        sums->supplier_ids[count++] = ledger->supply[i].supplier_id;
    qsort(sums->supplier_ids, count, sizeof *sums->supplier_ids, compare_texts);
    for (size_t i = 1; i < count; i++)
        if (strcmp(sums->supplier_ids[i], sums->supplier_ids[kept - 1]) != 0)
            sums->supplier_ids[kept++] = sums->supplier_ids[i];
    sums->supplier_count = kept;
    return true;
}

static size_t place_of_supplier(const struct pk_promotion_sums *sums, const char *supplier_id)
{
    const char *const *found = bsearch(&supplier_id, sums->supplier_ids, sums->supplier_count,
                                       sizeof *sums->supplier_ids, compare_texts);
    return found == NULL ? 0 : (size_t)(found - (const char *const *)sums->supplier_ids);
}

enum pk_status pk_promotion_sums_new(const struct pk_shop_data *data, int32_t start_date,
                                     int32_t end_date, struct pk_promotion_sums **out_sums,
                                     struct pk_error *error)
{
    const struct pk_shop *shop = &data->shop;
    const int32_t next_date = shop->as_of_date + 1;
    struct pk_promotion_sums *sums = calloc(1, sizeof *sums);
    bool is_complete = sums != NULL;
    if (is_complete) {
        sums->data = data;
        sums->first_date = start_date > next_date ? start_date : next_date;
        const int32_t days = end_date - sums->first_date + 1;
        sums->day_count = days < PK_PROMOTION_PEAK_DAYS_MAX ? (size_t)(days > 0 ? days : 0)
                                                            : PK_PROMOTION_PEAK_DAYS_MAX;
        sums->week_count = (size_t)(end_date - shop->as_of_date) / WEEK_DAYS + 2;
        is_complete = list_suppliers(sums);
    }
    if (is_complete) {
        sums->scope_count =
            1 + shop->category_count + PK_ROLE_COUNT + sums->supplier_count + shop->warehouse_count;
        sums->scopes = calloc(sums->scope_count, sizeof *sums->scopes);
        sums->days = calloc(sums->scope_count * sums->day_count + 1, sizeof *sums->days);
        sums->weeks = calloc(sums->week_count, sizeof *sums->weeks);
        sums->item_risks = calloc(shop->item_count + 1, sizeof *sums->item_risks);
        sums->item_is_in = calloc(shop->item_count + 1, sizeof *sums->item_is_in);
        is_complete = sums->scopes != NULL && sums->days != NULL && sums->weeks != NULL &&
                      sums->item_risks != NULL && sums->item_is_in != NULL;
    }
    if (!is_complete) {
        pk_promotion_sums_free(sums);
        return pk_error_set(error, PK_OUT_OF_MEMORY, "", "no memory for roll-ups");
    }
    const int32_t monday = pk_date_bucket_start(next_date, WEEK_DAYS, 0);
    for (size_t i = 0; i < sums->week_count; i++)
        sums->weeks[i].start_date = monday + (int32_t)i * WEEK_DAYS;
    *out_sums = sums;
    return PK_OK;
}

void pk_promotion_sums_free(struct pk_promotion_sums *sums)
{
    if (sums == NULL)
        return;
    free(sums->supplier_ids);
    free(sums->scopes);
    free(sums->days);
    free(sums->weeks);
    free(sums->item_risks);
    free(sums->item_is_in);
    free(sums->losses);
    free(sums);
}

/* The check at the campaign's price: weights, and what a gap costs in sales. */
static void add_to_scopes(struct pk_promotion_sums *sums, const size_t *places, size_t place_count,
                          const struct pk_promotion_line_money *line)
{
    struct pk_promotion_input priced = *line->input;
    struct pk_shared_sum days[PK_PROMOTION_PEAK_DAYS_MAX];
    if (line->money.has_price)
        priced.economics.price_micros = pk_money_from_double(line->money.price);
    for (size_t day = 0; day < sums->day_count; day++) {
        const int32_t date = sums->first_date + (int32_t)day;
        days[day] = (struct pk_shared_sum){0};
        if (date >= line->input->start_date && date <= line->input->end_date)
            pk_shared_demand(line->input->demand, date, date, &days[day]);
    }
    for (size_t i = 0; i < place_count; i++) {
        struct scope_work *scope = &sums->scopes[places[i]];
        pk_promotion_roll_up_add(&scope->sum, &priced, line->check);
        pk_campaign_money_sum_add(&scope->money, &line->money, line->sold_gmv);
        scope->gmv_at_risk += line->gmv_at_risk;
        for (size_t day = 0; day < sums->day_count; day++)
            pk_shared_sum_add(&sums->days[places[i] * sums->day_count + day], &days[day], 1);
    }
}

static void add_to_week(struct pk_promotion_sums *sums, const struct pk_promotion_line_money *line)
{
    const struct pk_promotion_check *check = line->check;
    const int32_t next_date = line->input->demand->first_date;
    const int64_t cost_micros = pk_unit_cost_micros(&line->input->terms, &line->input->economics);
    if (check->state == PK_READINESS_UNKNOWN || !(check->gap_q50_units > 0))
        return;
    const bool is_late = check->order_by_date != PK_DATE_NONE && check->order_by_date < next_date;
    const int32_t due_date =
        check->order_by_date == PK_DATE_NONE || is_late ? next_date : check->order_by_date;
    const size_t index = (size_t)(due_date - sums->weeks[0].start_date) / WEEK_DAYS;
    struct pk_promotion_week *week =
        &sums->weeks[index < sums->week_count ? index : sums->week_count - 1];
    week->line_count++;
    week->late_line_count += is_late;
    week->gap_units += check->gap_q50_units;
    if (cost_micros > 0)
        week->cash += check->gap_q50_units * (double)cost_micros / (double)PK_MICROS_PER_UNIT;
}

static enum pk_status add_loss(struct pk_promotion_sums *sums,
                               const struct pk_promotion_line_money *line, struct pk_error *error)
{
    const struct pk_campaign_money *money = &line->money;
    const bool is_worse =
        money->has_cost && money->has_baseline && money->profit < money->baseline_profit - 0.005;
    if (!money->is_below_cost && !is_worse)
        return PK_OK;
    const enum pk_status status =
        pk_array_reserve(&sums->losses, &sums->loss_capacity, sums->loss_count + 1,
                         sizeof *sums->losses, "roll-ups", error);
    if (status != PK_OK)
        return status;
    struct pk_promotion_loss *loss = &sums->losses[sums->loss_count++];
    *loss = (struct pk_promotion_loss){
        .series = line->series,
        .money = *money,
        .regular_price_micros = line->input->economics.price_micros,
        .unit_cost_micros = pk_unit_cost_micros(&line->input->terms, &line->input->economics)};
    if (money->is_below_cost)
        pk_reasons_add(&loss->reasons, PK_REASON_PRICE_BELOW_COST);
    if (is_worse)
        pk_reasons_add(&loss->reasons, PK_REASON_CAMPAIGN_LOSES_PROFIT);
    return PK_OK;
}

enum pk_status pk_promotion_sums_add(struct pk_promotion_sums *sums,
                                     const struct pk_promotion_line_money *line,
                                     struct pk_error *error)
{
    const struct pk_series_facts *facts = line->facts;
    const size_t roles = 1 + sums->data->shop.category_count;
    const size_t suppliers = roles + PK_ROLE_COUNT;
    const size_t warehouses = suppliers + sums->supplier_count;
    const size_t places[] = {0, 1 + facts->item->category, roles + facts->item->role,
                             suppliers + place_of_supplier(sums, facts->supply == NULL
                                                                     ? ""
                                                                     : facts->supply->supplier_id),
                             warehouses + facts->series->warehouse};
    add_to_scopes(sums, places, sizeof places / sizeof places[0], line);
    add_to_week(sums, line);
    sums->item_risks[facts->series->item] += line->gmv_at_risk;
    sums->item_is_in[facts->series->item] = true;
    return add_loss(sums, line, error);
}

static int64_t outbound_of(const struct pk_ledger *ledger, size_t warehouse)
{
    for (size_t i = 0; i < ledger->warehouse_count; i++)
        if (ledger->warehouses[i].warehouse == warehouse)
            return ledger->warehouses[i].outbound_units_per_day;
    return -1;
}

static void name_scope(const struct pk_promotion_sums *sums, size_t place,
                       struct pk_promotion_scope_sum *out)
{
    const struct pk_shop *shop = &sums->data->shop;
    const size_t roles = 1 + shop->category_count;
    const size_t suppliers = roles + PK_ROLE_COUNT;
    const size_t warehouses = suppliers + sums->supplier_count;
    out->scope = "total";
    out->scope_id = "";
    out->outbound_units_per_day = -1;
    if (place >= warehouses) {
        out->scope = "warehouse";
        out->scope_id = shop->warehouses[place - warehouses];
        out->outbound_units_per_day = outbound_of(&sums->data->ledger, place - warehouses);
    } else if (place >= suppliers) {
        out->scope = "supplier";
        out->scope_id = sums->supplier_ids[place - suppliers];
    } else if (place >= roles) {
        out->scope = "role";
        out->scope_id = pk_role_word((enum pk_role)(place - roles))->name;
    } else if (place > 0) {
        out->scope = "category";
        out->scope_id = shop->categories[place - 1];
    }
}

static void find_peak(const struct pk_promotion_sums *sums, size_t place,
                      struct pk_promotion_scope_sum *out)
{
    const struct pk_shared_sum *days = &sums->days[place * sums->day_count];
    size_t peak = 0;
    out->peak_date = out->first_over_date = PK_DATE_NONE;
    for (size_t day = 0; day < sums->day_count; day++) {
        const double mean = pk_shared_sum_mean(&days[day]);
        if (mean > out->peak_day_mean_units) {
            peak = day;
            out->peak_day_mean_units = mean;
            out->peak_date = sums->first_date + (int32_t)day;
        }
        if (out->outbound_units_per_day < 0 ||
            pk_shared_sum_quantile(&days[day], 0.9) <= (double)out->outbound_units_per_day)
            continue;
        out->over_day_count++;
        if (out->first_over_date == PK_DATE_NONE)
            out->first_over_date = sums->first_date + (int32_t)day;
    }
    if (out->peak_date != PK_DATE_NONE)
        out->peak_day_q90_units = pk_shared_sum_quantile(&days[peak], 0.9);
    if (out->over_day_count > 0)
        pk_reasons_add(&out->reasons, PK_REASON_WAREHOUSE_OVERLOADED);
}

enum pk_status pk_promotion_sums_scopes(const struct pk_promotion_sums *sums,
                                        struct pk_promotion_scope_sum **out_scopes,
                                        size_t *out_count, struct pk_error *error)
{
    struct pk_promotion_scope_sum *scopes = calloc(sums->scope_count, sizeof *scopes);
    if (scopes == NULL)
        return pk_error_set(error, PK_OUT_OF_MEMORY, "", "no memory for roll-ups");
    size_t count = 0;
    for (size_t i = 0; i < sums->scope_count; i++) {
        if (sums->scopes[i].sum.line_count == 0)
            continue;
        struct pk_promotion_scope_sum *scope = &scopes[count++];
        name_scope(sums, i, scope);
        scope->sum = sums->scopes[i].sum;
        scope->money = sums->scopes[i].money;
        scope->gmv_at_risk = sums->scopes[i].gmv_at_risk;
        find_peak(sums, i, scope);
        if (scope->scope[0] == 'c' &&
            pk_campaign_margin_ratio(&scope->money) < PK_MARGIN_FLOOR_RATIO)
            pk_reasons_add(&scope->reasons, PK_REASON_MARGIN_BELOW_FLOOR);
    }
    *out_scopes = scopes;
    *out_count = count;
    return PK_OK;
}

enum pk_status pk_promotion_sums_weeks(const struct pk_promotion_sums *sums,
                                       struct pk_promotion_week **out_weeks, size_t *out_count,
                                       struct pk_error *error)
{
    struct pk_promotion_week *weeks = calloc(sums->week_count, sizeof *weeks);
    if (weeks == NULL)
        return pk_error_set(error, PK_OUT_OF_MEMORY, "", "no memory for roll-ups");
    size_t count = 0;
    for (size_t i = 0; i < sums->week_count; i++)
        if (sums->weeks[i].line_count > 0)
            weeks[count++] = sums->weeks[i];
    *out_weeks = weeks;
    *out_count = count;
    return PK_OK;
}

static int compare_losses(const void *left, const void *right)
{
    const struct pk_promotion_loss *a = left, *b = right;
    const double gain_a = a->money.profit - a->money.baseline_profit;
    const double gain_b = b->money.profit - b->money.baseline_profit;
    if (gain_a < gain_b || gain_a > gain_b)
        return gain_a < gain_b ? -1 : 1;
    return a->series < b->series ? -1 : a->series > b->series;
}

const struct pk_promotion_loss *pk_promotion_sums_losses(struct pk_promotion_sums *sums,
                                                         size_t *out_count)
{
    if (sums->loss_count > 1)
        qsort(sums->losses, sums->loss_count, sizeof *sums->losses, compare_losses);
    *out_count =
        sums->loss_count < PK_PROMOTION_LOSS_MAX ? sums->loss_count : PK_PROMOTION_LOSS_MAX;
    return sums->losses;
}

static int compare_falling(const void *left, const void *right)
{
    const double a = *(const double *)left, b = *(const double *)right;
    return (a < b) - (a > b);
}

enum pk_status pk_promotion_sums_headline(const struct pk_promotion_sums *sums,
                                          const struct pk_promotion_scope_sum *scopes,
                                          size_t scope_count,
                                          struct pk_promotion_headline *out_headline,
                                          struct pk_error *error)
{
    const size_t item_count = sums->data->shop.item_count;
    const struct scope_work *total = &sums->scopes[0];
    struct pk_promotion_headline headline = {
        .readiness_ratio = pk_promotion_readiness_ratio(&total->sum),
        .gmv_expected = total->money.served_gmv + total->money.sold_gmv,
        .gmv_wanted = total->money.wanted_gmv + total->money.sold_gmv,
        .gmv_at_risk = total->gmv_at_risk,
        .cash_needed = total->sum.cash_needed,
        .below_cost_count = total->money.below_cost_count};
    double *risks = malloc((item_count + 1) * sizeof *risks);
    if (risks == NULL)
        return pk_error_set(error, PK_OUT_OF_MEMORY, "", "no memory for roll-ups");
    memcpy(risks, sums->item_risks, item_count * sizeof *risks);
    if (item_count > 1)
        qsort(risks, item_count, sizeof *risks, compare_falling);
    double sum = 0;
    for (size_t i = 0; i < item_count && sum < total->gmv_at_risk / 2; i++) {
        sum += risks[i];
        headline.half_risk_item_count++;
    }
    free(risks);
    for (size_t i = 0; i < item_count; i++)
        headline.item_count += sums->item_is_in[i];
    for (size_t i = 0; i < sums->week_count; i++)
        headline.late_line_count += sums->weeks[i].late_line_count;
    for (size_t i = 0; i < scope_count; i++)
        headline.overloaded_count += scopes[i].over_day_count > 0;
    *out_headline = headline;
    return PK_OK;
}
