import { existsSync, readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import type { EngineConfig } from '../core/engine-config.ts'
import type { FittedConstants } from '../core/step-time/linear-step-time.ts'
import { fitFrontend } from '../fit/fit-frontend.ts'
import { fitStepTime } from '../fit/fit-step-time.ts'
import { samplesOfLog } from '../fit/samples-of-log.ts'
import { parseClosedLoopPlan } from './closed-loop-plan.ts'
import { measuredClient } from './measured-client.ts'
import { type MeasuredRequest, parseMeasuredRequests } from './measured-requests.ts'
import { runClosedLoop } from './run-closed-loop.ts'
import { medianFigures, servedFigures } from './served-figures.ts'

/** Closed loops of real engines; `predicted-loops.test.ts` and `measured-client.test.ts` have the same on loops of our own. */
const folder = new URL('../../../../../shared/data/', import.meta.url)
const [hasVllm, hasSglang] = ['vllm', 'sglang'].map((engine) => existsSync(new URL(engine, folder)))
if (!hasVllm || !hasSglang)
  console.warn(
    `SKIPPED: closed loops of real engines are not predicted, ${folder.pathname.split('/').slice(-4).join('/')} lacks vllm or sglang`,
  )

const readLines = (name: string): string[] =>
  gunzipSync(readFileSync(new URL(`${name}.jsonl.gz`, folder)))
    .toString()
    .trimEnd()
    .split('\n')

function readCase(engine: string, name: string, planName: string) {
  const { scheduler } = samplesOfLog(readLines(`${engine}/steps-${name}`).slice(0, 1), name)
  const json: unknown = JSON.parse(readFileSync(new URL(`${engine}/plan-${planName}.json`, folder), 'utf8'))
  const plan = parseClosedLoopPlan(json, scheduler, planName)
  return { scheduler, plan, measured: parseMeasuredRequests(readLines(`${engine}/records-${name}`), name) }
}

const fits = new Map<string, FittedConstants>()
function fitOf(log: string): FittedConstants {
  const found = fits.get(log) ?? fitStepTime(samplesOfLog(readLines(log), log).samples).constants
  fits.set(log, found)
  return found
}

describe('constants of one case of SGLang, on virtual time, predict every request of the others', () => {
  test.skipIf(!hasSglang).each([
    ['a', 'vab1', 171],
    ['b1', 'vc', 222],
    ['c1', 'r1', 152],
    ['d', 'd1', 82],
    ['e', 'vb3', 49],
    ['f', 'f1', 195],
    ['o1', 'o1', 137],
  ])('%s', (name, planName, requests) => {
    const stepTime = fitOf('sglang/steps-a')
    const { scheduler, plan, measured } = readCase('sglang', name, planName)
    const played = runClosedLoop(plan, { schema: 'engine/1', model: name, scheduler, stepTime })
    expect(measured).toHaveLength(requests)
    const predicted = new Map(played.map((each) => [each.id, each]))
    const off = measured.filter(({ id, firstMs, lastMs, cachedTokens }) => {
      const told = predicted.get(id)!
      const isNear = Math.max(Math.abs(told.firstMs - firstMs), Math.abs(told.lastMs - lastMs)) < 1
      return !isNear || told.cachedTokens !== cachedTokens
    })
    expect(off).toEqual([])
  })
})

describe("a case of vLLM's, with its client as late as it was, is predicted from another", () => {
  test.skipIf(!hasVllm).each([
    ['a1', 'ab1', 0, 16],
    ['b1', 'ab1', 0.005, 4],
    ['b3r2', 'b3', 0.005, 13],
    ['c3', 'c', 0, 11],
  ])('%s', (name, planName, points, fewestStalls) => {
    const stepTime = fitOf('vllm/steps-a1')
    const { measured: fitted } = readCase('vllm', 'a1', 'ab1')
    const frontend = fitFrontend(readLines('vllm/steps-a1'), fitted, 'a1')
    const { scheduler, plan, measured } = readCase('vllm', name, planName)
    const engine: EngineConfig = { schema: 'engine/1', model: name, scheduler, stepTime, frontend }
    const client = measuredClient(measured, runClosedLoop(plan, engine))
    const plays = Array.from({ length: 50 }, (_, at) => runClosedLoop(plan, engine, { seed: at + 1, client }))
    const [told, was] = [medianFigures(plays.map(servedFigures)), servedFigures(measured)]
    expect(Math.abs(told.hitRate! - was.hitRate!)).toBeLessThanOrEqual(points)
    expect(Math.abs(told.ttftP50Ms / was.ttftP50Ms - 1)).toBeLessThan(0.2)
    expect(Math.abs(told.tpotP50Ms! / was.tpotP50Ms! - 1)).toBeLessThan(0.1)

    // What its records show as standing still the engine's log bears out: nothing that it had ready meanwhile was seen before the end.
    expect(client.stalls.length).toBeGreaterThanOrEqual(fewestStalls)
    const beganMs = Math.min(...measured.map(({ dueMs }) => dueMs!))
    const ready = readyMs(readLines(`vllm/steps-${name}`), measured)
    const seenInside = client.stalls.flatMap(({ fromMs, toMs }) =>
      measured.filter(({ id, firstMs, lastMs }) => {
        const isInside = (atMs: number) => atMs > fromMs + beganMs + 5 && atMs < toMs + beganMs - 20
        const [first, last] = ready.get(id)!
        return (isInside(first) && isInside(firstMs)) || (isInside(last) && isInside(lastMs))
      }),
    )
    expect(seenInside).toEqual([])
  })
})

/** Ends of the steps with the last token of each prompt, and of each reply. */
function readyMs(lines: readonly string[], requests: readonly MeasuredRequest[]): Map<string, [number, number]> {
  const promptTokens = new Map(requests.map((request) => [request.id, request.promptTokens]))
  const ready = new Map<string, [number, number]>()
  for (const line of lines) {
    const { t, e, run = [] } = JSON.parse(line) as { t: number; e: number; run?: [string, number, number][] }
    const endMs = 1e3 * (t + e)
    for (const [id, tokens, before] of run)
      if (before + tokens >= promptTokens.get(id)!) ready.set(id, [ready.get(id)?.[0] ?? endMs, endMs])
  }
  return ready
}
