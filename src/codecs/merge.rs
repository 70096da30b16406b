//! Several files as one sequence of inputs in time order.

use super::steps::Steps;
use super::{DateOrder, ImportError, Job, Position, Recognised, Report, Source, recognise};
use crate::domain::{EngineConfig, Input, Instrument, Meta, Nanos, Payload, Symbol, Timeframe};
use crate::recording::IMPORTED;
use std::collections::{BTreeMap, VecDeque};
use std::path::{Path, PathBuf};

/// Inputs read ahead, over all files, to learn the symbols and their steps before the first is given.
const AHEAD: usize = 10_000;
/// Inputs read ahead of every file at least.
const AHEAD_EACH: usize = 200;
/// Lines after which a file with too many bad ones is given up; before, only its end decides.
const PATIENCE: u64 = 1_000;

/// What the user said about the files.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Options {
    /// The symbol of files whose data names none.
    pub symbol: Option<Symbol>,
    /// The length of bars.
    pub timeframe: Option<Timeframe>,
    /// Whether dates have the day or the month first; else told from them.
    pub dates: Option<DateOrder>,
    /// Take what can be read even when more than one line in a hundred cannot.
    pub keep_going: bool,
}

/// The inputs of several files, merged. Of two at the same time the one with the lower number in the recording they come from is first,
/// where they come from one; else the earlier named file's.
pub struct Merged {
    files: Vec<Stream>,
    steps: Steps,
    venue: String,
    keep_going: bool,
    seq: u64,
    at: Nanos,
    /// Symbols came that the last `meta` does not name.
    meta_due: bool,
    /// The files bring their own `meta`.
    own_meta: bool,
}

struct Stream {
    path: PathBuf,
    source: Box<dyn Source>,
    position: Position,
    queue: VecDeque<(Nanos, Payload)>,
    /// For each input of the queue its number in the recording it comes from.
    places: VecDeque<u64>,
    last: Nanos,
    ended: bool,
    report: Report,
}

impl Merged {
    /// Opens the files and reads the beginning of each.
    ///
    /// # Errors
    /// When one of them cannot be read or is of no known format.
    pub fn open(paths: &[PathBuf], options: &Options) -> Result<Self, ImportError> {
        let mut merged = Self {
            files: Vec::with_capacity(paths.len()),
            steps: Steps::default(),
            venue: String::new(),
            keep_going: options.keep_going,
            seq: 0,
            at: Nanos(i64::MIN),
            meta_due: true,
            own_meta: false,
        };
        let ahead = (AHEAD / paths.len().max(1)).max(AHEAD_EACH);
        for path in paths {
            let mut stream = Stream::open(path, options)?;
            while stream.queue.len() < ahead && stream.read(options.keep_going)? {}
            if stream.queue.is_empty() && !stream.source.may_be_empty() {
                let report = &stream.report;
                let first = report.problems.first().map(|problem| format!("; {problem}")).unwrap_or_default();
                let damage = report.damage.as_ref().map(|damage| format!("; {damage}")).unwrap_or_default();
                return Err(ImportError::Empty { file: path.clone(), lines: report.lines, first: first + &damage });
            }
            stream.queue.iter().for_each(|(_, payload)| merged.steps.look(payload));
            merged.meta_due &= !stream.source.has_meta();
            merged.files.push(stream);
        }
        if let Some(first) = merged.files.first().filter(|_| merged.files.iter().all(|stream| stream.queue.is_empty())) {
            return Err(ImportError::Empty { file: first.path.clone(), lines: 0, first: String::new() });
        }
        merged.own_meta = !merged.meta_due;
        let mut venues: Vec<&str> = merged.files.iter().map(|stream| stream.source.venue()).collect();
        venues.dedup();
        merged.venue = if let [only] = venues.as_slice() { (*only).to_owned() } else { "import".to_owned() };
        Ok(merged)
    }

    /// What the recording is of, as far as it is known by now. Later symbols come with a further `meta`.
    pub fn meta(&self) -> Meta {
        let known: BTreeMap<Symbol, Instrument> =
            self.files.iter().flat_map(|file| file.source.instruments()).map(|i| (i.symbol, i.clone())).collect();
        Meta {
            venue: self.venue.clone(),
            instruments: self.steps.instruments(&known),
            app: format!("rtai-tui {}{IMPORTED}", env!("CARGO_PKG_VERSION")),
            engine: EngineConfig::default(),
        }
    }

