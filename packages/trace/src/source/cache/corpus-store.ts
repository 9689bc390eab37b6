import { constants } from 'node:fs'
import { lstat, mkdir, open, readdir, rm, utimes } from 'node:fs/promises'
import { join } from 'node:path'
import { writeFileWhole } from '../write-file-whole.ts'

/** A folder of compiled corpora, each under its key, for one user alone. Any number of processes may use it at once. */
export interface CorpusStore {
  readonly folder: string
  /** Of all entries together: those not used for the longest time go first. */
  readonly maxBytes: number
}

export interface StoredEntry {
  readonly key: string
  readonly bytes: number
  readonly usedAtMs: number
}

/** The bytes under the key, which so count as used; undefined where there are none, and for whatever else lies in their place. */
export async function readEntry({ folder }: CorpusStore, key: string): Promise<Buffer | undefined> {
  const path = pathOf(folder, key)
  try {
    await requirePrivate(folder)
    const file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK)
    try {
      if (!(await file.stat()).isFile()) return undefined
      const bytes = await file.readFile()
      const now = new Date()
      // Somebody may take it away meanwhile.
      await utimes(path, now, now).catch(() => {})
      return bytes
    } finally {
      await file.close()
    }
  } catch {
    return undefined
  }
}

/**
 * Puts the bytes under the key, whole or not at all, and takes old entries away.
 *
 * @throws Error where the folder cannot be written, belongs to somebody else, or may be written by others; the bytes are too many.
 */
export async function writeEntry(store: CorpusStore, key: string, bytes: Buffer): Promise<void> {
  if (bytes.length > store.maxBytes) throw new Error('it is larger than all entries together may be')
  await mkdir(store.folder, { recursive: true, mode: 0o700 })
  await requirePrivate(store.folder)
  await writeFileWhole(pathOf(store.folder, key), bytes)
  await evict(store, key)
}

/** What the folder holds, used last first. */
export async function storedEntries({ folder }: Pick<CorpusStore, 'folder'>): Promise<StoredEntry[]> {
  const names = await readdir(folder).catch(() => [])
  const found = await Promise.all(
    names.map(async (name): Promise<StoredEntry[]> => {
      const key = entryName.exec(name)?.[1]
      const stats = key === undefined ? undefined : await lstat(join(folder, name)).catch(() => undefined)
      return key !== undefined && stats?.isFile() ? [{ key, bytes: stats.size, usedAtMs: stats.mtimeMs }] : []
    }),
  )
  return found.flat().sort((a, b) => b.usedAtMs - a.usedAtMs)
}

/** Takes every entry away, and what is left of writing some; returns how many bytes the entries had. */
export async function clearStore(store: Pick<CorpusStore, 'folder'>): Promise<number> {
  const entries = await storedEntries(store)
  for (const { key } of entries) await rm(pathOf(store.folder, key), { force: true })
  await removeParts(store.folder, 0)
  return entries.reduce((sum, { bytes }) => sum + bytes, 0)
}

const entryName = /^([0-9a-f]{64})\.corpus$/
const partName = /^[0-9a-f]{64}\.corpus\.[0-9a-f-]{36}\.part$/
/** Nobody writes an entry for so long: whoever did was ended. */
const oldPartMs = 3_600_000

function pathOf(folder: string, key: string): string {
  return join(folder, `${key}.corpus`)
}

async function evict(store: CorpusStore, kept: string): Promise<void> {
  let room = store.maxBytes
  for (const { key, bytes } of await storedEntries(store)) {
    room -= bytes
    if (room < 0 && key !== kept) await rm(pathOf(store.folder, key), { force: true })
  }
  await removeParts(store.folder, oldPartMs)
}

async function removeParts(folder: string, olderThanMs: number): Promise<void> {
  for (const name of await readdir(folder).catch(() => [])) {
    if (!partName.test(name)) continue
    const stats = await lstat(join(folder, name)).catch(() => undefined)
    if (stats && Date.now() - stats.mtimeMs >= olderThanMs) await rm(join(folder, name), { force: true })
  }
}

/** Whoever may write there could have another corpus replayed. */
async function requirePrivate(folder: string): Promise<void> {
  const stats = await lstat(folder)
  if (!stats.isDirectory()) throw new Error('it is no folder')
  const own = process.getuid?.()
  if (own !== undefined && stats.uid !== own) throw new Error('it belongs to somebody else')
  if (own !== undefined && (stats.mode & 0o022) !== 0)
    throw new Error('others may write to it; chmod 700 takes that away')
}
