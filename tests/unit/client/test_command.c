#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "client/frame/command_line.h"
#include "models/base/date.h"

/* What the command saw, copied out of its context. */
static struct {
    int run_count;
    enum pk_format format;
    char server[64], output_path[64], text[64], date_text[16], arguments[128];
    bool quiet, has_flag;
    double timeout_seconds, ratio;
    int64_t count, id_count;
    enum pk_language language;
    enum pk_status status_to_return;
    bool misuse, bad_rows;
} seen;

static enum pk_status run_probe(struct pk_command_context *context, struct pk_error *error)
{
    size_t id_count = 0;
    seen.run_count++;
    seen.format = context->format;
    pk_text_format(seen.server, sizeof seen.server, "%s", context->server);
    pk_text_format(seen.output_path, sizeof seen.output_path, "%s",
                   context->output_path == NULL ? "(stdout)" : context->output_path);
    seen.quiet = context->quiet;
    seen.timeout_seconds = context->timeout_seconds;
    seen.language = context->language;
    seen.has_flag = pk_command_has(context, "flag");
    pk_text_format(seen.text, sizeof seen.text, "%s",
                   pk_command_has(context, "mode") ? pk_command_text(context, "mode") : "(none)");
    seen.count = pk_command_count(context, "horizon", 28);
    seen.ratio = pk_command_number(context, "ratio", 0.5);
    pk_text_format(seen.date_text, sizeof seen.date_text, "%s",
                   pk_command_date_text(context, "as-of"));
    assert_int_equal(pk_command_date(context, "as-of") == PK_DATE_NONE, seen.date_text[0] == '\0');
    pk_command_ids(context, "item", &id_count);
    seen.id_count = (int64_t)id_count;
    size_t length = 0;
    seen.arguments[0] = '\0';
    for (size_t i = 0; i < context->argument_count; i++)
        length += pk_text_format(seen.arguments + length, sizeof seen.arguments - length, "[%s]",
                                 context->arguments[i]);
    context->has_bad_rows = seen.bad_rows;
    if (seen.misuse)
        return pk_command_misuse(context, error, "not so");
    if (seen.status_to_return != PK_OK)
        return pk_error_set(error, seen.status_to_return, "field", "as asked");
    return PK_OK;
}

static const struct pk_option options[] = {
    PK_OPTION_AS_OF,
    {"horizon", PK_OPTION_COUNT, "N", "days", NULL, 1, 400},
    {"ratio", PK_OPTION_NUMBER, "R", "share", NULL, 0, 1},
    {"item", PK_OPTION_ID, "ID", "item", NULL, 0, 0},
    {"mode", PK_OPTION_CHOICE, "MODE", "mode", "one|two", 0, 0},
    {"flag", PK_OPTION_FLAG, NULL, "flag", NULL, 0, 0},
};
static const struct pk_command probe = {.name = "probe",
                                        .summary = "looks",
                                        .usage = "[FILE...]",
                                        .options = options,
                                        .option_count = 6,
                                        .argument_count_max = 3,
                                        .argument_name = "FILE",
                                        .run = run_probe};
static const struct pk_command pair_check = {.name = "pair check",
                                             .summary = "looks",
                                             .usage = "NAME",
                                             .options = options,
                                             .option_count = 6,
                                             .argument_count_min = 1,
                                             .argument_count_max = 1,
                                             .argument_name = "NAME",
                                             .run = run_probe};
static const struct pk_command *const table[] = {&probe, &pair_check};

/* Runs "peakstock LINE" and returns the exit code. */
static int run(const char *line)
{
    char words[512];
    char *arguments[32] = {(char *)(uintptr_t) "peakstock"};
    int count = 1;
    pk_text_format(words, sizeof words, "%s", line);
    char *rest = words;
    for (char *word; (word = strtok_r(rest, " ", &rest)) != NULL && count < 31;)
        arguments[count++] = word;
    seen.run_count = 0;
    return pk_command_main(table, 2, "1.2.3", count, arguments);
}

static int clear(void **state)
{
    (void)state;
    memset(&seen, 0, sizeof seen);
    unsetenv("PEAKSTOCK_SERVER");
    return 0;
}

static void test_defaults_hold_without_options(void **state)
{
    (void)state;
    assert_int_equal(run("probe"), PK_EXIT_DONE);
    assert_int_equal(seen.run_count, 1);
    assert_string_equal(seen.server, "127.0.0.1:7117");
    assert_string_equal(seen.output_path, "(stdout)");
    assert_int_equal(seen.format, PK_FORMAT_TABLE);
    assert_true(seen.timeout_seconds == 300);
    assert_int_equal(seen.count, 28);
    assert_string_equal(seen.date_text, "");
    assert_string_equal(seen.text, "(none)");
}

static void test_options_stand_before_or_after_the_command(void **state)
{
    (void)state;
    assert_int_equal(run("--format csv --horizon 7 probe --quiet a --lang=zh --as-of 2026/1/2 b"),
                     PK_EXIT_DONE);
    assert_int_equal(seen.format, PK_FORMAT_CSV);
    assert_int_equal(seen.count, 7);
    assert_true(seen.quiet);
    assert_int_equal(seen.language, PK_LANGUAGE_CHINESE);
    assert_string_equal(seen.date_text, "2026-01-02");
    assert_string_equal(seen.arguments, "[a][b]");
}

