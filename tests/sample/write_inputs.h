/* The files that the shop imports: sales, items, supply, stock, inbound, promotions, prices,
 * covariates, deposits. */
#ifndef PK_SAMPLE_WRITE_INPUTS_H
#define PK_SAMPLE_WRITE_INPUTS_H

#include "tests/sample/shop.h"

/* Writes the named file (or files) into the folder `folder`. UNAVAILABLE when it cannot be
 * written. */
enum pk_status pk_shop_write_sales(const struct pk_shop *shop, const char *folder,
                                   struct pk_error *error);
enum pk_status pk_shop_write_items(const struct pk_shop *shop, const char *folder,
                                   struct pk_error *error);
enum pk_status pk_shop_write_supply(const struct pk_shop *shop, const char *folder,
                                    struct pk_error *error);
enum pk_status pk_shop_write_stock(const struct pk_shop *shop, const char *folder,
                                   struct pk_error *error);
enum pk_status pk_shop_write_inbound(const struct pk_shop *shop, const char *folder,
                                     struct pk_error *error);
enum pk_status pk_shop_write_promotions(const struct pk_shop *shop, const char *folder,
                                        struct pk_error *error);
enum pk_status pk_shop_write_prices(const struct pk_shop *shop, const char *folder,
                                    struct pk_error *error);
enum pk_status pk_shop_write_covariates(const struct pk_shop *shop, const char *folder,
                                        struct pk_error *error);

enum pk_status pk_shop_write_deposits(const struct pk_shop *shop, const char *folder,
                                      struct pk_error *error);
/* What else the shop plans with: terms of suppliers, outbound capacity, gifts, targets. */
enum pk_status pk_shop_write_suppliers(const struct pk_shop *shop, const char *folder,
                                       struct pk_error *error);
enum pk_status pk_shop_write_warehouses(const struct pk_shop *shop, const char *folder,
                                        struct pk_error *error);
enum pk_status pk_shop_write_components(const struct pk_shop *shop, const char *folder,
                                        struct pk_error *error);
enum pk_status pk_shop_write_targets(const struct pk_shop *shop, const char *folder,
                                     struct pk_error *error);

/* Order id of a line, shared with the truth files: PO-YYYYMMDD-SUPPLIER. Returns `out`. */
#define PK_SHOP_ORDER_ID_SIZE 64
const char *pk_shop_order_id(const struct pk_shop *shop, const struct pk_shop_order *order,
                             char out[PK_SHOP_ORDER_ID_SIZE]);

#endif
