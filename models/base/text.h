/* Bounded text: UTF-8 and identifier checks, numbers; and formatting (format.h). */
#ifndef PK_BASE_TEXT_H
#define PK_BASE_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "models/base/error.h"
#include "models/base/format.h"

/* A view of bytes that somebody else owns; not NUL-terminated. */
struct pk_text {
    const char *bytes;
    size_t size;
};

struct pk_text pk_text_from(const char *string);
bool pk_text_equal(struct pk_text a, struct pk_text b);
/* ASCII and U+3000 white space off both ends. */
struct pk_text pk_text_trim(struct pk_text text);

/* True if the bytes are well-formed UTF-8 (RFC 3629: no surrogates, no overlong forms) without
 * NUL. */
bool pk_text_is_utf8(struct pk_text text);

/* Checks an identifier: 1..PK_ID_BYTES_MAX bytes of UTF-8, no control characters, no outer white
 * space, not of the form 6.12E+17 that a spreadsheet makes of a long number. INVALID_ARGUMENT with
 * `field` and a remedy otherwise. */
enum pk_status pk_id_check(struct pk_text id, const char *field, struct pk_error *error);

/* Whole decimal integer with optional sign; false on anything else or overflow. */
bool pk_text_to_integer(struct pk_text text, int64_t *out_value);
/* Decimal number (no hex, inf or nan); false on anything else. */
bool pk_text_to_number(struct pk_text text, double *out_value);

#endif
