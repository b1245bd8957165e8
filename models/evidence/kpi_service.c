/* Key figures of service (kpi_series.h): what stock-outs cost, and replenishment cycles. */
#include <math.h>

#include "models/evidence/kpi_series.h"

enum pk_status pk_kpi_lost_units(const struct pk_view *view, size_t series, int32_t from_date,
                                 int32_t to_date, struct pk_kpi_memory *memory,
                                 double *out_sold_units, double *out_lost_units,
                                 struct pk_error *error)
{
    const struct pk_shop_data *data = view->data;
    const int32_t bucket_days = data->shop.series[series].bucket_days;
    const struct pk_ledger_range range = pk_series_sales_between(data, series, from_date, to_date);
    int32_t first_date = PK_DATE_NONE;
    double sold = 0;
    bool is_known = false;
    for (size_t i = range.first; i < range.last; i++) {
        const struct pk_sales_bucket *bucket = &data->sales.buckets[i];
        sold += (double)bucket->demand_units;
        is_known |= bucket->available_ratio >= 0;
        if (bucket->available_ratio >= 0 && bucket->available_ratio < 1 &&
            first_date == PK_DATE_NONE && bucket->date >= pk_model_first_date(view->model))
            first_date = bucket->date;
    }
    double lost = 0;
    if (first_date != PK_DATE_NONE) {
        /* To the last row of the range: all series then ask for the same rows of the design. */
        const int32_t last_date = data->sales.buckets[range.last - 1].date;
        const size_t count = (size_t)((last_date - first_date) / bucket_days) + 1;
        if (count > PK_KPI_WINDOW_DAYS_MAX)
            return pk_error_set(error, PK_INVALID_ARGUMENT, "from_date",
                                "makes a window of more than %d days", PK_KPI_WINDOW_DAYS_MAX);
        enum pk_status status = pk_model_fitted(view->model, &data->shop, series, first_date, count,
                                                memory->fitted, memory->mean_units, error);
        if (status != PK_OK)
            return status;
        for (size_t i = range.first; i < range.last; i++) {
            const struct pk_sales_bucket *bucket = &data->sales.buckets[i];
            if (bucket->available_ratio >= 0 && bucket->available_ratio < 1 &&
                bucket->date >= first_date)
                lost += (1 - (double)bucket->available_ratio) *
                        memory->mean_units[(bucket->date - first_date) / bucket_days];
        }
    }
    *out_sold_units = sold;
    *out_lost_units = is_known ? lost : -1;
    return PK_OK;
}

/* Whether any bucket from from_date to to_date was partly or wholly out of stock. */
static bool was_out(const struct pk_shop_data *data, size_t series, int32_t from_date,
                    int32_t to_date)
{
    const struct pk_ledger_range range = pk_series_sales_between(data, series, from_date, to_date);
    for (size_t i = range.first; i < range.last; i++)
        if (data->sales.buckets[i].available_ratio >= 0 &&
            data->sales.buckets[i].available_ratio < 1)
            return true;
    return false;
}

static bool tells_availability(const struct pk_shop_data *data, size_t series, int32_t from_date,
                               int32_t to_date)
{
    const struct pk_ledger_range range = pk_series_sales_between(data, series, from_date, to_date);
    for (size_t i = range.first; i < range.last; i++)
        if (data->sales.buckets[i].available_ratio >= 0)
            return true;
    return false;
}

static void add_cycle(const struct pk_shop_data *data, size_t series, int32_t from_date,
                      int32_t to_date, struct pk_kpi_series *out)
{
    out->cycle_count++;
    out->served_cycle_count += !was_out(data, series, from_date, to_date);
}

void pk_kpi_cycles(const struct pk_view *view, const struct pk_series_facts *facts, size_t series,
                   int32_t from_date, int32_t to_date, struct pk_kpi_series *out)
{
    const struct pk_shop_data *data = view->data;
    const struct pk_ledger_range receipts =
        pk_ledger_deliveries_of(&data->ledger, facts->series->item, facts->series->warehouse);
    if (receipts.first == receipts.last) {
        const int32_t days =
            facts->terms.review_period_days > 0 ? facts->terms.review_period_days : 7;
        if (!facts->terms.is_known || !out->is_listed ||
            !tells_availability(data, series, from_date, to_date))
            return;
        for (int32_t end = to_date; end - days + 1 >= from_date; end -= days)
            add_cycle(data, series, end - days + 1, end, out);
        return;
    }
    int32_t before = PK_DATE_NONE;
    for (size_t i = receipts.first; i < receipts.last; i++) {
        const int32_t date = data->ledger.deliveries[i].received_date;
        if (date > to_date)
            break;
        if (before != PK_DATE_NONE && date > before && date >= from_date &&
            tells_availability(data, series, before, date - 1))
            add_cycle(data, series, before, date - 1, out);
        before = date;
    }
}
