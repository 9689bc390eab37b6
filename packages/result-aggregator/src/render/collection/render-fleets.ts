import { markdownText } from '@reprise/safe-text'
import { fleetFigures } from '../../measure/fleet-figures.ts'
import type { Collection } from '../../result/collection.ts'
import { renderShare } from '../sweep-point.ts'

/** How the jobs of a sweep went on each fleet, as a table of Markdown. */
export function renderFleets(collection: Collection): string {
  const rows = fleetFigures(collection).map(({ fleet, jobs, done, failures }) => {
    const why = Object.entries(failures).map(([each, count]) => `${count} ${each}`)
    return `| ${markdownText(fleet, 80)} | ${jobs} | ${done} | ${renderShare(done / jobs)} | ${why.join(', ') || '-'} |`
  })
  return ['| Fleet | Jobs | Done | Share | Failed by class |', '| --- | ---: | ---: | ---: | --- |', ...rows].join('\n')
}
