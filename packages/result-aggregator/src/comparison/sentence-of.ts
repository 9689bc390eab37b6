import type { ComparedFigure, RunComparison, TurnCounts } from '../result/run-comparison.ts'
import { sizeText, withinText } from './change-text.ts'
import { noRatioWords } from './no-ratio-words.ts'

/** What two sides show: whether they differ, and one sentence that says in what and how surely. `main` are the names of the figures that it speaks of. */
export function sentenceOf(
  figures: readonly ComparedFigure[],
  { main, turns }: { readonly main: readonly string[]; readonly turns?: TurnCounts | undefined },
): Pick<RunComparison, 'verdict' | 'sentence'> {
  const own = main.flatMap((name) => figures.find((figure) => figure.name === name) ?? [])
  const certain = own.filter((figure) => figure.certain)
  const alike = own.filter((figure) => !figure.certain && figure.low !== undefined)
  const unknown = own.filter(({ low }) => low === undefined)
  const verdict = certain.length > 0 ? 'difference' : alike.length > 0 ? 'no difference' : 'cannot tell'
  const parts = [
    ...certain.map((figure) => differenceText(figure, figures)),
    ...(alike.length > 0 ? [`no difference found: ${alike.map(alikeText).join(', ')}`] : []),
    ...(unknown.length > 0 ? [`cannot tell ${unknown.map(unknownText).join(', ')}`] : []),
    ...(own.length === 0 ? ['cannot tell anything: nothing was measured on both sides'] : []),
    ...failuresText(turns),
  ]
  const text = parts.join('; ')
  return { verdict, sentence: `${text.charAt(0).toUpperCase()}${text.slice(1)}.` }
}

function differenceText(figure: ComparedFigure, all: readonly ComparedFigure[]): string {
  const { name, verdict } = figure
  const isRate = name.startsWith('output')
  if (!isRate)
    return `B takes ${withUnit(sizeText(figure), `${verdict === 'higher' ? 'longer' : 'less'} ${longNames[name] ?? name}`)}`
  const more = verdict === 'higher' ? 'more' : 'fewer'
  return withInteractivity(`B serves ${withUnit(sizeText(figure), `${more} ${longNames[name]}`)}`, all)
}

/** `12 % more output tokens/s (95 % interval 8-16 %)`. */
function withUnit(size: string, what: string): string {
  return size.replace(' (', ` ${what} (`)
}

function withInteractivity(text: string, all: readonly ComparedFigure[]): string {
  const figure = all.find(({ name }) => name === 'interactivity.p90')
  if (!figure) return text
  if (figure.verdict === 'no difference') return `${text} at the same p90 interactivity (within ${withinText(figure)})`
  if (figure.verdict === 'cannot tell') return `${text}; at which p90 interactivity, nobody can tell`
  return `${text} at ${withUnit(sizeText(figure), `${figure.verdict} p90 interactivity`)}`
}

const longNames: Readonly<Record<string, string>> = {
  'ttft.turns': 'to the first token of a typical turn',
  'tpot.turns': 'for each output token of a typical turn',
  'ttft.p50': 'to the first token at the median',
  'tpot.p50': 'for each output token at the median',
  output: 'output tokens/s',
  output_per_gpu: 'output tokens/s per GPU',
}

const shortNames: Readonly<Record<string, string>> = {
  'ttft.turns': 'first token of a typical turn',
  'tpot.turns': 'time per output token of a typical turn',
  'ttft.p50': 'TTFT p50',
  'tpot.p50': 'TPOT p50',
  output: 'output tokens/s',
  output_per_gpu: 'output tokens/s per GPU',
}

function alikeText(figure: ComparedFigure): string {
  return `${shortNames[figure.name] ?? figure.name} within ${withinText(figure)}`
}

function unknownText({ name, notEstimable }: ComparedFigure): string {
  return `${shortNames[name] ?? name} (${noRatioWords[notEstimable ?? 'not-measured']})`
}

function failuresText(turns: TurnCounts | undefined): string[] {
  if (!turns) return []
  const of = (count: number, one: string, other: string) =>
    count === 0
      ? []
      : [`${one} failed ${count.toLocaleString('en-US')} ${count === 1 ? 'turn' : 'turns'} that ${other} answered`]
  return [...of(turns.failedInA, 'A', 'B'), ...of(turns.failedInB, 'B', 'A')]
}
