import { synthCorpus } from '@reprise/trace'
import { expect, test } from 'vitest'
import { planRun } from './plan-run.ts'

const corpus = synthCorpus({ seed: 1, traces: 4, scale: 0.02, turnScale: 1 })
const options = { seed: 1 }

test('a share of the start is of turns or of time, as the preset has it', () => {
  const startOf = (preset: string) => {
    const { load } = planRun(corpus, { ...options, preset, start: { min: 0.1, max: 0.2 } }, { lanes: 1 })
    return load.kind === 'lanes' ? load.start : undefined
  }
  expect(startOf('agentx-v0.1')).toEqual({ min: 0.1, max: 0.2 })
  expect(startOf('agentx-v1')).toEqual({ min: 0.1, max: 0.2, of: 'time' })
})

test('ten times as fast is a tenth of the time; a schedule from the beginning of the recording, by gaps', () => {
  const given = { preset: 'fixed-schedule', speedup: 10, autoOffset: false, turns: 'gaps' } as const
  const { load, preset } = planRun(corpus, { ...options, ...given }, {})
  expect(load).toMatchObject({ timeScale: 0.1, autoOffset: false, turns: 'gaps' })
  expect(preset.changed).toEqual(['timeScale', 'autoOffset', 'turns'])
})

test('headers of sessions are those of the preset, but for those that are named', () => {
  const headersOf = (preset: string, names: object) =>
    planRun(corpus, { ...options, preset, ...names }, preset === 'fixed-schedule' ? {} : { lanes: 1 }).load
      .sessionHeaders
  expect(headersOf('agentx-v1', {})).toBeUndefined()
  expect(headersOf('agentx-v1', { sessionHeaders: ['X-A'] })).toEqual({ session: ['X-A'], parent: [] })
  expect(headersOf('fixed-schedule', { sessionHeaders: [] })).toEqual({
    session: [],
    parent: ['X-Dynamo-Parent-Session-ID'],
  })
})
