#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>
#include <jansson.h>

#include "client/output/json_writer.h"

static void test_a_strict_reader_gets_back_what_was_written(void **state)
{
    (void)state;
    static const char hard[] = "a\"b\\c\n\t\x01 保温杯 \xf0\x9f\x8e\x81";
    struct pk_buffer buffer = {0};
    struct pk_json_writer writer;
    pk_json_writer_init(&writer, &buffer);
    pk_json_writer_open_object(&writer, NULL);
    pk_json_writer_open_object(&writer, "snapshot");
    pk_json_writer_integer(&writer, "data_revision", 17);
    pk_json_writer_close_object(&writer);
    pk_json_writer_open_array(&writer, "rows");
    for (int i = 0; i < 2; i++) {
        pk_json_writer_open_object(&writer, NULL);
        pk_json_writer_text(&writer, "name", hard, strlen(hard));
        pk_json_writer_number(&writer, "mean", 12.25, PK_MEAN_DIGITS);
        pk_json_writer_number(&writer, "undefined", NAN, PK_MEAN_DIGITS);
        pk_json_writer_money(&writer, "cost", 12500000);
        pk_json_writer_date(&writer, "date", 31);
        pk_json_writer_boolean(&writer, "stale", true);
        pk_json_writer_null(&writer, "eta");
        pk_json_writer_close_object(&writer);
    }
    pk_json_writer_close_array(&writer);
    pk_json_writer_close_object(&writer);

    json_error_t error;
    json_t *root = json_loadb(buffer.bytes, buffer.size, JSON_REJECT_DUPLICATES, &error);
    assert_non_null(root);
    json_t *rows = json_object_get(root, "rows");
    assert_int_equal(json_array_size(rows), 2);
    json_t *row = json_array_get(rows, 1);
    assert_string_equal(json_string_value(json_object_get(row, "name")), hard);
    assert_true(json_real_value(json_object_get(row, "mean")) == 12.25);
    assert_true(json_is_null(json_object_get(row, "undefined")));
    assert_true(json_real_value(json_object_get(row, "cost")) == 12.5);
    assert_string_equal(json_string_value(json_object_get(row, "date")), "1970-02-01");
    assert_true(json_is_true(json_object_get(row, "stale")));
    assert_true(json_is_null(json_object_get(row, "eta")));
    json_t *snapshot = json_object_get(root, "snapshot");
    assert_int_equal(json_integer_value(json_object_get(snapshot, "data_revision")), 17);
    json_decref(root);
    pk_buffer_done(&buffer);
}

static void test_money_is_spelled_exactly(void **state)
{
    (void)state;
    struct pk_buffer buffer = {0};
    struct pk_json_writer writer;
    pk_json_writer_init(&writer, &buffer);
    pk_json_writer_money(&writer, NULL, INT64_C(8999999999123456));
    assert_string_equal(pk_buffer_string(&buffer), "8999999999.123456");
    pk_buffer_done(&buffer);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_strict_reader_gets_back_what_was_written),
        cmocka_unit_test(test_money_is_spelled_exactly),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
