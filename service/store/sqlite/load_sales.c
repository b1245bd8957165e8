#include <stdlib.h>
#include <string.h>

#include "service/store/sqlite/load.h"
#include "service/store/sqlite/schema.h"

/* Stored series of one item x warehouse, whatever the channel. */
struct pair {
    uint32_t item, warehouse;
    int32_t bucket_days;
    uint32_t series; /* in the shop, or PK_INDEX_NONE */
    size_t row_count;
};

struct sales_load {
    struct pk_loader *loader;
    struct pair *pairs;
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
        struct pair pair = {.item = pk_loader_item(loader, statement, 1),
                            .warehouse = pk_loader_warehouse(loader, statement, 2),
                            .bucket_days = sqlite3_column_int(statement, 3),
                            .series = PK_INDEX_NONE};
        const struct pair *last = load->pair_count == 0 ? NULL : &load->pairs[load->pair_count - 1];
        if (last == NULL || last->item != pair.item || last->warehouse != pair.warehouse)
            load->pairs[load->pair_count++] = pair;
        load->pair_of_series[sqlite3_column_int64(statement, 0)] = (uint32_t)load->pair_count - 1;
        status = pk_database_step(statement, &has_row, error);
    }
    sqlite3_finalize(statement);
    return status;
}

/* The pair of a row, or NULL if the row's bucket was not over on the as-of day. */
static struct pair *pair_of(struct sales_load *load, int64_t key)
{
    uint32_t pair = load->pair_of_series[key & PK_SALES_SERIES_MASK];
    if (pair == PK_INDEX_NONE)
        return NULL;
    bool is_weekly = load->pairs[pair].bucket_days == 7;
    int32_t last = is_weekly ? load->loader->last_weekly_date : load->loader->last_daily_date;
    return key >> PK_SALES_DAY_SHIFT > last ? NULL : &load->pairs[pair];
}

static enum pk_status open_scan(struct sales_load *load, const char *sql, sqlite3_stmt **out_scan,
                                struct pk_error *error)
{
    enum pk_status status = pk_database_prepare(load->loader->database, sql, out_scan, error);
    if (status == PK_OK)
        sqlite3_bind_int64(*out_scan, 1,
                           (int64_t)load->loader->last_daily_date << PK_SALES_DAY_SHIFT |
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
        struct pair *pair = pair_of(load, sqlite3_column_int64(scan, 0));
        if (pair != NULL)
            pair->row_count++;
        status = pk_database_step(scan, &has_row, error);
    }
    sqlite3_finalize(scan);
    return status;
}

static int compare_series(const void *left, const void *right)
{
    const struct pk_series *a = left, *b = right;
    if (a->item != b->item)
        return a->item < b->item ? -1 : 1;
    if (a->warehouse != b->warehouse)
        return a->warehouse < b->warehouse ? -1 : 1;
    /* Candidates from the ledger have no bucket yet: those with one come first. */
    return (a->bucket_days < b->bucket_days) - (a->bucket_days > b->bucket_days);
}

static void add_candidate(struct sales_load *load, uint32_t item, uint32_t warehouse,
                          int32_t bucket_days)
{
    struct pk_series *last = load->series_count == 0 ? NULL : &load->series[load->series_count - 1];
    if (last != NULL && last->item == item && last->warehouse == warehouse)
        return;
    load->series[load->series_count++] =
        (struct pk_series){.item = item, .warehouse = warehouse, .bucket_days = bucket_days};
}

/* Series of the shop: every pair with sales up to the as-of day, with stock or with inbound. */
static enum pk_status make_series(struct sales_load *load, struct pk_error *error)
{
    const struct pk_ledger *ledger = &load->loader->loaded->data.ledger;
    size_t candidate_count = load->pair_count + ledger->stock_count + ledger->inbound_count;
    load->series = pk_loader_allocate(load->loader, candidate_count, sizeof *load->series);
    if (load->series == NULL)
        return refuse_memory(error);
    for (size_t i = 0; i < load->pair_count; i++)
        if (load->pairs[i].row_count > 0)
            add_candidate(load, load->pairs[i].item, load->pairs[i].warehouse,
                          load->pairs[i].bucket_days);
    for (size_t i = 0; i < ledger->stock_count; i++)
        add_candidate(load, ledger->stock[i].item, ledger->stock[i].warehouse, 0);
    for (size_t i = 0; i < ledger->inbound_count; i++)
        add_candidate(load, ledger->inbound[i].item, ledger->inbound[i].warehouse, 0);
    if (load->series_count > 1)
        qsort(load->series, load->series_count, sizeof *load->series, compare_series);
    size_t count = load->series_count, pair = 0;
    load->series_count = 0;
    for (size_t i = 0; i < count; i++) {
        struct pk_series series = load->series[i];
        add_candidate(load, series.item, series.warehouse, series.bucket_days);
    }
    for (size_t i = 0; i < load->series_count; i++) {
        struct pk_series *series = &load->series[i];
        while (pair < load->pair_count && (load->pairs[pair].item < series->item ||
                                           (load->pairs[pair].item == series->item &&
                                            load->pairs[pair].warehouse < series->warehouse)))
            pair++;
        if (pair < load->pair_count && load->pairs[pair].item == series->item &&
            load->pairs[pair].warehouse == series->warehouse) {
            series->bucket_days = load->pairs[pair].bucket_days;
            load->pairs[pair].series = (uint32_t)i;
        } else {
            series->bucket_days = 1;
        }
    }
    return PK_OK;
}

static enum pk_status reserve_buckets(struct sales_load *load, struct pk_error *error)
{
    size_t total = 0;
    load->starts = pk_loader_allocate(load->loader, load->series_count + 1, sizeof *load->starts);
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
    load->buckets = pk_loader_allocate(load->loader, total, sizeof *load->buckets);
    return load->buckets == NULL ? refuse_memory(error) : PK_OK;
}

static void add_row(struct sales_load *load, uint32_t series, int32_t date, sqlite3_stmt *scan)
{
    int64_t units = sqlite3_column_int64(scan, 1) - sqlite3_column_int64(scan, 2);
    bool knows_paid = sqlite3_column_type(scan, 4) != SQLITE_NULL;
    bool knows_available = sqlite3_column_type(scan, 5) != SQLITE_NULL;
    size_t end = load->ends[series];
    struct pk_sales_bucket *bucket = &load->buckets[end];
    if (end > load->starts[series] && load->buckets[end - 1].date == date) {
        bucket = &load->buckets[end - 1];
    } else {
        *bucket =
            (struct pk_sales_bucket){.date = date, .available_ratio = -1, .paid_amount_micros = -1};
        load->ends[series]++;
    }
    bucket->demand_units += units > 0 ? (float)units : 0;
    bucket->cancelled_units += (float)sqlite3_column_int64(scan, 2);
    bucket->returned_units += (float)sqlite3_column_int64(scan, 3);
    if (knows_paid)
        bucket->paid_amount_micros =
            (bucket->paid_amount_micros < 0 ? 0 : bucket->paid_amount_micros) +
            sqlite3_column_int64(scan, 4);
    if (knows_available && sqlite3_column_double(scan, 5) > (double)bucket->available_ratio)
        bucket->available_ratio = (float)sqlite3_column_double(scan, 5);
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
        const struct pair *pair = pair_of(load, key);
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
    struct pk_shop_data *data = &loader->loaded->data;
    struct sales_load load = {.loader = loader};
    enum pk_status status = PK_OK;
    if (!loader->has_sales) {
        data->ledger.inbound_count = 0;
    } else {
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
