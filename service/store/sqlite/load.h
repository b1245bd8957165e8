/* Loading a shop within one reading transaction. */
#ifndef PK_STORE_SQLITE_LOAD_H
#define PK_STORE_SQLITE_LOAD_H

#include "service/store/rules/shop_builder.h"
#include "service/store/sqlite/engine.h"

struct pk_loader {
    sqlite3 *database;
    struct pk_as_of as_of;
    struct pk_shop_builder *builder;
};

/* Series and sales (load_sales.c); after all feeds of the builder. */
enum pk_status pk_load_sales(struct pk_loader *loader, struct pk_error *error);

#endif
