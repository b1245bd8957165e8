#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "client/import/wire_batch.h"

static struct pk_cell *cell(struct pk_record *record, enum pk_dataset_kind kind, const char *name)
{
    int index = pk_dataset_column(pk_dataset_get(kind), pk_text_from(name));
    assert_true(index >= 0);
    record->cells[index].state = PK_CELL_SET;
    return &record->cells[index];
}

static void test_every_kind_finds_a_wire_field_for_each_column(void **state)
{
    (void)state;
    for (int kind = 0; kind < PK_DATASET_COUNT; kind++) {
        struct pk_wire_batch *batch = NULL;
        assert_int_equal(pk_wire_batch_new((enum pk_dataset_kind)kind, &batch, NULL), PK_OK);
        pk_wire_batch_free(batch);
    }
    pk_wire_batch_free(NULL);
}

static void test_the_wire_counts_kinds_as_the_datasets_do(void **state)
{
    (void)state;
    const ProtobufCEnumDescriptor *kinds = &peakstock__v1__import_kind__descriptor;
    for (int kind = 0; kind < PK_DATASET_COUNT; kind++) {
        const ProtobufCEnumValue *value = protobuf_c_enum_descriptor_get_value(kinds, kind + 1);
        char name[64] = "IMPORT_KIND_";
        size_t length = strlen(name);
        for (const char *at = pk_dataset_get((enum pk_dataset_kind)kind)->name; *at != '\0'; at++)
            name[length++] = (char)(*at - 'a' + 'A');
        assert_string_equal(value->name, name);
    }
}

static void test_cells_become_fields_and_set_oneofs(void **state)
{
    (void)state;
    struct pk_wire_batch *batch = NULL;
    struct pk_record record = {.deleted = false};
    assert_int_equal(pk_wire_batch_new(PK_DATASET_SALES, &batch, NULL), PK_OK);
    cell(&record, PK_DATASET_SALES, "date")->integer = 20000;
    cell(&record, PK_DATASET_SALES, "item_id")->text = (struct pk_text){"A1xx", 2};
    cell(&record, PK_DATASET_SALES, "units")->integer = 5000000000;
    cell(&record, PK_DATASET_SALES, "paid_amount")->integer = 0;
    assert_true(pk_wire_batch_add(batch, &record));
    record = (struct pk_record){.deleted = true};
    cell(&record, PK_DATASET_SALES, "date")->integer = 20001;
    cell(&record, PK_DATASET_SALES, "available_ratio")->number = 0.25;
    assert_true(pk_wire_batch_add(batch, &record));

    Peakstock__V1__ImportBatch message = PEAKSTOCK__V1__IMPORT_BATCH__INIT;
    pk_wire_batch_fill(batch, &message);
    assert_int_equal(message.n_sales, 2);
    const Peakstock__V1__SalesRow *first = message.sales[0];
    assert_int_equal(first->date_epoch_days, 20000);
    assert_string_equal(first->item_id, "A1");
    assert_string_equal(first->warehouse_id, "");
    assert_true(first->units == 5000000000);
    assert_int_equal(first->paid_amount_case,
                     PEAKSTOCK__V1__SALES_ROW__PAID_AMOUNT_PAID_AMOUNT_MICROS);
    assert_int_equal(first->available_case, 0);
    assert_false(first->deleted);
    const Peakstock__V1__SalesRow *second = message.sales[1];
    assert_int_equal(second->paid_amount_case, 0);
    assert_int_equal(second->available_case, PEAKSTOCK__V1__SALES_ROW__AVAILABLE_AVAILABLE_RATIO);
    assert_true(second->available_ratio == 0.25);
    assert_true(second->deleted);
    pk_wire_batch_free(batch);
}

static void test_a_packed_batch_unpacks_to_the_same_rows(void **state)
{
    (void)state;
    struct pk_wire_batch *batch = NULL;
    struct pk_record record = {.deleted = false};
    assert_int_equal(pk_wire_batch_new(PK_DATASET_SUPPLY, &batch, NULL), PK_OK);
    cell(&record, PK_DATASET_SUPPLY, "item_id")->text = pk_text_from("商品");
    cell(&record, PK_DATASET_SUPPLY, "review_period_days")->integer = 7;
    cell(&record, PK_DATASET_SUPPLY, "holding_cost_per_unit_day")->integer = 1250000;
    assert_true(pk_wire_batch_add(batch, &record));
    Peakstock__V1__ImportBatch message = PEAKSTOCK__V1__IMPORT_BATCH__INIT;
    pk_wire_batch_fill(batch, &message);
    size_t size = peakstock__v1__import_batch__get_packed_size(&message);
    uint8_t *bytes = malloc(size);
    peakstock__v1__import_batch__pack(&message, bytes);
    Peakstock__V1__ImportBatch *back = peakstock__v1__import_batch__unpack(NULL, size, bytes);
    assert_int_equal(back->n_supply, 1);
    assert_string_equal(back->supply[0]->item_id, "商品");
    assert_int_equal(back->supply[0]->review_period_days, 7);
    assert_int_equal(back->supply[0]->holding_cost_per_unit_day_micros, 1250000);
    assert_int_equal(back->supply[0]->unit_cost_case, 0);
    peakstock__v1__import_batch__free_unpacked(back, NULL);
    free(bytes);
    pk_wire_batch_free(batch);
}

static void test_a_batch_is_full_at_5000_rows_or_4_mebibytes_of_text(void **state)
{
    (void)state;
    struct pk_wire_batch *batch = NULL;
    struct pk_record record = {.deleted = false};
    static char text[512];
    memset(text, 'x', sizeof text);
    assert_int_equal(pk_wire_batch_new(PK_DATASET_ITEMS, &batch, NULL), PK_OK);
    for (size_t i = 0; i < PK_WIRE_ROW_COUNT_MAX; i++)
        assert_true(pk_wire_batch_add(batch, &record));
    assert_false(pk_wire_batch_add(batch, &record));
    assert_int_equal(pk_wire_batch_row_count(batch), PK_WIRE_ROW_COUNT_MAX);
    pk_wire_batch_clear(batch);
    cell(&record, PK_DATASET_ITEMS, "name")->text = (struct pk_text){text, sizeof text};
    cell(&record, PK_DATASET_ITEMS, "category")->text = (struct pk_text){text, sizeof text};
    size_t count = 0;
    while (pk_wire_batch_add(batch, &record))
        count++;
    assert_int_equal(count, PK_WIRE_TEXT_BYTES_MAX / (2 * (sizeof text + 1)));
    pk_wire_batch_free(batch);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_kind_finds_a_wire_field_for_each_column),
        cmocka_unit_test(test_the_wire_counts_kinds_as_the_datasets_do),
        cmocka_unit_test(test_cells_become_fields_and_set_oneofs),
        cmocka_unit_test(test_a_packed_batch_unpacks_to_the_same_rows),
        cmocka_unit_test(test_a_batch_is_full_at_5000_rows_or_4_mebibytes_of_text),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
