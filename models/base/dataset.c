#include "models/base/dataset.h"

#include <math.h>
#include <string.h>

#include "models/base/date.h"
#include "models/base/limits.h"
#include "models/base/units.h"

#define UNITS_MAX  1e9
#define AMOUNT_MAX 9e9
#define UNBOUNDED  1e15

/* clang-format off */
static const struct pk_column sales_columns[] = {
    {"date", "日期|统计日期|支付日期|业务日期", PK_COLUMN_DATE, PK_COLUMN_REQUIRED, true, NULL, NULL, 0, 0},
    {"item_id", "商家编码|商品编码|货号|SKU编码|SKU|规格编码", PK_COLUMN_ID, PK_COLUMN_REQUIRED, true, NULL, NULL, 0, 0},
    {"units", "支付件数|销量|销售数量|件数|支付商品件数", PK_COLUMN_COUNT, PK_COLUMN_REQUIRED, false, NULL, NULL, 0, UNITS_MAX},
    {"warehouse_id", "仓库|仓库编码|发货仓", PK_COLUMN_ID, PK_COLUMN_DEFAULT, true, "main", NULL, 0, 0},
    {"channel", "店铺|渠道|店铺名称", PK_COLUMN_ID, PK_COLUMN_DEFAULT, true, "default", NULL, 0, 0},
    {"cancelled_units", "取消件数|未发货退款件数", PK_COLUMN_COUNT, PK_COLUMN_DEFAULT, false, "0", NULL, 0, UNITS_MAX},
    {"returned_units", "退货件数|退货数量", PK_COLUMN_COUNT, PK_COLUMN_DEFAULT, false, "0", NULL, 0, UNITS_MAX},
    {"paid_amount", "支付金额|销售额|成交金额", PK_COLUMN_MONEY, PK_COLUMN_OPTIONAL, false, NULL, NULL, 0, AMOUNT_MAX},
    {"available_ratio", "有货率|在架率", PK_COLUMN_NUMBER, PK_COLUMN_OPTIONAL, false, NULL, NULL, 0, 1},
};

static const struct pk_column item_columns[] = {
    {"item_id", "商家编码|商品编码|货号|SKU编码|SKU|规格编码", PK_COLUMN_ID, PK_COLUMN_REQUIRED, true, NULL, NULL, 0, 0},
    {"name", "商品名称|名称|品名|标题", PK_COLUMN_TEXT, PK_COLUMN_DEFAULT, false, "", NULL, 0, 0},
    {"category", "类目|分类|品类|商品类目", PK_COLUMN_TEXT, PK_COLUMN_DEFAULT, false, "", NULL, 0, 0},
    {"brand", "品牌", PK_COLUMN_TEXT, PK_COLUMN_DEFAULT, false, "", NULL, 0, 0},
    {"style_id", "款号|款式编码|商品ID", PK_COLUMN_TEXT, PK_COLUMN_DEFAULT, false, "", NULL, 0, 0},
    {"barcode", "条码|条形码", PK_COLUMN_TEXT, PK_COLUMN_DEFAULT, false, "", NULL, 0, 0},
    {"role", "商品角色|角色|定位", PK_COLUMN_CHOICE, PK_COLUMN_DEFAULT, false, "", "traffic|profit|image|regular", 0, 0},
    {"unit_cost", "成本|成本价|采购价|进价", PK_COLUMN_MONEY, PK_COLUMN_OPTIONAL, false, NULL, NULL, 0, AMOUNT_MAX},
    {"list_price", "吊牌价|标价|售价|一口价", PK_COLUMN_MONEY, PK_COLUMN_OPTIONAL, false, NULL, NULL, 0, AMOUNT_MAX},
    {"selling_cost_ratio", "销售费用率|费用率", PK_COLUMN_NUMBER, PK_COLUMN_DEFAULT, false, "0", NULL, 0, 1},
    {"launch_date", "上架日期|上新日期", PK_COLUMN_DATE, PK_COLUMN_OPTIONAL, false, NULL, NULL, 0, 0},
    {"end_date", "下架日期|停售日期", PK_COLUMN_DATE, PK_COLUMN_OPTIONAL, false, NULL, NULL, 0, 0},
    {"shelf_life_days", "保质期|保质期天数", PK_COLUMN_COUNT, PK_COLUMN_DEFAULT, false, "0", NULL, 0, 36500},
    {"reference_item_id", "参考商品|参考编码|对标商品", PK_COLUMN_ID, PK_COLUMN_DEFAULT, false, "", NULL, 0, 0},
    {"volume_litres", "体积|体积升", PK_COLUMN_NUMBER, PK_COLUMN_DEFAULT, false, "0", NULL, 0, 1e6},
};

