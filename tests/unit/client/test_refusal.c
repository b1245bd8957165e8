#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>
#include <google/rpc/status.pb-c.h>

#include "client/frame/refusal.h"

static void test_codes_become_the_status_that_has_a_remedy(void **state)
{
    (void)state;
    assert_int_equal(pk_refusal_status(0), PK_OK);
    assert_int_equal(pk_refusal_status(3), PK_INVALID_ARGUMENT);
    assert_int_equal(pk_refusal_status(5), PK_NOT_FOUND);
    assert_int_equal(pk_refusal_status(11), PK_INVALID_ARGUMENT);
    assert_int_equal(pk_refusal_status(12), PK_FAILED_PRECONDITION);
    assert_int_equal(pk_refusal_status(14), PK_UNAVAILABLE);
    assert_int_equal(pk_refusal_status(15), PK_DATA_LOSS);
    assert_int_equal(pk_refusal_status(16), PK_INTERNAL);
    assert_int_equal(pk_refusal_status(-1), PK_INTERNAL);
}

/* A packed status whose only detail is a BadRequest of that type URL. */
static size_t pack_status(const char *type_url, uint8_t out[256])
{
    Google__Rpc__BadRequest__FieldViolation violation =
        GOOGLE__RPC__BAD_REQUEST__FIELD_VIOLATION__INIT;
    Google__Rpc__BadRequest__FieldViolation *violations[] = {&violation};
    Google__Rpc__BadRequest request = GOOGLE__RPC__BAD_REQUEST__INIT;
    Google__Protobuf__Any detail = GOOGLE__PROTOBUF__ANY__INIT;
    Google__Protobuf__Any *details[] = {&detail};
    Google__Rpc__Status status = GOOGLE__RPC__STATUS__INIT;
    uint8_t packed[128];
    violation.field = (char *)"units";
    violation.description = (char *)"is negative";
    request.field_violations = violations;
    request.n_field_violations = 1;
    detail.type_url = (char *)(uintptr_t)type_url;
    detail.value.len = google__rpc__bad_request__pack(&request, packed);
    detail.value.data = packed;
    status.details = details;
    status.n_details = 1;
    return google__rpc__status__pack(&status, out);
}

static void test_violations_are_read_from_the_details(void **state)
{
    (void)state;
    uint8_t bytes[256];
    size_t size = pack_status("type.googleapis.com/google.rpc.BadRequest", bytes);
    Google__Rpc__BadRequest *refusal = pk_refusal_read(bytes, size);
    assert_non_null(refusal);
    assert_int_equal(refusal->n_field_violations, 1);
    assert_string_equal(refusal->field_violations[0]->field, "units");
    pk_refusal_free(refusal);
}

static void test_other_details_and_broken_bytes_are_no_refusal(void **state)
{
    (void)state;
    uint8_t bytes[256];
    size_t size = pack_status("type.googleapis.com/google.rpc.ErrorInfo", bytes);
    assert_null(pk_refusal_read(bytes, size));
    assert_null(pk_refusal_read(bytes, size - 1));
    pk_refusal_free(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_codes_become_the_status_that_has_a_remedy),
        cmocka_unit_test(test_violations_are_read_from_the_details),
        cmocka_unit_test(test_other_details_and_broken_bytes_are_no_refusal),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
