import { nearest } from '@reprise/config-file/nearest'
import { printable } from '@reprise/safe-text'
import { InvalidArgumentError } from 'commander'

/** The one of `names` that is called `word`. @throws InvalidArgumentError that says which one was likely meant, and which there are. */
export function metricNamed<Name extends string>(word: string, names: readonly Name[]): Name {
  const named = names.find((name) => name === word)
  if (named !== undefined) return named
  throw new InvalidArgumentError(
    `No metric is called '${printable(word, 40)}'${meant(word, names)}; there are ${names.join(', ')}.`,
  )
}

function meant(word: string, names: readonly string[]): string {
  const plain = word.toLowerCase().replaceAll('-', '_')
  const elsewhere = Object.hasOwn(otherNames, plain) ? otherNames[plain] : undefined
  const near = elsewhere !== undefined && names.includes(elsewhere) ? elsewhere : nearestOf(plain, names)
  return near === undefined ? '' : `: did you mean ${near}?`
}

function nearestOf(plain: string, names: readonly string[]): string | undefined {
  const dashed = names.map((name) => name.replaceAll('_', '-'))
  const near = nearest(plain, dashed) ?? dashed.find((name) => lettersOf(name) === lettersOf(plain))
  return near === undefined ? undefined : names[dashed.indexOf(near)]
}

/** Two letters that changed places are much of a short name. */
function lettersOf(word: string): string {
  return [...word].sort().join('')
}

/** What others call the same. Source: vLLM's `bench serve --goodput`, AIPerf's metric tags, GuideLLM's report. */
const otherNames: Readonly<Record<string, string>> = {
  time_to_first_token: 'ttft',
  time_to_first_output_token: 'ttfat',
  time_per_output_token: 'tpot',
  itl: 'itl_compat',
  inter_token_latency: 'itl_compat',
  e2el: 'e2e',
  latency: 'e2e',
  request_latency: 'e2e',
  output_token_throughput_per_user: 'interactivity',
  tps: 'interactivity',
}
