"""statsforecast: AutoETS with weeks, MSTL with weeks (and years, once there are two); no regressors, no quantiles of
totals."""
import frames
from statsforecast.models import MSTL, AutoETS

task = frames.Task()
everything, _ = task.frame()
for item, rows in everything.groupby('item'):
    past, future = rows[rows.date <= task.origin], rows[rows.date > task.origin]
    seasons = [7, 365] if len(past) > 730 else [7]
    model = AutoETS(season_length=7) if task.method == 'AutoETS' else MSTL(seasons, AutoETS(model='ZZN'))
    if len(past) < 15:  # too short for a season
        model = AutoETS(model='ANN')
    told = model.forecast(past.units.to_numpy(float), task.horizon, level=list(range(10, 100, 10)))
    quantiles = {'q50': told['mean']}
    for level in range(10, 100, 10):
        quantiles[f'q{50 - level // 2:02d}'] = told[f'lo-{level}']
        quantiles[f'q{50 + level // 2}'] = told[f'hi-{level}']
    task.add(item, future.date, told['mean'], quantiles)
task.write()
