#include "client/frame/arguments.h"

#include <stdlib.h>
#include <string.h>

#include "models/base/dataset.h"
#include "models/base/date.h"
#include "models/base/limits.h"
#include "models/base/units.h"

/* clang-format off */
const struct pk_option pk_global_options[] = {
    {"server", PK_OPTION_TEXT, "ADDR", "service to ask (127.0.0.1:7117, or PEAKSTOCK_SERVER)", NULL, 0, 0},
    {"format", PK_OPTION_CHOICE, "FORMAT", "table, csv or json (table)", "table|csv|json", 0, 0},
    {"output", PK_OPTION_TEXT, "FILE", "write the result there, whole or not at all (stdout)", NULL, 0, 0},
    {"quiet", PK_OPTION_FLAG, NULL, "no progress, no notes; warnings stay", NULL, 0, 0},
    {"timeout", PK_OPTION_NUMBER, "SECONDS", "longest time that one call may take (300)", NULL, 0.001, 604800},
    {"lang", PK_OPTION_CHOICE, "LANGUAGE", "language of sentences in tables: en or zh (en)", "en|zh", 0, 0},
    {"help", PK_OPTION_FLAG, NULL, "print this", NULL, 0, 0},
    {"version", PK_OPTION_FLAG, NULL, "print the version", NULL, 0, 0},
};
/* clang-format on */
const size_t pk_global_option_count = sizeof pk_global_options / sizeof pk_global_options[0];

/* What one walk over argv found, before it is known which command it belongs to. */
struct given_option {
    const struct pk_option *option;
    const char *text; /* NULL for a flag */
};
struct walk {
    const struct pk_command *const *table;
    size_t table_count;
    struct given_option *options;
    size_t option_count;
    const char **words;
    size_t word_count;
};

static const struct pk_option *find_option(const struct pk_option *options, size_t count,
                                           struct pk_text name)
{
    for (size_t i = 0; i < count; i++)
        if (pk_text_equal(pk_text_from(options[i].name), name))
            return &options[i];
    return NULL;
}

/* Any option of that name, to know whether a value follows. */
static const struct pk_option *find_any_option(const struct walk *walk, struct pk_text name)
{
    const struct pk_option *found = find_option(pk_global_options, pk_global_option_count, name);
    for (size_t i = 0; found == NULL && i < walk->table_count; i++)
        found = find_option(walk->table[i]->options, walk->table[i]->option_count, name);
    return found;
}

static enum pk_status walk_option(struct walk *walk, int argument_count, char **arguments, int *at,
                                  struct pk_error *error)
{
    const char *argument = arguments[*at];
    struct pk_text name = pk_text_from(argument + 2);
    const char *equals = strchr(argument, '=');
    if (strcmp(argument, "-h") == 0)
        name = pk_text_from("help");
    else if (strcmp(argument, "-q") == 0)
        name = pk_text_from("quiet");
    else if (argument[1] != '-')
        return pk_error_set(error, PK_INVALID_ARGUMENT, argument,
                            "is no option; options begin with two dashes");
    else if (equals != NULL)
        name.size = (size_t)(equals - argument) - 2;
    const struct pk_option *option = find_any_option(walk, name);
    if (option == NULL)
        return pk_error_set(error, PK_INVALID_ARGUMENT, argument,
                            "is an unknown option; see peakstock --help");
    struct given_option given = {option, NULL};
    if (option->type == PK_OPTION_FLAG && equals != NULL)
        return pk_error_set(error, PK_INVALID_ARGUMENT, argument, "takes no value");
    if (option->type != PK_OPTION_FLAG && equals != NULL)
        given.text = equals + 1;
    else if (option->type != PK_OPTION_FLAG && *at + 1 < argument_count)
        given.text = arguments[++*at];
    else if (option->type != PK_OPTION_FLAG)
        return pk_error_set(error, PK_INVALID_ARGUMENT, argument, "needs a value: %s %s", argument,
                            option->value_name);
    walk->options[walk->option_count++] = given;
    return PK_OK;
}

