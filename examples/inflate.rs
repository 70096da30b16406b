use std::io::Read;
fn main() {
    let p = std::env::args().nth(1).unwrap();
    let mut g = flate2::read::MultiGzDecoder::new(std::fs::File::open(p).unwrap());
    let mut b = vec![0; 262144];
    let mut n = 0u64;
    loop {
        let k = g.read(&mut b).unwrap();
        if k == 0 {
            break;
        }
        n += k as u64;
    }
    println!("{n}");
}
