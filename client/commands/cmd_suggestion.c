/* `peakstock suggestion ...`: lists order suggestions, approves, overrides and exports them, and
 * shows their trail. */
#include <pwd.h>
#include <stdlib.h>
#include <unistd.h>

#include "client/commands/commands.h"
#include "client/commands/show.h"
#include "client/frame/answer.h"
#include "client/frame/request_id.h"
#include "client/output/output.h"
#include "models/base/limits.h"
#include "peakstock/v1/suggestion.pb-c.h"

static const struct pk_output_column columns[] = {
    {.key = "suggestion_reason", .field = "reason"},
};
/* People see what to decide; the rest is in files. */
static const struct pk_output_column table_columns[] = {
    {.key = "state", .type = PK_OUTPUT_WORD},
    {.key = "suggestion_reason", .type = PK_OUTPUT_NAME, .field = "reason"},
};

static const struct pk_output_section rows_section = {
    .key = "rows",
    .row = &peakstock__v1__suggestion__descriptor,
    .file_names = "suggestion_id state item_id warehouse_id supplier_id order_units planned_units "
                  "as_of_date order_by_date arrival_date unit_cost order_amount author "
                  "suggestion_reason changed_time closed_by",
    PK_OUTPUT_FILE_COLUMNS(columns),
    .table_names = "suggestion_id state item_id warehouse_id supplier_id order_units planned_units "
                   "order_by_date arrival_date order_amount author suggestion_reason",
    PK_OUTPUT_TABLE_COLUMNS(table_columns),
    .in_csv = true,
};

/* --author, else the name that the system has for the user; PK_INVALID_ARGUMENT if neither is
 * one. */
static enum pk_status read_author(struct pk_command_context *context, const char **out_author,
                                  struct pk_error *error)
{
    struct pk_error refusal = {0};
    const char *author = pk_command_text(context, "author");
    if (author == NULL)
        author = getenv("USER");
    const struct passwd *user = author == NULL ? getpwuid(geteuid()) : NULL;
    if (author == NULL)
        author = user != NULL ? user->pw_name : "";
    if (pk_id_check(pk_text_from(author), "author", &refusal) != PK_OK)
        return pk_command_misuse(context, error, "say who decides: --author NAME");
    *out_author = author;
    return PK_OK;
}

static void write_rows(struct pk_output *output, Peakstock__V1__Suggestion *const *rows,
                       size_t count)
{
    for (size_t i = 0; i < count; i++)
        pk_output_row(output, rows[i]);
}

static const char *write_page(struct pk_output *output, const void *reply)
{
    const Peakstock__V1__ListSuggestionsResponse *response = reply;
    write_rows(output, response->suggestions, response->n_suggestions);
    return response->page ? response->page->next_page_token : NULL;
}

static enum pk_status run_list(struct pk_command_context *context, struct pk_error *error)
{
    Peakstock__V1__PageRequest page = PEAKSTOCK__V1__PAGE_REQUEST__INIT;
    Peakstock__V1__ListSuggestionsRequest request = PEAKSTOCK__V1__LIST_SUGGESTIONS_REQUEST__INIT;
    request.page = &page;
    if (pk_command_has(context, "state"))
        request.state = (char *)pk_command_text(context, "state");
    const struct pk_question question = {"/peakstock.v1.SuggestionService/ListSuggestions",
                                         &request.base,
                                         &peakstock__v1__list_suggestions_response__descriptor};
    return pk_show_pages(context, &question, &page, &rows_section, write_page, error);
}

static const struct pk_option list_options[] = {
    {"state", PK_OPTION_CHOICE, "S", "only these (all)",
     "suggested|approved|overridden|exported|closed", 0, 0},
};

const struct pk_command pk_command_suggestion_list = {
    .name = "suggestion list",
    .summary = "the order lines that plans have kept, and their states",
    .usage = "[--state suggested|approved|overridden|exported|closed]",
    .options = list_options,
    .option_count = sizeof list_options / sizeof *list_options,
    .run = run_list,
};

static void write_approved(const struct pk_command_context *context, struct pk_output *output,
                           const void *reply)
{
    (void)context;
    const Peakstock__V1__ApproveSuggestionsResponse *response = reply;
    pk_output_begin(output, &rows_section);
    write_rows(output, response->suggestions, response->n_suggestions);
}

