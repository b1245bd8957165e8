#include "tests/support/store/store_fixture.h"

static struct pk_raised raised(const char *item, const char *action, int64_t value)
{
    return (struct pk_raised){.item_id = item,
                              .warehouse_id = "main",
                              .action = action,
                              .reason = "BELOW_NEED",
                              .value_micros = value,
                              .since_date = 90,
                              .shown_date = PK_DATE_NONE,
                              .shown_value_micros = value,
                              .shown_severity = 2};
}

static void save(struct store_fixture *fixture, int32_t date, const struct pk_raised *rows,
                 size_t count)
{
    if (pk_store_save_raised(fixture->store, date, rows, count, &fixture->error) != PK_OK)
        fail_msg("%s", fixture->error.message);
}

static struct pk_raised_list *load(struct store_fixture *fixture, int32_t last_date)
{
    struct pk_raised_list *list = NULL;
    if (pk_store_load_raised(fixture->store, last_date, &list, &fixture->error) != PK_OK)
        fail_msg("%s", fixture->error.message);
    return list;
}

static void test_a_store_without_reviews_has_none(void **state)
{
    struct pk_raised_list *list = load(*state, 100);
    assert_int_equal(list->as_of_date, PK_DATE_NONE);
    assert_int_equal(list->count, 0);
    pk_raised_list_free(list);
    pk_raised_list_free(NULL);
}

static void test_what_a_review_left_is_found_by_the_next_one(void **state)
{
    struct store_fixture *fixture = *state;
    const struct pk_raised rows[] = {raised("B", "reorder", 7), raised("A", "reorder", 5),
                                     raised("A", "check", 3)};
    const int64_t revision = pk_store_data_revision(fixture->store);
    save(fixture, 100, rows, 3);
    assert_int_equal(pk_store_data_revision(fixture->store), revision);
    struct pk_raised_list *list = load(fixture, 105);
    assert_int_equal(list->as_of_date, 100);
    assert_int_equal(list->count, 3);
    assert_string_equal(list->rows[0].item_id, "A");
    assert_string_equal(list->rows[0].action, "check");
    assert_string_equal(list->rows[2].item_id, "B");
    assert_int_equal(list->rows[2].value_micros, 7);
    assert_int_equal(list->rows[2].since_date, 90);
    assert_int_equal(list->rows[2].shown_date, PK_DATE_NONE);
    assert_int_equal(list->rows[2].shown_severity, 2);
    pk_raised_list_free(list);
}

static void test_a_review_sees_earlier_days_only(void **state)
{
    struct store_fixture *fixture = *state;
    const struct pk_raised early = raised("A", "reorder", 1), late = raised("A", "reorder", 2);
    save(fixture, 100, &early, 1);
    save(fixture, 102, &late, 1);
    struct pk_raised_list *list = load(fixture, 101);
    assert_int_equal(list->as_of_date, 100);
    assert_int_equal(list->rows[0].value_micros, 1);
    pk_raised_list_free(list);
}

static void test_a_second_review_of_a_day_replaces_the_first(void **state)
{
    struct store_fixture *fixture = *state;
    const struct pk_raised rows[] = {raised("A", "reorder", 1), raised("B", "reorder", 2)};
    save(fixture, 100, rows, 2);
    save(fixture, 100, rows + 1, 1);
    struct pk_raised_list *list = load(fixture, 100);
    assert_int_equal(list->count, 1);
    assert_string_equal(list->rows[0].item_id, "B");
    pk_raised_list_free(list);
}

static void test_a_review_that_found_nothing_closes_what_was_open(void **state)
{
    struct store_fixture *fixture = *state;
    const struct pk_raised row = raised("A", "reorder", 1);
    save(fixture, 100, &row, 1);
    save(fixture, 101, NULL, 0);
    struct pk_raised_list *list = load(fixture, 105);
    assert_int_equal(list->as_of_date, 101);
    assert_int_equal(list->count, 0);
    pk_raised_list_free(list);
}

static void test_only_the_latest_reviews_are_kept(void **state)
{
    struct store_fixture *fixture = *state;
    const struct pk_raised row = raised("A", "reorder", 1);
    for (int32_t date = 100; date <= 100 + PK_RAISED_DATE_COUNT_MAX; date++)
        save(fixture, date, &row, 1);
    struct pk_raised_list *list = load(fixture, 100);
    assert_int_equal(list->as_of_date, PK_DATE_NONE);
    pk_raised_list_free(list);
    list = load(fixture, 101);
    assert_int_equal(list->as_of_date, 101);
    assert_int_equal(list->count, 1);
    pk_raised_list_free(list);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, fixture_setup, fixture_teardown)
    const struct CMUnitTest tests[] = {
        TEST(test_a_store_without_reviews_has_none),
        TEST(test_what_a_review_left_is_found_by_the_next_one),
        TEST(test_a_review_sees_earlier_days_only),
        TEST(test_a_second_review_of_a_day_replaces_the_first),
        TEST(test_a_review_that_found_nothing_closes_what_was_open),
        TEST(test_only_the_latest_reviews_are_kept),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
