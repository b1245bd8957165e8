#include <google/rpc/error_details.pb-c.h>
#include <google/rpc/status.pb-c.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "service/rpc/message_memory.h"
#include "service/rpc/wire.h"

static enum pk_status check(const char *bytes, size_t size, struct pk_error *error)
{
    return pk_rpc_wire_check(&google__rpc__bad_request__descriptor, (const uint8_t *)bytes, size,
                             error);
}

#define CHECK(literal, error) check(literal, sizeof(literal) - 1, error)

static void test_good_text_passes(void **state)
{
    (void)state;
    struct pk_error error = {0};
    assert_int_equal(CHECK("", &error), PK_OK);
    assert_int_equal(CHECK("\x0a\x05\x0a\x03\xe4\xbb\x93", &error), PK_OK);
    assert_int_equal(error.status, PK_OK);
}

static void test_a_bad_string_is_named_with_its_path(void **state)
{
    (void)state;
    struct pk_error error = {0};
    assert_int_equal(CHECK("\x0a\x03\x0a\x01x\x0a\x03\x12\x01\xff", &error), PK_INVALID_ARGUMENT);
    assert_string_equal(error.field, "field_violations[1].description");
    assert_int_equal(CHECK("\x0a\x05\x0a\x03x\0y", &error), PK_INVALID_ARGUMENT);
    assert_string_equal(error.field, "field_violations[0].field");
}

static void test_unknown_fields_may_hold_anything(void **state)
{
    (void)state;
    assert_int_equal(CHECK("\x1a\x02\xff\0\x20\x05\x29"
                           "12345678\x35"
                           "1234",
                           NULL),
                     PK_OK);
}

static void test_every_cut_of_a_message_is_refused_or_a_shorter_message(void **state)
{
    (void)state;
    static const char whole[] = "\x0a\x06\x0a\x01x\x12\x01y\x0a\x03\x0a\x01z";
    for (size_t size = 0; size < sizeof whole - 1; size++) {
        enum pk_status wanted = size == 0 || size == 8 ? PK_OK : PK_INVALID_ARGUMENT;
        uint8_t cut[sizeof whole];
        memcpy(cut, whole, size);
        assert_int_equal(pk_rpc_wire_check(&google__rpc__bad_request__descriptor, cut, size, NULL),
                         wanted);
    }
}

static void test_bytes_that_are_no_fields_are_refused(void **state)
{
    (void)state;
    assert_int_equal(CHECK("\0", NULL), PK_INVALID_ARGUMENT);       /* field number 0 */
    assert_int_equal(CHECK("\x0b\x0c", NULL), PK_INVALID_ARGUMENT); /* a group */
    assert_int_equal(CHECK("\x0f", NULL), PK_INVALID_ARGUMENT);     /* wire type 7 */
    assert_int_equal(CHECK("\x0a\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01", NULL),
                     PK_INVALID_ARGUMENT); /* longer than anything */
    assert_int_equal(CHECK("\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01", NULL),
                     PK_INVALID_ARGUMENT); /* an endless number */
}

/* A message that may hold itself, for want of one in the product: depth is a property of the
 * descriptor. */
static ProtobufCFieldDescriptor loop_field;
static const unsigned loop_index[] = {0};
static const ProtobufCIntRange loop_range[] = {{1, 0}, {0, 1}};
static const ProtobufCMessageDescriptor loop = {.magic = PROTOBUF_C__MESSAGE_DESCRIPTOR_MAGIC,
                                                .name = "Loop",
                                                .short_name = "Loop",
                                                .sizeof_message = sizeof(ProtobufCMessage),
                                                .n_fields = 1,
                                                .fields = &loop_field,
                                                .fields_sorted_by_name = loop_index,
                                                .n_field_ranges = 1,
                                                .field_ranges = loop_range};

static enum pk_status check_depth(int depth)
{
    uint8_t bytes[2 * (PK_RPC_MESSAGE_DEPTH_MAX + 2)];
    size_t size = 0;
    loop_field = (ProtobufCFieldDescriptor){.name = "inner",
                                            .id = 1,
                                            .label = PROTOBUF_C_LABEL_NONE,
                                            .type = PROTOBUF_C_TYPE_MESSAGE,
                                            .descriptor = &loop};
    for (int level = depth - 1; level > 0; level--) {
        bytes[size++] = 0x0a;
        bytes[size++] = (uint8_t)(2 * (level - 1));
    }
    return pk_rpc_wire_check(&loop, bytes, size, NULL);
}

static void test_nesting_is_bounded(void **state)
{
    (void)state;
    assert_int_equal(check_depth(PK_RPC_MESSAGE_DEPTH_MAX), PK_OK);
    assert_int_equal(check_depth(PK_RPC_MESSAGE_DEPTH_MAX + 1), PK_INVALID_ARGUMENT);
}

static void test_a_message_that_outgrows_its_memory_is_refused(void **state)
{
    (void)state;
    uint8_t bytes[4000];
    for (size_t i = 0; i < sizeof bytes; i += 2) {
        bytes[i] = 0x0a; /* an empty violation: 2 bytes here, 40 and more in memory */
        bytes[i + 1] = 0;
    }
    struct pk_rpc_message_memory memory;
    pk_rpc_message_memory_init(&memory, 20000);
    assert_null(protobuf_c_message_unpack(&google__rpc__bad_request__descriptor, &memory.allocator,
                                          sizeof bytes, bytes));
    assert_true(memory.is_exhausted);
    pk_rpc_message_memory_done(&memory);
    pk_rpc_message_memory_init(&memory, 1000000);
    const Google__Rpc__BadRequest *message =
        (const Google__Rpc__BadRequest *)protobuf_c_message_unpack(
            &google__rpc__bad_request__descriptor, &memory.allocator, sizeof bytes, bytes);
    assert_non_null(message);
    assert_int_equal(message->n_field_violations, sizeof bytes / 2);
    pk_rpc_message_memory_done(&memory);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_good_text_passes),
        cmocka_unit_test(test_a_bad_string_is_named_with_its_path),
        cmocka_unit_test(test_unknown_fields_may_hold_anything),
        cmocka_unit_test(test_every_cut_of_a_message_is_refused_or_a_shorter_message),
        cmocka_unit_test(test_bytes_that_are_no_fields_are_refused),
        cmocka_unit_test(test_nesting_is_bounded),
        cmocka_unit_test(test_a_message_that_outgrows_its_memory_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
