import type { ComparedFigure } from '../result/run-comparison.ts'

type Change = Pick<ComparedFigure, 'kind' | 'low' | 'high'>

/** `+3.4 %` of a ratio, `-1.2 points` of a difference of shares. */
export function changeText({ kind }: Pick<ComparedFigure, 'kind'>, value: number): string {
  return `${signedText(hundredths(kind, value))} ${unitOf(kind)}`
}

/** `+2.6 to +4.2 %`; nothing where there is no interval. */
export function intervalChangeText({ kind, low, high }: Change): string {
  if (low === undefined || high === undefined) return ''
  const [from, to] = apart([hundredths(kind, low), hundredths(kind, high)], signedText)
  return `${from} to ${to} ${unitOf(kind)}`
}

/** `12 % (95 % interval 8-16 %)`: how much more or less, without the sign. */
export function sizeText({ kind, value, low, high }: ComparedFigure): string {
  const ends = [low!, high!].map((end) => Math.abs(hundredths(kind, end))).sort((a, b) => a - b)
  const [near, far] = apart(ends as [number, number], plainText)
  const size = plainText(Math.abs(hundredths(kind, value!)))
  return `${size} ${unitOf(kind)} (95 % interval ${near}-${far} ${unitOf(kind)})`
}

/** `4.1 %`: so far at most a figure without a difference may be off. */
export function withinText({ kind, low, high }: Change): string {
  const most = Math.max(Math.abs(hundredths(kind, low!)), Math.abs(hundredths(kind, high!)))
  const digits = digitsOf(most)
  return `${plainText(Math.ceil(Number((most * 10 ** digits).toPrecision(12))) / 10 ** digits, digits)} ${unitOf(kind)}`
}

function unitOf(kind: ComparedFigure['kind']): string {
  return kind === 'ratio' ? '%' : 'points'
}

/** How far from no change. */
function hundredths(kind: ComparedFigure['kind'], value: number): number {
  return (kind === 'ratio' ? value - 1 : value) * 100
}

/** Both, with as many digits as it takes to tell them apart, two at most. */
function apart(
  [low, high]: readonly [number, number],
  text: (value: number, digits?: number) => string,
): readonly [string, string] {
  const plain = [text(low), text(high)] as const
  return plain[0] === plain[1] ? [text(low, 2), text(high, 2)] : plain
}

/** One digit below 10, whole above. */
function digitsOf(value: number): number {
  return value < 9.95 ? 1 : 0
}

function plainText(value: number, digits = digitsOf(value)): string {
  return value.toFixed(digits).replace(/\.0+$/, '')
}

/** Never `-0`. */
function signedText(value: number, digits?: number): string {
  const text = plainText(Math.abs(value), digits)
  return `${text === '0' ? '±' : value < 0 ? '-' : '+'}${text}`
}
