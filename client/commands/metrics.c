#include "client/commands/metrics.h"

#include "peakstock/v1/review.pb-c.h"

const struct pk_output_column pk_metrics_columns[PK_METRICS_COLUMN_COUNT] = {
    {.key = "scope", .type = PK_OUTPUT_WORD},      {.key = "scope_id", .type = PK_OUTPUT_TEXT},
    {.key = "metric", .type = PK_OUTPUT_WORD},     {.key = "value", .type = PK_OUTPUT_SUM},
    {.key = "numerator", .type = PK_OUTPUT_SUM},   {.key = "denominator", .type = PK_OUTPUT_SUM},
    {.key = "from_date", .type = PK_OUTPUT_TEXT},  {.key = "to_date", .type = PK_OUTPUT_TEXT},
    {.key = "formula_id", .type = PK_OUTPUT_TEXT},
};

const struct pk_output_section pk_metrics_section = {
    .key = "rows",
    .row = &peakstock__v1__metric__descriptor,
    .file_columns = pk_metrics_columns,
    .file_column_count = PK_METRICS_COLUMN_COUNT,
    .table_columns = pk_metrics_columns,
    .table_column_count = PK_METRICS_COLUMN_COUNT,
    .in_csv = true,
};
