//! Files as they lie on the disk: plain, gzip, Zstandard or ZIP, told apart by their first bytes.

use super::{ImportError, Lines};
use flate2::Crc;
use flate2::read::{DeflateDecoder, MultiGzDecoder};
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// Longest beginning of a text that is looked at to tell its format.
const HEAD: usize = 64 << 10;

/// A text opened for reading, and its beginning.
pub struct Text {
    /// Its lines.
    pub lines: Lines,
    /// Its first bytes, at most 64 KiB, and its name.
    pub head: Head,
    /// How much of the file, as it lies on the disk, has been read.
    pub position: Position,
}

/// How much of a file has been read.
#[derive(Debug, Clone, Default)]
pub struct Position {
    read: Arc<AtomicU64>,
    size: u64,
}

impl Position {
    /// Bytes read, packed as they are, and bytes in all.
    pub fn of_total(&self) -> (u64, u64) {
        (self.read.load(Ordering::Relaxed).min(self.size), self.size)
    }
}

/// A file that counts what is read of it.
struct Counted<R> {
    input: R,
    position: Position,
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.input.read(buffer)?;
        self.position.read.fetch_add(count as u64, Ordering::Relaxed);
        Ok(count)
    }
}

/// What a format is told by.
#[derive(Debug, Clone, Default)]
pub struct Head {
    /// The file's name without folders and without `.gz`, `.zst`, `.zip`; for a ZIP the name of the file inside.
    pub name: String,
    /// The first bytes of its text as far as they are whole lines, at most 64 KiB.
    pub text: String,
}

impl Head {
    /// Its first line that is not blank.
    pub fn first_line(&self) -> &str {
        self.text.lines().map(str::trim).find(|line| !line.is_empty()).unwrap_or_default()
    }
}

/// Opens a file, unpacking it on the way.
///
/// # Errors
/// When it cannot be read, or is packed in a way that cannot be undone.
pub fn open(path: &Path) -> Result<Text, ImportError> {
    let io = |error| ImportError::io(path, error);
    let mut file = File::open(path).map_err(io)?;
    let meta = file.metadata().map_err(io)?;
    let position = Position { size: meta.len(), ..Position::default() };
    if meta.is_dir() {
        return Err(ImportError::io(path, io::Error::other("this is a folder: name the files in it")));
    }
    let mut magic = [0; 4];
    let count = read_up_to(&mut file, &mut magic).map_err(io)?;
    file.seek(SeekFrom::Start(0)).map_err(io)?;
    let mut name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let counted = |input| Counted { input, position: position.clone() };
    let input: Box<dyn Read + Send> = match magic.get(..count).unwrap_or_default() {
        [0x1f, 0x8b, ..] => Box::new(MultiGzDecoder::new(io::BufReader::with_capacity(64 << 10, counted(file)))),
        [0x28, 0xb5, 0x2f, 0xfd] => {
            Box::new(Zstandard { file: Some(io::BufReader::with_capacity(64 << 10, counted(file))), frame: None })
        }
        [b'P', b'K', 3, 4] => {
            let (inside, input) = unzip(path, file, position.clone())?;
            name = inside;
            input
        }
        [b'P', b'K', 5, 6] => return Err(ImportError::packing(path, "an empty ZIP")),
        _ => Box::new(counted(file)),
    };
    for ending in [".gz", ".zst", ".zip"] {
        if let Some(bare) = name.strip_suffix(ending) {
            name.truncate(bare.len());
        }
    }
    let input = Beginning::read(input).map_err(io)?;
    let text = beginning(&input.bytes);
    Ok(Text { lines: Lines::new(Box::new(input)), head: Head { name, text }, position })
}

/// A text whose beginning was read to look at it, and is read again.
struct Beginning {
    bytes: Vec<u8>,
    position: usize,
    /// What went wrong behind the beginning.
    error: Option<io::Error>,
    rest: Box<dyn Read + Send>,
}