static enum pk_status walk_arguments(struct walk *walk, int argument_count, char **arguments,
                                     struct pk_error *error)
{
    bool options_ended = false;
    for (int i = 1; i < argument_count; i++) {
        bool is_option = !options_ended && arguments[i][0] == '-' && arguments[i][1] != '\0';
        if (is_option && strcmp(arguments[i], "--") == 0) {
            options_ended = true;
            continue;
        }
        if (!is_option) {
            walk->words[walk->word_count++] = arguments[i];
            continue;
        }
        enum pk_status status = walk_option(walk, argument_count, arguments, &i, error);
        if (status != PK_OK)
            return status;
    }
    return PK_OK;
}

/* The command whose one or two words begin the words, two before one; *out_size is how many they
 * are. */
static const struct pk_command *find_command(const struct walk *walk, size_t *out_size)
{
    const struct pk_command *found = NULL;
    *out_size = 0;
    for (size_t i = 0; i < walk->table_count; i++) {
        const char *name = walk->table[i]->name;
        const char *second = strchr(name, ' ');
        size_t first_size = second == NULL ? strlen(name) : (size_t)(second - name);
        size_t size = second == NULL ? 1 : 2;
        bool fits = walk->word_count >= size && strlen(walk->words[0]) == first_size &&
                    strncmp(walk->words[0], name, first_size) == 0 &&
                    (second == NULL || strcmp(walk->words[1], second + 1) == 0);
        if (fits && size > *out_size) {
            *out_size = size;
            found = walk->table[i];
        }
    }
    return found;
}

static enum pk_status refuse_command(const struct walk *walk, struct pk_error *error)
{
    if (walk->word_count == 0)
        return pk_error_set(error, PK_INVALID_ARGUMENT, "", "no command; see peakstock --help");
    char list[256] = "";
    size_t length = 0;
    size_t size = strlen(walk->words[0]);
    for (size_t i = 0; i < walk->table_count; i++) {
        const char *name = walk->table[i]->name;
        if (strncmp(name, walk->words[0], size) == 0 && name[size] == ' ')
            length += pk_text_format(list + length, sizeof list - length, "%s%s",
                                     length == 0 ? "" : ", ", name);
    }
    if (length > 0)
        return pk_error_set(error, PK_INVALID_ARGUMENT, walk->words[0], "needs one of: %s", list);
    return pk_error_set(error, PK_INVALID_ARGUMENT, walk->words[0],
                        "is no command; see peakstock --help");
}

static enum pk_status refuse_value(const struct pk_option *option, const char *text,
                                   const char *remedy, struct pk_error *error)
{
    char field[64];
    pk_text_format(field, sizeof field, "--%s", option->name);
    return pk_error_set(error, PK_INVALID_ARGUMENT, field, "'%.80s' %s", text, remedy);
}

static bool is_choice(const char *choices, const char *text)
{
    size_t size = strlen(text);
    while (*choices != '\0') {
        size_t choice_size = strcspn(choices, "|");
        if (size == choice_size && strncmp(choices, text, size) == 0)
            return true;
        choices += choice_size + (choices[choice_size] == '|');
    }
    return false;
}

/* COUNT, NUMBER and MONEY: the leniencies and the ranges are those of a CSV column. */
static enum pk_status read_number(const struct pk_option *option, const char *text,
                                  struct pk_option_value *value, struct pk_error *error)
{
    struct pk_column column = {.name = option->name,
                               .type = option->type == PK_OPTION_COUNT    ? PK_COLUMN_COUNT
                                       : option->type == PK_OPTION_NUMBER ? PK_COLUMN_NUMBER
                                                                          : PK_COLUMN_MONEY,
                               .presence = PK_COLUMN_REQUIRED,
                               .minimum = option->minimum,
                               .maximum = option->maximum};
    struct pk_cell cell;
    struct pk_error detail;
    enum pk_status status = pk_cell_parse(&column, pk_text_from(text), &cell, &detail);
    if (status != PK_OK) {
        char field[64];
        pk_text_format(field, sizeof field, "--%s", option->name);
        return pk_error_set(error, status, field, "%s", detail.message);
    }
    value->integer = cell.integer;
    value->number = cell.number;
    return PK_OK;
}

