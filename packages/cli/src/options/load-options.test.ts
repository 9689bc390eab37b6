import { presetOf, presets } from '@reprise/replay-engine/presets'
import { Command } from 'commander'
import { expect, test } from 'vitest'
import { addLoadOptions, checkLoadOptions } from './load-options.ts'
import { loadPoints } from './load-point.ts'

const options = { seed: 1 }

test('every preset is named where one is asked for', () => {
  const help = addLoadOptions(new Command()).helpInformation()
  for (const name of Object.keys(presets)) expect(help).toContain(name)
})

test.each(Object.keys(presets))('%s takes lengths or traces, whichever it plays', (preset) => {
  const corpus = presetOf(preset)!.corpus
  const traces = () => checkLoadOptions({ ...options, preset, traces: 'x' })
  const lengths = () => checkLoadOptions({ ...options, preset, isl: 1 })
  if (corpus.kind === 'traces') expect(traces).not.toThrow()
  else expect(traces).toThrow(`--preset ${preset} makes its own requests: leave --traces out`)
  if (corpus.kind === 'fixed-lengths' && corpus.takesLengths) expect(lengths).not.toThrow()
  else expect(lengths).toThrow(/--isl, --osl and --range-ratio are lengths of --preset fixed-seq-len: name that preset/)
})

test.each([
  ['agentx-v0.1', { rate: [1] }, /--rate is not of --preset agentx-v0.1: leave it out, or name rate\./],
  ['rate', { lanes: [1] }, /--lanes is not of --preset rate: leave it out, or name agentx-v0\.1 or fixed-seq-len or/],
  ['fixed-schedule', { arrivals: { kind: 'poisson' } }, /--arrivals is not of --preset fixed-schedule/],
] as const)('%s has the size of its kind of load: %o', (preset, size, message) => {
  expect(() => checkLoadOptions({ ...options, preset, ...size })).toThrow(message)
})

test('runs are as many as sizes, by the kind of load', () => {
  expect(loadPoints({ preset: 'agentx-v0.1' })).toEqual([{ lanes: 8 }])
  expect(loadPoints({ preset: 'fixed-seq-len', lanes: [1, 4] })).toEqual([{ lanes: 1 }, { lanes: 4 }])
  expect(loadPoints({ preset: 'rate', rate: [0.5, 2] })).toEqual([{ sessionsPerS: 0.5 }, { sessionsPerS: 2 }])
  expect(loadPoints({ preset: 'fixed-schedule' })).toEqual([{}])
  expect(loadPoints({ preset: 'agentx-v1', lanes: [16, 1, 4], ramp: true })).toEqual([{ lanes: 16 }])
})

test.each([
  ['fixed-schedule', { start: { min: 0, max: 0 } }, /--start is not of --preset fixed-schedule: leave it out, or name/],
  ['rate', { residualThink: false }, /--no-residual-think is not of --preset rate/],
  ['agentx-v1', { speedup: 2 }, /--speedup is not of --preset agentx-v1: leave it out, or name fixed-schedule\./],
  ['rate', { autoOffset: false }, /--no-auto-offset is not of --preset rate/],
  ['fixed-schedule', { speedup: 2, timeScale: 1 }, /say the same of a schedule/],
] as const)('%s does not take what it has no field for: %o', (preset, given, message) => {
  expect(() => checkLoadOptions({ ...options, preset, ...given })).toThrow(message)
})

test.each([
  [{ ramp: true, lanes: [4] }, /--ramp wants the lanes of its steps/],
  [{ ramp: true, lanes: [1, 4], passes: 1 }, /leave --passes out/],
  [{ ramp: true, lanes: [1, 4], maxRequests: 9 }, /leave --max-requests/],
] as const)('a ramp of %o is refused', (given, message) => {
  expect(() => checkLoadOptions({ ...options, preset: 'agentx-v0.1', ...given })).toThrow(message)
})
