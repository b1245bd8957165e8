/* Import and catalog without a wire: the calls of service/rpc are played by this file. */
#include "tests/support/store/store_fixture.h"

#include "peakstock/v1/catalog.pb-c.h"
#include "service/handlers/catalog_handler.h"

struct pk_rpc_call {
    const ProtobufCMessage *const *requests; /* NULL at the end */
    bool is_broken;                          /* the stream ends without an end */
    unsigned char *reply;
    size_t reply_size;
    int violation_count;
    char violations[2000];
    void *memory[4000];
    size_t memory_count;
};

enum pk_status pk_rpc_call_send(struct pk_rpc_call *call, const ProtobufCMessage *message,
                                struct pk_error *error)
{
    (void)error;
    free(call->reply);
    call->reply_size = protobuf_c_message_get_packed_size(message);
    call->reply = malloc(call->reply_size + 1);
    protobuf_c_message_pack(message, call->reply);
    return PK_OK;
}

enum pk_status pk_rpc_call_receive(struct pk_rpc_call *call, const ProtobufCMessage **out_message,
                                   struct pk_error *error)
{
    if (*call->requests == NULL && call->is_broken)
        return pk_error_set(error, PK_CANCELLED, "", "the stream broke off");
    *out_message = *call->requests;
    call->requests += *call->requests != NULL;
    return PK_OK;
}

void pk_rpc_call_violation(struct pk_rpc_call *call, const char *field, const char *format, ...)
{
    size_t used = strlen(call->violations);
    (void)format;
    call->violation_count++;
    snprintf(call->violations + used, sizeof call->violations - used, "%s;", field);
}

size_t pk_rpc_call_violation_count(const struct pk_rpc_call *call)
{
    return (size_t)call->violation_count;
}

void *pk_rpc_call_allocate(struct pk_rpc_call *call, size_t size)
{
    assert_true(call->memory_count < sizeof call->memory / sizeof call->memory[0]);
    return call->memory[call->memory_count++] = calloc(1, size);
}

static void call_done(struct pk_rpc_call *call)
{
    for (size_t i = 0; i < call->memory_count; i++)
        free(call->memory[i]);
    free(call->reply);
    memset(call, 0, sizeof *call);
}

static int change_count;

static void count_change(void *context)
{
    (void)context;
    change_count++;
}

/* A stream of sales: header, one batch of rows, trailer. */
struct sales_stream {
    Peakstock__V1__ImportHeader header;
    Peakstock__V1__ImportBatch batch;
    Peakstock__V1__ImportTrailer trailer;
    Peakstock__V1__ImportRequest parts[3];
    Peakstock__V1__SalesRow rows[3];
    Peakstock__V1__SalesRow *row_pointers[3];
    const ProtobufCMessage *requests[5];
};

static void make_stream(struct sales_stream *stream, char *request_id)
{
    static char items[3][2] = {"a", "b", "c"};
    peakstock__v1__import_header__init(&stream->header);
    peakstock__v1__import_batch__init(&stream->batch);
    peakstock__v1__import_trailer__init(&stream->trailer);
    stream->header.request_id = request_id;
    stream->header.kind = PEAKSTOCK__V1__IMPORT_KIND__IMPORT_KIND_SALES;
    stream->header.mode = PEAKSTOCK__V1__IMPORT_MODE__IMPORT_MODE_UPSERT;
    for (int i = 0; i < 3; i++) {
        peakstock__v1__sales_row__init(&stream->rows[i]);
        peakstock__v1__import_request__init(&stream->parts[i]);
        stream->rows[i].date_epoch_days = 20000;
        stream->rows[i].item_id = items[i];
        stream->rows[i].units = i + 1;
        stream->row_pointers[i] = &stream->rows[i];
        stream->requests[i] = &stream->parts[i].base;
    }
    stream->rows[2].paid_amount_case = PEAKSTOCK__V1__SALES_ROW__PAID_AMOUNT_PAID_AMOUNT_MICROS;
    stream->rows[2].paid_amount_micros = 5000000;
    stream->batch.sales = stream->row_pointers;
    stream->batch.n_sales = 3;
    stream->trailer.row_count = 3;
    stream->parts[0].part_case = PEAKSTOCK__V1__IMPORT_REQUEST__PART_HEADER;
    stream->parts[0].header = &stream->header;
    stream->parts[1].part_case = PEAKSTOCK__V1__IMPORT_REQUEST__PART_BATCH;
    stream->parts[1].batch = &stream->batch;
    stream->parts[2].part_case = PEAKSTOCK__V1__IMPORT_REQUEST__PART_TRAILER;
    stream->parts[2].trailer = &stream->trailer;
    stream->requests[3] = stream->requests[4] = NULL;
}

