import { describe, expect, test } from 'vitest'
import { blockFit } from './block-fit.ts'
import type { Corpus, Turn } from './corpus.ts'

const fits = { tooFewIds: 0, tooManyIds: 0, noIds: 0, noInput: 0 }

describe('turns whose ids and length do not fit, with blocks of 16', () => {
  test.each([
    ['full blocks alone have ids', [40, 2], {}, 32 / 40],
    ['the last block, not full, has one too', [40, 3], {}, 1],
    ['below a block, without ids', [15, 0], {}, 0],
    ['ids of blocks of 64', [640, 10], { tooFewIds: 1, likelyBlockSize: 64 }, 160 / 640],
    ['ids of blocks of 8', [640, 80], { tooManyIds: 1, likelyBlockSize: 8 }, 1],
    ['one id more than there are blocks', [40, 4], { tooManyIds: 1 }, 1],
    ['no ids', [640, 0], { noIds: 1 }, 0],
    ['no input, with ids', [0, 10], { noInput: 1 }, undefined],
    ['no input, without ids', [0, 0], { noInput: 1 }, undefined],
  ])('%s', (_, sizes, counts, coveredShare) => {
    const found = blockFit(corpusOf([sizes as [number, number]]))
    expect(found).toEqual({
      turns: 1,
      ...fits,
      ...counts,
      ...(coveredShare !== undefined && { coveredShare }),
    })
  })
})

test('turns are counted once each, of all sessions, and tokens are weighed', () => {
  const found = blockFit(
    corpusOf(
      [
        [32, 2],
        [640, 10],
        [0, 3],
        [160, 0],
      ],
      [[64, 90]],
    ),
  )
  expect(found).toEqual({
    turns: 5,
    tooFewIds: 1,
    tooManyIds: 1,
    noIds: 1,
    noInput: 1,
    coveredShare: (32 + 160 + 64) / (32 + 640 + 160 + 64),
  })
})

test('another block size is named only where most turns do not fit theirs, and nearly all of these fit it', () => {
  const ofSixtyFour = Array.from({ length: 9 }, (_, i): [number, number] => [640 * (i + 1) + 3, 10 * (i + 1)])
  expect(blockFit(corpusOf([...ofSixtyFour, [6400, 1]]))).toMatchObject({ likelyBlockSize: 64 })
  const ofSixteen = ofSixtyFour.map(([tokens]): [number, number] => [tokens, Math.floor(tokens / 16)])
  expect(blockFit(corpusOf([...ofSixtyFour, ...ofSixteen]))).not.toHaveProperty('likelyBlockSize')
  expect(blockFit(corpusOf([...ofSixtyFour, [6400, 1], [6400, 2]]))).not.toHaveProperty('likelyBlockSize')
})

function corpusOf(...sessions: readonly (readonly [inputTokens: number, ids: number])[][]): Corpus {
  return {
    schema: 'corpus/1',
    digest: '',
    blockSize: 16,
    blockScope: 'local',
    origin: { format: 'weka', subagentTimes: 'none' },
    traces: [
      {
        id: 't',
        models: [],
        sessions: sessions.map((turns, index) => ({
          id: String(index),
          toolTokens: 0,
          systemTokens: 0,
          turns: turns.map(([inputTokens, ids]) => turnOf(inputTokens, ids)),
        })),
      },
    ],
  }
}

function turnOf(inputTokens: number, ids: number): Turn {
  return {
    inputTokens,
    outputTokens: 1,
    sharedBlocks: 0,
    ownBlocks: new Uint32Array(ids),
    startMs: 0,
    model: 'm',
    inputKinds: [],
    outputKinds: [],
    needs: [],
  }
}
