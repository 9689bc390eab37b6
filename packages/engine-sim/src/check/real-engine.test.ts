import { existsSync, readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { checkSteps } from './check-steps.ts'

/** Steps of a real vLLM; `check-steps.test.ts` has the same on a log made by hand. */
const folder = new URL('../../../../../shared/data/vllm/', import.meta.url)
const present = existsSync(folder)
if (!present)
  console.warn(
    `SKIPPED: the scheduler is not compared with a real engine, ${folder.pathname.split('/').slice(-5).join('/')} is absent`,
  )

type Entry = Record<string, unknown>
const readPlan = (name: string): unknown => JSON.parse(readFileSync(new URL(name, folder), 'utf8'))
const readLines = (name: string): string[] =>
  gunzipSync(readFileSync(new URL(name, folder)))
    .toString()
    .trimEnd()
    .split('\n')

describe('every step of a real engine', () => {
  test.skipIf(!present).each([
    ['a1', 'plan-ab1.json', 2751],
    ['b1', 'plan-ab1.json', 2726],
    ['b3r2', 'plan-b3.json', 3954],
    ['c3', 'plan-c.json', 2977],
  ])('%s', (name, planName, steps) => {
    const [plan, lines] = [readPlan(planName), readLines(`steps-${name}.jsonl.gz`)]
    const result = checkSteps(plan, lines)
    expect(result).toMatchObject({ steps, mismatches: 0, differences: [] })
    expect(cachedTokens(result.predicted)).toEqual(cachedTokensReported(name))
    expect(checkSteps(plan, lines.flatMap(blanked)).predicted).toEqual(result.predicted)
  })

  test.skipIf(!present)('one field altered somewhere is one mismatch', () => {
    const [plan, lines] = [readPlan('plan-b3.json'), readLines('steps-b3r2.jsonl.gz')]
    const [preemptAt, stepAt] = [lines.findIndex((line) => line.startsWith('{"preempt"')), 2000]
    const alter = (at: number, change: (entry: Entry) => Entry) =>
      lines.map((line, index) => (index === at ? JSON.stringify(change(JSON.parse(line) as Entry)) : line))
    for (const altered of [
      alter(preemptAt, (entry) => ({ ...entry, out: Number(entry.out) + 1 })),
      alter(stepAt, (entry) => ({ ...entry, free: Number(entry.free) + 1 })),
      alter(stepAt, (entry) => ({ ...entry, run: [] })),
    ]) {
      expect(checkSteps(plan, altered).mismatches).toBe(1)
    }
  })
})

/** Everything that the engine decided, taken out. */
function blanked(line: string): string[] {
  if (line.startsWith('{"preempt"')) return []
  const { run: _run, R: _r, W: _w, free: _free, ...rest } = JSON.parse(line) as Entry
  return [JSON.stringify(rest)]
}

function cachedTokens(steps: readonly string[]): [string, number][] {
  const found: [string, number][] = []
  for (const line of steps) {
    const { run = [] } = JSON.parse(line) as { run?: [string, number, number, number?][] }
    for (const [id, , computed, isNew] of run) if (isNew) found.push([id, computed])
  }
  return found.sort()
}

function cachedTokensReported(name: string): [string, number][] {
  return readLines(`records-${name}.jsonl.gz`)
    .slice(1)
    .map((line) => JSON.parse(line) as { req: string; cached: number })
    .map(({ req, cached }): [string, number] => [req, cached])
    .sort()
}
