/* Rows of one key: twins of an import, what a row keeps of the stored one, and the same rules on
 * the values of sales. */
#include "tests/support/store/row_fixture.h"

#include "service/store/rules/row.h"
#include "service/store/rules/sales_values.h"

#define STOCK PK_DATASET_STOCK
#define ITEMS PK_DATASET_ITEMS
#define SALES PK_DATASET_SALES

static char buffers[4][512];

/* `at` picks the buffer that the texts of the row point into. */
static struct pk_row row_of(enum pk_dataset_kind kind, int at, const char *text)
{
    return (struct pk_row){fixture_record(kind, text, buffers[at], sizeof buffers[at]), at};
}

static const struct pk_cell *cell_of(enum pk_dataset_kind kind, const struct pk_row *row,
                                     const char *column)
{
    return &row->record.cells[pk_dataset_column(pk_dataset_get(kind), pk_text_from(column))];
}

static void test_equal_twins_are_one_row(void **state)
{
    (void)state;
    struct pk_row earlier = row_of(STOCK, 0, "date=2026-03-01,item_id=a,on_hand_units=5");
    const struct pk_row row = row_of(STOCK, 1, "date=2026-03-01,item_id=a,on_hand_units=5");
    bool changed = true;
    assert_int_equal(pk_row_join(pk_dataset_get(STOCK), &earlier, &row, &changed, NULL), PK_OK);
    assert_false(changed);
}

static void test_twins_lend_each_other_the_columns_they_lack(void **state)
{
    (void)state;
    struct pk_row earlier = row_of(STOCK, 0, "date=2026-03-01,item_id=a,on_hand_units=5");
    const struct pk_row row =
        row_of(STOCK, 1, "date=2026-03-01,item_id=a,on_hand_units=5,reserved_units=2");
    bool changed = false;
    assert_int_equal(pk_row_join(pk_dataset_get(STOCK), &earlier, &row, &changed, NULL), PK_OK);
    assert_true(changed);
    assert_int_equal(cell_of(STOCK, &earlier, "reserved_units")->integer, 2);
    assert_int_equal(cell_of(STOCK, &earlier, "unsellable_units")->state, PK_CELL_ABSENT);
}

static void test_twins_that_differ_are_refused_by_both_rows_and_the_column(void **state)
{
    (void)state;
    struct pk_row earlier = row_of(STOCK, 0, "date=2026-03-01,item_id=a,on_hand_units=5");
    const struct pk_row row = row_of(STOCK, 1, "date=2026-03-01,item_id=a,on_hand_units=6");
    const struct pk_row deletion = row_of(STOCK, 2, "-date=2026-03-01,item_id=a");
    struct pk_error error;
    bool changed;
    assert_int_equal(pk_row_join(pk_dataset_get(STOCK), &earlier, &row, &changed, &error),
                     PK_ALREADY_EXISTS);
    assert_string_equal(error.field, "on_hand_units");
    assert_string_equal(error.message,
                        "row 1 has the key of row 0 but another on_hand_units; keep one of them");
    assert_int_equal(pk_row_join(pk_dataset_get(STOCK), &earlier, &deletion, &changed, &error),
                     PK_ALREADY_EXISTS);
    assert_string_equal(error.field, "op");
}

static void test_an_empty_cell_is_a_value_and_an_absent_one_is_not(void **state)
{
    (void)state;
    const struct pk_row stored = row_of(ITEMS, 0, "item_id=a,name=Alpha,unit_cost=3");
    struct pk_row row = row_of(ITEMS, 1, "item_id=a,unit_cost=,brand=b");
    assert_int_equal(pk_row_publish(pk_dataset_get(ITEMS), &row, &stored, false), PK_ROW_UPDATED);
    assert_true(pk_text_equal(cell_of(ITEMS, &row, "name")->text, pk_text_from("Alpha")));
    assert_int_equal(cell_of(ITEMS, &row, "unit_cost")->state, PK_CELL_NONE);
    struct pk_row fresh = row_of(ITEMS, 2, "item_id=b");
    assert_int_equal(pk_row_publish(pk_dataset_get(ITEMS), &fresh, NULL, false), PK_ROW_INSERTED);
    assert_int_equal(cell_of(ITEMS, &fresh, "unit_cost")->state, PK_CELL_NONE);
    assert_int_equal(cell_of(ITEMS, &fresh, "shelf_life_days")->state, PK_CELL_SET);
    assert_int_equal(cell_of(ITEMS, &fresh, "shelf_life_days")->integer, 0);
}