impl Beginning {
    /// Fails only when there is no beginning at all.
    fn read(mut rest: Box<dyn Read + Send>) -> io::Result<Self> {
        let mut bytes = vec![0; HEAD];
        let mut count = 0;
        let mut error = None;
        while let Some(room) = bytes.get_mut(count..).filter(|room| !room.is_empty()) {
            match rest.read(room) {
                Ok(0) => break,
                Ok(more) => count += more,
                Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
                Err(e) if count == 0 => return Err(e),
                Err(e) => {
                    error = Some(e);
                    break;
                }
            }
        }
        bytes.truncate(count);
        Ok(Self { bytes, position: 0, error, rest })
    }
}

impl Read for Beginning {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let ahead = self.bytes.get(self.position..).unwrap_or_default();
        if ahead.is_empty() {
            return match self.error.take() {
                Some(error) => Err(error),
                None => self.rest.read(buffer),
            };
        }
        let count = ahead.len().min(buffer.len());
        if let (Some(to), Some(from)) = (buffer.get_mut(..count), ahead.get(..count)) {
            to.copy_from_slice(from);
        }
        self.position += count;
        Ok(count)
    }
}

fn read_up_to(input: &mut impl Read, buffer: &mut [u8]) -> io::Result<usize> {
    let mut count = 0;
    while let Some(rest) = buffer.get_mut(count..).filter(|rest| !rest.is_empty()) {
        match input.read(rest)? {
            0 => break,
            more => count += more,
        }
    }
    Ok(count)
}

/// The beginning of a text up to its last whole line; all of it when there is only one.
fn beginning(bytes: &[u8]) -> String {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let whole = memchr::memrchr(b'\n', bytes).map_or(bytes, |last| bytes.get(..=last).unwrap_or(bytes));
    String::from_utf8_lossy(whole).into_owned()
}

/// The only file in a ZIP, which is read as a stream.
fn unzip(path: &Path, file: File, position: Position) -> Result<(String, Box<dyn Read + Send>), ImportError> {
    let bad = |error: zip::result::ZipError| ImportError::packing(path, format!("a ZIP that cannot be read: {error}"));
    let mut archive = zip::ZipArchive::new(io::BufReader::new(file)).map_err(bad)?;
    let mut found = None;
    let mut names = Vec::new();
    for index in 0..archive.len() {
        let entry = archive.by_index_raw(index).map_err(bad)?;
        let full = entry.name().map_err(bad)?.into_owned();
        if !entry.is_file() || full.starts_with("__MACOSX") || full.ends_with(".CHECKSUM") {
            continue;
        }
        let name = full.rsplit(['/', '\\']).next().unwrap_or_default().to_owned();
        if entry.encrypted() {
            return Err(ImportError::packing(path, "a ZIP with a password: unpack it first"));
        }
        let start = entry.data_start();
        found = Some((name.clone(), entry.compression(), start, entry.compressed_size(), entry.crc32()));
        names.push(name);
    }
    let Some((name, method, Some(start), size, sum)) = found else {
        return Err(ImportError::packing(path, "a ZIP without a file in it"));
    };
    if names.len() > 1 {
        let names = names.iter().take(5).map(String::as_str).collect::<Vec<_>>().join(", ");
        return Err(ImportError::packing(path, format!("a ZIP of several files ({names}): unpack it and name the ones to read")));
    }
    let mut file = archive.into_inner();
    file.seek(SeekFrom::Start(start)).map_err(|error| ImportError::io(path, error))?;
    let packed = Counted { input: file, position }.take(size);
    let input: Box<dyn Read + Send> = match method {
        zip::CompressionMethod::Stored => Box::new(Checked::new(packed, sum)),
        zip::CompressionMethod::Deflated => Box::new(Checked::new(DeflateDecoder::new(packed), sum)),
        other => return Err(ImportError::packing(path, format!("a ZIP packed by {other:?}: unpack it first"))),
    };
    Ok((name, input))
}

/// Compares the checksum at the end.
struct Checked<R> {
    input: R,
    crc: Crc,
    expected: u32,
}

