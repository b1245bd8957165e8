/* Gauss-Legendre nodes and weights of [0, 1] (NIST DLMF 3.5(v)), exact for polynomials up to
 * degree 2 n - 1. */
#ifndef PK_NUMERIC_QUADRATURE_H
#define PK_NUMERIC_QUADRATURE_H

#define PK_QUADRATURE_NODE_COUNT 20

extern const double pk_quadrature_nodes[PK_QUADRATURE_NODE_COUNT];   /* ascending, inside (0, 1) */
extern const double pk_quadrature_weights[PK_QUADRATURE_NODE_COUNT]; /* sum 1 */

#endif
