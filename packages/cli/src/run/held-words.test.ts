import { expect, test } from 'vitest'
import { HeldWords } from './held-words.ts'

test.each([
  [true, ['a', 'b', 'c', 'd']],
  [false, ['a', 'b', 'c', 'd']],
])('none is lost, and each comes in its turn (a terminal: %s)', (isTTY, all) => {
  const said: string[] = []
  const words = new HeldWords({ write: (text) => said.push(text), isTTY })
  words.say('a')
  words.hold()
  words.say('b')
  words.say('c')
  expect(said).toEqual(isTTY ? ['a'] : ['a', 'b', 'c'])
  words.release()
  words.say('d')
  expect(said).toEqual(all)
})
