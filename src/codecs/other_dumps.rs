//! Files of Binance's public data that are known, but hold nothing an engine is driven by. They are named for what they are.

use super::Head;
use super::values::split;

/// What a file is, and why it is not imported; `None` for any other.
pub(super) fn of(head: &Head) -> Option<&'static str> {
    let mut fields = Vec::new();
    split(head.first_line(), ',', &mut fields);
    match fields.as_slice() {
        ["timestamp", "percentage", "depth", "notional", ..] => Some(
            "Binance's bookDepth: how much rests within ±1 to ±5 % of the price, twice a minute. It names no price levels, so no book can be made of it; \
             books come from raw captures or Tardis incremental_book_L2, best prices from bookTicker",
        ),
        ["calc_time", "funding_interval_hours", "last_funding_rate", ..] => {
            Some("Binance's fundingRate: rates without the mark prices they belong to; leave it out")
        }
        ["create_time", "symbol", "sum_open_interest", ..] => {
            Some("Binance's metrics: open interest and ratios, no trades, quotes or bars; leave it out")
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::super::merge::test_import;

    #[test]
    fn what_is_known_but_not_imported_is_named() {
        let text = "timestamp,percentage,depth,notional\n2023-01-01 00:00:08,-5,7407.5,121893226.2\n";
        let said = test_import(&[("BTCUSDT-bookDepth-2023-01-01.csv", text)]).unwrap_err();
        assert!(
            said.contains("bookDepth-2023-01-01.csv: Binance's bookDepth") && said.contains("no book can be made of it"),
            "{said}"
        );
        let text = "calc_time,funding_interval_hours,last_funding_rate\n1,8,0.0001\n";
        assert!(test_import(&[("BTCUSDT-fundingRate-2023-01.csv", text)]).unwrap_err().contains("fundingRate"));
    }
}
