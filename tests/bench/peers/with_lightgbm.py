"""LightGBM as one plain global model of all items: lags and means known at the horizon, calendar, regressors, price.

Tweedie loss for the mean, one model for each of three quantiles; at most 300,000 days of the last two years; closed
days are left out and forecast 0."""
import frames
import lightgbm
import pandas

task = frames.Task()
frame, names = task.frame()
frame = frame[frame.date > task.origin - pandas.Timedelta(days=1200)].copy()
frame.loc[(frame.closed == 1) & (frame.date <= task.origin), 'units'] = None
known = frame.groupby('item').units.shift(task.horizon)
by_item = known.groupby(frame.item)
frame['lag'] = known
for days in (7, 28, 91, 364):
    frame[f'mean{days}'] = by_item.transform(lambda one, days=days: one.rolling(days, min_periods=1).mean())
same_weekday = -task.horizon % 7
for weeks in (1, 4, 13):
    shifted = by_item.shift(same_weekday)
    frame[f'weekday{weeks}'] = sum(shifted.groupby(frame.item).shift(7 * week) for week in range(weeks)) / weeks
frame['year_ago'] = frame.groupby('item').units.shift(364)
for part in ('dayofweek', 'day', 'month', 'dayofyear'):
    frame[part] = getattr(frame.date.dt, part)
if 'price' in frame:
    usual = frame.groupby('item').price.transform(lambda one: one.rolling(91, min_periods=1).mean())
    frame['price_ratio'] = frame.price / usual
frame['code'] = frame.item.astype('category').cat.codes
features = [name for name in frame.columns if name not in ('item', 'date', 'units', 'closed')]
first = task.origin - pandas.Timedelta(days=730)
past = frame[(frame.date > first) & (frame.date <= task.origin) & frame.units.notna() & known.notna()]
past = past.sample(min(len(past), 300000), random_state=1)
future = frame[frame.date > task.origin]
plain = {'learning_rate': 0.1, 'num_leaves': 63, 'min_child_samples': 50, 'subsample': 0.7, 'subsample_freq': 1,
         'colsample_bytree': 0.7, 'n_estimators': 150, 'n_jobs': 1, 'verbose': -1, 'random_state': 1}


def predict(**objective):
    model = lightgbm.LGBMRegressor(**plain, **objective)
    model.fit(past[features], past.units, categorical_feature=['code'])
    return model.predict(future[features])


mean = predict(objective='tweedie', tweedie_variance_power=1.1)
quantiles = {f'q{round(100 * level):02d}': predict(objective='quantile', alpha=level) for level in (0.1, 0.5, 0.9)}
task.add(future.item.to_numpy(), future.date.to_numpy(), mean, quantiles, future.closed)
task.write()
