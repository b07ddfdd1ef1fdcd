//! A file that several workers read at places of their own.

use std::{
    fs::File,
    io::{self, Read, Seek, SeekFrom},
    sync::{Arc, Mutex, PoisonError},
};

use bytes::Bytes;
use parquet::{
    errors::{ParquetError, Result as ParquetResult},
    file::reader::{ChunkReader, Length},
};
use sha2::{Digest as _, Sha256};

/// A file, or the bytes of one. Copies are handles of the same.
#[derive(Clone, Debug)]
pub(super) enum Anywhere {
    File(Arc<File>, u64, Rooms),
    Bytes(Bytes),
}

/// Rooms that pages were read into and that the next ones may have: memory that is new is cleared by the system first, page after page.
#[derive(Clone, Debug, Default)]
pub(super) struct Rooms(Arc<Mutex<Vec<Vec<u8>>>>);

/// How many rooms wait at most; a reader has one or two pages of each column at a time.
const WAITING: usize = 32;

/// Rooms larger than this are not kept.
const LARGEST: usize = 4 << 20;

/// A room that goes back when nobody looks at it any longer.
struct Lent {
    room: Vec<u8>,
    to: Rooms,
}

impl Rooms {
    fn take(&self) -> Vec<u8> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).pop().unwrap_or_default()
    }
}

impl AsRef<[u8]> for Lent {
    fn as_ref(&self) -> &[u8] {
        &self.room
    }
}

impl Drop for Lent {
    fn drop(&mut self) {
        let room = std::mem::take(&mut self.room);
        let mut rooms = self.to.0.lock().unwrap_or_else(PoisonError::into_inner);
        if rooms.len() < WAITING && room.capacity() <= LARGEST {
            rooms.push(room);
        }
    }
}

/// Reads on from a place. Each has its own place, unlike handles of one file.
#[derive(Clone, Debug)]
pub(super) struct Reader {
    of: Anywhere,
    at: u64,
}

#[cfg(unix)]
fn read_at(file: &File, room: &mut [u8], at: u64) -> io::Result<usize> {
    std::os::unix::fs::FileExt::read_at(file, room, at)
}

#[cfg(windows)]
fn read_at(file: &File, room: &mut [u8], at: u64) -> io::Result<usize> {
    std::os::windows::fs::FileExt::seek_read(file, room, at)
}

impl Anywhere {
    /// # Errors
    /// When the file does not tell its size.
    pub(super) fn file(file: File) -> io::Result<Self> {
        let length = file.metadata()?.len();
        Ok(Self::File(Arc::new(file), length, Rooms::default()))
    }

    pub(super) fn size(&self) -> u64 {
        match self {
            Self::File(_, length, _) => *length,
            Self::Bytes(bytes) => bytes.len() as u64,
        }
    }

    pub(super) fn reader(&self, at: u64) -> Reader {
        Reader { of: self.clone(), at }
    }

    /// SHA-256 of all bytes in hexadecimal digits; tells how many bytes it went on.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub(super) fn hash(&self, told: &dyn Fn(u64)) -> io::Result<String> {
        let mut hasher = Sha256::new();
        let mut reader = self.reader(0);
        // Small enough to stay in a core's own cache between reading and hashing.
        let mut room = vec![0; 1 << 17];
        loop {
            let read = reader.read(&mut room)?;
            if read == 0 {
                return Ok(super::hex(&hasher.finalize()));
            }
            hasher.update(&room[..read]);
            told(read as u64);
        }
    }
}

impl Read for Reader {
    fn read(&mut self, room: &mut [u8]) -> io::Result<usize> {
        let read = match &self.of {
            Anywhere::File(file, ..) => read_at(file, room, self.at)?,
            Anywhere::Bytes(bytes) => {
                let rest = usize::try_from(self.at).ok().and_then(|at| bytes.get(at..)).unwrap_or(&[]);
                let read = rest.len().min(room.len());
                room[..read].copy_from_slice(&rest[..read]);
                read
            }
        };
        self.at += read as u64;
        Ok(read)
    }
}

impl Seek for Reader {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let at = match to {
            SeekFrom::Start(at) => Some(at),
            SeekFrom::End(by) => self.of.size().checked_add_signed(by),
            SeekFrom::Current(by) => self.at.checked_add_signed(by),
        };
        self.at = at.ok_or(io::ErrorKind::InvalidInput)?;
        Ok(self.at)
    }
}

impl Length for Anywhere {
    fn len(&self) -> u64 {
        self.size()
    }
}

impl ChunkReader for Anywhere {
    type T = io::BufReader<Reader>;

    fn get_read(&self, start: u64) -> ParquetResult<Self::T> {
        Ok(io::BufReader::new(self.reader(start)))
    }

    fn get_bytes(&self, start: u64, length: usize) -> ParquetResult<Bytes> {
        // A damaged file may ask for more than there is.
        if start.checked_add(length as u64).is_none_or(|end| end > self.size()) {
            return Err(ParquetError::EOF(format!("{length} bytes at {start}")));
        }
        match self {
            Self::Bytes(bytes) => {
                let start = usize::try_from(start).map_err(|e| ParquetError::External(Box::new(e)))?;
                Ok(bytes.slice(start..start + length))
            }
            Self::File(.., rooms) => {
                let mut room = rooms.take();
                room.resize(length, 0);
                self.reader(start).read_exact(&mut room)?;
                Ok(Bytes::from_owner(Lent { room, to: rooms.clone() }))
            }
        }
    }
}
