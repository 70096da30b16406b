//! Pieces that panes are drawn with. They write cells and know nothing of commands or sessions.

pub mod blocks;
pub mod braille;
pub mod candles;
pub mod clock;
pub mod figures;
pub mod ohlc;
pub mod paint;
pub mod scale;
pub mod ticks;
pub mod time_axis;
pub mod timeline;
pub mod values;
