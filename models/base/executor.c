#include "models/base/executor.h"

enum pk_status pk_executor_run(const struct pk_executor *executor, size_t count,
                               void (*job)(void *context, size_t index), void *context,
                               const struct pk_error *errors, struct pk_error *error)
{
    if (executor != NULL && executor->run != NULL)
        executor->run(executor->executor_context, count, job, context);
    else
        for (size_t i = 0; i < count; i++)
            job(context, i);
    for (size_t i = 0; i < count; i++) {
        if (errors[i].status == PK_OK)
            continue;
        if (error != NULL)
            *error = errors[i];
        return errors[i].status;
    }
    return PK_OK;
}
