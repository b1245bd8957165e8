#include "service/workflows/forecast/backtest_forecasts.h"

#include "models/base/limits.h"
#include "models/forecast/backtest.h"
#include "service/work/parallel.h"

/* Of the randomised coverage: the same shop, the same figures. */
#define SEED UINT64_C(20211212)

/* Origins on their way; job i takes origins[i] into parts[i]. */
struct round {
    const struct pk_shop_data *data;
    const struct pk_fit_settings *settings;
    const struct pk_backtest_origin *origins;
    const struct pk_executor *executor;
    struct pk_backtest **parts;
    struct pk_error *errors;
};

static void run_origin(void *context, size_t index)
{
    struct round *round = context;
    round->errors[index] = (struct pk_error){.status = PK_OK};
    pk_backtest_run(&round->data->shop, &round->data->sales, round->settings,
                    &round->origins[index], round->executor, round->parts[index],
                    &round->errors[index]);
}

static int32_t first_sale_date(const struct pk_shop_data *data)
{
    int32_t first = data->shop.as_of_date;
    for (size_t s = 0; s < data->shop.series_count; s++) {
        size_t i = data->sales.starts[s];
        while (i < data->sales.starts[s + 1] && !(data->sales.buckets[i].demand_units > 0))
            i++;
        if (i < data->sales.starts[s + 1] && data->sales.buckets[i].date < first)
            first = data->sales.buckets[i].date;
    }
    return first;
}

/* Fills origins, the earliest first; returns their number. */
static int32_t set_origins(const struct pk_shop_data *data,
                           const struct pk_backtest_request *request,
                           struct pk_backtest_origin origins[PK_BACKTEST_ORIGIN_COUNT_MAX])
{
    const int32_t earliest = first_sale_date(data) + PK_BACKTEST_HISTORY_DAYS_MIN - 1;
    int32_t spacing_days = request->horizon_days, count = 0;
    for (size_t s = 0; s < data->shop.series_count; s++)
        if (data->shop.series[s].bucket_days == 7)
            spacing_days = (request->horizon_days + 6) / 7 * 7;
    while (count < request->origin_count &&
           (int64_t)data->shop.as_of_date - (int64_t)(count + 1) * spacing_days >= earliest)
        count++;
    for (int32_t i = 0; i < count; i++)
        origins[i] = (struct pk_backtest_origin){data->shop.as_of_date - (count - i) * spacing_days,
                                                 request->horizon_days, SEED};
    return count;
}

/* Runs up to thread_count origins at once; a lone origin gets all threads for its groups. */
static enum pk_status run_origins(const struct pk_shop_data *data,
                                  const struct pk_backtest_request *request,
                                  const struct pk_backtest_origin *origins, size_t count,
                                  const struct pk_backtest_taker *taker, struct pk_backtest *total,
                                  struct pk_error *error)
{
    const struct pk_fit_settings settings = pk_fit_settings_default();
    struct pk_error errors[PK_BACKTEST_ORIGIN_COUNT_MAX];
    struct pk_backtest *parts[PK_BACKTEST_ORIGIN_COUNT_MAX] = {NULL};
    int thread_count = request->thread_count;
    const struct pk_executor executor = pk_parallel_executor(&thread_count);
    enum pk_status status = taker->progress(taker->context, 0, (int64_t)count, error);
    for (size_t done = 0; done < count && status == PK_OK;) {
        const size_t left = count - done;
        const size_t size = left < (size_t)thread_count ? left : (size_t)thread_count;
        struct round round = {data,  &settings, origins + done, size == 1 ? &executor : NULL,
                              parts, errors};
        for (size_t i = 0; i < size && status == PK_OK; i++) {
            parts[i] = pk_backtest_new(&data->shop);
            if (parts[i] == NULL)
                status = pk_error_set(error, PK_OUT_OF_MEMORY, "", "no memory for a backtest");
        }
        if (status == PK_OK)
            pk_parallel_run(&thread_count, size, run_origin, &round);
        for (size_t i = 0; i < size; i++) {
            if (status == PK_OK && errors[i].status != PK_OK) {
                status = errors[i].status;
                *error = errors[i];
            }
            if (status == PK_OK)
                pk_backtest_merge(total, parts[i]);
            pk_backtest_free(parts[i]);
            parts[i] = NULL;
        }
        done += size;
        if (status == PK_OK)
            status = taker->progress(taker->context, (int64_t)done, (int64_t)count, error);
    }
    return status;
}

