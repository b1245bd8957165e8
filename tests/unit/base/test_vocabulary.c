/* Words of the files: roles and phases are those that the datasets accept; each kind of promotion
 * has one row. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <string.h>

#include "models/base/campaign_kind.h"
#include "models/base/dataset.h"
#include "models/base/promotion_phase.h"
#include "models/base/role.h"

/* "a|b|c" of the words, as a dataset lists its choices; the nameless first one is left out. */
static void join(const struct pk_word *(*word_of)(int), int count, char *out, size_t size)
{
    size_t used = 0;
    for (int i = 1; i < count; i++)
        used += pk_text_format(out + used, size - used, "%s%s", i > 1 ? "|" : "", word_of(i)->name);
}

static const struct pk_word *role_at(int index)
{
    return pk_role_word((enum pk_role)index);
}

static const struct pk_word *phase_at(int index)
{
    return pk_promotion_phase_word((enum pk_promotion_phase)index);
}

static const char *choices_of(enum pk_dataset_kind kind, const char *name)
{
    const struct pk_dataset *dataset = pk_dataset_get(kind);
    return dataset->columns[pk_dataset_column(dataset, pk_text_from(name))].choices;
}

static void test_roles_and_phases_are_those_of_the_files(void **state)
{
    char text[100];
    (void)state;
    join(role_at, PK_ROLE_COUNT, text, sizeof text);
    assert_string_equal(text, choices_of(PK_DATASET_ITEMS, "role"));
    join(phase_at, PK_PHASE_COUNT, text, sizeof text);
    assert_string_equal(text, choices_of(PK_DATASET_PROMOTIONS, "phase"));
}

static void test_a_word_is_found_by_its_name_only(void **state)
{
    (void)state;
    for (int role = 0; role < PK_ROLE_COUNT; role++)
        assert_int_equal(pk_role_find(pk_text_from(role_at(role)->name)), role);
    for (int phase = 0; phase < PK_PHASE_COUNT; phase++)
        assert_int_equal(pk_promotion_phase_find(pk_text_from(phase_at(phase)->name)), phase);
    assert_int_equal(pk_role_find(pk_text_from("流量")), PK_ROLE_NONE);
    assert_int_equal(pk_promotion_phase_find(pk_text_from("warm-up")), PK_PHASE_NONE);
    assert_string_equal(pk_promotion_phase_word(PK_PHASE_WARMUP)->english, "warm-up");
    assert_string_equal(pk_promotion_phase_word(PK_PHASE_WARMUP)->chinese, "预热");
}

static void test_every_kind_has_one_row_with_names_and_a_lift(void **state)
{
    size_t count;
    const struct pk_campaign_kind *kinds = pk_campaign_kinds(&count);
    (void)state;
    for (size_t i = 0; i < count; i++) {
        const struct pk_campaign_kind *kind = &kinds[i];
        assert_ptr_equal(pk_campaign_kind_find(kind->word.name), kind);
        assert_true(strlen(kind->word.english) > 0 && strlen(kind->word.chinese) > 0);
        assert_true(kind->short_ratio >= kind->long_ratio && kind->long_ratio >= 1);
        assert_true((kind->first_year > 0) == (kind->main_day > 0));
        assert_true(kind->first_day <= kind->main_day);
        if (kind->first_year > 0)
            assert_true(kind->is_mega && (i == 0 || kinds[i - 1].main_day < kind->first_day));
    }
}

static void test_a_kind_of_the_shop_has_the_lift_of_other(void **state)
{
    (void)state;
    assert_null(pk_campaign_kind_find("fans_day"));
    assert_string_equal(pk_campaign_kind_typical("fans_day")->word.name, "other");
    assert_string_equal(pk_campaign_kind_typical("double11")->word.name, "double11");
    assert_false(pk_campaign_kind_is_mega("fans_day"));
    assert_false(pk_campaign_kind_is_mega("juhuasuan"));
    assert_true(pk_campaign_kind_is_mega("new_year_goods"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_roles_and_phases_are_those_of_the_files),
        cmocka_unit_test(test_a_word_is_found_by_its_name_only),
        cmocka_unit_test(test_every_kind_has_one_row_with_names_and_a_lift),
        cmocka_unit_test(test_a_kind_of_the_shop_has_the_lift_of_other),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
