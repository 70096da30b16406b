//! The Parquet dataset of a collector: tells its followers which recordings there are, and the user what becomes of it.

use super::args::Record;
use super::session::Collecting;
use crate::cli::live;
use crate::cli::out::{self, grouped};
use crate::cli::settings::Settings;
use crate::domain::Nanos;
use crate::drive::dataset::{Dataset, DatasetOptions, DatasetStatus};
use crate::drive::monitor::Kept;
use crate::drive::retention::{Kind, Sweeper};
use anyhow::Context as _;
use std::path::PathBuf;

/// How long after the next file began the one before is surely complete on the disk.
const SETTLED: Nanos = Nanos::from_secs(10);

/// The dataset, and the recordings it has been told of.
pub(super) struct Following {
    dataset: Option<Dataset>,
    /// Those of each session, in the order they were begun.
    told: Vec<Vec<PathBuf>>,
    /// Those that are being completed, and when they are complete.
    ending: Vec<(PathBuf, Nanos)>,
    problem: Option<String>,
    sweeper: Option<Sweeper>,
}

impl Following {
    /// Begins the dataset, where one is wanted.
    ///
    /// # Errors
    /// When another program writes it, or the folder cannot be written.
    pub(super) fn start(record: &Record, settings: &Settings, sessions: usize) -> anyhow::Result<Self> {
        let begin = |folder: &PathBuf| {
            let options = DatasetOptions { compression: record.compression, followers: sessions, ..DatasetOptions::new(folder) };
            Dataset::start(options).with_context(|| format!("{}: the dataset cannot be kept", folder.display()))
        };
        let dataset = record.parquet.as_ref().map(begin).transpose()?;
        let retention = live::retention(settings);
        let sweeper = record.parquet.clone().map(|folder| Sweeper::new(folder, Kind::Dataset, retention));
        Ok(Self { dataset, told: vec![Vec::new(); sessions], ending: Vec::new(), problem: None, sweeper })
    }

    /// How the dataset stands.
    pub(super) fn kept(&self) -> Option<Kept> {
        self.dataset.as_ref().map(|dataset| dataset.status().into())
    }

    /// Tells of new recordings, and says what is wrong.
    pub(super) fn look(&mut self, sessions: &[Collecting], now: Nanos) {
        let Some(dataset) = &self.dataset else { return };
        for (session, told) in sessions.iter().zip(&mut self.told) {
            let files = session.teller.files();
            for path in files.into_iter().skip(told.len()) {
                dataset.follow(path);
                self.ending.extend(told.last().map(|before| (before.clone(), now + SETTLED)));
                told.push(path.clone());
            }
        }
        self.ending.retain(|(path, complete)| {
            let ended = now >= *complete;
            if ended {
                dataset.ended(path);
            }
            !ended
        });
        if let Some(swept) = self.sweeper.as_mut().and_then(|sweeper| sweeper.look(now, Vec::new())) {
            for text in swept.summary().into_iter().chain(swept.problems) {
                tracing::warn!("dataset: {text}");
                out::note(&format!("dataset: {text}"));
            }
        }
        let problem = dataset.status().problem;
        if problem != self.problem {
            let text = problem.as_ref().map_or_else(|| "dataset: goes on".to_owned(), |why| format!("dataset: {why}"));
            tracing::warn!("{text}");
            out::note(&text);
            self.problem = problem;
        }
    }

    /// Finishes the dataset: every recording is complete by now.
    pub(super) fn close(&mut self, sessions: &[Collecting]) -> Option<Kept> {
        let dataset = self.dataset.take()?;
        for session in sessions {
            session.teller.files().into_iter().for_each(|path| dataset.ended(path));
        }
        let status = dataset.close();
        let DatasetStatus { totals, waiting, following, problem, .. } = status.clone();
        out::note(&format!(
            "dataset: {} rows in {} files, {}",
            grouped(totals.rows),
            grouped(totals.parts),
            out::size(totals.bytes)
        ));
        if let Some(why) = problem {
            out::note(&format!("dataset: {why}"));
        }
        if waiting > 0 || !following.is_empty() {
            out::note("dataset: what is not in it yet is converted at the next start");
        }
        Some(status.into())
    }
}