static enum pk_status read_id(const struct pk_option *option, const char *text,
                              struct pk_option_value *value, struct pk_error *error)
{
    char field[64];
    pk_text_format(field, sizeof field, "--%s", option->name);
    enum pk_status status = pk_id_check(pk_text_from(text), field, error);
    if (status != PK_OK)
        return status;
    if (value->id_count == PK_FILTER_ID_COUNT_MAX)
        return pk_error_set(error, PK_INVALID_ARGUMENT, field, "is given more than %d times",
                            PK_FILTER_ID_COUNT_MAX);
    const char **ids = realloc(value->ids, (value->id_count + 1) * sizeof *ids);
    if (ids == NULL)
        return pk_error_set(error, PK_OUT_OF_MEMORY, field, "out of memory");
    ids[value->id_count++] = text;
    value->ids = ids;
    return PK_OK;
}

static enum pk_status read_value(const struct pk_option *option, const char *text,
                                 struct pk_option_value *value, struct pk_error *error)
{
    int32_t epoch_days;
    enum pk_status status = PK_OK;
    switch (option->type) {
    case PK_OPTION_FLAG:
        break;
    case PK_OPTION_TEXT:
        if (text[0] == '\0')
            status = refuse_value(option, text, "is empty; give a value", error);
        break;
    case PK_OPTION_ID:
        status = read_id(option, text, value, error);
        break;
    case PK_OPTION_CHOICE:
        if (!is_choice(option->choices, text)) {
            char remedy[128];
            pk_text_format(remedy, sizeof remedy, "is unknown; give one of %s", option->choices);
            status = refuse_value(option, text, remedy, error);
        }
        break;
    case PK_OPTION_DATE:
        if (!pk_date_parse(pk_text_from(text), &epoch_days)) {
            status = refuse_value(option, text, "is not a date; write it as 2026-11-22", error);
        } else {
            value->integer = epoch_days;
            pk_date_format(epoch_days, value->date_text);
        }
        break;
    case PK_OPTION_COUNT:
    case PK_OPTION_NUMBER:
    case PK_OPTION_MONEY:
        status = read_number(option, text, value, error);
        break;
    }
    if (status == PK_OK) {
        value->is_given = true;
        value->text = text;
    }
    return status;
}

static void apply_global(struct pk_command_context *context, const struct pk_option *option,
                         const struct pk_option_value *value)
{
    if (strcmp(option->name, "server") == 0)
        context->server = value->text;
    else if (strcmp(option->name, "format") == 0)
        context->format = value->text[0] == 't'   ? PK_FORMAT_TABLE
                          : value->text[0] == 'c' ? PK_FORMAT_CSV
                                                  : PK_FORMAT_JSON;
    else if (strcmp(option->name, "output") == 0)
        context->output_path = strcmp(value->text, "-") == 0 ? NULL : value->text;
    else if (strcmp(option->name, "quiet") == 0)
        context->quiet = true;
    else if (strcmp(option->name, "timeout") == 0)
        context->timeout_seconds = value->number;
    else if (strcmp(option->name, "lang") == 0)
        context->language = value->text[0] == 'z' ? PK_LANGUAGE_CHINESE : PK_LANGUAGE_ENGLISH;
}

