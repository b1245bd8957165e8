/* The values of one sales row: the rules of row.h on numbers, for imports of many millions of rows.
 *
 * The key of a sales row is date x item x warehouse x channel; how it is kept is the engine's. */
#ifndef PK_STORE_RULES_SALES_VALUES_H
#define PK_STORE_RULES_SALES_VALUES_H

#include <stdbool.h>
#include <stdint.h>

#include "models/base/dataset.h"
#include "models/base/error.h"
#include "service/store/rules/import_result.h"

/* Columns of PK_DATASET_SALES by their place in dataset_columns.c: to look each up by its name
 * would cost more than the row itself. */
enum {
    PK_SALES_COLUMN_DATE,
    PK_SALES_COLUMN_ITEM,
    PK_SALES_COLUMN_UNITS,
    PK_SALES_COLUMN_WAREHOUSE,
    PK_SALES_COLUMN_CHANNEL,
    PK_SALES_COLUMN_CANCELLED,
    PK_SALES_COLUMN_RETURNED,
    PK_SALES_COLUMN_PAID,
    PK_SALES_COLUMN_AVAILABLE
};

enum {
    PK_SALES_UNITS,
    PK_SALES_CANCELLED_UNITS,
    PK_SALES_RETURNED_UNITS,
    PK_SALES_PAID_AMOUNT,
    PK_SALES_VALUE_COUNT
};

struct pk_sales_values {
    int64_t values[PK_SALES_VALUE_COUNT]; /* paid amount in micros, -1 = not given */
    double available_ratio;               /* -1 = unknown */
    /* Of an import only: columns that it does not have (bit i: values[i]; bit PK_SALES_VALUE_COUNT:
     * the ratio), and whether the row is a deletion. */
    uint32_t absent;
    bool deleted;
};

/* From a checked record of PK_DATASET_SALES. */
void pk_sales_values_read(const struct pk_record *record, struct pk_sales_values *out_values);

/* pk_row_join on sales: same claims, same refusals. The numbers of both rows are for the
 * message. */
enum pk_status pk_sales_values_join(struct pk_sales_values *earlier, int64_t earlier_row,
                                    const struct pk_sales_values *row, int64_t row_number,
                                    bool *out_changed, struct pk_error *error);

/* pk_row_publish on sales, given the stored values of the key (NULL = none). A row belongs to the
 * source that an import with replace_source names, else to none (0): a row that comes from another
 * source than the stored one is updated even if its values are equal. */
enum pk_row_fate pk_sales_values_publish(struct pk_sales_values *row, int64_t source_id,
                                         const struct pk_sales_values *stored,
                                         int64_t stored_source_id);

/* What an import has of a series (item x warehouse x channel): nothing, as all of its rows were
 * refused; deletions only; or rows. A series, and whatever its ids name, is created only for
 * rows. */
enum pk_staged_series { PK_STAGED_NOTHING, PK_STAGED_DELETIONS, PK_STAGED_ROWS };

/* The state after one more row of the series. */
enum pk_staged_series pk_staged_series_after(enum pk_staged_series state, bool deleted);

#endif
