/* What an import did, as the result of the command. */
#ifndef PK_CLIENT_IMPORT_SUMMARY_H
#define PK_CLIENT_IMPORT_SUMMARY_H

#include <stdbool.h>
#include <stdint.h>

#include "client/frame/command.h"
#include "models/base/error.h"
#include "peakstock/v1/history.pb-c.h"

/* Lines of raw invoice files, by what became of them. */
struct pk_invoice_line_counts {
    int64_t line_count;
    int64_t repeated_line_count; /* in another file of the command already */
    int64_t demand_line_count;
    int64_t return_line_count;
    int64_t adjustment_line_count;
    int64_t non_goods_line_count;
    int64_t item_name_count; /* names stored */
};

struct pk_import_summary {
    const char *kind;
    bool is_dry_run;
    int64_t row_count; /* sent */
    int64_t inserted_row_count, updated_row_count, deleted_row_count, unchanged_row_count;
    int64_t created_item_count, created_warehouse_count, created_channel_count;
    int64_t rejected_row_count; /* left out by a lenient import */
    int64_t data_revision;
    double seconds;
    bool has_lines; /* `lines` is filled */
    struct pk_invoice_line_counts lines;
};

/* Takes the counts of a reply over. */
void pk_import_summary_from_reply(struct pk_import_summary *summary,
                                  const Peakstock__V1__ImportResponse *reply);

/* Lets the summary out in the format of the command line: one row in CSV, an object in JSON. */
enum pk_status pk_import_summary_publish(const struct pk_command_context *context,
                                         const struct pk_import_summary *summary,
                                         struct pk_error *error);

#endif
