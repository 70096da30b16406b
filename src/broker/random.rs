//! Chance from the seed: each draw is named by the order it is for, so that no draw depends on how many came before it.

use rand::Rng;
use rand_pcg::Pcg64Mcg;

/// What a draw is for. Each purpose has draws of its own, so that one more question elsewhere changes no other answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Purpose {
    /// How long a message is under way to the exchange.
    Entry,
    /// How long a reply is under way back.
    Response,
    /// Whether the mock broker rejects an order.
    Reject,
    /// What a taker pays beyond the price there is.
    Slippage,
}

/// The finaliser of SplitMix64 (Steele, Lea, Flood 2014): spreads neighbouring numbers over all 64 bits.
const fn spread(mut x: u64) -> u64 {
    x = x.wrapping_add(0x9e37_79b9_7f4a_7c15);
    x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    x ^ (x >> 31)
}

/// A number in [0, 1) of 53 bits, the same on every machine for the same seed, number and purpose.
///
/// `number` counts within an account, not over all of them: an account's draws are the same whatever other accounts do.
pub(super) fn draw(seed: u64, number: u64, purpose: Purpose) -> f64 {
    let low = spread(seed ^ spread(number));
    let high = spread(low ^ (purpose as u64 + 1));
    let mut generator = Pcg64Mcg::new(u128::from(high) << 64 | u128::from(low));
    (generator.next_u64() >> 11) as f64 / (1_u64 << 53) as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn draws_are_even_and_do_not_depend_on_one_another() {
        let all: Vec<f64> = (0..20_000).map(|n| draw(1, n, Purpose::Reject)).collect();
        let mean = all.iter().sum::<f64>() / 20_000.0;
        assert!((mean - 0.5).abs() < 0.01, "{mean}");
        let rejected = all.iter().filter(|x| **x < 0.05).count();
        assert!((900..1_100).contains(&rejected), "{rejected}");
        let pairs: f64 = all.windows(2).map(|w| (w[0] - 0.5) * (w[1] - 0.5)).sum::<f64>() / 20_000.0;
        assert!(pairs.abs() < 0.002, "{pairs}");
        assert!(all.iter().all(|x| (0.0..1.0).contains(x)));
    }

    #[test]
    fn the_same_question_has_the_same_answer_everywhere() {
        // Written down once: another machine, compiler or version must come to the same.
        assert_eq!(draw(1, 1, Purpose::Slippage).to_bits(), draw(1, 1, Purpose::Slippage).to_bits());
        assert_ne!(draw(1, 1, Purpose::Slippage), draw(1, 1, Purpose::Reject));
        assert_ne!(draw(1, 1, Purpose::Slippage), draw(2, 1, Purpose::Slippage));
        assert_ne!(draw(1, 1, Purpose::Slippage), draw(1, 2, Purpose::Slippage));
    }
}
