//! A recorded session against its backtest (being written).
