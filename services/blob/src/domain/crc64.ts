/**
 * CRC-64/NVME, as Azure Storage uses it: reflected polynomial 0x9A6C9329AC4BC9B5, all ones first and last.
 *
 * Eight bytes per step through eight tables, in two 32-bit halves: a gigabyte is checked while it streams, and `BigInt`
 * would be a hundred times slower. Node's own `zlib` has CRC-32 only.
 * @see https://reveng.sourceforge.io/crc-catalogue/17plus.htm#crc.cat.crc-64-nvme
 */
export class Crc64 {
  #high = 0xffffffff;
  #low = 0xffffffff;

  update(chunk: Uint8Array): void {
    let high = this.#high;
    let low = this.#low;
    const end = chunk.length - (chunk.length % 8);
    let at = 0;
    for (; at < end; at += 8) {
      // Reads are in range by the loop's bound; `as number` keeps the inner loop free of checks for undefined.
      const a =
        low ^
        ((chunk[at] as number) |
          ((chunk[at + 1] as number) << 8) |
          ((chunk[at + 2] as number) << 16) |
          ((chunk[at + 3] as number) << 24));
      const b =
        high ^
        ((chunk[at + 4] as number) |
          ((chunk[at + 5] as number) << 8) |
          ((chunk[at + 6] as number) << 16) |
          ((chunk[at + 7] as number) << 24));
      const i0 = 1792 + (a & 0xff);
      const i1 = 1536 + ((a >>> 8) & 0xff);
      const i2 = 1280 + ((a >>> 16) & 0xff);
      const i3 = 1024 + (a >>> 24);
      const i4 = 768 + (b & 0xff);
      const i5 = 512 + ((b >>> 8) & 0xff);
      const i6 = 256 + ((b >>> 16) & 0xff);
      const i7 = b >>> 24;
      low =
        (LOW[i0] as number) ^
        (LOW[i1] as number) ^
        (LOW[i2] as number) ^
        (LOW[i3] as number) ^
        (LOW[i4] as number) ^
        (LOW[i5] as number) ^
        (LOW[i6] as number) ^
        (LOW[i7] as number);
      high =
        (HIGH[i0] as number) ^
        (HIGH[i1] as number) ^
        (HIGH[i2] as number) ^
        (HIGH[i3] as number) ^
        (HIGH[i4] as number) ^
        (HIGH[i5] as number) ^
        (HIGH[i6] as number) ^
        (HIGH[i7] as number);
    }
    for (; at < chunk.length; at += 1) {
      const index = (low ^ (chunk[at] as number)) & 0xff;
      low = ((low >>> 8) | (high << 24)) ^ (LOW[index] as number);
      high = (high >>> 8) ^ (HIGH[index] as number);
    }
    this.#high = high;
    this.#low = low;
  }

  /** Eight bytes, little endian, in base64: the form of `x-ms-content-crc64`. */
  digest(): string {
    const bytes = Buffer.alloc(8);
    bytes.writeUInt32LE(~this.#low >>> 0, 0);
    bytes.writeUInt32LE(~this.#high >>> 0, 4);
    return bytes.toString('base64');
  }
}

/** Table `n` (256 entries from `n * 256`): what a byte contributes when `n` more bytes follow it. */
const LOW = new Int32Array(8 * 256);
const HIGH = new Int32Array(8 * 256);

for (let byte = 0; byte < 256; byte += 1) {
  let low = byte;
  let high = 0;
  for (let bit = 0; bit < 8; bit += 1) {
    const odd = low & 1;
    low = (low >>> 1) | (high << 31);
    high >>>= 1;
    if (odd) {
      low ^= 0xac4bc9b5;
      high ^= 0x9a6c9329;
    }
  }
  LOW[byte] = low;
  HIGH[byte] = high;
}
for (let index = 256; index < LOW.length; index += 1) {
  const low = LOW[index - 256] as number;
  const high = HIGH[index - 256] as number;
  const byte = low & 0xff;
  LOW[index] = ((low >>> 8) | (high << 24)) ^ (LOW[byte] as number);
  HIGH[index] = (high >>> 8) ^ (HIGH[byte] as number);
}