static enum pk_status run_approve(struct pk_command_context *context, struct pk_error *error)
{
    Peakstock__V1__ApproveSuggestionsRequest request =
        PEAKSTOCK__V1__APPROVE_SUGGESTIONS_REQUEST__INIT;
    const char *author = NULL;
    enum pk_status status = read_author(context, &author, error);
    if (status != PK_OK)
        return status;
    request.author = (char *)author;
    request.suggestion_ids = (char **)context->arguments;
    request.n_suggestion_ids = context->argument_count;
    const struct pk_question question = {"/peakstock.v1.SuggestionService/ApproveSuggestions",
                                         &request.base,
                                         &peakstock__v1__approve_suggestions_response__descriptor};
    return pk_show_reply(context, &question, write_approved, error);
}

static const struct pk_option approve_options[] = {
    {"author", PK_OPTION_TEXT, "NAME", "who decides ($USER)", NULL, 0, 0},
};

const struct pk_command pk_command_suggestion_approve = {
    .name = "suggestion approve",
    .summary = "let suggestions be ordered as they are",
    .usage = "ID... [--author NAME]",
    .options = approve_options,
    .option_count = sizeof approve_options / sizeof *approve_options,
    .argument_count_min = 1,
    .argument_count_max = PK_FILTER_ID_COUNT_MAX,
    .argument_name = "ID",
    .run = run_approve,
};

static void write_overridden(const struct pk_command_context *context, struct pk_output *output,
                             const void *reply)
{
    (void)context;
    const Peakstock__V1__OverrideSuggestionResponse *response = reply;
    pk_output_begin(output, &rows_section);
    if (response->suggestion)
        pk_output_row(output, response->suggestion);
}

static enum pk_status run_override(struct pk_command_context *context, struct pk_error *error)
{
    Peakstock__V1__OverrideSuggestionRequest request =
        PEAKSTOCK__V1__OVERRIDE_SUGGESTION_REQUEST__INIT;
    const char *author = NULL;
    const char *reason = pk_command_text(context, "reason");
    int64_t units = 0;
    if (!pk_text_to_integer(pk_text_from(context->arguments[1]), &units) || units < 0 ||
        units > PK_UNITS_MAX)
        return pk_command_misuse(context, error, "UNITS is a whole number from 0, not \"%.40s\"",
                                 context->arguments[1]);
    if (reason == NULL || reason[0] == '\0')
        return pk_command_misuse(context, error, "say why: --reason TEXT");
    enum pk_status status = read_author(context, &author, error);
    if (status != PK_OK)
        return status;
    request.suggestion_id = (char *)context->arguments[0];
    request.order_units = units;
    request.reason = (char *)reason;
    request.author = (char *)author;
    const struct pk_question question = {"/peakstock.v1.SuggestionService/OverrideSuggestion",
                                         &request.base,
                                         &peakstock__v1__override_suggestion_response__descriptor};
    return pk_show_reply(context, &question, write_overridden, error);
}

static const struct pk_option override_options[] = {
    {"reason", PK_OPTION_TEXT, "TEXT", "why; it stays with the suggestion", NULL, 0, 0},
    {"author", PK_OPTION_TEXT, "NAME", "who decides ($USER)", NULL, 0, 0},
};

const struct pk_command pk_command_suggestion_override = {
    .name = "suggestion override",
    .summary = "order other units than suggested (0 = none)",
    .usage = "ID UNITS --reason TEXT [--author NAME]",
    .options = override_options,
    .option_count = sizeof override_options / sizeof *override_options,
    .argument_count_min = 2,
    .argument_count_max = 2,
    .argument_name = "ID UNITS",
    .run = run_override,
};

struct export_command {
    const struct pk_command_context *context;
    struct pk_output *output;
};

static enum pk_status take_export(void *taker, const void *message, struct pk_error *error)
{
    (void)error;
    struct export_command *command = taker;
    const Peakstock__V1__ExportSuggestionsResponse *response = message;
    write_rows(command->output, response->suggestions, response->n_suggestions);
    if (response->summary && response->summary->replayed)
        pk_command_note(command->context, "these were exported before, by the same request");
    return PK_OK;
}