    /// The next input, the first of them a `meta`. `None` at the end.
    ///
    /// # Errors
    /// When a file cannot be read any further, or more than one line in a hundred of it cannot be read.
    pub fn next_input(&mut self) -> Result<Option<Input>, ImportError> {
        for stream in &mut self.files {
            while stream.queue.is_empty() && stream.read(self.keep_going)? {}
        }
        let first = |i: usize| {
            let file = self.files.get(i)?;
            Some((file.queue.front()?.0, file.places.front().copied().unwrap_or_default(), i))
        };
        let earliest = (0..self.files.len()).filter_map(first).min().map(|(.., index)| index);
        let Some(stream) = earliest.and_then(|index| self.files.get_mut(index)) else { return Ok(None) };
        if let Some((at, payload)) = stream.queue.front() {
            let symbol = if let Payload::Market(market) = payload { market.symbol } else { None };
            if !self.own_meta && symbol.is_some_and(|symbol| !self.steps.knows(symbol)) {
                self.steps.look(payload);
                self.meta_due = true;
            }
            if self.meta_due {
                let at = *at;
                self.meta_due = false;
                let meta = self.meta();
                return Ok(Some(self.number(at, Payload::Meta(Box::new(meta)))));
            }
        }
        let Some((at, payload)) = stream.queue.pop_front() else { return Ok(None) };
        stream.places.pop_front();
        stream.report.inputs += 1;
        Ok(Some(self.number(at, payload)))
    }

    fn number(&mut self, at: Nanos, payload: Payload) -> Input {
        self.seq += 1;
        self.at = self.at.max(at);
        Input { seq: self.seq, at: self.at, payload }
    }

    /// Bytes of all files read so far, packed as they are, and in all.
    pub fn position(&self) -> (u64, u64) {
        let each = self.files.iter().map(|stream| stream.position.of_total());
        each.fold((0, 0), |(read, total), (more, of)| (read + more, total + of))
    }

    /// What became of each file so far.
    pub fn reports(&self) -> impl Iterator<Item = &Report> {
        self.files.iter().map(|stream| &stream.report)
    }
}

impl Stream {
    fn open(path: &Path, options: &Options) -> Result<Self, ImportError> {
        let (codec, text) = match recognise(path)? {
            Recognised::Import(codec, text) => (codec, text),
            Recognised::Recording => {
                let what = "already a recording: it needs no import (replay and info take it as it is)".to_owned();
                return Err(ImportError::Recording { file: path.to_path_buf(), what });
            }
        };
        let (symbol, timeframe, dates) = (options.symbol, options.timeframe, options.dates);
        let position = text.position.clone();
        let job = Job { path: path.to_path_buf(), text, symbol, timeframe, dates };
        let source = (codec.open)(job)?;
        let report = Report { file: path.to_path_buf(), codec: codec.name, ..Report::default() };
        Ok(Self {
            path: path.to_path_buf(),
            source,
            position,
            queue: VecDeque::new(),
            places: VecDeque::new(),
            last: Nanos(i64::MIN),
            ended: false,
            report,
        })
    }

    /// Reads one line. `false` at the end of the file.
    fn read(&mut self, keep_going: bool) -> Result<bool, ImportError> {
        if self.ended {
            return Ok(false);
        }
        let known = self.queue.len();
        match self.source.read(&mut self.queue, &mut self.report) {
            Ok(more) => self.ended = !more,
            // A packed file that ends in the middle: what came before it counts.
            Err(ImportError::Io { error, .. }) if self.report.lines > 0 && is_damage(&error) => {
                self.report.damage = Some(format!("the file is damaged after line {}: {error}", self.report.lines));
                self.ended = true;
            }
            Err(error) => return Err(error),
        }
        self.places.resize(self.queue.len(), self.source.place());
        for (at, _) in self.queue.iter_mut().skip(known) {
            if *at < self.last {
                self.report.backwards += 1;
                *at = self.last;
            }
            self.last = *at;
        }
        if !keep_going && self.report.bad > 0 && (self.ended || self.report.lines >= PATIENCE) && self.report.is_bad() {
            let first = self.report.problems.first().map(ToString::to_string).unwrap_or_default();
            let (bad, lines) = (self.report.bad, self.report.lines);
            return Err(ImportError::TooManyBad { file: self.path.clone(), bad, lines, first });
        }
        Ok(!self.ended)
    }
}

fn is_damage(error: &std::io::Error) -> bool {
    use std::io::ErrorKind::{InvalidData, InvalidInput, Other, UnexpectedEof};
    matches!(error.kind(), UnexpectedEof | InvalidData | InvalidInput | Other)
}