static enum pk_status run_import(struct store_fixture *fixture, struct sales_stream *stream,
                                 struct pk_rpc_call *call)
{
    struct pk_history_context context = {.store = fixture->store, .changed = count_change};
    call->requests = stream->requests;
    return pk_history_methods[0].handle(&context, call, NULL, &fixture->error);
}

static void test_a_whole_stream_is_imported_and_wakes_the_refit(void **state)
{
    struct sales_stream stream;
    struct pk_rpc_call call = {.requests = NULL};
    change_count = 0;
    make_stream(&stream, (char[]){"one"});
    assert_int_equal(run_import(*state, &stream, &call), PK_OK);
    Peakstock__V1__ImportResponse *response =
        peakstock__v1__import_response__unpack(NULL, call.reply_size, call.reply);
    assert_int_equal(response->inserted_row_count, 3);
    assert_int_equal(response->created_item_count, 3);
    assert_int_equal(response->data_revision, 1);
    assert_int_equal(change_count, 1);
    peakstock__v1__import_response__free_unpacked(response, NULL);
    call_done(&call);
    assert_int_equal(run_import(*state, &stream, &call), PK_OK);
    response = peakstock__v1__import_response__unpack(NULL, call.reply_size, call.reply);
    assert_true(response->replayed);
    assert_int_equal(change_count, 1);
    peakstock__v1__import_response__free_unpacked(response, NULL);
    call_done(&call);
}

/* Changes a good stream, expects the status, and that nothing was stored. */
static void expect_refusal(void **state, struct sales_stream *stream, enum pk_status expected,
                           const char *violations)
{
    struct store_fixture *fixture = *state;
    struct pk_rpc_call call = {.is_broken = expected == PK_CANCELLED};
    assert_int_equal(run_import(fixture, stream, &call), expected);
    assert_string_equal(call.violations, violations);
    assert_null(call.reply);
    assert_int_equal(pk_store_data_revision(fixture->store), 0);
    call_done(&call);
}

static void test_streams_out_of_order_change_nothing(void **state)
{
    struct sales_stream stream;
    make_stream(&stream, (char[]){"one"});
    stream.requests[0] = NULL;
    expect_refusal(state, &stream, PK_INVALID_ARGUMENT, "");
    make_stream(&stream, (char[]){"one"});
    stream.requests[0] = &stream.parts[1].base;
    expect_refusal(state, &stream, PK_INVALID_ARGUMENT, "");
    make_stream(&stream, (char[]){"one"});
    stream.requests[1] = &stream.parts[0].base;
    expect_refusal(state, &stream, PK_INVALID_ARGUMENT, "");
    make_stream(&stream, (char[]){"one"});
    stream.requests[2] = NULL;
    expect_refusal(state, &stream, PK_INVALID_ARGUMENT, "");
    expect_refusal(state, &stream, PK_CANCELLED, "");
    make_stream(&stream, (char[]){"one"});
    stream.requests[3] = &stream.parts[1].base;
    expect_refusal(state, &stream, PK_INVALID_ARGUMENT, "");
    make_stream(&stream, (char[]){"one"});
    stream.trailer.row_count = 2;
    expect_refusal(state, &stream, PK_INVALID_ARGUMENT, "");
}