static enum pk_status run_export(struct pk_command_context *context, struct pk_error *error)
{
    Peakstock__V1__ExportSuggestionsRequest request =
        PEAKSTOCK__V1__EXPORT_SUGGESTIONS_REQUEST__INIT;
    struct export_command command = {.context = context};
    char made_id[PK_REQUEST_ID_SIZE] = "";
    size_t supplier_count = 0;
    const char *author = NULL;
    const char **suppliers = pk_command_ids(context, "supplier", &supplier_count);
    if (supplier_count > 1)
        return pk_command_misuse(context, error, "--supplier may be given once");
    enum pk_status status = read_author(context, &author, error);
    if (status == PK_OK && !pk_command_has(context, "request-id"))
        status = pk_request_id_make("export", made_id, error);
    if (status == PK_OK)
        status = pk_output_open(context, &command.output, error);
    if (status != PK_OK)
        return status;
    request.request_id =
        made_id[0] == '\0' ? (char *)pk_command_text(context, "request-id") : made_id;
    request.author = (char *)author;
    if (supplier_count == 1) {
        request.supplier_case = PEAKSTOCK__V1__EXPORT_SUGGESTIONS_REQUEST__SUPPLIER_SUPPLIER_ID;
        request.supplier_id = (char *)suppliers[0];
    }
    pk_output_begin(command.output, &rows_section);
    status = pk_answer_stream(
        context, "/peakstock.v1.SuggestionService/ExportSuggestions", &request.base,
        &peakstock__v1__export_suggestions_response__descriptor, take_export, &command, error);
    if (status == PK_OK)
        status = pk_output_publish(command.output, error);
    /* What the service has handed on must not be lost with the answer. */
    if (status != PK_OK)
        pk_command_warn(context, "if it was exported, this fetches it: --request-id %s",
                        request.request_id);
    pk_output_close(command.output);
    return status;
}

static const struct pk_option export_options[] = {
    {"supplier", PK_OPTION_ID, "ID", "only of this supplier (all)", NULL, 0, 0},
    {"request-id", PK_OPTION_TEXT, "ID", "fetch the export with this id again (a new one)", NULL, 0,
     0},
    {"author", PK_OPTION_TEXT, "NAME", "who exports ($USER)", NULL, 0, 0},
};

const struct pk_command pk_command_suggestion_export = {
    .name = "suggestion export",
    .summary = "print what is approved or overridden, once, to be ordered",
    .usage = "[--supplier ID] [--request-id ID] [--author NAME]",
    .options = export_options,
    .option_count = sizeof export_options / sizeof *export_options,
    .run = run_export,
};

static const struct pk_output_column event_columns[] = {
    {.key = "from_state", .type = PK_OUTPUT_WORD},
    {.key = "to_state", .type = PK_OUTPUT_WORD},
    {.key = "suggestion_reason", .field = "reason"},
};

static const struct pk_output_section events_section = {
    .key = "rows",
    .row = &peakstock__v1__suggestion_event__descriptor,
    PK_OUTPUT_NAMES("time author from_state to_state order_units suggestion_reason"),
    PK_OUTPUT_COLUMNS(event_columns),
    .in_csv = true,
};

static void write_events(const struct pk_command_context *context, struct pk_output *output,
                         const void *reply)
{
    (void)context;
    const Peakstock__V1__ListSuggestionEventsResponse *response = reply;
    pk_output_begin(output, &events_section);
    for (size_t i = 0; i < response->n_events; i++)
        pk_output_row(output, response->events[i]);
}

static enum pk_status run_trail(struct pk_command_context *context, struct pk_error *error)
{
    Peakstock__V1__ListSuggestionEventsRequest request =
        PEAKSTOCK__V1__LIST_SUGGESTION_EVENTS_REQUEST__INIT;
    request.suggestion_id = (char *)context->arguments[0];
    const struct pk_question question = {
        "/peakstock.v1.SuggestionService/ListSuggestionEvents", &request.base,
        &peakstock__v1__list_suggestion_events_response__descriptor};
    return pk_show_reply(context, &question, write_events, error);
}

const struct pk_command pk_command_suggestion_trail = {
    .name = "suggestion trail",
    .summary = "who did what with a suggestion, and when",
    .usage = "ID",
    .argument_count_min = 1,
    .argument_count_max = 1,
    .argument_name = "ID",
    .run = run_trail,
};
