import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { parseContent, promptWords } from './prompt-words.ts'

const folder = mkdtempSync(join(tmpdir(), 'reprise-words-'))
const fileOf = (text: string) => {
  const path = join(folder, 'text')
  writeFileSync(path, text)
  return `file:${path}`
}

test('the lists that come with the tool differ', async () => {
  const [english, code, random] = await Promise.all(['english', 'code', 'random'].map(promptWords))
  expect(code?.every((word) => english?.includes(word))).toBe(true)
  expect(english?.length).toBeGreaterThan(code?.length ?? 0)
  expect(random).toContain('qz')
})

test('the words of a file', async () => {
  const letters = [...'abcdefghijklm']
  const text = letters.flatMap((one) => letters.map((other) => `w${one}${other}`)).join(' ')
  expect(await promptWords(fileOf(text))).toHaveLength(169)
})

test.each(['', 'french', 'file:'])('%j is refused with what may be written', (text) => {
  expect(() => parseContent(text)).toThrow('Write english, code, random, or file:PATH.')
})

test('a file that is not there, and one of few words', async () => {
  await expect(promptWords('file:/nowhere')).rejects.toThrow(/^--content \/nowhere: /)
  await expect(promptWords(fileOf('one two three'))).rejects.toThrow(/it has 3 different words/)
})
