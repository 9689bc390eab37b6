import { expect, test } from 'vitest'
import { sizeWords, slotWord } from './size-words.ts'

test('sizes are called what the loads of a page are told in, and loads where these differ', () => {
  expect(sizeWords([undefined, undefined])).toEqual({ axis: 'Lanes', plural: 'lanes' })
  expect(sizeWords(['sessions/s'])).toEqual({ axis: 'Sessions per second', plural: 'sessions per second' })
  expect(sizeWords(['speed-up', 'speed-up']).axis).toBe('Speed-up')
  expect(sizeWords(['speed-up', undefined]).axis).toBe('Load')
  expect([slotWord(undefined), slotWord('sessions/s'), slotWord('speed-up')]).toEqual(['lane', 'arrival', 'arrival'])
})