static void test_all_violations_of_a_stream_come_at_once(void **state)
{
    struct sales_stream stream;
    char *columns[] = {(char[]){"date"}, (char[]){"colour"}, (char[]){"size"}};
    make_stream(&stream, (char[]){"one"});
    stream.header.kind = 77;
    stream.header.complete_through_date = (char[]){"yesterday"};
    expect_refusal(state, &stream, PK_INVALID_ARGUMENT,
                   "header.kind;header.complete_through_date;");
    make_stream(&stream, (char[]){""});
    stream.header.snapshot = true;
    expect_refusal(state, &stream, PK_INVALID_ARGUMENT, "header.request_id;header.snapshot;");
    make_stream(&stream, (char[]){"one"});
    stream.batch.column_names = columns;
    stream.batch.n_column_names = 3;
    expect_refusal(state, &stream, PK_INVALID_ARGUMENT,
                   "batches[0].column_names[1];batches[0].column_names[2];");
    make_stream(&stream, (char[]){"one"});
    stream.header.kind = PEAKSTOCK__V1__IMPORT_KIND__IMPORT_KIND_ITEMS;
    expect_refusal(state, &stream, PK_INVALID_ARGUMENT, "batches[0].sales;");
    make_stream(&stream, (char[]){"one"});
    stream.rows[0].units = -1;
    stream.rows[2].date_epoch_days = 0;
    expect_refusal(state, &stream, PK_INVALID_ARGUMENT, "rows[0].units;rows[2].date;");
}

static void test_only_the_named_columns_are_changed(void **state)
{
    struct store_fixture *fixture = *state;
    struct sales_stream stream;
    struct pk_rpc_call call = {.requests = NULL};
    char *columns[] = {(char[]){"date"}, (char[]){"item_id"}, (char[]){"units"}};
    make_stream(&stream, (char[]){"one"});
    assert_int_equal(run_import(fixture, &stream, &call), PK_OK);
    call_done(&call);
    make_stream(&stream, (char[]){"two"});
    stream.batch.column_names = columns;
    stream.batch.n_column_names = 3;
    stream.rows[2].paid_amount_micros = 1;
    stream.rows[2].units = 9;
    assert_int_equal(run_import(fixture, &stream, &call), PK_OK);
    call_done(&call);
    struct pk_shop_data *data = fixture_load(fixture, PK_DATE_NONE);
    assert_int_equal(data->sales.buckets[2].paid_amount_micros, 5000000);
    assert_float_equal(data->sales.buckets[2].demand_units, 9, 0);
    pk_shop_data_free(data);
}

static const struct pk_rpc_method *find_method(const char *name)
{
    for (size_t i = 0; i < pk_catalog_method_count; i++)
        if (strcmp(pk_catalog_methods[i].name, name) == 0)
            return &pk_catalog_methods[i];
    return NULL;
}

