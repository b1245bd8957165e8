#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "client/output/result.h"
#include "models/base/text.h"

static char directory[64];
static char path[96];

static int set_up(void **state)
{
    (void)state;
    pk_text_format(directory, sizeof directory, "/tmp/peakstock-result-XXXXXX");
    assert_non_null(mkdtemp(directory));
    pk_text_format(path, sizeof path, "%s/out.csv", directory);
    return 0;
}

/* The folder must be empty but for the result: nothing temporary is left. */
static int tear_down(void **state)
{
    (void)state;
    unlink(path);
    return rmdir(directory);
}

static void read_back(char *out, size_t size)
{
    FILE *file = fopen(path, "rb");
    assert_non_null(file);
    out[fread(out, 1, size - 1, file)] = '\0';
    fclose(file);
}

static void write_old(void)
{
    FILE *file = fopen(path, "wb");
    fputs("old", file);
    fclose(file);
}

static void test_a_published_result_replaces_the_file(void **state)
{
    (void)state;
    struct pk_result *result = NULL;
    char text[32];
    write_old();
    assert_int_equal(pk_result_open(path, &result, NULL), PK_OK);
    fputs("new", pk_result_stream(result));
    read_back(text, sizeof text);
    assert_string_equal(text, "old");
    assert_int_equal(pk_result_publish(result, NULL), PK_OK);
    pk_result_close(result);
    read_back(text, sizeof text);
    assert_string_equal(text, "new");
}

static void test_without_a_publish_the_old_file_stays(void **state)
{
    (void)state;
    struct pk_result *result = NULL;
    char text[32];
    write_old();
    assert_int_equal(pk_result_open(path, &result, NULL), PK_OK);
    fputs("half", pk_result_stream(result));
    pk_result_close(result);
    read_back(text, sizeof text);
    assert_string_equal(text, "old");
    pk_result_close(NULL);
}

static void test_the_umask_holds_for_new_files(void **state)
{
    (void)state;
    struct pk_result *result = NULL;
    struct stat found;
    mode_t mask = umask(027);
    assert_int_equal(pk_result_open(path, &result, NULL), PK_OK);
    assert_int_equal(pk_result_publish(result, NULL), PK_OK);
    pk_result_close(result);
    umask(mask);
    assert_int_equal(stat(path, &found), 0);
    assert_int_equal(found.st_mode & 0777, 0640);
}

static void test_places_that_cannot_be_written_are_refused(void **state)
{
    (void)state;
    struct pk_result *result = NULL;
    struct pk_error error = {0};
    assert_int_equal(pk_result_open(directory, &result, &error), PK_FAILED_PRECONDITION);
    assert_int_equal(pk_result_open("/no/such/folder/x", &result, &error), PK_FAILED_PRECONDITION);
    assert_string_equal(error.field, "/no/such/folder/x");
    assert_null(result);
}

static void test_a_full_device_is_a_failure(void **state)
{
    (void)state;
    struct pk_result *result = NULL;
    struct pk_error error = {0};
    assert_int_equal(pk_result_open("/dev/full", &result, &error), PK_OK);
    fputs("text", pk_result_stream(result));
    assert_int_equal(pk_result_publish(result, &error), PK_FAILED_PRECONDITION);
    pk_result_close(result);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_a_published_result_replaces_the_file, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(test_without_a_publish_the_old_file_stays, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(test_the_umask_holds_for_new_files, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_places_that_cannot_be_written_are_refused, set_up,
                                        tear_down),
        cmocka_unit_test(test_a_full_device_is_a_failure),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
