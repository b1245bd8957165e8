#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "models/base/reason.h"

static void test_every_reason_has_a_code_and_both_sentences(void **state)
{
    (void)state;
    for (int reason = PK_REASON_NONE + 1; reason < PK_REASON_COUNT; reason++) {
        const char *code = pk_reason_code((enum pk_reason)reason);
        assert_true(code[0] != '\0');
        assert_int_equal(strspn(code, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_"), strlen(code));
        assert_true(pk_reason_sentence((enum pk_reason)reason, PK_LANGUAGE_ENGLISH)[0] != '\0');
        assert_true(pk_reason_sentence((enum pk_reason)reason, PK_LANGUAGE_CHINESE)[0] != '\0');
        assert_int_equal(pk_reason_from_code(pk_text_from(code)), reason);
    }
    assert_string_equal(pk_reason_code(PK_REASON_NONE), "");
    assert_string_equal(pk_reason_code(PK_REASON_COUNT), "");
    assert_int_equal(pk_reason_from_code(pk_text_from("no_stock")), PK_REASON_NONE);
}

static void test_document_lists_every_code_with_both_sentences(void **state)
{
    (void)state;
    static char text[65536];
    FILE *file = fopen(PK_SOURCE_DIR "/docs/reasons.md", "rb");
    assert_non_null(file);
    size_t size = fread(text, 1, sizeof text - 1, file);
    fclose(file);
    assert_true(size < sizeof text - 1);
    text[size] = '\0';
    for (int reason = PK_REASON_NONE + 1; reason < PK_REASON_COUNT; reason++) {
        char line[600];
        snprintf(line, sizeof line, "| `%s` | %s | %s |", pk_reason_code((enum pk_reason)reason),
                 pk_reason_sentence((enum pk_reason)reason, PK_LANGUAGE_ENGLISH),
                 pk_reason_sentence((enum pk_reason)reason, PK_LANGUAGE_CHINESE));
        if (strstr(text, line) == NULL)
            fail_msg("docs/reasons.md lacks: %s", line);
    }
}

static void assert_holds(const struct pk_reasons *list, size_t count, const enum pk_reason wanted[])
{
    assert_int_equal(list->count, count);
    for (size_t i = 0; i < count; i++)
        assert_int_equal(list->reasons[i], wanted[i]);
}

static void test_list_keeps_order_and_holds_each_once(void **state)
{
    (void)state;
    struct pk_reasons list = {0};
    pk_reasons_add(&list, PK_REASON_PACK_ROUNDED);
    pk_reasons_add(&list, PK_REASON_LATE_INBOUND);
    pk_reasons_add(&list, PK_REASON_PACK_ROUNDED);
    pk_reasons_add(&list, PK_REASON_NONE);
    assert_holds(&list, 2,
                 (const enum pk_reason[]){PK_REASON_PACK_ROUNDED, PK_REASON_LATE_INBOUND});
    pk_reasons_put_first(&list, PK_REASON_BELOW_NEED);
    assert_holds(&list, 3,
                 (const enum pk_reason[]){PK_REASON_BELOW_NEED, PK_REASON_PACK_ROUNDED,
                                          PK_REASON_LATE_INBOUND});
    pk_reasons_put_first(&list, PK_REASON_LATE_INBOUND);
    assert_holds(&list, 3,
                 (const enum pk_reason[]){PK_REASON_LATE_INBOUND, PK_REASON_BELOW_NEED,
                                          PK_REASON_PACK_ROUNDED});
    assert_true(pk_reasons_has(&list, PK_REASON_BELOW_NEED));
    assert_false(pk_reasons_has(&list, PK_REASON_NO_STOCK));
}

static void test_full_list_drops_the_least_important(void **state)
{
    (void)state;
    struct pk_reasons list = {0};
    for (int reason = 1; reason <= PK_REASON_LIST_MAX + 1; reason++)
        pk_reasons_add(&list, (enum pk_reason)reason);
    assert_int_equal(list.count, PK_REASON_LIST_MAX);
    assert_false(pk_reasons_has(&list, (enum pk_reason)(PK_REASON_LIST_MAX + 1)));
    pk_reasons_put_first(&list, PK_REASON_RETURN_RATE_HIGH);
    assert_int_equal(list.count, PK_REASON_LIST_MAX);
    assert_int_equal(list.reasons[0], PK_REASON_RETURN_RATE_HIGH);
    assert_int_equal(list.reasons[1], 1);
    assert_int_equal(list.reasons[PK_REASON_LIST_MAX - 1], PK_REASON_LIST_MAX - 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_reason_has_a_code_and_both_sentences),
        cmocka_unit_test(test_document_lists_every_code_with_both_sentences),
        cmocka_unit_test(test_list_keeps_order_and_holds_each_once),
        cmocka_unit_test(test_full_list_drops_the_least_important),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
