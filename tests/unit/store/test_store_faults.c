/* Disks that fill up at every possible moment, allocations that fail, and imports that run at
 * once. */
#include "tests/support/store/store_fixture.h"

#include <errno.h>
#include <pthread.h>
#include <sqlite3.h>

/* Writes left before the disk is full; negative = never. */
static long writes_left = -1;

static bool disk_is_full(void)
{
    if (writes_left < 0)
        return false;
    if (writes_left == 0) {
        errno = ENOSPC;
        return true;
    }
    writes_left--;
    return false;
}

static ssize_t fault_write(int descriptor, const void *bytes, size_t size)
{
    return disk_is_full() ? -1 : write(descriptor, bytes, size);
}

static ssize_t fault_pwrite(int descriptor, const void *bytes, size_t size, off_t offset)
{
    return disk_is_full() ? -1 : pwrite(descriptor, bytes, size, offset);
}

static void use_fault_writes(void)
{
    sqlite3_vfs *vfs = sqlite3_vfs_find(NULL);
    vfs->xSetSystemCall(vfs, "write", (sqlite3_syscall_ptr)fault_write);
    vfs->xSetSystemCall(vfs, "pwrite", (sqlite3_syscall_ptr)fault_pwrite);
    vfs->xSetSystemCall(vfs, "pwrite64", (sqlite3_syscall_ptr)fault_pwrite);
}

static enum pk_status import_days(struct store_fixture *fixture, const char *request_id,
                                  int item_count, int day_count)
{
    struct pk_import_options options = {
        .kind = PK_DATASET_SALES, .bucket_days = 1, .complete_through_date = PK_DATE_NONE};
    struct pk_import *import = NULL;
    struct pk_import_result result;
    snprintf(options.request_id, sizeof options.request_id, "%s", request_id);
    enum pk_status status =
        pk_import_begin(fixture->store, &options, &import, &result, &fixture->error);
    for (int i = 0; i < item_count * day_count && status == PK_OK; i++) {
        char row[96], date[PK_DATE_TEXT_SIZE];
        snprintf(row, sizeof row, "date=%s,item_id=item%d,units=%d",
                 pk_date_format(20000 + i % day_count, date), i / day_count, i % 90);
        status = fixture_add(import, PK_DATASET_SALES, row, i, &fixture->error);
    }
    if (status != PK_OK) {
        pk_import_abort(import);
        return status;
    }
    return pk_import_publish(import, &result, &fixture->error);
}

static int64_t sales_row_count(struct store_fixture *fixture)
{
    struct pk_store_status status;
    assert_int_equal(pk_store_get_status(fixture->store, &status, &fixture->error), PK_OK);
    return status.sales_row_count;
}

static void test_a_full_disk_changes_nothing_whenever_it_fills(void **state)
{
    struct store_fixture *fixture = *state;
    int failure_count = 0;
    assert_int_equal(import_days(fixture, "base", 5, 20), PK_OK);
    for (long allowed = 0;; allowed++) {
        writes_left = allowed;
        enum pk_status status = import_days(fixture, "grown", 20, 100);
        writes_left = -1;
        if (status == PK_OK)
            break;
        failure_count++;
        assert_int_equal(status, PK_RESOURCE_EXHAUSTED);
        assert_non_null(strstr(fixture->error.message, "free space"));
        assert_int_equal(pk_store_data_revision(fixture->store), 1);
        assert_int_equal(sales_row_count(fixture), 100);
        struct pk_shop_data *data = fixture_load(fixture, PK_DATE_NONE);
        assert_int_equal(data->sales.starts[data->shop.series_count], 100);
        pk_shop_data_free(data);
    }
    assert_true(failure_count > 10);
    assert_int_equal(sales_row_count(fixture), 2000);
    fixture_reopen(fixture);
    assert_int_equal(sales_row_count(fixture), 2000);
}

