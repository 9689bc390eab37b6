import { expect, test } from 'vitest'
import { ReplyObservation } from './reply-observation.ts'

type Chunk = readonly [atMs: number, tokens: number | undefined, bytes: number | undefined]

function observed(...chunks: readonly Chunk[]) {
  const observation = new ReplyObservation({ keepChunkGaps: false })
  for (const [atMs, tokens, bytes] of chunks) observation.chunk(atMs, 'answer', tokens, bytes)
  return observation.reply()
}

test('text is counted, and what of it the first read brought', () => {
  expect(observed([10, undefined, 5], [20, undefined, 7], [30, undefined, 2])).toEqual({
    firstTokenMs: 10,
    firstAnswerMs: 10,
    secondReadMs: 20,
    lastTokenMs: 30,
    bytesInFirstRead: 5,
    payloadBytes: 14,
    chunks: 3,
  })
})

test('chunks of one read stand together, with their tokens where each tells them', () => {
  expect(observed([10, 2, 5], [10, 3, 7], [30, 1, 4])).toMatchObject({
    tokensInFirstChunk: 2,
    chunksInFirstRead: 2,
    tokensInFirstRead: 5,
    bytesInFirstRead: 12,
    payloadBytes: 16,
    secondReadMs: 30,
    chunks: 3,
    reads: 2,
  })
  expect(observed([10, 2, 5], [10, undefined, 7])).not.toHaveProperty('tokensInFirstRead')
})

test('a reply in one read has no second, and a target without text no bytes', () => {
  expect(observed([0, undefined, undefined], [0, undefined, undefined])).toEqual({
    firstTokenMs: 0,
    firstAnswerMs: 0,
    lastTokenMs: 0,
    chunksInFirstRead: 2,
    chunks: 2,
    reads: 1,
  })
})
