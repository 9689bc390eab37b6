/**
 * Simulated requests per second of the in-process engine on a load of the size of the 355-trace corpus, made here from a seed:
 * about 25,000 requests, 47 M prompt blocks, 11 M output tokens, 64 lanes.
 *
 *   node packages/engine-sim/bench/simulate-load.ts [--trees 355] [--lanes 64] [--blocks 32768] [--every-token]
 */
import type { PlannedRequest } from '@reprise/replay-engine'
import { sleepUntil, VirtualClock } from '@reprise/replay-engine/clock'
import { benchFlags } from '../../../bench/bench-flags.ts'
import { defaultEngine } from '../src/core/default-engine.ts'
import { EngineTarget } from '../src/in-process/engine-target.ts'

const { flags } = benchFlags(import.meta, {
  trees: { type: 'string', default: '355' },
  lanes: { type: 'string', default: '64' },
  blocks: { type: 'string', default: '32768' },
  'every-token': { type: 'boolean', default: false },
})

const blockSize = 64
const [trees, lanes, numBlocks] = [Number(flags.trees), Number(flags.lanes), Number(flags.blocks)]
const clock = new VirtualClock()
const base = defaultEngine()
const engine = { ...base, scheduler: { ...base.scheduler, numBlocks } }
const target = new EngineTarget(clock, engine, { everyToken: flags['every-token'] })
const silent = { connecting() {}, sent() {}, headers() {}, chunk() {}, resent() {} }
const seen = { requests: 0, blocks: 0, outputTokens: 0, inputTokens: 0, cachedTokens: 0 }

/** Deterministic dice: a 32-bit mix of what they are for. */
function roll(...parts: number[]): number {
  let x = 0x9e3779b9
  for (const part of parts) {
    x = Math.imul(x ^ part, 0x85ebca6b)
    x = Math.imul(x ^ (x >>> 13), 0xc2b2ae35)
    x ^= x >>> 16
  }
  return (x >>> 0) / 2 ** 32
}

async function playTree(tree: number, lane: number, play: number): Promise<void> {
  const turns = 1 + Math.floor(140 * roll(tree, 1))
  const first = 400 + Math.floor(1500 * roll(tree, 2))
  let ids = Uint32Array.from({ length: first }, (_, id) => id)
  for (let turn = 0; turn < turns; turn += 1) {
    const outputTokens = Math.ceil(880 * roll(tree, turn, 3))
    const tailTokens = Math.floor(blockSize * roll(tree, turn, 4))
    const inputTokens = ids.length * blockSize + tailTokens
    const prompt = { seed: 1, scope: `${lane}.${play}`, blockSize, blocks: ids, tailTokens, tailKey: `0.${turn}` }
    const id = `${lane}.${play}.0.${turn}`
    const request: PlannedRequest = {
      ...{
        id,
        phase: 'profiling',
        lane,
        play,
        traceId: `t${tree}`,
        traceIndex: tree,
        sessionIndex: 0,
        turn,
        inputTokens,
        outputTokens,
        prompt,
      },
    }
    const outcome = await target.send(request, silent, new AbortController().signal)
    if (outcome.kind !== 'ok') throw new Error(`${id}: ${outcome.kind}`)
    seen.requests += 1
    seen.blocks += ids.length
    seen.outputTokens += outputTokens
    seen.inputTokens += inputTokens
    seen.cachedTokens += outcome.usage?.cachedTokens ?? 0
    ids = grow(ids, tree, turn)
    await sleepUntil(clock, clock.now() + 60_000 * roll(tree, turn, 6) ** 4)
  }
}

/** The next turn's blocks: mostly the same and some more; now and then cut back, as when an agent compacts its context. */
function grow(ids: Uint32Array, tree: number, turn: number): Uint32Array<ArrayBuffer> {
  const kept =
    roll(tree, turn, 7) < 0.02 ? Math.floor(ids.length / 4) : ids.length - (roll(tree, turn, 8) < 0.05 ? 1 : 0)
  const added = Math.ceil(90 * roll(tree, turn, 9) ** 1.2)
  const next = new Uint32Array(Math.min(kept + added, 3900))
  next.set(ids.subarray(0, Math.min(kept, next.length)))
  for (let at = kept; at < next.length; at += 1) next[at] = (turn + 1) * 4096 + at
  return next
}

async function runLane(lane: number): Promise<void> {
  for (let tree = lane, play = 0; tree < trees; tree += lanes, play += 1) await playTree(tree, lane, play)
}

const startedMs = performance.now()
await clock.run(() => Promise.all(Array.from({ length: lanes }, (_, lane) => runLane(lane))))
const wallS = (performance.now() - startedMs) / 1000
const { steps, preemptions, evictedBlocks } = target.counts
console.log(
  JSON.stringify({
    ...seen,
    hitRate: Number((seen.cachedTokens / seen.inputTokens).toFixed(4)),
    steps,
    preemptions,
    evictedBlocks,
    virtualH: Number((clock.now() / 3.6e6).toFixed(2)),
    wallS: Number(wallS.toFixed(2)),
    requestsPerS: Math.round(seen.requests / wallS),
    peakMiB: Math.round(process.resourceUsage().maxRSS / 1024),
  }),
)
