#include "models/history/fingerprint.h"

#include <string.h>

#include "models/base/hash.h"

static uint64_t mix_pair(uint64_t hash, uint32_t high, uint32_t low)
{
    return pk_hash_word(hash, (uint64_t)high << 32 | low);
}

static uint64_t mix_double(uint64_t hash, double value)
{
    uint64_t bits;
    memcpy(&bits, &value, sizeof bits);
    return pk_hash_word(hash, bits);
}

static uint32_t float_bits(float value)
{
    uint32_t bits;
    memcpy(&bits, &value, sizeof bits);
    return bits;
}

static uint64_t mix_text(uint64_t hash, const char *text)
{
    const size_t size = strlen(text);
    for (size_t at = 0; at < size; at += sizeof(uint64_t)) {
        uint64_t word = 0;
        memcpy(&word, text + at, size - at < sizeof word ? size - at : sizeof word);
        hash = pk_hash_word(hash, word);
    }
    return pk_hash_word(hash, size);
}

static uint64_t mix_names(uint64_t hash, const char *const *names, size_t count)
{
    hash = pk_hash_word(hash, count);
    for (size_t i = 0; i < count; i++)
        hash = mix_text(hash, names[i]);
    return hash;
}

static uint64_t mix_items(uint64_t hash, const struct pk_shop *shop)
{
    hash = pk_hash_word(hash, shop->item_count);
    for (size_t i = 0; i < shop->item_count; i++) {
        const struct pk_item *item = &shop->items[i];
        hash = mix_text(hash, item->item_id);
        hash = mix_pair(hash, item->category, item->reference_item);
        hash = mix_pair(hash, (uint32_t)item->launch_date, (uint32_t)item->end_date);
        hash = pk_hash_word(hash, (uint64_t)item->list_price_micros);
        hash = pk_hash_word(hash, (uint64_t)item->role);
    }
    return hash;
}

static uint64_t mix_promotions(uint64_t hash, const struct pk_shop *shop)
{
    hash = pk_hash_word(hash, shop->promotion_count);
    for (size_t i = 0; i < shop->promotion_count; i++) {
        const struct pk_promotion *row = &shop->promotions[i];
        hash = mix_text(hash, row->kind);
        hash = mix_pair(hash, (uint32_t)row->phase, row->item);
        hash = mix_pair(hash, (uint32_t)row->start_date, (uint32_t)row->end_date);
        hash = mix_pair(hash, row->category, row->warehouse);
        hash = mix_text(hash, row->channel);
        hash = pk_hash_word(hash, (uint64_t)row->net_price_micros);
        hash = mix_double(hash, row->discount_ratio);
        hash = mix_double(hash, row->traffic_ratio);
    }
    return hash;
}

/* Covariates and prices. */
static uint64_t mix_regressors(uint64_t hash, const struct pk_shop *shop)
{
    hash = mix_names(hash, shop->covariate_names, shop->covariate_name_count);
    hash = mix_pair(hash, (uint32_t)shop->covariate_count, (uint32_t)shop->price_count);
    for (size_t i = 0; i < shop->covariate_count; i++) {
        const struct pk_covariate *row = &shop->covariates[i];
        hash = mix_pair(hash, (uint32_t)row->date, row->name);
        hash = mix_double(hash, row->value);
        hash = mix_pair(hash, row->item, row->category);
        hash = pk_hash_word(hash, row->warehouse);
    }
    for (size_t i = 0; i < shop->price_count; i++) {
        const struct pk_price *row = &shop->prices[i];
        hash = mix_pair(hash, row->item, row->warehouse);
        hash = mix_pair(hash, (uint32_t)row->date, 0);
        hash = pk_hash_word(hash, (uint64_t)row->price_micros);
    }
    return hash;
}

uint64_t pk_history_fingerprint(const struct pk_shop *shop, const struct pk_sales *sales,
                                int32_t through_date)
{
    uint64_t hash = mix_pair(1, (uint32_t)shop->calendar + 4 * (uint32_t)shop->is_chinese_store,
                             (uint32_t)shop->week_start);
    hash = mix_names(hash, shop->warehouses, shop->warehouse_count);
    hash = mix_names(hash, shop->categories, shop->category_count);
    hash = mix_items(hash, shop);
    hash = mix_promotions(hash, shop);
    hash = mix_regressors(hash, shop);
    hash = pk_hash_word(hash, shop->series_count);
    for (size_t s = 0; s < shop->series_count; s++) {
        hash = mix_pair(hash, shop->series[s].item, shop->series[s].warehouse);
        hash = pk_hash_word(hash, (uint64_t)shop->series[s].bucket_days);
        for (size_t i = sales->starts[s]; i < sales->starts[s + 1]; i++) {
            const struct pk_sales_bucket *row = &sales->buckets[i];
            if (row->date > through_date)
                break;
            hash = mix_pair(hash, (uint32_t)row->date, float_bits(row->demand_units));
            hash =
                mix_pair(hash, float_bits(row->available_ratio), float_bits(row->cancelled_units));
            hash = pk_hash_word(hash, (uint64_t)row->paid_amount_micros);
        }
    }
    return hash;
}
