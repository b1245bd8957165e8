/* Which rows a list shows, and where its next page begins. */
#include "tests/support/store/row_fixture.h"

#include "service/store/rules/list_filter.h"
#include "service/store/rules/page_token.h"

/* "item_id=a end_date>=20000 ..." */
static const char *conditions(enum pk_dataset_kind kind, struct pk_list_filter filter)
{
    static const char *const signs[] = {"=", ">=", "<="};
    static char text[256];
    struct pk_list_condition list[PK_LIST_CONDITION_COUNT_MAX];
    const struct pk_dataset *dataset = pk_dataset_get(kind);
    const int count = pk_list_conditions(dataset, &filter, list);
    size_t at = 0;
    text[0] = '\0';
    for (int i = 0; i < count; i++) {
        const char *column = dataset->columns[list[i].column].name;
        const char *sign = signs[list[i].comparison];
        if (list[i].text != NULL)
            at += (size_t)snprintf(text + at, sizeof text - at, "%s%s%s ", column, sign,
                                   list[i].text);
        else
            at += (size_t)snprintf(text + at, sizeof text - at, "%s%s%d ", column, sign,
                                   (int)list[i].date);
    }
    return text;
}

static void test_a_filter_asks_for_ids_and_days(void **state)
{
    (void)state;
    const struct pk_list_filter all = {"", NULL, PK_DATE_NONE, PK_DATE_NONE};
    const struct pk_list_filter some = {"a", "w", 20000, 20009};
    assert_string_equal(conditions(PK_DATASET_STOCK, all), "");
    assert_string_equal(conditions(PK_DATASET_STOCK, some),
                        "item_id=a warehouse_id=w date>=20000 date<=20009 ");
    assert_string_equal(conditions(PK_DATASET_INBOUND, some),
                        "item_id=a warehouse_id=w eta_date>=20000 eta_date<=20009 ");
}

static void test_rows_with_a_first_and_a_last_day_are_shown_where_they_overlap(void **state)
{
    (void)state;
    const struct pk_list_filter days = {"", "", 20000, 20009};
    assert_string_equal(conditions(PK_DATASET_PROMOTIONS, days),
                        "end_date>=20000 start_date<=20009 ");
    assert_string_equal(conditions(PK_DATASET_TARGETS, days),
                        "period_end>=20000 period_start<=20009 ");
    assert_string_equal(conditions(PK_DATASET_CLOSURES, days),
                        "end_date>=20000 start_date<=20009 ");
}

static void test_what_a_kind_has_no_column_for_is_not_asked(void **state)
{
    (void)state;
    const struct pk_list_filter some = {"a", "w", 20000, 20009};
    assert_string_equal(conditions(PK_DATASET_COMPONENTS, some), "parent_item_id=a ");
    assert_string_equal(conditions(PK_DATASET_ITEMS, some), "item_id=a ");
    assert_string_equal(conditions(PK_DATASET_SUPPLIERS, some), "");
    assert_string_equal(conditions(PK_DATASET_SUPPLY, some), "item_id=a warehouse_id=w ");
}

static struct pk_row row_of(enum pk_dataset_kind kind, const char *text, char *buffer, size_t size)
{
    return (struct pk_row){.record = fixture_record(kind, text, buffer, size)};
}

static void test_a_token_is_the_kind_the_key_and_the_number(void **state)
{
    (void)state;
    char buffer[256], token[PK_PAGE_TOKEN_SIZE];
    struct pk_row row =
        row_of(PK_DATASET_STOCK, "date=2026-03-01,item_id=a|b%,on_hand_units=5,warehouse_id=w",
               buffer, sizeof buffer);
    pk_page_token_write(pk_dataset_get(PK_DATASET_STOCK), &row, token);
    /* 2026-03-01 is day 20513 of the epoch; no received date is PK_DATE_NONE. */
    assert_string_equal(token, "stock|20513|a%7Cb%25|w|-2147483648|0");
    row = row_of(PK_DATASET_PROMOTIONS, "promotion_id=p,start_date=2026-06-18,end_date=2026-06-20",
                 buffer, sizeof buffer);
    row.row_number = 3;
    pk_page_token_write(pk_dataset_get(PK_DATASET_PROMOTIONS), &row, token);
    assert_string_equal(token, "promotions|p|3");
}

