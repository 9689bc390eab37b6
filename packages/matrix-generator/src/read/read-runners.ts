import { isMapping, type Locations, type Problem } from '@reprise/config-file'
import type { Epoch } from '../epoch/epoch.ts'
import type { Runners } from '../runners/runners.ts'
import { AprilRunners } from '../schema/april-master.ts'
import { AugustRunners } from '../schema/august-master.ts'
import { masterProblems } from '../schema/master-problems.ts'

/** Nothing known: what the rules see when runners.yaml itself cannot be read. */
export const noRunners: Runners = { labels: new Map(), hardware: new Map() }

export interface ReadRunners {
  readonly runners: Runners
  readonly problems: readonly Problem[]
}

/**
 * The runners of a parsed `runners.yaml`. Both forms are understood: with `only`, as under `--compat`, the form of that epoch
 * alone. `file` is for the message about an empty file.
 */
export function readRunners(value: unknown, file: string, locations: Locations, only?: Epoch): ReadRunners {
  if (!isMapping(value)) {
    const cure = 'write labels: with one list of runner names per label'
    const place = { file, line: 1, column: 1 }
    const problem: Problem = {
      severity: 'error',
      code: 'runners-form',
      place,
      message: 'the runners file is not a mapping',
      cure,
    }
    return { runners: noRunners, problems: [problem] }
  }
  const isAugust = only === undefined ? isMapping(value.labels) || Object.hasOwn(value, 'hardware') : only === 'aug2026'
  const parsed = isAugust ? AugustRunners.safeParse(value) : AprilRunners.safeParse(value)
  if (!parsed.success) {
    return {
      runners: noRunners,
      problems: masterProblems(parsed.error.issues, { root: value, path: [], locations, file }),
    }
  }
  return {
    runners: isAugust ? fromAugust(parsed.data as AugustRunners) : fromApril(parsed.data as AprilRunners),
    problems: [],
  }
}

function fromApril(runners: AprilRunners): Runners {
  return { labels: new Map(Object.entries(runners)), hardware: new Map() }
}

function fromAugust({ labels, hardware = {} }: AugustRunners): Runners {
  return {
    labels: new Map(Object.entries(labels)),
    hardware: new Map(
      Object.entries(hardware).map(([label, facts]) => [
        label,
        { availableDramMib: facts['available-cpu-dram-mib'], gpusPerNode: facts['gpus-per-node'] },
      ]),
    ),
  }
}
