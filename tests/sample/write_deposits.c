#include "tests/sample/output.h"
#include "tests/sample/presale.h"
#include "tests/sample/write_inputs.h"

enum pk_status pk_shop_write_deposits(const struct pk_shop *shop, const char *folder,
                                      struct pk_error *error)
{
    struct pk_shop_output output;
    enum pk_status status =
        pk_shop_output_open(&output, folder, "deposits.csv",
                            "date,promotion_id,item_id,deposit_units,balance_paid_units", error);
    if (status != PK_OK)
        return status;
    pk_shop_deposits_write(shop, 0, shop->settings.history_day_count - 1, output.stream);
    return pk_shop_output_close(&output, error);
}
