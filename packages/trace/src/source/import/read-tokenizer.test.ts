import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { TraceError } from '../../problem.ts'
import { readTokenizer } from './read-tokenizer.ts'

function written(content: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'reprise-tokenizer-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const file = join(folder, 'tokenizer.json')
  writeFileSync(file, content)
  return file
}

test('without a file four bytes are a token, the last ones fewer; it says that it is an approximation', async () => {
  const { tokenize, name } = await readTokenizer(undefined)
  expect([...tokenize('abcdefé')]).toEqual([0x64636261, 0xa9c36665])
  expect([...tokenize('abcde')]).toEqual([0x64636261, 0x65])
  expect([tokenize('').length, name]).toEqual([0, expect.stringContaining('approximation')])
})

test('a tokenizer.json counts as it says, and is named by its folder and name', async () => {
  const words = { hello: 0, world: 1, '[UNK]': 2 }
  const file = written(
    JSON.stringify({
      ...{ version: '1.0', truncation: null, padding: null, added_tokens: [], normalizer: { type: 'Lowercase' } },
      ...{ pre_tokenizer: { type: 'Whitespace' }, post_processor: null, decoder: null },
      model: {
        type: 'WordPiece',
        unk_token: '[UNK]',
        continuing_subword_prefix: '##',
        max_input_chars_per_word: 100,
        vocab: words,
      },
    }),
  )
  const { tokenize, name, tokens } = await readTokenizer(file)
  expect([tokens?.size, tokens?.textOf(1), tokens?.added]).toEqual([3, 'world', []])
  expect([...tokenize('Hello hello world moon')]).toEqual([0, 0, 1, 2])
  expect(name).toMatch(/^reprise-tokenizer-\w+\/tokenizer\.json$/)
})

test.each([
  ['no JSON', '{', /the JSON ends early/],
  ['another file', '{"a": 1}', /no tokenizer\.json of a kind that is read/],
])('%s is refused', async (_, content, message) => {
  const read = readTokenizer(written(content))
  await expect(read).rejects.toThrow(TraceError)
  await expect(read).rejects.toThrow(message)
})

test('a file that is not there is refused', async () => {
  await expect(readTokenizer('/nowhere/tokenizer.json')).rejects.toThrow(/no such file/)
})