/// Imports texts under their names and shows what came, for the codecs' tests.
#[cfg(test)]
pub(super) fn test_import(files: &[(&str, &str)]) -> Result<(String, Meta, Vec<Report>), String> {
    use crate::domain::Event;
    use std::fmt::Write as _;
    let folder = tempfile::tempdir().unwrap();
    let mut paths = Vec::new();
    for (name, text) in files {
        let path = folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        paths.push(path);
    }
    let mut merged = Merged::open(&paths, &Options::default()).map_err(|error| error.to_string())?;
    let meta = merged.meta();
    let mut shown = String::new();
    while let Some(input) = merged.next_input().map_err(|error| error.to_string())? {
        let Payload::Market(market) = &input.payload else { continue };
        input.at.write_secs(&mut shown).unwrap();
        let symbol = market.symbol.map(|symbol| symbol.to_string()).unwrap_or_default();
        write!(shown, " {symbol} ").unwrap();
        match &market.event {
            Event::Trade(t) => {
                write!(shown, "trade {} {} {} {}", t.price, t.qty, t.side.as_str(), t.id.unwrap_or_default()).unwrap();
            }
            Event::Quote(q) => {
                let id = q.update_id.unwrap_or_default();
                write!(shown, "quote {} {} {} {} {id}", q.bid, q.bid_qty, q.ask, q.ask_qty).unwrap();
            }
            Event::Bar(b, tf) => {
                write!(shown, "bar {tf} {} {} {} {} {} ", b.start.secs(), b.open, b.high, b.low, b.close).unwrap();
                write!(shown, "{} {} {}", b.volume, b.buy_volume, b.trades).unwrap();
            }
            other => write!(shown, "{other:?}").unwrap(),
        }
        shown.push('\n');
    }
    Ok((shown, meta, merged.reports().cloned().collect()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn several_files_come_in_time_order() {
        let bitcoin = "1,100.5,1,1,1723161255000,True,True\n3,100,1,1,1723161257000,True,True\n";
        let ether = "2,10.25,1,1,1723161255500,True,True\n4,10,1,1,1723161256000,True,True\n";
        let (shown, meta, reports) =
            test_import(&[("BTCUSDT-trades-2024-08-08.csv", bitcoin), ("ETHUSDT-trades-2024-08-08.csv", ether)]).unwrap();
        let ids: Vec<_> = shown.lines().filter_map(|line| line.rsplit(' ').next()).collect();
        assert_eq!(ids, ["1", "2", "4", "3"]);
        let ticks: Vec<_> = meta.instruments.iter().map(|i| format!("{} {} {}", i.symbol, i.tick, i.lot)).collect();
        assert_eq!(ticks, ["BTCUSDT 0.1 1", "ETHUSDT 0.01 1"]);
        assert_eq!((meta.venue.as_str(), reports.len()), ("binance-spot", 2));
    }

    #[test]
    fn time_never_runs_backwards() {
        let text = "1,1,1,1,1723161255000,True,True\n2,1,1,1,1723161257000,True,True\n3,1,1,1,1723161256000,True,True\n";
        let (shown, _, reports) = test_import(&[("BTCUSDT-trades-2024-08-08.csv", text)]).unwrap();
        assert!(shown.lines().last().unwrap().starts_with("1723161257 "));
        assert_eq!(reports[0].backwards, 1);
    }

    #[test]
    fn a_file_of_nothing_says_so() {
        assert!(
            test_import(&[("BTCUSDT-trades-2024-08-08.csv", "id,price,qty,quote_qty,time,is_buyer_maker\n")])
                .unwrap_err()
                .contains("no market data in it (0 lines read)")
        );
        assert!(test_import(&[("x.txt", "hello\n")]).unwrap_err().contains("it begins with `hello`"));
    }

    #[test]
    fn a_file_cut_off_gives_what_it_has() {
        use std::io::Write as _;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("BTCUSDT-trades-2024-08-08.csv.gz");
        let mut gz = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        (0..5_000).for_each(|n| writeln!(gz, "{n},{}.5,1,1,17231612{n:05},True,True", n * 7_919 % 1_000 + 1).unwrap());
        let bytes = gz.finish().unwrap();
        std::fs::write(&path, &bytes[..bytes.len() / 2]).unwrap();
        let mut merged = Merged::open(&[path], &Options::default()).unwrap();
        let mut count = 0;
        while merged.next_input().unwrap().is_some() {
            count += 1;
        }
        assert!(count > 1_000, "{count}");
        assert!(merged.reports().next().unwrap().damage.as_ref().unwrap().contains("damaged after line"));
    }
}
