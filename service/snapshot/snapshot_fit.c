#include "service/snapshot/snapshot_fit.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "models/base/text.h"
#include "models/forecast/advance.h"
#include "service/store/store.h"
#include "service/work/clock.h"
#include "service/work/parallel.h"

static const char *calendar_name(const struct pk_shop *shop)
{
    static const char *const names[] = {"auto", "cn", "none"};
    return names[shop->calendar];
}

/* True if both shops have the same series in the same places, so that a fit of one serves the
 * other. */
static bool has_same_series(const struct pk_shop *a, const struct pk_shop *b)
{
    if (a->as_of_date != b->as_of_date || a->item_count != b->item_count ||
        a->series_count != b->series_count || a->warehouse_count != b->warehouse_count ||
        a->category_count != b->category_count)
        return false;
    for (size_t i = 0; i < a->item_count; i++)
        if (strcmp(a->items[i].item_id, b->items[i].item_id) != 0)
            return false;
    for (size_t i = 0; i < a->series_count; i++)
        if (a->series[i].item != b->series[i].item ||
            a->series[i].warehouse != b->series[i].warehouse)
            return false;
    return true;
}

/* Wraps a model, which it takes over on success. */
static enum pk_status share_model(const struct pk_shop_data *data, int thread_count,
                                  struct pk_model *model, struct pk_shared_fit **out_fit,
                                  struct pk_error *error)
{
    struct pk_shared_fit *fit = calloc(1, sizeof *fit);
    const struct pk_executor executor = pk_parallel_executor(&thread_count);
    const int advanced_days = pk_model_advanced_days(model);
    char date[PK_DATE_TEXT_SIZE], advanced[16] = "";
    if (fit == NULL)
        return pk_error_set(error, PK_OUT_OF_MEMORY, "", "no memory for a fit");
    const enum pk_status status = pk_item_traits_make(data, model, &executor, &fit->traits, error);
    if (status != PK_OK) {
        free(fit);
        return status;
    }
    if (advanced_days > 0)
        pk_text_format(advanced, sizeof advanced, "-plus%d", advanced_days);
    atomic_init(&fit->use_count, 1);
    fit->model = model;
    fit->forecast_revision = data->forecast_revision;
    fit->created_epoch_seconds = (int64_t)time(NULL);
    pk_text_format(fit->snapshot_id, sizeof fit->snapshot_id, "r%lld-%s%s",
                   (long long)data->forecast_revision, pk_date_format(data->shop.as_of_date, date),
                   advanced);
    *out_fit = fit;
    return PK_OK;
}

static enum pk_status fit_model(const struct pk_shop_data *data, int thread_count,
                                struct pk_shared_fit **out_fit, struct pk_error *error)
{
    struct pk_fit_settings settings = pk_fit_settings_default();
    struct pk_executor executor = pk_parallel_executor(&thread_count);
    struct pk_model *model = NULL;
    enum pk_status status =
        pk_model_fit(&data->shop, &data->sales, &settings, &executor, &model, error);
    if (status == PK_OK)
        status = share_model(data, thread_count, model, out_fit, error);
    if (status != PK_OK)
        pk_model_free(model);
    return status;
}

/* FAILED_PRECONDITION when a full fit is due. */
static enum pk_status advance_model(const struct pk_shop_data *data, int thread_count,
                                    const struct pk_shared_fit *full_fit, int64_t refit_cells_max,
                                    struct pk_shared_fit **out_fit, struct pk_error *error)
{
    struct pk_fit_settings settings = pk_fit_settings_default();
    struct pk_executor executor = pk_parallel_executor(&thread_count);
    struct pk_model *model = NULL;
    if (full_fit == NULL || pk_model_cell_count(full_fit->model) <= refit_cells_max)
        return pk_error_set(error, PK_FAILED_PRECONDITION, "", "a full fit is due");
    enum pk_status status = pk_model_advance(full_fit->model, &data->shop, &data->sales, &settings,
                                             &executor, &model, error);
    if (status == PK_OK)
        status = share_model(data, thread_count, model, out_fit, error);
    if (status != PK_OK)
        pk_model_free(model);
    return status;
}

