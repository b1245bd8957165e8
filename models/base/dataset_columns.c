#include "models/base/dataset_columns.h"

#include "models/base/limits.h"

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
    {"recorded_date", "记录日期|登记日期", PK_COLUMN_DATE, PK_COLUMN_OPTIONAL, false, NULL, NULL, 0, 0},
    {"order_date", "下单日期|采购日期", PK_COLUMN_DATE, PK_COLUMN_OPTIONAL, false, NULL, NULL, 0, 0},
    {"ordered_units", "采购数量|订购数量", PK_COLUMN_COUNT, PK_COLUMN_OPTIONAL, false, NULL, NULL, 0, UNITS_MAX},
    {"received_units", "已到数量|入库数量", PK_COLUMN_COUNT, PK_COLUMN_OPTIONAL, false, NULL, NULL, 0, UNITS_MAX},
    {"received_date", "入库日期|实际到货日期", PK_COLUMN_DATE, PK_COLUMN_OPTIONAL, false, NULL, NULL, 0, 0},
    {"source", "来源", PK_COLUMN_TEXT, PK_COLUMN_DEFAULT, false, "", NULL, 0, 0},
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
    {"ship_by_date", "最晚发货日期|发货截止", PK_COLUMN_DATE, PK_COLUMN_OPTIONAL, false, NULL, NULL, 0, 0},
    {"balance_date", "尾款日期|付尾款日期", PK_COLUMN_DATE, PK_COLUMN_OPTIONAL, false, NULL, NULL, 0, 0},
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

static const struct pk_column component_columns[] = {
    {"parent_item_id", "组合编码|父编码|套装编码", PK_COLUMN_ID, PK_COLUMN_REQUIRED, true, NULL, NULL, 0, 0},
    {"component_item_id", "子件编码|单品编码|赠品编码", PK_COLUMN_ID, PK_COLUMN_REQUIRED, true, NULL, NULL, 0, 0},
    {"units", "数量|件数|用量", PK_COLUMN_COUNT, PK_COLUMN_REQUIRED, false, NULL, NULL, 1, PK_COMPONENT_UNITS_MAX},
    {"kind", "类型|组合类型", PK_COLUMN_CHOICE, PK_COLUMN_DEFAULT, false, "bundle", "bundle|multipack|gift", 0, 0},
    {"promotion_id", "活动编码|活动ID|活动编号", PK_COLUMN_ID, PK_COLUMN_DEFAULT, true, "", NULL, 0, 0},
    {"min_order_amount", "满赠金额|起赠金额", PK_COLUMN_MONEY, PK_COLUMN_OPTIONAL, false, NULL, NULL, 0, AMOUNT_MAX},
    {"valid_from", "生效日期", PK_COLUMN_DATE, PK_COLUMN_OPTIONAL, false, NULL, NULL, 0, 0},
    {"valid_to", "失效日期", PK_COLUMN_DATE, PK_COLUMN_OPTIONAL, false, NULL, NULL, 0, 0},
};

static const struct pk_column supplier_columns[] = {
    {"supplier_id", "供应商|供应商编码", PK_COLUMN_ID, PK_COLUMN_REQUIRED, true, NULL, NULL, 0, 0},
    {"name", "供应商名称|名称", PK_COLUMN_TEXT, PK_COLUMN_DEFAULT, false, "", NULL, 0, 0},
    {"min_order_amount", "起订金额|最小订单金额", PK_COLUMN_MONEY, PK_COLUMN_OPTIONAL, false, NULL, NULL, 0, AMOUNT_MAX},
    {"capacity_units_per_week", "周产能|周供货量", PK_COLUMN_COUNT, PK_COLUMN_OPTIONAL, false, NULL, NULL, 0, UNITS_MAX},
    {"order_weekdays", "下单日|可下单星期", PK_COLUMN_TEXT, PK_COLUMN_DEFAULT, false, "", NULL, 0, 0},
};

