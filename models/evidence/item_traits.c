#include "models/evidence/item_traits.h"

#include <stdlib.h>

#include "models/base/units.h"
#include "models/history/ledger_index.h"
#include "models/history/series_history.h"
#include "models/history/shop_index.h"

/* Series that one job looks at. */
#define CHUNK_SERIES 256

/* One series' share of its item's evidence. */
struct series_evidence {
    double units, amount; /* sold in the window; money of the units below */
    double paid_units;    /* units whose money is known */
    double mean_units, variance_units;
};

struct survey {
    const struct pk_shop_data *data;
    const struct pk_model *model;
    struct series_evidence *evidence; /* per series */
    struct pk_error *errors;          /* per job */
};

static void add_sales(const struct pk_shop_data *data, size_t series, struct series_evidence *out)
{
    const struct pk_shop *shop = &data->shop;
    const struct pk_series *one = &shop->series[series];
    const int32_t as_of = pk_series_as_of_date(shop, one);
    const int64_t price = pk_shop_price_micros(shop, one->item, one->warehouse, shop->as_of_date);
    const struct pk_ledger_range range =
        pk_series_sales_between(data, series, as_of - PK_ABC_DAYS + 1, as_of);
    for (size_t i = range.first; i < range.last; i++) {
        const struct pk_sales_bucket *bucket = &data->sales.buckets[i];
        const double units = (double)bucket->demand_units;
        out->units += units;
        if (bucket->paid_amount_micros < 0 && price < 0)
            continue;
        out->paid_units += units;
        out->amount += (bucket->paid_amount_micros >= 0 ? (double)bucket->paid_amount_micros
                                                        : units * (double)price) /
                       (double)PK_MICROS_PER_UNIT;
    }
}

static void survey_chunk(void *context, size_t index)
{
    struct survey *survey = context;
    const struct pk_shop *shop = &survey->data->shop;
    struct pk_error *error = &survey->errors[index];
    struct pk_forecast_scratch *scratch = pk_forecast_scratch_new();
    double mean_units[PK_XYZ_DAYS];
    *error = (struct pk_error){.status = PK_OK};
    if (scratch == NULL) {
        pk_error_set(error, PK_OUT_OF_MEMORY, "", "no memory for item classes");
        return;
    }
    const size_t last = (index + 1) * CHUNK_SERIES;
    for (size_t s = index * CHUNK_SERIES; s < last && s < shop->series_count; s++) {
        struct pk_demand demand;
        struct series_evidence *evidence = &survey->evidence[s];
        if (pk_model_forecast(survey->model, shop, s, PK_XYZ_DAYS, scratch, mean_units, &demand,
                              NULL, error) != PK_OK)
            break;
        const struct pk_window window =
            pk_demand_window(&demand, demand.first_date, demand.first_date + PK_XYZ_DAYS - 1);
        *evidence = (struct series_evidence){.mean_units = window.mean_units,
                                             .variance_units = window.variance};
        add_sales(survey->data, s, evidence);
    }
    pk_forecast_scratch_free(scratch);
}

/* Units of the shop per day of the return window, those of daily series only. */
struct return_days {
    double sold_units[PK_RETURN_DAYS], returned_units[PK_RETURN_DAYS];
};

static void sum_days(const struct pk_shop_data *data, struct return_days *days)
{
    const int32_t first = data->shop.as_of_date - PK_RETURN_DAYS + 1;
    for (size_t s = 0; s < data->shop.series_count; s++) {
        if (data->shop.series[s].bucket_days != 1)
            continue;
        const struct pk_ledger_range range =
            pk_series_sales_between(data, s, first, data->shop.as_of_date);
        for (size_t i = range.first; i < range.last; i++) {
            const struct pk_sales_bucket *bucket = &data->sales.buckets[i];
            days->sold_units[bucket->date - first] += (double)bucket->demand_units;
            days->returned_units[bucket->date - first] += (double)bucket->returned_units;
        }
    }
}

/* Sold up to a lag before as-of, returned up to as-of, over windows of the same length. */
static void sum_returns(const struct pk_shop_data *data, int32_t lag_days,
                        struct pk_return_evidence *items)
{
    const struct pk_shop *shop = &data->shop;
    const int32_t last = shop->as_of_date - lag_days, first = last - PK_RETURN_DAYS + 1;
    for (size_t s = 0; s < shop->series_count; s++) {
        struct pk_return_evidence *item = &items[shop->series[s].item];
        const struct pk_ledger_range range =
            pk_series_sales_between(data, s, first, shop->as_of_date);
        for (size_t i = range.first; i < range.last; i++) {
            const struct pk_sales_bucket *bucket = &data->sales.buckets[i];
            if (bucket->date <= last)
                item->sold_units += (double)bucket->demand_units;
            if (bucket->date >= first + lag_days)
                item->returned_units += (double)bucket->returned_units;
        }
    }
}

