/* The tables of input columns: headers, leniencies and refusals of single cells, rules across
 * cells. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "models/base/dataset.h"
#include "models/base/date.h"
#include "models/base/limits.h"

static const struct pk_column *column(enum pk_dataset_kind kind, const char *name)
{
    const struct pk_dataset *dataset = pk_dataset_get(kind);
    return &dataset->columns[pk_dataset_column(dataset, pk_text_from(name))];
}

static enum pk_status parse(enum pk_dataset_kind kind, const char *name, const char *field,
                            struct pk_cell *out_cell)
{
    struct pk_error error;
    return pk_cell_parse(column(kind, name), pk_text_from(field), out_cell, &error);
}

static void test_headers_match_english_names_and_chinese_synonyms(void **state)
{
    const struct pk_dataset *sales = pk_dataset_find("sales");
    (void)state;
    assert_int_equal(pk_dataset_column(sales, pk_text_from("item_id")), 1);
    assert_int_equal(pk_dataset_column(sales, pk_text_from(" Item_ID ")), 1);
    assert_int_equal(pk_dataset_column(sales, pk_text_from("商家编码")), 1);
    assert_int_equal(pk_dataset_column(sales, pk_text_from("日期")), 0);
    assert_int_equal(pk_dataset_column(sales, pk_text_from("支付件数")), 2);
    assert_int_equal(pk_dataset_column(sales, pk_text_from("仓库")), 3);
    assert_int_equal(pk_dataset_column(sales, pk_text_from("店铺")), 4);
    assert_int_equal(pk_dataset_column(sales, pk_text_from("colour")), -1);
    assert_int_equal(pk_dataset_column(sales, pk_text_from("")), -1);
    assert_null(pk_dataset_find("weather"));
}

static void test_no_two_columns_share_a_header(void **state)
{
    (void)state;
    for (int kind = 0; kind < PK_DATASET_COUNT; kind++) {
        const struct pk_dataset *dataset = pk_dataset_get((enum pk_dataset_kind)kind);
        assert_true(dataset->column_count <= PK_COLUMN_COUNT_MAX);
        for (size_t i = 0; i < dataset->column_count; i++) {
            const char *word = dataset->columns[i].synonyms;
            assert_int_equal(pk_dataset_column(dataset, pk_text_from(dataset->columns[i].name)),
                             (int)i);
            while (*word != '\0') {
                size_t size = strcspn(word, "|");
                assert_int_equal(pk_dataset_column(dataset, (struct pk_text){word, size}), (int)i);
                word += size + (word[size] == '|');
            }
        }
    }
}

static void test_numbers_are_read_as_people_write_them(void **state)
{
    struct pk_cell cell;
    (void)state;
    assert_int_equal(parse(PK_DATASET_SALES, "units", "1,234", &cell), PK_OK);
    assert_int_equal(cell.integer, 1234);
    assert_int_equal(parse(PK_DATASET_SALES, "units", " 12.0 ", &cell), PK_OK);
    assert_int_equal(cell.integer, 12);
    assert_int_equal(parse(PK_DATASET_SALES, "available_ratio", "12%", &cell), PK_OK);
    assert_true(fabs(cell.number - 0.12) < 1e-12);
    assert_int_equal(parse(PK_DATASET_SALES, "paid_amount", "¥12.50", &cell), PK_OK);
    assert_int_equal(cell.integer, 12500000);
    assert_int_equal(parse(PK_DATASET_SALES, "paid_amount", "￥1,234.5元", &cell), PK_OK);
    assert_int_equal(cell.integer, 1234500000);
    assert_int_equal(parse(PK_DATASET_SALES, "date", "2026/11/22 10:00", &cell), PK_OK);
}

static void test_what_is_no_number_is_refused(void **state)
{
    static const char *const wrong[] = {"abc", "1,23", "1.5", "--1", "12%", "1e3", "NaN", "-1"};
    struct pk_cell cell;
    (void)state;
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++)
        assert_int_equal(parse(PK_DATASET_SALES, "units", wrong[i], &cell), PK_INVALID_ARGUMENT);
}

static void test_a_refusal_names_column_value_and_remedy(void **state)
{
    struct pk_cell cell;
    struct pk_error error;
    (void)state;
    pk_cell_parse(column(PK_DATASET_SALES, "units"), pk_text_from("abc"), &cell, &error);
    assert_string_equal(error.field, "units");
    assert_non_null(strstr(error.message, "'abc'"));
    assert_non_null(strstr(error.message, "write digits only"));
}

static void test_ranges_hold_at_the_limit_and_not_past_it(void **state)
{
    struct pk_cell cell;
    (void)state;
    assert_int_equal(parse(PK_DATASET_SALES, "units", "1000000000", &cell), PK_OK);
    assert_int_equal(parse(PK_DATASET_SALES, "units", "1000000001", &cell), PK_INVALID_ARGUMENT);
    assert_int_equal(parse(PK_DATASET_SUPPLY, "lead_time_days", "400", &cell), PK_OK);
    assert_int_equal(parse(PK_DATASET_SUPPLY, "lead_time_days", "401", &cell), PK_INVALID_ARGUMENT);
    assert_int_equal(parse(PK_DATASET_SUPPLY, "pack_size_units", "0", &cell), PK_INVALID_ARGUMENT);
    assert_int_equal(parse(PK_DATASET_PROMOTIONS, "discount_ratio", "1", &cell), PK_OK);
    assert_int_equal(parse(PK_DATASET_PROMOTIONS, "discount_ratio", "1.01", &cell),
                     PK_INVALID_ARGUMENT);
    char text[PK_TEXT_BYTES_MAX + 2];
    memset(text, 'n', sizeof text);
    text[PK_TEXT_BYTES_MAX + 1] = '\0';
    assert_int_equal(parse(PK_DATASET_ITEMS, "name", text, &cell), PK_INVALID_ARGUMENT);
    text[PK_TEXT_BYTES_MAX] = '\0';
    assert_int_equal(parse(PK_DATASET_ITEMS, "name", text, &cell), PK_OK);
}

static void test_an_empty_cell_takes_its_default(void **state)
{
    struct pk_cell cell;
    (void)state;
    assert_int_equal(parse(PK_DATASET_SALES, "warehouse_id", "  ", &cell), PK_OK);
    assert_true(pk_text_equal(cell.text, pk_text_from("main")));
    assert_int_equal(parse(PK_DATASET_SUPPLY, "review_period_days", "", &cell), PK_OK);
    assert_int_equal(cell.integer, 7);
    assert_int_equal(parse(PK_DATASET_INBOUND, "confirmed_ratio", "", &cell), PK_OK);
    assert_true(cell.number == 1);
    assert_int_equal(parse(PK_DATASET_SALES, "available_ratio", "", &cell), PK_OK);
    assert_int_equal(cell.state, PK_CELL_NONE);
    assert_int_equal(parse(PK_DATASET_SALES, "units", "", &cell), PK_INVALID_ARGUMENT);
}

static struct pk_record promotion_from(const char *first_date, const char *last_date)
{
    struct pk_record record = {0};
    int32_t date;
    record.cells[0] = (struct pk_cell){.state = PK_CELL_SET, .text = pk_text_from("double12")};
    pk_date_parse(pk_text_from(first_date), &date);
    record.cells[1] = (struct pk_cell){.state = PK_CELL_SET, .integer = date};
    pk_date_parse(pk_text_from(last_date), &date);
    record.cells[2] = (struct pk_cell){.state = PK_CELL_SET, .integer = date};
    return record;
}

static void test_a_promotion_must_not_end_before_it_starts(void **state)
{
    struct pk_error error;
    const struct pk_dataset *dataset = pk_dataset_get(PK_DATASET_PROMOTIONS);
    struct pk_record one_day = promotion_from("2026-12-12", "2026-12-12");
    struct pk_record backwards = promotion_from("2026-12-12", "2026-12-11");
    (void)state;
    assert_int_equal(pk_record_check(dataset, &one_day, &error), PK_OK);
    assert_int_equal(pk_record_check(dataset, &backwards, &error), PK_INVALID_ARGUMENT);
    assert_string_equal(error.field, "end_date");
}

static void test_more_cancelled_than_sold_is_refused(void **state)
{
    struct pk_error error;
    struct pk_record record = {0};
    (void)state;
    record.cells[0] = (struct pk_cell){.state = PK_CELL_SET, .integer = 20000};
    record.cells[1] = (struct pk_cell){.state = PK_CELL_SET, .text = pk_text_from("A")};
    record.cells[2] = (struct pk_cell){.state = PK_CELL_SET, .integer = 3};
    record.cells[5] = (struct pk_cell){.state = PK_CELL_SET, .integer = 3};
    const struct pk_dataset *sales = pk_dataset_get(PK_DATASET_SALES);
    assert_int_equal(pk_record_check(sales, &record, &error), PK_OK);
    record.cells[5].integer = 4;
    assert_int_equal(pk_record_check(sales, &record, &error), PK_INVALID_ARGUMENT);
    assert_string_equal(error.field, "cancelled_units");
}

static void test_a_row_without_a_required_value_is_refused(void **state)
{
    struct pk_error error;
    struct pk_record record = {0};
    (void)state;
    record.cells[1] = (struct pk_cell){.state = PK_CELL_SET, .text = pk_text_from("A")};
    assert_int_equal(pk_record_check(pk_dataset_get(PK_DATASET_SALES), &record, &error),
                     PK_INVALID_ARGUMENT);
    assert_string_equal(error.field, "date");
}

/* A record of a kind whose text and number cells are set by name; ratio and the like as written. */
static enum pk_status check(enum pk_dataset_kind kind, const char *const (*cells)[2], size_t count,
                            struct pk_error *error)
{
    const struct pk_dataset *dataset = pk_dataset_get(kind);
    struct pk_record record = {0};
    for (size_t i = 0; i < count; i++) {
        int index = pk_dataset_column(dataset, pk_text_from(cells[i][0]));
        assert_true(index >= 0);
        assert_int_equal(pk_cell_parse(&dataset->columns[index], pk_text_from(cells[i][1]),
                                       &record.cells[index], error),
                         PK_OK);
    }
    return pk_record_check(dataset, &record, error);
}

