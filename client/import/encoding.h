/* Text of an input file as UTF-8: a BOM is skipped, GB18030 (so GBK, GB2312) is converted, UTF-16
 * is refused.
 *
 * Which of the two it is is decided once, at the first byte that is not ASCII, by the megabyte that
 * follows it (so, exactly, for files up to that size): UTF-8 if it is valid UTF-8, else GB18030 if
 * it is valid GB18030, else UTF-8, whose broken characters the column checks then report with line
 * and column. */
#ifndef PK_CLIENT_ENCODING_H
#define PK_CLIENT_ENCODING_H

#include <stdbool.h>
#include <stddef.h>

#include "models/base/error.h"

struct pk_decoder;

/* Gives up to `size` bytes; *out_size = 0 only at the end. */
typedef enum pk_status pk_byte_read(void *source, char *out, size_t size, size_t *out_size,
                                    struct pk_error *error);

/* Reads from `source`, which must outlive it. OUT_OF_MEMORY; INTERNAL if the C library cannot
 * convert GB18030. */
enum pk_status pk_decoder_new(pk_byte_read *read, void *source, const char *name,
                              struct pk_decoder **out_decoder, struct pk_error *error);

/* A pk_byte_read over a decoder: UTF-8 bytes, cut anywhere. INVALID_ARGUMENT: UTF-16, or bytes that
 * are no GB18030 after the file had proved to be GB18030. */
enum pk_status pk_decoder_read(void *decoder, char *out, size_t size, size_t *out_size,
                               struct pk_error *error);

/* True once something was converted from GB18030. */
bool pk_decoder_is_converting(const struct pk_decoder *decoder);

/* Accepts NULL. */
void pk_decoder_free(struct pk_decoder *decoder);

#endif