static void test_a_row_that_is_stored_already_is_unchanged(void **state)
{
    (void)state;
    struct pk_row stored = row_of(ITEMS, 0, "item_id=a,name=Alpha");
    struct pk_row row = row_of(ITEMS, 1, "item_id=a,name=Alpha");
    pk_record_complete(pk_dataset_get(ITEMS), &stored.record, NULL);
    assert_int_equal(pk_row_publish(pk_dataset_get(ITEMS), &row, &stored, false), PK_ROW_UNCHANGED);
}

static void test_a_deletion_erases_or_leaves_a_bare_row(void **state)
{
    (void)state;
    const struct pk_dataset *items = pk_dataset_get(ITEMS);
    struct pk_row stored = row_of(ITEMS, 0, "item_id=a,name=Alpha,unit_cost=3");
    struct pk_row row = row_of(ITEMS, 1, "-item_id=a");
    pk_record_complete(items, &stored.record, NULL);
    assert_int_equal(pk_row_publish(items, &row, NULL, false), PK_ROW_UNCHANGED);
    assert_int_equal(pk_row_publish(items, &row, &stored, false), PK_ROW_DELETED);
    assert_int_equal(pk_row_publish(items, &row, &stored, true), PK_ROW_BARED);
    assert_false(row.record.deleted);
    assert_true(pk_text_equal(cell_of(ITEMS, &row, "item_id")->text, pk_text_from("a")));
    assert_int_equal(cell_of(ITEMS, &row, "name")->text.size, 0);
    assert_int_equal(cell_of(ITEMS, &row, "unit_cost")->state, PK_CELL_NONE);
    /* What is bare already stays so. */
    struct pk_row again = row_of(ITEMS, 2, "-item_id=a");
    assert_int_equal(pk_row_publish(items, &again, &row, true), PK_ROW_UNCHANGED);
}

static void test_keys_begin_with_item_and_warehouse(void **state)
{
    (void)state;
    static const char *const wanted[] = {"item_id", "warehouse_id", "date", "received_date"};
    const struct pk_dataset *stock = pk_dataset_get(STOCK);
    int key[PK_COLUMN_COUNT_MAX];
    assert_int_equal(pk_row_key(stock, key), 4);
    for (int i = 0; i < 4; i++)
        assert_string_equal(stock->columns[key[i]].name, wanted[i]);
    const struct pk_dataset *promotions = pk_dataset_get(PK_DATASET_PROMOTIONS);
    assert_int_equal(pk_row_key(promotions, key), 1);
    assert_string_equal(promotions->columns[key[0]].name, "promotion_id");
    assert_true(pk_row_is_numbered(promotions));
    assert_false(pk_row_is_numbered(stock));
}

static void test_the_places_of_the_columns_of_sales_are_those_of_the_dataset(void **state)
{
    (void)state;
    static const char *const wanted[] = {
        [PK_SALES_COLUMN_DATE] = "date",
        [PK_SALES_COLUMN_ITEM] = "item_id",
        [PK_SALES_COLUMN_UNITS] = "units",
        [PK_SALES_COLUMN_WAREHOUSE] = "warehouse_id",
        [PK_SALES_COLUMN_CHANNEL] = "channel",
        [PK_SALES_COLUMN_CANCELLED] = "cancelled_units",
        [PK_SALES_COLUMN_RETURNED] = "returned_units",
        [PK_SALES_COLUMN_PAID] = "paid_amount",
        [PK_SALES_COLUMN_AVAILABLE] = "available_ratio",
    };
    const struct pk_dataset *sales = pk_dataset_get(SALES);
    assert_int_equal(sales->column_count, sizeof wanted / sizeof wanted[0]);
    for (size_t i = 0; i < sales->column_count; i++)
        assert_string_equal(sales->columns[i].name, wanted[i]);
}

