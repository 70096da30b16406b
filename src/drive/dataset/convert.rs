//! One recording into the dataset.

use crate::domain::{BarSpec, Event, Input, Market, Nanos, Payload, Symbol, Timeframe};
use crate::drive::tabulate::{Plan, Tabulator, Wanted};
use crate::indicator::Setup;
use crate::recording::{ReadError, Reader};
use crate::tables::dataset::{Hive, TOPICS};
use std::io;
use std::ops::ControlFlow;

/// Inputs between two reports of progress.
const STEP: u64 = 2_000;
/// The bars of the dataset.
const BAR: Timeframe = Timeframe::M1;

/// Why a recording is not in the dataset.
#[derive(Debug, thiserror::Error)]
pub enum ConvertError {
    /// It cannot be read.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// The dataset cannot be written.
    #[error("the dataset cannot be written: {0}")]
    Write(#[from] io::Error),
}

/// Which part of a recording is wanted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Range {
    /// Only this symbol.
    pub symbol: Option<Symbol>,
    /// Rows from this moment on.
    pub from: Option<Nanos>,
    /// Rows until this moment.
    pub to: Option<Nanos>,
}

/// Turns inputs into rows of the dataset, in their order.
pub struct Converter {
    tabulator: Option<Tabulator>,
    range: Range,
    /// When files end and bars have to be asked for.
    next: Nanos,
    /// The first input, which waits for the second: it says whether the recording is of bars.
    first: Option<Input>,
}

impl Converter {
    /// Makes rows of this part of a recording.
    pub fn new(range: Range) -> Self {
        Self { tabulator: None, range, next: Nanos::MAX, first: None }
    }

    /// Takes an input in.
    ///
    /// # Errors
    /// What the dataset says.
    pub fn input(&mut self, input: &Input, hive: &mut Hive) -> io::Result<()> {
        if self.tabulator.is_none() {
            let Some(first) = self.first.take() else {
                self.first = Some(input.clone());
                return Ok(());
            };
            self.begin(&first, input, hive)?;
        }
        self.take(input, hive)
    }

    fn begin(&mut self, first: &Input, second: &Input, hive: &mut Hive) -> io::Result<()> {
        let venue = if let Payload::Meta(meta) = &first.payload { meta.venue.as_str() } else { "" };
        hive.begin(venue, first.at);
        let Range { symbol, from, to } = self.range;
        // Bars that were fetched to fill a chart are those of the recording before, or nobody's: only what began here counts.
        let bars_from = match &second.payload {
            Payload::Market(Market { event: Event::Bar(_, timeframe), .. }) => first.at - timeframe.nanos(),
            _ => first.at.floor_to(BAR.nanos()),
        };
        let setups = crate::indicators::flow().map(Setup::of).collect();
        let plan = Plan {
            indicators: Wanted { setups, every: Nanos::SECOND, bar: None },
            symbol,
            from: Some(from.unwrap_or(bars_from).max(bars_from)),
            to,
            bar: BarSpec::Time(BAR),
            topics: TOPICS.to_vec(),
        };
        self.tabulator = Some(Tabulator::new(plan));
        self.next = hive.end_of(first.at);
        self.take(first, hive)
    }

    fn take(&mut self, input: &Input, hive: &mut Hive) -> io::Result<()> {
        let Some(tabulator) = &mut self.tabulator else { return Ok(()) };
        tabulator.input(input, hive)?;
        if input.at >= self.next {
            self.next = hive.end_of(input.at);
            tabulator.look(hive)?;
            hive.roll(input.at)?;
        }
        Ok(())
    }

    /// There are no more inputs.
    ///
    /// # Errors
    /// What the dataset says.
    pub fn end(&mut self, hive: &mut Hive) -> io::Result<()> {
        if let Some(only) = self.first.take() {
            self.begin(&only.clone(), &only, hive)?;
        }
        if let Some(tabulator) = &mut self.tabulator {
            tabulator.end(hive)?;
        }
        hive.finish()
    }
}

/// Reads a recording to its end. False when it was stopped by `tell`, which is told how many inputs there were.
///
/// # Errors
/// When it cannot be read or the dataset cannot be written; what is not whole of it is removed.
pub fn convert(
    reader: &mut Reader,
    range: Range,
    hive: &mut Hive,
    tell: &mut dyn FnMut(u64, &Hive) -> ControlFlow<()>,
) -> Result<bool, ConvertError> {
    let mut converter = Converter::new(range);
    let mut input = Reader::blank_input();
    let mut count = 0_u64;
    while reader.read_into(&mut input)? {
        if range.to.is_some_and(|to| input.at > to) {
            break;
        }
        converter.input(&input, hive)?;
        count += 1;
        if count.is_multiple_of(STEP) && tell(count, hive).is_break() {
            return Ok(false);
        }
    }
    if tell(count, hive).is_break() {
        return Ok(false);
    }
    converter.end(hive)?;
    Ok(true)
}
