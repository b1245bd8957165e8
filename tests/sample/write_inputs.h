/* The files that the shop imports: sales, items, supply, stock, inbound, promotions, prices,
 * covariates, deposits. */
#ifndef PK_SAMPLE_WRITE_INPUTS_H
#define PK_SAMPLE_WRITE_INPUTS_H

#include "tests/sample/output.h"
#include "tests/sample/shop.h"

extern const struct pk_shop_file pk_shop_sales_file;
extern const struct pk_shop_file pk_shop_items_file;
extern const struct pk_shop_file pk_shop_supply_file;
extern const struct pk_shop_file pk_shop_stock_file;
extern const struct pk_shop_file pk_shop_inbound_file;
extern const struct pk_shop_file pk_shop_promotions_file;
extern const struct pk_shop_file pk_shop_prices_file;
extern const struct pk_shop_file pk_shop_covariates_file;
extern const struct pk_shop_file pk_shop_deposits_file;
/* What else the shop plans with: terms of suppliers, outbound capacity, gifts, targets. */
extern const struct pk_shop_file pk_shop_suppliers_file;
extern const struct pk_shop_file pk_shop_warehouses_file;
extern const struct pk_shop_file pk_shop_components_file;
extern const struct pk_shop_file pk_shop_targets_file;

/* Order id of a line, shared with the truth files: PO-YYYYMMDD-SUPPLIER. Returns `out`. */
#define PK_SHOP_ORDER_ID_SIZE 64
const char *pk_shop_order_id(const struct pk_shop *shop, const struct pk_shop_order *order,
                             char out[PK_SHOP_ORDER_ID_SIZE]);

#endif
