import type { Evidence, Rule } from './evidence.ts'
import { renderMs, renderSeconds } from './wording.ts'

/** Beyond this, what of two shards stands side by side is blurred by as much as a slow request. */
const worthAWordMs = 50

const part: Rule = ({ header: { shard } }) =>
  shard &&
  `shard: this is the part ${shard.shard.index} of ${shard.shard.of} (counted from 0), while the others loaded the server too. ` +
    'Its latencies are true of it, its throughput is not that of the server: merge all parts (reprise results merge).'

const clocks: Rule = ({ header: { shards } }) => {
  if (!shards || shards.of === 1) return undefined
  const { clocks } = shards
  if (!clocks)
    return (
      'shard-clocks: the server tells no date by which the clocks of the shards could be compared. Latencies stand; how requests of different ' +
      'shards lay in time, and so the edges of the window, is as true as those clocks were alike.'
    )
  const { apartMs, uncertainMs } = clocks
  if (apartMs - uncertainMs <= worthAWordMs) return undefined
  return (
    `shard-clocks: the clocks of the shards were ${renderMs(apartMs)} apart (give or take ${renderMs(uncertainMs)}). Latencies stand; how requests of ` +
    'different shards lay in time is off by as much. Set the clocks of the machines.'
  )
}

const idle: Rule = (evidence) => {
  const capMs = uncappedIdleMs(evidence)
  return capMs === undefined
    ? undefined
    : `shard-idle: for ${renderSeconds(evidence.header.shards!.longestIdleMs!)} no shard had a request in flight, and the load wants no more than ` +
        `${renderSeconds(capMs)} of that (systemIdleCapMs), which no shard can know of. Run it unsharded, or with more lanes.`
}

/** The cap on idle time of all lanes together, where shards did not keep it. */
export function uncappedIdleMs({ load, header: { shards } }: Pick<Evidence, 'load' | 'header'>): number | undefined {
  const capMs = load.kind === 'lanes' ? load.systemIdleCapMs : undefined
  return capMs !== undefined && (shards?.longestIdleMs ?? 0) > capMs ? capMs : undefined
}

/** Of a part of a run, and of one that was merged. */
export const shardRules: readonly Rule[] = [part, clocks, idle]