static void test_the_server_comes_from_the_option_then_the_environment(void **state)
{
    (void)state;
    setenv("PEAKSTOCK_SERVER", "here:1", 1);
    assert_int_equal(run("probe"), PK_EXIT_DONE);
    assert_string_equal(seen.server, "here:1");
    assert_int_equal(run("probe --server there:2"), PK_EXIT_DONE);
    assert_string_equal(seen.server, "there:2");
}

static void test_ids_repeat_and_other_options_keep_the_last(void **state)
{
    (void)state;
    assert_int_equal(run("probe --item A --item B --horizon 3 --horizon 4"), PK_EXIT_DONE);
    assert_int_equal(seen.id_count, 2);
    assert_int_equal(seen.count, 4);
}

static void test_two_dashes_end_the_options_and_one_dash_is_a_word(void **state)
{
    (void)state;
    assert_int_equal(run("probe - -- --flag"), PK_EXIT_DONE);
    assert_string_equal(seen.arguments, "[-][--flag]");
    assert_false(seen.has_flag);
}

static void test_ranges_hold_at_their_ends_and_not_one_past_them(void **state)
{
    (void)state;
    assert_int_equal(run("probe --horizon 1 --ratio 1"), PK_EXIT_DONE);
    assert_int_equal(run("probe --horizon 400 --ratio 0%"), PK_EXIT_DONE);
    assert_int_equal(run("probe --horizon 0"), PK_EXIT_USAGE);
    assert_int_equal(run("probe --horizon 401"), PK_EXIT_USAGE);
    assert_int_equal(run("probe --ratio 1.01"), PK_EXIT_USAGE);
    assert_int_equal(seen.run_count, 0);
}

static void test_what_the_line_shows_wrong_is_exit_2_and_runs_nothing(void **state)
{
    (void)state;
    static const char *const lines[] = {"",
                                        "nothing",
                                        "pair",
                                        "pair check",
                                        "pair check a b",
                                        "probe a b c d",
                                        "probe --unknown",
                                        "probe -x",
                                        "probe --horizon",
                                        "probe --horizon x",
                                        "probe --horizon 1.5",
                                        "probe --mode three",
                                        "probe --flag=1",
                                        "probe --as-of 2026-02-30",
                                        "probe --item=",
                                        "probe --format xml",
                                        "probe --timeout 0",
                                        "probe --timeout -1",
                                        "probe --output=",
                                        "help nothing"};
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
        assert_int_equal(run(lines[i]), PK_EXIT_USAGE);
        assert_int_equal(seen.run_count, 0);
    }
}

static void test_names_of_two_words_are_found(void **state)
{
    (void)state;
    assert_int_equal(run("pair check D12"), PK_EXIT_DONE);
    assert_string_equal(seen.arguments, "[D12]");
}

static void test_help_and_version_run_nothing_and_succeed(void **state)
{
    (void)state;
    static const char *const lines[] = {"--help",       "-h",        "help",           "help probe",
                                        "probe --help", "--version", "--version probe"};
    int codes[sizeof lines / sizeof lines[0]];
    /* The help must not stand between the lines of the test's own report. */
    fflush(stdout);
    int kept = dup(STDOUT_FILENO);
    assert_non_null(freopen("/dev/null", "w", stdout));
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++)
        codes[i] = run(lines[i]);
    fflush(stdout);
    dup2(kept, STDOUT_FILENO);
    close(kept);
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++)
        assert_int_equal(codes[i], PK_EXIT_DONE);
    assert_int_equal(seen.run_count, 0);
}

static void test_failures_become_exit_codes(void **state)
{
    (void)state;
    seen.status_to_return = PK_NOT_FOUND;
    assert_int_equal(run("probe"), PK_EXIT_FAILED);
    seen.status_to_return = PK_CANCELLED;
    assert_int_equal(run("probe"), PK_EXIT_FAILED);
    seen.misuse = true;
    assert_int_equal(run("probe"), PK_EXIT_USAGE);
    seen.misuse = false;
    seen.status_to_return = PK_OK;
    seen.bad_rows = true;
    assert_int_equal(run("probe"), PK_EXIT_FAILED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_defaults_hold_without_options, clear),
        cmocka_unit_test_setup(test_options_stand_before_or_after_the_command, clear),
        cmocka_unit_test_setup(test_the_server_comes_from_the_option_then_the_environment, clear),
        cmocka_unit_test_setup(test_ids_repeat_and_other_options_keep_the_last, clear),
        cmocka_unit_test_setup(test_two_dashes_end_the_options_and_one_dash_is_a_word, clear),
        cmocka_unit_test_setup(test_ranges_hold_at_their_ends_and_not_one_past_them, clear),
        cmocka_unit_test_setup(test_what_the_line_shows_wrong_is_exit_2_and_runs_nothing, clear),
        cmocka_unit_test_setup(test_names_of_two_words_are_found, clear),
        cmocka_unit_test_setup(test_help_and_version_run_nothing_and_succeed, clear),
        cmocka_unit_test_setup(test_failures_become_exit_codes, clear),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
