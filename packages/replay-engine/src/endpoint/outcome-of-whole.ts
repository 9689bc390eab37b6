import { ChunkTemplate, type Observer, type Outcome, ReplyReader } from '@reprise/wire'

/** Names of headers are in lower case. */
interface WholeReply {
  readonly status: number
  readonly headers: ReadonlyMap<string, string>
  readonly text: string
}

/** What a chat reply that has come whole amounts to: the same as in a run, since the same reader reads it. */
export function outcomeOfWhole({ status, headers, text }: WholeReply): Outcome {
  const reply = new ReplyReader(NOBODY, new ChunkTemplate())
  const bytes = Buffer.from(text)
  return reply.begin({ status, headers }) ?? reply.read(bytes, 0, bytes.length, 0) ?? reply.end(0)
}

/**
 * Whether the server has done what it was asked to, where that was one token: it may have no text, and then a reply without usage is empty.
 */
export function isHeard(outcome: Outcome): outcome is Extract<Outcome, { readonly kind: 'ok' | 'failed' }> {
  return outcome.kind === 'ok' || (outcome.kind === 'failed' && outcome.class === 'empty-reply')
}

const NOBODY: Observer = { connecting: ignore, sent: ignore, headers: ignore, chunk: ignore, resent: ignore }

function ignore(): void {}
