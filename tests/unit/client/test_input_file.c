#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>
#include <lzma.h>
#include <zlib.h>
#include <zstd.h>

#include "client/import/input_file.h"

#define PLAIN_SIZE ((size_t)300000)

struct fixture {
    char path[64];
    unsigned char *plain;
    unsigned char *packed;
    size_t capacity;
};

static int set_up(void **state)
{
    struct fixture *fixture = calloc(1, sizeof *fixture);
    memcpy(fixture->path, "/tmp/peakstock-input-XXXXXX", sizeof "/tmp/peakstock-input-XXXXXX");
    close(mkstemp(fixture->path));
    fixture->plain = malloc(PLAIN_SIZE);
    for (size_t i = 0; i < PLAIN_SIZE; i++)
        fixture->plain[i] = (unsigned char)("0123456789,\n"[(i * i / 7) % 12]);
    fixture->capacity = 3 * PLAIN_SIZE;
    fixture->packed = malloc(fixture->capacity);
    *state = fixture;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *fixture = *state;
    unlink(fixture->path);
    free(fixture->plain);
    free(fixture->packed);
    free(fixture);
    return 0;
}

static void write_file(const struct fixture *fixture, const unsigned char *bytes, size_t size)
{
    FILE *file = fopen(fixture->path, "wb");
    assert_int_equal(fwrite(bytes, 1, size, file), size);
    fclose(file);
}

/* Reads the file in odd steps; checks that it is `times` the plain bytes. */
static enum pk_status read_back(const struct fixture *fixture, size_t times)
{
    struct pk_input *input = NULL;
    struct pk_error error = {0};
    char block[7777];
    size_t total = 0;
    size_t got = 1;
    enum pk_status status = pk_input_open(fixture->path, &input, &error);
    while (status == PK_OK && got > 0) {
        status = pk_input_read(input, block, sizeof block, &got, &error);
        for (size_t i = 0; status == PK_OK && i < got; i++)
            assert_int_equal((unsigned char)block[i], fixture->plain[(total + i) % PLAIN_SIZE]);
        if (status == PK_OK)
            total += got;
    }
    if (status == PK_OK) {
        assert_int_equal(total, times * PLAIN_SIZE);
        assert_int_equal(pk_input_position(input), pk_input_size(input));
    }
    pk_input_close(input);
    return status;
}

static size_t pack_gzip(struct fixture *fixture)
{
    z_stream stream = {0};
    assert_int_equal(deflateInit2(&stream, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY), Z_OK);
    stream.next_in = fixture->plain;
    stream.avail_in = PLAIN_SIZE;
    stream.next_out = fixture->packed;
    stream.avail_out = (uInt)fixture->capacity;
    assert_int_equal(deflate(&stream, Z_FINISH), Z_STREAM_END);
    size_t size = fixture->capacity - stream.avail_out;
    deflateEnd(&stream);
    return size;
}

static size_t pack_xz(struct fixture *fixture)
{
    size_t size = 0;
    assert_int_equal(lzma_easy_buffer_encode(1, LZMA_CHECK_CRC64, NULL, fixture->plain, PLAIN_SIZE,
                                             fixture->packed, &size, fixture->capacity),
                     LZMA_OK);
    return size;
}

static size_t pack_zstd(struct fixture *fixture)
{
    return ZSTD_compress(fixture->packed, fixture->capacity, fixture->plain, PLAIN_SIZE, 3);
}

typedef size_t pack_function(struct fixture *fixture);
static pack_function *const packers[] = {pack_gzip, pack_xz, pack_zstd};

static void test_a_plain_file_comes_as_it_is(void **state)
{
    struct fixture *fixture = *state;
    write_file(fixture, fixture->plain, PLAIN_SIZE);
    assert_int_equal(read_back(fixture, 1), PK_OK);
    write_file(fixture, fixture->plain, 0);
    assert_int_equal(read_back(fixture, 0), PK_OK);
}

static void test_compressed_files_are_told_by_their_first_bytes(void **state)
{
    struct fixture *fixture = *state;
    for (size_t i = 0; i < 3; i++) {
        write_file(fixture, fixture->packed, packers[i](fixture));
        assert_int_equal(read_back(fixture, 1), PK_OK);
    }
}

static void test_members_back_to_back_are_one_file(void **state)
{
    struct fixture *fixture = *state;
    for (size_t i = 0; i < 3; i++) {
        size_t size = packers[i](fixture);
        memmove(fixture->packed + size, fixture->packed, size);
        write_file(fixture, fixture->packed, 2 * size);
        assert_int_equal(read_back(fixture, 2), PK_OK);
    }
}

static void test_a_compressed_file_cut_anywhere_is_an_error(void **state)
{
    struct fixture *fixture = *state;
    for (size_t i = 0; i < 3; i++) {
        size_t size = packers[i](fixture);
        size_t cuts[] = {size - 1, size - 5, size / 2, 20};
        for (size_t j = 0; j < 4; j++) {
            write_file(fixture, fixture->packed, cuts[j]);
            assert_int_equal(read_back(fixture, 1), PK_DATA_LOSS);
        }
    }
}

static void test_damaged_bytes_and_rubbish_behind_the_end_are_errors(void **state)
{
    struct fixture *fixture = *state;
    for (size_t i = 0; i < 3; i++) {
        size_t size = packers[i](fixture);
        memcpy(fixture->packed + size, "rubbish!", 8);
        write_file(fixture, fixture->packed, size + 8);
        assert_int_equal(read_back(fixture, 1), PK_DATA_LOSS);
    }
    size_t size = pack_xz(fixture);
    fixture->packed[size / 2] ^= 0x55;
    write_file(fixture, fixture->packed, size);
    assert_int_equal(read_back(fixture, 1), PK_DATA_LOSS);
}

static void test_workbooks_are_refused_by_name(void **state)
{
    struct fixture *fixture = *state;
    write_file(fixture, (const unsigned char *)"PK\x03\x04 and so on", 14);
    assert_int_equal(read_back(fixture, 1), PK_INVALID_ARGUMENT);
}

static void test_what_cannot_be_opened_says_why(void **state)
{
    (void)state;
    struct pk_input *input = NULL;
    struct pk_error error = {0};
    assert_int_equal(pk_input_open("/tmp/no/such/file", &input, &error), PK_NOT_FOUND);
    assert_int_equal(pk_input_open("/tmp", &input, &error), PK_FAILED_PRECONDITION);
    assert_null(input);
    pk_input_close(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_a_plain_file_comes_as_it_is, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_compressed_files_are_told_by_their_first_bytes, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(test_members_back_to_back_are_one_file, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_a_compressed_file_cut_anywhere_is_an_error, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(test_damaged_bytes_and_rubbish_behind_the_end_are_errors,
                                        set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_workbooks_are_refused_by_name, set_up, tear_down),
        cmocka_unit_test(test_what_cannot_be_opened_says_why),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
