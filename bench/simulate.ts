/**
 * How fast a corpus is simulated: loading, then one pass over every turn on virtual time, the run folder written as always.
 *
 *   node bench/simulate.ts [--engine vllm|sglang] [--traces PATH] [--lanes 64] [--blocks 131072] [--mooncake PATH] [--host-tier] [--only corpus,work,sweep,workers]
 *
 * After that: whether time is linear in work, how much sooner a sweep is done in two threads and by two processes, and Mooncake's trace over eight workers.
 * `--host-tier` simulates it twice more, with and without a host tier of twice the cache behind it, for what the tier costs.
 *
 * Without traces: a synthetic corpus of recorded lengths. Budget: 6 s and 1 GiB for 25,028 requests, loading apart.
 */
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { availableParallelism, cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { type EngineConfig, parseEngineConfig } from '@reprise/engine-sim'
import { EngineTarget } from '@reprise/engine-sim/in-process'
import { planReplay, planTextDigest, renderPlan, replay } from '@reprise/replay-engine'
import { VirtualClock } from '@reprise/replay-engine/clock'
import { renderSummary } from '@reprise/result-aggregator'
import { buildRun, planFacts, RunWriter } from '@reprise/result-aggregator/run'
import { readCorpus, synthCorpus } from '@reprise/trace'
import { benchFlags } from './bench-flags.ts'
import { benchFleets } from './fleets/bench-fleets.ts'
import { sweepInThreads } from './scaling/sweep-in-threads.ts'
import { timePerWork } from './scaling/time-per-work.ts'

const { flags } = benchFlags(import.meta, {
  engine: { type: 'string', default: 'vllm' },
  traces: { type: 'string' },
  lanes: { type: 'string', default: '64' },
  blocks: { type: 'string', default: '131072' },
  mooncake: { type: 'string', default: '../shared/data/mooncake/conversation_trace.jsonl.gz' },
  'host-tier': { type: 'boolean', default: false },
  only: { type: 'string', default: 'corpus,work,sweep,workers' },
})
const wanted = flags.only.split(',')
if (wanted.includes('corpus')) await simulateCorpus()
if (wanted.includes('work')) show('time by work', await timePerWork(Number(flags.blocks)))
if (wanted.includes('sweep')) show('a sweep', await sweepInThreads())
if (wanted.includes('workers'))
  show(
    'eight workers',
    existsSync(flags.mooncake)
      ? await benchFleets(flags.mooncake)
      : [['skipped', `no ${flags.mooncake}: --mooncake names Mooncake's conversation trace`]],
  )

async function simulateCorpus(): Promise<void> {
  const named = flags.engine === 'vllm' ? {} : { engine: flags.engine }
  const engine = parseEngineConfig(JSON.stringify({ scheduler: { ...named, numBlocks: Number(flags.blocks) } }))

  const [corpus, loadS] = await timed(async () =>
    flags.traces === undefined ? synthCorpus({ seed: 42, traces: 355 }) : (await readCorpus(flags.traces)).corpus,
  )
  const folder = mkdtempSync(join(tmpdir(), 'reprise-simulate-'))
  try {
    const [plan, planS] = await timed(async () =>
      planReplay(corpus, {
        seed: 42,
        lanes: Number(flags.lanes),
        overrides: { until: { kind: 'passes', passes: 1 }, start: { min: 0, max: 0 } },
      }),
    )
    const clock = new VirtualClock()
    const target = new EngineTarget(clock, engine)
    const planText = renderPlan(plan)
    const writer = await RunWriter.open({
      folder,
      planText,
      header: {
        schema: 'run/1',
        identity: { model: engine.model },
        target: { kind: 'in-process', simulated: true, clock: 'virtual' },
        corpus: { origin: flags.traces === undefined ? 'synthetic' : 'recorded' },
        plan: planFacts(plan, planTextDigest(planText)),
        command: 'bench/simulate.ts',
        toolVersion: '0',
        replaySemantics: '1',
      },
    })
    const cpuBefore = process.cpuUsage()
    const [summary, simulateS] = await timed(() =>
      clock.run(() =>
        replay({
          plan,
          corpus,
          clock,
          target,
          onRecord: (record) => writer.record(record),
          onPhase: (span) => writer.phase(span),
        }),
      ),
    )
    const { user, system } = process.cpuUsage(cpuBefore)
    await writer.close({ reason: summary.ended })
    const [result, buildS] = await timed(() => buildRun(folder))
    const { steps, preemptions, evictedBlocks } = target.counts
    const seconds = (value: number) => `${value.toFixed(2)} s`
    print('machine', `${cpus()[0]?.model ?? 'unknown'}, ${availableParallelism()} cores, Node ${process.versions.node}`)
    print(
      'engine',
      `${engine.model}, ${flags.blocks} blocks of ${engine.scheduler.blockSize} tokens, ${flags.lanes} lanes`,
    )
    print(
      'corpus',
      `${corpus.traces.length} traces, ${summary.counts.requests} requests, read in ${seconds(loadS)}, planned in ${seconds(planS)}`,
    )
    print(
      'simulated',
      `${seconds(simulateS)} (budget 6 s), ${seconds((user + system) / 1e6)} of processors, ${Math.round(summary.counts.requests / simulateS)} requests/s`,
    )
    print(
      'virtual time',
      `${(clock.now() / 3_600_000).toFixed(2)} h, ${steps} steps, ${preemptions} preemptions, ${evictedBlocks} blocks evicted`,
    )
    print('results', `built from the records in ${seconds(buildS)}`)
    print('peak memory', `${Math.round(process.resourceUsage().maxRSS / 1024)} MiB (budget 1024)`)
    if (flags['host-tier'] && flags.engine === 'vllm') {
      const without = await secondsAlone(engine)
      const hostBlocks = 2 * Number(flags.blocks)
      const kvOffload = { hostBlocks, tokenBytes: 70_272, host: { gbPerS: 50, latencyMs: 0.1 } }
      const withTier = parseEngineConfig(JSON.stringify({ scheduler: { numBlocks: Number(flags.blocks), kvOffload } }))
      const alone = await secondsAlone(withTier)
      print('host tier', `${seconds(alone)}, ${(alone / without).toFixed(2)} x the ${seconds(without)} without one`)
    }
    process.stdout.write(`\n${renderSummary([result])}\n`)

    /** Of the same plan, with nothing written. */
    async function secondsAlone(config: EngineConfig): Promise<number> {
      const alone = new VirtualClock()
      const served = new EngineTarget(alone, config)
      const [, tookS] = await timed(() =>
        alone.run(() => replay({ plan, corpus, clock: alone, target: served, onRecord: () => {}, onPhase: () => {} })),
      )
      return tookS
    }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function show(title: string, lines: readonly (readonly [string, string])[]): void {
  process.stdout.write(`\n${title}\n`)
  for (const [name, line] of lines) print(name, line)
}

async function timed<T>(run: () => Promise<T>): Promise<[T, number]> {
  const startMs = performance.now()
  const value = await run()
  return [value, (performance.now() - startMs) / 1_000]
}

function print(name: string, value: string): void {
  process.stdout.write(`${name.padEnd(16)}${value}\n`)
}
