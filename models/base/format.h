/* Formatting into bounded text; format.c is the only file of models/ that includes <stdio.h> for
 * it. */
#ifndef PK_BASE_FORMAT_H
#define PK_BASE_FORMAT_H

#include <stdarg.h>
#include <stddef.h>

/* snprintf that always terminates `out` and returns the bytes written without the NUL (cut text
 * included). */
size_t pk_text_format(char *out, size_t size, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
size_t pk_text_vformat(char *out, size_t size, const char *format, va_list arguments)
    __attribute__((format(printf, 3, 0)));

#endif
