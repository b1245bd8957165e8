/* The day, the month, its landing and what needs a decision, in a few lines: what a shop's owner
 * reads first. */
#ifndef PK_CLIENT_REVIEW_TEXT_H
#define PK_CLIENT_REVIEW_TEXT_H

#include "client/output/output.h"
#include "peakstock/v1/review.pb-c.h"

/* The value of a figure among `count` metrics; false if it is not there or not defined. */
bool pk_review_figure(Peakstock__V1__Metric *const *metrics, size_t count, const char *metric,
                      double *out_value);
/* How many metrics from `metrics` on belong to the same scope. */
size_t pk_review_scope_size(Peakstock__V1__Metric *const *metrics, size_t count);

/* Lines of text, in tables only. */
void pk_review_text_write(struct pk_output *output,
                          const Peakstock__V1__ReviewDayResponse *response);

#endif
