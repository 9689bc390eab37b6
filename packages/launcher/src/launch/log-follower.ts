import { constants } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'
import { LogTail } from '../readiness/log-tail.ts'

/** Bytes that are read of a log at once, and how often in one go: a server that only writes must not keep its reader. */
const bufferBytes = 256 * 1024
const maxReads = 16

/** Reads on where it stopped in a log that another process writes. */
export class LogFollower {
  readonly #file: FileHandle
  readonly #decoder = new TextDecoder()
  readonly #tail = new LogTail()
  readonly #buffer = Buffer.alloc(bufferBytes)
  #position: number

  private constructor(file: FileHandle, position: number) {
    this.#file = file
    this.#position = position
  }

  /** Follows what is written from now on; the file is made if it is not there, and a link is not followed. */
  static async open(path: string): Promise<LogFollower> {
    const file = await open(path, constants.O_RDWR | constants.O_APPEND | constants.O_CREAT | constants.O_NOFOLLOW)
    return new LogFollower(file, (await file.stat()).size)
  }

  /** The lines that have been completed since the last call; of a log that grows faster than it is read, the next few. */
  async read(): Promise<string[]> {
    const pieces: string[][] = []
    // Cut by whoever keeps it: what is new stands at its end.
    const { size } = await this.#file.stat()
    if (size < this.#position) this.#position = Math.max(0, size - bufferBytes * maxReads)
    for (let reads = 0; reads < maxReads; reads++) {
      const { bytesRead } = await this.#file.read(this.#buffer, 0, bufferBytes, this.#position)
      if (bytesRead === 0) break
      this.#position += bytesRead
      pieces.push(this.#tail.push(this.#decoder.decode(this.#buffer.subarray(0, bytesRead), { stream: true })))
    }
    return pieces.flat()
  }

  /** As `read`, and `tail` then is that of the file: what lies between, where it is too much, is skipped. */
  async readToEnd(): Promise<string[]> {
    const before = await this.read()
    const { size } = await this.#file.stat()
    this.#position = Math.max(this.#position, size - bufferBytes * maxReads)
    return [...before, ...(await this.read())]
  }

  /** The last lines, at most 400. */
  tail(): string[] {
    return this.#tail.lines()
  }

  close(): Promise<void> {
    return this.#file.close()
  }
}
