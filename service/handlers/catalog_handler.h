/* CatalogService: lists and gets stored rows. */
#ifndef PK_HANDLERS_CATALOG_HANDLER_H
#define PK_HANDLERS_CATALOG_HANDLER_H

#include "service/handlers/history_handler.h"

/* The context of the methods is a struct pk_history_context. */
extern const struct pk_rpc_method pk_catalog_methods[];
extern const size_t pk_catalog_method_count;

#endif
