/* For the crash test: import_loop DIR run FIRST imports batch FIRST, FIRST + 1, ... until it is
 * killed, and prints "ack NUMBER" when a batch has been acknowledged. import_loop DIR check prints
 * "batch NUMBER ROWS UNITS" for every batch in the store, then "total ROWS REVISION". Batch N has
 * BATCH_ROW_COUNT rows of item batch-N with N % 90 + 1 units, and the request id batch-N. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "models/base/date.h"
#include "service/workflows/history/import_history.h"

#define BATCH_ROW_COUNT 300
#define FIRST_DATE      20000

static void must(enum pk_status status, const struct pk_error *error)
{
    if (status == PK_OK)
        return;
    fprintf(stderr, "%s: %s\n", error->field, error->message);
    exit(1);
}

static struct pk_cell integer_cell(int64_t value)
{
    return (struct pk_cell){.state = PK_CELL_SET, .integer = value};
}

static void import_batch(struct pk_store *store, long number)
{
    struct pk_import_options options = {
        .kind = PK_DATASET_SALES, .bucket_days = 1, .complete_through_date = PK_DATE_NONE};
    struct pk_history_import *import = NULL;
    struct pk_history_outcome outcome;
    struct pk_error error;
    char item_id[32];
    snprintf(item_id, sizeof item_id, "batch-%ld", number);
    snprintf(options.request_id, sizeof options.request_id, "%s", item_id);
    must(pk_history_import_begin(store, &options, NULL, NULL, &import, &outcome.result, &error),
         &error);
    for (int i = 0; i < BATCH_ROW_COUNT && import != NULL; i++) {
        struct pk_record record = {.deleted = false};
        record.cells[0] = integer_cell(FIRST_DATE + i);
        record.cells[1] = (struct pk_cell){.state = PK_CELL_SET, .text = pk_text_from(item_id)};
        record.cells[2] = integer_cell(number % 90 + 1);
        must(pk_history_import_add(import, &record, &error), &error);
    }
    if (import != NULL)
        must(pk_history_import_publish(import, &outcome, &error), &error);
    pk_history_import_free(import);
    printf("ack %ld\n", number);
    fflush(stdout);
}

static void check(struct pk_store *store)
{
    struct pk_shop_data *data = NULL;
    struct pk_store_status status;
    struct pk_error error;
    must(pk_store_load(store, PK_DATE_NONE, &data, &error), &error);
    must(pk_store_get_status(store, &status, &error), &error);
    for (size_t i = 0; i < data->shop.series_count; i++) {
        double units = 0;
        size_t first = data->sales.starts[i], end = data->sales.starts[i + 1];
        for (size_t k = first; k < end; k++)
            units += (double)data->sales.buckets[k].demand_units;
        printf("batch %s %zu %.0f\n",
               data->shop.items[data->shop.series[i].item].item_id + strlen("batch-"), end - first,
               units);
    }
    printf("total %lld %lld\n", (long long)status.sales_row_count, (long long)status.data_revision);
    pk_shop_data_free(data);
}

int main(int argument_count, char **arguments)
{
    struct pk_store *store = NULL;
    struct pk_error error;
    if (argument_count < 3)
        return 2;
    must(pk_store_open(arguments[1], NULL, &store, &error), &error);
    if (strcmp(arguments[2], "check") == 0)
        check(store);
    else
        for (long number = strtol(arguments[3], NULL, 10);; number++)
            import_batch(store, number);
    pk_store_close(store);
    return 0;
}
