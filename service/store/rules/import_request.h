/* An import as a request: it has one effect however often it is sent, and a maximum size. */
#ifndef PK_STORE_RULES_IMPORT_REQUEST_H
#define PK_STORE_RULES_IMPORT_REQUEST_H

#include <stdint.h>

#include "models/base/dataset.h"
#include "models/base/error.h"

/* The result of a published import is remembered by its request id for PK_REQUEST_ID_KEPT_DAYS.
 * While it is, an import with the id publishes nothing and gets that result. The engine asks when
 * an import begins, and again in the publishing transaction: two imports with one id may run side
 * by side. A dry run remembers nothing.
 *
 * Requests that were published at this moment or before (seconds since 1970) are forgotten. */
int64_t pk_request_forgotten_until(int64_t now_seconds);

/* ALREADY_EXISTS: the id was used for an import of another kind. */
enum pk_status pk_request_check_kind(const char *request_id, struct pk_text published_kind,
                                     enum pk_dataset_kind kind, struct pk_error *error);

/* RESOURCE_EXHAUSTED: one more row would be past PK_IMPORT_ROW_COUNT_MAX. */
enum pk_status pk_import_check_size(int64_t staged_row_count, struct pk_error *error);

#endif
