"""What Glassroom costs, measured: nothing here passes or fails, it prints numbers.

``python -m benchmarks [name …] [--seconds N]`` (or ``make bench``) runs the benchmarks, prints a table
for each, and writes ``benchmarks/out/<name>.json``.
"""
