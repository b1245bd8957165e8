#include "models/base/units.h"

#include <math.h>

#include "models/base/limits.h"

bool pk_money_parse(struct pk_text text, int64_t *out_micros)
{
    size_t at = 0;
    bool negative = false;
    if (text.size > 0 && (text.bytes[0] == '-' || text.bytes[0] == '+')) {
        negative = text.bytes[0] == '-';
        at = 1;
    }
    int64_t micros = 0;
    int64_t scale = 0; /* 0 before the point, then the worth of the next decimal */
    bool any_digit = false;
    for (; at < text.size; at++) {
        char c = text.bytes[at];
        if (c == '.' && scale == 0) {
            scale = PK_MICROS_PER_UNIT / 10;
            continue;
        }
        if (c < '0' || c > '9')
            return false;
        any_digit = true;
        if (scale == 0 && micros <= PK_MONEY_MICROS_MAX / 10)
            micros = micros * 10 + (int64_t)(c - '0') * PK_MICROS_PER_UNIT;
        else if (scale == 0)
            return false;
        else {
            micros += (int64_t)(c - '0') * scale;
            if (scale == 1 && at + 1 < text.size)
                return false;
            scale /= 10;
        }
        if (micros > PK_MONEY_MICROS_MAX)
            return false;
    }
    if (!any_digit)
        return false;
    *out_micros = negative ? -micros : micros;
    return true;
}

const char *pk_money_format(int64_t micros, char out[PK_MONEY_TEXT_SIZE])
{
    uint64_t size = micros < 0 ? 0 - (uint64_t)micros : (uint64_t)micros;
    uint64_t whole = size / (uint64_t)PK_MICROS_PER_UNIT;
    uint64_t part = size % (uint64_t)PK_MICROS_PER_UNIT;
    size_t length = pk_text_format(out, PK_MONEY_TEXT_SIZE, "%s%llu.%06llu", micros < 0 ? "-" : "",
                                   (unsigned long long)whole, (unsigned long long)part);
    for (int cut = 0; cut < 4 && out[length - 1] == '0'; cut++)
        out[--length] = '\0';
    return out;
}

int64_t pk_money_times(int64_t micros, int64_t count)
{
    int64_t product;
    if (__builtin_mul_overflow(micros, count, &product))
        return (micros < 0) == (count < 0) ? INT64_MAX : -INT64_MAX;
    return product;
}

int64_t pk_money_from_double(double amount)
{
    double micros = amount * (double)PK_MICROS_PER_UNIT;
    if (isnan(micros))
        return 0;
    if (micros >= 9.2e18)
        return INT64_MAX;
    if (micros <= -9.2e18)
        return -INT64_MAX;
    return llround(micros);
}
