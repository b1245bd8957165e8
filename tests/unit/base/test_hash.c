/* Hashes are stored: published vectors of FNV-1a, and numbers that must never change. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <string.h>

#include "models/base/hash.h"

static uint64_t hash_of(const char *text)
{
    return pk_hash_bytes(PK_HASH_START, text, strlen(text));
}

/* Vectors of the authors' test suite (Noll, FNV-1a 64 bit; RFC 9923, appendix C). */
static void test_bytes_hash_as_published(void **state)
{
    (void)state;
    assert_true(hash_of("") == UINT64_C(0xCBF29CE484222325));
    assert_true(hash_of("a") == UINT64_C(0xAF63DC4C8601EC8C));
    assert_true(hash_of("foobar") == UINT64_C(0x85944171F73967E8));
}

static void test_bytes_may_come_in_parts(void **state)
{
    (void)state;
    assert_true(pk_hash_bytes(pk_hash_bytes(PK_HASH_START, "foo", 3), "bar", 3) ==
                hash_of("foobar"));
}

static void test_words_hash_as_ever(void **state)
{
    (void)state;
    assert_true(pk_hash_word(0, 0) == 0);
    assert_true(pk_hash_word(1, 0) == UINT64_C(0x9E3779B9E17D05AC));
    assert_true(pk_hash_word(pk_hash_word(1, 2), 3) != pk_hash_word(pk_hash_word(1, 3), 2));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_bytes_hash_as_published),
        cmocka_unit_test(test_bytes_may_come_in_parts),
        cmocka_unit_test(test_words_hash_as_ever),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
