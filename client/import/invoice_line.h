/* One line of a raw invoice file in the layout of the UCI data set Online Retail (II): Invoice,
 * StockCode, Description, Quantity, InvoiceDate, Price; further columns are passed over. The names
 * of the first edition (InvoiceNo, UnitPrice) are known as well.
 *
 * D. Chen, "Online Retail II", UCI Machine Learning Repository (2019), doi:10.24432/C5CG6D. */
#ifndef PK_CLIENT_INVOICE_LINE_H
#define PK_CLIENT_INVOICE_LINE_H

#include <stddef.h>
#include <stdint.h>

#include "client/import/csv_reader.h"
#include "models/base/error.h"
#include "models/base/limits.h"
#include "models/base/text.h"

enum pk_invoice_column {
    PK_INVOICE_INVOICE,
    PK_INVOICE_STOCK_CODE,
    PK_INVOICE_QUANTITY,
    PK_INVOICE_DATE,
    PK_INVOICE_PRICE,
    PK_INVOICE_DESCRIPTION, /* the only one that may be missing */
    PK_INVOICE_COLUMN_COUNT
};

struct pk_invoice_columns {
    int fields[PK_INVOICE_COLUMN_COUNT]; /* -1 = missing */
};

/* What a line counts as. */
enum pk_invoice_line_kind {
    PK_LINE_DEMAND,     /* Quantity > 0 and Price > 0 */
    PK_LINE_RETURN,     /* invoice C..., Quantity < 0 */
    PK_LINE_ADJUSTMENT, /* anything else that is not positive: write-offs, gifts, corrections */
    PK_LINE_NON_GOODS   /* postage, fees, discounts, vouchers, tests */
};

struct pk_invoice_line {
    enum pk_invoice_line_kind kind;
    struct pk_text invoice;        /* trimmed */
    char item_id[PK_ID_BYTES_MAX]; /* the stock code, trimmed and upper-cased */
    size_t item_id_size;
    int32_t quantity;
    int32_t date;        /* epoch days */
    int32_t day_seconds; /* 0..86399; 0 without a time of day */
    int64_t price_micros;
    struct pk_text description; /* trimmed; empty if there is none */
};

/* INVALID_ARGUMENT naming the file and the column that is missing or named twice. */
enum pk_status pk_invoice_columns_map(const char *file_name, const struct pk_text *header,
                                      size_t count, struct pk_invoice_columns *out_columns,
                                      struct pk_error *error);

/* Reads a line; texts point into the row. INVALID_ARGUMENT with column, value and remedy. */
enum pk_status pk_invoice_line_read(const struct pk_invoice_columns *columns,
                                    const struct pk_csv_record *row,
                                    struct pk_invoice_line *out_line, struct pk_error *error);

#endif
