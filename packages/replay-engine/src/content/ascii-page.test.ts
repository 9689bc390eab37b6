import fc from 'fast-check'
import { expect, test } from 'vitest'
import { AsciiPage } from './ascii-page.ts'

test('a page holds what was written since it was wiped, however much that is', () => {
  const texts = fc.array(fc.tuple(fc.stringMatching(/^[ -~]{0,40}$/), fc.integer({ min: 1, max: 3_000 })), {
    maxLength: 8,
  })
  const page = new AsciiPage()
  fc.assert(
    fc.property(texts, (pieces) => {
      page.wipe()
      for (const [text, times] of pieces) page.write(text.repeat(times))
      const expected = pieces.map(([text, times]) => text.repeat(times)).join('')
      expect(Buffer.from(page.written).toString('latin1') === expected).toBe(true)
      expect(page.length).toBe(expected.length)
    }),
  )
})

test('room that was reserved can be written on', () => {
  const page = new AsciiPage()
  page.write('a')
  page.reserve(200_000)
  page.view.setUint8(200_000, 0x62)
  page.length = 200_001
  expect(page.written[0]).toBe(0x61)
  expect(page.written.at(-1)).toBe(0x62)
})
