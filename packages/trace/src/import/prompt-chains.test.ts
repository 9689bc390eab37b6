import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { PromptChains } from './prompt-chains.ts'

const letters = (text: string) => Uint32Array.from(text, (letter) => letter.codePointAt(0)!)
const chainsOf = (blockSize = 4) => new PromptChains(blockSize, letters)

function prompt(chains: PromptChains, texts: readonly string[]) {
  let link = chains.link(undefined, '')
  for (const text of texts) link = chains.link(link, text)
  return link
}

describe('prompts out of parts', () => {
  test('equal beginnings have equal ids, token by token where no length is told', () => {
    const chains = chainsOf()
    const [one, other] = [
      chains.measure(prompt(chains, ['abcd', 'efgh_1']), undefined),
      chains.measure(prompt(chains, ['abcdefgh_2']), undefined),
    ]
    expect([[...one.ids()], [...other.ids()]]).toEqual([
      [0, 1],
      [0, 1],
    ])
    expect(one.inputTokens).toBe(10)
  })

  test('an id stands for the whole beginning: the same text behind another is another block', () => {
    const chains = chainsOf()
    chains.measure(prompt(chains, ['aaaa', 'bbbb']), undefined)
    expect([...chains.measure(prompt(chains, ['cccc', 'bbbb']), undefined).ids()]).toEqual([2, 3])
  })

  test('a told length: the elastic part takes what the texts leave, and what is new later takes the difference', () => {
    const chains = chainsOf()
    const head = chains.link(undefined, 'head', 'elastic')
    const first = chains.link(head, 'ab')
    expect(chains.measure(first, 12).inputTokens).toBe(12)
    expect([head.endTokens, first.endTokens]).toEqual([10, 12])
    const second = chains.link(first, 'cd')
    const measured = chains.measure(second, 20)
    expect([second.endTokens, measured.ids().length, measured.isCut]).toEqual([20, 5, false])
    // Three blocks are those of the first prompt.
    expect([...measured.ids().slice(0, 3)]).toEqual([...chains.measure(first, 12).ids()])
  })

  test('a prompt that is told to be shorter than where it goes on from is its beginning', () => {
    const chains = chainsOf()
    const first = chains.link(chains.link(undefined, 'head', 'elastic'), 'ab')
    const whole = chains.measure(first, 12).ids()
    const measured = chains.measure(chains.link(first, 'cd'), 9)
    expect([measured.inputTokens, measured.isCut, [...measured.ids()]]).toEqual([9, true, [...whole.slice(0, 2)]])
  })

  test('a part that is stretched is equal as a whole only', () => {
    const chains = chainsOf()
    const ids = (text: string) => [...chains.measure(chains.link(undefined, text), 8).ids()]
    expect([ids('abcd'), ids('abce'), ids('abcd')]).toEqual([
      [0, 1],
      [2, 3],
      [0, 1],
    ])
  })

  test('of what nothing is known nothing is shared', () => {
    const chains = chainsOf()
    const ids = () => [...chains.measure(chains.opaque(undefined), 8).ids()]
    expect(new Set([...ids(), ...ids()]).size).toBe(4)
  })

  test('whatever texts: ids agree exactly where the texts do, as far as whole blocks go', () => {
    const texts = fc.array(fc.array(fc.constantFrom('', 'a', 'ab', 'abcd', 'b'), { maxLength: 4 }), {
      minLength: 2,
      maxLength: 5,
    })
    fc.assert(
      fc.property(texts, fc.integer({ min: 1, max: 4 }), (prompts, blockSize) => {
        const chains = chainsOf(blockSize)
        const read = prompts.map((parts) => {
          const text = parts.join('')
          return { text, ids: [...chains.measure(prompt(chains, parts), undefined).ids()] }
        })
        for (const a of read)
          for (const b of read)
            for (let block = 0; block < Math.min(a.ids.length, b.ids.length); block += 1) {
              const end = blockSize * (block + 1)
              expect(a.ids[block] === b.ids[block]).toBe(a.text.slice(0, end) === b.text.slice(0, end))
            }
      }),
    )
  })

  test('whatever lengths are told: a prompt has them, its whole blocks, and those of its beginning', () => {
    const turns = fc.array(fc.record({ text: fc.constantFrom('a', 'bb', 'cccc'), told: fc.nat(40) }), {
      minLength: 1,
      maxLength: 6,
    })
    fc.assert(
      fc.property(turns, (some) => {
        const chains = chainsOf()
        let link = chains.link(undefined, 'head', 'elastic')
        let before: readonly number[] = []
        let told = 0
        for (const turn of some) {
          told += turn.told
          link = chains.link(link, turn.text)
          const { inputTokens, ids } = chains.measure(link, told)
          const list = [...ids()]
          expect([inputTokens, list.length]).toEqual([told, Math.floor(told / 4)])
          expect(list.slice(0, before.length)).toEqual(before)
          before = list
        }
      }),
    )
  })
})
