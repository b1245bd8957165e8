/* assert_close(actual, expected, tolerance) for doubles; cmocka's own compares floats. Include
 * after <cmocka.h>. */
#ifndef PK_TESTS_SUPPORT_CLOSE_H
#define PK_TESTS_SUPPORT_CLOSE_H

#include <math.h>

#define assert_close(actual, expected, tolerance)                                                  \
    do {                                                                                           \
        double close_actual = (actual), close_expected = (expected);                               \
        if (!(fabs(close_actual - close_expected) <= (tolerance)))                                 \
            fail_msg("%.17g instead of %.17g", close_actual, close_expected);                      \
    } while (0)

#endif
