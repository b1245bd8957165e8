/* The key figures of one series over windows of days; models/decision/review/kpi.h adds them up. */
#ifndef PK_EVIDENCE_KPI_SERIES_H
#define PK_EVIDENCE_KPI_SERIES_H

#include "models/base/limits.h"
#include "models/decision/review/kpi.h"
#include "models/evidence/series_facts.h"

struct pk_kpi_window {
    int32_t from_date, to_date; /* both included */
    bool is_known;              /* the shop's history holds all of it */
};

/* Working memory of one thread. */
struct pk_kpi_memory {
    struct pk_decision_memory *decision;
    struct pk_forecast_scratch *fitted;
    double mean_units[PK_KPI_WINDOW_DAYS_MAX];
};
/* NULL when out of memory. */
struct pk_kpi_memory *pk_kpi_memory_new(void);
/* Accepts NULL. */
void pk_kpi_memory_free(struct pk_kpi_memory *memory);

/* Fills out_series[i] for every window that is known and leaves the others alone.
 *
 * Days of supply, excess and transit look ahead: they are known of windows that end as-of. Stock
 * at the end of an earlier window is known if a stock row is dated in the last bucket of the
 * window. A series is on offer from its launch date, else from its first sale. It stays so to
 * its end date. If it has neither a launch nor an end date, it stays so for 90 days after its
 * last sale. *out_facts has PK_HORIZON_DAYS_MAX days of demand and is valid until the memory's
 * next series. */
enum pk_status pk_kpi_series_load(const struct pk_view *view, size_t series,
                                  const struct pk_kpi_window *windows, size_t window_count,
                                  struct pk_kpi_memory *memory, struct pk_series_facts *out_facts,
                                  struct pk_kpi_series *out_series, struct pk_error *error);

/* Days of the buckets of a series that begin in from_date..to_date: of a weekly series 7 for
 * each of its weeks that begins there. */
int32_t pk_bucket_days_between(const struct pk_shop_data *data, size_t series, int32_t from_date,
                               int32_t to_date);

/* --- kpi_service.c: what stock-outs cost, and replenishment cycles --- */

/* *out_sold_units = the demand served in from_date..to_date. *out_lost_units = sum over its
 * buckets of (1 - available_ratio) x fitted mean; -1 if no row of the range tells its
 * availability. Buckets before the first day of the fit lose nothing. INVALID_ARGUMENT if more
 * than PK_KPI_WINDOW_DAYS_MAX buckets lie between the first stock-out and the last row. */
enum pk_status pk_kpi_lost_units(const struct pk_view *view, size_t series, int32_t from_date,
                                 int32_t to_date, struct pk_kpi_memory *memory,
                                 double *out_sold_units, double *out_lost_units,
                                 struct pk_error *error);

/* Adds the replenishment cycles that end in from_date..to_date to out->cycle_count, and those
 * without any stock-out to out->served_cycle_count. A cycle runs from one receipt of the series
 * to the day before the next one, and counts if one of its rows tells its availability. A series
 * that has no receipt at all has cycles of its review period, back from to_date, if
 * out->is_listed, its terms are known, and one row of the range tells its availability. */
void pk_kpi_cycles(const struct pk_view *view, const struct pk_series_facts *facts, size_t series,
                   int32_t from_date, int32_t to_date, struct pk_kpi_series *out);

#endif
