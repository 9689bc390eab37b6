import {
  ConfigError,
  hasErrors,
  inFileOrder,
  isMapping,
  Locations,
  type Mapping,
  type Place,
  type Problem,
  parseYaml,
  quoted,
  type TextFile,
} from '@reprise/config-file'
import type { Config, Entry } from '../config/config.ts'
import { detectEpoch, type Epoch } from '../epoch/epoch.ts'
import { checkEntry } from '../rules/check-entry.ts'
import type { Finding } from '../rules/rule.ts'
import type { Runners } from '../runners/runners.ts'
import { AprilMultiEntry, AprilSingleEntry } from '../schema/april-master.ts'
import { AugustMultiEntry, AugustSingleEntry } from '../schema/august-master.ts'
import { masterProblems } from '../schema/master-problems.ts'
import { mergeFiles } from './merge-files.ts'
import { readAprilEntry } from './read-april.ts'
import { readAugustEntry } from './read-august.ts'
import { noRunners, readRunners } from './read-runners.ts'

export interface MatrixInput {
  readonly configFiles: readonly TextFile[]
  readonly runnerFile: TextFile
  /** Detected from the contents if absent. */
  readonly epoch?: Epoch
  /** Accept and refuse what InferenceX's own generator of that epoch does. Default false. */
  readonly compat?: boolean
}

/** Files that were read without an error: the input of every expansion and plan. */
export interface Matrix {
  readonly config: Config
  readonly runners: Runners
  readonly compat: boolean
  /** What was found but does not stop anything, in file order. */
  readonly warnings: readonly Problem[]
  /** Where the thing at a path from the config key stands; for diagnostics. */
  place(path: readonly PropertyKey[]): Place | undefined
}

/**
 * Reads master files and runners.yaml from their texts: syntax, epoch, schema, rules, canonical form.
 *
 * @throws ConfigError with every problem of every file, not only the first.
 */
export function readMatrix({ configFiles, runnerFile, epoch: named, compat = false }: MatrixInput): Matrix {
  const locations = new Locations()
  const problems: Problem[] = []
  const root = mergeFiles(configFiles, locations, compat, problems)
  const parsedRunners = parseYaml(runnerFile, locations)
  problems.push(...parsedRunners.problems)
  const epoch = named ?? detectEpoch({ entries: Object.values(root), runners: parsedRunners.value })
  const { runners, problems: runnerProblems } = hasErrors(parsedRunners.problems)
    ? { runners: noRunners, problems: [] }
    : readRunners(parsedRunners.value, runnerFile.file, locations, compat ? epoch : undefined)
  problems.push(...runnerProblems)
  const entries = Object.entries(root).flatMap(([key, value]) => {
    const subject: EntrySubject = { epoch, compat, key, value, root, runners, locations, problems }
    return readEntry(subject) ?? []
  })
  if (hasErrors(problems)) throw new ConfigError(inFileOrder(problems))
  return {
    config: { epoch, entries },
    runners,
    compat,
    warnings: inFileOrder(problems),
    place: (path) => locations.keyPlace(root, path),
  }
}

interface EntrySubject {
  readonly epoch: Epoch
  readonly compat: boolean
  readonly key: string
  readonly value: unknown
  readonly root: Mapping
  readonly runners: Runners
  readonly locations: Locations
  readonly problems: Problem[]
}

function readEntry(subject: EntrySubject): Entry | undefined {
  const { epoch, key, value, root, locations, problems } = subject
  if (!isMapping(value)) {
    const place = locations.keyPlace(root, [key])
    const message = `the entry ${quoted(key)} is ${quoted(value)}`
    const cure = 'write a mapping with image, model, runner, scenarios, ...'
    problems.push({ severity: 'error', code: 'wrong-type', ...(place && { place }), message, cure })
    return undefined
  }
  const report = (finding: Finding) => problems.push(problemOf(finding, subject))
  checkEntry({ ...subject, entry: value, report })
  // Only true makes several nodes; a wrong value is told once, and not all that would follow from it.
  const isMulti = value.multinode === true || value.multinode === 'true'
  const parsed =
    epoch === 'apr2026'
      ? (isMulti ? AprilMultiEntry : AprilSingleEntry).safeParse(value)
      : (isMulti ? AugustMultiEntry : AugustSingleEntry).safeParse(value)
  if (!parsed.success) {
    const context = { root, path: [key], locations, file: '' }
    problems.push(...masterProblems(parsed.error.issues, context))
    return undefined
  }
  return epoch === 'apr2026'
    ? readAprilEntry(key, parsed.data as AprilSingleEntry | AprilMultiEntry)
    : readAugustEntry(key, parsed.data as AugustSingleEntry | AugustMultiEntry)
}

function problemOf(finding: Finding, { key, root, locations }: EntrySubject): Problem {
  const path = [key, ...finding.path]
  const place = finding.atKey ? locations.keyPlace(root, path) : locations.place(root, path)
  const { severity = 'error', code, message, cure } = finding
  return { severity, code, ...(place && { place }), message, ...(cure !== undefined && { cure }) }
}