static const struct pk_column supply_columns[] = {
    {"item_id", "商家编码|商品编码|货号|SKU编码|SKU|规格编码", PK_COLUMN_ID, PK_COLUMN_REQUIRED, true, NULL, NULL, 0, 0},
    {"lead_time_days", "到货周期|采购周期|提前期|交期", PK_COLUMN_COUNT, PK_COLUMN_REQUIRED, false, NULL, NULL, 0, PK_LEAD_TIME_DAYS_MAX},
    {"warehouse_id", "仓库|仓库编码", PK_COLUMN_ID, PK_COLUMN_DEFAULT, true, "", NULL, 0, 0},
    {"supplier_id", "供应商|供应商编码", PK_COLUMN_ID, PK_COLUMN_DEFAULT, true, "", NULL, 0, 0},
    {"lead_time_sd_days", "交期标准差", PK_COLUMN_NUMBER, PK_COLUMN_DEFAULT, false, "0", NULL, 0, PK_LEAD_TIME_DAYS_MAX},
    {"review_period_days", "盘点周期|订货周期|补货周期", PK_COLUMN_COUNT, PK_COLUMN_DEFAULT, false, "7", NULL, 1, PK_LEAD_TIME_DAYS_MAX},
    {"min_order_units", "起订量|最小起订量", PK_COLUMN_COUNT, PK_COLUMN_DEFAULT, false, "0", NULL, 0, UNITS_MAX},
    {"pack_size_units", "箱规|装箱数", PK_COLUMN_COUNT, PK_COLUMN_DEFAULT, false, "1", NULL, 1, UNITS_MAX},
    {"unit_cost", "采购价|进价|成本", PK_COLUMN_MONEY, PK_COLUMN_OPTIONAL, false, NULL, NULL, 0, AMOUNT_MAX},
    {"order_cost", "下单成本|订货成本", PK_COLUMN_MONEY, PK_COLUMN_DEFAULT, false, "0", NULL, 0, AMOUNT_MAX},
    {"shortage_cost_per_unit", "缺货成本", PK_COLUMN_MONEY, PK_COLUMN_OPTIONAL, false, NULL, NULL, 0, AMOUNT_MAX},
    {"holding_cost_per_unit_day", "持有成本|仓储成本", PK_COLUMN_MONEY, PK_COLUMN_OPTIONAL, false, NULL, NULL, 0, AMOUNT_MAX},
    {"critical_ratio", "服务水平|临界比", PK_COLUMN_NUMBER, PK_COLUMN_OPTIONAL, false, NULL, NULL, 0, 1},
    {"target_fill_ratio", "目标满足率", PK_COLUMN_NUMBER, PK_COLUMN_OPTIONAL, false, NULL, NULL, 0, 1},
    {"max_stock_units", "最大库存|库存上限", PK_COLUMN_COUNT, PK_COLUMN_OPTIONAL, false, NULL, NULL, 0, UNITS_MAX},
};

static const struct pk_column stock_columns[] = {
    {"date", "日期|库存日期|盘点日期", PK_COLUMN_DATE, PK_COLUMN_REQUIRED, true, NULL, NULL, 0, 0},
    {"item_id", "商家编码|商品编码|货号|SKU编码|SKU|规格编码", PK_COLUMN_ID, PK_COLUMN_REQUIRED, true, NULL, NULL, 0, 0},
    {"on_hand_units", "库存|库存数量|实物库存|在库数量", PK_COLUMN_COUNT, PK_COLUMN_REQUIRED, false, NULL, NULL, -UNITS_MAX, UNITS_MAX},
    {"warehouse_id", "仓库|仓库编码", PK_COLUMN_ID, PK_COLUMN_DEFAULT, true, "main", NULL, 0, 0},
    {"reserved_units", "占用|占用库存|锁定库存", PK_COLUMN_COUNT, PK_COLUMN_DEFAULT, false, "0", NULL, 0, UNITS_MAX},
    {"unsellable_units", "不可售|残次|次品库存", PK_COLUMN_COUNT, PK_COLUMN_DEFAULT, false, "0", NULL, 0, UNITS_MAX},
    {"received_date", "入库日期|批次日期", PK_COLUMN_DATE, PK_COLUMN_OPTIONAL, true, NULL, NULL, 0, 0},
};

