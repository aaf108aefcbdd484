"""The benchmarks run, in tiny sizes, and say what they should."""

import re

from benchmarks.__main__ import main


def test_the_benchmarks_run(capsys):
    main(["--quick", "--repeats", "1"])
    shown = capsys.readouterr().out
    for title in ("Layers, float32", "Two documents, 5 epochs", "Growth of LSTM"):
        assert title in shown
    ratios = re.findall(r" ms +[\d.]+ ms +(\S+)  \(", shown)
    assert len(ratios) == 3 * 2 + 2 + 1
    assert all(float(ratio) > 0.0 for ratio in ratios)
    apart = [float(number) for number in re.findall(r"at most (\S+) apart", shown)]
    assert len(apart) == 2
    assert max(apart) < 5e-5
    rates = re.findall(r"([\d.]+) sentences/s", shown)
    assert len(rates) == 3
    assert re.search(r"GFLOP/s, \d+% of the", shown)
