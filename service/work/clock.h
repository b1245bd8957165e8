/* How long things take. */
#ifndef PK_WORK_CLOCK_H
#define PK_WORK_CLOCK_H

/* Seconds of a clock that only runs forward; its zero means nothing. */
double pk_clock_seconds(void);

#endif
