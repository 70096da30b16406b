use super::super::merge::test_import;

const HEAD: &str =
    "631238400 Shell bar 1d 631152000 7.75 7.75 7.75 7.75 0 0 0\n631238400 RDP bar 1d 631152000 1.06 1.06 1.06 1.06 0 0 0\n";

fn lines(text: &str) -> String {
    test_import(&[("prices.csv", text)]).unwrap().0
}

fn refused(text: &str) -> String {
    test_import(&[("prices.csv", text)]).unwrap_err()
}

#[test]
fn every_symbol_with_a_value_gets_a_flat_bar() {
    let text = "Date,Shell,RDP\n01/01/1990,7.75,1.06\n02/01/1990,7.77,\n03/01/1990,NaN,1.07\n04/01/1990,null,-\n15/01/1990,7.5\n16/01/1990,7.6,na\n";
    let (shown, meta, reports) = test_import(&[("prices.csv", text)]).unwrap();
    assert!(shown.starts_with(HEAD), "{shown}");
    let told: Vec<(&str, &str)> =
        shown.lines().map(|line| line.split(' ').collect::<Vec<_>>()).map(|words| (words[1], words[8])).collect();
    assert_eq!(
        told,
        [("Shell", "7.75"), ("RDP", "1.06"), ("Shell", "7.77"), ("RDP", "1.07"), ("Shell", "7.5"), ("Shell", "7.6")]
    );
    assert_eq!((reports[0].lines, reports[0].inputs, reports[0].missing, reports[0].bad), (6, 6, 6, 0));
    let said = reports[0].to_string();
    assert!(said.contains("closes, 6 lines, 6 inputs, 6 cells without a value, dates read day first"), "{said}");
    let names: Vec<_> = meta.instruments.iter().map(|i| format!("{} {}", i.symbol, i.tick)).collect();
    assert_eq!(names, ["RDP 0.01", "Shell 0.01"]);
}

#[test]
fn every_way_to_write_table_and_time_gives_the_same_bars() {
    for text in [
        "Date;Shell;RDP\n1.1.1990;7.75;1.06\n2.1.1990;;\n13.1.1990;;\n",
        "date\tShell\tRDP\n1/1/90\t7.75\t1.06\n1/2/90\t\t\n1/13/90\t\t\n",
        "\u{feff}timestamp,Shell,RDP\n1990-01-01,7.75,1.06\n1990-01-02,,\n",
        ",Shell,RDP\n1990-01-01 00:00:00,7.75,1.06\n1990-01-02 00:00:00,,\n",
        "Shell,\"RDP\",unix\n7.75,1.06,631152000\n,,631238400\n",
        "unix,date,Shell,RDP\n631152000,1990/1/1,7.75,1.06\n631238400,1990/1/2,,\n",
        "close time,Shell,RDP\n1990-01-01 23:59:59.999,7.75,1.06\n1990-01-02 23:59:59.999,,\n",
    ] {
        assert_eq!(lines(text), HEAD, "{text}");
    }
}

#[test]
fn weekends_are_gaps_and_the_length_can_be_said() {
    // Friday, Monday, Tuesday, Wednesday.
    let text = "Date,A\n2009-01-02,1\n2009-01-05,2\n2009-01-06,3\n2009-01-07,4\n";
    let starts: Vec<_> = lines(text).lines().map(|line| line.split(' ').nth(4).unwrap().parse::<i64>().unwrap()).collect();
    assert_eq!(starts.windows(2).map(|pair| (pair[1] - pair[0]) / 86_400).collect::<Vec<_>>(), [3, 1, 1]);
    assert!(lines(text).lines().all(|line| line.contains(" A bar 1d ")));
    assert!(refused("Date,A\n2009-01-02,1\n").contains("--tf 1m"));
    assert!(refused("Date,A\n2009-01-03,1\n2009-01-02,1\n2009-01-01,1\n").contains("newest row comes first"));
}

#[test]
fn names_are_kept_as_they_are_written() {
    let shown = lines("Date,BTC/USDT,BRK-B,Brent Crude,T,LOW\n2009-01-02,1,2,3,4,5\n2009-01-03,,,,,\n");
    let names: Vec<_> = shown.lines().map(|line| line.split(' ').nth(1).unwrap()).collect();
    assert_eq!(names, ["BTCUSDT", "BRKB", "Brent_Crude", "T", "LOW"]);
    assert!(refused("Date,A-B,AB\n2009-01-02,1,2\n").contains("columns 2 and 3 are both AB"));
    let long = format!("Date,{}\n2009-01-02,1\n", "x".repeat(40));
    assert!(refused(&long).contains("column 2, `xxx"));
}

#[test]
fn what_is_not_read_is_said() {
    let text = "unix,Date,A,\n1,2009-01-02,1,9\n2,2009-01-03,2,9\n";
    let (_, _, reports) = test_import(&[("x.csv", text)]).unwrap();
    assert!(reports[0].to_string().ends_with("column 1 passed over, column 4 passed over"), "{}", reports[0]);
}

#[test]
fn bad_rows_say_why() {
    let mut text = "Date,Shell,RDP\n".to_owned();
    let day = |n: usize| format!("20{:02}-{:02}-{:02}", n / 336, n / 28 % 12 + 1, n % 28 + 1);
    (0..800).for_each(|n| text += &format!("{},7.5,1.5\n", day(n)));
    for (row, n) in [(",0,1", 800), (",1,-1", 801), (",x,1", 802), (",1,1,1", 803)] {
        text += &format!("{}{row}\n", day(n));
    }
    let (_, _, reports) = test_import(&[("x.csv", &text)]).unwrap();
    let said: Vec<_> = reports[0].problems.iter().map(ToString::to_string).collect();
    assert_eq!(said.len(), 4, "{said:?}");
    assert_eq!(said[0], "line 802: Shell `0`: expected more than 0");
    assert_eq!(said[1], "line 803: RDP `-1`: expected more than 0");
    assert!(said[2].starts_with("line 804: Shell `x`: "));
    assert_eq!(said[3], "line 805: 4 columns, the header names 3");
}

#[test]
fn dates_that_tell_nothing_are_asked_for() {
    let said = refused("Date,A\n05/05/2009,1\n06/06/2009,2\n07/07/2009,3\n");
    assert!(said.contains("--dates dmy") && said.contains("--dates mdy"), "{said}");
}

#[test]
fn a_wide_table_is_read_whole() {
    let names: Vec<String> = (0..500).map(|n| format!("S{n}")).collect();
    let row = |value: usize| (0..500).map(|n| (n + value).to_string()).collect::<Vec<_>>().join(",");
    let shown = lines(&format!("Date,{}\n2009-01-02,{}\n2009-01-03,{}\n", names.join(","), row(1), row(2)));
    assert_eq!(shown.lines().count(), 1_000);
    assert!(shown.lines().nth(499).unwrap().contains(" S499 bar 1d 1230854400 500 "));
}
