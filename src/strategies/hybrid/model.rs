//! Where the probability comes from.

use super::features::Vector;
use super::logistic::Logistic;
#[cfg(feature = "onnx")]
use super::onnx::Network;
use crate::strategy::{Params, Resources, SetupError};

const NOTHING_TO_SEE: &str = "no probability: an indicator has no value";

/// Where the probability comes from.
#[derive(Debug, Clone)]
pub(super) enum Model {
    /// A model that learns as it goes.
    Own(Logistic),
    /// A model from a file, which learns nothing.
    #[cfg(feature = "onnx")]
    File(Network),
}

impl Model {
    /// The model the parameters name.
    ///
    /// # Errors
    /// [`SetupError::File`] where its file is missing, is none, or is not of the shape expected.
    pub fn new(params: &Params, files: &Resources) -> Result<Self, SetupError> {
        match params.text("model") {
            "" => Ok(Self::Own(Logistic::new(params.number("l2")))),
            name => {
                let made = Self::of_file(files.get(name).map(|bytes| &**bytes));
                made.map_err(|why| SetupError::File { strategy: "hybrid", file: name.to_owned(), why })
            }
        }
    }

    #[cfg(feature = "onnx")]
    fn of_file(bytes: Option<&[u8]>) -> Result<Self, String> {
        Network::new(bytes.ok_or("it could not be read")?).map(Self::File)
    }

    #[cfg(not(feature = "onnx"))]
    fn of_file(_bytes: Option<&[u8]>) -> Result<Self, String> {
        Err("this program was built without ONNX: build it with `cargo build --release --features onnx`, or leave `model` out"
            .to_owned())
    }

    /// Learns from figures whose label is known.
    pub fn learn(&mut self, figures: &Vector, label: bool) {
        match self {
            Self::Own(model) => model.learn(figures, label),
            #[cfg(feature = "onnx")]
            Self::File(_) => {}
        }
    }

    /// The probability that the label of these figures will be 1; `None` before it has learnt from so many.
    pub fn probability(&mut self, figures: &Vector, least: u64) -> Option<f64> {
        match self {
            Self::Own(model) => {
                model.see(figures);
                Some(model.probability(figures)).filter(|p| model.learnt() >= least && p.is_finite())
            }
            #[cfg(feature = "onnx")]
            Self::File(network) => network.probability(figures),
        }
    }

    /// Why there is no probability, in words.
    pub fn waits(&self, least: u64) -> String {
        match self {
            Self::Own(model) if model.learnt() < least => format!("learnt from {} of {least} bars", model.learnt()),
            Self::Own(_) => NOTHING_TO_SEE.to_owned(),
            #[cfg(feature = "onnx")]
            Self::File(_) => NOTHING_TO_SEE.to_owned(),
        }
    }
}
