import { loadSizeOf } from '../../../result/load-size.ts'
import { type Html, html } from '../../html.ts'
import type { LabelledRun } from '../content/group-runs.ts'

/** More names than this no one reads. */
const RUNS_MAX = 12

/** Some of the runs in few words, each a link: whole groups by their name, of others the lanes. Nothing where all are meant. */
export function runList(some: readonly LabelledRun[], all: readonly LabelledRun[]): Html {
  if (some.length === all.length) return html``
  const groups = [...Map.groupBy(some, ({ group }) => group).entries()]
  const several = new Set(all.map(({ group }) => group)).size > 1
  const parts = groups.map(([group, runs]) => {
    const whole = runs.length === all.filter((run) => run.group === group).length
    if (several && whole) return html`${runs[0]!.groupName}`
    const shown = runs.slice(0, RUNS_MAX).map((run, index) => html`${index > 0 && ', '}${laneLink(run)}`)
    const more = runs.length > RUNS_MAX && ` and ${runs.length - RUNS_MAX} more`
    return html`${several && `${runs[0]!.groupName}, `}${unitOf(runs)} ${shown}${more}`
  })
  return html` <span class="where">${parts.map((part, index) => html`${index > 0 && '; '}${part}`)}</span>`
}

function laneLink({ run, index }: LabelledRun): Html {
  const { value } = loadSizeOf(run.result.load)
  return html`<a href="#run" data-run="${index}">${value}</a>`
}

function unitOf([first]: readonly LabelledRun[]): string {
  return first ? loadSizeOf(first.run.result.load).unit : 'lanes'
}
