#include "service/log.h"

#include <stdarg.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "models/base/text.h"

void pk_log(const char *event, const char *format, ...)
{
    char line[2048];
    struct timespec now;
    struct tm utc;
    clock_gettime(CLOCK_REALTIME, &now);
    gmtime_r(&now.tv_sec, &utc);
    size_t length = strftime(line, sizeof line, "time=%Y-%m-%dT%H:%M:%S", &utc);
    length += pk_text_format(line + length, sizeof line - length, ".%03ldZ event=%s ",
                             now.tv_nsec / 1000000, event);
    va_list arguments;
    va_start(arguments, format);
    length += pk_text_vformat(line + length, sizeof line - length - 1, format, arguments);
    va_end(arguments);
    line[length++] = '\n';
    for (size_t done = 0; done < length;) {
        ssize_t written = write(STDERR_FILENO, line + done, length - done);
        if (written <= 0)
            return;
        done += (size_t)written;
    }
}

const char *pk_log_quote(const char *text, char *out, unsigned long size)
{
    size_t at = 0;
    out[at++] = '"';
    for (; *text != '\0' && at + 4 < size; text++) {
        unsigned char c = (unsigned char)*text;
        if (c == '"' || c == '\\')
            out[at++] = '\\';
        out[at++] = c < 0x20 || c == 0x7f ? ' ' : (char)c;
    }
    out[at++] = '"';
    out[at] = '\0';
    return out;
}
