const FIRST_BYTES = 64 * 1024

/** A page that ASCII text is written on. It grows as it must, and is written on again once it has been wiped. */
export class AsciiPage {
  /** Bytes written so far. Whoever writes through `view` moves it on. */
  length = 0
  #bytes = new Uint8Array(FIRST_BYTES)
  #view = new DataView(this.#bytes.buffer)

  /** The page itself, to be written on after `reserve` and until the next one. */
  get view(): DataView<ArrayBuffer> {
    return this.#view
  }

  /** What has been written: no copy, so that the next writing changes it. */
  get written(): Uint8Array<ArrayBuffer> {
    return this.#bytes.subarray(0, this.length)
  }

  /** Makes room for so many bytes more. */
  reserve(more: number): void {
    const needed = this.length + more
    if (needed <= this.#bytes.length) return
    const bytes = new Uint8Array(Math.max(needed, this.#bytes.length * 2))
    bytes.set(this.written)
    this.#bytes = bytes
    this.#view = new DataView(bytes.buffer)
  }

  /** Makes the page as large as that before it is needed, its memory touched; to be called on an empty page. */
  prepare(bytes: number): void {
    this.reserve(bytes)
    this.#bytes.fill(0)
  }

  /** Appends a text, of ASCII characters alone. */
  write(text: string): void {
    this.reserve(text.length)
    for (let i = 0; i < text.length; i += 1) this.#bytes[this.length + i] = text.charCodeAt(i)
    this.length += text.length
  }

  wipe(): void {
    this.length = 0
  }
}
