/* ForecastService: sends the forecasts of one item in one message, those of a selection as a
 * stream. */
#include <string.h>

#include "peakstock/v1/forecast.pb-c.h"
#include "service/handlers/reply.h"
#include "service/workflows/forecast/generate_forecast.h"

/* Values in one message before it is sent: about 256 KiB. */
#define VALUES_PER_MESSAGE 16384

#define HORIZON_DAYS_DEFAULT 28

static void read_options(struct pk_rpc_call *call, const Peakstock__V1__ForecastOptions *wire,
                         struct pk_forecast_options *out_options, int32_t *out_as_of_date)
{
    static const double defaults[] = {0.1, 0.5, 0.9};
    struct pk_forecast_options options = {.horizon_days = HORIZON_DAYS_DEFAULT};
    *out_as_of_date = PK_DATE_NONE;
    if (wire != NULL) {
        *out_as_of_date = pk_request_date(call, "options.as_of_date", wire->as_of_date);
        options.total = wire->total;
        if (wire->horizon_days != 0)
            options.horizon_days = wire->horizon_days;
        if (options.horizon_days < 1 || options.horizon_days > PK_HORIZON_DAYS_MAX)
            pk_rpc_call_violation(call, "options.horizon_days",
                                  "%d is out of range; give 1 to %d days", options.horizon_days,
                                  PK_HORIZON_DAYS_MAX);
        if (wire->n_probabilities > PK_QUANTILE_COUNT_MAX)
            pk_rpc_call_violation(call, "options.probabilities", "has %zu entries; give at most %d",
                                  wire->n_probabilities, PK_QUANTILE_COUNT_MAX);
        else
            options.probability_count = wire->n_probabilities;
    }
    for (size_t i = 0; i < options.probability_count; i++) {
        options.probabilities[i] = wire->probabilities[i];
        if (!(options.probabilities[i] >= 1e-6 && options.probabilities[i] <= 1 - 1e-6))
            pk_rpc_call_violation(call, "options.probabilities",
                                  "%g is no probability; give numbers between 0 and 1",
                                  options.probabilities[i]);
    }
    if (options.probability_count == 0) {
        memcpy(options.probabilities, defaults, sizeof defaults);
        options.probability_count = sizeof defaults / sizeof defaults[0];
    }
    *out_options = options;
}

/* Series collected for the next message. */
struct forecast_batch {
    struct pk_rpc_call *call;
    const struct pk_forecast_options *options;
    Peakstock__V1__SeriesForecast **series;
    size_t count;
    size_t capacity;
    size_t value_count;
    bool is_stream;
};

static void *copy(struct pk_rpc_call *call, const void *bytes, size_t size)
{
    void *room = pk_rpc_call_allocate(call, size);
    if (room != NULL)
        memcpy(room, bytes, size);
    return room;
}

static bool fill_quantiles(struct forecast_batch *batch, const struct pk_forecast_series *forecast,
                           Peakstock__V1__SeriesForecast *out)
{
    size_t count = batch->options->probability_count;
    Peakstock__V1__QuantileColumn *columns =
        pk_rpc_call_allocate(batch->call, count * sizeof *columns);
    out->quantiles =
        pk_rpc_call_allocate(batch->call, count * sizeof(Peakstock__V1__QuantileColumn *));
    if (columns == NULL || out->quantiles == NULL)
        return false;
    for (size_t p = 0; p < count; p++) {
        peakstock__v1__quantile_column__init(&columns[p]);
        columns[p].probability = batch->options->probabilities[p];
        columns[p].n_units = forecast->count;
        columns[p].units = copy(batch->call, forecast->quantile_units + p * forecast->count,
                                forecast->count * sizeof(int64_t));
        if (columns[p].units == NULL)
            return false;
        out->quantiles[p] = &columns[p];
    }
    out->n_quantiles = count;
    return true;
}