/* Takes over, advances or fits. */
static enum pk_status find_fit(const struct pk_shop_data *data, int thread_count,
                               const struct pk_snapshot_earlier *earlier,
                               struct pk_shared_fit **out_fit, struct pk_snapshot_timing *timing,
                               struct pk_error *error)
{
    const struct pk_snapshot *before = earlier == NULL ? NULL : earlier->snapshot;
    if (before != NULL && before->view.data->forecast_revision == data->forecast_revision &&
        has_same_series(&before->view.data->shop, &data->shop)) {
        *out_fit = pk_shared_fit_hold(before->stamp->fit);
        return PK_OK;
    }
    const double started = pk_clock_seconds();
    enum pk_status status = PK_FAILED_PRECONDITION;
    if (earlier != NULL)
        status = advance_model(data, thread_count, earlier->full_fit, earlier->refit_cells_max,
                               out_fit, NULL);
    if (status != PK_OK)
        status = fit_model(data, thread_count, out_fit, error);
    timing->fit_seconds = pk_clock_seconds() - started;
    return status;
}

static enum pk_status check_history(const struct pk_shop_data *data, struct pk_error *error)
{
    bool has_sales = data->shop.series_count > 0 && data->sales.starts[data->shop.series_count] > 0;
    if (has_sales)
        return PK_OK;
    return pk_error_set(error, PK_FAILED_PRECONDITION, "as_of_date",
                        "no sales up to the as-of day; import sales first, or choose a later day");
}

/* Fills the rest of a snapshot around data and fit, both taken over on success. */
static enum pk_status wrap(struct pk_store *store, struct pk_shop_data *data, int thread_count,
                           struct pk_shared_fit *fit, struct pk_snapshot **out_snapshot,
                           struct pk_error *error)
{
    struct pk_fit_settings settings = pk_fit_settings_default();
    struct pk_store_properties properties = pk_store_get_properties(store);
    struct pk_snapshot_stamp stamp = {.fit = fit};
    pk_snapshot_config_hash(&settings, calendar_name(&data->shop), stamp.config_hash);
    pk_text_format(stamp.currency_code, sizeof stamp.currency_code, "%s", properties.currency_code);
    return pk_snapshot_new(data, &stamp, thread_count, out_snapshot, error);
}

enum pk_status pk_snapshot_make(struct pk_store *store, int32_t as_of_date, int thread_count,
                                const struct pk_snapshot_earlier *earlier,
                                struct pk_snapshot **out_snapshot,
                                struct pk_snapshot_timing *out_timing, struct pk_error *error)
{
    struct pk_shop_data *data = NULL;
    struct pk_shared_fit *fit = NULL;
    struct pk_snapshot_timing timing = {0};
    double started = pk_clock_seconds();
    enum pk_status status = pk_store_load(store, as_of_date, &data, error);
    if (status != PK_OK)
        return status;
    timing.load_seconds = pk_clock_seconds() - started;
    status = check_history(data, error);
    if (status != PK_OK)
        goto cleanup;
    status = find_fit(data, thread_count, earlier, &fit, &timing, error);
    if (status == PK_OK)
        status = wrap(store, data, thread_count, fit, out_snapshot, error);
    if (status != PK_OK)
        goto cleanup;
    *out_timing = timing;
    return PK_OK;

cleanup:
    pk_shared_fit_release(fit);
    pk_shop_data_free(data);
    return status;
}

