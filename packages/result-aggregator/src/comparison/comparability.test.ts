import { expect, test } from 'vitest'
import type { Result } from '../result/result.ts'
import { comparability } from './comparability.ts'
import { comparedRun } from './compared.fixture.ts'
import type { ComparedRun } from './compared-run.ts'

const run = (seed = 42, name = `runs/${seed}`) => comparedRun(() => ({}), { seed, name })
const one = run()

function changed(base: ComparedRun, change: (result: Result) => Partial<Result>): ComparedRun {
  return { ...base, result: { ...base.result, ...change(base.result) } }
}
const withLoad = (load: object) => changed(one, (result) => ({ load: { ...result.load, ...load } as Result['load'] }))
const withProvenance = (provenance: Partial<Result['provenance']>) =>
  changed(one, (result) => ({ provenance: { ...result.provenance, ...provenance } }))

test('runs of one plan have the same turns, whatever served them', () => {
  const other = changed(one, () => ({ identity: { model: 'acme/other', hardware: 'b200', gpus: 8 } }))
  expect(comparability([one], [other])).toEqual({
    ...{ work: {}, notPaired: [] },
    configuration: {
      hardware: { b: 'b200' },
      gpus: { b: '8 GPUs' },
      model: { a: 'acme/model-7b', b: 'acme/other' },
    },
  })
})

test('settings of an engine model are told by their path', () => {
  const engine = (baseMs: number) =>
    changed(one, () => ({ identity: { model: 'm', engine: { name: 'e', config: { stepTime: { baseMs } } } } }))
  expect(comparability([engine(8)], [engine(8.24)]).configuration).toEqual({
    'engine.stepTime.baseMs': { a: '8', b: '8.24' },
  })
})

test.each([
  ['size', withLoad({ lanes: 16 }), /size \(8 lanes; 16 lanes\).*--accept size/],
  ['until', withLoad({ until: { kind: 'window', durationMs: 600_000 } }), /until \(window 1800 s; window 600 s\)/],
  ['corpus', withProvenance({ corpusDigest: 'another' }), /corpus \(/],
  ['preset', withProvenance({ preset: { name: 'other', changed: [] } }), /preset \(agentx-v0.1; other\)/],
  ['semantics', withProvenance({ replaySemantics: '2' }), /semantics \(replay semantics 1; replay semantics 2\)/],
  [
    'cache-at-start',
    withProvenance({ target: { ...one.result.provenance.target, prefixCache: 'kept' } }),
    /emptied; kept/,
  ],
  [
    'output-length',
    withProvenance({ target: { ...one.result.provenance.target, outputLength: 'natural' } }),
    /natural/,
  ],
  ['assistant', withProvenance({ target: { ...one.result.provenance.target, assistant: 'live' } }), /canned; live/],
])('another %s is another work: refused by name, and never paired where it is meant', (name, other, words) => {
  expect(() => comparability([one], [other])).toThrow(words)
  const { work, notPaired } = comparability([one], [other], [name])
  expect(Object.keys(work)).toEqual([name])
  expect(notPaired).toEqual([`their work differs in ${name}`])
})

test('what is accepted has a name', () => {
  expect(() => comparability([one], [one], ['lanes'])).toThrow(/--accept lanes: .* there are size, corpus, context, /)
})

test('other seeds have other turns, and that is said with its cure', () => {
  expect(comparability([one], [run(7)]).notPaired).toEqual([
    'they have other seeds (42; 7): runs of one seed have the same turns, and tell far smaller differences',
  ])
  expect(comparability([one], [withProvenance({ planDigest: 'another' })]).notPaired[0]).toContain(
    'another version of this tool',
  )
})

test('repeats are paired where both sides have the same plans', () => {
  const [a, b] = [[1, 2, 3].map((seed) => run(seed)), [3, 1, 2].map((seed) => run(seed))]
  expect(comparability(a, b).notPaired).toEqual([])
  expect(
    comparability(
      a,
      [4, 5, 6].map((seed) => run(seed)),
    ).notPaired[0],
  ).toContain('(1, 2, 3; 4, 5, 6)')
})

test('too few runs on a side, runs that are no repeats, and parts of runs are refused', () => {
  expect(() => comparability([one], [one, run(2)])).toThrow(/A has 1 run and B 2 runs/)
  expect(() => comparability([one, run(2)], [one, run(2)])).toThrow(/at least 3 of each/)
  const odd = { ...withLoad({ lanes: 16 }), name: 'runs/odd' }
  expect(() => comparability([one, run(2), odd], [one, run(2), run(3)])).toThrow(
    /runs of A are no repeats: runs\/42 and runs\/odd differ in size/,
  )
  const shard = changed(one, (result) => ({
    completeness: { ...result.completeness, shard: { shard: { index: 0, of: 2 } } as never },
  }))
  expect(() => comparability([one], [shard])).toThrow(/one shard of a run/)
})