static Peakstock__V1__SeriesForecast *wire_series(struct forecast_batch *batch,
                                                  const struct pk_forecast_series *forecast)
{
    struct pk_reasons reasons = pk_reply_flag_reasons(forecast->flags);
    if (forecast->has_parents)
        pk_reasons_add(&reasons, PK_REASON_PARENT_DEMAND);
    if (forecast->is_adjusted)
        pk_reasons_add(&reasons, PK_REASON_FORECAST_ADJUSTED);
    Peakstock__V1__SeriesForecast *out = pk_rpc_call_allocate(batch->call, sizeof *out);
    if (out == NULL)
        return NULL;
    peakstock__v1__series_forecast__init(out);
    /* Ids live as long as the snapshot, which outlives the message. */
    out->item_id = pk_reply_borrow(forecast->item->item_id);
    out->warehouse_id = pk_reply_borrow(forecast->warehouse_id);
    out->bucket_days = forecast->bucket_days;
    out->n_date_epoch_days = forecast->count;
    out->date_epoch_days = copy(batch->call, forecast->dates, forecast->count * sizeof(int32_t));
    out->n_mean_units = forecast->count;
    out->mean_units = copy(batch->call, forecast->mean_units, forecast->count * sizeof(double));
    if (forecast->has_parents || forecast->is_adjusted || forecast->is_campaign_updated) {
        out->n_statistical_mean_units = forecast->count;
        out->statistical_mean_units =
            copy(batch->call, forecast->statistical_mean_units, forecast->count * sizeof(double));
        if (out->statistical_mean_units == NULL)
            return NULL;
    }
    out->reasons = pk_reply_reasons(batch->call, &reasons, &out->n_reasons);
    bool is_complete = out->date_epoch_days != NULL && out->mean_units != NULL &&
                       fill_quantiles(batch, forecast, out);
    return is_complete ? out : NULL;
}

static enum pk_status send_batch(struct forecast_batch *batch, struct pk_error *error)
{
    Peakstock__V1__StreamForecastsResponse response =
        PEAKSTOCK__V1__STREAM_FORECASTS_RESPONSE__INIT;
    response.series = batch->series;
    response.n_series = batch->count;
    enum pk_status status = pk_rpc_call_send(batch->call, &response.base, error);
    pk_rpc_call_release(batch->call);
    batch->series = NULL;
    batch->count = batch->capacity = batch->value_count = 0;
    return status;
}

static enum pk_status take_series(void *context, const struct pk_forecast_series *forecast,
                                  struct pk_error *error)
{
    struct forecast_batch *batch = context;
    enum pk_status status =
        pk_reply_reserve(batch->call, &batch->series, &batch->capacity, batch->count, error);
    if (status != PK_OK)
        return status;
    Peakstock__V1__SeriesForecast *series = wire_series(batch, forecast);
    if (series == NULL)
        return pk_reply_out_of_memory(error);
    batch->series[batch->count++] = series;
    batch->value_count += forecast->count * (2 + batch->options->probability_count);
    if (!batch->is_stream)
        return PK_OK;
    return batch->value_count < VALUES_PER_MESSAGE ? pk_rpc_call_check(batch->call, error)
                                                   : send_batch(batch, error);
}

/* One warning where covariates end inside the horizon; empty otherwise. */
static const char *covariate_warning(const struct pk_snapshot *snapshot, int32_t horizon_days,
                                     char *out, size_t size)
{
    const struct pk_shop *shop = &snapshot->view.data->shop;
    int32_t last_date = PK_DATE_NONE;
    for (size_t i = 0; i < shop->covariate_count; i++)
        if (shop->covariates[i].date > last_date)
            last_date = shop->covariates[i].date;
    out[0] = '\0';
    char date[PK_DATE_TEXT_SIZE];
    if (last_date != PK_DATE_NONE && last_date < shop->as_of_date + horizon_days)
        pk_text_format(out, size,
                       "covariates end on %s, before the horizon does; after it events count as 0, "
                       "and what is told most days keeps its usual value",
                       pk_date_format(last_date, date));
    return out;
}

