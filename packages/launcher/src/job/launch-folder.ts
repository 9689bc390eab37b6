import { constants } from 'node:fs'
import { mkdir, open, readdir, rename, rm, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import type { z } from 'zod'
import { LaunchError } from '../plan/launch-error.ts'
import { launchFiles, logCompanions } from '../record/launch-files.ts'
import { LaunchEndRecord, type LaunchFailureRecord, LaunchRecord, ServerRecord } from '../record/launch-record.ts'
import { LaunchFolderError } from './launch-folder-error.ts'
import { writeFileWhole } from './write-file-whole.ts'

/** Larger records are none of ours. Bytes. */
const maxBytes = 1024 * 1024

/** When each record is written. */
const phases = { server: 'start', launch: 'warm', failure: 'start', end: 'stop' } as const

type WrittenFile = 'server' | 'launch' | 'failure' | 'end'
type Written = ServerRecord | LaunchRecord | LaunchFailureRecord | LaunchEndRecord

/** The folder of one launch: `server.log`, and what the commands that start and stop the server tell each other. */
export class LaunchFolder {
  readonly path: string

  constructor(path: string) {
    this.path = resolve(path)
  }

  get logFile(): string {
    return join(this.path, launchFiles.log)
  }

  /** Makes it. @throws LaunchFolderError when it cannot be made. */
  async make(): Promise<void> {
    await this.#change(() => mkdir(this.path, { recursive: true }))
  }

  /** Takes away what an earlier launch left there, but for whose it is. @throws LaunchFolderError when it cannot be written. */
  async clear(): Promise<void> {
    const { log, launch, failure, end } = launchFiles
    const logs = new Set([log, ...(await this.#logs())])
    for (const name of [launch, failure, end, ...[...logs].flatMap((each) => [each, ...logCompanions(each)])])
      await this.#change(() => rm(join(this.path, name), { force: true }))
  }

  /** The logs of a deployment of several processes. */
  async #logs(): Promise<string[]> {
    const found = await readdir(this.path).catch((): string[] => [])
    return found.filter((name) => /^(server|prefill|decode|router)(-\d+)?\.log$/.test(name))
  }

  /** Takes the folder from a launch of which nothing is left. @throws LaunchFolderError when another launch has done so, and said whose it is now. */
  async release(before: ServerRecord): Promise<void> {
    const path = join(this.path, launchFiles.server)
    const aside = `${path}.${crypto.randomUUID().slice(0, 8)}.part`
    try {
      await rename(path, aside)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return
      throw error
    }
    const found = ServerRecord.safeParse(JSON.parse(await readPlainFile(aside)))
    if (found.data?.label === before.label) return rm(aside, { force: true })
    await rename(aside, path)
    throw this.#taken()
  }

  /**
   * Says whose the folder is, before anything is started.
   *
   * @throws LaunchFolderError when another launch has said so meanwhile: the label of its server would be lost. LaunchError as `write`.
   */
  async claim(owner: ServerRecord): Promise<void> {
    const path = join(this.path, launchFiles.server)
    try {
      await writeFile(path, rendered(owner), { flag: 'wx' })
    } catch (error) {
      throw (error as NodeJS.ErrnoException).code === 'EEXIST' ? this.#taken() : unwritable('server', path, error)
    }
  }

  #taken(): LaunchFolderError {
    return new LaunchFolderError(`${this.path} has just been taken by another launch; name another folder`)
  }

  async #change(run: () => Promise<unknown>): Promise<void> {
    try {
      await run()
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException
      throw new LaunchFolderError(`${this.path} cannot be written (${code}); name a folder that can`)
    }
  }

  /** Replaces a record as a whole: whoever is killed meanwhile leaves the old one or the new one. @throws LaunchError when the disk refuses. */
  async write(file: WrittenFile, value: Written): Promise<void> {
    const path = join(this.path, launchFiles[file])
    try {
      await writeFileWhole(path, rendered(value))
    } catch (error) {
      throw unwritable(file, path, error)
    }
  }

  /** Undefined when nothing was started there. @throws LaunchFolderError when the file is no such record. */
  server(): Promise<ServerRecord | undefined> {
    return this.#read('server', ServerRecord)
  }

  /** Undefined when no server was brought up there. @throws LaunchFolderError when the file is no such record. */
  launch(): Promise<LaunchRecord | undefined> {
    return this.#read('launch', LaunchRecord)
  }

  /** Undefined when nobody has stopped it yet. @throws LaunchFolderError when the file is no such record. */
  end(): Promise<LaunchEndRecord | undefined> {
    return this.#read('end', LaunchEndRecord)
  }

  async #read<Schema extends z.ZodType>(file: WrittenFile, schema: Schema): Promise<z.infer<Schema> | undefined> {
    const path = join(this.path, launchFiles[file])
    try {
      return schema.parse(JSON.parse(await readPlainFile(path)))
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException
      if (code === 'ENOENT') return undefined
      if (code === 'EACCES' || code === 'EPERM')
        throw new LaunchFolderError(
          `${path} may not be read (${code}); ask whoever launched it, or change its permissions`,
        )
      throw new LaunchFolderError(`${path} is not what reprise launch writes; name the folder of a launch`)
    }
  }
}

/** A link, a device or a pipe in its place could lead anywhere, or never end. */
async function readPlainFile(path: string): Promise<string> {
  const file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK)
  try {
    const found = await file.stat()
    if (!found.isFile() || found.size > maxBytes) throw new Error('no record of ours')
    return await file.readFile('utf8')
  } finally {
    await file.close()
  }
}

function rendered(value: Written): string {
  return `${JSON.stringify(value, null, 2)}\n`
}

function unwritable(file: WrittenFile, path: string, error: unknown): LaunchError {
  const { code } = error as NodeJS.ErrnoException
  const message = `${path} cannot be written (${code}); name a folder that can, with room on its disk`
  return new LaunchError(message, { failureClass: 'infrastructure', phase: phases[file] })
}
