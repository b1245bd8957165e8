/* The series that the rows of a campaign cover. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "models/evidence/campaign_change.h"
#include "tests/support/evidence/view_case.h"

/* Items a0 .. a5 in "east" and "north": series = 2 x item + warehouse. a0 and a1 are "food". */
static struct view_case c;
static const struct pk_promotion *rows[VIEW_CASE_ROW_MAX];

static int set_up(void **state)
{
    (void)state;
    view_case_begin(&c, 6, 2, 10);
    c.items[0].category = c.items[1].category = 1;
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    view_case_end(&c);
    return 0;
}

static struct pk_promotion *add_row(void)
{
    return view_case_promotion(&c, "p", VIEW_CASE_NEXT, VIEW_CASE_NEXT + 3);
}

/* `expected` has a letter for each series: 'x' = covered. Rows stand as the test added them. */
static void assert_covers(size_t general_count, const char *expected)
{
    char found[13] = {0};
    for (size_t i = 0; i < c.data.shop.promotion_count; i++)
        rows[i] = &c.promotions[i];
    const struct pk_campaign_update update = {
        .campaign = {.promotion_id = "p", .row_count = c.data.shop.promotion_count},
        .rows = rows,
        .general_count = general_count};
    for (size_t series = 0; series < 12; series++)
        found[series] = pk_campaign_update_covers(&update, &c.data.shop, series) ? 'x' : '-';
    assert_string_equal(found, expected);
}

static void test_a_row_of_an_item_covers_that_item(void **state)
{
    (void)state;
    add_row()->item = 2;
    assert_covers(0, "----xx------");
}

static void test_the_rows_of_every_item_are_found(void **state)
{
    (void)state;
    add_row()->item = 0;
    add_row()->item = 3;
    add_row()->item = 5;
    assert_covers(0, "xx----xx--xx");
}

static void test_a_later_row_of_an_item_may_cover_its_other_warehouse(void **state)
{
    (void)state;
    for (uint32_t warehouse = 0; warehouse < 2; warehouse++) {
        struct pk_promotion *row = add_row();
        row->item = 1;
        row->warehouse = warehouse;
    }
    struct pk_promotion *row = add_row();
    row->item = 4;
    row->warehouse = 1;
    assert_covers(0, "--xx-----x--");
}

static void test_a_row_of_an_item_holds_in_its_category_only(void **state)
{
    (void)state;
    struct pk_promotion *row = add_row();
    row->item = 1;
    row->category = 1;
    row = add_row();
    row->item = 2;
    row->category = 1; /* a2 has none */
    assert_covers(0, "--xx--------");
}

static void test_a_row_of_a_category_covers_its_items(void **state)
{
    (void)state;
    add_row()->category = 1;
    assert_covers(1, "xxxx--------");
}

static void test_a_general_row_covers_everything_in_its_warehouse(void **state)
{
    (void)state;
    add_row()->warehouse = 1;
    assert_covers(1, "-x-x-x-x-x-x");
    c.promotions[0].warehouse = PK_INDEX_NONE;
    assert_covers(1, "xxxxxxxxxxxx");
}

static void test_general_rows_and_rows_of_items_add_up(void **state)
{
    (void)state;
    struct pk_promotion *row = add_row();
    row->category = 1;
    row->warehouse = 0;
    add_row()->category = 2; /* nothing is in it */
    add_row()->item = 1;
    add_row()->item = 5;
    assert_covers(2, "x-xx------xx");
}

static void test_no_row_covers_nothing(void **state)
{
    (void)state;
    assert_covers(0, "------------");
}

#define WITH_SHOP(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_SHOP(test_a_row_of_an_item_covers_that_item),
        WITH_SHOP(test_the_rows_of_every_item_are_found),
        WITH_SHOP(test_a_later_row_of_an_item_may_cover_its_other_warehouse),
        WITH_SHOP(test_a_row_of_an_item_holds_in_its_category_only),
        WITH_SHOP(test_a_row_of_a_category_covers_its_items),
        WITH_SHOP(test_a_general_row_covers_everything_in_its_warehouse),
        WITH_SHOP(test_general_rows_and_rows_of_items_add_up),
        WITH_SHOP(test_no_row_covers_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