static enum pk_status generate_forecast(void *context, struct pk_rpc_call *call,
                                        const ProtobufCMessage *message, struct pk_error *error)
{
    const Peakstock__V1__GenerateForecastRequest *request =
        (const Peakstock__V1__GenerateForecastRequest *)message;
    Peakstock__V1__GenerateForecastResponse response =
        PEAKSTOCK__V1__GENERATE_FORECAST_RESPONSE__INIT;
    struct pk_snapshot *snapshot = NULL;
    struct pk_series_selection selection = {0};
    struct pk_forecast_options options;
    struct forecast_batch batch = {.call = call, .options = &options};
    int32_t as_of_date;
    char *warning;
    char text[160];
    read_options(call, request->options, &options, &as_of_date);
    const struct pk_series_filter filter =
        pk_request_item_filter(call, &request->item_id, &request->warehouse_id);
    enum pk_status status =
        pk_request_series(context, call, as_of_date, &filter, &snapshot, &selection, error);
    if (status == PK_OK)
        status = pk_generate_forecasts(pk_snapshot_view(snapshot), &selection, &options,
                                       take_series, &batch, error);
    if (status == PK_OK) {
        response.series = batch.series;
        response.n_series = batch.count;
        warning = pk_reply_text(
            call, covariate_warning(snapshot, options.horizon_days, text, sizeof text));
        response.warnings = &warning;
        response.n_warnings = warning != NULL && warning[0] != '\0';
        status = pk_reply_send(call, snapshot, &response.snapshot, &response.base, error);
    }
    pk_series_selection_done(&selection);
    pk_snapshot_release(snapshot);
    return status;
}

static enum pk_status stream_forecasts(void *context, struct pk_rpc_call *call,
                                       const ProtobufCMessage *message, struct pk_error *error)
{
    const Peakstock__V1__StreamForecastsRequest *request =
        (const Peakstock__V1__StreamForecastsRequest *)message;
    Peakstock__V1__StreamForecastsResponse first = PEAKSTOCK__V1__STREAM_FORECASTS_RESPONSE__INIT;
    struct pk_snapshot *snapshot = NULL;
    struct pk_series_selection selection = {0};
    struct pk_forecast_options options;
    struct forecast_batch batch = {.call = call, .options = &options, .is_stream = true};
    int32_t as_of_date;
    char text[160];
    char *warning = text;
    read_options(call, request->options, &options, &as_of_date);
    struct pk_series_filter filter = pk_request_filter(request->filter);
    enum pk_status status =
        pk_request_series(context, call, as_of_date, &filter, &snapshot, &selection, error);
    if (status == PK_OK) {
        covariate_warning(snapshot, options.horizon_days, text, sizeof text);
        first.warnings = &warning;
        first.n_warnings = text[0] != '\0';
        status = pk_reply_send(call, snapshot, &first.snapshot, &first.base, error);
        pk_rpc_call_release(call);
    }
    if (status == PK_OK)
        status = pk_generate_forecasts(pk_snapshot_view(snapshot), &selection, &options,
                                       take_series, &batch, error);
    if (status == PK_OK && batch.count > 0)
        status = send_batch(&batch, error);
    pk_series_selection_done(&selection);
    pk_snapshot_release(snapshot);
    return status;
}

const struct pk_rpc_method pk_forecast_methods[] = {
    {"GenerateForecast", PK_RPC_UNARY, &peakstock__v1__generate_forecast_request__descriptor,
     &peakstock__v1__generate_forecast_response__descriptor, generate_forecast},
    {"StreamForecasts", PK_RPC_SERVER_STREAM, &peakstock__v1__stream_forecasts_request__descriptor,
     &peakstock__v1__stream_forecasts_response__descriptor, stream_forecasts},
    {"ExplainForecast", PK_RPC_UNARY, &peakstock__v1__explain_forecast_request__descriptor,
     &peakstock__v1__explain_forecast_response__descriptor, pk_handle_explain_forecast},
    {"BacktestForecasts", PK_RPC_SERVER_STREAM,
     &peakstock__v1__backtest_forecasts_request__descriptor,
     &peakstock__v1__backtest_forecasts_response__descriptor, pk_handle_backtest_forecasts},
};
const size_t pk_forecast_method_count = sizeof pk_forecast_methods / sizeof pk_forecast_methods[0];
