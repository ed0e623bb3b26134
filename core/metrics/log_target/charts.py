"""Three small charts of the log-target lab, each over the factor."""

from core.metrics.log_target.lab import HIGHEST, LOWEST, LogTargetResult
from core.scene import label_axis, label_ticks
from core.stage import Chart, Line, Mark

X_TICKS = ((0.8, "0.8"), (0.9, "0.9"), (1.0, "1"), (1.1, "1.1"), (1.2, "1.2"), (1.3, "1.3"))


def draw_charts(result: LogTargetResult) -> tuple[Chart, ...]:
    """Return the charts; the points of each are the step of the handle."""
    return _bias(result), _errors(result), _logs(result)


def best_factor(result: LogTargetResult, metric: str) -> float:
    """Return the factor of the sweep at which `metric` (or the distance of the bias from 0) is smallest."""
    column = result.sweep[metric].abs()
    return float(result.sweep["factor"].iloc[int(column.to_numpy().argmin())])


def _factors(result: LogTargetResult) -> tuple[float, ...]:
    return tuple(result.sweep["factor"].tolist())


def _bias(result: LogTargetResult) -> Chart:
    x, y = _factors(result), tuple(result.sweep["bias"].tolist())
    low, high = min(result.sweep["bias_low"]), max(result.sweep["bias_high"])
    return Chart(
        title=f"The mean error is nearest to 0 at ×\u202f{best_factor(result, 'bias'):.2f}",
        alt="Mean error against the factor: a straight line that crosses 0.",
        x_label="factor",
        y_label=label_axis("mean error", result.unit),
        x_min=LOWEST,
        x_max=HIGHEST,
        y_min=float(low),
        y_max=float(high),
        x_ticks=X_TICKS,
        y_ticks=label_ticks(float(low), float(high), 5),
        lines=(
            Line(
                x=(LOWEST, HIGHEST),
                y=(0.0, 0.0),
                meaning="muted",
                label="right on average",
                is_dashed=True,
                label_at=0.02,
            ),
            Line(x=(x[0], x[-1]), y=(y[0], y[-1]), meaning="bias"),
        ),
        point_x=x,
        point_y=y,
        point_meaning="bias",
    )


def _errors(result: LogTargetResult) -> Chart:
    sweep, x = result.sweep, _factors(result)
    low, high = 0.95 * float(sweep["mae"].min()), 1.03 * float(sweep["rmse"].max())
    return Chart(
        title=(
            f"MAE is lowest at ×\u202f{best_factor(result, 'mae'):.2f}, "
            f"RMSE at ×\u202f{best_factor(result, 'rmse'):.2f}"
        ),
        alt="MAE and RMSE against the factor.",
        x_label="factor",
        y_label=label_axis("error", result.unit),
        x_min=LOWEST,
        x_max=HIGHEST,
        y_min=low,
        y_max=high,
        x_ticks=X_TICKS,
        y_ticks=label_ticks(low, high, 5),
        lines=(
            Line(
                x=x, y=tuple(sweep["rmse"].tolist()), meaning="positive", label="RMSE", label_at=0.5
            ),
            Line(
                x=x, y=tuple(sweep["mae"].tolist()), meaning="negative", label="MAE", label_at=0.5
            ),
        ),
        point_x=x,
        point_y=tuple(sweep["rmse"].tolist()),
        point_meaning="positive",
        marks=(Mark(x=x, y=tuple(sweep["mae"].tolist()), meaning="negative"),),
    )


def _logs(result: LogTargetResult) -> Chart:
    x, y = _factors(result), tuple(result.sweep["log_rmse"].tolist())
    low, high = 0.95 * min(y), 1.03 * max(y)
    return Chart(
        title=f"RMSE of the logarithms is lowest at ×\u202f{best_factor(result, 'log_rmse'):.2f}",
        alt="RMSE of the logarithms against the factor.",
        x_label="factor",
        y_label="RMSE of logs",
        x_min=LOWEST,
        x_max=HIGHEST,
        y_min=low,
        y_max=high,
        x_ticks=X_TICKS,
        y_ticks=label_ticks(low, high, 5),
        lines=(Line(x=x, y=y, meaning="good"),),
        point_x=x,
        point_y=y,
        point_meaning="good",
    )
