import { link, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { LockOwner, ownerHere, stateOf } from './lock-owner.ts'
import { makeFolder } from './make-folder.ts'
import { readPlainFile } from './open-plain-file.ts'
import { asRunFolderError, RunFolderError, runFiles } from './run-folder.ts'

/** A folder that this process alone writes to. */
export interface RunLock {
  /** May be called more than once. */
  release(): Promise<void>
}

/**
 * Takes the folder, which is made where it does not exist, for this process: two runs in one folder would be measured as one. What a
 * process left that has ended is taken over.
 *
 * @throws RunFolderError while another process has it, this one included, or one that cannot be seen from here may have.
 */
export async function lockRun(folder: string): Promise<RunLock> {
  await makeFolder(folder)
  const path = join(folder, runFiles.lock)
  const own = `${JSON.stringify(ownerHere(new Date()))}\n`
  for (let tries = 0; tries < mostTries; tries += 1) {
    if (await create(path, own)) return { release: () => removeIf(path, own) }
    const found = await readLock(path)
    if (found === undefined) continue
    refuseOthers(folder, found)
    await removeIf(path, found)
  }
  throw new RunFolderError(folder, 'other processes take it again and again', 'Give another folder.')
}

/** @throws RunFolderError while a process of this machine writes to the folder. */
export async function refuseLive(folder: string): Promise<void> {
  // What cannot be read keeps nobody from reading the rest, or from being told why not.
  const found = await readLock(join(folder, runFiles.lock)).catch(() => undefined)
  const owner = found === undefined ? undefined : parseOwner(found)
  if (owner && stateOf(owner) === 'alive') throw taken(folder, owner)
}

const mostTries = 100
const maxLockBytes = 64 * 1024

/** With its text at once: a lock without an owner would be nobody's. False where there is one. */
async function create(path: string, text: string): Promise<boolean> {
  const part = `${path}.${crypto.randomUUID()}.part`
  try {
    await writeFile(part, text, { flag: 'wx' })
    await link(part, path).catch((error: NodeJS.ErrnoException) => {
      if (!withoutLinks.has(error.code)) throw error
      return writeFile(path, text, { flag: 'wx' })
    })
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw asRunFolderError(path, error)
  } finally {
    await rm(part, { force: true }).catch(() => {})
  }
}

/** What file systems say that have no hard links. */
const withoutLinks = new Set<string | undefined>(['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK'])

async function readLock(path: string): Promise<string | undefined> {
  return readPlainFile(path, maxLockBytes).catch((error: unknown) => {
    if (error instanceof RunFolderError && error.isMissing) return undefined
    throw error
  })
}

function refuseOthers(folder: string, text: string): void {
  const owner = parseOwner(text)
  const cure = `Make sure that nobody writes to it, remove ${join(folder, runFiles.lock)}, and try again.`
  if (!owner) throw new RunFolderError(folder, 'it is locked, and the lock does not say by whom', cure)
  const state = stateOf(owner)
  if (state === 'alive') throw taken(folder, owner)
  if (state === 'gone') return
  const whose = `process ${owner.pid} on the host or in the container ${owner.host} has it since ${owner.since}`
  throw new RunFolderError(folder, `${whose}, and nobody can see from here whether it still runs`, cure)
}

function taken(folder: string, { pid, since }: LockOwner): RunFolderError {
  return new RunFolderError(
    folder,
    `process ${pid} of this machine writes to it since ${since}`,
    'Wait for its end, or give another folder.',
  )
}

function parseOwner(text: string): LockOwner | undefined {
  try {
    return LockOwner.safeParse(JSON.parse(text)).data
  } catch {
    return undefined
  }
}

/** Takes the lock away if it is still that one: of two that find it stale, the slower must not take the lock of the faster. */
async function removeIf(path: string, text: string): Promise<void> {
  const aside = `${path}.${crypto.randomUUID()}.part`
  try {
    await rename(path, aside)
    if ((await readPlainFile(aside, maxLockBytes)) !== text) await link(aside, path).catch(() => {})
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw asRunFolderError(path, error)
  } finally {
    await rm(aside, { force: true }).catch(() => {})
  }
}
