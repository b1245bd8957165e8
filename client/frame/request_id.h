/* Ids that mark one request, so that the service does it once however often it is sent. */
#ifndef PK_CLIENT_REQUEST_ID_H
#define PK_CLIENT_REQUEST_ID_H

#include "models/base/error.h"

/* A word of at most 6 letters, a dash, 32 hexadecimal digits and the NUL. */
#define PK_REQUEST_ID_SIZE 40

/* "import-" or "export-" and random digits. INTERNAL: the system gives none. */
enum pk_status pk_request_id_make(const char *word, char out[PK_REQUEST_ID_SIZE],
                                  struct pk_error *error);

#endif
