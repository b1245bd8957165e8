#include "models/base/reason.h"

#include <string.h>

/* In the order of enum pk_reason. docs/reasons.md repeats it; a test compares the two. */
static const struct {
    const char *code;
    const char *sentences[2]; /* by enum pk_language */
} reasons[PK_REASON_COUNT] = {
    [PK_REASON_NO_STOCK] =
        {"NO_STOCK",
         {"No stock row is known, so the position is unknown and nothing is ordered",
          "没有库存记录，头寸未知，不建议下单"}},
    [PK_REASON_NO_SUPPLY_TERMS] =
        {"NO_SUPPLY_TERMS",
         {"No lead time or other supply terms are known, so nothing is ordered",
          "没有供货条件（如交期），不建议下单"}},
    [PK_REASON_ASSUMED_STOCK] = {"ASSUMED_STOCK",
                                 {"The stock was assumed by the request, not read from a stock row",
                                  "库存为请求中的假设值，并非库存记录"}},
    [PK_REASON_ASSUMED_LEAD_TIME] =
        {"ASSUMED_LEAD_TIME",
         {"The lead time was assumed by the request, not read from a supply row",
          "交期为请求中的假设值，并非供货记录"}},
    [PK_REASON_LOW_EVIDENCE] = {"LOW_EVIDENCE",
                                {"Few comparable events were seen, so the category's lift is used",
                                 "可比活动很少，采用类目提升系数"}},
    [PK_REASON_NEW_ITEM] =
        {"NEW_ITEM",
         {"The item has little history, so its level comes from its category or reference item",
          "新品历史很短，水平取自类目或参照商品"}},
    [PK_REASON_NO_PRICE] = {"NO_PRICE",
                            {"No selling price is known, so no value in money can be given",
                             "没有售价，无法计算金额"}},
    [PK_REASON_NO_COST] = {"NO_COST",
                           {"No unit cost is known, so no margin can be given",
                            "没有成本，无法计算毛利"}},
    [PK_REASON_SHORTAGE_BEFORE_ARRIVAL] =
        {"SHORTAGE_BEFORE_ARRIVAL",
         {"Stock is likely to run out before an order placed now arrives",
          "现在下单，到货前很可能断货"}},
    [PK_REASON_BELOW_NEED] =
        {"BELOW_NEED",
         {"What will be left does not cover demand until the following arrival",
          "剩余库存不足以覆盖到下一次到货前的需求"}},
    [PK_REASON_PROMOTION_AHEAD] = {"PROMOTION_AHEAD",
                                   {"A promotion raises demand inside the protection interval",
                                    "保护期内有促销，需求上升"}},
    [PK_REASON_NEGATIVE_POSITION] = {"NEGATIVE_POSITION",
                                     {"More is owed to buyers than stock and inbound together",
                                      "已超卖，库存加在途仍不足以履约"}},
    [PK_REASON_OUT_OF_STOCK] = {"OUT_OF_STOCK", {"Nothing is left to sell", "已无可售库存"}},
    [PK_REASON_ORDER_OVERDUE] = {"ORDER_OVERDUE",
                                 {"The latest order date has passed", "已过最晚下单日"}},
    [PK_REASON_LATE_INBOUND] =
        {"LATE_INBOUND",
         {"Inbound is past its expected arrival and still open; it is counted as arriving next",
          "在途已过预计到货日仍未关闭，按下一日到货计入"}},
    [PK_REASON_SUPPLIER_CLOSURE] =
        {"SUPPLIER_CLOSURE",
         {"Order days or a closure of supplier or warehouse make the goods come later",
          "受下单日或供应商、仓库休息影响，到货推迟"}},
    [PK_REASON_LEAD_TIME_LEARNT] =
        {"LEAD_TIME_LEARNT",
         {"Past receipts show another lead time than promised, and it is used",
          "按历史到货记录修正了承诺交期"}},
    [PK_REASON_FILL_RATE_TARGET] = {"FILL_RATE_TARGET",
                                    {"The quantity meets the target fill rate of the supply row",
                                     "数量按供货记录的目标满足率确定"}},
    [PK_REASON_MINIMUM_ORDER_RAISED] = {"MINIMUM_ORDER_RAISED",
                                        {"The quantity was raised to the supplier's minimum order",
                                         "数量已提高到供应商起订量"}},
    [PK_REASON_MINIMUM_ORDER_NOT_WORTH] =
        {"MINIMUM_ORDER_NOT_WORTH",
         {"The supplier's minimum order would cost more than the shortage",
          "起订量过大，下单成本高于缺货损失"}},
    [PK_REASON_PACK_ROUNDED] = {"PACK_ROUNDED",
                                {"The quantity was rounded to whole packs", "数量已按整箱取整"}},
    [PK_REASON_PACK_NOT_WORTH] = {"PACK_NOT_WORTH",
                                  {"A whole pack would cost more than the shortage",
                                   "整箱成本高于缺货损失"}},
    [PK_REASON_MAX_STOCK_CAPPED] = {"MAX_STOCK_CAPPED",
                                    {"The quantity was cut to the maximum stock",
                                     "数量已按最高库存限制下调"}},
    [PK_REASON_SHELF_LIFE_CAPPED] =
        {"SHELF_LIFE_CAPPED",
         {"The quantity was cut to what is likely to sell before it expires",
          "数量已下调至保质期内可售出的水平"}},
    [PK_REASON_ORDER_COST_SPREAD] =
        {"ORDER_COST_SPREAD",
         {"More than the need is ordered, because each order has a cost",
          "每次下单有固定成本，因此多订以摊薄"}},
    [PK_REASON_ORDER_COST_NOT_WORTH] =
        {"ORDER_COST_NOT_WORTH",
         {"The cost of an order is higher than the shortage it avoids",
          "下单固定成本高于可避免的缺货损失"}},
    [PK_REASON_TRANSFER_FIRST] =
        {"TRANSFER_FIRST",
         {"Another warehouse has too much of it: bring that over first and buy the rest",
          "另一仓库有富余，先调拨再补差额"}},
    [PK_REASON_BUDGET_CUT] =
        {"BUDGET_CUT",
         {"The budget or the supplier's capacity goes to orders with more worth for their cost",
          "预算或供应商产能优先给了单位成本价值更高的订单"}},
    [PK_REASON_CRITICAL_RATIO_CLAMPED] =
        {"CRITICAL_RATIO_CLAMPED",
         {"The service level derived from the margin was moved to its bounds",
          "由毛利推出的服务水平已限制在上下限内"}},
    [PK_REASON_HORIZON_SHORT] = {"HORIZON_SHORT",
                                 {"The forecast ends before the following arrival",
                                  "预测期短于下一次到货日"}},
    [PK_REASON_ENOUGH_STOCK] = {"ENOUGH_STOCK",
                                {"Stock and inbound cover demand until the following arrival",
                                 "库存加在途足以覆盖到下一次到货"}},
    [PK_REASON_NO_DEMAND] = {"NO_DEMAND", {"No demand is expected", "预计没有需求"}},
    [PK_REASON_DEMAND_TOO_RARE] =
        {"DEMAND_TOO_RARE",
         {"Demand is too rare to keep the item in stock at this service level",
          "需求过于稀少，按该服务水平不必备货"}},
    [PK_REASON_MARGIN_NOT_POSITIVE] =
        {"MARGIN_NOT_POSITIVE",
         {"A sale earns nothing after cost, so nothing is bought; consider clearance",
          "单件毛利不为正，不再采购，建议清仓"}},
    [PK_REASON_END_OF_LIFE] = {"END_OF_LIFE",
                               {"The item ends before an order would arrive", "到货前商品已下架"}},
    [PK_REASON_SOLD_AS_COMPONENTS] =
        {"SOLD_AS_COMPONENTS",
         {"The item is put together from its components, which are ordered instead",
          "该商品由子件组合而成，改为订购子件"}},
    [PK_REASON_DEAD_STOCK] = {"DEAD_STOCK",
                              {"In stock without a sale for 90 days", "有库存但 90 天没有销售"}},
    [PK_REASON_EXCESS_STOCK] = {"EXCESS_STOCK",
                                {"Stock exceeds 180 days of expected demand",
                                 "库存超过 180 天的预计需求"}},
    [PK_REASON_OLD_STOCK] = {"OLD_STOCK",
                             {"The oldest lot is more than 180 days old",
                              "最早批次库龄超过 180 天"}},
    [PK_REASON_WILL_NOT_CLEAR] =
        {"WILL_NOT_CLEAR",
         {"At the current price the stock is unlikely to be gone by the date",
          "按现价到期很可能卖不完"}},
    [PK_REASON_CANNOT_CLEAR_ABOVE_FLOOR] =
        {"CANNOT_CLEAR_ABOVE_FLOOR",
         {"No discount above the floor is likely to clear the stock by the date",
          "在底价以上的任何折扣都难以按期清完"}},
    [PK_REASON_MARGIN_FLOOR_EXCEPTION] = {"MARGIN_FLOOR_EXCEPTION",
                                          {"Its discounts lie below the margin floor: an exception",
                                           "折后毛利低于毛利底线，属例外"}},
    [PK_REASON_CATEGORY_BELOW_MARGIN_FLOOR] =
        {"CATEGORY_BELOW_MARGIN_FLOOR",
         {"The blended margin of the category falls below the floor", "类目综合毛利低于毛利底线"}},
    [PK_REASON_SALVAGE_IS_BETTER] = {"SALVAGE_IS_BETTER",
                                     {"Selling it brings less than its salvage value now",
                                      "继续销售所得低于残值，建议处理"}},
    [PK_REASON_DISCOUNT_PAYS] = {"DISCOUNT_PAYS",
                                 {"The discount earns more than the current price by the date",
                                  "到期前打折所得高于维持原价"}},
    [PK_REASON_SELLS_AT_PRICE] = {"SELLS_AT_PRICE",
                                  {"The current price is the best of the ladder",
                                   "现价已是阶梯中最优"}},
    [PK_REASON_RECENTLY_LAUNCHED] = {"RECENTLY_LAUNCHED",
                                     {"Launched less than 45 days ago, so not judged yet",
                                      "上新不足 45 天，暂不判断"}},
    [PK_REASON_SELL_THROUGH_BEHIND_PLAN] = {"SELL_THROUGH_BEHIND_PLAN",
                                            {"Less of it is sold than its remaining life asks for",
                                             "售罄进度落后于计划 15 个百分点以上"}},
    [PK_REASON_DISCOUNT_LATER] = {"DISCOUNT_LATER",
                                  {"The price stays for now; the discount comes later",
                                   "暂不降价，按阶梯稍后再降"}},
    [PK_REASON_HELD_BY_MARGIN_FLOOR] =
        {"HELD_BY_MARGIN_FLOOR",
         {"The margin floor of the category does not allow the discount that would clear it",
          "类目毛利底线不允许降到能清完的价格"}},
    [PK_REASON_EXPIRES_BEFORE_DATE] = {"EXPIRES_BEFORE_DATE",
                                       {"Half of it expires before the date",
                                        "到期日前过半库存将过保质期"}},
    [PK_REASON_ENDS_BEFORE_DATE] = {"ENDS_BEFORE_DATE",
                                    {"The item ends before the date", "商品在截止日前下架"}},
    [PK_REASON_PROMOTION_COVERED] = {"PROMOTION_COVERED",
                                     {"Stock and inbound cover the promotion",
                                      "库存加在途足以覆盖活动"}},
    [PK_REASON_PROMOTION_GAP] =
        {"PROMOTION_GAP",
         {"Expected demand of the promotion exceeds stock and inbound before its start",
          "活动预计需求超过开始前的库存与在途"}},
    [PK_REASON_PROMOTION_COVER_LOW] = {"PROMOTION_COVER_LOW",
                                       {"The probability to cover the promotion is below 70 %",
                                        "覆盖活动需求的概率低于 70%"}},
    [PK_REASON_PROMOTION_COVER_TIGHT] =
        {"PROMOTION_COVER_TIGHT",
         {"The probability to cover the promotion is between 70 and 90 %",
          "覆盖活动需求的概率在 70% 至 90% 之间"}},
    [PK_REASON_PROMOTION_OVERSTOCK] =
        {"PROMOTION_OVERSTOCK",
         {"After the promotion more than 60 days of demand are likely to be left",
          "活动后很可能剩余超过 60 天的需求"}},
    [PK_REASON_PRICE_BELOW_COST] = {"PRICE_BELOW_COST",
                                    {"At the lowest price of the promotion a unit brings less than "
                                     "it costs, gifts and selling costs included",
                                     "活动最低价扣除赠品与销售费用后低于成本"}},
    [PK_REASON_CAMPAIGN_LOSES_PROFIT] =
        {"CAMPAIGN_LOSES_PROFIT",
         {"The item earns less in the promotion than it would without it",
          "该商品参加活动的利润低于不参加"}},
    [PK_REASON_MARGIN_BELOW_FLOOR] =
        {"MARGIN_BELOW_FLOOR",
         {"The blended margin of the category in the promotion is below the floor of 35 %",
          "类目活动综合毛利低于 35% 底线"}},
    [PK_REASON_WAREHOUSE_OVERLOADED] =
        {"WAREHOUSE_OVERLOADED",
         {"On at least one day more is likely to be shipped than the warehouse can send out",
          "至少一天的出库量很可能超过仓库日出库能力"}},
    [PK_REASON_ORDER_DATE_PAST] = {"ORDER_DATE_PAST",
                                   {"The latest order date for the promotion has passed",
                                    "已过活动最晚下单日"}},
    [PK_REASON_ORDER_DATE_NEAR] = {"ORDER_DATE_NEAR",
                                   {"The latest order date for the promotion is within 3 days",
                                    "距活动最晚下单日不足 3 天"}},
    [PK_REASON_INBOUND_AFTER_START] = {"INBOUND_AFTER_START",
                                       {"Inbound arrives after the promotion has started",
                                        "部分在途在活动开始后才到货"}},
    [PK_REASON_INBOUND_UNCERTAIN] = {"INBOUND_UNCERTAIN",
                                     {"Inbound may miss the start of the promotion",
                                      "部分在途可能赶不上活动开始"}},
    [PK_REASON_ORDER_CAPPED] = {"ORDER_CAPPED",
                                {"Orders for the promotion are capped until traffic is confirmed",
                                 "流量确认前，活动备货设有上限"}},
    [PK_REASON_PROMOTION_RUNNING] = {"PROMOTION_RUNNING",
                                     {"The promotion has begun; only the days ahead are checked",
                                      "活动已开始，仅检查剩余日期"}},
    [PK_REASON_PRESALE_BY_SHIP_DATE] =
        {"PRESALE_BY_SHIP_DATE",
         {"Part of the demand is presale and only due by its ship-by date",
          "部分需求为预售，须在最晚发货日前备齐"}},
    [PK_REASON_REORDER_LIST_MORE] =
        {"REORDER_LIST_MORE",
         {"Today's reorder list orders more: it also covers days outside the campaign",
          "今日补货单订得更多：还覆盖活动以外的日子"}},
    [PK_REASON_REORDER_LIST_LESS] =
        {"REORDER_LIST_LESS",
         {"Today's reorder list orders less: it reaches only to its next order",
          "今日补货单订得较少：只管到下一次订货"}},
    [PK_REASON_STOCK_MORE_NEXT_TIME] =
        {"STOCK_MORE_NEXT_TIME",
         {"Both of the last two campaigns ran short here; stock more for the next one",
          "最近两次活动都备货不足，下次应多备"}},
    [PK_REASON_STOCK_LESS_NEXT_TIME] =
        {"STOCK_LESS_NEXT_TIME",
         {"Both of the last two campaigns left too much here; stock less for the next one",
          "最近两次活动都剩货过多，下次应少备"}},
    [PK_REASON_CAMPAIGN_STOCK] = {"CAMPAIGN_STOCK",
                                  {"This order stocks the promotion to its end",
                                   "本次订单备足至活动结束"}},
    [PK_REASON_PLAN_AHEAD] = {"PLAN_AHEAD",
                              {"More than today's reorder: the next chance to order is too late",
                               "多于今日补货建议：下次下单已赶不上活动"}},
    [PK_REASON_CAPACITY_AHEAD] =
        {"CAPACITY_AHEAD",
         {"Ordered in an earlier week, because the supplier cannot make it all in the due one",
          "供应商当周产能不足，提前到更早的周下单"}},
    [PK_REASON_CAPACITY_SHORT] =
        {"CAPACITY_SHORT",
         {"Part of it fits into no week of the supplier's capacity: find another source",
          "部分数量超出供应商各周产能，需另找货源"}},
    [PK_REASON_ABOVE_FORECAST] = {"ABOVE_FORECAST",
                                  {"Sales were far above the forecast", "销量远高于预测"}},
    [PK_REASON_BELOW_FORECAST] = {"BELOW_FORECAST",
                                  {"Sales were far below the forecast", "销量远低于预测"}},
    [PK_REASON_RETURN_RATE_HIGH] =
        {"RETURN_RATE_HIGH",
         {"More of the last 30 days was returned than the shop is used to, and more than 8 %",
          "近 30 天退货率超过 8%，且高于全店水平"}},
    [PK_REASON_SELLS_BELOW_COST] =
        {"SELLS_BELOW_COST",
         {"The price after selling costs lies below the cost of the item",
          "扣除销售费用后的售价低于成本"}},
    [PK_REASON_SELLS_BELOW_MARGIN_FLOOR] = {"SELLS_BELOW_MARGIN_FLOOR",
                                            {"The price leaves less than the margin floor of 35 %",
                                             "现价毛利低于 35% 底线"}},
    [PK_REASON_RISING_STAR] = {"RISING_STAR",
                               {"Sells far more than its category's own change explains",
                                "销量增长远超类目，潜力爆款"}},
    [PK_REASON_DEAD_ITEM] = {"DEAD_ITEM",
                             {"No sale for 365 days, so the forecast is 0",
                              "已 365 天无销售，预测为 0"}},
    [PK_REASON_BULK_ORDERS_CAPPED] =
        {"BULK_ORDERS_CAPPED",
         {"Single bulk orders were capped, so that they do not raise the forecast",
          "已对大宗单次订单封顶，避免抬高预测"}},
    [PK_REASON_STOCK_OUTS_LEFT_OUT] =
        {"STOCK_OUTS_LEFT_OUT",
         {"Days out of stock were left out, so that missing sales are not read as missing demand",
          "缺货日已剔除，不把缺货当作无需求"}},
    [PK_REASON_FORECAST_GUARDED] =
        {"FORECAST_GUARDED",
         {"The forecast hit its upper guard and fell back; look at this item's history",
          "预测触及上限保护并回退，请检查该商品历史"}},
    [PK_REASON_PARENT_DEMAND] =
        {"PARENT_DEMAND",
         {"Bundles, multipacks or gifts that contain the item add to its demand",
          "组合、多件装或赠品中的用量已计入需求"}},
    [PK_REASON_FORECAST_ADJUSTED] =
        {"FORECAST_ADJUSTED",
         {"A person adjusted the forecast; the statistical one stands beside it",
          "预测经人工调整，统计预测一并列出"}},
    [PK_REASON_RETURNS_EXPECTED] =
        {"RETURNS_EXPECTED",
         {"Part of what was sold is expected back in time and need not be bought",
          "预计部分退货将及时回到库存，无需另购"}},
    [PK_REASON_DEPOSITS_COUNTED] = {"DEPOSITS_COUNTED",
                                    {"Presale deposits are counted in the campaign's demand",
                                     "已按预售定金修正活动需求"}},
    [PK_REASON_CAMPAIGN_LEVEL_UPDATED] =
        {"CAMPAIGN_LEVEL_UPDATED",
         {"The campaign's first days moved the forecast of its remaining days",
          "已按活动前几日的销售修正余下各日的预测"}},
    [PK_REASON_SELLING_PAUSED] = {"SELLING_PAUSED",
                                  {"Closed for a week or more and no reopening is told: the "
                                   "forecast is as if it opened tomorrow",
                                   "已停售一周以上且未告知恢复日期：预测按次日恢复销售计算"}},
    [PK_REASON_COVARIATE_HELD] = {"COVARIATE_HELD",
                                  {"A covariate is not told ahead, so its usual value is taken",
                                   "未提供未来的协变量，按其平常值计算"}},
};

