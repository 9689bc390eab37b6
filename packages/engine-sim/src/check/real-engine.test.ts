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
    ['v33p', 'plan-b3.json', 2858],
    ['v33y', 'plan-b3.json', 3042],
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

/** Steps of a real SGLang scheduler; `check-sglang.test.ts` has the same on logs made by hand. */
const sglangFolder = new URL('../../../../../shared/data/sglang/', import.meta.url)
const hasSglang = existsSync(sglangFolder)
if (!hasSglang) {
  const place = sglangFolder.pathname.split('/').slice(-5).join('/')
  console.warn(`SKIPPED: the scheduler is not compared with a real SGLang, ${place} is absent`)
}

describe('every step of a real SGLang, instants included', () => {
  const planOf = (name: string): unknown => JSON.parse(readFileSync(new URL(name, sglangFolder), 'utf8'))
  const linesOf = (name: string): string[] =>
    gunzipSync(readFileSync(new URL(name, sglangFolder)))
      .toString()
      .trimEnd()
      .split('\n')

  test.skipIf(!hasSglang).each([
    ['a', 'plan-vab1.json', 3039],
    ['b1', 'plan-vc.json', 3282],
    ['c1', 'plan-r1.json', 2168],
    ['d', 'plan-d1.json', 2935],
    ['e', 'plan-vb3.json', 2993],
    ['f', 'plan-f1.json', 2486],
    ['o1', 'plan-o1.json', 1948],
  ])('%s', (name, planName, steps) => {
    const [plan, lines] = [planOf(planName), linesOf(`steps-${name}.jsonl.gz`)]
    const result = checkSteps(plan, lines)
    expect(result).toMatchObject({ steps, mismatches: 0, differences: [] })
    expect(result.predicted.slice(1)).toEqual(lines.slice(1).filter((line) => !line.startsWith('{"idle"')))
    const blank = lines.map((line) => {
      const entry = JSON.parse(line) as Entry
      return 's' in entry ? JSON.stringify({ s: entry.s }) : line
    })
    expect(checkSteps(plan, blank).predicted).toEqual(result.predicted)
  })

  test.skipIf(!hasSglang)('one field altered somewhere is one mismatch', () => {
    const [plan, lines] = [planOf('plan-r1.json'), linesOf('steps-c1.jsonl.gz')]
    const at = lines.findIndex((line) => line.includes('"ret"'))
    for (const [field, value] of Object.entries({
      av: 1,
      ev: 1,
      R: 1,
      W: 1,
      ratio: 0.5,
      x: 1,
      ret: [],
      run: [],
      k: 'E',
      t: 0,
    })) {
      const altered = lines.with(at, JSON.stringify({ ...(JSON.parse(lines[at]!) as Entry), [field]: value }))
      expect([field, checkSteps(plan, altered).mismatches]).toEqual([field, 1])
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
