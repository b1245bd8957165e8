#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "client/import/import_columns.h"

static struct pk_import_columns columns;
static struct pk_error error;

/* Maps a header whose names stand between '|'. */
static enum pk_status map(enum pk_dataset_kind kind, const char *names)
{
    struct pk_text header[32];
    size_t count = 0;
    for (;;) {
        size_t size = strcspn(names, "|");
        header[count++] = (struct pk_text){names, size};
        if (names[size] == '\0')
            break;
        names += size + 1;
    }
    memset(&error, 0, sizeof error);
    return pk_import_columns_map(pk_dataset_get(kind), "f.csv", header, count, &columns, &error);
}

static enum pk_status read_row(const char *names, struct pk_record *out_record)
{
    struct pk_text fields[32];
    struct pk_csv_record row = {.line = 2, .fields = fields};
    for (;;) {
        size_t size = strcspn(names, "|");
        fields[row.field_count++] = (struct pk_text){names, size};
        if (names[size] == '\0')
            break;
        names += size + 1;
    }
    return pk_import_columns_read(&columns, &row, out_record, NULL, &error);
}

static void test_english_and_chinese_headers_name_the_same_columns(void **state)
{
    (void)state;
    struct pk_record record;
    assert_int_equal(map(PK_DATASET_SALES, "支付件数| Item_ID |日期|仓库"), PK_OK);
    assert_int_equal(read_row("1,234| A1 |2026/11/2 08:00|east", &record), PK_OK);
    assert_int_equal(record.cells[2].integer, 1234);
    assert_int_equal(record.cells[1].text.size, 2);
    assert_int_equal(record.cells[3].state, PK_CELL_SET);
    assert_int_equal(record.cells[5].state, PK_CELL_ABSENT);
}

static void test_an_unknown_column_is_named_beside_the_known_ones(void **state)
{
    (void)state;
    assert_int_equal(map(PK_DATASET_STOCK, "date|item_id|on_hand_units|colour"),
                     PK_INVALID_ARGUMENT);
    assert_non_null(strstr(error.message, "'colour'"));
    assert_non_null(strstr(error.message, "received_date"));
    assert_string_equal(error.field, "f.csv");
}

static void test_a_header_in_an_unknown_encoding_is_told_from_an_unknown_column(void **state)
{
    (void)state;
    assert_int_equal(map(PK_DATASET_SALES, "\xc8\xd5\xc6|item_id|units"), PK_INVALID_ARGUMENT);
    assert_non_null(strstr(error.message, "neither UTF-8 nor GB18030"));
}

static void test_a_column_may_stand_only_once(void **state)
{
    (void)state;
    assert_int_equal(map(PK_DATASET_SALES, "date|item_id|units|日期"), PK_INVALID_ARGUMENT);
    assert_non_null(strstr(error.message, "日期"));
    assert_int_equal(map(PK_DATASET_SALES, "date|item_id|units|op|op"), PK_INVALID_ARGUMENT);
    assert_int_equal(map(PK_DATASET_SALES, "date|item_id|units|"), PK_INVALID_ARGUMENT);
}

static void test_required_columns_must_be_there(void **state)
{
    (void)state;
    assert_int_equal(map(PK_DATASET_SALES, "date|item_id"), PK_INVALID_ARGUMENT);
    assert_non_null(strstr(error.message, "units"));
    assert_int_equal(map(PK_DATASET_SALES, "date;item_id;units"), PK_INVALID_ARGUMENT);
    assert_non_null(strstr(error.message, "commas"));
}

static void test_deletions_need_only_the_key(void **state)
{
    (void)state;
    struct pk_record record;
    assert_int_equal(map(PK_DATASET_SALES, "op|date|item_id"), PK_OK);
    assert_int_equal(read_row("delete|2026-01-01|A", &record), PK_OK);
    assert_true(record.deleted);
    assert_int_equal(read_row("|2026-01-01|A", &record), PK_INVALID_ARGUMENT);
    assert_string_equal(error.field, "units");
    assert_int_equal(map(PK_DATASET_SALES, "op|date|item_id|units"), PK_OK);
    assert_int_equal(read_row("delete|2026-01-01|A|whatever", &record), PK_OK);
    assert_int_equal(read_row("upsert|2026-01-01|A|3", &record), PK_OK);
    assert_false(record.deleted);
    assert_int_equal(read_row("remove|2026-01-01|A|3", &record), PK_INVALID_ARGUMENT);
    assert_string_equal(error.field, "op");
    assert_int_equal(read_row("delete||A|3", &record), PK_INVALID_ARGUMENT);
    assert_string_equal(error.field, "date");
}

static void test_empty_cells_take_the_default(void **state)
{
    (void)state;
    struct pk_record record;
    assert_int_equal(map(PK_DATASET_SALES, "date|item_id|units|warehouse_id|paid_amount"), PK_OK);
    assert_int_equal(read_row("2026-01-01|A|3||", &record), PK_OK);
    assert_true(pk_text_equal(record.cells[3].text, pk_text_from("main")));
    assert_int_equal(record.cells[7].state, PK_CELL_NONE);
}

static void test_rules_across_columns_are_checked(void **state)
{
    (void)state;
    struct pk_record record;
    assert_int_equal(map(PK_DATASET_PROMOTIONS, "promotion_id|start_date|end_date"), PK_OK);
    assert_int_equal(read_row("D12|2026-12-12|2026-12-12", &record), PK_OK);
    assert_int_equal(read_row("D12|2026-12-12|2026-12-11", &record), PK_INVALID_ARGUMENT);
    assert_string_equal(error.field, "end_date");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_english_and_chinese_headers_name_the_same_columns),
        cmocka_unit_test(test_an_unknown_column_is_named_beside_the_known_ones),
        cmocka_unit_test(test_a_header_in_an_unknown_encoding_is_told_from_an_unknown_column),
        cmocka_unit_test(test_a_column_may_stand_only_once),
        cmocka_unit_test(test_required_columns_must_be_there),
        cmocka_unit_test(test_deletions_need_only_the_key),
        cmocka_unit_test(test_empty_cells_take_the_default),
        cmocka_unit_test(test_rules_across_columns_are_checked),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
