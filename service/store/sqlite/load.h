/* Building a pk_shop_data within one reading transaction. */
#ifndef PK_STORE_SQLITE_LOAD_H
#define PK_STORE_SQLITE_LOAD_H

#include "models/base/text_map.h"
#include "service/store/rules/as_of.h"
#include "service/store/sqlite/engine.h"

#define PK_LOADED_ARRAY_COUNT_MAX 32

/* What pk_shop_data_free gets back. */
struct pk_loaded {
    struct pk_shop_data data; /* first: callers see only this */
    struct pk_text_map texts; /* every text once */
    void *arrays[PK_LOADED_ARRAY_COUNT_MAX];
    size_t array_count;
};

struct pk_loader {
    sqlite3 *database;
    struct pk_loaded *loaded;
    struct pk_as_of as_of;
    uint32_t last_item; /* where the previous look-up ended */
};

/* Fills one row from the statement; *out_keep = false leaves it out. */
typedef enum pk_status pk_load_row(struct pk_loader *loader, sqlite3_stmt *statement, void *row,
                                   bool *out_keep, struct pk_error *error);

/* Runs `sql` (its parameters, if any, are last_daily_date and recorded_date of loader->as_of) into
 * an array owned by the loaded data. */
enum pk_status pk_loader_read(struct pk_loader *loader, const char *sql, size_t row_size,
                              pk_load_row *read, void **out_rows, size_t *out_count,
                              struct pk_error *error);
/* Zeroed array owned by the loaded data; NULL when out of memory. */
void *pk_loader_allocate(struct pk_loader *loader, size_t count, size_t size);
/* A text that lives as long as the loaded data. */
enum pk_status pk_loader_text(struct pk_loader *loader, sqlite3_stmt *statement, int column,
                              const char **out_text, struct pk_error *error);

/* Indexes in the shop; PK_INDEX_NONE if there is none (or the id is empty). */
uint32_t pk_loader_item(struct pk_loader *loader, sqlite3_stmt *statement, int column);
uint32_t pk_loader_warehouse(const struct pk_loader *loader, sqlite3_stmt *statement, int column);
uint32_t pk_loader_category(const struct pk_loader *loader, sqlite3_stmt *statement, int column);

enum pk_status pk_load_shop(struct pk_loader *loader, struct pk_error *error);
enum pk_status pk_load_ledger(struct pk_loader *loader, struct pk_error *error);
/* Suppliers, warehouses, lanes, closures, components, adjustments, targets, deposits. */
enum pk_status pk_load_network(struct pk_loader *loader, struct pk_error *error);

/* NULL as `fallback`. */
int64_t pk_loader_integer(sqlite3_stmt *statement, int column, int64_t fallback);
/* NULL as NAN. */
double pk_loader_number(sqlite3_stmt *statement, int column);
/* False if the text names something that the shop does not have: such a row applies to nothing. */
bool pk_loader_scope(sqlite3_stmt *statement, int column, uint32_t index);
/* The category "" exists, but an empty scope is every category: PK_INDEX_NONE. */
uint32_t pk_loader_category_scope(const struct pk_loader *loader, sqlite3_stmt *statement,
                                  int column);
/* Series and sales; after the ledger. */
enum pk_status pk_load_sales(struct pk_loader *loader, struct pk_error *error);

#endif