static enum pk_status apply_option(const struct given_option *given,
                                   struct pk_command_context *context, struct pk_error *error)
{
    struct pk_text name = pk_text_from(given->option->name);
    const struct pk_option *global = find_option(pk_global_options, pk_global_option_count, name);
    if (global != NULL) {
        struct pk_option_value value = {0};
        enum pk_status status = read_value(global, given->text, &value, error);
        if (status == PK_OK)
            apply_global(context, global, &value);
        return status;
    }
    const struct pk_command *command = context->command;
    const struct pk_option *own = find_option(command->options, command->option_count, name);
    if (own == NULL) {
        char field[64];
        pk_text_format(field, sizeof field, "--%s", given->option->name);
        return pk_error_set(error, PK_INVALID_ARGUMENT, field,
                            "is no option of %s; see peakstock %s --help", command->name,
                            command->name);
    }
    return read_value(own, given->text, &context->values[own - command->options], error);
}

static enum pk_status check_words(const struct pk_command_context *context, struct pk_error *error)
{
    const struct pk_command *command = context->command;
    if (context->argument_count < command->argument_count_min)
        return pk_error_set(error, PK_INVALID_ARGUMENT, command->name,
                            "%s is missing: peakstock %s %s", command->argument_name, command->name,
                            command->usage);
    if (context->argument_count > command->argument_count_max)
        return pk_error_set(error, PK_INVALID_ARGUMENT,
                            context->arguments[command->argument_count_max],
                            "is one word too many: peakstock %s %s", command->name, command->usage);
    return PK_OK;
}

static enum pk_status settle(const struct walk *walk, struct pk_command_context *context,
                             struct pk_arguments *out_arguments, struct pk_error *error)
{
    struct pk_arguments found = {0};
    for (size_t i = 0; i < walk->option_count; i++) {
        found.wants_help |= strcmp(walk->options[i].option->name, "help") == 0;
        found.wants_version |= strcmp(walk->options[i].option->name, "version") == 0;
    }
    size_t name_size = 0;
    size_t skipped = walk->word_count > 0 && strcmp(walk->words[0], "help") == 0 ? 1 : 0;
    found.wants_help |= skipped > 0;
    struct walk named = *walk;
    named.words += skipped;
    named.word_count -= skipped;
    found.command = find_command(&named, &name_size);
    if (!found.wants_version && found.command == NULL &&
        (!found.wants_help || named.word_count > 0))
        return refuse_command(&named, error);
    context->command = found.command;
    context->argument_count = named.word_count - name_size;
    memmove(context->arguments, named.words + name_size,
            context->argument_count * sizeof *context->arguments);
    if (found.wants_help || found.wants_version) {
        *out_arguments = found;
        return PK_OK;
    }
    for (size_t i = 0; i < walk->option_count; i++) {
        enum pk_status status = apply_option(&walk->options[i], context, error);
        if (status != PK_OK)
            return status;
    }
    enum pk_status status = check_words(context, error);
    if (status == PK_OK)
        *out_arguments = found;
    return status;
}

enum pk_status pk_arguments_parse(const struct pk_command *const *table, size_t count,
                                  int argument_count, char **arguments,
                                  struct pk_command_context *context,
                                  struct pk_arguments *out_arguments, struct pk_error *error)
{
    size_t size = argument_count > 0 ? (size_t)argument_count : 1;
    struct walk walk = {.table = table, .table_count = count};
    enum pk_status status;
    walk.options = calloc(size, sizeof *walk.options);
    context->arguments = calloc(size, sizeof *context->arguments);
    walk.words = context->arguments;
    if (walk.options == NULL || walk.words == NULL) {
        status = pk_error_set(error, PK_OUT_OF_MEMORY, "", "out of memory");
        goto cleanup;
    }
    status = walk_arguments(&walk, argument_count, arguments, error);
    if (status == PK_OK)
        status = settle(&walk, context, out_arguments, error);
cleanup:
    free(walk.options);
    return status;
}

void pk_arguments_free(struct pk_command_context *context)
{
    for (size_t i = 0; i < PK_COMMAND_OPTION_COUNT_MAX; i++)
        free(context->values[i].ids);
    free(context->arguments);
    context->arguments = NULL;
}
