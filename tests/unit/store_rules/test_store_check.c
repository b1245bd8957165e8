/* What must hold of the whole store: the number of covariate names, and components without
 * circles. */
#include "tests/support/store/row_fixture.h"

#include "models/base/limits.h"
#include "service/store/rules/store_check.h"

static void test_one_covariate_name_more_than_the_limit_is_refused(void **state)
{
    (void)state;
    struct pk_error error;
    assert_int_equal(pk_covariate_names_check(PK_COVARIATE_NAME_COUNT_MAX, &error), PK_OK);
    assert_int_equal(pk_covariate_names_check(PK_COVARIATE_NAME_COUNT_MAX + 1, &error),
                     PK_RESOURCE_EXHAUSTED);
    assert_string_equal(error.field, "name");
    assert_non_null(strstr(error.message, "129 covariate names; at most 128 fit"));
}

/* Checks "ab bc": a holds b, b holds c; items are letters. Returns the item that is refused, 0 =
 * none. */
static char check(const char *edges)
{
    struct pk_component_edge list[64];
    struct pk_text ids[26];
    static const char letters[] = "abcdefghijklmnopqrstuvwxyz";
    struct pk_error error;
    size_t count = 0;
    for (size_t i = 0; i < 26; i++)
        ids[i] = (struct pk_text){&letters[i], 1};
    for (const char *at = edges; *at != '\0'; at += at[2] == ' ' ? 3 : 2)
        list[count++] =
            (struct pk_component_edge){(uint32_t)(at[0] - 'a'), (uint32_t)(at[1] - 'a')};
    const enum pk_status status = pk_components_check(list, count, ids, 26, &error);
    if (status == PK_OK)
        return 0;
    assert_int_equal(status, PK_FAILED_PRECONDITION);
    assert_string_equal(error.field, "component_item_id");
    assert_non_null(strstr(error.message, "would contain itself, or lie more than 8 levels deep"));
    return error.message[1];
}

static void test_a_part_of_several_parents_is_no_circle(void **state)
{
    (void)state;
    assert_int_equal(check(""), 0);
    assert_int_equal(check("ab ac bd cd"), 0);
}

static void test_no_item_is_part_of_itself_at_any_depth(void **state)
{
    (void)state;
    assert_int_equal(check("ab ba"), 'a');
    assert_int_equal(check("ab bc ca"), 'a');
    /* The shortest circle is named, though a longer one stands in front. */
    assert_int_equal(check("ab bc ca xy yx"), 'x');
    /* Whatever only leads into the circle is not at fault. */
    assert_int_equal(check("ab bc cb"), 'b');
}

static void test_eight_levels_are_the_limit(void **state)
{
    (void)state;
    assert_int_equal(PK_COMPONENT_DEPTH_MAX, 8);
    assert_int_equal(check("ab bc cd de ef fg gh hi"), 0);
    assert_int_equal(check("ab bc cd de ef fg gh hi ij"), 'a');
    /* A short way down does not hide a long one. */
    assert_int_equal(check("ab aj bc cd de ef fg gh hi ij"), 'a');
}

static void test_many_ways_down_are_walked_once(void **state)
{
    (void)state;
    /* Four items of each of eight levels hold all four of the next: 4^8 ways. */
    struct pk_component_edge edges[128];
    struct pk_text ids[36];
    size_t count = 0;
    for (uint32_t level = 0; level < 8; level++)
        for (uint32_t i = 0; i < 16; i++)
            edges[count++] = (struct pk_component_edge){level * 4 + i / 4, (level + 1) * 4 + i % 4};
    for (size_t i = 0; i < 36; i++)
        ids[i] = pk_text_from("x");
    assert_int_equal(pk_components_check(edges, count, ids, 36, NULL), PK_OK);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_one_covariate_name_more_than_the_limit_is_refused),
        cmocka_unit_test(test_a_part_of_several_parents_is_no_circle),
        cmocka_unit_test(test_no_item_is_part_of_itself_at_any_depth),
        cmocka_unit_test(test_eight_levels_are_the_limit),
        cmocka_unit_test(test_many_ways_down_are_walked_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
