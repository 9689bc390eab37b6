import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { meanReplyTokens, type PlannedReply, planReply } from './plan-reply.ts'
import { ownVocabulary } from './vocabulary.ts'
import { wordOf } from './words.ts'

const wish = { textKey: 1, maxTokens: 50, minTokens: 0, ignoreEos: true, stop: [], stopTokenIds: [] }

function textOf(reply: PlannedReply): string {
  return Array.from({ length: reply.outputTokens }, (_, index) => reply.textAt(index)).join('')
}

describe('length', () => {
  test('is the limit where the end of sequence is ignored', () => {
    expect(planReply(wish)).toMatchObject({ outputTokens: 50, finishReason: 'length', stopReason: null })
  })

  test('is within its limits, whatever is asked', () => {
    fc.assert(
      fc.property(
        fc.nat(),
        fc.nat(400),
        fc.integer({ min: 1, max: 400 }),
        fc.boolean(),
        (textKey, min, max, ignoreEos) => {
          fc.pre(min <= max)
          const reply = planReply({ ...wish, textKey, minTokens: min, maxTokens: max, ignoreEos })
          expect(reply.outputTokens).toBeLessThanOrEqual(max)
          if (reply.finishReason === 'stop') expect(reply.outputTokens).toBeGreaterThan(min)
          else expect(reply.outputTokens).toBe(max)
        },
      ),
    )
  })

  test('has the stated mean where nothing limits it', () => {
    const lengths = Array.from(
      { length: 20_000 },
      (_, textKey) => planReply({ ...wish, textKey, ignoreEos: false, maxTokens: 1e6 }).outputTokens,
    )
    const mean = lengths.reduce((sum, length) => sum + length, 0) / lengths.length
    expect(Math.abs(mean / meanReplyTokens - 1)).toBeLessThan(0.03)
  })
})

test('the end of sequence is the last token and has no text', () => {
  const reply = planReply({ ...wish, ignoreEos: false, maxTokens: 1e6 })
  const last = reply.outputTokens - 1
  expect(reply).toMatchObject({ finishReason: 'stop', stopReason: null })
  expect([reply.textAt(last), reply.idAt(last)]).toEqual(['', ownVocabulary.end.id])
  expect(reply.textAt(last - 1)).toBe(` ${wordOf(reply.idAt(last - 1))}`)
})

describe('a stop string', () => {
  const text = textOf(planReply(wish))

  test.each([
    ['within a token', text.slice(12, 14)],
    ['over a seam', text.slice(22, 28)],
    ['at the very start', text.slice(0, 3)],
  ])('%s ends the text before it', (_, stop) => {
    const reply = planReply({ ...wish, stop: [stop, 'never there'] })
    expect(reply).toMatchObject({ finishReason: 'stop', stopReason: stop })
    expect(textOf(reply)).toBe(text.slice(0, text.indexOf(stop)))
    expect(reply.outputTokens).toBe(Math.ceil((text.indexOf(stop) + stop.length) / 5))
  })

  test('is not looked for before min_tokens', () => {
    const stop = text.slice(0, 5)
    const again = text.indexOf(stop, 5)
    expect(again).toBe(-1)
    expect(planReply({ ...wish, stop: [stop], minTokens: 10 })).toMatchObject({
      outputTokens: 50,
      finishReason: 'length',
    })
  })
})

describe('many tokens and many stop strings', () => {
  /** As a server would look for them that has the tokens one by one. */
  function bruteForce({ stop, minTokens }: { stop: readonly string[]; minTokens: number }, text: string) {
    for (let tokens = minTokens + 1; tokens * 5 <= text.length; tokens += 1) {
      const soFar = text.slice(0, tokens * 5)
      for (const reason of stop) {
        const at = soFar.indexOf(reason, Math.max(0, soFar.length - 5 - reason.length + 1))
        if (at >= 0) return { reason, at, tokens }
      }
    }
    return undefined
  }

  test('are found where a search after every token finds them', () => {
    const plain = { ...wish, maxTokens: 700 }
    const text = textOf(planReply(plain))
    const cut = fc.record({ from: fc.nat(text.length - 12), length: fc.integer({ min: 1, max: 12 }) })
    const strings = fc.array(
      fc.oneof(
        cut.map(({ from, length }) => text.slice(from, from + length)),
        fc.constant('\n'),
      ),
      {
        minLength: 1,
        maxLength: 4,
      },
    )
    fc.assert(
      fc.property(strings, fc.nat(600), (stop, minTokens) => {
        const expected = bruteForce({ stop, minTokens }, text)
        const reply = planReply({ ...plain, stop, minTokens })
        expect(reply).toMatchObject({ outputTokens: expected?.tokens ?? 700, stopReason: expected?.reason ?? null })
        expect(textOf(reply)).toBe(text.slice(0, expected?.at ?? text.length))
      }),
    )
  })

  test('take a number of steps that rises with the text, and not with its square', () => {
    // A text of 2,000,000 characters: a search that copies it at every token would move 400 GB.
    const maxTokens = 400_000
    const reply = planReply({ ...wish, maxTokens, stop: ['\n\n', 'never there', 'x'.repeat(10_000)] })
    expect(reply).toMatchObject({ outputTokens: maxTokens, finishReason: 'length' })
  })

  test('a list of them as long as a request can hold', () => {
    const stop = Array.from({ length: 300_000 }, (_, i) => `<${i}>`)
    expect(planReply({ ...wish, stop }).finishReason).toBe('length')
  })
})

test('a stop token ends the text before its word', () => {
  const id = planReply(wish).idAt(6)
  const reply = planReply({ ...wish, stopTokenIds: [id] })
  expect(reply).toMatchObject({ outputTokens: 7, finishReason: 'stop', stopReason: id })
  expect(textOf(reply)).toBe(textOf(planReply({ ...wish, maxTokens: 6 })))
})