static void test_sales_are_listed_page_by_page(void **state)
{
    struct store_fixture *fixture = *state;
    struct pk_history_context context = {.store = fixture->store};
    struct pk_rpc_call call = {.requests = NULL};
    Peakstock__V1__ListSalesRequest request = PEAKSTOCK__V1__LIST_SALES_REQUEST__INIT;
    Peakstock__V1__PageRequest page = PEAKSTOCK__V1__PAGE_REQUEST__INIT;
    fixture_import(fixture, PK_DATASET_SALES,
                   ROWS("date=2026-03-01,item_id=a,units=1,paid_amount=2,available_ratio=0",
                        "date=2026-03-01,item_id=b,units=2"));
    request.page = &page;
    page.page_size = 1;
    assert_int_equal(
        find_method("ListSales")->handle(&context, &call, &request.base, &fixture->error), PK_OK);
    Peakstock__V1__ListSalesResponse *first =
        peakstock__v1__list_sales_response__unpack(NULL, call.reply_size, call.reply);
    assert_int_equal(first->n_rows, 1);
    assert_string_equal(first->rows[0]->item_id, "a");
    assert_int_equal(first->rows[0]->paid_amount_micros, 2000000);
    assert_int_equal(first->rows[0]->available_case,
                     PEAKSTOCK__V1__SALES_ROW__AVAILABLE_AVAILABLE_RATIO);
    page.page_token = first->page->next_page_token;
    assert_int_equal(
        find_method("ListSales")->handle(&context, &call, &request.base, &fixture->error), PK_OK);
    Peakstock__V1__ListSalesResponse *second =
        peakstock__v1__list_sales_response__unpack(NULL, call.reply_size, call.reply);
    assert_string_equal(second->rows[0]->item_id, "b");
    assert_int_equal(second->rows[0]->paid_amount_case,
                     PEAKSTOCK__V1__SALES_ROW__PAID_AMOUNT__NOT_SET);
    assert_string_equal(second->page->next_page_token, "");
    peakstock__v1__list_sales_response__free_unpacked(first, NULL);
    peakstock__v1__list_sales_response__free_unpacked(second, NULL);
    call_done(&call);
}

static void test_wrong_requests_of_lists_are_refused(void **state)
{
    struct store_fixture *fixture = *state;
    struct pk_history_context context = {.store = fixture->store};
    struct pk_rpc_call call = {.requests = NULL};
    Peakstock__V1__ListItemsRequest request = PEAKSTOCK__V1__LIST_ITEMS_REQUEST__INIT;
    Peakstock__V1__PageRequest page = PEAKSTOCK__V1__PAGE_REQUEST__INIT;
    Peakstock__V1__CatalogFilter filter = PEAKSTOCK__V1__CATALOG_FILTER__INIT;
    Peakstock__V1__GetItemRequest get = PEAKSTOCK__V1__GET_ITEM_REQUEST__INIT;
    request.page = &page;
    request.filter = &filter;
    page.page_size = PK_PAGE_SIZE_MAX + 1;
    filter.from_date = (char[]){"2026/03/01"};
    assert_int_equal(
        find_method("ListItems")->handle(&context, &call, &request.base, &fixture->error),
        PK_INVALID_ARGUMENT);
    assert_string_equal(call.violations, "page.page_size;filter.from_date;");
    call_done(&call);
    page.page_size = PK_PAGE_SIZE_MAX;
    filter.from_date = (char[]){""};
    filter.item_id = (char[]){"nobody"};
    assert_int_equal(
        find_method("ListItems")->handle(&context, &call, &request.base, &fixture->error),
        PK_NOT_FOUND);
    get.item_id = (char[]){"nobody"};
    assert_int_equal(find_method("GetItem")->handle(&context, &call, &get.base, &fixture->error),
                     PK_NOT_FOUND);
    get.item_id = (char[]){""};
    assert_int_equal(find_method("GetItem")->handle(&context, &call, &get.base, &fixture->error),
                     PK_INVALID_ARGUMENT);
    fixture_import(fixture, PK_DATASET_ITEMS, ROWS("item_id=nobody,name=Somebody"));
    get.item_id = (char[]){"nobody"};
    assert_int_equal(find_method("GetItem")->handle(&context, &call, &get.base, &fixture->error),
                     PK_OK);
    Peakstock__V1__GetItemResponse *response =
        peakstock__v1__get_item_response__unpack(NULL, call.reply_size, call.reply);
    assert_string_equal(response->item->name, "Somebody");
    peakstock__v1__get_item_response__free_unpacked(response, NULL);
    call_done(&call);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, fixture_setup, fixture_teardown)
        TEST(test_a_whole_stream_is_imported_and_wakes_the_refit),
        TEST(test_streams_out_of_order_change_nothing),
        TEST(test_all_violations_of_a_stream_come_at_once),
        TEST(test_only_the_named_columns_are_changed),
        TEST(test_sales_are_listed_page_by_page),
        TEST(test_wrong_requests_of_lists_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
