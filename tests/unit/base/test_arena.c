/* Arenas: aligned memory, texts that end, a maximum, and blocks that serve again after a reset. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <stdint.h>
#include <string.h>

#include "models/base/arena.h"

static void test_an_arena_serves_aligned_memory_up_to_its_maximum(void **state)
{
    (void)state;
    struct pk_arena arena = {.bytes_max = 100000};
    for (size_t size = 1; size < 300; size++) {
        unsigned char *memory = pk_arena_allocate(&arena, size);
        assert_non_null(memory);
        assert_int_equal((uintptr_t)memory % _Alignof(max_align_t), 0);
        memset(memory, 0xff, size);
    }
    assert_null(pk_arena_allocate(&arena, 100001));
    assert_null(pk_arena_allocate(&arena, SIZE_MAX));
    pk_arena_reset(&arena);
    assert_true(arena.total_bytes <= 100000);
    pk_arena_done(&arena);
    assert_non_null(pk_arena_allocate(&arena, 100000));
    assert_null(pk_arena_allocate(&arena, 1));
    pk_arena_done(&arena);
}

static void test_texts_are_copied_with_an_end_and_lie_close(void **state)
{
    (void)state;
    struct pk_arena arena = {0};
    const char *first = pk_arena_copy(&arena, (struct pk_text){"scarf, red", 5});
    const char *second = pk_arena_copy(&arena, (struct pk_text){NULL, 0});
    assert_string_equal(first, "scarf");
    assert_string_equal(second, "");
    assert_ptr_equal(second, first + 6);
    const double *number = pk_arena_allocate(&arena, sizeof *number);
    assert_int_equal((uintptr_t)number % _Alignof(max_align_t), 0);
    pk_arena_done(&arena);
}

static void test_memory_stays_where_it_is_while_blocks_are_added(void **state)
{
    (void)state;
    struct pk_arena arena = {0};
    const char *texts[2000];
    char text[8] = "item";
    for (size_t i = 0; i < 2000; i++) {
        text[4] = (char)('0' + i % 10);
        texts[i] = pk_arena_copy(&arena, (struct pk_text){text, 5});
        if (i % 500 == 0)
            memset(pk_arena_allocate(&arena, 3000000), 0xff, 3000000);
    }
    for (size_t i = 0; i < 2000; i++) {
        text[4] = (char)('0' + i % 10);
        assert_string_equal(texts[i], text);
    }
    pk_arena_done(&arena);
}

static void test_a_reset_keeps_a_small_block_and_frees_a_large_one(void **state)
{
    (void)state;
    struct pk_arena arena = {0};
    const void *small = pk_arena_allocate(&arena, 100);
    pk_arena_reset(&arena);
    assert_ptr_equal(pk_arena_allocate(&arena, 100), small);
    assert_non_null(pk_arena_allocate(&arena, 3000000));
    pk_arena_reset(&arena);
    assert_int_equal(arena.total_bytes, 0);
    pk_arena_reset(&arena);
    pk_arena_done(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_an_arena_serves_aligned_memory_up_to_its_maximum),
        cmocka_unit_test(test_texts_are_copied_with_an_end_and_lie_close),
        cmocka_unit_test(test_memory_stays_where_it_is_while_blocks_are_added),
        cmocka_unit_test(test_a_reset_keeps_a_small_block_and_frees_a_large_one),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
