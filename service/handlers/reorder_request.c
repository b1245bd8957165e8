#include "service/handlers/reorder_request.h"

#include <math.h>

#include "models/base/limits.h"
#include "service/handlers/reply.h"

void pk_reorder_read_assumptions(struct pk_rpc_call *call,
                                 const Peakstock__V1__ReorderAssumptions *wire,
                                 struct pk_assumptions *out_assumptions)
{
    *out_assumptions = (struct pk_assumptions){.stock_units = -1, .lead_time_days = -1};
    if (wire == NULL)
        return;
    if (wire->stock_case == PEAKSTOCK__V1__REORDER_ASSUMPTIONS__STOCK_STOCK_UNITS) {
        out_assumptions->stock_units = wire->stock_units;
        if (wire->stock_units < 0 || wire->stock_units > PK_UNITS_MAX)
            pk_rpc_call_violation(call, "assumptions.stock_units",
                                  "%lld is out of range; give 0 to %lld",
                                  (long long)wire->stock_units, (long long)PK_UNITS_MAX);
    }
    if (wire->lead_time_case == PEAKSTOCK__V1__REORDER_ASSUMPTIONS__LEAD_TIME_LEAD_TIME_DAYS) {
        out_assumptions->lead_time_days = wire->lead_time_days;
        if (wire->lead_time_days < 0 || wire->lead_time_days > PK_LEAD_TIME_DAYS_MAX)
            pk_rpc_call_violation(call, "assumptions.lead_time_days",
                                  "%d is out of range; give 0 to %d", wire->lead_time_days,
                                  PK_LEAD_TIME_DAYS_MAX);
    }
}

void pk_reorder_read_what_if(struct pk_rpc_call *call, const Peakstock__V1__ReorderWhatIf *wire,
                             struct pk_what_if *out_what_if,
                             struct pk_promotion_change out_changes[PK_PROMOTION_CHANGE_COUNT_MAX])
{
    if (wire == NULL)
        return;
    out_what_if->has_lead_time =
        wire->lead_time_case == PEAKSTOCK__V1__REORDER_WHAT_IF__LEAD_TIME_LEAD_TIME_DAYS;
    out_what_if->lead_time_days = wire->lead_time_days;
    if (out_what_if->has_lead_time &&
        (wire->lead_time_days < 0 || wire->lead_time_days > PK_LEAD_TIME_DAYS_MAX))
        pk_rpc_call_violation(call, "what_if.lead_time_days", "%d is out of range; give 0 to %d",
                              wire->lead_time_days, PK_LEAD_TIME_DAYS_MAX);
    out_what_if->critical_ratio = wire->critical_ratio;
    if (!(wire->critical_ratio >= 0 && wire->critical_ratio < 1))
        pk_rpc_call_violation(call, "what_if.critical_ratio",
                              "%g is out of range; give more than 0 and less than 1",
                              wire->critical_ratio);
    if (wire->delayed_order_id[0] != '\0')
        out_what_if->delayed_order_id = wire->delayed_order_id;
    out_what_if->delay_days = wire->delay_days;
    if (wire->delay_days < -PK_LEAD_TIME_DAYS_MAX || wire->delay_days > PK_LEAD_TIME_DAYS_MAX)
        pk_rpc_call_violation(call, "what_if.delay_days", "%d is out of range; give %d to %d",
                              wire->delay_days, -PK_LEAD_TIME_DAYS_MAX, PK_LEAD_TIME_DAYS_MAX);
    if (wire->n_promotions > PK_PROMOTION_CHANGE_COUNT_MAX)
        pk_rpc_call_violation(call, "what_if.promotions", "has %zu entries; give at most %d",
                              wire->n_promotions, PK_PROMOTION_CHANGE_COUNT_MAX);
    for (size_t i = 0; i < wire->n_promotions && i < PK_PROMOTION_CHANGE_COUNT_MAX; i++) {
        const Peakstock__V1__PromotionWhatIf *one = wire->promotions[i];
        out_changes[i] = (struct pk_promotion_change){one->promotion_id, NAN, NAN};
        if (one->discount_case == PEAKSTOCK__V1__PROMOTION_WHAT_IF__DISCOUNT_DISCOUNT_RATIO)
            out_changes[i].discount_ratio = one->discount_ratio;
        if (one->traffic_case == PEAKSTOCK__V1__PROMOTION_WHAT_IF__TRAFFIC_TRAFFIC_RATIO)
            out_changes[i].traffic_ratio = one->traffic_ratio;
        if (out_changes[i].discount_ratio < 0 || out_changes[i].discount_ratio > 1)
            pk_rpc_call_violation(call, "what_if.promotions.discount_ratio",
                                  "%g is out of range; give 0 to 1", one->discount_ratio);
        if (out_changes[i].traffic_ratio < 0 || out_changes[i].traffic_ratio > 1000)
            pk_rpc_call_violation(call, "what_if.promotions.traffic_ratio",
                                  "%g is out of range; give 0 to 1000", one->traffic_ratio);
    }
}

static void keep(struct pk_rpc_call *call, struct pk_request_texts *texts, const char *line)
{
    char *kept = pk_reply_text(call, line);
    if (kept != NULL)
        texts->lines[texts->count++] = kept;
}

static void tell_what_if(struct pk_rpc_call *call, struct pk_request_texts *texts,
                         const struct pk_what_if *what_if)
{
    char line[200];
    if (what_if->has_lead_time) {
        pk_text_format(line, sizeof line, "what if the lead time were %d days",
                       what_if->lead_time_days);
        keep(call, texts, line);
    }
    if (what_if->critical_ratio > 0) {
        pk_text_format(line, sizeof line, "what if the critical ratio were %g",
                       what_if->critical_ratio);
        keep(call, texts, line);
    }
    if (what_if->delayed_order_id != NULL) {
        pk_text_format(line, sizeof line, "what if order %s came %d days later",
                       what_if->delayed_order_id, what_if->delay_days);
        keep(call, texts, line);
    }
}

void pk_reorder_tell(struct pk_rpc_call *call, struct pk_request_texts *texts,
                     const struct pk_assumptions *assumptions,
                     const struct pk_promotion_change *changes, size_t change_count)
{
    char line[200];
    if (assumptions->stock_units >= 0) {
        pk_text_format(line, sizeof line, "stock %lld units where no stock row exists",
                       (long long)assumptions->stock_units);
        keep(call, texts, line);
    }
    if (assumptions->lead_time_days >= 0) {
        pk_text_format(line, sizeof line, "lead time %d days where no supply row exists",
                       assumptions->lead_time_days);
        keep(call, texts, line);
    }
    tell_what_if(call, texts, &assumptions->what_if);
    for (size_t i = 0; i < change_count; i++) {
        if (!isnan(changes[i].discount_ratio)) {
            pk_text_format(line, sizeof line, "what if the discount of %s were %g",
                           changes[i].promotion_id, changes[i].discount_ratio);
            keep(call, texts, line);
        }
        if (!isnan(changes[i].traffic_ratio)) {
            pk_text_format(line, sizeof line, "what if the traffic of %s were %g",
                           changes[i].promotion_id, changes[i].traffic_ratio);
            keep(call, texts, line);
        }
    }
}
