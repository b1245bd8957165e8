/* Independent jobs on whatever threads the caller has. */
#ifndef PK_BASE_EXECUTOR_H
#define PK_BASE_EXECUTOR_H

#include <stddef.h>

#include "models/base/error.h"

/* Runs `count` independent jobs, `job(context, index)` each, and returns when all are done. */
struct pk_executor {
    void (*run)(void *executor_context, size_t count, void (*job)(void *context, size_t index),
                void *context);
    void *executor_context;
};

/* Runs the jobs by the executor, or one after the other if it is NULL or has no `run`. Job i leaves
 * its outcome in errors[i]; the first failure by index is returned, so that the result does not
 * depend on the executor. */
enum pk_status pk_executor_run(const struct pk_executor *executor, size_t count,
                               void (*job)(void *context, size_t index), void *context,
                               const struct pk_error *errors, struct pk_error *error);

#endif