static bool is_reason(enum pk_reason reason)
{
    return (unsigned)reason > PK_REASON_NONE && (unsigned)reason < PK_REASON_COUNT;
}

const char *pk_reason_code(enum pk_reason reason)
{
    return is_reason(reason) ? reasons[reason].code : "";
}

const char *pk_reason_sentence(enum pk_reason reason, enum pk_language language)
{
    if (!is_reason(reason))
        return "";
    return reasons[reason].sentences[language == PK_LANGUAGE_CHINESE ? 1 : 0];
}

enum pk_reason pk_reason_from_code(struct pk_text code)
{
    for (int reason = PK_REASON_NONE + 1; reason < PK_REASON_COUNT; reason++) {
        if (pk_text_equal(code, pk_text_from(reasons[reason].code)))
            return (enum pk_reason)reason;
    }
    return PK_REASON_NONE;
}

bool pk_reasons_has(const struct pk_reasons *list, enum pk_reason reason)
{
    return memchr(list->reasons, (int)reason, list->count) != NULL;
}

void pk_reasons_add(struct pk_reasons *list, enum pk_reason reason)
{
    if (!is_reason(reason) || pk_reasons_has(list, reason) || list->count == PK_REASON_LIST_MAX)
        return;
    list->reasons[list->count++] = (uint8_t)reason;
}

void pk_reasons_put_first(struct pk_reasons *list, enum pk_reason reason)
{
    if (!is_reason(reason))
        return;
    const uint8_t *found = memchr(list->reasons, (int)reason, list->count);
    size_t moved = found != NULL ? (size_t)(found - list->reasons) : list->count;
    if (found == NULL && list->count < PK_REASON_LIST_MAX)
        list->count++;
    if (moved == PK_REASON_LIST_MAX)
        moved--;
    memmove(list->reasons + 1, list->reasons, moved);
    list->reasons[0] = (uint8_t)reason;
}
