/* What closing stock says of sales: buckets that ended without a piece to sell are no evidence of
 * what buyers wanted. A warehouse system tells stock, hardly ever the share of a day in stock; here
 * the first becomes the second wherever the second is not told.
 *
 * A bucket closes empty if the stock row at its end says that nothing could be sold (on hand -
 * unsellable - reserved <= 0). So do the buckets after it until stock is told again or something is
 * sold. Only what came before decides, so that a day that is added changes no older one. Of a
 * bucket that closed empty
 * - without a sale, the available ratio is 0;
 * - with fewer sold than PK_STOCK_OUT_MEAN_BUCKETS buckets in stock before it sold on average, the
 * ratio is sold / average, so that the bucket moves no level;
 * - with as many or more, nothing is known.
 * A series that sold on more than PK_SELLS_WITHOUT_STOCK_RATIO of the buckets so far that opened
 * and closed empty sells without stock (drop shipping, goods made to order): its rows say
 * nothing. */
#ifndef PK_HISTORY_STOCK_OUTS_H
#define PK_HISTORY_STOCK_OUTS_H

#include <stddef.h>

#include "models/base/error.h"
#include "models/history/ledger.h"
#include "models/history/shop.h"

/* Buckets in stock whose mean a bucket that sold out is compared with: four weeks of days. */
#define PK_STOCK_OUT_MEAN_BUCKETS    28
#define PK_SELLS_WITHOUT_STOCK_RATIO 0.1

/* Sales with the ratios that follow from stock: rows whose ratio was not told get one, and buckets
 * without a row get a row of nothing sold. *out_starts[series_count + 1] and *out_buckets are
 * malloc'ed; both NULL if the stock says nothing. Rows of stock after as-of are not looked at.
 * OUT_OF_MEMORY. */
enum pk_status pk_stock_outs_note(const struct pk_shop *shop, const struct pk_ledger *ledger,
                                  const struct pk_sales *sales, size_t **out_starts,
                                  struct pk_sales_bucket **out_buckets, struct pk_error *error);

#endif
