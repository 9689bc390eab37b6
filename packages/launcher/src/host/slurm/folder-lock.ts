import { link, open, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { hostname } from 'node:os'
import { printable } from '@reprise/safe-text'
import { z } from 'zod'
import { isAlive, LaunchOwner } from '../launch-owner.ts'

/** Whoever holds a lock says so again this often. */
const beatMs = 2_000
/** Whoever has not said so for this long is dead, or cut off from the disk. */
const silentMs = 60_000

const Holder = z.object({ token: z.string(), owner: LaunchOwner })

/**
 * A lock as a file in a folder that several machines see: made exclusively, and touched while it is held. That of a launcher that is known
 * to be dead, or has been silent for a minute, is taken from it.
 */
export class FolderLock {
  readonly token = crypto.randomUUID().slice(0, 8)
  readonly #path: string
  readonly #content: string
  #beat: NodeJS.Timeout | undefined

  constructor(path: string, owner: LaunchOwner) {
    this.#path = path
    this.#content = JSON.stringify({ token: this.token, owner })
  }

  /** Undefined when it is ours now; else who has it. @throws Error of the file system where the folder cannot be written */
  async take(): Promise<string | undefined> {
    try {
      await writeFile(this.#path, this.#content, { flag: 'wx' })
      this.#beat = setInterval(() => void this.#touch(), beatMs)
      this.#beat.unref()
      return undefined
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    }
    const text = await readFile(this.#path, 'utf8').catch(() => undefined)
    // It has just been given back.
    if (text === undefined) return this.take()
    const holder = readHolder(text)
    if (!(await this.#isDead(holder))) return describe(holder)
    await this.#takeAway(text)
    return this.take()
  }

  /** What of a lock is left by a launch of that label, and the token that it held it with; undefined where it is another's, or gone. */
  static async tokenOf(path: string, label: string): Promise<string | undefined> {
    const holder = readHolder(await readFile(path, 'utf8').catch(() => ''))
    return holder?.owner.label === label ? holder.token : undefined
  }

  /** Fine to call where it is not held. */
  async release(): Promise<void> {
    clearInterval(this.#beat)
    const text = await readFile(this.#path, 'utf8').catch(() => undefined)
    if (text !== undefined && readHolder(text)?.token === this.token) await rm(this.#path, { force: true })
  }

  /** Written again as it is: the disk dates it, by its own clock. */
  async #touch(): Promise<void> {
    await writeFile(this.#path, this.#content, { flag: 'r+' }).catch(() => {})
  }

  /** Whoever holds it on this machine is looked for; one elsewhere must be silent. What is no lock of ours must be silent too. */
  async #isDead(holder: z.infer<typeof Holder> | undefined): Promise<boolean> {
    const launcher = holder?.owner.launcher
    if (launcher?.machine === hostname()) return !isAlive(launcher)
    const probe = `${this.#path}.${this.token}`
    try {
      // By the clock of the disk, which is the one that dates the lock.
      await (await open(probe, 'wx')).close()
      const [then, now] = [await stat(this.#path), await stat(probe)]
      return now.mtimeMs - then.mtimeMs > silentMs
    } catch {
      return false
    } finally {
      await rm(probe, { force: true })
    }
  }

  /** Of several that find a dead lock at once, the renaming of one succeeds; a living one that came in between is put back. */
  async #takeAway(dead: string): Promise<void> {
    const aside = `${this.#path}.${this.token}.dead`
    try {
      await rename(this.#path, aside)
    } catch {
      return
    }
    if ((await readFile(aside, 'utf8')) !== dead) await link(aside, this.#path).catch(() => {})
    await rm(aside, { force: true })
  }
}

function readHolder(text: string): z.infer<typeof Holder> | undefined {
  try {
    return Holder.parse(JSON.parse(text))
  } catch {
    return undefined
  }
}

function describe(holder: z.infer<typeof Holder> | undefined): string {
  if (!holder) return 'somebody'
  const { label, launcher } = holder.owner
  return `${label}${launcher ? ` on ${printable(launcher.machine, 60)}` : ''}`
}
