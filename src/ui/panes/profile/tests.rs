use super::*;
use crate::domain::{BarSpec, Qty, Timeframe, Volume};
use crate::engine::Known;
use crate::footprint::rows::Rows;
use crate::ui::panes::fixtures::{NOON, busy, dark, drawn, light, lines, market, mono, price, traded, walk, with_cx};
use crate::ui::theme::Theme;
use crossterm::event::KeyModifiers;
use proptest::prelude::*;

const M1: BarSpec = BarSpec::Time(Timeframe::M1);

fn apply(cx: &mut Cx<'_>, handled: &Handled) {
    if let Handled::Run(Action::Cross(cross)) = handled {
        cx.cross = *cross;
    }
}

fn picture(
    view: &crate::drive::view::View,
    theme: &Theme,
    size: (u16, u16),
    commands: &[Command],
    span: Option<(Nanos, Nanos)>,
) -> String {
    with_cx(view, theme, M1, |cx| {
        let (mut pane, mut cx) = (ProfilePane::default(), Cx { span, ..*cx });
        drawn(&mut pane, size.0, size.1, &cx);
        for command in commands {
            let handled = pane.on_command(*command, 1, &cx);
            apply(&mut cx, &handled);
            drawn(&mut pane, size.0, size.1, &cx);
        }
        lines(&drawn(&mut pane, size.0, size.1, &cx))
    })
}

#[test]
fn lines_have_their_names_and_shapes() {
    let view =
        traded(&[(0, 6_180, 2_000, true), (1, 6_182, 9_000, true), (2, 6_182, 1_000, false), (3, 6_184, 500, false)], &[], 100);
    let text = picture(&view, &Theme { ascii: true, ..mono() }, (60, 12), &[], None);
    assert!(text.contains(" POC VAH VAL 618.2 ") && text.contains("*###"), "{text}");
    assert!(text.contains("volume 12.5") && text.contains("delta +9.50"), "{text}");
    // 11,000 bought and 1,500 sold: the average is 618.176.
    assert!(text.contains("VWAP 618.2"), "{text}");
    assert!(text.contains("from 8 Aug 23:00"), "{text}");
}

#[test]
fn the_period_is_chosen() {
    let view = busy(&[], 100_000);
    let window = Some((NOON + Nanos::from_secs(300), NOON + Nanos::from_secs(420)));
    let seen = |pane: &ProfilePane| pane.sums.all.totals();
    with_cx(&view, &dark(), M1, |cx| {
        let mut pane = ProfilePane::default();
        let expected = |from: i64, to: i64| {
            let trades = view.snapshot.symbols[0].trades.iter().filter(|trade| (from..to).contains(&(trade.at - NOON).secs()));
            Rows::of_trades(trades.map(|trade| (trade.price, trade.qty, trade.side)), 10_000_000).totals()
        };
        drawn(&mut pane, 60, 30, cx);
        assert_eq!((seen(&pane), pane.sums.known), (expected(0, 1_200), Known::Partly));
        pane.on_command(Command::ProfilePeriod, 1, cx);
        let text = lines(&drawn(&mut pane, 60, 30, cx));
        assert!(text.contains("no chart is linked"), "{text}");
        drawn(&mut pane, 60, 30, &Cx { span: window, ..*cx });
        assert_eq!((seen(&pane), pane.sums.known), (expected(300, 420), Known::Exactly));
        let ragged = Some((NOON + Nanos::from_secs(307), NOON + Nanos::from_secs(433)));
        drawn(&mut pane, 60, 30, &Cx { span: ragged, ..*cx });
        assert_eq!(seen(&pane), expected(307, 433));
        assert!(pane.on_line(Command::ProfileHours, "0", cx).is_err());
        pane.on_line(Command::ProfileHours, "1", cx).unwrap();
        drawn(&mut pane, 60, 30, cx);
        assert_eq!(seen(&pane), expected(0, 1_200));
        assert!(pane.title(cx).to_string().contains("last 1h"));
    });
}

#[test]
fn prices_are_pointed_at_and_held() {
    let view = busy(&[], 100_000);
    with_cx(&view, &dark(), M1, |cx| {
        let (mut pane, mut cx) = (ProfilePane::default(), *cx);
        drawn(&mut pane, 60, 30, &cx);
        let before = pane.grouping.base;
        pane.on_command(Command::ProfileHigher, 2, &cx);
        let text = lines(&drawn(&mut pane, 60, 30, &cx));
        assert!(pane.grouping.base > before && text.contains("by hand"), "{text}");
        pane.on_command(Command::ProfileFit, 1, &cx);
        drawn(&mut pane, 60, 30, &cx);
        let handled = pane.on_command(Command::ProfileCross, 1, &cx);
        apply(&mut cx, &handled);
        let pointed = cx.cross.unwrap().price.unwrap();
        let handled = pane.on_command(Command::ProfileLower, 3, &cx);
        apply(&mut cx, &handled);
        assert_eq!(cx.cross.unwrap().price.unwrap().units(), pointed.units() - 3 * pane.grouping.step);
        let text = lines(&drawn(&mut pane, 60, 30, &cx));
        assert!(text.lines().next().unwrap().contains('%'), "{text}");
        let click = MouseEvent { kind: MouseEventKind::Up(MouseButton::Left), column: 5, row: 4, modifiers: KeyModifiers::NONE };
        let handled = pane.on_mouse(click, Rect::default(), &cx);
        assert!(matches!(handled, Handled::Run(Action::Cross(Some(_)))));
        assert_eq!(pane.on_command(Command::Cancel, 1, &cx), Handled::Run(Action::Cross(None)));
    });
}

