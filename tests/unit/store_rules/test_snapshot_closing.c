/* The rows that close what a snapshot import does not name. */
#include "tests/support/store/row_fixture.h"

#include "service/store/rules/snapshot_closing.h"

static void test_a_closed_line_keeps_everything_but_its_units(void **state)
{
    (void)state;
    char buffers[2][256];
    struct pk_row line = {
        .record = fixture_record(PK_DATASET_INBOUND,
                                 "order_id=1,item_id=a,units=5,eta_date=2026-04-01,stage=shipped",
                                 buffers[0], sizeof buffers[0])};
    const struct pk_record wanted = fixture_record(
        PK_DATASET_INBOUND, "order_id=1,item_id=a,units=0,eta_date=2026-04-01,stage=shipped",
        buffers[1], sizeof buffers[1]);
    pk_snapshot_close_line(&line);
    assert_true(pk_record_equal(pk_dataset_get(PK_DATASET_INBOUND), &line.record, &wanted));
}

static void test_a_lot_of_any_units_is_open(void **state)
{
    (void)state;
    assert_false(pk_snapshot_lot_is_open(&(struct pk_stock_lot){.on_hand_units = 0}));
    assert_true(pk_snapshot_lot_is_open(&(struct pk_stock_lot){.on_hand_units = -1}));
    assert_true(pk_snapshot_lot_is_open(&(struct pk_stock_lot){.reserved_units = 2}));
    assert_true(pk_snapshot_lot_is_open(&(struct pk_stock_lot){.unsellable_units = 3}));
}

static void test_a_lot_is_closed_by_a_row_of_its_own_key_on_the_date(void **state)
{
    (void)state;
    char buffer[256];
    struct pk_stock_lot lot = {.item_id = pk_text_from("a"),
                               .warehouse_id = pk_text_from("east"),
                               .received_date = day("2026-02-01"),
                               .on_hand_units = 7};
    struct pk_row row;
    struct pk_record wanted =
        fixture_record(PK_DATASET_STOCK,
                       "date=2026-03-02,item_id=a,warehouse_id=east,received_date=2026-02-01,"
                       "on_hand_units=0,reserved_units=0,unsellable_units=0",
                       buffer, sizeof buffer);
    pk_snapshot_lot_row(&lot, day("2026-03-02"), &row);
    assert_true(pk_record_equal(pk_dataset_get(PK_DATASET_STOCK), &row.record, &wanted));
    lot.received_date = PK_DATE_NONE;
    wanted = fixture_record(PK_DATASET_STOCK,
                            "date=2026-03-02,item_id=a,warehouse_id=east,received_date=,"
                            "on_hand_units=0,reserved_units=0,unsellable_units=0",
                            buffer, sizeof buffer);
    pk_snapshot_lot_row(&lot, day("2026-03-02"), &row);
    assert_true(pk_record_equal(pk_dataset_get(PK_DATASET_STOCK), &row.record, &wanted));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_closed_line_keeps_everything_but_its_units),
        cmocka_unit_test(test_a_lot_of_any_units_is_open),
        cmocka_unit_test(test_a_lot_is_closed_by_a_row_of_its_own_key_on_the_date),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