/* Decodes a stored fit that was made from this store as it was up to the record's as-of. */
static enum pk_status decode_fit(const struct pk_shop_data *data,
                                 const struct pk_snapshot_record *record,
                                 struct pk_shared_fit **out_fit, struct pk_error *error)
{
    struct pk_fit_settings settings = pk_fit_settings_default();
    struct pk_shop shop = data->shop;
    char config_hash[32];
    pk_snapshot_config_hash(&settings, calendar_name(&data->shop), config_hash);
    if (strcmp(record->model_version, PK_MODEL_VERSION) != 0 ||
        strcmp(record->config_hash, config_hash) != 0)
        return pk_error_set(error, PK_FAILED_PRECONDITION, "", "the stored snapshot is older");
    struct pk_shared_fit *fit = calloc(1, sizeof *fit);
    if (fit == NULL)
        return pk_error_set(error, PK_OUT_OF_MEMORY, "", "no memory for a fit");
    shop.as_of_date = record->as_of_date;
    enum pk_status status = pk_model_decode(record->bytes, record->size, &shop, &fit->model, error);
    if (status != PK_OK) {
        pk_model_free(fit->model);
        free(fit);
        return status;
    }
    atomic_init(&fit->use_count, 1);
    fit->forecast_revision = record->forecast_revision;
    fit->created_epoch_seconds = record->created_epoch_seconds;
    pk_text_format(fit->snapshot_id, sizeof fit->snapshot_id, "%s", record->snapshot_id);
    *out_fit = fit;
    return PK_OK;
}

enum pk_status pk_snapshot_restore(struct pk_store *store, int64_t refit_cells_max,
                                   int thread_count, struct pk_snapshot **out_snapshot,
                                   struct pk_shared_fit **out_full_fit,
                                   struct pk_snapshot_timing *out_timing, struct pk_error *error)
{
    struct pk_snapshot_record record = {0};
    struct pk_shop_data *data = NULL;
    struct pk_shared_fit *full_fit = NULL, *fit = NULL;
    const struct pk_executor executor = pk_parallel_executor(&thread_count);
    const double started = pk_clock_seconds();
    enum pk_status status = pk_store_load_snapshot(store, &record, error);
    if (status == PK_OK)
        status = pk_store_load(store, PK_DATE_NONE, &data, error);
    const double loaded = pk_clock_seconds();
    if (status == PK_OK)
        status = check_history(data, error);
    if (status == PK_OK)
        status = decode_fit(data, &record, &full_fit, error);
    if (status == PK_OK && record.forecast_revision == data->forecast_revision &&
        record.as_of_date == data->shop.as_of_date) {
        fit = pk_shared_fit_hold(full_fit);
        status = pk_item_traits_make(data, fit->model, &executor, &fit->traits, error);
    } else if (status == PK_OK) {
        status = advance_model(data, thread_count, full_fit, refit_cells_max, &fit, error);
    }
    if (status == PK_OK)
        status = wrap(store, data, thread_count, fit, out_snapshot, error);
    if (status == PK_OK) {
        *out_full_fit = full_fit;
        *out_timing = (struct pk_snapshot_timing){.load_seconds = loaded - started,
                                                  .fit_seconds = pk_clock_seconds() - loaded};
    } else {
        pk_shared_fit_release(fit);
        pk_shared_fit_release(full_fit);
        pk_shop_data_free(data);
    }
    free(record.bytes);
    return status;
}

enum pk_status pk_snapshot_save(struct pk_store *store, const struct pk_snapshot *snapshot,
                                struct pk_error *error)
{
    struct pk_snapshot_record record = {
        .forecast_revision = snapshot->stamp->fit->forecast_revision,
        .as_of_date = snapshot->view.data->shop.as_of_date,
        .created_epoch_seconds = snapshot->stamp->fit->created_epoch_seconds};
    pk_text_format(record.snapshot_id, sizeof record.snapshot_id, "%s",
                   snapshot->stamp->fit->snapshot_id);
    pk_text_format(record.model_version, sizeof record.model_version, "%s", PK_MODEL_VERSION);
    pk_text_format(record.config_hash, sizeof record.config_hash, "%s",
                   snapshot->stamp->config_hash);
    pk_text_format(record.calendar_version, sizeof record.calendar_version, "%s",
                   pk_model_calendar_version(snapshot->stamp->fit->model));
    enum pk_status status =
        pk_model_encode(snapshot->stamp->fit->model, &record.bytes, &record.size, error);
    if (status == PK_OK)
        status = pk_store_save_snapshot(store, &record, error);
    free(record.bytes);
    return status;
}
