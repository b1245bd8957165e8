#include "client/frame/refusal.h"

#include <google/rpc/status.pb-c.h>
#include <string.h>

#define BAD_REQUEST_TYPE "type.googleapis.com/google.rpc.BadRequest"

enum pk_status pk_refusal_status(int code)
{
    /* In the order of google.rpc.Code. */
    static const enum pk_status statuses[] = {
        PK_OK,                  /* OK */
        PK_CANCELLED,           /* CANCELLED */
        PK_INTERNAL,            /* UNKNOWN */
        PK_INVALID_ARGUMENT,    /* INVALID_ARGUMENT */
        PK_DEADLINE_EXCEEDED,   /* DEADLINE_EXCEEDED */
        PK_NOT_FOUND,           /* NOT_FOUND */
        PK_ALREADY_EXISTS,      /* ALREADY_EXISTS */
        PK_INTERNAL,            /* PERMISSION_DENIED */
        PK_RESOURCE_EXHAUSTED,  /* RESOURCE_EXHAUSTED */
        PK_FAILED_PRECONDITION, /* FAILED_PRECONDITION */
        PK_INTERNAL,            /* ABORTED */
        PK_INVALID_ARGUMENT,    /* OUT_OF_RANGE */
        PK_FAILED_PRECONDITION, /* UNIMPLEMENTED: an older service */
        PK_INTERNAL,            /* INTERNAL */
        PK_UNAVAILABLE,         /* UNAVAILABLE */
        PK_DATA_LOSS,           /* DATA_LOSS */
    };
    const int count = (int)(sizeof statuses / sizeof *statuses);
    return code >= 0 && code < count ? statuses[code] : PK_INTERNAL;
}

Google__Rpc__BadRequest *pk_refusal_read(const uint8_t *bytes, size_t size)
{
    Google__Rpc__Status *status = google__rpc__status__unpack(NULL, size, bytes);
    Google__Rpc__BadRequest *found = NULL;
    if (!status)
        return NULL;
    for (size_t i = 0; i < status->n_details && !found; i++)
        if (strcmp(status->details[i]->type_url, BAD_REQUEST_TYPE) == 0)
            found = google__rpc__bad_request__unpack(NULL, status->details[i]->value.len,
                                                     status->details[i]->value.data);
    google__rpc__status__free_unpacked(status, NULL);
    return found;
}

void pk_refusal_free(Google__Rpc__BadRequest *refusal)
{
    if (refusal)
        google__rpc__bad_request__free_unpacked(refusal, NULL);
}