static void test_a_token_gives_back_the_key_it_was_made_of(void **state)
{
    (void)state;
    char token[] = "stock|20513|a%7Cb%25|w|-2147483648|0";
    struct pk_page_key key;
    struct pk_error error;
    const struct pk_dataset *stock = pk_dataset_get(PK_DATASET_STOCK);
    assert_int_equal(pk_page_token_read(stock, token, &key, &error), PK_OK);
    const struct pk_cell *cells = key.row.record.cells;
    assert_int_equal(cells[pk_dataset_column(stock, pk_text_from("date"))].integer, 20513);
    assert_true(pk_text_equal(cells[pk_dataset_column(stock, pk_text_from("item_id"))].text,
                              pk_text_from("a|b%")));
    assert_int_equal(cells[pk_dataset_column(stock, pk_text_from("received_date"))].integer,
                     PK_DATE_NONE);
    assert_int_equal(key.row.row_number, 0);
}

static void test_anything_else_is_no_token(void **state)
{
    (void)state;
    static const char *const wrong[] = {"stock",
                                        "items|a|0",
                                        "stock|20513|a|w|0",
                                        "stock|20513|a|w|-2147483648|0|",
                                        "stock|20513|a|w|-2147483648|x",
                                        "stock|day|a|w|-2147483648|0",
                                        "stock|20513|a%41|w|-2147483648|0",
                                        "stock|20513|a%7D|w|-2147483648|0"};
    const struct pk_dataset *stock = pk_dataset_get(PK_DATASET_STOCK);
    static struct pk_page_key key;
    struct pk_error error;
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        assert_int_equal(pk_page_token_read(stock, wrong[i], &key, &error), PK_INVALID_ARGUMENT);
        assert_string_equal(error.field, "page.page_token");
    }
}

static void test_the_longest_key_fits_into_a_token(void **state)
{
    (void)state;
    const struct pk_dataset *covariates = pk_dataset_get(PK_DATASET_COVARIATES);
    static char bars[512];
    static struct pk_page_key key;
    char token[PK_PAGE_TOKEN_SIZE];
    struct pk_row row = {.row_number = 0};
    memset(bars, '|', sizeof bars);
    for (size_t i = 0; i < covariates->column_count; i++) {
        const bool is_id = covariates->columns[i].type == PK_COLUMN_ID;
        row.record.cells[i] =
            (struct pk_cell){.state = PK_CELL_SET, .text = {bars, is_id ? 64 : sizeof bars}};
    }
    pk_page_token_write(covariates, &row, token);
    assert_int_equal(pk_page_token_read(covariates, token, &key, NULL), PK_OK);
    for (size_t i = 0; i < covariates->column_count; i++)
        if (covariates->columns[i].is_key && covariates->columns[i].type != PK_COLUMN_DATE)
            assert_true(pk_text_equal(key.row.record.cells[i].text, row.record.cells[i].text));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_filter_asks_for_ids_and_days),
        cmocka_unit_test(test_rows_with_a_first_and_a_last_day_are_shown_where_they_overlap),
        cmocka_unit_test(test_what_a_kind_has_no_column_for_is_not_asked),
        cmocka_unit_test(test_a_token_is_the_kind_the_key_and_the_number),
        cmocka_unit_test(test_a_token_gives_back_the_key_it_was_made_of),
        cmocka_unit_test(test_anything_else_is_no_token),
        cmocka_unit_test(test_the_longest_key_fits_into_a_token),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
