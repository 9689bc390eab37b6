import { mkdir, readFile } from 'node:fs/promises'
import { basename, join, matchesGlob } from 'node:path'
import { printable } from '@reprise/safe-text'
import { z } from 'zod'
import { TraceError } from '../problem.ts'
import { fetchHubFile, hasBytes } from './fetch-hub-file.ts'
import { HubFile, listHubFiles, resolveRevision, Unreachable } from './hub-listing.ts'
import type { HubSettings } from './hub-settings.ts'
import { isPattern, isTraceFile } from './list-trace-files.ts'
import { type HubName, parseHubName } from './parse-hub-name.ts'
import { writeFileWhole } from './write-file-whole.ts'

export interface HubFiles {
  /** Where they lie on this machine, in the order of their paths. */
  readonly files: readonly string[]
  /** The same name with the commit that its revision stood for: it means the same for ever. */
  readonly pinned: string
  /** The Hub did not answer, and what an earlier command had found was taken. */
  readonly warning?: string
}

/**
 * The trace files that a name of the Hub stands for, fetched into the cache as far as they are not there.
 *
 * @throws TraceError when there are none, or when they can neither be fetched nor found in the cache.
 */
export async function hubFiles(text: string, settings: HubSettings): Promise<HubFiles> {
  const name = parseHubName(text)
  const home = join(settings.cacheFolder, 'datasets', name.dataset.replace('/', '--'))
  const { commit, warning } = await commitOf(name, home, settings)
  const folder = join(home, commit)
  const wanted = wantedFiles(await listingOf(name, { commit, folder }, settings), name)
  for (const file of wanted) {
    const to = join(folder, 'files', file.path)
    if (!settings.offline) await fetchHubFile({ dataset: name.dataset, commit, file, to }, settings)
    else if (!(await hasBytes(to, file.bytes))) throw notCached(`hf:${name.dataset}@${commit}/${file.path}`)
  }
  const path = name.path === undefined ? '' : `/${name.path}`
  return {
    files: wanted.map((file) => join(folder, 'files', file.path)),
    pinned: `hf:${name.dataset}@${commit}${path}`,
    ...(warning !== undefined && { warning }),
  }
}

/** What the Hub says, kept for when it does not answer. */
async function commitOf(
  name: HubName,
  home: string,
  settings: HubSettings,
): Promise<{ commit: string; warning?: string }> {
  const { dataset, revision } = name
  if (/^[0-9a-f]{40}$/.test(revision)) return { commit: revision }
  const kept = join(home, 'revisions', encodeURIComponent(revision))
  const known = (await readFile(kept, 'utf8').catch(() => '')).trim()
  if (settings.offline) {
    if (known !== '') return { commit: known }
    throw notCached(`hf:${dataset}@${printable(revision)}`)
  }
  try {
    const commit = await resolveRevision(name, settings)
    await mkdir(join(home, 'revisions'), { recursive: true })
    await writeFileWhole(kept, `${commit}\n`)
    return { commit }
  } catch (error) {
    if (!(error instanceof Unreachable) || known === '') throw error
    return { commit: known, warning: `${error.message}. What ${printable(revision)} was before is read: ${known}` }
  }
}

const Listing = z.array(HubFile)

/** A commit never changes, so its files are listed once. */
async function listingOf(
  { dataset }: HubName,
  { commit, folder }: { readonly commit: string; readonly folder: string },
  settings: HubSettings,
): Promise<HubFile[]> {
  const kept = join(folder, 'files.json')
  const known = Listing.safeParse(jsonOf(await readFile(kept, 'utf8').catch(() => '')))
  if (known.success) return known.data
  if (settings.offline) throw notCached(`hf:${dataset}@${commit}`)
  const files = await listHubFiles(dataset, commit, settings)
  await mkdir(folder, { recursive: true })
  await writeFileWhole(kept, `${JSON.stringify(files)}\n`)
  return files
}

/** A file as it is named, what a pattern matches, or the trace files in a folder, at any depth. */
function wantedFiles(all: readonly HubFile[], { dataset, path }: HubName): HubFile[] {
  const named = all.filter((file) => file.path === path)
  if (named.length > 0) return named
  const traces = all.filter((file) => isTraceFile(basename(file.path)) && !describesDataset(file.path))
  const found = traces.filter(
    (file) =>
      path === undefined || file.path.startsWith(`${path}/`) || (isPattern(path) && matchesGlob(file.path, path)),
  )
  const plain = found.filter((file) => !/\.csv(\.gz)?$/i.test(file.path))
  if (found.length > 0) return plain.length > 0 ? plain : found
  const where = `hf:${dataset}${path === undefined ? '' : `/${printable(path, 300)}`}`
  const others = all.slice(0, 5).map((file) => printable(file.path, 60))
  throw new TraceError(
    `${where}: no trace file (.json, .jsonl or .csv, each also .gz) there; the data set holds ${others.join(', ') || 'nothing'}${all.length > 5 ? ' and more' : ''}`,
  )
}

/** What the Hub's own libraries write beside the data. */
function describesDataset(path: string): boolean {
  return /(^|\/)(dataset_infos?|state|croissant)\.json$/.test(path)
}

function notCached(name: string): TraceError {
  return new TraceError(`${name}: is not in the cache, and the Hub is not to be asked; unset HF_HUB_OFFLINE once`)
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
