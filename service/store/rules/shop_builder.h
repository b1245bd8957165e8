/* Makes a shop of stored rows: ids become indexes, rows become the structs of models/history.
 *
 *     pk_shop_builder_new
 *     pk_shop_builder_add     every row of PK_FEED_WAREHOUSES, then every row of PK_FEED_ITEMS
 *     pk_shop_builder_close_items
 *     pk_shop_builder_add     every row of all other feeds
 *     pk_shop_builder_close
 *     series and sales        pk_series_make and pk_sales_bucket_add (series.h) fill arrays from
 *                             pk_shop_builder_allocate, which pk_shop_builder_data is told of
 *     pk_shop_builder_note_stock_outs
 *     pk_shop_builder_take
 *
 * Which feeds there are, and how their rows are ordered: shop_feed.h. The builder leaves out what a
 * load does not see (rows after the as-of day, promotions that are not approved, closed lines of
 * inbound) and rows that apply to nothing; an engine may leave them out before, to save time. Not
 * thread-safe. */
#ifndef PK_STORE_RULES_SHOP_BUILDER_H
#define PK_STORE_RULES_SHOP_BUILDER_H

#include <stddef.h>
#include <stdint.h>

#include "models/base/dataset.h"
#include "models/base/error.h"
#include "models/history/shop_data.h"
#include "service/store/rules/as_of.h"
#include "service/store/rules/shop_feed.h"

struct pk_shop_builder;

/* OUT_OF_MEMORY, as of all others. */
enum pk_status pk_shop_builder_new(const struct pk_as_of *as_of,
                                   struct pk_shop_builder **out_builder, struct pk_error *error);
/* Accepts NULL. */
void pk_shop_builder_free(struct pk_shop_builder *builder);

/* One row. Cells are set or none; texts are copied, each different one once. A text that is none is
 * "", a date PK_DATE_NONE, a count or an amount of money -1, a number NAN. Scopes: "" is everything
 * (PK_INDEX_NONE), and a row that names an unknown item, category or warehouse applies to
 * nothing. */
enum pk_status pk_shop_builder_add(struct pk_shop_builder *builder, enum pk_shop_feed feed,
                                   const struct pk_record *record, struct pk_error *error);
enum pk_status pk_shop_builder_close_items(struct pk_shop_builder *builder, struct pk_error *error);
/* Gives the arrays of all feeds to the data, and makes the order of the promotions. */
enum pk_status pk_shop_builder_close(struct pk_shop_builder *builder, struct pk_error *error);

/* Where an id stands in the shop; PK_INDEX_NONE = nowhere. Ids that come in their order are found
 * without a search. */
uint32_t pk_shop_builder_item(struct pk_shop_builder *builder, struct pk_text item_id);
uint32_t pk_shop_builder_warehouse(struct pk_shop_builder *builder, struct pk_text warehouse_id);

/* Zeroed array that belongs to the data; NULL when out of memory. */
void *pk_shop_builder_allocate(struct pk_shop_builder *builder, size_t count, size_t size);
/* The data as it is so far; the caller fills in revisions, dates, series and sales. */
struct pk_shop_data *pk_shop_builder_data(struct pk_shop_builder *builder);

/* Once series and sales are there (in arrays of pk_shop_builder_allocate): closing stock tells
 * which of their buckets could not sell (models/history/stock_outs.h). */
enum pk_status pk_shop_builder_note_stock_outs(struct pk_shop_builder *builder,
                                               struct pk_error *error);

/* The data with everything that belongs to it; frees the builder. */
struct pk_shop_data *pk_shop_builder_take(struct pk_shop_builder *builder);
/* Accepts NULL. */
void pk_shop_data_free(struct pk_shop_data *data);

#endif
