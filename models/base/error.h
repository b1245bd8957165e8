/* One way to fail: a status as the return value, the detail in a caller-owned struct of fixed
 * size. */
#ifndef PK_BASE_ERROR_H
#define PK_BASE_ERROR_H

enum pk_status {
    PK_OK = 0,
    PK_INVALID_ARGUMENT,    /* the caller's value is wrong whatever the state of the store */
    PK_NOT_FOUND,           /* a named id is unknown */
    PK_ALREADY_EXISTS,      /* conflicts with something stored or sent before */
    PK_FAILED_PRECONDITION, /* the store is not in the state that this needs */
    PK_RESOURCE_EXHAUSTED,  /* a named limit, or the disk */
    PK_UNAVAILABLE,         /* try again later */
    PK_CANCELLED,           /* the caller went away */
    PK_DEADLINE_EXCEEDED,
    PK_DATA_LOSS,     /* stored bytes are damaged */
    PK_OUT_OF_MEMORY, /* an allocation failed; nothing was changed */
    PK_INTERNAL       /* our own mistake */
};

/* Filled by the callee on failure, untouched on success. `field` names the offending input (may be
 * empty). */
struct pk_error {
    enum pk_status status;
    char field[128];
    char message[512];
};

/* Fills *error (may be NULL) from a printf format and returns `status`. Text that does not fit is
 * cut. */
enum pk_status pk_error_set(struct pk_error *error, enum pk_status status, const char *field,
                            const char *format, ...) __attribute__((format(printf, 4, 5)));

/* Stable lower-case name of a status, for logs. */
const char *pk_status_name(enum pk_status status);

#endif
