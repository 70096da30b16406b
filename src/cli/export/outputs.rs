//! Where `export` writes to.

use super::args::{Export, What};
use super::is_folder;
use crate::cli::Usage;
use crate::cli::out::{self, grouped};
use crate::tables::{Compression, Format, Output, Sink, Topic, Value};
use anyhow::Context as _;
use std::io;
use std::path::{Path, PathBuf};

/// A table's file.
enum Slot {
    /// It is begun with its first row.
    Waiting(PathBuf),
    Open(Output, Option<PathBuf>),
}

/// The tables that are written.
pub(super) struct Outputs {
    slots: Vec<Option<Slot>>,
    format: Format,
    compression: Compression,
    /// The file that failed.
    failed: Option<PathBuf>,
}

impl Outputs {
    /// Begins the files; those of tables that were only named together are begun with their first row.
    pub(super) fn open(args: &Export, topics: &[Topic], format: Format) -> anyhow::Result<Self> {
        let mut outputs = Self { slots: Vec::new(), format, compression: args.compression, failed: None };
        outputs.slots.resize_with(Topic::ALL.len(), || None);
        let Some(path) = &args.output else {
            let [only] = topics else {
                return Err(Usage("several tables: name a folder for them with -o".to_owned()).into());
            };
            if format == Format::Parquet {
                return Err(Usage("Parquet needs a file: name it with -o".to_owned()).into());
            }
            outputs.slots[*only as usize] = Some(Slot::Open(Output::stream(*only, io::stdout(), format)?, None));
            return Ok(outputs);
        };
        let folder = is_folder(path, topics.len());
        let name = |topic: Topic| if folder { path.join(format!("{}.{}", topic.name(), format.name())) } else { path.clone() };
        if folder {
            std::fs::create_dir_all(path).with_context(|| path.display().to_string())?;
        }
        // What is there already is said of all before anything is read or begun.
        if let Some(path) = topics.iter().map(|topic| name(*topic)).find(|path| path.exists()) {
            anyhow::bail!("{}: is there already and is not overwritten: choose another name with -o", path.display());
        }
        for topic in topics {
            let path = name(*topic);
            let slot = if args.what.contains(&What::Table(*topic)) {
                Slot::Open(outputs.create(*topic, &path)?, Some(path))
            } else {
                Slot::Waiting(path)
            };
            outputs.slots[*topic as usize] = Some(slot);
        }
        Ok(outputs)
    }

    fn create(&self, topic: Topic, path: &Path) -> anyhow::Result<Output> {
        Output::create(topic, path, self.format, self.compression).with_context(|| path.display().to_string())
    }

    /// Does something that writes; an error names the file.
    pub(super) fn guard(&mut self, write: impl FnOnce(&mut Self) -> io::Result<()>) -> anyhow::Result<()> {
        match write(self) {
            Ok(()) => Ok(()),
            Err(error) => match self.failed.take() {
                Some(path) => Err(error).with_context(|| path.display().to_string()),
                None => Err(error.into()),
            },
        }
    }

    /// Ends the files and says what is in them.
    pub(super) fn finish(self) -> anyhow::Result<()> {
        let mut said = String::new();
        let mut empty = Vec::new();
        for (topic, slot) in Topic::ALL.into_iter().zip(self.slots) {
            match slot {
                None => {}
                Some(Slot::Waiting(_)) => empty.push(topic.name()),
                Some(Slot::Open(output, None)) => drop(output.finish()?),
                Some(Slot::Open(output, Some(path))) => {
                    let written = output.finish().with_context(|| path.display().to_string())?;
                    let (rows, bytes) = (grouped(written.rows), out::size(written.bytes));
                    said.push_str(&format!("{}: {rows} rows, {bytes}\n", path.display()));
                    if written.inexact > 0 {
                        let many = grouped(written.inexact);
                        out::note(&format!(
                            "{}: {many} numbers are not exactly what was recorded, having more digits than a double: csv and jsonl hold them",
                            path.display()
                        ));
                    }
                }
            }
        }
        if !empty.is_empty() {
            said.push_str(&format!("no rows, and no file: {}\n", empty.join(", ")));
        }
        out::print(&said)?;
        Ok(())
    }
}

impl Sink for Outputs {
    #[inline]
    fn row(&mut self, topic: Topic, values: &[Value<'_>]) -> io::Result<()> {
        let Some(slot) = self.slots.get_mut(topic as usize).and_then(Option::as_mut) else { return Ok(()) };
        if let Slot::Waiting(path) = slot {
            let path = std::mem::take(path);
            match Output::create(topic, &path, self.format, self.compression) {
                Ok(output) => *slot = Slot::Open(output, Some(path)),
                Err(error) => {
                    self.failed = Some(path);
                    return Err(error);
                }
            }
        }
        let Slot::Open(output, path) = slot else { return Ok(()) };
        let written = output.row(values);
        if written.is_err() {
            self.failed.clone_from(path);
        }
        written
    }
}
