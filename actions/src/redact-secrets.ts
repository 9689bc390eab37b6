import { createReadStream, createWriteStream } from 'node:fs'
import { lstat, readdir, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { isSecretName } from '@reprise/launcher'

/**
 * Takes the values of secrets out of what a job uploads: of every variable of the environment whose name is that of a secret, in every plain
 * file below the folders. GitHub hides them in its logs, and in artifacts nothing does: a server that writes down its environment would
 * publish them. A file that cannot be written anew is removed. Returns the files that are others now.
 */
export async function redactSecrets(
  folders: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
): Promise<string[]> {
  const secrets = secretsOf(environment)
  if (secrets.length === 0) return []
  const redacted: string[] = []
  for (const folder of folders) {
    for (const file of await plainFilesIn(folder)) if (await redact(file, secrets)) redacted.push(file)
  }
  return redacted
}

/** Shorter ones are words that stand anywhere. */
const leastLength = 8

/** The longest first: one may begin with another. */
function secretsOf(environment: Readonly<Record<string, string | undefined>>): Buffer[] {
  const values = Object.entries(environment)
    .filter(([name]) => isSecretName(name))
    .map(([, value]) => value ?? '')
  const whole = [...new Set(values)].filter(({ length }) => length >= leastLength)
  return whole.toSorted((a, b) => b.length - a.length).map((value) => Buffer.from(value, 'utf8'))
}

/** Links are not followed. */
async function plainFilesIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => [])
  return entries.filter((entry) => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name))
}

async function redact(file: string, secrets: readonly Buffer[]): Promise<boolean> {
  const part = `${file}.redacted`
  const redaction = new Redaction(secrets)
  try {
    const { mode } = await lstat(file)
    await pipeline(createReadStream(file), redaction, createWriteStream(part, { flags: 'wx', mode }))
    if (redaction.found > 0) await rename(part, file)
    return redaction.found > 0
  } catch {
    // No room for the other one: a log that is lost is better than a secret that is not.
    await rm(file, { force: true })
    return true
  } finally {
    await rm(part, { force: true })
  }
}

const mark = Buffer.from('[redacted]', 'utf8')

/** Passes bytes on with each secret replaced, however they are cut. */
class Redaction extends Transform {
  found = 0
  #rest: Buffer = Buffer.alloc(0)
  readonly #secrets: readonly Buffer[]
  /** So many bytes may be the beginning of one. */
  readonly #kept: number

  constructor(secrets: readonly Buffer[]) {
    super()
    this.#secrets = secrets
    this.#kept = Math.max(...secrets.map(({ length }) => length)) - 1
  }

  override _transform(chunk: Buffer, _encoding: BufferEncoding, done: () => void): void {
    this.#take(Buffer.concat([this.#rest, chunk]), this.#kept)
    done()
  }

  override _flush(done: () => void): void {
    this.#take(this.#rest, 0)
    done()
  }

  /** Passes on all but the last bytes, and what a secret among those begins with. */
  #take(bytes: Buffer, kept: number): void {
    let from = 0
    for (;;) {
      const next = this.#next(bytes, from)
      if (next === undefined) break
      this.push(bytes.subarray(from, next.at))
      this.push(mark)
      from = next.at + next.length
      this.found += 1
    }
    const until = Math.max(from, bytes.length - kept)
    this.push(bytes.subarray(from, until))
    this.#rest = bytes.subarray(until)
  }

  #next(bytes: Buffer, from: number): { readonly at: number; readonly length: number } | undefined {
    return this.#secrets
      .map((secret) => ({ at: bytes.indexOf(secret, from), length: secret.length }))
      .filter(({ at }) => at >= 0)
      .toSorted((a, b) => a.at - b.at || b.length - a.length)[0]
  }
}
