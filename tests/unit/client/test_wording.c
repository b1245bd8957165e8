#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "client/output/wording.h"
#include "client/output/wording_tables.h"
#include "models/base/campaign_kind.h"
#include "models/base/promotion_phase.h"
#include "models/base/role.h"

static void test_words_are_found_by_key_and_sentences_by_reason(void **state)
{
    (void)state;
    assert_string_equal(pk_wording("AMBER", true), "黄");
    assert_string_equal(pk_wording("yes", false), "yes");
    assert_string_equal(pk_wording("order_units", false), "order");
    assert_string_equal(pk_wording("never heard of", true), "never heard of");
    assert_string_equal(pk_wording_reason("FROM_A_NEWER_SERVICE", true), "FROM_A_NEWER_SERVICE");
}

static void test_roles_phases_and_kinds_have_the_words_of_the_models(void **state)
{
    (void)state;
    size_t count = 0;
    const struct pk_campaign_kind *kinds = pk_campaign_kinds(&count);
    for (size_t i = 0; i < count; i++)
        assert_string_equal(pk_wording(kinds[i].word.name, true), kinds[i].word.chinese);
    for (int phase = PK_PHASE_NONE + 1; phase < PK_PHASE_COUNT; phase++) {
        const struct pk_word *word = pk_promotion_phase_word((enum pk_promotion_phase)phase);
        assert_string_equal(pk_wording(word->name, false), word->english);
        assert_string_equal(pk_wording(word->name, true), word->chinese);
    }
    for (int role = PK_ROLE_NONE + 1; role < PK_ROLE_COUNT; role++) {
        const struct pk_word *word = pk_role_word((enum pk_role)role);
        assert_string_equal(pk_wording(word->name, false), word->english);
        assert_string_equal(pk_wording(word->name, true), word->chinese);
    }
}

/* How many tables and rows say what a key is called. */
static size_t count_of(const char *key)
{
    size_t count = 0;
    for (size_t i = 0; i < pk_wording_headings.count; i++)
        count += strcmp(pk_wording_headings.words[i].name, key) == 0;
    for (size_t t = 0; t < PK_WORDING_WORD_TABLE_COUNT; t++)
        for (size_t i = 0; i < pk_wording_words[t].count; i++)
            count += strcmp(pk_wording_words[t].words[i].name, key) == 0;
    return count;
}

static void test_a_key_stands_in_one_table_only(void **state)
{
    (void)state;
    for (size_t i = 0; i < pk_wording_headings.count; i++)
        assert_int_equal(count_of(pk_wording_headings.words[i].name), 1);
    for (size_t t = 0; t < PK_WORDING_WORD_TABLE_COUNT; t++)
        for (size_t i = 0; i < pk_wording_words[t].count; i++)
            assert_int_equal(count_of(pk_wording_words[t].words[i].name), 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_words_are_found_by_key_and_sentences_by_reason),
        cmocka_unit_test(test_roles_phases_and_kinds_have_the_words_of_the_models),
        cmocka_unit_test(test_a_key_stands_in_one_table_only),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
