/* The rows of a selection of series come in its order, whatever the number of threads. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "models/base/limits.h"
#include "service/work/series_run.h"

#define ITEMS      300
#define WAREHOUSES 3
#define SERIES     (ITEMS * WAREHOUSES)
#define NEVER      SIZE_MAX

/* A shop of series alone. */
static struct pk_series all_series[SERIES];
static const struct pk_shop shop = {.series = all_series, .series_count = SERIES};

static int make_shop(void **state)
{
    (void)state;
    for (uint32_t i = 0; i < SERIES; i++)
        all_series[i] = (struct pk_series){.item = i / WAREHOUSES, .warehouse = i % WAREHOUSES};
    return 0;
}

struct bench {
    size_t fails_making, fails_taking; /* series; NEVER = none */
    bool fails_beginning;
    size_t taken[SERIES], taken_count;
    size_t memory_count;
    atomic_size_t *begun_count, *ended_count;
};

struct memory {
    const struct bench *bench;
    atomic_size_t *ended_count;
    uint32_t item;
    size_t of_item; /* series of the item that this memory has seen */
};

struct row {
    size_t series;
    size_t of_item;
    const char *name; /* into the row */
    char letters[3];  /* makes the size odd */
};

static enum pk_status begin(const void *context, void *memory, struct pk_error *error)
{
    const struct bench *bench = context;
    struct memory *own = memory;
    assert_null(own->bench); /* zeroed */
    own->ended_count = bench->ended_count;
    if (bench->fails_beginning)
        return pk_error_set(error, PK_OUT_OF_MEMORY, "", "no memory to begin");
    own->bench = bench;
    own->item = UINT32_MAX;
    atomic_fetch_add(bench->begun_count, 1);
    return PK_OK;
}

static void end(void *memory)
{
    const struct memory *own = memory;
    atomic_fetch_add(own->ended_count, 1);
}

/* Keeps no series of the last warehouse. */
static enum pk_status make(const void *context, void *memory, size_t series, void *row,
                           bool *out_is_kept, struct pk_error *error)
{
    const struct bench *bench = context;
    struct memory *own = memory;
    struct row *made = row;
    assert_ptr_equal(own->bench, bench);
    assert_true(*out_is_kept);
    assert_int_equal((uintptr_t)row % sizeof(void *), 0);
    if (series == bench->fails_making)
        return pk_error_set(error, PK_INTERNAL, "", "series %zu is broken", series);
    volatile double sink = 0; /* series take different times */
    for (size_t i = 0; i < (series * 7919) % 500; i++)
        sink = sink + (double)i;
    own->of_item = own->item == all_series[series].item ? own->of_item + 1 : 0;
    own->item = all_series[series].item;
    made->series = series;
    made->of_item = own->of_item;
    memcpy(made->letters, "ab", sizeof made->letters);
    made->name = made->letters;
    *out_is_kept = all_series[series].warehouse != WAREHOUSES - 1;
    return PK_OK;
}

static enum pk_status take(void *context, void *row, struct pk_error *error)
{
    struct bench *bench = context;
    const struct row *made = row;
    if (made->series == bench->fails_taking)
        return pk_error_set(error, PK_CANCELLED, "", "enough");
    assert_ptr_equal(made->name, made->letters);
    assert_int_equal(made->of_item, all_series[made->series].warehouse);
    bench->taken[bench->taken_count++] = made->series;
    return PK_OK;
}

static enum pk_status run(struct bench *bench, const struct pk_series_selection *selection,
                          int thread_count, struct pk_error *error)
{
    atomic_size_t begun_count = 0, ended_count = 0;
    bench->begun_count = &begun_count;
    bench->ended_count = &ended_count;
    const struct pk_series_work work = {.parts = {&shop, selection, 4},
                                        .thread_count = thread_count,
                                        .noun = "a bench",
                                        .context = bench,
                                        .memory_size = sizeof(struct memory),
                                        .begin = begin,
                                        .end = end,
                                        .row_size = sizeof(struct row),
                                        .make = make,
                                        .take = take};
    const enum pk_status status = pk_series_run(&work, error);
    assert_true(bench->fails_beginning || begun_count == ended_count);
    assert_true(begun_count <= (size_t)(thread_count < 1 ? 1 : thread_count));
    bench->memory_count = begun_count;
    return status;
}

static const int thread_counts[] = {0, 1, 2, 3, 8};
#define THREAD_COUNTS (sizeof thread_counts / sizeof *thread_counts)

