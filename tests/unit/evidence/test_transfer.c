/* Stock that one warehouse has too much of and another one needs. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "models/evidence/transfer.h"
#include "tests/support/close.h"
#include "tests/support/evidence/view_case.h"

static struct view_case c;
static struct pk_decision_memory *memory;
static struct pk_transfer_book book;

/* Two items of 10 a day in "east", "north" and "south"; east has no stock of a0, the others have
 * years. */
static int set_up(void **state)
{
    (void)state;
    memory = pk_decision_memory_new();
    book = (struct pk_transfer_book){0};
    view_case_begin(&c, 2, 3, 200);
    for (size_t s = 0; s < 6; s++)
        view_case_sell_flat(&c, s, 10);
    view_case_supply(&c, 0, PK_INDEX_NONE, "acme", 20);
    view_case_stock(&c, 0, 0, VIEW_CASE_AS_OF, 0);
    view_case_stock(&c, 0, 1, VIEW_CASE_AS_OF, 3000);
    view_case_stock(&c, 0, 2, VIEW_CASE_AS_OF, 5000);
    view_case_stock(&c, 1, 1, VIEW_CASE_AS_OF, 4000);
    view_case_lane(&c, 1, 0, 2);
    view_case_lane(&c, 2, 0, 2);
    view_case_fit(&c);
    return memory == NULL;
}

static int tear_down(void **state)
{
    (void)state;
    pk_decision_memory_free(memory);
    view_case_end(&c);
    return 0;
}

static struct pk_transfer take(size_t series, int64_t wanted_units, int64_t unit_cost_micros)
{
    struct pk_transfer transfer;
    struct pk_error error;
    assert_int_equal(pk_transfer_take(&c.view, series, wanted_units, unit_cost_micros, &book,
                                      memory, &transfer, &error),
                     PK_OK);
    return transfer;
}

static int64_t spare_of(uint32_t warehouse)
{
    for (size_t i = 0; i < book.count; i++)
        if (book.donors[i].warehouse == warehouse)
            return book.donors[i].spare_units;
    return -1;
}

static void test_of_equally_fast_lanes_the_one_with_most_to_spare_gives(void **state)
{
    (void)state;
    const struct pk_transfer transfer = take(0, 100, -1);
    assert_int_equal(transfer.units, 100);
    assert_int_equal(transfer.from_warehouse, 2);
    assert_int_equal(transfer.arrival_date, VIEW_CASE_NEXT + 2);
}

static void test_the_fastest_lane_gives_however_much_others_have(void **state)
{
    (void)state;
    c.lanes[0].transfer_days = 1;
    const struct pk_transfer transfer = take(0, 100, -1);
    assert_int_equal(transfer.from_warehouse, 1);
    assert_int_equal(transfer.arrival_date, VIEW_CASE_NEXT + 1);
}

static void test_a_lane_dearer_than_buying_is_not_taken(void **state)
{
    (void)state;
    c.lanes[0].unit_cost_micros = 5;
    c.lanes[1].unit_cost_micros = 6;
    assert_int_equal(take(0, 100, 5).from_warehouse, 1);
    assert_int_equal(take(0, 100, 4).units, 0);
    /* Where the cost of buying is not known, no lane is too dear. */
    assert_int_equal(take(0, 100, -1).from_warehouse, 2);
}

static void test_spare_is_stock_beyond_180_days_of_demand(void **state)
{
    (void)state;
    struct pk_series_facts facts;
    struct pk_error error;
    const struct pk_assumptions none = {.stock_units = -1, .lead_time_days = -1};
    assert_int_equal(pk_series_facts_load(&c.view, 1, 400, &none, NULL, memory, &facts, &error),
                     PK_OK);
    double demand = 0;
    for (size_t day = 0; day < PK_EXCESS_DAYS; day++)
        demand += facts.demand.mean_units[day];
    assert_close(demand, 1800, 100);
    take(0, 0, -1);
    assert_int_equal(spare_of(1), (int64_t)floor(3000 - demand));
    assert_int_equal(spare_of(0), 0);
}