static void test_a_full_disk_under_the_staging_file_changes_nothing(void **state)
{
    struct store_fixture *fixture = *state;
    struct pk_import_options options = fixture_options(fixture, PK_DATASET_ITEMS);
    struct pk_import *import = NULL;
    struct pk_import_result result;
    char row[700] = "", name[480];
    enum pk_status status = PK_OK;
    memset(name, 'n', sizeof name);
    name[sizeof name - 1] = '\0';
    assert_int_equal(pk_import_begin(fixture->store, &options, &import, &result, NULL), PK_OK);
    writes_left = 3;
    for (int i = 0; i < 400000 && status == PK_OK; i++) {
        snprintf(row, sizeof row, "item_id=i%d,name=%s", i, name);
        status = fixture_add(import, PK_DATASET_ITEMS, row, i, &fixture->error);
    }
    writes_left = -1;
    assert_int_equal(status, PK_RESOURCE_EXHAUSTED);
    pk_import_abort(import);
    assert_int_equal(pk_store_data_revision(fixture->store), 0);
    assert_int_equal(import_days(fixture, "after", 2, 2), PK_OK);
}

static void test_a_full_disk_loses_no_saved_snapshot(void **state)
{
    struct store_fixture *fixture = *state;
    unsigned char bytes[1000] = {1};
    struct pk_snapshot_record record = {
        .snapshot_id = "good", .bytes = bytes, .size = sizeof bytes};
    struct pk_snapshot_record loaded;
    assert_int_equal(pk_store_save_snapshot(fixture->store, &record, NULL), PK_OK);
    writes_left = 1;
    snprintf(record.snapshot_id, sizeof record.snapshot_id, "lost");
    assert_int_equal(pk_store_save_snapshot(fixture->store, &record, NULL), PK_RESOURCE_EXHAUSTED);
    writes_left = -1;
    assert_int_equal(pk_store_load_snapshot(fixture->store, &loaded, NULL), PK_OK);
    assert_string_equal(loaded.snapshot_id, "good");
    free(loaded.bytes);
}

static void test_a_full_disk_loses_no_raised_decisions(void **state)
{
    struct store_fixture *fixture = *state;
    struct pk_raised rows[500];
    char ids[500][16];
    for (int i = 0; i < 500; i++) {
        snprintf(ids[i], sizeof ids[i], "item%03d", i);
        rows[i] = (struct pk_raised){.item_id = ids[i],
                                     .warehouse_id = "main",
                                     .action = "reorder",
                                     .reason = "BELOW_NEED",
                                     .value_micros = i};
    }
    assert_int_equal(pk_store_save_raised(fixture->store, 100, rows, 3, NULL), PK_OK);
    int failure_count = 0;
    for (long allowed = 0;; allowed++) {
        struct pk_raised_list *list = NULL;
        writes_left = allowed;
        const enum pk_status status =
            pk_store_save_raised(fixture->store, 101, rows, 500, &fixture->error);
        writes_left = -1;
        assert_int_equal(pk_store_load_raised(fixture->store, 101, &list, NULL), PK_OK);
        assert_int_equal(list->as_of_date, status == PK_OK ? 101 : 100);
        assert_int_equal(list->count, status == PK_OK ? 500 : 3);
        pk_raised_list_free(list);
        if (status == PK_OK)
            break;
        failure_count++;
        assert_int_equal(status, PK_RESOURCE_EXHAUSTED);
    }
    assert_true(failure_count > 5);
}

struct importer {
    struct store_fixture fixture; /* a copy: its error and counter are its own */
    int number;
    enum pk_status status;
};

static void *import_own_items(void *context)
{
    struct importer *importer = context;
    for (int round = 0; round < 5 && importer->status == PK_OK; round++) {
        struct pk_import_options options = {
            .kind = PK_DATASET_SALES, .bucket_days = 1, .complete_through_date = PK_DATE_NONE};
        struct pk_import *import = NULL;
        struct pk_import_result result;
        snprintf(options.request_id, sizeof options.request_id, "%d-%d", importer->number, round);
        importer->status = pk_import_begin(importer->fixture.store, &options, &import, &result,
                                           &importer->fixture.error);
        for (int i = 0; i < 200 && importer->status == PK_OK; i++) {
            char row[96], date[PK_DATE_TEXT_SIZE];
            snprintf(row, sizeof row, "date=%s,item_id=shared%d,units=%d,channel=c%d",
                     pk_date_format(20000 + i, date), i % 3, round + 1, importer->number);
            importer->status =
                fixture_add(import, PK_DATASET_SALES, row, i, &importer->fixture.error);
        }
        if (importer->status == PK_OK)
            importer->status = pk_import_publish(import, &result, &importer->fixture.error);
    }
    return NULL;
}

