"""How fast frames are read and written: runs codec_bench, and makes ratios of what it measures side by side."""

import json
import subprocess
from pathlib import Path
from statistics import median

from table import spread, table

REPETITIONS = 7

# What we want to reach: (benchmark, beside whom): the least ratio of speeds.
TARGETS = {
    ("decode/binary/16", "beast"): 2,
    ("decode/binary/16", "wslay"): 2,
    ("decode/binary/125", "memcpy"): 0.12,
    ("decode/binary/125", "beast"): 2.5,
    ("decode/binary/1024", "memcpy"): 0.35,
    ("decode/binary/1024", "beast"): 1.7,
    ("decode/binary/1024", "wslay"): 8,
    ("decode/binary/65536", "memcpy"): 0.35,
    ("decode/binary/65536", "beast"): 0.9,
    ("decode/binary/65536", "wslay"): 8,
    ("decode/binary/1048576", "memcpy"): 0.45,
    ("decode/binary/1048576", "beast"): 0.9,
    ("decode/binary/1048576", "wslay"): 8,
    ("decode/ascii/1024", "memcpy"): 0.25,
    ("decode/ascii/65536", "memcpy"): 0.25,
    ("decode/ascii/1048576", "memcpy"): 0.25,
    ("decode/ascii/1024", "beast"): 1.5,
    ("decode/ascii/65536", "beast"): 1.5,
    ("decode/ascii/1048576", "beast"): 1.5,
    ("decode/multibyte/65536", "memcpy"): 0.10,
    ("mask/binary/1024", "memcpy"): 0.6,
    ("mask/binary/65536", "memcpy"): 0.6,
    ("mask/binary/1048576", "memcpy"): 0.6,
}

OPERATIONS = {
    "decode": "Decoding: masked frames in reads of at most 64 KiB, every check, whole messages out",
    "read": "Cutting and unmasking only (`wire::FrameReader`)",
    "encode": "Encoding: one masked frame with a fresh key",
    "mask": "Masking in place",
    "utf8": "UTF-8 validation",
    "deflate": "Compressing, level 6, with context (beside zlib itself)",
    "inflate": "Inflating (beside zlib itself)",
}
CONTENTS = {"binary": "", "ascii": ", ASCII text", "multibyte": ", text of one to four octets a character"}
OTHERS = ["memcpy", "zlib", "beast", "wslay", "websocketpp"]
SIZES = {"16": "16 B", "125": "125 B", "1024": "1 KiB", "65536": "64 KiB", "1048576": "1 MiB"}

# benchmark: whom: octets a second, one figure a repetition
Measured = dict[str, dict[str, list[float]]]


def measure(build: Path, out: Path, pattern: str = ".") -> Measured:
    """Runs the benchmarks; all repetitions of all of them in a random order, so that noise falls on all alike."""
    raw = out / "codec_bench.json"
    subprocess.run(
        [
            build / "codec_bench",
            f"--benchmark_filter={pattern}",
            "--benchmark_min_time=0.02",
            f"--benchmark_repetitions={REPETITIONS}",
            "--benchmark_enable_random_interleaving=true",
            "--benchmark_out_format=json",
            f"--benchmark_out={raw}",
        ],
        check=True,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    measured: Measured = {}
    for run in json.loads(raw.read_text(encoding="utf-8"))["benchmarks"]:
        if run["run_type"] != "iteration":
            continue
        benchmark, who = run["run_name"].rsplit("/", 1)
        measured.setdefault(benchmark, {}).setdefault(who, []).append(run["bytes_per_second"])
    return measured


def ratio(figures: dict[str, list[float]], who: str) -> float:
    """Ours beside theirs: the median of the ratios of each repetition."""
    return median(ours / theirs for ours, theirs in zip(figures["wsproof"], figures[who]))


def cell(benchmark: str, figures: dict[str, list[float]], who: str) -> tuple[str, bool]:
    """A ratio as it is printed, bold with what was wanted where that was missed; and whether it was."""
    if who not in figures:
        return "", False
    value = ratio(figures, who)
    text = f"{value:.3f}" if value < 0.1 else f"{value:.2f}" if value < 10 else f"{value:.0f}"
    least = TARGETS.get((benchmark, who))
    if least is None or value >= least:
        return text + ("" if least is None else " ✓"), False
    return f"**{text}** (wanted {least:g})", True


def tell(measured: Measured) -> tuple[str, int]:
    """The tables, and how many targets were missed."""
    parts, missed = [], 0
    for operation, title in OPERATIONS.items():
        for content, suffix in CONTENTS.items():
            found = {name: f for name, f in measured.items() if name.startswith(f"{operation}/{content}/")}
            if not found:
                continue
            found = dict(sorted(found.items(), key=lambda item: int(item[0].rsplit("/", 1)[1])))
            others = [who for who in OTHERS if any(who in figures for figures in found.values())]
            rows = []
            for name, figures in found.items():
                size = name.rsplit("/", 1)[1]
                ours = median(figures["wsproof"])
                row = [SIZES[size], f"{ours / 1e9:.2f} ±{spread(figures['wsproof']):.0%}", f"{ours / int(size) / 1e6:.3g}"]
                for who in others:
                    text, below = cell(name, figures, who)
                    row.append(text)
                    missed += below
                rows.append(row)
            parts.append(f"#### {title}{suffix}\n")
            parts.append(table(["payload", "GB/s", "M/s"] + [f"× {who}" for who in others], rows) + "\n")
    return "\n".join(parts), missed
