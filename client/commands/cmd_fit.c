/* `peakstock fit`: fits the model anew and names the snapshot that answers come from. */
#include <string.h>

#include "client/commands/commands.h"
#include "client/commands/show.h"
#include "client/output/output.h"
#include "peakstock/v1/admin.pb-c.h"

static const struct pk_output_section section = {
    .key = "fit",
    .row = &peakstock__v1__fit_response__descriptor,
    PK_OUTPUT_NAMES("snapshot.snapshot_id snapshot.data_revision snapshot.as_of_date "
                    "snapshot.model_version snapshot.config_hash snapshot.calendar_version "
                    "done_count seconds snapshot.advanced_days"),
    .in_csv = true,
    .is_single = true,
};

struct fit_command {
    const struct pk_command_context *context;
    struct pk_output *output;
    char stage[32];
    int64_t tenths; /* of the stage that were told */
    bool has_snapshot;
};

/* A line when a stage begins and at every tenth of it. */
static void tell_progress(struct fit_command *command, const Peakstock__V1__FitResponse *response)
{
    int64_t tenths =
        response->total_count > 0 ? response->done_count * 10 / response->total_count : 0;
    if (strncmp(command->stage, response->stage, sizeof command->stage - 1) == 0 &&
        tenths == command->tenths)
        return;
    pk_text_format(command->stage, sizeof command->stage, "%s", response->stage);
    command->tenths = tenths;
    pk_command_note(command->context, "%s %lld of %lld", response->stage,
                    (long long)response->done_count, (long long)response->total_count);
}

static enum pk_status take(void *taker, const void *message, struct pk_error *error)
{
    (void)error;
    struct fit_command *command = taker;
    const Peakstock__V1__FitResponse *response = message;
    if (!response->snapshot) {
        tell_progress(command, response);
        return PK_OK;
    }
    command->has_snapshot = true;
    pk_output_begin(command->output, &section);
    pk_output_row(command->output, response);
    pk_output_end(command->output);
    return PK_OK;
}

static enum pk_status end_answer(void *taker, struct pk_error *error)
{
    struct fit_command *command = taker;
    if (!command->has_snapshot)
        return pk_error_set(error, PK_DATA_LOSS, "snapshot",
                            "the service ended the fit without naming its snapshot");
    return PK_OK;
}

static enum pk_status run(struct pk_command_context *context, struct pk_error *error)
{
    struct fit_command command = {.context = context, .tenths = -1};
    Peakstock__V1__FitRequest request = PEAKSTOCK__V1__FIT_REQUEST__INIT;
    request.as_of_date = (char *)pk_command_date_text(context, "as-of");
    const struct pk_question question = {"/peakstock.v1.AdminService/Fit", &request.base,
                                         &peakstock__v1__fit_response__descriptor};
    const struct pk_show_taker taker = {&command, &command.output, take, end_answer};
    return pk_show_stream(context, &question, &taker, error);
}

static const struct pk_option options[] = {
    PK_OPTION_AS_OF,
};

const struct pk_command pk_command_fit = {
    .name = "fit",
    .summary = "bring every group up to date now",
    .usage = "[--as-of D]",
    .options = options,
    .option_count = sizeof options / sizeof *options,
    .run = run,
};
