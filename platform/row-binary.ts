const TWO_POW_32 = 4_294_967_296;
/** The length of a text below this many bytes takes one byte; so does each of its letters when it is ASCII. */
const SHORT = 128;

const viewOf = ({ buffer, byteOffset, length }: Buffer): DataView => new DataView(buffer, byteOffset, length);

/**
 * Rows in ClickHouse's RowBinary form, written into one growing buffer: half of what tab-separated text costs to make
 * and to read. Values stand in the order of the columns that the rows are inserted with; what is written is not checked
 * against their types, a row of another width spoils all behind it.
 */
export class RowBinary {
  private bytes: Buffer;
  /** The same bytes: numbers are written through it without Buffer's checks of their ranges. */
  private view: DataView;
  private at = 0;

  /** `expected` bytes are laid out at once; more are taken as they are needed. */
  constructor(expected: number) {
    this.bytes = Buffer.allocUnsafe(Math.max(1024, expected));
    this.view = viewOf(this.bytes);
  }

  /** What was written; valid until the next write. */
  done(): Buffer {
    return this.bytes.subarray(0, this.at);
  }

  uint8(value: number): void {
    this.room(1);
    this.bytes[this.at] = value;
    this.at += 1;
  }

  uint32(value: number): void {
    this.room(4);
    this.view.setUint32(this.at, value, true);
    this.at += 4;
  }

  int32(value: number): void {
    this.room(4);
    this.view.setInt32(this.at, value, true);
    this.at += 4;
  }

  /** UInt64, and Int64 where it is not negative: an exact whole number, or a bigint below 2^64. */
  uint64(value: number | bigint): void {
    this.room(8);
    if (typeof value === 'bigint') this.view.setBigUint64(this.at, value, true);
    else {
      const high = Math.floor(value / TWO_POW_32);
      this.view.setUint32(this.at, value - high * TWO_POW_32, true);
      this.view.setUint32(this.at + 4, high, true);
    }
    this.at += 8;
  }

  /** Int64 of a safe integer. */
  int64(value: number): void {
    if (value >= 0) this.uint64(value);
    else {
      this.room(8);
      this.view.setBigInt64(this.at, BigInt(value), true);
      this.at += 8;
    }
  }

  float64(value: number): void {
    this.room(8);
    this.view.setFloat64(this.at, value, true);
    this.at += 8;
  }

  /** DateTime64(3): milliseconds since 1970 UTC. */
  time(value: Date): void {
    this.int64(value.getTime());
  }

  /** String. A lone surrogate becomes U+FFFD. */
  text(value: string): void {
    // A letter of UTF-16 takes three bytes at most.
    this.room(10 + 3 * value.length);
    if (value.length < SHORT && this.ascii(value)) return;
    const length = Buffer.byteLength(value);
    this.length(length);
    this.at += this.bytes.write(value, this.at);
  }

  /** Writes a short text of ASCII letters; false, and nothing written, for any other. */
  private ascii(value: string): boolean {
    const { bytes, at } = this;
    for (let i = 0; i < value.length; i += 1) {
      const unit = value.charCodeAt(i);
      if (unit >= SHORT) return false;
      bytes[at + 1 + i] = unit;
    }
    bytes[at] = value.length;
    this.at = at + 1 + value.length;
    return true;
  }

  /** Array(String). */
  texts(values: readonly string[]): void {
    this.room(10);
    this.length(values.length);
    for (const value of values) this.text(value);
  }

  /** Array(UInt32). */
  uint32s(values: readonly number[]): void {
    this.room(10);
    this.length(values.length);
    for (const value of values) this.uint32(value);
  }

  /** Array(Float64). */
  float64s(values: readonly number[]): void {
    this.room(10);
    this.length(values.length);
    for (const value of values) this.float64(value);
  }

  /** LEB128. */
  private length(value: number): void {
    let rest = value;
    while (rest >= SHORT) {
      this.bytes[this.at] = (rest % SHORT) + SHORT;
      this.at += 1;
      rest = Math.floor(rest / SHORT);
    }
    this.bytes[this.at] = rest;
    this.at += 1;
  }

  private room(needed: number): void {
    if (this.at + needed <= this.bytes.length) return;
    const grown = Buffer.allocUnsafe(Math.max(2 * this.bytes.length, this.at + needed));
    this.bytes.copy(grown, 0, 0, this.at);
    this.bytes = grown;
    this.view = viewOf(grown);
  }
}