static const struct pk_column inbound_columns[] = {
    {"order_id", "采购单号|订单号|单号", PK_COLUMN_ID, PK_COLUMN_REQUIRED, true, NULL, NULL, 0, 0},
    {"item_id", "商家编码|商品编码|货号|SKU编码|SKU|规格编码", PK_COLUMN_ID, PK_COLUMN_REQUIRED, true, NULL, NULL, 0, 0},
    {"units", "在途数量|未到数量|数量|件数", PK_COLUMN_COUNT, PK_COLUMN_REQUIRED, false, NULL, NULL, 0, UNITS_MAX},
    {"eta_date", "预计到货日期|预计到货|到货日期", PK_COLUMN_DATE, PK_COLUMN_REQUIRED, false, NULL, NULL, 0, 0},
    {"line", "行号", PK_COLUMN_ID, PK_COLUMN_DEFAULT, true, "", NULL, 0, 0},
    {"warehouse_id", "仓库|仓库编码|收货仓", PK_COLUMN_ID, PK_COLUMN_DEFAULT, true, "main", NULL, 0, 0},
    {"supplier_id", "供应商|供应商编码", PK_COLUMN_ID, PK_COLUMN_DEFAULT, false, "", NULL, 0, 0},
    {"confirmed_ratio", "确认比例", PK_COLUMN_NUMBER, PK_COLUMN_DEFAULT, false, "1", NULL, 0, 1},
    {"stage", "状态|阶段", PK_COLUMN_CHOICE, PK_COLUMN_DEFAULT, false, "ordered", "planned|ordered|confirmed|shipped|arrived", 0, 0},
    {"suggestion_id", "建议单号", PK_COLUMN_ID, PK_COLUMN_DEFAULT, false, "", NULL, 0, 0},
};

static const struct pk_column promotion_columns[] = {
    {"promotion_id", "活动编码|活动ID|活动编号", PK_COLUMN_ID, PK_COLUMN_REQUIRED, true, NULL, NULL, 0, 0},
    {"start_date", "开始日期|开始时间", PK_COLUMN_DATE, PK_COLUMN_REQUIRED, false, NULL, NULL, 0, 0},
    {"end_date", "结束日期|结束时间", PK_COLUMN_DATE, PK_COLUMN_REQUIRED, false, NULL, NULL, 0, 0},
    {"name", "活动名称|活动", PK_COLUMN_TEXT, PK_COLUMN_DEFAULT, false, "", NULL, 0, 0},
    {"kind", "活动类型|类型", PK_COLUMN_TEXT, PK_COLUMN_DEFAULT, false, "", NULL, 0, 0},
    {"phase", "阶段|活动阶段", PK_COLUMN_CHOICE, PK_COLUMN_DEFAULT, false, "peak", "presale|warmup|peak|encore", 0, 0},
    {"status", "状态|活动状态", PK_COLUMN_CHOICE, PK_COLUMN_DEFAULT, false, "approved", "approved|draft|submitted|withdrawn", 0, 0},
    {"item_id", "商家编码|商品编码|货号|SKU编码|SKU|规格编码", PK_COLUMN_ID, PK_COLUMN_DEFAULT, false, "", NULL, 0, 0},
    {"category", "类目|分类|品类|商品类目", PK_COLUMN_TEXT, PK_COLUMN_DEFAULT, false, "", NULL, 0, 0},
    {"channel", "店铺|渠道|店铺名称", PK_COLUMN_ID, PK_COLUMN_DEFAULT, false, "", NULL, 0, 0},
    {"warehouse_id", "仓库|仓库编码", PK_COLUMN_ID, PK_COLUMN_DEFAULT, false, "", NULL, 0, 0},
    {"net_price", "活动价|到手价", PK_COLUMN_MONEY, PK_COLUMN_OPTIONAL, false, NULL, NULL, 0, AMOUNT_MAX},
    {"discount_ratio", "让利比例|优惠比例", PK_COLUMN_NUMBER, PK_COLUMN_DEFAULT, false, "0", NULL, 0, 1},
    {"traffic_ratio", "流量倍数", PK_COLUMN_NUMBER, PK_COLUMN_DEFAULT, false, "1", NULL, 0, 1000},
    {"committed_units", "承诺库存|报名库存", PK_COLUMN_COUNT, PK_COLUMN_OPTIONAL, false, NULL, NULL, 0, UNITS_MAX},
};

