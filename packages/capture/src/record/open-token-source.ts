import { readTokenizer } from '@reprise/trace'
import type { RecorderOptions } from '../recorder.ts'
import { askUpstream, isAsked } from './ask-upstream.ts'
import type { TokenSource } from './token-source.ts'

/**
 * Where tokens come from: the `tokenizer.json` that is named; else the `/tokenize` of the upstream, where it has one that counts a text of this model;
 * else an approximation, four bytes of text a token.
 *
 * @throws TraceError when the file cannot be read.
 */
export async function openTokenSource(
  { tokenizerFile, upstream }: Pick<RecorderOptions, 'tokenizerFile' | 'upstream'>,
  model: string | undefined,
): Promise<TokenSource> {
  if (tokenizerFile === undefined && (await isAsked(upstream, model))) {
    const rough = await fileSource(undefined)
    return {
      name: "the upstream's /tokenize",
      isExact: true,
      tokensOf: async (texts) => (await askUpstream(upstream, model, texts)) ?? rough.tokensOf(texts),
    }
  }
  return fileSource(tokenizerFile)
}

async function fileSource(file: string | undefined): Promise<TokenSource> {
  const { tokenize, name } = await readTokenizer(file)
  return { name, isExact: file !== undefined, tokensOf: async (texts) => texts.map(tokenize) }
}
