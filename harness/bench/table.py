"""Medians, spreads and Markdown tables: what the parts of bench.py share."""

from statistics import median, quantiles


def spread(values: list[float]) -> float:
    """Half the distance between the quartiles, as a part of the median."""
    if len(values) < 3:
        return 0.0
    low, _, high = quantiles(values, n=4)
    return (high - low) / 2 / median(values)


def table(head: list[str], rows: list[list[str]]) -> str:
    """A Markdown table; the first column is text, the others are figures."""
    lines = [head, ["---"] + ["---:"] * (len(head) - 1), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)
