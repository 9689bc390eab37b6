import { fail, notChecked, pass } from '../../result/verification.ts'
import type { PhysicsCheck } from '../evidence/verify-evidence.ts'

/**
 * The longest tokens of wide-spread vocabularies are runs of 128 blanks (Source: cl100k_base and o200k_base, github.com/openai/tiktoken); texts as a
 * whole have 3 to 6 bytes a token. So many on average are no text of a model.
 */
const mostBytesPerToken = 32

/** Text against tokens and chunks: what comes in a chunk is a byte at least, and a token is not as long as a sentence. */
export const replySizes: PhysicsCheck = ({ seen: { replySizes } }) => {
  const { replies, bytes, tokens, thin, thinExample } = replySizes
  if (thin > 0)
    return fail(`${thin} replies have fewer bytes of text than chunks that bore text, such as ${thinExample}`)
  if (replies === 0 || tokens === 0) return notChecked('of no reply both text and tokens are known')
  const ratio = bytes / tokens
  const words = `${replies} replies have ${ratio.toPrecision(3)} bytes of text for each token`
  if (ratio > mostBytesPerToken) return fail(`${words}; no text has more than ${mostBytesPerToken} on average`)
  if (ratio < 1)
    return notChecked(
      `${words}: the server says that it generated more than it showed. Whether it keeps tokens back or counts what is not there cannot be told (hidden-tokens in the verdict)`,
    )
  return pass(words)
}
