#include "client/wording.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "models/base/reason.h"

struct wording {
    const char *key;
    const char *english;
    const char *chinese;
};

/* In the order of their keys: looked up by halving. */
static const struct wording wordings[] = {
    {"AMBER", "AMBER", "黄"},
    {"BLUE", "BLUE", "蓝"},
    {"GREEN", "GREEN", "绿"},
    {"RED", "RED", "红"},
    {"action", "action", "处理方式"},
    {"active_item_ratio", "active-item rate", "动销率"},
    {"age_days", "age (days)", "库龄(天)"},
    {"amber_count", "amber", "黄"},
    {"arrival_date", "arrives", "到货日"},
    {"as_of_date", "as of", "数据截至"},
    {"assumptions", "assumed", "假设"},
    {"blas", "linear algebra", "线性代数库"},
    {"blue_count", "blue", "蓝"},
    {"by_date", "clear by", "清仓截止日"},
    {"calendar", "calendar", "日历"},
    {"calendar_version", "calendar", "日历版本"},
    {"cancel_ratio", "cancellation rate", "取消率"},
    {"cash_needed", "cash needed", "所需资金"},
    {"category", "category", "类目"},
    {"channel", "channel", "渠道"},
    {"channel_count", "channels", "渠道数"},
    {"chase_inbound", "chase inbound", "催在途"},
    {"check", "check", "核查"},
    {"clear_probability", "P(clear)", "清完概率"},
    {"clearance", "clear", "清仓"},
    {"complete_through_date", "sales complete through", "销售数据完整至"},
    {"config_hash", "settings", "配置摘要"},
    {"cover_probability", "cover", "满足概率"},
    {"critical_ratio", "service level", "服务水平"},
    {"currency_code", "currency", "币种"},
    {"data_revision", "data revision", "数据版本"},
    {"date", "date", "日期"},
    {"days_of_supply", "days of supply", "可售天数"},
    {"dead_stock_ratio", "dead stock share", "呆滞占比"},
    {"dead_stock_value", "dead stock at cost", "呆滞金额"},
    {"denominator", "denominator", "分母"},
    {"discount", "discount", "打折"},
    {"discount_ratio", "take off", "降价幅度"},
    {"discount_ratio_maximum", "largest discount", "最大折扣幅度"},
    {"done_count", "groups fitted", "已拟合组数"},
    {"end_date", "to", "结束"},
    {"eta_date", "eta", "在途到货日"},
    {"excess_stock_ratio", "excess stock share", "超储占比"},
    {"excess_stock_value", "excess stock at cost", "超储金额"},
    {"excess_units", "excess", "超储量"},
    {"expected_cleared_ratio", "expected cleared share", "预计清仓率"},
    {"expected_cleared_units", "expected cleared", "预计清出"},
    {"expected_demand_units", "demand", "需求"},
    {"expected_value", "value", "预计价值"},
    {"first_sales_date", "first sales", "最早销售日"},
    {"flagged_units", "flagged units", "滞销件数"},
    {"forecast_units", "forecast", "预测"},
    {"formula_id", "formula", "口径"},
    {"from_date", "from", "起"},
    {"gap_q50_units", "gap P50", "缺口 P50"},
    {"gap_q90_units", "gap P90", "缺口 P90"},
    {"gmroi", "GMROI", "GMROI"},
    {"gmv", "GMV", "销售额"},
    {"gmv_at_risk", "GMV at risk", "风险销售额"},
    {"green_count", "green", "绿"},
    {"health", "health", "健康"},
    {"hold", "hold", "保持"},
    {"image", "image", "形象"},
    {"in_stock_ratio", "in-stock rate", "有货率"},
    {"inbound_before_start_units", "inbound in time", "开始前到货"},
    {"inbound_units", "inbound", "在途"},
    {"inferred_closures", "inferred closures", "推断停业日"},
    {"inspect_returns", "inspect returns", "查退货"},
    {"item", "item", "商品"},
    {"item_count", "items", "商品数"},
    {"item_id", "item", "商品编码"},
    {"item_name", "name", "商品名称"},
    {"kind", "kind", "类型"},
    {"last_import_kind", "last import", "最近导入"},
    {"last_import_time", "last import at", "最近导入时间"},
    {"last_sales_date", "last sales", "最近销售日"},
    {"line_count", "lines", "行数"},
    {"mean_units", "mean", "均值"},
    {"metric", "metric", "指标"},
    {"model_version", "model", "模型版本"},
    {"name", "name", "名称"},
    {"no", "no", "否"},
    {"no_stock_count", "without stock row", "缺库存数据"},
    {"no_supply_terms_count", "without supply terms", "缺供货条件"},
    {"none", "none", "无"},
    {"nothing", "(nothing)", "(无)"},
    {"numerator", "numerator", "分子"},
    {"on_hand_units", "on hand", "现货"},
    {"order_amount", "amount", "金额"},
    {"order_by_date", "order by", "最晚下单日"},
    {"order_line_count", "lines to order", "下单行数"},
    {"order_units", "order", "订货量"},
    {"peak_day_q90_units", "peak day P90", "峰值日 P90"},
    {"phases", "phases", "阶段"},
    {"position_units", "position", "库存水位"},
    {"profit", "profit", "利润"},
    {"promotion_id", "promotion", "活动"},
    {"proposed_action", "do", "建议动作"},
    {"q50_units", "P50", "P50"},
    {"q90_units", "P90", "P90"},
    {"readiness_ratio", "readiness", "备货就绪率"},
    {"reason", "why", "原因"},
    {"red_count", "red", "红"},
    {"regular", "regular", "常规"},
    {"reorder", "reorder", "补货"},
    {"return_ratio", "return rate", "退货率"},
    {"role", "role", "角色"},
    {"row_count", "rows", "行数"},
    {"sales_row_count", "sales rows", "销售行数"},
    {"scope", "scope", "范围"},
    {"scope_id", "id", "对象"},
    {"seconds", "seconds", "用时(秒)"},
    {"sell_through_ratio", "sell-through", "售罄率"},
    {"series_count", "series", "序列数"},
    {"snapshot_age_seconds", "snapshot age (s)", "快照年龄(秒)"},
    {"snapshot_id", "snapshot", "快照"},
    {"snapshot_stale", "refit due", "待重新拟合"},
    {"sold_units", "sold", "销量"},
    {"start_date", "from", "开始"},
    {"state", "state", "状态"},
    {"status", "status", "状态"},
    {"stock_at_start_units", "stock at start", "开始时库存"},
    {"stock_to_sales_ratio", "stock to sales", "库销比"},
    {"stock_units", "stock", "库存件数"},
    {"stock_value", "stock at cost", "库存金额"},
    {"stockout_range", "runs out (P10..P90)", "断货日(P10..P90)"},
    {"store_size_bytes", "store size (bytes)", "存储大小(字节)"},
    {"supplier_id", "supplier", "供应商"},
    {"target_cleared_unit_ratio", "target cleared share", "目标清仓率"},
    {"time_zone", "time zone", "时区"},
    {"to_date", "to", "止"},
    {"total", "total", "合计"},
    {"traffic", "traffic", "引流"},
    {"turnover_days", "turnover days", "周转天数"},
    {"turnover_ratio", "turnover ratio", "周转率"},
    {"unit_cost", "unit cost", "单位成本"},
    {"units", "units sold", "销量"},
    {"unknown", "unknown", "未知"},
    {"unknown_count", "unknown", "未知"},
    {"value", "value", "值"},
    {"version", "version", "版本"},
    {"warehouse", "warehouse", "仓库"},
    {"warehouse_count", "warehouses", "仓库数"},
    {"warehouse_id", "warehouse", "仓库"},
    {"warnings", "warnings", "警告"},
    {"write_off", "write off", "报损"},
    {"yes", "yes", "是"},
};

static int compare(const void *key, const void *entry)
{
    return strcmp(key, ((const struct wording *)entry)->key);
}

const char *pk_wording(const char *key, bool is_chinese)
{
    const struct wording *found =
        bsearch(key, wordings, sizeof wordings / sizeof *wordings, sizeof *wordings, compare);
    if (!found)
        return key;
    return is_chinese ? found->chinese : found->english;
}

const char *pk_wording_reason(const char *code, bool is_chinese)
{
    enum pk_reason reason = pk_reason_from_code(pk_text_from(code));
    if (reason == PK_REASON_NONE)
        return code;
    return pk_reason_sentence(reason, is_chinese ? PK_LANGUAGE_CHINESE : PK_LANGUAGE_ENGLISH);
}
