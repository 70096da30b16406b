//! Optimisation over a grid of parameters (being written).
