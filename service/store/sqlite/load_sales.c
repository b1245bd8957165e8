#include <stdlib.h>
#include <string.h>

#include "service/store/rules/series.h"
#include "service/store/sqlite/import.h"
#include "service/store/sqlite/load.h"
#include "service/store/sqlite/schema.h"

struct sales_load {
    struct pk_loader *loader;
    struct pk_sales_pair *pairs;
    size_t pair_count;
    uint32_t *pair_of_series; /* by stored series id */
    size_t series_id_count;
    struct pk_series *series;
    size_t series_count;
    size_t *starts, *ends;
    struct pk_sales_bucket *buckets;
};

static enum pk_status refuse_memory(struct pk_error *error)
{
    return pk_error_set(error, PK_OUT_OF_MEMORY, "", "out of memory for the sales");
}

/* Reads the stored series in the order of the shop and numbers their pairs. */
static enum pk_status load_pairs(struct sales_load *load, struct pk_error *error)
{
    struct pk_loader *loader = load->loader;
    sqlite3_stmt *statement = NULL;
    bool has_row = false;
    size_t row_count = 0;
    enum pk_status status = pk_database_prepare(
        loader->database, "SELECT count(*), coalesce(max(series_id), 0) + 1 FROM series",
        &statement, error);
    if (status == PK_OK)
        status = pk_database_step(statement, &has_row, error);
    if (status == PK_OK) {
        row_count = (size_t)sqlite3_column_int64(statement, 0);
        load->series_id_count = (size_t)sqlite3_column_int64(statement, 1);
        load->pairs = calloc(row_count + 1, sizeof *load->pairs);
        load->pair_of_series = malloc(load->series_id_count * sizeof *load->pair_of_series);
        if (load->pairs == NULL || load->pair_of_series == NULL)
            status = refuse_memory(error);
        else
            memset(load->pair_of_series, 0xff,
                   load->series_id_count * sizeof *load->pair_of_series);
    }
    sqlite3_finalize(statement);
    statement = NULL;
    if (status == PK_OK)
        status = pk_database_prepare(loader->database,
                                     "SELECT series_id, item_id, warehouse_id, bucket_days"
                                     " FROM series ORDER BY item_id, warehouse_id, channel",
                                     &statement, error);
    if (status == PK_OK)
        status = pk_database_step(statement, &has_row, error);
    while (status == PK_OK && has_row) {
        struct pk_sales_pair pair = {
            .item = pk_shop_builder_item(loader->builder, pk_database_column_text(statement, 1)),
            .warehouse =
                pk_shop_builder_warehouse(loader->builder, pk_database_column_text(statement, 2)),
            .bucket_days = sqlite3_column_int(statement, 3),
            .series = PK_INDEX_NONE};
        const struct pk_sales_pair *last =
            load->pair_count == 0 ? NULL : &load->pairs[load->pair_count - 1];
        if (last == NULL || last->item != pair.item || last->warehouse != pair.warehouse)
            load->pairs[load->pair_count++] = pair;
        load->pair_of_series[sqlite3_column_int64(statement, 0)] = (uint32_t)load->pair_count - 1;
        status = pk_database_step(statement, &has_row, error);
    }
    sqlite3_finalize(statement);
    return status;
}

/* The pair of a row that the load sees, or NULL. */
static struct pk_sales_pair *pair_of(struct sales_load *load, int64_t key)
{
    uint32_t pair = load->pair_of_series[key & PK_SALES_SERIES_MASK];
    if (pair == PK_INDEX_NONE)
        return NULL;
    const struct pk_as_of *as_of = &load->loader->as_of;
    return pk_sales_day_is_seen(load->pairs[pair].bucket_days, key >> PK_SALES_DAY_SHIFT,
                                as_of->last_daily_date, as_of->last_weekly_date)
               ? &load->pairs[pair]
               : NULL;
}

static enum pk_status open_scan(struct sales_load *load, const char *sql, sqlite3_stmt **out_scan,
                                struct pk_error *error)
{
    enum pk_status status = pk_database_prepare(load->loader->database, sql, out_scan, error);
    if (status == PK_OK)
        sqlite3_bind_int64(*out_scan, 1,
                           (int64_t)load->loader->as_of.last_daily_date << PK_SALES_DAY_SHIFT |
                               PK_SALES_SERIES_MASK);
    return status;
}

/* First pass: how many rows each pair has. Reads keys only. */
static enum pk_status count_rows(struct sales_load *load, struct pk_error *error)
{
    sqlite3_stmt *scan = NULL;
    bool has_row = false;
    enum pk_status status =
        open_scan(load, "SELECT day_series FROM sales WHERE day_series <= ?", &scan, error);
    if (status == PK_OK)
        status = pk_database_step(scan, &has_row, error);
    while (status == PK_OK && has_row) {
        struct pk_sales_pair *pair = pair_of(load, sqlite3_column_int64(scan, 0));
        if (pair != NULL)
            pair->row_count++;
        status = pk_database_step(scan, &has_row, error);
    }
    sqlite3_finalize(scan);
    return status;
}