static const struct pk_column price_columns[] = {
    {"date", "日期|生效日期", PK_COLUMN_DATE, PK_COLUMN_REQUIRED, true, NULL, NULL, 0, 0},
    {"item_id", "商家编码|商品编码|货号|SKU编码|SKU|规格编码", PK_COLUMN_ID, PK_COLUMN_REQUIRED, true, NULL, NULL, 0, 0},
    {"price", "售价|价格|单价", PK_COLUMN_MONEY, PK_COLUMN_REQUIRED, false, NULL, NULL, 0, AMOUNT_MAX},
    {"warehouse_id", "仓库|仓库编码", PK_COLUMN_ID, PK_COLUMN_DEFAULT, true, "", NULL, 0, 0},
    {"channel", "店铺|渠道|店铺名称", PK_COLUMN_ID, PK_COLUMN_DEFAULT, true, "", NULL, 0, 0},
};

static const struct pk_column covariate_columns[] = {
    {"date", "日期", PK_COLUMN_DATE, PK_COLUMN_REQUIRED, true, NULL, NULL, 0, 0},
    {"name", "名称|变量|变量名", PK_COLUMN_ID, PK_COLUMN_REQUIRED, true, NULL, NULL, 0, 0},
    {"value", "值|数值", PK_COLUMN_NUMBER, PK_COLUMN_REQUIRED, false, NULL, NULL, -UNBOUNDED, UNBOUNDED},
    {"item_id", "商家编码|商品编码|货号|SKU编码|SKU|规格编码", PK_COLUMN_ID, PK_COLUMN_DEFAULT, true, "", NULL, 0, 0},
    {"category", "类目|分类|品类|商品类目", PK_COLUMN_TEXT, PK_COLUMN_DEFAULT, true, "", NULL, 0, 0},
    {"warehouse_id", "仓库|仓库编码", PK_COLUMN_ID, PK_COLUMN_DEFAULT, true, "", NULL, 0, 0},
};

#define DATASET(kind, name, columns) {kind, name, columns, sizeof columns / sizeof columns[0]}
static const struct pk_dataset datasets[PK_DATASET_COUNT] = {
    DATASET(PK_DATASET_SALES, "sales", sales_columns),
    DATASET(PK_DATASET_ITEMS, "items", item_columns),
    DATASET(PK_DATASET_SUPPLY, "supply", supply_columns),
    DATASET(PK_DATASET_STOCK, "stock", stock_columns),
    DATASET(PK_DATASET_INBOUND, "inbound", inbound_columns),
    DATASET(PK_DATASET_PROMOTIONS, "promotions", promotion_columns),
    DATASET(PK_DATASET_PRICES, "prices", price_columns),
    DATASET(PK_DATASET_COVARIATES, "covariates", covariate_columns),
};
/* clang-format on */

const struct pk_dataset *pk_dataset_get(enum pk_dataset_kind kind)
{
    return &datasets[kind];
}

const struct pk_dataset *pk_dataset_find(const char *name)
{
    for (size_t i = 0; i < PK_DATASET_COUNT; i++)
        if (strcmp(datasets[i].name, name) == 0)
            return &datasets[i];
    return NULL;
}

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static bool equal_ignoring_case(struct pk_text a, struct pk_text b)
{
    if (a.size != b.size)
        return false;
    for (size_t i = 0; i < a.size; i++)
        if (lower(a.bytes[i]) != lower(b.bytes[i]))
            return false;
    return true;
}

/* True if `word` is one of the '|'-separated words of `list`. */
static bool is_listed(const char *list, struct pk_text word)
{
    while (*list != '\0') {
        size_t size = strcspn(list, "|");
        if (equal_ignoring_case((struct pk_text){list, size}, word))
            return true;
        list += size + (list[size] == '|');
    }
    return false;
}

