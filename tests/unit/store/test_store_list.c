#include "tests/support/store/store_fixture.h"

#define SALES PK_DATASET_SALES

/* Writes the values of the key columns of every row shown, rows ended by ';'. */
struct transcript {
    const struct pk_dataset *dataset;
    char text[4096];
    int row_count;
};

static enum pk_status note_row(void *context, const struct pk_record *record,
                               struct pk_error *error)
{
    struct transcript *transcript = context;
    (void)error;
    for (size_t i = 0; i < transcript->dataset->column_count; i++) {
        const struct pk_cell *cell = &record->cells[i];
        size_t used = strlen(transcript->text);
        char *at = transcript->text + used;
        size_t size = sizeof transcript->text - used;
        if (!transcript->dataset->columns[i].is_key)
            continue;
        if (transcript->dataset->columns[i].type == PK_COLUMN_DATE)
            snprintf(at, size, "%lld ", cell->state == PK_CELL_SET ? (long long)cell->integer : -1);
        else
            snprintf(at, size, "%.*s ", (int)cell->text.size, cell->text.bytes);
    }
    strncat(transcript->text, ";", 2);
    transcript->row_count++;
    return PK_OK;
}

/* All pages of a list, `limit` rows each. */
static struct transcript list_all(struct store_fixture *fixture, enum pk_dataset_kind kind,
                                  const struct pk_list_filter *filter, int32_t limit,
                                  int *out_page_count)
{
    struct transcript transcript = {.dataset = pk_dataset_get(kind)};
    char token[PK_PAGE_TOKEN_SIZE] = "";
    *out_page_count = 0;
    do {
        char next[PK_PAGE_TOKEN_SIZE];
        if (pk_store_list(fixture->store, kind, filter, token, limit, note_row, &transcript, next,
                          &fixture->error) != PK_OK)
            fail_msg("%s", fixture->error.message);
        snprintf(token, sizeof token, "%s", next);
        (*out_page_count)++;
    } while (token[0] != '\0');
    return transcript;
}

static const struct pk_list_filter everything = {"", "", PK_DATE_NONE, PK_DATE_NONE};

static void test_pages_put_together_are_the_whole_list(void **state)
{
    static const struct {
        enum pk_dataset_kind kind;
        const char *rows[6];
    } cases[] = {
        {PK_DATASET_ITEMS, {"item_id=a", "item_id=b|%", "item_id=中文", "item_id=d", NULL}},
        {PK_DATASET_SUPPLY,
         {"item_id=a,lead_time_days=1", "item_id=a,lead_time_days=1,supplier_id=s",
          "item_id=a,lead_time_days=1,warehouse_id=w", "item_id=b,lead_time_days=1", NULL}},
        {PK_DATASET_STOCK,
         {"date=2026-03-01,item_id=a,on_hand_units=1",
          "date=2026-03-01,item_id=a,on_hand_units=1,received_date=2026-02-01",
          "date=2026-03-02,item_id=a,on_hand_units=1", "date=2026-03-01,item_id=b,on_hand_units=1",
          NULL}},
        {PK_DATASET_INBOUND,
         {"order_id=1,item_id=a,units=1,eta_date=2026-03-01",
          "order_id=1,item_id=a,units=1,eta_date=2026-03-01,line=2",
          "order_id=2,item_id=a,units=1,eta_date=2026-03-01",
          "order_id=3,item_id=b,units=0,eta_date=2026-03-01", NULL}},
        {PK_DATASET_PROMOTIONS,
         {"promotion_id=p,start_date=2026-03-01,end_date=2026-03-02",
          "promotion_id=p,start_date=2026-03-03,end_date=2026-03-04",
          "promotion_id=p,start_date=2026-03-05,end_date=2026-03-06",
          "promotion_id=q,start_date=2026-03-03,end_date=2026-03-04", NULL}},
        {PK_DATASET_PRICES,
         {"date=2026-03-01,item_id=a,price=1", "date=2026-03-02,item_id=a,price=1",
          "date=2026-03-02,item_id=a,price=1,channel=c", "date=2026-03-02,item_id=b,price=1",
          NULL}},
        {PK_DATASET_COVARIATES,
         {"date=2026-03-01,name=x,value=1", "date=2026-03-01,name=x,value=1,category=tea",
          "date=2026-03-01,name=y,value=1", "date=2026-03-02,name=x,value=1,item_id=a", NULL}},
        {PK_DATASET_COMPONENTS,
         {"parent_item_id=a,component_item_id=b,units=1",
          "parent_item_id=a,component_item_id=c,units=1",
          "parent_item_id=a,component_item_id=c,units=1,promotion_id=p",
          "parent_item_id=d,component_item_id=b,units=2", NULL}},
        {PK_DATASET_CLOSURES,
         {"party_kind=supplier,party_id=s,start_date=2026-03-01,end_date=2026-03-02",
          "party_kind=supplier,party_id=s,start_date=2026-03-03,end_date=2026-03-04",
          "party_kind=supplier,party_id=t,start_date=2026-03-01,end_date=2026-03-02",
          "party_kind=warehouse,party_id=s,start_date=2026-03-01,end_date=2026-03-02", NULL}},
        {PK_DATASET_TARGETS,
         {"period_start=2026-03-01,period_end=2026-03-31,metric=gmv,value=1",
          "period_start=2026-03-01,period_end=2026-03-31,metric=units,value=1",
          "period_start=2026-03-01,period_end=2026-03-31,metric=units,value=1,category=tea",
          "period_start=2026-04-01,period_end=2026-04-30,metric=gmv,value=1", NULL}},
        {SALES,
         {"date=2026-03-01,item_id=b,units=1", "date=2026-03-01,item_id=a,units=1",
          "date=2026-03-02,item_id=a,units=1", "date=2026-03-02,item_id=a,units=1,channel=c",
          NULL}},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        int page_count;
        fixture_import(*state, cases[i].kind, cases[i].rows);
        struct transcript whole = list_all(*state, cases[i].kind, &everything, 100, &page_count);
        assert_int_equal(page_count, 1);
        assert_true(whole.row_count >= 4);
        for (int32_t limit = 1; limit <= whole.row_count; limit++) {
            struct transcript pages =
                list_all(*state, cases[i].kind, &everything, limit, &page_count);
            assert_string_equal(pages.text, whole.text);
            assert_int_equal(page_count, (whole.row_count + limit - 1) / limit);
        }
    }
}

