/* Models as bytes (models/forecast/model.h): little-endian, with a checksum, for the store and for
 * copies. */
#include <stdlib.h>
#include <string.h>

#include "models/base/hash.h"
#include "models/base/limits.h"
#include "models/forecast/advance.h"
#include "models/forecast/design_new.h"
#include "models/forecast/model_parts.h"

#define MAGIC  UINT64_C(0x4C444D2D4B50) /* "PK-MDL" */
#define FORMAT 3u
/* Shapes larger than this are damage, not a model. */
#define COLUMN_COUNT_MAX 100000

/* Little-endian bytes; a NULL `bytes` only counts. */
struct writer {
    unsigned char *bytes;
    size_t size;
};

struct reader {
    const unsigned char *bytes;
    size_t size, at;
    bool short_read;
};

static void put(struct writer *writer, uint64_t value, size_t width)
{
    for (size_t i = 0; i < width && writer->bytes != NULL; i++)
        writer->bytes[writer->size + i] = (unsigned char)(value >> (8 * i));
    writer->size += width;
}

static void put_double(struct writer *writer, double value)
{
    uint64_t bits;
    memcpy(&bits, &value, sizeof bits);
    put(writer, bits, 8);
}

static void put_float(struct writer *writer, float value)
{
    uint32_t bits;
    memcpy(&bits, &value, sizeof bits);
    put(writer, bits, 4);
}

static uint64_t get(struct reader *reader, size_t width)
{
    uint64_t value = 0;
    if (reader->size - reader->at < width) {
        reader->short_read = true;
        return 0;
    }
    for (size_t i = 0; i < width; i++)
        value |= (uint64_t)reader->bytes[reader->at + i] << (8 * i);
    reader->at += width;
    return value;
}

static int32_t get_date(struct reader *reader)
{
    return (int32_t)(uint32_t)get(reader, 4);
}

