#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "client/import/invoice_ledger.h"

#include "models/base/date.h"

static struct pk_invoice_ledger *ledger;
static struct pk_invoice_columns columns;

static int set_up(void **state)
{
    (void)state;
    static const char *const header[] = {"Invoice",     "StockCode", "Description", "Quantity",
                                         "InvoiceDate", "Price",     "Customer ID", "Country"};
    struct pk_text fields[8];
    for (size_t i = 0; i < 8; i++)
        fields[i] = pk_text_from(header[i]);
    assert_int_equal(pk_invoice_columns_map("f.csv", fields, 8, &columns, NULL), PK_OK);
    assert_int_equal(pk_invoice_ledger_new(&ledger, NULL), PK_OK);
    pk_invoice_ledger_begin_file(ledger);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    pk_invoice_ledger_free(ledger);
    return 0;
}

static enum pk_status read_line(const char *invoice, const char *code, const char *description,
                                const char *quantity, const char *date, const char *price,
                                struct pk_invoice_line *out_line, struct pk_error *error)
{
    struct pk_text fields[8] = {pk_text_from(invoice),     pk_text_from(code),
                                pk_text_from(description), pk_text_from(quantity),
                                pk_text_from(date),        pk_text_from(price),
                                pk_text_from("17850"),     pk_text_from("France")};
    struct pk_csv_record row = {.line = 2, .fields = fields, .field_count = 8};
    return pk_invoice_line_read(&columns, &row, out_line, error);
}

static void add(const char *invoice, const char *code, const char *description,
                const char *quantity, const char *date, const char *price)
{
    struct pk_invoice_line line;
    assert_int_equal(read_line(invoice, code, description, quantity, date, price, &line, NULL),
                     PK_OK);
    assert_int_equal(pk_invoice_ledger_add(ledger, &line, NULL), PK_OK);
}

static void expect_day(size_t index, const char *date_text, const char *item_id, int64_t units,
                       int64_t returned_units, int64_t paid_amount_micros)
{
    size_t count = 0;
    const struct pk_invoice_day *days = pk_invoice_ledger_days(ledger, &count);
    char text[PK_DATE_TEXT_SIZE];
    assert_true(index < count);
    assert_string_equal(pk_date_format(days[index].date, text), date_text);
    assert_true(pk_text_equal(days[index].item_id, pk_text_from(item_id)));
    assert_int_equal(days[index].units, units);
    assert_int_equal(days[index].returned_units, returned_units);
    assert_int_equal(days[index].paid_amount_micros, paid_amount_micros);
}

static void test_lines_add_up_to_days_and_items(void **state)
{
    (void)state;
    add("2", "B", "", "-1", "2010-12-02 09:00:00", "3");
    add("1", "85123a ", "HOLDER", "6", "2010-12-01 08:26:00", "2.55");
    add("3", "85123A", "HOLDER", "4", "2010-12-01 10:00:00", "2.50");
    add("3", "71053", "LANTERN", "1", "2010-12-01 10:00:00", "3.39");
    expect_day(0, "2010-12-01", "71053", 1, 0, 3390000);
    expect_day(1, "2010-12-01", "85123A", 10, 0, 25300000);
    size_t count = 0;
    pk_invoice_ledger_days(ledger, &count);
    assert_int_equal(count, 2);
}

static void test_a_line_counts_as_often_as_in_the_file_that_has_it_most(void **state)
{
    (void)state;
    for (int i = 0; i < 2; i++)
        add("1", "A1", "", "1", "2010-12-01 08:26:00", "1");
    pk_invoice_ledger_begin_file(ledger);
    for (int i = 0; i < 3; i++)
        add("1", "a1", "", "1", "2010-12-01 08:26", "1");
    add("1", "A1", "", "1", "2010-12-01 08:27:00", "1");
    pk_invoice_ledger_begin_file(ledger);
    add("1", "A1", "", "1", "2010-12-01 08:26:00", "1");
    expect_day(0, "2010-12-01", "A1", 4, 0, 4000000);
    struct pk_invoice_line_counts counts = pk_invoice_ledger_counts(ledger);
    assert_int_equal(counts.line_count, 7);
    assert_int_equal(counts.repeated_line_count, 3);
    assert_int_equal(counts.demand_line_count, 4);
}

static void test_cancelled_invoices_are_returns_on_their_own_day(void **state)
{
    (void)state;
    add("1", "A1", "", "9", "2010-12-01 08:26:00", "1");
    add("C2", "A1", "", "-4", "2010-12-03 08:26:00", "1");
    expect_day(0, "2010-12-01", "A1", 9, 0, 9000000);
    expect_day(1, "2010-12-03", "A1", 0, 4, 0);
}