static void test_sales_values_of_absent_and_empty_cells(void **state)
{
    (void)state;
    struct pk_sales_values values;
    struct pk_row row =
        row_of(SALES, 0, "date=2026-03-01,item_id=a,units=5,paid_amount=,cancelled_units=");
    pk_sales_values_read(&row.record, &values);
    assert_int_equal(values.values[PK_SALES_UNITS], 5);
    assert_int_equal(values.values[PK_SALES_CANCELLED_UNITS], 0);
    assert_int_equal(values.values[PK_SALES_PAID_AMOUNT], -1);
    assert_float_equal(values.available_ratio, -1, 0);
    assert_int_equal(values.absent, 1 << PK_SALES_RETURNED_UNITS | 1 << PK_SALES_VALUE_COUNT);
}

/* Sales rows with all mixtures of absent, empty and given columns, and deletions. */
static const char *const sales_rows[] = {
    "date=2026-03-01,item_id=a,units=5",
    "date=2026-03-01,item_id=a,units=6",
    "date=2026-03-01,item_id=a,units=5,cancelled_units=2",
    "date=2026-03-01,item_id=a,units=5,cancelled_units=",
    "date=2026-03-01,item_id=a,units=5,returned_units=1",
    "date=2026-03-01,item_id=a,units=5,returned_units=0,available_ratio=0.5",
    "date=2026-03-01,item_id=a,units=5,paid_amount=9",
    "date=2026-03-01,item_id=a,units=5,paid_amount=",
    "date=2026-03-01,item_id=a,units=5,available_ratio=0.5",
    "date=2026-03-01,item_id=a,units=5,available_ratio=",
    "date=2026-03-01,item_id=a,units=6,cancelled_units=2,returned_units=1,paid_amount=9,"
    "available_ratio=0.5",
    "-date=2026-03-01,item_id=a",
};
#define SALES_ROW_COUNT ((int)(sizeof sales_rows / sizeof sales_rows[0]))

static void assert_same_values(const struct pk_sales_values *values, const struct pk_row *row)
{
    struct pk_sales_values read;
    pk_sales_values_read(&row->record, &read);
    assert_int_equal(values->absent, read.absent);
    for (int i = 0; i < PK_SALES_VALUE_COUNT; i++)
        if ((read.absent >> i & 1) == 0)
            assert_int_equal(values->values[i], read.values[i]);
    if ((read.absent >> PK_SALES_VALUE_COUNT & 1) == 0)
        assert_float_equal(values->available_ratio, read.available_ratio, 0);
}

static void test_twins_of_sales_are_joined_as_all_others(void **state)
{
    (void)state;
    int refused_count = 0;
    for (int i = 0; i < SALES_ROW_COUNT * SALES_ROW_COUNT; i++) {
        struct pk_row earlier = row_of(SALES, 0, sales_rows[i / SALES_ROW_COUNT]);
        const struct pk_row row = row_of(SALES, 1, sales_rows[i % SALES_ROW_COUNT]);
        struct pk_sales_values earlier_values, values;
        struct pk_error errors[2];
        bool changed[2] = {false, false};
        pk_sales_values_read(&earlier.record, &earlier_values);
        pk_sales_values_read(&row.record, &values);
        const enum pk_status wanted =
            pk_row_join(pk_dataset_get(SALES), &earlier, &row, &changed[0], &errors[0]);
        assert_int_equal(
            pk_sales_values_join(&earlier_values, 0, &values, 1, &changed[1], &errors[1]), wanted);
        refused_count += wanted != PK_OK;
        if (wanted != PK_OK) {
            assert_string_equal(errors[1].field, errors[0].field);
            assert_string_equal(errors[1].message, errors[0].message);
        } else {
            assert_int_equal(changed[1], changed[0]);
            assert_same_values(&earlier_values, &earlier);
        }
    }
    assert_true(refused_count > 0 && refused_count < SALES_ROW_COUNT * SALES_ROW_COUNT);
}

