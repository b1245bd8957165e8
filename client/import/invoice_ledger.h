/* Invoice lines of several files summed to one row per day and item.
 *
 * A line is known by (Invoice, StockCode, Quantity, InvoiceDate). How often it counts is the
 * largest number of times that it stands in one of the files, not the sum: overlapping exports
 * repeat lines, and a file alone may hold a line twice because it was sold twice. */
#ifndef PK_CLIENT_INVOICE_LEDGER_H
#define PK_CLIENT_INVOICE_LEDGER_H

#include <stddef.h>
#include <stdint.h>

#include "client/import/import_summary.h"
#include "client/import/invoice_line.h"
#include "models/base/error.h"
#include "models/base/text.h"

struct pk_invoice_ledger;

/* What sold and came back of an item on a day; returns are dated by their own date. */
struct pk_invoice_day {
    int32_t date;
    struct pk_text item_id;
    int64_t units;
    int64_t returned_units;
    int64_t paid_amount_micros;
};

struct pk_item_name {
    struct pk_text item_id;
    struct pk_text name; /* the most frequent description of its demand lines */
};

/* OUT_OF_MEMORY. */
enum pk_status pk_invoice_ledger_new(struct pk_invoice_ledger **out_ledger, struct pk_error *error);

/* The lines that follow are another file's. */
void pk_invoice_ledger_begin_file(struct pk_invoice_ledger *ledger);

/* RESOURCE_EXHAUSTED: a day's sum is beyond PK_UNITS_MAX or PK_MONEY_MICROS_MAX; OUT_OF_MEMORY. */
enum pk_status pk_invoice_ledger_add(struct pk_invoice_ledger *ledger,
                                     const struct pk_invoice_line *line, struct pk_error *error);

/* Sorts and returns the days, by date, then item. They live as long as the ledger; add no more
 * lines. */
const struct pk_invoice_day *pk_invoice_ledger_days(struct pk_invoice_ledger *ledger,
                                                    size_t *out_count);

/* A name for every item that has one; malloc'ed, the texts are the ledger's. OUT_OF_MEMORY. */
enum pk_status pk_invoice_ledger_names(const struct pk_invoice_ledger *ledger,
                                       struct pk_item_name **out_names, size_t *out_count,
                                       struct pk_error *error);

struct pk_invoice_line_counts pk_invoice_ledger_counts(const struct pk_invoice_ledger *ledger);

/* Accepts NULL. */
void pk_invoice_ledger_free(struct pk_invoice_ledger *ledger);

#endif
