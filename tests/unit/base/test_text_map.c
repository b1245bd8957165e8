/* Numbers for texts: in the order of arrival, the first again for what came before, any bytes as a
 * key. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <string.h>

#include "models/base/text_map.h"

static uint32_t add(struct pk_text_map *map, struct pk_text key, bool *out_is_new)
{
    uint32_t index = UINT32_MAX;
    assert_int_equal(pk_text_map_add(map, key, &index, out_is_new, NULL), PK_OK);
    return index;
}

static void test_texts_are_numbered_as_they_come(void **state)
{
    struct pk_text_map map = {0};
    bool is_new = false;
    (void)state;
    assert_int_equal(add(&map, pk_text_from("scarf"), &is_new), 0);
    assert_true(is_new);
    assert_int_equal(add(&map, pk_text_from("围巾"), NULL), 1);
    assert_int_equal(add(&map, pk_text_from(""), NULL), 2);
    assert_int_equal(add(&map, pk_text_from("scarf"), &is_new), 0);
    assert_false(is_new);
    assert_int_equal(map.count, 3);
    assert_string_equal(map.keys[0].bytes, "scarf");
    assert_string_equal(map.keys[1].bytes, "围巾");
    assert_string_equal(map.keys[2].bytes, "");
    pk_text_map_done(&map);
    assert_int_equal(map.count, 0);
}

static void test_pairs_of_numbers_are_keys_too(void **state)
{
    struct pk_text_map map = {0};
    (void)state;
    for (uint32_t round = 0; round < 2; round++) {
        for (uint32_t i = 0; i < 50000; i++) {
            const uint32_t pair[2] = {i / 100, i % 100};
            const struct pk_text key = {(const char *)pair, sizeof pair};
            assert_int_equal(add(&map, key, NULL), i);
        }
    }
    assert_int_equal(map.count, 50000);
    for (uint32_t i = 0; i < 50000; i++) {
        const uint32_t pair[2] = {i / 100, i % 100};
        assert_int_equal(map.keys[i].size, sizeof pair);
        assert_memory_equal(map.keys[i].bytes, pair, sizeof pair);
    }
    pk_text_map_done(&map);
}

static void test_an_empty_map_can_be_done(void **state)
{
    struct pk_text_map map = {0};
    (void)state;
    pk_text_map_done(&map);
    assert_int_equal(add(&map, pk_text_from("again"), NULL), 0);
    pk_text_map_done(&map);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_texts_are_numbered_as_they_come),
        cmocka_unit_test(test_pairs_of_numbers_are_keys_too),
        cmocka_unit_test(test_an_empty_map_can_be_done),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