impl<R> Checked<R> {
    fn new(input: R, expected: u32) -> Self {
        Self { input, crc: Crc::new(), expected }
    }
}

impl<R: Read> Read for Checked<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.input.read(buffer)?;
        self.crc.update(buffer.get(..count).unwrap_or_default());
        if count == 0 && !buffer.is_empty() && self.crc.sum() != self.expected {
            return Err(io::Error::new(io::ErrorKind::InvalidData, "the ZIP's checksum does not match"));
        }
        Ok(count)
    }
}

type Frame = ruzstd::decoding::StreamingDecoder<io::BufReader<Counted<File>>, ruzstd::decoding::FrameDecoder>;

/// Zstandard frames, one after the other.
struct Zstandard {
    file: Option<io::BufReader<Counted<File>>>,
    frame: Option<Box<Frame>>,
}

impl Read for Zstandard {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        use io::BufRead as _;
        loop {
            if let Some(frame) = &mut self.frame {
                let count = frame.read(buffer)?;
                if count > 0 || buffer.is_empty() {
                    return Ok(count);
                }
            }
            if let Some(frame) = self.frame.take() {
                self.file = Some(frame.into_inner());
            }
            let Some(mut file) = self.file.take() else { return Ok(0) };
            if file.fill_buf()?.is_empty() {
                return Ok(0);
            }
            let frame = Frame::new(file).map_err(|error| io::Error::new(io::ErrorKind::InvalidData, error.to_string()))?;
            self.frame = Some(Box::new(frame));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write as _;

    fn texts(name: &str, bytes: &[u8]) -> Result<(String, String), String> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(name);
        std::fs::write(&path, bytes).unwrap();
        let mut text = open(&path).map_err(|error| error.to_string())?;
        let mut all = String::new();
        while let Some(line) = text.lines.next_line().map_err(|error| error.to_string())? {
            if let super::super::Line::Text(line) = line {
                all += line;
                all += "|";
            }
        }
        Ok((text.head.name, all))
    }

    fn gzip(text: &[u8]) -> Vec<u8> {
        let mut gz = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        gz.write_all(text).unwrap();
        gz.finish().unwrap()
    }

    fn zip(names: &[&str], text: &[u8]) -> Vec<u8> {
        let mut zip = zip::ZipWriter::new(io::Cursor::new(Vec::new()));
        for name in names {
            zip.start_file(*name, zip::write::SimpleFileOptions::default()).unwrap();
            zip.write_all(text).unwrap();
        }
        zip.finish().unwrap().into_inner()
    }

    #[test]
    fn every_packing_gives_the_same_text() {
        let plain = b"\xef\xbb\xbfa\nb\n";
        let twice = [gzip(b"a\n"), gzip(b"b\n")].concat();
        let zst = ruzstd::encoding::compress_to_vec(&plain[..], ruzstd::encoding::CompressionLevel::Fastest);
        for (name, bytes) in [
            ("x.csv", plain.to_vec()),
            ("x.csv.gz", gzip(plain)),
            ("x.csv.gz", twice),
            ("x.csv.zst", zst),
            ("other.zip", zip(&["x.csv"], plain)),
        ] {
            assert_eq!(texts(name, &bytes).unwrap(), ("x.csv".to_owned(), "a|b|".to_owned()), "{name}");
        }
    }

    #[test]
    fn what_cannot_be_unpacked_says_why() {
        assert!(texts("x.zip", &zip(&["a.csv", "b.csv"], b"a")).unwrap_err().contains("several files (a.csv, b.csv)"));
        let mut broken = zip(&["a.csv"], b"hello hello hello hello");
        let at = broken.windows(4).position(|w| w == b"PK\x01\x02").unwrap();
        broken[at + 16] ^= 1;
        assert!(texts("x.zip", &broken).unwrap_err().contains("checksum"));
        assert!(texts("x.zip", b"PK\x03\x04 and nothing more").unwrap_err().contains("ZIP that cannot be read"));
    }
}