static void test_sales_are_listed_by_date_then_by_key(void **state)
{
    char expected[256];
    int page_count, first = day("2026-03-01");
    fixture_import(*state, SALES,
                   ROWS("date=2026-03-02,item_id=b,units=1", "date=2026-03-01,item_id=c,units=1",
                        "date=2026-03-01,item_id=a,units=1,warehouse_id=z",
                        "date=2026-03-01,item_id=a,units=1,warehouse_id=m"));
    snprintf(expected, sizeof expected,
             "%d a m default ;%d a z default ;%d c main default ;%d b main default ;", first, first,
             first, first + 1);
    assert_string_equal(list_all(*state, SALES, &everything, 2, &page_count).text, expected);
    assert_int_equal(page_count, 2);
}

static void test_filters_narrow_a_list(void **state)
{
    int page_count;
    fixture_import(*state, SALES,
                   ROWS("date=2026-03-01,item_id=a,units=1", "date=2026-03-02,item_id=a,units=1",
                        "date=2026-03-03,item_id=a,units=1", "date=2026-03-02,item_id=b,units=1",
                        "date=2026-03-02,item_id=a,units=1,warehouse_id=w"));
    fixture_import(*state, PK_DATASET_PROMOTIONS,
                   ROWS("promotion_id=p,start_date=2026-03-01,end_date=2026-03-05",
                        "promotion_id=q,start_date=2026-03-06,end_date=2026-03-07"));
    struct pk_list_filter filter = {"a", "", day("2026-03-02"), PK_DATE_NONE};
    assert_int_equal(list_all(*state, SALES, &filter, 1, &page_count).row_count, 3);
    filter.warehouse_id = "w";
    assert_int_equal(list_all(*state, SALES, &filter, 9, &page_count).row_count, 1);
    filter = (struct pk_list_filter){"", "main", PK_DATE_NONE, day("2026-03-02")};
    assert_int_equal(list_all(*state, SALES, &filter, 2, &page_count).row_count, 3);
    filter = (struct pk_list_filter){"", "", day("2026-03-05"), day("2026-03-05")};
    assert_int_equal(list_all(*state, PK_DATASET_PROMOTIONS, &filter, 9, &page_count).row_count, 1);
    filter = (struct pk_list_filter){"b", "w", day("2026-03-05"), PK_DATE_NONE};
    assert_int_equal(list_all(*state, PK_DATASET_ITEMS, &filter, 9, &page_count).row_count, 1);
}

static void test_a_token_of_somebody_else_is_refused(void **state)
{
    static const char *const tokens[] = {"x",         "items",      "items|",      "items|a",
                                         "items|a|b", "items|a|0|", "items|%zz|0", "sales|a|0"};
    struct store_fixture *fixture = *state;
    struct transcript transcript = {.dataset = pk_dataset_get(PK_DATASET_ITEMS)};
    char next[PK_PAGE_TOKEN_SIZE];
    for (size_t i = 0; i < sizeof tokens / sizeof tokens[0]; i++)
        assert_int_equal(pk_store_list(fixture->store, PK_DATASET_ITEMS, &everything, tokens[i], 5,
                                       note_row, &transcript, next, &fixture->error),
                         PK_INVALID_ARGUMENT);
}

static void test_unknown_ids_are_told_apart(void **state)
{
    struct store_fixture *fixture = *state;
    fixture_import(fixture, SALES, ROWS("date=2026-03-02,item_id=b,units=1"));
    assert_int_equal(pk_store_check_ids(fixture->store, "b", "main", NULL), PK_OK);
    assert_int_equal(pk_store_check_ids(fixture->store, "", "", NULL), PK_OK);
    assert_int_equal(pk_store_check_ids(fixture->store, "B", "", &fixture->error), PK_NOT_FOUND);
    assert_string_equal(fixture->error.field, "item_id");
    assert_int_equal(pk_store_check_ids(fixture->store, "b", "x", &fixture->error), PK_NOT_FOUND);
    assert_string_equal(fixture->error.field, "warehouse_id");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, fixture_setup, fixture_teardown)
        TEST(test_pages_put_together_are_the_whole_list),
        TEST(test_sales_are_listed_by_date_then_by_key),
        TEST(test_filters_narrow_a_list),
        TEST(test_a_token_of_somebody_else_is_refused),
        TEST(test_unknown_ids_are_told_apart),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
