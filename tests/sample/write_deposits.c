#include "tests/sample/output.h"
#include "tests/sample/presale.h"
#include "tests/sample/write_inputs.h"

static void write_deposits(const struct pk_shop *shop, FILE *stream)
{
    pk_shop_deposits_write(shop, 0, shop->settings.history_day_count - 1, stream);
}

const struct pk_shop_file pk_shop_deposits_file = {
    "deposits.csv", "date,promotion_id,item_id,deposit_units,balance_paid_units", write_deposits};
