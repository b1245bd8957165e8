/* The long form of key figures that kpi and review share: one figure a row, with what it was made
 * of. Rows are peakstock.v1.Metric. */
#ifndef PK_CLIENT_METRICS_H
#define PK_CLIENT_METRICS_H

#include "client/output/output.h"

/* scope, scope_id, metric, value, numerator, denominator, from_date, to_date, formula_id. */
#define PK_METRICS_COLUMN_COUNT 9
extern const struct pk_output_column pk_metrics_columns[PK_METRICS_COLUMN_COUNT];

/* The member "rows" of the document, in CSV too. */
extern const struct pk_output_section pk_metrics_section;

#endif
