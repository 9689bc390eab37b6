import { isMapping } from '@reprise/config-file'
import { checkComponents } from './components.ts'
import { checkConcurrency } from './concurrency.ts'
import { checkHardware } from './hardware.ts'
import { checkLostFields } from './lost-fields.ts'
import { checkNames } from './names.ts'
import { checkOffloading } from './offloading.ts'
import type { ArmSubject, RuleSubject } from './rule.ts'
import { checkTopology } from './topology.ts'
import { asList, asMapping } from './unchecked.ts'

/** Everything wrong with an entry that its schema cannot say. Looks only at values of the right type; reports to `subject`. */
export function checkEntry(subject: RuleSubject): void {
  const arms = armsOf(subject)
  checkNames(subject, arms)
  checkScenarios(subject)
  checkComponents(subject, arms)
  for (const arm of arms) {
    checkTopology(subject, arm)
    checkConcurrency(subject, arm)
    checkOffloading(subject, arm)
    checkHardware(subject, arm)
    checkLostFields(subject, arm)
  }
}

function armsOf({ entry }: RuleSubject): ArmSubject[] {
  const scenarios = asMapping(entry.scenarios)
  return (['fixed-seq-len', 'agentic-coding'] as const).flatMap((scenario) =>
    asList(scenarios[scenario]).flatMap((within, i) =>
      asList(asMapping(within)['search-space']).flatMap((arm, j) => {
        const path = ['scenarios', scenario, i, 'search-space', j]
        return isMapping(arm) && isMapping(within) ? [{ scenario, within, arm, path }] : []
      }),
    ),
  )
}

function checkScenarios(subject: RuleSubject): void {
  const { scenarios } = subject.entry
  if (!isMapping(scenarios)) return
  const kinds = ['fixed-seq-len', 'agentic-coding'] as const
  if (kinds.every((kind) => asList(scenarios[kind]).length === 0)) {
    const cure = 'write fixed-seq-len or agentic-coding with at least one item'
    subject.report({ path: ['scenarios'], atKey: true, code: 'no-scenario', message: 'no scenario is given', cure })
  }
  if (subject.compat) return
  for (const kind of kinds) {
    for (const [i, scenario] of asList(scenarios[kind]).entries()) {
      const space = asMapping(scenario)['search-space']
      if (!Array.isArray(space) || space.length > 0) continue
      const path = ['scenarios', kind, i, 'search-space']
      subject.report({
        path,
        atKey: true,
        code: 'empty',
        message: 'the search space is empty',
        cure: 'write a line, or remove the scenario',
      })
    }
  }
}