static void test_rows_come_in_the_order_of_the_shop_whatever_the_threads(void **state)
{
    (void)state;
    for (size_t i = 0; i < THREAD_COUNTS; i++) {
        struct bench bench = {.fails_making = NEVER, .fails_taking = NEVER};
        struct pk_error error;
        assert_int_equal(run(&bench, NULL, thread_counts[i], &error), PK_OK);
        assert_int_equal(bench.taken_count, ITEMS * (WAREHOUSES - 1));
        for (size_t row = 0; row < bench.taken_count; row++)
            assert_int_equal(bench.taken[row], row / 2 * WAREHOUSES + row % 2);
    }
}

static void test_a_selection_gives_its_own_order(void **state)
{
    (void)state;
    uint32_t series[ITEMS];
    for (uint32_t i = 0; i < ITEMS; i++)
        series[i] = (ITEMS - 1 - i) * WAREHOUSES;
    for (size_t i = 0; i < THREAD_COUNTS; i++) {
        const struct pk_series_selection selection = {series, ITEMS};
        struct bench bench = {.fails_making = NEVER, .fails_taking = NEVER};
        struct pk_error error;
        assert_int_equal(run(&bench, &selection, thread_counts[i], &error), PK_OK);
        assert_int_equal(bench.taken_count, ITEMS);
        for (size_t row = 0; row < ITEMS; row++)
            assert_int_equal(bench.taken[row], series[row]);
    }
}

static void test_an_empty_selection_begins_nothing(void **state)
{
    (void)state;
    const struct pk_series_selection nothing = {NULL, 0};
    struct bench bench = {.fails_making = NEVER, .fails_taking = NEVER};
    struct pk_error error;
    assert_int_equal(run(&bench, &nothing, 4, &error), PK_OK);
    assert_int_equal(bench.taken_count, 0);
    assert_int_equal(bench.memory_count, 0);
}

static void test_the_first_failure_in_order_ends_it(void **state)
{
    (void)state;
    for (int threads = 1; threads <= 4; threads++) {
        /* Parts begin with an item: 0, 6, 9, 12, 18, ... */
        struct bench bench = {.fails_making = 16, .fails_taking = NEVER};
        struct pk_error error;
        assert_int_equal(run(&bench, NULL, threads, &error), PK_INTERNAL);
        assert_string_equal(error.message, "series 16 is broken");
        assert_int_equal(bench.taken_count, 8); /* of the items 0 to 3 */
        bench = (struct bench){.fails_making = NEVER, .fails_taking = 16};
        assert_int_equal(run(&bench, NULL, threads, &error), PK_CANCELLED);
        assert_int_equal(bench.taken_count, 11);
        bench = (struct bench){.fails_making = 300, .fails_taking = 16};
        assert_int_equal(run(&bench, NULL, threads, &error), PK_CANCELLED);
    }
}

static void test_a_memory_that_cannot_begin_ends_it(void **state)
{
    (void)state;
    for (int threads = 1; threads <= 4; threads++) {
        struct bench bench = {
            .fails_making = NEVER, .fails_taking = NEVER, .fails_beginning = true};
        struct pk_error error;
        assert_int_equal(run(&bench, NULL, threads, &error), PK_OUT_OF_MEMORY);
        assert_string_equal(error.message, "no memory to begin");
        assert_int_equal(bench.taken_count, 0);
    }
}

static void test_rows_without_memory_say_for_what(void **state)
{
    (void)state;
    const struct pk_series_work work = {.parts = {&shop, NULL, 4},
                                        .noun = "a bench",
                                        .memory_size = sizeof(struct memory),
                                        .end = end,
                                        .row_size = SIZE_MAX / 4,
                                        .make = make,
                                        .take = take};
    struct pk_error error;
    assert_int_equal(pk_series_run(&work, &error), PK_OUT_OF_MEMORY);
    assert_string_equal(error.message, "out of memory for a bench");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rows_come_in_the_order_of_the_shop_whatever_the_threads),
        cmocka_unit_test(test_a_selection_gives_its_own_order),
        cmocka_unit_test(test_an_empty_selection_begins_nothing),
        cmocka_unit_test(test_the_first_failure_in_order_ends_it),
        cmocka_unit_test(test_a_memory_that_cannot_begin_ends_it),
        cmocka_unit_test(test_rows_without_memory_say_for_what),
    };
    return cmocka_run_group_tests(tests, make_shop, NULL);
}
