import type { CapacityStory, StoryShare } from '@reprise/result-aggregator'
import type { ObjectiveShare } from '@reprise/result-aggregator/run'
import type { Point } from './point.ts'
import { type CapacityQuestion, objectiveText, partsOf, reasonsOf, renderConclusion } from './render-capacity.ts'
import type { Found } from './search-capacity.ts'

/** A size as far as it is told. */
export type ToldPoint = Pick<Point, 'size' | 'verdict' | 'shares' | 'note'> & { readonly runs: readonly unknown[] }

/** What a search found, for a page about its runs. */
export function capacityStory(
  found: Omit<Found, 'points'> & { readonly points: readonly ToldPoint[] },
  question: CapacityQuestion,
): CapacityStory {
  const said = renderConclusion(found, question)
  return {
    sentence: said.at(-1)!,
    remarks: said.slice(0, -1),
    unit: question.range.unit,
    objectives: question.objectives.map((objective) => ({
      text: objectiveText(objective),
      wantedShare: objective.percentile / 100,
    })),
    sizes: found.points.map(({ size, runs, verdict, shares, note }) => ({
      ...{ size, runs: runs.length, verdict },
      shares: shares.map((share, at) => storyShare(share, partsOf(share, question.objectives[at]!)[0])),
      why: [...reasonsOf(shares), ...(note === undefined ? [] : [note])].join('; '),
    })),
  }
}

function storyShare({ n, within, uncertainty }: ObjectiveShare, seen: string): StoryShare {
  return { seen, ...(n > 0 && { keptShare: within / n }), ...(uncertainty !== undefined && { uncertainty }) }
}