static enum pk_status learn_returns(const struct pk_shop_data *data, struct pk_item_traits *traits,
                                    struct pk_error *error)
{
    const struct pk_shop *shop = &data->shop;
    struct return_days *days = calloc(1, sizeof *days);
    struct pk_return_evidence *items = calloc(shop->item_count + 1, sizeof *items);
    enum pk_status status = PK_OK;
    if (days == NULL || items == NULL) {
        status = pk_error_set(error, PK_OUT_OF_MEMORY, "", "no memory for return rates");
        goto cleanup;
    }
    sum_days(data, days);
    size_t begun = 0; /* the first day of trade */
    while (begun < PK_RETURN_DAYS && !(days->sold_units[begun] > 0))
        begun++;
    traits->return_lag_days =
        pk_return_lag_days(days->sold_units + begun, days->returned_units + begun,
                           PK_RETURN_DAYS - begun, &traits->is_return_lag_learnt);
    sum_returns(data, traits->return_lag_days, items);
    for (size_t i = 0; i < shop->item_count; i++) {
        items[i].category = shop->items[i].category;
        traits->sold_units += items[i].sold_units;
        traits->returned_units += items[i].returned_units;
    }
    if (!(traits->returned_units > 0))
        goto cleanup;
    traits->return_rates = calloc(shop->item_count + 1, sizeof *traits->return_rates);
    status = traits->return_rates == NULL
                 ? pk_error_set(error, PK_OUT_OF_MEMORY, "", "no memory for return rates")
                 : pk_return_rates_make(items, shop->item_count, shop->category_count,
                                        traits->return_rates, error);

cleanup:
    free(days);
    free(items);
    return status;
}

/* Series of an item are taken as independent of each other. */
static enum pk_status classify(const struct pk_shop *shop, const struct series_evidence *series,
                               struct pk_item_traits *traits, struct pk_error *error)
{
    struct pk_class_evidence *items = calloc(shop->item_count + 1, sizeof *items);
    double *units = calloc(shop->item_count + 1, sizeof *units);
    double amount = 0, paid_units = 0;
    enum pk_status status = PK_OK;
    traits->classes = calloc(shop->item_count + 1, sizeof *traits->classes);
    if (items == NULL || units == NULL || traits->classes == NULL) {
        status = pk_error_set(error, PK_OUT_OF_MEMORY, "", "no memory for item classes");
        goto cleanup;
    }
    for (size_t s = 0; s < shop->series_count; s++) {
        amount += series[s].amount;
        paid_units += series[s].paid_units;
    }
    const bool has_money = amount > 0 && paid_units > 0;
    for (size_t s = 0; s < shop->series_count; s++) {
        const size_t item = shop->series[s].item;
        const double unpaid = series[s].units - series[s].paid_units;
        items[item].taken +=
            has_money ? series[s].amount + unpaid * amount / paid_units : series[s].units;
        items[item].mean_units += series[s].mean_units;
        items[item].variance_units += series[s].variance_units;
        units[item] += series[s].units;
    }
    for (size_t i = 0; i < shop->item_count; i++)
        traits->sold_item_count += units[i] > 0;
    status = pk_item_classes_make(items, shop->item_count, traits->classes, error);

cleanup:
    free(items);
    free(units);
    return status;
}

enum pk_status pk_item_traits_make(const struct pk_shop_data *data, const struct pk_model *model,
                                   const struct pk_executor *executor,
                                   struct pk_item_traits **out_traits, struct pk_error *error)
{
    const size_t count = data->shop.series_count;
    const size_t job_count = (count + CHUNK_SERIES - 1) / CHUNK_SERIES;
    struct survey survey = {.data = data, .model = model};
    struct pk_item_traits *traits = calloc(1, sizeof *traits);
    survey.evidence = calloc(count + 1, sizeof *survey.evidence);
    survey.errors = calloc(job_count + 1, sizeof *survey.errors);
    enum pk_status status = PK_OK;
    if (traits == NULL || survey.evidence == NULL || survey.errors == NULL) {
        status = pk_error_set(error, PK_OUT_OF_MEMORY, "", "no memory for item classes");
        goto cleanup;
    }
    status = pk_executor_run(executor, job_count, survey_chunk, &survey, survey.errors, error);
    if (status == PK_OK)
        status = classify(&data->shop, survey.evidence, traits, error);
    if (status == PK_OK)
        status = learn_returns(data, traits, error);

cleanup:
    free(survey.evidence);
    free(survey.errors);
    if (status == PK_OK)
        *out_traits = traits;
    else
        pk_item_traits_free(traits);
    return status;
}

void pk_item_traits_free(struct pk_item_traits *traits)
{
    if (traits == NULL)
        return;
    free(traits->classes);
    free(traits->return_rates);
    free(traits);
}