static void test_imports_at_once_all_land(void **state)
{
    struct store_fixture *fixture = *state;
    struct importer importers[4];
    pthread_t threads[4];
    for (int i = 0; i < 4; i++) {
        importers[i] = (struct importer){.fixture = *fixture, .number = i, .status = PK_OK};
        assert_int_equal(pthread_create(&threads[i], NULL, import_own_items, &importers[i]), 0);
    }
    for (int i = 0; i < 20; i++)
        pk_shop_data_free(fixture_load(fixture, PK_DATE_NONE));
    for (int i = 0; i < 4; i++) {
        pthread_join(threads[i], NULL);
        if (importers[i].status != PK_OK)
            fail_msg("%s", importers[i].fixture.error.message);
    }
    assert_int_equal(pk_store_data_revision(fixture->store), 20);
    struct pk_shop_data *data = fixture_load(fixture, PK_DATE_NONE);
    float units = 0;
    for (size_t i = 0; i < data->sales.starts[data->shop.series_count]; i++)
        units += data->sales.buckets[i].demand_units;
    assert_float_equal(units, 4000, 0);
    assert_int_equal(data->sales.starts[data->shop.series_count], 200);
    pk_shop_data_free(data);
}

/* SQLite's own allocations fail one after the other. */
static sqlite3_mem_methods real_memory;
static long allocations_left = -1;

static void *fault_malloc(int size)
{
    if (allocations_left == 0)
        return NULL;
    allocations_left -= allocations_left > 0;
    return real_memory.xMalloc(size);
}

static void *fault_realloc(void *memory, int size)
{
    if (allocations_left == 0)
        return NULL;
    allocations_left -= allocations_left > 0;
    return real_memory.xRealloc(memory, size);
}

static void test_an_allocation_that_fails_changes_nothing(void **state)
{
    struct store_fixture *fixture = *state;
    int failure_count = 0;
    assert_int_equal(import_days(fixture, "base", 2, 5), PK_OK);
    for (long allowed = 0;; allowed += 1 + allowed / 20) {
        allocations_left = allowed;
        enum pk_status status = import_days(fixture, "grown", 3, 10);
        allocations_left = -1;
        if (status == PK_OK)
            break;
        failure_count++;
        if (status != PK_OUT_OF_MEMORY)
            fail_msg("after %ld allocations: %s", allowed, fixture->error.message);
        assert_int_equal(sales_row_count(fixture), 10);
    }
    assert_true(failure_count > 20);
    assert_int_equal(sales_row_count(fixture), 30);
    for (long allowed = 0;; allowed++) {
        struct pk_shop_data *data = NULL;
        allocations_left = allowed;
        enum pk_status status = pk_store_load(fixture->store, PK_DATE_NONE, &data, &fixture->error);
        allocations_left = -1;
        pk_shop_data_free(data);
        if (status == PK_OK)
            break;
        assert_int_equal(status, PK_OUT_OF_MEMORY);
        assert_null(data);
    }
}

int main(void)
{
    sqlite3_config(SQLITE_CONFIG_GETMALLOC, &real_memory);
    sqlite3_mem_methods memory = real_memory;
    memory.xMalloc = fault_malloc;
    memory.xRealloc = fault_realloc;
    sqlite3_config(SQLITE_CONFIG_MALLOC, &memory);
    sqlite3_config(SQLITE_CONFIG_LOOKASIDE, 0, 0);
    sqlite3_initialize();
    use_fault_writes();
    const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, fixture_setup, fixture_teardown)
        TEST(test_a_full_disk_changes_nothing_whenever_it_fills),
        TEST(test_a_full_disk_under_the_staging_file_changes_nothing),
        TEST(test_a_full_disk_loses_no_saved_snapshot),
        TEST(test_a_full_disk_loses_no_raised_decisions),
        TEST(test_imports_at_once_all_land),
        TEST(test_an_allocation_that_fails_changes_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
