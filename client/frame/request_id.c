#include "client/frame/request_id.h"

#include <sys/random.h>

#include "models/base/text.h"

enum pk_status pk_request_id_make(const char *word, char out[PK_REQUEST_ID_SIZE],
                                  struct pk_error *error)
{
    unsigned char random[16];
    if (getrandom(random, sizeof random, 0) != (ssize_t)sizeof random)
        return pk_error_set(error, PK_INTERNAL, "", "the system gives no random numbers");
    size_t length = pk_text_format(out, PK_REQUEST_ID_SIZE, "%s-", word);
    for (size_t i = 0; i < sizeof random; i++)
        length += pk_text_format(out + length, PK_REQUEST_ID_SIZE - length, "%02x", random[i]);
    return PK_OK;
}
