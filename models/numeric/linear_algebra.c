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

void pk_linear_algebra_moments(const double *y, const double *x, size_t series_count,
                               size_t row_count, size_t column_count, double *out)
{
    cblas_dgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, (int)series_count, (int)column_count,
                (int)row_count, 1, y, (int)row_count, x, (int)column_count, 0, out,
                (int)column_count);
}