int pk_dataset_column(const struct pk_dataset *dataset, struct pk_text header)
{
    struct pk_text name = pk_text_trim(header);
    for (size_t i = 0; i < dataset->column_count; i++)
        if (equal_ignoring_case(pk_text_from(dataset->columns[i].name), name) ||
            is_listed(dataset->columns[i].synonyms, name))
            return (int)i;
    return -1;
}

static enum pk_status refuse(const struct pk_column *column, struct pk_text field,
                             const char *remedy, struct pk_error *error)
{
    int shown = field.size > 80 ? 80 : (int)field.size;
    return pk_error_set(error, PK_INVALID_ARGUMENT, column->name, "'%.*s'%s %s", shown, field.bytes,
                        field.size > 80 ? "..." : "", remedy);
}

/* Copies a number without its thousands separators, currency sign and percent sign. Returns the
 * size, 0 if it is no such number; *out_scale is 0.01 for a percentage, else 1. */
static size_t plain_number(struct pk_text field, char *out, size_t size, double *out_scale)
{
    static const char *const signs[] = {"¥", "￥", "元"};
    *out_scale = 1;
    for (size_t i = 0; i < sizeof signs / sizeof signs[0]; i++) {
        size_t sign_size = strlen(signs[i]);
        if (field.size > sign_size && memcmp(field.bytes, signs[i], sign_size) == 0) {
            field.bytes += sign_size;
            field.size -= sign_size;
        } else if (field.size > sign_size &&
                   memcmp(field.bytes + field.size - sign_size, signs[i], sign_size) == 0) {
            field.size -= sign_size;
        }
    }
    if (field.size > 1 && field.bytes[field.size - 1] == '%') {
        *out_scale = 0.01;
        field.size--;
    }
    field = pk_text_trim(field);
    size_t length = 0;
    for (size_t i = 0; i < field.size; i++) {
        bool separates = field.bytes[i] == ',';
        if (separates && (i == 0 || field.size - i < 4))
            return 0;
        if (separates &&
            !(field.size - i == 4 || field.bytes[i + 4] == ',' || field.bytes[i + 4] == '.'))
            return 0;
        if (separates)
            continue;
        if (length + 1 >= size)
            return 0;
        out[length++] = field.bytes[i];
    }
    return length;
}

static enum pk_status parse_count(const struct pk_column *column, struct pk_text field,
                                  struct pk_cell *out_cell, struct pk_error *error)
{
    char buffer[64];
    double scale;
    struct pk_text plain = {buffer, plain_number(field, buffer, sizeof buffer, &scale)};
    /* Whole numbers that a tool wrote as 12.0 or 12.00 are whole numbers. */
    for (size_t point = 0; point < plain.size; point++) {
        if (buffer[point] != '.')
            continue;
        size_t zero_count = 0;
        while (point + 1 + zero_count < plain.size && buffer[point + 1 + zero_count] == '0')
            zero_count++;
        if (point > 0 && zero_count > 0 && point + 1 + zero_count == plain.size)
            plain.size = point;
        break;
    }
    if (scale < 1 || !pk_text_to_integer(plain, &out_cell->integer))
        return refuse(column, field, "is not a whole number; write digits only, such as 12", error);
    return PK_OK;
}

static enum pk_status parse_number(const struct pk_column *column, struct pk_text field,
                                   struct pk_cell *out_cell, struct pk_error *error)
{
    char buffer[64];
    double scale;
    struct pk_text plain = {buffer, plain_number(field, buffer, sizeof buffer, &scale)};
    if (!pk_text_to_number(plain, &out_cell->number))
        return refuse(column, field, "is not a number; write it as 0.3 or 30%", error);
    out_cell->number *= scale;
    return PK_OK;
}

static enum pk_status parse_money(const struct pk_column *column, struct pk_text field,
                                  struct pk_cell *out_cell, struct pk_error *error)
{
    char buffer[64];
    double scale;
    struct pk_text plain = {buffer, plain_number(field, buffer, sizeof buffer, &scale)};
    if (scale < 1 || !pk_money_parse(plain, &out_cell->integer))
        return refuse(
            column, field,
            "is not an amount; write a plain decimal with at most 6 decimals, such as 12.50",
            error);
    return PK_OK;
}

static enum pk_status check_range(const struct pk_column *column, double value,
                                  struct pk_error *error)
{
    if (value >= column->minimum && value <= column->maximum)
        return PK_OK;
    return pk_error_set(error, PK_INVALID_ARGUMENT, column->name,
                        "%.15g is out of range; give a value from %.15g to %.15g", value,
                        column->minimum, column->maximum);
}

