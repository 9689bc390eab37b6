import { homedir } from 'node:os'
import { join } from 'node:path'
import type { CorpusStore } from '@reprise/trace'
import { Option } from 'commander'
import { UsageError } from '../terminal/exit-codes.ts'

export interface CacheOption {
  /** False: traces that were read before are read again, and not kept. */
  readonly cache?: boolean
}

/** `--no-cache`, for every command that only reads traces. */
export function cacheOption(): Option {
  return new Option('--no-cache', 'read traces from their files even where they were read before; keep nothing')
}

const sizeVariable = 'REPRISE_CACHE_MIB'
const usualMib = 2048

/**
 * Where corpora are kept that were read before, by the customs of the desktop (XDG): `$XDG_CACHE_HOME/reprise/corpora`, or under `~/.cache`.
 *
 * @throws UsageError for a size that is none.
 */
export function corpusStoreOf(environment: Readonly<Record<string, string | undefined>>): CorpusStore {
  const text = environment[sizeVariable] || `${usualMib}`
  const mib = /^\d+$/.test(text) ? Number(text) : Number.NaN
  if (!Number.isSafeInteger(mib * 2 ** 20))
    throw new UsageError(`${sizeVariable}: write a whole number of MiB, such as ${usualMib}`)
  const home = environment.XDG_CACHE_HOME || join(homedir(), '.cache')
  return { folder: join(home, 'reprise', 'corpora'), maxBytes: mib * 2 ** 20 }
}