static double get_double(struct reader *reader)
{
    const uint64_t bits = get(reader, 8);
    double value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

static float get_float(struct reader *reader)
{
    const uint32_t bits = (uint32_t)get(reader, 4);
    float value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

static void put_series(struct writer *writer, const struct pk_series_model *series)
{
    put_double(writer, series->level_units);
    put_double(writer, series->level_relative_variance);
    put_double(writer, series->level_drift_variance_per_day);
    put_double(writer, series->stop_probability);
    put_double(writer, series->idle_probability);
    put_double(writer, series->mean_excess);
    put_double(writer, series->dispersion);
    for (size_t j = 0; j < PK_SERIES_DEVIATION_COUNT; j++)
        put_double(writer, series->deviation[j]);
    put_double(writer, series->usual_price_micros);
    for (size_t part = 0; part < PK_PRICE_PART_COUNT; part++) {
        put_double(writer, series->elasticity.part[part]);
        put_double(writer, series->elasticity.variance[part]);
    }
    put_double(writer, series->maximum_units);
    put(writer, (uint32_t)series->first_sale_date, 4);
    put(writer, (uint32_t)series->last_sale_date, 4);
    put(writer, series->open_bucket_count, 4);
    put(writer, series->flags, 4);
    put(writer, series->capped_bucket_count, 4);
    put(writer, series->stocked_out_bucket_count, 4);
}

static void get_series(struct reader *reader, struct pk_series_model *series)
{
    series->level_units = get_double(reader);
    series->level_relative_variance = get_double(reader);
    series->level_drift_variance_per_day = get_double(reader);
    series->stop_probability = get_double(reader);
    series->idle_probability = get_double(reader);
    series->mean_excess = get_double(reader);
    series->dispersion = get_double(reader);
    for (size_t j = 0; j < PK_SERIES_DEVIATION_COUNT; j++)
        series->deviation[j] = get_double(reader);
    series->usual_price_micros = get_double(reader);
    for (size_t part = 0; part < PK_PRICE_PART_COUNT; part++) {
        series->elasticity.part[part] = get_double(reader);
        series->elasticity.variance[part] = get_double(reader);
    }
    series->maximum_units = get_double(reader);
    series->first_sale_date = get_date(reader);
    series->last_sale_date = get_date(reader);
    series->open_bucket_count = (uint32_t)get(reader, 4);
    series->flags = (uint32_t)get(reader, 4);
    series->capped_bucket_count = (uint32_t)get(reader, 4);
    series->stocked_out_bucket_count = (uint32_t)get(reader, 4);
}

static enum pk_status damaged(struct pk_error *error)
{
    return pk_error_set(error, PK_DATA_LOSS, "", "stored model does not fit: it will be refitted");
}

static void put_group_state(struct writer *writer, const struct pk_group_state *state)
{
    const size_t width = state->factor.column_count;
    put_double(writer, state->prior.units);
    put_double(writer, state->prior.buckets);
    for (size_t one = 0; one < PK_VELOCITY_CLASS_COUNT; one++) {
        for (size_t run = 0; run < PK_STOP_CLASS_COUNT; run++) {
            put_double(writer, state->stops[one][run].probability);
            put_double(writer, state->stops[one][run].factor);
        }
    }
    put(writer, state->column_count, 4);
    if (state->column_count == 0)
        return;
    put_double(writer, state->dispersion);
    put_double(writer, state->precision_scale);
    for (size_t j = 0; j < state->column_count; j++)
        put(writer, state->columns[j], 4);
    for (size_t i = 0; i < pk_row_factor_size(width); i++)
        put_double(writer, state->factor.upper[i]);
    for (size_t i = 0; i < width; i++)
        put_double(writer, state->factor.target[i]);
}

static enum pk_status get_group_state(struct reader *reader, size_t design_columns,
                                      struct pk_group_state *state, struct pk_error *error)
{
    state->prior.units = get_double(reader);
    state->prior.buckets = get_double(reader);
    for (size_t one = 0; one < PK_VELOCITY_CLASS_COUNT; one++) {
        for (size_t run = 0; run < PK_STOP_CLASS_COUNT; run++) {
            state->stops[one][run].probability = get_double(reader);
            state->stops[one][run].factor = get_double(reader);
        }
    }
    const size_t columns = (size_t)get(reader, 4);
    if (columns == 0)
        return PK_OK;
    if (columns > design_columns)
        return damaged(error);
    const enum pk_status status = pk_group_state_allocate(state, columns, error);
    if (status != PK_OK)
        return status;
    const size_t width = state->factor.column_count;
    state->dispersion = get_double(reader);
    state->precision_scale = get_double(reader);
    for (size_t j = 0; j < columns; j++) {
        state->columns[j] = (uint32_t)get(reader, 4);
        if (state->columns[j] >= design_columns)
            return damaged(error);
    }
    for (size_t i = 0; i < pk_row_factor_size(width); i++)
        state->factor.upper[i] = get_double(reader);
    for (size_t i = 0; i < width; i++)
        state->factor.target[i] = get_double(reader);
    return PK_OK;
}

static void put_series_state(struct writer *writer, const struct pk_series_state *state)
{
    for (size_t h = 0; h < 2; h++) {
        put_float(writer, state->units[h]);
        put_float(writer, state->mean[h]);
        put_float(writer, state->square[h]);
        put_float(writer, state->run_mean[h]);
        put_float(writer, state->run_square[h]);
    }
    put_float(writer, state->run_log_probability);
    put(writer, state->run_bucket_count, 4);
    put_float(writer, state->run_information);
    put_float(writer, state->own_zeros);
    put_float(writer, state->constant_level);
    put_float(writer, state->inverse_dispersion);
    put_float(writer, state->size_floor);
    put_float(writer, state->short_weight);
    put_float(writer, state->added_variance);
    put_float(writer, state->presence);
    put_float(writer, state->price_band);
    put(writer, state->velocity, 4);
    put(writer, state->floor_only, 4);
}

static void get_series_state(struct reader *reader, struct pk_series_state *state)
{
    for (size_t h = 0; h < 2; h++) {
        state->units[h] = get_float(reader);
        state->mean[h] = get_float(reader);
        state->square[h] = get_float(reader);
        state->run_mean[h] = get_float(reader);
        state->run_square[h] = get_float(reader);
    }
    state->run_log_probability = get_float(reader);
    state->run_bucket_count = (uint32_t)get(reader, 4);
    state->run_information = get_float(reader);
    state->own_zeros = get_float(reader);
    state->constant_level = get_float(reader);
    state->inverse_dispersion = get_float(reader);
    state->size_floor = get_float(reader);
    state->short_weight = get_float(reader);
    state->added_variance = get_float(reader);
    state->presence = get_float(reader);
    state->price_band = get_float(reader);
    state->velocity = (uint32_t)get(reader, 4) % PK_VELOCITY_CLASS_COUNT;
    state->floor_only = (uint32_t)get(reader, 4);
}

/* An advanced model keeps no states. */
static bool has_states(int32_t advanced_days)
{
    return advanced_days == 0;
}

static void put_model(struct writer *writer, const struct pk_model *model)
{
    const size_t columns = model->design->column_count;
    put(writer, MAGIC, 8);
    put(writer, FORMAT, 4);
    put(writer, (uint32_t)model->first_date, 4);
    put(writer, (uint32_t)model->as_of_date, 4);
    put(writer, (uint64_t)model->calendar.feasts | (uint64_t)model->calendar.festivals << 1, 1);
    put(writer, model->fingerprint, 8);
    put(writer, (uint32_t)model->advanced_days, 4);
    put(writer, model->series_count, 8);
    put(writer, model->group_count, 8);
    put(writer, columns, 8);
    put(writer, model->closures.inferred_count, 8);
    for (size_t i = 0; i < model->closures.inferred_count; i++) {
        put(writer, model->closures.inferred[i].warehouse, 4);
        put(writer, (uint32_t)model->closures.inferred[i].date, 4);
    }
    for (size_t g = 0; g < model->group_count; g++) {
        put_double(writer, model->shapes[g].log_scale);
        for (size_t j = 0; j < columns; j++)
            put_double(writer, model->shapes[g].gamma[j]);
        for (size_t j = 0; j < columns; j++)
            put_double(writer, model->shapes[g].variance[j]);
    }
    for (size_t s = 0; s < model->series_count; s++)
        put_series(writer, &model->series[s]);
    for (size_t g = 0; has_states(model->advanced_days) && g < model->group_count; g++)
        put_group_state(writer, &model->group_states[g]);
    for (size_t s = 0; has_states(model->advanced_days) && s < model->series_count; s++)
        put_series_state(writer, &model->series_states[s]);
}

enum pk_status pk_model_encode(const struct pk_model *model, unsigned char **out_bytes,
                               size_t *out_size, struct pk_error *error)
{
    struct writer writer = {NULL, 0};
    put_model(&writer, model);
    const size_t size = writer.size + 8;
    writer.bytes = malloc(size);
    writer.size = 0;
    if (writer.bytes == NULL)
        return pk_error_set(error, PK_OUT_OF_MEMORY, "", "no memory for %zu model bytes", size);
    put_model(&writer, model);
    put(&writer, pk_hash_bytes(PK_HASH_START, writer.bytes, writer.size), 8);
    *out_bytes = writer.bytes;
    *out_size = size;
    return PK_OK;
}

/* Header fields behind the magic number. */
struct header {
    int32_t first_date, as_of_date;
    struct pk_calendar_blocks calendar;
    int32_t advanced_days;
    uint64_t fingerprint;
    uint64_t series_count, group_count, column_count, closure_count;
};

static bool get_header(struct reader *reader, const unsigned char *bytes, size_t size,
                       struct header *header)
{
    if (size < 16)
        return false;
    *reader = (struct reader){bytes, size - 8, 0, false};
    struct reader tail = {bytes, size, size - 8, false};
    if (get(&tail, 8) != pk_hash_bytes(PK_HASH_START, bytes, size - 8) || get(reader, 8) != MAGIC ||
        get(reader, 4) != FORMAT)
        return false;
    header->first_date = get_date(reader);
    header->as_of_date = get_date(reader);
    const uint64_t blocks = get(reader, 1);
    header->calendar = (struct pk_calendar_blocks){(blocks & 1) != 0, (blocks & 2) != 0};
    header->fingerprint = get(reader, 8);
    header->advanced_days = get_date(reader);
    header->series_count = get(reader, 8);
    header->group_count = get(reader, 8);
    header->column_count = get(reader, 8);
    header->closure_count = get(reader, 8);
    return !reader->short_read && header->closure_count <= size / 8 &&
           header->column_count <= COLUMN_COUNT_MAX && header->first_date <= header->as_of_date &&
           (int64_t)header->as_of_date - header->first_date <=
               PK_HISTORY_BUCKET_COUNT_MAX + 7 + PK_ADVANCE_DAYS_MAX &&
           header->advanced_days >= 0 && header->advanced_days <= PK_ADVANCE_DAYS_MAX;
}

static enum pk_status restore_closures(struct reader *reader, const struct header *header,
                                       const struct pk_shop *shop, struct pk_model *model,
                                       struct pk_error *error)
{
    const size_t count = (size_t)header->closure_count;
    struct pk_inferred_closure *inferred = malloc((count + 1) * sizeof *inferred);
    if (inferred == NULL)
        return pk_error_set(error, PK_OUT_OF_MEMORY, "", "no memory for %zu closures", count);
    for (size_t i = 0; i < count; i++) {
        inferred[i].warehouse = (uint32_t)get(reader, 4);
        inferred[i].date = get_date(reader);
    }
    const enum pk_status status =
        pk_closures_restore(shop, header->first_date, inferred, count, &model->closures, error);
    free(inferred);
    return status;
}

static void get_shapes(struct reader *reader, struct pk_model *model)
{
    const size_t columns = model->design->column_count;
    for (size_t g = 0; g < model->group_count; g++) {
        model->shapes[g].log_scale = get_double(reader);
        for (size_t j = 0; j < columns; j++)
            model->shapes[g].gamma[j] = get_double(reader);
        for (size_t j = 0; j < columns; j++)
            model->shapes[g].variance[j] = get_double(reader);
    }
}

static enum pk_status get_states(struct reader *reader, struct pk_model *model,
                                 struct pk_error *error)
{
    enum pk_status status = pk_model_allocate_states(model, error);
    for (size_t g = 0; status == PK_OK && g < model->group_count; g++)
        status =
            get_group_state(reader, model->design->column_count, &model->group_states[g], error);
    for (size_t s = 0; status == PK_OK && s < model->series_count; s++)
        get_series_state(reader, &model->series_states[s]);
    return status;
}

enum pk_status pk_model_decode(const unsigned char *bytes, size_t size, const struct pk_shop *shop,
                               struct pk_model **out_model, struct pk_error *error)
{
    struct reader reader;
    struct header header;
    struct pk_model *model = NULL;
    if (!get_header(&reader, bytes, size, &header) || header.as_of_date != shop->as_of_date ||
        header.series_count != shop->series_count)
        return damaged(error);
    enum pk_status status = pk_model_lay_out(shop, header.first_date, &model, error);
    if (status != PK_OK)
        return status;
    model->calendar = header.calendar;
    if (model->group_count != header.group_count)
        status = damaged(error);
    if (status == PK_OK)
        status = restore_closures(&reader, &header, shop, model, error);
    if (status == PK_OK)
        status = pk_design_new(shop, &model->closures, header.first_date, header.calendar,
                               &model->design, error);
    if (status == PK_OK && model->design->column_count != header.column_count)
        status = damaged(error);
    if (status == PK_OK)
        status = pk_model_allocate_shapes(model, error);
    if (status == PK_OK) {
        model->fingerprint = header.fingerprint;
        model->advanced_days = header.advanced_days;
        get_shapes(&reader, model);
        for (size_t s = 0; s < model->series_count; s++)
            get_series(&reader, &model->series[s]);
        if (has_states(header.advanced_days))
            status = get_states(&reader, model, error);
        if (reader.short_read || reader.at != reader.size)
            status = damaged(error);
    }
    if (status == PK_OK) {
        pk_model_set_identity(model);
        *out_model = model;
    } else {
        pk_model_free(model);
    }
    return status;
}
