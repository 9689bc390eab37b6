import { ChunkTemplate, ReplyReader } from '@reprise/wire'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { ListeningObserver } from '../../endpoint/planned-request.fixture.ts'
import type { Fault } from './fault.ts'
import { faults } from './faults.ts'

/** Bodies of every reply with status 200 that comes to its end. */
const bodies = Object.values<Fault>(faults)
  .flatMap(({ replies }) => replies)
  .map((steps = []) => ({
    isWhole: steps.at(-1)?.do === 'end' && steps.every((step) => step.do !== 'head' || (step.status ?? 200) === 200),
    body: steps.map((step) => (step.do === 'write' ? step.text : '')).join(''),
  }))
  .filter(({ isWhole }) => isWhole)
  .map(({ body }) => body)

test('what a reply comes to does not hang on where its reads end', () => {
  expect(bodies.length).toBeGreaterThan(40)
  const cuts = fc.array(fc.nat(600), { maxLength: 12 })
  fc.assert(
    fc.property(fc.constantFrom(...bodies), cuts, (body, at) => {
      const bytes = Buffer.from(body)
      expect(readIn(bytes, at)).toEqual(readIn(bytes, []))
    }),
    { numRuns: 2_000 },
  )
})

test.each([...new Set(bodies)])('byte by byte as in one piece: %j', (body) => {
  const bytes = Buffer.from(body)
  expect(readIn(bytes, [...bytes.keys()])).toEqual(readIn(bytes, []))
})

/** What is heard of a reply whose reads end at these places, and what it comes to. */
function readIn(bytes: Buffer, at: readonly number[]) {
  const observer = new ListeningObserver()
  const reply = new ReplyReader(observer, new ChunkTemplate(), 4)
  const ends = [...at.filter((end) => end < bytes.length), bytes.length].sort((a, b) => a - b)
  let outcome = reply.begin({ status: 200, headers: new Map() })
  for (const [i, end] of ends.entries()) outcome ??= reply.read(bytes, ends[i - 1] ?? 0, end, 1)
  outcome ??= reply.end(2)
  return { outcome, heard: observer.heard, tokens: observer.chunks.map(({ tokens }) => tokens) }
}
