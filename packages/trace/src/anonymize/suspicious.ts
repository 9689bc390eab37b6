/** What a text gives away, by its looks. */
export type Suspicion =
  | 'a secret'
  | 'a header value'
  | 'an address'
  | 'a path'
  | 'a long number'
  | 'high entropy'
  | 'text'

/**
 * What the text looks like that no shared trace should hold; undefined for a plain word, such as the name of a model.
 *
 * Source of the shapes of keys: the prefixes that their issuers document for secret scanning (GitHub, GitLab, AWS, Google, Slack, OpenAI, Anthropic,
 * Hugging Face, Stripe, npm).
 */
export function suspicious(text: string): Suspicion | undefined {
  return looks.find(([, pattern]) => pattern.test(text))?.[0] ?? (isRandom(text) ? 'high entropy' : undefined)
}

const looks: readonly (readonly [Suspicion, RegExp])[] = [
  [
    'a secret',
    /(?:^|[^A-Za-z0-9])(?:sk-[\w-]{8}|sk_(?:live|test)_|rk_live_|gh[opsur]_\w{8}|github_pat_|glpat-|xox[abeoprs]-|hf_[A-Za-z0-9]{8}|nvapi-|npm_[A-Za-z0-9]{8}|pypi-|dop_v1_|AIza[\w-]{8}|ya29\.|A(?:KIA|SIA)[A-Z0-9]{8}|eyJ[\w-]{8})|-----BEGIN |(?:passw(?:or)?d|secret|token|api[_-]?key)\s*[=:]/i,
  ],
  [
    'a header value',
    /^(?:bearer|basic|digest|negotiate)\s|\b(?:authorization|cookie|set-cookie|user-agent|x-[a-z-]+|traceparent)\s*:|^[\w.-]+=[^;]*;\s*[\w.-]+=|^mozilla\//i,
  ],
  [
    'an address',
    /[a-z][a-z0-9+.-]*:\/\/|[^\s@]+@[^\s@]+\.[a-z]{2,}|(?<![\w.])(?:\d{1,3}\.){3}\d{1,3}(?![\w.])|(?<![\w:])(?:[0-9a-f]{1,4}:){3,}|::[0-9a-f]{1,4}(?![\w:])|(?<![\w.-])(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,}(?![\w-]|\.\w)|\blocalhost\b|^arn:/i,
  ],
  ['a path', /^[~/]|^\.{1,2}[/\\]|^[a-z]:[\\/]|\\\\|(?:^|[/\\])(?:home|users|mnt|tmp|root|srv)[/\\]/i],
  ['a long number', /\d{9}/],
  ['text', /\s|[^\x21-\x7e]|^.{101}/s],
]

const longRun = 16
const bitsOfChance = 3

/** Runs of letters and digits as keys and hashes have them: long, mixed, and no character much oftener than another. */
function isRandom(text: string): boolean {
  if (/[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/i.test(text)) return true
  return text
    .split(/[^A-Za-z0-9+]/)
    .some((run) => run.length >= longRun && /\d/.test(run) && /[a-z]/i.test(run) && entropyBits(run) >= bitsOfChance)
}

/** Shannon's, for each character. */
function entropyBits(text: string): number {
  const counts = new Map<string, number>()
  for (const character of text) counts.set(character, (counts.get(character) ?? 0) + 1)
  return [...counts.values()].reduce((bits, count) => bits - (count / text.length) * Math.log2(count / text.length), 0)
}
