import fc from 'fast-check'
import { expect, test } from 'vitest'
import { takeOut } from './take-out.ts'

test('what is left is in its order', () => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.nat(30)), fc.array(fc.nat(30)), (queue, taken) => {
      const some = new Set(taken.filter((each) => queue.includes(each)))
      const rest = queue.filter((each) => !some.has(each))
      takeOut(queue, some)
      expect(queue).toEqual(rest)
    }),
  )
})

test('those behind the last that is taken are not looked at, however many they are', () => {
  let looks = 0
  class Watched extends Set<number> {
    override has(each: number): boolean {
      looks += 1
      return super.has(each)
    }
  }
  const queue = Array.from({ length: 200_000 }, (_, at) => at)
  takeOut(queue, new Watched([2, 0]))
  expect([queue.length, queue[0], queue[1], queue.at(-1)]).toEqual([199_998, 1, 3, 199_999])
  expect(looks).toBe(6)
})