static void test_an_adjustment_says_units_or_ratio_and_not_both(void **state)
{
    static const char *const cells[][2] = {{"adjustment_id", "a"},     {"start_date", "2026-12-01"},
                                           {"end_date", "2026-12-12"}, {"reason", "live"},
                                           {"ratio", "1.2"},           {"units", "50"}};
    struct pk_error error;
    (void)state;
    assert_int_equal(check(PK_DATASET_ADJUSTMENTS, cells, 5, &error), PK_OK);
    assert_int_equal(check(PK_DATASET_ADJUSTMENTS, cells, 4, &error), PK_INVALID_ARGUMENT);
    assert_int_equal(check(PK_DATASET_ADJUSTMENTS, cells, 6, &error), PK_INVALID_ARGUMENT);
    assert_string_equal(error.field, "ratio");
}

static void test_nothing_is_its_own_component_or_its_own_lane(void **state)
{
    static const char *const component[][2] = {
        {"parent_item_id", "a"}, {"units", "1"}, {"component_item_id", "a"}};
    static const char *const lane[][2] = {
        {"from_warehouse_id", "w"}, {"transfer_days", "1"}, {"to_warehouse_id", "w"}};
    struct pk_error error;
    (void)state;
    assert_int_equal(check(PK_DATASET_COMPONENTS, component, 3, &error), PK_INVALID_ARGUMENT);
    assert_string_equal(error.field, "component_item_id");
    assert_int_equal(check(PK_DATASET_LANES, lane, 3, &error), PK_INVALID_ARGUMENT);
    assert_string_equal(error.field, "to_warehouse_id");
}

