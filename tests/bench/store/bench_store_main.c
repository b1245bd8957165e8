/* Speed of the store: bench_store DIR [ITEMS=420 [DAYS=1000]] stages, publishes and loads sales of
 * ITEMS x DAYS, first in the order of items, then a corrected last week. DIR must not exist yet. */
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>

#include "models/base/date.h"
#include "service/store/store.h"
#include "tests/bench/bench.h"

static void must(enum pk_status status, const struct pk_error *error)
{
    if (status == PK_OK)
        return;
    fprintf(stderr, "%s: %s\n", error->field, error->message);
    exit(1);
}

static struct pk_cell text_cell(const char *text)
{
    return (struct pk_cell){.state = PK_CELL_SET, .text = pk_text_from(text)};
}

static struct pk_cell number_cell(int64_t value)
{
    return (struct pk_cell){.state = PK_CELL_SET, .integer = value};
}

static void import(struct pk_store *store, const char *request_id, int item_count, int first_day,
                   int last_day, int64_t extra_units)
{
    const struct pk_dataset *dataset = pk_dataset_get(PK_DATASET_SALES);
    struct pk_import_options options = {
        .kind = PK_DATASET_SALES, .bucket_days = 1, .complete_through_date = PK_DATE_NONE};
    struct pk_error error;
    struct pk_import *running = NULL;
    struct pk_import_result result;
    char item_id[32];
    int64_t row_index = 0;
    snprintf(options.request_id, sizeof options.request_id, "%s", request_id);
    double start = seconds_of(CLOCK_MONOTONIC);
    must(pk_import_begin(store, &options, &running, &result, &error), &error);
    for (int item = 0; item < item_count; item++) {
        snprintf(item_id, sizeof item_id, "item-%06d", item);
        for (int day = first_day; day < last_day; day++) {
            struct pk_record record = {.deleted = false};
            record.cells[0] = number_cell(18000 + day);
            record.cells[1] = text_cell(item_id);
            record.cells[2] = number_cell((item * 7 + day) % 50 + extra_units);
            record.cells[3] = text_cell("main");
            record.cells[4] = text_cell("default");
            record.cells[5] = record.cells[6] = number_cell(0);
            record.cells[7] = number_cell(record.cells[2].integer * 12500000);
            must(pk_record_check(dataset, &record, &error), &error);
            must(pk_import_add(running, &record, row_index++, &error), &error);
        }
    }
    double staged = seconds_of(CLOCK_MONOTONIC);
    must(pk_import_publish(running, &result, &error), &error);
    double end = seconds_of(CLOCK_MONOTONIC);
    printf(
        "import=%s rows=%lld stage_seconds=%.3f publish_seconds=%.3f inserted=%lld updated=%lld\n",
        request_id, (long long)row_index, staged - start, end - staged,
        (long long)result.inserted_row_count, (long long)result.updated_row_count);
}

int main(int argument_count, char **arguments)
{
    if (argument_count < 2)
        return 2;
    int item_count = argument_count > 2 ? (int)strtol(arguments[2], NULL, 10) : 420;
    int day_count = argument_count > 3 ? (int)strtol(arguments[3], NULL, 10) : 1000;
    struct pk_store *store = NULL;
    struct pk_shop_data *data = NULL;
    struct pk_error error;
    struct rusage usage;
    must(pk_store_open(arguments[1], NULL, &store, &error), &error);
    import(store, "first", item_count, 0, day_count, 0);
    import(store, "again", item_count, day_count - 7, day_count, 1);
    double start = seconds_of(CLOCK_MONOTONIC);
    must(pk_store_load(store, PK_DATE_NONE, &data, &error), &error);
    getrusage(RUSAGE_SELF, &usage);
    printf("load rows=%zu series=%zu seconds=%.3f peak_mib=%ld\n",
           data->sales.starts[data->shop.series_count], data->shop.series_count,
           seconds_of(CLOCK_MONOTONIC) - start, usage.ru_maxrss / 1024);
    pk_shop_data_free(data);
    pk_store_close(store);
    return 0;
}