static const struct pk_column warehouse_columns[] = {
    {"warehouse_id", "仓库|仓库编码", PK_COLUMN_ID, PK_COLUMN_REQUIRED, true, NULL, NULL, 0, 0},
    {"shelving_days", "上架天数|入库天数", PK_COLUMN_COUNT, PK_COLUMN_DEFAULT, false, "0", NULL, 0, PK_LEAD_TIME_DAYS_MAX},
    {"outbound_units_per_day", "日发货能力|日出库能力", PK_COLUMN_COUNT, PK_COLUMN_OPTIONAL, false, NULL, NULL, 0, UNITS_MAX},
    {"capacity_litres", "库容|库容升", PK_COLUMN_NUMBER, PK_COLUMN_OPTIONAL, false, NULL, NULL, 0, UNBOUNDED},
};

static const struct pk_column closure_columns[] = {
    {"party_kind", "对象类型", PK_COLUMN_CHOICE, PK_COLUMN_REQUIRED, true, NULL, "supplier|warehouse", 0, 0},
    {"party_id", "对象编码", PK_COLUMN_ID, PK_COLUMN_REQUIRED, true, NULL, NULL, 0, 0},
    {"start_date", "开始日期", PK_COLUMN_DATE, PK_COLUMN_REQUIRED, true, NULL, NULL, 0, 0},
    {"end_date", "结束日期", PK_COLUMN_DATE, PK_COLUMN_REQUIRED, false, NULL, NULL, 0, 0},
    {"last_order_date", "最晚下单日期|截单日期", PK_COLUMN_DATE, PK_COLUMN_OPTIONAL, false, NULL, NULL, 0, 0},
};

static const struct pk_column lane_columns[] = {
    {"from_warehouse_id", "调出仓|调出仓库", PK_COLUMN_ID, PK_COLUMN_REQUIRED, true, NULL, NULL, 0, 0},
    {"to_warehouse_id", "调入仓|调入仓库", PK_COLUMN_ID, PK_COLUMN_REQUIRED, true, NULL, NULL, 0, 0},
    {"transfer_days", "调拨天数", PK_COLUMN_COUNT, PK_COLUMN_REQUIRED, false, NULL, NULL, 0, PK_LEAD_TIME_DAYS_MAX},
    {"unit_cost", "调拨单价|调拨成本", PK_COLUMN_MONEY, PK_COLUMN_DEFAULT, false, "0", NULL, 0, AMOUNT_MAX},
};

static const struct pk_column adjustment_columns[] = {
    {"adjustment_id", "调整编号|调整编码", PK_COLUMN_ID, PK_COLUMN_REQUIRED, true, NULL, NULL, 0, 0},
    {"start_date", "开始日期", PK_COLUMN_DATE, PK_COLUMN_REQUIRED, false, NULL, NULL, 0, 0},
    {"end_date", "结束日期", PK_COLUMN_DATE, PK_COLUMN_REQUIRED, false, NULL, NULL, 0, 0},
    {"reason", "原因|调整原因", PK_COLUMN_TEXT, PK_COLUMN_REQUIRED, false, NULL, NULL, 0, 0},
    {"item_id", "商家编码|商品编码|货号|SKU编码|SKU|规格编码", PK_COLUMN_ID, PK_COLUMN_DEFAULT, false, "", NULL, 0, 0},
    {"category", "类目|分类|品类|商品类目", PK_COLUMN_TEXT, PK_COLUMN_DEFAULT, false, "", NULL, 0, 0},
    {"warehouse_id", "仓库|仓库编码", PK_COLUMN_ID, PK_COLUMN_DEFAULT, false, "", NULL, 0, 0},
    {"units", "调整件数|件数", PK_COLUMN_NUMBER, PK_COLUMN_OPTIONAL, false, NULL, NULL, -UNITS_MAX, UNITS_MAX},
    {"ratio", "调整倍数|倍数", PK_COLUMN_NUMBER, PK_COLUMN_OPTIONAL, false, NULL, NULL, 0, 1000},
    {"author", "调整人|负责人", PK_COLUMN_TEXT, PK_COLUMN_DEFAULT, false, "", NULL, 0, 0},
};

