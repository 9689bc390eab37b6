import { EndpointError, type PromptTrial } from '@reprise/replay-engine/endpoint'
import { printable } from '@reprise/safe-text'
import type { ConnectedEndpoint, EndpointOptions } from './connect-endpoint.ts'

/** What was found before the first request, and what it means for the verdict. */
export interface Preflight {
  readonly model: string
  /** As it says itself. */
  readonly engine?: string
  /** Who says which words are one token: the server's `/tokenize`, a file in its place, or nobody. */
  readonly wordsBy: 'tokenize' | 'file' | 'nobody'
  readonly prompts: PromptTrial
  /** What the best verdict is that the result can have. */
  readonly verdict: 'invalid' | 'indicative' | 'valid'
  /** Why no better, as the result will say it; of an invalid one, with the cure. */
  readonly reasons: readonly string[]
}

type Found = Pick<ConnectedEndpoint, 'identity' | 'answered' | 'countedBy' | 'tokenizer'>

/** `foreseen`: what will stand against any result of these runs. */
export function preflightOf(
  { identity, answered, countedBy, tokenizer }: Found,
  {
    prompts,
    foreseen,
    assistant,
  }: { readonly prompts: PromptTrial; readonly foreseen: readonly string[] } & Pick<EndpointOptions, 'assistant'>,
): Preflight {
  const wordsBy = tokenizer !== undefined ? 'file' : countedBy === 'tokenize' ? 'tokenize' : 'nobody'
  // With a server's own replies in them, prompts need not be exact.
  const inexact = assistant !== 'live' && prompts.furthest !== undefined && prompts.exact === 0
  const some = assistant !== 'live' && prompts.furthest !== undefined && prompts.exact > 0
  const engine = `${answered.name ?? ''} ${answered.version ?? ''}`.trim()
  return {
    model: identity.model,
    ...(engine !== '' && { engine }),
    wordsBy,
    prompts,
    verdict: inexact ? 'invalid' : foreseen.length > 0 ? 'indicative' : 'valid',
    reasons: [...(inexact || some ? [inexactReason(prompts, wordsBy)] : []), ...foreseen],
  }
}

function inexactReason({ asked, exact, furthest }: PromptTrial, wordsBy: Preflight['wordsBy']): string {
  const off = furthest ? `, ${furthest.counted} tokens for ${furthest.planned} planned` : ''
  return `inexact-input: the server counts the planned number of prompt tokens in ${exact} of ${asked} sample prompts${off}. ${cures[wordsBy]}`
}

const cures: Readonly<Record<Preflight['wordsBy'], string>> = {
  nobody: 'Give the tokenizer.json of its model with --tokenizer FILE.',
  file: "The file of --tokenizer is not the server's: give that of its model.",
  tokenize: 'Its /tokenize counts otherwise than its usage: mend the server, or what lies before it.',
}

/** One line: what was found, and what it means. */
export function renderPreflight({ model, engine, wordsBy, prompts, verdict, reasons }: Preflight): string {
  const { asked, exact, uncounted, failed } = prompts
  const rest = [...(uncounted > 0 ? [`${uncounted} not counted`] : []), ...(failed > 0 ? [`${failed} failed`] : [])]
  const found = [
    `model ${printable(model, 100)}${engine === undefined ? '' : ` (${printable(engine, 60)})`} ok`,
    {
      tokenize: '/tokenize ok',
      file: '/tokenize missing, the file of --tokenizer in its place',
      nobody: '/tokenize missing',
    }[wordsBy],
    `prompts ${exact} of ${asked} exact${rest.length > 0 ? `, ${rest.join(', ')}` : ''}`,
  ]
  return `preflight: ${found.join('; ')}: ${meaning(verdict, reasons)}`
}

function meaning(verdict: Preflight['verdict'], reasons: readonly string[]): string {
  if (verdict === 'invalid') return 'this run would be invalid'
  const codes = reasons.map((reason) => reason.slice(0, reason.indexOf(':'))).join(', ')
  if (codes === '') return 'nothing stands against a valid result so far'
  return reasons[0]?.startsWith('inexact-input')
    ? `this run may be invalid (${codes})`
    : `indicative at best (${codes})`
}

/** What is certain to end invalid is not begun, unless somebody wants it all the same. @throws EndpointError */
export function refuseInvalid(
  { verdict, reasons }: Preflight,
  { url, acceptInexact = false }: Pick<EndpointOptions, 'url' | 'acceptInexact'>,
): void {
  if (verdict !== 'invalid' || acceptInexact) return
  throw new EndpointError({
    url,
    tried: 'preflight',
    found: `this run would be invalid: ${reasons[0]!.replace(/\.$/, '')}`,
    cure: 'Or go on all the same with --accept-inexact',
  })
}