static void test_what_is_neither_sold_nor_returned_is_an_adjustment(void **state)
{
    (void)state;
    add("1", "A1", "damaged", "-5", "2010-12-01 08:26:00", "0");
    add("2", "A1", "gift", "5", "2010-12-01 08:26:00", "0");
    add("3", "A1", "gift", "5", "2010-12-01 08:26:00", "-1.5");
    add("C4", "A1", "odd", "5", "2010-12-01 08:26:00", "1");
    size_t count = 0;
    pk_invoice_ledger_days(ledger, &count);
    assert_int_equal(count, 0);
    assert_int_equal(pk_invoice_ledger_counts(ledger).adjustment_line_count, 4);
}

static void test_codes_that_are_no_goods_are_left_out(void **state)
{
    (void)state;
    static const char *const codes[] = {"POST",         "DOT",     "m",    "D",    "BANK CHARGES",
                                        "AMAZONFEE",    "ADJUST2", "S",    "CRUK", "TEST001",
                                        "gift_0001_20", "C2",      "PADS", "B"};
    for (size_t i = 0; i < sizeof codes / sizeof codes[0]; i++)
        add("1", codes[i], "", "1", "2010-12-01 08:26:00", "1");
    assert_int_equal(pk_invoice_ledger_counts(ledger).non_goods_line_count,
                     sizeof codes / sizeof codes[0]);
    add("1", "DCGS0003", "", "1", "2010-12-01 08:26:00", "1");
    add("1", "MUG", "", "1", "2010-12-01 08:26:00", "1");
    add("1", "POSTER", "", "1", "2010-12-01 08:26:00", "1");
    assert_int_equal(pk_invoice_ledger_counts(ledger).demand_line_count, 3);
}

static void test_an_item_is_called_what_it_is_called_most(void **state)
{
    (void)state;
    struct pk_item_name *names = NULL;
    size_t count = 0;
    add("1", "A1", "LAMP", "1", "2010-12-01 08:26:00", "1");
    add("2", "A1", " RED LAMP ", "1", "2010-12-01 08:26:00", "1");
    add("3", "A1", "RED LAMP", "1", "2010-12-02 08:26:00", "1");
    add("4", "A1", "broken", "-1", "2010-12-02 08:26:00", "0");
    add("5", "B1", "b", "1", "2010-12-02 08:26:00", "1");
    add("6", "B1", "a", "1", "2010-12-02 08:26:00", "1");
    add("7", "C1", "nan", "1", "2010-12-02 08:26:00", "1");
    assert_int_equal(pk_invoice_ledger_names(ledger, &names, &count, NULL), PK_OK);
    assert_int_equal(count, 2);
    assert_true(pk_text_equal(names[0].name, pk_text_from("RED LAMP")));
    assert_true(pk_text_equal(names[1].name, pk_text_from("a")));
    free(names);
}

static void test_bad_lines_name_their_column(void **state)
{
    (void)state;
    struct pk_invoice_line line;
    struct pk_error error = {0};
    const char *day = "2010-12-01 08:26:00";
    assert_int_equal(read_line("1", "A", "", "x", day, "1", &line, &error), PK_INVALID_ARGUMENT);
    assert_string_equal(error.field, "Quantity");
    assert_int_equal(read_line("1", "", "", "1", day, "1", &line, &error), PK_INVALID_ARGUMENT);
    assert_string_equal(error.field, "StockCode");
    assert_int_equal(read_line("1", "A", "", "1", "31.12.2010", "1", &line, &error),
                     PK_INVALID_ARGUMENT);
    assert_string_equal(error.field, "InvoiceDate");
    assert_int_equal(read_line("1", "A", "", "1", day, "", &line, &error), PK_INVALID_ARGUMENT);
    assert_string_equal(error.field, "Price");
    assert_int_equal(read_line("", "A", "", "1", day, "1", &line, &error), PK_INVALID_ARGUMENT);
    assert_string_equal(error.field, "Invoice");
}

static void test_headers_of_the_first_edition_are_known(void **state)
{
    (void)state;
    static const char *const header[] = {"InvoiceNo", "StockCode", "Quantity", "InvoiceDate",
                                         "UnitPrice"};
    struct pk_text fields[5];
    struct pk_invoice_columns found;
    struct pk_error error = {0};
    for (size_t i = 0; i < 5; i++)
        fields[i] = pk_text_from(header[i]);
    assert_int_equal(pk_invoice_columns_map("f.csv", fields, 5, &found, &error), PK_OK);
    assert_int_equal(found.fields[PK_INVOICE_DESCRIPTION], -1);
    assert_int_equal(pk_invoice_columns_map("f.csv", fields, 4, &found, &error),
                     PK_INVALID_ARGUMENT);
    assert_non_null(strstr(error.message, "Price"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_lines_add_up_to_days_and_items, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_a_line_counts_as_often_as_in_the_file_that_has_it_most,
                                        set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_cancelled_invoices_are_returns_on_their_own_day,
                                        set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_what_is_neither_sold_nor_returned_is_an_adjustment,
                                        set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_codes_that_are_no_goods_are_left_out, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(test_an_item_is_called_what_it_is_called_most, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(test_bad_lines_name_their_column, set_up, tear_down),
        cmocka_unit_test(test_headers_of_the_first_edition_are_known),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
