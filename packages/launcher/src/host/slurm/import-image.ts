import { open, readdir, rename, rm, stat, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { printable } from '@reprise/safe-text'
import { z } from 'zod'
import { LaunchError } from '../../plan/launch-error.ts'
import { enrootUri, squashHeadBytes, squashLength, squashName } from '../../slurm/image-names.ts'
import type { ServerEnd } from '../host.ts'
import type { LaunchOwner } from '../launch-owner.ts'
import { readSmallFile } from '../read-small-file.ts'
import { FolderLock } from './folder-lock.ts'
import type { Waiting } from './give-nodes.ts'

export interface ImportOptions extends Waiting {
  readonly image: string
  /** A folder that all nodes see, and this machine too. */
  readonly folder: string
  readonly owner: LaunchOwner
  /** Runs a command where images are imported, to its end; what it says is at the end of `said`. */
  readonly run: (words: readonly string[]) => Promise<{ readonly end: ServerEnd; readonly said: string }>
}

const pollMs = 1_000

/**
 * The squash file of an image, imported unless the folder has it. Of several launches that want it at once one imports it, and the others
 * wait for that. It is imported beside its place and looked at before it gets its name: nobody ever sees a part of one.
 *
 * @throws LaunchError when it cannot be imported; the signal's reason when that aborts.
 */
export async function importImage({ image, folder, owner, run, signal, tell }: ImportOptions): Promise<string> {
  const file = join(folder, squashName(image))
  const lock = new FolderLock(`${file}.lock`, owner)
  for (;;) {
    signal.throwIfAborted()
    if (await isWhole(file)) return file
    const holder = await lock.take().catch((error: unknown) => {
      throw unusable(folder, error)
    })
    if (holder === undefined) break
    tell(`${holder} imports ${printable(image, 200)}`)
    await sleep(pollMs, undefined, { signal }).catch(() => {})
  }
  try {
    await writeFile(noteOf(owner), JSON.stringify({ file }))
    // Somebody may have brought it between the two looks.
    if (await isWhole(file)) return file
    await removeParts(file)
    tell(`importing ${printable(image, 200)}`)
    await importTo(file, { image, folder, token: lock.token, run, signal })
    return file
  } finally {
    await lock.release()
    await rm(noteOf(owner), { force: true })
  }
}

/** Where a launch says that it is importing, for whoever has to clear up after it. */
function noteOf({ state }: Pick<LaunchOwner, 'state'>): string {
  return join(state, 'image-import.json')
}

const Note = z.object({ file: z.string().endsWith('.sqsh') })

/** Takes away what a launch that was killed over an import has left of it: the lock, and the part. Nothing of anybody else's. */
export async function clearImport({ label, state }: LaunchOwner): Promise<void> {
  try {
    const { file } = Note.parse(JSON.parse(readSmallFile(noteOf({ state }))))
    const token = await FolderLock.tokenOf(`${file}.lock`, label)
    if (token === undefined) return
    await rm(`${file}.${token}.part`, { force: true })
    await rm(`${file}.lock`, { force: true })
    await rm(noteOf({ state }), { force: true })
  } catch {
    // it was importing nothing
  }
}

async function importTo(
  file: string,
  { image, folder, token, run, signal }: Pick<ImportOptions, 'image' | 'folder' | 'run' | 'signal'> & { token: string },
): Promise<void> {
  const part = `${file}.${token}.part`
  try {
    const { end, said } = await run(['enroot', 'import', '--output', part, enrootUri(image)])
    signal.throwIfAborted()
    if (end.exitCode !== 0 || !(await isWhole(part))) throw cannotImport(image, end, said)
    await rename(part, file)
  } catch (error) {
    throw error instanceof LaunchError || signal.aborted ? error : unusable(folder, error)
  } finally {
    await rm(part, { force: true }).catch(() => {})
  }
}

/** What imports that were killed have left of this image; the lock says that nobody is at it. */
async function removeParts(file: string): Promise<void> {
  const name = basename(file)
  const folder = file.slice(0, -name.length)
  for (const each of await readdir(folder))
    if (each.startsWith(`${name}.`) && each.endsWith('.part')) await rm(join(folder, each), { force: true })
}

/** It is there, is a squash file, and is as long as it says. */
async function isWhole(file: string): Promise<boolean> {
  const opened = await open(file).catch(() => undefined)
  if (!opened) return false
  try {
    const { buffer, bytesRead } = await opened.read(Buffer.alloc(squashHeadBytes), 0, squashHeadBytes, 0)
    const length = squashLength(buffer.subarray(0, bytesRead))
    return length !== undefined && (await stat(file)).size >= length
  } finally {
    await opened.close()
  }
}

function cannotImport(image: string, { exitCode, signal }: ServerEnd, said: string): LaunchError {
  const last =
    said.split('\n').findLast((line) => /error|fatal|denied|not found/i.test(line)) ?? said.trim().split('\n').at(-1)
  const how =
    exitCode === 0 ? 'it left no whole squash file' : `it ended with ${signal ?? `exit code ${exitCode ?? 'unknown'}`}`
  // What is asked for is the recipe's word, and whether it can be fetched is the host's.
  const isAbsent = /manifest.*(unknown|not found)|\b404\b|not found: manifest/i.test(said)
  return new LaunchError(
    `enroot cannot import ${printable(image, 300)}: ${how}${last ? `: ${printable(last, 300)}` : ''}; ${isAbsent ? 'name an image that there is' : 'look at the registry, the credentials of enroot, and the room in its folders'}`,
    { failureClass: isAbsent ? 'recipe' : 'infrastructure', phase: 'pull' },
  )
}

function unusable(folder: string, error: unknown): LaunchError {
  const { code, message } = error as NodeJS.ErrnoException
  return new LaunchError(
    `the folder of images ${printable(folder, 300)} cannot be used (${code ?? printable(message, 200)}); make it, on a disk that all nodes see, or name another in the profile`,
    { failureClass: 'infrastructure', phase: 'pull' },
  )
}
