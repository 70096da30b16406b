#!/bin/sh
# Computes all reference values anew:  tests/reference/regenerate.sh [RTAI_TUI CAPTURES [DATA]]
# RTAI_TUI: the program, which converts the captures to recordings. CAPTURES: the folder of the four raw captures. Without
# them the captures' values stay as they are. DATA: the folder of klines and daily closes; without it their values stay.
set -eu
[ $# -lt 2 ] || set -- "$(realpath "$1")" "$(realpath "$2")" ${3:+"$(realpath "$3")"}
cd "$(dirname "$0")"
python3 technical.py
python3 cases.py
python3 lab.py > lab.json
python3 pairs.py
python3 backtest.py
python3 rolling_mean.py
python3 ma_cross.py
python3 onnx_models.py
[ $# -ge 2 ] || exit 0
[ $# -eq 2 ] || { python3 pairs.py "$3"; python3 backtest.py "$3"; }
python3 queue.py "$2/usdm_btcusdt_20240808.gz"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
for name in spot_btcusdt spot_ethusdt usdm_btcusdt usdm_ethusdt; do
    symbol=$(echo "${name#*_}" | tr a-z A-Z)
    "$1" import "$2/${name}_20240808.gz" -o "$work/$name.rec.gz"
    python3 flow.py "$work/$name.rec.gz" --symbol "$symbol" --csv "captures/$name.csv.gz"
    python3 crosscheck.py "$work/$name.rec.gz" "captures/$name.csv.gz" --symbol "$symbol"
done
