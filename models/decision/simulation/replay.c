#include "models/decision/simulation/replay.h"

#include <string.h>

void pk_replay_begin(struct pk_replay *out_replay, const struct pk_replay_terms *terms,
                     int64_t start_units, int64_t *due_units)
{
    memset(due_units, 0, ((size_t)terms->lead_buckets + 1) * sizeof *due_units);
    *out_replay = (struct pk_replay){.on_hand_units = start_units, .due_units = due_units};
}

int64_t pk_replay_position(const struct pk_replay *replay)
{
    return replay->on_hand_units + replay->on_order_units;
}

static size_t place_of(const struct pk_replay_terms *terms, int64_t bucket)
{
    return (size_t)(bucket % (terms->lead_buckets + 1));
}

int64_t pk_replay_due(const struct pk_replay *replay, const struct pk_replay_terms *terms,
                      int64_t bucket, int32_t buckets_ahead)
{
    return replay->due_units[place_of(terms, bucket + buckets_ahead)];
}

int64_t pk_replay_round(const struct pk_replay_terms *terms, int64_t need_units,
                        int64_t position_units)
{
    const int64_t pack = terms->pack_size_units > 1 ? terms->pack_size_units : 1;
    if (need_units <= 0)
        return 0;
    int64_t units = need_units < terms->min_order_units ? terms->min_order_units : need_units;
    units = (units + pack - 1) / pack * pack;
    if (terms->max_stock_units >= 0 && position_units + units > terms->max_stock_units) {
        const int64_t room = terms->max_stock_units - position_units;
        units = room > 0 ? room / pack * pack : 0;
        if (units < terms->min_order_units)
            units = 0;
    }
    return units;
}

void pk_replay_order(struct pk_replay *replay, const struct pk_replay_terms *terms, int64_t bucket,
                     int64_t units, bool is_counted)
{
    replay->due_units[place_of(terms, bucket + terms->lead_buckets)] += units;
    replay->on_order_units += units;
    if (!is_counted)
        return;
    if (replay->has_previous_order) {
        const int64_t change = units - replay->previous_order_units;
        replay->change_units += change < 0 ? -change : change;
    }
    replay->previous_order_units = units;
    replay->has_previous_order = true;
    replay->order_count += units > 0;
    replay->order_units += units;
}

static void count(struct pk_replay_sums *sums, const struct pk_replay *replay, int64_t demand_units,
                  int64_t served_units)
{
    sums->bucket_count++;
    sums->demand_units += demand_units;
    sums->served_units += served_units;
    sums->stock_unit_buckets += replay->on_hand_units;
    sums->stockout_bucket_count += served_units < demand_units;
}

void pk_replay_bucket(struct pk_replay *replay, const struct pk_replay_terms *terms, int64_t bucket,
                      int64_t demand_units, bool is_counted, bool is_promotion)
{
    int64_t *due = &replay->due_units[place_of(terms, bucket)];
    replay->on_hand_units += *due;
    replay->on_order_units -= *due;
    *due = 0;
    const int64_t served =
        demand_units < replay->on_hand_units ? demand_units : replay->on_hand_units;
    replay->on_hand_units -= served;
    if (!is_counted)
        return;
    count(&replay->all, replay, demand_units, served);
    if (is_promotion)
        count(&replay->promotion, replay, demand_units, served);
}

struct pk_replay_cost pk_replay_cost_of(const struct pk_replay_sums *sums, int64_t order_count,
                                        const struct pk_replay_terms *terms,
                                        const struct pk_replay_prices *prices,
                                        double critical_ratio)
{
    const double shortage =
        critical_ratio / (1 - critical_ratio) * prices->holding_per_day * prices->review_days;
    return (struct pk_replay_cost){
        .holding = (double)sums->stock_unit_buckets * terms->bucket_days * prices->holding_per_day,
        .shortage = (double)(sums->demand_units - sums->served_units) * shortage,
        .order = (double)order_count * prices->order_cost,
    };
}
