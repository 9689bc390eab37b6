import { crc32 } from 'node:zlib'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { sealLine, unsealLine } from './sealed-line.ts'

const anyObject = fc.dictionary(fc.string(), fc.jsonValue(), { minKeys: 1 }).map((value) => JSON.stringify(value))

describe('a sealed line', () => {
  test('is the object with its checksum', () => {
    expect(sealLine('{"a":"é"}')).toBe(`{"a":"é","crc":"${crc32('{"a":"é"').toString(16).padStart(8, '0')}"}`)
  })

  test('is one line of JSON, and gives back what was sealed', () => {
    fc.assert(
      fc.property(anyObject, (json) => {
        const line = sealLine(json)
        expect(line).not.toContain('\n')
        expect(JSON.parse(line)).toHaveProperty('crc')
        expect(unsealLine(line)).toBe(json)
      }),
    )
  })

  test('cut off anywhere, or with one byte changed, is none', () => {
    const line = sealLine('{"id":"0.0.0.1","outcome":{"kind":"ok"},"doneMs":12.5}')
    for (let end = 0; end < line.length; end += 1) expect(unsealLine(line.slice(0, end))).toBeUndefined()
    for (let at = 0; at < line.length; at += 1) {
      const changed = String.fromCharCode(line.charCodeAt(at) ^ 1)
      expect(unsealLine(line.slice(0, at) + changed + line.slice(at + 1))).toBeUndefined()
    }
    expect(unsealLine('\u0000'.repeat(200))).toBeUndefined()
  })
})
