import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { LaunchEndRecord, type LaunchFailureRecord, LaunchRecord, ServerRecord } from '@reprise/launcher'
import type { z } from 'zod'
import { UsageError } from '../exit-codes.ts'

/** The files that a launch leaves in its folder. */
export const launchFiles = {
  log: 'server.log',
  server: 'server.json',
  launch: 'launch.json',
  failure: 'launch-failure.json',
  end: 'launch-end.json',
} as const

type WrittenFile = Exclude<keyof typeof launchFiles, 'log'>
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

  /** Makes it, and takes away what an earlier launch left there. @throws UsageError when it cannot be written. */
  async clear(): Promise<void> {
    try {
      await mkdir(this.path, { recursive: true })
      for (const name of [...Object.values(launchFiles), `${launchFiles.log}.end`]) {
        await rm(join(this.path, name), { force: true })
      }
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException
      throw new UsageError(`--state ${this.path}: cannot be written (${code}); name a folder that can`)
    }
  }

  async write(file: WrittenFile, value: Written): Promise<void> {
    await writeFile(join(this.path, launchFiles[file]), `${JSON.stringify(value, null, 2)}\n`)
  }

  /** Undefined when nothing was started there. @throws UsageError when the file is no such record. */
  server(): Promise<ServerRecord | undefined> {
    return this.#read('server', ServerRecord)
  }

  /** Undefined when no server was brought up there. @throws UsageError when the file is no such record. */
  launch(): Promise<LaunchRecord | undefined> {
    return this.#read('launch', LaunchRecord)
  }

  /** Undefined when nobody has stopped it yet. @throws UsageError when the file is no such record. */
  end(): Promise<LaunchEndRecord | undefined> {
    return this.#read('end', LaunchEndRecord)
  }

  async #read<Schema extends z.ZodType>(file: WrittenFile, schema: Schema): Promise<z.infer<Schema> | undefined> {
    const path = join(this.path, launchFiles[file])
    try {
      return schema.parse(JSON.parse(await readFile(path, 'utf8')))
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
      throw new UsageError(`${path} is not what reprise launch writes; name the folder of a launch`)
    }
  }
}
