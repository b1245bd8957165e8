/* The linear algebra library under models/numeric: one thread per call, and what build it is. */
#ifndef PK_NUMERIC_LINEAR_ALGEBRA_H
#define PK_NUMERIC_LINEAR_ALGEBRA_H

#include <stddef.h>

/* Makes every call of the library run on the calling thread alone: fits run in parallel over
 * groups, and the library's own threads make small fits slower. Call once, before the first fit. */
void pk_linear_algebra_use_one_thread(void);

/* Name, version and CPU kernels of the library, such as "OpenBLAS 0.3.21 ... Zen". Static. */
const char *pk_linear_algebra_config(void);

/* out[series_count x column_count] = y x, one product of matrices: y series_count x row_count, x
 * row_count x column_count, all row-major. What fitting every series to shared columns costs at
 * least; benchmarks measure by it. */
void pk_linear_algebra_moments(const double *y, const double *x, size_t series_count,
                               size_t row_count, size_t column_count, double *out);

#endif
