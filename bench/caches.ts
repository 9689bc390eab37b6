/**
 * What each way of keeping KV finds of the same traces in a cache that is too small for them: the table of docs/caches.md.
 *
 *   node bench/caches.ts [--traces PATH] [--lanes 8] [--blocks 8192] [--count 24]
 *
 * Without traces: a synthetic corpus of `--count` traces of recorded lengths. Every run plays every turn once, on virtual time; the numbers do
 * not depend on the machine.
 */
import { makeEngine, parseEngineConfig } from '@reprise/engine-sim'
import { LookupLog } from '@reprise/engine-sim/core'
import { EngineTarget } from '@reprise/engine-sim/in-process'
import { planReplay, type RequestRecord, replay } from '@reprise/replay-engine'
import { VirtualClock } from '@reprise/replay-engine/clock'
import { readCorpus, synthCorpus } from '@reprise/trace'
import { benchFlags } from './bench-flags.ts'
import { cacheVariants } from './caches/cache-variants.ts'

const { flags } = benchFlags(import.meta, {
  traces: { type: 'string' },
  lanes: { type: 'string', default: '8' },
  blocks: { type: 'string', default: '8192' },
  count: { type: 'string', default: '24' },
})
const corpus =
  flags.traces === undefined
    ? synthCorpus({ seed: 42, traces: Number(flags.count) })
    : (await readCorpus(flags.traces)).corpus
const blocks = Number(flags.blocks)

print([
  'engine',
  'cache',
  'device hits',
  'host',
  'disk',
  'computed again',
  'bound',
  'p50 TTFT',
  'blocks evicted',
  'preemptions',
])
print(Array(10).fill('---'))
for (const { engine, cache, scheduler } of cacheVariants(blocks)) {
  const config = parseEngineConfig(JSON.stringify({ scheduler }))
  const log = new LookupLog(config.scheduler.blockSize)
  const plan = planReplay(corpus, {
    seed: 42,
    lanes: Number(flags.lanes),
    overrides: { until: { kind: 'passes', passes: 1 }, start: { min: 0, max: 0 } },
  })
  const clock = new VirtualClock()
  const target = new EngineTarget(clock, config, { makeEngine: log.watch(makeEngine) })
  const firstTokenMs: number[] = []
  const onRecord = ({ firstTokenMs: firstMs, sentMs }: RequestRecord) => {
    if (firstMs !== undefined && sentMs !== undefined) firstTokenMs.push(firstMs - sentMs)
  }
  await clock.run(() => replay({ plan, corpus, clock, target, onRecord, onPhase: () => {} }))
  const { queriedTokens, hitTokens, hostHitTokens, diskHitTokens, recomputedTokens, evictedBlocks, preemptions } =
    target.counts
  const bound = log.boundTokens(config.scheduler.numBlocks - (engine === 'vLLM' ? 1 : 0))
  print([
    engine,
    cache,
    percent(hitTokens / queriedTokens),
    hostHitTokens > 0 ? percent(hostHitTokens / queriedTokens) : '',
    diskHitTokens > 0 ? percent(diskHitTokens / queriedTokens) : '',
    percent(recomputedTokens / queriedTokens),
    percent(bound / queriedTokens),
    `${(firstTokenMs.toSorted((one, other) => one - other)[firstTokenMs.length >> 1]! / 1e3).toFixed(2)} s`,
    String(evictedBlocks),
    String(preemptions),
  ])
}

function percent(share: number): string {
  return `${(share * 100).toFixed(2)} %`
}

function print(cells: readonly string[]): void {
  process.stdout.write(`| ${cells.join(' | ')} |\n`)
}