#[test]
fn bars_alone_have_no_profile() {
    let view = market(walk(50, Timeframe::M1, NOON), Timeframe::M1, NOON);
    let text = picture(&view, &dark(), (80, 12), &[], None);
    assert!(text.contains("bars have no profile"), "{text}");
}

#[test]
fn settings_come_back() {
    let mut pane = ProfilePane { period: Period::Hours, hours: 9, ..ProfilePane::default() };
    pane.grouping.finer = 3;
    let mut again = ProfilePane::default();
    again.restore(&pane.settings());
    assert_eq!(again.settings(), pane.settings());
    again.restore(&toml::toml! { period = "x" hours = 0 finer = false });
    assert_eq!((again.period, again.hours, again.grouping.finer), (Period::Hours, 1, 3));
}

#[test]
fn looks_as_it_should() {
    let view = busy(&[], 100_000);
    insta::assert_snapshot!("dark", picture(&view, &dark(), (70, 30), &[], None));
    insta::assert_snapshot!("mono_pointed", picture(&view, &mono(), (40, 16), &[Command::ProfileCross], None));
    insta::assert_snapshot!("light_narrow", picture(&view, &light(), (28, 14), &[], None));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]
    #[test]
    fn any_trades_can_be_drawn_at_any_size(
        mut trades in proptest::collection::vec((0_i64..4_000_000, prop_oneof![1_i64..50, 1_i64..900_000_000], prop_oneof![1_i64..9, 1_i64..90_000_000_000], any::<bool>()), 1..80),
        width in 0_u16..=160, height in 0_u16..=60, commands in proptest::collection::vec((any::<u8>(), 1_u32..9), 0..10), ascii: bool, from in 0_i64..4_000, length in 0_i64..4_000,
    ) {
        trades.sort_by_key(|trade| trade.0);
        let view = traded(&trades, &[], 20);
        let theme = Theme { ascii, ..dark() };
        with_cx(&view, &theme, M1, |cx| {
            let span = Some((NOON + Nanos::from_secs(from), NOON + Nanos::from_secs(from + length)));
            let (mut pane, mut cx) = (ProfilePane::default(), Cx { span, ..*cx });
            let all: Vec<Command> = Command::ALL.iter().copied().filter(|command| command.spec().is_some_and(|spec| spec.scope == Scope::Profile)).collect();
            drawn(&mut pane, width, height, &cx);
            for (command, count) in commands {
                let handled = pane.on_command(all[usize::from(command) % all.len()], count, &cx);
                apply(&mut cx, &handled);
                let text = lines(&drawn(&mut pane, width, height, &cx));
                assert!(!text.contains("NaN") && !text.contains("inf"), "{text}");
                assert!(!ascii || text.is_ascii(), "{text}");
            }
        });
    }

    /// However pictures follow one another, sums are those of the trades.
    #[test]
    fn sums_kept_up_to_date_equal_sums_made_anew(moments in proptest::collection::vec((0_i64..1_200, 1_i64..1_300, 1_usize..4_800), 1..12)) {
        let all = busy(&[], 100_000);
        let trades: Vec<_> = all.snapshot.symbols[0].trades.iter().copied().collect();
        let as_fed = |trade: &crate::engine::snapshot::TapeTrade| ((trade.at - NOON).millis(), trade.price.units() / 10_000_000, trade.qty.units() / 100_000, trade.side == crate::domain::Side::Buy);
        let mut sums = Sums::default();
        for (from, length, count) in moments {
            let fed: Vec<_> = trades[..count].iter().map(as_fed).collect();
            let view = traded(&fed, &[], 100_000);
            let (from, to) = (NOON + Nanos::from_secs(from), NOON + Nanos::from_secs(from + length));
            sums.fill(&view.snapshot.symbols[0], from, to);
            let within = trades[..count].iter().filter(|trade| trade.at >= from && trade.at < to);
            let mut volume = Volume::ZERO;
            let plain = Rows::of_trades(within.map(|trade| (trade.price, trade.qty, trade.side)).inspect(|trade: &(Price, Qty, _)| volume += trade.1.volume()), 10_000_000);
            prop_assert_eq!(sums.all.as_slice(), plain.as_slice());
            prop_assert_eq!(sums.vwap().is_some(), !volume.is_zero());
        }
    }
}

#[test]
fn the_average_is_that_of_the_trades() {
    let view = busy(&[], 10);
    with_cx(&view, &dark(), M1, |cx| {
        let mut pane = ProfilePane::default();
        drawn(&mut pane, 60, 30, cx);
        let whole = busy(&[], 100_000);
        let trades = || whole.snapshot.symbols[0].trades.iter();
        let volume: f64 = trades().map(|trade| trade.qty.to_f64()).sum();
        let mean = trades().map(|trade| trade.qty.to_f64() * trade.price.to_f64()).sum::<f64>() / volume;
        assert!((pane.sums.vwap().unwrap().mean / 1e8 - mean).abs() < 1e-6);
        assert!(pane.grouping.line_of(pane.grouping.key_of(price("61800"))).is_some());
    });
}