static enum pk_status check_text(const struct pk_column *column, struct pk_text text,
                                 struct pk_error *error)
{
    if (column->type == PK_COLUMN_ID)
        return text.size == 0 && column->presence != PK_COLUMN_REQUIRED
                   ? PK_OK
                   : pk_id_check(text, column->name, error);
    if (text.size > PK_TEXT_BYTES_MAX)
        return pk_error_set(error, PK_INVALID_ARGUMENT, column->name,
                            "has %zu bytes; give at most %d", text.size, PK_TEXT_BYTES_MAX);
    if (!pk_text_is_utf8(text))
        return pk_error_set(error, PK_INVALID_ARGUMENT, column->name,
                            "is not valid UTF-8; save the file as UTF-8 or GB18030");
    for (size_t i = 0; i < text.size; i++)
        if ((unsigned char)text.bytes[i] < 0x20 || text.bytes[i] == 0x7f)
            return pk_error_set(error, PK_INVALID_ARGUMENT, column->name,
                                "contains a control character; remove it");
    if (column->type == PK_COLUMN_CHOICE && text.size > 0 && !is_listed(column->choices, text))
        return pk_error_set(error, PK_INVALID_ARGUMENT, column->name,
                            "'%.*s' is unknown; give one of %s",
                            text.size > 80 ? 80 : (int)text.size, text.bytes, column->choices);
    return PK_OK;
}

static enum pk_status check_value(const struct pk_column *column, const struct pk_cell *cell,
                                  struct pk_error *error)
{
    switch (column->type) {
    case PK_COLUMN_ID:
    case PK_COLUMN_TEXT:
    case PK_COLUMN_CHOICE:
        return check_text(column, cell->text, error);
    case PK_COLUMN_COUNT:
        return check_range(column, (double)cell->integer, error);
    case PK_COLUMN_NUMBER:
        if (!isfinite(cell->number))
            return pk_error_set(error, PK_INVALID_ARGUMENT, column->name, "is not a finite number");
        return check_range(column, cell->number, error);
    case PK_COLUMN_MONEY:
        return check_range(column, (double)cell->integer / (double)PK_MICROS_PER_UNIT, error);
    case PK_COLUMN_DATE: {
        int64_t first = pk_date_from_civil((struct pk_civil){1990, 1, 1});
        int64_t last = pk_date_from_civil((struct pk_civil){2099, 12, 31});
        if (cell->integer < first || cell->integer > last)
            return pk_error_set(error, PK_INVALID_ARGUMENT, column->name, "is outside %s..%s",
                                PK_DATE_MIN, PK_DATE_MAX);
        return PK_OK;
    }
    }
    return PK_OK;
}

static enum pk_status parse_value(const struct pk_column *column, struct pk_text field,
                                  struct pk_cell *out_cell, struct pk_error *error)
{
    switch (column->type) {
    case PK_COLUMN_ID:
    case PK_COLUMN_TEXT:
    case PK_COLUMN_CHOICE:
        out_cell->text = field;
        return PK_OK;
    case PK_COLUMN_DATE: {
        int32_t epoch_days;
        if (!pk_date_parse(field, &epoch_days))
            return refuse(column, field,
                          "is not a date from " PK_DATE_MIN " to " PK_DATE_MAX
                          "; write it as 2026-11-22",
                          error);
        out_cell->integer = epoch_days;
        return PK_OK;
    }
    case PK_COLUMN_COUNT:
        return parse_count(column, field, out_cell, error);
    case PK_COLUMN_NUMBER:
        return parse_number(column, field, out_cell, error);
    case PK_COLUMN_MONEY:
        return parse_money(column, field, out_cell, error);
    }
    return PK_OK;
}

enum pk_status pk_cell_parse(const struct pk_column *column, struct pk_text field,
                             struct pk_cell *out_cell, struct pk_error *error)
{
    struct pk_cell cell = {.state = PK_CELL_SET};
    struct pk_text trimmed = pk_text_trim(field);
    if (trimmed.size == 0 && column->presence == PK_COLUMN_REQUIRED)
        return pk_error_set(error, PK_INVALID_ARGUMENT, column->name,
                            "is empty; every row needs a value here");
    if (trimmed.size == 0 && column->presence == PK_COLUMN_OPTIONAL) {
        *out_cell = (struct pk_cell){.state = PK_CELL_NONE};
        return PK_OK;
    }
    if (trimmed.size == 0)
        trimmed = pk_text_from(column->default_text);
    enum pk_status status = parse_value(column, trimmed, &cell, error);
    if (status == PK_OK)
        status = check_value(column, &cell, error);
    if (status == PK_OK)
        *out_cell = cell;
    return status;
}

