/* ImportService: one stream of rows is one atomic change. */
#ifndef PK_HANDLERS_HISTORY_HANDLER_H
#define PK_HANDLERS_HISTORY_HANDLER_H

#include "service/rpc/handler.h"
#include "service/store/store.h"

struct pk_history_context {
    struct pk_store *store;
    /* Called after a published import, may be NULL: wakes whoever refits. */
    void (*changed)(void *context);
    void *changed_context;
};

/* The context of the methods is a struct pk_history_context. */
extern const struct pk_rpc_method pk_history_methods[];
extern const size_t pk_history_method_count;

#endif
