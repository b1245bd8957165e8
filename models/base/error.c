#include "models/base/error.h"

#include <stdarg.h>

#include "models/base/format.h"

enum pk_status pk_error_set(struct pk_error *error, enum pk_status status, const char *field,
                            const char *format, ...)
{
    if (error != NULL) {
        va_list arguments;
        va_start(arguments, format);
        pk_text_vformat(error->message, sizeof error->message, format, arguments);
        va_end(arguments);
        pk_text_format(error->field, sizeof error->field, "%s", field == NULL ? "" : field);
        error->status = status;
    }
    return status;
}

const char *pk_status_name(enum pk_status status)
{
    static const char *const names[] = {"ok",
                                        "invalid_argument",
                                        "not_found",
                                        "already_exists",
                                        "failed_precondition",
                                        "resource_exhausted",
                                        "unavailable",
                                        "cancelled",
                                        "deadline_exceeded",
                                        "data_loss",
                                        "out_of_memory",
                                        "internal"};
    if ((unsigned)status >= sizeof names / sizeof names[0])
        return "internal";
    return names[status];
}