/* A wire string that is empty, or a wire date of 0, means "not given". */
static void normalize_cell(const struct pk_column *column, struct pk_cell *cell)
{
    bool is_text = column->type == PK_COLUMN_ID || column->type == PK_COLUMN_TEXT ||
                   column->type == PK_COLUMN_CHOICE;
    bool is_empty =
        cell->state == PK_CELL_SET && ((is_text && cell->text.size == 0) ||
                                       (column->type == PK_COLUMN_DATE && cell->integer == 0));
    if (is_empty)
        cell->state = PK_CELL_NONE;
}

static int find_cell(const struct pk_dataset *dataset, const char *name)
{
    /* Once per row of an import: exact names only, no synonyms. */
    for (size_t i = 0; i < dataset->column_count; i++)
        if (strcmp(dataset->columns[i].name, name) == 0)
            return (int)i;
    return -1;
}

static enum pk_status check_order(const struct pk_dataset *dataset, const struct pk_record *record,
                                  const char *lower_name, const char *upper_name,
                                  struct pk_error *error)
{
    int lower_index = find_cell(dataset, lower_name);
    int upper_index = find_cell(dataset, upper_name);
    if (lower_index < 0 || upper_index < 0)
        return PK_OK;
    const struct pk_cell *low = &record->cells[lower_index];
    const struct pk_cell *high = &record->cells[upper_index];
    if (low->state != PK_CELL_SET || high->state != PK_CELL_SET || low->integer <= high->integer)
        return PK_OK;
    return pk_error_set(error, PK_INVALID_ARGUMENT, upper_name, "must not be before %s",
                        lower_name);
}

static enum pk_status check_across(const struct pk_dataset *dataset, const struct pk_record *record,
                                   struct pk_error *error)
{
    if (dataset->kind == PK_DATASET_PROMOTIONS)
        return check_order(dataset, record, "start_date", "end_date", error);
    if (dataset->kind == PK_DATASET_ITEMS)
        return check_order(dataset, record, "launch_date", "end_date", error);
    if (dataset->kind == PK_DATASET_SALES) {
        const struct pk_cell *units = &record->cells[find_cell(dataset, "units")];
        const struct pk_cell *cancelled = &record->cells[find_cell(dataset, "cancelled_units")];
        if (units->state == PK_CELL_SET && cancelled->state == PK_CELL_SET &&
            cancelled->integer > units->integer)
            return pk_error_set(
                error, PK_INVALID_ARGUMENT, "cancelled_units",
                "%lld is more than units %lld; units are gross, before cancellations",
                (long long)cancelled->integer, (long long)units->integer);
    }
    return PK_OK;
}

enum pk_status pk_record_check(const struct pk_dataset *dataset, struct pk_record *record,
                               struct pk_error *error)
{
    for (size_t i = 0; i < dataset->column_count; i++) {
        const struct pk_column *column = &dataset->columns[i];
        struct pk_cell *cell = &record->cells[i];
        normalize_cell(column, cell);
        bool needed = column->is_key || !record->deleted;
        enum pk_status status = PK_OK;
        if (cell->state == PK_CELL_ABSENT && column->is_key &&
            column->presence != PK_COLUMN_REQUIRED)
            cell->state = PK_CELL_NONE;
        if (column->presence == PK_COLUMN_REQUIRED && cell->state != PK_CELL_SET && needed)
            return pk_error_set(error, PK_INVALID_ARGUMENT, column->name,
                                "is missing; every row needs a value here");
        if (cell->state == PK_CELL_NONE && column->presence == PK_COLUMN_DEFAULT)
            status = pk_cell_parse(column, pk_text_from(""), cell, error);
        else if (cell->state == PK_CELL_SET && needed)
            status = check_value(column, cell, error);
        if (status != PK_OK)
            return status;
    }
    return record->deleted ? PK_OK : check_across(dataset, record, error);
}
