/* Rows of one key: when two rows of an import are one, what a row keeps of the stored one, and what
 * publishing it does. Rows of every kind go by these rules; sales are so many that they have their
 * own form of them (sales_values.h). */
#ifndef PK_STORE_RULES_ROW_H
#define PK_STORE_RULES_ROW_H

#include <stdbool.h>
#include <stdint.h>

#include "models/base/dataset.h"
#include "models/base/error.h"
#include "service/store/rules/import_result.h"

/* A row as it is staged, stored and listed. Texts are borrowed. */
struct pk_row {
    struct pk_record record;
    int64_t
        row_number; /* staged: position in the stream; stored: 0, or the number of a numbered row */
};

/* True for promotions. Their rows have no key of their own: the rows of one promotion_id together
 * replace all earlier rows of that id, and are numbered 0, 1, 2, ... in the order of the stream.
 * Nothing is kept from the earlier row with the same number. A deletion names the promotion_id and
 * is no row. */
bool pk_row_is_numbered(const struct pk_dataset *dataset);

/* Column indexes of the key in the order in which rows are kept and listed: item_id and
 * warehouse_id first, if they are in the key, then the others as the dataset has them. A numbered
 * row is told apart by its number after these columns. Returns how many there are. */
int pk_row_key(const struct pk_dataset *dataset, int out_key[PK_COLUMN_COUNT_MAX]);

/* Same state and, if set, same value; texts byte by byte. */
bool pk_cell_equal(const struct pk_column *column, const struct pk_cell *a,
                   const struct pk_cell *b);
bool pk_record_equal(const struct pk_dataset *dataset, const struct pk_record *a,
                     const struct pk_record *b);

/* Twins are two rows of one import with one key. Joins `row` into the `earlier` one: equal rows are
 * one row, and a column that only one of them has is taken from that one. *out_changed tells
 * whether `earlier` has got a column. ALREADY_EXISTS naming both rows and the column: both have it
 * with other values, or only one of them is a deletion (column "op"); `earlier` is untouched then
 * or has some of the columns: it must not be stored. */
enum pk_status pk_row_join(const struct pk_dataset *dataset, struct pk_row *earlier,
                           const struct pk_row *row, bool *out_changed, struct pk_error *error);
/* The refusal of pk_row_join. */
enum pk_status pk_row_refuse_twin(int64_t earlier_row, int64_t row_number, const char *column,
                                  struct pk_error *error);

/* Fills the absent cells of `record` from `stored`, or with their defaults if stored is NULL. */
void pk_record_complete(const struct pk_dataset *dataset, struct pk_record *record,
                        const struct pk_record *stored);

/* What publishing `row` does, given the stored row of its key (NULL = none). The row becomes the
 * one to be written: absent cells completed, or bare if it deletes an item or a warehouse that
 * other rows name (`is_named`; naming.h tells which rows to ask; false for every other kind). The
 * key of a row that is not named may be erased. A row whose stored twin is bare already is
 * unchanged. */
enum pk_row_fate pk_row_publish(const struct pk_dataset *dataset, struct pk_row *row,
                                const struct pk_row *stored, bool is_named);

#endif
