import { describe, expect, test } from 'vitest'
import type { CorpusFacts } from '../result/corpus-facts.ts'
import { defaultLimits, Limits } from '../result/limits.ts'
import { Result } from '../result/result.ts'
import { okRecord, runHeader } from '../testing/run.fixture.ts'
import { buildResult } from './build-result.ts'

const blockIds = { turns: 10_000, tooFewIds: 0, tooManyIds: 0, noIds: 0, noInput: 0, coveredShare: 0.9997 }
const good: CorpusFacts = {
  blockSize: 16,
  blockIds,
  subagentTimes: { basis: 'start-absolute', decidedBy: 'traces', contraryTraces: 0 },
  files: { found: 3, leftOut: 0, tracesLeftOut: 0, firstLeftOut: [] },
}

test('a corpus that was read whole, with ids that fit, is held against nobody and told in the result', () => {
  const result = resultOf(good)
  expect(objectionsTo(good)).toEqual([])
  expect(result.provenance.corpusFacts).toEqual(good)
  expect(Result.parse(JSON.parse(JSON.stringify(result)))).toEqual(result)
})

describe('block ids that do not fit', () => {
  test('the reason has the counts, the share covered and the block size that fits', () => {
    const facts = {
      ...good,
      blockIds: { ...blockIds, tooFewIds: 9000, noInput: 20, coveredShare: 0.25, likelyBlockSize: 64 },
    }
    expect(objectionsTo(facts)).toEqual([
      'misfit-blocks: block ids and length do not fit in 9020 of 10000 turns, with blocks of 16 tokens (9000 with too few, 20 without input), ' +
        'so hit rates are not those of the recording. They cover 25 % of the input tokens. Blocks of 64 tokens would fit: correct block_size.',
    ])
  })

  test.each(['tooFewIds', 'tooManyIds', 'noIds', 'noInput'])(
    '%s: a turn in a thousand may, one more may not',
    (kind) => {
      expect(objectionsTo({ ...good, blockIds: { ...blockIds, [kind]: 10 } })).toEqual([])
      expect(objectionsTo({ ...good, blockIds: { ...blockIds, [kind]: 11 } })).toHaveLength(1)
    },
  )

  test('limits that were kept before there was this one are read', () => {
    const { misfitTurns, ...before } = defaultLimits
    expect(Limits.parse(before)).toEqual({ ...before, misfitTurns })
  })
})

test('files and traces that were left out are counted, and the first named, fit for a terminal', () => {
  const files = { found: 3, leftOut: 2, tracesLeftOut: 5, firstLeftOut: ['a\u001b[31m.json: cut off', 'b.json: empty'] }
  expect(objectionsTo({ ...good, files })).toEqual([
    'unread-traces: 2 of 3 trace files and 5 traces of files that are used could not be used and were left out ' +
      '(a [31m.json: cut off; b.json: empty; ...). The workload is that of the others alone: mend or remove them.',
  ])
})

test.each(['azure', 'burstgpt'] as const)('%s: nothing says what prompts share', (format) => {
  expect(objectionsTo({ ...good, format })).toEqual([expect.stringMatching(/^lengths-only: .* every prompt is new/)])
  expect(objectionsTo({ ...good, format: 'mooncake' })).toEqual([])
})

test('traces whose subagent times are of another kind', () => {
  const facts = { ...good, subagentTimes: { ...good.subagentTimes, contraryTraces: 2 } }
  expect(objectionsTo(facts)).toEqual([
    expect.stringMatching(/^mixed-times: .* 2 traces do not fit start-absolute, .*--subagent-times\.$/),
  ])
})

function objectionsTo(facts: CorpusFacts): string[] {
  return resultOf(facts).validity.reasons.filter((reason) =>
    /^(misfit-blocks|unread-traces|mixed-times|lengths-only):/.test(reason),
  )
}

function resultOf(facts: CorpusFacts): Result {
  const header = runHeader(undefined, { corpus: { origin: 'recorded', facts } })
  return buildResult({ header, records: [okRecord()], phases: [], ended: 'window' })
}
