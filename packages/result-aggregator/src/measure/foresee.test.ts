import { expect, test } from 'vitest'
import { lanesLoad, runHeader } from '../testing/run.fixture.ts'
import { foresee } from './foresee.ts'

const codes = (header: ReturnType<typeof runHeader>) =>
  foresee({ header, load: header.plan.load }).map((reason) => reason.slice(0, reason.indexOf(':')))
const long = lanesLoad({ until: { kind: 'window', durationMs: 1_800_000 } })
const sound = runHeader(long)

test('of a run on recorded traces, by its preset and of a whole window, nothing is known to stand against it', () => {
  const header = { ...sound, target: { ...sound.target, simulated: false }, corpus: { origin: 'recorded' as const } }
  expect(codes(header)).toEqual([])
  const short = lanesLoad({ until: { kind: 'window', durationMs: 8_000 } })
  expect(foresee({ header, load: short })).toEqual([
    'short-window: 8 s will be measured; 900 s or more show a steady state.',
  ])
})

test('what the header shows is said as the result will say it', () => {
  const target = {
    ...sound.target,
    simulated: true,
    insecure: true as const,
    extras: { headers: [], body: { top_p: 1 } },
  }
  expect(codes({ ...sound, target, corpus: { origin: 'synthetic' } })).toEqual([
    'simulated-target',
    'synthetic-corpus',
    'extra-body',
    'insecure',
  ])
})
