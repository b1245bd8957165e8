#include "client/commands/metrics.h"

#include "peakstock/v1/review.pb-c.h"

static const struct pk_output_column columns[] = {PK_METRICS_SUMS};

const struct pk_output_section pk_metrics_section = {
    .key = "rows",
    .row = &peakstock__v1__metric__descriptor,
    .file_names = PK_METRICS_NAMES,
    PK_OUTPUT_FILE_COLUMNS(columns),
    .in_csv = true,
};
