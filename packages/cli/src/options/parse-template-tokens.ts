import type { TemplateTokens } from '@reprise/engine-sim/http'
import { InvalidArgumentError } from 'commander'

/** What a chat template adds, as `HEAD`, `HEAD,TAIL` or `HEAD,TAIL,OPENING` in tokens; what is not given is 0. */
export function parseTemplateTokens(text: string): TemplateTokens {
  const parts = text.split(',').map((part) => (/^\d{1,6}$/.test(part.trim()) ? Number(part) : Number.NaN))
  if (parts.length > 3 || parts.some(Number.isNaN)) {
    throw new InvalidArgumentError(
      'Write tokens before each message, and with commas those behind it and those that open the reply: 5, or 3,2,3.',
    )
  }
  const [perMessageTokens = 0, tailTokens = 0, openingTokens = 0] = parts
  return { baseTokens: 0, perMessageTokens, tailTokens, openingTokens }
}
