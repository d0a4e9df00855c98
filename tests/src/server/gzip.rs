//! Gzip bodies.

use std::io::Write;

use flate2::write::GzEncoder;
use flate2::{Compress, Compression, Crc, FlushCompress, Status};

/// Returns a gzip stream of `count` zero bytes, which is about a thousandth of their size.
///
/// Compressing 1 GiB takes many seconds in a debug build. One block is therefore compressed once and repeated: a full
/// flush ends it on a byte boundary, and what follows does not refer to it.
pub fn gzip_zeros(count: u64) -> Vec<u8> {
    const BLOCK: u64 = 1 << 20;
    let zeros = vec![0; BLOCK as usize];
    let (blocks, rest) = ((count / BLOCK) as usize, (count % BLOCK) as usize);
    let mut block_crc = Crc::new();
    block_crc.update(&zeros);
    let mut crc = Crc::new();
    for _ in 0..blocks {
        crc.combine(&block_crc);
    }
    crc.update(&zeros[..rest]);

    // The header of a stream without a name or time.
    let mut gzip = vec![0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255];
    gzip.extend(deflate(&zeros, FlushCompress::Full).repeat(blocks));
    gzip.extend(deflate(&zeros[..rest], FlushCompress::Finish));
    gzip.extend(crc.sum().to_le_bytes());
    gzip.extend(crc.amount().to_le_bytes());
    gzip
}

fn deflate(data: &[u8], flush: FlushCompress) -> Vec<u8> {
    let mut deflated = Vec::with_capacity(data.len() / 64 + 64);
    let status = Compress::new(Compression::best(), false)
        .compress_vec(data, &mut deflated, flush)
        .expect("compression does not fail");
    let done = matches!(status, Status::StreamEnd) || flush != FlushCompress::Finish;
    assert!(done && deflated.len() < deflated.capacity());
    deflated
}

/// Returns a gzip stream of `data` without compression.
pub fn gzip_stored(data: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::none());
    encoder
        .write_all(data)
        .and_then(|()| encoder.finish())
        .expect("writing to memory does not fail")
}
