#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <jansson.h>

#include "client/output/output.h"
#include "client/output/wording.h"
#include "peakstock/v1/promotion.pb-c.h"
#include "peakstock/v1/reorder.pb-c.h"

static const struct pk_output_column columns[] = {
    {.key = "item_id", .type = PK_OUTPUT_TEXT},
    {.key = "order_units", .type = PK_OUTPUT_INTEGER},
    {.key = "order_by_date", .type = PK_OUTPUT_DATE},
    {.key = "expected_demand_units", .type = PK_OUTPUT_MEAN},
    {.key = "position_units", .type = PK_OUTPUT_MEAN},
    {.key = "critical_ratio", .type = PK_OUTPUT_RATIO},
    {.key = "unit_cost", .type = PK_OUTPUT_MONEY},
    {.key = "reason", .type = PK_OUTPUT_REASONS},
};

static const struct pk_output_section section = {
    .key = "rows",
    .row = &peakstock__v1__reorder_line__descriptor,
    .file_columns = columns,
    .file_column_count = sizeof columns / sizeof *columns,
    .table_columns = columns,
    .table_column_count = sizeof columns / sizeof *columns,
    .in_csv = true,
};

/* A line with everything and a line with nothing, in the wanted form; free with free(). */
static char *write_lines(const struct pk_output_style *style, const struct pk_output_section *of)
{
    char *text = NULL;
    size_t size = 0;
    FILE *stream = open_memstream(&text, &size);
    struct pk_output *output = NULL;
    assert_int_equal(pk_output_new(style, stream, &output, NULL), PK_OK);

    Peakstock__V1__SnapshotRef snapshot = PEAKSTOCK__V1__SNAPSHOT_REF__INIT;
    snapshot.snapshot_id = (char *)"s1";
    snapshot.as_of_date = (char *)"2026-11-22";
    snapshot.data_revision = 5;
    pk_output_snapshot(output, &snapshot);

    Peakstock__V1__Reason first = PEAKSTOCK__V1__REASON__INIT;
    Peakstock__V1__Reason second = PEAKSTOCK__V1__REASON__INIT;
    first.code = (char *)"PROMOTION_AHEAD";
    second.code = (char *)"PACK_ROUNDED";
    Peakstock__V1__Reason *reasons[] = {&first, &second};
    Peakstock__V1__ReorderLine full = PEAKSTOCK__V1__REORDER_LINE__INIT;
    full.item_id = (char *)"A,1";
    full.order_units = 1200;
    full.order_by_date_epoch_days = 20780;
    full.expected_demand_units = 1234.5678;
    full.position_case = PEAKSTOCK__V1__REORDER_LINE__POSITION_POSITION_UNITS;
    full.position_units = -2;
    full.critical_ratio = 0.95;
    full.cost_case = PEAKSTOCK__V1__REORDER_LINE__COST_UNIT_COST_MICROS;
    full.unit_cost_micros = 12500000;
    full.reasons = reasons;
    full.n_reasons = 2;
    Peakstock__V1__ReorderLine bare = PEAKSTOCK__V1__REORDER_LINE__INIT;
    bare.item_id = (char *)"B";

    pk_output_begin(output, of);
    pk_output_row(output, &full);
    pk_output_row(output, &bare);
    assert_int_equal(pk_output_publish(output, NULL), PK_OK);
    pk_output_close(output);
    fclose(stream);
    return text;
}

static void test_csv_has_a_header_plain_numbers_and_empty_fields(void **state)
{
    (void)state;
    struct pk_output_style style = {.format = PK_FORMAT_CSV};
    char *text = write_lines(&style, &section);
    assert_string_equal(text,
                        "item_id,order_units,order_by_date,expected_demand_units,position_units,"
                        "critical_ratio,unit_cost,reason\n"
                        "\"A,1\",1200,2026-11-23,1234.57,-2,0.95,12.50,"
                        "PROMOTION_AHEAD;PACK_ROUNDED\n"
                        "B,0,,0,,0,,\n");
    free(text);
}

static void test_json_has_the_snapshot_the_same_keys_and_nulls(void **state)
{
    (void)state;
    struct pk_output_style style = {.format = PK_FORMAT_JSON};
    char *text = write_lines(&style, &section);
    json_error_t error;
    json_t *root = json_loads(text, JSON_REJECT_DUPLICATES, &error);
    assert_non_null(root);
    json_t *snapshot = json_object_get(root, "snapshot");
    assert_string_equal(json_string_value(json_object_get(snapshot, "as_of_date")), "2026-11-22");
    json_t *rows = json_object_get(root, "rows");
    assert_int_equal(json_array_size(rows), 2);
    for (size_t i = 0; i < 2; i++)
        assert_int_equal(json_object_size(json_array_get(rows, i)),
                         sizeof columns / sizeof *columns);
    json_t *full = json_array_get(rows, 0);
    json_t *bare = json_array_get(rows, 1);
    assert_int_equal(json_integer_value(json_object_get(full, "order_units")), 1200);
    assert_string_equal(json_string_value(json_object_get(full, "reason")),
                        "PROMOTION_AHEAD;PACK_ROUNDED");
    assert_true(json_is_null(json_object_get(bare, "position_units")));
    assert_true(json_is_null(json_object_get(bare, "order_by_date")));
    json_decref(root);
    free(text);
}

