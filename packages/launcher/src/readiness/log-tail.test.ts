import fc from 'fast-check'
import { expect, test } from 'vitest'
import { LogTail } from './log-tail.ts'

test('lines come whole, whatever pieces they came in', () => {
  fc.assert(
    fc.property(
      fc.array(fc.stringMatching(/^[a-z]{1,12}$/), { maxLength: 60 }),
      fc.infiniteStream(fc.nat(9)),
      (lines, cuts) => {
        const text = lines.map((line) => `${line}\n`).join('')
        const tail = new LogTail()
        const seen: string[] = []
        for (let at = 0; at < text.length; ) {
          const next = at + 1 + (cuts.next().value ?? 0)
          seen.push(...tail.push(text.slice(at, next)))
          at = next
        }
        expect(seen).toEqual(lines)
        expect(tail.lines()).toEqual(lines)
      },
    ),
  )
})

test('a progress bar that rewrites its line is lines, and a last line needs no end', () => {
  const tail = new LogTail()
  expect(tail.push('10%\r20%\r\nready\nnow')).toEqual(['10%', '20%', 'ready'])
  expect(tail.lines()).toEqual(['10%', '20%', 'ready', 'now'])
})

test('colours and control characters go; long lines and long logs are cut', () => {
  const tail = new LogTail()
  expect(tail.push(`\u001b[1;31mred\u001b[0m\u0000 x\n${'a'.repeat(9_000)}\n`)).toEqual(['red  x', expect.any(String)])
  expect(tail.lines()[1]!.length).toBe(2_000)
  for (let i = 0; i < 1_000; i++) tail.push(`line ${i}\n`)
  expect(tail.lines()).toHaveLength(400)
  expect(tail.lines().at(-1)).toBe('line 999')
  for (let i = 0; i < 1_000; i++) tail.push('no end '.repeat(1_000))
  expect(tail.lines().at(-1)!.length).toBeLessThanOrEqual(2_000)
})
