import { isMapping } from '@reprise/config-file'

/**
 * The two public forms of a master file and of its rows. `apr2026`: InferenceX as of PR #1201 (`offloading`, `duration` in the
 * file, flat runners.yaml). `aug2026`: `kv-offloading`, `dram-utilization`, `router`, `pp`, runners.yaml with `labels` and `hardware`.
 */
export type Epoch = 'apr2026' | 'aug2026'

/** What detection looks at: the parsed, unchecked contents of the files. */
export interface EpochEvidence {
  /** Every entry of every master file. */
  readonly entries: readonly unknown[]
  readonly runners: unknown
}

/**
 * The epoch that the files speak: the one whose own fields the master files use more, else the one that runners.yaml is in,
 * else `aug2026`, which is the form of our own files.
 */
export function detectEpoch({ entries, runners }: EpochEvidence): Epoch {
  const votes = { apr2026: 0, aug2026: 0 }
  for (const entry of entries) countFields(entry, votes, 0)
  if (votes.apr2026 !== votes.aug2026) return votes.apr2026 > votes.aug2026 ? 'apr2026' : 'aug2026'
  return isMapping(runners) && Object.keys(runners).length > 0 && !isMapping(runners.labels) ? 'apr2026' : 'aug2026'
}

const ownFields: Readonly<Record<string, Epoch>> = {
  offloading: 'apr2026',
  duration: 'apr2026',
  'kv-offloading': 'aug2026',
  'kv-offload-backend': 'aug2026',
  'dram-utilization': 'aug2026',
  router: 'aug2026',
  'kv-p2p-transfer': 'aug2026',
  pp: 'aug2026',
  'dcp-size': 'aug2026',
  'pcp-size': 'aug2026',
  extends: 'aug2026',
}

/** Entries are at most seven levels deep; deeper values are somebody's mistake and have no vote. */
const levelsWithFields = 8

function countFields(value: unknown, votes: Record<Epoch, number>, level: number): void {
  if (level > levelsWithFields || typeof value !== 'object' || value === null) return
  for (const [key, member] of Object.entries(value)) {
    const epoch = Array.isArray(value) || !Object.hasOwn(ownFields, key) ? undefined : ownFields[key]
    if (epoch !== undefined) votes[epoch]++
    countFields(member, votes, level + 1)
  }
}
