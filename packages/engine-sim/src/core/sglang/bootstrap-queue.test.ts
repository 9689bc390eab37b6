import { expect, test } from 'vitest'
import { requestOf } from '../engine.fixture.ts'
import { BootstrapQueue } from './bootstrap-queue.ts'
import { SglangSequence } from './sglang-sequence.ts'

function queueOf(maxRunningRequests: number, ids: string) {
  const queue = new BootstrapQueue(maxRunningRequests)
  const limits = { pageSize: 1, kvTokens: 100, maxModelLen: 90 }
  const sequences = [...ids].map((id, at) => new SglangSequence(requestOf(id, 5, 1), at, limits))
  for (const sequence of sequences) queue.add(sequence)
  const of = (id: string) => sequences[ids.indexOf(id)]!
  return { queue, of, take: () => queue.take().map(({ request }) => request.id).join('') } // biome-ignore format: one step
}

test('those for which there is room go on in the order in which they came, whoever is before them', () => {
  const { queue, of, take } = queueOf(8, 'abcd')
  expect(take()).toBe('')
  for (const id of 'dba') queue.roomFound(of(id))
  expect([take(), take(), queue.length]).toEqual(['abd', '', 1])
})

test('no more than twice as many as may run are past it, until they are over', () => {
  const { queue, of, take } = queueOf(1, 'abcd')
  for (const id of 'abcd') queue.roomFound(of(id))
  expect([take(), take()]).toEqual(['ab', ''])
  queue.done(of('b'))
  queue.done(of('d'))
  expect([take(), queue.length]).toEqual(['c', 0])
})
