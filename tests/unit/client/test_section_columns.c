#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "client/output/output_cell.h"
#include "client/output/section_columns.h"
#include "peakstock/v1/admin.pb-c.h"
#include "peakstock/v1/promotion.pb-c.h"
#include "peakstock/v1/reorder.pb-c.h"
#include "peakstock/v1/review.pb-c.h"

/* The keys that a section's names make for files, with commas between; "?" if they make none. */
static const char *keys_of(const struct pk_output_section *section)
{
    static char text[2048];
    struct pk_section_columns columns;
    size_t size = 0;
    text[0] = '\0';
    if (!pk_section_columns_make(section, false, &columns))
        return "?";
    for (size_t i = 0; i < columns.count; i++)
        size += pk_text_format(text + size, sizeof text - size, "%s%s", i > 0 ? "," : "",
                               columns.columns[i].key);
    return text;
}

static struct pk_output_section supplier_section(const char *names)
{
    return (struct pk_output_section){
        .key = "suppliers", .row = &peakstock__v1__supplier_total__descriptor, .file_names = names};
}

static void test_every_field_stands_in_the_order_of_its_number(void **state)
{
    (void)state;
    const struct pk_output_section section = supplier_section(PK_OUTPUT_EVERY_FIELD);
    assert_string_equal(keys_of(&section),
                        "supplier_id,line_count,order_units,order_amount,min_order_amount,"
                        "short_of_minimum_amount,capacity_units_per_week");
}

static void test_the_rest_follows_what_is_named_and_leaves_out_what_is_refused(void **state)
{
    (void)state;
    const struct pk_output_section section =
        supplier_section("order_units  supplier_id * -line_count -min_order_amount");
    assert_string_equal(keys_of(&section), "order_units,supplier_id,order_amount,"
                                           "short_of_minimum_amount,capacity_units_per_week");
}

static void test_a_field_under_another_name_is_not_there_twice(void **state)
{
    (void)state;
    static const struct pk_output_column renamed[] = {{.key = "pieces", .field = "order_units"}};
    struct pk_output_section section = supplier_section("pieces * -order_amount");
    section.file_columns = renamed;
    section.file_column_count = 1;
    assert_string_equal(keys_of(&section), "pieces,supplier_id,line_count,min_order_amount,"
                                           "short_of_minimum_amount,capacity_units_per_week");
}

static void test_messages_and_their_lists_are_no_columns_but_reasons_are(void **state)
{
    (void)state;
    const struct pk_output_section summary = {.key = "summary",
                                              .row = &peakstock__v1__reorder_summary__descriptor,
                                              .file_names = PK_OUTPUT_EVERY_FIELD};
    assert_null(strstr(keys_of(&summary), "suppliers"));
    assert_non_null(strstr(keys_of(&summary), "assumptions"));
    const struct pk_output_section losses = {.key = "losses",
                                             .row = &peakstock__v1__promotion_loss__descriptor,
                                             .file_names = PK_OUTPUT_EVERY_FIELD};
    assert_non_null(strstr(keys_of(&losses), ",reason"));
    assert_null(strstr(keys_of(&losses), "reasons"));
}

static void test_the_type_follows_from_the_wire_type_and_the_ending_of_the_name(void **state)
{
    (void)state;
    static const struct {
        const char *key;
        enum pk_output_type type;
    } expected[] = {
        {"item_id", PK_OUTPUT_TEXT},
        {"item_name", PK_OUTPUT_NAME},
        {"state", PK_OUTPUT_STATE},
        {"q50_units", PK_OUTPUT_INTEGER},
        {"gap_q50_units", PK_OUTPUT_MEAN},
        {"cover_probability", PK_OUTPUT_RATIO},
        {"order_by_date", PK_OUTPUT_DATE},
        {"reason", PK_OUTPUT_REASONS},
        {"margin_at_risk", PK_OUTPUT_MONEY},
        {"expedite_days", PK_OUTPUT_INTEGER},
        {"sell_through_ratio", PK_OUTPUT_RATIO},
    };
    for (size_t i = 0; i < sizeof expected / sizeof *expected; i++) {
        const struct pk_output_column column = {.key = expected[i].key};
        const struct pk_output_section section = {
            .key = "rows", .row = &peakstock__v1__promotion_line__descriptor};
        struct pk_output_cell cell;
        assert_true(pk_output_cell_resolve(&column, &section, &cell));
        assert_int_equal(cell.type, expected[i].type);
    }
}

static void test_a_field_of_a_message_inside_is_named_by_its_path(void **state)
{
    (void)state;
    const struct pk_output_section section = {.key = "status",
                                              .row =
                                                  &peakstock__v1__get_status_response__descriptor,
                                              .file_names = "version snapshot.as_of_date"};
    struct pk_section_columns columns;
    struct pk_output_cell cell;
    assert_string_equal(keys_of(&section), "version,as_of_date");
    assert_true(pk_section_columns_make(&section, false, &columns));
    assert_true(pk_output_cell_resolve(&columns.columns[1], &section, &cell));
    assert_string_equal(cell.parent->name, "snapshot");
    assert_string_equal(cell.field->name, "as_of_date");
}

static void test_a_row_of_two_messages_asks_the_inner_one_first(void **state)
{
    (void)state;
    const struct pk_output_section section = {.key = "rows",
                                              .row = &peakstock__v1__metric__descriptor,
                                              .outer = &peakstock__v1__review_decision__descriptor};
    const struct pk_output_column value = {.key = "value"}, units = {.key = "units"},
                                  none = {.key = "no_such"};
    struct pk_output_cell cell;
    assert_true(pk_output_cell_resolve(&value, &section, &cell));
    assert_false(cell.is_outer);
    assert_int_equal(cell.type, PK_OUTPUT_MEAN);
    assert_true(pk_output_cell_resolve(&units, &section, &cell));
    assert_true(cell.is_outer);
    assert_false(pk_output_cell_resolve(&none, &section, &cell));
}

static void test_more_columns_than_a_section_may_have_are_refused(void **state)
{
    (void)state;
    char names[4 * (PK_OUTPUT_COLUMN_COUNT_MAX + 1) + 1] = "";
    const struct pk_output_section section = supplier_section(names);
    struct pk_section_columns columns;
    for (size_t i = 0; i <= PK_OUTPUT_COLUMN_COUNT_MAX; i++) {
        pk_text_format(names + 4 * i, sizeof names - 4 * i, "c%02zu ", i);
        assert_int_equal(pk_section_columns_make(&section, false, &columns),
                         i < PK_OUTPUT_COLUMN_COUNT_MAX);
    }
}

static void test_leaving_out_what_is_not_there_is_refused(void **state)
{
    (void)state;
    const struct pk_output_section section = supplier_section("* -no_such");
    assert_string_equal(keys_of(&section), "?");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_field_stands_in_the_order_of_its_number),
        cmocka_unit_test(test_the_rest_follows_what_is_named_and_leaves_out_what_is_refused),
        cmocka_unit_test(test_a_field_under_another_name_is_not_there_twice),
        cmocka_unit_test(test_messages_and_their_lists_are_no_columns_but_reasons_are),
        cmocka_unit_test(test_the_type_follows_from_the_wire_type_and_the_ending_of_the_name),
        cmocka_unit_test(test_a_field_of_a_message_inside_is_named_by_its_path),
        cmocka_unit_test(test_a_row_of_two_messages_asks_the_inner_one_first),
        cmocka_unit_test(test_more_columns_than_a_section_may_have_are_refused),
        cmocka_unit_test(test_leaving_out_what_is_not_there_is_refused),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