static void test_tables_speak_the_language_of_the_reader(void **state)
{
    (void)state;
    struct pk_output_style style = {.format = PK_FORMAT_TABLE};
    char *english = write_lines(&style, &section);
    assert_non_null(strstr(english, "as of 2026-11-22"));
    assert_non_null(strstr(english, "order by"));
    assert_non_null(strstr(english, " 1,235 "));
    assert_non_null(strstr(english, "95.0%"));
    assert_non_null(strstr(english, pk_wording_reason("PROMOTION_AHEAD", false)));
    assert_null(strstr(english, "PROMOTION_AHEAD"));
    free(english);
    style.is_chinese = true;
    char *chinese = write_lines(&style, &section);
    assert_non_null(strstr(chinese, "订货量"));
    assert_non_null(strstr(chinese, pk_wording_reason("PROMOTION_AHEAD", true)));
    free(chinese);
}

static void test_a_narrow_terminal_gets_numbers_and_a_legend(void **state)
{
    (void)state;
    struct pk_output_style style = {.format = PK_FORMAT_TABLE, .width = 80};
    char *text = write_lines(&style, &section);
    const char *legend = strstr(text, "\n[1] ");
    assert_non_null(legend);
    assert_true(strstr(text, "[1]") < legend);
    const char *sentence = pk_wording_reason("PROMOTION_AHEAD", false);
    assert_memory_equal(legend + 5, sentence, strlen(sentence));
    free(text);
}

static void test_a_single_row_reads_downwards(void **state)
{
    (void)state;
    struct pk_output_section single = section;
    single.is_single = true;
    single.table_column_count = 2;
    struct pk_output_style style = {.format = PK_FORMAT_TABLE};
    char *text = write_lines(&style, &single);
    assert_non_null(strstr(text, "\norder  1,200\n"));
    free(text);
}

static void test_states_have_words_and_unknown_stock_has_none(void **state)
{
    (void)state;
    static const struct pk_output_column state_columns[] = {
        {.key = "state", .type = PK_OUTPUT_STATE}};
    static const struct pk_output_section states = {
        .key = "rows",
        .row = &peakstock__v1__promotion_line__descriptor,
        .file_columns = state_columns,
        .file_column_count = 1,
        .table_columns = state_columns,
        .table_column_count = 1,
        .in_csv = true,
    };
    static const char *const expected[] = {
        [PK_FORMAT_TABLE] = "状态\n红\n未知\n",
        [PK_FORMAT_CSV] = "state\nRED\n\n",
        [PK_FORMAT_JSON] = "{\n\"rows\":[\n{\"state\":\"RED\"},\n{\"state\":null}]}\n"};
    for (enum pk_format format = PK_FORMAT_TABLE; format <= PK_FORMAT_JSON; format++) {
        struct pk_output_style style = {.format = format, .is_chinese = true};
        char *text = NULL;
        size_t size = 0;
        FILE *stream = open_memstream(&text, &size);
        struct pk_output *output = NULL;
        assert_int_equal(pk_output_new(&style, stream, &output, NULL), PK_OK);
        Peakstock__V1__PromotionLine line = PEAKSTOCK__V1__PROMOTION_LINE__INIT;
        pk_output_begin(output, &states);
        line.state = PEAKSTOCK__V1__READINESS_STATE__READINESS_STATE_RED;
        pk_output_row(output, &line);
        line.state = PEAKSTOCK__V1__READINESS_STATE__READINESS_STATE_UNSPECIFIED;
        pk_output_row(output, &line);
        assert_int_equal(pk_output_publish(output, NULL), PK_OK);
        pk_output_close(output);
        fclose(stream);
        assert_string_equal(text, expected[format]);
        free(text);
    }
}

static void test_csv_of_no_rows_is_its_header(void **state)
{
    (void)state;
    struct pk_output_style style = {.format = PK_FORMAT_CSV};
    char *text = NULL;
    size_t size = 0;
    FILE *stream = open_memstream(&text, &size);
    struct pk_output *output = NULL;
    assert_int_equal(pk_output_new(&style, stream, &output, NULL), PK_OK);
    pk_output_begin(output, &section);
    assert_int_equal(pk_output_publish(output, NULL), PK_OK);
    pk_output_close(output);
    fclose(stream);
    assert_non_null(strchr(text, '\n'));
    assert_string_equal(strchr(text, '\n'), "\n");
    free(text);
}

static void test_a_column_that_the_wire_does_not_have_is_an_error(void **state)
{
    (void)state;
    static const struct pk_output_column wrong[] = {{.key = "no_such", .type = PK_OUTPUT_TEXT}};
    struct pk_output_section broken = section;
    broken.file_columns = wrong;
    broken.file_column_count = 1;
    struct pk_output_style style = {.format = PK_FORMAT_CSV};
    char *text = NULL;
    size_t size = 0;
    FILE *stream = open_memstream(&text, &size);
    struct pk_output *output = NULL;
    struct pk_error error = {0};
    assert_int_equal(pk_output_new(&style, stream, &output, NULL), PK_OK);
    pk_output_begin(output, &broken);
    assert_int_equal(pk_output_publish(output, &error), PK_INTERNAL);
    assert_string_equal(error.field, "no_such");
    pk_output_close(output);
    fclose(stream);
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_csv_has_a_header_plain_numbers_and_empty_fields),
        cmocka_unit_test(test_json_has_the_snapshot_the_same_keys_and_nulls),
        cmocka_unit_test(test_tables_speak_the_language_of_the_reader),
        cmocka_unit_test(test_a_narrow_terminal_gets_numbers_and_a_legend),
        cmocka_unit_test(test_a_single_row_reads_downwards),
        cmocka_unit_test(test_states_have_words_and_unknown_stock_has_none),
        cmocka_unit_test(test_csv_of_no_rows_is_its_header),
        cmocka_unit_test(test_a_column_that_the_wire_does_not_have_is_an_error),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
