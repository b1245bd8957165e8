#!/usr/bin/env python3
"""Convert a public sales history to the benchmark's CSV: item,date,units, beside NAME.closed.csv (item,date),
NAME.promo.csv (date), NAME.items.csv (item,category[,list_price]), NAME.covariates.csv (item or empty,date,name,value)
and NAME.prices.csv (item,date,price).

usage: convert_history.py {online-retail-ii,rossmann,m5-foods3,m5-hobbies2,koubei,vegetables} DATA_FOLDER OUT.csv
"""
import csv
import datetime
import lzma
import os
import sys

NOT_GOODS = {"POST", "DOT", "D", "M", "C2", "CRUK", "S", "B", "PADS", "BANK CHARGES", "AMAZONFEE"}


def rows_of(path):
    with lzma.open(path, "rt", encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def is_goods(code):
    return code and code not in NOT_GOODS and not code.startswith(("ADJUST", "TEST", "GIFT_"))


def online_retail(folder):
    counts, paid = {}, {}
    for name in sorted(os.listdir(folder)):
        if not name.endswith(".csv.xz"):
            continue
        seen = {}
        for row in rows_of(os.path.join(folder, name)):
            code = row["StockCode"].strip().upper()
            if int(row["Quantity"]) <= 0 or float(row["Price"]) <= 0 or not is_goods(code):
                continue
            if row["Invoice"].startswith("C"):
                continue
            key = (row["Invoice"], code, int(row["Quantity"]), row["InvoiceDate"])
            seen[key] = seen.get(key, 0) + 1
            paid.setdefault(code, []).append(float(row["Price"]))
        for key, count in seen.items():
            counts[key] = max(count, counts.get(key, 0))
    units = {}
    for (_, code, quantity, moment), count in counts.items():
        key = (code, moment[:10])
        units[key] = units.get(key, 0) + quantity * count
    return units, {"items": [(code, "", str(sorted(prices)[len(prices) // 2])) for code, prices in paid.items()]}


def rossmann(folder):
    units, open_days, promo, covariates = {}, {}, set(), []
    first, last = "9999", "0000"
    for row in rows_of(os.path.join(folder, "sales_2013_2014.csv.xz")):
        day = row["Date"]
        units[row["Store"], day] = int(row["Sales"])
        open_days.setdefault(row["Store"], set()).add(day)
        if row["Promo"] == "1":
            promo.add(day)
        if row["SchoolHoliday"] == "1":
            covariates.append((row["Store"], day, "school_holiday", "1"))
        if row["StateHoliday"] != "0":
            covariates.append((row["Store"], day, "state_holiday", "1"))
        first, last = min(first, day), max(last, day)
    days, day = [], datetime.date.fromisoformat(first)
    while day.isoformat() <= last:
        days.append(day.isoformat())
        day += datetime.timedelta(1)
    closed = [(store, day) for store, seen in open_days.items() for day in days if day not in seen]
    with open(os.path.join(folder, "store.csv"), newline="", encoding="utf-8") as file:
        items = [(row["Store"], row["StoreType"]) for row in csv.DictReader(file)]
    return units, {"closed": closed, "promo": [(day,) for day in promo], "items": items, "covariates": covariates}


def m5(folder):
    days, weeks, covariates, prices = {}, {}, [], []
    calendar = os.path.join(os.path.dirname(folder.rstrip("/")), "m5-foods3", "calendar.csv")
    with open(calendar, newline="", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            days[row["d"]] = row["date"]
            weeks.setdefault(row["wm_yr_wk"], row["date"])
            if row["snap_CA" if "hobbies" in folder else "snap_TX"] == "1":
                covariates.append(("", row["date"], "snap", "1"))
            for name in (row["event_name_1"], row["event_name_2"]):
                if name:
                    covariates.append(("", row["date"], name, "1"))
    units = {}
    for row in rows_of(os.path.join(folder, "sales_d1_d1913.csv.xz")):
        suffix = row["id"][-5:]
        for name, value in row.items():
            if name != "id" and value and int(value) > 0:
                units[row["id"], days[name]] = int(value)
    for row in rows_of(os.path.join(folder, "sell_prices.csv.xz")):
        prices.append((row["item_id"] + suffix, weeks[row["wm_yr_wk"]], row["sell_price"]))
    return units, {"covariates": covariates, "prices": prices}


def koubei(folder):
    units = {}
    for row in rows_of(os.path.join(folder, "payments_2015-06_2016-07.csv.xz")):
        units[row["shop_id"], row["time_stamp"]] = int(row["count"])
    return units, {}


def vegetables(folder):
    units, categories = {}, {}
    for row in rows_of(os.path.join(folder, "sales_2020-07_2022-12.csv.xz")):
        units[row["item"], row["date"]] = max(0, round(10 * float(row["qty"])))
        categories[row["item"]] = row["category"]
    return units, {"items": list(categories.items())}


SETS = {"online-retail-ii": online_retail, "rossmann": rossmann, "m5-foods3": m5,
        "m5-hobbies2": m5, "koubei": koubei, "vegetables": vegetables}
BESIDE = ("closed", "promo", "items", "covariates", "prices")


def main():
    if len(sys.argv) != 4 or sys.argv[1] not in SETS:
        sys.exit(__doc__)
    units, beside = SETS[sys.argv[1]](sys.argv[2])
    stem = sys.argv[3][:-4] if sys.argv[3].endswith(".csv") else sys.argv[3]
    with open(sys.argv[3], "w", newline="", encoding="utf-8") as file:
        file.write("item,date,units\n")
        for (item, day), value in sorted(units.items()):
            file.write(f"{item},{day},{value}\n")
    for name in BESIDE:
        with open(f"{stem}.{name}.csv", "w", newline="", encoding="utf-8") as file:
            for row in sorted(beside.get(name, []), key=lambda row: (row[2], row[1]) if name == "covariates" else row):
                file.write(",".join(row) + "\n")
    print(f"{len(units)} rows, " + ", ".join(f"{len(beside.get(name, []))} {name}" for name in BESIDE))


if __name__ == "__main__":
    main()
