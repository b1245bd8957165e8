/* Parts made side by side are taken in order, whatever the number of threads. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "service/work/ordered_work.h"

#define PARTS 500

struct bench {
    size_t made[PK_ORDERED_SLOT_COUNT_MAX]; /* part in each slot */
    size_t taken[PARTS];
    size_t taken_count;
    atomic_size_t begun;
    size_t fails_making, fails_taking; /* SIZE_MAX = never */
};

static enum pk_status make(void *context, size_t worker, size_t slot, size_t part,
                           struct pk_error *error)
{
    struct bench *bench = context;
    (void)worker;
    volatile double sink = 0; /* parts take different times */
    for (size_t i = 0; i < (part * 7919) % 5000; i++)
        sink = sink + (double)i;
    atomic_fetch_add(&bench->begun, 1);
    bench->made[slot] = part;
    return part == bench->fails_making
               ? pk_error_set(error, PK_INTERNAL, "", "part %zu is broken", part)
               : PK_OK;
}

static enum pk_status take(void *context, size_t slot, struct pk_error *error)
{
    struct bench *bench = context;
    if (bench->taken_count == bench->fails_taking)
        return pk_error_set(error, PK_CANCELLED, "", "enough");
    bench->taken[bench->taken_count++] = bench->made[slot];
    return PK_OK;
}

static enum pk_status run(struct bench *bench, int thread_count, size_t part_count,
                          struct pk_error *error)
{
    const struct pk_ordered_work work = {.part_count = part_count,
                                         .thread_count = thread_count,
                                         .context = bench,
                                         .make = make,
                                         .take = take};
    assert_true(pk_ordered_thread_count(&work) <= PK_THREAD_COUNT_MAX);
    return pk_ordered_run(&work, error);
}

static void test_every_part_is_taken_once_and_in_order(void **state)
{
    (void)state;
    static const int threads[] = {0, 1, 2, 3, 8};
    for (size_t i = 0; i < sizeof threads / sizeof *threads; i++) {
        struct bench bench = {.fails_making = SIZE_MAX, .fails_taking = SIZE_MAX};
        struct pk_error error;
        assert_int_equal(run(&bench, threads[i], PARTS, &error), PK_OK);
        assert_int_equal(bench.taken_count, PARTS);
        for (size_t part = 0; part < PARTS; part++)
            assert_int_equal(bench.taken[part], part);
    }
}

static void test_nothing_to_do_and_one_part_are_fine(void **state)
{
    (void)state;
    for (size_t count = 0; count < 2; count++) {
        struct bench bench = {.fails_making = SIZE_MAX, .fails_taking = SIZE_MAX};
        struct pk_error error;
        assert_int_equal(run(&bench, 4, count, &error), PK_OK);
        assert_int_equal(bench.taken_count, count);
    }
}

static void test_the_first_failure_in_order_ends_it(void **state)
{
    (void)state;
    for (int threads = 1; threads <= 4; threads++) {
        struct bench bench = {.fails_making = 17, .fails_taking = SIZE_MAX};
        struct pk_error error;
        assert_int_equal(run(&bench, threads, PARTS, &error), PK_INTERNAL);
        assert_string_equal(error.message, "part 17 is broken");
        assert_int_equal(bench.taken_count, 17);
        bench = (struct bench){.fails_making = SIZE_MAX, .fails_taking = 5};
        assert_int_equal(run(&bench, threads, PARTS, &error), PK_CANCELLED);
        /* no more is begun than the slots hold */
        assert_true(bench.begun <= 5 + PK_ORDERED_SLOTS_PER_THREAD * (size_t)threads);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_part_is_taken_once_and_in_order),
        cmocka_unit_test(test_nothing_to_do_and_one_part_are_fine),
        cmocka_unit_test(test_the_first_failure_in_order_ends_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