static const struct pk_column target_columns[] = {
    {"period_start", "开始日期|周期开始", PK_COLUMN_DATE, PK_COLUMN_REQUIRED, true, NULL, NULL, 0, 0},
    {"period_end", "结束日期|周期结束", PK_COLUMN_DATE, PK_COLUMN_REQUIRED, true, NULL, NULL, 0, 0},
    {"metric", "指标", PK_COLUMN_CHOICE, PK_COLUMN_REQUIRED, true, NULL, "gmv|units|turnover_days|active_item_ratio|return_ratio", 0, 0},
    {"value", "目标|目标值", PK_COLUMN_NUMBER, PK_COLUMN_REQUIRED, false, NULL, NULL, 0, UNBOUNDED},
    {"category", "类目|分类|品类|商品类目", PK_COLUMN_TEXT, PK_COLUMN_DEFAULT, true, "", NULL, 0, 0},
    {"channel", "店铺|渠道|店铺名称", PK_COLUMN_ID, PK_COLUMN_DEFAULT, true, "", NULL, 0, 0},
    {"warehouse_id", "仓库|仓库编码", PK_COLUMN_ID, PK_COLUMN_DEFAULT, true, "", NULL, 0, 0},
    {"promotion_id", "活动编码|活动ID|活动编号", PK_COLUMN_ID, PK_COLUMN_DEFAULT, true, "", NULL, 0, 0},
};

static const struct pk_column deposit_columns[] = {
    {"date", "日期", PK_COLUMN_DATE, PK_COLUMN_REQUIRED, true, NULL, NULL, 0, 0},
    {"promotion_id", "活动编码|活动ID|活动编号", PK_COLUMN_ID, PK_COLUMN_REQUIRED, true, NULL, NULL, 0, 0},
    {"item_id", "商家编码|商品编码|货号|SKU编码|SKU|规格编码", PK_COLUMN_ID, PK_COLUMN_REQUIRED, true, NULL, NULL, 0, 0},
    {"deposit_units", "定金件数|预售件数|累计定金件数", PK_COLUMN_COUNT, PK_COLUMN_REQUIRED, false, NULL, NULL, 0, UNITS_MAX},
    {"balance_paid_units", "尾款件数|付尾款件数", PK_COLUMN_COUNT, PK_COLUMN_OPTIONAL, false, NULL, NULL, 0, UNITS_MAX},
};

#define DATASET(kind, name, columns) {kind, name, columns, sizeof columns / sizeof columns[0]}
const struct pk_dataset pk_datasets[PK_DATASET_COUNT] = {
    DATASET(PK_DATASET_SALES, "sales", sales_columns),
    DATASET(PK_DATASET_ITEMS, "items", item_columns),
    DATASET(PK_DATASET_SUPPLY, "supply", supply_columns),
    DATASET(PK_DATASET_STOCK, "stock", stock_columns),
    DATASET(PK_DATASET_INBOUND, "inbound", inbound_columns),
    DATASET(PK_DATASET_PROMOTIONS, "promotions", promotion_columns),
    DATASET(PK_DATASET_PRICES, "prices", price_columns),
    DATASET(PK_DATASET_COVARIATES, "covariates", covariate_columns),
    DATASET(PK_DATASET_COMPONENTS, "components", component_columns),
    DATASET(PK_DATASET_SUPPLIERS, "suppliers", supplier_columns),
    DATASET(PK_DATASET_WAREHOUSES, "warehouses", warehouse_columns),
    DATASET(PK_DATASET_CLOSURES, "closures", closure_columns),
    DATASET(PK_DATASET_LANES, "lanes", lane_columns),
    DATASET(PK_DATASET_ADJUSTMENTS, "adjustments", adjustment_columns),
    DATASET(PK_DATASET_TARGETS, "targets", target_columns),
    DATASET(PK_DATASET_DEPOSITS, "deposits", deposit_columns),
};
/* clang-format on */
