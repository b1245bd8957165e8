/* What a refused call tells: its code as our status, and what was wrong with the request, field by
 * field (google.rpc.BadRequest among the details). */
#ifndef PK_CLIENT_REFUSAL_H
#define PK_CLIENT_REFUSAL_H

#include <google/rpc/error_details.pb-c.h>
#include <stddef.h>
#include <stdint.h>

#include "models/base/error.h"

/* Our status for a code of google.rpc.Code, which are those of gRPC too. INTERNAL for all that a
 * client can do nothing about. */
enum pk_status pk_refusal_status(int code);

/* Reads a packed google.rpc.Status. NULL if it is none or has no BadRequest; else the caller's, to
 * be freed by pk_refusal_free. */
Google__Rpc__BadRequest *pk_refusal_read(const uint8_t *bytes, size_t size);

/* Accepts NULL. */
void pk_refusal_free(Google__Rpc__BadRequest *refusal);

#endif