static enum pk_status make_series(struct sales_load *load, struct pk_error *error)
{
    const struct pk_ledger *ledger = &pk_shop_builder_data(load->loader->builder)->ledger;
    load->series = pk_shop_builder_allocate(
        load->loader->builder, pk_series_count_max(load->pair_count, ledger), sizeof *load->series);
    if (load->series == NULL)
        return refuse_memory(error);
    load->series_count = pk_series_make(load->pairs, load->pair_count, ledger, load->series);
    return PK_OK;
}

static enum pk_status reserve_buckets(struct sales_load *load, struct pk_error *error)
{
    size_t total = 0;
    load->starts = pk_shop_builder_allocate(load->loader->builder, load->series_count + 1,
                                            sizeof *load->starts);
    load->ends = calloc(load->series_count + 1, sizeof *load->ends);
    if (load->starts == NULL || load->ends == NULL)
        return refuse_memory(error);
    for (size_t i = 0; i < load->pair_count; i++)
        if (load->pairs[i].series != PK_INDEX_NONE)
            load->starts[load->pairs[i].series + 1] = load->pairs[i].row_count;
    for (size_t i = 0; i < load->series_count; i++) {
        load->starts[i + 1] += load->starts[i];
        load->ends[i] = load->starts[i];
    }
    total = load->starts[load->series_count];
    load->buckets = pk_shop_builder_allocate(load->loader->builder, total, sizeof *load->buckets);
    return load->buckets == NULL ? refuse_memory(error) : PK_OK;
}

static void add_row(struct sales_load *load, uint32_t series, int32_t date, sqlite3_stmt *scan)
{
    struct pk_sales_values row;
    const size_t end = load->ends[series];
    const bool is_new = end == load->starts[series] || load->buckets[end - 1].date != date;
    if (is_new)
        load->buckets[load->ends[series]++] = pk_sales_bucket_empty(date);
    pk_sales_values_column(scan, 1, &row);
    pk_sales_bucket_add(&load->buckets[load->ends[series] - 1], &row);
}

/* Second pass: rows come day by day, so every series grows in the order of its dates. */
static enum pk_status fill_buckets(struct sales_load *load, struct pk_error *error)
{
    sqlite3_stmt *scan = NULL;
    bool has_row = false;
    enum pk_status status =
        open_scan(load,
                  "SELECT day_series, units, cancelled_units, returned_units, paid_amount,"
                  " available_ratio FROM sales WHERE day_series <= ? ORDER BY day_series",
                  &scan, error);
    if (status == PK_OK)
        status = pk_database_step(scan, &has_row, error);
    while (status == PK_OK && has_row) {
        int64_t key = sqlite3_column_int64(scan, 0);
        const struct pk_sales_pair *pair = pair_of(load, key);
        if (pair != NULL)
            add_row(load, pair->series, (int32_t)(key >> PK_SALES_DAY_SHIFT), scan);
        status = pk_database_step(scan, &has_row, error);
    }
    sqlite3_finalize(scan);
    return status;
}

/* Channels of one bucket became one: close the gaps that they left. */
static void close_gaps(struct sales_load *load)
{
    size_t target = 0;
    for (size_t i = 0; i < load->series_count; i++) {
        size_t start = load->starts[i], count = load->ends[i] - start;
        if (target != start)
            memmove(&load->buckets[target], &load->buckets[start], count * sizeof *load->buckets);
        load->starts[i] = target;
        target += count;
    }
    load->starts[load->series_count] = target;
}

enum pk_status pk_load_sales(struct pk_loader *loader, struct pk_error *error)
{
    struct pk_shop_data *data = pk_shop_builder_data(loader->builder);
    struct sales_load load = {.loader = loader};
    enum pk_status status = PK_OK;
    if (loader->as_of.has_series) {
        status = load_pairs(&load, error);
        if (status == PK_OK)
            status = count_rows(&load, error);
        if (status == PK_OK)
            status = make_series(&load, error);
    }
    if (status == PK_OK)
        status = reserve_buckets(&load, error);
    if (status == PK_OK && load.series_count > 0)
        status = fill_buckets(&load, error);
    if (status == PK_OK) {
        close_gaps(&load);
        data->shop.series = load.series;
        data->shop.series_count = load.series_count;
        data->sales.starts = load.starts;
        data->sales.buckets = load.buckets;
    }
    free(load.pairs);
    free(load.pair_of_series);
    free(load.ends);
    return status;
}
