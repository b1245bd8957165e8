/* The bytes of a saved fit: they come back, or are said to be damaged. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "service/store/snapshot_bytes.h"

#define SIZE 5000

struct packed {
    unsigned char bytes[SIZE];
    unsigned char *packed;
    size_t packed_size;
};

static int pack(void **state)
{
    struct packed *made = calloc(1, sizeof *made);
    void *bytes = NULL;
    assert_non_null(made);
    for (size_t i = 0; i < SIZE; i++)
        made->bytes[i] = (unsigned char)(i * i >> 3);
    assert_int_equal(pk_snapshot_bytes_pack(made->bytes, SIZE, &bytes, &made->packed_size, NULL),
                     PK_OK);
    made->packed = bytes;
    *state = made;
    return 0;
}

static int drop(void **state)
{
    struct packed *made = *state;
    free(made->packed);
    free(made);
    return 0;
}

static void test_the_bytes_come_back(void **state)
{
    const struct packed *made = *state;
    unsigned char *bytes = NULL;
    assert_int_equal(
        pk_snapshot_bytes_unpack(made->packed, made->packed_size, SIZE, "fit", &bytes, NULL),
        PK_OK);
    assert_memory_equal(bytes, made->bytes, SIZE);
    free(bytes);
}

static void test_a_changed_byte_is_found(void **state)
{
    struct packed *made = *state;
    struct pk_error error;
    unsigned char *bytes = NULL;
    made->packed[made->packed_size / 2] ^= 1;
    assert_int_equal(
        pk_snapshot_bytes_unpack(made->packed, made->packed_size, SIZE, "fit-7", &bytes, &error),
        PK_DATA_LOSS);
    assert_null(bytes);
    assert_string_equal(
        error.message, "the saved fit 'fit-7' is damaged; it is fitted again from the stored rows");
}

static void test_another_size_than_was_packed_is_damage(void **state)
{
    const struct packed *made = *state;
    const size_t wrong[] = {SIZE - 1, SIZE + 1, 0, SIZE_MAX, SIZE_MAX - 1};
    unsigned char *bytes = NULL;
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++)
        assert_int_equal(pk_snapshot_bytes_unpack(made->packed, made->packed_size, wrong[i], "fit",
                                                  &bytes, NULL),
                         PK_DATA_LOSS);
    assert_int_equal(
        pk_snapshot_bytes_unpack(made->packed, made->packed_size - 1, SIZE, "fit", &bytes, NULL),
        PK_DATA_LOSS);
    /* Without a frame, whatever size is asked for. */
    assert_int_equal(pk_snapshot_bytes_unpack(NULL, 0, SIZE_MAX, "fit", &bytes, NULL),
                     PK_DATA_LOSS);
    assert_int_equal(pk_snapshot_bytes_unpack(NULL, 0, SIZE_MAX - 1, "fit", &bytes, NULL),
                     PK_DATA_LOSS);
    assert_int_equal(pk_snapshot_bytes_unpack("no frame", 8, SIZE_MAX, "fit", &bytes, NULL),
                     PK_DATA_LOSS);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_the_bytes_come_back, pack, drop),
        cmocka_unit_test_setup_teardown(test_a_changed_byte_is_found, pack, drop),
        cmocka_unit_test_setup_teardown(test_another_size_than_was_packed_is_damage, pack, drop),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
