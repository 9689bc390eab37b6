import { expect, test } from 'vitest'
import { EngineConfigError } from '../check-engine-config.ts'
import { defaultEngine } from '../default-engine.ts'
import { drive, requestOf, tinyConfig } from '../engine.fixture.ts'
import { makeEngine } from '../engines/make-engine.ts'
import { parseEngineConfig } from '../parse-engine-config.ts'
import { parseStepTable } from '../parse-step-table.ts'
import { noWork } from './step-work.ts'
import { OutsideTableError, type TableStepTime, tableStepMs } from './table-step-time.ts'

const csv = `kind,count,context,ms
prefill,1,0,10
prefill,100,0,20
prefill,1,200,10
prefill,100,200,30
decode,1,0,4
decode,1,400,6
decode,9,0,8
decode,9,400,18
`
const table = parseStepTable(csv, 'steps.csv')
const msOf = (work: Partial<typeof noWork>, time: TableStepTime = table) => tableStepMs(time, { ...noWork, ...work })

test('at its points a table says what is written, and straight lines lie between them', () => {
  expect(msOf({ decodes: 9, decodeContextTokens: 9 * 400 })).toBe(18)
  // Half way between one and nine sequences and half way between the contexts: the mean of 4, 6, 8 and 18.
  expect(msOf({ decodes: 5, decodeContextTokens: 5 * 200 })).toBe(9)
  expect(msOf({ prefillTokens: 100, prefillContextTokens: 100 * 100 })).toBe(25)
  // Both in one step take the sum.
  expect(msOf({ prefillTokens: 100, prefillContextTokens: 100 * 100, decodes: 1, decodeContextTokens: 0 })).toBe(29)
  expect(msOf({})).toBe(0)
})

test('beyond it nothing is guessed unless that is asked for', () => {
  const work = { decodes: 10, decodeContextTokens: 0 }
  expect(() => msOf(work)).toThrow(OutsideTableError)
  expect(() => msOf(work)).toThrow(
    /a step has 10 as decoding sequences, .* from 1 to 9; add rows .*"outside": "nearest"/,
  )
  expect(() => msOf({ decodes: 1, decodeContextTokens: 401 })).toThrow(/401 as mean context of decoding sequences/)
  expect(msOf(work, { ...table, outside: 'nearest' })).toBe(8)
})

test.each([
  ['count,ms', /steps\.csv:1: the first line has to be kind,count,context,ms/],
  ['kind,count,context,ms\ndecode,1,0', /steps\.csv:2: expected prefill or decode/],
  ['kind,count,context,ms\ndecode,1,0,', /steps\.csv:2: expected/],
  ['kind,count,context,ms\ndecode,1,0,4', /steps\.csv: prefill: there is no such line/],
  [csv.replace('decode,9,400,18\n', ''), /steps\.csv: decode: count 9 has no line for context 400/],
  [`${csv}decode,9,400,19`, /steps\.csv: decode: a count and context stand there twice/],
])('a table that is wrong: %j', (text, message) => {
  expect(() => parseStepTable(text, 'steps.csv')).toThrow(EngineConfigError)
  expect(() => parseStepTable(text, 'steps.csv')).toThrow(message)
})

test('a description holds one, and fast-forwarded steps end at the instants of steps one by one', () => {
  const { stepTime } = parseEngineConfig(JSON.stringify({ stepTime: table }))
  const config = { ...defaultEngine(), scheduler: tinyConfig(), stepTime }
  const calls = [
    { atMs: 0, submit: requestOf('a', 9, 40) },
    { atMs: 3, submit: requestOf('b', 30, 25) },
  ]
  const driven = (fastForward: boolean) =>
    drive((listener) => makeEngine(config, listener, { fastForward }), calls, { fastForward })
  expect(driven(true).ends).toEqual(driven(false).ends)
  expect(() => parseEngineConfig('{"stepTime": {"kind": "table", "prefill": {"counts": [2, 1]}}}')).toThrow(
    /has to rise/,
  )
})

test('a roofline of names that are not known is a mistake of the description', () => {
  const stepTime = {
    kind: 'roofline',
    model: 'gpt-oss-120b',
    gpu: 'h101',
    precision: 'fp4',
    framework: 'vllm',
    tensorParallel: 1,
  }
  expect(() => parseEngineConfig(JSON.stringify({ stepTime }), 'mine.json')).toThrow(
    /^mine\.json: stepTime: no GPU "h101" is known; did you mean h100\?/,
  )
})
