/* `peakstock import KIND FILE...`: takes in files of one kind, all rows or none. */
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "client/commands/commands.h"
#include "client/frame/progress.h"
#include "client/import/import_files.h"
#include "client/import/import_help.h"
#include "client/import/import_stream.h"
#include "client/import/import_summary.h"
#include "client/import/online_retail.h"
#include "models/base/dataset.h"
#include "models/base/date.h"

/* clang-format off */
static const struct pk_option options[] = {
    {"bucket", PK_OPTION_CHOICE, "LENGTH", "sales: day or week, the days that a row stands for (day)", "day|week", 0, 0},
    {"complete-through", PK_OPTION_DATE, "D", "sales: every bucket up to D is complete, sold or not", NULL, 0, 0},
    {"snapshot", PK_OPTION_FLAG, NULL, "stock, inbound: what the files do not name is 0 or closed", NULL, 0, 0},
    {"lenient", PK_OPTION_FLAG, NULL, "import the good rows, write the others to FILE.rejected.csv", NULL, 0, 0},
    {"dry-run", PK_OPTION_FLAG, NULL, "check and count, change nothing", NULL, 0, 0},
};
/* clang-format on */

/* What the command line alone shows wrong. `dataset` is NULL for online-retail. */
static enum pk_status check_options(struct pk_command_context *context,
                                    const struct pk_dataset *dataset, struct pk_error *error)
{
    bool is_sales = dataset == NULL || dataset->kind == PK_DATASET_SALES;
    bool has_state = dataset != NULL &&
                     (dataset->kind == PK_DATASET_STOCK || dataset->kind == PK_DATASET_INBOUND);
    if (!is_sales && pk_command_has(context, "bucket"))
        return pk_command_misuse(context, error, "--bucket is for sales only");
    if (dataset == NULL && pk_command_has(context, "bucket") &&
        strcmp(pk_command_text(context, "bucket"), "day") != 0)
        return pk_command_misuse(context, error, "%s makes daily rows; leave --bucket out",
                                 PK_IMPORT_ONLINE_RETAIL);
    if (!is_sales && pk_command_has(context, "complete-through"))
        return pk_command_misuse(context, error, "--complete-through is for sales only");
    if (!has_state && pk_command_has(context, "snapshot"))
        return pk_command_misuse(context, error, "--snapshot is for stock and inbound only");
    return PK_OK;
}

/* Names of files that are not there are found before anything is read. */
static enum pk_status check_paths(struct pk_command_context *context, struct pk_error *error)
{
    size_t stdin_count = 0;
    for (size_t i = 1; i < context->argument_count; i++) {
        const char *path = context->arguments[i];
        struct stat found;
        bool is_stdin = strcmp(path, "-") == 0;
        stdin_count += is_stdin;
        if (!is_stdin && stat(path, &found) != 0)
            return pk_command_misuse(context, error, "%s: %s", path,
                                     errno == ENOENT ? "there is no such file" : strerror(errno));
        if (!is_stdin && S_ISDIR(found.st_mode))
            return pk_command_misuse(context, error, "%s: is a directory; name its files", path);
    }
    if (stdin_count > 1)
        return pk_command_misuse(context, error, "- (stdin) can be read only once");
    return PK_OK;
}

static enum pk_status run(struct pk_command_context *context, struct pk_error *error)
{
    double started_seconds = pk_progress_clock_seconds();
    const char *kind = context->arguments[0];
    const struct pk_dataset *dataset = pk_dataset_find(kind);
    if (dataset == NULL && strcmp(kind, PK_IMPORT_ONLINE_RETAIL) != 0) {
        char kinds[256];
        pk_import_help_list_kinds(kinds, sizeof kinds);
        return pk_command_misuse(context, error, "'%.60s' is no kind of import; give one of %s",
                                 kind, kinds);
    }
    enum pk_status status = check_options(context, dataset, error);
    if (status == PK_OK)
        status = check_paths(context, error);
    if (status != PK_OK)
        return status;
    const char *bucket = pk_command_text(context, "bucket");
    struct pk_import_stream_options stream_options = {
        .kind = dataset == NULL ? PK_DATASET_SALES : dataset->kind,
        .bucket_days = bucket != NULL && strcmp(bucket, "week") == 0 ? 7 : 1,
        .complete_through_date = pk_command_date(context, "complete-through"),
        .snapshot = pk_command_has(context, "snapshot"),
        .lenient = pk_command_has(context, "lenient"),
        .dry_run = pk_command_has(context, "dry-run")};
    struct pk_import_summary summary = {.kind = kind, .is_dry_run = stream_options.dry_run};
    status = (dataset == NULL ? pk_online_retail_import
                              : pk_import_files)(context, &stream_options, context->arguments + 1,
                                                 context->argument_count - 1, &summary, error);
    if (status != PK_OK)
        return status;
    summary.seconds = round((pk_progress_clock_seconds() - started_seconds) * 1000) / 1000;
    return pk_import_summary_publish(context, &summary, error);
}

const struct pk_command pk_command_import = {
    .name = "import",
    .summary = "takes in files: sales, items, supply, stock, inbound, promotions, prices, and more",
    .usage = "KIND FILE...",
    .options = options,
    .option_count = sizeof options / sizeof options[0],
    .argument_count_min = 2,
    .argument_count_max = SIZE_MAX,
    .argument_name = "KIND or FILE",
    .run = run,
    .print_help = pk_import_help_print};