static void test_order_weekdays_are_numbers_from_monday(void **state)
{
    static const char *const good[][2] = {{"supplier_id", "s"}, {"order_weekdays", "1,4 7"}};
    static const char *const bad[][2] = {{"supplier_id", "s"}, {"order_weekdays", "Mon"}};
    struct pk_error error;
    uint8_t mask;
    (void)state;
    assert_int_equal(check(PK_DATASET_SUPPLIERS, good, 2, &error), PK_OK);
    assert_int_equal(check(PK_DATASET_SUPPLIERS, bad, 2, &error), PK_INVALID_ARGUMENT);
    assert_string_equal(error.field, "order_weekdays");
    assert_true(pk_weekdays_parse(pk_text_from("1,4 7"), &mask));
    assert_int_equal(mask, 0x49);
    assert_false(pk_weekdays_parse(pk_text_from("8"), &mask));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_headers_match_english_names_and_chinese_synonyms),
        cmocka_unit_test(test_no_two_columns_share_a_header),
        cmocka_unit_test(test_numbers_are_read_as_people_write_them),
        cmocka_unit_test(test_what_is_no_number_is_refused),
        cmocka_unit_test(test_a_refusal_names_column_value_and_remedy),
        cmocka_unit_test(test_ranges_hold_at_the_limit_and_not_past_it),
        cmocka_unit_test(test_an_empty_cell_takes_its_default),
        cmocka_unit_test(test_a_promotion_must_not_end_before_it_starts),
        cmocka_unit_test(test_more_cancelled_than_sold_is_refused),
        cmocka_unit_test(test_a_row_without_a_required_value_is_refused),
        cmocka_unit_test(test_an_adjustment_says_units_or_ratio_and_not_both),
        cmocka_unit_test(test_nothing_is_its_own_component_or_its_own_lane),
        cmocka_unit_test(test_order_weekdays_are_numbers_from_monday),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
