/* The linear algebra library under models/numeric: one thread per call, and what build it is. */
#ifndef PK_NUMERIC_LINEAR_ALGEBRA_H
#define PK_NUMERIC_LINEAR_ALGEBRA_H

/* Makes every call of the library run on the calling thread alone: fits run in parallel over
 * groups, and the library's own threads make small fits slower. Call once, before the first fit. */
void pk_linear_algebra_use_one_thread(void);

/* Name, version and CPU kernels of the library, such as "OpenBLAS 0.3.21 ... Zen". Static. */
const char *pk_linear_algebra_config(void);

#endif
