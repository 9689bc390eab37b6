import type { RunComparison, TurnCounts } from '../../result/run-comparison.ts'

type Sides = Readonly<Record<string, { readonly a?: string | undefined; readonly b?: string | undefined }>>

/** `hardware: h100 (A), b200 (B)`, a line for each in which two sides differ. */
export function sidesText(sides: Sides): string[] {
  return Object.entries(sides).map(([name, { a = 'none', b = 'none' }]) => `${name}: ${a} (A), ${b} (B)`)
}

/** How two sides were held against each other, and why not by their turns. */
export function methodText({ method, notPaired, a, b }: RunComparison): string {
  const why = notPaired.length > 0 ? `, since ${notPaired.join('; ')}` : ''
  switch (method) {
    case 'paired':
      return 'Paired: the same turns of one plan'
    case 'independent':
      return `Each run by itself, with the interval of its own figures${why}`
    case 'paired-repeats':
      return `Repeats: ${a.runs.length} plans that both sides played; the interval is of how these differ`
    case 'repeats':
      return `Repeats: ${a.runs.length} runs of A and ${b.runs.length} of B; the interval is of how these differ${why}`
  }
}

/** What became of the turns of both, none left out. */
export function turnsText(turns: TurnCounts): string {
  return Object.entries(turnWords)
    .map(([name, words]) => [turns[name as keyof TurnCounts], words] as const)
    .filter(([count], i) => i === 0 || count > 0)
    .map(([count, words]) => `${count.toLocaleString('en-US')} ${words}`)
    .join(', ')
}

export const turnWords: Readonly<Record<keyof TurnCounts, string>> = {
  answeredByBoth: 'answered by both',
  failedInA: 'failed by A alone',
  failedInB: 'failed by B alone',
  failedInBoth: 'failed by both',
  cutOff: 'cut off by the end of a run',
  onlyInA: 'that A alone came to',
  onlyInB: 'that B alone came to',
}