static void test_sales_are_published_as_all_others(void **state)
{
    (void)state;
    /* The stored row: any but the deletion, completed; or none. */
    for (int i = 0; i < SALES_ROW_COUNT * SALES_ROW_COUNT; i++) {
        const int at = i / SALES_ROW_COUNT;
        const bool has_stored = at < SALES_ROW_COUNT - 1;
        struct pk_row stored = row_of(SALES, 0, sales_rows[at]);
        struct pk_row row = row_of(SALES, 1, sales_rows[i % SALES_ROW_COUNT]);
        struct pk_sales_values stored_values, values;
        pk_record_complete(pk_dataset_get(SALES), &stored.record, NULL);
        pk_sales_values_read(&stored.record, &stored_values);
        pk_sales_values_read(&row.record, &values);
        const enum pk_row_fate fate =
            pk_row_publish(pk_dataset_get(SALES), &row, has_stored ? &stored : NULL, false);
        assert_int_equal(pk_sales_values_publish(&values, 0, has_stored ? &stored_values : NULL, 0),
                         fate);
        if (fate != PK_ROW_INSERTED && fate != PK_ROW_UPDATED)
            continue;
        values.absent = 0;
        assert_same_values(&values, &row);
    }
}

static void test_another_source_is_a_change(void **state)
{
    (void)state;
    const struct pk_sales_values stored = {.values = {5, 0, 0, -1}, .available_ratio = -1};
    struct pk_sales_values row = stored;
    assert_int_equal(pk_sales_values_publish(&row, 7, &stored, 7), PK_ROW_UNCHANGED);
    assert_int_equal(pk_sales_values_publish(&row, 0, &stored, 7), PK_ROW_UPDATED);
    assert_int_equal(pk_sales_values_publish(&row, 7, &stored, 0), PK_ROW_UPDATED);
}

static void test_a_series_of_deletions_turns_into_one_of_rows_and_not_back(void **state)
{
    (void)state;
    assert_int_equal(pk_staged_series_after(PK_STAGED_NOTHING, true), PK_STAGED_DELETIONS);
    assert_int_equal(pk_staged_series_after(PK_STAGED_DELETIONS, true), PK_STAGED_DELETIONS);
    assert_int_equal(pk_staged_series_after(PK_STAGED_DELETIONS, false), PK_STAGED_ROWS);
    assert_int_equal(pk_staged_series_after(PK_STAGED_ROWS, true), PK_STAGED_ROWS);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_equal_twins_are_one_row),
        cmocka_unit_test(test_twins_lend_each_other_the_columns_they_lack),
        cmocka_unit_test(test_twins_that_differ_are_refused_by_both_rows_and_the_column),
        cmocka_unit_test(test_an_empty_cell_is_a_value_and_an_absent_one_is_not),
        cmocka_unit_test(test_a_row_that_is_stored_already_is_unchanged),
        cmocka_unit_test(test_a_deletion_erases_or_leaves_a_bare_row),
        cmocka_unit_test(test_keys_begin_with_item_and_warehouse),
        cmocka_unit_test(test_the_places_of_the_columns_of_sales_are_those_of_the_dataset),
        cmocka_unit_test(test_sales_values_of_absent_and_empty_cells),
        cmocka_unit_test(test_twins_of_sales_are_joined_as_all_others),
        cmocka_unit_test(test_sales_are_published_as_all_others),
        cmocka_unit_test(test_another_source_is_a_change),
        cmocka_unit_test(test_a_series_of_deletions_turns_into_one_of_rows_and_not_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
