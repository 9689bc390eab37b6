import { printable } from '@reprise/safe-text'
import type { Tokenize } from '../../import/prompt-chains.ts'
import { TraceError } from '../../problem.ts'
import { InvalidJson, parseJson } from '../parse-json.ts'
import { readPlainFile, UnreadableFile } from '../plain-file.ts'

export interface Tokenizer {
  readonly tokenize: Tokenize
  /** As it is told. */
  readonly name: string
  /** Its tokens; absent where it is an approximation. */
  readonly tokens?: {
    /** Ids stay below this. */
    readonly size: number
    readonly textOf: (id: number) => string | undefined
    /** Those that no text is cut into by itself. */
    readonly added: readonly { readonly id: number; readonly text: string }[]
  }
}

const limit = { maxBytes: 64 * 1024 * 1024, cure: 'name the tokenizer.json of a model' }

/** The tokenizer of a `tokenizer.json`; without one, four bytes of text are a token. @throws TraceError */
export async function readTokenizer(file: string | undefined): Promise<Tokenizer> {
  if (file === undefined) return { tokenize: fourBytes, name: 'approximation (four bytes of UTF-8 a token)' }
  try {
    const json = parseJson((await readPlainFile(file, limit)).toString('utf8'))
    // Most imports need none.
    const { Tokenizer } = await import('@huggingface/tokenizers')
    const tokenizer = new Tokenizer(json as object, {})
    const tokenize: Tokenize = (text) => Uint32Array.from(tokenizer.encode(text, { add_special_tokens: false }).ids)
    tokenize('a')
    const textOf = (id: number) => tokenizer.decode([id], { skip_special_tokens: false })
    const tokens = { ...tokensIn(json as TokenizerFile), textOf }
    return { tokenize, name: file.split('/').slice(-2).join('/'), tokens }
  } catch (error) {
    const reason =
      error instanceof UnreadableFile || error instanceof InvalidJson
        ? error.message
        : 'no tokenizer.json of a kind that is read'
    throw new TraceError(`${printable(file, 300)}: ${reason}`)
  }
}

/** What is read of a file beside what the library reads. Source: `tokenizer.json` of the tokenizers library of Hugging Face. */
interface TokenizerFile {
  readonly model: { readonly vocab: Readonly<Record<string, number>> | readonly unknown[] }
  readonly added_tokens?: readonly { readonly id: number; readonly content: string }[]
}

function tokensIn({ model: { vocab }, added_tokens: addedTokens = [] }: TokenizerFile) {
  let size = 0
  if (Array.isArray(vocab)) size = vocab.length
  else for (const id of Object.values(vocab as Readonly<Record<string, number>>)) size = Math.max(size, id + 1)
  for (const { id } of addedTokens) size = Math.max(size, id + 1)
  return { size, added: addedTokens.map(({ id, content }) => ({ id, text: content })) }
}

/** Each four bytes are a number; the last are fewer. */
function fourBytes(text: string): Uint32Array {
  const bytes = Buffer.from(text)
  return Uint32Array.from({ length: Math.ceil(bytes.length / 4) }, (_, index) => {
    const from = 4 * index
    return bytes.readUIntLE(from, Math.min(4, bytes.length - from))
  })
}
