import type { Mutant } from './mutant.ts'

const aggregator = 'packages/result-aggregator/src'
const merge = [`${aggregator}/run-folder/merge-shards.test.ts`]

/** Of runs in parts, and of what is looked at while a run is on. */
export const shardMutants: readonly Mutant[] = [
  {
    faults: ['foreign-lanes'],
    without: 'looking whether a lane is of the shard that it stands in',
    file: `${aggregator}/audit/run-audit.ts`,
    edits: [['if (!isOfShard(address.lane, shard))', 'if (false)']],
    tests: merge,
    named: 'lanes of another shard',
  },
  {
    faults: ['shard-clocks'],
    without: 'a limit for how far the clocks of shards may be apart',
    file: `${aggregator}/audit/shards-problem.ts`,
    edits: [['clocks.apartMs - clocks.uncertainMs <= mostApartMs', 'clocks.apartMs >= 0']],
    tests: merge,
    named: 'a clock that is off',
  },
  {
    faults: ['cut-shard'],
    without: 'asking whether a shard came to its end',
    file: `${aggregator}/audit/shards-problem.ts`,
    edits: [['  if (partial) return undefined\n', '  return undefined\n']],
    tests: merge,
    named: 'a shard that was',
  },
  {
    faults: ['missing-shard'],
    without: 'counting the shards',
    file: `${aggregator}/audit/shards-problem.ts`,
    edits: [['if (missing.length === 0)', 'if (missing.length >= 0)']],
    tests: merge,
    named: 'one that is missing',
  },
  {
    faults: ['shared-blocks'],
    without: 'counting over all shards what could have been reused',
    file: `${aggregator}/run-folder/merge-shards.ts`,
    edits: [['seen.hits?.[seen.offsets[journal]! + place] ?? record.idealHitTokens', 'record.idealHitTokens']],
    tests: merge,
    named: 'agentx-v1',
  },
  {
    faults: ['late-warm-up'],
    without: 'giving up a warm-up that is not over by the appointed time',
    file: 'packages/replay-engine/src/replay/closed-load.ts',
    edits: [['profilingMs - quiesceMs)', 'Number.POSITIVE_INFINITY)']],
    tests: ['packages/replay-engine/src/replay/replay.shards.test.ts'],
    named: 'a warm-up that is not over',
  },
  {
    faults: ['lucky-look'],
    without: 'floors for how exactly a figure is known',
    file: `${aggregator}/measure/precision-watch.ts`,
    edits: [['if (basis.effectiveN < defaultLimits.minPlays)', 'if (basis.effectiveN < 0)']],
    tests: [`${aggregator}/measure/precision-watch.test.ts`],
    named: 'never before the floors',
  },
]
