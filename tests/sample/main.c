/* sample_shop: writes the simulated shop's files and its ground truth into a folder. */
#include <getopt.h>
#include <stdio.h>

#include "models/base/date.h"
#include "models/base/text.h"
#include "tests/sample/output.h"
#include "tests/sample/shop.h"
#include "tests/sample/write_inputs.h"
#include "tests/sample/write_truth.h"

#define EXIT_FAILED 1
#define EXIT_USAGE  2

static const char usage[] =
    "usage: sample_shop --output DIR [--seed N=1] [--item-count N=240]\n"
    "                   [--end-date D=2026-11-22] [--days-after N=42] [--days N=912]\n"
    "                   [--surprise-percent N=0]\n";

struct command {
    const char *folder;
    struct pk_shop_settings settings;
};

static bool read_number(const char *text, int64_t low, int64_t high, int64_t *out_value)
{
    int64_t value = 0;
    if (!pk_text_to_integer(pk_text_from(text), &value) || value < low || value > high)
        return false;
    *out_value = value;
    return true;
}

static bool read_option(struct command *command, int option, const char *text)
{
    int64_t value = 0;
    switch (option) {
    case 'o':
        command->folder = text;
        return true;
    case 'e':
        return pk_date_parse_iso(pk_text_from(text), &command->settings.end_date);
    case 's':
        if (!read_number(text, 0, INT64_MAX, &value))
            return false;
        command->settings.seed = (uint64_t)value;
        return true;
    case 'i':
        if (!read_number(text, 0, INT32_MAX, &value))
            return false;
        command->settings.item_count = (size_t)value;
        return true;
    case 'a':
        if (!read_number(text, 0, INT32_MAX, &value))
            return false;
        command->settings.future_day_count = (int32_t)value;
        return true;
    case 'd':
        if (!read_number(text, 0, INT32_MAX, &value))
            return false;
        command->settings.history_day_count = (int32_t)value;
        return true;
    case 'u':
        if (!read_number(text, 0, 100, &value))
            return false;
        command->settings.surprise_sd = (double)value / 100;
        return true;
    default:
        return false;
    }
}

static bool read_command(struct command *command, int argument_count, char **arguments)
{
    static const struct option options[] = {
        {"output", required_argument, NULL, 'o'},
        {"seed", required_argument, NULL, 's'},
        {"item-count", required_argument, NULL, 'i'},
        {"end-date", required_argument, NULL, 'e'},
        {"days-after", required_argument, NULL, 'a'},
        {"days", required_argument, NULL, 'd'},
        {"surprise-percent", required_argument, NULL, 'u'},
        {NULL, 0, NULL, 0},
    };
    int option = 0;
    while ((option = getopt_long(argument_count, arguments, "", options, NULL)) != -1)
        if (!read_option(command, option, optarg))
            return false;
    return command->folder != NULL && optind == argument_count;
}

static enum pk_status write_shop(const struct pk_shop *shop, const char *folder,
                                 struct pk_error *error)
{
    static const struct pk_shop_file *const files[] = {
        &pk_shop_suppliers_file,  &pk_shop_warehouses_file, &pk_shop_components_file,
        &pk_shop_targets_file,    &pk_shop_sales_file,      &pk_shop_items_file,
        &pk_shop_supply_file,     &pk_shop_stock_file,      &pk_shop_inbound_file,
        &pk_shop_promotions_file, &pk_shop_prices_file,     &pk_shop_covariates_file,
        &pk_shop_deposits_file,
    };
    char truth_folder[PK_SHOP_PATH_SIZE];
    pk_text_format(truth_folder, sizeof truth_folder, "%s/truth", folder);
    enum pk_status status = pk_shop_folder_create(folder, error);
    if (status == PK_OK)
        status = pk_shop_folder_create(truth_folder, error);
    for (size_t i = 0; i < sizeof files / sizeof files[0] && status == PK_OK; i++)
        status = pk_shop_file_write(shop, folder, files[i], error);
    return status == PK_OK ? pk_shop_write_truth(shop, truth_folder, error) : status;
}

int main(int argument_count, char **arguments)
{
    struct command command = {
        .settings = {
            .seed = 1, .item_count = 240, .history_day_count = 912, .future_day_count = 42}};
    pk_date_parse_iso(pk_text_from("2026-11-22"), &command.settings.end_date);
    if (!read_command(&command, argument_count, arguments)) {
        fputs(usage, stderr);
        return EXIT_USAGE;
    }
    struct pk_error error = {0};
    struct pk_shop *shop = NULL;
    enum pk_status status = pk_shop_new(&command.settings, &shop, &error);
    if (status == PK_OK)
        status = write_shop(shop, command.folder, &error);
    pk_shop_free(shop);
    if (status == PK_OK)
        return 0;
    fprintf(stderr, "sample_shop: %s: %s\n", error.field, error.message);
    return status == PK_INVALID_ARGUMENT ? EXIT_USAGE : EXIT_FAILED;
}
