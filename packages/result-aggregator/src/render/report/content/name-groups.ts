import { printable } from '@reprise/safe-text'
import type { Facets } from '../../workload.ts'

/** Names of groups, each unlike the others: the label, and what sets a group apart from those of the same label. A group alone is named after hardware, engine and model. */
export function nameGroups(groups: readonly Facets[]): string[] {
  const byLabel = Map.groupBy(groups, (facets) => facets.get('label'))
  const wanted = new Map([...byLabel].map(([label, same]) => [label, telling(same)]))
  const plain = groups.map((facets) => {
    const label = facets.get('label')
    const names = wanted.get(label)!
    if (label !== undefined) return [printable(label, 60), joined(facets, names)].filter(Boolean).join(' · ')
    return joined(facets, names) || joined(facets, nameOfOne) || 'unnamed'
  })
  return plain.map((name, index) => {
    const before = plain.slice(0, index).filter((each) => each === name).length
    return before === 0 ? name : `${name} (${before + 1})`
  })
}

const nameOfOne: ReadonlySet<string> = new Set(['hardware', 'engine', 'model', 'simulated'])

/** What a reader looks for first: named wherever groups differ in it. */
function isDeployment(name: string): boolean {
  return nameOfOne.has(name) || ['gpus', 'precision', 'clock'].includes(name) || name.startsWith('topology ')
}

/** Facets in which the groups differ: those of the deployment, and of the others as few as tell the groups apart. */
function telling(groups: readonly Facets[]): ReadonlySet<string> {
  const all = new Set(groups.flatMap((facets) => [...facets.keys()]))
  const differing = [...all].filter((name) => new Set(groups.map((facets) => facets.get(name))).size > 1)
  const chosen = new Set(differing.filter(isDeployment))
  const kinds = (names: ReadonlySet<string>) => new Set(groups.map((facets) => joined(facets, names))).size
  // A folder is named by whoever ran, and says more than any setting.
  for (const name of differing.toSorted((one, other) => Number(other === 'folder') - Number(one === 'folder'))) {
    if (kinds(chosen) === groups.length) break
    if (kinds(new Set([...chosen, name])) > kinds(chosen)) chosen.add(name)
  }
  return chosen
}

function joined(facets: Facets, wanted: ReadonlySet<string>): string {
  const values = [...facets].flatMap(([name, value]) => (wanted.has(name) ? [value] : []))
  return printable([...new Set(values)].join(' · '), 120)
}
