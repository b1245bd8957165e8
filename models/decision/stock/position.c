#include "models/decision/stock/position.h"

#include <math.h>

struct pk_supply_terms pk_supply_terms_default(void)
{
    return (struct pk_supply_terms){
        .review_period_days = 7,
        .pack_size_units = 1,
        .max_stock_units = -1,
        .unit_cost_micros = -1,
        .order_cost_micros = -1,
        .shortage_cost_micros = -1,
        .holding_cost_micros_per_day = -1,
    };
}

int64_t pk_stock_sellable_units(const struct pk_stock *stock)
{
    return stock->on_hand_units - stock->unsellable_units - stock->reserved_units;
}

double pk_inbound_units(const struct pk_inbound *lines, size_t count)
{
    double units = 0.0;
    for (size_t i = 0; i < count; i++)
        units += (double)lines[i].units * lines[i].confirmed_ratio;
    return units;
}

int32_t pk_inbound_next_date(const struct pk_inbound *lines, size_t count, int32_t next_date)
{
    int32_t earliest = PK_DATE_NONE;
    for (size_t i = 0; i < count; i++) {
        if (!((double)lines[i].units * lines[i].confirmed_ratio > 0.0))
            continue;
        int32_t date = lines[i].eta_date < next_date ? next_date : lines[i].eta_date;
        if (earliest == PK_DATE_NONE || date < earliest)
            earliest = date;
    }
    return earliest;
}

int32_t pk_bucket_start_from(const struct pk_demand *demand, int32_t date)
{
    if (date <= demand->first_date)
        return demand->first_date;
    int32_t past = (date - demand->first_date) % demand->bucket_days;
    return past == 0 ? date : date + demand->bucket_days - past;
}

int32_t pk_arrival_date(const struct pk_demand *demand, const struct pk_supply_terms *terms,
                        int32_t date)
{
    const int32_t order_date = pk_supply_order_date(&terms->calendar, date);
    return pk_bucket_start_from(demand, pk_supply_sellable_date(&terms->calendar, order_date,
                                                                terms->lead_time_days,
                                                                terms->shelving_days));
}

int64_t pk_unit_cost_micros(const struct pk_supply_terms *terms,
                            const struct pk_economics *economics)
{
    if (terms->is_known && terms->unit_cost_micros >= 0)
        return terms->unit_cost_micros;
    return economics->unit_cost_micros;
}

bool pk_unit_margin_micros(const struct pk_supply_terms *terms,
                           const struct pk_economics *economics, int64_t *out_micros)
{
    int64_t cost = pk_unit_cost_micros(terms, economics);
    if (cost < 0 || economics->price_micros < 0)
        return false;
    double kept = (double)economics->price_micros * (1.0 - economics->selling_cost_ratio);
    *out_micros = llround(kept) - cost;
    return true;
}

int64_t pk_holding_cost_micros_per_day(const struct pk_supply_terms *terms,
                                       const struct pk_economics *economics)
{
    if (terms->is_known && terms->holding_cost_micros_per_day >= 0)
        return terms->holding_cost_micros_per_day;
    int64_t cost = pk_unit_cost_micros(terms, economics);
    if (cost < 0)
        return -1;
    return llround((double)cost * PK_HOLDING_RATIO_PER_YEAR_DEFAULT / 365.0);
}

int64_t pk_salvage_micros(const struct pk_supply_terms *terms, const struct pk_economics *economics)
{
    if (economics->salvage_micros >= 0)
        return economics->salvage_micros;
    int64_t cost = pk_unit_cost_micros(terms, economics);
    return cost < 0 ? 0 : llround((double)cost * PK_SALVAGE_RATIO_DEFAULT);
}
