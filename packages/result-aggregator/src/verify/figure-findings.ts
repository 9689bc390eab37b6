import { differences, renderDifference } from '../result/differences.ts'
import type { Result } from '../result/result.ts'
import { type CheckName, type Finding, fail, pass } from '../result/verification.ts'

/** As many are named; a result that is another one differs everywhere. */
const mostNamed = 1_000
const mostShown = 3

type FigureCheck = Extract<CheckName, 'figures' | 'limits' | 'verdict' | 'provenance'>

/** What a saved result is, laid beside the one that its records give: `provenance` is what it says of the run, and `figures` all that is measured. */
export function figureFindings(saved: Result, built: Result): Record<FigureCheck, Finding> {
  const found: Record<FigureCheck, string[]> = { figures: [], limits: [], verdict: [], provenance: [] }
  let named = 0
  for (const difference of differences(saved, built)) {
    found[checkOf(difference.path)].push(renderDifference(difference))
    named += 1
    if (named === mostNamed) break
  }
  const numbers = numbersIn(built)
  return {
    figures: findingOf(found.figures, `all ${numbers} numbers are those that the records give`),
    limits: findingOf(found.limits, 'it was judged by the limits of this version'),
    verdict: findingOf(found.verdict, 'verdict and reasons are those that the records give'),
    provenance: findingOf(found.provenance, `it says of the run what its header says${laterText(saved)}`),
  }
}

function laterText({ provenance: { toldLater = [] } }: Result): string {
  return toldLater.length === 0 ? '' : `, and was told ${toldLater.join(', ')} afterwards`
}

function checkOf(path: string): FigureCheck {
  if (path.startsWith('validity.limits') || /^steps\.\d+\.validity\.limits/.test(path)) return 'limits'
  const [first = ''] = path.replace(/^steps\.\d+\./, '').split('.')
  if (first === 'validity' || first === 'submission') return 'verdict'
  return ['schema', 'identity', 'provenance', 'load'].includes(first) ? 'provenance' : 'figures'
}

function findingOf(found: readonly string[], good: string): Finding {
  if (found.length === 0) return pass(good)
  const shown = found.slice(0, mostShown).join('; ')
  return fail(found.length > mostShown ? `${shown}; and ${found.length - mostShown} more` : shown, found)
}

function numbersIn(value: unknown): number {
  if (typeof value === 'number') return 1
  if (typeof value !== 'object' || value === null) return 0
  return Object.values(value).reduce<number>((sum, each) => sum + numbersIn(each), 0)
}
