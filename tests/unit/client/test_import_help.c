#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "client/import/import_help.h"
#include "models/base/dataset.h"

/* Free with free(). */
static char *help_of(const char *kind)
{
    char *text = NULL;
    size_t size = 0;
    FILE *stream = open_memstream(&text, &size);
    pk_import_help_print(stream, kind);
    fclose(stream);
    return text;
}

static void test_without_a_kind_all_kinds_are_listed(void **state)
{
    (void)state;
    const char *const words[] = {NULL, "sailes"};
    for (size_t w = 0; w < sizeof words / sizeof *words; w++) {
        char *text = help_of(words[w]);
        for (int kind = 0; kind < PK_DATASET_COUNT; kind++) {
            char line[64];
            pk_text_format(line, sizeof line, "\n  %s ",
                           pk_dataset_get((enum pk_dataset_kind)kind)->name);
            assert_non_null(strstr(text, line));
        }
        assert_non_null(strstr(text, "\n  online-retail "));
        free(text);
    }
}

static void test_every_column_of_a_kind_is_listed_and_required_ones_are_marked(void **state)
{
    (void)state;
    for (int kind = 0; kind < PK_DATASET_COUNT; kind++) {
        const struct pk_dataset *dataset = pk_dataset_get((enum pk_dataset_kind)kind);
        char *text = help_of(dataset->name);
        for (size_t i = 0; i < dataset->column_count; i++) {
            char line[64];
            pk_text_format(line, sizeof line, "\n%c %s ",
                           dataset->columns[i].presence == PK_COLUMN_REQUIRED ? '*' : ' ',
                           dataset->columns[i].name);
            assert_non_null(strstr(text, line));
        }
        assert_non_null(strstr(text, "\n  op "));
        free(text);
    }
}

static void test_a_column_tells_its_form_its_default_and_its_other_headers(void **state)
{
    (void)state;
    char *text = help_of("sales");
    assert_non_null(strstr(text, "* units                      whole number; 支付件数|"));
    assert_non_null(strstr(text, "  warehouse_id               id (main); 仓库|"));
    free(text);
    text = help_of("inbound");
    assert_non_null(strstr(text, "planned|ordered|confirmed|shipped|arrived (ordered); "));
    free(text);
}

static void test_raw_invoices_have_the_columns_of_their_data_set(void **state)
{
    (void)state;
    char *text = help_of("online-retail");
    assert_non_null(strstr(text, "* StockCode\n"));
    assert_non_null(strstr(text, "  Description\n"));
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_without_a_kind_all_kinds_are_listed),
        cmocka_unit_test(test_every_column_of_a_kind_is_listed_and_required_ones_are_marked),
        cmocka_unit_test(test_a_column_tells_its_form_its_default_and_its_other_headers),
        cmocka_unit_test(test_raw_invoices_have_the_columns_of_their_data_set),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
