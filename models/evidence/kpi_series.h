/* What the key figures need of one series over a window. */
#ifndef PK_EVIDENCE_KPI_SERIES_H
#define PK_EVIDENCE_KPI_SERIES_H

#include "models/base/limits.h"
#include "models/decision/review/kpi.h"
#include "models/evidence/series_facts.h"

struct pk_kpi_window {
    int32_t from_date, to_date;
    bool is_known; /* the shop's history holds all of it */
};

/* Working memory of the fitted means; one per thread. */
struct pk_kpi_memory {
    struct pk_decision_memory *decision;
    struct pk_forecast_scratch *fitted;
    double mean_units[PK_KPI_WINDOW_DAYS_MAX];
};
struct pk_kpi_memory *pk_kpi_memory_new(void);
void pk_kpi_memory_free(struct pk_kpi_memory *memory);

/* Fills out_series[window_count]. What is ahead (days of supply, excess, transit) is known of
 * windows that end as-of only; stock at the end of another window, where a stock row is dated in its
 * last bucket. Windows that are not known are left alone. *out_facts (PK_HORIZON_DAYS_MAX of demand) holds
 * until the memory's next series. */
enum pk_status pk_kpi_series_load(const struct pk_view *view, size_t series,
                                  const struct pk_kpi_window *windows, size_t window_count,
                                  struct pk_kpi_memory *memory, struct pk_series_facts *out_facts,
                                  struct pk_kpi_series *out_series, struct pk_error *error);

/* Days of the buckets that begin from from_date to to_date: whole weeks of a weekly series. */
int32_t pk_bucket_days_between(const struct pk_shop_data *data, size_t series, int32_t from_date,
                               int32_t to_date);

/* --- kpi_service.c: what stock-outs cost, cycles --- */

/* Demand sold in the range, and the fitted mean of the part of it that was out of stock; lost = -1
 * if no row of the range tells its availability. */
enum pk_status pk_kpi_lost_units(const struct pk_view *view, size_t series, int32_t from_date,
                                 int32_t to_date, struct pk_kpi_memory *memory,
                                 double *out_sold_units, double *out_lost_units,
                                 struct pk_error *error);

/* Replenishment cycles that end in the range. Between the known receipts of the series; where none
 * were ever recorded, review periods back from to_date, if the range tells availability. */
void pk_kpi_cycles(const struct pk_view *view, const struct pk_series_facts *facts, size_t series,
                   int32_t from_date, int32_t to_date, struct pk_kpi_series *out);

#endif
