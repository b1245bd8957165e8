#include "models/numeric/linear_algebra.h"

#include <cblas.h>

void pk_linear_algebra_use_one_thread(void)
{
    openblas_set_num_threads(1);
}

const char *pk_linear_algebra_config(void)
{
    return openblas_get_config();
}
