import { existsSync, readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import type { FittedConstants } from '../core/step-time/linear-step-time.ts'
import { fitStepTime } from '../fit/fit-step-time.ts'
import { samplesOfLog } from '../fit/samples-of-log.ts'
import { parseClosedLoopPlan } from './closed-loop-plan.ts'
import { parseMeasuredRequests } from './measured-requests.ts'
import { runClosedLoop } from './run-closed-loop.ts'

/** Closed loops of a real scheduler of SGLang on virtual time; `predicted-loops.test.ts` has the same on loops of our own. */
const folder = new URL('../../../../../shared/data/sglang/', import.meta.url)
const present = existsSync(folder)
if (!present)
  console.warn(
    `SKIPPED: no closed loop of a real engine is predicted, ${folder.pathname.split('/').slice(-5).join('/')} is absent`,
  )

const readLines = (name: string): string[] =>
  gunzipSync(readFileSync(new URL(name, folder)))
    .toString()
    .trimEnd()
    .split('\n')

let stepTime: FittedConstants | undefined

describe('constants of one case predict every request of the others', () => {
  test.skipIf(!present).each([
    ['a', 'vab1', 171],
    ['b1', 'vc', 222],
    ['c1', 'r1', 152],
    ['d', 'd1', 82],
    ['e', 'vb3', 49],
    ['f', 'f1', 195],
    ['o1', 'o1', 137],
  ])('%s', (name, planName, requests) => {
    stepTime ??= fitStepTime(samplesOfLog(readLines('steps-a.jsonl.gz'), 'a').samples).constants
    const { scheduler } = samplesOfLog(readLines(`steps-${name}.jsonl.gz`).slice(0, 1), name)
    const json: unknown = JSON.parse(readFileSync(new URL(`plan-${planName}.json`, folder), 'utf8'))
    const plan = parseClosedLoopPlan(json, scheduler, planName)
    const played = runClosedLoop(plan, { schema: 'engine/1', model: name, scheduler, stepTime })
    const measured = parseMeasuredRequests(readLines(`records-${name}.jsonl.gz`), name)
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
