#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "client/import/encoding.h"
#include "tests/support/client/byte_source.h"

/* Decodes everything, `step` bytes in and `room` bytes out at a time; returns the size, or
 * fails. */
static enum pk_status decode(const char *text, size_t size, size_t step, size_t room, char *out,
                             size_t *out_size, bool *out_converting)
{
    struct bytes bytes = {text, size, 0, step};
    struct pk_decoder *decoder = NULL;
    struct pk_error error = {0};
    enum pk_status status = pk_decoder_new(read_bytes, &bytes, "f.csv", &decoder, &error);
    size_t length = 0;
    size_t got = 1;
    while (status == PK_OK && got > 0) {
        status = pk_decoder_read(decoder, out + length, room, &got, &error);
        if (status == PK_OK)
            length += got;
    }
    if (status == PK_OK) {
        *out_size = length;
        *out_converting = pk_decoder_is_converting(decoder);
    }
    pk_decoder_free(decoder);
    return status;
}

static void expect(const char *text, size_t size, const char *expected, bool is_converting)
{
    static const size_t steps[] = {1, 3, 100000};
    static const size_t rooms[] = {4, 5, 1000};
    char found[8192];
    for (size_t i = 0; i < 9; i++) {
        size_t found_size = 0;
        bool converting = false;
        assert_int_equal(
            decode(text, size, steps[i / 3], rooms[i % 3], found, &found_size, &converting), PK_OK);
        assert_int_equal(found_size, strlen(expected));
        assert_memory_equal(found, expected, found_size);
        assert_int_equal(converting, is_converting);
    }
}

/* "日期,仓库\n" in GB18030. */
#define GB_HEADER "\xc8\xd5\xc6\xda,\xb2\xd6\xbf\xe2\n"

static void test_ascii_and_utf8_pass_unchanged(void **state)
{
    (void)state;
    expect("a,b\n", 4, "a,b\n", false);
    expect("日期,仓库\n", strlen("日期,仓库\n"), "日期,仓库\n", false);
    expect("", 0, "", false);
}

static void test_a_byte_order_mark_is_skipped(void **state)
{
    (void)state;
    expect("\xef\xbb\xbfitem_id\n", 11, "item_id\n", false);
}

static void test_gb18030_is_converted_and_said(void **state)
{
    (void)state;
    expect(GB_HEADER, strlen(GB_HEADER), "日期,仓库\n", true);
    /* Four bytes for one character. */
    expect("x\x81\x30\x81\x34y", 6, "x\xc2\x84y", true);
}

static void test_gb18030_far_behind_ascii_is_converted(void **state)
{
    (void)state;
    char text[4200];
    char expected[4300];
    memset(text, 'a', 4096);
    memcpy(text + 4096, GB_HEADER, sizeof GB_HEADER);
    memset(expected, 'a', 4096);
    memcpy(expected + 4096, "日期,仓库\n", sizeof "日期,仓库\n");
    expect(text, 4096 + strlen(GB_HEADER), expected, true);
}

static void test_what_is_neither_passes_for_the_column_checks(void **state)
{
    (void)state;
    /* Latin-1: a lead byte before a comma is no GB18030 either. */
    expect("caf\xe9,1\n", 7, "caf\xe9,1\n", false);
}

static void test_utf16_is_refused(void **state)
{
    (void)state;
    static const char *const texts[] = {"\xff\xfe"
                                        "a\0b\0",
                                        "\xfe\xff\0a\0b", "a\0b\0c\0"};
    for (size_t i = 0; i < 3; i++) {
        char found[64];
        size_t size = 0;
        bool converting;
        assert_int_equal(decode(texts[i], 6, 100, 64, found, &size, &converting),
                         PK_INVALID_ARGUMENT);
    }
}

static void test_a_character_cut_by_the_end_of_gb18030_is_an_error(void **state)
{
    (void)state;
    /* Valid as long as the first megabyte reaches, cut in the last character. */
    size_t size = 3 * 1024 * 1024 + 1;
    char *text = malloc(size);
    char *found = malloc(2 * size);
    size_t found_size = 0;
    bool converting;
    for (size_t i = 0; i + 1 < size; i += 2)
        memcpy(text + i, "\xc8\xd5", 2);
    text[size - 1] = '\xc8';
    assert_int_equal(decode(text, size, 65536, 65536, found, &found_size, &converting),
                     PK_INVALID_ARGUMENT);
    assert_int_equal(decode(text, size - 1, 65536, 65536, found, &found_size, &converting), PK_OK);
    assert_int_equal(found_size, (size - 1) / 2 * 3);
    free(text);
    free(found);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_ascii_and_utf8_pass_unchanged),
        cmocka_unit_test(test_a_byte_order_mark_is_skipped),
        cmocka_unit_test(test_gb18030_is_converted_and_said),
        cmocka_unit_test(test_gb18030_far_behind_ascii_is_converted),
        cmocka_unit_test(test_what_is_neither_passes_for_the_column_checks),
        cmocka_unit_test(test_utf16_is_refused),
        cmocka_unit_test(test_a_character_cut_by_the_end_of_gb18030_is_an_error),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
