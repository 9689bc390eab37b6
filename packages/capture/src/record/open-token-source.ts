import { readTokenizer } from '@reprise/trace'
import type { RecorderOptions } from '../recorder.ts'
import { askUpstream, isAsked } from './ask-upstream.ts'
import type { TokenSource } from './token-source.ts'

/** So long an upstream that did not answer is not asked again: a record that waits makes all behind it wait. */
const restMs = 30_000

/**
 * Where tokens come from: the `tokenizer.json` that is named; else the `/tokenize` of the upstream, where it has one that counts a text of this model;
 * else an approximation, four bytes of text a token. What the upstream fails to count is approximated too, and told as that.
 *
 * @throws TraceError when the file cannot be read.
 */
export async function openTokenSource(
  { tokenizerFile, upstream, apiKey }: Pick<RecorderOptions, 'tokenizerFile' | 'upstream' | 'apiKey'>,
  model: string | undefined,
  now: () => number = () => performance.now(),
): Promise<TokenSource> {
  const asked = { upstream, model, apiKey }
  if (tokenizerFile !== undefined || !(await isAsked(asked))) return fileSource(tokenizerFile)
  const rough = await fileSource(undefined)
  let restsUntilMs = Number.NEGATIVE_INFINITY
  return {
    name: "the upstream's /tokenize",
    isExact: true,
    tokensOf: async (texts) => {
      if (now() < restsUntilMs) return rough.tokensOf(texts)
      const told = await askUpstream(asked, texts)
      if (typeof told !== 'string') return { tokens: told, isExact: true }
      if (told === 'silent') restsUntilMs = now() + restMs
      return rough.tokensOf(texts)
    },
  }
}

async function fileSource(file: string | undefined): Promise<TokenSource> {
  const { tokenize, name } = await readTokenizer(file)
  const isExact = file !== undefined
  return { name, isExact, tokensOf: async (texts) => ({ tokens: texts.map(tokenize), isExact }) }
}