/* Where the figures of one backtest go. */
struct giving {
    const struct pk_backtest_taker *taker;
    int32_t from_date, to_date;
};

static enum pk_status give(const struct giving *giving, const char *scope, const char *scope_id,
                           const struct pk_accuracy_sums *sums, struct pk_error *error)
{
    struct pk_accuracy_figure figures[PK_ACCURACY_FIGURE_COUNT_MAX];
    const struct pk_backtest_class one = {
        scope,           scope_id, giving->from_date,
        giving->to_date, figures,  pk_accuracy_figures(sums, figures)};
    return giving->taker->take(giving->taker->context, &one, error);
}

static enum pk_status give_if_any(const struct giving *giving, const char *scope,
                                  const char *scope_id, const struct pk_accuracy_sums *sums,
                                  struct pk_error *error)
{
    return sums->count[PK_GRAIN_BUCKET] > 0 ? give(giving, scope, scope_id, sums, error) : PK_OK;
}

static enum pk_status give_classes(const struct giving *giving, const struct pk_shop *shop,
                                   const struct pk_backtest *backtest, enum pk_backtest_scope by,
                                   struct pk_error *error)
{
    static const char *const event_names[] = {"ordinary", "promotion"};
    const bool all = by == PK_BACKTEST_BY_DEFAULT;
    enum pk_status status = give(giving, "total", "", &backtest->total, error);
    for (size_t i = 0;
         status == PK_OK && (all || by == PK_BACKTEST_BY_VELOCITY) && i < PK_VELOCITY_COUNT; i++)
        status = give_if_any(giving, "velocity", pk_velocity_name((enum pk_velocity)i),
                             &backtest->velocity[i], error);
    for (size_t i = 0; status == PK_OK && (all || by == PK_BACKTEST_BY_EVENT) && i < 2; i++)
        status = give_if_any(giving, "event", event_names[i], &backtest->event[i], error);
    for (size_t i = 0;
         status == PK_OK && (all || by == PK_BACKTEST_BY_CATEGORY) && i < shop->category_count; i++)
        status =
            give_if_any(giving, "category", shop->categories[i], &backtest->category[i], error);
    for (size_t i = 0;
         status == PK_OK && by == PK_BACKTEST_BY_WAREHOUSE && i < shop->warehouse_count; i++)
        status =
            give_if_any(giving, "warehouse", shop->warehouses[i], &backtest->warehouse[i], error);
    for (size_t i = 0; status == PK_OK && by == PK_BACKTEST_BY_ROLE && i < PK_ROLE_COUNT; i++)
        status = give_if_any(giving, "role", pk_role_word((enum pk_role)i)->name,
                             &backtest->role[i], error);
    return status;
}

enum pk_status pk_backtest_forecasts(const struct pk_view *view,
                                     const struct pk_backtest_request *request,
                                     const struct pk_backtest_taker *taker,
                                     int32_t *out_origin_count, struct pk_error *error)
{
    struct pk_backtest_origin origins[PK_BACKTEST_ORIGIN_COUNT_MAX];
    const struct pk_shop_data *data = view->data;
    const int32_t count = set_origins(data, request, origins);
    if (count == 0)
        return pk_error_set(error, PK_FAILED_PRECONDITION, "horizon_days",
                            "the history is too short to look %d days ahead from %d days of it; "
                            "take a shorter horizon or import older sales",
                            request->horizon_days, PK_BACKTEST_HISTORY_DAYS_MIN);
    struct pk_backtest *total = pk_backtest_new(&data->shop);
    if (total == NULL)
        return pk_error_set(error, PK_OUT_OF_MEMORY, "", "no memory for a backtest");
    enum pk_status status = run_origins(data, request, origins, (size_t)count, taker, total, error);
    *out_origin_count = count;
    const struct giving giving = {taker, origins[0].as_of_date + 1, data->shop.as_of_date};
    if (status == PK_OK)
        status = give_classes(&giving, &data->shop, total, request->by, error);
    pk_backtest_free(total);
    return status;
}
