#include "models/base/format.h"

#include <stdio.h>

size_t pk_text_vformat(char *out, size_t size, const char *format, va_list arguments)
{
    if (size == 0)
        return 0;
    int length = vsnprintf(out, size, format, arguments);
    if (length < 0) {
        out[0] = '\0';
        return 0;
    }
    return (size_t)length < size ? (size_t)length : size - 1;
}

size_t pk_text_format(char *out, size_t size, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    size_t length = pk_text_vformat(out, size, format, arguments);
    va_end(arguments);
    return length;
}