static void test_units_on_their_way_cannot_be_sent_on(void **state)
{
    (void)state;
    c.stock[2].on_hand_units = 40;
    view_case_inbound(&c, 0, 2, VIEW_CASE_NEXT + 1, 9000);
    view_case_remake(&c, NULL);
    take(0, 0, -1);
    assert_int_equal(spare_of(2), 40);
}

static void test_a_warehouse_with_unknown_stock_gives_nothing(void **state)
{
    (void)state;
    c.data.ledger.stock_count = 2; /* "south" has no row now */
    view_case_remake(&c, NULL);
    take(0, 0, -1);
    assert_int_equal(spare_of(2), -1);
    assert_int_equal(take(0, 100, -1).from_warehouse, 1);
}

static void test_no_more_is_given_than_the_book_has(void **state)
{
    (void)state;
    take(0, 0, -1);
    const int64_t spare = spare_of(1) + spare_of(2);
    int64_t given = 0;
    for (int i = 0; i < 20; i++) {
        const struct pk_transfer transfer = take(0, 700, -1);
        assert_true(transfer.units >= 0 && transfer.units <= 700);
        given += transfer.units;
        assert_int_equal(given + spare_of(1) + spare_of(2), spare);
    }
    assert_int_equal(given, spare);
    assert_int_equal(take(0, 1, -1).units, 0);
}

static void test_without_a_lane_or_a_wish_nothing_moves(void **state)
{
    (void)state;
    assert_int_equal(take(0, 0, -1).units, 0);
    assert_int_equal(take(1, 100, -1).units, 0); /* no lane leads to "north" */
}

static void test_a_book_is_opened_again_for_another_item(void **state)
{
    (void)state;
    take(0, 100, -1);
    assert_int_equal(book.item, 0);
    const struct pk_transfer transfer = take(3, 50, -1);
    assert_int_equal(book.item, 1);
    assert_int_equal(book.count, 1); /* a1 has stock in "north" alone */
    assert_int_equal(transfer.units, 50);
    assert_int_equal(transfer.from_warehouse, 1);
}

static void test_a_transfer_covers_the_days_until_bought_units_arrive(void **state)
{
    (void)state;
    const struct pk_assumptions none = {.stock_units = -1, .lead_time_days = -1};
    struct pk_series_facts facts;
    struct pk_reorder decision;
    struct pk_transfer transfer;
    struct pk_error error;
    struct pk_decision_memory *others = pk_decision_memory_new();
    assert_int_equal(pk_decide_reorder(&c.view, 0, &none, NULL, memory, &facts, &decision, &error),
                     PK_OK);
    assert_true(decision.order_units > 0);
    assert_int_equal(decision.next_arrival_date, VIEW_CASE_NEXT + 27);
    assert_int_equal(
        pk_transfer_find(&c.view, 0, &facts, &decision, &book, NULL, others, &transfer, &error),
        PK_OK);
    assert_int_equal(transfer.from_warehouse, 2);
    assert_int_equal(transfer.arrival_date, VIEW_CASE_NEXT + 2);
    /* 27 - 2 days of 10, and some more for the quantile that an order aims at. */
    assert_true(transfer.units >= 250 && transfer.units < 350);
    assert_int_equal(spare_of(2) + transfer.units, spare_of(1) + 2000);
    pk_decision_memory_free(others);
}

#define WITH_SHOP(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_SHOP(test_of_equally_fast_lanes_the_one_with_most_to_spare_gives),
        WITH_SHOP(test_the_fastest_lane_gives_however_much_others_have),
        WITH_SHOP(test_a_lane_dearer_than_buying_is_not_taken),
        WITH_SHOP(test_spare_is_stock_beyond_180_days_of_demand),
        WITH_SHOP(test_units_on_their_way_cannot_be_sent_on),
        WITH_SHOP(test_a_warehouse_with_unknown_stock_gives_nothing),
        WITH_SHOP(test_no_more_is_given_than_the_book_has),
        WITH_SHOP(test_without_a_lane_or_a_wish_nothing_moves),
        WITH_SHOP(test_a_book_is_opened_again_for_another_item),
        WITH_SHOP(test_a_transfer_covers_the_days_until_bought_units_arrive),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
