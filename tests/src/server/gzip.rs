//! Bodies in gzip.

/// A gzip stream that is a thousandth of the zero bytes it expands to: 1 GiB of them takes about 1 MB.
///
/// Two bits a match are the least that deflate needs, one for the length 258 and one for the distance 1. Both codes are
/// zero, so that the stream of matches is zeros itself.
pub fn gzip_zeros(count: u64) -> Vec<u8> {
    let mut bits = Bits::default();
    // The last block, with codes of its own: for 257 + 29 literals and lengths, 1 distance, 4 + 14 lengths of codes.
    bits.push(1, 1);
    bits.push(2, 2);
    bits.push(29, 5);
    bits.push(0, 5);
    bits.push(14, 4);
    // Their order is 16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1: 18 has one bit, 1 and 2 have two.
    for length in [0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2, 0, 2] {
        bits.push(length, 3);
    }
    // So 18, which repeats zero, is 0, and 1 and 2 are 10 and 11; codes are written from their highest bit.
    let (one, two) = (0b01, 0b11);
    let zeros = |bits: &mut Bits, count: u32| {
        bits.push(0, 1);
        bits.push(count - 11, 7);
    };
    bits.push(two, 2); // The literal 0.
    zeros(&mut bits, 138);
    zeros(&mut bits, 117);
    bits.push(two, 2); // The end, 256.
    zeros(&mut bits, 28);
    bits.push(one, 2); // The length 258, which is 285.
    bits.push(one, 2); // The distance 1, which is 0.
    // Hence 285 and its distance are 0, the literal is 10, the end is 11. The first match needs a byte before it.
    if count > 0 {
        let (matches, rest) = ((count - 1) / 258, (count - 1) % 258);
        for _ in 0..=rest {
            bits.push(0b01, 2);
        }
        bits.push_zeros(2 * matches);
    }
    bits.push(0b11, 2);
    gzip_frame(bits.bytes, crc32_of_zeros(count), count)
}

/// A gzip stream of `data`, not compressed.
pub fn gzip_stored(data: &[u8]) -> Vec<u8> {
    let mut blocks = Vec::new();
    let mut rest = data;
    loop {
        let (block, tail) = rest.split_at(rest.len().min(usize::from(u16::MAX)));
        let length = block.len() as u16;
        blocks.push(u8::from(tail.is_empty()));
        blocks.extend(length.to_le_bytes());
        blocks.extend((!length).to_le_bytes());
        blocks.extend(block);
        rest = tail;
        if rest.is_empty() {
            break;
        }
    }
    let crc = !data.iter().fold(!0, |crc: u32, &byte| {
        (0..8).fold(crc ^ u32::from(byte), |crc, _| {
            (crc >> 1) ^ (CRC & (crc & 1).wrapping_neg())
        })
    });
    gzip_frame(blocks, crc, data.len() as u64)
}

fn gzip_frame(deflated: Vec<u8>, crc: u32, length: u64) -> Vec<u8> {
    let mut gzip = vec![0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255];
    gzip.extend(deflated);
    gzip.extend(crc.to_le_bytes());
    gzip.extend((length as u32).to_le_bytes());
    gzip
}

/// The polynomial of CRC-32, whose highest power stands in the lowest bit.
const CRC: u32 = 0xedb8_8320;

/// A zero byte multiplies the register by x⁸, so many of them by a power, which squaring finds quickly.
fn crc32_of_zeros(count: u64) -> u32 {
    let multiply = |a: u32, mut b: u32| {
        let mut product = 0;
        for bit in (0..32).rev() {
            product ^= b & ((a >> bit) & 1).wrapping_neg();
            b = (b >> 1) ^ (CRC & (b & 1).wrapping_neg());
        }
        product
    };
    let mut register = !0;
    let mut power = 1 << (31 - 8);
    let mut left = count;
    while left > 0 {
        if left & 1 == 1 {
            register = multiply(register, power);
        }
        power = multiply(power, power);
        left >>= 1;
    }
    !register
}

/// Bits from the lowest of each byte on, as deflate has them.
#[derive(Default)]
struct Bits {
    bytes: Vec<u8>,
    /// How many bits of the last byte are used, 0 for all.
    used: u32,
}

impl Bits {
    fn push(&mut self, value: u32, count: u32) {
        for bit in 0..count {
            if self.used == 0 {
                self.bytes.push(0);
            }
            if let Some(last) = self.bytes.last_mut() {
                *last |= (((value >> bit) & 1) as u8) << self.used;
            }
            self.used = (self.used + 1) % 8;
        }
    }

    fn push_zeros(&mut self, count: u64) {
        let free = u64::from((8 - self.used) % 8);
        if count <= free {
            self.push(0, count as u32);
            return;
        }
        let left = count - free;
        let bytes = self.bytes.len() + left.div_ceil(8) as usize;
        self.bytes.resize(bytes, 0);
        self.used = (left % 8) as u32;
    }
}
