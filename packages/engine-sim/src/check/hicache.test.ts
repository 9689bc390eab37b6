import { existsSync, readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import type { HiCache } from '../core/offload/hicache-config.ts'
import { SglangScheduler } from '../core/sglang/sglang-scheduler.ts'
import { StepEngine } from '../core/steps/step-engine.ts'
import type { StepPlan } from '../core/steps/step-plan.ts'
import { type ClosedLoopPlan, parseClosedLoopPlan } from '../logged-plan/closed-loop-plan.ts'
import { parseSglangConfig } from './parse-sglang-config.ts'

/** What a real SGLang kept of one plan; `../core/sglang/hicache.test.ts` has the rules on plans made by hand. */
const folder = new URL('../../../../../shared/data/sglang/', import.meta.url)
const present = existsSync(folder)
if (!present)
  console.warn(
    `SKIPPED: HiCache is not compared with a real engine, ${folder.pathname.split('/').slice(-5).join('/')} is absent`,
  )

const read = (name: string): Buffer => readFileSync(new URL(name, folder))

/** Just before this instant: the log's engine takes what comes at the very end of a step into the next one. */
const justBefore = (atUs: number): number => (atUs > 0 ? atUs - 0.001 : 0)

/** The plan played against the scheduler in whole microseconds, by the log's own formula: hit tokens, hit tokens of the host, evicted tokens. */
function play({ lanes: planned }: ClosedLoopPlan, scheduler: SglangScheduler, maxModelLen: number) {
  const lanes = planned.map((turns) => ({ turns, at: 0 }))
  const coming: { readonly atUs: number; readonly lane: number }[] = []
  const laneOf = new Map<string, number>()
  const submit = (lane: number, atUs: number) => {
    const { turns, at } = lanes[lane]!
    const { request } = turns[at]!
    laneOf.set(request.id, lane)
    engine.submit(request, justBefore(atUs))
  }
  const send = (lane: number, endUs: number) => {
    const { turns, at } = lanes[lane]!
    if (!turns[at]) return
    const atUs = endUs + Math.round(turns[at].delayMs * 1e3)
    if (endUs > 0 && atUs === endUs) return submit(lane, atUs)
    const later = coming.findIndex((each) => each.atUs > atUs || (each.atUs === atUs && each.lane > lane))
    coming.splice(later < 0 ? coming.length : later, 0, { atUs, lane })
  }
  const finished = ({ id }: { readonly id: string }, _cached: number, atUs: number) => {
    const lane = laneOf.get(id)!
    lanes[lane]!.at += 1
    send(lane, atUs)
  }
  const parts = { scheduler, stepMs: (work: unknown) => stepUs(work as StepPlan), maxModelLen }
  const engine = new StepEngine(parts, { tokens: () => {}, finished })
  for (const lane of lanes.keys()) send(lane, 0)
  for (;;) {
    const [next] = coming
    const wakeUs = engine.wakeMs
    if (!next && wakeUs === undefined) break
    if (next && (wakeUs === undefined || next.atUs <= wakeUs)) {
      coming.shift()
      submit(next.lane, next.atUs)
    } else engine.advance(wakeUs!)
  }
  const { hitTokens, hostHitTokens, queriedTokens, evictedBlocks } = engine.counts
  return { hitRate: ((hitTokens + hostHitTokens) / queriedTokens).toFixed(5), hostHitTokens, evictedBlocks }
}

/** ../shared/data/sglang/README.md */
function stepUs({ sequences, tokens, computedBefore, prefillTokens }: StepPlan): number {
  const contextTokens = tokens.reduce((sum, each, at) => sum + each + computedBefore[at]!, 0)
  return 5000 + 50 * prefillTokens + 100 * sequences.length + Math.floor(contextTokens / 25)
}

/** Copies that take no time. */
const instant: HiCache = { hostPages: 80_000, tokenBytes: 1e-9, host: { gbPerS: 1e9 } }

// ../shared/spec/engine-sim.md 11: 0.620 without, 0.926 with a host of twice the size, 335,369 tokens loaded back
test.skipIf(!present).each<[string, HiCache | undefined, object]>([
  ['no host', undefined, { hitRate: '0.61987', hostHitTokens: 0, evictedBlocks: 608_455 }],
  ['written through', instant, { hitRate: '0.92562', hostHitTokens: 335_369 }],
  ['written back', { ...instant, writePolicy: 'write_back' }, { hitRate: '0.92562', hostHitTokens: 335_369 }],
])('case b1 loads as many tokens back as a real SGLang: %s', (_, hicache, expected) => {
  const cfg = JSON.parse(gunzipSync(read('steps-b1.jsonl.gz')).toString().split('\n', 1)[0]!).cfg
  const { config } = parseSglangConfig(cfg, 'steps-b1.jsonl.gz:1')
  const plan = parseClosedLoopPlan(JSON.parse(read('plan-vc.json').toString()), config, 'plan-vc.json')
  expect(play(plan, new SglangScheduler({ ...config, hicache }), config.maxModelLen)).toMatchObject(expected)
})
