/* Key figures over a window, in total and by category, warehouse, channel or role. */
#ifndef PK_WORKFLOWS_COMPUTE_KPIS_H
#define PK_WORKFLOWS_COMPUTE_KPIS_H

#include "models/evidence/kpi_series.h"
#include "models/history/campaign.h"
#include "service/store/store.h"

enum pk_kpi_scope {
    PK_KPI_TOTAL,
    PK_KPI_CATEGORY,
    PK_KPI_WAREHOUSE,
    PK_KPI_CHANNEL, /* sales figures only: stock belongs to no channel */
    PK_KPI_ROLE
};

struct pk_kpi_request {
    int32_t from_date, to_date; /* as pk_kpi_window_complete leaves them */
    enum pk_kpi_scope by;
    int thread_count; /* no figure depends on it */
};

/* A figure of the window; undefined ones of the windows before are not known. */
struct pk_kpi_figure {
    const char *scope;    /* total, category, warehouse, channel, role */
    const char *scope_id; /* valid during the call only */
    struct pk_metric_value value;
    struct pk_metric_value previous;    /* as long a window right before */
    struct pk_metric_value year_before; /* the same dates of the year before */
    bool has_target;
    double target;
    int32_t from_date, to_date; /* of a promotion's figures: its days */
};
typedef enum pk_status pk_kpi_take(void *context, const struct pk_kpi_figure *figure,
                                   struct pk_error *error);

/* The campaign that a window's stocking figures are about: the one that ended last up to its last
 * day, of single items only if there is no other. False without one. */
bool pk_kpi_campaign(const struct pk_shop *shop, int32_t to_date, struct pk_campaign *out_campaign);

/* The total first, then the scopes by id. `campaign_before` is the snapshot of the day before the
 * window's campaign (pk_campaign_before_date): what its gap rate is measured against; NULL = not
 * known. */
enum pk_status pk_compute_kpis(struct pk_store *store, const struct pk_view *view,
                               const struct pk_view *campaign_before,
                               const struct pk_kpi_request *request, pk_kpi_take *take,
                               void *context, struct pk_error *error);

#endif
