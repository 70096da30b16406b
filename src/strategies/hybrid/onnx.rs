//! A model from an ONNX file, run by `tract`.

use super::features::{COUNT, NAMES, Vector};
use std::fmt;
use std::io::Cursor;
use std::sync::Arc;
use tract_onnx::prelude::*;
use tract_onnx::tract_hir::infer::Factoid;

/// A model from a file: figures in, probability out.
#[derive(Clone)]
pub(super) struct Network {
    plan: Arc<TypedRunnableModel>,
    /// Which of its outputs holds the probabilities.
    output: usize,
    bytes: Arc<[u8]>,
}

impl fmt::Debug for Network {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // What a state's digest sees of it: the file, by all of its bytes.
        f.debug_struct("Network").field("bytes", &self.bytes).finish_non_exhaustive()
    }
}

impl Network {
    /// Reads a file and tries it once.
    pub fn new(bytes: &[u8]) -> Result<Self, String> {
        let expected = format!(
            "expected one input of floats [batch, {COUNT}] ({}) and an output of floats with the probability of 1: [batch, 2], [batch, 1] or [batch]",
            NAMES.join(", ")
        );
        let wrong = |what: String| format!("{what}; {expected}");
        let mut read = tract_onnx::onnx()
            .model_for_read(&mut Cursor::new(bytes))
            .map_err(|error| wrong(format!("it cannot be read as an ONNX model ({})", words(&error))))?;
        let inputs = read.input_outlets().map_err(|error| wrong(words(&error)))?.len();
        if inputs != 1 {
            return Err(wrong(format!("it has {inputs} inputs")));
        }
        check_input(&read).map_err(wrong)?;
        // Labels are not asked for: of an output of numbers that are not floats nothing is run that only leads there.
        read.set_input_fact(0, f32::fact([1, COUNT]).into()).map_err(|error| wrong(words(&error)))?;
        let plan = read
            .into_optimized()
            .and_then(IntoRunnable::into_runnable)
            .map_err(|error| wrong(format!("it cannot be run ({})", words(&error))))?;
        let mut network = Self { plan, output: 0, bytes: bytes.into() };
        let outputs = network.run(&[0.0; COUNT]).map_err(|error| wrong(format!("it cannot be run ({})", words(&error))))?;
        let found = outputs.iter().rposition(|output| probability(output).is_some());
        network.output = found.ok_or_else(|| wrong(format!("it gives {}", shapes(&outputs))))?;
        Ok(network)
    }

    fn run(&self, figures: &Vector) -> TractResult<TVec<TValue>> {
        let input: Vec<f32> = figures.iter().map(|figure| *figure as f32).collect();
        let input = Tensor::from_shape(&[1, COUNT], &input)?;
        self.plan.run(tvec!(input.into()))
    }

    /// The probability it gives; `None` where that is none.
    pub fn probability(&self, figures: &Vector) -> Option<f64> {
        probability(self.run(figures).ok()?.get(self.output)?)
    }
}

/// Whether the input it declares can take the figures.
fn check_input(model: &InferenceModel) -> Result<(), String> {
    let fact = model.input_fact(0).map_err(|error| words(&error))?;
    if let Some(kind) = fact.datum_type.concretize()
        && kind != DatumType::F32
    {
        return Err(format!("its input is of {kind:?}"));
    }
    let Some(shape) = fact.shape.concretize() else {
        // With a dimension left open, that of the figures still has to fit.
        let rank = fact.shape.rank().concretize();
        let last = fact.shape.dims().last().and_then(|dim| dim.concretize()).and_then(|dim| dim.to_i64().ok());
        return match (rank, last) {
            (Some(rank), _) if rank != 2 => Err(format!("its input has {rank} dimensions")),
            (_, Some(last)) if last != COUNT as i64 => Err(format!("its input takes {last} figures")),
            _ => Ok(()),
        };
    };
    let fits = shape.len() == 2 && shape[1].to_i64().is_ok_and(|last| last == COUNT as i64);
    if fits { Ok(()) } else { Err(format!("its input is of shape {shape:?}")) }
}

/// The probability of 1 in an output; `None` where it has another shape, or what stands there is no probability.
fn probability(output: &TValue) -> Option<f64> {
    let values = output.to_plain_array_view::<f32>().ok()?;
    let chosen = match values.shape() {
        [1, 2] | [2] => 1,
        [1, 1] | [1] => 0,
        _ => return None,
    };
    let value = f64::from(*values.iter().nth(chosen)?);
    (0.0..=1.0).contains(&value).then_some(value)
}

fn shapes(outputs: &[TValue]) -> String {
    let shown = outputs.iter().map(|output| format!("{:?} {:?}", output.datum_type(), output.shape()));
    shown.collect::<Vec<_>>().join(" and ")
}

/// An error and what led to it, without its place in the sources.
fn words(error: &TractError) -> String {
    let causes: Vec<String> =
        error.chain().map(|cause| cause.to_string().lines().next().unwrap_or_default().to_owned()).collect();
    causes.join(": ").chars().filter(|c| !c.is_control()).take(200).collect()
}
