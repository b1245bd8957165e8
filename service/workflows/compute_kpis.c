#include "service/workflows/compute_kpis.h"

#include <stdlib.h>

#include "models/base/units.h"
#include "service/workflows/check_promotion.h"

static const char *const scope_names[] = {"total", "category", "warehouse", "channel", "role"};

enum pk_status pk_kpi_window(const struct pk_shop *shop, struct pk_kpi_request *request,
                             struct pk_error *error)
{
    char date[PK_DATE_TEXT_SIZE];
    if (request->to_date == PK_DATE_NONE)
        request->to_date = shop->as_of_date;
    if (request->from_date == PK_DATE_NONE)
        request->from_date = request->to_date - PK_KPI_WINDOW_DAYS_DEFAULT + 1;
    if (request->to_date > shop->as_of_date)
        return pk_error_set(error, PK_INVALID_ARGUMENT, "to_date",
                            "lies after the as-of day %s; nothing is known there",
                            pk_date_format(shop->as_of_date, date));
    if (request->from_date > request->to_date)
        return pk_error_set(error, PK_INVALID_ARGUMENT, "from_date", "must not be after to_date");
    if (request->to_date - request->from_date >= PK_KPI_WINDOW_DAYS_MAX)
        return pk_error_set(error, PK_INVALID_ARGUMENT, "from_date",
                            "makes a window of more than %d days", PK_KPI_WINDOW_DAYS_MAX);
    return PK_OK;
}

static enum pk_status give(const struct pk_kpi *kpi, const char *scope, const char *scope_id,
                           const struct pk_kpi_request *request, pk_kpi_take *take, void *context,
                           struct pk_error *error)
{
    struct pk_metric_value values[PK_METRIC_COUNT];
    pk_kpi_finish(kpi, values);
    enum pk_status status = PK_OK;
    for (size_t i = 0; i < PK_METRIC_COUNT && status == PK_OK; i++) {
        struct pk_kpi_figure figure = {scope, scope_id, values[i], request->from_date,
                                       request->to_date};
        status = take(context, &figure, error);
    }
    return status;
}

/* Sales figures alone: a channel has no stock of its own. */
static enum pk_status give_channels(struct pk_store *store, const struct pk_kpi_request *request,
                                    pk_kpi_take *take, void *context, struct pk_error *error)
{
    struct pk_channel_sum *sums = NULL;
    size_t count = 0;
    enum pk_status status =
        pk_store_sum_channels(store, request->from_date, request->to_date, &sums, &count, error);
    for (size_t i = 0; i < count && status == PK_OK; i++) {
        const struct pk_channel_sum *sum = &sums[i];
        double units = (double)sum->units;
        struct pk_metric_value values[] = {
            {PK_METRIC_UNITS, true, units, units, 1},
            {PK_METRIC_GMV, sum->paid_amount_micros >= 0,
             (double)sum->paid_amount_micros / (double)PK_MICROS_PER_UNIT,
             (double)sum->paid_amount_micros / (double)PK_MICROS_PER_UNIT, 1},
            {PK_METRIC_RETURN_RATIO, units > 0, units > 0 ? (double)sum->returned_units / units : 0,
             (double)sum->returned_units, units},
            {PK_METRIC_CANCEL_RATIO, units > 0,
             units > 0 ? (double)sum->cancelled_units / units : 0, (double)sum->cancelled_units,
             units},
        };
        for (size_t v = 0; v < sizeof values / sizeof values[0] && status == PK_OK; v++) {
            struct pk_kpi_figure figure = {"channel", sum->channel, values[v], request->from_date,
                                           request->to_date};
            status = take(context, &figure, error);
        }
    }
    free(sums);
    return status;
}

static size_t scope_of(const struct pk_shop *shop, const struct pk_series *series,
                       enum pk_kpi_scope by)
{
    switch (by) {
    case PK_KPI_CATEGORY:
        return shop->items[series->item].category;
    case PK_KPI_WAREHOUSE:
        return series->warehouse;
    case PK_KPI_ROLE:
        return shop->items[series->item].role;
    case PK_KPI_TOTAL:
    case PK_KPI_CHANNEL:
        break;
    }
    return 0;
}

static size_t scope_count(const struct pk_shop *shop, enum pk_kpi_scope by)
{
    size_t counts[] = {0, shop->category_count, shop->warehouse_count, 0, PK_ROLE_COUNT};
    return counts[by];
}

static const char *scope_id(const struct pk_shop *shop, enum pk_kpi_scope by, size_t index)
{
    if (by == PK_KPI_CATEGORY)
        return shop->categories[index];
    return by == PK_KPI_WAREHOUSE ? shop->warehouses[index] : pk_role_name((enum pk_role)index);
}

enum pk_status pk_compute_kpis(struct pk_store *store, const struct pk_snapshot *snapshot,
                               const struct pk_kpi_request *request, pk_kpi_take *take,
                               void *context, struct pk_error *error)
{
    const struct pk_shop *shop = &snapshot->data->shop;
    size_t scopes = scope_count(shop, request->by);
    struct pk_kpi *sums = calloc(1 + scopes, sizeof *sums);
    struct pk_decision_memory *memory = pk_decision_memory_new();
    enum pk_status status = PK_OK;
    if (sums == NULL || memory == NULL)
        status = pk_error_set(error, PK_OUT_OF_MEMORY, "", "no memory for key figures");
    for (size_t i = 0; status == PK_OK && i < shop->series_count; i++) {
        struct pk_kpi_series series;
        status = pk_kpi_series_load(snapshot, i, request->from_date, request->to_date, memory,
                                    &series, error);
        if (status != PK_OK)
            break;
        pk_kpi_add_series(&sums[0], &series);
        if (scopes > 0)
            pk_kpi_add_series(&sums[1 + scope_of(shop, &shop->series[i], request->by)], &series);
    }
    if (status == PK_OK)
        status = give(&sums[0], "total", "", request, take, context, error);
    for (size_t i = 0; status == PK_OK && i < scopes; i++)
        if (sums[1 + i].any_item)
            status = give(&sums[1 + i], scope_names[request->by], scope_id(shop, request->by, i),
                          request, take, context, error);
    if (status == PK_OK && request->by == PK_KPI_CHANNEL)
        status = give_channels(store, request, take, context, error);
    free(sums);
    pk_decision_memory_free(memory);
    return status;
}
