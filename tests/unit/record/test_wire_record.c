#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "peakstock/v1/history.pb-c.h"
#include "proto/record/wire_record.h"

static char *borrow_text(void *context, struct pk_text text)
{
    (void)context;
    return (char *)(uintptr_t)text.bytes;
}

static void test_every_kind_goes_to_the_wire_and_back(void **state)
{
    (void)state;
    for (int kind = 0; kind < PK_DATASET_COUNT; kind++) {
        const struct pk_dataset *dataset = pk_dataset_get((enum pk_dataset_kind)kind);
        struct pk_wire_table table;
        struct pk_record written = {.deleted = false}, read;
        bool is_present[PK_COLUMN_COUNT_MAX];
        pk_wire_table_init(&table, (enum pk_dataset_kind)kind);
        for (size_t i = 0; i < dataset->column_count; i++) {
            is_present[i] = true;
            written.cells[i] = (struct pk_cell){.state = PK_CELL_SET,
                                                .integer = 8000 + (int)i,
                                                .number = 0.25,
                                                .text = pk_text_from("peak")};
        }
        ProtobufCMessage *message = calloc(1, table.descriptor->sizeof_message);
        protobuf_c_message_init(table.descriptor, message);
        assert_true(pk_wire_record_write(&table, &written, borrow_text, NULL, message));
        pk_wire_record_read(&table, message, is_present, &read);
        for (size_t i = 0; i < dataset->column_count; i++) {
            enum pk_column_type type = dataset->columns[i].type;
            assert_int_equal(read.cells[i].state, PK_CELL_SET);
            if (type == PK_COLUMN_NUMBER)
                assert_float_equal(read.cells[i].number, 0.25, 0);
            else if (type == PK_COLUMN_DATE || type == PK_COLUMN_COUNT || type == PK_COLUMN_MONEY)
                assert_int_equal(read.cells[i].integer, 8000 + (int)i);
            else
                assert_true(pk_text_equal(read.cells[i].text, pk_text_from("peak")));
        }
        free(message);
    }
}

static void test_a_set_cell_sets_its_oneof_and_a_deletion_is_told(void **state)
{
    (void)state;
    struct pk_wire_table table;
    struct pk_record record = {.deleted = true}, read;
    bool is_present[PK_COLUMN_COUNT_MAX] = {false};
    Peakstock__V1__SalesRow row = PEAKSTOCK__V1__SALES_ROW__INIT;
    pk_wire_table_init(&table, PK_DATASET_SALES);
    const int paid = pk_dataset_column(table.dataset, pk_text_from("paid_amount"));
    const int available = pk_dataset_column(table.dataset, pk_text_from("available_ratio"));
    assert_true(paid >= 0 && available >= 0);
    record.cells[paid].state = PK_CELL_SET;
    is_present[paid] = is_present[available] = true;
    assert_true(pk_wire_record_write(&table, &record, borrow_text, NULL, &row.base));
    assert_int_equal(row.paid_amount_case,
                     PEAKSTOCK__V1__SALES_ROW__PAID_AMOUNT_PAID_AMOUNT_MICROS);
    assert_int_equal(row.available_case, 0);
    pk_wire_record_read(&table, &row.base, is_present, &read);
    assert_true(read.deleted);
    assert_int_equal(read.cells[paid].state, PK_CELL_SET);
    assert_int_equal(read.cells[available].state, PK_CELL_NONE);
    assert_int_equal(read.cells[available == 0 ? 1 : 0].state, PK_CELL_ABSENT);
}

static char *no_memory(void *context, struct pk_text text)
{
    (void)context;
    (void)text;
    return NULL;
}

static void test_a_text_that_cannot_be_copied_ends_the_writing(void **state)
{
    (void)state;
    struct pk_wire_table table;
    struct pk_record record = {.deleted = false};
    Peakstock__V1__ItemRow row = PEAKSTOCK__V1__ITEM_ROW__INIT;
    pk_wire_table_init(&table, PK_DATASET_ITEMS);
    const int name = pk_dataset_column(table.dataset, pk_text_from("name"));
    record.cells[name].state = PK_CELL_SET;
    record.cells[name].text = pk_text_from("lamp");
    assert_false(pk_wire_record_write(&table, &record, no_memory, NULL, &row.base));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_kind_goes_to_the_wire_and_back),
        cmocka_unit_test(test_a_set_cell_sets_its_oneof_and_a_deletion_is_told),
        cmocka_unit_test(test_a_text_that_cannot_be_copied_ends_the_writing),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
